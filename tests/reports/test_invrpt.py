"""Reading EDIFACT INVRPT inventory reports: counts and movements, what holds for which quantity, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, ReportFrame, UnreadableReport, read_invrpt

SAMPLES = Path(__file__).parent.parent / "samples"
RULES = ReadingRules(SubmissionKind.INVENTORY, date(2026, 12, 31), "EUR")
HEAD = ("BGM+35+R1+9", "DTM+137:20260105:102", "LOC+18+W1")


def interchange(*body: str) -> bytes:
    """One message of these segments, in a sound envelope."""
    segments = "".join(f"{segment}'" for segment in body)
    message = f"UNH+1+INVRPT:D:96A:UN'{segments}UNT+{len(body) + 2}+1'"
    return f"UNB+UNOC:3+A:14+B:14+260105:0830+7'{message}UNZ+1+7'".encode()


def read(*body: str) -> ReportFrame:
    return read_invrpt(interchange(*body), RULES)


def said(found: ReportFrame, *names: str) -> list[tuple[object, ...]]:
    return found.rows.select(names).rows()


def codes(found: ReportFrame) -> list[tuple[int, str | None, IssueCode, str | None]]:
    return [(issue.row, issue.field, issue.code, issue.value) for issue in found.found()]


def test_the_sample_has_counts_and_movements_with_what_holds_for_each() -> None:
    found = read_invrpt((SAMPLES / "storage-vendor-invrpt.edi").read_bytes(), RULES)
    assert said(found, "warehouse", "product_code", "counted_on", "quantity_milli", "status", "lot") == [
        ("BERLIN", "WD10PURZ", date(2026, 1, 4), 120_000, "GOOD", None),
        ("BERLIN", "WD10PURZ", date(2026, 1, 4), 15_000, "DEFECTIVE", None),
        ("MUENCHEN", "WD10PURZ", date(2026, 1, 3), 4_000, "RESERVED", None),
        ("BERLIN", "WD20PURZ", date(2026, 1, 4), None, "GOOD", None),
        ("BERLIN", "WD40PURZ", date(2026, 1, 4), 0, "GOOD", "LOT+7"),
        ("HAMBURG", "WD10PURZ", date(2026, 1, 2), 40_000, "GOOD", None),
        ("HAMBURG", "WD10PURZ", date(2026, 1, 3), -3_000, "DEFECTIVE", None),
        ("HAMBURG", "WD10PURZ", date(2026, 1, 3), -2_000, "GOOD", None),
        ("HAMBURG", "WD10PURZ", date(2026, 1, 4), -1_000, "GOOD", None),
    ]
    assert said(found, "movement", "reference", "reference_line")[5:] == [
        ("RECEIPT", "LS-4711", "1"),
        ("SCRAPPED", "SCR-9", "1"),
        ("RETURN_TO_VENDOR", "RMA-12", "1"),
        (None, "X-1", "1"),
    ]
    assert codes(found) == [
        (0, None, IssueCode.SEGMENT_COUNT_WRONG, "there are 23 segments, UNT says 22"),
        (0, None, IssueCode.QUANTITY_NOT_READ, "UNH 1: QTY 21"),
        (4, "quantity", IssueCode.MALFORMED_NUMBER, "1.234,5"),
        (9, "movement", IssueCode.UNKNOWN_MOVEMENT, "INV 1+1+9"),
    ]


def test_a_direction_decides_the_sign_whatever_sign_was_sent() -> None:
    moved = "LIN+1", "PIA+1+A:SA"
    found = read(
        *HEAD,
        *moved,
        *("QTY+145:5", "INV+1+1+5", "RFF+TN:T-1:1"),
        *("QTY+145:-5", "INV+1+1+5", "RFF+TN:T-1:2"),
        *("QTY+145:5", "INV+2+1+5", "RFF+TN:T-1:3"),
        *("QTY+191:-2", "RFF+TN:T-1:4"),
    )
    assert said(found, "quantity_milli", "movement") == [
        (-5_000, "TRANSFER"),
        (-5_000, "TRANSFER"),
        (5_000, "TRANSFER"),
        (-2_000, "ADJUSTMENT"),
    ]


def test_a_movement_without_its_document_is_rejected_with_all_that_is_wrong() -> None:
    found = read("BGM+78+R1+9", "DTM+137:20270105:102", "LIN+1", "QTY+48:0", "INV+2+7+1")
    assert codes(found) == [
        (1, "warehouse", IssueCode.MISSING_VALUE, None),
        (1, "product_code", IssueCode.MISSING_VALUE, None),
        (1, "reference", IssueCode.MISSING_VALUE, None),
        (1, "counted_on", IssueCode.DATE_IN_FUTURE, "20270105"),
        (1, "quantity", IssueCode.QUANTITY_ZERO, "0"),
        (1, "status", IssueCode.UNKNOWN_STATUS, "INV type 7"),
    ]


def test_the_nearest_place_is_the_warehouse_and_a_party_is_where_there_is_none() -> None:
    item = "LIN+1", "PIA+1+A:SA", "QTY+145:1"
    found = read("BGM+35+R1+9", "DTM+137:20260105:102", "NAD+GY+REPORTER", *item, "LOC+14+SHELF", "QTY+145:2", "INV++2")
    assert said(found, "warehouse", "status") == [("SHELF", "GOOD"), ("REPORTER", "DEFECTIVE")]


def test_a_quantity_in_another_qualifier_for_the_same_stock_is_left_out_and_said_so() -> None:
    found = read(*HEAD, "LIN+1", "PIA+1+A:SA", "QTY+17:8", "QTY+145:9", "QTY+17:3", "INV++2")
    assert said(found, "quantity_milli", "status") == [(9_000, "GOOD"), (3_000, "DEFECTIVE")]
    assert codes(found) == [(0, None, IssueCode.QUANTITY_NOT_READ, "UNH 1: QTY 17")]


def test_an_item_without_a_quantity_is_a_rejected_row_and_a_wrong_count_of_items_is_said() -> None:
    found = read(*HEAD, "LIN+1", "PIA+1+A:SA", "CNT+2:4")
    assert said(found, "product_code", "rejected") == [("A", True)]
    assert codes(found) == [
        (0, None, IssueCode.ITEM_COUNT_WRONG, "UNH 1 has 1, CNT says 4"),
        (1, "quantity", IssueCode.MISSING_VALUE, None),
    ]


def test_a_message_cut_off_keeps_its_rows_and_says_which_is_the_last() -> None:
    data = interchange(*HEAD, "LIN+1", "PIA+1+A:SA", "QTY+145:1", "LIN+2", "PIA+1+B:SA", "QTY+145:12")
    found = read_invrpt(data[: data.index(b"UNT")], RULES)
    assert said(found, "product_code", "rejected") == [("A", False), ("B", True)]


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (interchange("BGM+35+R1+1", "LIN+1"), SubmissionKind.INVENTORY, FailureCode.NO_INVENTORY_TRANSACTION),
        (
            (SAMPLES / "storage-vendor-slsrpt.edi").read_bytes(),
            SubmissionKind.INVENTORY,
            FailureCode.NO_INVENTORY_TRANSACTION,
        ),
        (interchange(*HEAD), SubmissionKind.SELL_THROUGH, FailureCode.WRONG_FORMAT),
        (interchange(*HEAD)[:60], SubmissionKind.INVENTORY, FailureCode.ENVELOPE_BROKEN),
        (b"warehouse,quantity\n", SubmissionKind.INVENTORY, FailureCode.NOT_EDIFACT),
    ],
)
def test_what_is_no_inventory_report_is_refused(data: bytes, kind: SubmissionKind, code: FailureCode) -> None:
    with pytest.raises(UnreadableReport) as refused:
        read_invrpt(data, ReadingRules(kind, date(2026, 12, 31), "EUR"))
    assert refused.value.code is code
