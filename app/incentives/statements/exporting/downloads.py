"""A statement as a file for whoever holds a link: what a spreadsheet needs to recompute it, and nothing else.

It is read with the asker's own eyes, page by page, and never held as a whole; lines are those known when the statement was
calculated. Rates and thresholds are as the rule says them; every amount is in units of the currency, every exact one beside
it in minor units.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from app.access.actor import Actor
from app.accruals.actions import rule_of
from app.accruals.shares import queries as shares
from app.execution.connections import Window
from app.execution.identifiers import Key
from app.execution.scalars import exact
from app.incentives.rules.graph import SCALES, rate_scale
from app.incentives.statements import queries
from app.incentives.statements.explaining.graph import behind_statement
from app.incentives.statements.exporting.sheets import Cell, CsvSheets, Sheets, WorkbookSheets
from app.programme.incentives import Rule
from app.programme.money import places_of, rounded
from app.store.database import Database, Row

PAGE = 5_000
"Lines that are fetched at once."
LINES = (
    "counts_on",
    "sold_on",
    "document_kind",
    "document_number",
    "document_line",
    "product_code",
    "quantity",
    "measure",
    "shared_measure",
    "share",
    "report",
    "row",
    "source",
    "returns_sale_of_period_from",
)
"The columns of a line. `shared_measure` is what its share is reckoned on: 0 where nothing is paid on it."


@dataclass(frozen=True, slots=True)
class Download:
    """A file by its name, piece by piece, and what kind of file it is."""

    name: str
    pieces: AsyncIterator[bytes]
    media_type: str


async def as_csv(database: Database, actor: Actor, key: Key) -> Download | None:
    """A statement as CSV; None where the asker sees none, or it is not calculated."""
    return await _explained(database, actor, key, "csv")


async def as_workbook(database: Database, actor: Actor, key: Key) -> Download | None:
    """A statement as a workbook; None where the asker sees none, or it is not calculated."""
    return await _explained(database, actor, key, "xlsx")


async def _explained(database: Database, actor: Actor, key: Key, suffix: str) -> Download | None:
    async with database.reading(actor.context()) as db:
        found = await queries.statements(db, actor.level, [key])
        if not found or found[0]["calculated_at"] is None:
            return None
        revision = [found[0]["revision"]]
        bands = await queries.bands(db, [key], revision)
        steps = await queries.steps(db, [key], revision)
    statement = found[0]
    made: type[CsvSheets] | type[WorkbookSheets] = CsvSheets if suffix == "csv" else WorkbookSheets
    name = f"statement-{statement['period_start']}-{statement['sequence']}-{statement['revision']}.{suffix}"
    return Download(name, _pieces(database, actor, statement, bands, steps, made), made.media_type)


async def _pieces(
    database: Database,
    actor: Actor,
    statement: Row,
    bands: Sequence[Row],
    steps: Sequence[Row],
    made: type[CsvSheets] | type[WorkbookSheets],
) -> AsyncIterator[bytes]:
    rule, sheets = rule_of(statement["rule"]), made()
    try:
        for piece in _head(sheets, statement, rule, bands, steps):
            if piece:
                yield piece
        yield sheets.part("lines", LINES)
        async for rows in _lines(database, actor, statement, rule):
            yield await asyncio.to_thread(sheets.rows, rows)
        end = sheets.end()
        while (piece := await asyncio.to_thread(partial(next, end, b""))) != b"":
            yield piece
    finally:
        sheets.close()


def _head(sheets: Sheets, statement: Row, rule: Rule, bands: Sequence[Row], steps: Sequence[Row]) -> Iterator[bytes]:
    """The parts before the lines."""
    yield sheets.part("statement", ("name", "value"))
    yield sheets.rows(_figures(statement, rule))
    unit = SCALES[rule.qualifying.unit]
    yield sheets.part("bands", ("threshold", "upto", "measure", "rate", "payment", "exact_minor_units"))
    yield sheets.rows(
        [
            exact(band["threshold"], unit),
            None if band["upto"] is None else exact(band["upto"], unit),
            exact(band["measure"], unit),
            exact(band["rate"], rate_scale(rule.structure, rule.currency)),
            *_both(band["payment"], rule.currency),
        ]
        for band in bands
    )
    names = ("before", "before_exact_minor_units", "after", "after_exact_minor_units", "gate", "measured", "found")
    yield sheets.part("steps", ("kind", "description", *names))
    yield sheets.rows(
        [
            step["kind"],
            step["description"],
            *_both(step["before"], rule.currency),
            *_both(step["after"], rule.currency),
            *_evidence(step),
        ]
        for step in steps
    )


def _figures(statement: Row, rule: Rule) -> list[list[Cell]]:
    places = places_of(rule.currency)
    cut, _, _ = shares.read_again(statement["share_cutoff"])
    return [
        ["incentive", statement["name"]],
        ["period_start", statement["period_start"].isoformat()],
        ["period_end", statement["period_end"].isoformat()],
        ["sequence", statement["sequence"]],
        ["revision", statement["revision"]],
        ["calculated_at", statement["calculated_at"].isoformat()],
        ["currency", rule.currency],
        ["structure", rule.structure.value],
        ["threshold_rule", rule.threshold_rule.value],
        ["qualifying", exact(statement["qualifying"], SCALES[rule.qualifying.unit])],
        ["paying", exact(statement["paying"], SCALES[rule.paying.unit])],
        ["shared_measure", exact(cut.measure, SCALES[rule.paying.unit])],
        ["lines", statement["lines"]],
        ["unvalued_lines", statement["unvalued"]],
        ["entitled", exact(statement["entitled_minor"], places)],
        ["settled", exact(statement["settled_minor"], places)],
        ["payable", exact(statement["payable_minor"], places)],
    ]


def _both(value: str, currency: str) -> list[Cell]:
    """An exact amount in units of the currency, at six decimals, and in minor units as it is."""
    return [exact(rounded(Fraction(value) / 10 ** places_of(currency), 6), 6), value]


def _evidence(step: Row) -> list[Cell]:
    found = step["evidence"]
    if not found:
        return [None, None, None]
    measured = found["measured"]
    return [found["gate"], None if measured is None else exact(measured, 6), found["found"]]


async def _lines(database: Database, actor: Actor, statement: Row, rule: Rule) -> AsyncIterator[list[list[Cell]]]:
    behind = behind_statement(actor, statement, rule)
    assert behind is not None, "it is calculated"
    order = shares.order_of(rule)
    window = Window(PAGE, False, None, order, "")
    while True:
        async with database.reading(actor.context()) as db:
            rows = await shares.page(db, *behind, window)
        kept = rows[:PAGE]
        yield [_line(row, rule) for row in kept]
        if len(rows) <= PAGE:
            return
        position = tuple(kept[-1][each.name] for each in order.keys)
        window = Window(PAGE, False, position, order, "")


def _line(row: Row, rule: Rule) -> list[Cell]:
    scale = SCALES[rule.paying.unit]
    return [
        row["counts_on"].isoformat(),
        row["sold_on"].isoformat(),
        row["document_kind"],
        row["document_number"],
        row["document_line"],
        row["product_code"],
        exact(row["quantity"], 3),
        None if row["value"] is None else exact(int(row["value"]), scale),
        exact(int(row["weight"]), scale),
        None if row["share"] is None else exact(int(row["share"]), places_of(rule.currency)),
        str(row["submission_id"]),
        row["row_number"],
        row["source"],
        None if row["returns_from"] is None else row["returns_from"].isoformat(),
    ]
