"""Why did my number change? Asked over HTTP of real reports, corrections and aliases; of a rival's nothing is told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.errors import Fault
from app.execution.identifiers import Key, global_id
from app.network.knowledge.moments import ANSWERED_AS_OF, NOT_KEPT, refuse_what_is_not_kept
from app.programme.terms import Level
from app.schema import schema
from graphql import GraphQLObjectType
from tests.api.conftest import Api, Caller
from tests.api.held_kit import Desk

VENDOR, DISTRIBUTOR = "vendor/figure_changes.graphql", "distributor/figure_changes.graphql"
LINES, OWN_LINES = "vendor/figure_change_lines.graphql", "distributor/figure_change_lines.graphql"
JANUARY = {"start": "2026-01-01", "end": "2026-02-01"}
SINCE = "2020-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
async def told(api: Api) -> AsyncIterator[dict[str, Any]]:
    """A report with a row of an unknown code, its correction, the alias that explains the code, and its undoing; with the
    moment before the correction."""
    desk = await Desk.of(api)
    first = await desk.report("W-1,1,2026-01-05,DRIVE-1,A-1,10,100,EUR,DE", "W-1,2,2026-01-05,OWN-W,A-1,4,100,EUR,DE")
    moment = datetime.now(UTC)
    second = await desk.report("W-1,1,2026-01-05,DRIVE-1,A-1,7,100,EUR,DE", mode="CORRECT")
    product = api.world.products["Acme", "DRIVE-2"]
    alias = await desk.confirm("OWN-W", productId=_gid("Product", api, product))
    await desk.undo(alias["id"])
    rival = await Desk.of(api, "Dist Two")
    await rival.report("W-9,1,2026-01-06,DRIVE-1,T-1,5,100,EUR,DE")
    yield {"moment": moment, "reports": [first, second], "alias": alias["id"]}


def _gid(type_name: str, api: Api, id: Any) -> str:
    return global_id(type_name, Key(api.world.vendors["Acme"], id))


async def changes(caller: Caller, document: str, **asked: Any) -> dict[str, Any]:
    data = await caller.ask(document, **({"since": SINCE, "period": JANUARY} | asked))
    viewer = data["viewer"]
    level = viewer["vendor"]["network"] if "vendor" in viewer else viewer["distributor"]
    found: dict[str, Any] = level["changes"]
    return found


def parts(found: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    nodes = [each["node"] for each in found["edges"]]
    return [(each["kind"], each["units"], each["addedLines"], each["endedLines"]) for each in nodes]


EXPECTED = [
    ("REPORT", "10", 1, 0),
    ("CORRECTION", "-3", 1, 1),
    ("ALIAS_CONFIRMED", "4", 1, 0),
    ("ALIAS_UNDONE", "-4", 0, 1),
]


async def test_a_distributor_reads_what_changed_its_number_and_which_report_or_decision_did(
    api: Api, told: dict[str, Any]
) -> None:
    caller = await api.distributor()
    await api.world.connection.execute("UPDATE knowledge SET known_at = known_at - interval '1 hour'")
    try:
        found = await changes(caller, DISTRIBUTOR)
        assert parts(found) == EXPECTED
        (own,) = found["sums"]
        assert (own["unitsBefore"], own["unitsAfter"], own["unitsDifference"]) == ("0", "7", "7")
        nodes = [each["node"] for each in found["edges"]]
        assert [each["cause"]["id"] for each in nodes[:2]] == told["reports"]
        assert nodes[0]["cause"]["submittedBy"]["name"].startswith("Dist One")
        assert {each["cause"]["id"] for each in nodes[2:]} == {told["alias"]}
        assert nodes[2]["cause"]["confirmedBy"].startswith("Dist One")
        behind = [each["node"] for each in (await changes(caller, OWN_LINES))["edges"]]
        added, ended = ([edge["node"] for edge in behind[1][name]["edges"]] for name in ("added", "ended"))
        assert [each["quantity"] for each in added] == ["7"] and [each["quantity"] for each in ended] == ["10"]
        assert behind[1]["added"]["totalCount"] == behind[1]["ended"]["totalCount"] == 1
        moment = (told["moment"] - timedelta(hours=1)).isoformat()
        since = await changes(caller, DISTRIBUTOR, since=moment)
        assert parts(since) == EXPECTED[1:] and since["sums"][0]["unitsBefore"] == "10"
        until = await changes(caller, DISTRIBUTOR, until=moment)
        assert parts(until) == EXPECTED[:1] and until["sums"][0]["unitsAfter"] == "10"
    finally:
        await api.world.connection.execute("UPDATE knowledge SET known_at = known_at + interval '1 hour'")


async def test_a_vendor_reads_the_changes_of_its_whole_network_or_of_one_distributor(
    api: Api, told: dict[str, Any]
) -> None:
    vendor = await api.vendor()
    assert parts(await changes(vendor, VENDOR)) == [*EXPECTED, ("REPORT", "5", 1, 0)]
    one = [_gid("Distributor", api, api.world.parties["Acme", "Dist One"])]
    found = await changes(vendor, VENDOR, filter={"distributorIds": one}, since=told["moment"].isoformat())
    assert parts(found) == EXPECTED[1:]
    assert [each["node"]["cause"] is not None for each in found["edges"]] == [True, True, True]
    page = await changes(vendor, VENDOR, first=2)
    assert parts(page) == EXPECTED[:2] and page["totalCount"] == 5
    rest = await changes(vendor, VENDOR, first=9, after=page["pageInfo"]["endCursor"])
    assert parts(rest) == [*EXPECTED[2:], ("REPORT", "5", 1, 0)] and rest["sums"] == page["sums"]


async def test_sell_in_and_sell_out_have_changes_of_their_own(api: Api, told: dict[str, Any]) -> None:
    vendor = await api.vendor()
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
    upload = await vendor.upload(f"{header}\nI-1,1,2026-01-03,DRIVE-1,50,80,EUR".encode())
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=JANUARY,
        uploadId=upload,
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await api.count()
    found = await changes(vendor, VENDOR, figure="SELL_IN")
    assert parts(found) == [("REPORT", "50", 1, 0)]
    (node,) = [each["node"] for each in found["edges"]]
    assert node["amount"] == {"amount": "4000", "currency": "EUR"}
    (behind,) = (await changes(vendor, LINES, figure="SELL_IN"))["edges"]
    assert behind["node"]["added"]["edges"] == []
    assert [each["node"]["quantity"] for each in behind["node"]["addedSellIn"]["edges"]] == ["50"]
    out = await changes(vendor, VENDOR, figure="SELL_OUT")
    assert out["edges"] == [] and out["sums"] == []
    refused = await (await api.distributor()).raw(DISTRIBUTOR, since=SINCE, period=JANUARY, figure="SELL_OUT")
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Sell-out has no distributor" in refused["errors"][0]["message"]


async def test_nobody_reads_the_changes_of_a_rival(api: Api, told: dict[str, Any]) -> None:
    dist_one = _gid("Distributor", api, api.world.parties["Acme", "Dist One"])
    rival = await api.distributor("Dist Two")
    own = await changes(rival, DISTRIBUTOR)
    assert parts(own) == [("REPORT", "5", 1, 0)]
    assert parts(await changes(rival, DISTRIBUTOR, filter={"distributorIds": [dist_one]})) == []
    of_node = (
        "query($id: ID!, $p: DateRangeInput!, $s: DateTime!) { node(id: $id) { id ... on Distributor {"
        " changes(between: {since: $s}, period: $p, first: 9) { edges { node { units } } sums { unitsAfter } } } } }"
    )
    reseller = await api.reseller()
    other = await api.vendor("Borealis")
    for caller in (rival, reseller, other):
        answer = await caller.raw(of_node, id=dist_one, p=JANUARY, s=SINCE)
        found = (answer.get("data") or {}).get("node")
        assert found is None or found.get("changes") in (None, {"edges": [], "sums": []}), answer
    assert parts(await changes(other, VENDOR)) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "2026-01-01T00:00:00"}, "with their offset"),
        ({"since": "2199-01-01T00:00:00+00:00"}, "in the future"),
        ({"until": "2019-01-01T00:00:00+00:00"}, "comes after `since`"),
        ({"valuation": "PURCHASE_COST"}, "PURCHASE_COST"),
        ({"figure": "SELL_IN", "filter": {"countries": ["DE"]}}, "Sell-in has no reseller"),
        ({"figure": "SELL_OUT", "filter": {"distributorIds": []}}, "Sell-out has no distributor"),
    ],
)
async def test_a_question_without_an_answer_is_refused_with_the_reason(
    api: Api, asked: dict[str, Any], words: str
) -> None:
    answer = await (await api.vendor()).raw(VENDOR, **({"since": SINCE, "period": JANUARY} | asked))
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert words in answer["errors"][0]["message"]


async def test_of_what_the_vendor_did_a_distributor_reads_the_kind_alone(api: Api) -> None:
    """Its own reports, aliases and decisions are told by id; which units or which merge it was, is the vendor's."""
    said = ["submission 1", "alias 2 undone", "decision 3", "units of product 4", "merge 5 undone", "a test"]
    connection, vendor = api.world.connection, api.world.vendors["Borealis"]
    for number, cause in enumerate(said):
        given = (vendor, 900_000 + number, cause)
        await connection.execute(
            "INSERT INTO knowledge (vendor_id, id, cause) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3)", *given
        )
    rows = await connection.fetch("SELECT disclosed_cause FROM knowledge WHERE id >= 900000 ORDER BY id")
    assert [row["disclosed_cause"] for row in rows] == [
        "submission 1",
        "alias 2 undone",
        "decision 3",
        "units",
        "merge",
        "a",
    ]
    await connection.execute("DELETE FROM knowledge WHERE id >= 900000")


