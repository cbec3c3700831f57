"""What a competitor's engineer with a valid token tries: other people's dry runs, decisions that are not one's own, words
in the wrong places, and the same act many times at once.
"""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.execution.identifiers import key_of
from app.network.calendars.actions import follow_calendar
from app.network.calendars.queries import rule_is_in_force
from app.programme.terms import Level
from app.reports.counting.queries import take_turn
from app.store.database import Session
from tests.api.conftest import Api, Caller, api, world
from tests.api.held_kit import Desk, in_order, product

__all__ = ["api", "world"]

TWINS = 6
IN_FORCE = "app.network.calendars.queries.rule_is_in_force"
PERIOD = {"start": "2025-05-01", "end": "2025-06-01"}
DRY = "distributor/preview_sell_through.graphql"
LOOK = """query($id: ID!) { node(id: $id) { ... on Submission { id reportUrl rawUrl
    rows(first: 5) { edges { node { outcome } } } issues(first: 5) { edges { node { code value } } }
    effects(first: 5) { edges { node { amount { amount } } } } } } }"""


async def dry_run(desk: Desk, *rows: str, **given: Any) -> str:
    """A report that is only tried out."""
    payload = await desk.caller.act(
        DRY,
        **{
            "agreementId": desk.agreement,
            "period": PERIOD,
            "source": {"uploadId": await desk.caller.upload(_written(rows))},
            "idempotencyKey": uuid4().hex,
            **given,
        },
    )
    assert payload["userErrors"] == [], payload
    await desk.count()
    found: str = payload["submission"]["id"]
    return found


def _written(rows: tuple[str, ...]) -> bytes:
    header = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency"
    return "\n".join([f"{header},ship_to_country", *rows]).encode()


async def at_once(caller: Caller, document: str, **given: Any) -> list[dict[str, Any]]:
    """The answers to the same act, sent many times at once; none of them is a fault."""
    answers = await asyncio.gather(*(caller.raw(document, input=given) for _ in range(TWINS)))
    assert all("errors" not in answer for answer in answers), answers
    return [payload for answer in answers for payload in answer["data"].values()]


async def traces(api: Api, act: str) -> int:
    """How often an act was written down."""
    found: int = await api.world.connection.fetchval("SELECT count(*) FROM audit_event WHERE act = $1", act)
    return found


async def as_level(api: Api, level: Level, name: str, *statements: str) -> list[str]:
    """Run statements as a level's role in the context of an organisation, each taken back; what became of each."""
    context = api.world.actor(level, name).context()
    found = []
    for statement in statements:
        transaction = api.world.connection.transaction()
        await transaction.start()
        try:
            await api.world.connection.execute(context.opening())
            found.append(await api.world.connection.execute(statement))
        except asyncpg.PostgresError as refusal:
            found.append(type(refusal).__name__)
        finally:
            await transaction.rollback()
    return found


# ------------------------------------------------------------------------------------------------------- dry runs


async def test_nobody_but_its_side_sees_a_dry_run_by_any_road(api: Api) -> None:
    one = await Desk.of(api)
    tried = await dry_run(
        one, "DR-1,1,2025-05-05,DRY-CODE,A-1,2,100,EUR,DE", "DR-1,2,2025-05-05,DRIVE-1,A-1,2,100,EUR,DE"
    )
    seen = (await one.caller.ask(LOOK, id=tried))["node"]
    assert [each["node"]["outcome"] for each in seen["rows"]["edges"]] == ["HELD", "ACCEPTED"]
    links = [seen["reportUrl"], seen["rawUrl"]]
    others = [await api.vendor(), await api.distributor("Dist Two"), await api.vendor("Borealis")]
    for other in others:
        assert (await other.ask(LOOK, id=tried))["node"] is None
    reseller = await (await api.reseller()).raw(LOOK, id=tried)
    assert not (reseller.get("data") or {}).get("node")
    for link in links:
        assert (await api.http.get(link)).status_code == 200, "the link is the asker's own"
        assert (await api.http.get(link.partition("?")[0])).status_code in {401, 403, 404}
    vendor = others[0]
    assert not [each for each in await one.queue(vendor) if each["code"] == "DRY-CODE"]
    assert not [each for each in await one.queue() if each["code"] == "DRY-CODE"], "a dry run waits for nothing"


