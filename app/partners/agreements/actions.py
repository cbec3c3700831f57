"""What a vendor does with agreements: it agrees with a distributor on dates, territory, volume tiers and reporting."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks, trimmed
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import DateRangeInput
from app.partners.agreements import queries
from app.partners.agreements.inputs import CreateAgreementInput, ReportingRequirementInput
from app.partners.organizations.actions import own_network
from app.partners.organizations.queries import party_of_kind
from app.partners.programs.queries import program_for_act
from app.programme.claim_terms import ShortfallConsequence
from app.programme.spans import Span
from app.programme.terms import AgreementStatus, Audience, PartyKind, ProgramStatus, ReportField, SubmissionFormat
from app.programme.tiers import ascend
from app.store.database import Row
from app.store.identity import new_id
from app.store.turns import Turn, take

MOST_TIERS = 20
LONGEST = 3_660
"Days that an agreement spans at most: ten years."


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that were entered, as the table keeps them."""

    effective: Span
    territory: list[str]
    commitment: int | None
    shortfall_share: int | None
    thresholds: list[int]
    discounts: list[int | None]


async def create_agreement(request: Request[Actor], given: CreateAgreementInput) -> Key:
    """Agree with a distributor. Two live agreements of one programme may not meet on the same day in the same country."""
    vendor_id = own_network(request)
    async with acting(request, "createAgreement") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check = Checks()
        terms = _terms(check, given)
        distributor = await _distributor(act, check, given)
        program = await _program(act, check, given, distributor)
        if not check.problems and distributor is not None and program is not None:
            await _check_overlap(act, check, Key(vendor_id, distributor["id"]), program["id"], terms)
        check.settle()
        assert distributor is not None and program is not None
        key = Key(vendor_id, new_id())
        await _insert(act, key, given, terms, distributor["id"], program["id"])
        await _insert_tiers(act, key, given, terms, distributor["id"])
        after = {"distributor": distributor["name"], "program": program["name"], "effective": given.effective}
        await act.record(global_id("DistributionAgreement", key), vendor_id=vendor_id, after=after)
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


def _terms(check: Checks, given: CreateAgreementInput) -> Terms:
    check.currency(given.currency, "currency")
    check.time_zone(given.time_zone, "timeZone")
    if not given.territory:
        check.add(UserErrorCode.REQUIRED, "Name at least one country.", "territory")
    _check_reporting(check, given.reporting)
    commitment = given.volume_commitment
    return Terms(
        effective=days(check, given.effective, "effective"),
        territory=check.countries(given.territory, "territory"),
        commitment=None if commitment is None else check.scaled(commitment, 6, "volumeCommitment", least=1),
        shortfall_share=_consequence(check, given),
        thresholds=_thresholds(check, given),
        discounts=_discounts(check, given),
    )


def days(check: Checks, given: DateRangeInput, *path: str) -> Span:
    """A span of days that ends after it starts and is no longer than ten years."""
    if not given.start < given.end:
        check.add(UserErrorCode.INVALID, f"The end comes after the start, {given.start}.", *path, "end")
    elif (given.end - given.start).days > LONGEST:
        check.add(UserErrorCode.INVALID, "At most ten years fit.", *path, "end")
    return Span(given.start, given.end)


def _thresholds(check: Checks, given: CreateAgreementInput) -> list[int]:
    check.at_most(MOST_TIERS, given.volume_tiers, "volumeTiers")
    check.different([tier.name for tier in given.volume_tiers], "volumeTiers")
    thresholds = []
    for place, tier in enumerate(given.volume_tiers[:MOST_TIERS]):
        check.name(tier.name, "volumeTiers", str(place), "name")
        thresholds.append(check.scaled(tier.threshold, 6, "volumeTiers", str(place), "threshold"))
    if not check.problems and not ascend(thresholds):
        wrong = "The tiers overlap: list them from the lowest, each threshold above the one before."
        check.add(UserErrorCode.OVERLAP, wrong, "volumeTiers")
    return thresholds


def _consequence(check: Checks, given: CreateAgreementInput) -> int | None:
    """The share (10⁻⁶) of a shortfall that is owed, where a fee follows."""
    consequence, share = given.shortfall_consequence, given.shortfall_share
    is_fee = consequence is ShortfallConsequence.SHORTFALL_FEE
    if consequence is not ShortfallConsequence.NONE and given.volume_commitment is None:
        check.add(
            UserErrorCode.REQUIRED, "Say what is committed to, of which this is the consequence.", "volumeCommitment"
        )
    if share is None:
        if is_fee:
            check.add(UserErrorCode.REQUIRED, "Say which share of the shortfall is owed.", "shortfallShare")
        return None
    if not is_fee:
        check.add(
            UserErrorCode.INVALID, "A share is owed where the consequence is SHORTFALL_FEE alone.", "shortfallShare"
        )
    return _share(check, share, 1, "shortfallShare")


def _share(check: Checks, share: Decimal, least: int, *path: str) -> int:
    """A share as 10⁻⁶, no larger than the whole."""
    if share > 1:
        check.add(UserErrorCode.INVALID, f"This is a share, at most 1, not {share:f}.", *path)
        return least
    return check.scaled(share, 6, *path, least=least)


