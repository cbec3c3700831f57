"""Commissions of a vendor, written as the database's owner: plans, what is assigned, and statements in every state. Every
text is made by `word`, for the levels whose letters it is given: V the vendor, R the agent.

What calculating and paying come to is proven elsewhere; here are rows of every table, for those who ask who reads them.
"""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.store.identity import new_id
from tests.money_rows import AT, Owner


@dataclass(frozen=True)
class Agent:
    """An agent, whose purchases it is paid for, and a deal of its own; of which a line that was reported is an example."""

    vendor_id: UUID
    party_id: UUID
    bought_by_id: UUID
    product_id: UUID
    deal_id: UUID | None
    line: tuple[UUID, int, int, int]


async def plan(
    owner: Owner, vendor_id: UUID, product_id: UUID, start: date, end: date, replaces: UUID | None = None
) -> UUID:
    """A plan with every limit but that of countries."""
    id, word = new_id(), owner.word
    await owner.add(
        "commission_plan",
        vendor_id=vendor_id,
        id=id,
        name=word("VR"),
        description=word("VR"),
        currency="EUR",
        rate=50_000,
        valuation="REPORTED_RESALE",
        period="MONTH",
        cap_minor=100_000,
        starts_on=start,
        ends_on=end,
        product_ids=[product_id],
        families=["Drives"],
        countries=[],
        replaces_id=replaces,
        created_by=word("V"),
        created_at=AT,
    )
    return id


async def assignments(owner: Owner, agent: Agent, start: date, end: date) -> UUID:
    """A reseller's purchases, which lines of statements name, and an end customer's."""
    word, of = owner.word, {"vendor_id": agent.vendor_id, "reseller_id": agent.party_id}
    id, made = new_id(), {"created_by": word("V"), "created_at": AT, "starts_on": start}
    await owner.add(
        "agent_assignment", **of, id=id, bought_by_id=agent.bought_by_id, note=word("VR"), ends_on=end, **made
    )
    customer = {"customer_name": word("V"), "customer_hash": word("")}
    await owner.add("agent_assignment", **of, id=new_id(), **customer, note=word("VR"), **made)
    return id


async def statement(
    owner: Owner, agent: Agent, plan_id: UUID, assignment_id: UUID, status: str, start: date, end: date
) -> UUID:
    """A statement that stands somehow, with a line of an assignment, and one of a deal where the agent has one."""
    id, word = new_id(), owner.word
    of = {"vendor_id": agent.vendor_id, "reseller_id": agent.party_id}
    calculated, approved, paid = (status in each for each in ("CALCULATED APPROVED PAID", "APPROVED PAID", "PAID"))
    by, lines = new_id(), 2 if agent.deal_id is not None else 1
    await owner.add(
        "commission_statement",
        **of,
        id=id,
        plan_id=plan_id,
        starts_on=start,
        ends_on=end,
        currency="EUR",
        status=status,
        base=300 * 10**6 * lines,
        told_base=300 * 10**6 * lines,
        earned_minor=1_500 * lines,
        adjusted_minor=-500,
        amount_minor=1_500 * lines - 500,
        differences=json.dumps([{"start": "2025-12-01", "end": "2026-01-01", "amount": -500}]),
        lines=lines,
        left_out=1,
        held=None if calculated else word("VR"),
        content=word(""),
        revision=1,
        calculated_at=AT,
        calculated_by=word("V") if calculated else None,
        calculated_by_id=by if calculated else None,
        approvals_needed=1 if calculated else None,
        approved_at=AT if approved else None,
        payment_reference=word("VR") if paid else None,
        paid_by=word("V") if paid else None,
        paid_by_id=new_id() if paid else None,
        paid_at=AT if paid else None,
    )
    reasons = [(None, assignment_id), *([(agent.deal_id, None)] if agent.deal_id is not None else [])]
    for position, (deal_id, assigned) in enumerate(reasons, 1):
        await owner.add(
            "commission_line",
            **of,
            statement_id=id,
            position=position,
            **dict(zip(("submission_id", "row_number", "component", "recorded"), agent.line, strict=True)),
            product_id=agent.product_id,
            sold_on=start,
            quantity=10_000,
            amount=300 * 10**6,
            told_amount=300 * 10**6,
            share_minor=1_500,
            told_share_minor=1_500,
            deal_id=deal_id,
            assignment_id=assigned,
        )
    if approved:
        whom = {"approved_by": word("V"), "approved_by_id": new_id(), "approved_at": AT}
        await owner.add("commission_approval", vendor_id=agent.vendor_id, statement_id=id, revision=1, **whom)
    return id


async def run(owner: Owner, vendor_id: UUID, plan_id: UUID) -> None:
    """That a plan was calculated."""
    asked = {"asked_by": owner.word("V"), "asked_by_id": new_id(), "asked_at": AT, "finished_at": AT}
    await owner.add("commission_run", vendor_id=vendor_id, id=new_id(), plan_id=plan_id, **asked)
