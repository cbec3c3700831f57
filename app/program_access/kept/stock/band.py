"""Which share of a distributor's products has a stock as agreed, on the last day of a span."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from app.program_access.kept.stock import queries
from app.programme.compliance import Measured
from app.programme.inventory import demand_days
from app.programme.money import MICRO, decimal
from app.programme.spans import Span
from app.programme.stock_standards import CountedStock, InBand, Said, Standard, in_band, standard_of
from app.programme.terms import StandardBasis
from app.store.database import Reader, Row


async def stock_in_band(db: Reader, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, span: Span) -> Measured:
    """The share of products that are within their inventory standards, by their newest counts up to the last day."""
    last = span.end - timedelta(days=1)
    rows = await queries.inventory_standard(db, vendor_id, agreement_id, last)
    said = [Said(_standard(row), row["product_id"], row["family"]) for row in rows]
    if not any(each.standard for each in said):
        return Measured(None, f"No inventory standard was agreed on for {last}, the last day of the period.")
    rows = await queries.counted_stock(db, vendor_id, agreement_id, distributor_id, last)
    found = in_band(((_counted(row), standard_of(said, row["product_id"], row["family"])) for row in rows), last)
    if found.share is None:
        return Measured(None, f"No product was counted up to {last} of which there was stock or demand.")
    return Measured(int(found.share * MICRO), _sentence(said, found, last), found.within, found.of)


def _sentence(said: list[Said], found: InBand, last: date) -> str:
    counted = f"{found.within:,} of {found.of:,} products that were counted up to {last}"
    rest = f"{found.without_demand:,} have no demand, and {found.stale:,} were last counted more than 13 weeks before."
    (first, *others) = said
    if others or first.standard is None or first.standard.basis is not StandardBasis.WEEKS:
        return f"{counted} are within their inventory standards; {found.below:,} below, {found.above:,} above, {rest}"
    weeks = " to ".join(decimal(Fraction(each, 100), 2) for each in (first.standard.least, first.standard.most))
    told = f"last for {weeks} weeks, as agreed; {found.below:,} for fewer, {found.above:,} for more"
    return f"{counted} {told}, {rest}"


def _standard(row: Row) -> Standard | None:
    basis = row["basis"]
    return None if basis is None else Standard(row["least"], row["most"], StandardBasis(basis))


def _counted(row: Row) -> CountedStock:
    days = demand_days(row["counted_on"], row["introduced_on"])
    return CountedStock(row["counted_on"], row["on_hand"], row["demanded"], days, row["price"])
