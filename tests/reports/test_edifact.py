"""An EDIFACT SLSRPT: what its segments mean, and what holds for which row."""

from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SaleType
from app.reports.formats import EdifactProfile, IssueCode, read_csv, read_slsrpt
from tests.reports.interchanges import RULES, SALE, changed, codes, read

SAMPLES = Path(__file__).parents[1] / "samples"


def test_the_storage_vendors_report_says_its_day_and_place_once_for_many_lines() -> None:
    frame = read_slsrpt((SAMPLES / "storage-vendor-slsrpt.edi").read_bytes(), RULES)
    sale, returned, other = frame.rows.rows(named=True)
    assert not frame.rows["rejected"].any()
    assert (sale["document_number"], sale["document_line"], sale["product_code"]) == ("R-0001234", "1", "WD10PURZ")
    assert (sale["quantity_milli"], sale["unit"], sale["unit_price_micros"]) == (4_000, "EA", 64_500_000)
    assert (sale["reseller_account"], sale["ship_to_country"], sale["currency"]) == ("10045", "DE", "EUR")
    assert sale["end_customer"] == "O'NEILL + SONS", "released delimiters are text"
    assert sale["serial_numbers"] == ["WX11A0000001", "WX11A0000002", "WX11A0000003", "WX11A0000009"]
    assert (returned["quantity_milli"], returned["sale_type"], returned["document_kind"]) == (
        -1_000,
        "RETURN",
        "INVOICE",
    )
    assert frame.rows["sold_on"].to_list() == [date(2026, 1, 3), date(2026, 1, 3), date(2026, 1, 4)]
    assert [row["location"] for row in frame.rows["received"]] == ["BERLIN", "BERLIN", "MUENCHEN"]
    assert (other["unit_price_micros"], other["received"]["line_amount"]) == (99_900_000, "199.80")
    assert codes(frame, 0) == [IssueCode.SEGMENT_COUNT_WRONG, IssueCode.ITEM_COUNT_WRONG]


def test_the_semiconductor_report_splits_a_line_prices_a_hundred_and_names_its_credit_note() -> None:
    frame = read_slsrpt((SAMPLES / "semiconductor-slsrpt.edi").read_bytes(), RULES)
    first, second, returned, unnumbered = frame.rows.rows(named=True)
    assert frame.found() == []
    assert (first["reseller_account"], first["quantity_milli"], first["document_line"]) == ("CA00005335", 60_000, "1")
    assert (second["reseller_account"], second["quantity_milli"], second["document_line"]) == (
        "CA00005336",
        40_000,
        "1/2",
    )
    assert (first["unit_price_micros"], first["amount_micros"]) == (21_500_000, 1_290_000_000)
    assert (first["end_customer"], second["end_customer"]) == ("MÜLLER OEM", None)
    assert first["special_price_number"] == "SD-2026-0042"
    assert first["product_code"] == "PART-100", "a substitute is another product"
    assert (returned["document_kind"], returned["document_number"], returned["return_of"]) == (
        "CREDIT_NOTE",
        "CN-55",
        "INV-1234:1",
    )
    assert (returned["quantity_milli"], returned["sold_on"]) == (-10_000, date(2026, 1, 5))
    assert (unnumbered["line_given"], unnumbered["ship_to_country"]) == (False, "SG")
    assert unnumbered["unit_price_micros"] == 1_234_500, "a decimal comma"


def test_a_row_says_where_it_stands_and_keeps_its_segments() -> None:
    frame = read(*SALE[:-1], "IMD+F++:::IT?'S", SALE[-1], *changed(("LIN", "LIN+2")))
    assert frame.rows["source"].to_list() == ["UNH 1, segment 7", "UNH 1, segment 15"]
    kept = frame.rows["received"][0]["segments"].split("'\n")
    assert kept == [*SALE[:-1], "IMD+F++:::IT?'S", SALE[-1]]


