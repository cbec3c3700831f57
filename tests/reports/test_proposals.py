"""Proposed profiles: what each column or segment of a sample seems to mean, why, and what the sample does not decide."""

import random
from pathlib import Path

import pytest

from app.programme.terms import SubmissionFormat
from app.reports.formats import format_of
from app.reports.formats.profiles import ColumnProfile, PartyPlace, ReturnDialect, X12Profile
from app.reports.formats.sales import read_sales
from app.reports.issues import FailureCode, UnreadableReport
from app.reports.profiles.looking import look_at
from app.reports.profiles.names import likenesses
from app.reports.profiles.proposals import Meaning, ProfileQuestionCode, Proposal
from app.reports.profiles.samples import MOST_OF_TEXT, Sample, sample_of
from app.reports.profiles.settings import as_json, read_settings
from app.reports.profiles.shapes import Known
from tests.reports.test_profiles import RULES, interchange

SAMPLES = Path(__file__).parents[1] / "samples"
CSV, XLSX, X12, EDIFACT = (SubmissionFormat(each) for each in ("CSV", "XLSX", "X12", "EDIFACT"))
REQUIRED = frozenset({"document_number", "sold_on", "product_code", "reseller_account", "quantity"})
Q = ProfileQuestionCode
NOBODY = Known()


def proposed(data: bytes | str, written: SubmissionFormat = CSV, known: Known = NOBODY) -> Proposal:
    sample = Sample(data.encode() if isinstance(data, str) else data, written, whole=True)
    found = look_at(sample)
    assert set(known.products | known.accounts) <= set(found.codes())
    proposal = found.proposal(known, REQUIRED)
    assert read_settings(written, as_json(proposal.profile)) == proposal.profile, "what is proposed can be saved"
    assert all(0 <= each.confidence <= 1 for each in proposal.meanings)
    assert all(each.reasons for each in proposal.meanings if each.field)
    return proposal


def fields(proposal: Proposal) -> dict[str, str | None]:
    return {each.header: each.field for each in proposal.meanings}


def meaning(proposal: Proposal, header: str) -> Meaning:
    return next(each for each in proposal.meanings if each.header == header)


def asked(proposal: Proposal) -> list[tuple[Q, str | None]]:
    return [(each.code, each.field) for each in proposal.questions]


def columns(proposal: Proposal) -> ColumnProfile:
    assert isinstance(proposal.profile, ColumnProfile)
    return proposal.profile


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Invoice No.", "document_number"),
        ("Rechnungs-Nr.", "document_number"),
        ("N° facture", "document_number"),
        ("Número de factura", "document_number"),
        ("Fecha", "sold_on"),
        ("Data fattura", "sold_on"),
        ("Artikelnummer", "product_code"),
        ("Référence", "product_code"),
        ("Codice articolo", "product_code"),
        ("KundenNr", "reseller_account"),
        ("Klantnummer", "reseller_account"),
        ("Qté", "quantity"),
        ("Stückzahl", "quantity"),
        ("Ilość", "quantity"),
        ("Prix unitaire", "unit_price"),
        ("VK-Preis", "unit_price"),
        ("Montant HT", "line_amount"),
        ("Währung", "currency"),
        ("Waehrung", "currency"),
        ("Pays", "ship_to_country"),
        ("Retouren", "return_quantity"),
        ("Seriennummer", "serial_numbers"),
        ("Endkunde", "end_customer"),
        ("SPA #", "special_price_number"),
    ],
)
def test_headers_are_known_in_the_languages_of_europe(header: str, field: str) -> None:
    assert likenesses(header)[0].field == field


def test_a_name_that_is_almost_known_counts_less_than_one_that_is() -> None:
    almost, same = likenesses("Quantitty")[0], likenesses("Quantity")[0]
    assert (almost.field, same.field) == ("quantity", "quantity")
    assert almost.weight < same.weight
    assert likenesses("Verkäufer") == ()


