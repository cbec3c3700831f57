"""The sums that a principal may see, added up line by line from the networks themselves."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from app.execution.identifiers import global_id
from app.programme.spans import Span, month_after, month_of, months_earlier
from app.programme.terms import Level
from tests.access.networks import TODAY, Agreement, Networks, Party, Principal, Report, Row, Vendor
from tests.access.proof import NONE_IF_ASKED, line_ids, purchased

if TYPE_CHECKING:
    from tests.access.opening import Opening

PERIOD = Span(months_earlier(month_of(TODAY), 11), month_after(TODAY))
"Twelve months, to the end of this one: every line lies in them, none in the twelve before."
Line = tuple[Report, Row]


def text(value: Fraction, places: int = 6) -> str:
    """A number as it travels: rounded half away from zero, without needless zeros."""
    scaled = (abs(value) * 10**places + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**places)
    fraction = f"{rest:0{places}d}".rstrip("0")
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def money(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"amount": text(value), "currency": "EUR"}


def rounded(value: Fraction) -> Fraction:
    return Fraction(text(value))


def units(row: Row) -> Fraction:
    return Fraction(row.quantity)


def amount(row: Row) -> Fraction:
    """Quantity × unit price, rounded once."""
    return rounded(units(row) * Fraction(row.price))


def book_amount(row: Row) -> Fraction:
    assert row.product is not None
    return rounded(units(row) * Fraction(row.product.price))


class Figures:
    """What one principal may know of what was sold."""

    def __init__(self, made: Networks, who: Principal, opening: "Opening") -> None:
        self.made, self.who, self.opening = made, who, opening
        self.own = made.parties_of(who)

    def sees(self, line: Line) -> bool:
        """A vendor its network, a distributor what it bought and sold, a reseller what it bought."""
        report, row = line
        if self.who.level is Level.VENDOR:
            return report.agreement.vendor.firm == self.who.firm
        if self.who.level is Level.DISTRIBUTOR:
            return report.agreement.distributor in self.own
        return row.sold_under is not None and row.sold_under.reseller in self.own

    def paid(self, line: Line) -> Fraction | None:
        """What the reseller paid; a vendor knows it where the agreement discloses it."""
        report, row = line
        hidden = self.who.level is Level.VENDOR and not report.agreement.resale_price
        return None if hidden else amount(row)

    def buyer(self, row: Row) -> object:
        """Whom a line was sold to, as far as resellers can be told apart."""
        assert row.sold_under is not None
        return row.sold_under.disclosed_reseller_id if self.who.level is Level.VENDOR else row.sold_under.reseller.id

    def buyer_known(self, row: Row) -> Party | None:
        assert row.sold_under is not None
        hidden = self.who.level is Level.VENDOR and not row.sold_under.agreement.reseller
        return None if hidden else row.sold_under.reseller

    def lines(self, sell_in: bool, of: Callable[[Line], bool]) -> list[Line]:
        return [
            line
            for line in self.made.lines()
            if line[0].sell_in is sell_in and self.sees(line) and of(line) and PERIOD.start <= line[1].sold_on
        ]

    def cube(self, of: Callable[[Line], bool], by: tuple[str, ...]) -> list[dict[str, Any]]:
        """The rows of `sales` by these dimensions: sell-in takes part unless it is asked by reseller."""
        by_reseller = "RESELLER" in by
        groups: dict[tuple[Any, ...], tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
        for line in self.lines(False, of):
            groups[self._key(line, by)][0].append(line)
        for line in () if by_reseller else self.lines(True, of):
            groups[self._key(line, by)][1].append(line)
        scope = [] if by_reseller else self._counting(of)
        sold_out = self._sold_out(of, by)
        for key in sold_out or ():
            groups[key]
        rows = [
            _beside(self._row(by, key, *lines, scope), None if sold_out is None else sold_out.get(key, []))
            for key, lines in groups.items()
        ]
        every = [[line for group in groups.values() for line in group[place]] for place in (0, 1)]
        opening = self.opening.units(scope, self.made.products, PERIOD)
        sums = [self._compared(PERIOD, self._measures(every[0], every[1], not by, opening))] if groups else []
        sums = [_beside(row, _all_of(sold_out)) | {"period": _days(PERIOD)} for row in sums]
        if by_reseller:
            rows, sums = ([self._without_sell_in(row) for row in each] for each in (rows, sums))
        return [*rows, {"totals": sums}]

    def _sold_out(self, of: Callable[[Line], bool], by: tuple[str, ...]) -> dict[tuple[Any, ...], list[Any]] | None:
        """What the vendor's resellers report to have sold, by these dimensions; None where it has no place."""
        from tests.access import sell_out

        def asked(each: Vendor) -> bool:
            like_a_line = SimpleNamespace(agreement=SimpleNamespace(vendor=each, distributor=None))
            return cast(Callable[[Any], bool], of)((like_a_line, None)) and each.firm == self.who.firm

        vendors = [each for each in self.made.vendors if asked(each)]
        if self.who.level is not Level.VENDOR or "DISTRIBUTOR" in by or not vendors:
            return None
        found: dict[tuple[Any, ...], list[Any]] = {}
        for line in sell_out.lines_of(self.made):
            if line[0].vendor in vendors:
                found.setdefault(sell_out.key_in_cube(line, by), []).append(line)
        return found

    def _counting(self, of: Callable[[Line], bool]) -> list[Agreement]:
        """The agreements whose stock the asker may know of, among those whose sales are asked for."""
        of_agreement = cast(Callable[[Any], bool], of)
        return [
            each
            for each in self.made.agreements
            if of_agreement((SimpleNamespace(agreement=each), None))
            and (each.vendor.firm == self.who.firm if self.who.level is Level.VENDOR else each.distributor in self.own)
        ]

    def _key(self, line: Line, by: Iterable[str]) -> tuple[Any, ...]:
        report, row = line
        agreement, product = report.agreement, row.product
        assert product is not None
        found: list[Any] = []
        for dimension in by:
            match dimension:
                case "MONTH":
                    found.append(month_of(row.sold_on))
                case "DISTRIBUTOR":
                    found.append(global_id("Distributor", agreement.distributor.key))
                case "RESELLER":
                    party = self.buyer_known(row)
                    found.append((self.buyer(row), global_id("Reseller", party.key) if party else None))
                case "PARTNER_TYPE":
                    party = self.buyer_known(row)
                    found.append(party.partner_type if party else None)
                case "COUNTRY":
                    found.append("DE" if self.buyer_known(row) else None)
                case "REGION":
                    found.append(self._region(row))
                case "PRODUCT":
                    found.append(global_id("Product", product.key))
                case "PRODUCT_FAMILY":
                    found.append(product.family)
        return tuple(found)

    def _row(
        self,
        by: tuple[str, ...],
        key: tuple[Any, ...],
        through: list[Line],
        bought: list[Line],
        scope: list[Agreement],
    ) -> dict[str, Any]:
        named = dict(zip(by, key, strict=True))
        month: date | None = named.get("MONTH")
        span = Span(month, month_after(month)) if month else PERIOD
        own = [
            each for each in scope if named.get("DISTRIBUTOR") in {None, global_id("Distributor", each.distributor.key)}
        ]
        products = [
            each for each in self.made.products if named.get("PRODUCT") in {None, global_id("Product", each.key)}
        ]
        opening = self.opening.units(own, products, span)
        return {
            **self._compared(span, self._measures(through, bought, not by, opening)),
            "periodStart": month.isoformat() if month else None,
            "partnerType": named.get("PARTNER_TYPE"),
            "productFamily": named.get("PRODUCT_FAMILY"),
            "country": named.get("COUNTRY"),
            "region": named.get("REGION"),
            "distributor": named.get("DISTRIBUTOR"),
            "reseller": named["RESELLER"][1] if "RESELLER" in named else None,
            "product": named.get("PRODUCT"),
            "segment": NONE_IF_ASKED,
            "lines": line_ids("SellThroughLine", through),
            "lines_resale": line_ids("SellThroughLine", [line for line in through if self.paid(line) is not None]),
            "sellInLines": line_ids("SellInLine", bought),
        }

    def _region(self, row: Row) -> str | None:
        """The reseller's region as the asker records it: the vendor, or the distributor that sold."""
        party = self.buyer_known(row)
        if party is None or self.who.level is Level.VENDOR:
            return party.region if party else None
        assert row.sold_under is not None
        return row.sold_under.reseller_region

    def _compared(self, span: Span, measures: dict[str, Any]) -> dict[str, Any]:
        """The measures beside those of the twelve months before, in which nothing was."""
        before = _days(Span(months_earlier(span.start, 12), months_earlier(span.end, 12)))
        nothing = {**self._measures([], [], False, Fraction()), "period": before}
        return {**measures, "previous": nothing, "sameSpanLastYear": nothing}

    def _measures(
        self, through: list[Line], bought: list[Line], converted: bool, opening: Fraction | None
    ) -> dict[str, Any]:
        priced = [line for line in through if self.paid(line) is not None]
        paid = sum((self.paid(line) or Fraction() for line in priced), Fraction())
        priced_units = sum((units(row) for _, row in priced), Fraction())
        sold, received = _sum(units, through), _sum(units, bought)
        buyers: dict[object, Fraction] = defaultdict(Fraction)
        for report, row in through:
            buyers[report.agreement.vendor.id, self.buyer(row)] += units(row)
        amounts = {"sellIn": _sum(amount, bought), "sellThrough": _sum(book_amount, through), "resale": paid}
        original = {"currency": "EUR", **{f"{name}Amount": money(value) for name, value in amounts.items()}}
        return {
            "currency": "EUR",
            "valuation": "BOOK",
            "unvaluedUnits": "0",
            "invoices": len({(r.agreement.distributor.id, row.document) for r, row in through}),
            "originals": [original] if converted and any(amounts.values()) else [],
            "sellInUnits": text(received),
            "sellInAmount": money(_sum(amount, bought)),
            "sellThroughUnits": text(sold),
            "sellThroughAmount": money(_sum(book_amount, through)),
            "resaleAmount": money(paid),
            "averageSellingPrice": money(paid / priced_units) if priced_units > 0 else None,
            "returnsUnits": text(sum((-units(row) for _, row in through if units(row) < 0), Fraction())),
            "activeResellers": sum(total > 0 for total in buyers.values()),
            **_rated(sold, received, opening),
        }

    @staticmethod
    def _without_sell_in(row: dict[str, Any]) -> dict[str, Any]:
        left_out = {"sellInUnits", "sellInAmount"}
        none = {"openingUnits": None, "sellThroughRate": None, "sellThroughRateLacks": "OF_RESELLERS"}
        kept = {name: value for name, value in row.items() if name not in left_out} | none
        for compared in ("previous", "sameSpanLastYear"):
            kept[compared] = {name: value for name, value in row[compared].items() if name not in left_out} | none
        return kept

    def purchases(self, by: tuple[str, ...]) -> list[dict[str, Any]]:
        """The rows of `purchases` of the reseller itself."""
        groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
        for line in self.lines(False, lambda _: True):
            groups[self._key(line, by)].append(line)
        sold_out = self._own_sell_out(by)
        for key in sold_out:
            groups[key]
        found: list[dict[str, Any]] = []
        for key, lines in groups.items():
            named = dict(zip(by, key, strict=True))
            month: date | None = named.get("MONTH")
            found.append(
                {
                    **self._bought(lines, Span(month, month_after(month)) if month else PERIOD, not by),
                    **sold_out_units(sold_out.get(key, [])),
                    "periodStart": month.isoformat() if month else None,
                    "productFamily": named.get("PRODUCT_FAMILY"),
                    "distributor": named.get("DISTRIBUTOR"),
                    "product": named.get("PRODUCT"),
                    "lines": [self._purchased(line) for line in lines],
                }
            )
        every = [line for lines in groups.values() for line in lines]
        sums = [{**self._bought(every, PERIOD, not by), "period": _days(PERIOD)}] if groups else []
        sums = [{**each, **sold_out_units(_all_of(sold_out) or [])} for each in sums]
        return [*found, {"totals": sums}]

    def _own_sell_out(self, by: tuple[str, ...]) -> dict[tuple[Any, ...], list[Any]]:
        """What a reseller reported to have sold, by these dimensions; nothing by distributors."""
        from tests.access import sell_out

        found: dict[tuple[Any, ...], list[Any]] = {}
        for line in sell_out.lines_of(self.made) if "DISTRIBUTOR" not in by else ():
            if line[0].reseller in self.own:
                found.setdefault(sell_out.key_in_cube(line, by), []).append(line)
        return found

    @staticmethod
    def _purchased(line: Line) -> dict[str, Any]:
        _, row = line
        return purchased(line, text(units(row)), money(Fraction(row.price)), money(amount(row)))

    def _bought(self, lines: list[Line], span: Span, converted: bool) -> dict[str, Any]:
        """The measures of purchases, beside those of the twelve months before, in which nothing was."""
        before = _days(Span(months_earlier(span.start, 12), months_earlier(span.end, 12)))
        nothing = {**self._bought_of([], False), **sold_out_units([]), "period": before}
        return {**self._bought_of(lines, converted), "previous": nothing, "sameSpanLastYear": nothing}

    @staticmethod
    def _bought_of(lines: list[Line], converted: bool) -> dict[str, Any]:
        bought, paid = _sum(units, lines), _sum(amount, lines)
        return {
            "currency": "EUR",
            "units": text(bought),
            "amount": money(paid),
            "returnsUnits": text(sum((-units(row) for _, row in lines if units(row) < 0), Fraction())),
            "averagePrice": money(paid / bought) if bought > 0 else None,
            "invoices": len({(r.agreement.distributor.id, row.document) for r, row in lines}),
            "originals": [money(paid)] if converted and paid else [],
        }

    def purchases_in(self, of: Vendor, party: Party) -> Fraction:
        """What counts of a reseller's purchases for its tier, as far as the principal may know it."""
        lines = [(r, row) for r, row in self.made.lines() if not r.sell_in and r.agreement.vendor is of]
        own = [line for line in lines if self.sees(line) and line[1].sold_under and self.buyer(line[1]) == party.id]
        return sum((self.paid(line) or Fraction() for line in own), Fraction())

    def pair(self, seller: Party, buyer: Party) -> dict[str, Any]:
        """What a distributor sold to a reseller, over PERIOD, and whether it bought anything in the last ninety days."""
        lines = self.lines(False, lambda x: x[0].agreement.distributor is seller and self.buyer(x[1]) == buyer.id)
        paid = sum((self.paid(line) or Fraction() for line in lines), Fraction())
        book = Fraction() if self.who.level is Level.RESELLER else _sum(book_amount, lines)
        lately = [line for line in lines if line[1].sold_on > TODAY - timedelta(days=90)]
        totals = {
            "period": {"start": PERIOD.start.isoformat(), "end": PERIOD.end.isoformat()},
            "units": text(_sum(units, lines)),
            "returnsUnits": text(sum((-units(row) for _, row in lines if units(row) < 0), Fraction())),
            "resaleAmounts": [money(paid)] if paid else [],
            "bookAmounts": [money(book)] if book else [],
        }
        return {"sellThrough": totals, "isActive": _sum(units, lately) > 0}


