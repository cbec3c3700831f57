"""Money that nobody has asked for yet: each finding on rows made for it, told to whom it is owed, down to those rows."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.connections import Window
from app.execution.identifiers import Key, global_id
from app.ledger.actions import Posting
from app.ledger.found.queries import LARGEST
from app.ledger.found.queries import rows as found_rows
from app.programme.claim_terms import LedgerAct
from app.programme.findings import FindingKind
from app.programme.line_places import line_place
from app.programme.money_kinds import MoneyKind
from app.programme.terms import Level
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.ledger_kit import TODAY, Money, everybody, gid, key, money
from tests.world import NOW

VENDOR, OWN = "vendor/money_found.graphql", "distributor/money_found.graphql"
MICRO = 10**6


class Desk:
    """Lines and what was paid for them, written past every policy."""

    def __init__(self, of: Money) -> None:
        self.of, self.world, self.rows = of, of.api.world, 0
        self.submission, self.special_price = new_id(), new_id()
        self.own = {"vendor_id": of.vendor_id, "agreement_id": of.owner.agreement_id}
        self.own |= {"distributor_id": of.owner.distributor_id}

    async def open(self) -> "Desk":
        file_id, organization = new_id(), self.world.organizations[self.of.distributor]
        await self.world.add(
            "report_file",
            organization_id=organization,
            id=file_id,
            filename="facts.csv",
            received_bytes=0,
            created_at=NOW,
            expires_at=NOW,
        )
        numbers = {f"rows_{each}": 0 for each in ("received", "accepted", "held", "rejected", "duplicate", "conflict")}
        words = {"kind": "SELL_THROUGH", "mode": "APPEND", "format": "CSV", "status": "RECEIVED", "sha256": ""}
        words |= {"filename": "facts.csv", "submitted_by": "a test"}
        days = {"period_start": date(2026, 1, 1), "period_end": date(2026, 2, 1), "received_at": NOW}
        ids = {"id": self.submission, "organization_id": organization, "file_id": file_id}
        await self.world.add("submission", **self.own, **ids, **words, **days, **numbers, byte_size=0)
        await self.world.add(
            "special_price",
            **self.own,
            id=self.special_price,
            number="SP-1",
            currency="EUR",
            cost_basis="BOOK_AT_RESALE",
            effective_start=TODAY - timedelta(days=300),
            effective_end=TODAY + timedelta(days=1),
            customer_ids=[],
            days_to_file=30,
            deemed="NONE",
            status="ACTIVE",
            version=1,
            granted_by="a test",
            granted_at=NOW,
        )
        await self.world.add(
            "special_price_product",
            **self.own,
            special_price_id=self.special_price,
            product_id=self.world.products["Acme", "DRIVE-1"],
            position=0,
            kind="DOWN_TO",
            value=16 * MICRO,
        )
        return self

    async def line(self, quantity: int, **changed: Any) -> int:
        """A line of so many whole units at a book price of 20; its row."""
        self.rows += 1
        reseller = self.world.parties["Acme", "Reseller One"]
        values: dict[str, Any] = {
            "submission_id": self.submission,
            "row_number": self.rows,
            "component": 0,
            "reseller_id": reseller,
            "disclosed_reseller_id": reseller,
            "reseller_account": "A-1",
            "document_kind": "INVOICE",
            "document_number": f"I-{self.rows}",
            "document_line": "1",
            "sold_on": TODAY - timedelta(days=10),
            "counts_on": TODAY - timedelta(days=10),
            "product_id": self.world.products["Acme", "DRIVE-1"],
            "product_code": "DRIVE-1",
            "quantity": quantity * 1_000,
            "reported_quantity": quantity * 1_000,
            "currency": "EUR",
            "book_currency": "EUR",
            "book_price": 20 * MICRO,
            "book_amount": quantity * 20 * MICRO,
            "sale_type": "SALE",
            "ship_to_country": "DE",
            "content_hash": "",
            "recorded": 1,
        }
        await self.world.add("sell_through_line", **self.own, **{**values, **changed})
        return self.rows

    async def paid(self, row: int, units: int, per_unit: int = 4, component: int = 0) -> None:
        """So many whole units paid for, at so many whole euros."""
        await self.world.add(
            "cost_reduction",
            **self.own,
            id=new_id(),
            product_id=self.world.products["Acme", "DRIVE-1"],
            cause="SPECIAL_PRICE",
            cause_id=self.special_price,
            submission_id=self.submission,
            row_number=row,
            component=component,
            effective_on=TODAY,
            quantity=units * 1_000,
            currency="EUR",
            per_unit=per_unit * MICRO,
            amount=units * per_unit * MICRO,
            recorded_at=NOW,
        )

    async def claimed(self, row: int, units: int, sold: int) -> None:
        await self.world.add(
            "debited_line",
            **self.own,
            submission_id=self.submission,
            row_number=row,
            component=0,
            sold=sold * 1_000,
            consumed=units * 1_000,
        )

    def id_of(self, row: int) -> str:
        return global_id("SellThroughLine", Key(self.of.vendor_id, self.submission, line_place(row, 0)))


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    return await Desk(await money(api)).open()


async def vendors(of: Money) -> dict[str, Any]:
    """What the vendor's finance finds, by kind."""
    caller = await of.api.vendor("Acme", Role.VENDOR_FINANCE)
    return checked((await caller.ask(VENDOR, first=250))["viewer"]["vendor"]["moneyFound"], "VENDOR")


