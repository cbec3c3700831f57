"""How partners see distribution agreements: who, for how long, where, which volume tiers, and what is reported.

Vendor and distributor see the same agreement; a reseller sees none.
"""

from collections.abc import Sequence

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Connection, Order, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import NO_NETWORK, Key, global_id, key_of
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange
from app.partners.agreements import queries
from app.partners.agreements.inputs import AgreementFilter, AgreementOrder
from app.partners.agreements.standing.graph import span, volume_of_agreements, volume_periods
from app.partners.organizations.graph import Distributor, Vendor, distributors_by_key, vendors_by_key
from app.partners.programs.graph import Program, programs_by_key
from app.partners.queries import connections, day_key, identity, one_each
from app.partners.terms import (
    AgreementStatus,
    Cadence,
    Level,
    ReportField,
    SubmissionFormat,
)
from app.store.database import Row
from app.volume.standing import Terms

ORDERS = {
    AgreementOrder.EFFECTIVE_START_DESC: Order(
        (day_key("a.effective_start", "effective_start"), *identity("a")), descending=True
    ),
    AgreementOrder.EFFECTIVE_START_ASC: Order((day_key("a.effective_start", "effective_start"), *identity("a"))),
    AgreementOrder.EFFECTIVE_END_ASC: Order((day_key("a.effective_end", "effective_end"), *identity("a"))),
}


@visible("agreement:read")
class Disclosure:
    """What of a distributor's business the vendor sees."""

    resale_price: bool
    "Whether the vendor sees what resellers paid."
    end_customer: bool
    "Whether the vendor sees end customers."
    reseller: bool
    "Whether the vendor sees who the resellers are."
    credit_terms: bool
    "Whether the vendor sees the credit terms of resellers."


@visible("agreement:read")
class ReportingRequirement:
    """What a distributor has to report, how often, and by when."""

    cadence: Cadence
    "How often."
    due_days: int
    "By how many days after a period's end its report is due."
    grace_days: int
    "How many days later it counts as missing."
    mandatory_fields: list[ReportField]
    "What every line says, beyond what no report can do without."
    formats: list[SubmissionFormat]
    "In which formats reports are taken."
    discloses: Disclosure
    "What the vendor sees of it."
    agreement_key: strawberry.Private[Key]


@visible("agreement:read")
class DistributionAgreement(Node):
    """Vendor × distributor: the hub of everything between the two."""

    key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    program_key: strawberry.Private[Key]
    terms: strawberry.Private[Terms]
    status: AgreementStatus
    "Where it stands."
    effective: DateRange
    "The days on which it is in effect."
    territory: list[str]
    "The countries to which goods under it are shipped, ISO 3166."
    currency: CurrencyCode
    "The currency of its volume tiers and prices."
    time_zone: str
    "The time zone in which its days begin."
    reporting: ReportingRequirement
    "What the distributor reports."
    volume = edge(volume_of_agreements)
    volume_periods = edge(volume_periods, permission=Permission.LEDGER_READ)
    vendor = reference(
        vendors_by_key,
        Vendor,
        key=lambda agreement: Key(agreement.key.vendor_id, agreement.key.vendor_id),
        description="The vendor.",
    )
    distributor = reference(
        distributors_by_key,
        Distributor,
        key=lambda agreement: agreement.distributor_key,
        description="The distributor.",
    )
    program = reference(
        programs_by_key,
        Program,
        key=lambda agreement: agreement.program_key,
        description="The programme for distributors that it belongs to.",
    )

    @classmethod
    def of(cls, row: Row) -> "DistributionAgreement":
        vendor_id = row["vendor_id"]
        key = Key(vendor_id, row["id"])
        return cls(
            id=strawberry.ID(global_id("DistributionAgreement", key)),
            key=key,
            distributor_key=Key(vendor_id, row["distributor_id"]),
            program_key=Key(vendor_id, row["program_id"]),
            terms=Terms.of(row),
            status=AgreementStatus(row["status"]),
            effective=span(row["effective_start"], row["effective_end"]),
            territory=row["territory"],
            currency=CurrencyCode(row["currency"]),
            time_zone=row["time_zone"],
            reporting=_reporting(row),
        )


def _reporting(row: Row) -> ReportingRequirement:
    return ReportingRequirement(
        agreement_key=Key(row["vendor_id"], row["id"]),
        cadence=Cadence(row["cadence"]),
        due_days=row["due_days"],
        grace_days=row["grace_days"],
        mandatory_fields=[ReportField(each) for each in row["mandatory_fields"]],
        formats=[SubmissionFormat(each) for each in row["formats"]],
        discloses=Disclosure(
            resale_price=row["discloses_resale_price"],
            end_customer=row["discloses_end_customer"],
            reseller=row["discloses_reseller"],
            credit_terms=row["discloses_credit_terms"],
        ),
    )


async def agreements_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[DistributionAgreement | None]:
    """Agreements of the asking vendor or distributor; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    return one_each(await queries.agreements(await request.reader(), keys), len(keys), DistributionAgreement.of)


async def agreements_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AgreementFilter | None = None,
    order_by: AgreementOrder = AgreementOrder.EFFECTIVE_START_DESC,
) -> "list[Connection[DistributionAgreement]]":
    """The agreements in its network: for a distributor its own."""
    listing = queries.agreements_of_vendors([parent.key for parent in parents], _which(filter))
    window = Window.of(
        ORDERS[order_by], first=first, after=after, last=last, before=before, of=[str(v) for v in listing.arguments[2:]]
    )
    return await connections(request, listing, window, selection, DistributionAgreement.of)


async def agreements_of_distributors(
    request: Request[Actor],
    parents: Sequence[Distributor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AgreementFilter | None = None,
    order_by: AgreementOrder = AgreementOrder.EFFECTIVE_START_DESC,
) -> "list[Connection[DistributionAgreement]]":
    """Its agreements, as far as the viewer may see them: a vendor its own, the distributor all of its own."""
    listing = queries.agreements_of_distributors(request.actor, [parent.key for parent in parents], _which(filter))
    window = Window.of(
        ORDERS[order_by], first=first, after=after, last=last, before=before, of=[str(v) for v in listing.arguments[2:]]
    )
    return await connections(request, listing, window, selection, DistributionAgreement.of)


def _which(given: AgreementFilter | None) -> queries.Which:
    """The filter; an id that is no distributor's finds nothing."""
    if given is None:
        return queries.Which()
    distributor = None
    if given.distributor_id is not None:
        distributor = key_of("Distributor", given.distributor_id) or Key(NO_NETWORK, NO_NETWORK)
    return queries.Which(given.status, distributor, given.effective_on)
