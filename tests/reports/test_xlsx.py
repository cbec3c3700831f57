"""A report in a workbook: what its cells become, which sheet is read, and what is said where a value is not there."""

from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats import (
    FIELDS,
    FailureCode,
    IssueCode,
    ReadingRules,
    ReportFrame,
    UnreadableReport,
    format_of,
    read_csv,
    read_xlsx,
)
from tests.reports.workbooks import (
    HEADER,
    SALE,
    report,
    rows,
    sheet,
    workbook,
)

SAMPLES = Path(__file__).parents[1] / "samples"
RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")


def codes(frame: ReportFrame, row: int) -> list[tuple[str | None, IssueCode]]:
    return [(issue.field, issue.code) for issue in frame.found() if issue.row == row]


def changed(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(name, value) for name, value in zip(HEADER, SALE, strict=True))


def test_a_workbook_as_a_spreadsheet_program_saves_it_is_read() -> None:
    frame = read_xlsx((SAMPLES / "distributor-sales.xlsx").read_bytes(), RULES)
    first, second, third, returned = frame.rows.rows(named=True)
    assert not frame.rows["rejected"].any()
    assert (first["document_number"], first["document_line"], first["sold_on"]) == ("INV-1001", "1", date(2026, 1, 3))
    assert (first["quantity_milli"], first["unit_price_micros"], first["end_customer"]) == (
        12_000,
        41_500_000,
        "Café Zürich",
    )
    assert second["unit_price_micros"] == 300_000, "0.1 + 0.2 is 0.3"
    assert second["serial_numbers"] == ["WX21A0000001", "WX21A0000002"]
    assert third["reseller_account"] == "00077", "the zeros that the sheet shows"
    assert third["unit_price_micros"] == 64_900_000, "the stored result of a formula"
    assert (returned["document_kind"], returned["quantity_milli"], returned["sale_type"]) == (
        "CREDIT_NOTE",
        -2_000,
        "RETURN",
    )
    assert frame.rows["source"].to_list() == ["row 2", "row 3", "row 4", "row 5"]
    assert [(issue.code, issue.value) for issue in frame.found()] == [
        (IssueCode.UNKNOWN_COLUMN, "Salesperson"),
        (IssueCode.SHEET_NOT_READ, "sheet 1"),
        (IssueCode.SHEET_NOT_READ, "sheet 3 (hidden)"),
        (IssueCode.BLANK_ROWS_SKIPPED, "20"),
    ]
    assert (frame.detected["sheet"], frame.detected["header_line"], frame.detected["date_system"]) == (2, 1, "1900")


def test_texts_have_the_notation_that_they_prove_and_numbers_have_none() -> None:
    frame = read_xlsx((SAMPLES / "german-1904.xlsx").read_bytes(), RULES)
    assert not frame.rows["rejected"].any()
    assert frame.rows["quantity_milli"].to_list() == [1_234_000, 1_234, -1_000], "the text 1.234 and the number 1.234"
    assert frame.rows["unit_price_micros"].to_list() == [21_500_000, 1_234_500_000, 1_021_500_000]
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 3), date(2026, 1, 3), date(2026, 1, 13)]
    assert frame.detected["date_system"] == "1904"
    assert frame.rows["received"][0]["quantity"] == frame.rows["received"][1]["quantity"] == "1.234"


def test_a_number_by_itself_is_not_ambiguous_where_a_text_is() -> None:
    frame = read_xlsx(report(changed(quantity=1.234), changed(document_line="2", quantity="1.234")), RULES)
    assert codes(frame, 1) == []
    assert codes(frame, 2) == [("quantity", IssueCode.AMBIGUOUS_NUMBER)]


def test_the_same_line_has_the_same_content_in_a_workbook_and_in_csv() -> None:
    text = ",".join(HEADER) + "\nI-1,1,2026-01-04,P1,10045,2,10.10\n"
    line = changed(document_line=1, sold_on=date(2026, 1, 4), reseller_account=10045, unit_price=10.1)
    frame, csv = read_xlsx(report(line), RULES), read_csv(text.encode(), RULES)
    assert frame.rows["content_hash"].to_list() == csv.rows["content_hash"].to_list()