def test_the_values_speak_where_the_headers_say_nothing() -> None:
    text = (
        "a;b;c;d;e;f;g;h\n"
        "X-1;05.01.2026;4006381333931;C1;3;10,50;31,50;EUR\n"
        "X-1;05.01.2026;4006381333948;C1;2;20,00;40,00;EUR\n"
        "X-2;06.01.2026;4006381333931;C2;7;10,50;73,50;EUR\n"
    )
    proposal = proposed(text, known=Known(accounts=frozenset({"C1", "C2"})))
    found = fields(proposal)
    assert (found["b"], found["c"], found["d"]) == ("sold_on", "product_code", "reseller_account")
    assert (found["e"], found["f"], found["g"], found["h"]) == ("quantity", "unit_price", "line_amount", "currency")
    assert "check digits" in meaning(proposal, "c").reasons[0]
    assert meaning(proposal, "g").reasons == ["“e” × “f” = “g”"]
    assert found["a"] is None
    assert (Q.FIELD_NOT_FOUND, "document_number") in asked(proposal)


def test_a_header_does_not_make_a_date_of_what_is_none() -> None:
    proposal = proposed("Date;Quantity;Product\nsoon;many;P1\nlater;few;P2\n")
    assert fields(proposal) == {"Date": None, "Quantity": None, "Product": "product_code"}
    assert {field for code, field in asked(proposal) if code is Q.FIELD_NOT_FOUND} == REQUIRED - {"product_code"}


def test_known_products_and_accounts_outweigh_a_misleading_header() -> None:
    text = "Customer;Item;Code\nP1;1;C1\nP2;2;C2\nP1;1;C2\n"
    known = Known(frozenset({"P1", "P2"}), frozenset({"C1", "C2"}))
    found = fields(proposed(text, known=known))
    assert (found["Customer"], found["Code"]) == ("product_code", "reseller_account")


def test_line_numbers_are_seen_by_how_they_rise_within_a_document() -> None:
    text = "Beleg;x;Menge\nR-1;10;4\nR-1;20;1\nR-2;10;7\nR-3;10;2\nR-3;20;5\n"
    proposal = proposed(text)
    assert fields(proposal) == {"Beleg": "document_number", "x": "document_line", "Menge": "quantity"}
    assert "rises within each “Beleg”" in meaning(proposal, "x").reasons[0]
    assert Q.LINE_NUMBERS not in {code for code, _ in asked(proposal)}


def test_lines_above_the_header_delimiter_and_encoding_are_found() -> None:
    text = "Verkaufsbericht Januar\nErstellt am 01.02.2026;;\n\nBeleg;Menge;Straße\nR-1;1.000,5;Köln\n"
    profile = columns(proposed(text.encode("cp1252")))
    assert (profile.skip_lines, profile.delimiter, profile.encoding) == (3, ";", "cp1252")
    assert profile.decimal_mark == "COMMA"
    stated = columns(proposed("sep=|\nBeleg|Menge\nR-1|2\n"))
    assert (stated.skip_lines, stated.delimiter) == (0, "|")


def test_what_can_be_read_in_two_ways_is_asked_and_not_guessed() -> None:
    proposal = proposed("Date;Quantity;Price\n03/04/2026;1.000;2,500\n05/06/2026;2.000;1,250\n")
    assert {Q.DECIMAL_MARK, Q.DATE_ORDER} <= {code for code, _ in asked(proposal)}
    assert (columns(proposal).decimal_mark, columns(proposal).date_order) == (None, None)
    settled = proposed("Date;Quantity\n13/04/2026;1.5\n05/06/2026;2\n")
    assert (columns(settled).date_order, columns(settled).decimal_mark) == ("DAY_FIRST", "POINT")


def test_a_header_that_breaks_its_line_is_proposed_as_people_see_it_and_read() -> None:
    text = 'Beleg;"Verkaufte\u00a0Menge\u2028";Datum\x01;Artikel;Kunde\nR-1;2;2026-01-05;P1;C1\n'
    profile = columns(proposed(text, known=Known(frozenset({"P1"}), frozenset({"C1"}))))
    assert [column.header for column in profile.columns] == ["Beleg", "Verkaufte Menge", "Datum", "Artikel", "Kunde"]
    assert read_sales(text.encode(), CSV, RULES, profile).rows["quantity_milli"].to_list() == [2_000]


