"""Claims against special prices: what the engine pays and denies at once, and that no unit is ever paid for twice."""

import asyncio
from datetime import UTC, datetime

import pytest

from app.programme.incentives import Band, Measure, Rule, Scope
from app.programme.line_places import line_place
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, SpeciallyPriced, Structure
from app.programme.sales import Valuation
from app.store.identity import new_id
from tests.api.claims_kit import YEAR, Desk, Product, day, lines_of, named, one, reasons, sale, told
from tests.api.conftest import Api
from tests.incentives_kit import offered


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


async def test_a_line_at_book_price_is_paid_the_difference_to_the_authorised_price_at_once(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="100"))
    number = await sale(desk, product, 10)
    claim = await desk.claimed(special, named(number))
    (line,) = lines_of(claim)
    assert (claim["status"], claim["amount"]["amount"], claim["age"]) == ("DECIDED", "40", "DAYS_0_30")
    assert (line["decision"], line["approved"], line["perUnit"]["amount"], line["denials"]) == (
        "APPROVED",
        "10",
        "4",
        [],
    )
    seen = await desk.claim(claim["id"])
    (line,) = lines_of(seen)
    assert line["line"]["documentNumber"] == number
    assert (line["unitCost"]["amount"], line["authorisedPrice"]["amount"], line["exactPerUnit"]) == ("20", "16", "4")
    assert "10 × 4.00" in line["steps"][0]
    assert await desk.left(special) == {"used": "10", "reserved": "0", "remaining": "90"}
    assert await desk.balances(claim["id"]) == {"EXPENSE": 4000, "RESERVED": -4000}
    costs = await (await desk.partner()).ask("distributor/line_costs.graphql", id=line["line"]["id"])
    assert await (await desk.finance()).ask("vendor/line_costs.graphql", id=line["line"]["id"]) == costs
    (edge,) = costs["node"]["costReductions"]["edges"]
    assert edge["node"]["claim"]["id"] == claim["id"]
    assert (edge["node"]["quantity"], edge["node"]["amount"]["amount"]) == ("10", "40")


async def test_bought_at_20_protected_by_3_and_authorised_at_16_the_debit_is_1(desk: Desk) -> None:
    for basis in ("AT_PURCHASE", "FIFO_LAYER"):
        product = await desk.product(20)
        await desk.bought(f"{one()},1,{day(60)},{product.sku},10")
        await protected(desk, product, 6, 3_000_000, 30)
        number = await sale(desk, product, 10)
        special = await desk.granted(product.at("16"), costBasis=basis)
        claim = await desk.claimed(special, named(number))
        (line,) = lines_of(claim)
        assert claim["amount"]["amount"] == "22", basis
        assert "20.00 paid, less 3.00 price protection: 17.00" in line["explanation"]
        assert "6 × 1.00" in line["explanation"]
        assert "4 × 4.00" in line["explanation"]


async def protected(desk: Desk, product: Product, units: int, per_unit: int, ago: int) -> None:
    """An approved credit for the latest units of the product's one purchase."""
    world, id = desk.api.world, new_id()
    (bought,) = await world.connection.fetch(
        "SELECT vendor_id, agreement_id, distributor_id, product_id, submission_id, row_number, unit_price, sold_on,"
        " document_kind || '/' || document_number || '/' || document_line || '/' || component AS name"
        " FROM sell_in_line WHERE product_id = $1",
        product.id,
    )
    of = {name: bought[name] for name in ("vendor_id", "agreement_id", "distributor_id", "product_id")}
    await world.add(
        "stock_credit",
        **of,
        id=id,
        kind="PRICE_PROTECTION",
        status="APPROVED",
        revision=1,
        currency="EUR",
        effective_on=day(ago),
        filed_at=datetime.now(UTC),
        decided_at=datetime.now(UTC),
    )
    await world.add(
        "stock_credit_line",
        **of,
        stock_credit_id=id,
        position=1,
        purchase=bought["name"],
        submission_id=bought["submission_id"],
        place=line_place(bought["row_number"], 0),
        bought_on=bought["sold_on"],
        quantity=units * 1000,
        refused=0,
        paid=bought["unit_price"],
        unit_cost=bought["unit_price"],
        per_unit=per_unit,
        approved=units * 1000,
    )


