"""How both sides keep an agreement, as one score: weights, what drops out, and the comparison with peers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.compliance import (
    DEFAULT_WEIGHTS,
    MICRO,
    Component,
    ComponentKind,
    Measured,
    Side,
    benchmark,
    capped,
    median,
    problems,
    scored,
)

K = ComponentKind
F = Fraction


def component(kind: ComponentKind, weight: int, value: int | None, needed: int | None = None) -> Component:
    return Component(kind, weight, Measured(value, "found"), needed)


@pytest.mark.parametrize(
    ("achieved", "needed", "score"),
    [
        (5 * MICRO, 10 * MICRO, F(1, 2)),
        (10 * MICRO, 10 * MICRO, F(1)),
        (30 * MICRO, 10 * MICRO, F(1)),
        (-1, MICRO, F(0)),
        (0, 0, F(1)),
        (600_000, 800_000, F(3, 4)),
    ],
)
def test_a_component_counts_from_nothing_to_all_of_what_was_agreed(achieved: int, needed: int, score: Fraction) -> None:
    assert capped(achieved, needed) == score


def test_the_score_is_the_weighted_mean_and_what_cannot_be_measured_drops_out_visibly() -> None:
    found = scored(
        [
            component(K.REPORTING_IN_TIME, 25, 800_000),
            component(K.DATA_QUALITY, 20, None),
            component(K.STOCK_IN_BAND, 15, 500_000),
            component(K.ACTIVE_RESELLERS, 10, 30 * MICRO, 20 * MICRO),
        ]
    )
    assert found.shares == (F(1, 2), F(0), F(3, 10), F(1, 5))
    assert found.score == F(1, 2) * F(4, 5) + F(3, 10) * F(1, 2) + F(1, 5)
    assert [each.score for each in found.components] == [F(4, 5), None, F(1, 2), F(1)]


def test_where_nothing_can_be_measured_there_is_no_score() -> None:
    assert scored([component(K.DATA_QUALITY, 20, None), component(K.STOCK_IN_BAND, 0, MICRO)]).score is None
    assert scored([]).score is None


VALUES = st.none() | st.integers(-MICRO, 3 * MICRO)
ROWS = st.lists(st.tuples(st.integers(0, 100), VALUES, st.none() | st.integers(0, 2 * MICRO)), max_size=9)


@given(ROWS)
def test_shares_sum_to_one_or_to_nothing_and_the_score_lies_between_the_lowest_and_highest(
    rows: list[tuple[int, int | None, int | None]],
) -> None:
    found = scored(component(K.DATA_QUALITY, *row) for row in rows)
    counted = [each.score for each in found.components if each.score is not None]
    assert sum(found.shares) == (1 if counted else 0)
    assert (found.score is None) == (not counted)
    if found.score is not None:
        assert 0 <= min(counted) <= found.score <= max(counted) <= 1


@given(ROWS, st.integers(2, 9))
def test_weights_count_only_beside_one_another(rows: list[tuple[int, int | None, int | None]], times: int) -> None:
    once = scored(component(K.DATA_QUALITY, weight, value, needed) for weight, value, needed in rows)
    more = scored(component(K.DATA_QUALITY, weight * times, value, needed) for weight, value, needed in rows)
    assert (once.score, once.shares) == (more.score, more.shares)


def test_each_side_needs_something_that_weighs() -> None:
    assert problems(DEFAULT_WEIGHTS) == []
    of_vendor = {kind: 0 if kind.side is Side.VENDOR else 1 for kind in K}
    assert len(problems(of_vendor)) == 1 and "vendor" in problems(of_vendor)[0]
    assert len(problems({})) == 2
    assert set(DEFAULT_WEIGHTS) == set(K)
    assert [sum(w for kind, w in DEFAULT_WEIGHTS.items() if kind.side is side) for side in Side] == [100, 100]


def test_a_benchmark_needs_five_peers_and_tells_no_number_of_them() -> None:
    peers = [F(n, 10) for n in (2, 4, 5, 6, 9)]
    assert benchmark(F(1, 2), peers[:4]) is None and benchmark(None, peers) is None
    found = benchmark(F(1), peers)
    assert found is not None and (found.median, found.quarter) == (F(1, 2), 1)
    lowest = benchmark(F(0), peers)
    assert lowest is not None and lowest.quarter == 4
    assert median([F(1), F(0)]) == F(1, 2)
    with pytest.raises(ValueError, match="no middle"):
        median([])


@given(st.fractions(0, 1), st.lists(st.fractions(0, 1), min_size=5, max_size=30))
def test_a_quarter_is_from_one_to_four_and_nobody_better_means_the_first(own: Fraction, peers: list[Fraction]) -> None:
    found = benchmark(own, peers)
    assert found is not None and 1 <= found.quarter <= 4
    assert found.quarter == 1 or any(peer > own for peer in peers)
    assert min(peers) <= found.median <= max(peers)