def _discounts(check: Checks, given: CreateAgreementInput) -> list[int | None]:
    """The discounts (10⁻⁶) of the tiers; and whether those that earn rebates stand above those that do not."""
    tiers = given.volume_tiers[:MOST_TIERS]
    for place, (lower, tier) in enumerate(pairwise(tiers), 1):
        if lower.rebate_eligible and not tier.rebate_eligible:
            wrong = f"{trimmed(lower.name)[:50]!r} below it is eligible for rebates, so this tier is too."
            check.add(UserErrorCode.INVALID, wrong, "volumeTiers", str(place), "rebateEligible")
    return [
        None if tier.discount is None else _share(check, tier.discount, 0, "volumeTiers", str(place), "discount")
        for place, tier in enumerate(tiers)
    ]


def _check_reporting(check: Checks, given: ReportingRequirementInput) -> None:
    check.number(given.due_days, 0, 365, "reporting", "dueDays")
    check.number(given.grace_days, 0, 365, "reporting", "graceDays")
    check.different(given.mandatory_fields, "reporting", "mandatoryFields")
    check.different(given.formats, "reporting", "formats")
    if not given.formats:
        check.add(UserErrorCode.REQUIRED, "Name at least one format.", "reporting", "formats")


async def _distributor(act: Act, check: Checks, given: CreateAgreementInput) -> Row | None:
    key = check.key("Distributor", "distributor", given.distributor_id, "distributorId")
    found = await party_of_kind(act.session, key, PartyKind.DISTRIBUTOR) if key is not None else None
    if key is not None and found is None:
        check.not_found("distributor", "distributorId")
    return found


async def _program(act: Act, check: Checks, given: CreateAgreementInput, distributor: Row | None) -> Row | None:
    key = check.key("Program", "programme", given.program_id, "programId")
    found = await program_for_act(act.session, key) if key is not None else None
    if found is None:
        if key is not None:
            check.not_found("programme", "programId")
    elif found["audience"] != Audience.DISTRIBUTOR:
        check.add(UserErrorCode.INVALID, f"{found['name']} is a programme for resellers.", "programId")
    elif found["status"] != ProgramStatus.ACTIVE:
        check.add(UserErrorCode.NOT_ACTIVE, f"{found['name']} takes no partners any more.", "programId")
    elif distributor is not None and found["countries"] and distributor["country"] not in found["countries"]:
        wrong = f"{found['name']} is for {', '.join(found['countries'])}; {distributor['name']} is in "
        check.add(UserErrorCode.NOT_ELIGIBLE, f"{wrong}{distributor['country']}.", "programId")
    return found


async def _check_overlap(act: Act, check: Checks, distributor: Key, program_id: UUID, terms: Terms) -> None:
    """Under a lock that another agreement with the same distributor waits for."""
    await take(act.session, Turn.AGREEMENTS, distributor.id)
    other = await queries.overlapping(act.session, distributor, program_id, terms.effective, terms.territory)
    if other is not None:
        wrong = (
            f"Another agreement with this distributor under this programme is in effect from {other['effective_start']}"
            f" to {other['effective_end']} in some of these countries. Choose other days, countries, or programme."
        )
        check.add(UserErrorCode.OVERLAP, wrong, "effective")


async def _insert(
    act: Act, key: Key, given: CreateAgreementInput, terms: Terms, distributor_id: UUID, program_id: UUID
) -> None:
    reporting = given.reporting
    await act.session.execute(
        "INSERT INTO agreement (vendor_id, id, distributor_id, program_id, status, effective_start, effective_end,"
        " territory, currency, time_zone, volume_period, volume_commitment, threshold_rule, cadence, due_days,"
        " grace_days, mandatory_fields, formats, discloses_resale_price, discloses_end_customer, discloses_reseller,"
        " discloses_credit_terms, created_at, shortfall_consequence, shortfall_share)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,"
        " $23, $24, $25)",
        key.vendor_id,
        key.id,
        distributor_id,
        program_id,
        AgreementStatus.ACTIVE,
        terms.effective.start,
        terms.effective.end,
        terms.territory,
        given.currency,
        given.time_zone,
        given.volume_period,
        terms.commitment,
        given.threshold_rule,
        reporting.cadence,
        reporting.due_days,
        reporting.grace_days,
        [each for each in ReportField if each in reporting.mandatory_fields],
        [each for each in SubmissionFormat if each in reporting.formats],
        reporting.discloses.resale_price,
        reporting.discloses.end_customer,
        reporting.discloses.reseller,
        reporting.discloses.credit_terms,
        datetime.now(UTC),
        given.shortfall_consequence,
        terms.shortfall_share,
    )


async def _insert_tiers(act: Act, key: Key, given: CreateAgreementInput, terms: Terms, distributor_id: UUID) -> None:
    await act.session.execute_many(
        "INSERT INTO volume_tier (vendor_id, agreement_id, distributor_id, rank, name, threshold, discount,"
        " rebate_eligible) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (key.vendor_id, key.id, distributor_id, rank, trimmed(tier.name), threshold, discount, tier.rebate_eligible)
            for rank, (tier, threshold, discount) in enumerate(
                zip(given.volume_tiers, terms.thresholds, terms.discounts, strict=True), 1
            )
        ],
    )
