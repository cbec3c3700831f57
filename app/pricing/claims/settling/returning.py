"""Taking debits back: where units came back, or the line of a sale was corrected, after they were paid for.

What was paid stays as it was; a claim of its own takes it back and names the one that it adjusts. Of a sale whose units are
on several claims, the latest gives way first. Units that are not paid for come back first.
"""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from app.pricing.claims.settling import queries
from app.pricing.claims.settling.books import Books, Paid, Sale, exact_of
from app.programme.ship_and_debit import Debit, PaidLine, take_back
from app.store.database import Row
from app.store.identity import new_id


def sale_of(line: Row, sold: int, counts_on: object) -> Sale:
    """The sale that a claim line is about."""
    ref = (line["submission_id"], line["row_number"], line["component"])
    return Sale(ref, line["product_id"], sold, line["sold_on"], counts_on)  # type: ignore[arg-type]


async def find_beyond(books: Books, products: Sequence[UUID] | None) -> list[Row]:
    """The paid lines from which something has to be taken back: of these products, or of all."""
    return await queries.paid_beyond(books.session, books.vendor_id, books.owner.agreement_id, products)


async def take_debits_back(books: Books, found: Sequence[Row]) -> None:
    """Take back what was paid beyond what was sold and kept: one adjustment for each claim. The special prices concerned
    are locked by now."""
    taken: dict[UUID, list[tuple[Row, Debit]]] = {}
    for _, of_sale in groupby(found, key=lambda row: (row["submission_id"], row["row_number"], row["component"])):
        beyond: int | None = None
        for row in of_sale:
            beyond = row["beyond"] if beyond is None else beyond
            units = min(beyond, row["approved"] - row["taken_back"])
            if units > 0:
                taken.setdefault(row["claim_id"], []).append((row, _debit(row, units)))
                beyond -= units
    for claim_id, lines in taken.items():
        await _adjust(books, claim_id, lines)


def _debit(row: Row, units: int) -> Debit:
    """What so many more paid units are taken back for."""
    paid = PaidLine(row["approved"], row["approved"], row["amount_minor"], row["taken_back"], row["taken_back_minor"])
    return take_back(paid, units, exact_of(row["per_unit"]), row["currency"])


async def _adjust(books: Books, claim_id: UUID, lines: Sequence[tuple[Row, Debit]]) -> None:
    session, vendor_id, owner = books.session, books.vendor_id, books.owner
    first, _ = lines[0]
    special_price_id, currency, id = first["special_price_id"], first["currency"], new_id()
    amount = sum(debit.amount for _, debit in lines)
    of = (owner.agreement_id, owner.distributor_id)
    values = (id, *of, special_price_id, claim_id, currency, books.now.date(), books.now, amount)
    await queries.add_adjustment(session, vendor_id, values)
    rows = []
    for position, (row, debit) in enumerate(lines, 1):
        told = f"Takes back of line {row['position']} of the claim: {debit.steps[0]}"
        line = (row["submission_id"], row["row_number"], row["component"], row["product_id"], row["sold_on"])
        rows.append((id, position, *of, *line, debit.quantity, row["per_unit"], debit.amount, list(debit.steps), told))
        sale = sale_of(row, row["sold"], row["counts_on"])
        paid = Paid(debit.quantity, exact_of(row["per_unit"]), debit.amount)
        books.pay(special_price_id, id, currency, sale, paid)
    await queries.add_adjusting_lines(session, vendor_id, rows)
    back = [(claim_id, row["position"], -debit.quantity, -debit.amount) for row, debit in lines]
    await queries.take_back(session, vendor_id, back)
    claim = await queries.claim(session, vendor_id, id)
    assert claim is not None
    await books.book(claim, None, amount, reserved=False, reserve=True)
