"""What the database itself lets a level write where money is decided: in its own name, as its own side, never an answer to
itself; and which names of persons it does not tell the other side."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.execution.identifiers import key_of
from app.store.database import Context, Session
from app.store.identity import new_id
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api
from tests.api.incentives_desk import Incentives, answered, example
from tests.api.statements_kit import Office, sold
from tests.world import NOW

ME, SOMEBODY = uuid4(), uuid4()
Refused = asyncpg.InsufficientPrivilegeError


def as_vendor(api: Api, actor: UUID | None = ME) -> Context:
    own = api.world.vendors["Acme"]
    return Context(DatabaseRole.VENDOR, None, own, frozenset({own}), actor_id=actor)


def as_distributor(api: Api, actor: UUID | None = ME) -> Context:
    world = api.world
    parties = frozenset({world.parties["Acme", "Dist One"]})
    return Context(DatabaseRole.DISTRIBUTOR, None, None, frozenset({world.vendors["Acme"]}), parties, actor)


async def add(session: Session, table: str, values: dict[str, Any]) -> None:
    holders = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await session.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({holders})", *values.values())


async def tried(api: Api, context: Context, table: str, values: dict[str, Any]) -> bool:
    """Whether a row may be added; nothing stays of it."""
    try:
        async with api.database.writing(context) as session:
            await add(session, table, values)
            raise _Undone
    except _Undone:
        return True
    except Refused:
        return False


class _Undone(Exception):
    """So that nothing stays."""


async def offered_term(api: Api) -> dict[str, Any]:
    incentives = Incentives(api)
    _, term = await incentives.proposed()
    key = key_of("IncentiveTerm", term)
    assert key is not None
    row = await api.world.connection.fetchrow(
        "SELECT vendor_id, id AS term_id, agreement_id, distributor_id FROM incentive_term WHERE id = $1", key.id
    )
    return dict(row)


async def test_nobody_proposes_an_example_as_the_other_side_in_anothers_name_or_as_accepted(api: Api) -> None:
    of = await offered_term(api)
    given = {**of, "id": new_id(), "title": "T", "given": {}, "expected_minor": 1, "proposed_at": NOW}
    for context, own, other in (
        (as_vendor(api), "VENDOR", "DISTRIBUTOR"),
        (as_distributor(api), "DISTRIBUTOR", "VENDOR"),
    ):
        right = {**given, "proposed_as": own, "proposed_by": str(ME)}
        accepted = {"accepted": True, "answered_by": str(ME), "answered_at": NOW}
        assert await tried(api, context, "worked_example", right)
        for wrong in ({"proposed_as": other}, {"proposed_by": str(SOMEBODY)}, accepted, {"withdrawn_at": NOW}):
            assert not await tried(api, context, "worked_example", right | wrong)
    nobody = as_vendor(api, None)
    assert not await tried(api, nobody, "worked_example", {**given, "proposed_as": "VENDOR", "proposed_by": ""})


async def test_nobody_accepts_its_own_example_or_changes_an_answer(api: Api) -> None:
    incentives = Incentives(api)
    _, term = await incentives.proposed()
    own = (await example(incentives, term))["workedExample"]["id"]
    other = (await example(incentives, term, "distributor"))["workedExample"]["id"]
    assert (await answered(incentives, other, "vendor", accept=False))["userErrors"] == []
    before = await api.world.connection.fetch("SELECT * FROM worked_example ORDER BY id")
    accept = "UPDATE worked_example SET accepted = true, answered_by = $2, answered_at = now() WHERE id = $1"
    ids = [key.id for key in (key_of("WorkedExample", own), key_of("WorkedExample", other)) if key is not None]
    with pytest.raises(Refused):
        async with api.database.writing(as_vendor(api)) as session:
            await session.execute(accept, ids[0], str(ME))
    async with api.database.writing(as_vendor(api)) as session:
        assert await session.execute(accept, ids[1], str(ME)) == 0, "what is answered stays so"
    with pytest.raises(Refused):
        async with api.database.writing(as_distributor(api)) as session:
            await session.execute(accept, ids[0], str(SOMEBODY))
    assert await api.world.connection.fetch("SELECT * FROM worked_example ORDER BY id") == before


async def test_decisions_are_written_in_the_name_of_who_acts(api: Api) -> None:
    office = await Office.open(api)
    month = await office.month(5, year=2025)
    await month.sell(sold("N-1", 10))
    await month.calculate()
    row = await api.world.connection.fetchrow(
        "SELECT id, vendor_id, agreement_id, distributor_id FROM statement WHERE term_id = $1", month.offer.id
    )
    assert row is not None
    of = {name: row[name] for name in ("vendor_id", "agreement_id", "distributor_id")}
    decision = {
        **of,
        "id": new_id(),
        "statement_id": row["id"],
        "revision": 1,
        "decided_by_name": "Me",
        "decided_at": NOW,
    }
    decision |= {"decision": "APPROVE", "decided_as": "VENDOR", "decided_by": str(ME)}
    run = {"vendor_id": row["vendor_id"], "id": new_id(), "period_start": month.start, "period_end": month.end}
    run |= {"asked_by": str(ME), "asked_by_name": "Me", "asked_at": NOW}
    proof = {**of, "id": new_id(), "statement_id": row["id"], "gate": "g", "is_met": True, "note": "n"}
    proof |= {"confirmed_by": str(ME), "confirmed_by_name": "Me", "confirmed_at": NOW}
    advance = {
        **of,
        "id": new_id(),
        "statement_id": row["id"],
        "amount_minor": 1,
        "paid_on": month.start,
        "reference": "r",
    }
    advance |= {"recorded_by": str(ME), "recorded_by_name": "Me", "recorded_at": NOW}
    settlement = {**of, "id": new_id(), "period_start": month.start, "period_end": month.end, "sequence": 9}
    settlement |= {"currency": "EUR", "waived": True, "decided_by": str(ME), "decided_at": NOW}
    threshold = {"vendor_id": row["vendor_id"], "currency": "SEK", "above_minor": 1, "set_at": NOW, "set_by": str(ME)}
    special = {**of, "id": new_id(), "number": "X", "currency": "EUR", "cost_basis": "BOOK_AT_RESALE", "deemed": "NONE"}
    special |= {"effective_start": month.start, "effective_end": month.end, "customer_ids": [], "status": "ACTIVE"}
    special |= {"version": 1, "granted_by": str(ME), "granted_at": NOW}
    for table, values, by in (
        ("statement_decision", decision, "decided_by"),
        ("statement_run", run, "asked_by"),
        ("gate_proof", proof, "confirmed_by"),
        ("advance", advance, "recorded_by"),
        ("commitment_settlement", settlement, "decided_by"),
        ("approval_threshold", threshold, "set_by"),
        ("special_price", special, "granted_by"),
    ):
        assert await tried(api, as_vendor(api), table, values), table
        assert not await tried(api, as_vendor(api), table, values | {by: str(SOMEBODY)}), table
        assert not await tried(api, as_vendor(api, None), table, values), table
    contested = decision | {"decision": "DISPUTE", "decided_as": "DISTRIBUTOR"}
    assert await tried(api, as_distributor(api), "statement_decision", contested)
    assert not await tried(api, as_distributor(api, SOMEBODY), "statement_decision", contested)


@pytest.mark.parametrize(
    ("level", "table", "column"),
    [
        ("vendor", "worked_example", "proposed_by"),
        ("vendor", "worked_example", "answered_by"),
        ("vendor", "affiliation_member", "accepted_by"),
        ("distributor", "worked_example", "proposed_by"),
        ("distributor", "worked_example", "answered_by"),
        ("distributor", "special_price", "granted_by"),
        ("distributor", "debit_claim_act", "acted_by"),
        ("distributor", "debit_claim_act", "acted_by_id"),
        ("distributor", "stock_credit_act", "acted_by"),
        ("distributor", "advance", "amount_minor"),
        ("distributor", "affiliation", "name"),
    ],
)
async def test_who_of_the_other_side_did_what_the_database_does_not_tell(
    api: Api, level: str, table: str, column: str
) -> None:
    context = as_vendor(api) if level == "vendor" else as_distributor(api)
    with pytest.raises(Refused):
        async with api.database.reading(context) as db:
            await db.rows(f"SELECT {column} FROM {table}")
