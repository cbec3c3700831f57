"""What of a reseller's credit is used, for whoever reads the credit terms: the distributor that gives it, the reseller, and
a vendor to which both credit terms and resale prices are disclosed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.partners.authorizations.exposure import queries
from app.programme.credit import Exposure, open_since
from app.programme.currencies import MINOR_UNITS
from app.programme.terms import Level
from app.store.database import Row, acting_as_worker


@dataclass(frozen=True, slots=True)
class Given:
    """Whose credit it is, and how much: the limit in minor units."""

    vendor_id: UUID
    agreement_id: UUID
    reseller_id: UUID
    currency: str
    limit_minor: int
    payment_days: int


class HasCredit(Protocol):
    """Credit terms."""

    given: Given


@visible("credit-terms:read")
class CreditExposure:
    """What of a credit is used, by its terms: what was invoiced in the days that they give to pay, as the distributor
    reported it. When invoices are really paid is not known here."""

    open: Money
    "What was invoiced and is not due yet, less what was credited; in the currency of the limit."
    available: Money
    "The limit less what is open; below zero where more is open than the limit allows."
    used_share: Decimal | None
    "Open ÷ limit, rounded down to six decimals, from 0; more than 1 where the limit is exceeded. Null where it is zero."
    lines_without_price: int
    "How many lines of these days have no price, and add nothing."
    other_currencies: list[CurrencyCode]
    "In which other currencies there are invoices of these days, which add nothing."

    @classmethod
    def of(cls, given: Given, row: Row) -> "CreditExposure":
        limit = given.limit_minor * 10 ** (6 - MINOR_UNITS[given.currency])
        found, currency = Exposure(row["open"], limit), CurrencyCode(given.currency)
        return cls(
            open=Money(amount=exact(found.open, 6), currency=currency),
            available=Money(amount=exact(found.left, 6), currency=currency),
            used_share=None if found.used is None else exact(int(found.used * 1_000_000), 6),
            lines_without_price=row["unpriced"],
            other_currencies=[CurrencyCode(each) for each in row["others"]],
        )


async def exposure_of_credit(
    request: Request[Actor], parents: Sequence[HasCredit], selection: Selection
) -> list[CreditExposure | None]:
    """What of it is used today. Null for a vendor to which the agreement does not disclose resale prices."""
    found: list[CreditExposure | None] = [None] * len(parents)
    today = datetime.now(UTC).date()
    by_vendor = request.actor.level is Level.VENDOR
    for vendor_id in sorted({parent.given.vendor_id for parent in parents}):
        places = [place for place, parent in enumerate(parents) if parent.given.vendor_id == vendor_id]
        asked = [parents[place].given for place in places]
        lists = [
            (each.agreement_id, each.reseller_id, each.currency, open_since(today, each.payment_days)) for each in asked
        ]
        async with request.database.reading(acting_as_worker(vendor_id)) as db:
            rows = await queries.open_amounts(db, vendor_id, lists, disclosed=by_vendor)
        for row in rows:
            found[places[row["ordinal"] - 1]] = CreditExposure.of(asked[row["ordinal"] - 1], row)
    return found
