"""A report in CSV that is read in batches, its bytes in pieces, says what it says when it is read at once."""

import random
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.programme.terms import SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, ReportFrame, UnreadableReport, read_csv
from app.reports.formats.csv import LONGEST_HEADER, CsvReading
from app.reports.formats.records import LONGEST_RECORD
from app.reports.formats.script import Pieces
from tests.reports.test_readers_hold import CSV, mutated

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD")
HEADER = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price"
UNNUMBERED = "document_number,sold_on,product_code,reseller_account,quantity"


def pieces(data: bytes, size: int) -> Pieces:
    """The bytes, so many at a time."""
    return lambda: (data[start : start + size] for start in range(0, len(data), size))


def in_batches(data: bytes, size: int, most: int) -> ReportFrame:
    """The report, its bytes in pieces of `size` and its rows in batches of about `most` lines, put together again."""
    reading = CsvReading(pieces(data, size), RULES, most)
    frames = list(reading.batches())
    assert sum(frame.rows.height for frame in frames) == reading.rows
    rows, issues = pl.concat([frame.rows for frame in frames]), pl.concat([frame.issues for frame in frames])
    return ReportFrame(rows, issues, reading.detected)


def refused_or_read(data: bytes, size: int, most: int) -> ReportFrame | tuple[str, str]:
    try:
        return in_batches(data, size, most)
    except UnreadableReport as refused:
        return refused.code, refused.message


def says_the_same(data: bytes, size: int, most: int) -> None:
    """Read at once and read in batches: the same rows, issues and findings, or the same refusal."""
    found = refused_or_read(data, size, most)
    try:
        whole = read_csv(data, RULES)
    except UnreadableReport as refused:
        assert found == (refused.code, refused.message)
        return
    assert isinstance(found, ReportFrame)
    assert found.rows.equals(whole.rows)
    assert found.found() == whole.found()
    assert found.received_as_json().to_list() == whole.received_as_json().to_list()
    assert found.detected == whole.detected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(CSV), st.integers(1, 400), st.integers(1, 7))
@example(b"", 1, 1)
@example(UNNUMBERED.encode(), 3, 1)
@example(f"{UNNUMBERED}\n\n".encode(), 1, 1)
@example(f"\n\n \nsep=;\n{UNNUMBERED.replace(',', ';')}\r\rI;2026-01-04;P;R;1\r".encode(), 1, 1)
@example(f'{UNNUMBERED}\n"I\n\n1",2026-01-04,P,R,1\n"x\n'.encode(), 2, 1)
@example(f"{UNNUMBERED}\nI,2026-01-04,P,Caf\xe9,1\n".encode("utf-16"), 3, 1)
def test_where_the_bytes_and_the_rows_are_parted_makes_no_difference(data: bytes, size: int, most: int) -> None:
    says_the_same(data, size, most)


@pytest.mark.parametrize("most", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("seed", range(6))
def test_mixed_reports_say_the_same_in_batches(seed: int, most: int) -> None:
    dice = random.Random(seed)
    rows = [
        f"INV-{dice.randrange(9)},{dice.choice(['', str(n)]) if seed % 2 else ''},2026-01-0{dice.randrange(1, 8)},"
        f"{dice.choice(['P1', chr(34) + 'P' + chr(10) + '2' + chr(34), 'P3,'])},R,{dice.choice(['1', '0', '2.5'])},10.00"
        for n in range(60)
    ]
    for ends in ("\n", "\r\n", "\r"):
        says_the_same(ends.join([HEADER, *rows, ""]).encode(), 37, most)


def test_places_within_a_document_go_on_over_batches() -> None:
    rows = [f"INV-{n % 2},2026-01-04,P,R,1" for n in range(20)]
    found = in_batches("\n".join([UNNUMBERED, *rows]).encode(), 64, 3)
    assert found.rows["document_line"].to_list() == [str(n // 2 + 1) for n in range(20)]


def test_a_line_number_in_a_later_batch_speaks_for_its_whole_document() -> None:
    rows = ["A,,2026-01-04,P,R,1,", "B,,2026-01-04,P,R,1,", "C,1,2026-01-04,P,R,1,", "A,9,2026-01-04,P,R,1,"]
    found = in_batches("\n".join([HEADER, *rows]).encode(), 1000, 1)
    told = [(issue.row, issue.code) for issue in found.found() if issue.code is IssueCode.MISSING_LINE_NUMBER]
    assert told == [(1, IssueCode.MISSING_LINE_NUMBER)]
    assert found.rows["rejected"].to_list() == [True, False, False, False]


def test_what_a_late_row_proves_holds_for_the_first_batch() -> None:
    rows = ["I;03/04/2026;P;R;1.234", *["I;03/04/2025;P;R;1"] * 5, "I;25/12/2025;P;R;0,5"]
    found = in_batches("\n".join([UNNUMBERED.replace(",", ";"), *rows]).encode(), 1000, 2)
    assert (found.detected["decimal_mark"], found.detected["date_order"]) == ("COMMA", "DAY_FIRST")
    assert found.rows["quantity_milli"][0] == 1_234_000
    assert found.rows["sold_on"][1] == date(2025, 4, 3)


def test_a_byte_that_is_no_utf_8_at_the_very_end_decides_for_the_whole_file() -> None:
    rows = [*(f"I{n},2026-01-04,P,R,1" for n in range(500)), "M\xfcller,2026-01-04,P,R,1"]
    found = in_batches("\n".join([UNNUMBERED, *rows]).encode("cp1252"), 100, 50)
    assert found.detected["encoding"] == "Windows-1252"
    assert found.rows["document_number"][500] == "Müller"


def test_a_quote_that_is_never_closed_costs_one_row_of_a_long_file() -> None:
    count = LONGEST_RECORD + 500
    rows = ['"X,2026-01-04,P,R,1', *(f"I{n},2026-01-04,P,R,1," for n in range(count))]
    found = in_batches("\n".join([UNNUMBERED, *rows]).encode(), 4096, 100)
    assert found.rows.height == count + 1
    assert found.rows["rejected"].to_list() == [True] + [False] * count


def test_a_first_line_without_an_end_is_no_header() -> None:
    found = refused_or_read(b"quantity," + b"x" * (LONGEST_HEADER + 10), 65_536, 10)
    assert isinstance(found, tuple)
    assert found[0] == FailureCode.HEADER_MISSING


def test_a_million_empty_rows_above_the_header_are_not_held() -> None:
    blank = b",,\n" * 10
    data = b"\n" * 1_000_000 + UNNUMBERED.encode() + b"\n" + blank + b"I,2026-01-04,P,R,1\n"
    found = in_batches(data, 65_536, 1000)
    assert (found.detected["header_line"], found.rows["source"].to_list()) == (1_000_001, ["line 1000012"])


def test_the_bytes_of_a_long_report_are_never_held_together() -> None:
    """As many pieces are alive at once as one batch needs."""
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

    rows = "".join(f"INV-{n},1,2026-01-04,P1,10045,1,10.00\n" for n in range(100))

    def source() -> Iterator[bytes]:
        yield HEADER.encode() + b"\n"
        for _ in range(300):
            yield Piece(rows.encode())

    reading = CsvReading(source, RULES, most=1000)
    assert sum(frame.rows.height for frame in reading.batches()) == reading.rows == 30_000
    assert most < 5
