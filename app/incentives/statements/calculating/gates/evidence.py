"""The evidence of each gate of a rule for one pay period: a figure, and a sentence of how it was found.

A gate about something that nobody records yet has no figure, says so, and is therefore missed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from app.incentives.statements.calculating.gates import queries
from app.program_access.certified.queries import enablements, requires_any
from app.programme.figures import Figures, GateEvidence
from app.programme.incentives import Gate, Rule
from app.programme.inventory import CountedStock, Standard, demand_days, in_band
from app.programme.money import MICRO, decimal
from app.programme.money_terms import GateKind, MeasureUnit
from app.programme.periods import Receipt, ReportingTerms, periods, record, standing
from app.programme.spans import Span
from app.programme.terms import Cadence, ThresholdRule, VolumePeriod
from app.programme.tiers import Tier, volume_period
from app.programme.tiers import standing as tier_standing
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose gates, of which period, by what was known when."""

    vendor_id: UUID
    term_id: UUID
    agreement_id: UUID
    distributor_id: UUID
    span: Span
    rule: Rule
    figures: Figures
    at: datetime


Found = tuple[int | None, str]


async def evidence_of(db: Reader, subject: Subject) -> list[GateEvidence]:
    """What was found about each gate of the rule, in its order."""
    found = []
    for gate in subject.rule.gates:
        measured, text = await _FINDERS[gate.kind](db, subject, gate)
        found.append(GateEvidence(gate.name, measured, text))
    return found


async def _in_time(db: Reader, subject: Subject, gate: Gate) -> Found:
    row = await _agreed(db, subject)
    terms = ReportingTerms(
        Cadence(row["cadence"]),
        Span(row["effective_start"], row["effective_end"]),
        row["due_days"],
        row["grace_days"],
        row["time_zone"],
        bool(row["business_days"]),
        frozenset(row["holidays"] or ()),
    )
    span = subject.span
    rows = await queries.receipts(db, subject.vendor_id, subject.agreement_id, span.start, span.end)
    came = [Receipt(Span(r["period_start"], r["period_end"]), r["received_at"], r["reports"]) for r in rows]
    known = record([standing(terms, each, came, subject.at, row["closed_before"]) for each in periods(terms, span)])
    if not known.due:
        return None, "No report was due in the period yet."
    return (
        known.in_time * MICRO // known.due,
        f"{known.in_time} of {known.due} reports that were due came in time, {known.late} late, {known.missing} never.",
    )


async def _quality(db: Reader, subject: Subject, gate: Gate) -> Found:
    span = subject.span
    row = await queries.rows_reported(db, subject.vendor_id, subject.agreement_id, span.start, span.end)
    received = 0 if row is None else row["received"] - row["duplicate"]
    if row is None or received <= 0:
        return None, "No row was reported for the period."
    text = (
        f"{row['accepted']:,} of {received:,} rows that were reported for the period are accepted, duplicates left out."
    )
    return row["accepted"] * MICRO // received, text


async def _active(db: Reader, subject: Subject, gate: Gate) -> Found:
    active = await queries.active_resellers(
        db, subject.vendor_id, subject.agreement_id, subject.distributor_id, subject.span.end
    )
    since = subject.span.end - timedelta(days=90)
    return active * MICRO, f"{active:,} resellers bought, net of returns, from {since} on, in the 90 days to the end."


async def _volume(db: Reader, subject: Subject, gate: Gate) -> Found:
    qualifying = subject.figures.qualifying
    is_units = subject.rule.qualifying.unit is MeasureUnit.UNITS
    return qualifying * (1000 if is_units else 1), "The net qualifying volume of the period."


