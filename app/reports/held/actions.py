"""Deciding about held rows: a person lets a hold pass, or dismisses the rows.

Who may let a hold pass is who the agreement holds to it. Dates and territory are the vendor's to waive. A possible
duplicate, a price out of line and a row outside the period that a report restates are for whoever handed the report in:
the distributor, and the vendor for its own sell-in reports. An unknown code is confirmed, never waived, and a quantity
beyond what can be kept cannot count at all. Whoever handed a report in may dismiss any of its held rows; the vendor may
also dismiss what lies outside the dates or the territory of its agreement. An integration decides about rows of the kinds of
reports that it may hand in: who sends sales does not throw counts of stock away.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.roles import Permission
from app.execution.errors import Problem, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.terms import HeldDecisionKind, Level, SubmissionKind
from app.reports.held import queries
from app.reports.issues import IssueCode, Severity
from app.reports.queries import agreement as find_agreement
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
MOST_ROWS = 1000
OF_THE_AGREEMENT = frozenset({IssueCode.OUTSIDE_AGREEMENT_DATES, IssueCode.OUTSIDE_TERRITORY})
"The vendor's to waive, in whoever's report."
OF_THE_REPORT = frozenset({IssueCode.POSSIBLE_DUPLICATE, IssueCode.PRICE_FAR_OUT, IssueCode.OUTSIDE_PERIOD})
"To be waived by whoever handed the report in."
HANDS_IN = {
    SubmissionKind.SELL_THROUGH: Permission.SELL_THROUGH_SUBMIT,
    SubmissionKind.SELL_IN: Permission.SELL_IN_SUBMIT,
    SubmissionKind.INVENTORY: Permission.INVENTORY_SUBMIT,
}
"What it takes to hand in a report of each kind, and to decide about its held rows."


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides: about all rows that wait for a code, or about rows by report and number, never both."""

    agreement_id: str
    decision: HeldDecisionKind
    hold: IssueCode
    reason: str
    code: str | None = None
    rows: Sequence[tuple[str, int]] = ()


async def resolve_held_rows(request: Request[Actor], decision: Decision, idempotency_key: str) -> Key:
    """Write a decision down; it is carried out in the background, by the same path as a report."""
    async with acting(request, "resolveHeldRows") as act:
        given = asdict(decision)
        before = await act.done_before(idempotency_key, given)
        if before is not None and (done := key_of("HeldDecision", before)) is not None:
            return done
        agreement_key = key_of("DistributionAgreement", decision.agreement_id)
        agreement = await find_agreement(act.session, agreement_key) if agreement_key is not None else None
        problems = _of_decision(decision, act.actor)
        if agreement is None or agreement_key is None:
            problems.append(Problem(("agreementId",), C.NOT_FOUND, "No agreement by this id is visible to you."))
        refuse_if(problems)
        assert agreement is not None and agreement_key is not None
        rows = [(key_of("Submission", submission), number) for submission, number in decision.rows]
        refuse_if(await _of_rows(act, agreement_key, decision, rows))
        key = Key(agreement_key.vendor_id, new_id())
        await _write(act, key, agreement_key, agreement["distributor_id"], decision, [each for each, _ in rows if each])
        await act.remember(idempotency_key, given, global_id("HeldDecision", key))
        await enqueue(act.session, Job.RESOLVE_HELD, vendor_id=key.vendor_id, decision_id=key.id)
        return key


async def _write(
    act: Act, key: Key, agreement: Key, distributor_id: UUID, decision: Decision, submissions: Sequence[Key]
) -> None:
    await queries.add_decision(
        act.session,
        vendor_id=key.vendor_id,
        id=key.id,
        agreement_id=agreement.id,
        distributor_id=distributor_id,
        decision=decision.decision.value,
        hold=decision.hold.value,
        code=decision.code,
        submission_ids=[each.id for each in submissions],
        row_numbers=[number for _, number in decision.rows],
        reason=decision.reason.strip(),
        decided_by=act.actor.name,
        decided_as=act.actor.level.value,
        kinds=_kinds(act.actor, decision.hold),
        decided_at=datetime.now(UTC),
    )
    told = {"decision": decision.decision, "hold": decision.hold, "rows": len(decision.rows) or None}
    await act.record(global_id("HeldDecision", key), vendor_id=key.vendor_id, after=told)


