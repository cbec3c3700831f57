"""Rows with what became of them, written in the format that their report came in; formulas run in none of them."""

import csv
import io
import json
from collections.abc import Sequence

import pytest

from app.programme.terms import SubmissionFormat
from app.reports.formats.cells import SheetCells, texts_of
from app.reports.formats.workbook import open_workbook
from app.reports.outcomes import LONGEST_CELL, OutcomeRow, Reason, Written, written_in

NAMES = ["product_code", "=note"]
WHY = Reason("UNKNOWN_PRODUCT", "product_code", "“=cmd()” is no product that is known.")
ROWS = [
    OutcomeRow(1, "line 2", "ACCEPTED", [], ["P;=1", None]),
    OutcomeRow(2, "line 3", "HELD", [WHY], ["=cmd()", "-5"]),
]


def written(sheet: Written, found: Sequence[OutcomeRow] = ROWS) -> bytes:
    try:
        return b"".join([sheet.begin(NAMES), sheet.rows(found), *sheet.end()])
    finally:
        sheet.close()


@pytest.mark.parametrize(("detected", "delimiter"), [({}, ","), ({"delimiter": ";"}, ";"), ({"delimiter": "\t"}, "\t")])
def test_csv_comes_back_as_csv_with_its_delimiter(detected: dict[str, object], delimiter: str) -> None:
    sheet = written_in(SubmissionFormat.CSV, detected)
    table = list(csv.reader(io.StringIO(written(sheet).decode("utf-8-sig")), delimiter=delimiter))
    assert table == [
        ["row", "source", "outcome", "reasons", "product_code", "'=note"],
        ["1", "line 2", "ACCEPTED", "", "P;'=1", ""],
        ["2", "line 3", "HELD", "UNKNOWN_PRODUCT: “=cmd()” is no product that is known.", "'=cmd()", "-5"],
    ]
    assert (sheet.suffix, sheet.media_type) == ("csv", "text/csv")


@pytest.mark.parametrize("came_in", [SubmissionFormat.X12, SubmissionFormat.EDIFACT])
def test_interchanges_come_back_as_csv(came_in: SubmissionFormat) -> None:
    assert written_in(came_in, {}).suffix == "csv"


def test_inline_lines_come_back_as_lines_of_json() -> None:
    sheet = written_in(SubmissionFormat.INLINE, {})
    first, second = [json.loads(line) for line in written(sheet).splitlines()]
    assert first == {
        "row": 1,
        "source": "line 2",
        "outcome": "ACCEPTED",
        "reasons": [],
        "received": {"product_code": "P;'=1"},
    }
    assert second["reasons"] == [{"code": WHY.code, "field": WHY.field, "message": WHY.message}]
    assert second["received"] == {"product_code": "'=cmd()", "'=note": "-5"}
    assert sheet.suffix == "jsonl"


def cells_of(data: bytes, width: int = 6) -> list[list[str | None]]:
    book = open_workbook(data)
    (sheet,) = book.sheets
    rows: dict[int, dict[int, str]] = {}
    for batch in SheetCells(book, sheet.part).batches():
        assert not batch["calculated"].any(), "no cell is a formula"
        for number, column, text in texts_of(batch, book).select("number", "column", "text").iter_rows():
            rows.setdefault(number, {})[column] = text
    return [[row.get(column) for column in range(1, width + 1)] for row in rows.values()]


def test_a_workbook_comes_back_as_a_workbook_whose_texts_are_texts() -> None:
    data = written(written_in(SubmissionFormat.XLSX, {}))
    assert cells_of(data) == [
        ["row", "source", "outcome", "reasons", "product_code", "=note"],
        ["1", "line 2", "ACCEPTED", None, "P;=1", None],
        ["2", "line 3", "HELD", "UNKNOWN_PRODUCT: “=cmd()” is no product that is known.", "=cmd()", "-5"],
    ]
    assert b"<f>" not in data


def test_a_text_that_no_cell_has_room_for_ends_in_an_ellipsis() -> None:
    row = OutcomeRow(1, "row 2", "REJECTED", [], ["x" * 40_000, "http://example.com"])
    _, (*_, long, link) = cells_of(written(written_in(SubmissionFormat.XLSX, {}), [row]))
    assert long == "x" * (LONGEST_CELL - 1) + "…"
    assert link == "http://example.com"


def test_a_report_without_rows_is_a_header_alone() -> None:
    assert len(cells_of(written(written_in(SubmissionFormat.XLSX, {}), []))) == 1
    assert written(written_in(SubmissionFormat.INLINE, {}), []) == b""