async def distributors(of: Money) -> dict[str, Any]:
    """What the distributor's finance finds under its agreement, by kind."""
    caller = await of.api.distributor(of.distributor, Role.DISTRIBUTOR_FINANCE)
    return checked((await caller.ask(OWN, agreement=of.agreement, first=250))["node"]["moneyFound"], "DISTRIBUTOR")


def checked(findings: list[dict[str, Any]], owed_to: str) -> dict[str, Any]:
    """The findings by kind, each the exact sum of its rows, the largest first, all owed to who asks."""
    amounts = [Decimal(each["amount"]["amount"]) for each in findings]
    assert amounts == sorted(amounts, reverse=True)
    for each in findings:
        rows = [edge["node"] for edge in each["rows"]["edges"]]
        own = [Decimal(row["amount"]["amount"]) for row in rows]
        assert own == sorted(own, reverse=True) and all(amount > 0 for amount in own)
        assert sum(own) == Decimal(each["amount"]["amount"])
        assert len(rows) == each["rowCount"] == each["rows"]["totalCount"]
        assert each["until"] == min((row["until"] for row in rows if row["until"]), default=None)
        assert all(row["about"] for row in rows) and each["owedTo"] == owed_to
        assert {row["amount"]["currency"] for row in rows} == {each["amount"]["currency"]}
    return {f"{each['kind']} {each['amount']['currency']}": each for each in findings}


def rows(finding: dict[str, Any] | None) -> dict[str, Decimal]:
    """What a finding stands on, and with how much."""
    found = [] if finding is None else finding["rows"]["edges"]
    return {edge["node"]["about"]["id"]: Decimal(edge["node"]["amount"]["amount"]) for edge in found}


async def test_what_was_earned_in_a_period_that_is_over_and_never_calculated(desk: Desk) -> None:
    of = desk.of
    waits = await of.statement(4_321, "ACCRUING")
    await of.statement(100, "CALCULATED")
    await of.statement(0, "ACCRUING")
    later = await of.statement(800, "ACCRUING")
    start = await desk.world.connection.fetchval("SELECT period_start FROM statement WHERE id = $1", later)
    await desk.world.connection.execute(
        "UPDATE accrual SET period_end = $3 WHERE term_id = $1 AND period_start = $2",
        of.term.id,
        start,
        TODAY + timedelta(days=1),
    )
    found = (await distributors(of))["EARNED_NOT_CALCULATED EUR"]
    assert rows(found) == {gid("Statement", of.vendor_id, waits): Decimal("43.21")}


async def test_what_was_approved_and_is_neither_credited_nor_deducted(desk: Desk) -> None:
    of = desk.of
    first, second = await of.statement(9_000, "APPROVED"), await of.statement(2_000, "APPROVED")
    await of.statement(-500, "APPROVED")
    await of.statement(700, number="CR-7")
    caller = await of.api.distributor(role=Role.DISTRIBUTOR_FINANCE)
    given = {"agreementId": of.agreement, "number": "M-1", "kind": "INCENTIVE", "amount": "15", "currency": "EUR"}
    reference = gid("Statement", of.vendor_id, second)
    given |= {"dated": TODAY.isoformat(), "reference": reference, "idempotencyKey": key()}
    assert (await caller.act("distributor/record_deduction.graphql", **given))["userErrors"] == []
    found = (await distributors(of))["APPROVED_NOT_CREDITED EUR"]
    assert rows(found) == {gid("Statement", of.vendor_id, first): Decimal(90), reference: Decimal(5)}


