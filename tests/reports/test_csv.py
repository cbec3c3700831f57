"""A CSV report: what is detected, what each row becomes, and what is said about a row that is wrong."""

from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    FIELDS,
    FailureCode,
    Issue,
    IssueCode,
    ReadingRules,
    ReportFrame,
    Severity,
    UnreadableReport,
    read_csv,
)

SAMPLES = Path(__file__).parents[1] / "samples"
RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD")
SELL_IN = ReadingRules(SubmissionKind.SELL_IN, date(2026, 1, 31), "USD")
LINE = {
    "document_number": "INV-1",
    "document_line": "1",
    "sold_on": "2026-01-04",
    "product_code": "P1",
    "reseller_account": "10045",
    "quantity": "2",
    "unit_price": "10.00",
}


def sample(name: str, rules: ReadingRules = RULES) -> ReportFrame:
    return read_csv((SAMPLES / name).read_bytes(), rules)


def report(*changes: dict[str, str], rules: ReadingRules = RULES, delimiter: str = ",") -> ReportFrame:
    """A report with one good line per argument, changed as it says."""
    lines = [LINE | change for change in changes]
    header = [name for name in FIELDS if any(name in line for line in lines)]
    cells = [header, *([line.get(name, "") for name in header] for line in lines)]
    return read_csv("\n".join(delimiter.join(row) for row in cells).encode(), rules)


def codes(frame: ReportFrame, row: int) -> list[tuple[str | None, IssueCode]]:
    return [(issue.field, issue.code) for issue in frame.found() if issue.row == row]


def test_the_canonical_header_needs_no_profile() -> None:
    frame = sample("canonical.csv")
    assert frame.rows.height == 6
    assert not frame.rows["rejected"].any()
    first = frame.rows.row(0, named=True)
    assert first["source"] == "line 2"
    assert (first["document_kind"], first["document_number"], first["document_line"]) == ("INVOICE", "INV-1001", "1")
    assert (first["sold_on"], first["quantity_milli"]) == (date(2026, 1, 3), 12_000)
    assert (first["unit_price_micros"], first["amount_micros"]) == (41_500_000, 498_000_000)
    assert frame.rows["serial_numbers"].to_list()[1] == ["WX21A0000001", "WX21A0000002"]
    assert frame.rows["document_line"].to_list()[2] == "10.1"
    assert frame.rows["end_customer"].to_list()[5] == 'ACME, "THE" STORE'


def test_what_was_received_is_kept_word_for_word() -> None:
    frame = report({"quantity": " 1,5 ", "unit_price": "x"}, delimiter=";")
    received = frame.rows["received"][0]
    assert (received["quantity"], received["unit_price"]) == (" 1,5 ", "x")
    assert '"unit_price":"x"' in frame.received_as_json()[0]


def test_a_price_that_is_missing_where_none_is_mandatory_is_a_warning() -> None:
    frame = sample("canonical.csv")
    assert codes(frame, 6) == [("unit_price", IssueCode.PRICE_MISSING)]
    assert frame.rows["amount_micros"][5] is None
    assert IssueCode.PRICE_MISSING.severity is Severity.WARNING


def test_a_price_that_the_agreement_demands_rejects_the_row_that_lacks_it() -> None:
    strict = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD", frozenset({"unit_price"}))
    frame = sample("canonical.csv", strict)
    assert codes(frame, 6) == [("unit_price", IssueCode.MISSING_VALUE)]
    assert frame.rows["rejected"].to_list() == [False] * 5 + [True]


def test_german_windows_text_is_detected() -> None:
    frame = sample("german-windows.csv")
    assert frame.detected["encoding"] == "Windows-1252"
    assert (frame.detected["delimiter"], frame.detected["decimal_mark"]) == (";", "COMMA")
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 3), date(2026, 1, 3), date(2026, 1, 14)]
    assert frame.rows["quantity_milli"].to_list() == [1_250_000, 2_500, -3_000]
    assert frame.rows["unit_price_micros"].to_list() == [41_500_000, 1_058_000_000, 41_500_000]
    assert frame.rows["currency"].to_list() == ["EUR"] * 3
    assert frame.rows["end_customer"][0] == "Bäckerei Müller"


