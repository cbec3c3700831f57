"""When two names, or two addresses, mean one end customer."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.end_customers import customer_domain, customer_hash, customer_name


@pytest.mark.parametrize(
    "same",
    [
        ("Müller & Söhne GmbH", "MUELLER UND SOEHNE", "Muller + Sohne GmbH & Co. KG", "müller  &  söhne g.m.b.h."),
        ("Société Générale S.A.", "SOCIETE GENERALE", "S.A. Société Générale"),
        ("Acme, Inc.", "ACME Incorporated", "Acme Corp.", "acme"),
        ("O'Brien Ltd", "OBrien Limited", "O’Brien"),
        ("Straße AG", "STRASSE"),
        ("Łódź Sp. z o.o.", "LODZ"),
        ("Ｔｏｋｙｏ　Systems K.K.", "Tokyo Systems"),
        ("Ærø ApS", "Aero ApS"),
        ("The Company Inc.", "The Company"),
    ],
)
def test_legal_forms_case_accents_and_signs_make_no_other_customer(same: tuple[str, ...]) -> None:
    assert len({customer_name(name) for name in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH", "Möller GmbH"),
        ("Hospital North", "Hospital South"),
        ("Bank 1", "Bank 2"),
        ("株式会社東京", "株式会社大阪"),
        ("The Company Inc.", "The Group"),
    ],
)
def test_different_customers_stay_different(one: str, other: str) -> None:
    assert customer_name(one) != customer_name(other)


def test_a_name_that_is_nothing_but_a_legal_form_is_kept() -> None:
    assert customer_name("AG") == "ag"
    assert customer_name("!!!") == ""


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("jo@mail.shop.example.co.uk", "example.co.uk"),
        ("https://www.Example.DE:8443/a?b=c@d#e", "example.de"),
        ("mailto:jo@example.com", "example.com"),
        ("http://user:word@host.example.com.au/", "example.com.au"),
        ("example.com.", "example.com"),
        ("straße.de", "strasse.de"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("jo@gmail.com", None),
        ("someone@web.de", None),
    ],
)
def test_a_domain_is_the_part_that_a_firm_registers(address: str, domain: str | None) -> None:
    assert customer_domain(address) == domain


@pytest.mark.parametrize(
    "wrong", ["", "example", "10.0.0.1", "[::1]", "co.uk", "a b.de", "-x.de", "x..de", "a" * 64 + ".de", "@"]
)
def test_what_is_no_address_of_a_firm_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        customer_domain(wrong)


@given(st.text())
def test_a_normalised_name_stays_as_it_is_and_knows_no_case(text: str) -> None:
    name = customer_name(text)
    assert customer_name(f"  {text}  ") == name
    assert customer_name(unicodedata.normalize("NFD", text)) == customer_name(unicodedata.normalize("NFC", text))
    assert " " not in (name[:1], name[-1:])


@given(
    st.lists(st.sampled_from(["Nord", "HOSPITAL", "7", "Blue", "Ärzte"]), min_size=1).map(" ".join),
    st.sampled_from([" GmbH", ", Inc.", " LTD", " & Co. KG"]),
)
def test_a_legal_form_more_makes_no_other_customer(text: str, form: str) -> None:
    assert customer_name(text + form) == customer_name(text)


@given(st.text())
def test_reading_an_address_never_fails_otherwise(text: str) -> None:
    try:
        found = customer_domain(text)
    except ValueError:
        return
    assert found is None or customer_domain(found) == found


def test_two_networks_keep_different_hashes_of_one_customer() -> None:
    assert customer_hash("a", "acme") != customer_hash("b", "acme")
    assert customer_hash("a", "acme") == customer_hash("a", "acme")
