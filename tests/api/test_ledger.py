"""The ledger as both sides read it, and how it is verified."""

import random
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.programme.ledger import Book, Event, Transfer, roll_forward, transfers_for
from app.programme.spans import Span, month_after, month_of
from tests.api.conftest import Api
from tests.api.ledger_kit import TODAY, A, Money, everybody, gid, money

LEDGER, OWN = "vendor/ledger.graphql", "distributor/ledger.graphql"


@pytest.fixture(scope="module")
async def paid(api: Api) -> Money:
    return await money(api)


async def ledger(of: Money, **variables: Any) -> dict[str, Any]:
    """What the distributor reads, which is what the vendor reads."""
    given = {"agreement": of.agreement, "first": 250, **variables}
    found = await (await of.api.distributor(of.distributor)).ask(OWN, **given)
    assert await (await of.api.vendor("Acme", Role.VENDOR_FINANCE)).ask(LEDGER, **given) == found
    told: dict[str, Any] = found["node"]["ledger"]
    return told


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    found = [edge["node"] for edge in connection["edges"]]
    assert connection["totalCount"] == len(found)
    return found


def euros(amount: dict[str, str]) -> Decimal:
    assert amount["currency"] == "EUR"
    return Decimal(amount["amount"])


async def test_both_sides_read_balances_settlements_and_every_transfer_with_its_cause(paid: Money) -> None:
    credited = await paid.statement(12_345, number="CR-1")
    await paid.statement(1_000, "APPROVED")
    await paid.statement(500, "ACCRUING")
    found = await ledger(paid)
    balances = {each["account"]: euros(each["balance"]) for each in found["balances"]}
    assert balances == {
        "EXPENSE": Decimal("138.45"),
        "ACCRUED": Decimal(-5),
        "RESERVED": Decimal(-10),
        "PAYABLE": Decimal(0),
        "PARTNER": Decimal("-123.45"),
    }
    (settlement,) = nodes(found["settlements"])
    term = gid("IncentiveTerm", paid.vendor_id, paid.term.id)
    assert settlement["subject"]["id"] == term
    named = {name: euros(settlement[name]) for name in ("due", "settled", "open", "accrued", "reserved", "payable")}
    assert named == {
        "due": Decimal("138.45"),
        "settled": Decimal("123.45"),
        "open": Decimal(15),
        "accrued": Decimal(5),
        "reserved": Decimal(10),
        "payable": Decimal(0),
    }
    statement = gid("Statement", paid.vendor_id, credited)
    own = nodes((await ledger(paid, filter={"causeId": statement}))["transfers"])
    assert [each["act"] for each in own] == ["CREDIT", "POST", "RESERVE", "ACCRUE"]
    assert {(each["cause"]["id"], each["subject"]["id"], euros(each["amount"])) for each in own} == {
        (statement, term, Decimal("123.45"))
    }
    assert (own[0]["debited"], own[0]["credited"]) == ("PAYABLE", "PARTNER")
    one: dict[str, Any] = {"acts": ["RESERVE"], "subjectId": term, "kinds": ["INCENTIVE"]}
    one |= {"posted": {"start": TODAY.isoformat(), "end": (TODAY + timedelta(days=1)).isoformat()}}
    assert [each["act"] for each in nodes((await ledger(paid, filter=one))["transfers"])] == ["RESERVE", "RESERVE"]
    for nothing in (
        {"kinds": ["SPECIAL_PRICE"]},
        {"acts": ["VOID"]},
        {"causeId": gid("Statement", paid.vendor_id, paid.term.id)},
        {"causeId": "nonsense"},
        {"subjectId": statement},
        {"posted": {"start": "1990-01-01", "end": "1990-01-02"}},
    ):
        assert nodes((await ledger(paid, filter=nothing))["transfers"]) == []
    assert await paid.misposted() == []


