"""A page of the list that each of several parents has: one statement for all of them, and another for how many there are.

The first two arguments of the statement are the parents; what a list is narrowed by are those from the third on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.store.database import Reader, Row

T = TypeVar("T")
Fields = tuple[str, ...]
"The names of the fields that lead from an object to a value, as the contract has them."
TOLD: dict[str, Mapping[Fields, str]] = {}
"""By type: values that the database itself can write as CSV has them, each as SQL over the columns of a row of the list.
They are those that the graph would answer, cell for cell; what is not here, only the graph can tell."""
_BLANKS = r" \x0b\x0c\x1c-\x1f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_RUN = rf"E'(^|[;\t\r\n])([{_BLANKS}\"]*)(?=[=+\\-@＝＋－＠])'"
_MARKED = r"E'\\1\\2'''"
_NUMBER = r"E'^[+-]?[0-9]+([./][0-9]+)?$'"

KEYS = "unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS k(vendor_id, id, ordinal)"
"Parents, or objects that are asked for by their ids, that each stand in one network."


def keys_apart(keys: Sequence[Key]) -> tuple[list[UUID], list[UUID]]:
    """The networks and the ids of keys, as `KEYS` takes them."""
    return [key.vendor_id for key in keys], [key.id for key in keys]


@dataclass(frozen=True, slots=True)
class List:
    """Where one parent `k` finds its list, up to and with its conditions, and which columns are read of it."""

    source: str
    columns: str


async def pages(
    request: Request[Any],
    parents: Sequence[Key],
    of: List,
    window: Window,
    selection: Selection,
    node: Callable[[Row], T],
    values: Sequence[object] = (),
) -> list[Connection[T]]:
    """The connection of each parent, in their order; counted only where the document asks how many there are."""
    db = await request.reader()
    arguments = [*keys_apart(parents), *values]
    begin = f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {of.columns} FROM {of.source}"
    rows = await _rows(db, window, begin, arguments, len(parents))
    totals = None
    if counts(selection):
        seen = window.totals(by_parent(rows, len(parents)))
        totals = dict(enumerate(seen, 1)) if seen is not None else await _totals(db, parents, of, values)
    return window.pages(rows, len(parents), node, selection, totals)


async def _rows(db: Reader, window: Window, begin: str, arguments: list[object], parents: int) -> list[Row]:
    if parents == 1:
        return await window.rows(db, lambda cut: f"{begin}{cut}) x", arguments)
    cut = window.sql(arguments)
    return await db.rows(f"{begin}{cut}) x", *arguments)


async def _totals(db: Reader, parents: Sequence[Key], of: List, values: Sequence[object]) -> dict[int, int]:
    rows = await db.rows(
        f"SELECT k.ordinal, (SELECT count(*) FROM {of.source}) AS total FROM {KEYS}", *keys_apart(parents), *values
    )
    return {row["ordinal"]: row["total"] for row in rows}


def told_text(column: str) -> str:
    """A text as a spreadsheet shows it and does not run it (see programme.wording.disarmed). Most texts begin with a letter
    or a digit and separate nothing: these are not looked at any closer."""
    begins = " OR ".join(f"ascii({column}) BETWEEN {a} AND {z}" for a, z in ((48, 57), (65, 90), (97, 122)))
    parted = "".join(f" AND strpos({column}, {sign}) = 0" for sign in ("';'", r"E'\t'", r"E'\n'", r"E'\r'"))
    disarmed = f"regexp_replace({column}, {_RUN}, {_MARKED}, 'g')"
    closer = f"CASE WHEN {column} ~ {_NUMBER} THEN {column} ELSE {disarmed} END"
    return f"CASE WHEN ({begins}){parted} THEN {column} ELSE {closer} END"


def told_number(column: str, places: int) -> str:
    """A number of 10⁻ⁿ as a decimal without needless zeros (see scalars.exact)."""
    return f"trim_scale({column} * 0.{'0' * (places - 1)}1)"


def told_money(amount: str, currency: str) -> dict[Fields, str]:
    """The fields of an amount of 10⁻⁶ currency units; both are null where there is no amount or no currency."""
    there = f"CASE WHEN {amount} IS NOT NULL AND {currency} <> '' THEN"
    return {("amount",): f"{there} {told_number(amount, 6)} END", ("currency",): f"{there} {currency} END"}