async def test_a_dry_run_is_hidden_from_the_other_side_in_every_table(api: Api) -> None:
    one = await Desk.of(api)
    await dry_run(one, "DR-2,1,2025-05-05,DRY-CODE,A-1,2,100,EUR,DE", "DR-2,2,2025-05-05,DRIVE-1,A-1,2,100,EUR,DE")
    for table in ("submission", "report_row", "submission_issue", "submission_effect"):
        count = f"SELECT 1 FROM {table} WHERE previewed_by = 'DISTRIBUTOR'"
        assert await api.world.connection.fetch(count), table
        told = await as_level(api, Level.VENDOR, "Acme", count)
        assert told == ["SELECT 0"], table
        assert (await as_level(api, Level.DISTRIBUTOR, "Dist Two", count)) == ["SELECT 0"], table
        assert (await as_level(api, Level.RESELLER, "Reseller One", count)) == ["SELECT 0"], table


async def test_what_is_not_disclosed_is_in_no_effect_and_no_issue(api: Api) -> None:
    two = await Desk.of(api, "Dist Two")
    report = await two.report(
        "UD-1,1,2026-01-05,DRIVE-1,T-1,1,900,EUR,DE",
        "UD-1,2,2026-01-05,DRIVE-1,SECRET-ACCOUNT,1,100,EUR,DE",
        "UD-1,3,2026-01-05,DRIVE-1,T-1,1,not-a-price,EUR,DE",
    )
    own = (await two.caller.ask(LOOK, id=report))["node"]
    assert [each["node"]["amount"] for each in own["effects"]["edges"]] == [{"amount": "900"}]
    answer = await (await api.vendor()).raw(LOOK, id=report)
    told = answer["data"]["node"]
    assert [each["node"]["amount"] for each in told["effects"]["edges"]] == [None]
    said = str(answer)
    assert "SECRET-ACCOUNT" not in said and "900" not in said and "not-a-price" not in said
    assert any(each["node"]["code"] == "PRICE_UNUSUAL" for each in own["issues"]["edges"])


# ------------------------------------------------------------------------------------------------------- forgeries


async def test_a_distributor_forges_nothing_past_the_application(api: Api) -> None:
    one = await Desk.of(api)
    report = key_of("Submission", await one.report("FG-1,1,2026-01-05,FORGED,A-1,1,100,EUR,DE"))
    assert report is not None
    alias = await one.confirm("FORGED-ALIAS", productId=product(api, "DRIVE-1"))
    await one.undo(alias["id"])
    tables = api.world
    vendor_id, agreement = tables.vendors["Acme"], tables.agreements["Acme", "Dist One"]
    await tables.connection.execute("UPDATE submission SET status = 'PROCESSED' WHERE id = $1", report.id)
    told = await as_level(
        api,
        Level.DISTRIBUTOR,
        "Dist One",
        f"UPDATE submission SET status = 'CANCELLED' WHERE id = '{report.id}'",
        f"UPDATE submission SET status = 'RECEIVED' WHERE id = '{report.id}'",
        f"UPDATE submission SET previewed_by = 'VENDOR' WHERE id = '{report.id}'",
        f"UPDATE agreement SET closed_before = '2020-01-01' WHERE id = '{agreement}'",
        "UPDATE report_row SET waived = ARRAY['OUTSIDE_TERRITORY']",
        "DELETE FROM report_row",
        "UPDATE submission_issue SET settled_at = now()",
        "UPDATE submission_effect SET units = 0",
        "UPDATE held_decision SET carried_out_at = NULL",
        "UPDATE alias SET undone_at = NULL, undone_by = NULL WHERE undone_at IS NOT NULL",
        "UPDATE alias SET released_rows = 9",
        f"INSERT INTO knowledge (vendor_id, agreement_id, cause) VALUES ('{vendor_id}', '{agreement}', 'me')",
        "SELECT 1 FROM serial_movement",
        "SELECT 1 FROM serial_delivery",
        "SELECT cause FROM knowledge",
        "SELECT agreement_id FROM knowledge",
        _decision(api, "RELEASE", "OUTSIDE_TERRITORY", "DISTRIBUTOR"),
        _decision(api, "RELEASE", "UNKNOWN_PRODUCT", "DISTRIBUTOR"),
        _decision(api, "DISMISS", "OUTSIDE_TERRITORY", "VENDOR"),
    )
    assert set(told) <= {"InsufficientPrivilegeError", "UPDATE 0"}, told
    own = await as_level(
        api, Level.DISTRIBUTOR, "Dist One", _decision(api, "DISMISS", "UNKNOWN_PRODUCT", "DISTRIBUTOR")
    )
    assert own == ["INSERT 0 1"]


