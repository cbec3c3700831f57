"""What is sent by mistake or in bad faith, whatever it is written in: a coded answer that helps, within bounds of time and
room, no row lost, and nothing that would count for something else than it says. See `test_xlsx_hostile` for archives.
"""

import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    FailureCode,
    IssueCode,
    ReadingRules,
    ReportFrame,
    Severity,
    UnreadableReport,
    read_csv,
    read_inline,
    read_slsrpt,
    read_x12_867,
    read_xlsx,
)
from tests.reports import interchanges
from tests.reports.workbooks import HEADER, SALE, number, report, rows, sheet, workbook

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")
COLUMNS = (*HEADER, "currency")
LINE = "I-{n},1,{day},{product},A-1,{quantity},{price},{currency}"
USUAL = {"day": "2026-01-04", "product": "P1", "quantity": "2", "price": "10", "currency": "EUR"}
MEGABYTES = 10_000_000
SECONDS = 20.0
"How long any file of this module may take; what it takes by itself is a tenth of it."
X12 = (Path(__file__).parents[1] / "samples" / "storage-vendor-867.x12").read_bytes()
EDIFACT = interchanges.interchange(*interchanges.HEAD, *interchanges.SALE).encode()


def text(*changes: dict[str, str], header: str = ",".join(COLUMNS)) -> str:
    """A CSV file with one good line per argument, changed as it says."""
    lines = [LINE.format(n=n, **{**USUAL, **change}) for n, change in enumerate(changes, 1)]
    return "\n".join([header, *lines]) + "\n"


def csv(*changes: dict[str, str]) -> ReportFrame:
    return read_csv(text(*changes).encode(), RULES)


def codes(frame: ReportFrame, row: int) -> list[tuple[str | None, IssueCode]]:
    """What is wrong with a row: a price that is missing, which the samples have, is nothing wrong."""
    found = [(issue.field, issue.code) for issue in frame.found() if issue.row == row]
    return [each for each in found if each[1] is not IssueCode.PRICE_MISSING]


def in_time(read: Callable[[], ReportFrame]) -> ReportFrame:
    began = time.process_time()
    frame = read()
    assert time.process_time() - began < SECONDS
    return frame


def rejected(frame: ReportFrame) -> list[int]:
    """The numbers of rejected rows, each of which says why."""
    found: list[int] = frame.rows.filter("rejected")["row"].to_list()
    errors = {issue.row for issue in frame.found() if issue.code.severity is Severity.ERROR}
    assert set(found) == errors - {0}
    return found


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_file_in_another_encoding_says_the_same(encoding: str) -> None:
    said = text({}, {"product": "GRÖSSE-Ü"})
    frame = read_csv(said.encode(encoding), RULES)
    assert frame.rows["product_code"].to_list() == ["P1", "GRÖSSE-Ü"]
    assert rejected(frame) == []
    assert frame.detected["encoding"]


@pytest.mark.parametrize("encoding", ["cp037", "cp500"])
def test_an_encoding_that_is_none_of_ours_is_refused_with_the_header_that_would_be_right(encoding: str) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_csv(text({}).encode(encoding), RULES)
    assert refused.value.code is FailureCode.HEADER_MISSING
    assert "document_number" in refused.value.message


def test_a_character_that_cannot_be_read_never_becomes_part_of_a_code() -> None:
    data = text({"product": "GR@SSE"}, {}).encode().replace(b"@", b"\x81\xd6")
    frame = read_csv(data + b"\xc3\xa9,", RULES)
    assert 1 in rejected(frame) or frame.rows["product_code"][0] != "GRSSE"
    assert frame.rows.height >= 2
    assert frame.rows["product_code"][1] == "P1"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x1f\x8b\x08\x00" + bytes(50), FailureCode.NOT_TEXT),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", FailureCode.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), FailureCode.NOT_TEXT),
        (b"\x7fELF" + bytes(50), FailureCode.NOT_TEXT),
        (bytes(10_000), FailureCode.EMPTY_FILE),
        (b'[{"document_number": "I-1"}]', FailureCode.WRONG_FORMAT),
        (b"<html><body><table><tr><td>document_number</td></tr></table>", FailureCode.HEADER_MISSING),
        (b"x" * MEGABYTES + b"\n1,2\n", FailureCode.HEADER_MISSING),
        (text({})[:40].encode(), FailureCode.COLUMN_MISSING),
    ],
)
def test_a_file_of_another_kind_is_refused_and_never_read_as_rows(data: bytes, code: FailureCode) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_csv(data, RULES)
    assert refused.value.code is code
    assert 20 < len(refused.value.message) < 2_000, "a sentence for a person, whatever the file holds"


