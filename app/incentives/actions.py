"""What a vendor does with incentives: it drafts, revises, proposes, activates, ends and discards them.

One act at a time on each incentive. What a rule pays changes nowhere at once: activating or ending one asks the worker to
reckon accruals anew (`app.accruals.actions.reckon_incentive`), in the same transaction.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.accruals.actions import rule_of
from app.execution.checks import Checks
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import DateRangeInput
from app.incentives import queries
from app.incentives.affiliations.actions import check_affiliates
from app.incentives.examples.actions import check_examples
from app.incentives.freezing.queries import freeze
from app.incentives.inputs import (
    ActivateIncentiveInput,
    CreateIncentiveInput,
    DiscardIncentiveDraftInput,
    EndIncentiveInput,
    ProposeIncentiveInput,
    ReviseIncentiveInput,
)
from app.incentives.rules.inputs import IncentiveRuleInput, rule_entered
from app.incentives.rules.naming import check_named
from app.programme.incentive_audience import unfit_for_distributors
from app.programme.incentive_data import rule_as_data
from app.programme.incentive_lists import frozen, is_divided, lists_of
from app.programme.incentive_wording import described
from app.programme.incentives import Rule
from app.programme.money import places_of
from app.programme.money_terms import Aggregate, IncentiveStatus
from app.programme.spans import Span
from app.programme.terms import AgreementStatus
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

MOST_AGREEMENTS = 250
LONGEST = 3_660
"Days that a version is in effect at most: ten years."
NOT_IN_FORCE = frozenset({IncentiveStatus.DRAFT, IncentiveStatus.PROPOSED})


async def create_incentive(request: Request[Actor], given: CreateIncentiveInput) -> Key:
    """Draft an incentive. Every problem of the rule is told at once, each where it was entered."""
    vendor_id = _own_network(request.actor)
    async with acting(request, "createIncentive") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        name = check.name(given.name, "name")
        version = await _version(
            act, check, key, 1, given.rule, given.effective, given.agreement_ids, given.affiliation_id
        )
        budget = _budget(check, given.budget, given.rule.currency)
        check.settle()
        assert version is not None
        await queries.insert_incentive(act.session, key, name, given.rule.kind, budget, version.by, version.at)
        await queries.insert_version(act.session, key, version)
        await _record(act, key, {"name": name, "kind": given.rule.kind, "version": 1, "status": IncentiveStatus.DRAFT})
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def revise_incentive(request: Request[Actor], given: ReviseIncentiveInput) -> Key:
    """Write a new version of an incentive, as a draft. A draft or proposal gives way to it at once, a version in force when
    the new one is activated."""
    async with acting(request, "reviseIncentive") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(_own_network(request.actor), UUID(done))
        check = Checks()
        key, found, versions = await _taken(act, check, given.incentive_id, given.expected_version)
        number = found["latest_version"] + 1
        name = found["name"] if given.name is None else check.name(given.name, "name")
        version = await _version(
            act, check, key, number, given.rule, given.effective, given.agreement_ids, given.affiliation_id
        )
        budget = _budget(check, given.budget, given.rule.currency)
        _check_revision(check, found, versions, given)
        check.settle()
        assert version is not None
        now = version.at
        if versions[-1]["status"] in NOT_IN_FORCE:
            await queries.set_status(act.session, key, versions[-1]["version"], IncentiveStatus.ENDED, now)
        await queries.insert_version(act.session, key, version)
        status = IncentiveStatus.ACTIVE if _in_force(versions) else IncentiveStatus.DRAFT
        kept = found["budget_minor"] if budget is None else budget
        await queries.set_incentive(act.session, key, name, status, number, kept)
        await _record(act, key, {"name": name, "version": number, "status": IncentiveStatus.DRAFT})
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def propose_incentive(request: Request[Actor], given: ProposeIncentiveInput) -> Key:
    """Put a draft to the distributors whose agreements it names: from now on each reads its own terms."""
    async with acting(request, "proposeIncentive") as act:
        check = Checks()
        key, found, versions = await _taken(act, check, given.incentive_id, given.expected_version)
        latest = versions[-1]
        if latest["status"] != IncentiveStatus.DRAFT:
            check.add(UserErrorCode.NOT_ACTIVE, f"Version {latest['version']} is no draft.", "incentiveId")
        rule, effective = rule_of(latest["rule"]), Span(latest["effective_start"], latest["effective_end"])
        for problem in unfit_for_distributors(rule):
            check.add(UserErrorCode.NOT_ELIGIBLE, problem.message, "incentiveId")
        known = await queries.agreements(act.session, key.vendor_id, latest["agreement_ids"])
        for agreement_id in latest["agreement_ids"]:
            _check_agreement(check, known[agreement_id], effective, latest["currency"], "incentiveId")
            _check_disclosed(check, known[agreement_id], rule, "incentiveId")
        named = {each for segments in lists_of(rule, key.id, 0).values() for each in segments}
        if len(await queries.known_segments(act.session, key.vendor_id, [*map(UUID, named)])) < len(named):
            check.add(UserErrorCode.NOT_FOUND, "A segment that it names is gone: revise the draft.", "incentiveId")
        await _still_affiliates(act, check, key.vendor_id, latest)
        check.settle()
        now, version = datetime.now(UTC), latest["version"]
        offered, lists = frozen(rule, key.id, version), lists_of(rule, key.id, version)
        offers = [(new_id(), agreement_id) for agreement_id in latest["agreement_ids"]]
        await queries.insert_terms(act.session, key, version, offers, now, rule_as_data(offered), described(offered))
        for list_id, segments in lists.items():
            await freeze(act.session, key.vendor_id, list_id, latest["agreement_ids"], segments)
        await queries.set_status(act.session, key, version, IncentiveStatus.PROPOSED, now)
        status = found["status"] if _in_force(versions) else IncentiveStatus.PROPOSED
        await queries.set_incentive(act.session, key, found["name"], status, version, found["budget_minor"])
        await _record(act, key, {"version": version, "status": IncentiveStatus.PROPOSED})
    return key


async def activate_incentive(request: Request[Actor], given: ActivateIncentiveInput) -> Key:
    """Let a proposal come into force, unless the two sides have left a worked example open or the engine disagrees with one.
    The version in force before it ends where it begins."""
    async with acting(request, "activateIncentive") as act:
        check = Checks()
        key, found, versions = await _taken(act, check, given.incentive_id, given.expected_version)
        latest = versions[-1]
        if latest["status"] != IncentiveStatus.PROPOSED:
            wrong = (
                f"Version {latest['version']} was not proposed: only what was put to the distributors comes into force."
            )
            check.add(UserErrorCode.NOT_ACTIVE, wrong, "incentiveId")
        check.settle()
        _check_follows(check, versions, latest["effective_start"], "incentiveId")
        await check_examples(act.session, check, key, latest, "incentiveId")
        await _still_affiliates(act, check, key.vendor_id, latest)
        check.settle()
        now, version = datetime.now(UTC), latest["version"]
        await queries.end_on(act.session, key, latest["effective_start"])
        await queries.set_status(act.session, key, version, IncentiveStatus.ACTIVE, now)
        active = IncentiveStatus.ACTIVE
        await queries.set_incentive(act.session, key, found["name"], active, version, found["budget_minor"])
        await enqueue(act.session, Job.ACCRUE_INCENTIVE, vendor_id=key.vendor_id, incentive_id=key.id)
        await _record(act, key, {"version": version, "status": active})
    return key


async def end_incentive(request: Request[Actor], given: EndIncentiveInput) -> Key:
    """Let an incentive in force end on a day, earlier than it said. What it had accrued from that day on is taken back."""
    async with acting(request, "endIncentive") as act:
        check = Checks()
        key, _, versions = await _taken(act, check, given.incentive_id, given.expected_version)
        active = _in_force(versions)
        if active is None:
            check.add(UserErrorCode.NOT_ACTIVE, "No version of it is in force.", "incentiveId")
        elif versions[-1]["status"] in NOT_IN_FORCE:
            wrong = f"Version {versions[-1]['version']} is a draft or proposal: discard it or activate it first."
            check.add(UserErrorCode.INVALID, wrong, "incentiveId")
        elif not active["effective_start"] < given.ends_on < active["effective_end"]:
            wrong = (
                f"Version {active['version']} is in effect from {active['effective_start']} to {active['effective_end']}:"
                " it ends on a day after the first and before the last of these."
            )
            check.add(UserErrorCode.INVALID, wrong, "endsOn")
        check.settle()
        await queries.end_on(act.session, key, given.ends_on)
        await enqueue(act.session, Job.ACCRUE_INCENTIVE, vendor_id=key.vendor_id, incentive_id=key.id)
        await _record(act, key, {"endsOn": given.ends_on})
    return key


async def discard_incentive_draft(request: Request[Actor], given: DiscardIncentiveDraftInput) -> Key:
    """Give a draft or proposal up. A version in force stays so; without one the incentive has ended."""
    async with acting(request, "discardIncentiveDraft") as act:
        check = Checks()
        key, found, versions = await _taken(act, check, given.incentive_id, given.expected_version)
        latest = versions[-1]
        if latest["status"] not in NOT_IN_FORCE:
            wrong = f"Version {latest['version']} is neither a draft nor a proposal: one in force is ended."
            check.add(UserErrorCode.NOT_ACTIVE, wrong, "incentiveId")
        check.settle()
        await queries.set_status(act.session, key, latest["version"], IncentiveStatus.ENDED, datetime.now(UTC))
        status = IncentiveStatus.ACTIVE if _in_force(versions) else IncentiveStatus.ENDED
        await queries.set_incentive(
            act.session, key, found["name"], status, found["latest_version"], found["budget_minor"]
        )
        await _record(act, key, {"version": latest["version"], "status": IncentiveStatus.ENDED})
    return key


async def _still_affiliates(act: Act, check: Checks, vendor_id: UUID, version: Row) -> None:
    """Whether all whose volumes a version adds up are agreed to that still."""
    known = await queries.agreements(act.session, vendor_id, version["agreement_ids"])
    whose, aggregate = [row["distributor_id"] for row in known.values()], rule_of(version["rule"]).aggregate
    group, starts = version["affiliation_id"], version["effective_start"]
    await check_affiliates(act, check, vendor_id, aggregate, group, whose, starts, "incentiveId")


def _own_network(actor: Actor) -> UUID:
    """The network of the acting vendor. Raises FORBIDDEN for everybody else."""
    if actor.vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor does this, in its own network.")
    return actor.vendor_id


async def _record(act: Act, key: Key, after: dict[str, object]) -> None:
    await act.record(global_id("Incentive", key), vendor_id=key.vendor_id, after=after)


async def _taken(act: Act, check: Checks, id: str, expected: int) -> tuple[Key, Row, list[Row]]:
    """An incentive of the vendor's own with its versions, which nobody else changes until the transaction ends. Refused
    where there is none, where it has ended, and where somebody has written a version since."""
    vendor_id = _own_network(act.actor)
    key = check.key("Incentive", "incentive", id, "incentiveId")
    found = None
    if key is not None and key.vendor_id == vendor_id:
        await queries.one_at_a_time(act.session, key.id)
        found = await queries.incentive_for_act(act.session, key)
    if key is not None and found is None:
        check.not_found("incentive", "incentiveId")
    check.settle()
    assert key is not None and found is not None
    if found["latest_version"] != expected:
        wrong = f"Version {found['latest_version']} was written since you read version {expected}."
        check.add(UserErrorCode.STALE, wrong, "expectedVersion")
    elif found["status"] == IncentiveStatus.ENDED:
        check.add(UserErrorCode.NOT_ACTIVE, "It has ended; create another one.", "incentiveId")
    check.settle()
    return key, found, await queries.versions_for_act(act.session, key)


def _in_force(versions: Sequence[Row]) -> Row | None:
    """The last version that was activated, if any was."""
    activated = [each for each in versions if each["status"] == IncentiveStatus.ACTIVE]
    return activated[-1] if activated else None


async def _version(
    act: Act,
    check: Checks,
    key: Key,
    number: int,
    rule: IncentiveRuleInput,
    effective: DateRangeInput,
    agreement_ids: Sequence[str],
    affiliation_id: str | None,
) -> queries.Written | None:
    """A version as it will be written down, with every problem of what was entered added to the checks."""
    span = _days(check, effective)
    read = rule_entered(check, key.vendor_id, rule, "rule")
    agreements = await _agreements(act, check, key.vendor_id, agreement_ids, span, rule.currency)
    group = await _affiliates(act, check, key.vendor_id, rule.aggregate, affiliation_id, agreements, span)
    if read is None:
        return None
    await check_named(act.session, check, act.actor, key.vendor_id, read)
    if check.problems:
        return None
    return _written(number, read.rule, span, agreements, group, act.actor.name)


def _written(
    number: int, rule: Rule, span: Span, agreements: list[UUID], group: UUID | None, by: str
) -> queries.Written:
    return queries.Written(
        version=number,
        rule=rule_as_data(rule),
        summary=described(rule),
        currency=rule.currency,
        effective=span,
        agreement_ids=agreements,
        affiliation_id=group,
        by=by,
        at=datetime.now(UTC),
    )


def _days(check: Checks, given: DateRangeInput) -> Span:
    if not given.start < given.end:
        check.add(UserErrorCode.INVALID, f"The end comes after the start, {given.start}.", "effective", "end")
    elif (given.end - given.start).days > LONGEST:
        check.add(UserErrorCode.INVALID, "At most ten years fit.", "effective", "end")
    return Span(given.start, given.end)


async def _agreements(
    act: Act, check: Checks, vendor_id: UUID, ids: Sequence[str], effective: Span, currency: str
) -> list[UUID]:
    """The agreements that were named, each fit for the rule's days and currency."""
    if not ids:
        check.add(UserErrorCode.REQUIRED, "Name at least one agreement.", "agreementIds")
    check.at_most(MOST_AGREEMENTS, ids, "agreementIds")
    if len(set(ids)) < len(ids):
        check.add(UserErrorCode.INVALID, "An agreement stands here twice.", "agreementIds")
    named: dict[int, UUID] = {}
    for place, each in enumerate(ids[:MOST_AGREEMENTS]):
        key = check.key("DistributionAgreement", "agreement", each, "agreementIds", str(place))
        if key is not None:
            named[place] = key.id if key.vendor_id == vendor_id else UUID(int=0)
    known = await queries.agreements(act.session, vendor_id, [*named.values()])
    for place, id in named.items():
        if id in known:
            _check_agreement(check, known[id], effective, currency, "agreementIds", str(place))
        else:
            check.not_found("agreement", "agreementIds", str(place))
    return list(dict.fromkeys(named.values()))