async def test_lines_that_carry_a_special_price_and_may_still_be_claimed_with_the_last_day(desk: Desk) -> None:
    whole = await desk.line(10, special_price_number="SP-1")
    partly = await desk.line(10, special_price_number="SP-1", sold_on=TODAY - timedelta(days=30))
    await desk.claimed(partly, 7, 10)
    returned = await desk.line(6, special_price_number="SP-1")
    await desk.line(-4, sale_type="RETURN", document_kind="CREDIT_NOTE", return_of=f"I-{returned}:1")
    done = await desk.line(5, special_price_number="SP-1")
    await desk.claimed(done, 5, 5)
    product = desk.world.products["Acme", "DRIVE-2"]
    for changed in (
        {"special_price_number": "SP-2"},
        {"sold_on": TODAY - timedelta(days=31)},
        {"sold_on": TODAY + timedelta(days=1)},
        {"product_id": product},
        {"book_price": 16 * MICRO},
        {"book_currency": "USD"},
        {"superseded": 2},
        {"sale_type": "SAMPLE"},
    ):
        await desk.line(3, **{"special_price_number": "SP-1", **changed})
    found = (await distributors(desk.of))["NOT_CLAIMED EUR"]
    assert rows(found) == {
        desk.id_of(whole): Decimal(40),
        desk.id_of(partly): Decimal(12),
        desk.id_of(returned): Decimal(8),
    }
    assert found["until"] == TODAY.isoformat()
    until = {edge["node"]["about"]["id"]: edge["node"]["until"] for edge in found["rows"]["edges"]}
    assert until[desk.id_of(whole)] == (TODAY + timedelta(days=20)).isoformat()


async def test_no_more_is_found_than_the_special_price_has_left_and_the_oldest_lines_come_first(desk: Desk) -> None:
    whole = rows((await distributors(desk.of))["NOT_CLAIMED EUR"])
    limit = "UPDATE special_price_product SET quantity = $1, used = $2, reserved = $3 WHERE special_price_id = $4"
    partly = next(id for id, amount in whole.items() if amount == 12)
    for quantity, expected, left in (
        (20_000, [12, 36], "12"),
        (12_000, [12, 4], "4"),
        (9_000, [4], "1"),
        (8_000, [], None),
    ):
        await desk.world.connection.execute(limit, quantity, 5_000, 3_000, desk.special_price)
        finding = (await distributors(desk.of)).get("NOT_CLAIMED EUR")
        found = rows(finding)
        assert sorted(found.values()) == sorted(expected)
        assert not expected or (partly in found and found[partly] == min(12, expected[0] if len(expected) > 1 else 4))
        if finding is not None:
            nodes = [edge["node"] for edge in finding["rows"]["edges"]]
            assert {node["remaining"] for node in nodes} == {left}
            assert all(Decimal(node["units"]) * 4 == Decimal(node["amount"]["amount"]) for node in nodes)
    await desk.world.connection.execute(limit, None, 0, 0, desk.special_price)
    assert rows((await distributors(desk.of))["NOT_CLAIMED EUR"]) == whole


async def test_what_the_vendor_paid_twice_for_returns_and_out_of_territory(desk: Desk) -> None:
    twice = await desk.line(5)
    await desk.paid(twice, 5)
    await desk.paid(twice, 3, 2)
    once = await desk.line(5)
    await desk.paid(once, 8)
    await desk.paid(once, -3)
    returned = await desk.line(10)
    await desk.paid(returned, 9)
    await desk.line(-4, sale_type="RETURN", document_kind="CREDIT_NOTE", return_of=f"I-{returned}:1")
    taken_back = await desk.line(10)
    await desk.paid(taken_back, 6)
    await desk.line(-4, sale_type="RETURN", document_kind="CREDIT_NOTE", return_of=f"I-{taken_back}:1")
    abroad, unknown = await desk.line(2, ship_to_country="FR"), await desk.line(2, ship_to_country=None)
    await desk.paid(abroad, 2)
    await desk.paid(unknown, 2)
    found = await vendors(desk.of)
    assert rows(found["PAID_TWICE EUR"]) == {desk.id_of(twice): Decimal("9.75")}
    assert rows(found["PAID_THOUGH_RETURNED EUR"]) == {desk.id_of(returned): Decimal(12)}
    assert rows(found["PAID_OUT_OF_TERRITORY EUR"]) == {desk.id_of(abroad): Decimal(8)}


async def test_what_was_deducted_beyond_what_was_approved_or_for_nothing_known(desk: Desk) -> None:
    of = desk.of
    statement = await of.statement(3_000, number="CR-30")
    caller = await of.api.distributor(role=Role.DISTRIBUTOR_FINANCE)
    given = {"agreementId": of.agreement, "kind": "INCENTIVE", "currency": "EUR", "dated": TODAY.isoformat()}
    ids = {}
    for number, amount, changed in (
        ("O-1", "25", {"reference": "CR-30"}),
        ("O-2", "6.5", {"reference": "CR-30"}),
        ("O-3", "9", {}),
        ("O-4", "11", {"currency": "USD"}),
    ):
        memo = {**given, "number": number, "amount": amount, "idempotencyKey": key(), **changed}
        payload = await caller.act("distributor/record_deduction.graphql", **memo)
        ids[number] = payload["deduction"]["id"]
    found = await vendors(of)
    assert rows(found["OVER_DEDUCTED EUR"]) == {gid("Statement", of.vendor_id, statement): Decimal("1.5")}
    assert rows(found["UNMATCHED_DEDUCTION EUR"]) == {ids["O-3"]: Decimal(9)}
    assert rows(found["UNMATCHED_DEDUCTION USD"]) == {ids["O-4"]: Decimal(11)}


