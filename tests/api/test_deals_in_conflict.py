"""Two resellers after one customer: who is approved, what the vendor sees, and that neither learns of the other."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.execution.identifiers import key_of
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.deals_kit import RIVALS, Counter, in_days, told

DECIDE, UPDATE, WITHDRAW = (
    "vendor/decide_deal.graphql",
    "reseller/update_deal.graphql",
    "reseller/withdraw_deal.graphql",
)
OWN = {"id", "endCustomer", "endCustomerDomain", "registeredAt", "registeredBy", "happenedAt"}
"What differs between any two deals."


@pytest.fixture
async def counter(api: Api) -> Counter:
    return await Counter.open(api)


def blank(answer: Any) -> Any:
    """An answer without what tells any two deals apart."""
    if isinstance(answer, dict):
        return {name: None if name in OWN else blank(value) for name, value in answer.items()}
    return [blank(each) for each in answer] if isinstance(answer, list) else answer


async def test_of_two_who_race_for_one_deal_exactly_one_is_approved_and_the_other_waits_for_a_person(
    counter: Counter,
) -> None:
    await counter.terms()
    for _ in range(5):
        customer = f"Stadtwerke {uuid4().hex[:8]}"
        one, other = await asyncio.gather(
            counter.registered(f"{customer} GmbH", RIVALS[0]), counter.registered(customer.upper(), RIVALS[1])
        )
        await asyncio.gather(*(counter.clock() for _ in range(4)))
        seen = [await counter.for_vendor(deal) for deal in (one, other)]
        assert sorted((deal["status"], deal["waitsFor"] or "") for deal in seen) == [
            ("APPROVED", ""),
            ("SUBMITTED", "CONFLICT"),
        ]
        assert [edge["node"]["id"] for edge in seen[0]["conflicts"]["edges"]] == [other["id"]]
        assert [edge["node"]["id"] for edge in seen[1]["conflicts"]["edges"]] == [one["id"]]
        named = {deal["conflicts"]["edges"][0]["node"]["reseller"]["name"] for deal in seen}
        assert named == set(RIVALS)


async def test_twenty_registrations_of_one_customer_get_one_approval(counter: Counter) -> None:
    await counter.terms()
    domain = f"{uuid4().hex[:12]}.example"
    deals = await asyncio.gather(
        *(counter.registered(None, RIVALS[n % 2], endCustomerAddress=f"a{n}@mail.{domain}") for n in range(20))
    )
    await asyncio.gather(*(counter.clock() for _ in range(3)))
    states = [(await counter.for_vendor(deal))["status"] for deal in deals]
    assert sorted(states) == ["APPROVED"] + ["SUBMITTED"] * 19


async def test_a_rival_reads_what_anybody_under_review_reads(counter: Counter) -> None:
    await counter.terms()
    taken, free = f"Hafen {uuid4().hex[:8]}", f"Werft {uuid4().hex[:8]}"
    await counter.registered(taken, RIVALS[0])
    await counter.clock()
    caller = await counter.reseller(RIVALS[1])
    before = (await caller.ask("reseller/deals.graphql"))["viewer"]["reseller"]["deals"]["totalCount"]
    rival, alone = [
        await caller.act("reseller/register_deal.graphql", **counter.given(customer, expectedAmount=amount))
        for customer, amount in ((taken, "900.00"), (free, "900.00"))
    ]
    assert blank(rival) == blank(alone)
    above = await caller.act("reseller/register_deal.graphql", **counter.given(free + " Süd", expectedAmount="1000.01"))
    await counter.clock()
    (conflicting, limited) = [await counter.seen(each["deal"], RIVALS[1]) for each in (rival, above)]
    assert conflicting is not None and limited is not None
    assert conflicting["status"] == limited["status"] == "SUBMITTED"
    assert {**blank(conflicting), "expectedAmount": None} == {**blank(limited), "expectedAmount": None}
    listed = (await caller.ask("reseller/deals.graphql"))["viewer"]["reseller"]["deals"]
    assert listed["totalCount"] == before + 3
    assert [edge["node"]["id"] for edge in listed["edges"]][:3] == [
        each["deal"]["id"] for each in (above, alone, rival)
    ]


async def test_nothing_is_approved_before_its_time_and_some_only_by_a_person(counter: Counter) -> None:
    await counter.terms(reviewHours=24)
    deal = await counter.registered()
    await counter.clock(datetime.now(UTC) + timedelta(hours=23))
    assert (await counter.for_vendor(deal))["status"] == "SUBMITTED"
    await counter.clock(datetime.now(UTC) + timedelta(hours=25))
    assert (await counter.for_vendor(deal))["status"] == "APPROVED"
    await counter.terms(checksOneIn=1)
    drawn = await counter.registered()
    await counter.clock()
    assert (await counter.for_vendor(drawn))["waitsFor"] == "SPOT_CHECK"
    await counter.terms(approvesUpTo=None, currency=None)
    unlimited = await counter.registered()
    await counter.clock()
    assert (await counter.for_vendor(unlimited))["waitsFor"] == "NO_LIMIT"


async def test_who_enters_another_customer_loses_its_place(counter: Counter) -> None:
    await counter.terms()
    customer = f"Flughafen {uuid4().hex[:8]}"
    early = await counter.registered(None, RIVALS[0])
    later = await counter.registered(customer, RIVALS[1])
    caller = await counter.reseller(RIVALS[0])
    given = {"dealId": early["id"], "expectedVersion": 1, "deal": counter.content(customer)}
    assert (await caller.act(UPDATE, **given))["userErrors"] == []
    await counter.clock()
    states = [(await counter.for_vendor(deal))["status"] for deal in (early, later)]
    assert states == ["SUBMITTED", "APPROVED"]


async def test_a_person_approves_a_second_one_only_by_naming_the_first(counter: Counter) -> None:
    customer = f"Messe {uuid4().hex[:8]}"
    first = await counter.approved(customer, RIVALS[0])
    second = await counter.registered(customer, RIVALS[1], name="Also forty drives")
    before = await counter.held()
    payload = await counter.decided(second)
    assert told(payload) == {("despite", "NOT_ALLOWED")}
    assert first["name"] in payload["userErrors"][0]["message"]
    assert told(await counter.decided(second, despite=[second["id"], "x"])) == {("despite", "NOT_ALLOWED")}
    assert await counter.held() == before
    assert (await counter.decided(second, despite=[first["id"]]))["userErrors"] == []


async def test_of_two_decisions_at_once_about_rivals_one_has_to_look_again(counter: Counter) -> None:
    customer = f"Theater {uuid4().hex[:8]}"
    deals = [await counter.registered(customer, name) for name in RIVALS]
    payloads = await asyncio.gather(*(counter.decided(deal) for deal in deals))
    assert sorted(tuple(told(payload)) for payload in payloads) == [(), (("despite", "NOT_ALLOWED"),)]


async def test_another_family_another_customer_or_an_old_registration_is_no_conflict(counter: Counter) -> None:
    await counter.terms()
    customer = f"Museum {uuid4().hex[:8]}"
    switches = await counter.registered(customer, RIVALS[0], products=[{"family": "Switches"}])
    withdrawn = await counter.registered(customer, RIVALS[0])
    caller = await counter.reseller(RIVALS[0])
    assert (await caller.act(WITHDRAW, dealId=withdrawn["id"], expectedVersion=1))["userErrors"] == []
    drives = await counter.registered(customer, RIVALS[1])
    await counter.clock()
    for deal in (switches, drives):
        seen = await counter.for_vendor(deal)
        assert (seen["status"], seen["conflicts"]["totalCount"]) == ("APPROVED", 0)


async def test_nobody_else_reads_or_touches_a_deal(counter: Counter) -> None:
    deal = await counter.registered(f"Zoo {uuid4().hex[:8]}", RIVALS[0], supplierId=counter.distributor())
    node = (
        "query($id: ID!) { node(id: $id) { id ... on DealRegistration { name conflicts(first: 1) { totalCount } } } }"
    )
    plain = "query($id: ID!) { node(id: $id) { id } }"
    strangers = [
        await counter.reseller(RIVALS[1]),
        await counter.api.distributor("Dist Two"),
        await counter.api.vendor("Borealis"),
    ]
    for caller in strangers:
        assert (await caller.ask(plain, id=deal["id"]))["node"] is None
    rival = strangers[0]
    before = await counter.held()
    for document, more in (
        (WITHDRAW, {}),
        (UPDATE, {"deal": counter.content()}),
        ("reseller/extend_deal.graphql", {"reason": "x"}),
        ("reseller/close_deal.graphql", {"outcome": "LOST", "reason": "x"}),
    ):
        foreign = await rival.act(document, dealId=deal["id"], expectedVersion=1, **more)
        made_up = await rival.act(document, dealId=deal["id"][:-2] + "AA", expectedVersion=1, **more)
        assert told(foreign) == told(made_up) == {("dealId", "NOT_FOUND")}
    assert await counter.held() == before
    answer = await (await counter.reseller(RIVALS[0])).raw(node, id=deal["id"])
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


async def test_a_named_supplier_reads_the_deal_without_what_vendor_and_reseller_say_to_each_other(
    counter: Counter,
) -> None:
    deal = await counter.registered(None, RIVALS[0], supplierId=counter.distributor())
    await counter.decided(deal, reason="Between us.")
    partner = await counter.api.distributor()
    agreement = counter.api.world.agreement_gid("Acme", "Dist One")
    listed = (await partner.ask("distributor/deals.graphql", agreement=agreement))["node"]["deals"]
    assert deal["id"] in {edge["node"]["id"] for edge in listed["edges"]}
    read = (await partner.ask("distributor/deal.graphql", id=deal["id"]))["node"]
    assert (read["status"], read["reseller"]["name"]) == ("APPROVED", RIVALS[0])
    more = (
        "query($id: ID!) { node(id: $id) { ... on DealRegistration { registeredBy decisionReason closeReason waitsFor"
        " history(first: 5) { totalCount } } } }"
    )
    assert (await partner.ask(more, id=deal["id"]))["node"] == {
        **dict.fromkeys(("registeredBy", "decisionReason", "closeReason", "waitsFor")),
        "history": {"totalCount": 0},
    }
    assert "Between us." not in str(read)


async def test_a_supplier_that_keeps_its_customers_to_itself_is_not_shown_to_the_vendor(counter: Counter) -> None:
    deal = await counter.registered(None, RIVALS[0], supplierId=counter.distributor("Dist Two"))
    assert deal["supplier"]["name"] == "Dist Two"
    assert (await counter.for_vendor(deal))["supplier"] is None
    agreement = counter.api.world.agreement_gid("Acme", "Dist Two")
    manager = await counter.manager()
    listed = await manager.ask(
        "query($id: ID!) { node(id: $id) { ... on DistributionAgreement { deals(first: 5) { totalCount } } } }",
        id=agreement,
    )
    assert listed["node"]["deals"]["totalCount"] == 0
    partner = await counter.api.distributor("Dist Two")
    own = (await partner.ask("distributor/deals.graphql", agreement=agreement))["node"]["deals"]
    assert [edge["node"]["id"] for edge in own["edges"]] == [deal["id"]]


async def test_a_reseller_names_only_a_supplier_that_has_authorised_it(counter: Counter) -> None:
    caller = await counter.reseller(RIVALS[1])
    before = await counter.held()
    given = counter.given(supplierId=counter.distributor("Dist Two"))
    payload = await caller.act("reseller/register_deal.graphql", **given)
    assert told(payload) == {("deal.supplierId", "NOT_FOUND")}
    assert await counter.held() == before


async def test_the_database_lets_no_reseller_approve_extend_or_register_in_another_name(counter: Counter) -> None:
    deal = await counter.registered(None, RIVALS[0])
    protected = await counter.approved(None, RIVALS[0])
    keys = [key_of("DealRegistration", each["id"]) for each in (deal, protected)]
    ids = [key.id for key in keys if key is not None]
    world = counter.api.world
    own = world.actor(Level.RESELLER, RIVALS[0], Role.RESELLER_ADMIN).context()
    rival = world.actor(Level.RESELLER, RIVALS[1], Role.RESELLER_ADMIN).context()
    before = await counter.held()
    for statement, id in (
        ("UPDATE deal SET status = 'APPROVED', protected_until = '2030-01-01' WHERE id = $1", ids[0]),
        ("UPDATE deal SET status = 'WON', won_on = '2026-01-01', closed_on = '2026-01-01' WHERE id = $1", ids[0]),
        ("UPDATE deal SET protected_from = '2026-01-01' WHERE id = $1", ids[0]),
        ("UPDATE deal SET protected_until = '2030-01-01' WHERE id = $1", ids[1]),
        ("SELECT waits_for FROM deal WHERE id = $1", ids[0]),
        (
            "INSERT INTO deal_event (vendor_id, id, deal_id, reseller_id, act, acted_as, happened_at) SELECT vendor_id,"
            " gen_random_uuid(), id, reseller_id, 'APPROVED', 'VENDOR', now() FROM deal WHERE id = $1",
            ids[0],
        ),
    ):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
            async with counter.api.database.writing(own) as session:
                await session.execute(statement, id)
    async with counter.api.database.writing(rival) as session:
        assert await session.rows("SELECT id FROM deal WHERE id = ANY ($1::uuid[])", ids) == []
        assert await session.execute("UPDATE deal SET name = 'mine' WHERE id = ANY ($1::uuid[])", ids) == 0
        assert (
            await session.value(
                "SELECT count(*) FROM deal_customer WHERE reseller_id <> ALL ($1)", list(rival.party_ids)
            )
            == 0
        )
    assert await counter.held() == before
    assert in_days(90) == protected["protectedUntil"]


async def test_of_a_decision_and_a_withdrawal_at_once_one_takes_effect(counter: Counter) -> None:
    caller = await counter.reseller(RIVALS[0])
    for _ in range(5):
        deal = await counter.registered(None, RIVALS[0])
        payloads = await asyncio.gather(
            counter.decided(deal), caller.act(WITHDRAW, dealId=deal["id"], expectedVersion=1)
        )
        (kept,) = [payload["deal"] for payload in payloads if not payload["userErrors"]]
        seen = await counter.seen(deal)
        assert seen is not None
        assert (seen["status"], seen["version"]) == (kept["status"], 2)
        assert len(seen["history"]["edges"]) == 2


async def test_twenty_extensions_at_once_are_one(counter: Counter) -> None:
    await counter.terms(extensions=3, extensionDays=10)
    deal = await counter.approved(None, RIVALS[0])
    caller = await counter.reseller(RIVALS[0])
    given = {"dealId": deal["id"], "expectedVersion": deal["version"], "reason": "Slow"}
    payloads = await asyncio.gather(*(caller.act("reseller/extend_deal.graphql", **given) for _ in range(20)))
    assert sorted(len(payload["userErrors"]) for payload in payloads) == [0] + [1] * 19
    seen = await counter.seen(deal)
    assert seen is not None
    assert (seen["protectedUntil"], seen["extensionsLeft"]) == (in_days(100), 2)


async def test_the_database_lets_no_vendor_take_an_approval_back_or_read_who_registered(counter: Counter) -> None:
    deal = await counter.approved(None, RIVALS[0])
    key = key_of("DealRegistration", deal["id"])
    assert key is not None
    vendor = counter.api.world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER).context()
    before = await counter.held()
    async with counter.api.database.writing(vendor) as session:
        undone = "UPDATE deal SET status = 'REJECTED', closed_on = '2026-01-01' WHERE id = $1"
        assert await session.execute(undone, key.id) == 0
    for column in ("registered_by", "distributor_id", "agreement_id"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with counter.api.database.reading(vendor) as session:
                await session.rows(f"SELECT {column} FROM deal")
    assert await counter.held() == before
