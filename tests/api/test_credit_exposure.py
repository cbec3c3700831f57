"""What of a reseller's credit is used: by the lines that its distributor reported, for whoever may read the terms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import authorization_gid, done, nodes
from tests.api.test_corrections import Desk, row

TODAY = datetime.now(UTC).date()
SPAN = {"start": str((TODAY - timedelta(days=70)).replace(day=1)), "end": str(TODAY + timedelta(days=1))}
BY_DISTRIBUTOR, BY_VENDOR = "distributor/reseller_credit.graphql", "vendor/reseller_credit.graphql"
UPDATE = "distributor/update_reseller.graphql"


def days_ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    """Dist One gives Reseller One 1,000 EUR for 30 days, and has sold to it."""
    desk = Desk(api, await api.distributor())
    credit = {"limit": "1000", "currency": "EUR", "paymentDays": 30}
    one = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    await done(desk.caller, UPDATE, authorizationId=one, expectedVersion=1, creditTerms=credit)
    await desk.send(
        row("E-1", quantity="5", unit_price="100", sold_on=days_ago(29)),
        row("E-2", quantity="7", unit_price="100", sold_on=days_ago(30)),
        row("E-3", quantity="2", unit_price="100", sold_on=days_ago(0)),
        row(
            "E-4", quantity="-1", unit_price="100", sold_on=days_ago(1), document_kind="CREDIT_NOTE", return_of="E-1:1"
        ),
        row("E-5", quantity="9", unit_price="", currency="", sold_on=days_ago(1)),
        row("E-6", quantity="9", unit_price="10", currency="USD", sold_on=days_ago(1)),
        row("E-7", quantity="9", unit_price="100", sold_on=days_ago(1), reseller_account="A-2"),
        row("E-8", quantity="9", unit_price="100", sold_on=days_ago(1), sale_type="SAMPLE"),
        period=SPAN,
    )
    return desk


async def credit(caller: Caller, document: str, authorization: str) -> Any:
    node = (await caller.ask(document, authorizationId=authorization))["node"]
    return node and node["creditTerms"]


EXPECTED = {
    "open": {"amount": "600", "currency": "EUR"},
    "available": {"amount": "400", "currency": "EUR"},
    "usedShare": "0.6",
    "linesWithoutPrice": 1,
    "otherCurrencies": ["USD"],
}


async def test_what_is_not_due_yet_uses_the_credit_for_both_sides_and_the_vendor_that_may_know(
    api: Api, desk: Desk
) -> None:
    one = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    assert (await credit(desk.caller, BY_DISTRIBUTOR, one))["exposure"] == EXPECTED
    assert (await credit(await api.vendor(), BY_VENDOR, one))["exposure"] == EXPECTED
    data = await (await api.reseller()).ask("reseller/credit.graphql")
    own = {each["id"]: each["creditTerms"] for each in nodes(data["viewer"]["reseller"]["authorizations"])}
    assert own[one]["exposure"] == EXPECTED
    assert [terms for id, terms in own.items() if id != one] == [None, None]


async def test_what_a_correction_takes_back_is_open_no_more_and_a_limit_may_be_exceeded(api: Api, desk: Desk) -> None:
    one = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    corrected = row("E-3", quantity="20", unit_price="100", sold_on=days_ago(0))
    await desk.send(corrected, mode="CORRECT", period=SPAN)
    found = (await credit(desk.caller, BY_DISTRIBUTOR, one))["exposure"]
    assert (found["open"]["amount"], found["available"]["amount"], found["usedShare"]) == ("2400", "-1400", "2.4")
    back = row("E-3", quantity="2", unit_price="100", sold_on=days_ago(0))
    await desk.send(back, mode="CORRECT", period=SPAN)
    assert (await credit(desk.caller, BY_DISTRIBUTOR, one))["exposure"] == EXPECTED


async def test_a_vendor_to_which_prices_are_not_disclosed_reads_the_terms_alone(api: Api, desk: Desk) -> None:
    agreement = api.world.agreements["Acme", "Dist One"]
    set_to = "UPDATE agreement SET discloses_resale_price = $2 WHERE id = $1"
    await api.world.connection.execute(set_to, agreement, False)
    one = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    try:
        terms = await credit(await api.vendor(), BY_VENDOR, one)
        assert (terms["limit"]["amount"], terms["exposure"]) == ("1000", None)
    finally:
        await api.world.connection.execute(set_to, agreement, True)


async def test_nobody_else_reads_what_is_used(api: Api, desk: Desk) -> None:
    world, one = api.world, authorization_gid(api, "Acme", "Dist One", "Reseller One")
    for stranger in (
        await api.distributor("Dist Two"),
        await api.reseller("Reseller Two"),
        await api.vendor("Borealis"),
    ):
        assert await credit(stranger, BY_DISTRIBUTOR, one) is None
    hidden = world.authorizations["Acme", "Dist Two", "Reseller One"]
    await world.add(
        "credit_terms",
        vendor_id=world.vendors["Acme"],
        authorization_id=hidden,
        agreement_id=world.agreements["Acme", "Dist Two"],
        distributor_id=world.parties["Acme", "Dist Two"],
        reseller_id=world.parties["Acme", "Reseller One"],
        currency="EUR",
        credit_limit_minor=5_000,
        payment_days=60,
        disclosed=False,
    )
    other = authorization_gid(api, "Acme", "Dist Two", "Reseller One")
    assert await credit(await api.vendor(), BY_VENDOR, other) is None
    assert await credit(desk.caller, BY_DISTRIBUTOR, other) is None
    assert (await credit(await api.distributor("Dist Two"), BY_DISTRIBUTOR, other))["exposure"]["open"]["amount"] == "0"


async def test_who_may_not_read_credit_terms_reads_nothing_of_it(api: Api, desk: Desk) -> None:
    one = authorization_gid(api, "Acme", "Dist One", "Reseller One")
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    answer = await viewer.raw(BY_DISTRIBUTOR, authorizationId=one)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
