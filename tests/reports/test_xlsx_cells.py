"""The cells of a workbook: what a number, a day, a text and a formula become, and what of them is not there."""

from datetime import date

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import IssueCode, ReadingRules, ReportFrame, read_xlsx
from tests.reports.workbooks import HEADER, SALE, Raw, formula, number, report, rows, serial, sheet, workbook

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")


def codes(frame: ReportFrame, row: int) -> list[tuple[str | None, IssueCode]]:
    return [(issue.field, issue.code) for issue in frame.found() if issue.row == row]


def changed(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(name, value) for name, value in zip(HEADER, SALE, strict=True))


def received(cell: object, name: str = "product_code") -> str | None:
    found: str | None = read_xlsx(report(changed(**{name: cell})), RULES).rows["received"][0][name]
    return found


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("3.", "3"),
        ("-2", "-2"),
        ("-0", "0"),
        ("+5", "5"),
        ("007", "7"),
        ("0.1", "0.1"),
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("50.090000000000003", "50.09"),
        ("-21.499999999999996", "-21.5"),
        ("1E3", "1000"),
        ("1.5e-05", "0.000015"),
        ("1E+15", "1000000000000000"),
        ("123456789012345", "123456789012345"),
        ("12345678901234567", "12345678901234567"),
        ("12345678901234.56", "12345678901234.6"),
        (" 12 ", "12"),
        ("1E400", "1E400"),
        ("NaN", "NaN"),
        ("0x1F", "0x1F"),
    ],
)
def test_a_number_becomes_its_exact_text(stored: str, text: str) -> None:
    assert received(number(stored), "quantity") == text


@pytest.mark.parametrize(
    ("stored", "style", "text"),
    [
        ("77", 2, "00077"),
        ("123456", 2, "123456"),
        ("-77", 2, "-77"),
        ("7.5", 2, "7.5"),
        ("1234.5", 3, "1234.5"),
        ("77", 99, "77"),
    ],
)
def test_leading_zeros_are_those_that_the_format_shows(stored: str, style: int, text: str) -> None:
    assert received(number(stored, style), "reseller_account") == text


@pytest.mark.parametrize(
    ("stored", "text", "code"),
    [
        (serial(date(2026, 1, 4)), "2026-01-04", None),
        (f"{serial(date(2026, 1, 4))}.0", "2026-01-04", None),
        (f"{serial(date(2026, 1, 3))}.99999999", "2026-01-04", None),
        (f"{serial(date(2026, 1, 4))}.5", "2026-01-04 12:00:00", IssueCode.MALFORMED_DATE),
        (serial(date(2099, 12, 31)), "2099-12-31", IssueCode.DATE_IN_FUTURE),
        (1, "1900-01-01", IssueCode.DATE_TOO_OLD),
        (59, "1900-02-28", IssueCode.DATE_TOO_OLD),
        (60, "60", IssueCode.MALFORMED_DATE),
        (61, "1900-03-01", IssueCode.DATE_TOO_OLD),
        (2_958_465, "9999-12-31", IssueCode.DATE_IN_FUTURE),
        (2_958_466, "2958466", IssueCode.MALFORMED_DATE),
        (0, "0", IssueCode.MALFORMED_DATE),
        (-1, "-1", IssueCode.MALFORMED_DATE),
        ("1E99", "1E99", IssueCode.MALFORMED_DATE),
    ],
)
def test_a_day_is_counted_from_1900(stored: object, text: str, code: IssueCode | None) -> None:
    frame = read_xlsx(report(changed(sold_on=number(stored, 1))), RULES)
    assert frame.rows["received"][0]["sold_on"] == text
    assert codes(frame, 1) == ([("sold_on", code)] if code else [])


def test_a_day_is_counted_from_1904_where_the_workbook_says_so() -> None:
    line = changed(sold_on=number(serial(date(2026, 1, 4), from_1904=True), 1))
    frame = read_xlsx(workbook(sheet(rows(HEADER, line)), from_1904=True), RULES)
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 4)]


def test_a_number_that_is_not_shown_as_a_day_is_none() -> None:
    frame = read_xlsx(report(changed(sold_on=serial(date(2026, 1, 4)))), RULES)
    assert codes(frame, 1) == [("sold_on", IssueCode.MALFORMED_DATE)]
    assert codes(read_xlsx(report(changed(sold_on=20260104)), RULES), 1) == []


