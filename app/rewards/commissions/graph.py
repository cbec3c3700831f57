"""Commissions as the vendor and each agent see them: plans, what is assigned, and statements. No distributor reads any."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, money, quantity
from app.program_access.queries import access_of
from app.programme.commission_terms import CommissionPeriod, CommissionStatus, CommissionValuation
from app.programme.line_places import line_place
from app.programme.program_access import Opening
from app.programme.terms import Level
from app.rewards.commissions import queries
from app.rewards.graph import amount
from app.rewards.queries import own_parties
from app.store.database import Row

FILE = "commission-csv"
"What a link to the payments of a plan is for."
for each in (CommissionPeriod, CommissionStatus, CommissionValuation):
    values(each)


@visible("commission:read")
class CommissionProduct:
    """A product for which a commission is paid."""

    product_key: strawberry.Private[Key]


@visible("commission:read")
class CommissionAccess:
    """Whether an agent is paid commissions."""

    granted: bool
    "Whether it is, now. What is earned while it is not is kept, and can be calculated once it is."
    rule: str
    "The rule that decides, in a sentence."


async def _access(
    request: Request[Actor], parents: "Sequence[CommissionPlan]", selection: Selection
) -> list[CommissionAccess | None]:
    """Whether a programme of yours opens commissions to you; null for the vendor."""
    if request.actor.level is not Level.RESELLER:
        return [None] * len(parents)
    db, found = await request.reader(), {}
    for vendor_id in sorted({parent.key.vendor_id for parent in parents}):
        parties = await own_parties(db, request.actor, vendor_id)
        rules = [await access_of(db, vendor_id, id, Opening.COMMISSIONS) for id in parties]
        rules.sort(key=lambda each: not each.granted)
        found[vendor_id] = CommissionAccess(granted=rules[0].granted, rule=rules[0].rule) if rules else None
    return [found[parent.key.vendor_id] for parent in parents]


async def _payments(
    request: Request[Actor], parents: "Sequence[CommissionPlan]", selection: Selection
) -> list[str | None]:
    """A link to what is approved and paid of it as CSV, agent by agent and period by period, for you alone and for some
    minutes; null for an agent."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    return [await request.links.download(request.actor, FILE, parent.key) for parent in parents]


@visible("commission:read")
class CommissionPlan(Node):
    """What a vendor pays its agents for lines that are attributed to them. Its terms never change: it ends, and another one
    takes its place."""

    key: strawberry.Private[Key]
    vendor_key: strawberry.Private[Key]
    replaces_key: strawberry.Private[Key | None]
    name: str
    "What it is called."
    description: str | None
    "What it is for."
    currency: CurrencyCode
    "The currency in which it pays."
    rate: Decimal
    "Which part of the net amount it pays: 0.05 is 5 %."
    valuation: CommissionValuation
    "Of which amount."
    period: CommissionPeriod
    "For which periods of the vendor's calendar it pays."
    cap_per_period: Money | None
    "The most that it pays one agent for a period; null for no limit."
    sales: DateRange
    "The days on which what it pays for is sold. Returns of that count later as well."
    products: list[CommissionProduct]
    "The products for which it pays, beside those of the families; where neither are named, all."
    families: list[str]
    "The families for whose products it pays."
    countries: list[str]
    "Where the agents are whom it pays; where none are named, anywhere."
    version: int
    "Its version, which acts on it name."
    created_at: datetime
    "When it was offered."
    access = edge(_access)
    payments_csv_url = edge(_payments, permission=Permission.SPIFF_PAY)

    @classmethod
    def of(cls, row: Row) -> "CommissionPlan":
        key, currency, cap, before = (
            Key(row["vendor_id"], row["id"]),
            row["currency"],
            row["cap_minor"],
            row["replaces_id"],
        )
        names = ("name", "description", "families", "countries", "version", "created_at")
        return cls(
            id=strawberry.ID(global_id("CommissionPlan", key)),
            key=key,
            vendor_key=Key(key.vendor_id, key.vendor_id),
            replaces_key=None if before is None else Key(key.vendor_id, before),
            currency=CurrencyCode(currency),
            rate=exact(row["rate"], 6),
            valuation=CommissionValuation(row["valuation"]),
            period=CommissionPeriod(row["period"]),
            cap_per_period=None if cap is None else amount(cap, currency),
            sales=DateRange(start=row["starts_on"], end=row["ends_on"]),
            products=[CommissionProduct(product_key=Key(key.vendor_id, id)) for id in row["product_ids"]],
            **{name: row[name] for name in names},
        )


