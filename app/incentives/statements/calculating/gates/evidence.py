"""The evidence of each gate of a rule for one pay period: a figure, and a sentence of how it was found.

A gate about something that nobody records yet has no figure, says so, and is therefore missed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from app.incentives.statements.calculating.gates import queries
from app.program_access.kept.measures import OF_DISTRIBUTOR, Asked
from app.programme.compliance import ComponentKind
from app.programme.figures import Figures, GateEvidence
from app.programme.incentives import Gate, Rule
from app.programme.money import MICRO, decimal
from app.programme.money_terms import GateKind, MeasureUnit
from app.programme.spans import Span
from app.programme.terms import ThresholdRule, VolumePeriod
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


def _measured(kind: ComponentKind) -> Callable[[Reader, Subject, Gate], Awaitable[Found]]:
    """A gate that holds what a scorecard weighs."""

    async def find(db: Reader, subject: Subject, gate: Gate) -> Found:
        agreement = (subject.agreement_id, subject.distributor_id)
        (found,) = await OF_DISTRIBUTOR[kind](db, Asked(subject.vendor_id, [agreement], subject.span, subject.at))
        return found.value, found.text

    return find


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


async def _agreed(db: Reader, subject: Subject) -> Row:
    row = await queries.volume_terms(db, subject.vendor_id, subject.agreement_id)
    assert row is not None, "a term is of an agreement"
    return row


_FINDERS: dict[GateKind, Callable[[Reader, Subject, Gate], Awaitable[Found]]] = {
    GateKind.REPORTING_IN_TIME: _measured(ComponentKind.REPORTING_IN_TIME),
    GateKind.DATA_QUALITY: _measured(ComponentKind.DATA_QUALITY),
    GateKind.ACTIVE_RESELLERS: _measured(ComponentKind.ACTIVE_RESELLERS),
    GateKind.MINIMUM_VOLUME: _volume,
    GateKind.VOLUME_TIER: _tier,
    GateKind.PROVEN: _proven,
    GateKind.STOCK_IN_BAND: _measured(ComponentKind.STOCK_IN_BAND),
    GateKind.CERTIFIED: _measured(ComponentKind.ENABLEMENT),
}
