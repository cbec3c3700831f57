"""What comparable resellers buy and a reseller does not, beside a plain comparison of each with each."""

from hypothesis import given
from hypothesis import strategies as st

from app.programme.white_space import LEAST_PEERS, TIMES, Buyer, WhiteSpace, white_space


def plainly(buyers: list[Buyer[int]]) -> set[WhiteSpace[int]]:
    found = set()
    for one in buyers:
        peers = [
            each
            for each in buyers
            if each.id != one.id
            and each.group == one.group
            and each.units > 0
            and one.units <= each.units * TIMES
            and each.units <= one.units * TIMES
        ]
        if one.units <= 0 or len(peers) < LEAST_PEERS:
            continue
        for family in {name for each in peers for name in each.families}:
            bought = sum(each.families.get(family, 0) > 0 for each in peers)
            if bought and one.families.get(family, 0) <= 0:
                found.add(WhiteSpace(one.id, family, bought, len(peers)))
    return found


FAMILIES = st.dictionaries(st.sampled_from("ABCD"), st.integers(-5, 60), max_size=4)
BUYERS = st.lists(st.tuples(st.sampled_from(["VAR", "MSP"]), FAMILIES), max_size=30)


@given(BUYERS)
def test_it_is_what_comparing_each_with_each_finds(given: list[tuple[str, dict[str, int]]]) -> None:
    buyers = [Buyer(number, (kind, ""), families) for number, (kind, families) in enumerate(given)]
    found = list(white_space(buyers))
    assert len(found) == len(set(found)) and set(found) == plainly(buyers)


def test_five_peers_are_enough_and_four_are_not() -> None:
    peers = [Buyer(number, ("VAR", "EMEA"), {"Drives": 10, "Switches": number % 2}) for number in range(1, 6)]
    one = Buyer(0, ("VAR", "EMEA"), {"Drives": 4})
    assert [each for each in white_space([one, *peers]) if each.buyer == 0] == [WhiteSpace(0, "Switches", 3, 5)]
    assert not [each for each in white_space([one, *peers[1:]]) if each.buyer == 0]


def test_who_is_of_another_kind_region_or_size_is_no_peer() -> None:
    peers = [Buyer(number, ("VAR", "EMEA"), {"Drives": 10, "Switches": 10}) for number in range(1, 6)]
    for one in (
        Buyer(0, ("MSP", "EMEA"), {"Drives": 20}),
        Buyer(0, ("VAR", "APAC"), {"Drives": 20}),
        Buyer(0, ("VAR", "EMEA"), {"Drives": 81}),
        Buyer(0, ("VAR", "EMEA"), {"Drives": 4}),
        Buyer(0, ("VAR", "EMEA"), {"Drives": -4}),
    ):
        assert [each for each in white_space([one, *peers]) if each.buyer == 0] == []
    largest = Buyer(0, ("VAR", "EMEA"), {"Drives": 80})
    assert [each.family for each in white_space([largest, *peers]) if each.buyer == 0] == ["Switches"]
