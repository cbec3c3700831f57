"""An incentive for the resellers of some segments: whom it counts is written down for each distributor when it is proposed,
what it pays is what the lines of those come to, and no distributor learns of a segment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.access.roles import Role
from app.accruals.actions import rule_of
from app.accruals.measures.queries import Asking, Slot, measured
from app.execution.identifiers import key_of
from app.programme.spans import Span
from app.programme.terms import Level
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.incentives_desk import BOOK, UNITS, Incentives, codes, rule
from tests.api.merging_kit import Merging
from tests.api.partners_kit import done, once
from tests.api.test_back_tests import vendor_id

ONE, THREE = "Dist One", "Dist Three"
TERMS = {"vendor": "vendor/incentive_term.graphql", "distributor": "distributor/incentive_term.graphql"}
PER_UNIT = {
    "structure": "PER_UNIT",
    "qualifying": UNITS,
    "bands": [{"threshold": "0", "rate": "1"}],
    "payPeriod": "MONTH",
}


@dataclass
class Divided:
    """A vendor that counts some resellers together, and distributors that sell to those and to others."""

    merging: Merging
    incentives: Incentives
    segment: str

    @property
    def api(self) -> Api:
        return self.merging.api

    def measure(self, of: Mapping[str, Any] = UNITS, **scope: Any) -> dict[str, Any]:
        return {**of, "scope": {"segmentIds": [self.segment], **scope}}

    def rule(self, **changed: Any) -> dict[str, Any]:
        return rule(**(PER_UNIT | {"qualifying": self.measure()} | changed))

    async def sold(self) -> None:
        """5 units in January and 7 in February to the one that is merged, 20 and 30 to the one that stays."""
        for distributor, mark in ((ONE, "1"), (THREE, "3")):
            for which, units in (("G", (5, 7)), ("K", (20, 30))):
                number = f"{which}{mark}-{self.merging.mark}"
                if (distributor, which) == (THREE, "K"):
                    continue
                for month, each in zip(("01", "02"), units, strict=True):
                    await self.merging.report(
                        distributor,
                        f"{number}-{month},1,2026-{month}-05,DRIVE-1,{number},{each},120,EUR,DE",
                        period={"start": f"2026-{month}-01", "end": f"2026-0{int(month) + 1}-01"},
                    )

    async def put(self, name: str, segment: str | None = None) -> None:
        """Put a reseller into a segment by hand."""
        id = self.segment if segment is None else segment
        key, vendor = key_of("Segment", id), self.api.world.vendors["Acme"]
        assert key is not None
        await self.api.world.connection.execute(
            "INSERT INTO segment_member (vendor_id, segment_id, reseller_id, added_at) VALUES ($1, $2, $3, now())"
            " ON CONFLICT DO NOTHING",
            *(vendor, key.id, self.api.world.parties["Acme", name]),
        )

    async def told(self, level: str, term: str) -> dict[str, Any]:
        caller = await (self.api.vendor() if level == "vendor" else self.api.distributor())
        found: dict[str, Any] = (await caller.ask(TERMS[level], id=term))["node"]
        return found

    async def listed(self, level: str, term: str, measure: str = "qualifying") -> set[str] | None:
        found = (await self.told(level, term))["rule"][measure]["scope"]["resellers"]
        if found is None:
            return None
        assert found["totalCount"] == len(found["edges"])
        return {each["node"]["name"] for each in found["edges"]}


@pytest.fixture
async def divided(api: Api) -> Divided:
    merging = await Merging.of(api)
    segment = await done(merging.caller, "vendor/create_segment.graphql", name=once(), idempotencyKey=once())
    found = Divided(merging, Incentives(api), segment["id"])
    await found.put(merging.gone)
    await found.sold()
    return found


async def earned(divided: Divided, term: str) -> dict[str, str]:
    assert await divided.incentives.unlike() == []
    return {start: amount for start, (_, amount) in (await divided.incentives.accruals(term)).items()}


async def test_what_is_paid_is_what_the_listed_resellers_bought(divided: Divided) -> None:
    _, term = await divided.incentives.active(rule=divided.rule())
    assert await earned(divided, term) == {"2026-01-01": "5", "2026-02-01": "7"}
    number = f"G1-{divided.merging.mark}"
    rows = [
        f"R-{number},1,2026-02-20,DRIVE-1,{number},-2,120,EUR,DE",
        f"L-{number},1,2026-01-20,DRIVE-2,{number},1,240,EUR,DE",
    ]
    await divided.merging.report(ONE, *rows, period={"start": "2026-01-01", "end": "2026-03-01"})
    assert await earned(divided, term) == {"2026-01-01": "6", "2026-02-01": "5"}


async def test_each_side_reads_the_resellers_and_the_vendor_alone_the_segment(divided: Divided) -> None:
    id, term = await divided.incentives.proposed(rule=divided.rule())
    assert await divided.listed("vendor", term) == await divided.listed("distributor", term) == {divided.merging.gone}
    for level in TERMS:
        told = await divided.told(level, term)
        assert "segment" not in told["summary"] and "of the resellers listed with it" in told["summary"]
    (version,) = (await divided.merging.caller.ask("vendor/incentive.graphql", id=id))["node"]["versions"]["edges"]
    scope = version["node"]["rule"]["qualifying"]["scope"]
    assert [each["id"] for each in scope["segments"]] == [divided.segment]
    segment_key = key_of("Segment", divided.segment)
    assert segment_key is not None
    kept = await divided.api.world.connection.fetchval("SELECT string_agg(t::text, ' ') FROM incentive_term t")
    assert str(segment_key.id) not in kept


async def test_who_joins_the_segment_later_counts_from_the_next_version_on(divided: Divided) -> None:
    id, term = await divided.incentives.active(rule=divided.rule())
    await divided.put(divided.merging.kept)
    assert await divided.listed("distributor", term) == {divided.merging.gone}
    await divided.incentives.reckon(id)
    assert await earned(divided, term) == {"2026-01-01": "5", "2026-02-01": "7"}
    payload = await divided.incentives.revise(
        id, 1, rule=divided.rule(), effective={"start": "2026-02-01", "end": "2027-01-01"}
    )
    assert payload["userErrors"] == []
    for document in ("vendor/propose_incentive.graphql", "vendor/activate_incentive.graphql"):
        assert (await divided.incentives.act(document, id, 2))["userErrors"] == []
    again = await divided.incentives.term(id, 2)
    assert await divided.listed("distributor", again) == {divided.merging.gone, divided.merging.kept}
    assert await earned(divided, term) == {"2026-01-01": "5"} and await earned(divided, again) == {"2026-02-01": "37"}


async def test_an_agreement_that_discloses_no_resellers_is_refused(divided: Divided) -> None:
    world = divided.api.world
    hidden = world.agreement_gid("Acme", "Dist Two")
    await world.connection.execute(
        "UPDATE agreement SET discloses_reseller = false WHERE id = $1", world.agreements["Acme", "Dist Two"]
    )
    id = await divided.incentives.draft(rule=divided.rule(), agreementIds=[divided.incentives.agreement, hidden])
    before = await world.connection.fetchval("SELECT count(*) FROM incentive_reseller")
    payload = await divided.incentives.act("vendor/propose_incentive.graphql", id)
    assert codes(payload) == [("incentiveId", "NOT_ELIGIBLE")]
    assert "Dist Two" in payload["userErrors"][0]["message"] and "disclose" in payload["userErrors"][0]["message"]
    assert await world.connection.fetchval("SELECT count(*) FROM incentive_reseller") == before
    key = key_of("Incentive", id)
    assert key is not None
    assert await world.connection.fetchval("SELECT count(*) FROM incentive_term WHERE incentive_id = $1", key.id) == 0


async def test_each_distributor_has_a_list_of_its_own(divided: Divided) -> None:
    world = divided.api.world
    await divided.put(divided.merging.kept)
    three = world.agreement_gid("Acme", THREE)
    id, term = await divided.incentives.active(rule=divided.rule(), agreementIds=[divided.incentives.agreement, three])
    assert await divided.listed("distributor", term) == {divided.merging.gone, divided.merging.kept}
    other = await other_term(divided, id)
    caller = await divided.api.distributor(THREE)
    told = (await caller.ask(TERMS["distributor"], id=other))["node"]["rule"]["qualifying"]["scope"]["resellers"]
    assert [each["node"]["name"] for each in told["edges"]] == [divided.merging.gone]
    assert (await caller.ask(TERMS["distributor"], id=term))["node"] is None
    assert (await (await divided.api.reseller()).raw(TERMS["distributor"], id=term))["data"]["node"] is None
    assert await earned(divided, term) == {"2026-01-01": "25", "2026-02-01": "37"}


async def other_term(divided: Divided, id: str) -> str:
    found = await divided.merging.caller.ask("vendor/incentive.graphql", id=id)
    (other,) = [
        each["node"]["id"] for each in found["node"]["terms"]["edges"] if each["node"]["distributor"]["name"] == THREE
    ]
    return str(other)


@pytest.mark.parametrize("measure", [UNITS, BOOK])
async def test_a_draft_is_tried_as_it_is_paid_once_it_is_in_force(divided: Divided, measure: dict[str, Any]) -> None:
    structure = PER_UNIT if measure is UNITS else {"bands": [{"threshold": "0", "rate": "0.01"}], "payPeriod": "MONTH"}
    given = rule(**(structure | {"qualifying": divided.measure(measure)}))
    drafted = await payouts(divided, by={"rule": given}, agreementIds=[divided.incentives.agreement])
    id = await divided.incentives.draft(rule=given)
    assert await payouts(divided, by={"incentive": {"incentiveId": id}}) == drafted
    assert (await divided.incentives.act("vendor/propose_incentive.graphql", id))["userErrors"] == []
    await divided.put(divided.merging.kept)
    assert await payouts(divided, by={"incentive": {"incentiveId": id}}) == drafted
    assert (await divided.incentives.act("vendor/activate_incentive.graphql", id))["userErrors"] == []
    kept = await earned(divided, await divided.incentives.term(id))
    assert {start: Fraction(amount) for start, amount in kept.items()} == drafted
    assert drafted["2026-01-01"] == (5 if measure is UNITS else Fraction(5 * 100, 100))


async def payouts(divided: Divided, **given: Any) -> dict[str, Fraction]:
    data = await divided.merging.caller.ask(
        "vendor/backtest.graphql",
        vendorId=vendor_id(divided.api),
        backtest={"period": {"start": "2025-01-01", "end": "2026-07-01"}} | given,
        first=250,
    )
    paid = [each["node"] for each in data["node"]["network"]["backtest"]["payouts"]["edges"]]
    return {
        each["period"]["start"]: Fraction(each["payment"]["amount"])
        for each in paid
        if Fraction(each["payment"]["amount"])
    }


async def test_the_survivor_of_a_merge_counts_where_the_other_record_did_and_no_more_once_it_is_undone(
    divided: Divided,
) -> None:
    _, term = await divided.incentives.active(rule=divided.rule())
    before = await earned(divided, term)
    effect = await divided.merging.preview(effectiveFrom="2026-02-01")
    assert await earned(divided, term) == before
    assert await divided.listed("distributor", term) == {divided.merging.gone}
    merge = await divided.merging.merge(effectiveFrom="2026-02-01")
    after = await earned(divided, term)
    assert after == {"2026-01-01": "25", "2026-02-01": "37"}
    assert divided.merging.kept in (await divided.listed("distributor", term) or set())
    told = {
        each["period"]["start"]: (each["earnedBefore"]["amount"], each["earnedAfter"]["amount"])
        for each in effect["moneyEffects"]
        if each["term"]["id"] == term
    }
    assert told == {"2026-01-01": ("5", "25"), "2026-02-01": ("7", "37")}
    await divided.merging.undo(merge)
    assert await earned(divided, term) == before
    assert await divided.listed("distributor", term) == {divided.merging.gone}
    again = await divided.merging.merge()
    assert await earned(divided, term) == after
    await divided.merging.undo(again)
    assert await earned(divided, term) == before


async def test_asked_as_of_a_moment_the_lists_are_what_they_were_then_and_both_sides_measure_the_same(
    divided: Divided,
) -> None:
    _, term = await divided.incentives.active(rule=divided.rule())
    vendor_key, term_key = divided.incentives.vendor_id, key_of("IncentiveTerm", term)
    assert term_key is not None
    world = divided.api.world
    row = await world.connection.fetchrow(
        "SELECT rule::text AS rule, agreement_id, distributor_id FROM incentive_term WHERE id = $1", term_key.id
    )
    offered, moment = rule_of(row["rule"]), await world.connection.fetchval("SELECT clock_timestamp()")
    merge = await divided.merging.merge()
    slot = Slot(row["agreement_id"], row["distributor_id"], Span(date(2026, 1, 1), date(2026, 3, 1)), whole=True)
    later = await world.connection.fetchval("SELECT clock_timestamp()")
    await divided.merging.undo(merge)
    async with divided.api.database.reading(acting_as_worker(vendor_key)) as session:
        totals = [
            (await measured(session, Asking(vendor_key, level, as_of), offered, offered.paying, [slot]))[0].total
            // 1000
            for as_of in (moment, later, None)
            for level in (None, Level.DISTRIBUTOR)
        ]
    assert totals == [12, 12, 62, 62, 12, 12]


async def test_foreign_segments_and_askers_are_refused_and_nothing_is_written(divided: Divided) -> None:
    beta = await divided.api.vendor("Borealis")
    foreign = await done(beta, "vendor/create_segment.graphql", name=once(), idempotencyKey=once())
    before = await divided.api.world.connection.fetchval("SELECT count(*) FROM incentive_version")
    payload = await divided.incentives.create(
        rule=rule(**(PER_UNIT | {"qualifying": {**UNITS, "scope": {"segmentIds": [foreign["id"]]}}}))
    )
    assert codes(payload) == [("rule.qualifying.scope.segmentIds.0", "NOT_FOUND")]
    payload = await divided.incentives.create(
        rule=rule(**{"qualifying": {"basis": "SELL_IN", "unit": "AMOUNT", "scope": {"segmentIds": [divided.segment]}}})
    )
    assert ("rule.qualifying.scope.segmentIds", "INVALID") in codes(payload)
    assert await divided.api.world.connection.fetchval("SELECT count(*) FROM incentive_version") == before
    _, term = await divided.incentives.proposed(rule=divided.rule())
    document = (
        "query Q($id: ID!) { node(id: $id) { ... on IncentiveTerm { rule { paying { scope { segments { id } } } } } } }"
    )
    for caller in (await divided.api.distributor(), await divided.api.distributor(role=Role.DISTRIBUTOR_FINANCE)):
        assert await refused(caller, document, term) == "FORBIDDEN"


async def refused(caller: Caller, document: str, id: str) -> str:
    answer = await caller.raw(document, id=id)
    return str(answer["errors"][0]["extensions"]["code"])


async def test_a_segment_that_is_gone_keeps_a_draft_from_being_proposed(divided: Divided) -> None:
    segment = await done(divided.merging.caller, "vendor/create_segment.graphql", name=once(), idempotencyKey=once())
    given = divided.rule(qualifying={**UNITS, "scope": {"segmentIds": [segment["id"]]}})
    id = await divided.incentives.draft(rule=given)
    key = key_of("Segment", segment["id"])
    assert key is not None
    await divided.api.world.connection.execute("DELETE FROM segment WHERE id = $1", key.id)
    payload = await divided.incentives.act("vendor/propose_incentive.graphql", id)
    assert codes(payload) == [("incentiveId", "NOT_FOUND")]
