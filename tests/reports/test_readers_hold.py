"""Whatever arrives, a reader answers: with rows and issues, or with one coded refusal. No row vanishes."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    FIELDS,
    ROWS,
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
from tests.reports.workbooks import Raw, archive, rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
RULES = ReadingRules(
    SubmissionKind.SELL_THROUGH,
    date(2026, 1, 31),
    "USD",
    received_at=datetime(2026, 1, 31, 9),  # noqa: DTZ001
)
CSV = [path.read_bytes() for path in sorted(SAMPLES.glob("*.csv"))]
X12 = [path.read_bytes() for path in sorted(SAMPLES.glob("*.x12"))]
EDIFACT = [path.read_bytes() for path in sorted(SAMPLES.glob("*.edi"))]
XLSX = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xlsx"))]
PIECES = [
    b'"',
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"*",
    b"~",
    b"'",
    b"+",
    b":",
    b"?",
    b"UNA:+.? '",
    b"<c>",
    b"</row>",
    b"<v>1</v>",
    b' r="A1"',
    b"&#10;",
    b"]",
    b"1e9",
    b"-",
    b" ",
]
ERRORS = {code for code in IssueCode if code.severity is Severity.ERROR}
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Mutation = Callable[[bytes, random.Random], bytes]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _without(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.randrange(40) :]


def _with_piece(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + dice.choice(PIECES) * dice.choice([1, 1, 1, 2, 300]) + data[start:]


def _with_byte(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    return data[:start] + bytes([dice.randrange(256)]) + data[start + 1 :]


def _repeated(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = start + dice.randrange(200)
    return data[:end] + data[start:]


def _shuffled(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    i, j = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


MUTATIONS: list[Mutation] = [_cut, _without, _with_piece, _with_byte, _repeated, _shuffled]


@st.composite
def mutated(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A sample after one to six accidents."""
    data = draw(st.sampled_from(samples))
    dice = random.Random(draw(st.integers(0, 2**32)))
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=6)):
        data = mutation(data, dice)
    return data


def holds(frame: ReportFrame) -> None:
    """Rows are numbered without a gap; a row is rejected exactly if it has an error; what counts is whole."""
    rows = frame.rows
    assert dict(rows.drop("received").schema) == ROWS
    assert rows["row"].to_list() == list(range(1, rows.height + 1))
    found = frame.found()
    assert all(0 <= issue.row <= rows.height for issue in found)
    assert [issue.row for issue in found] == sorted(issue.row for issue in found)
    assert {issue.row for issue in found if issue.code in ERRORS} == set(rows.filter("rejected")["row"])
    assert all(issue.message for issue in found)
    for row in rows.filter(~rows["rejected"]).iter_rows(named=True):
        for name in ("document_number", "document_line", "document_kind", "sold_on", "product_code", "sale_type"):
            assert row[name] is not None
        assert row["quantity_milli"]
        assert row["reseller_account"]
        assert (row["amount_micros"] is None) == (row["unit_price_micros"] is None)
        assert len(row["content_hash"]) == 32
    assert len(frame.received_as_json()) == rows.height


@FUZZ
@given(mutated(CSV))
@example(b"")
@example(b'document_number,sold_on,product_code,reseller_account,quantity\n"')
@example(b'document_number,sold_on,product_code,reseller_account,quantity\n""\n",,,,\n')
@example(b"document_number;sold_on;product_code;reseller_account;quantity\n1;1/1/2020;;;,")
def test_no_csv_file_breaks_the_reader(data: bytes) -> None:
    try:
        frame = read_csv(data, RULES)
    except UnreadableReport as refused:
        assert refused.message
        return
    holds(frame)


@FUZZ
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters='\r\n",', exclude_categories=["Cs"])), max_size=8),
        max_size=20,
    )
)
def test_every_line_that_has_a_value_is_a_row(lines: list[list[str]]) -> None:
    header = ",".join((*FIELDS[:7], "quantity"))
    body = [",".join(cells) for cells in lines]
    data = "\n".join([header, *body]).encode()
    try:
        frame = read_csv(data, RULES)
    except UnreadableReport:
        return
    holds(frame)
    with_values = [line for line in body if line.replace("\0", "").replace(",", "").strip()]
    assert frame.rows.height == len(with_values)


@FUZZ
@given(mutated(X12))
def test_no_interchange_breaks_the_reader(data: bytes) -> None:
    try:
        frame = read_x12_867(data, RULES)
    except UnreadableReport as refused:
        assert refused.message
        return
    holds(frame)


@FUZZ
@given(st.data())
def test_every_item_of_a_sales_report_is_a_row(data: st.DataObject) -> None:
    """Segments lost, repeated and out of order: as many rows as there are items, and as transfers without any."""
    text = data.draw(st.sampled_from([sample for sample in X12 if b"ST*867" in sample])).decode()
    end = text[105]
    segments = [segment.strip() for segment in text.split(end) if segment.strip()]
    head = [s for s in segments if s.startswith(("ISA", "GS", "ST*"))][:3]
    body = [s for s in segments if not s.startswith(("ISA", "GS", "ST*", "SE", "GE", "IEA"))]
    chosen = data.draw(st.lists(st.sampled_from(body), max_size=60))
    frame = read_x12_867(end.join([*head, *chosen]).encode() + end.encode(), RULES)
    holds(frame)
    assert frame.rows.height >= sum(segment.startswith("LIN") for segment in chosen)
    assert frame.rows.height >= sum(segment.startswith("PTD") for segment in chosen)


