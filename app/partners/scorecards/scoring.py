"""Scorecards of agreements, from what was agreed about them and what was measured.

Both sides of an agreement read the same numbers: they are measured as `worker`, of agreements that the asker reads. A period
that still runs is measured up to today.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from app.partners.scorecards import queries
from app.program_access.kept import queries as kept
from app.program_access.kept.measures import OF_DISTRIBUTOR, Asked, of_vendor
from app.program_access.planned.attainment import plan_attainment
from app.programme.compliance import (
    DEFAULT_DAYS,
    DEFAULT_WEIGHTS,
    MICRO,
    Benchmark,
    Component,
    ComponentKind,
    Measured,
    Scored,
    Side,
    benchmark,
    is_compared,
    scored,
)
from app.programme.spans import Span
from app.store.database import Reader, Row

K = ComponentKind


@dataclass(frozen=True, slots=True)
class Weighing:
    """What components weigh and in how many days the vendor does its duties; version 0 where nothing was set."""

    weights: Mapping[ComponentKind, int]
    days: Mapping[ComponentKind, int]
    version: int = 0

    @classmethod
    def of(cls, row: Row | None) -> "Weighing":
        """From a row with `weights`, `days` and `version`; what it does not say is as usual."""
        said: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        if row is not None and row["weights"] is not None:
            said = (row["weights"], row["days"])
        return cls(
            {kind: said[0].get(kind.value, usual) for kind, usual in DEFAULT_WEIGHTS.items()},
            {kind: said[1].get(kind.value, usual) for kind, usual in DEFAULT_DAYS.items()},
            0 if row is None else row["version"],
        )

    @property
    def told_weights(self) -> dict[str, int]:
        """As it is stored, and stands in the audit."""
        return {kind.value: weight for kind, weight in self.weights.items()}

    @property
    def told_days(self) -> dict[str, int]:
        """As it is stored, and stands in the audit."""
        return {kind.value: days for kind, days in self.days.items()}


class Card(NamedTuple):
    """An agreement over a span of days."""

    vendor_id: UUID
    agreement_id: UUID
    distributor_id: UUID
    span: Span


class Sided(NamedTuple):
    """One side of a card, and by what it was weighed."""

    scored: Scored
    weighing: Weighing


async def sides(db: Reader, cards: Sequence[Card], side: Side, at: datetime) -> list[Sided]:
    """One side of several cards of one network, as it stood by what is known at a moment."""
    found: list[Sided | None] = [None] * len(cards)
    for span in dict.fromkeys(card.span for card in cards):
        places = [place for place, card in enumerate(cards) if card.span == span]
        own = [(cards[place].agreement_id, cards[place].distributor_id) for place in places]
        so_far = Span(span.start, max(span.start, min(span.end, at.date() + timedelta(days=1))))
        asked = Asked(cards[places[0]].vendor_id, own, so_far, at)
        for place, one in zip(places, await _sides(db, asked, span, side), strict=True):
            found[place] = one
    return [each for each in found if each is not None]


async def _sides(db: Reader, asked: Asked, span: Span, side: Side) -> Iterator[Sided]:
    weighed = [Weighing.of(None)] * len(asked.agreements)
    for row in await kept.weights(db, asked.vendor_id, asked.agreements, span.end - timedelta(days=1)):
        weighed[row["ordinal"] - 1] = Weighing.of(row)
    agreed = await kept.agreed(db, asked.vendor_id, asked.agreements)
    measured: dict[ComponentKind, list[Measured]] = {}
    for kind in (each for each in K if each.side is side):
        measured[kind] = await _measured(db, asked, kind, [each.days.get(kind, 0) for each in weighed])
    return (
        Sided(scored(_component(kind, weighing, found[place], row) for kind, found in measured.items()), weighing)
        for place, (weighing, row) in enumerate(zip(weighed, agreed, strict=True))
    )


async def _measured(db: Reader, asked: Asked, kind: ComponentKind, days: Sequence[int]) -> list[Measured]:
    if asked.span.start >= asked.span.end:
        return [Measured(None, "The period has not begun.")] * len(asked.agreements)
    if kind.side is Side.VENDOR:
        return await of_vendor(db, asked, kind, days)
    if kind is K.PLAN_ATTAINMENT:
        return await plan_attainment(db, asked)
    return await OF_DISTRIBUTOR[kind](db, asked)


def _component(kind: ComponentKind, weighing: Weighing, found: Measured, agreed: Row) -> Component:
    """What was measured, beside what was agreed: resellers are scored only where a number of them was."""
    weight = weighing.weights[kind]
    if kind is K.ACTIVE_RESELLERS:
        needed = None if agreed["active"] is None else agreed["active"] * MICRO
    elif kind is K.ENABLEMENT:
        needed = agreed["enabled"]
    else:
        return Component(kind, weight, found)
    if needed is None:
        text = "The agreement says nothing of how many are to be."
        found = Measured(None, f"{found.text} {text}", found.part, found.whole)
    return Component(kind, weight, found, needed)


async def benchmarks(db: Reader, cards: Sequence[Card], at: datetime) -> list[Benchmark | None]:
    """How the distributors of several cards of one network compare with their peers: those that have an agreement in effect
    on the last day and are no affiliates. Each distributor counts once, by the mean of its agreements."""
    found: dict[Span, dict[UUID, Fraction]] = {}
    for span in dict.fromkeys(card.span for card in cards if is_compared(card.span, at.date())):
        rows = await queries.in_effect(db, cards[0].vendor_id, span.end - timedelta(days=1))
        every = [Card(cards[0].vendor_id, row["id"], row["distributor_id"], span) for row in rows]
        own: dict[UUID, list[Fraction]] = {}
        for card, each in zip(every, await sides(db, every, Side.DISTRIBUTOR, at), strict=True):
            if each.scored.score is not None:
                own.setdefault(card.distributor_id, []).append(each.scored.score)
        found[span] = {distributor: sum(scores, Fraction()) / len(scores) for distributor, scores in own.items()}
    affiliates = await queries.affiliates(db, cards[0].vendor_id) if found else set()
    return [_compared(card.distributor_id, found.get(card.span, {}), affiliates) for card in cards]


def _compared(
    own: UUID, scores: Mapping[UUID, Fraction], affiliates: Collection[tuple[UUID, UUID]]
) -> Benchmark | None:
    peers = [score for other, score in scores.items() if other != own and (own, other) not in affiliates]
    return benchmark(scores.get(own), peers)
