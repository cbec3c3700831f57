"""The statements by which lines begin and cease to count, each with every figure that follows from it. All run as `worker`.

A line ceases to count where another takes its place. In an open period it is as if it had not been; in a closed one it
goes on counting there, and its reversal counts in the open period, beside what took its place. Nothing is overwritten:
`recorded`, `replaced` and `superseded` name the knowledge that did it. Amounts are 10⁻⁶ currency units, quantities 10⁻³.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.programme.terms import SubmissionKind
from app.reports.counting.figures.parts.queries import KITS_TOO, WHOLE
from app.reports.counting.figures.rollups.queries import (
    ADDED,
    FIGURES,
    MONTH_KEY,
    SOLD_IN_ROLLUPS,
    SOLD_OUT_ROLLUPS,
    SUMS,
    sold_through_rollups,
)
from app.store.database import Row, Session
from app.tables.facts import LIVE, returned_units

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
NOTHING: Mapping[str, str] = MappingProxyType({})
_MOVED_KEY = ("vendor_id", "effect_of", "product_id", "currency", "book_currency")
_EFFECT_KEY = ("vendor_id", "submission_id", "month", "product_id", "currency", "book_currency")


@dataclass(frozen=True, slots=True)
class Lines:
    """A table of lines: what of a row it writes beside what both tables write, how its figures are read, and
    the columns that say who bought. `owner` is whose lines they are: what a change of them belongs to. Where what one
    report moves is added to the rollups in another way, that is `of_one_report`."""

    table: str
    written: dict[str, str]
    counts: str
    measured: dict[str, str]
    buyer: tuple[str, ...]
    rollups: str
    serials: str = ""
    owner: tuple[str, ...] = ("agreement_id", "distributor_id")
    of_one_report: str = ""


_BOTH = {
    "vendor_id": "p.vendor_id",
    "submission_id": "p.submission_id",
    "row_number": "p.row_number",
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
    "counts_on": "greatest(p.sold_on, $3::date)",
    "product_code": "p.product_code",
    "reported_quantity": "p.quantity",
    "unit": "p.unit",
    "source": "p.source",
    "product_alias_id": "p.product_alias_id",
    "kit_id": "p.kit_id",
    "corrects_submission_id": "CASE WHEN p.mode <> 'APPEND' THEN p.live_submission END",
    "corrects_row": "CASE WHEN p.mode <> 'APPEND' THEN p.live_row END",
    "content_hash": "p.content_hash",
    "recorded": "$2::bigint",
}
"Column by column, from a row of `parts` as `p`, the vendor, the knowledge and the first open day."
_UNDER_AGREEMENT = {"agreement_id": "$4::uuid", "distributor_id": "$5::uuid"}

_SOLD_THROUGH = _UNDER_AGREEMENT | {
    "reseller_id": "p.reseller_id",
    "disclosed_reseller_id": "p.disclosed_reseller_id",
    "return_of": "p.return_of",
    "disclosed_unit_price": "CASE WHEN $6::boolean THEN p.part_price END",
    "disclosed_amount": "CASE WHEN $6::boolean THEN p.part_amount END",
    "book_currency": "CASE WHEN p.part_book_price IS NOT NULL THEN p.book_in END",
    "book_price": "p.part_book_price",
    "book_amount": "p.part_book_amount",
    "sale_type": "p.sale_type",
    "ship_to_country": "p.ship_to_country",
    "end_customer": "p.end_customer",
    "disclosed_end_customer": "CASE WHEN $7::boolean THEN p.end_customer END",
    "special_price_number": "p.special_price_number",
    "serial_numbers": "p.serial_numbers",
    "reseller_account": "p.reseller_account",
    "account_alias_id": "p.account_alias_id",
}
_NEGATED = frozenset(
    {"quantity", "amount", "disclosed_amount", "book_amount", "reported_quantity"},
)
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
        sold_through_rollups(f"{SUMS} FROM by_month m GROUP BY {MONTH_KEY}"),
        # These are added up by the key of their month already.
        of_one_report=sold_through_rollups(f"{', '.join(f'm.{name}' for name in FIGURES)} FROM by_month m"),
        serials="serial_movement",
    ),
    SubmissionKind.SELL_IN: Lines(
        "sell_in_line",
        _UNDER_AGREEMENT | {"serial_numbers": "p.serial_numbers"},
        "true",
        {
            "returned_units": "CASE WHEN l.component < 0 THEN -greatest(l.quantity, 0) ELSE greatest(-l.quantity, 0) END",
            "disclosed_resale_amount": "l.amount",
            "book_currency": "''",
            "book_amount": "0",
        },
        (),
        SOLD_IN_ROLLUPS,
        serials="serial_delivery",
    ),
    SubmissionKind.SELL_OUT: Lines(
        "sell_out_line",
        {
            "reseller_id": "$4::uuid",
            **{
                name: f"p.{name}"
                for name in ("return_of", "sale_type", "ship_to_country", "end_customer", "serial_numbers")
            },
        },
        f"l.sale_type IN ({_COUNTED})",
        {
            "returned_units": returned_units("l"),
            "disclosed_resale_amount": "0",
            "book_currency": "''",
            "book_amount": "0",
        },
        (),
        SOLD_OUT_ROLLUPS,
        owner=("reseller_id",),
    ),
}
UNDER_AGREEMENTS = (SubmissionKind.SELL_THROUGH, SubmissionKind.SELL_IN)
"The kinds whose lines stand under an agreement, whose aliases place them."


def _effect(lines: Lines) -> str:
    """What a report changes, in the months that its lines move."""
    key = ", ".join(f"m.{'effect_of' if name == 'submission_id' else name}" for name in _EFFECT_KEY)
    owner = ", ".join(f"m.{name}" for name in lines.owner)
    return f"""
