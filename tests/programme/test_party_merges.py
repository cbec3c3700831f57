"""When two records of one reseller may become one, and what the survivor takes over."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.party_merges import Hindrance, Place, Standing, hindrances, joined, said, taken_over

ALONE: list[tuple[str, Any, Hindrance]] = [
    ("linked", True, Hindrance.LINKED),
    ("invitations", 1, Hindrance.INVITED),
    ("survivor_gone", True, Hindrance.SURVIVOR_GONE),
    ("merged_already", True, Hindrance.MERGED_ALREADY),
    ("has_taken_over", 2, Hindrance.HAS_TAKEN_OVER),
    ("deals", 3, Hindrance.OPEN_DEALS),
    ("funds", 1, Hindrance.FUNDS),
    ("spiff_claims", 4, Hindrance.SPIFF_CLAIMS),
    ("commissions", 2, Hindrance.COMMISSIONS),
    ("contested_lines", 1, Hindrance.CONTESTED_LINES),
    ("sell_out_reports", 1, Hindrance.SELL_OUT),
    ("documents", 1, Hindrance.DOCUMENTS),
    ("applications", 1, Hindrance.APPLICATIONS),
]


@pytest.mark.parametrize(("name", "value", "found"), ALONE)
def test_each_thing_alone_is_in_the_way_and_is_said(name: str, value: object, found: Hindrance) -> None:
    given: dict[str, Any] = {name: value}
    standing = Standing(**given)
    assert hindrances(standing) == [found]
    words = said(found, standing, "Gone", "Kept")
    assert ("Kept" if found is Hindrance.SURVIVOR_GONE else "Gone") in words and "{" not in words
    assert type(value) is bool or value == 1 or str(value) in words


def test_nothing_is_in_the_way_of_two_quiet_records_and_everything_is_told_at_once() -> None:
    assert hindrances(Standing()) == []
    every: dict[str, Any] = {name: value for name, value, _ in ALONE}
    everything = Standing(**every)
    assert hindrances(everything) == [found for _, _, found in ALONE]
    assert {each.name for each in fields(Standing)} == {"same", *(name for name, _, _ in ALONE)}
    assert hindrances(replace(everything, same=True)) == [Hindrance.SAME]
    assert [each for each in Hindrance if each.concerns_survivor] == [Hindrance.SURVIVOR_GONE]


@pytest.mark.parametrize(
    ("gone", "kept", "becomes"),
    [
        ("ACTIVE", None, "ACTIVE"),
        ("SUSPENDED", None, "SUSPENDED"),
        ("APPLIED", None, "APPLIED"),
        ("ENDED", None, None),
        ("ACTIVE", "ACTIVE", None),
        ("ACTIVE", "SUSPENDED", None),
        ("ACTIVE", "ENDED", "ACTIVE"),
        ("ENDED", "ENDED", None),
    ],
)
def test_the_survivor_takes_over_what_it_lacks(gone: str, kept: str | None, becomes: str | None) -> None:
    found = taken_over(Place(gone, "tier"), None if kept is None else Place(kept, "other"))
    assert found == (None if becomes is None else Place(becomes, "tier"))


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.sampled_from("abcdef"), unique=True))
def test_joined_accounts_are_all_accounts_each_once_the_survivors_first(gone: list[str], kept: list[str]) -> None:
    found = joined(gone, kept)
    assert set(found) == {*gone, *kept} and len(found) == len(set(found)) and found[: len(kept)] == kept
