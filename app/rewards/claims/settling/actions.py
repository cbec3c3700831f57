"""Deciding claims on a SPIFF as the worker, in the SPIFF's turn: the first filed first, each once.

A claim is written down as its firm means it and decided here right after, by whoever comes first: the request that wrote
it, or the worker. So of twenty claims on one unit one is paid. Where the SPIFF asks for a person, a claim waits with what it
would be paid, which nobody else can take meanwhile; it is reckoned anew when the person has spoken. What came back, or was
corrected, is taken back by a claim below zero: the latest claim on the line gives way first.
"""

from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

import structlog

from app.execution.identifiers import Key, global_id
from app.programme.money import MILLI
from app.programme.spans import Span
from app.programme.spiff_terms import SpiffClaimStatus, SpiffVerdict
from app.programme.spiffs import SpiffDecision, SpiffDenial, SpiffLine, SpiffTerms, decided, period_of, taken_back
from app.programme.terms import SaleType
from app.programme.webhook_events import WebhookEvent
from app.rewards.claims.settling import queries
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.turns import Turn, take
from app.webhooks.telling import Event, tell

log = structlog.get_logger(__name__)
_SALES = frozenset({SaleType.SALE.value, SaleType.DROP_SHIPMENT.value})
"A unit that is credited and invoiced anew is paid for once: by its first invoice."


async def settle_spiff(database: Database, vendor_id: UUID, spiff_id: UUID) -> None:
    """Take back what came back, and decide what waits for the engine. Doing it again changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await take(session, Turn.SPIFF, spiff_id)
        found = await queries.spiff(session, vendor_id, spiff_id)
        if found is None:
            return
        await _take_back(session, vendor_id, spiff_id)
        for claim in await queries.waiting(session, vendor_id, spiff_id):
            await _decide(session, vendor_id, found, claim)


async def take_spiffs_back(database: Database, vendor_id: UUID, agreement_id: UUID) -> None:
    """Take back what was claimed for units of an agreement's lines that came back, or for lines that were corrected."""
    async with database.reading(acting_as_worker(vendor_id)) as session:
        concerned = await queries.claimed_of(session, vendor_id, agreement_id)
    for spiff_id in concerned:
        await settle_spiff(database, vendor_id, spiff_id)


async def _decide(session: Session, vendor_id: UUID, spiff: Row, claim: Row) -> None:
    line, now = await queries.line(session, vendor_id, claim), datetime.now(UTC)
    if claim["verdict"] == SpiffVerdict.DENY:
        found = SpiffDecision(0, 0, ())
    else:
        found = await _reckoned(session, vendor_id, spiff, claim, line)
    waits = spiff["reviewed"] and found.approved > 0 and claim["verdict"] is None
    paid = SpiffClaimStatus.APPROVED if found.approved else SpiffClaimStatus.DENIED
    status = SpiffClaimStatus.CLAIMED if waits else paid
    denials = [{"reason": reason.value, "units": units} for reason, units in found.denials]
    told = (status.value, found.approved, found.amount, denials, None if waits else now)
    await queries.write(session, vendor_id, claim["id"], (*told, *_disclosed(claim, line)))
    if not waits:
        subject = global_id("SpiffClaim", Key(vendor_id, claim["id"]))
        whom = (claim["distributor_id"], claim["reseller_id"])
        await tell(session, [Event(vendor_id, WebhookEvent.CLAIM_DECIDED, subject, True, *whom, status.value)])


def _disclosed(claim: Row, line: Row | None) -> tuple[object, ...]:
    """What the vendor reads of the line: all where it knows who bought there, or where the distributor itself claims."""
    own = claim["distributor_id"] is not None
    if not own and (line is None or line["disclosed_reseller_id"] != claim["reseller_id"]):
        return (None,) * 5
    named = ("seller_id", "document_number", "document_line", "sold_on", "serial_numbers")
    return tuple(claim[name] for name in named)


