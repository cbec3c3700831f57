"""Lists of stock with several quantities in a row: each becomes a row of its own, and nothing vanishes."""

from datetime import date

import pytest

from app.execution.errors import UserErrorCode as C
from app.programme.terms import StockStatus, SubmissionFormat, SubmissionKind
from app.reports.formats.csv import CsvReading
from app.reports.formats.frame import REQUIRED, ReadingRules, ReportFrame
from app.reports.formats.profiles import ColumnProfile
from app.reports.formats.sales import laid_out
from app.reports.formats.stock_files import open_stock, read_stock
from app.reports.issues import FailureCode, IssueCode, UnreadableReport
from app.reports.profiles.looking import look_at
from app.reports.profiles.proposals import ProfileQuestionCode, Proposal
from app.reports.profiles.samples import Sample
from app.reports.profiles.settings import ImpossibleSettings, as_json, read_settings, stored_profile
from app.reports.profiles.shapes import Known
from tests.reports.workbooks import formula, rows, sheet, workbook

CSV, XLSX = SubmissionFormat.CSV, SubmissionFormat.XLSX
STOCK = SubmissionKind.INVENTORY
RULES = ReadingRules(STOCK, date(2026, 1, 31), "EUR")
PLACES = [("Site", "warehouse"), ("SKU", "product_code"), ("Day", "counted_on")]
STATES = [("On hand", "GOOD"), ("Reserved", "RESERVED"), ("On the way", "IN_TRANSIT")]
SETTINGS: dict[str, object] = {
    "columns": [
        *({"header": header, "field": field} for header, field in PLACES),
        *({"header": header, "field": "quantity", "status": state} for header, state in STATES),
    ]
}
HEADER = "Site,SKU,Day,On hand,Reserved,On the way"


def profile(settings: object = SETTINGS, written: SubmissionFormat = CSV) -> ColumnProfile:
    found = stored_profile(written, as_json(read_settings(written, settings, STOCK)), STOCK)
    assert isinstance(found, ColumnProfile)
    return found


def said(frame: ReportFrame) -> list[tuple[int, str, str | None, int | None, str | None, bool]]:
    names = ("row", "source", "product_code", "quantity_milli", "status", "rejected")
    return [tuple(row) for row in frame.rows.select(names).iter_rows()]  # type: ignore[misc]


def told(frame: ReportFrame) -> list[tuple[int, str | None, IssueCode]]:
    return [(issue.row, issue.field, issue.code) for issue in frame.found()]


def refused(settings: object) -> list[tuple[str, C]]:
    with pytest.raises(ImpossibleSettings) as why:
        read_settings(CSV, settings, STOCK)
    return [(".".join(each.path), each.code) for each in why.value.problems]


def test_every_quantity_of_a_row_is_a_row_with_its_state_and_a_blank_one_says_nothing() -> None:
    frame = read_stock(f"{HEADER}\nB,P1,2026-01-30,12,0,1.5\nM,P2,2026-01-30,,4,\n".encode(), CSV, RULES, profile())
    assert said(frame) == [
        (1, "line 2, GOOD", "P1", 12_000, "GOOD", False),
        (2, "line 2, RESERVED", "P1", 0, "RESERVED", False),
        (3, "line 2, IN_TRANSIT", "P1", 1_500, "IN_TRANSIT", False),
        (4, "line 3, RESERVED", "P2", 4_000, "RESERVED", False),
    ]
    assert told(frame) == []
    assert '"quantity RESERVED":"0"' in frame.received_as_json()[0].replace(" ", "").replace("quantityR", "quantity R")


def test_a_row_without_any_quantity_and_one_that_cannot_be_read_stay_one_row_each() -> None:
    text = f'{HEADER}\nB,P1,2026-01-30,,,\nB,P2,2026-01-30,x,3,\nB,"P3,2026\nB,P4,nonsense,1,2,\nB,P5,2026-01-30,-1,2,'
    frame = read_stock(text.encode(), CSV, RULES, profile())
    assert [(row, rejected) for row, _, _, _, _, rejected in said(frame)] == [
        *((1, True), (2, True), (3, False), (4, True), (5, True), (6, True), (7, True), (8, False)),
    ]
    assert told(frame) == [
        (1, "quantity", IssueCode.MISSING_VALUE),
        (2, "quantity", IssueCode.MALFORMED_NUMBER),
        (4, None, IssueCode.MALFORMED_ROW),
        (5, "counted_on", IssueCode.MALFORMED_DATE),
        (6, "counted_on", IssueCode.MALFORMED_DATE),
        (7, "quantity", IssueCode.COUNT_NEGATIVE),
    ]


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_how_many_lines_are_read_at_once_makes_no_difference(most: int) -> None:
    lines = [f"B,P{at},2026-01-30,{at},{at % 3 or ''},{'' if at % 2 else at}" for at in range(1, 12)]
    data = "\n".join([HEADER, *lines]).encode()
    whole = read_stock(data, CSV, RULES, profile())
    reading = CsvReading(lambda: (data,), laid_out(RULES, profile()), most=most, kept=0)
    frames = list(reading.batches())
    assert [row for frame in frames for row in said(frame)] == said(whole)
    assert reading.rows == whole.rows.height == sum(frame.rows.height for frame in frames)