@pytest.mark.parametrize(
    ("code", "is_day"),
    [
        ("dd.mm.yyyy", True),
        ("[$-407]d. mmmm yyyy", True),
        ("[h]:mm", True),
        ('0 "days"', False),
        ("0.00E+00", False),
        ("[Red]0", False),
        ("General", False),
        ("0\\d", False),
        ("#,##0;[Red]-#,##0 \\m", False),
        ("@", False),
    ],
)
def test_a_format_with_a_day_or_a_time_shows_a_day(code: str, is_day: bool) -> None:
    styles = (
        f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts>'
        '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    data = workbook(sheet(rows(HEADER, changed(product_code=number(46026)))), further={"xl/styles.xml": styles})
    expected = "2026-01-04" if is_day else "46026"
    assert read_xlsx(data, RULES).rows["received"][0]["product_code"] == expected


def test_built_in_formats_show_days_too() -> None:
    styles = '<styleSheet><cellXfs><xf numFmtId="14"/><xf numFmtId="2"/></cellXfs></styleSheet>'
    line = changed(sold_on=number(46026, 0), quantity=number(3, 1))
    frame = read_xlsx(workbook(sheet(rows(HEADER, line)), further={"xl/styles.xml": styles}), RULES)
    assert (frame.rows["sold_on"][0], frame.rows["quantity_milli"][0]) == (date(2026, 1, 4), 3_000)


def test_shared_texts_are_put_together_without_their_reading_aids() -> None:
    shared = (
        "<si><t>P1</t></si><si><r><t>P</t></r><r><rPr><b/></rPr><t>2</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><r><t>トウキョウ</t></r></rPh></si><si/>"
        "<si>\n <r>\n <t>a_x000D_b</t>\n </r>\n <r> <t>_x0000_c_x005F_</t>\n</r></si>"
    )
    cells = [Raw(f'<c r="{{at}}" t="s"><v>{n}</v></c>') for n in range(5)]
    lines = [changed(document_line=str(n), product_code=each) for n, each in enumerate(cells, 1)]
    frame = read_xlsx(workbook(sheet(rows(HEADER, *lines)), shared=shared), RULES)
    assert frame.rows["product_code"].to_list() == ["P1", "P2", "東京", None, "a\rbc_"]


def test_other_kinds_of_cells_are_texts() -> None:
    assert received(Raw('<c r="{at}" t="b"><v>1</v></c>')) == "TRUE"
    assert received(Raw('<c r="{at}" t="str"><f>A1</f><v>P&amp;1</v></c>')) == "P&1"
    assert received(Raw('<c r="{at}" t="str"><f>""</f></c>')) is None
    assert received(Raw('<c r="{at}" t="d"><v>2026-01-04T00:00:00</v></c>'), "sold_on") == "2026-01-04T00:00:00"
    assert received(Raw('<c r="{at}" t="inlineStr"><v>1.0</v>\n<is> <t>1.</t> </is></c>')) == "1."
    assert received(Raw('<c r="{at}" t="inlineStr"><v>P1</v></c>')) == "P1"
    assert received(formula('HYPERLINK("http://example.org")', 5)) == "5"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (formula("A1*2"), "a formula"),
        (Raw('<c r="{at}" t="e"><v>#N/A</v></c>'), "#N/A"),
        (Raw('<c r="{at}" t="e"><f>1/0</f><v>#DIV/0!</v></c>'), "#DIV/0!"),
    ],
)
def test_a_cell_without_a_result_rejects_its_row(cell: Raw, value: str) -> None:
    frame = read_xlsx(report(changed(product_code=cell), changed(document_line="2")), RULES)
    found = [issue for issue in frame.found() if issue.code is IssueCode.FORMULA_WITHOUT_RESULT]
    assert [(issue.row, issue.field, issue.value) for issue in found] == [(1, "product_code", value)]
    assert frame.rows["rejected"].to_list() == [True, False]


def test_a_code_that_lost_its_digits_is_not_taken_for_another() -> None:
    for stored in ("1.2345678901234501E+17", "123456789012345000"):
        frame = read_xlsx(report(changed(document_number=number(stored))), RULES)
        assert ("document_number", IssueCode.DIGITS_LOST) in codes(frame, 1)
    assert codes(read_xlsx(report(changed(document_number=number("123456789012345678"))), RULES), 1) == []
    assert codes(read_xlsx(report(changed(document_number="123456789012345000")), RULES), 1) == []
    beyond = read_xlsx(report(changed(quantity=number("1E+17"))), RULES)
    assert codes(beyond, 1) == [("quantity", IssueCode.VALUE_OUT_OF_RANGE)]
