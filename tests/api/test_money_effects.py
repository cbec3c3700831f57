"""What a report changes in what incentives have earned is told before it is committed and after, and is what changes."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.incentive_data import rule_as_data
from app.programme.incentives import Band, Measure, Rule
from app.programme.money_terms import (
    Aggregate,
    Basis,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.reports.previews.actions import forget_previews
from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives
from tests.api.test_corrections import PREVIEW, Desk, close, desk, row
from tests.incentives_kit import offered

__all__ = ["desk"]

BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
UNITS = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)
AMOUNTS = (Band(0, 10_000), Band(500_000_000, 20_000), Band(2_000_000_000, 35_000))
EFFECTS = {"distributor": "distributor/money_effects.graphql", "vendor": "vendor/money_effects.graphql"}
Effect = tuple[str, str, str, str, str, str, str, str]


def rule(qualifying: Measure = BOOK, **changed: Any) -> Rule:
    values: dict[str, Any] = {"structure": Structure.MARGINAL, "bands": AMOUNTS, "pay_period": PayPeriod.QUARTER}
    kind = IncentiveKind.VOLUME_REBATE
    return Rule(kind=kind, currency="EUR", qualifying=qualifying, paying=qualifying, **(values | changed))


RULES = (
    rule(),
    rule(structure=Structure.RETROACTIVE, pay_period=PayPeriod.MONTH, minimum_guarantee=500),
    rule(structure=Structure.FIXED, bands=(Band(1_000_000_000, 5_000),), pay_period=PayPeriod.HALF_YEAR),
    rule(UNITS, structure=Structure.PER_UNIT, bands=(Band(0, 1_500_000), Band(20_000, 2_500_000))),
    rule(tiering_per=TieringPer.INVOICE, cap=4_000),
    rule(aggregate=Aggregate.AFFILIATES),
)


@pytest.fixture(scope="module")
async def incentives(api: Api) -> list[str]:
    """The terms of Dist One, of every structure; in the last one volumes of both distributors are added up."""
    found = [await offered(api.world, each) for each in RULES]
    shared, world = found[-1], api.world
    of_version = await world.connection.fetchrow("SELECT * FROM incentive_term WHERE id = $1", shared.id)
    assert of_version is not None
    other = {"agreement_id": world.agreements["Acme", "Dist Two"], "distributor_id": world.parties["Acme", "Dist Two"]}
    id = await world.connection.fetchval("SELECT gen_random_uuid()")
    await world.add("incentive_term", **(dict(of_version) | {"id": id} | other))
    assert json.loads(of_version["rule"]) == rule_as_data(RULES[-1])
    vendor_id = world.vendors["Acme"]
    unpriced = await world.product("Acme", "UNPRICED-1")
    await world.connection.execute("DELETE FROM book_price WHERE product_id = $1", unpriced)
    return [global_id("IncentiveTerm", Key(vendor_id, each)) for each in (*(term.id for term in found), id)]


async def shown(api: Api, submission: str, level: str = "distributor") -> list[Effect]:
    caller = await (api.vendor() if level == "vendor" else api.distributor())
    found = (await caller.ask(EFFECTS[level], id=submission))["node"]["moneyEffects"]
    assert found["totalCount"] == len(found["edges"]) and not found["pageInfo"]["hasNextPage"]
    return [_effect(each["node"]) for each in found["edges"]]


def _effect(node: dict[str, Any]) -> Effect:
    def measured(name: str) -> str:
        volume = node[name]
        return str(volume["amount"]["amount"] if volume["amount"] else volume["units"])

    money = [node[name]["amount"] for name in ("earnedBefore", "earnedAfter")]
    difference = float(money[1]) - float(money[0])
    assert float(node["difference"]["amount"]) == pytest.approx(difference)
    measures = (measured("qualifyingBefore"), measured("qualifyingAfter"), measured("payingBefore"))
    return (node["term"]["id"], node["period"]["start"], *measures, measured("payingAfter"), money[0], money[1])


async def kept(api: Api) -> dict[tuple[str, str], tuple[int, int, int]]:
    """The accruals as they are kept: qualifying and paying measure, earned."""
    rows = await api.world.connection.fetch("SELECT * FROM accrual")
    return {
        (global_id("IncentiveTerm", Key(row["vendor_id"], row["term_id"])), row["period_start"].isoformat()): (
            row["qualifying"],
            row["paying"],
            row["earned_minor"],
        )
        for row in rows
    }


def differences(before: dict[Any, Any], after: dict[Any, Any]) -> dict[Any, Any]:
    nothing = (0, 0, 0)
    pairs = {key: (before.get(key, nothing), after.get(key, nothing)) for key in before | after}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def as_kept(effects: list[Effect]) -> dict[Any, Any]:
    """What effects say, in the units in which accruals are kept."""
    found = {}
    for term, start, *values in effects:
        before, after = ([float(each) for each in values[place::2]] for place in (0, 1))
        found[term, start] = tuple(tuple(each) for each in (before, after))
    return found


def as_read(changed: dict[Any, Any], units: str) -> dict[Any, Any]:
    """What was kept, as effects say it."""

    def read(term: str, values: tuple[int, int, int]) -> tuple[float, ...]:
        scale = 1_000 if term == units else 1_000_000
        return (values[0] / scale, values[1] / scale, values[2] / 100)

    return {key: (read(key[0], pair[0]), read(key[0], pair[1])) for key, pair in changed.items()}


@pytest.mark.parametrize("seed", range(5))
async def test_a_report_earns_exactly_what_its_preview_said_and_what_accruals_change_by(
    desk: Desk, incentives: list[str], seed: int
) -> None:
    chance, period = random.Random(seed), {"start": "2025-10-01", "end": "2026-01-01"}

    def rows() -> list[str]:
        return [
            row(
                f"M-{seed}-{chance.randrange(6)}",
                str(chance.randrange(1, 4)),
                quantity=str(chance.choice([-2, -1, 1, 2, 3, 12])),
                sold_on=f"2025-{chance.choice([10, 11, 12])}-{chance.randrange(1, 28):02}",
                product_code=chance.choice(["DRIVE-1", "DRIVE-2", "SWITCH-1", "UNPRICED-1", "STRANGE"]),
                unit_price=chance.choice(["", "9.99", "120"]),
                sale_type=chance.choice(["", "", "DROP_SHIPMENT", "SAMPLE", "CREDIT_AND_REBILL"]),
            )
            for _ in range(12)
        ]

    await close(desk, chance.choice([None, "2025-11-01"]))
    try:
        for mode in ("APPEND", chance.choice(["CORRECT", "REPLACE_PERIOD"]), "CORRECT", "REPLACE_PERIOD"):
            said, before = rows(), await kept(desk.api)
            tried = await desk.send(*said, mode=mode, document=PREVIEW, period=period)
            assert await kept(desk.api) == before, "a preview changes nothing"
            done = await desk.send(*said, mode=mode, period=period)
            effects = await shown(desk.api, done["id"])
            assert await shown(desk.api, tried["id"]) == effects, mode
            changed = as_read(differences(before, await kept(desk.api)), incentives[3])
            own = {key: pair for key, pair in changed.items() if key[0] != incentives[-1]}
            assert as_kept(effects) == own
            assert as_kept(await shown(desk.api, done["id"], "vendor")) == changed
            assert await Incentives(desk.api).unlike() == []
    finally:
        await close(desk, None)


async def test_what_a_report_changes_for_an_affiliate_its_vendor_reads_alone(desk: Desk, incentives: list[str]) -> None:
    report = await desk.send(row("MA-1", quantity="30"))
    terms = {effect[0] for effect in await shown(desk.api, report["id"])}
    assert terms == {*incentives[:-1]}
    assert {effect[0] for effect in await shown(desk.api, report["id"], "vendor")} == {*incentives}
    other = await desk.api.distributor("Dist Two")
    assert (await other.ask(EFFECTS["distributor"], id=report["id"]))["node"] is None


async def test_what_a_preview_would_earn_is_its_askers_alone_and_forgotten_with_it(
    desk: Desk, incentives: list[str]
) -> None:
    tried = await desk.send(row("MP-1", quantity="30"), document=PREVIEW)
    assert await shown(desk.api, tried["id"])
    vendor = await desk.api.vendor()
    assert (await vendor.ask(EFFECTS["vendor"], id=tried["id"]))["node"] is None
    later = datetime.now(UTC) + timedelta(days=31)
    while await forget_previews(desk.api.database, later):
        pass
    assert await shown(desk.api, tried["id"]) == []
    left = "SELECT count(*) FROM submission_money_effect WHERE previewed_by IS NOT NULL"
    assert await desk.api.world.connection.fetchval(left) == 0


async def test_who_may_not_read_incentives_is_refused_what_reports_earn(desk: Desk, incentives: list[str]) -> None:
    report = await desk.send(row("MV-1", quantity="3"))
    operator = await desk.api.distributor(role=Role.DISTRIBUTOR_OPERATOR)
    answer = await operator.raw(EFFECTS["distributor"], id=report["id"])
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    viewer = await desk.api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    assert (await viewer.ask(EFFECTS["distributor"], id=report["id"]))["node"] is None


async def test_trying_an_alias_out_says_what_it_would_earn_and_confirming_it_earns_that(
    desk: Desk, incentives: list[str]
) -> None:
    await desk.send(row("AL-1", quantity="40", product_code="ODD-DRIVE"))
    before = await kept(desk.api)
    product = global_id("Product", Key(desk.api.world.vendors["Acme"], desk.api.world.products["Acme", "DRIVE-2"]))
    given = {"agreementId": desk.agreement, "code": "ODD-DRIVE", "meaning": {"productId": product}}
    payload = await desk.caller.act("distributor/preview_alias_money.graphql", **given)
    assert payload["userErrors"] == [] and payload["effect"]["releasedRows"] == 1
    assert await kept(desk.api) == before
    effects = payload["effect"]["moneyEffects"]
    said = {
        (each["term"]["id"], each["period"]["start"]): (
            round(float(each["earnedBefore"]["amount"]) * 100),
            round(float(each["earnedAfter"]["amount"]) * 100),
        )
        for each in effects
    }
    assert all(float(each["difference"]["amount"]) > 0 for each in effects if each["term"]["id"] == incentives[0])
    await desk.caller.act("distributor/confirm_alias.graphql", **given)
    await desk.api.count()
    changed = differences(before, await kept(desk.api))
    own = {key: (pair[0][2], pair[1][2]) for key, pair in changed.items() if key[0] != incentives[-1]}
    assert said == own and said


async def test_a_vendors_own_invoices_say_what_they_earn_before_they_count(desk: Desk, incentives: list[str]) -> None:
    bought = Measure(Basis.SELL_IN, MeasureUnit.AMOUNT)
    term = await offered(desk.api.world, rule(bought, bands=(Band(0, 20_000),)))
    id = global_id("IncentiveTerm", Key(desk.api.world.vendors["Acme"], term.id))
    vendor = await desk.api.vendor()
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
    found = []
    for document in ("vendor/preview_sell_in.graphql", "vendor/submit_sell_in.graphql"):
        payload = await vendor.act(
            document,
            agreementId=desk.agreement,
            period={"start": "2026-01-01", "end": "2026-02-01"},
            uploadId=await vendor.upload(f"{header}\nSI-M1,1,2026-01-12,DRIVE-1,5,90,EUR".encode()),
            idempotencyKey=uuid4().hex,
        )
        assert payload["userErrors"] == []
        await desk.api.count()
        found.append(payload["submission"]["id"])
    tried, done = found
    effects = await shown(desk.api, done, "vendor")
    assert effects == [(id, "2026-01-01", "0", "450", "0", "450", "0", "9")]
    assert await shown(desk.api, tried, "vendor") == effects == await shown(desk.api, done)
    assert (await desk.caller.ask(EFFECTS["distributor"], id=tried))["node"] is None
