"""What stands of random networks before the first report, as rows of tables."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg

from tests.access.calendars import calendar_rows
from tests.access.networks import END, FUTURE, NOW, START, Enrollment, Networks, Program
from tests.access.oracle_of_periods import calendar_row
from tests.access.oracle_of_products import rows_of
from tests.access.reviews import review_columns

MICROS = Decimal(10**6)


@dataclass
class Tables:
    """Rows by table, to be written by the tables' owner."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **values: Any) -> None:
        self.rows[table].append(values)

    async def write(self, connection: asyncpg.Connection) -> None:
        for table, rows in self.rows.items():
            names = list(rows[0])
            holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
            await connection.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holders})",
                [[row[name] for name in names] for row in rows],
            )


def micros(text: str) -> int:
    return int(Decimal(text) * MICROS)


def tables_of(made: Networks) -> Tables:
    """Everything that stands before the first report."""
    tables = Tables()
    for firm in made.firms.values():
        tables.add("organization", id=firm.id, name=firm.own_name, country="DE", created_at=NOW)
    for each in made.vendors:
        owner = made.firms[each.firm].id
        tables.add("vendor", id=each.id, organization_id=owner, name=each.name, country="DE", region="EMEA")
        for table, row in calendar_rows(each):
            tables.add(table, **row)
    _parties(tables, made)
    for program in made.programs:
        _program(tables, program)
    for product in made.products:
        vendor_id = product.vendor.id
        tables.add(
            "product",
            vendor_id=vendor_id,
            id=product.id,
            sku=product.sku,
            gtin=product.gtin,
            name=product.name,
            family=product.family,
            base_unit="EA",
            introduced_on=START,
            created_at=NOW,
        )
        for price, since, until, announced in (
            (product.price, START, FUTURE, NOW - timedelta(days=900)),
            (product.next_price, FUTURE, None, NOW + timedelta(days=30)),
        ):
            tables.add(
                "book_price",
                vendor_id=vendor_id,
                product_id=product.id,
                currency="EUR",
                effective_from=since,
                effective_until=until,
                price=micros(price),
                announced_at=announced,
            )
    for product in made.products:
        for table, row in rows_of(made, product):
            tables.add(table, **row)
    _agreements(tables, made)
    for enrollment in made.enrollments:
        _enrollment(tables, made, enrollment)
    return tables


def _parties(tables: Tables, made: Networks) -> None:
    for party in made.parties:
        tables.add(
            "party",
            vendor_id=party.vendor.id,
            id=party.id,
            kind=party.kind.value,
            name=party.name,
            partner_type=party.partner_type,
            country="DE",
            region=party.region,
            tax_number=party.tax_number,
            disclosed=party.disclosed,
            created_at=NOW,
        )
        owner = made.firms[party.firm].id
        tables.add(
            "party_link",
            vendor_id=party.vendor.id,
            party_id=party.id,
            organization_id=owner,
            linked_from=NOW - timedelta(days=1),
        )


def _program(tables: Tables, program: Program) -> None:
    own = {"vendor_id": program.vendor.id}
    audience = program.audience.value
    tables.add(
        "program",
        **own,
        id=program.id,
        name=program.name,
        description=program.description,
        audience=audience,
        status="ACTIVE",
        partner_types=[],
        countries=["DE"],
        auto_status="APPROVED",
        auto_partner_types=["VAR"],
        auto_countries=["DE"],
        created_at=NOW,
        **review_columns(program.reviews),
    )
    for tier in program.tiers:
        tables.add(
            "program_tier", **own, id=tier.id, program_id=program.id, rank=tier.rank, name=tier.name, audience=audience
        )
        if tier.needed is not None:
            tables.add(
                "tier_requirement",
                **own,
                id=uuid4(),
                program_id=program.id,
                tier_id=tier.id,
                kind="PURCHASES",
                needed=micros(tier.needed),
                currency="EUR",
                audience=audience,
            )
    for benefit in program.benefits:
        tables.add(
            "benefit",
            **own,
            id=benefit.id,
            program_id=program.id,
            name=benefit.name,
            description=benefit.description,
            from_rank=benefit.from_rank,
            where_to_use=benefit.where_to_use,
            opens=benefit.opens,
            audience=audience,
        )


