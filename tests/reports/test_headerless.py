"""Files without a header, and days as their senders write them: read by a profile, proposed from a sample."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from app.execution.errors import UserErrorCode as C
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats.csv import CsvReading
from app.reports.formats.days import LANGUAGES, day_of, days_in, months_of, why_impossible
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.profiles import ColumnProfile
from app.reports.formats.sales import read_sales
from app.reports.issues import FailureCode, IssueCode, UnreadableReport
from app.reports.profiles.settings import read_settings
from app.reports.profiles.shapes import Known
from tests.reports.test_profile_settings import problems
from tests.reports.test_proposals import Q, asked, columns, fields, meaning, proposed
from tests.reports.workbooks import rows as cells_of
from tests.reports.workbooks import sheet, workbook

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")
CSV, XLSX = SubmissionFormat.CSV, SubmissionFormat.XLSX
FIELDS = ("document_number", "sold_on", "product_code", "reseller_account", "quantity", "unit_price")
PLACES = [{"header": "", "field": name, "position": at} for at, name in enumerate(FIELDS, 1)]
TWO_ROWS = "R-1;05.01.26;P1;A1;3;1,5\nR-2;06.01.26;P2;A1;-3;2,25\n"


def by_position(written: SubmissionFormat = CSV, **settings: object) -> ColumnProfile:
    given = {"headerless": True, "columns": PLACES, "date_format": "DD.MM.YY", **settings}
    found = read_settings(written, given)
    assert isinstance(found, ColumnProfile)
    return found


def read(text: str, profile: ColumnProfile) -> ReportFrame:
    return read_sales(text.encode(), CSV, RULES, profile)


def said(frame: ReportFrame) -> list[tuple[object, ...]]:
    return frame.rows.select("document_number", "sold_on", "quantity_milli", "unit_price_micros").rows()


EXPECTED = [("R-1", date(2026, 1, 5), 3_000, 1_500_000), ("R-2", date(2026, 1, 6), -3_000, 2_250_000)]


def test_the_first_row_of_a_file_without_a_header_is_a_row() -> None:
    frame = read(TWO_ROWS, by_position())
    assert said(frame) == EXPECTED and frame.found() == []
    assert frame.rows["source"].to_list() == ["line 1", "line 2"]
    assert frame.detected["headerless"] is True and frame.detected["header_line"] is None
    assert frame.detected["columns"] == {f"column {at}": name for at, name in enumerate(FIELDS, 1)}
    told = {name: frame.detected[name] for name in ("delimiter", "decimal_mark", "date_format", "month_language")}
    assert told == {"delimiter": ";", "decimal_mark": "COMMA", "date_format": "DD.MM.YY", "month_language": None}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TWO_ROWS,
        "sep=;\n" + TWO_ROWS,
        "\n\n" + TWO_ROWS,
        TWO_ROWS.removesuffix("\n"),
        TWO_ROWS.replace("A1;3", '"A\n1";3'),
        TWO_ROWS.replace("\n", "\r\n"),
    ],
)
def test_however_it_begins_no_row_is_lost(text: str) -> None:
    rules = replace(RULES, layout=by_position())
    data = text.encode()
    assert said(read(text, by_position())) == EXPECTED
    for size in (1, 7):
        pieces = tuple(data[at : at + size] for at in range(0, len(data), size))
        reading = CsvReading(lambda pieces=pieces: pieces, rules, most=1, kept=0)  # type: ignore[misc]
        found = [row for each in reading.batches() for row in said(each)]
        assert (reading.rows, found) == (2, EXPECTED)


def test_lines_above_the_first_row_are_skipped_where_the_profile_says_so() -> None:
    frame = read("Verkäufe Januar;;;;;\n" + TWO_ROWS, by_position(skip_lines=1))
    assert said(frame) == EXPECTED and frame.rows["source"].to_list() == ["line 2", "line 3"]


def test_a_row_of_another_width_is_malformed_and_a_column_without_a_meaning_is_said() -> None:
    frame = read("R-1;05.01.26;P1;A1;3;1,5;x\nR-2;06.01.26;P2\n", by_position())
    found = [(each.row, each.code, each.value) for each in frame.found()]
    assert found == [
        (0, IssueCode.UNKNOWN_COLUMN, "column 7"),
        (2, IssueCode.MALFORMED_ROW, "it has 3 values for 7 columns"),
    ]
    left_out = [*PLACES, {"header": "Vertreter", "field": None, "position": 7}]
    assert [each.code for each in read("R-1;05.01.26;P1;A1;3;1,5;x\n", by_position(columns=left_out)).found()] == []


def test_a_return_is_marked_at_a_position() -> None:
    returns = {"dialect": "MARKED", "position": 7, "values": ["GS"]}
    profile = by_position(returns=returns)
    frame = read("R-1;05.01.26;P1;A1;3;1,5;RE\nG-1;05.01.26;P1;A1;1;1,5;gs\n", profile)
    assert frame.rows["quantity_milli"].to_list() == [3_000, -1_000]
    assert frame.rows["sale_type"].to_list() == ["SALE", "RETURN"]


def test_a_sheet_without_a_header_is_read_by_positions_too() -> None:
    lines = [("R-1", "05.01.26", "P1", "A1", 3, 1.5), ("R-2", "06.01.26", "P2", "A1", -3, 2.25)]
    data = workbook(sheet(cells_of(*lines)))
    frame = read_sales(data, XLSX, RULES, by_position(XLSX))
    assert said(frame) == EXPECTED
    assert (frame.detected["headerless"], frame.rows["source"].to_list()) == (True, ["row 1", "row 2"])


def test_an_empty_file_and_a_profile_without_fields_are_refused() -> None:
    with pytest.raises(UnreadableReport) as empty:
        read("\n \n", by_position())
    assert empty.value.code is FailureCode.EMPTY_FILE
    with pytest.raises(UnreadableReport) as lacking:
        read(TWO_ROWS, by_position(columns=PLACES[:2]))
    assert lacking.value.code is FailureCode.COLUMN_MISSING and "no position" in lacking.value.message


def test_positions_belong_to_files_without_a_header() -> None:
    both = {"columns": [{"header": "A", "field": "quantity", "position": 1}]}
    assert problems(CSV, both) == [("columns.0.position", C.INVALID)]
    none = {"headerless": True, "columns": [{"header": "A", "field": "quantity"}]}
    assert problems(CSV, none) == [("columns.0.position", C.REQUIRED)]
    twice = {"headerless": True, "columns": [{**PLACES[0]}, {**PLACES[1], "position": 1}, {**PLACES[2], "position": 0}]}
    assert problems(CSV, twice) == [("columns.1.position", C.TAKEN), ("columns.2.position", C.INVALID)]
    marked = {"headerless": True, "returns": {"dialect": "MARKED", "header": "Art", "values": ["GS"]}}
    assert problems(CSV, marked) == [("returns.position", C.REQUIRED)]
    assert problems(CSV, {"returns": {"position": 3}}) == [
        ("returns.position", C.INVALID),
        ("returns.dialect", C.INVALID),
    ]


# -------------------------------------------------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("written", "language", "text", "day"),
    [
        ("DD.MM.YY", None, "05.01.26", date(2026, 1, 5)),
        ("DD.MM.YY", None, "5.1.26", date(2026, 1, 5)),
        ("DD.MM.YY", None, "05.01.2026", None),
        ("DD.MM.YY", None, "31.02.26", None),
        ("dd.mm.yy", None, "31.01.26", date(2026, 1, 31)),
        ("YYYYMMDD", None, "20260105", date(2026, 1, 5)),
        ("DDMMYYYY", None, "05012026", date(2026, 1, 5)),
        ("YYMMDD", None, "260105", date(2026, 1, 5)),
        ("MM/DD/YYYY", None, "01/31/2026", date(2026, 1, 31)),
        ("MM/DD/YYYY", None, "31/01/2026", None),
        ("DD-MON-YYYY", "en", "05-JAN-2026", date(2026, 1, 5)),
        ("DD-MON-YYYY", "en", "5-Sept-2026", date(2026, 9, 5)),
        ("DD-MON-YYYY", "en", "05-DEZ-2026", None),
        ("DD-MON-YYYY", "de", "05-DEZ-2026", date(2026, 12, 5)),
        ("DD-MON-YYYY", "de", "05-MÄR-2026", date(2026, 3, 5)),
        ("DD. MON YYYY", "de", "5. Januar 2026", date(2026, 1, 5)),
        ("DD MON YYYY", "fr", "5 févr. 2026", date(2026, 2, 5)),
        ("MON DD, YYYY", "en", "Jan 5, 2026", date(2026, 1, 5)),
        ("DDMONYY", "pl", "05paź26", date(2026, 10, 5)),
        ("EXCEL", None, "46027", date(2026, 1, 5)),
        ("EXCEL", None, "46027.75", date(2026, 1, 5)),
        ("EXCEL", None, "460", None),
        ("EXCEL_1904", None, "44565", date(2026, 1, 5)),
    ],
)
def test_days_are_read_by_the_format_that_the_profile_states(
    written: str, language: str | None, text: str, day: date | None
) -> None:
    assert why_impossible(written, language) is None
    known = next((each for each in LANGUAGES if each == language), None)
    frame = pl.DataFrame({"text": [text]}).select(days_in(pl.col("text"), written, known))
    assert frame.item() == day == day_of(text, written, known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_twelve_months(language: str) -> None:
    known = next(each for each in LANGUAGES if each == language)
    assert set(months_of(known).values()) == set(range(1, 13))


def test_a_stated_format_leaves_no_other_way_but_that_of_iso() -> None:
    text = TWO_ROWS.replace("05.01.26", "05.01.2026").replace("06.01.26", "2026-01-06")
    frame = read(text, by_position())
    assert [(each.row, each.code, each.value) for each in frame.found()] == [
        (1, IssueCode.MALFORMED_DATE, "05.01.2026")
    ]
    assert frame.rows["sold_on"].to_list() == [None, date(2026, 1, 6)]


def test_a_format_settles_what_would_be_ambiguous() -> None:
    text = "R-1;01/02/2026;P1;A1;3;1,5\n"
    unsettled = read(text, by_position(date_format=None))
    assert [each.code for each in unsettled.found()] == [IssueCode.AMBIGUOUS_DATE]
    settled = read(text, by_position(date_format="MM/DD/YYYY"))
    assert settled.rows["sold_on"].to_list() == [date(2026, 1, 2)] and settled.found() == []


def test_impossible_formats_are_refused_with_what_would_be_right() -> None:
    assert problems(CSV, {"date_format": "YYYY-DD-MM"}) == [("date_format", C.INVALID)]
    assert problems(CSV, {"date_format": "DD.MM"}) == [("date_format", C.INVALID)]
    assert problems(CSV, {"date_format": "on DD.MM.YY"}) == [("date_format", C.INVALID)]
    assert problems(CSV, {"date_format": "DD-MON-YY"}) == [("month_language", C.REQUIRED)]
    assert problems(CSV, {"date_format": "DD-MM-YY", "month_language": "de"}) == [("month_language", C.INVALID)]
    assert problems(CSV, {"date_format": "DD-MON-YY", "month_language": "tlh"}) == [("month_language", C.INVALID)]
    assert problems(CSV, {"date_format": "DD.MM.YY", "date_order": "DAY_FIRST"}) == [("date_order", C.INVALID)]


# --------------------------------------------------------------------------------------------------- proposals


def test_a_file_without_a_header_is_seen_and_its_columns_are_proposed_by_position() -> None:
    known = Known(frozenset({"P1", "P2"}), frozenset({"A1"}))
    proposal = proposed(TWO_ROWS, known=known)
    profile = columns(proposal)
    assert profile.headerless and [(each.position, each.field) for each in profile.columns] == list(
        enumerate(FIELDS, 1)
    )
    assert (profile.date_format, profile.decimal_mark, profile.delimiter) == ("DD.MM.YY", "COMMA", ";")
    assert (Q.NO_HEADER, None) in asked(proposal)
    assert "written as DD.MM.YY" in meaning(proposal, "column 2").reasons[0]
    assert said(read(TWO_ROWS, profile)) == EXPECTED


def test_a_header_that_nobody_knows_is_a_header_where_the_rows_are_not_like_it() -> None:
    profile = columns(proposed("aa;bb;cc\nR-1;05.01.26;3\nR-2;06.01.26;4\n"))
    assert not profile.headerless
    named = columns(proposed("Beleg;Menge;Jahr\nR-1;3;2026\nR-2;4;2026\n"))
    assert not named.headerless


@pytest.mark.parametrize(
    ("days", "written", "language"),
    [
        (("05.01.26", "06.01.26"), "DD.MM.YY", None),
        (("20260105", "20260106"), "YYYYMMDD", None),
        (("05-JAN-2026", "06-MAY-2026"), "DD-MON-YYYY", "en"),
        (("05-Mrz-26", "06-Dez-26"), "DD-MON-YY", "de"),
        (("46027", "46028"), "EXCEL", None),
        (("01/25/26", "01/26/26"), "MM/DD/YY", None),
        (("2026-01-05", "2026-01-06"), None, None),
    ],
)
def test_the_format_of_days_is_proposed_from_their_evidence(
    days: tuple[str, str], written: str | None, language: str | None
) -> None:
    proposal = proposed(f"Invoice;Date;SKU;Customer;Qty\nR-1;{days[0]};P1;A1;3\nR-2;{days[1]};P1;A1;4\n")
    assert fields(proposal)["Date"] == "sold_on"
    assert (columns(proposal).date_format, columns(proposal).month_language) == (written, language)
    assert Q.DATE_FORMAT not in {code for code, _ in asked(proposal)}


def test_days_that_can_be_read_in_two_ways_are_asked() -> None:
    proposal = proposed("Invoice;Date;Qty\nR-1;03/04/26;3\nR-2;05/06/26;4\n")
    assert (Q.DATE_FORMAT, "sold_on") in asked(proposal) and columns(proposal).date_format is None
    languages = proposed("Invoice;Date;Qty\nR-1;03-JAN-26;3\nR-2;05-JAN-26;4\n")
    assert (Q.DATE_FORMAT, "sold_on") in asked(languages) and columns(languages).month_language == "en"


def test_a_number_is_no_day_unless_its_column_is_called_so() -> None:
    proposal = proposed("Invoice;SKU;Qty\n46027;46028;3\n46028;46029;4\n")
    assert "sold_on" not in fields(proposal).values()