INSERT INTO submission_effect AS r ({", ".join(_EFFECT_KEY)}, {", ".join(lines.owner)}, {", ".join(FIGURES)})
SELECT {key}, {owner}, {SUMS} FROM by_month m GROUP BY {key}, {owner} ORDER BY {key}
ON CONFLICT ({", ".join(_EFFECT_KEY)}) DO UPDATE SET {ADDED}
"""


def _by_month(lines: Lines, same: Mapping[str, str]) -> str:
    """What the lines move, added up once as finely as any figure of a month asks: those of months are made of these, which
    are far fewer than the lines. The days that there are fall in few months, so each is looked up once. What is the `same`
    of all lines, given as SQL, tells none from another."""
    names = (*_MOVED_KEY, *lines.owner, *lines.buyer)
    kept = ", ".join(f"m.{name}" for name in names if name not in same)
    fixed = "".join(f"{text} AS {name}, " for name, text in same.items())
    sums = ", ".join(f"sum(m.{name})::bigint AS {name}" for name in FIGURES)
    return f"""
, falls AS MATERIALIZED (
    SELECT d.day, date_trunc('month', d.day)::date AS month,
        coalesce(f.start_day, date_trunc('month', d.day)::date) AS fiscal_month
    FROM (SELECT DISTINCT day FROM moved) d
    LEFT JOIN fiscal_month f ON f.vendor_id = $1 AND f.start_day <= d.day AND f.end_day > d.day
), by_month AS MATERIALIZED (
    SELECT {fixed}{kept}, f.month, f.fiscal_month, {sums} FROM moved m JOIN falls f ON f.day = m.day
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
        f"SELECT l.vendor_id, {effect_of} AS effect_of, {', '.join(f'l.{name}' for name in lines.owner)}, l.product_id,"
        f" l.counts_on AS day, l.currency, {', '.join(kept + figures)} FROM {source} l WHERE {lines.counts}"
    )


def _serials(lines: Lines, source: str, recorded: str, sign: str = "", which: str = "true") -> str:
    """Where the units of lines with serial numbers went."""
    if not lines.serials:
        return ""
    return f"""
, {source}_serials AS (
    INSERT INTO {lines.serials} (vendor_id, serial, distributor_id, product_id, submission_id, row_number, component,
        recorded, direction)
    SELECT DISTINCT l.vendor_id, n.serial, l.distributor_id, l.product_id, l.submission_id, l.row_number, l.component,
        {recorded}, {sign}sign(l.quantity)::int
    FROM {source} l CROSS JOIN LATERAL unnest(l.serial_numbers) AS n (serial)
    WHERE l.serial_numbers IS NOT NULL AND {which}
)"""


