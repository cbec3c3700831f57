"""Special prices: what a vendor may grant, what is refused and why, how one ends, and who reads it."""

from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id, key_of
from app.programme.terms import Level
from tests.api.claims_kit import Desk, Product, day, named, sale, told
from tests.api.conftest import Api

GRANT, END = "vendor/grant_special_price.graphql", "vendor/end_special_price.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


async def test_a_vendor_grants_a_price_and_the_distributor_reads_it_as_it_stands(desk: Desk) -> None:
    product, other = await desk.product(20), await desk.product(40)
    special = await desk.granted(
        product.at("16.25", quantity="100.5"),
        other.at("0.15", "MARGIN_GUARANTEE", mostPerUnit="9"),
        number="SP-1",
        costBasis="FIFO_LAYER",
        endCustomer="Hospital",
        daysToFile=30,
        daysToDecide=10,
        deemed="APPROVED",
        approvesUpTo="500.00",
    )
    partner = await desk.partner()
    listed = (
        await partner.ask("distributor/special_prices.graphql", agreement=desk.agreement, filter={"number": "SP-1"})
    )["node"]["specialPrices"]
    assert listed["totalCount"] == 1
    node = listed["edges"][0]["node"]
    assert node == {name: special[name] for name in node}
    assert (node["status"], node["costBasis"], node["daysToFile"], node["deemed"]) == (
        "ACTIVE",
        "FIFO_LAYER",
        30,
        "APPROVED",
    )
    assert node["approvesUpTo"] == {"amount": "500", "currency": "EUR"}
    down_to, margin = node["products"]
    assert (down_to["price"]["amount"], down_to["share"], down_to["remaining"]) == ("16.25", None, "100.5")
    assert (margin["price"], margin["share"], margin["mostPerUnit"]["amount"], margin["quantity"]) == (
        None,
        "0.15",
        "9",
        None,
    )


async def test_one_key_grants_once_and_a_number_is_taken_once(desk: Desk) -> None:
    product = await desk.product()
    terms = desk.terms(product.at("16"))
    manager = await desk.manager()
    twins = [await manager.act(GRANT, **terms) for _ in range(2)]
    assert twins[0]["specialPrice"]["id"] == twins[1]["specialPrice"]["id"]
    before = await desk.held()
    again = await manager.act(GRANT, **{**terms, "idempotencyKey": uuid4().hex})
    assert told(again) == {("number", "TAKEN")}
    assert await desk.held() == before


async def test_everything_wrong_with_a_special_price_is_told_at_once_and_nothing_is_written(desk: Desk) -> None:
    product, other = await desk.product(20), await desk.product(20)
    before = await desk.held()
    payload = await (await desk.manager()).act(
        GRANT,
        **desk.terms(
            product.at("20"),
            other.at("1.5", "DOWN_BY_SHARE"),
            other.at("0.15", "MARGIN_GUARANTEE"),
            {
                "productId": global_id("Product", Key(product.vendor_id, product.vendor_id)),
                "kind": "DOWN_TO",
                "value": "1",
            },
            product.at("1.1234567", quantity="0"),
            number=" ",
            currency="USD",
            effective={"start": "2023-12-31", "end": "2026-12-31"},
            deemed="DENIED",
            daysToFile=-1,
            approvesUpTo="1.234",
            customerIds=["x", global_id("Reseller", Key(product.vendor_id, product.vendor_id))],
        ),
    )
    assert told(payload) == {
        ("number", "REQUIRED"),
        ("currency", "INVALID"),
        ("effective", "OUTSIDE_AGREEMENT"),
        ("daysToDecide", "REQUIRED"),
        ("daysToFile", "INVALID"),
        ("approvesUpTo", "INVALID"),
        ("customerIds.0", "NOT_FOUND"),
        ("customerIds.1", "NOT_FOUND"),
        ("products.0.productId", "INVALID"),
        ("products.1.productId", "INVALID"),
        ("products.1.value", "INVALID"),
        ("products.2.productId", "INVALID"),
        ("products.2.mostPerUnit", "INVALID"),
        ("products.3.productId", "NOT_FOUND"),
        ("products.4.productId", "INVALID"),
        ("products.4.value", "INVALID"),
        ("products.4.quantity", "INVALID"),
    }
    assert payload["specialPrice"] is None
    assert await desk.held() == before


async def test_a_price_that_is_not_below_the_price_book_is_refused(desk: Desk) -> None:
    product = await desk.product(20)
    before = await desk.held()
    manager = await desk.manager()
    assert told(await manager.act(GRANT, **desk.terms(product.at("20")))) == {("products.0.value", "INVALID")}
    assert told(await manager.act(GRANT, **desk.terms())) == {("products", "REQUIRED")}
    assert await desk.held() == before
    await desk.granted(product.at("19.999999"))
    await desk.granted(product.at("25"), costBasis="AT_PURCHASE")


async def test_what_an_agreement_does_not_disclose_no_special_price_asks_about(desk: Desk) -> None:
    product = await desk.product(20)
    hidden = desk.api.world.agreement_gid("Acme", "Dist Two")
    reseller = global_id("Reseller", Key(product.vendor_id, desk.api.world.parties["Acme", "Reseller One"]))
    before = await desk.held()
    payload = await (await desk.manager()).act(
        GRANT,
        **desk.terms(
            product.at("0.1", "MARGIN_GUARANTEE", mostPerUnit="3"),
            agreementId=hidden,
            endCustomer="Hospital",
            customerIds=[reseller],
        ),
    )
    assert told(payload) == {
        ("endCustomer", "NOT_ALLOWED"),
        ("products.0.kind", "NOT_ALLOWED"),
        ("customerIds.0", "NOT_FOUND"),
    }
    assert await desk.held() == before