@visible("commission:read")
class AgentAssignment(Node):
    """Whose purchases an agent is paid for, where no deal of its own says so. A line that several could have is whose deal
    was won for it; then whose assignment was made first; and never the buyer's own."""

    key: strawberry.Private[Key]
    vendor_key: strawberry.Private[Key]
    agent_key: strawberry.Private[Key]
    bought_by_key: strawberry.Private[Key | None]
    end_customer: str | None
    "The end customer, where it is assigned one. Only the vendor reads it; null once it was erased."
    note: str
    "What the agent is told of it."
    starts_on: date
    "From which day of sale on."
    ends_on: date | None
    "The first day of sale on which it is over; null for no end."
    version: int
    "Its version, which acts on it name."
    created_at: datetime
    "When it was made."

    @classmethod
    def of(cls, row: Row) -> "AgentAssignment":
        key, bought_by = Key(row["vendor_id"], row["id"]), row["bought_by_id"]
        return cls(
            id=strawberry.ID(global_id("AgentAssignment", key)),
            key=key,
            vendor_key=Key(key.vendor_id, key.vendor_id),
            agent_key=Key(key.vendor_id, row["reseller_id"]),
            bought_by_key=None if bought_by is None else Key(key.vendor_id, bought_by),
            end_customer=row["customer_name"],
            **{name: row[name] for name in ("note", "starts_on", "ends_on", "version", "created_at")},
        )


@visible("commission:read")
class CommissionDifference:
    """What an earlier period earns by now, beside what was paid for it."""

    period: DateRange
    "The earlier period."
    amount: Money
    "How much more it earns; below zero, how much less."


@visible("commission:read")
class CommissionLine:
    """A line that earns a commission. Its agent reads neither who bought nor who sold."""

    line_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key]
    deal_key: strawberry.Private[Key | None]
    assignment_key: strawberry.Private[Key | None]
    sold_on: date
    "The day of the sale, or of the return."
    quantity: Decimal
    "How many base units; below zero where they came back."
    amount: Money | None
    "Of which amount it earns a part. An agent reads it where the plan measures what was paid, and no book value."
    share: Money | None
    "What of the period's earnings it accounts for, likewise."

    @classmethod
    def of(cls, row: Row) -> "CommissionLine":
        def to(name: str) -> Key | None:
            return None if row[name] is None else Key(row["vendor_id"], row[name])

        share, line = row["share_minor"], None
        if row["submission_id"] is not None:
            place = line_place(row["row_number"], row["component"], row["times"])
            line = Key(row["vendor_id"], row["submission_id"], place)
        return cls(
            line_key=line,
            product_key=Key(row["vendor_id"], row["product_id"]),
            deal_key=to("deal_id"),
            assignment_key=to("assignment_id"),
            sold_on=row["sold_on"],
            quantity=quantity(row["quantity"]),
            amount=money(row["amount"], row["currency"]),
            share=None if share is None else amount(share, row["currency"]),
        )