async def test_claims_are_deducted_for_cleared_and_found_as_statements_are(desk: Desk) -> None:
    of, credited, decided = desk.of, new_id(), new_id()
    for id, amount, status, number in ((credited, 800, "CREDITED", "CM-8"), (decided, 1_200, "DECIDED", None)):
        values = {
            "special_price_id": desk.special_price,
            "status": status,
            "amount_minor": amount,
            "credit_number": number,
        }
        of_claim = {"currency": "EUR", "filed_on": TODAY, "filed_by": "a test", "filed_at": NOW, "decided_at": NOW}
        await desk.world.add("debit_claim", **desk.own, id=id, **values, **of_claim)
        acts = (LedgerAct.ACCRUE, LedgerAct.RESERVE, LedgerAct.POST, LedgerAct.CREDIT)
        kind, cause = MoneyKind.SPECIAL_PRICE, f"claim {id}"
        for act in acts if number else acts[:2]:
            await of.post(Posting(of.owner, kind, desk.special_price, "EUR", act, amount, TODAY, cause))
    assert rows((await distributors(of))["APPROVED_NOT_CREDITED EUR"])[gid("DebitClaim", of.vendor_id, decided)] == 12
    caller = await of.api.distributor(role=Role.DISTRIBUTOR_FINANCE)
    given = {"agreementId": of.agreement, "number": "C-1", "kind": "SPECIAL_PRICE", "amount": "8", "currency": "EUR"}
    given |= {"dated": TODAY.isoformat(), "reference": "cm-8", "idempotencyKey": key()}
    found = (await caller.act("distributor/record_deduction.graphql", **given))["deduction"]
    assert found["claim"]["id"] == gid("DebitClaim", of.vendor_id, credited) and found["cleared"]["amount"] == "8"
    moved = (
        await caller.ask(
            "distributor/ledger.graphql", agreement=of.agreement, first=50, filter={"causeId": found["id"]}
        )
    )["node"]["ledger"]["transfers"]["edges"]
    subject = gid("SpecialPrice", of.vendor_id, desk.special_price)
    assert {(each["node"]["act"], each["node"]["subject"]["id"]) for each in moved} == {
        ("DEDUCT", found["id"]),
        ("CREDIT", subject),
        ("CLEAR", subject),
    }
    assert await of.misposted() == []


async def test_rows_come_in_pages_that_are_the_whole(desk: Desk) -> None:
    of = desk.of
    whole = rows((await distributors(of))["NOT_CLAIMED EUR"])
    reader = of.api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_FINANCE).context()
    scope, after = (of.vendor_id, of.owner.agreement_id), None
    seen: list[int] = []
    async with of.api.database.reading(reader) as db:
        while len(seen) < len(whole):
            window = Window.of(LARGEST, first=1, after=after, last=None, before=None, of="a test")
            page = await found_rows(db, FindingKind.NOT_CLAIMED, [scope], ["EUR"], window)
            connection = window.connection(page, lambda row: row["row_number"])
            seen += [edge.node for edge in connection.edges]
            after = connection.page_info.end_cursor
            assert connection.page_info.has_next_page is (len(seen) < len(whole))
    assert [desk.id_of(row) for row in seen] == list(whole)


async def test_nobody_is_told_what_is_owed_to_another(desk: Desk) -> None:
    of = desk.of
    assert not {"PAID_TWICE EUR", "OVER_DEDUCTED EUR"} & set(await distributors(of))
    assert not {"NOT_CLAIMED EUR", "APPROVED_NOT_CREDITED EUR"} & set(await vendors(of))
    for caller in await everybody(of.api):
        answer = await caller.raw(OWN, agreement=of.agreement, first=9)
        told = (answer.get("data") or {}).get("node")
        assert not told or not told.get("moneyFound"), answer
        answer = await caller.raw(VENDOR, first=9)
        told = ((answer.get("data") or {}).get("viewer") or {}).get("vendor")
        assert not told or not told.get("moneyFound"), answer
    vendor = gid("Vendor", of.vendor_id, of.vendor_id)
    asked = "query($id: ID!) { node(id: $id) { ... on Vendor { moneyFound { kind } } } }"
    assert (await (await of.api.distributor()).ask(asked, id=vendor))["node"] == {"moneyFound": None}
