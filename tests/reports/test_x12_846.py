"""Reading X12 846 inventory reports: what each quantity means, where and when it was counted, and what is answered."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from app.programme.terms import StockMovementKind, StockStatus, SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, ReportFrame, UnreadableReport, read_x12_846
from app.reports.formats.stock_profiles import X12StockProfile

SAMPLES = Path(__file__).parent.parent / "samples"
RULES = ReadingRules(
    SubmissionKind.INVENTORY, date(2026, 12, 31), "EUR", received_at=datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
)
HEAD = (
    "ISA*00*          *00*          *14*2004573        *14*051983567      *260105*0830*U*00401*000000078*0*P*>~"
    "GS*IB*2004573*051983567*20260105*0830*462*X*004010~"
)
TAIL = "GE*1*462~IEA*1*000000078~"


def interchange(*body: str, kind: str = "846") -> bytes:
    """One transaction of these segments, in a sound envelope."""
    segments = "".join(f"{segment}~" for segment in body)
    return f"{HEAD}ST*{kind}*0001~{segments}SE*{len(body) + 2}*0001~{TAIL}".encode()


def read(*body: str, profile: X12StockProfile | None = None) -> ReportFrame:
    found = read_x12_846(interchange(*body), RULES, *([profile] if profile else []))
    assert found.rows.height == len(found.rows.get_column("row").unique())
    return found


def said(found: ReportFrame, *names: str) -> list[tuple[object, ...]]:
    return found.rows.select(names).rows()


def codes(found: ReportFrame) -> list[tuple[int, str | None, IssueCode, str | None]]:
    return [(issue.row, issue.field, issue.code, issue.value) for issue in found.found()]


BEGIN = ("BIA*00*DD*R1*20260105", "N1*WH*EXAMPLE WAREHOUSE*92*104")


def test_each_quantity_of_the_sample_is_a_row_with_its_state() -> None:
    found = read_x12_846((SAMPLES / "storage-vendor-846.x12").read_bytes(), RULES)
    assert said(found, "warehouse", "product_code", "counted_on", "quantity_milli", "unit", "status", "movement") == [
        ("104", "WD10PURZ", date(2026, 1, 5), 120_000, "EA", "GOOD", None),
        ("104", "WD10PURZ", date(2026, 1, 5), 0, "EA", "RETURNED", None),
        ("104", "WD10PURZ", date(2026, 1, 5), 40_000, "EA", "IN_TRANSIT", None),
        ("104", "WD10PURZ", date(2026, 1, 5), 15_000, "EA", "RESERVED", None),
    ]
    assert found.found() == []
    assert found.acknowledgement is not None and "AK2*846*0001~\nAK5*A~\nAK9*A*1*1*1~" in found.acknowledgement


def test_odd_delimiters_are_read_and_a_wrong_trailer_is_acknowledged_as_such() -> None:
    found = read_x12_846((SAMPLES / "odd-delimiters-846.x12").read_bytes(), RULES)
    assert said(found, "warehouse", "product_code", "quantity_milli", "status", "rejected") == [
        ("03", "111", 1_000, "GOOD", False)
    ]
    assert [code for _, _, code, _ in codes(found)] == [IssueCode.SEGMENT_COUNT_WRONG]
    assert found.acknowledgement is not None and "AK5~E~4?" in found.acknowledgement


def test_what_is_on_hand_goes_before_what_is_available_and_the_other_is_named() -> None:
    found = read(*BEGIN, "LIN**VP*A", "QTY*33*7*EA", "QTY*17*9*EA", "LIN**VP*B", "QTY*33*5*EA")
    assert said(found, "product_code", "quantity_milli") == [("A", 9_000), ("B", 5_000)]
    assert codes(found) == [(0, None, IssueCode.QUANTITY_NOT_READ, "ST 0001: QTY 33")]


def test_a_quantity_that_is_no_stock_is_left_out_and_said_so_while_an_unknown_one_is_rejected() -> None:
    found = read(*BEGIN, "LIN**VP*A", "QTY*17*9*EA", "QTY*BQ*4*EA", "QTY*ZZ*3*EA")
    assert said(found, "quantity_milli", "rejected") == [(9_000, False), (3_000, True)]
    assert codes(found) == [
        (0, None, IssueCode.QUANTITY_NOT_READ, "ST 0001: QTY BQ"),
        (2, "status", IssueCode.UNKNOWN_STATUS, "QTY*ZZ"),
    ]


def test_an_item_without_a_quantity_and_a_quantity_without_an_item_are_rejected_rows() -> None:
    found = read(*BEGIN, "QTY*17*9*EA", "LIN**VP*A", "CTT*1")
    assert said(found, "product_code", "quantity_milli", "rejected") == [(None, 9_000, True), ("A", None, True)]
    assert codes(found) == [
        (1, "product_code", IssueCode.MISSING_VALUE, None),
        (2, "quantity", IssueCode.MISSING_VALUE, None),
    ]


def test_a_warehouse_holds_for_the_quantities_that_follow_it() -> None:
    found = read(
        "BIA*00*DD*R1*20260105",
        "LIN**VP*A",
        "QTY*17*1*EA",
        "N1*WH*FIRST*92*W1",
        "LIN**VP*B",
        "QTY*17*2*EA",
        "N1*WH*SECOND",
        "QTY*17*3*EA",
        "LIN**VP*C",
        "QTY*17*4*EA",
    )
    assert said(found, "product_code", "warehouse", "quantity_milli") == [
        ("A", "W1", 1_000),
        ("B", "W1", 2_000),
        ("B", "SECOND", 3_000),
        ("C", "SECOND", 4_000),
    ]


def test_the_nearest_day_is_that_of_the_count_and_short_years_are_of_our_century() -> None:
    found = read(
        "BIA*00*DD*R1*260105",
        "N1*WH**92*W",
        "LIN**VP*A",
        "DTM*007*20260103",
        "QTY*17*1*EA",
        "DTM*007*20260102",
        "QTY*IQ*2*EA",
        "LIN**VP*B",
        "QTY*17*3*EA",
    )
    assert said(found, "counted_on") == [(date(2026, 1, 2),), (date(2026, 1, 3),), (date(2026, 1, 5),)]


def test_every_issue_of_a_row_is_said_at_once() -> None:
    found = read("BIA*00*DD*R1*20270105", "LIN**VP*A", "QTY*17*-1,5*EA")
    assert codes(found) == [
        (1, "warehouse", IssueCode.MISSING_VALUE, None),
        (1, "counted_on", IssueCode.DATE_IN_FUTURE, "20270105"),
        (1, "quantity", IssueCode.MALFORMED_NUMBER, "-1,5"),
    ]
    assert codes(read(*BEGIN, "LIN**VP*A", "QTY*17*-1*EA")) == [(1, "quantity", IssueCode.COUNT_NEGATIVE, "-1")]


def test_a_profile_says_what_a_qualifier_means_and_what_moved() -> None:
    profile = X12StockProfile(
        statuses={"17": StockStatus.GOOD, "QH": StockStatus.BLOCKED},
        movements={"02": StockMovementKind.RECEIPT, "61": StockMovementKind.RETURN_TO_VENDOR},
        not_stock=frozenset({"63"}),
    )
    found = read(
        *BEGIN,
        "LIN**VP*A",
        "QTY*QH*2*EA",
        "REF*LT*L-7",
        "QTY*63*9*EA",
        "QTY*02*40*EA",
        "REF*BM*B-1",
        "REF*LI*3",
        "QTY*61*5*EA",
        "REF*RM*RMA-9",
        profile=profile,
    )
    assert said(found, "quantity_milli", "status", "movement", "reference", "reference_line", "lot") == [
        (2_000, "BLOCKED", None, None, None, "L-7"),
        (40_000, "GOOD", "RECEIPT", "B-1", "3", None),
        (-5_000, "GOOD", "RETURN_TO_VENDOR", "RMA-9", None, None),
    ]


def test_a_transaction_cut_off_loses_its_last_row_alone() -> None:
    data = interchange(*BEGIN, "LIN**VP*A", "QTY*17*1*EA", "LIN**VP*B", "QTY*17*12*EA")
    found = read_x12_846(data[: data.index(b"~SE*") + 1], RULES)
    assert said(found, "product_code", "rejected") == [("A", False), ("B", True)]
    assert IssueCode.TRUNCATED_ROW in [code for row, _, code, _ in codes(found) if row == 2]


def test_a_report_that_cancels_another_is_not_read_as_if_it_added_to_it() -> None:
    with pytest.raises(UnreadableReport) as refused:
        read("BIA*01*DD*R1*20260105", "LIN**VP*A", "QTY*17*1*EA")
    assert refused.value.code is FailureCode.NO_INVENTORY_TRANSACTION
    assert "BIA 01" in refused.value.message


def test_a_sales_report_is_no_inventory_and_inventory_no_sales_report() -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_x12_846((SAMPLES / "storage-vendor-867.x12").read_bytes(), RULES)
    assert refused.value.code is FailureCode.NO_INVENTORY_TRANSACTION
    sales = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 12, 31), "EUR")
    with pytest.raises(UnreadableReport) as refused:
        read_x12_846((SAMPLES / "storage-vendor-846.x12").read_bytes(), sales)
    assert refused.value.code is FailureCode.WRONG_FORMAT


def test_equal_counts_have_equal_content_however_they_are_written() -> None:
    one = read(*BEGIN, "LIN**VP*A", "QTY*17*9*EA").rows
    other = read(*BEGIN, "LIN**BP*X*VP*A", "QTY*17*9.000*ea").rows
    assert one.get_column("content_hash").to_list() == other.get_column("content_hash").to_list()
    assert one.get_column("content_hash").dtype == pl.String()
