"""Worked examples: either side proposes one, the other side answers it, and its author may take it back.

They belong to a term that was proposed and is not in force yet. What stands when it comes into force was accepted, and the
engine agrees with it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.accruals.actions import rule_of
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.incentives.examples import queries
from app.incentives.examples.inputs import (
    AddWorkedExampleInput,
    AnswerWorkedExampleInput,
    WithdrawWorkedExampleInput,
    example_entered,
)
from app.programme.figures import DaysInEffect, Group
from app.programme.money import places_of, spoken
from app.programme.money_terms import IncentiveStatus
from app.programme.worked_examples import Example, Outcome, worked
from app.store.database import Row, Session
from app.store.identity import new_id

MOST_EXAMPLES = 50


async def add_worked_example(request: Request[Actor], given: AddWorkedExampleInput) -> Key:
    """Propose an example under a term, for the other side to accept."""
    async with acting(request, "addWorkedExample") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            vendor_id, id = done.split()
            return Key(UUID(vendor_id), UUID(id))
        check = Checks()
        term_key, term = await _term(act, check, given.term_id)
        title = check.name(given.title, "title")
        expected = check.scaled(given.expected, places_of(term["currency"]), "expected")
        example = example_entered(check, rule_of(term["rule"]), given.figures, expected)
        if await queries.standing_of_term(act.session, term_key) >= MOST_EXAMPLES:
            check.add(UserErrorCode.INVALID, f"A term has at most {MOST_EXAMPLES} examples.", "termId")
        check.settle()
        key = Key(term_key.vendor_id, new_id())
        data, level = example_as_data(example), act.actor.level
        now = datetime.now(UTC)
        by = str(act.actor.acting_id)
        await queries.insert_example(act.session, key, term, title, data, expected, level, by, now)
        await _record(act, key, {"title": title, "expected": expected})
        await act.remember(given.idempotency_key, given, f"{key.vendor_id} {key.id}")
    return key


async def answer_worked_example(request: Request[Actor], given: AnswerWorkedExampleInput) -> Key:
    """Accept or reject an example that the other side proposed. It is answered once."""
    async with acting(request, "answerWorkedExample") as act:
        check = Checks()
        key, found = await _example(act, check, given.example_id)
        if found["proposed_as"] == act.actor.level:
            wrong = "Your own side proposed it: the other side answers. You may withdraw it."
            check.add(UserErrorCode.NOT_ALLOWED, wrong, "exampleId")
        elif found["accepted"] is not None:
            told = "accepted" if found["accepted"] else "rejected"
            check.add(UserErrorCode.STALE, f"It was {told} already.", "exampleId")
        check.settle()
        await queries.answer(act.session, key, given.accept, str(act.actor.acting_id), datetime.now(UTC))
        await _record(act, key, {"accepted": given.accept})
    return key


async def withdraw_worked_example(request: Request[Actor], given: WithdrawWorkedExampleInput) -> Key:
    """Take back an example that one's own side proposed, answered or not."""
    async with acting(request, "withdrawWorkedExample") as act:
        check = Checks()
        key, found = await _example(act, check, given.example_id)
        if found["proposed_as"] != act.actor.level:
            wrong = "The other side proposed it: accept or reject it."
            check.add(UserErrorCode.NOT_ALLOWED, wrong, "exampleId")
        check.settle()
        await queries.withdraw(act.session, key, datetime.now(UTC))
        await _record(act, key, {"withdrawn": True})
    return key


async def check_examples(session: Session, check: Checks, incentive: Key, version: Row, *path: str) -> None:
    """Refuse to let a version come into force while an example of it is open or rejected, or the engine disagrees."""
    for row in await queries.standing_of_version(session, incentive, version["version"]):
        which = f"The worked example {row['title']!r} with {row['name']}"
        if row["accepted"] is None:
            check.add(UserErrorCode.NOT_ELIGIBLE, f"{which} is unanswered.", *path)
        elif not row["accepted"]:
            check.add(UserErrorCode.NOT_ELIGIBLE, f"{which} was rejected; whose it is withdraws it.", *path)
        outcome = outcome_of(row)
        if outcome.differs_at is not None:
            check.add(UserErrorCode.NOT_ELIGIBLE, f"{which} {_disagreement(row, outcome)}", *path)


def _disagreement(row: Row, outcome: Outcome) -> str:
    step, currency = outcome.differs_at, outcome.calculation.currency
    assert step is not None
    return (
        f"expects {spoken(row['expected_minor'], currency)}, and the engine pays"
        f" {spoken(outcome.calculation.payment, currency)}. They part at the step {step.kind}: {step.text}"
        f" ({spoken(step.before, currency)} before it, {spoken(step.after, currency)} after it.)"
    )


def outcome_of(row: Row) -> Outcome:
    """What the engine makes of an example as it is kept, with its term's rule."""
    return worked(rule_of(row["rule"]), example_from(row["given"]), row["expected_minor"])


def example_as_data(example: Example) -> dict[str, Any]:
    """An example as it is kept."""
    return {
        "qualifying": example.qualifying,
        "paying": example.paying,
        "excluded": example.excluded,
        "groups": [[each.qualifying, each.paying, each.excluded, each.times] for each in example.groups],
        "gates": dict(example.gates),
        "advances": example.advances,
        "days": [example.days.in_effect, example.days.of] if example.days else None,
    }


def example_from(data: Mapping[str, Any] | str) -> Example:
    """The example that is kept."""
    kept: Mapping[str, Any] = msgspec.json.decode(data) if isinstance(data, str) else data
    return Example(
        qualifying=kept["qualifying"],
        paying=kept["paying"],
        excluded=kept["excluded"],
        groups=tuple(Group(*each) for each in kept["groups"]),
        gates=kept["gates"],
        advances=kept["advances"],
        days=DaysInEffect(*kept["days"]) if kept["days"] else None,
    )


async def _record(act: Act, key: Key, after: dict[str, object]) -> None:
    await act.record(global_id("WorkedExample", key), vendor_id=key.vendor_id, after=after)


async def _term(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """A term that was proposed and is not in force yet, with nobody else changing its incentive."""
    key = check.key("IncentiveTerm", "term", id, "termId")
    found = await queries.term_for_act(act.session, key) if key is not None else None
    if found is not None and key is not None:
        await queries.one_at_a_time(act.session, found["incentive_id"])
        found = await queries.term_for_act(act.session, key)
    if key is not None and found is None:
        check.not_found("term", "termId")
    if found is not None:
        _check_open(check, found["status"], "termId")
    check.settle()
    assert key is not None and found is not None
    return key, found


async def _example(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """An example that stands, of a term that is not in force yet, with nobody else changing its incentive."""
    key = check.key("WorkedExample", "worked example", id, "exampleId")
    found = await queries.example_for_act(act.session, key) if key is not None else None
    if found is not None and key is not None:
        await queries.one_at_a_time(act.session, found["incentive_id"])
        found = await queries.example_for_act(act.session, key)
    if key is not None and found is None:
        check.not_found("worked example", "exampleId")
    if found is not None:
        _check_open(check, found["status"], "exampleId")
        if found["withdrawn_at"] is not None:
            check.add(UserErrorCode.NOT_ACTIVE, "It was withdrawn.", "exampleId")
    check.settle()
    assert key is not None and found is not None
    return key, found


def _check_open(check: Checks, status: str, *path: str) -> None:
    if status != IncentiveStatus.PROPOSED:
        wrong = f"The term is {status}: examples are agreed on while it is PROPOSED."
        check.add(UserErrorCode.NOT_ACTIVE, wrong, *path)
