"""How a back-test is asked for becomes a trial: the rule found or read, agreements and days looked up. What is wrong with
it is told all at once."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.accruals.actions import rule_of
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode, bad_input
from app.execution.identifiers import Key
from app.execution.scalars import DateRangeInput
from app.incentives.back_tests import queries
from app.incentives.back_tests.inputs import (
    AssumedGateInput,
    BacktestInput,
    IncentiveVersionInput,
    PreviewIncentiveInput,
)
from app.incentives.back_tests.reckoning import Partner, Trial
from app.incentives.rules.inputs import MOST_GATES, IncentiveRuleInput, rule_entered
from app.incentives.rules.naming import check_named
from app.programme.incentive_lists import frozen
from app.programme.incentives import Rule
from app.programme.money import places_of
from app.programme.money_terms import IncentiveStatus
from app.programme.spans import Span
from app.store.database import Reader, Row

MOST_AGREEMENTS = 250
OPEN = frozenset({IncentiveStatus.DRAFT.value, IncentiveStatus.PROPOSED.value})


async def trial_of(db: Reader, actor: Actor, vendor_id: UUID, given: BacktestInput) -> Trial:
    """The trial that is asked for. Raises BAD_USER_INPUT with every problem of it."""
    check, key, budget = Checks(), None, None
    ids = _named(check, vendor_id, given.agreement_ids)
    if given.by.incentive:
        key, version = await _chosen(db, check, vendor_id, given.by.incentive)
        ids = version["agreement_ids"] if ids is None else ids
        rule, budget = _as_measured(key, version, ids), version["budget_minor"]
    else:
        assert given.by.rule
        rule = await _entered(db, check, actor, vendor_id, given.by.rule)
    if given.budget is not None:
        budget = check.scaled(given.budget, places_of(rule.currency), "budget", least=1)
    shown = _shown(check, [rule], given.gates)
    partners = await _partners(db, check, vendor_id, ids, rule.currency)
    _settle(check)
    return Trial(rule, _days(given.period), partners, shown, budget, None if key is None else key.id)


async def trials_of(db: Reader, vendor_id: UUID, given: PreviewIncentiveInput) -> list[Trial]:
    """The latest version, which is not in force, and the one that is, if any is; each under the agreements that it names.
    Raises BAD_USER_INPUT with every problem."""
    check = Checks()
    key, found = await _versions(db, check, vendor_id, given.incentive_id, "incentiveId")
    if found[-1]["status"] not in OPEN:
        check.add(UserErrorCode.INVALID, "Its latest version is no draft: there is nothing to compare.", "incentiveId")
    compared = [found[-1], *[each for each in found if each["activated_at"] is not None][-1:]]
    shown = _shown(check, [rule_of(each["rule"]) for each in compared], given.gates)
    _settle(check)
    trials = []
    for version in compared:
        ids = version["agreement_ids"]
        rule = _as_measured(key, version, ids)
        partners = await _partners(db, check, vendor_id, ids, rule.currency)
        trials.append(Trial(rule, _days(given.period), partners, shown, version["budget_minor"], key.id))
    return trials


def _as_measured(key: Key, version: Row, agreement_ids: Sequence[UUID]) -> Rule:
    """The rule of a version as it is, or would be, measured under agreements: by the lists of resellers that were frozen
    when it was put to all of them, else by who belongs to its segments today."""
    rule = rule_of(version["rule"])
    was_offered = version["proposed_at"] is not None and set(agreement_ids) <= set(version["agreement_ids"])
    return frozen(rule, key.id, version["version"]) if was_offered else rule


def _days(period: DateRangeInput) -> Span:
    checked = period.checked()
    return Span(checked.start, checked.end)


def _settle(check: Checks) -> None:
    if check.problems:
        raise bad_input(" ".join(f"`{'.'.join(each.field)}`: {each.message}" for each in check.problems))


async def _versions(db: Reader, check: Checks, vendor_id: UUID, id: str, *path: str) -> tuple[Key, list[Row]]:
    key = check.key("Incentive", "incentive", id, *path)
    _settle(check)
    assert key is not None
    found = await queries.versions(db, key) if key.vendor_id == vendor_id else []
    if not found:
        check.not_found("incentive", *path)
    _settle(check)
    return key, found


async def _chosen(db: Reader, check: Checks, vendor_id: UUID, given: IncentiveVersionInput) -> tuple[Key, Row]:
    """The version that is named, or the one in force, or the latest."""
    at = ("by", "incentive")
    key, found = await _versions(db, check, vendor_id, given.incentive_id, *at, "incentiveId")
    if given.version is not None:
        found = [each for each in found if each["version"] == given.version]
        if not found:
            check.add(UserErrorCode.NOT_FOUND, f"It has no version {given.version}.", *at, "version")
        _settle(check)
    in_force = [each for each in found if each["activated_at"] is not None]
    return key, (in_force or found)[-1]


async def _entered(db: Reader, check: Checks, actor: Actor, vendor_id: UUID, given: IncentiveRuleInput) -> Rule:
    """A rule that was entered, which names nothing that is not there."""
    read = rule_entered(check, vendor_id, given, "by", "rule")
    if read is None:
        _settle(check)
    assert read is not None
    await check_named(db, check, actor, vendor_id, read)
    _settle(check)
    return read.rule


def _shown(check: Checks, rules: Sequence[Rule], given: list[AssumedGateInput] | None) -> dict[str, int]:
    """What gates are taken to show, of 10⁻⁶."""
    check.at_most(MOST_GATES, given or [], "gates")
    known = {gate.name for rule in rules for gate in rule.gates}
    found: dict[str, int] = {}
    for place, each in enumerate((given or [])[:MOST_GATES]):
        if each.name not in known:
            wrong = f"The rule has no gate named {each.name[:50]!r}."
            check.add(UserErrorCode.NOT_FOUND, wrong, "gates", str(place), "name")
        found[each.name] = check.scaled(each.measured, 6, "gates", str(place), "measured")
    return found


def _named(check: Checks, vendor_id: UUID, given: list[strawberry.ID] | None) -> list[UUID] | None:
    """The agreements that are named, None where none are."""
    if given is None:
        return None
    check.at_most(MOST_AGREEMENTS, given, "agreementIds")
    if not given:
        check.add(UserErrorCode.REQUIRED, "Name at least one agreement, or leave it out.", "agreementIds")
    found = []
    for place, each in enumerate(given[:MOST_AGREEMENTS]):
        key = check.key("DistributionAgreement", "agreement", each, "agreementIds", str(place))
        if key is not None:
            found.append(key.id if key.vendor_id == vendor_id else UUID(int=0))
    return list(dict.fromkeys(found))


async def _partners(
    db: Reader, check: Checks, vendor_id: UUID, ids: Sequence[UUID] | None, currency: str
) -> list[Partner]:
    """Those who would be paid, by name. A rule pays in the currency of its agreements."""
    rows = await queries.agreements(db, vendor_id, ids, currency)
    if ids is not None and len(rows) < len(ids):
        check.not_found("agreement", "agreementIds")
    for row in rows:
        if row["currency"] != currency:
            wrong = f"The agreement with {row['name']} is in {row['currency']}, the rule pays in {currency}."
            check.add(UserErrorCode.INVALID, wrong, "agreementIds")
    return [
        Partner(
            row["id"],
            row["distributor_id"],
            row["name"],
            Span(row["effective_start"], row["effective_end"]),
        )
        for row in rows
    ]
