"""Who may see what of stock, scorecards and the development of resellers over whole networks, of what was known when, and of
exports; see `oracle`.

A vendor's network is reckoned from all that its distributors told it, a distributor's from its own lines and counts alone,
here line by line. Who bought is told apart as far as agreements disclose it. Files are who asked for them's alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id, read_global_id
from app.programme.spans import month_of
from app.programme.terms import Level
from tests.access import steering
from tests.access.changes import change_of
from tests.access.figures import PERIOD, Figures, Line, book_amount, money, text, units
from tests.access.networks import FUTURE, TODAY, Agreement, Alias, Networks, Party, Vendor
from tests.access.oracle_of_money import whatever
from tests.access.oracle_of_reports import ANY, WHATEVER, Fields, gid
from tests.access.stock_rolled import Rolled
from tests.access.told import History, Parts
from tests.money_rows import AT

WAYS_TO_DEVELOP = {"each": ("DISTRIBUTOR", "RESELLER"), "sum": ()}
"How the development of resellers is asked: by these dimensions, under these names."
QUANTITIES = "unvalued oversold weeklyDemand value sellIn sellThrough excess excessValue erosionRisk months"
_ROW = whatever(f"{QUANTITIES} findings stateSince noneSince states weeksOfSupply state variance beyondTolerance")
EXPORT = whatever(
    "list format status rows progress byteSize sha256 error requestedAt startedAt endedAt expiresAt downloadUrl"
)


class OfSteering:
    """What one principal may see of it."""

    def __init__(self, made: Networks, figures: Figures) -> None:
        self.made, self.figures, self.level = made, figures, figures.who.level

    # -------------------------------------------------------------------------------------------------- networks

    def of_network(self, each: Vendor) -> Fields:
        """What hangs on a vendor's network."""
        own = list(self._agreements(lambda agreement: agreement.vendor is each))
        itself = self.level is Level.VENDOR
        return {
            **self._inventory(dict.fromkeys(a.distributor for a in own)),
            **self._changes(lambda line: line[0].agreement.vendor is each),
            **self._forecast(lambda line: line[0].agreement.vendor is each),
            **{f"resellerDevelopment_{name}": self._developing(each, own, by) for name, by in WAYS_TO_DEVELOP.items()},
            "resellerCohorts": self._cohorts(each),
            "whiteSpace": [],
            **({"backtest": WHATEVER} if itself else {}),
            "compliance": [self.scorecard(agreement) for agreement in own],
            "incentives": self._performing(each) if itself else None,
            "health": WHATEVER if itself else None,
        }

    def of_distributor(self, own: list[Party]) -> Fields:
        """What hangs on a distributor: one in a network, or the asker itself in all of them."""
        among = list(self._agreements(lambda agreement: agreement.distributor in own))
        return {
            **self._inventory(dict.fromkeys(agreement.distributor for agreement in among)),
            **self._changes(lambda line: line[0].agreement.distributor in own),
            **self._forecast(lambda line: line[0].agreement.distributor in own),
        }

    def _agreements(self, of: Callable[[Agreement], bool]) -> Iterable[Agreement]:
        mine = {party.id for party in self.figures.own}
        for each in self.made.agreements:
            seen = (
                each.vendor.firm == self.figures.who.firm if self.level is Level.VENDOR else each.distributor.id in mine
            )
            if of(each) and seen:
                yield each

    # ----------------------------------------------------------------------------------------------------- stock

    def _inventory(self, distributors: Iterable[Party]) -> Fields:
        """Each position, and all together."""
        rows = [row for each in distributors for row in self._positions(each)]
        added = {
            name: text(sum((Fraction(row[name]) for row in rows), Fraction()))
            for name in ("counted", "onHand", "expected", *_NOTHING)
        }
        nobody = dict.fromkeys(("productFamily", "distributor", "product", "agreement"))
        days = {"countedFrom": ANY, "countedUntil": ANY}
        together = {**_ROW, **nobody, **days, **added, "currency": "EUR", "positions": len(rows)}
        one = dict.fromkeys(("state", "stateSince", "noneSince"))
        return {"inventory_each": rows, "inventory_sum": [{**together, **one}] if rows else []}

    def _positions(self, each: Party) -> list[Fields]:
        """What is known of every product that was counted, under whichever agreement."""
        rolled = self.figures.opening.rolled[each]
        own = min((a for a in self.made.agreements if a.distributor is each), key=lambda a: a.id)
        products = [product for product in self.made.products if rolled.covering(product, _utc())]
        return [self._position(rolled, own, product) for product in products]

    def _position(self, rolled: Rolled, agreement: Agreement, product: Any) -> Fields:
        newest = rolled.covering(product, _utc())[-1]
        held = text(rolled.total(product, newest))
        return {
            **_ROW,
            "currency": "EUR",
            "positions": 1,
            "productFamily": None,
            "countedFrom": newest.isoformat(),
            "countedUntil": newest.isoformat(),
            "counted": held,
            "onHand": held,
            **dict.fromkeys(_NOTHING, "0"),
            "expected": text(rolled.expected(product, newest, _utc())),
            "distributor": gid("Distributor", agreement.distributor),
            "product": gid("Product", product),
            "agreement": gid("DistributionAgreement", agreement),
        }

    def _standard(self, each: Agreement) -> Fields:
        product = next(product for product in self.made.products if product.vendor is each.vendor)
        agreed = {"basis": "UNITS", "minimum": "1", "maximum": str(steering.figure_of(each.id))}
        nothing = dict.fromkeys(agreed)
        return {
            "effectiveFrom": FUTURE.isoformat(),
            "lines": [
                {**agreed, "productFamily": None, "product": None},
                {**nothing, "productFamily": product.family, "product": None},
                {**agreed, "productFamily": None, "product": gid("Product", product)},
            ],
        }

    # ------------------------------------------------------------------------------------------------ scorecards

    def of_agreement(self, each: Agreement) -> Fields:
        """What hangs on an agreement."""
        weights, days = steering.weights_of(each, 2), steering.days_of(each)
        told = [{"component": kind, "weight": weight, "days": days.get(kind)} for kind, weight in weights.items()]
        since = TODAY - timedelta(days=398)
        return {
            "inventoryStandard": self._standard(each),
            "scorecardWeights": {"version": 2, "effectiveFrom": since.isoformat(), "weights": told},
            "compliance": self.scorecard(each),
        }

    def scorecard(self, each: Agreement) -> Fields:
        """How both sides kept it. There are too few distributors to compare one with."""
        found = {"period": ANY, "agreement": gid("DistributionAgreement", each), "trend": WHATEVER, "benchmark": None}
        owed = steering.OWED_BY_VENDORS
        sides = {"distributorSide": [kind for kind in steering.COMPONENTS if kind not in owed], "vendorSide": owed}
        return {**found, **{side: self._side(each, kinds) for side, kinds in sides.items()}}

    @staticmethod
    def _side(each: Agreement, kinds: Iterable[str]) -> Fields:
        weights = steering.weights_of(each, 2)
        figures = whatever("share measured needed score evidence rows")
        scored = [{**figures, "component": kind, "weight": weights[kind]} for kind in kinds]
        return {"score": WHATEVER, "weightsVersion": 2, "components": scored}

    # ----------------------------------------------------------------------------------------------- development

    def _bought(self, of: Vendor, since: date, until: date) -> dict[tuple[UUID, object], Fraction]:
        """What each reseller that can be told apart bought of each distributor, net, in the days from one on."""
        found: dict[tuple[UUID, object], Fraction] = defaultdict(Fraction)
        for line in self.figures.lines(False, lambda each: each[0].agreement.vendor is of):
            if since <= line[1].sold_on < until:
                found[line[0].agreement.distributor.id, self.figures.buyer(line[1])] += units(line[1])
        return found

    def _developing(self, of: Vendor, own: list[Agreement], by: tuple[str, ...]) -> list[Fields]:
        """Who bought in ninety days, in the ninety before, and in the two years before these."""
        tomorrow = _utc() + timedelta(days=1)
        days = [tomorrow - timedelta(days=90 * n) for n in range(3)]
        now, before = self._bought(of, days[1], days[0]), self._bought(of, days[2], days[1])
        earlier = self._gross(of, days[1])
        keys = dict.fromkeys(key for key in (*now, *before, *earlier) if now[key] or before[key] or earlier[key] > 0)
        apart = [_Bought(key[0], key[1], now[key], before[key], earlier[key] > 0) for key in keys]
        segments = {"segment": None} if self.level is Level.VENDOR else {}
        if by:
            return [{**self._develops(each), **segments} for each in apart]
        merged: dict[object, _Bought] = {}
        for each in apart:
            merged[each.buyer] = each + merged.get(each.buyer)
        together = list(merged.values())
        obliged = [a for a in own if a in self._obliged(of)]
        owing = 10 * len({agreement.distributor for agreement in obliged})
        certified = {"certified": ANY, "certifiedShare": WHATEVER, "missingActive": None}
        rows = {**_developed(together), **certified, "obligedActive": owing or None}
        return [{**rows, **segments, "distributor": None, "reseller": None}] if together else []

    def _obliged(self, of: Vendor) -> list[Agreement]:
        """Of every other agreement something was agreed; see `resellers`."""
        return [each for each in self.made.agreements if each.vendor is of][::2]

    def _gross(self, of: Vendor, until: date) -> dict[tuple[UUID, object], Fraction]:
        """What they bought before a day, returns left aside."""
        found: dict[tuple[UUID, object], Fraction] = defaultdict(Fraction)
        for line in self.figures.lines(False, lambda each: each[0].agreement.vendor is of):
            if line[1].sold_on < until:
                place = line[0].agreement.distributor.id, self.figures.buyer(line[1])
                found[place] += max(units(line[1]), Fraction())
        return found

    def _develops(self, each: "_Bought") -> Fields:
        distributor = next(party for party in self.made.parties if party.id == each.distributor)
        known = next((party for party in self.made.parties if party.id == each.buyer), None)
        agreed = dict.fromkeys(("certified", "certifiedShare", "obligedActive", "missingActive"))
        return {
            **_developed([each]),
            **agreed,
            "distributor": gid("Distributor", distributor),
            "reseller": gid("Reseller", known) if known is not None else None,
            "state": each.state,
        }

    def _cohorts(self, of: Vendor) -> list[Fields]:
        """Who bought first in which quarter: of a distributor its own buyers, of the vendor those that it tells apart."""
        bought: dict[object, dict[date, list[Line]]] = defaultdict(lambda: defaultdict(list))
        for line in self.figures.lines(False, lambda each: each[0].agreement.vendor is of):
            bought[self.figures.buyer(line[1])][_quarter(line[1].sold_on)].append(line)
        first: dict[date, list[object]] = defaultdict(list)
        for buyer, quarters in bought.items():
            begun = [quarter for quarter, lines in quarters.items() if any(units(row) > 0 for _, row in lines)]
            if begun:
                first[min(begun)].append(buyer)
        active = self._bought(of, _utc() - timedelta(days=89), _utc() + timedelta(days=1))
        return [
            self._cohort(quarter, [bought[buyer] for buyer in buyers], _positive(active, buyers))
            for quarter, buyers in sorted(first.items())
            if quarter >= PERIOD.start
        ]

    @staticmethod
    def _cohort(first: date, buyers: list[dict[date, list[Line]]], active: int) -> Fields:
        quarters = sorted({quarter for each in buyers for quarter in each if quarter >= first})
        told = []
        for quarter in quarters:
            net = [sum((units(row) for _, row in each.get(quarter, ())), Fraction()) for each in buyers]
            amount = sum((book_amount(row) for each in buyers for _, row in each.get(quarter, ())), Fraction())
            amounts = [money(amount)] if amount else WHATEVER
            buying = sum(each > 0 for each in net)
            told.append(
                {
                    "quarter": quarter.isoformat(),
                    "buying": buying,
                    "units": text(sum(net, Fraction())),
                    "amounts": amounts,
                }
            )
        return {"quarter": first.isoformat(), "resellers": len(buyers), "active": active, "quarters": told}

    # ------------------------------------------------------------------------------------------------------ time

    def _changes(self, of: Callable[[Line], bool]) -> Fields:
        """All of it became known since the first moment that is asked about: by reports, and by what was decided later."""
        return {
            f"changes_{name}": change_of(self.made, kind, self.figures.lines(sell_in, of), self._sees)
            for name, kind, sell_in in (("through", "SellThroughLine", False), ("in", "SellInLine", True))
        }

    def _forecast(self, of: Callable[[Line], bool]) -> Fields:
        """The months that are over, of each distributor and kind of firm: too few to say anything of those to come."""
        sold: dict[str, dict[str | None, dict[date, Fraction]]] = {"seller": {}, "kind": {}}
        for line in self.figures.lines(False, of):
            month, buyer = month_of(line[1].sold_on), self.figures.buyer_known(line[1])
            seller = gid("Distributor", line[0].agreement.distributor)
            for name, key in (("seller", seller), ("kind", buyer.partner_type if buyer else None)):
                if month < month_of(_utc()):
                    own = sold[name].setdefault(key, {})
                    own[month] = own.get(month, Fraction()) + units(line[1])
        parts = {"seller": "distributor", "kind": "partnerType"}
        return {
            f"forecast_{name}": Parts(
                [{**_UNSAID, parts[name]: key, "history": History(own)} for key, own in by_key.items()]
            )
            for name, by_key in sold.items()
        }

    def _performing(self, of: Vendor) -> list[Fields]:
        """What was in force: how it did, and what it is."""
        found = {"currency": "EUR", "cost": WHATEVER, "comparison": WHATEVER}
        active = [e for e in self.made.money.held["Incentive"] if e.row["vendor_id"] == of.id]
        return [{**found, "incentive": gid("Incentive", each)} for each in active if each.row["status"] == "ACTIVE"]

    def of_money(self, kind: str, key: Key) -> Fields:
        """What an object of money says of the past."""
        if kind == "IncentiveTerm":
            return {"accrualChanges": WHATEVER}
        if kind != "Statement":
            return {}
        stood = [row for row in self.made.partners["statement_standing"] if row["statement_id"] == str(key.id)]
        if not stood:
            return {"standing": None}
        entitled = {"amount": str(steering.figure_of(key.id)), "currency": "EUR"}
        return {
            "standing": {
                "since": (AT + timedelta(days=1)).isoformat(),
                "status": "APPROVED",
                "revision": 1,
                "entitled": entitled,
                **{name: {"amount": "0", "currency": "EUR"} for name in ("settled", "payable")},
            }
        }

    def _sees(self, alias: Alias) -> bool:
        """What an account stands for tells who the reseller is: the distributor's alone."""
        return alias.product is not None or alias.agreement.distributor in self.figures.own

    # --------------------------------------------------------------------------------------------------- exports

    def exports(self) -> list[tuple[str, Key, Fields]]:
        """The files that the integration asked for by which the principal acts."""
        mine = str(self.made.acting.get(self.figures.who))
        rows = [row for row in self.made.partners["export"] if row["actor_id"] == mine]
        return [("Export", export_key(row), {**EXPORT, "list": row["list"], "status": row["status"]}) for row in rows]


