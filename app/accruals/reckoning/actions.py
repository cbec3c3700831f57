"""Reckoning accruals anew where it is no report that changes them: an incentive comes into force, ends earlier, or is
followed by another version; or the vendor's fiscal calendar or its exchange rates have changed.

No report of these distributors is counted meanwhile, so that what is written stands on all the lines that count.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from app.accruals import queries
from app.accruals.actions import Change, keep, rule_of
from app.programme.money_terms import Aggregate
from app.programme.spans import Span
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()


async def reckon_incentive(database: Database, vendor_id: UUID, incentive_id: UUID) -> None:
    """Bring the accruals of an incentive up to what its versions say, and of those that share lines with it. Done again, it
    changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        own = await queries.terms_of(session, vendor_id, incentive_id)
        await queries.take_turns(session, vendor_id, [term["distributor_id"] for term in own])
        every = await queries.all_activated(session, vendor_id)
        own = [term for term in every if term["incentive_id"] == incentive_id]
        groups = {_group(term) for term in own} - {None}
        terms = [term for term in every if term["incentive_id"] == incentive_id or _group(term) in groups]
        changes = await _reckon(session, vendor_id, terms, f"incentive {incentive_id}")
    log.info("accruals follow an incentive", vendor=str(vendor_id), incentive=str(incentive_id), changes=len(changes))


async def reckon_all(database: Database, vendor_id: UUID) -> None:
    """Bring all accruals of a network up to what its exchange rates say. Done again, it changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        earners = [term["distributor_id"] for term in await queries.all_activated(session, vendor_id)]
        await queries.take_turns(session, vendor_id, earners)
        changes = await reckon_network(session, vendor_id, "rates")
    log.info("accruals follow exchange rates", vendor=str(vendor_id), changes=len(changes))


async def reckon_network(session: Session, vendor_id: UUID, cause: str) -> list[Change]:
    """Bring all accruals of a network up to date; in a transaction that has taken every turn."""
    return await _reckon(session, vendor_id, await queries.all_activated(session, vendor_id), cause)


async def reckon_lists(
    session: Session, vendor_id: UUID, agreement_id: UUID, list_ids: Sequence[UUID], cause: str
) -> list[Change]:
    """Bring the accruals up to date of whatever counts the resellers of these lists under an agreement, and of what shares
    lines with it; in a transaction that has taken the turn of its distributor."""
    names = {str(each) for each in list_ids}
    every = await queries.all_activated(session, vendor_id)
    own = [term for term in every if _names(term) & names and _is_touched(term, agreement_id)]
    ids, groups = {term["id"] for term in own}, {_group(term) for term in own} - {None}
    terms = [term for term in every if term["id"] in ids or _group(term) in groups]
    return await _reckon(session, vendor_id, terms, cause)


def _names(term: Row) -> frozenset[str]:
    """The lists of resellers that a term counts by."""
    rule = rule_of(term["rule"])
    return rule.qualifying.scope.resellers | rule.paying.scope.resellers


def _is_touched(term: Row, agreement_id: UUID) -> bool:
    """Whether what is sold under an agreement counts for a term: its own, or an affiliate's whose volumes it adds up."""
    return term["agreement_id"] == agreement_id or rule_of(term["rule"]).aggregate is Aggregate.AFFILIATES


def _group(term: Row) -> tuple[UUID, str] | None:
    """The stacking group of a term, under its agreement."""
    named = rule_of(term["rule"]).stacking_group
    return None if named is None else (term["agreement_id"], named)


async def _reckon(session: Session, vendor_id: UUID, terms: Sequence[Row], cause: str) -> list[Change]:
    """From the first day of the earliest term to the last day with a fact."""
    if not terms:
        return []
    start = min(term["effective_start"] for term in terms)
    found = await queries.days_with_facts(session, vendor_id, [term["distributor_id"] for term in terms])
    last = found["last"] if found is not None and found["last"] is not None else start
    return await keep(session, vendor_id, terms, Span(start, max(last, start) + timedelta(days=1)), cause)