async def test_a_special_price_ends_before_its_time_and_only_once(desk: Desk) -> None:
    product = await desk.product()
    special = await desk.granted(product.at("16"))
    manager = await desk.manager()

    async def ends(on: date, version: int = 1) -> dict[str, Any]:
        return await manager.act(END, specialPriceId=special["id"], expectedVersion=version, endsOn=on.isoformat())

    before = await desk.held()
    assert told(await ends(day(2))) == {("endsOn", "INVALID")}
    assert told(await ends(day(-120))) == {("endsOn", "INVALID")}
    assert told(await ends(day(-1), 2)) == {("expectedVersion", "STALE")}
    assert await desk.held() == before
    ended = await ends(day(-1))
    assert ended["userErrors"] == []
    assert ended["specialPrice"]["status"] == "ENDED"
    assert (ended["specialPrice"]["endedOn"], ended["specialPrice"]["version"]) == (day(-1).isoformat(), 2)
    before = await desk.held()
    assert told(await ends(day(-2), 2)) == {("specialPriceId", "NOT_ACTIVE")}
    assert await desk.held() == before
    on = {"status": "ENDED", "number": special["number"], "effectiveOn": day(-1).isoformat()}
    found = await manager.ask("vendor/special_prices.graphql", agreement=desk.agreement, filter=on)
    assert found["node"]["specialPrices"]["totalCount"] == 0


async def test_only_a_programme_manager_grants_and_only_under_its_own_agreements(desk: Desk) -> None:
    product = await desk.product()
    terms = desk.terms(product.at("16"))
    before = await desk.held()
    for caller in (
        await desk.finance(),
        await desk.api.vendor(role=Role.VENDOR_ANALYST),
        await desk.partner(),
        await desk.api.reseller(),
    ):
        answer = await caller.raw(GRANT, input=terms)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    foreign = await (await desk.api.vendor("Borealis")).act(GRANT, **terms)
    assert told(foreign) == {("agreementId", "NOT_FOUND")}
    assert await desk.held() == before


async def test_the_database_itself_lets_nobody_use_more_than_was_authorised(desk: Desk) -> None:
    product: Product = await desk.product()
    await desk.granted(product.at("16", quantity="10"))
    with pytest.raises(asyncpg.CheckViolationError):
        await desk.api.world.connection.execute(
            "UPDATE special_price_product SET used = 9000, reserved = 1001 WHERE product_id = $1", product.id
        )


async def test_no_level_writes_a_decision_a_payment_or_somebody_elses_act_into_the_database(desk: Desk) -> None:
    product = await desk.product()
    special = await desk.granted(product.at("16", quantity="10"))
    claim = await desk.claimed(special, named(await sale(desk, product, 2)))
    ids = [key_of(kind, id) for kind, id in (("SpecialPrice", special["id"]), ("DebitClaim", claim["id"]))]
    price_id, claim_id = [key.id for key in ids if key is not None]
    world = desk.api.world
    of = (product.vendor_id, world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"])
    filed = (
        "INSERT INTO debit_claim (vendor_id, agreement_id, distributor_id, id, special_price_id, status, currency, filed_on,"
        " filed_by, filed_at, amount_minor) VALUES ($1, $2, $3, gen_random_uuid(), $4, 'DECIDED', 'EUR', now(), 'x',"
        " now(), 9)"
    )
    acted = (
        "INSERT INTO debit_claim_act (vendor_id, agreement_id, distributor_id, id, claim_id, act, positions, approves,"
        " acted_as, acted_by, acted_by_id, acted_at)"
        " VALUES ($1, $2, $3, gen_random_uuid(), $4, $5, '{}', '[]', $6, 'x', $4, now())"
    )
    held = (
        "INSERT INTO debited_line (vendor_id, agreement_id, distributor_id, submission_id, row_number, component, sold,"
        " consumed) VALUES ($1, $2, $3, gen_random_uuid(), 1, 0, 1, 1)"
    )
    raised = "UPDATE special_price_product SET used = 0 WHERE vendor_id = $1 AND special_price_id = $2"
    partner = world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN).context()
    vendor = world.actor(Level.VENDOR, "Acme", Role.VENDOR_FINANCE).context()
    stranger = world.actor(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN).context()
    before = await desk.held()
    for who, statement, arguments in (
        (partner, filed, (*of, price_id)),
        (vendor, filed, (*of, price_id)),
        (partner, acted, (*of, claim_id, "CREDIT", "DISTRIBUTOR")),
        (partner, acted, (*of, claim_id, "CREDIT", "VENDOR")),
        (vendor, acted, (*of, claim_id, "WITHDRAW", "DISTRIBUTOR")),
        (stranger, acted, (*of, claim_id, "DISPUTE", "DISTRIBUTOR")),
        (partner, held, of),
        (vendor, held, of),
        (partner, raised, (product.vendor_id, price_id)),
        (vendor, raised, (product.vendor_id, price_id)),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.api.database.writing(who) as session:
                await session.execute(statement, *arguments)
    assert await desk.held() == before
    for table in ("special_price", "special_price_product", "debit_claim", "debit_claim_line", "debited_line"):
        async with desk.api.database.reading(stranger) as session:
            assert await session.value(f"SELECT count(*) FROM {table}") == 0
