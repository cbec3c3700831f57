"""How partners see distribution agreements: who, for how long, where, which volume tiers, and what is reported.

Vendor and distributor see the same agreement; a reseller sees none. The standing among volume tiers is computed from the
sell-in lines of the present volume period whenever it is asked for.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import NO_NETWORK, Key, global_id, key_of
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.partners.agreements import queries
from app.partners.agreements.inputs import AgreementFilter, AgreementOrder
from app.partners.organizations.graph import Distributor, Vendor, distributors_by_key, vendors_by_key
from app.partners.programs.graph import Program, programs_by_key
from app.partners.queries import connections, day_key, identity, one_each
from app.partners.terms import (
    AgreementStatus,
    Cadence,
    Level,
    ReportField,
    SubmissionFormat,
    ThresholdRule,
    VolumePeriod,
)
from app.programme import tiers
from app.programme.spans import Span
from app.store.database import Row

ORDERS = {
    AgreementOrder.EFFECTIVE_START_DESC: Order(
        (day_key("a.effective_start", "effective_start"), *identity("a")), descending=True
    ),
    AgreementOrder.EFFECTIVE_START_ASC: Order((day_key("a.effective_start", "effective_start"), *identity("a"))),
    AgreementOrder.EFFECTIVE_END_ASC: Order((day_key("a.effective_end", "effective_end"), *identity("a"))),
}


@lru_cache(maxsize=1_000)
def span(start: date, end: date) -> DateRange:
    """The span of days; agreements and what hangs on them share few of them."""
    return DateRange(start=start, end=end)


@visible("agreement:read")
class VolumeTier:
    """A volume tier of an agreement."""

    rank: int
    "Its place: 1 is the lowest."
    name: str
    "Its name, such as Gold."
    threshold: Money
    "The net sell-in per volume period at which it is attained, or above which where thresholds are exceeded."


@visible("agreement:read")
class VolumeStanding:
    """Where a distributor stands among the volume tiers of its agreement, in the present volume period.

    Measured is net sell-in: what the vendor invoiced under this agreement, less what it credited, at invoiced prices in the
    agreement's currency. Before the agreement takes effect the first period is meant, after its end the last one.
    """

    volume_period: VolumePeriod
    "Over which span volume is measured."
    period: DateRange
    "The present volume period, as far as the agreement is in effect."
    threshold_rule: ThresholdRule
    "When a threshold counts as met."
    tiers: list[VolumeTier]
    "The volume tiers, the lowest first."
    actual: Money
    "Net sell-in in the period so far."
    other_currencies: list[CurrencyCode]
    "Currencies of sell-in in the period that `actual` leaves out, because no rate converts them."
    attained: VolumeTier | None
    "The highest tier that the period's net sell-in attains so far."
    next: VolumeTier | None
    "The tier above; null at the highest."
    missing_to_next: Money | None
    "What more attains the next tier; where thresholds are exceeded, anything beyond it does."
    commitment: Money | None
    "The net sell-in per period that the distributor committed to."
    shortfall: Money | None
    "What the commitment still lacks; null without a commitment."


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


async def volumes(
    request: Request[Actor], parents: "Sequence[DistributionAgreement]", selection: Selection
) -> list[VolumeStanding]:
    """Where the distributor stands among the volume tiers."""
    periods = [parent.present_period() for parent in parents]
    rows = await queries.volumes(
        await request.reader(),
        [parent.key for parent in parents],
        [parent.distributor_key.id for parent in parents],
        periods,
        [parent.currency for parent in parents],
    )
    return [_standing(parent, period, row) for parent, period, row in zip(parents, periods, rows, strict=True)]


@visible("agreement:read")
class DistributionAgreement(Node):
    """Vendor × distributor: the hub of everything between the two."""

    key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    program_key: strawberry.Private[Key]
    volume_period: strawberry.Private[VolumePeriod]
    commitment: strawberry.Private[int | None]
    threshold_rule: strawberry.Private[ThresholdRule]
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
    volume = edge(volumes)
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

    def present_period(self) -> Span:
        """The present volume period, by the day that it is in the agreement's time zone."""
        today = datetime.now(UTC).astimezone(ZoneInfo(self.time_zone)).date()
        return tiers.volume_period(self.volume_period, today, Span(self.effective.start, self.effective.end))

    @classmethod
    def of(cls, row: Row) -> "DistributionAgreement":
        vendor_id = row["vendor_id"]
        key = Key(vendor_id, row["id"])
        return cls(
            id=strawberry.ID(global_id("DistributionAgreement", key)),
            key=key,
            distributor_key=Key(vendor_id, row["distributor_id"]),
            program_key=Key(vendor_id, row["program_id"]),
            volume_period=VolumePeriod(row["volume_period"]),
            commitment=row["volume_commitment"],
            threshold_rule=ThresholdRule(row["threshold_rule"]),
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


def _standing(agreement: DistributionAgreement, period: Span, row: Row) -> VolumeStanding:
    def amount(micros: int) -> Money:
        return Money(amount=exact(micros, 6), currency=agreement.currency)

    known = [tiers.Tier(*tier) for tier in zip(row["ranks"], row["names"], row["thresholds"], strict=True)]
    shown = {tier: VolumeTier(rank=tier.rank, name=tier.name, threshold=amount(tier.threshold)) for tier in known}
    actual = int(row["actual"])
    found = tiers.standing(known, actual, agreement.threshold_rule, agreement.commitment)
    return VolumeStanding(
        volume_period=agreement.volume_period,
        period=span(period.start, period.end),
        threshold_rule=agreement.threshold_rule,
        tiers=list(shown.values()),
        actual=amount(actual),
        other_currencies=[CurrencyCode(code) for code in row["other_currencies"]],
        attained=shown[found.attained] if found.attained else None,
        next=shown[found.next] if found.next else None,
        missing_to_next=None if found.missing is None else amount(found.missing),
        commitment=None if agreement.commitment is None else amount(agreement.commitment),
        shortfall=None if found.shortfall is None else amount(found.shortfall),
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
