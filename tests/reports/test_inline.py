"""Lines sent inside a request: they mean what the same line would mean in a file."""

from datetime import date
from decimal import Decimal

import pytest

from app.programme.terms import DocumentKind, SaleType, SubmissionKind
from app.reports.formats import IssueCode, ReadingRules, read_csv, read_inline

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD")
LINE: dict[str, object] = {
    "document_number": "INV-1",
    "document_line": "10.1",
    "sold_on": date(2026, 1, 4),
    "product_code": "P1",
    "reseller_account": "10045",
    "quantity": Decimal("2.500"),
    "unit": "EA",
    "unit_price": Decimal("10"),
    "currency": None,
    "document_kind": DocumentKind.INVOICE,
    "sale_type": SaleType.SALE,
    "serial_numbers": ["S1", "S2"],
}


def test_a_line_of_the_request_is_a_row() -> None:
    frame = read_inline([LINE], RULES)
    row = frame.rows.row(0, named=True)
    assert (row["source"], row["document_line"], row["line_given"]) == ("lines[0]", "10.1", True)
    assert (row["sold_on"], row["quantity_milli"], row["amount_micros"]) == (date(2026, 1, 4), 2_500, 25_000_000)
    assert (row["currency"], row["serial_numbers"]) == ("USD", ["S1", "S2"])
    assert frame.found() == []


def test_fields_may_be_named_in_camel_case() -> None:
    camel = {
        name.title().replace("_", "")[0].lower() + name.title().replace("_", "")[1:]: v for name, v in LINE.items()
    }
    assert "documentNumber" in camel
    assert read_inline([camel], RULES).rows.equals(read_inline([LINE], RULES).rows)


def test_a_negative_quantity_is_a_return_though_the_request_defaults_to_a_sale() -> None:
    frame = read_inline([LINE | {"quantity": Decimal(-1)}], RULES)
    assert frame.rows["sale_type"].to_list() == ["RETURN"]


def test_the_same_line_has_the_same_content_inline_and_in_csv() -> None:
    csv = read_csv(
        b"document_number,sold_on,product_code,reseller_account,quantity,unit,unit_price,serial_numbers\n"
        b"INV-1,2026-01-04,P1,10045,2.5,EA,10.00,S1|S2\n",
        RULES,
    )
    assert csv.rows["content_hash"].to_list() == read_inline([LINE], RULES).rows["content_hash"].to_list()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("quantity", Decimal("NaN"), IssueCode.MALFORMED_NUMBER),
        ("quantity", Decimal("Infinity"), IssueCode.MALFORMED_NUMBER),
        ("quantity", Decimal("1E+999999"), IssueCode.MALFORMED_NUMBER),
        ("quantity", Decimal("1E+20"), IssueCode.VALUE_OUT_OF_RANGE),
        ("quantity", Decimal("1E-4"), IssueCode.TOO_MANY_DECIMALS),
        ("quantity", Decimal("-0"), IssueCode.QUANTITY_ZERO),
        ("quantity", True, IssueCode.MALFORMED_NUMBER),
        ("unit_price", Decimal("-1"), IssueCode.PRICE_NEGATIVE),
        ("sold_on", date(2026, 2, 1), IssueCode.DATE_IN_FUTURE),
        ("document_number", None, IssueCode.MISSING_VALUE),
        ("product_code", "\ud800", IssueCode.TEXT_DAMAGED),
        ("serial_numbers", ["x" * 81], IssueCode.TEXT_TOO_LONG),
        ("end_customer", "erased:" + 64 * "0", IssueCode.NAME_RESERVED),
        ("end_customer", " ERASED: Ltd", IssueCode.NAME_RESERVED),
        ("colour", "red", IssueCode.UNKNOWN_COLUMN),
    ],
)
def test_what_is_wrong_with_a_line_is_an_issue_of_its_row(name: str, value: object, code: IssueCode) -> None:
    frame = read_inline([LINE, LINE | {name: value}], RULES)
    assert [(issue.row, issue.code) for issue in frame.found()] == [(2, code)]


def test_exponents_that_are_exact_numbers_are_numbers() -> None:
    assert read_inline([LINE | {"quantity": Decimal("1E+2")}], RULES).rows["quantity_milli"].to_list() == [100_000]


def test_nul_characters_are_not_stored() -> None:
    frame = read_inline([LINE | {"end_customer": "A\0CME"}], RULES)
    assert frame.rows["end_customer"].to_list() == ["ACME"]
    assert frame.rows["received"][0]["end_customer"] == "ACME"


def test_no_lines_are_a_nil_report() -> None:
    frame = read_inline([], RULES)
    assert (frame.rows.height, frame.found()) == (0, [])
