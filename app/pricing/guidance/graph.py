"""Recommended prices and floors of advertised prices (MAP), as every level of the network sees them once they are announced.

Neither is the price that a distributor pays or a reseller is billed, and no rule reads them: no gate, tier or score. A floor
binds the advertised price alone; at what price to sell, everybody decides for itself.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Order, SortKey, Window, counts
from app.execution.described import entered, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.pricing.graph import HasKey, OnlyInCurrency, OpenDateRange, Product, products_by_key
from app.pricing.guidance import actions, queries
from app.store.database import Row

BY_CURRENCY = Order(
    (SortKey("g.currency", "currency", str, "text"), SortKey("g.effective_from", "effective_from", date, "date"))
)
BY_COUNTRY = Order(
    (SortKey("g.country", "country", str, "text"), SortKey("g.effective_from", "effective_from", date, "date"))
)
OnlyInCountry = Annotated[
    str | None, strawberry.argument(description="Only those of this country, ISO 3166 (two letters).")
]


@visible("product:read")
class RecommendedPrice:
    """What a vendor recommends that a unit of a product is sold for. It binds nobody."""

    price: Money
    "The price of one base unit, without tax."
    effective: OpenDateRange
    "From when until when it holds; no end until the next one is announced."
    announced_at: datetime
    "From when the network sees it."

    @classmethod
    def of(cls, row: Row) -> "RecommendedPrice":
        return cls(
            price=Money(amount=exact(row["price"], 6), currency=CurrencyCode(row["currency"])),
            effective=OpenDateRange(start=row["effective_from"], end=row["effective_until"]),
            announced_at=row["announced_at"],
        )


@visible("product:read")
class AdvertisedPriceFloor:
    """The lowest price at which a product may be advertised in a country (MAP). It does not say at what price it is sold."""

    country: str
    "The country, ISO 3166."
    price: Money | None
    "The lowest advertised price of one base unit, without tax; null from the day on which there is none any more."
    binding: bool
    "Whether it binds, or is on record only: outside the United States it binds where the vendor has said so."
    effective: OpenDateRange
    "From when until when it holds; no end until the next one is announced."
    announced_at: datetime
    "From when the network sees it."

    @classmethod
    def of(cls, row: Row) -> "AdvertisedPriceFloor":
        price = row["price"]
        return cls(
            country=row["country"],
            price=None if price is None else Money(amount=exact(price, 6), currency=CurrencyCode(row["currency"])),
            binding=row["binding"],
            effective=OpenDateRange(start=row["effective_from"], end=row["effective_until"]),
            announced_at=row["announced_at"],
        )


async def recommended_prices(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    currency: OnlyInCurrency = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[RecommendedPrice]]:
    """Its recommended prices by currency and day, those to come included once they are announced."""
    window = Window.of(BY_CURRENCY, first=first, after=after, last=last, before=before, of=currency)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.recommended_prices(db, keys, currency, window)
    totals = await queries.recommended_price_counts(db, keys, currency) if counts(selection) else None
    return window.pages(rows, len(parents), RecommendedPrice.of, selection, totals)


async def advertised_price_floors(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    country: OnlyInCountry = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[AdvertisedPriceFloor]]:
    """Its floors of advertised prices by country and day, those to come included once they are announced."""
    window = Window.of(BY_COUNTRY, first=first, after=after, last=last, before=before, of=country)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.floors(db, keys, country, window)
    totals = await queries.floor_counts(db, keys, country) if counts(selection) else None
    return window.pages(rows, len(parents), AdvertisedPriceFloor.of, selection, totals)


@entered
class RecommendedPriceInput:
    """A recommended price of a product."""

    product_id: strawberry.ID
    "The product."
    currency: CurrencyCode
    "Its currency."
    price: Decimal
    "The price of one base unit, without tax: zero or more, with at most six decimals."
    effective_from: date
    "The first day on which it holds. The one before ends there."
    announced_at: datetime | None = None
    "From when the network sees it: before it begins, or now; now unless given."


@entered
class SetRecommendedPricesInput:
    """Recommended prices, all of them or none."""

    prices: list[RecommendedPriceInput]
    "1 to 250 prices, also several of one product."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("product:read")
class SetRecommendedPricesPayload:
    """The products whose recommended prices were set, or why none was."""

    products: list[Product] | None
    "The products, each once, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@entered
class AdvertisedPriceFloorInput:
    """A floor of advertised prices of a product in a country."""

    product_id: strawberry.ID
    "The product."
    country: str
    "The country, ISO 3166 (two letters)."
    currency: CurrencyCode
    "Its currency."
    price: Decimal | None
    "The lowest advertised price of one base unit, without tax, with at most six decimals; null: there is none any more."
    effective_from: date
    "The first day on which it holds. The one before ends there."
    announced_at: datetime | None = None
    "From when the network sees it: before it begins, or now; now unless given."
    binding: bool | None = None
    "Whether it binds, or is on record only; unless given it binds in the US, and nowhere else."


@entered
class SetAdvertisedPriceFloorsInput:
    """Floors of advertised prices, all of them or none."""

    floors: list[AdvertisedPriceFloorInput]
    "1 to 250 floors, also several of one product."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("product:read")
class SetAdvertisedPriceFloorsPayload:
    """The products whose floors were set, or why none was."""

    products: list[Product] | None
    "The products, each once, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class GuidanceMutation:
    """What a vendor says about prices."""

    @mutation(Permission.PRICE_MANAGE)
    async def set_recommended_prices(
        self, info: strawberry.Info, input: SetRecommendedPricesInput
    ) -> SetRecommendedPricesPayload:
        """Set recommended prices from a day on. Every level of the network sees them once they are announced."""
        given = [
            actions.NewRecommendedPrice(
                each.product_id, each.currency, each.price, each.effective_from, each.announced_at
            )
            for each in input.prices
        ]
        keys = await actions.set_recommended_prices(info.context, given, input.idempotency_key)
        return SetRecommendedPricesPayload(products=await _found(info.context, keys), user_errors=[])

    @mutation(Permission.PRICE_MANAGE)
    async def set_advertised_price_floors(
        self, info: strawberry.Info, input: SetAdvertisedPriceFloorsInput
    ) -> SetAdvertisedPriceFloorsPayload:
        """Set the lowest advertised prices (MAP) in countries, from a day on. They bind the advertised price alone, and no
        rule reads them."""
        given = [
            actions.NewFloor(
                each.product_id,
                each.country,
                each.currency,
                each.price,
                each.effective_from,
                each.announced_at,
                each.binding,
            )
            for each in input.floors
        ]
        keys = await actions.set_floors(info.context, given, input.idempotency_key)
        return SetAdvertisedPriceFloorsPayload(products=await _found(info.context, keys), user_errors=[])


async def _found(request: Request[Actor], keys: Sequence[Key]) -> list[Product]:
    return [product for product in await products_by_key(request, keys) if product is not None]
