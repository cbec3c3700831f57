"""What the clock brings for deals: the engine looks at what was registered, protections end, and resellers are reminded.

Whoever decides about a customer holds the customer's turn, so that of two resellers who race for one deal exactly one is
approved without a person. The engine looks at a deal some hours after it was entered, at all alike; what it leaves to a
person stays under review as it was.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.alerts.raising import NewAlert, clear, raise_alerts
from app.deals import queries as deals
from app.deals.actions import happened
from app.deals.deciding import queries
from app.deals.deciding.actions import approval, decided
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.deals import DealAct, DealStatus, DealTerms, protected_until, waits_for
from app.programme.terms import Level
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.webhooks.telling import tell

log = structlog.get_logger(__name__)


async def follow_deals(database: Database, now: datetime) -> int:
    """What the clock asks for in all networks: end protections, remind, and look at what was registered. How many deals
    were decided or ended."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    return sum([await follow_network(database, vendor_id, now) for vendor_id in networks])


async def follow_network(database: Database, vendor_id: UUID, now: datetime) -> int:
    """The same in one network. Doing it again changes nothing."""
    async with database.reading(acting_as_worker(vendor_id)) as session:
        terms = deals.terms_of(await deals.terms(session, vendor_id))
        waiting = await queries.to_review(session, vendor_id, now - timedelta(hours=terms.review_hours))
    done = await _end_protections(database, vendor_id, terms, now)
    for id in waiting:
        done += await review(database, Key(vendor_id, id), now)
    return done


async def _end_protections(database: Database, vendor_id: UUID, terms: DealTerms, now: datetime) -> int:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        ended = await queries.expire(session, vendor_id, now.date())
        near = await queries.to_remind(session, vendor_id, now.date(), terms.remind_days)
        for rows, what in ((ended, DealAct.EXPIRED), (near, DealAct.REMINDED)):
            for row in rows:
                until = row["protected_until"]
                key = Key(vendor_id, row["id"])
                await happened(session, key, row["reseller_id"], what, now, None, None, until)
        await raise_alerts(session, [_expiring(vendor_id, row) for row in near], now)
        await _clear(session, vendor_id, AlertKind.DEAL_EXPIRING, await queries.past_reminding(session, vendor_id))
        await _clear(session, vendor_id, AlertKind.DEAL_TO_DECIDE, await queries.decided_since(session, vendor_id))
    return len(ended)


def _expiring(vendor_id: UUID, row: Row) -> NewAlert:
    """For the reseller, of its sales people who registered it: the last day on which it is protected."""
    subject, last = _gid(Key(vendor_id, row["id"])), row["protected_until"] - timedelta(days=1)
    whose = {"reseller_id": row["reseller_id"], "person_id": row["registered_by_id"]}
    return NewAlert(vendor_id, Level.RESELLER, AlertKind.DEAL_EXPIRING, subject, **whose, due_on=last)


async def _clear(session: Session, vendor_id: UUID, kind: AlertKind, deals: Sequence[UUID]) -> None:
    for id in deals:
        await clear(session, vendor_id, kind, _gid(Key(vendor_id, id)))


def _gid(key: Key) -> str:
    return global_id("DealRegistration", key)


async def review(database: Database, key: Key, now: datetime) -> bool:
    """As the worker: approve a deal within the vendor's limit, or leave it to a person. Whether it was approved."""
    async with database.writing(acting_as_worker(key.vendor_id)) as session:
        customer = await queries.hashes(session, key)
        if customer is None:
            return False
        await queries.take_turns(session, key.vendor_id, customer)
        found = await queries.under_review(session, key, customer["customer_id"])
        if found is None:
            return False
        return await _review(session, key, customer, found, now)


async def _review(session: Session, key: Key, customer: Row, found: Row, now: datetime) -> bool:
    terms = deals.terms_of(await deals.terms(session, key.vendor_id))
    this, others = await queries.this_and_rivals(session, key, customer)
    assert this is not None, "it is under review, and locked"
    drawn = await _drawn(session, key, customer, found["reseller_id"], terms)
    why = waits_for(this, others, found["amount_minor"], found["currency"], terms, now.date(), drawn)
    if why is not None:
        await queries.leave_to_a_person(session, key, now, why.value)
        whom = found["reseller_id"]
        alert = NewAlert(key.vendor_id, Level.VENDOR, AlertKind.DEAL_TO_DECIDE, _gid(key), reseller_id=whom)
        await raise_alerts(session, [alert], now)
        return False
    values = approval(terms, now)
    await deals.change(session, key, found["version"], DealStatus.SUBMITTED.value, values)
    until = protected_until(now.date(), terms)
    await happened(session, key, found["reseller_id"], DealAct.APPROVED, now, None, None, until)
    await tell(session, [decided(key, found["reseller_id"], DealStatus.APPROVED)])
    log.info("deal approved", deal=str(key.id))
    return True


async def _drawn(session: Session, key: Key, customer: Row, reseller_id: UUID, terms: DealTerms) -> bool:
    """Whether the lot falls on a deal. It is drawn once: where the reseller has entered the same customer before and nothing
    was protected, a person looks. Otherwise who registers again and again would be spared at last, unless there is a rival.
    """
    if terms.checks_one_in == 0:
        return False
    again = await queries.entered_in_vain(session, key, customer, reseller_id)
    return again or secrets.randbelow(terms.checks_one_in) == 0
