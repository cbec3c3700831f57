"""Makes random networks from a seed: who takes part where, what each agreement discloses, and what was reported."""

import random
from datetime import timedelta
from uuid import UUID

from app.programme.terms import Level
from tests.access.deal_sales import sell_deals
from tests.access.deciding import decide
from tests.access.networks import (
    TODAY,
    TYPES,
    Agreement,
    Alias,
    Authorization,
    Benefit,
    Enrollment,
    Event,
    Firm,
    Networks,
    Party,
    Principal,
    Product,
    Program,
    Report,
    Row,
    Secrets,
    Tier,
    Vendor,
    distributor,
    reseller,
    vendor,
)
from tests.access.profiles import lay_out
from tests.access.reviews import lay_reviews
from tests.access.sell_out import sell_out
from tests.access.stock import report_stock

HELD = ("UNKNOWN_PRODUCT", "UNKNOWN_RESELLER_ACCOUNT", "OUTSIDE_TERRITORY")


class Chance:
    """One roll of the dice after the other."""

    def __init__(self, seed: int, *, vendors: int, distributors: int, resellers: int) -> None:
        self.dice = random.Random(seed)
        self.secrets = Secrets(self.dice)
        self.made = Networks(self.secrets)
        self._firms(vendors, distributors, resellers)
        for each in self.made.vendors:
            self._catalogue(each)
            self._agreements(each)
            self._enrollments(each)
        for agreement in self.made.agreements:
            self._reports(agreement)
        for who in self.made.principals():
            counterparts = {
                other
                for agreement in self.made.agreements
                for pair in [(vendor(agreement.vendor.firm), agreement.distributor.principal)]
                if who in pair
                for other in pair
            }
            self.made.clients[who] = self.secrets.word(who, *counterparts)
        for product in self.made.products:
            product.unit = self.secrets.word(*self.made.members(product.vendor))
        self.made.stock += [report_stock(self, agreement) for agreement in self.made.agreements]
        self.made.profiles += [each for agreement in self.made.agreements for each in lay_out(self, agreement)]
        decide(self)
        self.made.sell_out += sell_out(self)
        sell_deals(self)
        lay_reviews(self)
        self._open()

    def id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def _firms(self, vendors: int, distributors: int, resellers: int) -> None:
        """Every distributor is in two networks or more, most resellers too; the last one is both, in different networks."""
        names = {
            Level.VENDOR: [f"V{n}" for n in range(vendors)],
            Level.DISTRIBUTOR: [f"D{n}" for n in range(distributors)],
            Level.RESELLER: [f"R{n}" for n in range(resellers)],
        }
        for firm in [*(name for each in names.values() for name in each), "BOTH"]:
            owners = [Principal(level, firm) for level in Level]
            self.made.firms[firm] = Firm(firm, self.id(), self.secrets.word(*owners))
        for firm in names[Level.VENDOR]:
            self.made.vendors.append(Vendor(firm, self.id(), self.secrets.word(vendor(firm))))
        for level in (Level.DISTRIBUTOR, Level.RESELLER):
            for firm in names[level]:
                for each in self.dice.sample(self.made.vendors, min(vendors, self.dice.choice([2, 2, 3]))):
                    self._party(each, firm, level)
        first, second = self.dice.sample(self.made.vendors, 2)
        self._party(first, "BOTH", Level.DISTRIBUTOR)
        self._party(second, "BOTH", Level.RESELLER)
        for each in self.made.vendors:
            self.secrets.tell(each.name, *self.made.members(each))

    def _party(self, of: Vendor, firm: str, kind: Level) -> None:
        itself, owner = Principal(kind, firm), vendor(of.firm)
        hidden = kind is Level.RESELLER and self.dice.random() < 0.3
        readers = [itself] if hidden else [itself, owner]
        self.made.parties.append(
            Party(
                vendor=of,
                firm=firm,
                id=self.id(),
                kind=kind,
                name=self.secrets.word(*readers),
                region=self.secrets.word(*readers),
                tax_number=self.secrets.word(*readers),
                disclosed=not hidden,
                partner_type=self.dice.choice(TYPES) if kind is Level.RESELLER else None,
            )
        )

    def _catalogue(self, of: Vendor) -> None:
        everybody = self.made.members(of)
        owners = [who for who in everybody if who.level is not Level.RESELLER]
        families = [self.secrets.word(*everybody) for _ in range(2)]
        for _ in range(3):
            self.made.products.append(
                Product(
                    vendor=of,
                    id=self.id(),
                    sku=self.secrets.word(*everybody),
                    gtin=str(self.dice.randrange(10**12, 10**13)),
                    name=self.secrets.word(*everybody),
                    family=self.dice.choice(families),
                    price=self.secrets.price(*owners),
                    next_price=self.secrets.price(vendor(of.firm)),
                )
            )
        for audience, readers in (
            (Level.DISTRIBUTOR, owners),
            (Level.RESELLER, everybody),
            (Level.RESELLER, everybody),
        ):
            tiers = [Tier(self.id(), rank, self.secrets.word(*readers), None) for rank in (1, 2)]
            if audience is Level.RESELLER:
                tiers[1].needed = self.secrets.price(*readers)
            benefits = [
                Benefit(
                    self.id(),
                    self.secrets.word(*readers),
                    self.secrets.word(*readers),
                    rank,
                    self.secrets.word(*readers),
                )
                for rank in (0, 2)
            ]
            name, description = self.secrets.word(*readers), self.secrets.word(*readers)
            self.made.programs.append(Program(of, self.id(), audience, name, description, tiers, benefits))

    def _agreements(self, of: Vendor) -> None:
        program = next(p for p in self.made.programs if p.vendor is of and p.audience is Level.DISTRIBUTOR)
        parties = [party for party in self.made.parties if party.vendor is of]
        for party in parties:
            for _ in range(self.dice.choice([1, 1, 1, 2]) if party.kind is Level.DISTRIBUTOR else 0):
                both = (vendor(of.firm), party.principal)
                agreement = Agreement(
                    vendor=of,
                    distributor=party,
                    program=program,
                    id=self.id(),
                    resale_price=self.dice.random() < 0.5,
                    end_customer=self.dice.random() < 0.5,
                    reseller=self.dice.random() < 0.5,
                    credit_terms=self.dice.random() < 0.5,
                    due_days=self.dice.choice([0, 300]),
                    tiers=[(self.secrets.word(*both), self.secrets.price(*both))],
                    commitment=self.secrets.price(*both),
                )
                self.made.agreements.append(agreement)
                self._authorizations(agreement, [other for other in parties if other.kind is Level.RESELLER])

    def _authorizations(self, agreement: Agreement, resellers: list[Party]) -> None:
        possible = [party for party in resellers if party.disclosed or not agreement.reseller]
        for party in self.dice.sample(possible, min(len(possible), self.dice.choice([1, 2, 3]))):
            seller = agreement.distributor
            self.secrets.tell(seller.name, party.principal)
            both = [seller.principal, party.principal]
            all_three = [*both, vendor(agreement.vendor.firm)] if agreement.reseller else both
            own = [other for other in self.made.authorizations if other.reseller is party and _seller(other) is seller]
            named = [who for who in all_three if who.level is not Level.RESELLER]
            for each in own:
                self.secrets.tell(each.reseller_name, *named)
                self.secrets.tell(each.reseller_region, *named)
            credit = [*both, vendor(agreement.vendor.firm)] if agreement.reseller and agreement.credit_terms else both
            self.made.authorizations.append(
                Authorization(
                    agreement=agreement,
                    reseller=party,
                    id=self.id(),
                    disclosed_reseller_id=party.id if agreement.reseller else self.id(),
                    reseller_name=own[0].reseller_name if own else self.secrets.word(*named),
                    reseller_region=own[0].reseller_region if own else self.secrets.word(*named),
                    account=self.secrets.word(*all_three),
                    credit=self._credit(credit) if self.dice.random() < 0.7 else None,
                    suspended=self.secrets.word(*all_three) if self.dice.random() < 0.2 else None,
                )
            )

    def _credit(self, readers: list[Principal]) -> str:
        """A limit with two decimals, as money of EUR has."""
        limit = f"{self.dice.randrange(10**7, 10**8)}.{self.dice.randrange(11, 99, 2)}"
        self.secrets.readers[limit] = set(readers)
        return limit

    def _enrollments(self, of: Vendor) -> None:
        """Vendors enrol whom they know."""
        programs = [p for p in self.made.programs if p.vendor is of and p.audience is Level.RESELLER]
        for party in self.made.parties:
            if party.vendor is of and party.kind is Level.RESELLER and party.disclosed:
                for program in self.dice.sample(programs, self.dice.choice([0, 1, 2])):
                    tier = self.dice.choice([None, *program.tiers])
                    status = self.dice.choice(["ACTIVE", "ACTIVE", "SUSPENDED", "APPLIED"])
                    reason = self.secrets.word(vendor(of.firm), party.principal)
                    events = [Event(self.id(), "APPLIED", None, None), Event(self.id(), status, tier, reason)]
                    self.made.enrollments.append(Enrollment(program, party, self.id(), status, tier, events))

    def _open(self) -> None:
        """The first programme for resellers opens deals in every tier and SPIFFs in the second, the next one the reverse."""
        for of in self.made.vendors:
            own = [each for each in self.made.programs if each.vendor is of and each.audience is Level.RESELLER]
            for n, program in enumerate(own):
                opened = ("DEAL_REGISTRATION", "SPIFFS")
                for benefit, opens in zip(program.benefits, opened if n % 2 == 0 else opened[::-1], strict=True):
                    benefit.opens = opens

    # ------------------------------------------------------------------------------------------------- reports

    def _reports(self, agreement: Agreement) -> None:
        both = (vendor(agreement.vendor.firm), agreement.distributor.principal)
        for sell_in in [True, *[False] * self.dice.choice([1, 2])]:
            start = (TODAY.replace(day=1) - timedelta(days=self.dice.choice([1, 40, 70]))).replace(day=1)
            name, column = self.secrets.word(*both), self.secrets.word(*(both if sell_in else both[1:]))
            report = Report(agreement, sell_in, f"{name}.csv", [], start, TODAY + timedelta(days=1), column)
            for _ in range(self.dice.randrange(3, 7)):
                report.rows.append(self._row(report))
            if not sell_in:
                self._repeat(report)
            self.made.reports.append(report)
        for code in self.dice.sample(["HEADER_MISSING", "COLUMN_MISSING"], self.dice.choice([0, 1, 2])):
            word = self.secrets.word(agreement.distributor.principal)
            name, column = self.secrets.word(*both), self.secrets.word(both[1])
            unreadable = Report(agreement, False, f"{name}.csv", [], start, TODAY, column, unreadable=code)
            unreadable.rows.append(
                self._sale(unreadable, "REJECTED", agreement.distributor.principal, end_customer=word)
            )
            self.made.reports.append(unreadable)

    def _row(self, report: Report) -> Row:
        agreement = report.agreement
        kind = self.dice.choice(["ACCEPTED"] * 5 + ["REJECTED", *([HELD[0]] if report.sell_in else HELD)])
        sellable = [a for a in self.made.authorizations if a.agreement is agreement]
        if not report.sell_in and not sellable:
            kind = "REJECTED"
        both = [vendor(agreement.vendor.firm), agreement.distributor.principal]
        product = self.dice.choice([p for p in self.made.products if p.vendor is agreement.vendor])
        sold_under = None if report.sell_in or not sellable else self.dice.choice(sellable)
        row = self._sale(report, "HELD" if kind in HELD else kind, *self._price_readers(report))
        row.product, row.sold_under, row.waits = product, sold_under, kind if kind in HELD else None
        row.code = self.secrets.word(*both) if kind == "UNKNOWN_PRODUCT" else product.sku
        row.account = sold_under.account if sold_under is not None else ""
        if kind == "UNKNOWN_RESELLER_ACCOUNT":
            row.account = self.secrets.word(*(both if agreement.reseller else both[1:]))
        if kind == "OUTSIDE_TERRITORY":
            row.ship_to = "BR"
        if kind == "REJECTED":
            row.price = "n/a " + self.secrets.word(*(both if agreement.resale_price or report.sell_in else both[1:]))
            row.account = "" if report.sell_in else "any"
        elif kind in HELD[:2] and self.dice.random() < 0.5:
            self._explain(row, agreement)
        if row.outcome == "ACCEPTED" and sold_under is not None:
            for told in row.told_to_buyer:
                self.secrets.tell(told, sold_under.reseller.principal)
        return row

    def _price_readers(self, report: Report) -> list[Principal]:
        agreement = report.agreement
        both = [vendor(agreement.vendor.firm), agreement.distributor.principal]
        return both if report.sell_in or agreement.resale_price else both[1:]

    def _sale(self, report: Report, outcome: str, *price_readers: Principal, end_customer: str | None = None) -> Row:
        agreement = report.agreement
        both = (vendor(agreement.vendor.firm), agreement.distributor.principal)
        customers = both if agreement.end_customer else both[1:]
        return Row(
            number=len(report.rows) + 1,
            document=self.secrets.word(*(both[1:] if report.unreadable else both)),
            line=str(self.dice.randrange(1, 99)),
            sold_on=report.start + timedelta(days=self.dice.randrange(max(1, (TODAY - report.start).days))),
            code="",
            account="",
            quantity=self.dice.choice(["1", "2", "7", "1.5", "-1"]),
            price=self.secrets.price(*price_readers),
            ship_to="" if report.sell_in else self.dice.choice(["", "DE", "AT"]),
            end_customer=end_customer or ("" if report.sell_in else self.secrets.word(*customers)),
            special_price=self.secrets.word(*both) if self.dice.random() < 0.5 and not report.unreadable else "",
            serial=self.secrets.word(*both) if self.dice.random() < 0.5 and not report.unreadable else "",
            note=self.secrets.word(report.submitter),
            outcome=outcome,
        )

    def _explain(self, row: Row, agreement: Agreement) -> None:
        """Confirm what an unknown code stands for; the row counts then."""
        for_product = row.waits == "UNKNOWN_PRODUCT"
        alias = Alias(agreement, row.code if for_product else row.account, None, None)
        if for_product:
            alias.product = row.product
        else:
            alias.authorization = row.sold_under
        self.made.aliases.append(alias)
        row.outcome, row.settled = "ACCEPTED", True

    def _repeat(self, report: Report) -> None:
        """Say a row that counts again: once with the same words, once with another price."""
        standing = next((row for row in report.rows if row.outcome == "ACCEPTED" and not row.settled), None)
        if standing is None:
            return
        same = {name: getattr(standing, name) for name in standing.__dataclass_fields__}
        another = self.secrets.price(*self._price_readers(report))
        for outcome, price in (("DUPLICATE", standing.price), ("CONFLICT", another)):
            changed = {"number": len(report.rows) + 1, "outcome": outcome, "price": price}
            changed["note"] = self.secrets.word(report.submitter)
            report.rows.append(Row(**{**same, **changed}))


def _seller(authorization: Authorization) -> Party:
    return authorization.agreement.distributor


def random_networks(seed: int, *, vendors: int = 3, distributors: int = 3, resellers: int = 5) -> Networks:
    """The networks of a seed."""
    return Chance(seed, vendors=vendors, distributors=distributors, resellers=resellers).made


__all__ = ["distributor", "random_networks", "reseller", "vendor"]