# --- files that break off, and envelopes that lie ------------------------------------------------------------------


@pytest.mark.parametrize("back", range(1, 60, 3))
def test_a_file_that_breaks_off_keeps_every_whole_line(back: int) -> None:
    whole = text({}, {}, {}).encode()
    frame = read_csv(whole[:-back], RULES)
    assert frame.rows.height in {2, 3}
    assert not frame.rows["rejected"][:1].any()
    assert codes(frame, 1) == []


@pytest.mark.parametrize("stated", [b"999999999999999999999", b"-1", b"many", b"", b"0"])
def test_counts_of_segments_that_lie_lose_no_row_and_are_said(stated: bytes) -> None:
    x12 = read_x12_867(re.sub(rb"SE\*\d+", b"SE*" + stated, X12), RULES)
    edifact = read_slsrpt(re.sub(rb"UNT\+\d+", b"UNT+" + stated, EDIFACT), RULES)
    assert (x12.rows.height, edifact.rows.height) == (2, 1)
    for frame in (x12, edifact):
        assert rejected(frame) == []
        assert (None, IssueCode.SEGMENT_COUNT_WRONG) in codes(frame, 0)


# --- values and files of enormous size ------------------------------------------------------------------------------


def _in_x12() -> ReportFrame:
    long = re.sub(rb"(LIN\*\w*\*VP\*)[^*~]*", rb"\g<1>" + b"x" * MEGABYTES, X12, count=1)
    assert len(long) > MEGABYTES
    return read_x12_867(long, RULES)


@pytest.mark.parametrize(
    ("read", "height"),
    [
        (lambda: csv({"product": "x" * MEGABYTES}, {}), 2),
        (lambda: csv({"product": f'"{"x," * (MEGABYTES // 2)}"'}, {}), 2),
        (_in_x12, 2),
        (lambda: read_slsrpt(EDIFACT.replace(b"P1:SA", b"x" * MEGABYTES + b":SA"), RULES), 1),
    ],
    ids=["csv", "quoted csv", "x12", "edifact"],
)
def test_a_value_of_ten_megabytes_costs_its_row_alone(read: Callable[[], ReportFrame], height: int) -> None:
    frame = in_time(read)
    assert frame.rows.height == height
    assert rejected(frame) == [1]
    assert codes(frame, 1) == [("product_code", IssueCode.TEXT_TOO_LONG)]
    assert all(len(issue.value or "") <= 200 for issue in frame.found())


def test_an_inline_value_of_ten_megabytes_costs_its_row_alone() -> None:
    line: dict[str, object] = dict(zip(HEADER, SALE, strict=True))
    frame = in_time(
        lambda: read_inline([{**line, "product_code": "x" * MEGABYTES}, {**line, "document_line": 2}], RULES)
    )
    assert (rejected(frame), codes(frame, 1)) == ([1], [("product_code", IssueCode.TEXT_TOO_LONG)])


def test_a_quote_that_is_never_closed_costs_one_row_of_a_hundred_thousand() -> None:
    lines = text(*({} for _ in range(3)))
    header, first, *_ = lines.splitlines()
    data = "\n".join([header, first, '"' + first, *([first] * 100_000)]).encode()
    frame = in_time(lambda: read_csv(data, RULES))
    assert frame.rows.height == 100_002
    assert rejected(frame) == [2]