def test_a_column_that_is_not_known_is_kept_and_said() -> None:
    frame = sample("german-windows.csv")
    assert codes(frame, 0) == [(None, IssueCode.UNKNOWN_COLUMN)]
    assert "Verkäufer" in frame.found()[0].message
    assert frame.rows["received"][0]["Verkäufer"] == "Ana"


def test_lines_are_counted_within_their_document_where_the_report_has_none() -> None:
    frame = sample("german-windows.csv")
    assert frame.rows["document_line"].to_list() == ["1", "2", "1"]
    assert not frame.rows["line_given"].any()


def test_a_rejected_row_keeps_its_place_within_the_document() -> None:
    frame = report(*({"document_line": "", "quantity": quantity} for quantity in ("1", "0", "3")))
    assert frame.rows["document_line"].to_list() == ["1", "2", "3"]
    assert frame.rows["rejected"].to_list() == [False, True, False]


def test_a_document_names_all_of_its_lines_or_none() -> None:
    frame = report({}, {"document_line": ""}, {"document_number": "INV-2", "document_line": ""})
    assert codes(frame, 2) == [("document_line", IssueCode.MISSING_LINE_NUMBER)]
    assert frame.rows["rejected"].to_list() == [False, True, False]


def test_a_damaged_file_loses_only_its_damaged_rows() -> None:
    frame = sample("damaged.csv")
    numbers = frame.rows["document_number"].to_list()
    assert numbers == ["INV-2001", None, None, "INV-2003", "INV-2004", None, "INV-2006"]
    assert frame.rows["rejected"].to_list() == [False, True, True, False, False, True, False]
    assert frame.rows["source"].to_list() == [f"line {n}" for n in (2, 3, 4, 5, 6, 10, 11)]
    assert frame.rows["end_customer"].to_list()[3:5] == ['27" MONITORS LTD', "TWO\nLINES LTD"]
    for row in (2, 3, 6):
        assert codes(frame, row) == [(None, IssueCode.MALFORMED_ROW)]
    assert "8 values for 16 columns" in next(i.message for i in frame.found() if i.row == 2)
    assert frame.rows["received"][1]["malformed"] == "INV-2001,2,,,2026-01-03,WD20PURZ,10045,5"


def test_empty_lines_are_skipped_and_counted() -> None:
    frame = sample("damaged.csv")
    assert Issue(0, None, IssueCode.BLANK_ROWS_SKIPPED, "2") in frame.found()


