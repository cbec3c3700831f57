"""The statements by which commissions are reckoned. All run as `worker`, within one vendor's network, and read of lines what
agreements disclose to the vendor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.programme.commission_terms import Attribution
from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row, Session

_COUNTED = ", ".join(f"'{each}'" for each in sorted(COUNTED))
_KEY = ("submission_id", "row_number", "component", "recorded")
_READ = (
    "l.submission_id, l.row_number, l.component, l.recorded, l.distributor_id, l.document_kind, l.document_number,"
    " l.document_line, l.return_of, l.sale_type, l.product_id, l.sold_on, l.counts_on, l.quantity, l.currency,"
    " l.disclosed_amount, l.book_currency, l.book_amount"
)
_COUNTS = f"l.superseded IS NULL AND l.sale_type IN ({_COUNTED})"
_IN_DAYS = (
    f"l.vendor_id = $1 AND l.counts_on >= c.starts AND l.sold_on >= c.starts AND l.sold_on < c.ends AND {_COUNTS}"
    " AND l.disclosed_reseller_id <> c.agent_id"
)
_SELLERS = "(SELECT DISTINCT distributor_id FROM agreement WHERE vendor_id = $1) a"
"Who sells in the network: lines are found by seller and day."
_CLAIM = (
    "claim AS MATERIALIZED (SELECT * FROM unnest($2::integer[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[],"
    " $7::date[]) AS c (place, agent_id, deal_id, bought_by_id, starts, ends))"
)
FITS: Final = (
    "(p.partner_type = 'AGENT' OR (p.partner_type = 'CONSULTANT' AND EXISTS (SELECT FROM enrollment e"
    " JOIN program_fit f ON f.vendor_id = e.vendor_id AND f.program_id = e.program_id AND f.kind = 'COMMISSION'"
    " AND 'CONSULTANT' = ANY (f.partner_types) WHERE e.vendor_id = p.vendor_id AND e.reseller_id = p.id"
    " AND e.status = 'ACTIVE')))"
)
"Whether a party `p` is an agent, or a consultant whom commissions fit."


@dataclass(frozen=True, slots=True)
class Covered:
    """Which products a plan is for: none named is all."""

    product_ids: Sequence[UUID]
    families: Sequence[str]


async def plan(session: Reader, vendor_id: UUID, plan_id: UUID) -> Row | None:
    """A plan with its terms."""
    return await session.row(
        "SELECT id, currency, rate, valuation, period, cap_minor, starts_on, ends_on, product_ids, families, countries"
        " FROM commission_plan WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        plan_id,
    )


async def live_plans(session: Reader, vendor_id: UUID) -> list[UUID]:
    """The plans of a vendor that have begun."""
    rows = await session.rows(
        "SELECT id FROM commission_plan WHERE vendor_id = $1 AND starts_on < ends_on AND starts_on <= current_date"
        " ORDER BY id",
        vendor_id,
    )
    return [row["id"] for row in rows]


async def vendors_with_plans(session: Reader) -> list[UUID]:
    """The vendors there are. Asked as the role that signs people in, which reads no plan."""
    rows = await session.rows("SELECT id FROM vendor ORDER BY id")
    return [row["id"] for row in rows]


_AGENTS = (
    "agent AS MATERIALIZED (SELECT p.id FROM party p WHERE p.vendor_id = $1 AND p.kind = 'RESELLER' AND"
    f" ({FITS} AND ($3::text[] = '{{}}' OR p.country = ANY ($3)) OR EXISTS (SELECT FROM commission_statement s"
    " WHERE s.vendor_id = p.vendor_id AND s.plan_id = $2 AND s.reseller_id = p.id"
    " AND s.status IN ('APPROVED', 'PAID'))))"
)


async def attributions(session: Reader, vendor_id: UUID, plan_id: UUID, countries: Sequence[str]) -> list[Attribution]:
    """Why lines may be an agent's under a plan: its deals that were won, and what is assigned to it. Whoever was paid under
    the plan once stays in it, whatever it has become since: what it earned was earned."""
    rows = await session.rows(
        f"WITH {_AGENTS} SELECT d.reseller_id, d.id AS deal_id, NULL::uuid AS assignment_id, d.protected_from AS starts,"
        " d.protected_until AS ends, c.name_hash AS customer_hash, NULL::uuid AS bought_by_id, d.registered_at AS since"
        " FROM deal d JOIN agent a ON a.id = d.reseller_id JOIN deal_customer c ON c.vendor_id = d.vendor_id"
        " AND c.id = d.customer_id WHERE d.vendor_id = $1 AND d.status = 'WON'"
        " UNION ALL SELECT x.reseller_id, NULL, x.id, x.starts_on, coalesce(x.ends_on, 'infinity'), x.customer_hash,"
        " x.bought_by_id, x.created_at FROM agent_assignment x JOIN agent a ON a.id = x.reseller_id"
        " WHERE x.vendor_id = $1",
        vendor_id,
        plan_id,
        list(countries),
    )
    return [
        Attribution(
            agent_id=row["reseller_id"],
            starts=row["starts"],
            ends=row["ends"],
            since=(row["since"], str(row["deal_id"] or row["assignment_id"])),
            deal_id=row["deal_id"],
            assignment_id=row["assignment_id"],
            customer_hash=row["customer_hash"],
            bought_by_id=row["bought_by_id"],
        )
        for row in rows
    ]


async def customers(session: Reader, vendor_id: UUID, starts: date, ends: date) -> list[str]:
    """The end customers whom lines of some days name, as far as the vendor reads that."""
    rows = await session.rows(
        f"SELECT DISTINCT l.disclosed_end_customer AS name FROM {_SELLERS} JOIN sell_through_line l"
        " ON l.distributor_id = a.distributor_id WHERE l.vendor_id = $1"
        f" AND l.counts_on >= $2 AND l.sold_on >= $2 AND l.sold_on < $3 AND {_COUNTS}"
        " AND l.disclosed_end_customer IS NOT NULL",
        vendor_id,
        starts,
        ends,
    )
    return [row["name"] for row in rows]


async def lines(
    session: Reader,
    vendor_id: UUID,
    currency: str,
    covered: Covered,
    claims: Sequence[Attribution],
    named: Sequence[tuple[int, str]],
) -> list[Row]:
    """The lines that are somebody's, each once: with the place of the first attribution that claims it, and the vendor's
    rates of exchange into a currency on the day of the sale. A return is whose sale it returns, where it names one that is
    known; where nobody has that sale, nobody has the return."""
    key = ", ".join(f"l.{name}" for name in _KEY)
    of_deal = (
        "(c.deal_id IS NULL OR EXISTS (SELECT FROM deal d JOIN deal_product q ON q.vendor_id = d.vendor_id"
        " AND q.deal_id = d.id AND q.content = d.content JOIN product o ON o.vendor_id = l.vendor_id"
        " AND o.id = l.product_id WHERE d.vendor_id = $1 AND d.id = c.deal_id AND (q.product_id = l.product_id"
        " OR (q.product_id IS NULL AND q.family = o.family))))"
    )
    known = (
        "EXISTS (SELECT FROM sell_through_line k WHERE k.vendor_id = $1 AND k.distributor_id = l.distributor_id"
        " AND k.document_number = left(l.return_of, -strpos(reverse(l.return_of), ':'))"
        " AND k.document_line = right(l.return_of, strpos(reverse(l.return_of), ':') - 1)"
        " AND k.document_kind = 'INVOICE' AND k.component >= 0 AND k.product_id = l.product_id AND k.quantity > 0"
        " AND k.superseded IS NULL)"
    )
    by_reseller = (
        f"SELECT c.place, {_READ} FROM claim c JOIN sell_through_line l ON {_IN_DAYS} AND l.reseller_id = c.bought_by_id"
        " AND l.disclosed_reseller_id = c.bought_by_id"
    )
    by_customer = (
        f"SELECT c.place, {_READ} FROM named n JOIN claim c ON c.place = n.place CROSS JOIN {_SELLERS}"
        f" JOIN sell_through_line l ON {_IN_DAYS} AND l.distributor_id = a.distributor_id"
        f" AND l.disclosed_end_customer = n.customer AND {of_deal}"
    )
    by_price = (
        f"SELECT c.place, {_READ} FROM claim c JOIN special_price s ON s.vendor_id = $1 AND s.deal_id = c.deal_id"
        f" JOIN sell_through_line l ON {_IN_DAYS} AND l.agreement_id = s.agreement_id"
        f" AND l.special_price_number = s.number AND {of_deal}"
    )
    rates = (
        "rates AS MATERIALIZED (SELECT base, rate, effective_from AS starts, lead(effective_from) OVER"
        " (PARTITION BY base ORDER BY effective_from) AS ends FROM exchange_rate WHERE vendor_id = $1 AND quote = $12)"
    )

    def rate(currency: str) -> str:
        return f"(SELECT x.rate FROM rates x WHERE x.base = l.{currency} AND l.sold_on >= x.starts AND {_UNTIL})"

    return await session.rows(
        f"WITH {_CLAIM}, named AS MATERIALIZED (SELECT * FROM unnest($8::integer[], $9::text[]) AS n (place, customer)),"
        f" {rates}, own AS MATERIALIZED (SELECT DISTINCT ON ({key}) l.* FROM ({by_reseller} UNION ALL {by_customer}"
        f" UNION ALL {by_price}) l JOIN product p ON p.vendor_id = $1 AND p.id = l.product_id AND ($10::uuid[] = '{{}}'"
        " AND $11::text[] = '{}' OR p.id = ANY ($10) OR p.family = ANY ($11))"
        f" WHERE l.return_of IS NULL OR l.sale_type <> 'RETURN' OR NOT {known} ORDER BY {key}, l.place),"
        f" back AS (SELECT DISTINCT ON ({key}) s.place, {_READ} FROM own s JOIN sell_through_line l ON l.vendor_id = $1"
        " AND l.distributor_id = s.distributor_id AND l.return_of = s.document_number || ':' || s.document_line"
        " AND l.product_id = s.product_id AND l.sale_type = 'RETURN' AND l.superseded IS NULL"
        f" WHERE s.document_kind = 'INVOICE' AND s.component >= 0 AND s.quantity > 0 ORDER BY {key}, s.place)"
        f" SELECT l.*, {rate('currency')} AS rate, {rate('book_currency')} AS book_rate FROM"
        f" (SELECT DISTINCT ON ({key}) l.* FROM (SELECT 0 AS own, * FROM back l UNION ALL SELECT 1, * FROM own) l"
        f" ORDER BY {key}, l.own) l ORDER BY l.sold_on, {key}",
        vendor_id,
        list(range(len(claims))),
        [each.agent_id for each in claims],
        [each.deal_id for each in claims],
        [each.bought_by_id for each in claims],
        [each.starts for each in claims],
        [each.ends for each in claims],
        [place for place, _ in named],
        [customer for _, customer in named],
        list(covered.product_ids),
        list(covered.families),
        currency,
    )


_UNTIL = "(x.ends IS NULL OR l.sold_on < x.ends)"


async def statements(session: Session, vendor_id: UUID, plan_id: UUID) -> list[Row]:
    """What stands of a plan by now."""
    return await session.rows(
        "SELECT id, reseller_id, starts_on, ends_on, status, earned_minor, amount_minor, content, revision, held"
        " FROM commission_statement WHERE vendor_id = $1 AND plan_id = $2",
        vendor_id,
        plan_id,
    )


WRITTEN: Final = (
    *(
        "status",
        "base",
        "told_base",
        "earned_minor",
        "adjusted_minor",
        "amount_minor",
        "differences",
        "lines",
        "left_out",
    ),
    *("held", "content", "revision", "calculated_at", "calculated_by", "calculated_by_id", "approvals_needed"),
)
"What is written of a statement when it is reckoned."


async def begin(session: Session, values: dict[str, object]) -> None:
    """Add a statement."""
    holders = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await session.execute(
        f"INSERT INTO commission_statement ({', '.join(values)}) VALUES ({holders})", *values.values()
    )


async def rewrite(session: Session, vendor_id: UUID, id: UUID, values: dict[str, object]) -> None:
    """Write a statement anew that is not approved, and forget its lines."""
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(WRITTEN, 3))
    await session.execute(
        f"UPDATE commission_statement SET {sets} WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        *(values[name] for name in WRITTEN),
    )
    await session.execute("DELETE FROM commission_line WHERE vendor_id = $1 AND statement_id = $2", vendor_id, id)


_LINE = (
    ("position", "integer[]"),
    ("submission_id", "uuid[]"),
    ("row_number", "bigint[]"),
    ("component", "integer[]"),
    ("recorded", "bigint[]"),
    ("product_id", "uuid[]"),
    ("sold_on", "date[]"),
    ("quantity", "bigint[]"),
    ("amount", "bigint[]"),
    ("told_amount", "bigint[]"),
    ("share_minor", "bigint[]"),
    ("told_share_minor", "bigint[]"),
    ("deal_id", "uuid[]"),
    ("assignment_id", "uuid[]"),
)


async def add_lines(session: Session, statement: tuple[UUID, UUID, UUID], rows: Sequence[dict[str, object]]) -> None:
    """Add the lines of a statement: of a vendor, the statement, its agent."""
    names = ", ".join(name for name, _ in _LINE)
    arrays = ", ".join(f"${place}::{cast}" for place, (_, cast) in enumerate(_LINE, 4))
    await session.execute(
        f"INSERT INTO commission_line (vendor_id, statement_id, reseller_id, {names})"
        f" SELECT $1, $2, $3, {names} FROM unnest({arrays}) AS x ({names})",
        *statement,
        *([row[name] for row in rows] for name, _ in _LINE),
    )


async def threshold(session: Reader, vendor_id: UUID, currency: str) -> int | None:
    """Above how many minor units of a currency two people approve; None where one always suffices."""
    found: int | None = await session.value(
        "SELECT above_minor FROM approval_threshold WHERE vendor_id = $1 AND currency = $2", vendor_id, currency
    )
    return found


async def run(session: Session, vendor_id: UUID, run_id: UUID) -> Row | None:
    """A run that is not finished."""
    return await session.row(
        "SELECT id, plan_id, asked_by, asked_by_id FROM commission_run WHERE vendor_id = $1 AND id = $2"
        " AND finished_at IS NULL",
        vendor_id,
        run_id,
    )


async def finish(session: Session, vendor_id: UUID, run_id: UUID, at: datetime) -> None:
    """A run is done."""
    await session.execute(
        "UPDATE commission_run SET finished_at = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, run_id, at
    )


async def approve(session: Session, vendor_id: UUID, plan_id: UUID, at: datetime) -> list[Row]:
    """Let what enough people found right be approved, the earlier period before the later; those statements."""
    return await session.rows(
        "UPDATE commission_statement s SET status = 'APPROVED', approved_at = $3 WHERE s.vendor_id = $1 AND s.plan_id = $2"
        " AND s.status = 'CALCULATED' AND (SELECT count(*) FROM commission_approval a WHERE a.vendor_id = s.vendor_id"
        " AND a.statement_id = s.id AND a.revision = s.revision) >= s.approvals_needed AND NOT EXISTS ("
        " SELECT FROM commission_statement e WHERE e.vendor_id = s.vendor_id AND e.plan_id = s.plan_id"
        " AND e.reseller_id = s.reseller_id AND e.starts_on < s.starts_on AND e.status IN ('ACCRUING', 'CALCULATED'))"
        " RETURNING s.id, s.reseller_id",
        vendor_id,
        plan_id,
        at,
    )