def test_two_columns_that_could_be_the_same_field_are_asked_about() -> None:
    proposal = proposed("Invoice Date;Ship Date;Qty\n2026-01-05;2026-01-06;1\n")
    assert columns(proposal).columns[0].field == "sold_on"
    assert (Q.FIELD_AMBIGUOUS, "sold_on") in asked(proposal)
    twice = proposed("Qty;Number;Number;Date\n1;2;3;2026-01-05\n")
    assert next(code for code, _ in asked(twice)) is Q.HEADER_REPEATED
    assert "Number" not in {column.header for column in columns(twice).columns}


@pytest.mark.parametrize(
    ("text", "dialect", "values"),
    [
        ("Beleg;Menge\nR-1;3\nR-2;-1\n", ReturnDialect.NEGATIVE_QUANTITY, ()),
        ("Beleg;Menge;Retouren\nR-1;3;\nR-2;;1\n", ReturnDialect.OWN_COLUMN, ()),
        ("Beleg;Menge;Art\nR-1;3;Rechnung\nR-2;1;Gutschrift\n", ReturnDialect.MARKED, ("Gutschrift",)),
        ("Beleg;Menge;Typ\nR-1;3;S\nR-2;1;R\n", ReturnDialect.MARKED, ("R",)),
        ("Beleg;Menge\nR-1;3\nR-2;1\n", ReturnDialect.NEGATIVE_QUANTITY, ()),
    ],
)
def test_the_dialect_of_returns_is_found(text: str, dialect: ReturnDialect, values: tuple[str, ...]) -> None:
    proposal = proposed(text)
    assert (columns(proposal).returns.dialect, columns(proposal).returns.values) == (dialect, values)
    seen = dialect is ReturnDialect.OWN_COLUMN or ";-1" in text
    assert ((Q.RETURNS, "quantity") in asked(proposal)) is not seen


def test_the_senders_terms_are_translated_and_unknown_ones_asked() -> None:
    proposal = proposed("Beleg;Menge;Belegart\nR-1;3;Rechnung\nR-2;1;Gutschrift\nR-3;1;Sonstiges\n")
    kinds = {str(name): dict(terms) for name, terms in columns(proposal).meanings.items()}
    assert kinds == {"document_kind": {"Rechnung": "INVOICE", "Gutschrift": "CREDIT_NOTE"}}
    assert (Q.VALUE_UNKNOWN, "document_kind") in asked(proposal)


def test_the_currency_may_stand_in_the_header_of_the_price() -> None:
    proposal = proposed("Beleg;Menge;Preis (CHF)\nR-1;3;4.50\n")
    assert dict(columns(proposal).constants) == {"currency": "CHF"}


@pytest.mark.parametrize("name", ["distributor-sales.xlsx", "german-1904.xlsx"])
def test_workbooks_are_proposed_from_their_own_cells(name: str) -> None:
    proposal = proposed((SAMPLES / name).read_bytes(), XLSX)
    assert {each.field for each in proposal.meanings} >= REQUIRED
    assert (columns(proposal).delimiter, columns(proposal).encoding) == (None, None)
    assert Q.DECIMAL_MARK not in {code for code, _ in asked(proposal)}


def test_the_storage_vendors_867_is_understood() -> None:
    known = Known(frozenset({"WD10PURZ"}), frozenset({"10045"}))
    proposal = proposed((SAMPLES / "storage-vendor-867.x12").read_bytes(), X12, known)
    found = fields(proposal)
    assert (found["N1*ST"], found["QTY*39"], found["LIN*VP"]) == ("reseller_account", "quantity", "product_code")
    assert found["N1*DS at the head"] is None
    assert asked(proposal) == [(Q.LINE_NUMBERS, "document_line")], "its returns are negative quantities"


