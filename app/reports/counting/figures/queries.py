"""The statements by which lines begin and cease to count, each with every figure that follows from it. All run as `worker`.

A line ceases to count where another takes its place. In an open period it is as if it had not been; in a closed one it
goes on counting there, and its reversal counts in the open period, beside what took its place. Nothing is overwritten:
`recorded`, `replaced` and `superseded` name the knowledge that did it. Amounts are 10⁻⁶ currency units, quantities 10⁻³.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.programme.terms import SubmissionKind
from app.reports.counting.figures.parts.queries import KITS_TOO, WHOLE
from app.store.database import Row, Session
from app.tables.facts import LIVE, returned_units

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
FIGURES = ("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount")
_MOVED_KEY = ("vendor_id", "effect_of", "agreement_id", "distributor_id", "product_id", "currency", "book_currency")
_EFFECT_KEY = ("vendor_id", "submission_id", "month", "product_id", "currency", "book_currency")


@dataclass(frozen=True, slots=True)
class Lines:
    """A table of lines: what of a row it writes beside what both tables write, how its figures are read, and
    the columns that say who bought."""

    table: str
    written: dict[str, str]
    counts: str
    measured: dict[str, str]
    buyer: tuple[str, ...]
    rollups: str
    serials: str = ""


_BOTH = {
    "vendor_id": "p.vendor_id",
    "submission_id": "p.submission_id",
    "row_number": "p.row_number",
    "agreement_id": "$2",
    "distributor_id": "$3",
    "document_kind": "p.document_kind",
    "document_number": "p.document_number",
    "document_line": "p.placed_line",
    "sold_on": "p.sold_on",
    "product_id": "p.part_id",
    "quantity": "p.part_units",
    "currency": "p.currency",
    "unit_price": "p.part_price",
    "amount": "p.part_amount",
    "component": "p.component",
    "counts_on": "greatest(p.sold_on, $5::date)",
    "product_code": "p.product_code",
    "reported_quantity": "p.quantity",
    "unit": "p.unit",
    "source": "p.source",
    "product_alias_id": "p.product_alias_id",
    "kit_id": "p.kit_id",
    "corrects_submission_id": "CASE WHEN p.mode <> 'APPEND' THEN p.live_submission END",
    "corrects_row": "CASE WHEN p.mode <> 'APPEND' THEN p.live_row END",
    "content_hash": "p.content_hash",
    "recorded": "$4",
}
"Column by column, from a row of `parts` as `p`, the agreement, its distributor, the knowledge and the first open day."

_SOLD_THROUGH = {
    "reseller_id": "p.reseller_id",
    "disclosed_reseller_id": "p.disclosed_reseller_id",
    "return_of": "p.return_of",
    "disclosed_unit_price": "CASE WHEN $6 THEN p.part_price END",
    "disclosed_amount": "CASE WHEN $6 THEN p.part_amount END",
    "book_currency": "CASE WHEN p.part_book_price IS NOT NULL THEN p.book_in END",
    "book_price": "p.part_book_price",
    "book_amount": "p.part_book_amount",
    "sale_type": "p.sale_type",
    "ship_to_country": "p.ship_to_country",
    "end_customer": "p.end_customer",
    "disclosed_end_customer": "CASE WHEN $7 THEN p.end_customer END",
    "special_price_number": "p.special_price_number",
    "serial_numbers": "p.serial_numbers",
    "reseller_account": "p.reseller_account",
    "account_alias_id": "p.account_alias_id",
}
_NEGATED = frozenset(
    {"quantity", "amount", "disclosed_amount", "book_amount", "reported_quantity"},
)
_MONTH_KEY = """vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency, disclosed_reseller_id,
    fiscal_month"""
_RESELLER_MONTH_KEY = "vendor_id, month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id"
_DAY_KEY = "vendor_id, day, distributor_id, product_id, currency, book_currency"
_SUMS = ", ".join(f"sum(m.{name})" for name in FIGURES)
_ADDED = ", ".join(f"{name} = r.{name} + excluded.{name}" for name in FIGURES)

LINES = {
    SubmissionKind.SELL_THROUGH: Lines(
        "sell_through_line",
        _SOLD_THROUGH,
        f"l.sale_type IN ({_COUNTED})",
        {
            "returned_units": returned_units("l"),
            "disclosed_resale_amount": "coalesce(l.disclosed_amount, 0)",
            "book_currency": "coalesce(l.book_currency, '')",
            "book_amount": "coalesce(l.book_amount, 0)",
            "reseller_id": "l.reseller_id",
            "disclosed_reseller_id": "l.disclosed_reseller_id",
        },
        ("reseller_id", "disclosed_reseller_id"),
        f"""
