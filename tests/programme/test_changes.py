"""Why a figure changed: the parts of all causes are the difference, whatever happened in between."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.changes import Attributed, ChangeCause, Lived, Part, Worth, attributed, cause_kind

TEN, THREE, FOUR = Worth(1, 10_000, 500), Worth(1, 3_000, 90, 3_000), Worth(2, 4_000, 120)


@pytest.mark.parametrize(
    ("cause", "mode", "kind"),
    [
        ("submission 0b", None, ChangeCause.REPORT),
        ("submission 0b", "APPEND", ChangeCause.REPORT),
        ("submission 0b", "CORRECT", ChangeCause.CORRECTION),
        ("submission 0b", "REPLACE_PERIOD", ChangeCause.CORRECTION),
        ("decision 0b", None, ChangeCause.HELD_ROWS_DECIDED),
        ("alias 0b", None, ChangeCause.ALIAS_CONFIRMED),
        ("alias 0b undone", None, ChangeCause.ALIAS_UNDONE),
        ("merge 0b", None, ChangeCause.PARTIES_MERGED),
        ("merge 0b undone", None, ChangeCause.PARTIES_MERGED),
        ("units of product 0b", None, ChangeCause.UNITS_SET),
        ("incentive 0b", None, ChangeCause.RULE),
        ("statement 0b", None, ChangeCause.STATEMENT),
        ("rates", None, ChangeCause.TERMS),
        ("calendar", None, ChangeCause.TERMS),
        ("", None, ChangeCause.OTHER),
        ("a test", None, ChangeCause.OTHER),
    ],
)
def test_what_is_named_as_cause_says_what_kind_it_is(cause: str, mode: str | None, kind: ChangeCause) -> None:
    assert cause_kind(cause, mode) is kind


def test_a_line_that_is_corrected_counts_less_for_the_correction_and_its_successor_more() -> None:
    found = attributed([Lived[str](None, "c", TEN), Lived("c", None, THREE), Lived(None, None, FOUR)])
    assert found.before == Worth(3, 14_000, 620) and found.after == Worth(3, 7_000, 210, 3_000)
    assert found.parts == {"c": Part(added=THREE, ended=TEN)}
    assert found.parts["c"].difference == Worth(0, -7_000, -410, 3_000) == found.difference


def test_a_line_that_came_and_went_in_between_counts_once_for_each_of_its_causes() -> None:
    found = attributed([Lived("came", "went", TEN)])
    assert found.difference == Worth()
    assert found.parts == {"came": Part(added=TEN), "went": Part(ended=TEN)}


def test_what_one_cause_began_and_ended_is_nothing_to_anybody() -> None:
    assert attributed([Lived("both", "both", TEN)]) == Attributed(Worth(), Worth(), {})


worths = st.builds(Worth, st.integers(1, 5), *(st.integers(-(10**12), 10**12) for _ in range(3)))
moments = st.one_of(st.none(), st.integers(1, 6))
lives = st.lists(st.builds(Lived[int], moments, moments, worths))


@given(lives)
def test_the_parts_add_up_to_the_difference_exactly(lived: list[Lived[int]]) -> None:
    found = attributed(lived)
    total = Worth()
    for part in found.parts.values():
        total = total + part.difference
    assert total == found.difference == found.after - found.before


@given(lives)
def test_step_by_step_each_part_is_what_the_figure_changes_by(lived: list[Lived[int]]) -> None:
    """Another path: what counts after the first so many causes, one cause after the other."""
    real = [each for each in lived if each.began is None or each.ended is None or each.began <= each.ended]
    found = attributed(real)

    def at(moment: int) -> tuple[int, ...]:
        counting = [
            astuple(each.worth)
            for each in real
            if (each.began or 0) <= moment and (each.ended is None or each.ended > moment)
        ]
        return tuple(map(sum, zip(*counting, strict=True))) if counting else (0, 0, 0, 0)

    assert astuple(found.before) == at(0) and astuple(found.after) == at(6)
    for moment in range(1, 7):
        step = tuple(now - then for now, then in zip(at(moment), at(moment - 1), strict=True))
        assert astuple(found.parts.get(moment, Part()).difference) == step
