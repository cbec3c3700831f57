"""Exports: in which formats a list leaves the graph, how an export stands, and how long its file is kept."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

KEPT: Final = timedelta(hours=24)
"How long a file can be fetched after it was made."
REMEMBERED: Final = timedelta(days=30)
"How long it is remembered that somebody asked for an export."
MOST_WAITING: Final = 10
"How many exports of one person or integration may wait or be under way."


class ExportFormat(StrEnum):
    """What kind of file an export makes."""

    CSV = "CSV"
    "Text for spreadsheets, RFC 4180, UTF-8; what a spreadsheet would run as a formula has an apostrophe before it."
    XLSX = "XLSX"
    "A workbook; what one sheet has no room for goes on in the next. Texts that look like formulas are marked as texts."
    JSONL = "JSONL"
    "A JSON object on each line, values as the graph writes them."
    PARQUET = "PARQUET"
    "Columns with types: decimals exact, days as days, moments as moments."


class ExportStatus(StrEnum):
    """How an export stands."""

    QUEUED = "QUEUED"
    "It waits for its turn: one export of an organisation is made at a time."
    RUNNING = "RUNNING"
    "It is being written."
    DONE = "DONE"
    "Its file can be fetched."
    FAILED = "FAILED"
    "It was ended; `error` says why."
    CANCELLED = "CANCELLED"
    "Who asked for it took it back."
    EXPIRED = "EXPIRED"
    "Its file was deleted, a day after it was made."


OPEN: Final = frozenset({ExportStatus.QUEUED, ExportStatus.RUNNING})
"It is still to be made, and can be taken back."


def standing(stored: ExportStatus, expires_at: datetime | None, now: datetime) -> ExportStatus:
    """How an export stands at a moment: what is done expires by the clock, whether or not its file was swept away yet."""
    over = stored is ExportStatus.DONE and expires_at is not None and expires_at <= now
    return ExportStatus.EXPIRED if over else stored


def progress(rows: int, total: int | None, stored: ExportStatus) -> float | None:
    """Which share of the rows is written, from 0 to 1; None where nobody counted how many there are."""
    if stored in {ExportStatus.DONE, ExportStatus.EXPIRED}:
        return 1.0
    if total is None:
        return None
    return 1.0 if total == 0 else min(rows / total, 1.0)
