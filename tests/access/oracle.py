"""Who may see what, said once more in Python, field by field, from domain.md and not from the policies.

For a principal and an object the oracle gives every field of the object's type with the value that it has for this
principal, or None where the object does not exist for it. An object stands for itself by its global id; a list in a
connection has no order here. ANY stands for a moment, a link or a description that is there and says nothing of others.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.programme.terms import Level
from tests.access import oracle_of_periods as periods
from tests.access import profiles
from tests.access.calendars import calendar_fields
from tests.access.figures import Figures, Line, money, text
from tests.access.networks import (
    END,
    FUTURE,
    START,
    Agreement,
    Alias,
    Authorization,
    Enrollment,
    Networks,
    Party,
    Principal,
    Product,
    Program,
    Tier,
    Vendor,
    parties,
)
from tests.access.opening import Opening
from tests.access.oracle_of_held import OfHeld
from tests.access.oracle_of_money import OfMoney, volume
from tests.access.oracle_of_partners import OfPartners
from tests.access.oracle_of_products import packed, products_of
from tests.access.oracle_of_reports import ANY, WHATEVER, Fields, gid, gids, key_of, sold_in, through
from tests.access.sell_out import of_reseller, own_reports
from tests.access.stock import positions
from tests.access.stock_rolled import Rolled

SALES = {
    "every": ("MONTH", "DISTRIBUTOR", "PRODUCT", "PRODUCT_FAMILY"),
    "who": ("RESELLER", "PARTNER_TYPE", "COUNTRY", "REGION"),
    "sum": (),
}
PURCHASES = {"every": ("MONTH", "DISTRIBUTOR", "PRODUCT", "PRODUCT_FAMILY"), "sum": ()}
"How the cube is asked: by these dimensions, under these names."


class Oracle(OfHeld):
    """What one principal may see."""

    def __init__(self, made: Networks, who: Principal) -> None:
        self.made, self.who, self.level = made, who, who.level
        self.own = made.parties_of(who)
        self.vendors = [each for each in made.vendors if who in made.members(each)]
        self.figures = Figures(made, who, Opening(made))
        self.money = OfMoney(made, self.level, self.sees_agreement, self.vendors)
        self.partners = OfPartners(made, self.figures, self.sees_party)
        self.objects: dict[str, Fields] = {}
        for kind, key, fields in self._all():
            gid = global_id(kind, key)
            assert gid not in self.objects
            self.objects[gid] = {"id": gid, **fields}

    def _all(self) -> list[tuple[str, Key, Fields]]:
        made, level = self.made, self.level
        found: list[tuple[str, Key, Fields]] = []

        def all_of(
            kind: str, things: list[Any], visible: Callable[[Any], bool], fields: Callable[[Any], Fields]
        ) -> None:
            found.extend((kind, key_of(each), fields(each)) for each in things if visible(each))

        all_of("Vendor", made.vendors, lambda each: each in self.vendors, self.vendor)
        all_of("Distributor", parties(made, Level.DISTRIBUTOR), self.sees_party, self.distributor)
        all_of("Reseller", [*parties(made, Level.RESELLER), *made.gone], self.sees_party, self.reseller)
        all_of("Program", made.programs, self.sees_program, self.program)
        all_of("Product", made.products, lambda each: each.vendor in self.vendors, self.product)
        all_of("ResellerAuthorization", made.authorizations, self.sees_authorization, self.authorization)
        all_of("Enrollment", made.enrollments, self.sees_enrollment, self.enrollment)
        if level is not Level.RESELLER:
            all_of("DistributionAgreement", made.agreements, self.sees_agreement, self.agreement)
            all_of("Submission", made.handed_in, lambda each: self.sees_agreement(each.agreement), self.submission)
            all_of("SellThroughLine", through(made.lines()), self.figures.sees, self.line)
            all_of("SellInLine", sold_in(made.lines()), self.figures.sees, self.sell_in_line)
            all_of("Alias", made.aliases, self.sees_alias, self.alias)
            all_of("HeldDecision", made.decisions, lambda each: self.sees_agreement(each.agreement), self.held_decision)
            owed = [each for each in periods.all_periods(made) if self.sees_agreement(each.agreement)]
            all_of("ReportingPeriod", owed, lambda each: True, lambda each: periods.fields_of_period(made, each, ANY))
            laid_out = [each for each in made.profiles if profiles.seen(self, each)]
            all_of("ReportProfile", laid_out, lambda each: True, lambda each: each.fields(self, ANY))
            found += self.partners.beside(self.money.objects())
        all_of("Alert", self.told(), lambda each: True, lambda each: periods.fields_of_alert(each, ANY))
        found += self.partners.objects()
        if level is Level.DISTRIBUTOR:
            found.append(("Distributor", self.itself, self.distributor(None)))
        if level is Level.RESELLER:
            found += [("Reseller", self.itself, self.reseller(None)), *own_reports(made, self.own, ANY)]
        return found

    @property
    def itself(self) -> Key:
        return Key(NO_NETWORK, self.made.firms[self.who.firm].id)

    def sees_agreement(self, each: Agreement) -> bool:
        """The vendor, and its distributor; no reseller."""
        return {Level.VENDOR: each.vendor.firm == self.who.firm, Level.DISTRIBUTOR: each.distributor in self.own}.get(
            self.level, False
        )

    def told(self) -> list[periods.Alert]:
        """What is for its level: about agreements that it sees, and of itself."""
        own = {party.id for party in self.own}
        return [
            each
            for each in self.made.alerts
            if each.audience is self.level
            if (each.row["reseller_id"] in own if each.agreement is None else self.sees_agreement(each.agreement))
        ]

    def sees_authorization(self, each: Authorization) -> bool:
        """The distributor, the reseller, and the vendor where the agreement discloses resellers."""
        if self.level is Level.VENDOR:
            return each.agreement.vendor.firm == self.who.firm and each.agreement.reseller
        return each.agreement.distributor in self.own or each.reseller in self.own

    def sees_party(self, party: Party) -> bool:
        """The vendor those that are disclosed to it, everybody itself, distributor and reseller one another."""
        if self.level is Level.VENDOR:
            return party.vendor.firm == self.who.firm and party.disclosed
        related = [a for a in self.made.authorizations if party in {a.reseller, a.agreement.distributor}]
        return party in self.own or any(self.sees_authorization(each) for each in related)

    def sees_program(self, program: Program) -> bool:
        return program.vendor in self.vendors and (self.level, program.audience) != (Level.RESELLER, Level.DISTRIBUTOR)

    def sees_enrollment(self, each: Enrollment) -> bool:
        if self.level is Level.VENDOR:
            return each.program.vendor.firm == self.who.firm
        return self.sees_party(each.reseller)

    def sees_alias(self, each: Alias) -> bool:
        """An account number tells who the reseller is, so a vendor reads only what products are called."""
        return self.sees_agreement(each.agreement) and (self.level is Level.DISTRIBUTOR or each.product is not None)

    # --------------------------------------------------------------------------------------------------- fields

    def vendor(self, each: Vendor) -> Fields:
        made = self.made
        recorded = [party for party in made.parties if party.vendor is each and self.sees_party(party)]
        fields = {
            "name": each.name,
            "country": "DE",
            "region": "EMEA",
            "identifiers": [],
            "programs": gids("Program", [p for p in made.programs if p.vendor is each and self.sees_program(p)]),
            "enrollments": self._enrollments(lambda enrollment: enrollment.program.vendor is each),
            "resellers": gids("Reseller", [party for party in recorded if party.kind is Level.RESELLER]),
            "distributors": gids("Distributor", [party for party in recorded if party.kind is Level.DISTRIBUTOR]),
            "products": gids("Product", [product for product in made.products if product.vendor is each]),
            **calendar_fields(each, ANY),
            **self.partners.of_vendor(each),
        }
        if self.level is not Level.RESELLER:
            fields["agreements"] = self._agreements(lambda agreement: agreement.vendor is each)
            sales = self._sales(lambda line: line[0].agreement.vendor is each)
            fields["network"] = sales | self.partners.steering.of_network(each)
            fields |= self.money.of_vendor(each)
        return fields

    def _sales(self, of: Callable[[Line], bool]) -> Fields:
        return {f"sales_{name}": self.figures.cube(of, by) for name, by in SALES.items()}

    def _agreements(self, of: Callable[[Agreement], bool]) -> list[str]:
        return gids("DistributionAgreement", [a for a in self.made.agreements if of(a) and self.sees_agreement(a)])

    def _enrollments(self, of: Callable[[Enrollment], bool]) -> list[str]:
        return gids("Enrollment", [e for e in self.made.enrollments if of(e) and self.sees_enrollment(e)])

    def _organization(self, party: Party | None, known_as: tuple[str, str | None] | None) -> Fields:
        """A party as its vendor records it; across networks as it calls itself; or as an authorisation names it."""
        if party is None:
            numbers, (name, region) = (
                [own.tax_number for own in self.own],
                (self.made.firms[self.who.firm].own_name, None),
            )
        elif known_as is not None:
            numbers, (name, region) = [], known_as
        else:
            numbers, (name, region) = [party.tax_number], (party.name, party.region)
        identifiers = [{"kind": "TAX_NUMBER", "value": number} for number in sorted(numbers)]
        return {"name": name, "country": "DE", "region": region, "identifiers": identifiers}

    def distributor(self, party: Party | None) -> Fields:
        from_outside = self.level is Level.RESELLER and party is not None
        fields = self._organization(party, (party.name, None) if from_outside and party else None)
        if self.level is not Level.RESELLER:
            fields["agreements"] = self._agreements(lambda a: a.distributor in ([party] if party else self.own))
            fields |= self._sales(lambda line: line[0].agreement.distributor in ([party] if party else self.own))
            fields |= self.partners.steering.of_distributor([party] if party else self.own)
        return fields

    def reseller(self, party: Party | None) -> Fields:
        named = [a for a in self.made.authorizations if a.reseller is party and a.agreement.distributor in self.own]
        known_as = (named[0].reseller_name, named[0].reseller_region) if named else None
        among = [party] if party else self.own
        authorized = [a for a in self.made.authorizations if a.reseller in among and self.sees_authorization(a)]
        types = {own.partner_type for own in among}
        fields = {
            **self._organization(party, known_as),
            "partnerType": types.pop() if len(types) == 1 else ANY,
            "enrollments": self._enrollments(lambda enrollment: enrollment.reseller in among),
            "authorizations": gids("ResellerAuthorization", authorized),
            **self.partners.of_reseller(among),
        }
        if self.level is Level.RESELLER:
            fields |= of_reseller(Figures(self.made, self.who, self.figures.opening), among, PURCHASES)
        return fields

    def program(self, each: Program) -> Fields:
        return {
            "name": each.name,
            "description": each.description,
            "audience": each.audience.value,
            "status": "ACTIVE",
            "partnerTypes": [],
            "countries": ["DE"],
            "tiers": [self._tier(tier) for tier in each.tiers],
            "benefits": [self._benefit(each, n) for n in range(len(each.benefits))],
            "vendor": gid("Vendor", each.vendor),
            **self.partners.of_program(each),
        }

    @staticmethod
    def _tier(tier: Tier) -> Fields:
        asks = [{"kind": "PURCHASES", "needed": tier.needed, "currency": "EUR"}] if tier.needed else []
        return {"rank": tier.rank, "name": tier.name, "requirements": asks}

    @staticmethod
    def _benefit(program: Program, n: int) -> Fields:
        each = program.benefits[n]
        where = {"whereToUse": each.where_to_use, "opens": each.opens}
        return {"name": each.name, "description": each.description, "fromRank": each.from_rank, **where}

    def product(self, each: Product) -> Fields:
        fields = {
            "sku": each.sku,
            "gtin": each.gtin,
            "name": each.name,
            "family": each.family,
            "baseUnit": "EA",
            "introducedOn": START.isoformat(),
            **packed(self.made, each, gid("Product", products_of(self.made, each)[0])),
            **self.money.of_product(each),
        }
        if self.level is Level.RESELLER:
            return fields
        knows_next = self.level is Level.VENDOR
        spans = [(each.price, START.isoformat(), FUTURE.isoformat() if knows_next else None)]
        spans += [(each.next_price, FUTURE.isoformat(), None)] if knows_next else []
        prices = [
            {
                "currency": "EUR",
                "price": money(Fraction(price)),
                "effective": {"start": start, "end": end},
                "announcedAt": ANY,
            }
            for price, start, end in spans
        ]
        return {**fields, "wholesalePrice": money(Fraction(each.price)), "prices": prices}

    def agreement(self, each: Agreement) -> Fields:
        made = self.made
        authorized = [a for a in made.authorizations if a.agreement is each and self.sees_authorization(a)]
        lines = [line for line in through(made.lines()) if line[0].agreement is each]
        return {
            "status": "ACTIVE",
            "effective": {"start": START.isoformat(), "end": END.isoformat()},
            "territory": ["DE", "AT"],
            "currency": "EUR",
            "timeZone": "Europe/Berlin",
            "reporting": {
                "cadence": "MONTHLY",
                "dueDays": each.due_days,
                "graceDays": 0,
                "mandatoryFields": [],
                "formats": ["INLINE", "CSV", "X12"],
                "calendar": periods.calendar(each),
                "discloses": {
                    "resalePrice": each.resale_price,
                    "endCustomer": each.end_customer,
                    "reseller": each.reseller,
                    "creditTerms": each.credit_terms,
                },
            },
            "volume": volume(made, each),
            "vendor": gid("Vendor", each.vendor),
            "distributor": gid("Distributor", each.distributor),
            "program": gid("Program", each.program),
            "authorizations": gids("ResellerAuthorization", authorized),
            "submissions": gids("Submission", [report for report in made.handed_in if report.agreement is each]),
            "inventory": positions(made.stock, each),
            "stock": Rolled(made, each).positions(),
            "lines": gids("SellThroughLine", lines),
            "reportProfiles": profiles.profiles_in(self, each),
            "reportingPeriods": gids("ReportingPeriod", list(periods.periods_of(each))),
            "reportingRecord": periods.record(made, each),
            **self.held_in(each),
            **self.money.of_agreement(each),
            **self.partners.of_agreement(each),
        }

    def authorization(self, each: Authorization) -> Fields:
        agreement = each.agreement
        disclosed = self.level is not Level.VENDOR or agreement.credit_terms
        priced = self.level is not Level.VENDOR or agreement.resale_price
        credit = {"limit": {"amount": each.credit, "currency": "EUR"}, "paymentDays": 30}
        credit["exposure"] = WHATEVER if priced else None
        enrolled = [e for e in self.made.enrollments if e.reseller is each.reseller and self.sees_enrollment(e)]
        foremost = max(enrolled, key=lambda e: (e.status == "ACTIVE", e.id), default=None)
        fields = {
            "status": "SUSPENDED" if each.suspended else "ACTIVE",
            "accounts": [each.account],
            "effective": {"start": START.isoformat(), "end": END.isoformat()},
            "suspendedBy": "DISTRIBUTOR" if each.suspended else None,
            "suspensionReason": each.suspended,
            "planned": WHATEVER,
            "version": 1,
            "creditTerms": credit if each.credit and disclosed else None,
            "enrollment": gid("Enrollment", foremost) if foremost else None,
            "distributor": gid("Distributor", agreement.distributor),
            "reseller": gid("Reseller", each.reseller),
            **self.figures.pair(agreement.distributor, each.reseller),
            **self.partners.of_authorization(each),
        }
        own = self.level is Level.RESELLER
        return fields if own else {**fields, "agreement": gid("DistributionAgreement", agreement)}

    def enrollment(self, each: Enrollment) -> Fields:
        whole = self.level is not Level.DISTRIBUTOR
        return {
            "status": each.status,
            "since": START.isoformat() if whole else None,
            "version": 2 if whole else None,
            "progress": self._progress(each) if whole else None,
            "benefits": [self._access(each, n) for n in range(len(each.program.benefits))],
            "history": [self._event(event) for event in reversed(each.events)] if whole else [],
            "program": gid("Program", each.program),
            "reseller": gid("Reseller", each.reseller),
            "tier": self._tier(each.tier) if each.tier else None,
            **self.partners.of_enrollment(each),
        }

    def _event(self, event: Any) -> Fields:
        tier = self._tier(event.tier) if event.tier else None
        return {"status": event.status, "reason": event.reason, "happenedAt": ANY, "tier": tier, "by": "VENDOR"}

    def _access(self, each: Enrollment, n: int) -> Fields:
        benefit, rank = each.program.benefits[n], each.tier.rank if each.tier else 0
        granted = each.status == "ACTIVE" and rank >= benefit.from_rank
        tier = next((tier for tier in each.program.tiers if tier.rank == benefit.from_rank), None)
        return {
            "benefit": self._benefit(each.program, n),
            "granted": granted,
            "rule": ANY,
            "tier": self._tier(tier) if tier else None,
            "whereToUse": benefit.where_to_use if granted else None,
        }

    def _progress(self, each: Enrollment) -> list[Fields]:
        """The vendor counts what is disclosed to it, the reseller everything."""
        achieved = self.figures.purchases_in(each.program.vendor, each.reseller)
        basis = "ALL_PURCHASES" if self.level is Level.RESELLER else "DISCLOSED_PURCHASES"
        return [
            {
                "tier": self._tier(tier),
                "kind": "PURCHASES",
                "needed": tier.needed,
                "currency": "EUR",
                "achieved": text(achieved),
                "missing": text(max(Fraction(), Fraction(tier.needed) - achieved)),
                "period": ANY,
                "basis": basis,
            }
            for tier in each.program.tiers
            if tier.needed
        ]


__all__ = ["ANY", "PURCHASES", "SALES", "WHATEVER", "Oracle", "gid", "key_of"]
