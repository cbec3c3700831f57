"""Reports that are read as they come: wherever the pieces and the batches are parted, they say the same as read at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    FailureCode,
    IssueCode,
    ReadingRules,
    ReportFrame,
    UnreadableReport,
    cells,
    package,
    shared_texts,
    spool,
    xlsx,
)
from app.reports.formats import segments as edifact_segments
from app.reports.formats.edifact import open_slsrpt
from app.reports.formats.invrpt import open_invrpt
from app.reports.formats.script import Pieces
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.x12 import open_x12_867
from app.reports.formats.x12_846 import open_x12_846
from app.reports.formats.xlsx import open_xlsx
from tests.reports.test_x12 import ITEM, PARTY, interchange
from tests.reports.workbooks import HEADER, SALE, rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
AT = datetime(2026, 1, 31, 9, 5, tzinfo=UTC)
SALES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD", received_at=AT)
STOCK = ReadingRules(SubmissionKind.INVENTORY, date(2026, 12, 31), "EUR", received_at=AT)
Opening = Callable[[Pieces, ReadingRules], StreamedReading]
OPENINGS: dict[str, tuple[Opening, ReadingRules]] = {
    "867.x12": (open_x12_867, SALES),
    "846.x12": (open_x12_846, STOCK),
    "slsrpt.edi": (open_slsrpt, SALES),
    "invrpt.edi": (open_invrpt, STOCK),
    ".xlsx": (open_xlsx, SALES),
}
FILES = [(path, *way) for end, way in OPENINGS.items() for path in sorted(SAMPLES.glob(f"*{end}"))]


def in_pieces(data: bytes, size: int) -> Pieces:
    return lambda: (data[at : at + size] for at in range(0, len(data), size))


def said(frame: ReportFrame) -> tuple[object, ...]:
    everything = frame.rows.with_columns(frame.received_as_json().alias("received"))
    return everything.rows(), frame.issues.rows(), frame.detected, frame.acknowledgement


def parted(monkeypatch: pytest.MonkeyPatch, packed: int) -> None:
    """From now on so many rows are packed together and none are held, and workbooks wait in files."""
    monkeypatch.setattr(spool, "PACKED", packed)
    monkeypatch.setattr(spool, "HELD", 0)
    monkeypatch.setattr(cells, "_BATCH", packed)
    monkeypatch.setattr(package, "_PIECE", 300)
    monkeypatch.setattr(shared_texts, "HELD", 0)
    monkeypatch.setattr(xlsx, "HELD", 100)
    monkeypatch.setattr(edifact_segments, "_AT_ONCE", 100)


@pytest.mark.parametrize(("size", "packed"), [(1, 1), (7, 2), (1000, 1), (100_000, 3)])
@pytest.mark.parametrize(("path", "opening", "rules"), FILES, ids=[path.name for path, *_ in FILES])
def test_where_the_bytes_and_the_rows_are_parted_makes_no_difference(
    path: Path, opening: Opening, rules: ReadingRules, size: int, packed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = path.read_bytes()
    whole = said(opening(lambda: (data,), rules).together())
    parted(monkeypatch, packed)
    reading = opening(in_pieces(data, size), rules)
    batches = list(reading.batches())
    assert sum(batch.rows.height for batch in batches) == reading.rows
    assert said(reading.together()) == whole
    assert said(reading.together()) == whole, "and so it is read again"


def sale(document: str, line: str | None) -> list[str]:
    named = {"REF*DI": f"REF*DI*{document}", "REF*LI": f"REF*LI*{line}" if line else ""}
    return [found for each in ITEM if (found := named.get(each[:6], each))]


def test_a_line_number_in_a_later_batch_speaks_for_its_whole_document(monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 1)
    body = ["PTD*SS", *PARTY, *sale("A", None), *sale("B", None), *sale("B", None), *sale("A", "7")]
    frame = open_x12_867(in_pieces(interchange(*body), 50), SALES).together()
    assert frame.rows["document_line"].to_list() == ["1", "1", "2", "7"]
    missing = [issue.row for issue in frame.found() if issue.code is IssueCode.MISSING_LINE_NUMBER]
    assert missing == [1], "document A names its lines, document B counts them"


def test_what_the_end_of_an_interchange_says_is_known_before_its_first_row(monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch, 1)
    body = ["PTD*SS", *PARTY, *sale("A", "1"), *sale("A", "2"), *sale("A", "3")]
    reading = open_x12_867(in_pieces(interchange(*body, trailer=False), 50), SALES)
    first, *_, last = reading.batches()
    assert [code for row, _, code, _ in first.issues.rows() if row == 0] == [IssueCode.ENVELOPE_INCONSISTENT] * 3
    assert [(row, code) for row, _, code, _ in last.issues.rows()] == [(3, IssueCode.TRUNCATED_ROW)]
    assert reading.acknowledgement is not None and "AK5*E*2" in reading.acknowledgement


def test_merged_cells_reach_over_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [(*SALE[:1], str(n), *SALE[2:]) for n in range(1, 40)]
    merged = '<mergeCells><mergeCell ref="D3:D30"/><mergeCell ref="D10:E12"/><mergeCell ref="C41:C50"/></mergeCells>'
    book = workbook(sheet(rows(HEADER, *lines), merged))
    whole = said(open_xlsx(lambda: (book,), SALES).together())
    parted(monkeypatch, 7)
    reading = open_xlsx(in_pieces(book, 64), SALES)
    assert len(list(reading.batches())) > 3
    assert said(reading.together()) == whole
    found = [issue.row for issue in reading.together().found() if issue.code is IssueCode.MERGED_CELL]
    assert found == sorted([*range(3, 30), *range(9, 12)])


@pytest.mark.parametrize("held", [0, 10_000])
def test_shared_texts_are_the_same_in_memory_and_in_a_file(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_texts, "HELD", held)
    texts = shared_texts.SharedTexts()
    texts.add(["a", "", "Müller"])
    texts.add(["b"])
    places = pl.Series([3, None, 0, 2, 1, 2], dtype=pl.UInt32)
    assert texts.gather(places).to_list() == ["b", None, "a", "Müller", "", "Müller"]
    assert len(texts) == 4


def test_the_bytes_of_a_long_interchange_are_never_held_together() -> None:
    """As many pieces are alive at once as are taken apart together."""
    alive = most = 0

    class Piece(bytes):
        def __new__(cls, data: bytes) -> "Piece":
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return super().__new__(cls, data)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def pieces() -> Iterator[bytes]:
        data = interchange("PTD*SS", *PARTY, *(segment for n in range(500) for segment in sale("A", str(n))))
        return (Piece(data[at : at + 1000]) for at in range(0, len(data), 1000))

    assert open_x12_867(pieces, SALES).rows == 500
    assert most <= 4


def test_what_a_report_is_for_has_to_be_said_among_its_first_segments() -> None:
    long = ["LIN*1*VP*P1", *["PID*F****x"] * 10_000, "BIA*00*DD*R1*20260105"]
    with pytest.raises(UnreadableReport, match="BIA of transaction 0001 stands behind more than 10,000 others") as late:
        open_x12_846(lambda: (interchange(*long).replace(b"ST*867*", b"ST*846*"),), STOCK)
    assert late.value.code is FailureCode.ENVELOPE_BROKEN
    head = "UNB+UNOC:3+D+V+260105:0900+1'UNH+1+SLSRPT:D:96A:UN'"
    items = "LIN+1++P1:SA'" + "FTX+AAI+++x'" * 10_000
    with pytest.raises(UnreadableReport, match="BGM of message 1 stands behind"):
        open_slsrpt(lambda: (f"{head}{items}BGM+73E+1+1'UNT+10003+1'UNZ+1+1'".encode(),), SALES)
