"""Profiles of inventory and of sell-in reports: which column or qualifier is which field, which value or qualifier means
which state and which movement; proposed from a sample, saved, and read by."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.execution.errors import UserErrorCode as C
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats.frame import REQUIRED, ReadingRules, ReportFrame
from app.reports.formats.profiles import COLUMN_FIELDS, ColumnProfile, Profile
from app.reports.formats.sales import read_sales
from app.reports.formats.stock_files import read_stock
from app.reports.formats.stock_profiles import DEFAULT_EDIFACT_STOCK, DEFAULT_STOCK, X12StockProfile
from app.reports.issues import IssueCode
from app.reports.profiles.looking import look_at
from app.reports.profiles.names import likenesses
from app.reports.profiles.proposals import ProfileQuestionCode, Proposal
from app.reports.profiles.samples import Sample
from app.reports.profiles.settings import ImpossibleSettings, as_json, read_settings, settings_schema, stored_profile
from app.reports.profiles.shapes import Known
from tests.reports.workbooks import rows as cells_of
from tests.reports.workbooks import sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
CSV, XLSX, X12, EDIFACT = (SubmissionFormat(each) for each in ("CSV", "XLSX", "X12", "EDIFACT"))
STOCK, SELL_IN = SubmissionKind.INVENTORY, SubmissionKind.SELL_IN
RULES = ReadingRules(STOCK, date(2026, 1, 31), "EUR")
Q = ProfileQuestionCode
COUNTS = (
    "Bestandsliste;;;;;\nLagerort;Artikelnr;Bestand;Zustand;Stichtag;Charge\nBER1;P1;1.200;frei;31.01.26;L1\n"
    "BER1;P2;30;gesperrt;31.01.26;L2\nMUC1;P1;7,5;defekt;31.01.26;\n"
)
MOVES = (
    "Lager;Artikel;Datum;Bewegungsart;Menge;Beleg;Pos\nBER;P1;05.01.2026;Wareneingang;10;WE-1;1\n"
    "BER;P1;06.01.2026;Verschrottung;2;VS-1;1\nBER;P2;07.01.2026;Warenausgang;3;VS-1;2\n"
)


def settled(written: SubmissionFormat, given: object, kind: SubmissionKind = STOCK) -> Profile:
    """The profile as it comes back from where it was stored, its mappings in no order of their own."""
    stored = as_json(read_settings(written, given, kind))
    for name, value in stored.items():
        if isinstance(value, Mapping):
            stored[name] = dict(sorted(value.items(), reverse=True))
    return stored_profile(written, stored, kind)


def refused(written: SubmissionFormat, given: object, kind: SubmissionKind = STOCK) -> list[tuple[str, C]]:
    with pytest.raises(ImpossibleSettings) as told:
        read_settings(written, given, kind)
    return [(".".join(each.path), each.code) for each in told.value.problems]


def proposed(data: bytes | str, written: SubmissionFormat = CSV, kind: SubmissionKind = STOCK) -> Proposal:
    sample = Sample(data.encode() if isinstance(data, str) else data, written, whole=True)
    proposal = look_at(sample, kind).proposal(Known(frozenset({"P1", "P2"})), REQUIRED[kind])
    assert read_settings(written, as_json(proposal.profile), kind) == proposal.profile, "what is proposed can be saved"
    assert all(each.reasons for each in proposal.meanings if each.field)
    return proposal


def fields(proposal: Proposal) -> dict[str, str | None]:
    return {each.header: each.field for each in proposal.meanings}


def read(data: bytes | str, profile: Profile | None, written: SubmissionFormat = CSV) -> ReportFrame:
    return read_stock(data.encode() if isinstance(data, str) else data, written, RULES, profile)


def said(frame: ReportFrame, *names: str) -> list[tuple[object, ...]]:
    return frame.rows.select(*(names or ("warehouse", "product_code", "quantity_milli", "status", "movement"))).rows()


# ------------------------------------------------------------------------------------------------------ tables


def test_a_list_of_counts_is_proposed_and_read_by_what_is_proposed() -> None:
    proposal = proposed(COUNTS)
    assert fields(proposal) == {
        "Lagerort": "warehouse",
        "Artikelnr": "product_code",
        "Bestand": "quantity",
        "Zustand": "status",
        "Stichtag": "counted_on",
        "Charge": "lot",
    }
    assert proposal.questions == []
    profile = stored_profile(CSV, as_json(proposal.profile), STOCK)
    assert isinstance(profile, ColumnProfile) and (profile.skip_lines, profile.date_format) == (1, "DD.MM.YY")
    frame = read(COUNTS, profile)
    assert frame.found() == []
    assert said(frame) == [
        ("BER1", "P1", 1_200_000, "GOOD", None),
        ("BER1", "P2", 30_000, "BLOCKED", None),
        ("MUC1", "P1", 7_500, "DEFECTIVE", None),
    ]
    assert frame.rows["counted_on"].unique().to_list() == [date(2026, 1, 31)]
    assert frame.rows["lot"].to_list() == ["L1", "L2", None]
    assert frame.detected["date_format"] == "DD.MM.YY" and frame.detected["decimal_mark"] == "COMMA"


def test_what_left_a_warehouse_is_below_zero_however_a_list_of_movements_tells_it() -> None:
    proposal = proposed(MOVES)
    profile = proposal.profile
    assert isinstance(profile, ColumnProfile)
    assert profile.returns.values == ("Verschrottung", "Warenausgang") and profile.returns.header == "Bewegungsart"
    assert fields(proposal)["Pos"] == "reference_line"
    frame = read(MOVES, profile)
    assert said(frame) == [
        ("BER", "P1", 10_000, "GOOD", "RECEIPT"),
        ("BER", "P1", -2_000, "GOOD", "SCRAPPED"),
        ("BER", "P2", -3_000, "GOOD", "DELIVERY"),
    ]
    assert frame.found() == []
    unsigned = read(MOVES, settled(CSV, {**as_json(profile), "returns": {}}))
    assert [each.code for each in unsigned.found()] == [IssueCode.MOVEMENT_NOT_NEGATIVE] * 2


def test_goods_that_went_out_may_stand_in_a_column_of_their_own() -> None:
    text = (
        "Magasin,Référence article,Date,Entrée,Sortie,Mouvement,Bon de livraison\n"
        "P,P1,13/01/2026,5,,réception,B1\nP,P1,14/01/2026,,3,ajustement,B2\nP,P1,14/01/2026,1,3,ajustement,B3\n"
    )
    proposal = proposed(text)
    assert (fields(proposal)["Entrée"], fields(proposal)["Sortie"]) == ("quantity", "quantity_out")
    frame = read(text, settled(CSV, as_json(proposal.profile)))
    assert said(frame, "quantity_milli", "movement")[:2] == [(5_000, "RECEIPT"), (-3_000, "ADJUSTMENT")]
    assert [(each.row, each.code) for each in frame.found()] == [(3, IssueCode.SEVERAL_QUANTITIES)]


def test_a_workbook_of_stock_is_read_by_its_profile() -> None:
    columns = [
        {"header": "Depot", "field": "warehouse"},
        {"header": "SKU", "field": "product_code"},
        {"header": "As of", "field": "counted_on"},
        {"header": "OH", "field": "quantity"},
        {"header": "Note", "field": None},
    ]
    given = {"columns": columns, "date_format": "EXCEL", "constants": {"status": "BLOCKED"}}
    lines = [("Depot", "SKU", "As of", "OH", "Note"), ("BER", "P1", 46053, 12, "x"), ("BER", "P2", 46053, 3.5, None)]
    frame = read(workbook(sheet(cells_of(*lines))), settled(XLSX, given), XLSX)
    assert frame.found() == []
    assert said(frame) == [("BER", "P1", 12_000, "BLOCKED", None), ("BER", "P2", 3_500, "BLOCKED", None)]
    assert frame.rows["counted_on"].to_list() == [date(2026, 1, 31)] * 2


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Lagerort", "warehouse"),
        ("Entrepôt", "warehouse"),
        ("Almacén", "warehouse"),
        ("Magazzino", "warehouse"),
        ("On Hand Qty", "quantity"),
        ("Giacenza", "quantity"),
        ("Voorraad", "quantity"),
        ("Stichtag", "counted_on"),
        ("As-of date", "counted_on"),
        ("Bewegungsart", "movement"),
        ("Type de mouvement", "movement"),
        ("Bestandsart", "status"),
        ("Lieferschein-Nr.", "reference"),
        ("Batch No.", "lot"),
        ("Abgang", "quantity_out"),
    ],
)
def test_columns_of_stock_are_known_in_the_languages_of_europe(header: str, field: str) -> None:
    assert likenesses(header, STOCK)[0].field == field


def test_a_field_has_room_only_in_the_reports_that_have_it() -> None:
    given = {
        "columns": [{"header": "A", "field": "reseller_account"}, {"header": "B", "field": "warehouse"}],
        "constants": {"currency": "EUR", "status": "FINE"},
        "meanings": {"movement": {"WE": "RECEIVED"}},
    }
    assert refused(CSV, given) == [
        ("columns.0.field", C.INVALID),
        ("constants.currency", C.INVALID),
        ("constants.status", C.INVALID),
        ("meanings.movement.WE", C.INVALID),
    ]
    assert ("columns.0.field", C.INVALID) in refused(CSV, given, SELL_IN)
    assert refused(CSV, {"returns": {"dialect": "OWN_COLUMN"}}) == [("returns.dialect", C.INVALID)]
    for kind in (STOCK, SELL_IN):
        told = settings_schema(CSV, kind)["$defs"]
        assert isinstance(told, dict) and told["ColumnField"]["enum"] == sorted(COLUMN_FIELDS[kind])


# ------------------------------------------------------------------------------------------------- qualifiers


@pytest.mark.parametrize("written", [CSV, XLSX, X12, EDIFACT])
def test_settings_of_stock_survive_being_written_as_json(written: SubmissionFormat) -> None:
    profile = read_settings(written, {}, STOCK)
    assert (
        stored_profile(written, as_json(profile), STOCK) == profile == read_settings(written, as_json(profile), STOCK)
    )
    assert settings_schema(written, STOCK)["$defs"]


def test_a_profile_says_which_quantity_means_which_state_and_which_movement() -> None:
    data = (SAMPLES / "storage-vendor-846.x12").read_bytes()
    usual = read(data, None, X12)
    statuses = set(usual.rows["status"].drop_nulls())
    assert {"GOOD", "RETURNED", "IN_TRANSIT", "RESERVED"} >= statuses >= {"GOOD", "RETURNED"}
    given = {"statuses": {"17": "GOOD", "20": "DEFECTIVE"}, "not_stock": ["63", "IQ"]}
    told = read(data, settled(X12, given), X12)
    assert set(told.rows["status"].drop_nulls()) <= {"GOOD", "DEFECTIVE"} and "DEFECTIVE" in set(told.rows["status"])
    left = [each.value for each in told.found() if each.code is IssueCode.QUANTITY_NOT_READ]
    assert left and "63" in str(left)
    moved = read(data, settled(X12, {**given, "movements": {"IQ": "RECEIPT"}, "not_stock": ["63"]}), X12)
    assert "RECEIPT" in set(moved.rows["movement"].drop_nulls())


def test_which_of_two_counts_of_a_state_goes_first_survives_being_stored() -> None:
    text = (SAMPLES / "odd-delimiters-846.x12").read_text()
    qty = text[text.index("QTY~33") :].partition("?")[0]
    both = text.replace(f"{qty}?", f"{qty}?\nQTY~17~999~EA?", 1).encode()
    first = [row[2] for row in said(read(both, settled(X12, {}), X12))]
    assert 999_000 in first, "on hand goes before available for sale"
    turned = [row[2] for row in said(read(both, settled(X12, {"precedence": ["33", "17"]}), X12))]
    assert 999_000 not in turned and len(turned) == len(first)
    assert settled(X12, {}) == DEFAULT_STOCK and settled(EDIFACT, {}) == DEFAULT_EDIFACT_STOCK


def test_an_invrpt_is_read_by_its_profile() -> None:
    data = (SAMPLES / "storage-vendor-invrpt.edi").read_bytes()
    usual, told = (
        read(data, each, EDIFACT)
        for each in (None, settled(EDIFACT, {"moved": {}, "reasons": {"1": "TRANSFER", "9": "SCRAPPED"}}))
    )
    assert usual.rows.height == told.rows.height
    assert "RECEIPT" in set(usual.rows["movement"].drop_nulls())
    assert {"TRANSFER", "SCRAPPED"} <= set(told.rows["movement"].drop_nulls())
    unknown = [[each.code for each in frame.found()].count(IssueCode.UNKNOWN_MOVEMENT) for frame in (usual, told)]
    assert unknown[0] > 0, "a reason that nobody knows is not guessed"


def test_what_contradicts_itself_in_a_profile_of_stock_is_refused() -> None:
    given = {"statuses": {"17": "GOOD"}, "movements": {"17": "RECEIPT"}, "not_stock": ["17"], "product_qualifiers": []}
    assert refused(X12, {**given, "warehouses": []}) == [
        ("movements.17", C.INVALID),
        ("not_stock", C.INVALID),
        ("product_qualifiers", C.REQUIRED),
        ("warehouses", C.REQUIRED),
    ]
    assert refused(X12, {"statuses": {"17": "FINE"}}) == [("statuses.17", C.INVALID)]
    nothing: dict[str, object] = {"statuses": {}, "moved": {}, "places": [], "warehouses": []}
    assert refused(EDIFACT, nothing) == [("statuses", C.REQUIRED), ("warehouses", C.REQUIRED)]


@pytest.mark.parametrize("name", ["storage-vendor-846.x12", "odd-delimiters-846.x12", "storage-vendor-invrpt.edi"])
def test_inventory_messages_are_understood_and_read_alike_by_what_is_proposed(name: str) -> None:
    data, written = (SAMPLES / name).read_bytes(), X12 if name.endswith("x12") else EDIFACT
    proposal = proposed(data, written)
    assert {each.field for each in proposal.meanings} >= {"warehouse", "product_code", "quantity"}
    assert Q.FIELD_NOT_FOUND not in {each.code for each in proposal.questions}
    usual, told = (
        said(read(data, each, written)) for each in (None, stored_profile(written, as_json(proposal.profile), STOCK))
    )
    assert usual == told


def test_what_partners_do_not_agree_on_is_asked() -> None:
    proposal = proposed((SAMPLES / "storage-vendor-846.x12").read_bytes(), X12)
    assert [(each.code, each.field) for each in proposal.questions] == [(Q.FIELD_AMBIGUOUS, "status")]
    told = {each.header: each for each in proposal.meanings}
    assert (
        "a count of GOOD goods" in told["QTY*17"].reasons[0] and told["QTY*63"].confidence < told["QTY*17"].confidence
    )
    movement = proposed((SAMPLES / "storage-vendor-invrpt.edi").read_bytes(), EDIFACT)
    assert (Q.QUALIFIER_UNKNOWN, "movement") in [(each.code, each.field) for each in movement.questions]
    odd = (SAMPLES / "storage-vendor-846.x12").read_bytes().replace(b"QTY*17", b"QTY*ZZ").replace(b"N1*WH", b"N1*DB")
    lost = proposed(odd, X12)
    assert {(Q.QUALIFIER_UNKNOWN, None), (Q.FIELD_NOT_FOUND, "warehouse")} <= {
        (each.code, each.field) for each in lost.questions
    }


def test_the_warehouse_is_the_place_that_goods_are_shipped_from_where_none_is_named() -> None:
    data = (SAMPLES / "storage-vendor-846.x12").read_bytes().replace(b"N1*WH", b"N1*SF")
    proposal = proposed(data, X12)
    assert isinstance(proposal.profile, X12StockProfile) and proposal.profile.warehouses == ("SF",)
    assert None not in {row[0] for row in said(read(data, proposal.profile, X12))}


# ---------------------------------------------------------------------------------------------------- sell-in


def test_the_vendors_own_invoices_are_proposed_and_read() -> None:
    text = (
        "Invoice No|Line|Invoice Date|Material|Qty|Net price|Curr|Customer\n"
        "V1|1|01/31/2026|P1|3|10.5|EUR|D1\nV1|2|01/30/2026|P2|-3|1.5|EUR|D1\nV2|1|01/30/2026|P2|1|1.5|EUR|D1\n"
    )
    proposal = proposed(text, kind=SELL_IN)
    assert fields(proposal)["Customer"] is None, "a sell-in report has no reseller"
    assert proposal.questions == []
    rules = replace(RULES, kind=SELL_IN)
    frame = read_sales(text.encode(), CSV, rules, stored_profile(CSV, as_json(proposal.profile), SELL_IN))
    assert frame.rows.select("document_number", "document_line", "quantity_milli", "unit_price_micros").rows() == [
        ("V1", "1", 3_000, 10_500_000),
        ("V1", "2", -3_000, 1_500_000),
        ("V2", "1", 1_000, 1_500_000),
    ]
    assert not frame.rows["rejected"].any()
