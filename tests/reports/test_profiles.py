"""Profiles: what a table's columns and a message's segments mean, and every dialect of a return read right by one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats import FailureCode, IssueCode, ReadingRules, ReportFrame, UnreadableReport, read_csv
from app.reports.formats.csv import CsvReading
from app.reports.formats.profiles import ColumnProfile, Profile
from app.reports.formats.sales import read_sales
from app.reports.profiles.settings import as_json, read_settings, stored_profile
from tests.reports.workbooks import rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")
CSV, XLSX, X12, EDIFACT = (SubmissionFormat(each) for each in ("CSV", "XLSX", "X12", "EDIFACT"))
HEADER = "Beleg;Pos;Datum;Artikel;Kunde;Menge;Preis"
COLUMNS: list[dict[str, object]] = [
    {"header": "Beleg", "field": "document_number"},
    {"header": "Pos", "field": "document_line"},
    {"header": "Datum", "field": "sold_on"},
    {"header": "Artikel", "field": "product_code"},
    {"header": "Kunde", "field": "reseller_account"},
    {"header": "Menge", "field": "quantity"},
    {"header": "Preis", "field": "unit_price"},
]


def table(**settings: object) -> ColumnProfile:
    """A profile of the German columns, changed as is said."""
    found = read_settings(CSV, {"columns": COLUMNS, **settings})
    assert isinstance(found, ColumnProfile)
    return found


def with_column(header: str, field: str | None) -> list[dict[str, object]]:
    return [*COLUMNS, {"header": header, "field": field}]


def read(text: str, profile: Profile | None, encoding: str = "utf-8") -> ReportFrame:
    return read_sales(text.encode(encoding), CSV, RULES, profile)


def facts(frame: ReportFrame) -> list[tuple[str, int | None, int | None, str]]:
    names = ("document_number", "quantity_milli", "unit_price_micros", "sale_type")
    return [tuple(row) for row in frame.rows.select(names).iter_rows()]


def codes(frame: ReportFrame, row: int) -> list[IssueCode]:
    return [issue.code for issue in frame.found() if issue.row == row]


# ------------------------------------------------------------------------------------------------------ tables


def test_columns_are_what_the_profile_says_they_are() -> None:
    frame = read(f"{HEADER}\nR-1;1;03.01.2026;P1;10045;2;41,50\n", table())
    assert facts(frame) == [("R-1", 2_000, 41_500_000, "SALE")]
    assert frame.found() == []
    assert frame.rows["received"][0]["unit_price"] == "41,50", "what was received is kept as it was"
    with pytest.raises(UnreadableReport) as refused:
        read(f"{HEADER}\nR-1;1;03.01.2026;P1;10045;2;41,50\n", None)
    assert refused.value.code is FailureCode.HEADER_MISSING


def test_a_column_that_is_left_out_is_neither_read_nor_spoken_of() -> None:
    text = f"{HEADER};Vertreter;quantity\nR-1;1;03.01.2026;P1;10045;2;41,50;Ana;99\n"
    frame = read(text, table(columns=with_column("VERTRETER ", None)))
    assert facts(frame) == [("R-1", 2_000, 41_500_000, "SALE")], "a listed column is the field, not one called so"
    assert [(issue.code, issue.value) for issue in frame.found()] == [(IssueCode.UNKNOWN_COLUMN, "quantity")]


def test_columns_that_are_not_listed_are_known_by_their_canonical_names_unless_the_profile_says_no() -> None:
    text = f"{HEADER};currency\nR-1;1;03.01.2026;P1;10045;2;41,50;CHF\n"
    assert read(text, table()).rows["currency"].to_list() == ["CHF"]
    strict = read(text, table(canonical_names=False))
    assert strict.rows["currency"].to_list() == ["EUR"]
    assert codes(strict, 0) == [IssueCode.UNKNOWN_COLUMN]


def test_lines_above_the_header_are_skipped_and_rows_keep_their_place_in_the_file() -> None:
    text = f"Verkaufsbericht\n;;;;;;\n\n{HEADER}\nR-1;1;03.01.2026;P1;10045;2;41,50\n"
    frame = read(text, table(skip_lines=3))
    assert frame.rows["source"].to_list() == ["line 5"]
    assert frame.detected["header_line"] == 4
    with pytest.raises(UnreadableReport):
        read(text, table())


def test_what_the_profile_states_outweighs_what_the_file_seems_to_prove() -> None:
    ambiguous = f"{HEADER}\nR-1;1;03/04/2025;P1;10045;1.234;2,500\n"
    assert set(codes(read(ambiguous, table()), 1)) >= {IssueCode.AMBIGUOUS_DATE, IssueCode.AMBIGUOUS_NUMBER}
    settled = read(ambiguous, table(decimal_mark="COMMA", date_order="MONTH_FIRST"))
    assert facts(settled) == [("R-1", 1_234_000, 2_500_000, "SALE")]
    assert settled.rows["sold_on"].to_list() == [date(2025, 3, 4)]
    other = read(ambiguous, table(decimal_mark="POINT", date_order="DAY_FIRST"))
    assert facts(other) == [("R-1", 1_234, 2_500_000_000, "SALE")]
    assert other.rows["sold_on"].to_list() == [date(2025, 4, 3)]


def test_the_encoding_of_the_profile_holds_for_what_is_not_unicode() -> None:
    text = f"{HEADER};Endkunde\nR-1;1;03.01.2026;P1;10045;2;41,50;Łódź\n"
    profile = table(columns=with_column("Endkunde", "end_customer"), encoding="cp1250")
    assert read(text, profile, "cp1250").rows["end_customer"].to_list() == ["Łódź"]
    assert read(text, profile).rows["end_customer"].to_list() == ["Łódź"], "UTF-8 stays UTF-8"


def test_a_delimiter_is_stated_where_the_header_could_be_parted_in_two_ways() -> None:
    text = "Beleg|Datum,x|Artikel|Kunde|Menge\nR-1|2026-01-03|P1|10045|2\n"
    columns = [*COLUMNS[:1], {"header": "Datum,x", "field": "sold_on"}, *COLUMNS[3:6]]
    assert facts(read(text, table(columns=columns, delimiter="|"))) == [("R-1", 2_000, None, "SALE")]


def test_constants_fill_what_a_file_or_a_row_does_not_say() -> None:
    text = f"{HEADER};unit\nR-1;1;03.01.2026;P1;10045;2;41,50;\nR-2;1;03.01.2026;P1;;2;41,50;BOX\n"
    frame = read(text, table(constants={"currency": "CHF", "unit": "EA", "reseller_account": "CASH"}))
    assert frame.rows["currency"].to_list() == ["CHF", "CHF"]
    assert frame.rows["unit"].to_list() == ["EA", "BOX"]
    assert frame.rows["reseller_account"].to_list() == ["10045", "CASH"]
    without = "Beleg;Datum;Artikel;Menge\nR-1;03.01.2026;P1;2\n"
    assert read(without, table(constants={"reseller_account": "CASH"})).rows["rejected"].to_list() == [False]


def test_the_senders_terms_mean_ours() -> None:
    text = f"{HEADER};Art;WKZ\nR-1;1;03.01.2026;P1;10045;-2;41,50; gs ;€\nR-2;1;03.01.2026;P1;10045;2;41,50;RE;EUR\n"
    profile = table(
        columns=[*with_column("Art", "document_kind"), {"header": "WKZ", "field": "currency"}],
        meanings={"document_kind": {"GS": "CREDIT_NOTE", "RE": "INVOICE"}, "currency": {"€": "EUR"}},
    )
    frame = read(text, profile)
    assert frame.rows["document_kind"].to_list() == ["CREDIT_NOTE", "INVOICE"]
    assert frame.rows["currency"].to_list() == ["EUR", "EUR"]
    assert frame.rows["received"][0]["document_kind"] == " gs "


def test_a_return_may_be_a_negative_quantity() -> None:
    frame = read(f"{HEADER}\nR-1;1;03.01.2026;P1;10045;-2;41,50\n", table())
    assert facts(frame) == [("R-1", -2_000, 41_500_000, "RETURN")]


def test_a_return_may_be_marked_in_a_column_whatever_its_sign() -> None:
    text = (
        f"{HEADER};Art\nR-1;1;03.01.2026;P1;10045;2;41,50;Verkauf\nR-2;1;03.01.2026;P1;10045;3;41,50;retoure\n"
        "R-3;1;03.01.2026;P1;10045;-4;41,50;Retoure\n"
    )
    marked = {"dialect": "MARKED", "header": "art", "values": ["Retoure"]}
    frame = read(text, table(returns=marked))
    assert [each[1] for each in facts(frame)] == [2_000, -3_000, -4_000]
    assert [each[3] for each in facts(frame)] == ["SALE", "RETURN", "RETURN"]
    assert frame.found() == [], "the column that marks returns is no unknown column"
    kept = read(text, table(columns=with_column("Art", "sale_type"), meanings={"sale_type": {"Verkauf": "SALE", "Retoure": "RETURN"}}, returns=marked))  # fmt: skip  # noqa: E501
    assert facts(kept) == facts(frame), "a column may be a field and mark returns at once"


def test_a_return_may_have_a_quantity_in_a_column_of_its_own() -> None:
    text = (
        f"{HEADER};Retouren\nR-1;1;03.01.2026;P1;10045;2;41,50;\nR-2;1;03.01.2026;P1;10045;0;41,50;3\n"
        "R-3;1;03.01.2026;P1;10045;;41,50;-1,5\nR-4;1;03.01.2026;P1;10045;5;41,50;1\nR-5;1;03.01.2026;P1;10045;;41,50;0\n"
    )
    frame = read(text, table(columns=with_column("Retouren", "return_quantity"), returns={"dialect": "OWN_COLUMN"}))
    assert [each[1] for each in facts(frame)] == [2_000, -3_000, -1_500, 5_000, None]
    assert codes(frame, 4) == [IssueCode.SEVERAL_QUANTITIES], "a sale and a return in one row are no single fact"
    assert codes(frame, 5) == [IssueCode.MISSING_VALUE]
    assert frame.rows["rejected"].to_list() == [False, False, False, True, True]
    assert frame.rows["received"][1]["return_quantity"] == "3"


def test_the_price_of_one_is_taken_from_the_amount_of_the_line_where_it_is_exact() -> None:
    text = (
        "Beleg;Datum;Artikel;Kunde;Menge;Betrag\nR-1;03.01.2026;P1;1;4;1.234,50\nR-2;03.01.2026;P1;1;3;10,00\n"
        "R-3;03.01.2026;P1;1;-2;-21,00\nR-4;03.01.2026;P1;1;-2;21,00\nR-5;03.01.2026;P1;1;2;-21,00\n"
    )
    profile = table(columns=[*COLUMNS[:6], {"header": "Betrag", "field": "line_amount"}])
    frame = read(text, profile)
    assert [each[2] for each in facts(frame)] == [308_625_000, None, 10_500_000, 10_500_000, -10_500_000]
    assert codes(frame, 2) == [IssueCode.PRICE_MISSING]
    assert codes(frame, 5) == [IssueCode.PRICE_NEGATIVE]
    mandatory = replace(RULES, mandatory=frozenset({"unit_price"}))
    asked = read_sales(text.encode(), CSV, mandatory, profile)
    assert codes(asked, 1) == [] and codes(asked, 2) == [IssueCode.MISSING_VALUE]


def test_prices_are_told_apart_by_their_columns() -> None:
    text = f"{HEADER};EK;Projekt\nR-1;1;03.01.2026;P1;10045;2;41,50;30,00;25,00\n"
    columns = [*with_column("EK", "book_price"), {"header": "Projekt", "field": "debit_price"}]
    received = read(text, table(columns=columns)).rows["received"][0]
    assert (received["unit_price"], received["book_price"], received["debit_price"]) == ("41,50", "30,00", "25,00")


def test_a_file_that_is_read_in_batches_says_the_same() -> None:
    lines = [f"R-{n};;03.01.2026;P1;10045;{n % 7};41,50;{'GS' if n % 5 == 0 else 'RE'}" for n in range(1, 60)]
    lines += [f"R-{n};1;03.01.2026;P1;10045;1;41,50;GS" for n in range(1, 60, 9)]
    data = "\n".join([f"Titel\n{HEADER};Art", *lines]).encode()
    profile = table(
        columns=with_column("Art", "document_kind"),
        meanings={"document_kind": {"GS": "CREDIT_NOTE", "RE": "INVOICE"}},
        returns={"dialect": "MARKED", "header": "Art", "values": ["GS"]},
        skip_lines=1,
    )
    rules = replace(RULES, layout=profile)
    whole = read_csv(data, rules)
    pieces = [data[at : at + 50] for at in range(0, len(data), 50)]
    frames = list(CsvReading(lambda: pieces, rules, most=7).batches())
    assert len(frames) > 5
    assert [row for frame in frames for row in frame.rows.rows()] == whole.rows.rows()
    assert [issue for frame in frames for issue in frame.found()] == whole.found()


def test_workbooks_are_read_by_the_same_profile() -> None:
    day = date(2026, 1, 5)
    header = ("Beleg", "Datum", "Artikel", "Kunde", "Menge", "Retouren", "Betrag", "Art")
    data = workbook(
        sheet(
            rows(
                ("Verkaufsbericht", "", "", "", "", "", "", ""),
                header,
                ("R-1", day, "P1", "10045", 1.234, "", 2.468, "x"),
                ("R-2", day, "P1", "10045", "", 1.5, "3,00", "x"),
                ("R-3", day, "P1", "10045", "1.234,5", "", "", "x"),
            )
        )
    )
    columns = [*COLUMNS[:1], *COLUMNS[2:6], {"header": "Retouren", "field": "return_quantity"},
               {"header": "Betrag", "field": "line_amount"}, {"header": "Art", "field": None}]  # fmt: skip
    profile = read_settings(XLSX, {"columns": columns, "skip_lines": 1, "returns": {"dialect": "OWN_COLUMN"}})
    frame = read_sales(data, XLSX, RULES, profile)
    assert facts(frame) == [("R-1", 1_234, 2_000_000, "SALE"), ("R-2", -1_500, 2_000_000, "RETURN"), ("R-3", 1_234_500, None, "SALE")]  # fmt: skip  # noqa: E501
    assert frame.rows["source"].to_list() == ["row 3", "row 4", "row 5"]
    assert codes(frame, 0) == []


# ----------------------------------------------------------------------------------------- electronic messages


def interchange(*segments: str) -> bytes:
    isa = "ISA*00*          *00*          *ZZ*DISTY          *ZZ*VENDOR         *260105*0900*U*00401*000000001*0*P*>~"
    body = ["GS*PT*DISTY*VENDOR*20260105*0900*1*X*004010", "ST*867*0001", "BPT*00*1*20260105*02", *segments]
    return (isa + "~".join([*body, f"SE*{len(segments) + 3}*0001", "GE*1*1", "IEA*1*000000001"]) + "~").encode()


ITEM = ["LIN*1*VP*P1", "UIT*EA*21.50", "REF*DI*INV-1", "REF*LI*1", "DTM*003*20260104"]


def saved(written: SubmissionFormat, **given: object) -> Profile:
    """The profile as it comes back from where it was saved."""
    return stored_profile(written, as_json(read_settings(written, given)))


def test_the_storage_vendors_dialect_is_read_by_a_saved_profile() -> None:
    profile = saved(
        X12, sale_quantities=["39"], return_quantities=[], document_references=["IV"], prices=["unit_price"]
    )
    frame = read_sales((SAMPLES / "storage-vendor-867.x12").read_bytes(), X12, RULES, profile)
    assert facts(frame) == [("0001234", 2_000, None, "SALE"), ("0001240", -1_000, None, "RETURN")]
    assert frame.rows["serial_numbers"].to_list()[0] == ["WX11A0000001", "WX11A0000002"]
    assert frame.rows["reseller_account"].to_list() == ["10045", "10077"]


def test_the_semiconductor_dialect_is_read_by_a_saved_profile() -> None:
    profile = saved(
        X12,
        transfers={"SD": "SALE", "RP": "RETURN"},
        sale_quantities=["32"],
        return_quantities=[],
        reseller=[{"qualifier": "ST", "occurrence": 1}],
        end_customer=[{"qualifier": "ST", "occurrence": 2}],
        prices=["unit_price", "book_price", "debit_price"],
        document_references=["DI"],
    )
    frame = read_sales((SAMPLES / "semiconductor-867.x12").read_bytes(), X12, RULES, profile)
    assert facts(frame) == [("INV-1234", 100_000, 21_500_000, "SALE"), ("CN-55", -10_000, 21_500_000, "RETURN")]
    assert frame.rows["end_customer"].to_list() == ["END CUSTOMER ONE"] * 2
    assert frame.rows["special_price_number"].to_list() == ["SD-2026-0042"] * 2
    assert frame.rows["return_of"].to_list() == [None, "INV-1234:1"]
    received = frame.rows["received"][0]
    assert (received["book_price"], received["debit_price"]) == ("20.00", "18.00")


def test_other_positions_of_prices_and_parties_are_said_and_read() -> None:
    swapped = saved(
        X12,
        prices=["list_price", "debit_price", "unit_price"],
        reseller=[{"qualifier": "ST", "occurrence": 2}],
        end_customer=[{"qualifier": "ST", "occurrence": 1}],
    )
    frame = read_sales((SAMPLES / "semiconductor-867.x12").read_bytes(), X12, RULES, swapped)
    assert [each[2] for each in facts(frame)] == [18_000_000, 18_000_000]
    assert frame.rows["reseller_account"].to_list() == ["CA00009001"] * 2
    assert frame.rows["received"][0]["list_price"] == "21.50"


def test_the_third_dialect_marks_a_return_by_the_qualifier_of_its_quantity() -> None:
    segments = ["PTD*SS", "N1*ST*ALPHA*92*10045", "QTY*61*4*EA", *ITEM]
    assert facts(read_sales(interchange(*segments), X12, RULES, saved(X12))) == [
        ("INV-1", -4_000, 21_500_000, "RETURN")
    ]
    own = saved(X12, sale_quantities=["32"], return_quantities=["76"])
    other = [segment.replace("QTY*61", "QTY*76") for segment in segments]
    assert facts(read_sales(interchange(*other), X12, RULES, own)) == [("INV-1", -4_000, 21_500_000, "RETURN")]


def test_both_edifact_dialects_are_read_by_saved_profiles() -> None:
    storage = saved(EDIFACT, sale_quantities=["153"], product_qualifiers=["SA"], sold_on_dates=["356"])
    frame = read_sales((SAMPLES / "storage-vendor-slsrpt.edi").read_bytes(), EDIFACT, RULES, storage)
    assert [each[1] for each in facts(frame)] == [4_000, -1_000, 2_000]
    assert frame.rows["product_code"].to_list() == ["WD10PURZ", "WD10PURZ", "WD20PURZ"]
    by_gtin = saved(EDIFACT, product_qualifiers=["EN"])
    frame = read_sales((SAMPLES / "storage-vendor-slsrpt.edi").read_bytes(), EDIFACT, RULES, by_gtin)
    assert frame.rows["product_code"].to_list()[0] == "4006381333931"
    semiconductor = saved(EDIFACT, sale_quantities=["47"], return_quantities=["61"], product_qualifiers=["MF"])
    frame = read_sales((SAMPLES / "semiconductor-slsrpt.edi").read_bytes(), EDIFACT, RULES, semiconductor)
    assert [each[1] for each in facts(frame)] == [60_000, 40_000, -10_000, 1_000_000]
    assert frame.rows["sale_type"].to_list() == ["SALE", "SALE", "RETURN", "SALE"]
    assert frame.rows["document_kind"].to_list()[2] == "CREDIT_NOTE"


def test_a_profile_for_another_format_changes_nothing() -> None:
    data = (SAMPLES / "canonical.csv").read_bytes()
    assert read_sales(data, CSV, RULES, saved(X12)).rows.rows() == read_csv(data, RULES).rows.rows()
