"""How every list of this feature is asked: for all parents at once, a page of each, and when asked for how many there are.

The objects that a signed-in distributor or reseller is, over all its networks, have no network of their own; they stand in
every network and as every party of theirs. Row-level security cuts the rows whatever is asked here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Connection, SortKey, Window, by_parent, counts
from app.execution.edges import Selection
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.request import Request
from app.store.database import Reader, Row

T = TypeVar("T")

PLACES = "unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(vendors, parties, ordinal)"
"Parents that may stand in several networks, as several parties."
IN_VENDORS = "= ANY(string_to_array(k.vendors, ',')::uuid[])"
AS_PARTIES = "= ANY(string_to_array(k.parties, ',')::uuid[])"


def places(actor: Actor, keys: Sequence[Key]) -> tuple[list[str], list[str]]:
    """In which networks and as which parties the keys stand, as `PLACES` takes them."""
    everywhere = ",".join(map(str, actor.vendor_ids)), ",".join(map(str, actor.party_ids))
    found = [
        (str(key.vendor_id), str(key.id))
        if key.vendor_id != NO_NETWORK
        else everywhere
        if key.id == actor.organization_id
        else ("", "")
        for key in keys
    ]
    return [vendors for vendors, _ in found], [parties for _, parties in found]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that each of several parents has.

    `parents` is KEYS or PLACES, over the first two arguments. `source` says where one parent `k` finds its list, up to and
    with WHERE; `columns` are what is read of it, by the name under which a row carries it. `beside` joins what stands
    beside each row `x` of a page, and `beside_columns` are read of that. `counted` is the same list, written so that all
    of it is counted at less cost than `source`; left out where there is no such way.
    """

    parents: str
    source: str
    columns: dict[str, str]
    arguments: tuple[object, ...]
    beside: str = ""
    beside_columns: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""

    @property
    def size(self) -> int:
        """How many parents there are."""
        return len(self.arguments[0])  # type: ignore[arg-type]


async def page(db: Reader, listing: Listing, window: Window) -> list[Row]:
    """The page of each parent's list, in the window's order."""
    arguments = list(listing.arguments)
    cut = window.sql(arguments)
    inner = ", ".join(f"{expression} AS {name}" for name, expression in listing.columns.items())
    outer = ", ".join(
        [f"x.{name}" for name in listing.columns]
        + [f"{expression} AS {name}" for name, expression in listing.beside_columns.items()]
    )
    downwards = " DESC" if window.order.descending != window.backward else ""
    ordered = ", ".join(f"x.{key.name}{downwards}" for key in window.order.keys)
    return await db.rows(
        f"SELECT k.ordinal, {outer} FROM {listing.parents}"
        f" CROSS JOIN LATERAL (SELECT {inner} FROM {listing.source}{cut}) x{listing.beside} ORDER BY k.ordinal, {ordered}",
        *arguments,
    )


async def totals(db: Reader, listing: Listing) -> list[int]:
    """How many there are in each parent's list."""
    rows = await db.rows(
        f"SELECT x.total FROM {listing.parents}"
        f" CROSS JOIN LATERAL (SELECT count(*) AS total FROM {listing.counted or listing.source}) x ORDER BY k.ordinal",
        *listing.arguments,
    )
    return [row["total"] for row in rows]


async def connections(
    request: Request[Actor],
    listing: Listing,
    window: Window,
    selection: Selection,
    node: Callable[[Row], T],
    nodes: Callable[[Sequence[Row]], Sequence[T]] | None = None,
) -> list[Connection[T]]:
    """One page for each parent: one statement, and a second one where the document asks for totals.

    `nodes` makes the objects of all pages at once, where that is cheaper than `node` for each row."""
    db = await request.reader()
    rows = await page(db, listing, window)
    made = {id(row): each for row, each in zip(rows, nodes(rows), strict=True)} if nodes is not None else {}
    build = node if nodes is None else lambda row: made[id(row)]
    pages = by_parent(rows, listing.size)
    found: Sequence[int | None] = [None] * listing.size
    if counts(selection):
        seen = window.totals(pages)
        found = seen if seen is not None else await totals(db, listing)
    return [window.connection(own, build, total, selection) for own, total in zip(pages, found, strict=True)]


def one_each(rows: Sequence[Row], parents: int, build: Callable[[Row], T]) -> list[T | None]:
    """What was found for each parent, of which there is at most one."""
    found: list[T | None] = [None] * parents
    for row in rows:
        found[row["ordinal"] - 1] = build(row)
    return found


def identity(alias: str) -> tuple[SortKey, SortKey]:
    """The sort keys that tell all rows of all networks apart."""
    return uuid_key(f"{alias}.vendor_id", "vendor_id"), uuid_key(f"{alias}.id", "id")


def uuid_key(expression: str, name: str) -> SortKey:
    """An id to sort by, in the order in which ids were made."""
    return SortKey(expression, name, UUID, "uuid")


def text_key(expression: str, name: str) -> SortKey:
    """A text to sort by, sign by sign."""
    return SortKey(expression, name, str, "text")


def day_key(expression: str, name: str) -> SortKey:
    """A day to sort by."""
    return SortKey(expression, name, date, "date")