async def _approved_by(
    request: Request[Actor], parents: "Sequence[CommissionStatement]", selection: Selection
) -> list[list[str] | None]:
    """Who has approved it at this revision, the first first. Only the vendor reads it."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    found: list[list[str]] = [[] for _ in parents]
    for row in await queries.approvals(await request.reader(), [parent.key for parent in parents]):
        found[row["ordinal"] - 1].append(row["approved_by"])
    return [*found]


async def _lines(
    request: Request[Actor],
    parents: "Sequence[CommissionStatement]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[CommissionLine]]:
    """Its lines, by the day of the sale."""
    window = Window.of(queries.IN_ORDER, first=first, after=after, last=last, before=before)
    listed = queries.lines_of_statement(request.actor.level)
    return await pages(request, [parent.key for parent in parents], listed, window, selection, CommissionLine.of)


@visible("commission:read")
class CommissionStatement(Node):
    """What one agent has earned of a plan in one period: so far, while it accrues; and then for good."""

    key: strawberry.Private[Key]
    plan_key: strawberry.Private[Key]
    agent_key: strawberry.Private[Key]
    period: DateRange
    "The period."
    currency: CurrencyCode
    "The currency in which it is paid."
    status: CommissionStatus
    "Where it stands."
    base: Money | None
    "The net amount of its lines. An agent reads it where the plan measures what was paid, and no book value."
    earned: Money
    "What its lines earn, rounded once, at most the plan's cap; what an earlier one is below zero comes off."
    adjusted: Money
    "What the differences of earlier periods add up to."
    amount: Money
    "What is paid: both together, or nothing where that is below zero; then the rest waits for later periods."
    differences: list[CommissionDifference]
    "The earlier periods that earn something else by now than was paid for them."
    line_count: int
    "How many lines it has."
    left_out: int
    "How many more lines are the agent's, but have no amount in the plan's currency that the vendor knows."
    held: str | None
    "Why it is not calculated to be paid: the rule of a programme that does not open commissions to the agent now."
    revision: int
    "How often it was reckoned; who approves it names that."
    calculated_at: datetime
    "When it was reckoned."
    calculated_by: str | None
    "Who had it calculated to be paid. Only the vendor reads it."
    approvals_needed: int | None
    "How many people approve it, likewise; null while it accrues."
    approved_at: datetime | None
    "When it was approved."
    payment_reference: str | None
    "By which payment it was paid."
    paid_by: str | None
    "Who said so. Only the vendor reads it."
    paid_at: datetime | None
    "When."
    approved_by = edge(_approved_by)
    lines = edge(_lines)

    @classmethod
    def of(cls, row: Row) -> "CommissionStatement":
        key, currency = Key(row["vendor_id"], row["id"]), row["currency"]
        names = ("left_out", "held", "revision", "calculated_at", "calculated_by", "approvals_needed", "approved_at")
        return cls(
            id=strawberry.ID(global_id("CommissionStatement", key)),
            key=key,
            plan_key=Key(key.vendor_id, row["plan_id"]),
            agent_key=Key(key.vendor_id, row["reseller_id"]),
            period=DateRange(start=row["starts_on"], end=row["ends_on"]),
            currency=CurrencyCode(currency),
            status=CommissionStatus(row["status"]),
            base=money(row["base"], currency),
            earned=amount(row["earned_minor"], currency),
            adjusted=amount(row["adjusted_minor"], currency),
            amount=amount(row["amount_minor"], currency),
            differences=[_difference(each, currency) for each in row["differences"]],
            line_count=row["lines"],
            **{name: row[name] for name in (*names, "payment_reference", "paid_by", "paid_at")},
        )


def _difference(each: dict[str, object], currency: str) -> CommissionDifference:
    days = DateRange(start=date.fromisoformat(str(each["start"])), end=date.fromisoformat(str(each["end"])))
    return CommissionDifference(period=days, amount=amount(int(str(each["amount"])), currency))


async def commission_plans_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[CommissionPlan | None]:
    """Plans of the asking vendor, or that pay the asking agent."""
    found: list[CommissionPlan | None] = [None] * len(keys)
    for row in await queries.plans(await request.reader(), request.actor, keys):
        found[row["ordinal"] - 1] = CommissionPlan.of(row)
    return found


async def assignments_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[AgentAssignment | None]:
    """Assignments of the asking vendor, or to the asking agent."""
    found: list[AgentAssignment | None] = [None] * len(keys)
    for row in await queries.assignments(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = AgentAssignment.of(row)
    return found


async def commission_statements_by_key(
    request: Request[Actor], keys: Sequence[Key]
) -> list[CommissionStatement | None]:
    """Statements of the asking vendor's agents, or of the asking agent."""
    found: list[CommissionStatement | None] = [None] * len(keys)
    for row in await queries.statements(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = CommissionStatement.of(row)
    return found
