"""Trying out what undoing an alias would do: exactly what undoing then does, and nothing of it happens before."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from app.programme.incentives import Band, Measure, Rule
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.sales import Valuation
from app.reports.counting.queries import take_turn
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.held_kit import WRITTEN, Desk, in_order, product, reseller, standing
from tests.api.stock_kit import counted
from tests.incentives_kit import offered

PREVIEW = "distributor/preview_alias_undo.graphql"
UNTOUCHED = (*WRITTEN, "inventory_count", "stock_movement", "stock_row", "accrual", "transfer", "alert", "submission")
BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
REBATE = Rule(
    kind=IncentiveKind.VOLUME_REBATE,
    currency="EUR",
    qualifying=BOOK,
    paying=BOOK,
    structure=Structure.MARGINAL,
    bands=(Band(0, 10_000), Band(1_000_000_000, 30_000)),
    pay_period=PayPeriod.QUARTER,
)
Figures = dict[tuple[str, str, str], tuple[Decimal, int, Decimal]]


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


@pytest.fixture(scope="module")
async def rebate(api: Api) -> str:
    return str((await offered(api.world, REBATE)).id)


async def figures(api: Api) -> Figures:
    """Units, lines and book amount that the reports of Dist One have made, by kind, month and currency."""
    rows = await api.world.connection.fetch(
        "SELECT s.kind, e.month::text AS month, e.book_currency, sum(e.units)::bigint AS units,"
        " sum(e.lines)::bigint AS lines,"
        " sum(e.book_amount)::bigint AS amount FROM submission_effect e JOIN submission s ON s.id = e.submission_id"
        " WHERE e.agreement_id = $1 AND e.previewed_by IS NULL GROUP BY 1, 2, 3",
        api.world.agreements["Acme", "Dist One"],
    )
    return {
        (row["kind"], row["month"], row["book_currency"]): (
            Decimal(row["units"]) / 1_000,
            row["lines"],
            Decimal(row["amount"]) / 1_000_000,
        )
        for row in rows
    }


def difference(before: Figures, after: Figures) -> Figures:
    nothing = (Decimal(0), 0, Decimal(0))
    changed = {
        key: tuple(new - old for new, old in zip(after.get(key, nothing), before.get(key, nothing), strict=True))
        for key in {*before, *after}
    }
    return {key: values for key, values in changed.items() if any(values)}  # type: ignore[misc]


def said(months: list[dict[str, Any]]) -> Figures:
    found: dict[tuple[str, str, str], list[Any]] = {}
    for each in months:
        book = each["bookAmount"]
        key = (each["kind"], each["month"], book["currency"] if book else "")
        sums = found.setdefault(key, [Decimal(0), 0, Decimal(0)])
        sums[0] += Decimal(each["units"])
        sums[1] += each["lines"]
        sums[2] += Decimal(book["amount"]) if book else 0
    return {key: (values[0], values[1], values[2]) for key, values in found.items()}


async def earned(api: Api) -> int:
    found: int = await api.world.connection.fetchval("SELECT coalesce(sum(earned_minor), 0)::bigint FROM accrual")
    return found


async def tried(desk: Desk, alias: str) -> dict[str, Any]:
    before = await standing(desk.api, *UNTOUCHED)
    payload = await desk.caller.act(PREVIEW, aliasId=alias)
    assert payload["userErrors"] == [], payload
    assert await standing(desk.api, *UNTOUCHED) == before, "trying it out changes nothing"
    found: dict[str, Any] = payload["effect"]
    return found


async def undone_as_said(desk: Desk, alias: str) -> dict[str, Any]:
    """What trying it out said, once undoing it has done just that."""
    effect, before, paid = await tried(desk, alias), await figures(desk.api), await earned(desk.api)
    held = await held_rows(desk.api)
    undone = await desk.undo(alias)
    assert undone["returnedRows"] == effect["returnedRows"]
    assert await held_rows(desk.api) - held == effect["heldAgainRows"]
    changed = difference(before, await figures(desk.api))
    assert said(effect["months"]) == changed
    totals = {kind: sum(each["lines"] for each in effect["totals"] if each["kind"] == kind) for kind, _, _ in changed}
    assert totals == {kind: sum(own[1] for key, own in changed.items() if key[0] == kind) for kind in totals}
    told = [(each["earnedBefore"]["amount"], each["earnedAfter"]["amount"]) for each in effect["moneyEffects"]]
    assert await earned(desk.api) - paid == sum(round((Decimal(b) - Decimal(a)) * 100) for a, b in told)
    await in_order(desk.api)
    return effect


async def held_rows(api: Api) -> int:
    found: int = await api.world.connection.fetchval(
        "SELECT count(*) FROM report_row WHERE outcome = 'HELD' AND previewed_by IS NULL"
    )
    return found


@pytest.mark.parametrize("closed", [None, "2026-01-07"])
async def test_undoing_does_exactly_what_trying_it_out_said(
    api: Api, desk: Desk, rebate: str, closed: str | None
) -> None:
    code, number = f"U-{uuid4().hex[:6]}", uuid4().hex[:6]
    await desk.report(f"{number}-0,1,2026-01-05,SWITCH-1,A-1,4,120,EUR,DE")
    await desk.report(f"{number}-1,1,2026-01-05,{code},A-1,3,120,EUR,DE")
    alias = await desk.confirm(code, productId=product(api, "DRIVE-1"))
    await desk.report(
        f"{number}-2,1,2026-01-08,{code},A-2,2,120,EUR,DE", f"{number}-2,2,2026-01-08,DRIVE-2,A-2,1,250,EUR,DE"
    )
    await desk.report(f"{number}-0,1,2026-01-05,{code},A-1,7,120,EUR,DE", mode="CORRECT")
    await counted(api, f"W-{number},{code},2026-01-09,12,,,,,,")
    agreement, write = api.world.agreements["Acme", "Dist One"], api.world.connection.execute
    await write("UPDATE agreement SET closed_before = $2::text::date WHERE id = $1", agreement, closed)
    try:
        effect = await undone_as_said(desk, alias["id"])
    finally:
        await write("UPDATE agreement SET closed_before = NULL WHERE id = $1", agreement)
    assert (effect["returnedRows"], effect["heldAgainRows"]) == (4, 4)
    assert effect["moneyEffects"], "what the lines had earned is said too"
    found = await tried(desk, alias["id"])
    assert found["returnedRows"] == found["heldAgainRows"] == 0 and found["months"] == [], "it is undone already"


async def test_a_row_that_is_known_without_it_by_now_goes_on_counting(api: Api, desk: Desk) -> None:
    account = f"ACC-{uuid4().hex[:6]}"
    await desk.report(f"{account},1,2026-01-05,DRIVE-1,{account},2,100,EUR,DE")
    alias = await desk.confirm(account, resellerId=reseller(api, "Reseller Two"))
    await api.world.authorize_account("Acme", "Dist One", "Reseller One", account)
    effect = await undone_as_said(desk, alias["id"])
    assert (effect["returnedRows"], effect["heldAgainRows"], effect["totals"]) == (0, 0, [])


async def test_only_its_distributor_tries_undoing_an_alias_and_waits_for_its_reports(
    api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    alias = await desk.confirm(f"MINE-{uuid4().hex[:6]}", productId=product(api, "DRIVE-1"))
    before = await standing(api, *UNTOUCHED, "audit_event")
    rival = await api.distributor("Dist Two")
    for id in (alias["id"], "nonsense"):
        payload = await rival.act(PREVIEW, aliasId=id)
        assert payload["effect"] is None
        assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [
            (["input", "aliasId"], "NOT_FOUND")
        ]
    vendor = await (await api.vendor()).raw(PREVIEW, input={"aliasId": alias["id"]})
    assert {error["extensions"]["code"] for error in vendor["errors"]} == {"FORBIDDEN"}
    monkeypatch.setattr("app.reports.aliases.actions.PAUSE", 0.01)
    async with api.database.writing(acting_as_worker(api.world.vendors["Acme"])) as session:
        assert await take_turn(session, api.world.parties["Acme", "Dist One"])
        payload = await desk.caller.act(PREVIEW, aliasId=alias["id"])
        assert [error["code"] for error in payload["userErrors"]] == ["BUSY"]
    assert await standing(api, *UNTOUCHED, "audit_event") == before


async def test_confirming_is_tried_out_for_held_stock_as_well(api: Api, desk: Desk) -> None:
    code = f"S-{uuid4().hex[:6]}"
    await counted(api, f"W-{code},{code},2026-01-09,12,,,,,,", f"W-{code},{code},2026-01-09,1,PAL,DEFECTIVE,,,,")
    given = {"agreementId": desk.agreement, "code": code, "meaning": {"productId": product(api, "DRIVE-1")}}
    before = await standing(api, *UNTOUCHED)
    effect = (await desk.caller.act("distributor/preview_alias.graphql", **given))["effect"]
    assert (effect["releasedRows"], effect["stillHeldRows"], effect["months"]) == (1, 1, [])
    assert effect["stillHeldFor"] == [{"hold": "UNKNOWN_UNIT", "rows": 1}]
    assert await standing(api, *UNTOUCHED) == before
    alias = await desk.confirm(code, productId=product(api, "DRIVE-1"))
    assert (await desk.aliases())[alias["id"]]["releasedRows"] == 1