async def _affiliates(
    act: Act,
    check: Checks,
    vendor_id: UUID,
    aggregate: Aggregate,
    id: str | None,
    agreement_ids: Sequence[UUID],
    effective: Span,
) -> UUID | None:
    """The group whose volumes a rule adds up, if it does: one in force, to which all of the distributors belong."""
    key = None if id is None else check.key("Affiliation", "affiliation", id, "affiliationId")
    if id is not None and aggregate is not Aggregate.AFFILIATES:
        wrong = "The rule adds up nobody's volumes: leave the group out, or let the aggregate be AFFILIATES."
        check.add(UserErrorCode.INVALID, wrong, "affiliationId")
    if id is not None and key is None:
        return None
    group = None if key is None else key.id if key.vendor_id == vendor_id else UUID(int=0)
    known = await queries.agreements(act.session, vendor_id, agreement_ids)
    whose = [row["distributor_id"] for row in known.values()]
    await check_affiliates(act, check, vendor_id, aggregate, group, whose, effective.start, "affiliationId")
    return group


def _check_agreement(check: Checks, agreement: Row, effective: Span, currency: str, *path: str) -> None:
    """An incentive is paid under an agreement: in its currency, on its days, while it is active."""
    whose = f"The agreement with {agreement['name']}"
    if agreement["status"] != AgreementStatus.ACTIVE:
        check.add(UserErrorCode.NOT_ACTIVE, f"{whose} is not active.", *path)
    start, end = agreement["effective_start"], agreement["effective_end"]
    if not (start <= effective.start and effective.end <= end):
        wrong = f"{whose} is in effect from {start} to {end}; the incentive lies within these days."
        check.add(UserErrorCode.OUTSIDE_AGREEMENT, wrong, *path)
    if agreement["currency"] != currency:
        wrong = f"{whose} is in {agreement['currency']}: an incentive pays in the currency of its agreements."
        check.add(UserErrorCode.INVALID, wrong, *path)