async def _tier(db: Reader, subject: Subject, gate: Gate) -> Found:
    row = await _agreed(db, subject)
    effective = Span(row["effective_start"], row["effective_end"])
    last = subject.span.end - timedelta(days=1)
    over = volume_period(VolumePeriod(row["volume_period"]), last, effective)
    until = min(over.end, subject.span.end)
    bought = await queries.bought(
        db,
        subject.vendor_id,
        subject.agreement_id,
        subject.distributor_id,
        over.start,
        until,
        row["currency"],
    )
    tiers = [Tier(*each.values()) for each in await queries.tiers(db, subject.vendor_id, subject.agreement_id)]
    if not tiers:
        return None, "The agreement has no volume tiers."
    attained = tier_standing(tiers, bought, ThresholdRule(row["threshold_rule"])).attained
    name = "no tier" if attained is None else f"tier {attained.rank}, {attained.name}"
    volume = f"{row['currency']} {decimal(Fraction(bought, MICRO), 2)}"
    return (
        0 if attained is None else attained.rank * MICRO,
        f"Net sell-in of {volume} from {over.start} until {until} attains {name}.",
    )


async def _proven(db: Reader, subject: Subject, gate: Gate) -> Found:
    row = await queries.proof(db, subject.vendor_id, subject.term_id, subject.span.start, gate.name)
    if row is None:
        return None, "Nobody has confirmed it."
    told = "was found so" if row["is_met"] else "was found not to be so"
    return MICRO if row["is_met"] else 0, f"It {told} on {row['confirmed_at']:%Y-%m-%d}: {row['note']}"


async def _stock(db: Reader, subject: Subject, gate: Gate) -> Found:
    last = subject.span.end - timedelta(days=1)
    agreed = await queries.inventory_standard(db, subject.vendor_id, subject.agreement_id, last)
    if agreed is None:
        return None, f"No inventory standard was agreed on for {last}, the last day of the period."
    rows = await queries.counted_stock(db, subject.vendor_id, subject.agreement_id, subject.distributor_id, last)
    counted = (
        CountedStock(
            row["counted_on"], row["on_hand"], row["demanded"], demand_days(row["counted_on"], row["introduced_on"])
        )
        for row in rows
    )
    found = in_band(counted, Standard(agreed["least"], agreed["most"]), last)
    if found.share is None:
        return None, f"No product was counted up to {last} of which there was stock or demand."
    weeks = " to ".join(decimal(Fraction(each, 100), 2) for each in (agreed["least"], agreed["most"]))
    return (
        int(found.share * MICRO),
        f"{found.within:,} of {found.of:,} products that were counted up to {last} last for {weeks} weeks, as agreed;"
        f" {found.below:,} for fewer, {found.above:,} for more, {found.without_demand:,} have no demand, and"
        f" {found.stale:,} were last counted more than 13 weeks before.",
    )


async def _certified(db: Reader, subject: Subject, gate: Gate) -> Found:
    end = subject.span.end
    if not await requires_any(db, subject.vendor_id):
        return None, "No programme requires a certification by which it could be measured."
    agreement = (subject.agreement_id, subject.distributor_id)
    (found,) = await enablements(db, subject.vendor_id, [agreement], end)
    if found.share is None:
        return None, f"No reseller bought, net of returns, in the 90 days to {end - timedelta(days=1)}."
    return (
        found.share,
        f"{found.certified:,} of {found.active:,} resellers that bought, net of returns, in the 90 days to the end hold"
        " all certifications that their programmes require.",
    )


async def _agreed(db: Reader, subject: Subject) -> Row:
    row = await queries.reporting_terms(db, subject.vendor_id, subject.agreement_id)
    assert row is not None, "a term is of an agreement"
    return row


_FINDERS: dict[GateKind, Callable[[Reader, Subject, Gate], Awaitable[Found]]] = {
    GateKind.REPORTING_IN_TIME: _in_time,
    GateKind.DATA_QUALITY: _quality,
    GateKind.ACTIVE_RESELLERS: _active,
    GateKind.MINIMUM_VOLUME: _volume,
    GateKind.VOLUME_TIER: _tier,
    GateKind.PROVEN: _proven,
    GateKind.STOCK_IN_BAND: _stock,
    GateKind.CERTIFIED: _certified,
}
