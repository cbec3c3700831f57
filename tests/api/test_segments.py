"""A vendor's segments: by rule, by hand, as a filter; and that nobody else learns that there are any."""

from typing import Any

import pytest

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.partners_kit import a_club, done, nodes, once, party_gid
from tests.api.partners_kit import refused as refused_by

CREATE, UPDATE = "vendor/create_segment.graphql", "vendor/update_segment.graphql"
DELETE = "vendor/delete_segment.graphql"
TABLES = ("segment", "segment_member", "audit_event", "remembered_result")


async def refused(api: Api, document: str, **given: Any) -> list[tuple[list[str] | None, str]]:
    """Where and with which codes the vendor was refused; nothing was written anywhere, nor in the segments."""
    before = [await api.world.connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in TABLES]
    found = await refused_by(api, await api.vendor(), document, **given)
    assert before == [await api.world.connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in TABLES]
    return found


async def drawn(api: Api, name: str = "", **given: Any) -> dict[str, Any]:
    return await done(await api.vendor(), CREATE, name=name or f"Segment {once()[:8]}", idempotencyKey=once(), **given)


async def members(api: Api, segment: dict[str, Any]) -> dict[str, list[str]]:
    """Who belongs to a segment, with the names of all segments of each."""
    answer = await (await api.vendor()).ask("vendor/segment_resellers.graphql", segmentId=segment["id"])
    found = answer["viewer"]["vendor"]["resellers"]
    assert found["totalCount"] == len(nodes(found))
    return {each["name"]: [of["name"] for of in each["segments"]] for each in nodes(found)}


async def test_whoever_meets_everything_that_a_rule_names_belongs_to_the_segment(api: Api) -> None:
    german = await drawn(api, rule={"countries": ["DE"], "partnerTypes": ["VAR", "MSP"]})
    assert german["rule"] == {"partnerTypes": ["MSP", "VAR"], "countries": ["DE"], "fromRank": None}
    everybody = (await (await api.vendor()).ask("vendor/resellers.graphql"))["viewer"]["vendor"]["resellers"]
    right = {e["name"] for e in nodes(everybody) if e["country"] == "DE" and e["partnerType"] in {"VAR", "MSP"}}
    found = await members(api, german)
    assert set(found) == right == {"Reseller One", "Reseller Two"}
    assert all(german["name"] in names for names in found.values())
    assert await members(api, await drawn(api, rule={"countries": ["DE"], "partnerTypes": ["MSP"]})) == {}


async def test_a_rule_may_ask_for_a_tier_and_follows_the_enrolment(api: Api) -> None:
    vendor = await api.vendor()
    club = await done(vendor, "vendor/create_program.graphql", **a_club())
    in_it = await drawn(api, rule={"programId": club["id"]})
    silver = await drawn(api, rule={"programId": club["id"], "fromRank": 2})
    enrolled = await done(
        vendor,
        "vendor/enroll_reseller.graphql",
        programId=club["id"],
        resellerId=party_gid(api, "Reseller", "Acme", "Reseller One"),
        tierRank=1,
        idempotencyKey=once(),
    )
    assert (list(await members(api, in_it)), list(await members(api, silver))) == (["Reseller One"], [])
    given = {"enrollmentId": enrolled["id"], "reason": "Growing."}
    decided = await done(vendor, "vendor/decide_enrollment.graphql", expectedVersion=1, tierRank=3, **given)
    assert list(await members(api, silver)) == ["Reseller One"]
    given = {"enrollmentId": enrolled["id"], "reason": "Over."}
    await done(
        vendor, "vendor/decide_enrollment.graphql", expectedVersion=decided["version"], status="SUSPENDED", **given
    )
    assert (await members(api, in_it), await members(api, silver)) == ({}, {})


async def test_resellers_are_put_in_by_hand_and_taken_out_again(api: Api) -> None:
    segment = await drawn(api, description="Those that we watch.")
    assert segment["rule"] is None and await members(api, segment) == {}, "a segment without a rule begins empty"
    two = party_gid(api, "Reseller", "Acme", "Reseller Two")
    vendor = await api.vendor()
    changed = await done(vendor, UPDATE, segmentId=segment["id"], expectedVersion=1, addResellerIds=[two, two])
    assert changed["version"] == 2 and list(await members(api, segment)) == ["Reseller Two"]
    listed = (await vendor.ask("vendor/segments.graphql", first=250))["viewer"]["vendor"]["segments"]
    (own,) = (each for each in nodes(listed) if each["id"] == segment["id"])
    assert (own["description"], own["chosen"]["totalCount"]) == ("Those that we watch.", 1)
    assert [each["name"] for each in nodes(own["chosen"])] == ["Reseller Two"]
    renamed = {"name": f"Watched {once()[:6]}", "rule": {"countries": ["AT"]}}
    await done(vendor, UPDATE, segmentId=segment["id"], expectedVersion=2, removeResellerIds=[two], **renamed)
    assert await members(api, segment) == {}