def _check_disclosed(check: Checks, agreement: Row, rule: Rule, *path: str) -> None:
    """Whether a rule that counts some resellers alone can say whom it counts under an agreement."""
    if is_divided(rule) and not agreement["discloses_reseller"]:
        wrong = (
            f"The agreement with {agreement['name']} does not disclose its resellers: which of them are in a segment you do"
            " not know. Leave the segments or this agreement out."
        )
        check.add(UserErrorCode.NOT_ELIGIBLE, wrong, *path)


def _budget(check: Checks, given: Decimal | None, currency: str) -> int | None:
    if given is None or check.problems:
        return None
    return check.scaled(given, places_of(currency), "budget", least=1)


def _check_revision(check: Checks, found: Row, versions: Sequence[Row], given: ReviseIncentiveInput) -> None:
    """What a new version may not change, and where it may begin."""
    if given.rule.kind != found["kind"]:
        wrong = f"It is a {found['kind']}, in every version; for another kind create another incentive."
        check.add(UserErrorCode.INVALID, wrong, "rule", "kind")
    if given.rule.currency != versions[-1]["currency"]:
        wrong = (
            f"It pays in {versions[-1]['currency']}, in every version; for another currency create another incentive."
        )
        check.add(UserErrorCode.INVALID, wrong, "rule", "currency")
    _check_follows(check, versions, given.effective.start, "effective", "start")


def _check_follows(check: Checks, versions: Sequence[Row], start: date, *path: str) -> None:
    """A version begins while the one in force is in effect, after that one's first day, or at its end."""
    active = _in_force(versions)
    if active is not None and not active["effective_start"] < start <= active["effective_end"]:
        wrong = (
            f"Version {active['version']} is in force from {active['effective_start']} to {active['effective_end']}:"
            " the next one begins after the first of these days, and no later than the last."
        )
        check.add(UserErrorCode.OVERLAP, wrong, *path)