def test_the_same_fact_has_the_same_content_in_csv_and_edifact() -> None:
    csv = read_csv(
        b"document_number,document_line,sold_on,product_code,reseller_account,quantity,unit,unit_price,ship_to_country\n"
        b"INV-1,1,2026-01-04,P1,10045,10,EA,21.5,PT\n",
        RULES,
    )
    assert read(*SALE).rows["content_hash"].to_list() == csv.rows["content_hash"].to_list()


def test_a_party_at_the_head_is_no_party_of_a_line_unless_the_profile_says_so() -> None:
    alone = read(*changed(("NAD", "")))
    assert codes(alone, 1) == [IssueCode.MISSING_VALUE]
    whole = read(*changed(("NAD", "")), profile=EdifactProfile(head_parties=frozenset({"BY"})))
    assert whole.rows["reseller_account"].to_list() == ["DISTY"]
    below = read("LOC+162+X", "NAD+BY+10077::92", *changed(("NAD", "")), *SALE)
    assert below.rows["reseller_account"].to_list() == ["10077", "10045"]


def test_what_holds_for_a_location_ends_with_it() -> None:
    undated = changed(("DTM", ""))
    frame = read("LOC+162+A", "DTM+356:20260102:102", *undated, *undated, "LOC+162+B", "DTM+356:20260103:102", *undated)
    assert [str(day) for day in frame.rows["sold_on"]] == ["2026-01-02", "2026-01-02", "2026-01-03"]
    assert [row["location"] for row in frame.rows["received"]] == ["A", "A", "B"]


def test_a_line_may_be_sold_at_several_locations() -> None:
    head = changed(("QTY", ""), ("NAD", ""))
    frame = read(
        *head,
        "LOC+162+A",
        "QTY+153:1:PCE",
        "NAD+BY+1",
        "LOC+162+B",
        "NAD+BY+2",
        "QTY+153:2:PCE",
        *head,
        "QTY+153:3:PCE",
    )
    assert frame.rows["quantity_milli"].to_list() == [1_000, 2_000, 3_000]
    assert [row["location"] for row in frame.rows["received"]] == ["A", "B", None]
    assert frame.rows["reseller_account"].to_list() == ["1", "2", None]
    assert frame.rows["document_line"].to_list() == ["1", "1/2", "1"]


def test_a_location_may_be_the_reseller() -> None:
    frame = read("LOC+162+STORE-7", *SALE, profile=EdifactProfile(place_is_reseller=True))
    assert frame.rows["reseller_account"].to_list() == ["STORE-7"]


def test_quantities_that_nothing_tells_apart_are_not_added_up() -> None:
    frame = read(*SALE[:-1], "QTY+61:2:PCE", SALE[-1])
    assert frame.rows.height == 2, "the buyer stands with the second quantity"
    frame = read(*SALE, "QTY+61:2:PCE", "PRI+AAB:5")
    assert codes(frame, 1) == [IssueCode.SEVERAL_QUANTITIES]
    assert frame.found()[0].value == "153:10, 61:2"


def test_quantities_that_are_no_sale_are_left_alone() -> None:
    frame = read(*SALE, "QTY+145:180:PCE")
    assert frame.rows["quantity_milli"].to_list() == [10_000]
    assert read(*changed(("QTY", "QTY+145:180:PCE"))).rows["rejected"].to_list() == [True]