@FUZZ
@given(mutated(EDIFACT))
@example(b"UNA:+.? '")
@example(b"UNB+'UNH+'LIN'QTY+153'GIN+SN+:'RFF+SE'DOC+380'PIA+1+:SA'UNT'UNZ'")
def test_no_edifact_interchange_breaks_the_reader(data: bytes) -> None:
    try:
        frame = read_slsrpt(data, RULES)
    except UnreadableReport as refused:
        assert refused.message
        return
    holds(frame)


@FUZZ
@given(st.data())
def test_every_line_item_of_a_sales_message_is_a_row(data: st.DataObject) -> None:
    """Segments lost, repeated and out of order: as many rows as there are line items, whatever stands around them."""
    text = data.draw(st.sampled_from(EDIFACT)).decode("latin-1").removeprefix("UNA:+.? '")
    body = [each for segment in re.split(r"(?<!\?)'", text) if (each := segment.strip()) and each[:2] != "UN"]
    chosen = data.draw(st.lists(st.sampled_from([*body, "LIN", "QTY+153", "LOC", "", "UNS+S"]), max_size=60))
    items = sum(segment.startswith("LIN") for segment in chosen)
    end = data.draw(st.sampled_from(["'", "'\r\n", " '", "''"]))
    parts = ["UNB+UNOC:3+A+B+260105:0900+1", "UNH+1+SLSRPT:D:96A:UN", *chosen, "UNT+1+1", "UNZ+1+1"]
    frame = read_slsrpt("".join(part + end for part in parts).encode("latin-1"), RULES)
    holds(frame)
    assert frame.rows.height >= items
    sales = sum(segment.startswith(("QTY+153", "QTY+47", "QTY+61")) for segment in chosen)
    assert frame.rows.height <= items + sales


@st.composite
def mutated_parts(draw: st.DrawFn) -> bytes:
    """A workbook of which some parts had accidents before it was packed, so that its checksums are right."""
    dice = random.Random(draw(st.integers(0, 2**32)))
    with zipfile.ZipFile(io.BytesIO(draw(st.sampled_from(XLSX)))) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    told = ("xl/worksheets/", "xl/sharedStrings", "xl/styles", "xl/workbook.xml", "xl/_rels", "_rels")
    likely = sorted(name for name in parts if name.startswith(told))
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=4)):
        name = dice.choice(likely)
        part = parts[name]
        parts[name] = mutation(part if isinstance(part, bytes) else part.encode(), dice)
    return archive(parts)


@FUZZ
@given(mutated(XLSX) | mutated_parts())
@example(b"PK\x03\x04")
@example(b"PK\x05\x06" + bytes(18))
def test_no_workbook_breaks_the_reader(data: bytes) -> None:
    try:
        frame = read_xlsx(data, RULES)
    except UnreadableReport as refused:
        assert refused.message
        return
    holds(frame)


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=6),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(date(1900, 3, 1)),
    st.builds(
        lambda kind, style, text: Raw(f'<c r="{{at}}" t="{kind}" s="{style}"><v>{text}</v></c>'),
        st.sampled_from(["n", "s", "str", "b", "e", "d", "inlineStr", "x"]),
        st.integers(0, 5),
        st.text("0123456789.,-+Ee#x_ ", max_size=12),
    ),
)


@FUZZ
@given(st.lists(st.lists(CELLS, max_size=len(FIELDS) + 2), max_size=20))
@example([[Raw('<c r="{at}"><f>1</f></c>')], [Raw('<c r="B9"/>')], [Raw('<c r="{at}" t="e"/>')]])
def test_every_row_of_a_sheet_that_has_a_value_is_a_row(lines: list[list[object]]) -> None:
    frame = read_xlsx(workbook(sheet(rows(FIELDS, *lines))), RULES)
    holds(frame)
    certain = sum(any(isinstance(value, int | date) for value in line) for line in lines)
    possible = sum(any(value is not None for value in line) for line in lines)
    assert certain <= frame.rows.height <= possible
    blank = sum(int(issue.value or 0) for issue in frame.found() if issue.code is IssueCode.BLANK_ROWS_SKIPPED)
    assert blank + frame.rows.height == len(lines)


@FUZZ
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(FIELDS) | st.text(max_size=5),
            st.none()
            | st.text(st.characters())
            | st.decimals()
            | st.dates()
            | st.integers()
            | st.booleans()
            | st.lists(st.text()),
        ),
        max_size=5,
    )
)
@example([{"quantity": Decimal("sNaN")}])
def test_no_inline_lines_break_the_reader(lines: list[dict[str, object]]) -> None:
    frame = read_inline(lines, RULES)
    holds(frame)
    assert frame.rows.height == len(lines)
