"""How each duty of an agreement was kept over a span of days, measured for several agreements of one network at once.

Scorecards weigh these figures and the gates of incentives hold them against what a rule needs: one function, one figure.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.program_access.certified.queries import enablements, requires_any
from app.program_access.kept import queries
from app.program_access.kept.stock.band import stock_in_band
from app.programme.compliance import MICRO, ComponentKind, Measured
from app.programme.development import ACTIVE_DAYS
from app.programme.periods import Receipt, ReportingTerms, periods, record, standing
from app.programme.spans import Span
from app.programme.terms import Cadence
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Asked:
    """Agreements of a network, each with its distributor, over a span of days, by what was known at a moment."""

    vendor_id: UUID
    agreements: Sequence[tuple[UUID, UUID]]
    span: Span
    at: datetime


async def reports_in_time(db: Reader, asked: Asked) -> list[Measured]:
    """The share of the reports that were due for the span, of those due by now, that came in time, grace included."""
    came: list[list[Receipt]] = [[] for _ in asked.agreements]
    for row in await queries.receipts(db, asked.vendor_id, asked.agreements, asked.span):
        span = Span(row["period_start"], row["period_end"])
        came[row["ordinal"] - 1].append(Receipt(span, row["received_at"], row["reports"]))
    terms = await queries.agreed(db, asked.vendor_id, asked.agreements)
    return [_in_time(row, own, asked) for row, own in zip(terms, came, strict=True)]


def _in_time(row: Row, came: Sequence[Receipt], asked: Asked) -> Measured:
    terms = ReportingTerms(
        Cadence(row["cadence"]),
        Span(row["effective_start"], row["effective_end"]),
        row["due_days"],
        row["grace_days"],
        row["time_zone"],
        bool(row["business_days"]),
        frozenset(row["holidays"] or ()),
    )
    known = record([standing(terms, each, came, asked.at, row["closed_before"]) for each in periods(terms, asked.span)])
    if not known.due:
        return Measured(None, "No report was due in the period yet.")
    return Measured(
        known.in_time * MICRO // known.due,
        f"{known.in_time} of {known.due} reports that were due came in time, {known.late} late, {known.missing} never.",
        known.in_time,
        known.due,
    )


async def data_quality(db: Reader, asked: Asked) -> list[Measured]:
    """The share of the rows reported for the span, duplicates left out, that are accepted."""
    found = [Measured(None, "No row was reported for the period.")] * len(asked.agreements)
    for row in await queries.rows_reported(db, asked.vendor_id, asked.agreements, asked.span):
        received, accepted = row["received"] - row["duplicate"], row["accepted"]
        if received > 0:
            text = f"{accepted:,} of {received:,} rows that were reported for the period are accepted, duplicates left out."
            found[row["ordinal"] - 1] = Measured(accepted * MICRO // received, text, accepted, received)
    return found


async def active_resellers(db: Reader, asked: Asked) -> list[Measured]:
    """How many resellers bought under the agreement, net of returns, in the 90 days to the end; in 10⁻⁶."""
    numbers = [0] * len(asked.agreements)
    for row in await queries.active_resellers(db, asked.vendor_id, asked.agreements, asked.span.end):
        numbers[row["ordinal"] - 1] = row["active"]
    since = asked.span.end - timedelta(days=ACTIVE_DAYS)
    return [
        Measured(
            number * MICRO, f"{number:,} resellers bought, net of returns, from {since} on, in the 90 days to the end."
        )
        for number in numbers
    ]


async def enabled_resellers(db: Reader, asked: Asked) -> list[Measured]:
    """The share of these that held every certification that their programmes require on the last day."""
    end = asked.span.end
    if not await requires_any(db, asked.vendor_id):
        none = Measured(None, "No programme requires a certification by which it could be measured.")
        return [none] * len(asked.agreements)
    nobody = Measured(None, f"No reseller bought, net of returns, in the 90 days to {end - timedelta(days=1)}.")
    return [
        nobody
        if each.share is None
        else Measured(
            each.share,
            f"{each.certified:,} of {each.active:,} resellers that bought, net of returns, in the 90 days to the end hold"
            " all certifications that their programmes require.",
            each.certified,
            each.active,
        )
        for each in await enablements(db, asked.vendor_id, asked.agreements, end)
    ]


async def in_band(db: Reader, asked: Asked) -> list[Measured]:
    """The share of products whose stock is as agreed at the end."""
    return [await stock_in_band(db, asked.vendor_id, *agreement, asked.span) for agreement in asked.agreements]


Measuring = Callable[[Reader, Asked], Awaitable[list[Measured]]]
OF_DISTRIBUTOR: Mapping[ComponentKind, Measuring] = {
    ComponentKind.REPORTING_IN_TIME: reports_in_time,
    ComponentKind.DATA_QUALITY: data_quality,
    ComponentKind.STOCK_IN_BAND: in_band,
    ComponentKind.ACTIVE_RESELLERS: active_resellers,
    ComponentKind.ENABLEMENT: enabled_resellers,
}
"How the distributor's duties are measured; what is not here is measured by nobody yet."
_ASKING = {
    ComponentKind.CREDITS_ON_TIME: (
        queries.credits_owed,
        "{part:,} of {whole:,} credits that were due in the period came within {days} days of their approval.",
        "No credit was due in the period.",
    ),
    ComponentKind.CLAIMS_DECIDED: (
        queries.claims_filed,
        "{part:,} of {whole:,} claims that were to be decided in the period were decided within {days} days.",
        "No claim was to be decided in the period.",
    ),
    ComponentKind.PRICE_NOTICE: (
        queries.prices_changed,
        "{part:,} of {whole:,} prices that changed in the period were announced {days} days before.",
        "No price changed in the period.",
    ),
}


async def of_vendor(db: Reader, asked: Asked, kind: ComponentKind, days: Sequence[int]) -> list[Measured]:
    """How the vendor kept a duty towards each distributor, within so many days each."""
    ask, told, nothing = _ASKING[kind]
    found = [Measured(None, nothing)] * len(asked.agreements)
    for row in await ask(db, asked.vendor_id, asked.agreements, days, asked.span, asked.at):
        place, part, whole = row["ordinal"] - 1, row["part"], row["whole"]
        text = told.format(part=part, whole=whole, days=days[place])
        found[place] = Measured(part * MICRO // whole, text, part, whole)
    return found