async def test_a_distributor_does_not_ask_of_the_last_half_hour(api: Api) -> None:
    now = datetime.now(UTC).isoformat()
    answer = await (await api.distributor()).raw(DISTRIBUTOR, since=now, period=JANUARY)
    assert "30 minutes" in answer["errors"][0]["message"]


async def test_what_is_not_kept_as_of_past_moments_is_refused_and_not_ignored(api: Api) -> None:
    """Whatever field a network has: it answers as of the moment, or says why it cannot."""
    network = schema._schema.type_map["Network"]
    assert isinstance(network, GraphQLObjectType)
    assert network.fields.keys() >= {*ANSWERED_AS_OF, *NOT_KEPT} - {"__typename"}
    for name in network.fields.keys() - ANSWERED_AS_OF:
        with pytest.raises(Fault, match=f"`{name}` cannot be asked as of a past moment: "):
            refuse_what_is_not_kept([*ANSWERED_AS_OF, name])
    refuse_what_is_not_kept(ANSWERED_AS_OF)
    text = (
        "query($at: DateTime!, $p: DateRangeInput!) { viewer { vendor { network(asOf: $at) { ...F } } } }"
        " fragment F on Network { later: changes(between: {since: $at}, period: $p, first: 1) { totalCount } }"
    )
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    answer = await (await api.vendor()).raw(text, at=at, p=JANUARY)
    assert "`changes` cannot be asked as of a past moment: it names its own two" in answer["errors"][0]["message"]


