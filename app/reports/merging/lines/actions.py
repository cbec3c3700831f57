"""Placing the lines of one agreement on another record of the same reseller: by the path of a correction, in the turn of the
distributor, with everything that follows in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.accruals.actions import Change, accrue
from app.programme.terms import SubmissionKind
from app.reports.counting.figures import queries as figures
from app.reports.counting.queries import knowledge_is_known, new_knowledge
from app.reports.merging.lines import queries
from app.store.database import Row, Session


class Figures(NamedTuple):
    """Figures of one month: units in 10⁻³ base units, lines, and two amounts in 10⁻⁶ of their currencies, the first as far
    as the vendor is told."""

    units: int
    lines: int
    amount: int
    book_amount: int


Month = tuple[date, str, str]
"The first day of a month, and the currencies of what was invoiced and of the price book ('' for none)."


@dataclass(frozen=True, slots=True)
class Placed:
    """What placing the lines of an agreement anew did: how many rows of reports, by which change of the facts, their figures
    by month and their products, and which accruals that changed."""

    agreement_id: UUID
    rows: int = 0
    knowledge: int | None = None
    months: Sequence[tuple[Month, Figures]] = ()
    products: Sequence[UUID] = ()
    accrued: Sequence[Change] = ()


async def place_anew(
    session: Session, vendor_id: UUID, agreement: Row, rows: int, kept: UUID, cause: str, change: int | None = None
) -> Placed:
    """Let the lines of the rows named in `moving` stand on another record, by a change of the facts that was begun, or by
    one of their own. When the change became known is for the caller to write, last."""
    if not rows:
        return Placed(agreement["id"], knowledge=change)
    knowledge = change or await new_knowledge(session, vendor_id, agreement["id"], cause)
    await figures.begin_ending(session)
    await queries.end_moving(session)
    await figures.end_lines(session, SubmissionKind.SELL_THROUGH, vendor_id, knowledge, agreement["closed_before"])
    await queries.begin_lines(session, vendor_id, knowledge, agreement["closed_before"], kept)
    accrued = await accrue(session, vendor_id, agreement["id"], await queries.moved_reports(session), cause)
    months = [
        (
            (row["month"], row["currency"], row["book_currency"]),
            Figures(row["units"], row["lines"], row["amount"], row["book_amount"]),
        )
        for row in await queries.moved_figures(session, vendor_id, knowledge)
    ]
    products = await queries.moved_products(session, vendor_id, knowledge)
    return Placed(agreement["id"], rows, knowledge, months, products, accrued)


async def known(session: Session, vendor_id: UUID, placed: Sequence[Placed]) -> None:
    """Write when the changes became known: last, because the vendor's lock is held from then on."""
    for each in placed:
        if each.knowledge is not None:
            await knowledge_is_known(session, vendor_id, each.knowledge)