def every_export(made: Networks) -> list[str]:
    """The global ids of all files that anybody asked for."""
    return [global_id("Export", export_key(row)) for row in made.partners["export"]]


def exports_in(objects: dict[str, Fields]) -> list[str]:
    """The files among some objects."""
    return [gid for gid in objects if (read := read_global_id(gid)) is not None and read.type_name == "Export"]


def without_exports(objects: dict[str, Fields]) -> dict[str, Fields]:
    """What somebody else of the same firm sees: all but the files that one asked for oneself."""
    mine = set(exports_in(objects))
    return {gid: fields for gid, fields in objects.items() if gid not in mine}


def export_key(row: dict[str, Any]) -> Key:
    return Key(UUID(row["organization_id"]), UUID(row["id"]))


class _Bought:
    """What somebody bought of a distributor: in ninety days, in those before, and whether in the two years before these."""

    def __init__(self, distributor: UUID, buyer: object, now: Fraction, before: Fraction, earlier: bool) -> None:
        self.distributor, self.buyer, self.now, self.before, self.earlier = distributor, buyer, now, before, earlier

    def __add__(self, other: "_Bought | None") -> "_Bought":
        if other is None:
            return self
        now, before = self.now + other.now, self.before + other.before
        return _Bought(self.distributor, self.buyer, now, before, self.earlier or other.earlier)

    @property
    def state(self) -> str:
        if self.now > 0:
            again = "ACTIVE" if self.before > 0 else "REACTIVATED"
            return again if self.earlier else "NEW"
        return "LAPSED" if self.before > 0 else "INACTIVE"


