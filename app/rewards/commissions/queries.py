"""What is asked of the database about commissions: by the vendor, and by the agents, each its own.

Row-level security cuts every answer. An agent reads the columns that `told` names; the rest is the vendor's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.terms import Level
from app.rewards.commissions.reckoning.queries import FITS
from app.rewards.queries import as_own
from app.store.database import Reader, Row, Session
from app.tables.queries import times_before

_ID = SortKey("x.id", "id", UUID, "uuid")
LATEST: Final = Order((SortKey("x.starts_on", "starts_on", date, "date"), _ID), descending=True)
NEWEST: Final = Order((_ID,), descending=True)
IN_ORDER: Final = Order((SortKey("l.position", "position", int, "integer"),))
_PLAN = (
    "x.vendor_id, x.id, x.name, x.description, x.currency, x.rate, x.valuation, x.period, x.cap_minor, x.starts_on,"
    " x.ends_on, x.product_ids, x.families, x.countries, x.replaces_id, x.version, x.created_at"
)
_ASSIGNMENT = "x.vendor_id, x.id, x.reseller_id, x.note, x.starts_on, x.ends_on, x.version, x.created_at"
_STATEMENT = (
    "x.vendor_id, x.id, x.plan_id, x.reseller_id, x.starts_on, x.ends_on, x.currency, x.status, x.earned_minor,"
    " x.adjusted_minor, x.amount_minor, x.differences, x.lines, x.left_out, x.held, x.revision, x.calculated_at,"
    " x.approved_at, x.payment_reference, x.paid_at"
)
_LINE = (
    "l.vendor_id, l.statement_id, l.position, l.reseller_id, l.product_id, l.sold_on, l.quantity, l.deal_id,"
    " l.assignment_id, s.currency"
)


def assignment_columns(level: Level) -> str:
    """What a level reads of an assignment: an agent not for whose purchases it is."""
    if level is Level.VENDOR:
        return f"{_ASSIGNMENT}, x.bought_by_id, x.customer_name"
    return f"{_ASSIGNMENT}, NULL::uuid AS bought_by_id, NULL::text AS customer_name"


def statement_columns(level: Level) -> str:
    """What a level reads of a statement: an agent the amount of lines where the plan measures what was paid."""
    if level is Level.VENDOR:
        return f"{_STATEMENT}, x.base, x.calculated_by, x.calculated_by_id, x.approvals_needed, x.paid_by"
    nobody = "NULL::text AS calculated_by, NULL::uuid AS calculated_by_id, NULL::integer AS approvals_needed"
    return f"{_STATEMENT}, x.told_base AS base, {nobody}, NULL::text AS paid_by"


def _line_columns(level: Level) -> str:
    if level is Level.VENDOR:
        place = f"l.submission_id, l.row_number, l.component, {times_before('sell_through_line')} AS times"
        return f"{_LINE}, l.amount, l.share_minor, {place}"
    nowhere = (
        "NULL::uuid AS submission_id, NULL::bigint AS row_number, NULL::integer AS component, NULL::bigint AS times"
    )
    return f"{_LINE}, l.told_amount AS amount, l.told_share_minor AS share_minor, {nowhere}"


def _for_agent(level: Level, party: str) -> str:
    """Where a plan is for one of the asker's own parties: for every agent in its countries, and for whoever has earned of it
    or is assigned something."""
    if level is Level.VENDOR:
        return ""
    return (
        f" AND EXISTS (SELECT FROM party p WHERE p.vendor_id = x.vendor_id AND p.id {party}"
        " AND ((x.countries = '{}' OR p.country = ANY (x.countries)) AND (p.partner_type = 'AGENT'"
        " OR EXISTS (SELECT FROM agent_assignment a WHERE a.vendor_id = p.vendor_id AND a.reseller_id = p.id))"
        " OR EXISTS (SELECT FROM commission_statement s WHERE s.vendor_id = p.vendor_id AND s.plan_id = x.id"
        " AND s.reseller_id = p.id)))"
    )


PLANS_OF_VENDOR: Final = List("commission_plan x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id", _PLAN)


def plans_of_reseller(actor: Actor) -> List:
    """The plans for an agent, in one network or in all of its own; for the vendor those of which it has earned."""
    if actor.level is Level.VENDOR:
        source = (
            "commission_plan x WHERE x.vendor_id = k.vendor_id AND cardinality($4::uuid[]) + cardinality($5::uuid[]) = 0"
            " AND $3::uuid IS NOT NULL AND EXISTS (SELECT FROM commission_statement s WHERE s.vendor_id = x.vendor_id"
            " AND s.plan_id = x.id AND s.reseller_id = k.id)"
        )
        return List(source, _PLAN)
    own = _for_agent(actor.level, "= ANY (CASE WHEN k.vendor_id = $3 THEN $5::uuid[] ELSE ARRAY[k.id] END)")
    networks = "x.vendor_id = ANY (CASE WHEN k.vendor_id = $3 THEN $4::uuid[] ELSE ARRAY[k.vendor_id] END)"
    return List(f"commission_plan x WHERE {networks}{own}", _PLAN)


def assignments_of_vendor(level: Level) -> List:
    """What is assigned to agents in a network."""
    return List("agent_assignment x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id", assignment_columns(level))


def assignments_of_reseller(level: Level) -> List:
    """What is assigned to an agent, in one network or in all of its own."""
    return List(f"agent_assignment x WHERE {as_own('x.reseller_id', 3)}", assignment_columns(level))


_STATUS = " AND ($3::text IS NULL OR x.status = $3)"


def statements_of_vendor(level: Level) -> List:
    """The statements of commission in a network."""
    source = f"commission_statement x WHERE x.vendor_id = k.vendor_id AND x.vendor_id = k.id{_STATUS}"
    return List(source, statement_columns(level))


def statements_of_plan(level: Level) -> List:
    """The statements of a plan."""
    source = f"commission_statement x WHERE x.vendor_id = k.vendor_id AND x.plan_id = k.id{_STATUS}"
    return List(source, statement_columns(level))


def statements_of_reseller(level: Level) -> List:
    """The statements of an agent, in one network or in all of its own."""
    source = f"commission_statement x WHERE {as_own('x.reseller_id', 4)}{_STATUS}"
    return List(source, statement_columns(level))


def lines_of_statement(level: Level) -> List:
    """The lines of a statement."""
    source = (
        "commission_line l JOIN commission_statement s ON s.vendor_id = l.vendor_id AND s.id = l.statement_id"
        " WHERE l.vendor_id = k.vendor_id AND l.statement_id = k.id"
    )
    return List(source, _line_columns(level))


async def plans(db: Reader, actor: Actor, keys: Sequence[Key]) -> list[Row]:
    """Plans by their ids, with their ordinal, as far as the asker may see them."""
    own = _for_agent(actor.level, "= ANY ($3::uuid[])")
    return await db.rows(
        f"SELECT k.ordinal, {_PLAN} FROM {KEYS} JOIN commission_plan x ON x.vendor_id = k.vendor_id AND x.id = k.id{own}",
        *keys_apart(keys),
        *([sorted(actor.party_ids)] if own else []),
    )


async def assignments(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Assignments by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {assignment_columns(level)} FROM {KEYS}"
        " JOIN agent_assignment x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def statements(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """Statements by their ids, with their ordinal."""
    return await db.rows(
        f"SELECT k.ordinal, {statement_columns(level)} FROM {KEYS}"
        " JOIN commission_statement x ON x.vendor_id = k.vendor_id AND x.id = k.id",
        *keys_apart(keys),
    )


async def approvals(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Who approved the revisions at which statements are now, by ordinal; the first first. For the vendor alone."""
    return await db.rows(
        f"SELECT k.ordinal, a.approved_by, a.approved_by_id FROM {KEYS} JOIN commission_statement x"
        " ON x.vendor_id = k.vendor_id AND x.id = k.id JOIN commission_approval a ON a.vendor_id = x.vendor_id"
        " AND a.statement_id = x.id AND a.revision = x.revision ORDER BY k.ordinal, a.approved_at, a.approved_by_id",
        *keys_apart(keys),
    )