def test_an_empty_line_inside_of_a_value_is_no_empty_row() -> None:
    frame = read_csv(
        b'document_number,sold_on,product_code,reseller_account,quantity\n"I\n\n1",2026-01-04,P,R,1\n', RULES
    )
    assert frame.rows["document_number"].to_list() == ["I\n\n1"]
    assert codes(frame, 0) == []


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    lines = [f"INV-{n},1,2026-01-04,P1,10045,1" for n in range(1000)]
    lines[3] = 'INV-3,1,2026-01-04,"P1,10045,1'
    frame = read_csv(
        "\n".join(["document_number,document_line,sold_on,product_code,reseller_account,quantity", *lines]).encode(),
        RULES,
    )
    assert frame.rows.height == 1000
    assert frame.rows.filter("rejected")["row"].to_list() == [4]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with byte order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16 without byte order mark"),
    ],
)
def test_line_ends_and_encodings_do_not_matter(ending: str, encoding: str, name: str) -> None:
    text = (SAMPLES / "canonical.csv").read_text().replace("\n", ending)
    frame = read_csv(text.encode(encoding), RULES)
    assert frame.detected["encoding"] == name
    assert frame.rows.equals(sample("canonical.csv").rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_detected(delimiter: str) -> None:
    frame = report({"quantity": "1234.5"}, delimiter=delimiter)
    assert frame.detected["delimiter"] == delimiter
    assert frame.rows["quantity_milli"].to_list() == [1_234_500]


def test_a_line_that_states_the_separator_is_believed() -> None:
    frame = read_csv(
        b"sep=;\nDocument-Number;soldOn;PRODUCT CODE;reseller_account;quantity\nI1;2026-01-04;P;R;1\n", RULES
    )
    assert frame.rows["source"].to_list() == ["line 3"]
    assert frame.rows["document_number"].to_list() == ["I1"]


def test_damaged_utf8_stays_utf8_and_says_where_it_is_damaged() -> None:
    header = "document_number,sold_on,product_code,reseller_account,quantity,end_customer\n"
    good = header + "I1,2026-01-04,P,R,1,Søren Åse Ümit\n"
    frame = read_csv(good.encode() + b"I2,2026-01-04,P,R,1,S\xf8ren\nI\xff3,2026-01-04,P,R,1,\n", RULES)
    assert frame.detected["encoding"] == "UTF-8, damaged"
    assert frame.rows["end_customer"][0] == "Søren Åse Ümit"
    assert (frame.rows["end_customer"][1], codes(frame, 2)[-1]) == (
        "S�ren",
        ("end_customer", IssueCode.CHARACTER_REPLACED),
    )
    assert ("document_number", IssueCode.TEXT_DAMAGED) in codes(frame, 3)
    assert frame.rows["rejected"].to_list() == [False, False, True]


def test_nul_characters_are_removed_and_said() -> None:
    data = (SAMPLES / "canonical.csv").read_bytes().replace(b"WD10", b"WD\x0010")
    frame = read_csv(data, RULES)
    assert frame.rows["product_code"][0] == "WD10PURZ"
    assert Issue(0, None, IssueCode.NUL_REMOVED, "2") in frame.found()


def test_all_issues_of_a_row_are_told_at_once() -> None:
    frame = report(
        {
            "document_number": "",
            "sold_on": "2027-01-01",
            "quantity": "0",
            "unit_price": "1e3",
            "currency": "ZZZ",
            "ship_to_country": "XX",
            "document_kind": "RECEIPT",
            "sale_type": "GIFT",
        }
    )
    assert codes(frame, 1) == [
        ("document_number", IssueCode.MISSING_VALUE),
        ("document_kind", IssueCode.UNKNOWN_DOCUMENT_KIND),
        ("sold_on", IssueCode.DATE_IN_FUTURE),
        ("unit_price", IssueCode.MALFORMED_NUMBER),
        ("quantity", IssueCode.QUANTITY_ZERO),
        ("currency", IssueCode.UNKNOWN_CURRENCY),
        ("sale_type", IssueCode.UNKNOWN_SALE_TYPE),
        ("ship_to_country", IssueCode.UNKNOWN_COUNTRY),
    ]
    assert [issue.value for issue in frame.found()][1:5] == ["RECEIPT", "2027-01-01", "1e3", "0"]
    assert frame.rows["rejected"].to_list() == [True]
    assert frame.rows["content_hash"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("12", 12_000),
        ("+12", 12_000),
        ("-1.5", -1_500),
        ("1.5-", -1_500),
        (".5", 500),
        ("5.", 5_000),
        ("0012.3400", 12_340),
        ("10.000000", 10_000),
        ("999999999999999.999", 999_999_999_999_999_999),
        ("-999999999999999.999", -999_999_999_999_999_999),
    ],
)
def test_a_quantity_is_whole_thousandths(text: str, milli: int) -> None:
    frame = report({"quantity": text, "unit_price": "0.001"})
    assert frame.rows["quantity_milli"].to_list() == [milli]
    assert not frame.rows["rejected"].any()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("quantity", "1e3", IssueCode.MALFORMED_NUMBER),
        ("quantity", "1.0E+02", IssueCode.MALFORMED_NUMBER),
        ("quantity", "twelve", IssueCode.MALFORMED_NUMBER),
        ("quantity", "1.2.3", IssueCode.MALFORMED_NUMBER),
        ("quantity", "--1", IssueCode.MALFORMED_NUMBER),
        ("quantity", "-1-", IssueCode.MALFORMED_NUMBER),
        ("quantity", "NaN", IssueCode.MALFORMED_NUMBER),
        ("quantity", "١٢", IssueCode.MALFORMED_NUMBER),
        ("quantity", "=1+1", IssueCode.MALFORMED_NUMBER),
        ("quantity", ".", IssueCode.MALFORMED_NUMBER),
        ("quantity", "1.0001", IssueCode.TOO_MANY_DECIMALS),
        ("quantity", "1000000000000000", IssueCode.VALUE_OUT_OF_RANGE),
        ("quantity", "9" * 400, IssueCode.VALUE_OUT_OF_RANGE),
        ("quantity", "0", IssueCode.QUANTITY_ZERO),
        ("quantity", "-0.000", IssueCode.QUANTITY_ZERO),
        ("unit_price", "1.0000001", IssueCode.TOO_MANY_DECIMALS),
        ("unit_price", "1000000000000", IssueCode.VALUE_OUT_OF_RANGE),
        ("unit_price", "-0.01", IssueCode.PRICE_NEGATIVE),
        ("unit_price", "12.5O", IssueCode.MALFORMED_NUMBER),
        ("sold_on", "2026-02-30", IssueCode.MALFORMED_DATE),
        ("sold_on", "46026", IssueCode.MALFORMED_DATE),
        ("sold_on", "Jan 4 2026", IssueCode.MALFORMED_DATE),
        ("sold_on", "2026-01-04T13:00:00", IssueCode.MALFORMED_DATE),
        ("sold_on", "03/04/2025", IssueCode.AMBIGUOUS_DATE),
        ("sold_on", "2026-02-01", IssueCode.DATE_IN_FUTURE),
        ("sold_on", "2099-12-31", IssueCode.DATE_IN_FUTURE),
        ("sold_on", "1999-12-31", IssueCode.DATE_TOO_OLD),
        ("sold_on", "1900-01-01", IssueCode.DATE_TOO_OLD),
        ("currency", "EURO", IssueCode.UNKNOWN_CURRENCY),
        ("ship_to_country", "Germany", IssueCode.UNKNOWN_COUNTRY),
        ("document_number", "x" * 81, IssueCode.TEXT_TOO_LONG),
        ("serial_numbers", "S1|" + "x" * 81, IssueCode.TEXT_TOO_LONG),
    ],
)
def test_a_value_that_is_no_fact_rejects_its_row_and_says_what_would_be_right(
    name: str, text: str, code: IssueCode
) -> None:
    frame = report({}, {"document_line": "2", name: text})
    assert codes(frame, 2) == [(name, code)]
    assert frame.rows["rejected"].to_list() == [False, True]
    issue = frame.found()[0]
    assert issue.value is not None
    assert issue.value[:100] == text[:100]
    assert issue.message.endswith(".")