@cache
def _counting(kind: SubmissionKind, *, kits: bool, serials: bool, one_report: bool) -> str:
    """Lines from the parts of rows, and the figures from the same parts rather than from the lines, which would have to be
    kept for it. Parts of a vendor without kits take no work: they are gone through twice instead of being kept as well."""
    lines = LINES[kind]
    written = _BOTH | lines.written
    same = {"vendor_id": "$1::uuid", **{name: lines.written[name] for name in lines.owner}}
    if one_report:
        same["effect_of"] = "$8::uuid"
    return f"""
WITH parts AS {"MATERIALIZED" if kits else "NOT MATERIALIZED"} ({KITS_TOO if kits else WHOLE}
), counted AS NOT MATERIALIZED (
    SELECT {", ".join(f"{text} AS {name}" for name, text in written.items())} FROM parts p
), lines AS (
    INSERT INTO {lines.table} ({", ".join(written)}) SELECT {", ".join(written)} FROM counted
){adding(kind, "counted", "l.submission_id", same, serials=serials)}"""


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
){_by_month(lines, NOTHING)}{serials}{lines.rollups}
{_effect(lines)}"""


def columns(kind: SubmissionKind) -> list[str]:
    """The columns that are written of a line when it begins to count."""
    return list(_BOTH | LINES[kind].written)


def adding(
    kind: SubmissionKind, source: str, effect_of: str, same: Mapping[str, str] = NOTHING, *, serials: bool = True
) -> str:
    """The end of a statement that writes the lines `source`: all figures that follow from them, changed by the report that
    `effect_of` names. It may be told, as SQL, what is the `same` of all lines, and that none has `serials`."""
    lines = LINES[kind]
    rollups = (lines.of_one_report if "effect_of" in same else "") or lines.rollups
    return (
        f", moved AS ({_moved(lines, source, effect_of)}){_by_month(lines, same)}"
        f"{_serials(lines, source, 'l.recorded') if serials else ''}{rollups}{_effect(lines)}"
    )


_ENDING = {kind: _ending(kind) for kind in LINES}


async def count_placed(
    session: Session,
    kind: SubmissionKind,
    vendor_id: UUID,
    agreement: Row,
    knowledge: int,
    *,
    report: UUID | None = None,
    serials: bool = True,
) -> None:
    """Write the accepted rows of `placed` as lines and add them to the rollups, in the order of their keys, and to what
    their report has changed. It is told where all of them are of one `report`, and where none has `serials`.

    A kit becomes a line for each component of its bill of material on the day of the sale; its amount is shared by book
    price, by largest remainder. What the agreement does not disclose stays out of the disclosed columns. What was sold in
    a closed period counts on the first open day.
    """
    sold_through = kind is SubmissionKind.SELL_THROUGH
    disclosed = (agreement["discloses_resale_price"], agreement["discloses_end_customer"]) if sold_through else ()
    one = (report,) if report is not None and sold_through else ()
    await session.execute(
        _counting(kind, kits=agreement["has_kits"], serials=serials, one_report=bool(one)),
        vendor_id,
        knowledge,
        agreement["closed_before"],
        *_owner(kind, agreement),
        *disclosed,
        *one,
    )


def _owner(kind: SubmissionKind, agreement: Row) -> list[UUID]:
    """Whose the lines are, in the order of the columns that say so."""
    return [agreement["id" if name == "agreement_id" else name] for name in LINES[kind].owner]


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
    owned = " AND ".join(f"l.{name} = ${place}" for place, name in enumerate(LINES[kind].owner, 5))
    await session.execute(
        f"INSERT INTO ending SELECT l.submission_id, l.row_number, $2::uuid FROM {LINES[kind].table} l"
        f" WHERE l.vendor_id = $1 AND {owned} AND l.sold_on >= $3"
        f" AND l.sold_on < $4 AND l.counts_on >= $3 AND {LIVE} AND l.component <= 1"
        " AND NOT EXISTS (SELECT FROM placed p WHERE p.document_number = l.document_number"
        " AND p.placed_line = l.document_line AND p.document_kind = l.document_kind)",
        vendor_id,
        submission_id,
        start,
        end,
        *_owner(kind, agreement),
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