def _decision(api: Api, decision: str, hold: str, decided_as: str) -> str:
    vendor, party = api.world.vendors["Acme"], api.world.parties["Acme", "Dist One"]
    agreement = api.world.agreements["Acme", "Dist One"]
    return (
        "INSERT INTO held_decision (vendor_id, id, agreement_id, distributor_id, decision, hold, code, submission_ids,"
        " row_numbers, reason, decided_by, decided_as, decided_at, rows_released, rows_dismissed, rows_still_held)"
        f" VALUES ('{vendor}', '{uuid4()}', '{agreement}', '{party}', '{decision}', '{hold}', 'X', '{{}}', '{{}}', 'so',"
        f" 'me', '{decided_as}', now(), 0, 0, 0)"
    )


async def test_a_vendor_forges_nothing_past_the_application(api: Api) -> None:
    vendor = await api.vendor()
    await vendor.act(
        "vendor/set_fiscal_calendar.graphql", pattern="WEEKS_4_4_5", closingMonth=12, yearName="LAST_MONTH"
    )
    told = await as_level(
        api,
        Level.VENDOR,
        "Acme",
        "UPDATE fiscal_calendar SET in_force = true",
        "UPDATE fiscal_month SET end_day = end_day + 1",
        "DELETE FROM fiscal_month",
        "UPDATE knowledge SET known_at = now()",
        "UPDATE sell_through_line SET superseded = 1",
        "SELECT reseller_account FROM report_row",
        "SELECT value FROM submission_issue",
        "SELECT resale_amount FROM submission_effect",
        "SELECT profile_id FROM submission",
        "SELECT 1 FROM serial_movement",
        "SELECT 1 FROM serial_delivery",
        "UPDATE alias SET undone_at = now()",
        _decision(api, "DISMISS", "UNKNOWN_RESELLER_ACCOUNT", "VENDOR"),
        _decision(api, "RELEASE", "UNKNOWN_PRODUCT", "VENDOR"),
        _decision(api, "DISMISS", "UNKNOWN_PRODUCT", "DISTRIBUTOR"),
    )
    assert set(told) == {"InsufficientPrivilegeError"}, told