async def test_fifo_takes_the_oldest_stock_first_and_what_was_bought_later_costs_what_it_cost(desk: Desk) -> None:
    product = await desk.product(20)
    await desk.bought(f"{one()},1,{day(60)},{product.sku},6", price="20")
    await desk.bought(f"{one()},1,{day(50)},{product.sku},6", price="18")
    first, second = await sale(desk, product, 4, 10), await sale(desk, product, 4, 9)
    special = await desk.granted(product.at("16"), costBasis="FIFO_LAYER")
    claim = await desk.claimed(special, named(first), named(second))
    assert [line["amount"]["amount"] for line in lines_of(claim)] == ["16", "12"]
    assert lines_of(claim)[1]["perUnit"]["amount"] == "3"
    last_paid = await desk.granted(product.at("16"), costBasis="AT_PURCHASE")
    assert reasons(await desk.claimed(last_paid, named(first))) == [["ALREADY_CLAIMED"]]


async def test_every_reason_for_a_denial_is_told_and_nothing_is_paid(desk: Desk) -> None:
    product, other, unpriced = await desk.product(), await desk.product(), await desk.product()
    early, late, wrong = await sale(desk, product, 5, 200), await sale(desk, product, 5, 40), await sale(desk, other, 5)
    window = await desk.granted(product.at("16"), daysToFile=30)
    claim = await desk.claimed(window, named(early), named(late), named(wrong))
    assert reasons(claim) == [["OUTSIDE_WINDOW", "FILED_LATE"], ["FILED_LATE"], ["WRONG_PRODUCT"]]
    assert claim["amount"]["amount"] == "0"
    assert all(line["decision"] == "DENIED" and line["explanation"] for line in lines_of(claim))
    cost = await desk.granted(unpriced.at("16"), costBasis="AT_PURCHASE")
    assert reasons(await desk.claimed(cost, named(await sale(desk, unpriced)))) == [["NO_COST"]]
    dear = await desk.granted(product.at("30"), costBasis="FIFO_LAYER")
    await desk.bought(f"{one()},1,{day(300)},{product.sku},50")
    assert reasons(await desk.claimed(dear, named(late))) == [["NOT_BELOW_COST"]]
    assert await desk.paid_units(product) == await desk.paid_units(other) == await desk.paid_units(unpriced) == 0


async def test_over_quantity_is_approved_in_part_and_a_line_is_never_paid_beyond_its_units(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="8"))
    number = await sale(desk, product, 10)
    claim = await desk.claimed(special, named(number, quantity="3"))
    assert claim["amount"]["amount"] == "12"
    claim = await desk.claimed(special, named(number))
    (line,) = lines_of(claim)
    assert (line["claimed"], line["approved"], line["decision"]) == ("7", "5", "PARTLY_APPROVED")
    assert line["denials"] == [{"reason": "OVER_QUANTITY", "quantity": "2"}]
    assert claim["amount"]["amount"] == "20"
    wide = await desk.granted(product.at("10"))
    claim = await desk.claimed(wide, named(number, quantity="12"))
    (line,) = lines_of(claim)
    assert (line["approved"], line["amount"]["amount"]) == ("2", "20")
    assert [each["reason"] for each in line["denials"]] == ["MORE_THAN_SOLD", "ALREADY_CLAIMED"]
    assert await desk.paid_units(product) == 10_000


