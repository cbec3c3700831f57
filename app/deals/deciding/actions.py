"""How the vendor decides about deals: a person sees what is in conflict; and the terms under which they are protected.

Whoever decides about a customer holds the customer's turn, so that two decisions about rivals never pass each other by.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.deals import queries as deals
from app.deals.actions import happened
from app.deals.deciding import queries
from app.deals.inputs import DecideDealInput, SetDealTermsInput
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.deals import (
    LONGEST_PROTECTION,
    LONGEST_REMINDER,
    LONGEST_REVIEW,
    MOST_EXTENSIONS,
    DealAct,
    DealStatus,
    DealTerms,
    Registration,
    in_conflict,
    not_now,
    protected_until,
)
from app.programme.money import places_of
from app.programme.terms import Level
from app.programme.webhook_events import WebhookEvent
from app.store.database import Row
from app.webhooks.telling import Event, tell

C = UserErrorCode
MOST_DESPITE = 50


async def decide_deal(request: Request[Actor], given: DecideDealInput) -> Key:
    """Approve or reject a deal under review; what is protected and in conflict with it has to be named to be overridden."""
    async with acting(request, "decideDeal") as act:
        check = Checks()
        key = check.key("DealRegistration", "deal", given.deal_id, "dealId")
        customer = await queries.hashes(act.session, key) if key is not None else None
        if key is not None and customer is None:
            check.not_found("deal", "dealId")
        reason = check.optional_prose(given.reason, "reason")
        if not given.approve and reason is None:
            check.add(C.REQUIRED, "Say why, for the reseller to read.", "reason")
        check.at_most(MOST_DESPITE, given.despite or (), "despite")
        if key is None or customer is None:
            check.settle()
        assert key is not None and customer is not None
        await queries.take_turns(act.session, key.vendor_id, customer)
        (found,) = await deals.deals(act.session, act.actor, [key])
        _check_now(check, found, given)
        if given.approve:
            await _check_conflicts(act, check, key, customer, given.despite or ())
        check.settle()
        await _decide(act, check, key, found, given.approve, reason)
    return key


def _check_now(check: Checks, found: Row, given: DecideDealInput) -> None:
    what = DealAct.APPROVED if given.approve else DealAct.REJECTED
    if (wrong := not_now(DealStatus(found["status"]), what)) is not None:
        check.add(C.NOT_ACTIVE, wrong, "dealId")
    elif found["version"] != given.expected_version:
        check.add(C.STALE, f"It has version {found['version']} by now. Read it again, then decide.", "expectedVersion")


async def _check_conflicts(act: Act, check: Checks, key: Key, customer: Row, despite: Sequence[str]) -> None:
    """Each protected deal in conflict is one that was named."""
    this, others = await queries.this_and_rivals(act.session, key, customer)
    today = datetime.now(UTC).date()
    protected = [UUID(each.id) for each in _protected(this, others) if this and in_conflict(this, each, today)]
    seen = {
        found.id for found in (key_of("DealRegistration", id) for id in despite[:MOST_DESPITE]) if found is not None
    }
    names = await queries.names_of(act.session, key.vendor_id, [id for id in protected if id not in seen])
    for name in sorted(names.values()):
        wrong = (
            f"“{name}” is protected for the same customer and family. See `conflicts`; to protect both, name it here."
        )
        check.add(C.NOT_ALLOWED, wrong, "despite")


def _protected(this: Registration | None, others: Sequence[Registration]) -> list[Registration]:
    return [each for each in others if this is not None and each.status is DealStatus.APPROVED]


async def _decide(act: Act, check: Checks, key: Key, found: Row, approve: bool, reason: str | None) -> None:
    now = datetime.now(UTC)
    terms = deals.terms_of(await deals.terms(act.session, key.vendor_id))
    values = approval(terms, now) if approve else {"status": DealStatus.REJECTED.value, "closed_on": now.date()}
    values["decision_reason"] = reason
    if not await deals.change(act.session, key, found["version"], found["status"], values):
        check.add(C.STALE, "Somebody changed it just now. Read it again, then decide.", "expectedVersion")
    check.settle()
    what = DealAct.APPROVED if approve else DealAct.REJECTED
    until = protected_until(now.date(), terms) if approve else None
    await happened(act.session, key, found["reseller_id"], what, now, Level.VENDOR, reason, until)
    before, after = {"status": found["status"]}, {"status": values["status"], "reason": reason}
    status = DealStatus.APPROVED if approve else DealStatus.REJECTED
    await tell(act.session, [decided(key, found["reseller_id"], status)])
    whom = Concerns(reseller_id=found["reseller_id"])
    await act.record(
        global_id("DealRegistration", key), vendor_id=key.vendor_id, before=before, after=after, concerns=whom
    )


def decided(key: Key, reseller_id: UUID, status: DealStatus) -> Event:
    """What the webhooks of the vendor and the reseller are told."""
    subject = global_id("DealRegistration", key)
    return Event(key.vendor_id, WebhookEvent.DEAL_DECIDED, subject, True, None, reseller_id, status.value)


def approval(terms: DealTerms, now: datetime) -> dict[str, object]:
    """What of a deal an approval sets: the terms of the day on which it is approved hold for as long as it lasts."""
    until = protected_until(now.date(), terms)
    return {
        "status": DealStatus.APPROVED.value,
        "protected_from": now.date(),
        "protected_until": until,
        "protected_at_most": until + timedelta(days=terms.extensions * terms.extension_days),
        "extensions_left": terms.extensions,
        "extension_days": terms.extension_days,
    }


async def set_deal_terms(request: Request[Actor], given: SetDealTermsInput) -> Key:
    """Set a vendor's terms of deal registration. What is protected already keeps the terms that it was given."""
    async with acting(request, "setDealTerms") as act:
        check, vendor_id = Checks(), act.actor.vendor_id
        assert vendor_id is not None
        values = _terms(check, given)
        check.settle()
        if not await queries.write_terms(act.session, vendor_id, given.expected_version, values):
            check.add(C.STALE, "The terms have another version. Read them again, then decide.", "expectedVersion")
        check.settle()
        key = Key(vendor_id, vendor_id)
        await act.record(global_id("Vendor", key), vendor_id=vendor_id, after=values)
    return key


def _terms(check: Checks, given: SetDealTermsInput) -> dict[str, object]:
    if (given.approves_up_to is None) != (given.currency is None):
        check.add(C.REQUIRED, "An amount and its currency go together.", "approvesUpTo")
    currency = None if given.currency is None else check.currency(given.currency, "currency")
    limit = None
    if given.approves_up_to is not None and currency is not None and not check.problems:
        limit = check.scaled(given.approves_up_to, places_of(currency), "approvesUpTo")
    return {
        "days": check.number(given.days_protected, 1, LONGEST_PROTECTION, "daysProtected"),
        "extensions": check.number(given.extensions, 0, MOST_EXTENSIONS, "extensions"),
        "extension_days": check.number(given.extension_days, 1, LONGEST_PROTECTION, "extensionDays"),
        "remind_days": check.number(given.remind_days, 0, LONGEST_REMINDER, "remindDays"),
        "currency": currency if limit is not None else None,
        "approves_up_to_minor": limit,
        "review_hours": check.number(given.review_hours, 0, LONGEST_REVIEW, "reviewHours"),
        "checks_one_in": check.number(given.checks_one_in, 0, 100, "checksOneIn"),
    }