, months AS (
    INSERT INTO sell_through_month AS r ({_MONTH_KEY}, {", ".join(FIGURES)})
    SELECT {_MONTH_KEY}, {_SUMS} FROM by_month m GROUP BY {_MONTH_KEY} ORDER BY {_MONTH_KEY}
    ON CONFLICT ({_MONTH_KEY}) DO UPDATE SET {_ADDED}
), reseller_months AS (
    INSERT INTO sell_through_reseller_month AS r ({_RESELLER_MONTH_KEY}, {", ".join(FIGURES)})
    SELECT {_RESELLER_MONTH_KEY}, {_SUMS} FROM by_month m GROUP BY {_RESELLER_MONTH_KEY} ORDER BY {_RESELLER_MONTH_KEY}
    ON CONFLICT ({_RESELLER_MONTH_KEY}) DO UPDATE SET {_ADDED}
), days AS (
    INSERT INTO sell_through_day AS r ({_DAY_KEY}, {", ".join(FIGURES)})
    SELECT {_DAY_KEY}, {_SUMS} FROM moved m GROUP BY {_DAY_KEY} ORDER BY {_DAY_KEY}
    ON CONFLICT ({_DAY_KEY}) DO UPDATE SET {_ADDED}
)""",
        serials="""
, {name} AS (
    INSERT INTO serial_movement (vendor_id, serial, distributor_id, product_id, submission_id, row_number, component,
        recorded, direction)
    SELECT DISTINCT l.vendor_id, n.serial, l.distributor_id, l.product_id, l.submission_id, l.row_number, l.component,
        {recorded}, {sign}sign(l.quantity)::int
    FROM {source} l CROSS JOIN LATERAL unnest(l.serial_numbers) AS n (serial)
    WHERE l.serial_numbers IS NOT NULL AND {which}
)""",
    ),
    SubmissionKind.SELL_IN: Lines(
        "sell_in_line",
        {},
        "true",
        {
            "returned_units": "CASE WHEN l.component < 0 THEN -greatest(l.quantity, 0) ELSE greatest(-l.quantity, 0) END",
            "disclosed_resale_amount": "l.amount",
            "book_currency": "''",
            "book_amount": "0",
        },
        (),
        """
, days AS (
    INSERT INTO sell_in_day AS r (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)
    SELECT m.vendor_id, m.day, m.distributor_id, m.product_id, m.currency, sum(m.units), sum(m.lines),
        sum(m.resale_amount)
    FROM moved m GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (vendor_id, day, distributor_id, product_id, currency)
    DO UPDATE SET units = r.units + excluded.units, lines = r.lines + excluded.lines, amount = r.amount + excluded.amount
)""",
    ),
}
_EFFECT = f"""
INSERT INTO submission_effect AS r ({", ".join(_EFFECT_KEY)}, agreement_id, distributor_id, {", ".join(FIGURES)})
SELECT m.vendor_id, m.effect_of, m.month, m.product_id, m.currency, m.book_currency, m.agreement_id, m.distributor_id,
    {_SUMS}
