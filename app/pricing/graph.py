"""Products and wholesale prices, as partners see them, and what a vendor enters to add to them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Protocol

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Order, SortKey, Window, counts
from app.execution.described import entered, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.pricing import actions, queries
from app.programme.wording import can_be_kept
from app.store.database import Row

BY_SKU = Order((SortKey("p.sku", "sku", str, "text"),))
BY_CURRENCY_AND_DAY = Order(
    (SortKey("b.currency", "currency", str, "text"), SortKey("b.effective_from", "effective_from", date, "date"))
)


class HasKey(Protocol):
    """A vendor."""

    @property
    def key(self) -> Key: ...


@visible("viewer:read")
class OpenDateRange:
    """A half-open span of days whose ends may not be known."""

    start: date | None
    "The first day; null where it has always been so."
    end: date | None
    "The day after the last one; null where no end is known."


@visible("price:read")
class BookPrice:
    """A wholesale price of a product, from its first day until the next price of the same currency begins."""

    currency: CurrencyCode
    "Its currency."
    price: Money
    "The price of one base unit, without tax."
    effective: OpenDateRange
    "From when until when it holds. Its end is known to a distributor once the next price is announced."
    announced_at: datetime
    "From when distributors see it."

    @classmethod
    def of(cls, row: Row) -> "BookPrice":
        currency = CurrencyCode(row["currency"])
        return cls(
            currency=currency,
            price=Money(amount=exact(row["price"], 6), currency=currency),
            effective=OpenDateRange(start=row["effective_from"], end=row["effective_until"]),
            announced_at=row["announced_at"],
        )


OnDate = Annotated[date | None, strawberry.argument(description="On which day; today (UTC) unless given.")]
InCurrency = Annotated[CurrencyCode, strawberry.argument(description="In which currency.")]
OnlyInCurrency = Annotated[CurrencyCode | None, strawberry.argument(description="Only prices in this currency.")]


async def wholesale_price(
    request: Request[Actor],
    parents: Sequence["Product"],
    selection: Selection,
    currency: InCurrency,
    on_date: OnDate = None,
) -> list[Money | None]:
    """What a distributor pays for one base unit on a day, without tax, as far as it is announced; null where no price is
    set in the currency."""
    today = datetime.now(UTC).date()
    keys = [parent.key for parent in parents]
    found = await queries.prices_on(await request.reader(), keys, currency, on_date or today, today)
    return [
        Money(amount=exact(found[place], 6), currency=currency) if place in found else None
        for place in range(1, len(parents) + 1)
    ]


async def prices(
    request: Request[Actor],
    parents: Sequence["Product"],
    selection: Selection,
    currency: OnlyInCurrency = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[BookPrice]]:
    """Its wholesale prices by currency and day, those to come included once they are announced."""
    window = Window.of(BY_CURRENCY_AND_DAY, first=first, after=after, last=last, before=before, of=currency)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.prices_of_products(db, keys, currency, datetime.now(UTC).date(), window)
    totals = await queries.price_counts(db, keys, currency) if counts(selection) else None
    return window.pages(rows, len(parents), BookPrice.of, selection, totals)


@visible("product:read")
class Product(Node):
    """Something that the vendor sells."""

    key: strawberry.Private[Key]
    sku: str
    "The vendor's number of it, unique in its catalogue."
    gtin: str | None
    "The number on its barcode (GTIN-8, -12, -13 or -14), where it has one."
    name: str
    "Its name."
    family: str
    "The product family that it belongs to."
    base_unit: str
    "The unit in which it is counted and priced, such as EA."
    introduced_on: date
    "The day on which it came to market."
    wholesale_price = edge(wholesale_price, permission="price:read")
    prices = edge(prices)

    @classmethod
    def of(cls, row: Row) -> "Product":
        key = Key(row["vendor_id"], row["id"])
        return cls(
            id=strawberry.ID(global_id("Product", key)),
            key=key,
            sku=row["sku"],
            gtin=row["gtin"],
            name=row["name"],
            family=row["family"],
            base_unit=row["base_unit"],
            introduced_on=row["introduced_on"],
        )


async def products_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Product | None]:
    """Products of networks that the asker belongs to."""
    found: list[Product | None] = [None] * len(keys)
    for row in await queries.products(await request.reader(), keys):
        found[row["ordinal"] - 1] = Product.of(row)
    return found


@entered
class ProductFilter:
    """Which products."""

    search: str | None = None
    "How the SKU or the name begins, in small or capital letters."
    family: str | None = None
    "Only this product family, as it is written."


async def products_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    filter: ProductFilter | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Product]]:
    """The vendor's catalogue, by SKU."""
    given = filter or ProductFilter()
    search, family = (given.search or "").strip() or None, given.family
    window = Window.of(BY_SKU, first=first, after=after, last=last, before=before, of=(search, family))
    db, vendor_ids = await request.reader(), [parent.key.vendor_id for parent in parents]
    if not can_be_kept((search or "") + (family or "")):
        return [window.connection([], Product.of, 0) for _ in parents]
    rows = await queries.products_of_vendors(db, vendor_ids, search, family, window)
    totals = await queries.product_counts(db, vendor_ids, search, family) if counts(selection) else None
    return window.pages(rows, len(parents), Product.of, selection, totals)