@pytest.mark.parametrize("name", sorted({"document_number", "sold_on", "product_code", "reseller_account", "quantity"}))
def test_a_mandatory_value_that_is_blank_rejects_its_row(name: str) -> None:
    frame = report({name: "  "})
    assert codes(frame, 1) == [(name, IssueCode.MISSING_VALUE)]


def test_an_amount_beyond_range_is_a_rejected_row_and_no_error() -> None:
    frame = report({"quantity": "999999999999999", "unit_price": "999999999999"})
    assert codes(frame, 1) == [("unit_price", IssueCode.VALUE_OUT_OF_RANGE)]
    assert frame.found()[0].value == "999999999999999 × 999999999999"


@pytest.mark.parametrize(
    ("quantity", "price", "micros"),
    [
        ("1.5", "0.333333", 500_000),
        ("0.001", "0.0005", 1),
        ("0.001", "0.000499", 0),
        ("-0.001", "0.0005", -1),
        ("0.5", "0.000001", 1),
        ("-0.5", "0.000001", -1),
        ("3", "0.333333", 999_999),
    ],
)
def test_an_amount_is_rounded_half_away_from_zero_to_a_millionth(quantity: str, price: str, micros: int) -> None:
    assert report({"quantity": quantity, "unit_price": price}).rows["amount_micros"].to_list() == [micros]


def test_a_negative_quantity_is_a_return() -> None:
    frame = report(
        {"quantity": "-2"}, {"quantity": "-2", "sale_type": "SALE"}, {"quantity": "-2", "sale_type": "sample"}
    )
    assert frame.rows["sale_type"].to_list() == ["RETURN", "RETURN", "SAMPLE"]
    assert frame.rows["document_kind"].to_list() == ["INVOICE"] * 3
    assert not frame.rows["rejected"].any()


