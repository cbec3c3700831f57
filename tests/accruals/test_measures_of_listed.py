"""What a rule measures that counts some resellers alone is the plain sum of the lines sold to those of its list, of that
agreement, whichever source answers; and the rule that is offered names no segment any more."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accruals.measures import queries as measures
from app.accruals.measures.queries import Asking, Slot
from app.programme.incentive_data import rule_as_data, rule_from
from app.programme.incentive_lists import frozen, is_divided, lists_of
from app.programme.incentive_wording import described
from app.programme.incentives import Measure, Scope
from app.store.database import Database, acting_as_worker
from tests.accruals.test_measures import BOOK, QUARTERS, UNITS, channel, lines_of, rule, worth
from tests.sales_channel import Channel, Line

__all__ = ["channel"]
SEGMENTS = [str(UUID(int=each)) for each in range(1, 6)]
NAMED = st.frozensets(st.sampled_from(SEGMENTS))


async def listed(channel: Channel, distributor: str, resellers: set[UUID]) -> str:
    """The name of a list of these resellers under an agreement."""
    world, name = channel.world, uuid4()
    for reseller in resellers:
        await world.add(
            "incentive_reseller",
            vendor_id=world.vendors["Acme"],
            id=uuid4(),
            list_id=name,
            agreement_id=world.agreements["Acme", distributor],
            distributor_id=world.parties["Acme", distributor],
            reseller_id=reseller,
        )
    return str(name)


def of_listed(channel: Channel, distributor: str, place: int, resellers: set[str]) -> list[Line]:
    return [each for each in lines_of(channel, QUARTERS[place], distributor) if each.reseller in resellers]


@pytest.mark.parametrize("measure", [UNITS, BOOK])
@pytest.mark.parametrize("names", [{"Reseller One"}, {"Reseller Two", "Reseller One"}, set()])
async def test_the_lines_to_those_in_the_list_count_from_months_and_from_lines(
    channel: Channel, measure: Measure, names: set[str]
) -> None:
    world = channel.world
    name = await listed(channel, "Dist One", {world.parties["Acme", each] for each in names})
    of = replace(measure, scope=Scope(resellers=frozenset({name})))
    vendor_id, agreement = world.vendors["Acme"], world.agreements["Acme", "Dist One"]
    for whole in (True, False):
        slots = [Slot(agreement, world.parties["Acme", "Dist One"], span, whole, alone=True) for span in QUARTERS]
        async with channel.database.reading(acting_as_worker(vendor_id)) as session:
            found = await measures.measured(session, Asking(vendor_id), rule(of), of, slots)
        for place, volume in enumerate(found):
            lines = of_listed(channel, "Dist One", place, names)
            expected = sum(each.quantity if measure is UNITS else worth(each) or 0 for each in lines)
            assert volume.total == expected, (whole, place)
    assert not names or any(of_listed(channel, "Dist One", place, names) for place in range(len(QUARTERS)))


async def test_a_list_is_of_one_agreement(channel: Channel, database: Database) -> None:
    world = channel.world
    name = await listed(channel, "Dist Two", {world.parties["Acme", "Reseller One"]})
    of = replace(UNITS, scope=Scope(resellers=frozenset({name})))
    vendor_id = world.vendors["Acme"]
    slots = [
        Slot(world.agreements["Acme", each], world.parties["Acme", each], span, whole=True)
        for each in ("Dist One", "Dist Two")
        for span in QUARTERS
    ]
    async with database.reading(acting_as_worker(vendor_id)) as session:
        found = await measures.measured(session, Asking(vendor_id), rule(of), of, slots)
    own = [
        sum(each.quantity for each in of_listed(channel, "Dist Two", place, {"Reseller One"}))
        for place in range(len(QUARTERS))
    ]
    assert [each.total for each in found] == [0] * len(QUARTERS) + own and any(own)


@given(NAMED, NAMED, st.uuids(), st.integers(1, 9))
def test_a_rule_that_is_offered_names_lists_and_no_segment(
    qualifying: frozenset[str], paying: frozenset[str], incentive: UUID, version: int
) -> None:
    drafted = rule(replace(UNITS, scope=Scope(segments=qualifying)), replace(UNITS, scope=Scope(segments=paying)))
    offered, lists = frozen(drafted, incentive, version), lists_of(drafted, incentive, version)
    assert is_divided(drafted) == bool(qualifying or paying) and not is_divided(offered)
    assert sorted(map(sorted, lists.values())) == sorted(sorted(each) for each in {qualifying, paying} if each)
    scopes = offered.qualifying.scope, offered.paying.scope
    assert {UUID(each) for scope in scopes for each in scope.resellers} == lists.keys()
    assert (scopes[0] == scopes[1]) == (
        qualifying == paying
    ) and offered.pays_what_qualifies == drafted.pays_what_qualifies
    assert rule_from(rule_as_data(offered)) == offered == frozen(offered, incentive, version)
    assert lists.keys().isdisjoint(lists_of(drafted, incentive, version + 1))
    text = described(offered)
    assert not any(each in text for each in SEGMENTS) and ("listed with it" in text) == bool(lists)


def test_a_rule_that_was_kept_before_there_were_lists_is_read_as_it_was() -> None:
    data = rule_as_data(rule(UNITS))
    for measure in ("qualifying", "paying"):
        for name in ("segments", "resellers"):
            del data[measure]["scope"][name]
    assert rule_from(data) == rule(UNITS)