def _developed(those: list[_Bought]) -> Fields:
    states = [each.state for each in those]
    nothing = dict.fromkeys(("partnerType", "country", "region", "state"))
    return {
        **nothing,
        **whatever("depth topTenShare concentration"),
        "active": sum(each.now > 0 for each in those),
        "new": states.count("NEW"),
        "reactivated": states.count("REACTIVATED"),
        "lapsed": states.count("LAPSED"),
        "units": text(sum((each.now for each in those), Fraction())),
        "unitsBefore": text(sum((each.before for each in those), Fraction())),
    }


def _positive(bought: dict[tuple[UUID, object], Fraction], among: list[object]) -> int:
    net: dict[object, Fraction] = defaultdict(Fraction)
    for (_, buyer), found in bought.items():
        net[buyer] += found
    return sum(net[buyer] > 0 for buyer in among)


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _utc() -> date:
    return datetime.now(UTC).date()


_UNSAID: Fields = {
    **dict.fromkeys(
        ("partnerType", "country", "region", "productFamily", "method", "product", "distributor", "reseller")
    ),
    **{"figure": "UNITS", "currency": "EUR", "reason": ANY, "errors": [], "months": []},
}
_NOTHING = ("allocated", "inTransit", "returned", "defective", "blocked")
"In what state nothing of these networks is."
__all__ = ["WAYS_TO_DEVELOP", "OfSteering", "every_export", "exports_in", "without_exports"]
