"""Volume periods that an agreement begins or ends within, and agreements that renew others."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.execution.identifiers import Key, global_id, key_of
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.partners_kit import nodes
from tests.api.volume_kit import (
    Q2,
    Q3,
    bought,
    committed,
    forget,
    owed,
    period,
    price,
    product,
    settled,
    tiered,
    volume,
)
from tests.world import END, START

NEXT_YEAR = date(2027, 1, 1)


@pytest.fixture
async def agreement(api: Api) -> AsyncIterator[str]:
    found = await tiered(api)
    await forget(api)
    yield found
    own = api.world.agreements["Acme", "Dist One"]
    await api.world.connection.execute(
        "UPDATE agreement SET effective_start = $2, effective_end = $3 WHERE id = $1", own, START, END
    )


async def in_effect(api: Api, start: date, end: date) -> None:
    own = api.world.agreements["Acme", "Dist One"]
    await api.world.connection.execute(
        "UPDATE agreement SET effective_start = $2, effective_end = $3 WHERE id = $1", own, start, end
    )


async def follows(api: Api, start: date, **changed: Any) -> str:
    """An agreement of the same distributor from a day on, with tiers of its own: Basic, Plus."""
    world, id = api.world, new_id()
    columns = [
        row["attname"]
        for row in await world.connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'agreement'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = ''"
        )
    ]
    given = {"id": id, "effective_start": start, "effective_end": NEXT_YEAR, "volume_commitment": None} | changed
    own = world.agreements["Acme", "Dist One"]
    row = dict(await world.connection.fetchrow("SELECT * FROM agreement WHERE id = $1", own))
    await world.add("agreement", **{name: given.get(name, row[name]) for name in columns})
    for rank, name in enumerate(("Basic", "Plus"), 1):
        await world.add(
            "volume_tier",
            vendor_id=row["vendor_id"],
            agreement_id=id,
            distributor_id=row["distributor_id"],
            rank=rank,
            name=name,
            threshold=rank * 10**12,
            discount=rank * 100_000,
            rebate_eligible=True,
        )
    return global_id("DistributionAgreement", Key(row["vendor_id"], id))


async def test_a_commitment_is_prorated_by_the_days_of_a_shortened_period(api: Api, agreement: str) -> None:
    await in_effect(api, date(2025, 2, 15), date(2025, 8, 16))
    await committed(api, "SHORTFALL_FEE", 100_000)
    caller = await api.distributor()
    first, second, third = [await period(caller, agreement, start) for start in (date(2025, 2, 15), Q2, Q3)]
    assert [each["commitment"]["amount"] for each in (first, second, third)] == ["5000", "10000", "5000"]
    assert first["commitmentTold"] == (
        "EUR 10,000.00 is committed for a whole period; the agreement is in effect on 45 of the 90 days from 2025-01-01"
        " until 2025-04-01, so EUR 5,000.00 for these, by days."
    )
    assert second["commitmentTold"] == "EUR 10,000.00 is committed for the period."
    now = (await volume(caller, agreement))["volume"]
    assert (now["commitment"]["amount"], now["shortfall"]["amount"]) == ("5000", "5000")
    assert now["commitmentTold"] == third["commitmentTold"] and "46 of the 92 days" in now["commitmentTold"]
    await bought(api, "P-1,1,2025-03-01,DRIVE-1,40,100,EUR", start=date(2025, 2, 15), end=date(2025, 8, 16))
    found = await period(caller, agreement, date(2025, 2, 15))
    assert (found["shortfall"]["amount"], found["fee"]["amount"]) == ("1000", "100")
    assert (await settled(api, agreement, date(2025, 2, 15)))["userErrors"] == [] and await owed(api) == 10_000


async def test_an_agreement_that_renews_another_begins_with_the_tier_that_this_one_attained(
    api: Api, agreement: str
) -> None:
    await bought(api, "R-1,1,2025-04-10,DRIVE-2,30,250,EUR")
    await in_effect(api, START, Q3)
    caller = await api.distributor()
    assert (await period(caller, agreement, Q2))["attained"]["name"] == "Platinum"
    renewing = await follows(api, Q3)
    try:
        found = nodes((await volume(caller, renewing))["volumePeriods"])
        assert [each["carried"] and each["carried"]["name"] for each in found][-2:] == [None, "Plus"]
        begun = await price(caller, renewing, Q3, product(api))
        assert (begun["tier"]["name"], begun["discount"]) == ("Plus", "0.2")
        assert (await price(caller, renewing, date(2025, 10, 1), product(api)))["tier"] is None
        await committed(api, "TIER_DROP", amount=20_000)
        assert (await period(caller, renewing, Q3))["carried"]["name"] == "Plus", "Gold, which is 2 as Plus is"
        await bought_less(api)
        assert (await period(caller, renewing, Q3))["carried"]["name"] == "Basic"
    finally:
        await api.world.connection.execute("DELETE FROM volume_tier WHERE name IN ('Basic', 'Plus')")
        await api.world.connection.execute("DELETE FROM agreement WHERE id = $1", _id(renewing))


async def bought_less(api: Api) -> None:
    """Half a year ago less was bought: Gold, one lower because of the commitment."""
    await api.world.connection.execute("UPDATE sell_in_line SET amount = amount / 3")


async def test_what_begins_later_or_elsewhere_renews_nothing(api: Api, agreement: str) -> None:
    await bought(api, "R-2,1,2025-04-10,DRIVE-2,30,250,EUR")
    await in_effect(api, START, Q3)
    caller = await api.distributor()
    program = new_id()
    row = dict(await api.world.connection.fetchrow("SELECT * FROM program LIMIT 1"))
    generated = await api.world.connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'program'::regclass AND attgenerated <> ''"
    )
    kept = {name: value for name, value in row.items() if name not in {each["attname"] for each in generated}}
    await api.world.add("program", **(kept | {"id": program, "vendor_id": api.world.vendors["Acme"], "name": "Other"}))
    for changed in (
        {"start": date(2025, 7, 2)},
        {"start": Q3, "program_id": program},
        {"start": Q3, "territory": ["JP"]},
    ):
        other = await follows(api, **changed)
        found = nodes((await volume(caller, other))["volumePeriods"])
        assert [each["carried"] for each in found][-1] is None
        await api.world.connection.execute("DELETE FROM volume_tier WHERE name IN ('Basic', 'Plus')")
        await api.world.connection.execute("DELETE FROM agreement WHERE id = $1", _id(other))


async def test_a_competitor_learns_neither_the_commitment_nor_what_is_renewed(api: Api, agreement: str) -> None:
    await committed(api, "SHORTFALL_FEE", 100_000)
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis"), await api.reseller()):
        answer = await caller.raw("distributor/volume.graphql", agreement=agreement, first=5)
        assert (answer.get("data") or {}).get("node") is None


def _id(text: str) -> UUID:
    key = key_of("DistributionAgreement", text)
    assert key is not None
    return key.id