@entered
class ProductInput:
    """A new product."""

    sku: str
    "Your number of it, unique in your catalogue; up to 200 characters."
    gtin: str | None = None
    "The number on its barcode: 8, 12, 13 or 14 digits, unique in your catalogue."
    name: str
    "Its name; up to 200 characters."
    family: str
    "The product family that it belongs to; up to 200 characters."
    base_unit: str
    "The unit in which it is counted and priced, such as EA; up to 200 characters."
    introduced_on: date | None = None
    "The day on which it came to market; today (UTC) unless given."


@entered
class CreateProductsInput:
    """New products, all of them or none."""

    products: list[ProductInput]
    "1 to 250 products."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same products, for good."


@visible("product:read")
class CreateProductsPayload:
    """The products that were created, or why none was."""

    products: list[Product] | None
    "The new products, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@entered
class BookPriceInput:
    """A wholesale price of a product."""

    product_id: strawberry.ID
    "The product."
    currency: CurrencyCode
    "Its currency."
    price: Decimal
    "The price of one base unit, without tax: zero or more, with at most six decimals."
    effective_from: date
    "The first day on which it holds. The price before ends there."
    announced_at: datetime | None = None
    "From when distributors see it: before it begins, or now; now unless given."


@entered
class SetPricesInput:
    """Wholesale prices, all of them or none."""

    prices: list[BookPriceInput]
    "1 to 250 prices, also several of one product."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("price:read")
class SetPricesPayload:
    """The products whose prices were set, or why none was."""

    products: list[Product] | None
    "The products, each once, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class PricingMutation:
    """What a vendor does to its catalogue."""

    @mutation(Permission.PRODUCT_MANAGE)
    async def create_products(self, info: strawberry.Info, input: CreateProductsInput) -> CreateProductsPayload:
        """Add products to the catalogue."""
        request: Request[Actor] = info.context
        given = [
            actions.NewProduct(each.sku, each.gtin, each.name, each.family, each.base_unit, each.introduced_on)
            for each in input.products
        ]
        keys = await actions.create_products(request, given, input.idempotency_key)
        return CreateProductsPayload(products=await _found(request, keys), user_errors=[])

    @mutation(Permission.PRICE_MANAGE)
    async def set_prices(self, info: strawberry.Info, input: SetPricesInput) -> SetPricesPayload:
        """Set wholesale prices from a day on. Book values of sales that were counted already stay as they are."""
        request: Request[Actor] = info.context
        given = [
            actions.NewPrice(each.product_id, each.currency, each.price, each.effective_from, each.announced_at)
            for each in input.prices
        ]
        keys = await actions.set_prices(request, given, input.idempotency_key)
        return SetPricesPayload(products=await _found(request, keys), user_errors=[])


async def _found(request: Request[Actor], keys: Sequence[Key]) -> list[Product]:
    return [product for product in await products_by_key(request, keys) if product is not None]