async def test_a_reseller_reaches_nothing_of_reports(api: Api) -> None:
    own = await as_level(
        api,
        Level.RESELLER,
        "Reseller One",
        *(f"SELECT 1 FROM {table}" for table in ("submission", "report_row", "submission_issue", "submission_effect")),
        "SELECT 1 FROM alert",
    )
    assert set(own) == {"SELECT 0"}, "its own sell-out and alerts alone, and here it has neither"
    tables = ("held_decision", "alias", "statement", "incentive_term", "transfer", "special_price")
    stock = (
        "report_profile",
        "knowledge",
        "serial_movement",
        "serial_delivery",
        "inventory_count",
        "stock_movement",
        "reporting_calendar",
    )
    asked = [f"SELECT 1 FROM {table}" for table in (*tables, *stock, "agreement", "book_price")]
    told = await as_level(api, Level.RESELLER, "Reseller One", *asked)
    assert set(told) == {"InsufficientPrivilegeError"}, told


# -------------------------------------------------------------------------------------------------- the same at once


async def test_twins_that_confirm_one_code_get_one_alias(api: Api) -> None:
    one, before = await Desk.of(api), await traces(api, "confirmAlias")
    given = {"agreementId": one.agreement, "code": "TWIN-A", "meaning": {"productId": product(api, "DRIVE-1")}}
    answers = await at_once(one.caller, "distributor/confirm_alias.graphql", **given)
    assert len({answer["alias"]["id"] for answer in answers}) == 1
    assert await traces(api, "confirmAlias") == before + 1


async def test_two_meanings_for_one_code_at_once_leave_one(api: Api) -> None:
    one = await Desk.of(api)
    answers = await asyncio.gather(
        *(
            one.caller.act(
                "distributor/confirm_alias.graphql",
                agreementId=one.agreement,
                code="TWIN-B",
                meaning={"productId": product(api, sku)},
            )
            for sku in ("DRIVE-1", "DRIVE-2", "SWITCH-1")
        )
    )
    assert sorted(each["userErrors"][0]["code"] if each["userErrors"] else "" for each in answers) == [
        "",
        "TAKEN",
        "TAKEN",
    ]


async def test_of_two_calendars_set_at_once_the_second_is_told_to_read_again(api: Api) -> None:
    vendor, agreement = await api.vendor(), api.world.agreement_gid("Acme", "Dist Two")
    answers = await asyncio.gather(
        *(
            vendor.act(
                "vendor/set_reporting_calendar.graphql",
                agreementId=agreement,
                businessDays=True,
                holidays=[f"2026-01-0{day}"],
                remindDays=3,
                expectedVersion=0,
            )
            for day in range(1, TWINS + 1)
        )
    )
    assert sum(each["calendar"] is not None for each in answers) == 1
    assert {each["code"] for answer in answers for each in answer["userErrors"]} == {"STALE"}


async def test_twins_that_withdraw_a_report_are_all_told_that_it_is_withdrawn(api: Api) -> None:
    one, before = await Desk.of(api), await traces(api, "cancelSubmission")
    line = {"documentNumber": "CC-1", "soldOn": "2025-05-02", "productCode": "DRIVE-1", "resellerAccount": "A-1"}
    payload = await one.caller.act(
        DRY,
        agreementId=one.agreement,
        period=PERIOD,
        source={"lines": [{**line, "quantity": "1"}]},
        idempotencyKey=uuid4().hex,
    )
    answers = await at_once(
        one.caller, "distributor/cancel_submission.graphql", submissionId=payload["submission"]["id"]
    )
    assert {answer["submission"]["status"] for answer in answers} == {"CANCELLED"}
    assert await traces(api, "cancelSubmission") == before + 1


