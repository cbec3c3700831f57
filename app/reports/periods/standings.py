"""How the reporting periods of agreements stand, from what was agreed, what was received, and what is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.periods import Receipt, ReportingTerms, Standing, period_of, periods, standing
from app.programme.spans import Span
from app.reports.calendar import terms_of
from app.reports.periods import queries
from app.store.database import Reader, Row

REMIND_DAYS = 3
"How many days before a report is due the distributor is reminded, where the agreement says nothing else."


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement says about reporting, and what of it is closed."""

    key: Key
    distributor_id: UUID
    terms: ReportingTerms
    closed_before: date | None
    remind_days: int
    created_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> "Agreed":
        """From the columns of an agreement and its reporting calendar."""
        remind = row["remind_days"]
        return cls(
            key=Key(row["vendor_id"], row["id"]),
            distributor_id=row["distributor_id"],
            terms=terms_of(row),
            closed_before=row["closed_before"],
            remind_days=REMIND_DAYS if remind is None else remind,
            created_at=row["created_at"],
        )

    @classmethod
    async def of(cls, db: Reader, keys: Sequence[Key]) -> "list[Agreed | None]":
        """The agreements of these keys, in their order; None where the asker sees none."""
        rows = await queries.terms_of_agreements(db, list(dict.fromkeys(keys)))
        found = {each.key: each for each in map(cls.from_row, rows)}
        return [found.get(key) for key in keys]

    def periods(self, start: date | None = None, end: date | None = None) -> list[Span]:
        """The reporting periods with a day from `start` on and before `end`."""
        return list(periods(self.terms, Span(start or date.min, end or date.max)))

    def period_from(self, start: date | None) -> Span | None:
        """The period that begins on a day; None where none does."""
        if start is None or not self.terms.effective.start <= start < self.terms.effective.end:
            return None
        found = period_of(self.terms, start)
        return found if found.start == start else None

    def key_of(self, period: Span) -> Key:
        """The key of a period: its agreement, and its first day as a number."""
        return Key(*self.key[:2], period.start.toordinal())

    def id_of(self, period: Span) -> str:
        """The global id of a period."""
        return global_id("ReportingPeriod", self.key_of(period))


def first_day(key: Key) -> date | None:
    """The first day that a period's key names; None where it is no day."""
    return date.fromordinal(key.row) if 0 < key.row <= date.max.toordinal() else None


async def standings(
    db: Reader, asked: Sequence[tuple[Agreed | None, Sequence[Span]]], now: datetime
) -> list[list[Standing]]:
    """How periods of agreements stand at a moment: one statement, however many they are."""
    places = [place for place, (agreed, spans) in enumerate(asked) if agreed is not None and spans]
    keys = [agreed.key for agreed, spans in asked if agreed is not None and spans]
    whole = [Span(min(each.start for each in spans), max(each.end for each in spans)) for _, spans in asked if spans]
    received: dict[int, list[Receipt]] = {}
    for row in await queries.receipts(db, keys, whole) if keys else ():
        receipt = Receipt(Span(row["period_start"], row["period_end"]), row["received_at"], row["reports"])
        received.setdefault(places[row["ordinal"] - 1], []).append(receipt)
    return [
        [standing(agreed.terms, span, received.get(place, ()), now, agreed.closed_before) for span in spans]
        if agreed is not None
        else []
        for place, (agreed, spans) in enumerate(asked)
    ]
