"""Telling both sides of an agreement of counts that are further off than tolerated from what was expected.

It is looked at when a report of stock counts, and when rows of it that were held do, by what is known then of purchases,
sales and movements. What a report says against expectation now is read with it (`stockEffects`).
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from app.alerts.actions import MOST_EVIDENCE, Cause, raise_causes
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.inventory import TOLERATED, RollForward, is_beyond, variance
from app.programme.spans import Span
from app.reports.stock.variances import queries
from app.store.database import Row, Session


async def tell_of_variances(
    session: Session, vendor_id: UUID, agreement: Row, submissions: Sequence[UUID], at: datetime
) -> None:
    """Raise an alert for each of these reports whose counts are off: with how many of its rows, and which products."""
    off: dict[UUID, list[Row]] = {}
    for row in await queries.counts_set_against(session, vendor_id, agreement, submissions):
        told = RollForward(row["opening"], row["received"], row["sold"], row["moved"])
        if is_beyond(variance(row["units"], told.expected), told.expected, Fraction(TOLERATED)):
            off.setdefault(row["submission_id"], []).append(row)
    await raise_causes(session, [_cause(vendor_id, agreement, rows) for rows in off.values()], at)


def _cause(vendor_id: UUID, agreement: Row, rows: Sequence[Row]) -> Cause:
    products = list(dict.fromkeys(row["product_id"] for row in rows))[:MOST_EVIDENCE]
    return Cause(
        agreement=Key(vendor_id, agreement["id"]),
        distributor_id=agreement["distributor_id"],
        kind=AlertKind.STOCK_VARIANCE,
        subject=global_id("Submission", Key(vendor_id, rows[0]["submission_id"])),
        period=Span(rows[0]["period_start"], rows[0]["period_end"]),
        rows=sum(row["rows"] for row in rows),
        evidence=[global_id("Product", Key(vendor_id, each)) for each in products],
    )
