"""Deals: registered, decided, extended, won, lost and run out; and what is refused, with nothing changed."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.deals_kit import TODAY, Counter, in_days, told

REGISTER, UPDATE, EXTEND = (f"reseller/{name}_deal.graphql" for name in ("register", "update", "extend"))
CLOSE, WITHDRAW, DECIDE = "reseller/close_deal.graphql", "reseller/withdraw_deal.graphql", "vendor/decide_deal.graphql"


@pytest.fixture
async def counter(api: Api) -> Counter:
    return await Counter.open(api)


async def test_a_reseller_registers_a_deal_and_the_vendor_approves_it_under_its_terms(counter: Counter) -> None:
    await counter.terms(daysProtected=60, extensions=2, extensionDays=10)
    deal = await counter.registered(
        "Klinik Nord GmbH",
        endCustomerAddress="einkauf@mail.klinik-nord.example",
        products=[{"productId": counter.product(), "quantity": "40.5"}, {"family": "Switches"}],
        supplierId=counter.distributor(),
    )
    assert (deal["status"], deal["version"], deal["protectedUntil"]) == ("SUBMITTED", 1, None)
    assert (deal["endCustomer"], deal["endCustomerDomain"]) == ("Klinik Nord GmbH", "klinik-nord.example")
    assert deal["expectedAmount"] == {"amount": "900", "currency": "EUR"}
    assert [(each["family"], each["quantity"]) for each in deal["products"]] == [("Drives", "40.5"), ("Switches", None)]
    assert deal["products"][1]["product"] is None
    assert (deal["vendor"]["name"], deal["supplier"]["name"]) == ("Acme", "Dist One")
    assert deal["registeredBy"].startswith("Reseller One")
    payload = await counter.decided(deal, reason="Well done.")
    assert payload["userErrors"] == []
    seen = await counter.seen(deal)
    assert seen is not None
    assert (seen["status"], seen["protectedFrom"], seen["protectedUntil"]) == ("APPROVED", str(TODAY), in_days(60))
    assert (seen["extensionsLeft"], seen["extensionDays"], seen["decisionReason"]) == (2, 10, "Well done.")
    acts = [edge["node"] for edge in seen["history"]["edges"]]
    assert [(act["act"], act["actedAs"]) for act in acts] == [("REGISTERED", "RESELLER"), ("APPROVED", "VENDOR")]


async def test_one_key_registers_once_however_often_it_is_sent_at_once(counter: Counter) -> None:
    given = counter.given()
    caller = await counter.reseller()
    payloads = await asyncio.gather(*(caller.act(REGISTER, **given) for _ in range(20)))
    assert len({payload["deal"]["id"] for payload in payloads}) == 1
    other = await caller.act(REGISTER, **{**given, "deal": counter.content("Somebody else")})
    assert told(other) == {("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")}


async def test_everything_wrong_with_a_registration_is_told_at_once_and_nothing_is_written(counter: Counter) -> None:
    before = await counter.held()
    caller = await counter.reseller()
    wrong = counter.given(
        "!!!",
        name=" ",
        endCustomerAddress="10.0.0.1",
        products=[
            {"productId": counter.product(vendor="Borealis")},
            {"family": "Nothing"},
            {"productId": counter.product(), "family": "Drives"},
            {"family": "Drives", "quantity": "0"},
            {"family": "Drives"},
        ],
        expectedAmount="1.001",
        currency="XXX",
        expectedCloseOn=in_days(-1),
        supplierId=counter.product(),
    )
    assert told(await caller.act(REGISTER, **wrong)) == {
        ("deal.name", "REQUIRED"),
        ("deal.endCustomer", "INVALID"),
        ("deal.endCustomerAddress", "INVALID"),
        ("deal.products.0.productId", "NOT_FOUND"),
        ("deal.products.1.family", "NOT_FOUND"),
        ("deal.products.2", "INVALID"),
        ("deal.products.3.quantity", "INVALID"),
        ("deal.products.4", "INVALID"),
        ("deal.expectedAmount", "INVALID"),
        ("deal.currency", "INVALID"),
        ("deal.expectedCloseOn", "INVALID"),
        ("deal.supplierId", "NOT_FOUND"),
    }
    assert told(await caller.act(REGISTER, **counter.given(products=[]))) == {("deal.products", "REQUIRED")}
    nowhere = {**counter.given(), "vendorId": global_id("Vendor", Key(counter.vendor_id, uuid4()))}
    assert told(await caller.act(REGISTER, **nowhere)) == {("vendorId", "NOT_FOUND")}
    assert await counter.held() == before


async def test_only_who_is_enrolled_where_a_benefit_opens_it_registers(counter: Counter) -> None:
    world = counter.api.world
    before = await counter.held()
    borealis = world.vendors["Borealis"]
    given = {**counter.given(products=[{"family": "Drives"}]), "vendorId": global_id("Vendor", Key(borealis, borealis))}
    payload = await (await counter.reseller()).act(REGISTER, **given)
    assert told(payload) == {("vendorId", "NOT_ELIGIBLE")}
    assert payload["userErrors"][0]["message"].startswith("No programme")
    assert await counter.held() == before


async def test_a_suspended_reseller_extends_nothing_but_may_close(counter: Counter) -> None:
    deal = await counter.approved()
    status = "UPDATE enrollment SET status = $2 WHERE reseller_id = $1"
    world = counter.api.world
    await world.connection.execute(status, world.parties["Acme", "Reseller One"], "SUSPENDED")
    try:
        caller = await counter.reseller()
        before = await counter.held()
        named = {"dealId": deal["id"], "expectedVersion": deal["version"]}
        assert told(await caller.act(EXTEND, **named, reason="Slow")) == {("dealId", "NOT_ELIGIBLE")}
        assert await counter.held() == before
        assert (await caller.act(CLOSE, **named, outcome="LOST", reason="Price"))["userErrors"] == []
    finally:
        await world.connection.execute(status, world.parties["Acme", "Reseller One"], "ACTIVE")


async def test_a_deal_changes_only_while_it_is_under_review_and_by_its_version(counter: Counter) -> None:
    deal = await counter.registered()
    caller = await counter.reseller()
    changed = await caller.act(
        UPDATE, dealId=deal["id"], expectedVersion=1, deal=counter.content("Other", products=[{"family": "Switches"}])
    )
    assert changed["userErrors"] == []
    assert (changed["deal"]["version"], changed["deal"]["endCustomer"]) == (2, "Other")
    assert [each["family"] for each in changed["deal"]["products"]] == ["Switches"]
    before = await counter.held()
    stale = await caller.act(UPDATE, dealId=deal["id"], expectedVersion=1, deal=counter.content())
    assert told(stale) == {("expectedVersion", "STALE")}
    assert await counter.held() == before
    assert (await counter.decided(changed["deal"]))["userErrors"] == []
    before = await counter.held()
    late = await caller.act(UPDATE, dealId=deal["id"], expectedVersion=3, deal=counter.content(name=""))
    assert told(late) == {("dealId", "NOT_ACTIVE"), ("deal.name", "REQUIRED")}
    assert await counter.held() == before


async def test_a_protection_is_extended_as_often_as_its_approval_allows_whatever_the_terms_become(
    counter: Counter,
) -> None:
    await counter.terms(extensions=1, extensionDays=30)
    deal = await counter.approved()
    await counter.terms(extensions=5, extensionDays=100)
    caller = await counter.reseller()
    payload = await caller.act(EXTEND, dealId=deal["id"], expectedVersion=deal["version"], reason="Budget in May")
    assert payload["userErrors"] == []
    extended = payload["deal"]
    assert (extended["protectedUntil"], extended["extensionsLeft"]) == (in_days(120), 0)
    before = await counter.held()
    again = await caller.act(EXTEND, dealId=deal["id"], expectedVersion=extended["version"], reason=" ")
    assert told(again) == {("dealId", "NOT_ALLOWED"), ("reason", "REQUIRED")}
    assert await counter.held() == before


async def test_a_deal_is_won_or_lost_once_and_by_a_protected_one(counter: Counter) -> None:
    deal = await counter.approved()
    caller = await counter.reseller()
    named = {"dealId": deal["id"], "expectedVersion": deal["version"]}
    before = await counter.held()
    assert told(await caller.act(CLOSE, **named, outcome="WON", wonOn=in_days(1))) == {
        ("wonAmount", "REQUIRED"),
        ("wonOn", "INVALID"),
    }
    assert told(await caller.act(CLOSE, **named, outcome="LOST", wonAmount="1", wonOn=in_days(0))) == {
        ("reason", "REQUIRED"),
        ("wonAmount", "INVALID"),
        ("wonOn", "INVALID"),
    }
    waiting = await counter.registered()
    before = await counter.held()
    early = await caller.act(CLOSE, dealId=waiting["id"], expectedVersion=1, outcome="WON", wonAmount="1")
    assert told(early) == {("dealId", "NOT_ACTIVE")}
    assert await counter.held() == before
    won = (await caller.act(CLOSE, **named, outcome="WON", wonAmount="850.50"))["deal"]
    assert (won["status"], won["wonOn"], won["wonAmount"]["amount"]) == ("WON", str(TODAY), "850.5")
    before = await counter.held()
    again = await caller.act(WITHDRAW, dealId=deal["id"], expectedVersion=won["version"])
    assert told(again) == {("dealId", "NOT_ACTIVE")}
    assert await counter.held() == before


async def test_a_rejection_needs_a_reason_that_the_reseller_reads(counter: Counter) -> None:
    deal = await counter.registered()
    before = await counter.held()
    assert told(await counter.decided(deal, approve=False)) == {("reason", "REQUIRED")}
    assert told(await counter.decided({**deal, "version": 7})) == {("expectedVersion", "STALE")}
    assert await counter.held() == before
    assert (await counter.decided(deal, approve=False, reason="We sell there ourselves."))["userErrors"] == []
    seen = await counter.seen(deal)
    assert seen is not None
    assert (seen["status"], seen["decisionReason"]) == ("REJECTED", "We sell there ourselves.")
    before = await counter.held()
    assert told(await counter.decided({**deal, "version": 2})) == {("dealId", "NOT_ACTIVE")}
    assert await counter.held() == before


async def test_the_clock_reminds_once_and_ends_a_protection_on_its_day(counter: Counter) -> None:
    await counter.terms(remindDays=14)
    near, over = await counter.approved(), await counter.approved()
    await counter.put_back(near, TODAY + timedelta(days=14))
    await counter.put_back(over, TODAY)
    caller = await counter.reseller()
    named = {"dealId": over["id"], "expectedVersion": over["version"]}
    late = await caller.act(CLOSE, **named, outcome="WON", wonAmount="1")
    assert told(late) == {("dealId", "NOT_ACTIVE")}
    await counter.clock()
    await counter.clock()
    seen, ended = await counter.seen(near), await counter.seen(over)
    assert seen is not None and ended is not None
    assert (seen["status"], seen["version"]) == ("APPROVED", near["version"])
    assert [edge["node"]["act"] for edge in seen["history"]["edges"]][2:] == ["REMINDED"]
    assert (ended["status"], ended["closedOn"]) == ("EXPIRED", str(TODAY))
    lost = await caller.act(CLOSE, dealId=over["id"], expectedVersion=ended["version"], outcome="LOST", reason="Late")
    assert (lost["deal"]["status"], lost["deal"]["closedOn"]) == ("LOST", str(TODAY))


async def test_sales_people_see_and_touch_their_own_deals_alone(counter: Counter) -> None:
    admins = await counter.registered("Admin's customer")
    sales = await counter.reseller(role=Role.RESELLER_SALES)
    given = counter.given("Sales' customer")
    own = (await sales.act(REGISTER, **given))["deal"]
    listed = (await sales.ask("reseller/deals.graphql"))["viewer"]["reseller"]["deals"]
    assert [edge["node"]["id"] for edge in listed["edges"]] == [own["id"]]
    assert listed["totalCount"] == 1
    assert (await sales.ask("reseller/deal.graphql", id=admins["id"], vendor=counter.vendor_gid))["node"] is None
    before = await counter.held()
    for document, more in ((WITHDRAW, {}), (EXTEND, {"reason": "x"}), (CLOSE, {"outcome": "LOST", "reason": "x"})):
        payload = await sales.act(document, dealId=admins["id"], expectedVersion=1, **more)
        assert told(payload) == {("dealId", "NOT_FOUND")}
    assert await counter.held() == before
    for role in (Role.RESELLER_ADMIN, Role.RESELLER_VIEWER):
        found = await (await counter.reseller(role=role)).ask("reseller/deals.graphql", filter={"search": "customer"})
        ids = {edge["node"]["id"] for edge in found["viewer"]["reseller"]["deals"]["edges"]}
        assert {own["id"], admins["id"]} <= ids


async def test_deals_are_found_by_state_and_words_and_listed_in_either_order(counter: Counter) -> None:
    word = uuid4().hex[:8]
    late = await counter.registered(f"{word} Hospital", expectedCloseOn=in_days(90))
    soon = await counter.registered(f"{word} School", expectedCloseOn=in_days(5))
    withdrawn = await counter.registered(f"{word} Bank", name="Ten switches", expectedCloseOn=in_days(1))
    caller = await counter.reseller()
    payload = await caller.act(WITHDRAW, dealId=withdrawn["id"], expectedVersion=1, reason="No budget")
    assert payload["deal"]["status"] == "WITHDRAWN"
    manager = await counter.manager()

    async def found(order: str, **filter: Any) -> list[str]:
        answer = await manager.ask("vendor/deals.graphql", filter={"search": word.upper(), **filter}, orderBy=order)
        return [edge["node"]["id"] for edge in answer["viewer"]["vendor"]["deals"]["edges"]]

    assert await found("NEWEST", statuses=["SUBMITTED"]) == [soon["id"], late["id"]]
    assert await found("EXPECTED_CLOSE") == [withdrawn["id"], soon["id"], late["id"]]
    page = await manager.ask("vendor/deals.graphql", filter={"search": word}, first=1)
    assert page["viewer"]["vendor"]["deals"]["totalCount"] == 3
    after = page["viewer"]["vendor"]["deals"]["pageInfo"]["endCursor"]
    more = await manager.ask("vendor/deals.graphql", filter={"search": word}, first=1, after=after)
    assert more["viewer"]["vendor"]["deals"]["edges"][0]["node"]["id"] == soon["id"]


async def test_terms_are_the_vendors_and_changed_by_their_version(counter: Counter) -> None:
    await counter.terms()
    manager = await counter.manager()
    before = await counter.held()
    wrong = {"daysProtected": 0, "extensions": 13, "extensionDays": 0, "approvesUpTo": "5", "reviewHours": 721}
    payload = await manager.act("vendor/set_deal_terms.graphql", expectedVersion=0, **wrong)
    assert told(payload) == {
        ("daysProtected", "INVALID"),
        ("extensions", "INVALID"),
        ("extensionDays", "INVALID"),
        ("approvesUpTo", "REQUIRED"),
        ("reviewHours", "INVALID"),
    }
    stale = await manager.act(
        "vendor/set_deal_terms.graphql", expectedVersion=0, daysProtected=1, extensions=0, extensionDays=1
    )
    assert told(stale) == {("expectedVersion", "STALE")}
    assert await counter.held() == before
    limits = "{ node(id: $id) { ... on Vendor { dealTerms { daysProtected approvesUpTo { amount } reviewHours } } } }"
    read = await (await counter.reseller()).ask(f"query($id: ID!) {limits}", id=counter.vendor_gid)
    assert read["node"]["dealTerms"] == {"daysProtected": 90, "approvesUpTo": None, "reviewHours": None}


async def test_roles_that_may_not_are_told_so(counter: Counter) -> None:
    deal = await counter.registered()
    before = await counter.held()
    register = [
        await counter.reseller(role=Role.RESELLER_VIEWER),
        await counter.manager(),
        await counter.api.distributor(),
    ]
    for caller in register:
        answer = await caller.raw(REGISTER, input=counter.given())
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    decide = [
        await counter.reseller(),
        await counter.api.distributor(),
        await counter.api.as_(Level.VENDOR, "Acme", Role.VENDOR_ANALYST),
    ]
    given = {"dealId": deal["id"], "expectedVersion": 1, "approve": True}
    for caller in decide:
        answer = await caller.raw(DECIDE, input=given)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert told(await (await counter.api.vendor("Borealis")).act(DECIDE, **given)) == {("dealId", "NOT_FOUND")}
    assert await counter.held() == before


async def alerted(counter: Counter, deal: dict[str, Any]) -> set[tuple[str, str, bool]]:
    """Which alerts about a deal there are: kind, for whom, and whether they are open."""
    rows = await counter.api.world.connection.fetch(
        "SELECT kind, audience, settled_at IS NULL AS open FROM alert WHERE subject = $1", deal["id"]
    )
    return {(row["kind"], row["audience"], row["open"]) for row in rows}


async def test_whoever_has_to_act_is_told_until_it_is_done(counter: Counter) -> None:
    await counter.terms(approvesUpTo=None, currency=None)
    waiting, near = await counter.registered(), await counter.approved()
    await counter.put_back(near, TODAY + timedelta(days=3))
    assert await alerted(counter, waiting) == set()
    await counter.clock()
    assert await alerted(counter, waiting) == {("DEAL_TO_DECIDE", "VENDOR", True)}
    assert await alerted(counter, near) == {("DEAL_EXPIRING", "RESELLER", True)}
    await counter.decided(waiting, approve=False, reason="No.")
    caller = await counter.reseller()
    await caller.act(EXTEND, dealId=near["id"], expectedVersion=near["version"], reason="Slow")
    await counter.clock()
    assert await alerted(counter, waiting) == {("DEAL_TO_DECIDE", "VENDOR", False)}
    assert await alerted(counter, near) == {("DEAL_EXPIRING", "RESELLER", False)}
    assert (await counter.for_vendor(waiting))["waitsFor"] is None


async def test_a_deal_that_is_changed_while_it_waits_for_a_person_is_looked_at_again(counter: Counter) -> None:
    await counter.terms()
    deal = await counter.registered(expectedAmount="1000.01")
    await counter.clock()
    assert (await counter.for_vendor(deal))["waitsFor"] == "ABOVE_LIMIT"
    caller = await counter.reseller()
    smaller = counter.content(deal["endCustomer"], expectedAmount="1000.00")
    changed = await caller.act(UPDATE, dealId=deal["id"], expectedVersion=1, deal=smaller)
    assert (changed["deal"]["status"], changed["deal"]["version"]) == ("SUBMITTED", 2)
    await counter.clock()
    assert (await counter.for_vendor(deal))["status"] == "APPROVED"
    await counter.clock()
    assert await alerted(counter, deal) == {("DEAL_TO_DECIDE", "VENDOR", False)}