FROM by_month m GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6
ON CONFLICT ({", ".join(_EFFECT_KEY)}) DO UPDATE SET {_ADDED}
"""


def _by_month(lines: Lines) -> str:
    """What the lines move, added up once as finely as any figure of a month asks: those of months are made of these, which
    are far fewer than the lines. The days that there are fall in few months, so each is looked up once."""
    names = (*_MOVED_KEY, *lines.buyer)
    kept = ", ".join(f"m.{name}" for name in names)
    sums = ", ".join(f"sum(m.{name})::bigint AS {name}" for name in FIGURES)
    return f"""
, falls AS MATERIALIZED (
    SELECT d.day, date_trunc('month', d.day)::date AS month,
        coalesce(f.start_day, date_trunc('month', d.day)::date) AS fiscal_month
    FROM (SELECT DISTINCT day FROM moved) d
    LEFT JOIN fiscal_month f ON f.vendor_id = $1 AND f.start_day <= d.day AND f.end_day > d.day
), by_month AS MATERIALIZED (
    SELECT {kept}, f.month, f.fiscal_month, {sums} FROM moved m JOIN falls f ON f.day = m.day
    GROUP BY {kept}, f.month, f.fiscal_month
)"""


def _moved(lines: Lines, source: str, effect_of: str, sign: str = "") -> str:
    """What lines of `source` add to the figures, or take from them where `sign` is a minus."""
    measured = {
        "units": "l.quantity",
        "lines": "1",
        "resale_amount": "coalesce(l.amount, 0)",
        **{name: text for name, text in lines.measured.items() if name in FIGURES},
    }
    kept = [f"{text} AS {name}" for name, text in lines.measured.items() if name not in FIGURES]
    figures = [f"{sign}({measured[name]}) AS {name}" for name in FIGURES]
    return (
        f"SELECT l.vendor_id, {effect_of} AS effect_of, l.agreement_id, l.distributor_id, l.product_id,"
        f" l.counts_on AS day, l.currency, {', '.join(kept + figures)} FROM {source} l WHERE {lines.counts}"
    )


def _serials(lines: Lines, source: str, recorded: str, sign: str = "", which: str = "true") -> str:
    """Where the units of lines with serial numbers went."""
    return lines.serials.format(name=f"{source}_serials", source=source, recorded=recorded, sign=sign, which=which)


def _measured_columns(lines: Lines) -> str:
    """The columns of new lines that figures are made of, and no others: a report has many lines."""
    both = (
        "vendor_id, submission_id, row_number, component, recorded, agreement_id, distributor_id, product_id, counts_on,"
        " quantity, currency, amount"
    )
    further = (
        ", reseller_id, disclosed_reseller_id, disclosed_amount, book_currency, book_amount, sale_type, serial_numbers"
    )
    return both + (further if lines.written else "")


def _counting(kind: SubmissionKind, parts: str) -> str:
    lines = LINES[kind]
    written = _BOTH | lines.written
    return f"""
WITH parts AS ({parts}
), counted AS (
    INSERT INTO {lines.table} ({", ".join(written)})
    SELECT {", ".join(written.values())} FROM parts p
    RETURNING {_measured_columns(lines)}
), moved AS ({_moved(lines, "counted", "l.submission_id")}
){_by_month(lines)}{_serials(lines, "counted", "l.recorded")}{lines.rollups}
{_EFFECT}"""


def _ending(kind: SubmissionKind) -> str:
    lines = LINES[kind]
    copied = [name for name in (_BOTH | lines.written) if name not in _NEGATED]
    reversal = {
        **{name: f"l.{name}" for name in copied},
        **{name: f"-l.{name}" for name in (_BOTH | lines.written) if name in _NEGATED},
        "component": "-1 - l.component",
        "counts_on": "$3",
        "corrected_by": "l.corrected_by",
        "recorded": "$2",
        "replaced": "$2",
    }
    serials = _serials(lines, "reversed", "l.recorded")
    serials += _serials(lines, "ended", "$2", "-", "l.superseded IS NOT NULL")
    return f"""