def test_the_hidden_part_of_merged_cells_rejects_its_row() -> None:
    lines = [changed(document_line=str(n), unit_price=10 if n == 1 else None) for n in (1, 2, 3)]
    merged = '<mergeCells count="1"><mergeCell ref="G2:G3"/></mergeCells>'
    frame = read_xlsx(report(*lines, after=merged), RULES)
    assert codes(frame, 1) == []
    assert codes(frame, 2) == [("unit_price", IssueCode.MERGED_CELL), ("unit_price", IssueCode.PRICE_MISSING)]
    assert codes(frame, 3) == [("unit_price", IssueCode.PRICE_MISSING)]
    assert frame.rows["rejected"].to_list() == [False, True, False]


@pytest.mark.parametrize("ref", ["G2:G3", "A900:G1048576", "H1:XFD9", "G2", "nonsense", "A1:G1"])
def test_merged_cells_that_hide_no_value_do_not_matter(ref: str) -> None:
    lines = [changed(unit_price=None), changed(document_line="2", unit_price=None)]
    frame = read_xlsx(report(*lines, after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'), RULES)
    assert not frame.rows["rejected"].any()


def test_cells_merged_over_everything_are_bounded() -> None:
    ranges = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(2, 2_000))
    frame = read_xlsx(report(*[changed(document_line=str(n)) for n in range(500)], after=ranges), RULES)
    assert frame.rows.height == 500
    assert frame.rows["rejected"].all()


def test_the_first_sheet_that_is_shown_and_fits_is_read() -> None:
    cover = sheet(rows(["Sell-through"], ["January"]))
    hidden = sheet(rows(HEADER, changed(product_code="HIDDEN")))
    first, second = sheet(rows(HEADER, SALE)), sheet(rows(HEADER, changed(product_code="SECOND")))
    data = workbook(cover, hidden, sheet(""), first, second, states=["visible", "veryHidden"])
    frame = read_xlsx(data, RULES)
    assert frame.rows["product_code"].to_list() == ["P1"]
    told = [issue.value for issue in frame.found() if issue.code is IssueCode.SHEET_NOT_READ]
    assert told == ["sheet 1", "sheet 2 (hidden)", "sheet 5"]


def test_a_sheet_that_cannot_be_read_stops_no_other() -> None:
    data = workbook(sheet(rows(HEADER, SALE)), "<worksheet><row>", further={"xl/vbaProject.bin": b"macro"})
    frame = read_xlsx(data, RULES)
    assert not frame.rows["rejected"].any()
    assert [issue.code for issue in frame.found()] == [IssueCode.SHEET_NOT_READ, IssueCode.MACROS_IGNORED]


def test_a_header_is_recognised_as_in_csv_and_need_not_be_the_first_row() -> None:
    header = ["", "Document-Number", "DOCUMENT LINE", "Sold on", "product code", "ResellerAccount", "Quantity", "Note"]
    line = [None, "I-1", 1, date(2026, 1, 4), "P1", "R", 2, "hello"]
    frame = read_xlsx(workbook(sheet(rows([], [None, None], header, [], line, first=4))), RULES)
    assert frame.rows["source"].to_list() == ["row 8"]
    assert frame.rows["received"][0]["Note"] == "hello"
    assert [(issue.code, issue.value) for issue in frame.found() if issue.row == 0] == [
        (IssueCode.UNKNOWN_COLUMN, "column 1"),
        (IssueCode.UNKNOWN_COLUMN, "Note"),
        (IssueCode.BLANK_ROWS_SKIPPED, "1"),
    ]


def test_what_stands_beyond_the_header_is_kept() -> None:
    frame = read_xlsx(report([*SALE, None, "checked"], changed(document_line="2")), RULES)
    assert [row["beyond"] for row in frame.rows["received"]] == ["column 9: checked", None]
    assert not frame.rows["rejected"].any()


def test_every_row_that_stands_in_the_sheet_is_a_row_whatever_its_number() -> None:
    data = rows(HEADER) + "".join(rows(changed(document_line=str(n)), first=2) for n in range(3))
    frame = read_xlsx(workbook(sheet(data)), RULES)
    assert frame.rows["document_line"].to_list() == ["0", "1", "2"]


def test_a_row_that_contradicts_itself_is_one_malformed_row() -> None:
    twice = f'<row r="3">{"".join(f"<c r={chr(34)}A3{chr(34)}><v>{n}</v></c>" for n in (1, 2))}</row>'
    elsewhere = '<row r="4"><c r="A9"><v>1</v></c></row>'
    missing = '<row r="5"><c r="A5" t="s"><v>7</v></c></row>'
    frame = read_xlsx(workbook(sheet(rows(HEADER, SALE) + twice + elsewhere + missing)), RULES)
    assert [codes(frame, row) for row in (1, 2, 3, 4)] == [[], *[[(None, IssueCode.MALFORMED_ROW)]] * 3]


def test_cells_and_rows_need_not_say_where_they_are() -> None:
    data = "".join(
        f"<row>{''.join(f'<c t={chr(34)}inlineStr{chr(34)}><is><t>{value}</t></is></c>' for value in line)}</row>"
        for line in (HEADER, SALE)
    )
    frame = read_xlsx(workbook(sheet(data)), RULES)
    assert not frame.rows["rejected"].any()
    assert frame.rows["source"].to_list() == ["row 2"]


def test_prefixes_encodings_and_line_ends_do_not_matter() -> None:
    plain = sheet(rows(HEADER, SALE))
    prefixed = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    wide = plain.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")
    pretty = plain.replace("><", ">\r\n  <")
    for each in (prefixed, wide, pretty):
        frame = read_xlsx(workbook(each), RULES)
        assert frame.rows.drop("received").equals(read_xlsx(workbook(plain), RULES).rows.drop("received"))


def test_a_header_without_rows_is_a_nil_report() -> None:
    frame = read_xlsx(report(), RULES)
    assert frame.rows.height == 0
    assert frame.found() == []


def test_sell_in_is_read_without_a_reseller() -> None:
    rules = ReadingRules(SubmissionKind.SELL_IN, date(2026, 1, 31), "EUR")
    header = ["document_number", "Invoiced On", "product_code", "quantity", "unit_price", "reseller_account"]
    frame = read_xlsx(workbook(sheet(rows(header, ["S-1", date(2026, 1, 4), "P1", 5, 80, "R"]))), rules)
    assert not frame.rows["rejected"].any()
    assert frame.rows["reseller_account"].to_list() == [None]
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 4)]


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        (workbook(sheet("")), FailureCode.EMPTY_FILE, "nil report"),
        (workbook(sheet(rows(HEADER, SALE)), states=["hidden"]), FailureCode.EMPTY_FILE, "shown"),
        (workbook(sheet(rows(["Total", "x"]))), FailureCode.HEADER_MISSING, "“Total,x”"),
        (workbook(sheet(rows(["Total"])), sheet(rows(HEADER[:6][1:]))), FailureCode.COLUMN_MISSING, "document_number"),
        (workbook(sheet(rows([*HEADER, "Quantity"]))), FailureCode.COLUMN_REPEATED, "quantity"),
        (
            workbook(sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
            FailureCode.TOO_MANY_COLUMNS,
            "16384",
        ),
    ],
)
def test_a_workbook_without_a_report_is_refused_with_what_would_be_right(
    data: bytes, code: FailureCode, told: str
) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_xlsx(data, RULES)
    assert refused.value.code is code
    assert told in refused.value.message


def test_what_is_quoted_of_a_header_is_not_disclosed() -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_xlsx(workbook(sheet(rows(["ACME pays 131.25"]))), RULES)
    assert "131.25" in refused.value.message and "131.25" not in refused.value.disclosed


def test_the_format_of_a_workbook_is_told_by_its_beginning() -> None:
    assert format_of(report(SALE)) is SubmissionFormat.XLSX
    assert format_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") is SubmissionFormat.XLSX
    assert format_of(b"PK\x03\x04 some other archive") is SubmissionFormat.CSV


def test_every_canonical_field_can_be_a_column() -> None:
    line = ["I-1", 1, "INVOICE", None, date(2026, 1, 4), "P1", "R", 1, "EA", 1, "EUR", "SALE", "DE", "X", "S", "A|B"]
    frame = read_xlsx(workbook(sheet(rows(FIELDS, line))), RULES)
    assert frame.found() == []
    assert frame.rows["serial_numbers"].to_list() == [["A", "B"]]