def _kinds(actor: Actor, hold: IssueCode) -> list[str]:
    """The kinds of reports about whose rows an actor decides: every kind where it decides for the agreement itself."""
    for_the_agreement = hold in OF_THE_AGREEMENT and Permission.AGREEMENT_MANAGE in actor.permissions
    return [kind.value for kind, needed in HANDS_IN.items() if for_the_agreement or needed in actor.permissions]


def _of_decision(decision: Decision, actor: Actor) -> list[Problem]:
    problems = []
    if not decision.reason.strip() or len(decision.reason) > 500 or not decision.reason.isprintable():
        problems.append(Problem(("reason",), C.INVALID, "A reason has 1 to 500 printable characters."))
    if decision.hold.severity is not Severity.HOLD:
        problems.append(Problem(("hold",), C.INVALID, f"{decision.hold} holds no row; name a code that does."))
    elif (message := _not_theirs(decision, actor)) is not None:
        problems.append(Problem(("hold",), C.NOT_ALLOWED, message))
    if len(decision.rows) > MOST_ROWS:
        message = f"At most {MOST_ROWS} rows are decided one by one, not {len(decision.rows)}; decide by their code."
        problems.append(Problem(("held", "rows"), C.INVALID, message))
    if decision.code is None and not decision.rows:
        problems.append(Problem(("held",), C.REQUIRED, "Name the code that the rows wait for, or the rows."))
    return problems


def _not_theirs(decision: Decision, actor: Actor) -> str | None:
    """Why this decision is not the actor's to take; None where it is."""
    hold = decision.hold
    if actor.level is Level.VENDOR and hold in OF_THE_AGREEMENT:
        manages = Permission.AGREEMENT_MANAGE in actor.permissions
        return None if manages else "What lies outside the agreement is for your programme manager to decide."
    if actor.level is Level.VENDOR and (
        Permission.SELL_IN_SUBMIT not in actor.permissions or hold is IssueCode.UNKNOWN_RESELLER_ACCOUNT
    ):
        return f"{hold} in a distributor's report is for the distributor to decide."
    if decision.decision is HeldDecisionKind.DISMISS or hold in OF_THE_REPORT:
        return None
    if hold in OF_THE_AGREEMENT:
        return "The vendor's programme manager may let this pass; you may dismiss the rows, or correct them."
    if hold is IssueCode.QUANTITY_FAR_OUT:
        return "A quantity beyond what can be kept cannot count. Dismiss the row and send it in parts."
    return f"{hold} cannot be waived: say what the code stands for, and the rows count; or dismiss them."


async def _of_rows(
    act: Act, agreement: Key, decision: Decision, rows: Sequence[tuple[Key | None, int]]
) -> list[Problem]:
    """Rows that nobody of this name waits for, and codes under which no row waits, are told apart from no others."""
    hold, kinds = decision.hold.value, _kinds(act.actor, decision.hold)
    reached = queries.reach(act.actor.level, decision.hold in OF_THE_AGREEMENT)
    if decision.code is not None:
        waits = await queries.waits_for_code(
            act.session, act.actor.level, agreement, hold, reached, kinds, decision.code
        )
        message = f"No row that you may decide about waits for “{decision.code}” with {decision.hold}."
        return [] if waits else [Problem(("held", "code"), C.NOT_FOUND, message)]
    own = [key is not None and key.vendor_id == agreement.vendor_id for key, _ in rows]
    named = [(key.id, number) for key, number in rows if key is not None]
    found = await queries.held_among(
        act.session, agreement, hold, reached, kinds, [id for id, _ in named], [number for _, number in named]
    )
    return [
        Problem(
            ("held", "rows", str(place)),
            C.NOT_FOUND,
            f"No row {number} of this report waits with {decision.hold} under this agreement, as far as you may decide.",
        )
        for place, (key, number) in enumerate(rows)
        if key is None or not own[place] or Key(agreement.vendor_id, key.id, number) not in found
    ]