WITH ended AS (
    UPDATE {lines.table} l SET replaced = $2, corrected_by = e.ended_by,
        superseded = CASE WHEN $3::date IS NULL OR l.counts_on >= $3::date THEN $2::bigint END
    FROM ending e
    WHERE l.vendor_id = $1 AND l.submission_id = e.submission_id AND l.row_number = e.row_number
        AND l.replaced IS NULL AND l.component >= 0
    RETURNING l.*
), reversed AS (
    INSERT INTO {lines.table} ({", ".join(reversal)})
    SELECT {", ".join(reversal.values())} FROM ended l WHERE l.superseded IS NULL
    RETURNING *
), moved AS (
    {_moved(lines, "ended", "l.corrected_by", "-")} AND l.superseded IS NOT NULL
    UNION ALL
    {_moved(lines, "reversed", "l.corrected_by")}
){_by_month(lines)}{serials}{lines.rollups}
{_EFFECT}"""


_COUNTING = {
    (kind, kits): _counting(kind, parts) for kind in LINES for kits, parts in ((False, WHOLE), (True, KITS_TOO))
}
_ENDING = {kind: _ending(kind) for kind in LINES}


async def count_placed(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, knowledge: int) -> None:
    """Write the accepted rows of `placed` as lines and add them to the rollups, in the order of their keys, and to what
    their report has changed.

    A kit becomes a line for each component of its bill of material on the day of the sale; its amount is shared by book
    price, by largest remainder. What the agreement does not disclose stays out of the disclosed columns. What was sold in
    a closed period counts on the first open day.
    """
    disclosed = (
        (agreement["discloses_resale_price"], agreement["discloses_end_customer"])
        if kind is SubmissionKind.SELL_THROUGH
        else ()
    )
    await session.execute(
        _COUNTING[kind, agreement["has_kits"]],
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        knowledge,
        agreement["closed_before"],
        *disclosed,
    )


async def begin_ending(session: Session) -> None:
    """Make room for the names of lines that are to cease to count: the table `ending`."""
    await session.execute(
        "CREATE TEMPORARY TABLE ending (submission_id uuid, row_number bigint, ended_by uuid) ON COMMIT DROP"
    )


async def end_corrected(session: Session) -> None:
    """Name the lines in whose place the accepted rows of `placed` step."""
    await session.execute(
        "INSERT INTO ending SELECT live_submission, live_row, submission_id FROM placed"
        " WHERE outcome = 'ACCEPTED' AND mode <> 'APPEND' AND live_submission IS NOT NULL"
    )


async def end_unmentioned(
    session: Session,
    kind: SubmissionKind,
    vendor_id: UUID,
    agreement: Row,
    submission_id: UUID,
    start: date,
    end: date,
) -> None:
    """Name the lines of a restated period [start, end) that the report does not say again."""
    await session.execute(
        f"INSERT INTO ending SELECT l.submission_id, l.row_number, $4::uuid FROM {LINES[kind].table} l"
        " WHERE l.vendor_id = $1 AND l.agreement_id = $2 AND l.distributor_id = $3 AND l.sold_on >= $5"
        f" AND l.sold_on < $6 AND l.counts_on >= $5 AND {LIVE} AND l.component <= 1"
        " AND NOT EXISTS (SELECT FROM placed p WHERE p.document_number = l.document_number"
        " AND p.placed_line = l.document_line AND p.document_kind = l.document_kind)",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        submission_id,
        start,
        end,
    )


async def end_lines(
    session: Session, kind: SubmissionKind, vendor_id: UUID, knowledge: int, closed_before: date | None
) -> int:
    """Let the lines named in `ending` cease to count: take them from the rollups or, where their period is closed, write
    their reversals into the open one. How many rows of reports that were. `ending` is gone afterwards."""
    rows: int = await session.value("SELECT count(*) FROM ending")
    if rows:
        await session.execute(_ENDING[kind], vendor_id, knowledge, closed_before)
    await session.execute("DROP TABLE ending")
    return rows