def test_a_workbook_has_its_quantities_by_state_too_and_a_cell_without_value_rejects_its_own_row() -> None:
    lines = (
        HEADER.split(","),
        ["B", "P1", "2026-01-30", 1234.5, 2, ""],
        ["B", "P2", "2026-01-30", formula("SUM(A1)"), 7, ""],
        ["B", "P3", "2026-01-30", "", "", ""],
    )
    data = workbook(sheet(rows(*lines)))
    reading = open_stock(lambda: (data,), XLSX, RULES, profile(written=XLSX))
    frame = reading.together()
    assert [each[2:] for each in said(frame)] == [
        ("P1", 1_234_500, "GOOD", False),
        ("P1", 2_000, "RESERVED", False),
        ("P2", None, "GOOD", True),
        ("P2", 7_000, "RESERVED", False),
        ("P3", None, "GOOD", True),
    ]
    assert reading.rows == 5 and frame.rows["row"].to_list() == [1, 2, 3, 4, 5]
    assert (3, "quantity", IssueCode.FORMULA_WITHOUT_RESULT) in told(frame)
    assert (5, "quantity", IssueCode.MISSING_VALUE) in told(frame)


def test_a_file_without_any_of_the_quantities_is_refused_and_one_with_some_is_read() -> None:
    with pytest.raises(UnreadableReport) as why:
        read_stock(b"Site,SKU,Day\nB,P1,2026-01-30\n", CSV, RULES, profile())
    assert why.value.code is FailureCode.COLUMN_MISSING and "quantity" in why.value.message
    frame = read_stock(b"Site,SKU,Day,Reserved\nB,P1,2026-01-30,4\n", CSV, RULES, profile())
    assert [each[4] for each in said(frame)] == ["RESERVED"]


def test_what_contradicts_itself_in_such_a_profile_is_told_at_once() -> None:
    columns = [
        {"header": "A", "field": "quantity", "status": "GOOD"},
        {"header": "B", "field": "quantity", "status": "GOOD"},
        {"header": "C", "field": "quantity"},
        {"header": "D", "field": "lot", "status": "BLOCKED"},
        {"header": "E", "field": "movement"},
    ]
    given = {
        "columns": columns,
        "constants": {"status": "GOOD"},
        "returns": {"dialect": "MARKED", "header": "F", "values": ["x"]},
    }
    assert refused(given) == [
        ("columns.1.status", C.TAKEN),
        ("columns.2.field", C.TAKEN),
        ("columns.3.status", C.INVALID),
        ("columns.2.status", C.REQUIRED),
        ("columns", C.INVALID),
        ("columns", C.INVALID),
        ("returns.dialect", C.INVALID),
    ]
    assert refused({"columns": [{"header": "A", "field": "quantity", "status": "LOST"}]}) == [
        ("columns.0.status", C.INVALID)
    ]


def proposed(text: str) -> Proposal:
    return look_at(Sample(text.encode(), CSV, whole=True), STOCK).proposal(Known(), REQUIRED[STOCK])


def states(proposal: Proposal) -> dict[str, StockStatus]:
    assert isinstance(proposal.profile, ColumnProfile)
    return {each.header: each.status for each in proposal.profile.columns if each.status is not None}


@pytest.mark.parametrize(
    "header,found",
    [
        (
            "Warehouse,SKU,As of,Qty on hand,Reserved,In transit,Defective",
            ["GOOD", "RESERVED", "IN_TRANSIT", "DEFECTIVE"],
        ),
        (
            "Lager,Artikelnummer,Stichtag,Lagerbestand,Reserviert,Unterwegs,Gesperrt",
            ["GOOD", "RESERVED", "IN_TRANSIT", "BLOCKED"],
        ),
        (
            "Entrepôt,Code article,Date de stock,En stock,Réservé,En transit,Défectueux",
            ["GOOD", "RESERVED", "IN_TRANSIT", "DEFECTIVE"],
        ),
    ],
)
def test_a_sample_suggests_which_column_counts_which_state_and_is_read_by_that(header: str, found: list[str]) -> None:
    text = "\n".join([header, *(f"BER,P{at},2026-01-30,{at},{at + 1},0,{at + 3}" for at in range(1, 9))])
    proposal = proposed(text)
    assert [str(each) for each in states(proposal).values()] == found and proposal.questions == []
    assert all(each.field and each.reasons for each in proposal.meanings)
    assert read_settings(CSV, as_json(proposal.profile), STOCK) == proposal.profile
    frame = read_stock(text.encode(), CSV, RULES, proposal.profile)
    assert frame.rows.height == 32 and not frame.rows["rejected"].any()


def test_what_is_available_is_taken_for_a_part_of_what_is_on_hand_and_asked() -> None:
    lines = [f"BER,P{at},2026-01-30,{at},{at + 1},{at + 2}" for at in range(1, 9)]
    proposal = proposed("\n".join(["Warehouse,SKU,As of,Available,On hand,Reserved", *lines]))
    assert states(proposal) == {"On hand": StockStatus.GOOD, "Reserved": StockStatus.RESERVED}
    (question,) = proposal.questions
    assert question.code is ProfileQuestionCode.FIELD_AMBIGUOUS and "Available" in question.message


def test_a_list_with_one_quantity_or_a_column_of_states_is_proposed_as_before() -> None:
    for header in ("Warehouse,SKU,As of,On hand,Status", "Warehouse,SKU,As of,On hand,Remarks"):
        lines = [f"BER,P{at},2026-01-30,{at},{'good' if 'Status' in header else 'seen'}" for at in range(1, 9)]
        proposal = proposed("\n".join([header, *lines]))
        assert states(proposal) == {}