async def test_a_segment_is_given_up_and_nobody_belongs_to_it_any_more(api: Api) -> None:
    vendor, segment = await api.vendor(), await drawn(api, rule={"countries": ["DE"]})
    one = party_gid(api, "Reseller", "Acme", "Reseller One")
    await done(vendor, UPDATE, segmentId=segment["id"], expectedVersion=1, addResellerIds=[one])
    gone = await vendor.act(DELETE, segmentId=segment["id"], expectedVersion=2)
    assert gone == {"deletedId": segment["id"], "userErrors": []}
    assert await members(api, segment) == {}
    assert (await vendor.ask("query($id: ID!) { node(id: $id) { id } }", id=segment["id"]))["node"] is None
    assert await refused(api, DELETE, segmentId=segment["id"], expectedVersion=2) == [
        (["input", "segmentId"], "NOT_FOUND")
    ]


async def test_one_key_draws_one_segment(api: Api) -> None:
    given = {"name": f"Once {once()[:8]}", "idempotencyKey": once()}
    vendor = await api.vendor()
    first = await done(vendor, CREATE, **given)
    assert (await done(vendor, CREATE, **given))["id"] == first["id"]
    assert await refused(api, CREATE, **{**given, "name": "Another"}) == [
        (["input", "idempotencyKey"], "IDEMPOTENCY_KEY_REUSED")
    ]


async def test_everything_wrong_with_a_segment_is_told_at_once(api: Api) -> None:
    programs = (await (await api.vendor()).ask("vendor/partners.graphql"))["viewer"]["vendor"]["programs"]
    (distributors,) = (each["id"] for each in nodes(programs) if each["audience"] == "DISTRIBUTOR")
    rule = {"partnerTypes": ["VAR", "VAR"], "countries": ["XX"], "programId": distributors}
    assert set(map(_told, await refused(api, CREATE, name=" ", rule=rule, idempotencyKey=once()))) == {
        ("name", "REQUIRED"),
        ("rule.partnerTypes", "INVALID"),
        ("rule.countries.0", "INVALID"),
        ("rule.programId", "NOT_FOUND"),
    }
    assert await refused(api, CREATE, name="Tier", rule={"fromRank": 1}, idempotencyKey=once()) == [
        (["input", "rule", "programId"], "REQUIRED")
    ]
    club = await done(await api.vendor(), "vendor/create_program.graphql", **a_club())
    rule = {"programId": club["id"], "fromRank": 9}
    assert await refused(api, CREATE, name="Tier", rule=rule, idempotencyKey=once()) == [
        (["input", "rule", "fromRank"], "INVALID")
    ]
    segment = await drawn(api)
    assert await refused(api, CREATE, name=segment["name"], idempotencyKey=once()) == [(["input", "name"], "TAKEN")]


async def test_everything_wrong_with_a_change_is_told_at_once(api: Api) -> None:
    segment = await drawn(api)
    one, foreign = party_gid(api, "Reseller", "Acme", "Reseller One"), party_gid(api, "Distributor", "Acme", "Dist One")
    moved = {"addResellerIds": [one, foreign], "removeResellerIds": [one]}
    told = await refused(api, UPDATE, segmentId=segment["id"], expectedVersion=5, name="x" * 201, **moved)
    assert set(map(_told, told)) == {
        ("expectedVersion", "STALE"),
        ("name", "INVALID"),
        ("addResellerIds.1", "NOT_FOUND"),
        ("removeResellerIds", "INVALID"),
    }
    assert await refused(api, UPDATE, segmentId=segment["id"], expectedVersion=1) == [(["input"], "REQUIRED")]
    many = await refused(api, UPDATE, segmentId=segment["id"], expectedVersion=1, addResellerIds=[one] * 251)
    assert many == [(["input", "addResellerIds"], "INVALID")]


def _told(problem: tuple[list[str] | None, str]) -> tuple[str, str]:
    return ".".join((problem[0] or [])[1:]), problem[1]


async def test_an_undisclosed_reseller_is_in_no_segment_and_cannot_be_put_into_one(api: Api) -> None:
    """Acme knows the resellers of the network that agreements disclose, and no other."""
    hidden = await api.world.connection.fetchrow(
        "SELECT id, vendor_id FROM party WHERE vendor_id = $1 AND kind = 'RESELLER' AND NOT disclosed LIMIT 1",
        api.world.vendors["Acme"],
    )
    assert hidden is not None, "the world has a reseller that Acme does not know"
    name = next(each for (vendor, each), id in api.world.parties.items() if vendor == "Acme" and id == hidden["id"])
    segment = await drawn(api, rule={"countries": ["DE", "AT", "FR"]})
    given = {"segmentId": segment["id"], "expectedVersion": 1}
    assert await refused(api, UPDATE, addResellerIds=[party_gid(api, "Reseller", "Acme", name)], **given) == [
        (["input", "addResellerIds", "0"], "NOT_FOUND")
    ]
    assert name not in await members(api, segment)


