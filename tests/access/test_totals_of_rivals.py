"""A distributor cannot compute what a shared reseller buys elsewhere: whatever it may ask is answered alike, to the last
count, cursor and cost, before and after a rival has sold to that reseller.
"""

import re
from uuid import uuid4

import msgspec

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.http import Asked, Endpoint
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.schema import schema
from tests.api.conftest import Api, api, world
from tests.api.deals_kit import Counter
from tests.execution.counted import Counted
from tests.execution.furnished import PERIOD, SELL_THROUGH, furnish
from tests.execution.real import Expanded, every_id

__all__ = ["api", "world"]

ENDPOINT = Endpoint(schema)
NARROWED = (
    "{ viewer { alerts(first: 50, filter: {kinds: [TIER_CHANGED, DEAL_TO_DECIDE, LINE_CONTESTED]}) { totalCount } } }",
    "{ viewer { alerts(first: 50, filter: {severities: [CRITICAL, WARNING, INFO]}) { totalCount edges { cursor } } } }",
    "{ viewer { audit(first: 50, filter: {isOwn: false}) { totalCount edges { cursor node { act subjectId } } } } }",
    "{ viewer { audit(first: 50, filter: {subjectId: RESELLER}) { totalCount edges { cursor node { act } } } } }",
    '{ node(id: VENDOR) { ... on Vendor { deals(first: 50, filter: {search: "e"}) { totalCount edges { cursor } } } } }',
    "{ node(id: VENDOR) { ... on Vendor { network { sales(first: 50, PERIOD, by: [MONTH, RESELLER ],"
    " filter: {resellerIds: [RESELLER]}) { totalCount edges { cursor node { sellThroughUnits activeResellers } }"
    " totals { sellThroughUnits activeResellers } } } } } }",
    "{ node(id: VENDOR) { ... on Vendor { network { sales(first: 50, PERIOD, by: [COUNTRY, PARTNER_TYPE]) { totalCount"
    " edges { cursor node { sellThroughUnits activeResellers } } totals { activeResellers } } } } }",
    "{ node(id: RESELLER) { ... on Reseller { enrollments(first: 50) { totalCount edges { cursor node { id status"
    " tier { rank } benefits { granted rule } progress { achieved missing } tierStanding { rule } version since"
    " history(first: 50) { totalCount } } } } } } }",
)
"Questions that narrow, count and page, beside every field of every object."


async def test_what_a_distributor_may_ask_is_the_same_whatever_a_rival_sells_to_a_shared_reseller(api: Api) -> None:
    await furnish(api)
    await _both_disclose(api)
    ids, known = await every_id(api.world), await _gids(api)
    curious = [
        api.world.actor(Level.DISTRIBUTOR, "Dist One", role)
        for role in (Role.DISTRIBUTOR_ADMIN, Role.DISTRIBUTOR_FINANCE, Role.DISTRIBUTOR_VIEWER)
    ]
    itself = api.world.actor(Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN)
    asked = _documents(ids, known)
    before = [await _answers(api, actor, asked) for actor in curious]
    bought = await _answers(api, itself, asked)
    await _rival_sells(api)
    after = [await _answers(api, actor, asked) for actor in curious]
    told = [text for was, now in zip(before, after, strict=True) for text in was if was[text] != now[text]]
    assert told == [], f"{len(told)} answers tell of it, first {told[0]}"
    assert await _answers(api, itself, asked) != bought, "the reseller itself sees what it bought"
    fresh = _all(await every_id(api.world)) - _all(ids)
    nothing = [f'{{ node(id: "{gid}") {{ __typename }} }}' for gid in fresh]
    assert len(nothing) > 5
    for actor in curious:
        answers = (await _answers(api, actor, nothing)).values()
        assert {msgspec.json.decode(each)["data"]["node"] for each in answers} == {None}


def _all(ids: dict[str, list[str]]) -> set[str]:
    return {gid for own in ids.values() for gid in own}


async def _gids(api: Api) -> dict[str, str]:
    vendor_id = api.world.vendors["Acme"]
    reseller = Key(vendor_id, api.world.parties["Acme", "Reseller One"])
    period = f'period: {{start: "{PERIOD["start"]}", end: "{PERIOD["end"]}"}}'
    quoted = {"VENDOR": global_id("Vendor", Key(vendor_id, vendor_id)), "RESELLER": global_id("Reseller", reseller)}
    return {**{name: f'"{gid}"' for name, gid in quoted.items()}, "PERIOD": period}


def _documents(ids: dict[str, list[str]], known: dict[str, str]) -> list[str]:
    """Every field of every object there is, one object after the other; every list of the viewer; what narrows."""
    forwards = Expanded(schema._schema, ids)
    narrowed = [re.sub("VENDOR|RESELLER(?=[])}])|PERIOD", lambda name: known[name[0]], each) for each in NARROWED]
    of_viewer = [f"{{ viewer {below} }}" for below in forwards.one_by_one("Viewer")]
    return [*(forwards.document(kind, [gid]) for kind, own in ids.items() for gid in own), *of_viewer, *narrowed]


async def _answers(api: Api, actor: Actor, asked: list[str]) -> dict[str, bytes]:
    """The whole answers, with what they cost."""
    found = {}
    for text in asked:
        async with Counted(actor, api.database) as request:
            result = await ENDPOINT.answer(Asked(text, {}), request, introspection=False, reading_only=True)
        errors = [error.message for error in result.errors or ()]
        found[text] = msgspec.json.encode(
            {"data": result.data, "errors": errors, "more": result.extensions}, enc_hook=str
        )
    return found


async def _both_disclose(api: Api) -> None:
    """The vendor counts everything that both distributors sell, so that whatever it concludes could be told on."""
    await api.world.connection.execute(
        "UPDATE agreement SET discloses_resale_price = true, discloses_reseller = true, discloses_credit_terms = true"
    )
    await api.world.connection.execute("UPDATE reseller_authorization SET disclosed_reseller_id = reseller_id")


async def _rival_sells(api: Api) -> None:
    """Dist Two sells a great deal to the shared reseller, takes some back, and supplies a deal of its."""
    rival = await api.distributor("Dist Two")
    rows = [f"R-{n},{n},2026-0{7 + n % 3}-1{n},DRIVE-1,T-1,{400 * n - 300},120,EUR" for n in range(1, 6)]
    payload = await rival.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist Two"),
        period=PERIOD,
        source={"uploadId": await rival.upload("\n".join([SELL_THROUGH, *rows]).encode())},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [], payload
    await api.count("Acme", "Dist Two")
    counter = await Counter.open(api)
    deal = await counter.approved(supplierId=counter.distributor("Dist Two"))
    await counter.clock()
    assert deal["supplier"] is not None
