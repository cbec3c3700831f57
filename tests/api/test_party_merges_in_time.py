"""Merged records over time: as of before, in closed periods, from a day on, with what is reported and corrected since."""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id, key_of
from app.programme.incentives import Band, Measure, Rule, Scope
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.sales import Valuation
from app.reports.counting.actions import Busy
from app.reports.counting.queries import take_turn
from app.reports.merging import applying
from app.reports.merging.applying import carry_out_merge
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.held_kit import in_order
from tests.api.merging_kit import MERGE, Merging, figures, identity, sold_to, unlinked
from tests.incentives_kit import offered

AS_KNOWN = """query($period: DateRangeInput!, $asOf: DateTime) { viewer { vendor { network(asOf: $asOf) {
  sales(period: $period, by: [RESELLER], first: 200) { edges { node { reseller { id } sellThroughUnits } } } } } } }"""
YEAR = {"start": "2026-01-01", "end": "2026-12-31"}


@pytest.fixture
async def merging(api: Api) -> Merging:
    return await Merging.of(api)


def row(merging: Merging, which: str, number: str, units: int, day: str = "2026-01-05", line: int = 1) -> str:
    return f"{number}-{merging.mark},{line},{day},DRIVE-1,{merging.account(which)},{units},120,EUR,DE"


async def known(merging: Merging, as_of: datetime | None = None) -> dict[str, str]:
    """Units by record, of the two that are merged."""
    variables: dict[str, Any] = {"period": YEAR, "asOf": as_of.isoformat() if as_of else None}
    data = await merging.caller.ask(AS_KNOWN, **variables)
    found = {
        each["node"]["reseller"]["id"]: each["node"]["sellThroughUnits"]
        for each in data["viewer"]["vendor"]["network"]["sales"]["edges"]
        if each["node"]["reseller"]
    }
    names = {merging.gid(merging.gone): "gone", merging.gid(merging.kept): "kept"}
    return {names[id]: units for id, units in found.items() if id in names and float(units)}


async def test_as_of_before_the_merge_both_records_stand_as_they_stood(api: Api, merging: Merging) -> None:
    await merging.report("Dist One", row(merging, "G1", "A", 3), row(merging, "K1", "B", 5))
    await merging.report("Dist Three", row(merging, "G3", "C", 7))
    before = datetime.now(UTC)
    merge = await merging.merge()
    between = datetime.now(UTC)
    assert await known(merging) == {"kept": "15"}
    await merging.undo(merge)
    assert await known(merging, before) == {"gone": "10", "kept": "5"}
    assert await known(merging, between) == {"kept": "15"}
    assert await known(merging) == {"gone": "10", "kept": "5"}
    await in_order(api)


@pytest.mark.parametrize("closed_later", [False, True])
async def test_in_a_closed_period_lines_go_over_as_adjustments_in_the_open_one(
    api: Api, merging: Merging, closed_later: bool
) -> None:
    write, agreement = api.world.connection.execute, api.world.agreements["Acme", "Dist One"]
    await merging.report("Dist One", row(merging, "G1", "A", 3), row(merging, "G1", "B", 5, "2026-02-20"))
    close = "UPDATE agreement SET closed_before = $2::text::date WHERE id = $1"
    try:
        if not closed_later:
            await write(close, agreement, "2026-02-01")
        effect = await merging.preview()
        merge = await merging.merge()
        if not closed_later:
            assert [each["month"] for each in effect["months"]] == ["2026-02-01"]
            closed = [("2026-01-01", 3_000, 1, 360_000_000, 300_000_000)]
            adjusted = ("2026-02-01", -3_000, 1, -360_000_000, -300_000_000)
            assert await sold_to(api.world, merging.gone) == [*closed, adjusted], "January is closed, and stays"
            assert [each[:2] for each in await sold_to(api.world, merging.kept)] == [("2026-02-01", 8_000)]
        await in_order(api)
        await write(close, agreement, "2026-03-01")
        await merging.undo(merge)
        await in_order(api)
        assert sum(each[1] for each in await sold_to(api.world, merging.kept)) == 0
        assert sum(each[1] for each in await sold_to(api.world, merging.gone)) == 8_000
    finally:
        await write(close, agreement, None)