@pytest.mark.parametrize(
    ("changes", "quantity", "kind", "line", "return_of"),
    [
        ([("QTY", "QTY+153:-4:PCE")], -4_000, "INVOICE", "1", None),
        ([("QTY", "QTY+61:4:PCE")], -4_000, "INVOICE", "R1", "INV-1:1"),
        ([("QTY", "QTY+61:-4:PCE")], -4_000, "INVOICE", "R1", "INV-1:1"),
        ([("QTY", "QTY+61:4:PCE"), ("DTM", "RFF+CD:CN-1:7'DTM+3:20260104:102")], -4_000, "CREDIT_NOTE", "7", "INV-1:1"),
        ([("QTY", "QTY+153:-4:PCE"), ("RFF", "DOC+381+CN-1")], -4_000, "CREDIT_NOTE", "1", None),
    ],
)
def test_a_return_is_a_negative_quantity_or_one_with_a_qualifier(
    changes: list[tuple[str, str]], quantity: int, kind: str, line: str, return_of: str | None
) -> None:
    (row,) = read(*changed(*changes)).rows.rows(named=True)
    assert (row["quantity_milli"], row["sale_type"], row["document_kind"]) == (quantity, "RETURN", kind)
    assert (row["document_line"], row["return_of"], row["rejected"]) == (line, return_of, False)


def test_a_credit_note_takes_back() -> None:
    frame = read(*changed(("RFF", "RFF+CD:CN-1")))
    assert codes(frame, 1) == [IssueCode.QUANTITY_NOT_NEGATIVE]


@pytest.mark.parametrize(
    ("price", "micros", "code"),
    [
        ("PRI+AAA:21.50", 21_500_000, None),
        ("PRI+AAA:21,50", 21_500_000, None),
        ("PRI+AAA:1,234", 1_234_000, None),
        ("PRI+AAA:2150::NTP:100:PCE", 21_500_000, None),
        ("PRI+AAA:2150::NTP:100", 21_500_000, None),
        ("PRI+INV:5'PRI+AAA:4", 4_000_000, None),
        ("PRI+AAE:99", None, IssueCode.PRICE_MISSING),
        ("MOA+203:215", 21_500_000, None),
        ("MOA+203:215,00:USD", 21_500_000, None),
        ("MOA+203:100'QTY+145:3", 10_000_000, None),
        ("MOA+203:x", None, IssueCode.PRICE_MISSING),
        ("PRI+AAA:10::NTP:3:PCE", None, IssueCode.PRICE_UNIT_DIFFERS),
        ("PRI+AAA:10::NTP:0:PCE", None, IssueCode.PRICE_UNIT_DIFFERS),
        ("PRI+AAA:10::NTP:1:CT", None, IssueCode.PRICE_UNIT_DIFFERS),
        ("PRI+AAA:1.234,5", None, IssueCode.MALFORMED_NUMBER),
        ("PRI+AAA:-5", None, IssueCode.PRICE_NEGATIVE),
    ],
)
def test_a_price_is_the_exact_price_of_one_unit(price: str, micros: int | None, code: IssueCode | None) -> None:
    frame = read(*changed(("PRI", price)))
    assert codes(frame, 1) == ([code] if code else [])
    if micros is not None:
        assert frame.rows["unit_price_micros"].to_list() == [micros]


def test_an_amount_that_no_price_makes_exactly_is_kept_and_not_used() -> None:
    frame = read(*changed(("PRI", "MOA+203:100"), ("QTY", "QTY+153:3:PCE")))
    assert codes(frame, 1) == [IssueCode.PRICE_MISSING]
    assert frame.rows["received"][0]["line_amount"] == "100"


def test_the_amount_of_a_return_has_either_sign() -> None:
    for amount in ("215", "-215"):
        frame = read(*changed(("PRI", f"MOA+203:{amount}"), ("QTY", "QTY+153:-10:PCE")))
        assert frame.rows["unit_price_micros"].to_list() == [21_500_000]


def test_a_currency_holds_until_another_is_named() -> None:
    frame = read(*SALE, *changed(("PRI", "CUX+2:USD:9'PRI+AAA:5")), *changed(("PRI", "MOA+203:10:GBP")))
    assert frame.rows["currency"].to_list() == ["EUR", "USD", "GBP"]