@pytest.mark.parametrize("change", [{"document_kind": "CREDIT_NOTE"}, {"sale_type": "RETURN"}])
def test_what_takes_goods_back_has_a_negative_quantity(change: dict[str, str]) -> None:
    frame = report(change, change | {"quantity": "-2"})
    assert codes(frame, 1) == [("quantity", IssueCode.QUANTITY_NOT_NEGATIVE)]
    assert frame.rows["rejected"].to_list() == [True, False]


def test_terms_are_recognised_however_they_are_cased() -> None:
    frame = report(
        {"document_kind": "credit note", "quantity": "-1"}, {"sale_type": "Drop-Shipment", "ship_to_country": "bra"}
    )
    assert frame.rows["document_kind"].to_list() == ["CREDIT_NOTE", "INVOICE"]
    assert frame.rows["sale_type"].to_list() == ["RETURN", "DROP_SHIPMENT"]
    assert frame.rows["ship_to_country"].to_list() == [None, "BR"]


@pytest.mark.parametrize(
    ("prices", "micros"),
    [
        (["12,5", "1.234,56"], [12_500_000, 1_234_560_000]),
        (["12,50", "1.234"], [12_500_000, 1_234_000_000]),
        (["12.50", "1,234"], [12_500_000, 1_234_000_000]),
        (["1 234,56", "1’234,50"], [1_234_560_000, 1_234_500_000]),
        (["1.234.567", "2,345"], [1_234_567_000_000, 2_345_000]),
        (["0.500", "1.234"], [500_000, 1_234_000]),
    ],
)
def test_the_decimal_mark_is_what_the_file_proves(prices: list[str], micros: list[int]) -> None:
    frame = report(*({"unit_price": price} for price in prices), delimiter=";")
    assert frame.rows["unit_price_micros"].to_list() == micros


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        (["1.234", "12"], [IssueCode.AMBIGUOUS_NUMBER, None]),
        (["1,234", "12"], [IssueCode.AMBIGUOUS_NUMBER, None]),
        (["12,5", "12.5", "1.234"], [IssueCode.MALFORMED_NUMBER, None, IssueCode.AMBIGUOUS_NUMBER]),
    ],
)
def test_a_number_that_nothing_settles_is_not_guessed(prices: list[str], found: list[IssueCode | None]) -> None:
    frame = report(*({"unit_price": price} for price in prices), delimiter=";")
    assert [next(iter(codes(frame, row)), (None, None))[1] for row in range(1, len(prices) + 1)] == found


def test_a_file_separated_by_commas_has_a_decimal_point() -> None:
    frame = read_csv(
        b"document_number,sold_on,product_code,reseller_account,quantity,unit_price\n"
        b'I1,2026-01-04,P,R,1.234,"1,234.50"\nI2,2026-01-04,P,R,"1,234",1\nI3,2026-01-04,P,R,"12,5",1\n',
        RULES,
    )
    assert frame.rows["quantity_milli"].to_list() == [1_234, 1_234_000, None]
    assert codes(frame, 3) == [("quantity", IssueCode.MALFORMED_NUMBER)]


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["2026-01-04", "20260105", "2026-01-06 00:00:00"], [4, 5, 6]),
        (["04.01.2026", "5.1.2026"], [4, 5]),
        (["04/01/2026", "25/01/2026"], [4, 25]),
        (["01/04/2026", "01/25/2026"], [4, 25]),
        (["01-04-2026", "01-25-2026"], [4, 25]),
    ],
)
def test_dates_are_read_in_the_order_that_the_file_proves(texts: list[str], days: list[int]) -> None:
    frame = report(*({"sold_on": text} for text in texts))
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, day) for day in days]


def test_dates_that_contradict_each_other_are_not_guessed() -> None:
    frame = report({"sold_on": "25/01/2026"}, {"sold_on": "01/25/2026"}, {"sold_on": "2026-01-04"})
    assert frame.rows["rejected"].to_list() == [True, True, False]
    assert codes(frame, 1) == [("sold_on", IssueCode.AMBIGUOUS_DATE)]