async def test_what_was_sold_before_the_day_of_the_merge_stays_however_late_it_is_reported(
    api: Api, merging: Merging
) -> None:
    await merging.report("Dist One", row(merging, "G1", "A", 3), row(merging, "G1", "B", 5, "2026-01-20"))
    merge = await merging.merge(effectiveFrom="2026-01-15")
    assert merge["lines"] == 1
    assert await known(merging) == {"gone": "3", "kept": "5"}
    await merging.report(
        "Dist One", row(merging, "G1", "C", 7, "2026-01-14"), row(merging, "G1", "D", 11, "2026-01-15")
    )
    assert await known(merging) == {"gone": "10", "kept": "16"}
    await merging.undo(merge)
    assert await known(merging) == {"gone": "26"}
    await in_order(api)


async def test_what_is_reported_and_confirmed_since_goes_back_by_account_and_stays_by_new_code(
    api: Api, merging: Merging
) -> None:
    world, three = api.world, merging.desks["Dist Three"]
    await three.report(row(merging, "G3", "A", 3))
    old, new = f"OLD-{merging.mark}", f"NEW-{merging.mark}"
    await three.confirm(old, resellerId=merging.gid(merging.gone))
    merge = await merging.merge()
    assert await known(merging) == {"kept": "3"}
    await three.confirm(new, resellerId=merging.gid(merging.kept))
    await three.report(
        row(merging, "G3", "B", 5),
        f"C-{merging.mark},1,2026-01-06,DRIVE-1,{old},7,120,EUR,DE",
        f"D-{merging.mark},1,2026-01-06,DRIVE-1,{new},11,120,EUR,DE",
    )
    assert await known(merging) == {"kept": "26"}
    undone = await merging.undo(merge)
    assert undone["state"] == "UNDONE"
    assert await known(merging) == {"gone": "15", "kept": "11"}, "what was confirmed since stays with the survivor"
    rows = await world.connection.fetch(
        "SELECT reseller_name, accounts, status FROM reseller_authorization WHERE reseller_id = ANY ($1::uuid[])"
        " AND distributor_id = $2 ORDER BY reseller_name",
        [world.parties["Acme", merging.gone], world.parties["Acme", merging.kept]],
        world.parties["Acme", "Dist Three"],
    )
    assert [tuple(each.values()) for each in rows] == [
        (merging.gone, [merging.account("G3")], "ACTIVE"),
        (merging.gone, [], "ACTIVE"),
    ]
    await three.report(f"E-{merging.mark},1,2026-01-06,DRIVE-1,{new},1,120,EUR,DE", row(merging, "G3", "F", 1))
    assert await known(merging) == {"gone": "16", "kept": "12"}
    await in_order(api)


async def test_a_line_that_comes_back_stands_on_the_record_for_which_its_account_stands_now(
    api: Api, merging: Merging
) -> None:
    one, code = merging.desks["Dist One"], f"P-{merging.mark}"
    product = one.api.world.products["Acme", "DRIVE-2"]
    meaning = global_id("Product", Key(api.world.vendors["Acme"], product))
    await one.report(row(merging, "G1", "A", 3))
    alias = await one.confirm(code, productId=meaning)
    await one.report(f"A-{merging.mark},1,2026-01-05,{code},{merging.account('G1')},4,120,EUR,DE", mode="CORRECT")
    assert await known(merging) == {"gone": "4"}
    merge = await merging.merge()
    assert await known(merging) == {"kept": "4"}
    await one.undo(alias["id"])
    assert await known(merging) == {"kept": "3"}, "the corrected line comes back, for the survivor"
    await in_order(api)
    await merging.undo(merge)
    assert await known(merging) == {"gone": "3"}
    await in_order(api)