def test_quotes_that_are_never_closed_cost_the_rows_that_have_them() -> None:
    header, first, *_ = text({}).splitlines()
    data = "\n".join([header, *(['"' + first] * 20_000)]).encode()
    frame = in_time(lambda: read_csv(data, RULES))
    assert (frame.rows.height, len(rejected(frame))) == (20_000, 20_000)


@pytest.mark.parametrize("empty", ["\n", "\r\n", ",,,,,,,\n", '"",,,,,,,\n', " , ,\t,,,,,\n"])
def test_a_million_empty_rows_are_counted_and_take_no_room(empty: str) -> None:
    data = (text({}) + empty * 1_000_000 + text({}).splitlines()[1]).encode()
    frame = in_time(lambda: read_csv(data, RULES))
    assert frame.rows.height == 2
    assert [issue.value for issue in frame.found() if issue.code is IssueCode.BLANK_ROWS_SKIPPED] == ["1000000"]


def test_a_million_empty_rows_of_a_workbook_are_counted_and_take_no_room() -> None:
    blank = "".join(f'<row r="{n}"/>' for n in range(3, 1_000_003))
    frame = in_time(lambda: read_xlsx(workbook(sheet(rows(HEADER, SALE) + blank)), RULES))
    assert frame.rows.height == 1
    assert [issue.value for issue in frame.found() if issue.code is IssueCode.BLANK_ROWS_SKIPPED] == ["1000000"]


def test_a_million_empty_segments_are_nothing() -> None:
    assert in_time(lambda: read_x12_867(X12.replace(b"~", b"~" * 50_000), RULES)).rows.height == 2
    assert in_time(lambda: read_slsrpt(EDIFACT.replace(b"'LIN", b"'" * 1_000_000 + b"LIN"), RULES)).rows.height == 1


def test_a_row_of_a_million_values_is_one_row() -> None:
    lines = text({}, {}).splitlines()
    frame = in_time(lambda: read_csv("\n".join([lines[0], lines[1] + ",x" * 1_000_000, lines[2]]).encode(), RULES))
    assert (frame.rows.height, rejected(frame)) == (2, [1])
    assert codes(frame, 1) == [(None, IssueCode.MALFORMED_ROW)]


# --- values that are not what they look like ------------------------------------------------------------------------


def test_every_row_has_the_currency_that_it_names() -> None:
    frame = csv({}, {"currency": "USD"}, {"currency": "usd"}, {"currency": ""}, {"currency": "XXX"}, {"currency": "€"})
    assert frame.rows["currency"].to_list()[:4] == ["EUR", "USD", "USD", "EUR"]
    assert rejected(frame) == [5, 6]
    for row in (5, 6):
        assert codes(frame, row) == [("currency", IssueCode.UNKNOWN_CURRENCY)]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("1900-01-01", IssueCode.DATE_TOO_OLD),
        ("1999-12-31", IssueCode.DATE_TOO_OLD),
        ("0001-01-01", IssueCode.DATE_TOO_OLD),
        ("2026-02-01", IssueCode.DATE_IN_FUTURE),
        ("2099-12-31", IssueCode.DATE_IN_FUTURE),
        ("9999-12-31", IssueCode.DATE_IN_FUTURE),
        ("10000-01-01", IssueCode.MALFORMED_DATE),
        ("2026-02-30", IssueCode.MALFORMED_DATE),
        ("0000-00-00", IssueCode.MALFORMED_DATE),
        ("46026", IssueCode.MALFORMED_DATE),
    ],
)
def test_a_day_on_which_nothing_can_have_been_sold_rejects_its_row_alone(day: str, code: IssueCode) -> None:
    frame = csv({"day": day}, {})
    assert (rejected(frame), codes(frame, 1)) == ([1], [("sold_on", code)])
    [told] = [issue for issue in frame.found() if issue.code is code]
    assert day in told.message


