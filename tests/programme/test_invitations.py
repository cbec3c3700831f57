"""Which addresses are of the inviter's own firm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.invitations import is_of_own_firm, mailbox

OWN = ("dora@dist-one.example", "Ines.Lang@mail.dist-one.example", "boss@gmail.com", "it@gmx.de", "root@localhost")
CASES = [
    ("dora@dist-one.example", True, "one of its people"),
    ("DORA@Dist-One.Example", True, "the same, written otherwise"),
    ("dora+reseller@dist-one.example", True, "her mailbox, with a tag"),
    ("nobody.yet@dist-one.example", True, "at the domain of her"),
    ("sales@shop.dist-one.example", True, "at a host of that domain"),
    ("owner@newline.example", False, "another firm"),
    ("dora@dist-one.example.org", False, "a domain that begins alike"),
    ("dora@not-dist-one.example", False, "a domain that ends alike"),
    ("someone@gmail.com", False, "where anybody may have an address"),
    ("boss@gmail.com", True, "the very mailbox, where anybody may have one"),
    ("b.o.s.s+x@googlemail.com", True, "that mailbox with dots, a tag and the provider's other name"),
    ("i.t@gmx.de", False, "dots tell mailboxes apart at other providers"),
    ("it+1@gmx.de", True, "a tag does not"),
    ("owner@gmx.de", False, "a neighbour at the provider"),
    ("root@localhost", True, "the very address, though it is of no domain"),
    ("other@localhost", False, "what is no domain says nothing"),
    ("+tag@newline.example", False, "nothing but a tag"),
]


@pytest.mark.parametrize(("invited", "expected", "why"), CASES, ids=[why for *_, why in CASES])
def test_an_address_is_of_the_own_firm(invited: str, expected: bool, why: str) -> None:
    assert is_of_own_firm(invited, OWN) is expected


def test_a_firm_without_people_has_no_addresses() -> None:
    assert not is_of_own_firm("dora@dist-one.example", ())


@given(st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9})?@[a-z]{1,9}\.example", fullmatch=True), st.text("ab", max_size=4))
def test_ones_own_mailbox_is_ones_own_however_it_is_written(address: str, tag: str) -> None:
    local, _, host = address.partition("@")
    written = f"{local.upper()}+{tag}@{host.upper()}"
    assert mailbox(written) == mailbox(address)
    assert is_of_own_firm(written, [address])