async def test_what_was_converted_at_a_past_moment_is_converted_alike_when_it_is_asked_again(
    api: Api, told: dict[str, Any]
) -> None:
    vendor = await api.vendor()
    text = (
        "query($p: DateRangeInput!, $at: DateTime) { viewer { vendor { network(asOf: $at) { sales(period: $p, by: [],"
        ' convertTo: "USD", valuation: REPORTED_RESALE, first: 9) { edges { node { sellThroughAmount { amount } } } }'
        " } } } }"
    )

    async def amount(at: datetime | None) -> str | None:
        answer = await vendor.raw(text, p=JANUARY, at=None if at is None else at.isoformat())
        if "errors" in answer:
            assert "no exchange rate" in answer["errors"][0]["message"]
            return None
        (row,) = answer["data"]["viewer"]["vendor"]["network"]["sales"]["edges"]
        found: str = row["node"]["sellThroughAmount"]["amount"]
        return found

    async def set_rate(rate: str) -> datetime:
        payload = await vendor.act(
            "vendor/set_exchange_rates.graphql",
            rates=[{"base": "EUR", "quote": "USD", "effectiveFrom": "2026-01-01", "rate": rate}],
            idempotencyKey=uuid4().hex,
        )
        assert payload["userErrors"] == []
        return datetime.now(UTC)

    unset = datetime.now(UTC)
    first = await set_rate("1.1")
    assert await amount(None) == await amount(first) == "770"
    second = await set_rate("1.2")
    third = await set_rate("1.2")
    assert await amount(None) == await amount(second) == await amount(third) == "840"
    assert await amount(first) == "770", "the same past moment gives the same again"
    assert await amount(unset) is None, "then there was no rate"
    own = await (await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_VIEWER)).raw(
        "{ viewer { distributor { name } } }"
    )
    assert own["data"]["viewer"]["distributor"]["name"] == "Dist One"