@pytest.mark.parametrize(("day", "code"), [(b"19000101", "DATE_TOO_OLD"), (b"20991231", "DATE_IN_FUTURE")])
def test_days_of_other_centuries_are_refused_in_messages_and_workbooks(day: bytes, code: str) -> None:
    x12 = read_x12_867(re.sub(rb"(DTM\*003\*)\d{8}", rb"\g<1>" + day, X12), RULES)
    edifact = read_slsrpt(EDIFACT.replace(b"20260104", day), RULES)
    stored = number({b"19000101": 1, b"20991231": 73_050}[day], 1)
    book = read_xlsx(report((*SALE[:2], stored, *SALE[3:])), RULES)
    for frame in (x12, edifact, book):
        assert codes(frame, 1) == [("sold_on", IssueCode(code))]


@pytest.mark.parametrize(
    "quantity",
    [
        "1E3",
        "1e-3",
        "1.5E+03",
        "-2E2",
        "1E400",
        "1E-400",
        "0E0",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "１２",
        "=1+1",
        "1/2",
    ],
)
def test_a_quantity_in_another_notation_is_never_guessed(quantity: str) -> None:
    frame = csv({"quantity": quantity}, {})
    assert (rejected(frame), codes(frame, 1)) == ([1], [("quantity", IssueCode.MALFORMED_NUMBER)])
    assert frame.rows["quantity_milli"].to_list() == [None, 2_000]
    [told] = [issue for issue in frame.found() if issue.row == 1]
    assert quantity in told.message


def test_a_quantity_with_an_exponent_is_no_quantity_in_messages_either() -> None:
    x12 = read_x12_867(re.sub(rb"(QTY\*\w+\*)2\*", rb"\g<1>1E3*", X12), RULES)
    edifact = read_slsrpt(EDIFACT.replace(b"QTY+153:10", b"QTY+153:1E3"), RULES)
    for frame in (x12, edifact):
        assert codes(frame, 1) == [("quantity", IssueCode.MALFORMED_NUMBER)]


def test_a_number_that_a_workbook_stores_with_an_exponent_is_that_number() -> None:
    frame = read_xlsx(report((*SALE[:5], number("1.2E3"), 10), (*SALE[:5], number("1.5E-3"), 10)), RULES)
    assert frame.rows["quantity_milli"].to_list() == [1_200_000, None]
    assert codes(frame, 2) == [("quantity", IssueCode.TOO_MANY_DECIMALS)]


@pytest.mark.parametrize("repeated", ["quantity", "QUANTITY", " quantity "])
def test_a_column_that_stands_twice_is_refused_and_named(repeated: str) -> None:
    data = text({}, header=",".join((*HEADER, repeated))).encode()
    book = workbook(sheet(rows((*HEADER, repeated), SALE)))
    with pytest.raises(UnreadableReport) as of_text:
        read_csv(data, RULES)
    with pytest.raises(UnreadableReport) as of_book:
        read_xlsx(book, RULES)
    for refused in (of_text.value, of_book.value):
        assert refused.code is FailureCode.COLUMN_REPEATED
        assert "quantity" in refused.message


def test_a_column_without_a_meaning_may_stand_twice() -> None:
    data = text({}, header=",".join((*HEADER, "note"))).replace("\nI-1", "\nI-1").replace(",note", ",note,note", 1)
    frame = read_csv(data.replace(",EUR\n", ",a,b\n").encode(), RULES)
    assert rejected(frame) == []
    assert [issue.value for issue in frame.found() if issue.code is IssueCode.UNKNOWN_COLUMN] == ["note", "note"]


def test_a_formula_is_a_text_like_any_other_and_is_kept_as_it_was() -> None:
    frame = csv({"product": "=HYPERLINK(A1)", "price": "=2*3"}, {"product": "@SUM(A1)"})
    assert codes(frame, 1) == [("unit_price", IssueCode.MALFORMED_NUMBER)]
    assert frame.rows["product_code"].to_list() == ["=HYPERLINK(A1)", "@SUM(A1)"]
    assert [row["unit_price"] for row in frame.rows["received"]] == ["=2*3", "10"]