def _all_of(groups: dict[tuple[Any, ...], list[Any]] | None) -> list[Any] | None:
    return None if groups is None else [each for own in groups.values() for each in own]


def _beside(row: dict[str, Any], sold_out: list[Any] | None) -> dict[str, Any]:
    """A row of the cube with its sell-out, of which nothing was before."""
    from tests.access.sell_out import measures

    nothing = measures(None if sold_out is None else [])
    compared = {name: row[name] | nothing for name in ("previous", "sameSpanLastYear")}
    return {**row, **measures(sold_out), **compared}


def sold_out_units(lines: list[Any]) -> dict[str, Any]:
    """What a reseller reported to have sold, beside what it bought."""
    from tests.access import sell_out

    return sell_out.sold_out_units(lines)


def _rated(sold: Fraction, received: Fraction, opening: Fraction | None) -> dict[str, Any]:
    """The sell-through rate of what there was to be sold."""
    base = None if opening is None else opening + received
    lack = "NOT_COUNTED" if base is None else "NOTHING_THERE" if base <= 0 else None
    return {
        "openingUnits": None if opening is None else text(opening),
        "rateBasis": "AVAILABLE",
        "sellThroughRate": text(sold / base) if base is not None and base > 0 else None,
        "sellThroughRateLacks": lack,
    }


def _days(span: Span) -> dict[str, str]:
    return {"start": span.start.isoformat(), "end": span.end.isoformat()}


def _sum(measure: Callable[[Row], Fraction], lines: Iterable[Line]) -> Fraction:
    return sum((measure(row) for _, row in lines), Fraction())