async def test_twins_with_one_key_take_effect_once(api: Api) -> None:
    one, vendor = await Desk.of(api), await api.vendor()
    await one.report("TW-1,1,2026-01-05,TWIN-HELD,A-1,1,100,EUR,DE")
    decision = {"decision": "DISMISS", "hold": "UNKNOWN_PRODUCT", "held": {"code": "TWIN-HELD"}, "reason": "so"}
    part = {"productId": product(api, "DRIVE-1"), "quantity": "2"}
    rate = {"base": "USD", "quote": "EUR", "effectiveFrom": "2024-01-01", "rate": "0.9"}
    acts: list[tuple[Caller, str, str, dict[str, Any]]] = [
        (one.caller, "resolveHeldRows", "distributor/resolve_held_rows", {"agreementId": one.agreement, **decision}),
        (vendor, "setExchangeRates", "vendor/set_exchange_rates", {"rates": [rate]}),
        (
            vendor,
            "setProductUnits",
            "vendor/set_product_units",
            {"productId": product(api, "DRIVE-2"), "units": [{"unit": "BOX", "factor": "3"}]},
        ),
        (
            vendor,
            "setBillOfMaterial",
            "vendor/set_bill_of_material",
            {"productId": product(api, "DRIVE-2"), "effectiveFrom": "2027-01-01", "components": [part]},
        ),
    ]
    for caller, act, document, given in acts:
        before = await traces(api, act)
        answers = await at_once(caller, f"{document}.graphql", **given, idempotencyKey="twins")
        assert all(answer["userErrors"] == [] for answer in answers), answers
        assert await traces(api, act) == before + 1, act
    await one.count()
    await in_order(api)


async def test_twins_that_set_one_fiscal_calendar_leave_one_trace(api: Api) -> None:
    vendor, before = await api.vendor("Borealis"), await traces(api, "setFiscalCalendar")
    given = {"pattern": "WEEKS_5_4_4", "closingMonth": 3, "yearName": "LAST_MONTH"}
    await at_once(vendor, "vendor/set_fiscal_calendar.graphql", **given)
    assert await traces(api, "setFiscalCalendar") == before + 1


# ------------------------------------------------------------------------------------------- what changes meanwhile


async def test_a_period_closed_before_an_alias_is_taken_back_stays_as_it_was(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, db = await Desk.of(api), api.world.connection
    await one.report("LC-1,1,2025-03-05,LATE-CLOSE,A-1,4,100,EUR,DE")
    alias = await one.confirm("LATE-CLOSE", productId=product(api, "DRIVE-2"))
    agreement = api.world.agreements["Acme", "Dist One"]

    async def closed_first(session: Session, distributor_id: UUID) -> bool:
        await db.execute("UPDATE agreement SET closed_before = '2025-04-01' WHERE id = $1", agreement)
        return await take_turn(session, distributor_id)

    monkeypatch.setattr("app.reports.aliases.undoing.actions.take_turn", closed_first)
    await one.undo(alias["id"])
    rows = await db.fetch(
        "SELECT counts_on::text, quantity FROM sell_through_line WHERE document_number = 'LC-1' AND superseded IS NULL"
        " ORDER BY counts_on"
    )
    assert [tuple(row) for row in rows] == [("2025-03-05", 4000), ("2025-04-01", -4000)]
    await in_order(api)
    await db.execute("UPDATE agreement SET closed_before = NULL WHERE id = $1", agreement)


async def test_a_calendar_set_while_another_is_followed_is_not_in_force(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor, vendor_id = await api.vendor("Borealis"), api.world.vendors["Borealis"]

    async def another_first(session: Session, *named: Any) -> None:
        monkeypatch.setattr(IN_FORCE, rule_is_in_force)
        await vendor.act(
            "vendor/set_fiscal_calendar.graphql", pattern="WEEKS_4_4_5", closingMonth=6, yearName="LAST_MONTH"
        )
        await rule_is_in_force(session, *named)

    await vendor.act("vendor/set_fiscal_calendar.graphql", pattern="WEEKS_4_5_4", closingMonth=1, yearName="LAST_MONTH")
    monkeypatch.setattr(IN_FORCE, another_first)
    await follow_calendar(api.database, vendor_id)
    in_force = "SELECT in_force FROM fiscal_calendar WHERE vendor_id = $1"
    assert await api.world.connection.fetchval(in_force, vendor_id) is False
    await follow_calendar(api.database, vendor_id)
    assert await api.world.connection.fetchval(in_force, vendor_id) is True