def test_the_semiconductor_867_is_understood() -> None:
    proposal = proposed((SAMPLES / "semiconductor-867.x12").read_bytes(), X12)
    found = fields(proposal)
    assert (found["N1*ST"], found["N1*ST (2)"]) == ("reseller_account", "end_customer")
    assert (found["UIT"], found["UIT (2)"], found["UIT (3)"]) == ("unit_price", "book_price", "debit_price")
    assert (found["REF*DI"], found["REF*LI"], found["REF*AU"]) == (
        "document_number",
        "document_line",
        "special_price_number",
    )
    assert "RETURN" in meaning(proposal, "PTD*RP").reasons[0]
    assert asked(proposal) == []


def test_the_party_whose_accounts_are_known_is_the_reseller() -> None:
    known = Known(accounts=frozenset({"CA00009001"}))
    profile = proposed((SAMPLES / "semiconductor-867.x12").read_bytes(), X12, known).profile
    assert isinstance(profile, X12Profile)
    assert profile.reseller == (PartyPlace("ST", 2),)
    assert PartyPlace("ST", 2) not in profile.end_customer


def test_unknown_transfers_and_rising_prices_are_asked_about() -> None:
    data = interchange(
        "PTD*ZZ", "N1*ST*ALPHA*92*10045", "QTY*76*4*EA", "LIN*1*ZZ*P1", "UIT*EA*18", "UIT*EA*21", "REF*DI*INV-1",
        "DTM*003*20260104",
    )  # fmt: skip
    proposal = proposed(data, X12)
    assert (Q.QUALIFIER_UNKNOWN, "sale_type") in asked(proposal)
    assert (Q.FIELD_AMBIGUOUS, "unit_price") in asked(proposal)
    assert (Q.FIELD_NOT_FOUND, "product_code") in asked(proposal)
    assert isinstance(proposal.profile, X12Profile) and "76" in proposal.profile.return_quantities


@pytest.mark.parametrize("name", ["storage-vendor-slsrpt.edi", "semiconductor-slsrpt.edi"])
def test_sales_reports_in_edifact_are_understood(name: str) -> None:
    proposal = proposed((SAMPLES / name).read_bytes(), EDIFACT)
    assert {each.field for each in proposal.meanings} >= REQUIRED
    assert fields(proposal)["NAD+BY"] == "reseller_account"
    assert Q.RETURNS not in {code for code, _ in asked(proposal)}


@pytest.mark.parametrize("data", [";;\n;;\n", "nothing at all", "Beleg\nR-1\n"])
def test_what_has_no_header_is_refused_with_a_word(data: str) -> None:
    with pytest.raises(UnreadableReport) as refused:
        proposed(data)
    assert refused.value.code is FailureCode.HEADER_MISSING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_long_file_is_cut_behind_a_whole_line_in_every_encoding(encoding: str) -> None:
    line = "R-1;5;Müller\n"
    data = ("Beleg;Menge;Kunde\n" + line * 40_000).encode(encoding)
    sample = sample_of(data, len(data), CSV)
    assert not sample.whole and len(sample.data) <= MOST_OF_TEXT
    rows = sample.data.decode(encoding).splitlines()
    assert set(rows[1:]) == {line.strip()}
    assert sample_of(b"a;b\n1;2\n", 8, CSV) == Sample(b"a;b\n1;2\n", CSV, whole=True)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_sample_holds_it_is_proposed_and_read_or_refused_with_a_word(seed: int) -> None:
    dice = random.Random(seed)
    name = dice.choice([path.name for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"])
    data = bytearray((SAMPLES / name).read_bytes())
    for _ in range(dice.choice([1, 5, 40])):
        at, size = dice.randrange(len(data)), dice.choice([0, 1, 30])
        data[at : at + size] = dice.choice(
            [b"", b'"', b";", b"\n", b"\0", b"*", b"+", b"~", b"\xff", b"9" * 50, b"-1,5"]
        )
    written = format_of(bytes(data))
    try:
        profile = proposed(bytes(data), written).profile
        frame = read_sales(bytes(data), written, RULES, profile)
    except UnreadableReport as reason:
        assert reason.message
    else:
        assert all(issue.row <= frame.rows.height for issue in frame.found())
        assert frame.rows["row"].to_list() == list(range(1, frame.rows.height + 1))