async def earlier_open(session: Session, key: Key) -> bool:
    """Whether an earlier period of the same agent and plan is not approved."""
    return bool(
        await session.value(
            "SELECT true FROM commission_statement s JOIN commission_statement e ON e.vendor_id = s.vendor_id"
            " AND e.plan_id = s.plan_id AND e.reseller_id = s.reseller_id AND e.starts_on < s.starts_on"
            " AND e.status IN ('ACCRUING', 'CALCULATED') WHERE s.vendor_id = $1 AND s.id = $2 LIMIT 1",
            key.vendor_id,
            key.id,
        )
    )


async def party(session: Session, vendor_id: UUID, id: UUID) -> Row | None:
    """A reseller of the vendor's network, and whether it is an agent."""
    return await session.row(
        f"SELECT p.id, {FITS} AS is_agent FROM party p WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = 'RESELLER'",
        vendor_id,
        id,
    )


async def end_plan(session: Session, key: Key, version: int, ends_on: date) -> bool:
    """Let a plan end, where it still has a version."""
    changed = await session.execute(
        "UPDATE commission_plan SET ends_on = $4, version = version + 1 WHERE vendor_id = $1 AND id = $2 AND version = $3",
        key.vendor_id,
        key.id,
        version,
        ends_on,
    )
    return changed == 1


async def end_assignment(session: Session, key: Key, version: int, ends_on: date, erase: bool) -> bool:
    """Let an assignment end, where it still has a version."""
    changed = await session.execute(
        "UPDATE agent_assignment SET ends_on = $4, version = version + 1,"
        " customer_name = CASE WHEN $5 THEN NULL ELSE customer_name END"
        " WHERE vendor_id = $1 AND id = $2 AND version = $3",
        key.vendor_id,
        key.id,
        version,
        ends_on,
        erase,
    )
    return changed == 1


async def add_approval(session: Session, key: Key, revision: int, by: str, by_id: UUID, at: datetime) -> None:
    """Write down that somebody found a revision right."""
    await session.execute(
        "INSERT INTO commission_approval (vendor_id, statement_id, revision, approved_by, approved_by_id, approved_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        key.vendor_id,
        key.id,
        revision,
        by,
        by_id,
        at,
    )


async def pay(session: Session, vendor_id: UUID, ids: Sequence[UUID], reference: str, by: tuple[str, UUID]) -> int:
    """Say by which payment statements were paid; how many of them were approved and not paid."""
    return await session.execute(
        "UPDATE commission_statement SET status = 'PAID', payment_reference = $3, paid_by = $4, paid_by_id = $5,"
        " paid_at = now() WHERE vendor_id = $1 AND id = ANY ($2::uuid[]) AND status = 'APPROVED'",
        vendor_id,
        list(ids),
        reference,
        *by,
    )