async def _reckoned(session: Session, vendor_id: UUID, spiff: Row, claim: Row, line: Row | None) -> SpiffDecision:
    """What the SPIFF pays of a claim, by what is known now."""
    month = period_of(claim["sold_on"])
    before = await queries.sums(session, vendor_id, claim, (month.start, month.end))
    firm = await queries.firm(session, vendor_id, claim["reseller_id"] or claim["distributor_id"])
    assert firm is not None, "a claim names its firm by foreign key"
    known = _line(spiff, claim, line, before["units"], firm)
    budget = None if spiff["budget_minor"] is None else spiff["budget_minor"] - before["spent"]
    again = MILLI * len(set(claim["serial_numbers"]) & set(before["serials"]))
    asked, filed_on = claim["asked"] - again, claim["filed_at"].astimezone(UTC).date()
    if asked <= 0:
        return SpiffDecision(0, 0, ((SpiffDenial.ALREADY_CLAIMED, claim["asked"]),))
    found = decided(_terms(spiff, line), known, asked, filed_on, before["earned"], budget)
    return found if not again else _denied_too(found, again)


def _denied_too(found: SpiffDecision, again: int) -> SpiffDecision:
    """The decision about serial numbers of which some were claimed before."""
    denials = dict(found.denials)
    denials[SpiffDenial.ALREADY_CLAIMED] = denials.get(SpiffDenial.ALREADY_CLAIMED, 0) + again
    return SpiffDecision(found.approved, found.amount, tuple(denials.items()))


def _terms(spiff: Row, line: Row | None) -> SpiffTerms:
    """The terms, their families understood as the product of the line where it belongs to one."""
    products = {str(id) for id in spiff["product_ids"]} | {f"any of {family}" for family in spiff["families"]}
    if line is not None and line["family"] in spiff["families"]:
        products.add(str(line["product_id"]))
    return SpiffTerms(
        per_unit=spiff["per_unit"],
        currency=spiff["currency"],
        window=Span(spiff["starts_on"], spiff["ends_on"]),
        products=frozenset(products),
        days_to_claim=spiff["days_to_claim"],
        cap=spiff["cap_minor"],
    )


def _line(spiff: Row, claim: Row, line: Row | None, claimed: int, firm: Row) -> SpiffLine:
    stands = (
        line is not None
        and line["sale_type"] in _SALES
        and line["quantity"] > 0
        and line["product_id"] == claim["product_id"]
        and (claim["reseller_id"] is None or line["reseller_id"] == claim["reseller_id"])
    )
    covered = (
        (not spiff["countries"] or firm["country"] in spiff["countries"])
        and (not spiff["partner_types"] or firm["partner_type"] in spiff["partner_types"])
        and (not spiff["distributor_ids"] or claim["seller_id"] in spiff["distributor_ids"])
        and (not spiff["agreement_ids"] or (line is not None and line["agreement_id"] in spiff["agreement_ids"]))
    )
    return SpiffLine(
        product=str(claim["product_id"]),
        sold_on=line["sold_on"] if line is not None else claim["sold_on"],
        sold=line["quantity"] if line is not None else 0,
        returned=line["returned"] if line is not None else 0,
        claimed_before=claimed,
        is_sale=stands,
        covered=covered,
    )


async def _take_back(session: Session, vendor_id: UUID, spiff_id: UUID) -> None:
    beyond = await queries.paid_lines(session, vendor_id, spiff_id)
    now = datetime.now(UTC)
    for _, of_line in groupby(beyond, key=_line_of):
        claimed: int | None = None
        for claim in of_line:
            claimed = claim["claimed"] if claimed is None else claimed
            known = SpiffLine(str(claim["product_id"]), claim["sold_on"], claim["kept"], 0, claimed)
            units, amount = taken_back(known, claim["units"], claim["amount"])
            if units > 0:
                await queries.take_back(session, vendor_id, new_id(), claim, units, amount, now)
                log.info("spiff taken back", claim=str(claim["id"]), units=units)
            claimed -= units


def _line_of(claim: Row) -> tuple[object, ...]:
    return tuple(claim[name] for name in ("seller_id", "document_number", "document_line", "component"))
