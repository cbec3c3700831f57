"""What is left where a name stood, and how a name is found however a format writes it."""

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.end_customers import customer_hash, customer_name
from app.programme.erasures import ERASED, compared_hash, in_bytes, in_text, longest, shown, too_short

NAME: Final = 'Müller & "Söhne" KG'


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ('to Müller & "Söhne" KG today', "to X today"),
        ('MÜLLER & "SÖHNE" KG', "X"),
        ('{"end_customer":"Müller & \\"Söhne\\" KG"}', '{"end_customer":"X"}'),
        ('1,"Müller & ""Söhne"" KG",2', '1,"X",2'),
        ("Müller &amp; &quot;Söhne&quot; KG", "X"),
        ('Müller  &\n"Söhne" KG', "X"),
        ('Mu\u0308ller & "So\u0308hne" KG', "X"),
        ('Obermüller & "Söhne" KG', 'Obermüller & "Söhne" KG'),
        ('Müller & "Söhne" KGaA', 'Müller & "Söhne" KGaA'),
        ("Müller AG", "Müller AG"),
    ],
)
def test_a_name_is_found_in_a_text_where_it_stands_by_itself(text: str, marked: str) -> None:
    assert in_text(NAME).sub("X", text) == marked


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le", "utf-16-be"])
def test_a_name_is_found_in_every_encoding(encoding: str) -> None:
    text = '1;"Müller & ""Söhne"" KG";2\r\n2;Obermüller & Söhne KG\r\n'
    data = text.encode(encoding)
    found = in_bytes(NAME, data).findall(data)
    assert [each.decode(encoding) for each in found] == ['Müller & ""Söhne"" KG']


def test_a_name_that_edifact_continues_in_another_component_or_releases_is_found() -> None:
    data = b"NAD+UD+++O?'Brien?+Co Wholesale and Sons:International'"
    assert in_bytes("O'Brien+Co Wholesale and Sons International").sub(b"X", data) == b"NAD+UD+++X'"


def test_what_is_left_tells_no_name_and_compares_as_the_name_did() -> None:
    network = "n"
    token = f"{ERASED}{customer_hash(network, customer_name(NAME))}:{'0' * 64}"
    assert shown(token) is None and shown(NAME) == NAME and shown(None) is None
    assert compared_hash(network, token) == compared_hash(network, NAME) == compared_hash(network, "MUELLER und Soehne")
    assert compared_hash(network, "Another") != compared_hash(network, token)


@pytest.mark.parametrize(
    ("name", "short"), [("IT", True), ("A-B", True), ("ABC", False), ("3M & Co", False), ("--", True)]
)
def test_a_name_of_less_than_three_letters_is_not_looked_for(name: str, short: bool) -> None:
    assert too_short(name) is short


names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=3, max_size=40).filter(
    lambda each: not too_short(each) and each.strip() == each
)


@given(name=names, encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_any_name_is_found_in_its_own_bytes_and_is_no_longer_than_is_said(name: str, encoding: str) -> None:
    data = f"; {name} ;".encode(encoding)
    found = in_bytes(name, data).search(data)
    assert found is not None and len(found[0]) <= longest(name)
    assert in_text(name).search(f"; {name} ;") is not None


@given(name=names)
def test_what_was_marked_is_not_found_again(name: str) -> None:
    mark = "ERASED-0a1b2c3d"
    if re.search(re.escape(name.casefold()), mark.casefold()):
        return
    assert in_text(name).search(in_text(name).sub(mark, f"; {name} ;")) is None