@pytest.mark.parametrize("who", ["distributor", "reseller", "another vendor"])
async def test_nobody_else_learns_of_a_segment(api: Api, who: str) -> None:
    segment = await drawn(api, rule={"countries": ["DE"]})
    callers = {"distributor": api.distributor(), "reseller": api.reseller(), "another vendor": api.vendor("Borealis")}
    caller = await callers.pop(who)
    for other in callers.values():
        other.close()
    id = segment["id"]
    assert (await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"] is None
    listed = "resellers(first: 9, filter: {segmentId: $id}) { totalCount edges { node { name } } }"
    for root in ("distributor { agreements", "reseller { authorizations", "vendor { agreements"):
        level, _, held = root.partition(" { ")
        if (who == "another vendor" and level == "vendor") or who == level:
            vendor = "vendor { " if held == "agreements" else "agreement { vendor { "
            inner = f"{vendor}{listed} {'} ' * vendor.count('{')}"
            answer = await caller.ask(
                f"query($id: ID!) {{ viewer {{ {level} {{ {held}(first: 9) {{ edges {{ node {{ {inner} }} }} }} }} }} }}",
                id=id,
            )
            assert '"Reseller' not in str(answer).replace("'", '"'), "an unknown segment holds nobody"
    for document, given in ((UPDATE, {"name": "Mine"}), (DELETE, {})):
        answer = await caller.raw((document), input={"segmentId": id, "expectedVersion": 1, **given})
        if who == "another vendor":
            (payload,) = answer["data"].values()
            assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
        else:
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert list(await members(api, segment)) == ["Reseller One", "Reseller Two"]


async def test_a_distributor_may_not_even_ask_for_segments(api: Api) -> None:
    segments = "vendor { segments(first: 1) { totalCount } }"
    asked = f"{{ viewer {{ distributor {{ agreements(first: 1) {{ edges {{ node {{ {segments} }} }} }} }} }} }}"
    answer = await (await api.distributor()).raw(asked)
    assert answer["errors"][0]["extensions"]["code"] in {"FORBIDDEN", "BAD_USER_INPUT"}


async def test_enrolments_and_authorisations_are_listed_by_segment(api: Api) -> None:
    vendor = await api.vendor()
    one = await drawn(api)
    await done(
        vendor,
        UPDATE,
        segmentId=one["id"],
        expectedVersion=1,
        addResellerIds=[party_gid(api, "Reseller", "Acme", "Reseller One")],
    )
    nobody = await drawn(api, rule={"countries": ["LI"]})
    agreement = global_id(
        "DistributionAgreement", Key(api.world.vendors["Acme"], api.world.agreements["Acme", "Dist One"])
    )
    for segment, right in ((one, {"Reseller One"}), (nobody, set())):
        of_segment = {"segmentId": segment["id"]}
        listed = (await vendor.ask("vendor/enrollments.graphql", filter=of_segment))["viewer"]["vendor"]["enrollments"]
        assert {each["reseller"]["name"] for each in nodes(listed)} == right
        assert listed["totalCount"] == len(nodes(listed))
        given = {"agreementId": agreement, "filter": of_segment}
        found = (await vendor.ask("vendor/agreement_resellers.graphql", **given))["node"]["authorizations"]
        assert {each["reseller"]["name"] for each in nodes(found)} == right
        assert found["totalCount"] == len(right)


async def test_nobody_else_narrows_a_list_or_a_cube_by_a_segment(api: Api) -> None:
    segment = await drawn(api, rule={"countries": ["DE"]})
    enrollments = "vendor { enrollments(first: 5, filter: {segmentId: $id}) { totalCount } }"
    cube = 'network { sales(first: 5, period: {start: "2026-01-01", end: "2026-12-31"}, by: [%s]%s) { totalCount } }'
    filtered, divided = cube % ("MONTH", ", filter: {segmentIds: [$id]}"), cube % ("SEGMENT", "")
    for inner in (enrollments, f"vendor {{ {filtered} }}", f"vendor {{ {divided} }}"):
        given = "query($id: ID!)" if "$id" in inner else "query"
        document = (
            f"{given} {{ viewer {{ distributor {{ agreements(first: 1) {{ edges {{ node {{ {inner} }} }} }} }} }} }}"
        )
        answer = await (await api.distributor()).raw(document, **({"id": segment["id"]} if "$id" in inner else {}))
        assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}, answer
    foreign = await (await api.vendor("Borealis")).ask(
        "vendor/enrollments.graphql", filter={"segmentId": segment["id"]}
    )
    assert foreign["viewer"]["vendor"]["enrollments"]["totalCount"] == 0


async def test_sales_are_asked_by_segment(api: Api) -> None:
    segment = await drawn(api, rule={"countries": ["DE"]})
    vendor, period = await api.vendor(), {"start": "2026-01-01", "end": "2027-01-01"}
    given = {"period": period, "filter": {"segmentIds": [segment["id"]]}, "orderBy": "SELL_THROUGH_UNITS"}
    answer = await vendor.ask("vendor/segment_sales.graphql", **given)
    rows = nodes(answer["viewer"]["vendor"]["network"]["sales"])
    assert all(each["segment"]["name"] == segment["name"] for each in rows)