async def test_a_period_claims_what_carries_the_number_or_matches_and_a_preview_says_what_it_pays(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"), daysToFile=90)
    await sale(desk, product, 10, 20, "", special["number"])
    await sale(desk, product, 5, 10)
    await sale(desk, product, 5, 10, "", "SP-OTHER")
    await sale(desk, product, 5, 100)
    partner = await desk.partner()
    preview = (await partner.ask("distributor/matching_lines.graphql", id=special["id"], period=YEAR))["node"][
        "matchingLines"
    ]
    nodes = [edge["node"] for edge in preview["edges"]]
    assert preview["totalCount"] == 3
    assert [(each["free"], each["amount"]["amount"]) for each in nodes] == [("5", "0"), ("10", "40"), ("5", "20")]
    assert [each["reason"] for each in nodes[0]["denials"]] == ["FILED_LATE"]
    assert nodes[1]["fileBy"] == day(20 - 90).isoformat()
    claim = await desk.claimed(special, period={"start": day(30).isoformat(), "end": day(0).isoformat()})
    assert [line["amount"]["amount"] for line in lines_of(claim)] == ["40", "20"]
    again = await desk.filed(special, period={"start": day(30).isoformat(), "end": day(0).isoformat()})
    assert told(again) == {("period", "NOT_FOUND")}
    left = (await partner.ask("distributor/matching_lines.graphql", id=special["id"], period=YEAR))["node"][
        "matchingLines"
    ]
    assert left["totalCount"] == 1


async def test_twenty_claims_at_once_on_the_last_ten_units_pay_ten_units(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"))
    numbers = [one() for _ in range(20)]
    await desk.sold(*(f"{number},1,{day(5)},{product.sku},1" for number in numbers))
    claims = await asyncio.gather(*(desk.claimed(special, named(number)) for number in numbers))
    approved = [lines_of(claim)[0]["approved"] for claim in claims]
    assert sorted(approved) == ["0"] * 10 + ["1"] * 10
    assert await desk.paid_units(product) == 10_000
    assert await desk.left(special) == {"used": "10", "reserved": "0", "remaining": "0"}


async def test_twenty_claims_at_once_on_one_line_pay_its_units_once(desk: Desk) -> None:
    product = await desk.product(20)
    wide, deep = await desk.granted(product.at("16")), await desk.granted(product.at("15"))
    number = await sale(desk, product, 10)
    await asyncio.gather(
        *(desk.claimed(special, named(number, quantity="1")) for special in (wide, deep) for _ in range(10))
    )
    more = await desk.claimed(wide, named(number, quantity="1"))
    assert reasons(more) == [["ALREADY_CLAIMED"]]
    assert await desk.paid_units(product) == 10_000


async def test_what_cannot_be_filed_is_told_at_once_and_changes_nothing(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"))
    number = await sale(desk, product, 10)
    theirs = one()
    await desk.sold(f"{theirs},1,{day(5)},{product.sku},10", distributor="Dist Two")
    before = await desk.held()
    both = await desk.filed(special, named(number), period={"start": "2026-01-01", "end": "2026-02-01"})
    assert told(both) == {("lines", "REQUIRED")}
    assert told(await desk.filed(special, lines=[])) == {("lines", "REQUIRED")}
    payload = await desk.filed(
        special,
        named(number),
        named(number),
        named(theirs),
        {"lineId": "nonsense"},
        {"documentNumber": "x"},
        named(number, "9", quantity="0"),
    )
    assert told(payload) == {
        ("lines.1", "INVALID"),
        ("lines.2.documentNumber", "NOT_FOUND"),
        ("lines.3.lineId", "NOT_FOUND"),
        ("lines.4", "REQUIRED"),
        ("lines.5.documentNumber", "NOT_FOUND"),
        ("lines.5.quantity", "INVALID"),
    }
    assert payload["claim"] is None
    assert await desk.held() == before


async def test_a_debit_changes_what_an_incentive_accrues_that_counts_lines_net_of_it(desk: Desk) -> None:
    product = await desk.product(20)
    scope = Scope(products=frozenset({str(product.id)}))
    measure = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK, scope)
    rule = Rule(
        kind=IncentiveKind.VOLUME_REBATE,
        currency="EUR",
        structure=Structure.RETROACTIVE,
        qualifying=measure,
        paying=measure,
        bands=(Band(0, 100_000),),
        pay_period=PayPeriod.YEAR,
        specially_priced=SpeciallyPriced.NET_OF_DEBIT,
    )
    offer = await offered(desk.api.world, rule)
    number = await sale(desk, product, 10)

    async def accrued() -> int:
        found: int = await desk.api.world.connection.fetchval(
            "SELECT sum(earned_minor)::bigint FROM accrual WHERE term_id = $1", offer.id
        )
        return found

    assert await accrued() == 2000
    special = await desk.granted(product.at("16"))
    claim = await desk.claimed(special, named(number))
    assert await accrued() == 1600
    await (await desk.partner()).act("distributor/withdraw_debit_claim.graphql", claimId=claim["id"])
    assert await accrued() == 2000


async def test_a_margin_is_guaranteed_up_to_a_maximum_and_needs_a_resale_price(desk: Desk) -> None:
    product = await desk.product(35)
    special = await desk.granted(product.at("0.2", "MARGIN_GUARANTEE", mostPerUnit="12"))
    small = await desk.granted(product.at("0.2", "MARGIN_GUARANTEE", mostPerUnit="5"))
    first, second = await sale(desk, product, 4), await sale(desk, product, 4)
    paid = lines_of(await desk.claimed(special, named(first)))[0]
    assert (paid["perUnit"]["amount"], paid["amount"]["amount"]) == ("11", "44"), "0.2 × 30 − 30 + 35"
    capped = lines_of(await desk.claimed(small, named(second)))[0]
    assert (capped["perUnit"]["amount"], capped["amount"]["amount"]) == ("5", "20")


async def test_shares_amounts_and_thirds_of_units_are_rounded_once_per_line(desk: Desk) -> None:
    product = await desk.product(20)
    share = await desk.granted(product.at("0.033333", "DOWN_BY_SHARE"))
    number = one()
    await desk.sold(f"{number},1,{day(5)},{product.sku},0.333")
    (line,) = lines_of(await desk.claimed(share, named(number)))
    assert (line["perUnit"]["amount"], line["amount"]["amount"]) == ("0.66666", "0.22")
    amount = await desk.granted(product.at("25", "DOWN_BY_AMOUNT"))
    (line,) = lines_of(await desk.claimed(amount, named(await sale(desk, product, 3))))
    assert (line["perUnit"]["amount"], line["amount"]["amount"]) == ("20", "60"), "never more than the cost"


async def test_what_was_returned_corrected_or_sold_after_the_end_is_not_paid_and_a_sample_never_is(desk: Desk) -> None:
    product = await desk.product(20)
    special = await desk.granted(product.at("16"), costBasis="AT_PURCHASE")
    await desk.bought(f"{one()},1,{day(90)},{product.sku},100")
    number = await sale(desk, product, 10)
    await desk.sold(f"{one()},1,{day(1)},{product.sku},-4,,,,{number}:1")
    (line,) = lines_of(await desk.claimed(special, named(number, quantity="10")))
    assert (line["approved"], line["denials"]) == ("6", [{"reason": "RETURNED", "quantity": "4"}])
    old = await sale(desk, product, 10)
    listed = await (await desk.partner()).ask("distributor/matching_lines.graphql", id=special["id"], period=YEAR)
    by_number = {
        edge["node"]["line"]["documentNumber"]: edge["node"] for edge in listed["node"]["matchingLines"]["edges"]
    }
    id = by_number[old]["line"]["id"]
    await desk.sold(f"{old},1,{day(5)},{product.sku},7", mode="CORRECT")
    assert reasons(await desk.claimed(special, {"lineId": id})) == [["LINE_NOT_COUNTED"]]
    await desk.api.world.connection.execute(
        "UPDATE special_price SET status = 'ENDED', ended_on = $2 WHERE number = $1", special["number"], day(6)
    )
    assert reasons(await desk.claimed(special, named(old))) == [["EXPIRED"]]
