"""A list of resellers, row by row."""

from hypothesis import given
from hypothesis import strategies as st

from app.programme.onboarding_rows import ImportOutcome, Known, Named

Out = ImportOutcome


def known(*rows: tuple[str, str, list[str]]) -> Known:
    found = Known()
    for name, country, accounts in rows:
        found.add(Named.of(name, country, accounts), name)
    return found


def test_a_new_name_with_new_numbers_takes_effect() -> None:
    assert known(("Nord", "DE", ["1"])).judge(Named.of("Süd", "DE", ["2"])) == (Out.ACCEPTED, {})


def test_what_is_so_already_is_a_duplicate_however_it_is_written() -> None:
    there = known(("Nord  GmbH", "DE", ["1", "2"]))
    for accounts in (["1"], ["2", "1"], []):
        assert there.judge(Named.of("nord gmbh", "DE", accounts)) == (Out.DUPLICATE, {})


def test_a_number_of_somebody_else_is_in_the_way() -> None:
    outcome, in_way = known(("Nord", "DE", ["1"])).judge(Named.of("Süd", "DE", ["1", "2"]))
    assert (outcome, in_way) == (Out.REJECTED, {"1": "Nord"})


def test_whether_a_second_firm_of_one_name_is_the_same_a_person_decides() -> None:
    there = known(("Nord", "DE", ["1"]))
    assert there.judge(Named.of("Nord", "DE", ["2"])) == (Out.REJECTED, {"": "Nord"})
    assert there.judge(Named.of("Nord", "AT", ["2"])) == (Out.ACCEPTED, {})


NAMES = st.tuples(st.sampled_from("ab"), st.sampled_from(["DE", "AT"]), st.lists(st.sampled_from("1234"), max_size=3))


@given(st.lists(NAMES, max_size=12))
def test_no_number_is_ever_given_twice_and_doing_it_again_gives_nothing(rows: list[tuple[str, str, list[str]]]) -> None:
    found, given_away = Known(), []
    for name, country, accounts in rows:
        row = Named.of(name, country, accounts)
        outcome, in_way = found.judge(row)
        assert (outcome is Out.REJECTED) == bool(in_way)
        if outcome is Out.ACCEPTED:
            found.add(row, name)
            given_away += sorted(row.accounts)
    assert len(given_away) == len(set(given_away))
    assert all(found.judge(Named.of(*row))[0] is not Out.ACCEPTED for row in rows)
