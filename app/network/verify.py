"""Whether a vendor's figures are what its facts say: everything derived is recomputed, and every difference is told.

Read as the worker (`acting_as_worker(vendor_id)`), best in one snapshot, so that nothing is counted in between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.network.verification import queries
from app.store.database import Reader, Row


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the facts say: where (a table and a key in it), what they say, and what was found.

    Quantities in 10⁻³ base units, amounts in 10⁻⁶ currency units; null where there is nothing.
    """

    where: str
    key: dict[str, str]
    expected: Mapping[str, str | None]
    found: Mapping[str, str | None]

    def __str__(self) -> str:
        at = ", ".join(f"{name} {value}" for name, value in self.key.items())
        said = ", ".join(
            f"{name} {self.found[name] or 'missing'} instead of {value or 'nothing'}"
            for name, value in self.expected.items()
            if value != self.found[name]
        )
        return f"{self.where}: {at}: {said}"


async def vendors_by_name(session: Reader) -> list[Row]:
    """Every vendor's id and name, as the role that reads before an actor exists."""
    return await queries.vendors(session)


async def differences(session: Reader, vendor_id: UUID) -> list[Difference]:
    """Every difference in one vendor's network; none where all is well."""
    found = []
    for rollup in queries.ROLLUPS:
        rows = await queries.rollup_differences(session, vendor_id, rollup)
        found += [_between(rollup.table, row, rollup.keys, rollup.measures) for row in rows]
    for table in (*queries.LINES, *queries.STOCK):
        for row in await queries.dangling_references(session, vendor_id, table):
            key, there = {row["kind"]: str(row["id"])}, {"lines": str(row["lines"])}
            found.append(Difference(f"{table} refers to what is not there", key, {"lines": "0"}, there))
    for table in queries.LINES:
        for row in await queries.live_twice(session, vendor_id, table):
            key = _text(row, (queries.OWNER[table], "document_kind", "document_number", "document_line", "component"))
            found.append(Difference(f"{table} live", key, {"lines": "1"}, {"lines": str(row["lines"])}))
    for row in await queries.effects_beside_figures(session, vendor_id):
        at = ("owner_id", "month", "product_id", "currency", "book_currency")
        found.append(_between("submission_effect", row, at, ("units", "lines", "amount", "book_amount")))
    for row in await queries.miscounted_submissions(session, vendor_id):
        found.append(_between("submission", row, ("id",), queries.OUTCOMES))
    for row in await queries.released_without_line(session, vendor_id):
        key = _text(row, ("submission_id", "row_number"))
        found.append(Difference("report_row ACCEPTED", key, {"lines": "1"}, {"lines": "0"}))
    return found


def _between(where: str, row: Row, keys: Iterable[str], names: Iterable[str]) -> Difference:
    compared = list(names)
    return Difference(
        where,
        _text(row, keys),
        {name: _shown(row[f"{name}_expected"]) for name in compared},
        {name: _shown(row[f"{name}_found"]) for name in compared},
    )


def _text(row: Row, names: Iterable[str]) -> dict[str, str]:
    return {name: str(row[name]) for name in names}


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