def test_a_sell_in_report_has_no_reseller_and_needs_a_price() -> None:
    data = (
        b"document_number,document_line,invoiced_on,product_code,quantity,unit,unit_price,currency\n"
        b"V1,1,2026-01-02,P,10,EA,20,USD\nV1,2,2026-01-02,P,10,EA,,USD\n"
    )
    frame = read_csv(data, SELL_IN)
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 2)] * 2
    assert codes(frame, 1) == []
    assert codes(frame, 2) == [("unit_price", IssueCode.MISSING_VALUE)]


def test_a_sell_in_report_leaves_a_reseller_column_unread() -> None:
    data = b"document_number,sold_on,product_code,quantity,unit_price,reseller_account\nV1,2026-01-02,P,10,20,R1\n"
    frame = read_csv(data, SELL_IN)
    assert codes(frame, 0) == [(None, IssueCode.UNKNOWN_COLUMN)]
    assert frame.rows["reseller_account"].to_list() == [None]


def test_a_header_without_rows_is_a_nil_report() -> None:
    frame = read_csv(",".join(FIELDS).encode(), RULES)
    assert frame.rows.height == 0
    assert frame.found() == []


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", FailureCode.EMPTY_FILE, "empty"),
        (b" \r\n\r\n", FailureCode.EMPTY_FILE, "empty"),
        (b"PK\x03\x04\x14\x00\x06", FailureCode.NOT_TEXT, "Excel workbook"),
        (b"\x00\x01\x02\x03" * 50, FailureCode.NOT_TEXT, "not a text file"),
        (b"ISA*00*          *00*", FailureCode.WRONG_FORMAT, "ISA*00"),
        (b"a,b,c\n1,2,3\n", FailureCode.HEADER_MISSING, "document_number,document_line"),
        (b"INV-1,1,2026-01-04,P,R,1\n", FailureCode.HEADER_MISSING, "INV-1"),
        (
            b"document_number,sold_on,product,quantity\n",
            FailureCode.COLUMN_MISSING,
            "nearest: “product”",
        ),
        (b"document_number,sold_on,product_code,quantity\n", FailureCode.COLUMN_MISSING, "reseller_account"),
        (
            b"document_number,sold_on,product_code,reseller_account,quantity,Quantity\n",
            FailureCode.COLUMN_REPEATED,
            "quantity",
        ),
        (b"document_number," + b"x," * 500, FailureCode.TOO_MANY_COLUMNS, "502"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_would_be_right(
    data: bytes, code: FailureCode, said: str
) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_csv(data, RULES)
    assert refused.value.code is code
    assert said in refused.value.message


def test_equal_facts_have_equal_content_however_they_are_written() -> None:
    plain = report({"currency": "USD", "unit": "EA", "serial_numbers": "S1|S2", "document_kind": "INVOICE"})
    other = report(
        {"quantity": "2.000", "unit_price": "10", "unit": "ea", "sold_on": "20260104", "serial_numbers": " S2 | S1 |"}
    )
    assert plain.rows["content_hash"].to_list() == other.rows["content_hash"].to_list()


def test_the_content_of_a_line_is_the_same_in_every_release() -> None:
    """Lines on file are compared by it: changing it would turn every resent line into a conflict."""
    assert report({"unit": "EA"}).rows["content_hash"].to_list() == ["4e9bf680a269056f53bde43c570f230a"]


@pytest.mark.parametrize(
    "change", [{"quantity": "3"}, {"unit_price": "10.01"}, {"product_code": "P2"}, {"serial_numbers": "S1"}]
)
def test_other_facts_have_other_content(change: dict[str, str]) -> None:
    frame = report({}, change)
    first, second = frame.rows["content_hash"].to_list()
    assert first != second


def test_rules_name_only_fields_and_currencies_that_exist() -> None:
    with pytest.raises(ValueError, match="no field colour"):
        ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD", frozenset({"colour"}))
    with pytest.raises(ValueError, match="XXX is not among"):
        ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "XXX")


def test_every_code_says_what_is_wrong_in_a_sentence() -> None:
    for code in IssueCode:
        message = code.message("quantity", "{value}")
        assert message.endswith(".")
        assert "{field}" not in message
        assert "{right}" not in message