@pytest.mark.parametrize("seed", range(4))
async def test_merged_is_as_if_everything_had_been_reported_for_the_survivor(api: Api, seed: int) -> None:
    """Random reports, corrections and restated days, before and after, for two records that are merged, and the same for one
    record that has both accounts from the beginning."""
    merging, chance, world = await Merging.of(api), Random(seed), api.world
    straight = f"Straight {merging.mark}"
    await unlinked(world, straight)
    await world.authorize("Acme", "Dist One", straight, f"S-G1-{merging.mark}")
    await world.authorize_account("Acme", "Dist One", straight, f"S-K1-{merging.mark}")
    merged_at, numbers = chance.randrange(1, 5), list[str]()
    for step in range(6):
        if step == merged_at:
            merge = await merging.merge()
        fresh = [f"{step}{n}" for n in range(chance.randrange(1, 4))]
        again = chance.sample(numbers, min(len(numbers), 2)) if step else []
        for mode, chosen in (("APPEND", fresh), ("CORRECT", again)):
            rows = [
                (
                    number,
                    chance.choice(("G1", "K1")),
                    chance.choice((-2, 1, 3, 8)),
                    chance.choice("12"),
                    chance.randrange(1, 28),
                )
                for number in chosen
            ]
            for prefix in ("", "S-"):
                said = [
                    f"{prefix}{number}-{merging.mark},1,2026-01-{day:02d},DRIVE-{sku},{prefix}{merging.account(which)},"
                    f"{units},120,EUR,DE"
                    for number, which, units, sku, day in rows
                ]
                if said:
                    await merging.report("Dist One", *said, mode=mode)
        numbers += fresh
    assert await sold_to(world, merging.gone) == []
    assert await sold_to(world, merging.kept) == await sold_to(world, straight)
    both = await sold_to(world, merging.kept)
    assert (await merging.undo(merge))["state"] == "UNDONE"
    assert await sold_to(world, merging.gone, merging.kept) == both
    by_account = await world.connection.fetch(
        "SELECT DISTINCT reseller_id, reseller_account FROM sell_through_line WHERE replaced IS NULL AND component >= 0"
        " AND reseller_account = ANY ($1::text[])",
        [merging.account("G1"), merging.account("K1")],
    )
    ids = {merging.account("G1"): merging.gone, merging.account("K1"): merging.kept}
    assert all(each["reseller_id"] == world.parties["Acme", ids[each["reseller_account"]]] for each in by_account)
    await in_order(api)


async def test_the_preview_says_what_incentives_then_earn(api: Api, merging: Merging) -> None:
    """A rebate for what is sold to agents of one kind: the record that goes is of it, the survivor is not."""
    of_kind = Measure(
        Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK, Scope(partner_types=frozenset({"CONSULTANT"}))
    )
    rule = Rule(
        kind=IncentiveKind.VOLUME_REBATE,
        currency="EUR",
        qualifying=of_kind,
        paying=of_kind,
        structure=Structure.MARGINAL,
        bands=(Band(0, 10_000), Band(1_000_000_000, 30_000)),
        pay_period=PayPeriod.QUARTER,
    )
    await offered(api.world, rule)
    gone = api.world.parties["Acme", merging.gone]
    await api.world.connection.execute("UPDATE party SET partner_type = 'CONSULTANT' WHERE id = $1", gone)
    await merging.report("Dist One", row(merging, "G1", "A", 300))
    earned = "SELECT coalesce(sum(earned_minor), 0)::bigint FROM accrual"
    before = await api.world.connection.fetchval(earned)
    assert before == 88_000, "1 % of 1,000 and 3 % of 29,000"
    effect = await merging.preview()
    assert await api.world.connection.fetchval(earned) == before
    (told,) = effect["moneyEffects"]
    assert (told["earnedBefore"]["amount"], told["earnedAfter"]["amount"]) == ("880", "0")
    merge = await merging.merge()
    assert await api.world.connection.fetchval(earned) == 0
    back = await merging.caller.act("vendor/preview_party_merge_undo.graphql", mergeId=merge["id"])
    (told,) = back["effect"]["moneyEffects"]
    assert (told["earnedBefore"]["amount"], told["earnedAfter"]["amount"]) == ("0", "880")
    await merging.undo(merge)
    assert await api.world.connection.fetchval(earned) == before
    await in_order(api)


async def test_a_merge_waits_while_a_report_is_counted_and_is_whole_or_not_at_all(
    api: Api, merging: Merging, monkeypatch: pytest.MonkeyPatch
) -> None:
    await merging.report("Dist One", row(merging, "G1", "A", 3))
    payload = await merging.caller.act(MERGE, **merging.pair(reason="One firm.", idempotencyKey=uuid4().hex))
    key = key_of("PartyMerge", payload["merge"]["id"])
    assert key is not None
    before = (await figures(api.world), await identity(api.world))
    async with api.database.writing(acting_as_worker(key.vendor_id)) as session:
        assert await take_turn(session, api.world.parties["Acme", "Dist Three"])
        assert isinstance(await carry_out_merge(api.database, key.vendor_id, key.id), Busy)

    async def killed(*given: Any) -> None:
        raise ConnectionError("the worker is gone")

    with monkeypatch.context() as broken:
        broken.setattr(applying, "known", killed)
        with pytest.raises(ConnectionError):
            await carry_out_merge(api.database, key.vendor_id, key.id)
    assert (await figures(api.world), await identity(api.world)) == before
    merge = await merging.carried_out(payload["merge"])
    assert merge["state"] == "APPLIED" and await known(merging) == {"kept": "3"}