@pytest.mark.parametrize(
    ("segments", "day"),
    [
        ("DTM+3:20260104:102", "2026-01-04"),
        ("DTM+3:260104:101", "2026-01-04"),
        ("DTM+3:202601041430:203", "2026-01-04"),
        ("DTM+3:20260104143000:204", "2026-01-04"),
        ("DTM+3:04012026:4", "2026-01-04"),
        ("DTM+3:040126:2", "2026-01-04"),
        ("DTM+3:010426:3", "2026-01-04"),
        ("DTM+3:20260104", "2026-01-04"),
        ("DTM+3:20260104-20260104:718", "2026-01-04"),
        ("DTM+356:20260104:102", "2026-01-04"),
        ("DTM+356:20260102:102'DTM+3:20260104:102", "2026-01-04"),
        ("DTM+90:20260104:102'DTM+91:20260104:102", "2026-01-04"),
        ("DTM+90:20260101:102'DTM+91:20260107:102", None),
        ("DTM+3:20260101-20260107:718", None),
        ("DTM+3:202601:610", None),
        ("DTM+3:260104:102", None),
        ("DTM+3:yesterday:102", None),
        ("DTM+137:20260104:102", None),
    ],
)
def test_the_day_of_a_sale_is_read_in_the_format_that_is_named(segments: str, day: str | None) -> None:
    frame = read(*changed(("DTM", segments)))
    assert [str(found) if found else None for found in frame.rows["sold_on"]] == [day]
    assert frame.rows["rejected"].to_list() == [day is None]


@pytest.mark.parametrize(
    ("segment", "serials"),
    [
        ("GIN+SN+A1", ["A1"]),
        ("GIN+SN+A1+B2+C3", ["A1", "B2", "C3"]),
        ("GIN+SN+A08:A11", ["A08", "A09", "A10", "A11"]),
        ("GIN+SN+A1:", ["A1"]),
        ("GIN+SN+A9:A10", ["A9:A10"]),
        ("GIN+SN+A1:B3", ["A1:B3"]),
        ("GIN+SN+A9:A1", ["A9:A1"]),
        ("GIN+SN+00000001:99999999", ["00000001:99999999"]),
        ("GIN+BN+BATCH", None),
        ("RFF+SE:A1'RFF+SE:A2", ["A1", "A2"]),
        ("GIN+SN+A1'GIN+SN+A1:A2", ["A1", "A2"]),
    ],
)
def test_serial_numbers_are_kept_and_ranges_counted_out(segment: str, serials: list[str] | None) -> None:
    assert read(*SALE, segment).rows["serial_numbers"].to_list() == [serials]


@pytest.mark.parametrize(
    ("codes_given", "product"),
    [
        (["LIN+1++E:EN", "PIA+1+P:SA"], "P"),
        (["LIN+1++E:EN", "PIA+1+B:BP+M:MF"], "M"),
        (["LIN+1++E:EN"], "E"),
        (["LIN+1++E:EN", "PIA+4+S:SA"], "E"),
        (["LIN+1", "PIA+5+P:SA'PIA+1+Q:SA"], "P"),
        (["LIN+1"], None),
    ],
)
def test_the_vendors_own_code_comes_first(codes_given: list[str], product: str | None) -> None:
    assert read(*codes_given, *SALE[2:]).rows["product_code"].to_list() == [product]


def test_a_sales_channel_is_what_the_profile_says() -> None:
    profile = EdifactProfile(channels={"DS": SaleType.DROP_SHIPMENT})
    assert read(*SALE, "MKS+1+DS", profile=profile).rows["sale_type"].to_list() == ["DROP_SHIPMENT"]
    assert codes(read(*SALE, "MKS+1+XX", profile=profile), 1) == [IssueCode.UNKNOWN_SALE_TYPE]
    assert read(*SALE, "MKS+1+DS").rows["sale_type"].to_list() == ["SALE"]


def test_a_profile_names_further_prices() -> None:
    profile = EdifactProfile(prices={"unit_price": ("AAB",), "book_price": ("AAA",)})
    received = read(*SALE, "PRI+AAB:30", profile=profile).rows["received"][0]
    assert (received["unit_price"], received["book_price"]) == ("30", "21.50")
