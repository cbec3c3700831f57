"""An X12 867: what the segments of each dialect mean, and what an envelope that lies does to a report."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from app.programme.terms import SaleType, SubmissionFormat, SubmissionKind
from app.reports.formats import (
    DEFAULT,
    FailureCode,
    IssueCode,
    PartyPlace,
    ReadingRules,
    ReportFrame,
    UnreadableReport,
    X12Profile,
    format_of,
    read_csv,
    read_x12_867,
)

SAMPLES = Path(__file__).parents[1] / "samples"
RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "USD")
ISA = "ISA*00*          *00*          *ZZ*DISTY          *ZZ*VENDOR         *260105*0900*U*00401*000000001*0*P*>~"
ITEM = ["QTY*32*10*EA", "LIN*1*VP*P1", "UIT*EA*21.50", "REF*DI*INV-1", "REF*LI*1", "DTM*003*20260104"]
PARTY = ["N1*ST*ALPHA*92*10045", "N4*LISBOA***PT"]


def sample(name: str, profile: X12Profile = DEFAULT) -> ReportFrame:
    return read_x12_867((SAMPLES / name).read_bytes(), RULES, profile)


def interchange(*segments: str, trailer: bool = True) -> bytes:
    """One transaction with these segments in an envelope that tells the truth."""
    end = [f"SE*{len(segments) + 3}*0001", "GE*1*1", "IEA*1*000000001"] if trailer else []
    body = ["GS*PT*DISTY*VENDOR*20260105*0900*1*X*004010", "ST*867*0001", "BPT*00*1*20260105*02", *segments, *end]
    return (ISA + "~".join(body) + "~").encode()


def read(*segments: str, profile: X12Profile = DEFAULT, trailer: bool = True) -> ReportFrame:
    return read_x12_867(interchange(*segments, trailer=trailer), RULES, profile)


def codes(frame: ReportFrame, row: int) -> list[IssueCode]:
    return [issue.code for issue in frame.found() if issue.row == row]


def changed(*changes: tuple[str, str]) -> list[str]:
    """A sale, with segments that begin as the first of each pair replaced by the second; '' leaves the segment out."""
    segments = ["PTD*SS", *PARTY, *ITEM]
    for begin, instead in changes:
        segments = [instead if segment.startswith(begin) else segment for segment in segments]
    return [segment for segment in segments if segment]


def test_the_storage_vendors_report_has_no_price_and_returns_below_zero() -> None:
    frame = sample("storage-vendor-867.x12")
    sale, returned = frame.rows.rows(named=True)
    assert (sale["document_number"], sale["product_code"], sale["reseller_account"]) == ("0001234", "WD10PURZ", "10045")
    assert (sale["quantity_milli"], sale["unit"], sale["sale_type"]) == (2_000, "EA", "SALE")
    assert (sale["sold_on"], sale["currency"], sale["ship_to_country"]) == (date(2026, 1, 4), "BRL", "BR")
    assert sale["serial_numbers"] == ["WX11A0000001", "WX11A0000002"]
    assert (sale["unit_price_micros"], sale["amount_micros"], sale["end_customer"]) == (None, None, None)
    assert (returned["document_number"], returned["quantity_milli"]) == ("0001240", -1_000)
    assert (returned["sale_type"], returned["document_kind"]) == ("RETURN", "INVOICE")
    assert (returned["document_line"], returned["line_given"]) == ("1", False)
    assert not frame.rows["rejected"].any()
    assert codes(frame, 1) == [IssueCode.PRICE_MISSING]


def test_wrong_counts_and_repeated_numbers_in_an_envelope_are_warnings() -> None:
    frame = sample("storage-vendor-867.x12")
    assert codes(frame, 0) == [
        IssueCode.ENVELOPE_INCONSISTENT,
        IssueCode.ITEM_COUNT_WRONG,
        IssueCode.ITEM_COUNT_WRONG,
    ]
    lying = (SAMPLES / "storage-vendor-867.x12").read_bytes().replace(b"SE*19*", b"SE*99*")
    frame = read_x12_867(lying, RULES)
    assert IssueCode.SEGMENT_COUNT_WRONG in codes(frame, 0)
    assert frame.rows.height == 2
    assert not frame.rows["rejected"].any()


def test_the_semiconductor_report_has_prices_by_position_and_a_credit_note() -> None:
    frame = sample("semiconductor-867.x12")
    sale, returned = frame.rows.rows(named=True)
    assert (sale["document_kind"], sale["document_number"], sale["document_line"]) == ("INVOICE", "INV-1234", "1")
    assert (sale["reseller_account"], sale["ship_to_country"]) == ("CA00005335", "MY")
    assert (sale["end_customer"], sale["special_price_number"]) == ("END CUSTOMER ONE", "SD-2026-0042")
    assert (sale["quantity_milli"], sale["unit_price_micros"]) == (100_000, 21_500_000)
    assert sale["amount_micros"] == 2_150_000_000
    assert (sale["received"]["book_price"], sale["received"]["debit_price"]) == ("20.00", "18.00")
    assert sale["received"]["reseller_name"] == "CONTRACT MFR ONE"
    assert sale["received"]["end_customer_account"] == "CA00009001"
    assert (returned["document_kind"], returned["document_number"], returned["document_line"]) == (
        "CREDIT_NOTE",
        "CN-55",
        "1",
    )
    assert (returned["return_of"], returned["sale_type"]) == ("INV-1234:1", "RETURN")
    assert (returned["quantity_milli"], returned["amount_micros"]) == (-10_000, -215_000_000)
    assert frame.found() == []


def test_a_row_says_where_it_stands_and_keeps_its_segments() -> None:
    frame = sample("semiconductor-867.x12")
    assert frame.rows["source"].to_list() == ["ST 12534, segment 14", "ST 12534, segment 31"]
    text = (SAMPLES / "semiconductor-867.x12").read_text().split("]\n")
    assert frame.rows["received"][1]["segments"].split("]\n")[0] == text[30] == "QTY*32*10*EA"


def test_a_return_may_be_a_quantity_with_a_qualifier_of_its_own() -> None:
    frame = read(*changed(("QTY", "QTY*61*4*EA"), ("REF*LI", "")))
    assert frame.rows["quantity_milli"].to_list() == [-4_000]
    assert frame.rows["sale_type"].to_list() == ["RETURN"]
    assert not frame.rows["rejected"].any()


def test_a_return_without_a_credit_note_does_not_collide_with_its_sale() -> None:
    returned = ["PTD*RP", *PARTY, *ITEM]
    frame = read(*changed(), *returned)
    assert frame.rows["document_kind"].to_list() == ["INVOICE", "INVOICE"]
    assert frame.rows["document_number"].to_list() == ["INV-1", "INV-1"]
    assert frame.rows["document_line"].to_list() == ["1", "R1"]
    assert frame.rows["return_of"].to_list() == [None, "INV-1:1"]


def test_a_negative_quantity_on_a_document_of_its_own_keeps_its_line() -> None:
    frame = read(*changed(("QTY", "QTY*32*-3*EA")))
    assert frame.rows.select("document_number", "document_line", "return_of").row(0) == ("INV-1", "1", None)


def test_a_credit_note_without_lines_counts_them() -> None:
    frame = read("PTD*RP", *PARTY, *ITEM, "REF*CM*CN-9")
    assert frame.rows.select("document_kind", "document_number", "document_line", "line_given").row(0) == (
        "CREDIT_NOTE",
        "CN-9",
        "1",
        False,
    )


def test_one_transfer_may_hold_several_items() -> None:
    second = ["QTY*32*5*EA", "LIN*2*VP*P2", "UIT*EA*3.00", "REF*DI*INV-1", "REF*LI*2", "DTM*003*20260105"]
    frame = read(*changed(), *second)
    assert frame.rows["product_code"].to_list() == ["P1", "P2"]
    assert frame.rows["quantity_milli"].to_list() == [10_000, 5_000]
    assert frame.rows["reseller_account"].to_list() == ["10045", "10045"]
    assert frame.rows["unit_price_micros"].to_list() == [21_500_000, 3_000_000]


def test_an_item_may_begin_with_its_product() -> None:
    frame = read(
        "PTD*SS", *PARTY, "REF*DI*INV-1", "DTM*003*20260104", "LIN*1*VP*P1", "QTY*32*1*EA", "LIN*2*VP*P2", "QTY*32*2*EA"
    )
    assert frame.rows["product_code"].to_list() == ["P1", "P2"]
    assert frame.rows["quantity_milli"].to_list() == [1_000, 2_000]
    assert frame.rows["document_number"].to_list() == ["INV-1", "INV-1"]
    assert frame.rows["document_line"].to_list() == ["1", "2"]


def test_parties_after_an_item_are_those_of_the_next() -> None:
    frame = read(*changed(), "N1*ST*BETA*92*10077", "N4*MADRID***ES", *ITEM[:4], "REF*LI*2", ITEM[5])
    assert frame.rows["reseller_account"].to_list() == ["10045", "10077"]
    assert frame.rows["ship_to_country"].to_list() == ["PT", "ES"]


def test_every_item_and_every_empty_transfer_is_a_row() -> None:
    frame = read(*changed(), "LIN*2*VP*P2", "PTD*SS", *PARTY, "PTD*SS", "QTY*32*1*EA", "PTD*SS", *PARTY, *ITEM)
    assert frame.rows["product_code"].to_list() == ["P1", "P2", None, None, "P1"]
    assert frame.rows["rejected"].to_list() == [False, True, True, True, False]


def test_two_quantities_in_one_item_are_not_added_up() -> None:
    frame = read(*changed(("UIT", ""), ("LIN", "QTY*61*2*EA"), ("REF*LI", "LIN*1*VP*P1")))
    assert codes(frame, 1)[0] is IssueCode.SEVERAL_QUANTITIES
    assert "QTY*32*10, QTY*61*2" in frame.found()[0].message
    assert frame.rows["rejected"].to_list() == [True]


def test_quantities_that_are_no_sale_are_left_alone() -> None:
    frame = read(*changed(("UIT", "QTY*17*400*EA")))
    assert frame.rows["quantity_milli"].to_list() == [10_000]


def test_a_price_per_another_unit_is_not_multiplied() -> None:
    frame = read(*changed(("UIT", "UIT*TH*21.50")))
    assert codes(frame, 1) == [IssueCode.PRICE_UNIT_DIFFERS]
    assert frame.rows["rejected"].to_list() == [True]


def test_a_transfer_type_that_no_profile_names_is_not_guessed() -> None:
    segments = changed(("PTD", "PTD*SA"))
    assert codes(read(*segments), 1) == [IssueCode.UNKNOWN_SALE_TYPE]
    taught = msgspec.structs.replace(DEFAULT, transfers={"SA": SaleType.TRANSFER})
    assert read(*segments, profile=taught).rows["sale_type"].to_list() == ["TRANSFER"]


def test_a_profile_says_which_party_and_code_count() -> None:
    profile = msgspec.structs.replace(
        DEFAULT,
        reseller=(PartyPlace("BY"),),
        product_qualifiers=("BP",),
        sold_on_dates=("011",),
        prices=("debit_price", "unit_price"),
    )
    frame = read(
        "PTD*SS", "N1*ST*DOCK*92*7", "N1*BY*ALPHA*92*10045", "QTY*39*1*EA", "LIN**VP*P1*BP*B1", "UIT*EA*1", "UIT*EA*2",
        "REF*IV*I1", "DTM*003*20260104", "DTM*011*20260106", profile=profile,
    )  # fmt: skip
    row = frame.rows.row(0, named=True)
    assert (row["reseller_account"], row["product_code"], row["sold_on"]) == ("10045", "B1", date(2026, 1, 6))
    assert (row["unit_price_micros"], row["received"]["debit_price"]) == (2_000_000, "1")


def test_a_date_of_an_older_release_has_its_century() -> None:
    assert read(*changed(("DTM", "DTM*003*260104"))).rows["sold_on"].to_list() == [date(2026, 1, 4)]


@pytest.mark.parametrize(
    ("begin", "instead", "code"),
    [
        ("REF*DI", "", IssueCode.MISSING_VALUE),
        ("DTM", "", IssueCode.MISSING_VALUE),
        ("N1", "N1*ST*ALPHA", IssueCode.MISSING_VALUE),
        ("LIN", "LIN*1*ZZ*P1", IssueCode.MISSING_VALUE),
        ("QTY", "QTY*32*ten*EA", IssueCode.MALFORMED_NUMBER),
        ("QTY", "QTY*32*1E2*EA", IssueCode.MALFORMED_NUMBER),
        ("QTY", "QTY*32*0*EA", IssueCode.QUANTITY_ZERO),
        ("UIT", "UIT*EA*1,50", IssueCode.MALFORMED_NUMBER),
        ("DTM", "DTM*003*20270104", IssueCode.DATE_IN_FUTURE),
        ("DTM", "DTM*003*04.01.26", IssueCode.MALFORMED_DATE),
        ("N4", "N4*X***QQ", IssueCode.UNKNOWN_COUNTRY),
        ("PTD", "CUR*SE*QQQ", IssueCode.UNKNOWN_CURRENCY),
    ],
)
def test_an_item_that_is_no_fact_is_rejected(begin: str, instead: str, code: IssueCode) -> None:
    frame = read(*changed((begin, instead)))
    assert code in codes(frame, 1)
    assert frame.rows["rejected"].to_list() == [True]


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: "\ufeff" + text,
        lambda text: "\r\n\r\n" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", ""),
        lambda text: text.replace("]\n", "]\n\n]\n"),
        lambda text: text.replace("]\n", "\n"),
        lambda text: text.replace("]\n", "\r\n"),
        lambda text: text.removesuffix("]\n"),
        lambda text: text.replace("*", "|").replace("]", "~"),
        lambda text: text.replace("*", "\x1d").replace("]\n", "\x1c").replace(">", "\x1f"),
        lambda text: text.replace("DISTYEDI       *ZZ*VENDOREDIUS    ", "DISTYEDI*ZZ*VENDOREDIUS"),
        lambda text: text.replace("00401", "00304", 1),
        lambda text: text.replace("00401", "00501", 1),
    ],
)
def test_delimiters_line_ends_and_padding_do_not_matter(rewritten: object) -> None:
    assert callable(rewritten)
    text = rewritten((SAMPLES / "semiconductor-867.x12").read_text())
    frame = read_x12_867(text.encode(), RULES)
    expected = sample("semiconductor-867.x12")
    assert frame.rows.drop("received").equals(expected.rows.drop("received"))
    assert frame.found() == []


def test_a_very_long_segment_stops_nothing() -> None:
    frame = read(*changed(("UIT", "MSG*" + "x" * 100_000)))
    assert frame.rows["document_number"].to_list() == ["INV-1"]
    assert codes(frame, 0) == []


def test_several_interchanges_with_other_delimiters_are_one_report() -> None:
    storage, semiconductor = (
        (SAMPLES / f"{name}-867.x12").read_bytes() for name in ("storage-vendor", "semiconductor")
    )
    frame = read_x12_867(storage + semiconductor, RULES)
    assert frame.rows["row"].to_list() == [1, 2, 3, 4]
    assert frame.rows["document_number"].to_list() == ["0001234", "0001240", "INV-1234", "CN-55"]
    assert frame.detected["interchanges"] == ["000000077", "000012534"]


def test_a_truncated_report_loses_only_the_row_that_may_be_incomplete() -> None:
    whole = interchange(*changed(), *changed(("REF*LI", "REF*LI*2"))).decode()
    cut = whole[: whole.rindex("DTM")]
    frame = read_x12_867(cut.encode(), RULES)
    assert frame.rows["rejected"].to_list() == [False, True]
    assert IssueCode.TRUNCATED_ROW in codes(frame, 2)
    assert codes(frame, 0).count(IssueCode.ENVELOPE_INCONSISTENT) == 3


def test_a_transaction_without_its_header_is_read_and_said() -> None:
    data = interchange(*changed()).replace(b"ST*867*0001~", b"")
    frame = read_x12_867(data, RULES)
    assert frame.rows["document_number"].to_list() == ["INV-1"]
    assert IssueCode.ENVELOPE_INCONSISTENT in codes(frame, 0)


def test_other_transactions_beside_a_sales_report_are_named() -> None:
    inventory = "ST*846*0002~BIA*00*DD*1*20260105~SE*3*0002~"
    data = interchange(*changed()).decode().replace("GE*1*1~", inventory + "GE*2*1~")
    frame = read_x12_867(data.encode(), RULES)
    assert frame.rows.height == 1
    assert codes(frame, 0) == [IssueCode.TRANSACTION_NOT_READ]
    assert "846 0002" in frame.found()[0].message


@pytest.mark.parametrize("stated", ["9" * 5000, "one", "02", "١"])
def test_an_item_count_that_lies_is_said(stated: str) -> None:
    assert codes(read(*changed(), f"CTT*{stated}"), 0) == [IssueCode.ITEM_COUNT_WRONG]


def test_an_item_count_that_is_right_is_no_news() -> None:
    assert codes(read(*changed(), "CTT*001*10"), 0) == []


def test_a_sales_report_is_not_taken_for_sell_in() -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_x12_867(interchange(*changed()), replace(RULES, kind=SubmissionKind.SELL_IN))
    assert refused.value.code is FailureCode.WRONG_FORMAT


def test_a_report_without_transfers_is_a_nil_report() -> None:
    assert read("CTT*0").rows.height == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FailureCode.EMPTY_FILE),
        (b"document_number,quantity\n", FailureCode.NOT_X12),
        (b"ISA", FailureCode.ENVELOPE_BROKEN),
        (b"ISA*00*", FailureCode.ENVELOPE_BROKEN),
        (ISA[:80].encode(), FailureCode.ENVELOPE_BROKEN),
        (ISA.replace(">~", "A~").encode(), FailureCode.ENVELOPE_BROKEN),
        (ISA.replace(">~", "~~").encode(), FailureCode.ENVELOPE_BROKEN),
        (ISA.encode(), FailureCode.NO_SALES_TRANSACTION),
        ((SAMPLES / "storage-vendor-846.x12").read_bytes(), FailureCode.NO_SALES_TRANSACTION),
        ((SAMPLES / "odd-delimiters-846.x12").read_bytes(), FailureCode.NO_SALES_TRANSACTION),
    ],
)
def test_what_is_no_sales_report_is_refused(data: bytes, code: FailureCode) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_x12_867(data, RULES)
    assert refused.value.code is code


def test_the_same_fact_has_the_same_content_in_csv_and_x12() -> None:
    x12 = sample("semiconductor-867.x12").rows["content_hash"].to_list()
    csv = read_csv(
        b"document_number,document_line,document_kind,return_of,sold_on,product_code,reseller_account,quantity,unit,"
        b"unit_price,currency,ship_to_country,end_customer,special_price_number\n"
        b"INV-1234,1,,,2026-01-04,PART-100,CA00005335,100,EA,21.5,USD,MY,END CUSTOMER ONE,SD-2026-0042\n"
        b"CN-55,1,CREDIT_NOTE,INV-1234:1,2026-01-05,PART-100,CA00005335,-10,EA,21.5,,MY,END CUSTOMER ONE,SD-2026-0042\n",
        RULES,
    )
    assert csv.rows["content_hash"].to_list() == x12


def test_the_format_of_an_upload_is_told_by_its_beginning() -> None:
    assert format_of((SAMPLES / "odd-delimiters-846.x12").read_bytes()) is SubmissionFormat.X12
    assert format_of(b"\xef\xbb\xbf\r\nISA*00*") is SubmissionFormat.X12
    assert format_of((SAMPLES / "canonical.csv").read_bytes()) is SubmissionFormat.CSV


def acknowledged(data: bytes) -> list[str]:
    frame = read_x12_867(data, replace(RULES, received_at=datetime(2026, 1, 31, 9, 5)))  # noqa: DTZ001
    assert frame.acknowledgement is not None
    return frame.acknowledgement.removesuffix("~\n").split("~\n")


def test_no_acknowledgement_is_written_without_a_time() -> None:
    assert sample("semiconductor-867.x12").acknowledgement is None


def test_the_acknowledgement_of_a_good_report_accepts_it() -> None:
    assert acknowledged(interchange(*changed())) == [
        "ISA*00*          *00*          *ZZ*VENDOR         *ZZ*DISTY          *260131*0905*U*00401*000000001*0*P*>",
        "GS*FA*VENDOR*DISTY*20260131*0905*1*X*004010",
        "ST*997*0001",
        "AK1*PT*1",
        "AK2*867*0001",
        "AK5*A",
        "AK9*A*1*1*1",
        "SE*6*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]


def test_the_acknowledgement_tells_the_truth_about_a_flawed_envelope() -> None:
    wrong_count = acknowledged(interchange(*changed()).replace(b"SE*12*", b"SE*99*"))
    assert wrong_count[5:7] == ["AK5*E*4", "AK9*E*1*1*1"]
    truncated = acknowledged(interchange(*changed(), trailer=False))
    assert truncated[5:7] == ["AK5*E*2", "AK9*E*1*1*1*3"]
    inventory = b"ST*846*0002~SE*2*0002~GE*2*1~"
    partly = acknowledged(interchange(*changed()).replace(b"GE*1*1~", inventory))
    assert partly[6:9] == ["AK2*846*0002", "AK5*R*1", "AK9*P*2*2*1"]


def test_the_acknowledgement_is_itself_a_sound_interchange() -> None:
    from app.reports.formats.envelope import interchanges

    (answer,) = interchanges("~\n".join(acknowledged((SAMPLES / "storage-vendor-867.x12").read_bytes())) + "~")
    assert answer.problems == []
    assert [group.problems for group in answer.groups] == [[]]
    assert [transaction.problems for group in answer.groups for transaction in group.transactions] == [[]]