def _agreements(tables: Tables, made: Networks) -> None:
    for agreement in made.agreements:
        own = {"vendor_id": agreement.vendor.id}
        tables.add(
            "agreement",
            **own,
            id=agreement.id,
            distributor_id=agreement.distributor.id,
            program_id=agreement.program.id,
            status="ACTIVE",
            effective_start=START,
            effective_end=END,
            territory=["DE", "AT"],
            currency="EUR",
            time_zone="Europe/Berlin",
            volume_period="YEAR",
            volume_commitment=micros(agreement.commitment),
            threshold_rule="REACHED",
            cadence="MONTHLY",
            due_days=agreement.due_days,
            grace_days=0,
            mandatory_fields=[],
            formats=["INLINE", "CSV", "X12"],
            discloses_resale_price=agreement.resale_price,
            discloses_end_customer=agreement.end_customer,
            discloses_reseller=agreement.reseller,
            discloses_credit_terms=agreement.credit_terms,
            created_at=NOW,
        )
        tables.add("reporting_calendar", **calendar_row(agreement))
        for rank, (name, threshold) in enumerate(agreement.tiers, 1):
            tables.add(
                "volume_tier",
                **own,
                agreement_id=agreement.id,
                distributor_id=agreement.distributor.id,
                rank=rank,
                name=name,
                threshold=micros(threshold),
            )
    for each in made.authorizations:
        agreement, party = each.agreement, each.reseller
        ids = {
            "vendor_id": agreement.vendor.id,
            "agreement_id": agreement.id,
            "distributor_id": agreement.distributor.id,
            "reseller_id": party.id,
        }
        tables.add(
            "reseller_authorization",
            **ids,
            id=each.id,
            disclosed_reseller_id=each.disclosed_reseller_id,
            status="SUSPENDED" if each.suspended else "ACTIVE",
            reseller_name=each.reseller_name,
            reseller_country="DE",
            reseller_region=each.reseller_region,
            partner_type=party.partner_type,
            distributor_name=agreement.distributor.name,
            distributor_country="DE",
            accounts=[each.account],
            effective_start=START,
            effective_end=END,
            suspended_by="DISTRIBUTOR" if each.suspended else None,
            suspension_reason=each.suspended,
            created_at=NOW,
        )
        tables.add("account", **ids, number=each.account, authorization_id=each.id)
        if each.credit is not None:
            tables.add(
                "credit_terms",
                **ids,
                authorization_id=each.id,
                currency="EUR",
                credit_limit_minor=int(Decimal(each.credit) * 100),
                payment_days=30,
                disclosed=agreement.credit_terms,
            )


def _enrollment(tables: Tables, made: Networks, enrollment: Enrollment) -> None:
    own = {"vendor_id": enrollment.program.vendor.id}
    party, tier_id = enrollment.reseller, enrollment.tier.id if enrollment.tier else None
    tables.add(
        "enrollment",
        **own,
        id=enrollment.id,
        program_id=enrollment.program.id,
        reseller_id=party.id,
        status=enrollment.status,
        tier_id=tier_id,
        since=START,
        pinned_until=enrollment.pinned_until,
        version=2,
        created_at=NOW,
    )
    for age, event in enumerate(reversed(enrollment.events)):
        tables.add(
            "enrollment_event",
            **own,
            id=event.id,
            enrollment_id=enrollment.id,
            reseller_id=party.id,
            status=event.status,
            tier_id=event.tier.id if event.tier else None,
            reason=event.reason,
            happened_at=NOW - timedelta(days=age),
        )
    for each in made.authorizations:
        if each.reseller is party:
            tables.add(
                "distributor_enrollment",
                **own,
                authorization_id=each.id,
                enrollment_id=enrollment.id,
                distributor_id=each.agreement.distributor.id,
                reseller_id=party.id,
                agreement_id=each.agreement.id,
                program_id=enrollment.program.id,
                status=enrollment.status,
                tier_id=tier_id,
            )