async def test_months_roll_forward_as_the_rule_says_for_each_incentive(api: Api) -> None:
    both = [await money(api, "Dist Two"), await money(api, "Dist Two")]
    chance, kept = random.Random(7), dict[str, list[Transfer]]()
    for of in both:
        rows = kept.setdefault(gid("IncentiveTerm", of.vendor_id, of.term.id), [])
        for _ in range(40):
            on = date(2025, 11, 1) + timedelta(days=chance.randrange(200))
            act, amount, cause = chance.choice([A.ACCRUE, A.ADJUST]), chance.randrange(-900, 2_000), f"test {uuid4()}"
            acts = [(act, amount, on)]
            if chance.random() < 0.4:
                acts += [(A.RESERVE, amount, on), (chance.choice([A.POST, A.VOID]), amount, on + timedelta(days=20))]
            for each, minor, day in acts:
                await of.post(of.posting(each, minor, cause, day))
                rows += transfers_for(Event(each, Book("", "", "EUR"), minor, day, cause))
    found = nodes((await ledger(both[0]))["months"])
    months = [told["month"] for told in found]
    assert months == sorted(months, reverse=True)
    assert {told["subject"]["id"] for told in found} == set(kept)
    for told in found:
        start = date.fromisoformat(told["month"])
        expected = roll_forward(kept[told["subject"]["id"]], Span(start, month_after(start)))
        assert [euros(told[name]) * 100 for name in ("opening", "accrued", "applied", "adjusted", "closing")] == [
            expected.opening,
            expected.accrued,
            expected.applied,
            expected.adjusted,
            expected.closing,
        ]
    for subject, rows in kept.items():
        moved = {month_of(row.on) for row in rows if row.act in {A.ACCRUE, A.ADJUST, A.POST}}
        assert {date.fromisoformat(told["month"]) for told in found if told["subject"]["id"] == subject} == moved
    for of in both:
        await api.world.connection.execute("DELETE FROM transfer WHERE subject_id = $1", of.term.incentive_id)


async def test_the_trial_balance_is_zero_on_every_day(paid: Money) -> None:
    finance = await paid.api.vendor("Acme", Role.VENDOR_FINANCE)
    await paid.post(*(paid.posting(A.ADJUST, amount, "a test", date(2026, 1, 10)) for amount in (300, -300)))
    for day in (TODAY, TODAY - timedelta(days=1), date(2026, 1, 15), date(1990, 1, 1)):
        found = (await finance.ask("vendor/trial_balance.graphql", onDay=day.isoformat()))["viewer"]["vendor"]
        told = found["trialBalance"]
        assert all(Decimal(each["difference"]["amount"]) == 0 for each in told)
        assert all(each["debits"] == each["credits"] for each in told)
        assert bool(told) is (day > date(2000, 1, 1))
    (euro,) = (await finance.ask("vendor/trial_balance.graphql"))["viewer"]["vendor"]["trialBalance"]
    assert euros(euro["debits"]) > 0


async def test_nobody_else_reads_a_ledger(paid: Money) -> None:
    for caller in await everybody(paid.api):
        for document in (LEDGER, OWN):
            answer = await caller.raw(document, agreement=paid.agreement, first=10)
            told = (answer.get("data") or {}).get("node")
            assert not told or not told.get("ledger"), answer
    vendor = gid("Vendor", paid.vendor_id, paid.vendor_id)
    asked = "query($id: ID!) { node(id: $id) { ... on Vendor { trialBalance { currency } } } }"
    found = await (await paid.api.distributor()).ask(asked, id=vendor)
    assert found["node"]["trialBalance"] is None


@pytest.fixture
async def undone(paid: Money) -> AsyncIterator[Money]:
    """Whatever a test changes is as it was before afterwards."""
    connection = paid.api.world.connection
    names = ("transfer", "accrual", "statement")
    for name in names:
        await connection.execute(f"CREATE TEMP TABLE kept_{name} AS SELECT * FROM {name}")
    yield paid
    async with connection.transaction():
        await connection.execute("SET session_replication_role = replica")
        for name in names:
            await connection.execute(f"DELETE FROM {name}")
            written = await connection.fetchval(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
                " WHERE attrelid = $1::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped",
                name,
            )
            await connection.execute(f"INSERT INTO {name} ({written}) SELECT {written} FROM kept_{name}")
            await connection.execute(f"DROP TABLE kept_{name}")
        await connection.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE accrual SET earned_minor = earned_minor + 7 WHERE term_id = {term} AND earned_minor = 500", "accrued"),
        ("DELETE FROM transfer WHERE act = 'CREDIT' AND subject_id = {incentive}", "credited 0 instead of 12345"),
        ("UPDATE transfer SET amount_minor = 999 WHERE act = 'RESERVE' AND amount_minor = 1000", "reserved 999"),
        (
            "UPDATE transfer SET amount_minor = 1 WHERE act = 'POST' AND subject_id = {incentive}",
            "POST of what was reserved",
        ),
        (
            "UPDATE transfer SET debit = 'PARTNER', credit = 'EXPENSE' WHERE act = 'CREDIT' AND subject_id = {incentive}",
            "PARTNER",
        ),
        ("UPDATE statement SET status = 'APPROVED' WHERE credit_number = 'CR-1' AND term_id = {term}", "posted 12345"),
    ],
)
async def test_whatever_is_posted_otherwise_than_it_should_be_is_named(undone: Money, change: str, words: str) -> None:
    assert await undone.misposted() == []
    named = {"{term}": undone.term.id, "{incentive}": undone.term.incentive_id}
    for name, id in named.items():
        change = change.replace(name, f"'{id}'")
    await undone.api.world.connection.execute(change)
    found = await undone.misposted()
    assert found and any(words in each for each in found), found
