"""Special prices as the vendor and the distributor that they were granted to see them; nobody else does."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, quantity
from app.pricing.special_prices import actions, queries
from app.pricing.special_prices.inputs import EndSpecialPriceInput, GrantSpecialPriceInput, SpecialPriceFilter
from app.programme.claim_terms import CostBasis, DeemedDecision, SpecialPriceKind, SpecialPriceStatus
from app.programme.erasures import shown
from app.programme.money import places_of
from app.programme.terms import Level
from app.store.database import Row


@visible("special-price:read")
class SpecialPriceProduct:
    """What units of a product may cost under a special price, and how many are left."""

    product_key: strawberry.Private[Key]
    kind: SpecialPriceKind
    "How it is meant."
    price: Money | None
    "The price or the amount per base unit; null where it is a share."
    share: Decimal | None
    "The share or the margin, as a part of 1; null where it is a price or an amount."
    most_per_unit: Money | None
    "The most that is paid per base unit."
    quantity: Decimal | None
    "How many base units are authorised; null without limit."
    used: Decimal
    "How many are paid for."
    reserved: Decimal
    "How many stand on claim lines that wait for a decision."
    remaining: Decimal | None
    "How many are left; null without limit."

    @classmethod
    def of(cls, row: Row, currency: CurrencyCode) -> "SpecialPriceProduct":
        kind = SpecialPriceKind(row["kind"])
        in_money = kind in {SpecialPriceKind.DOWN_TO, SpecialPriceKind.DOWN_BY_AMOUNT}
        value, most, limit = exact(row["value"], 6), row["most_per_unit"], row["quantity"]
        return cls(
            product_key=Key(row["vendor_id"], row["product_id"]),
            kind=kind,
            price=Money(amount=value, currency=currency) if in_money else None,
            share=None if in_money else value,
            most_per_unit=None if most is None else Money(amount=exact(most, 6), currency=currency),
            quantity=None if limit is None else quantity(limit),
            used=quantity(row["used"]),
            reserved=quantity(row["reserved"]),
            remaining=None if limit is None else quantity(limit - row["used"] - row["reserved"]),
        )


async def _products(
    request: Request[Actor], parents: "Sequence[SpecialPrice]", selection: Selection
) -> "list[list[SpecialPriceProduct]]":
    """What it authorises of which product, at most 100."""
    found: list[list[SpecialPriceProduct]] = [[] for _ in parents]
    for row in await queries.products(await request.reader(), [parent.key for parent in parents]):
        place = row["ordinal"] - 1
        found[place].append(SpecialPriceProduct.of(row, parents[place].currency))
    return found


@visible("special-price:read")
class SpecialPrice(Node):
    """What units may cost a distributor, for some customers and days: the vendor pays the difference to what each cost."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    deal_key: strawberry.Private[Key | None]
    customer_ids: strawberry.Private[list[UUID]]
    number: str
    "Its number, which reports of sales carry."
    status: SpecialPriceStatus
    "Where it stands."
    version: int
    "Its version, which acts on it name."
    currency: CurrencyCode
    "The currency of its prices."
    cost_basis: CostBasis
    "From which cost a debit is reckoned."
    effective: DateRange
    "The days of the sales that it is for."
    ended_on: date | None
    "The first day whose sales are no longer paid for, where it was ended before its time."
    end_customer: str | None
    "For sales to this end customer only; null where any will do, or where the name was erased."
    end_customer_erased: bool
    "Whether it is for one end customer whose name was erased."
    days_to_file: int | None
    "By how many days after the sale at the latest it is claimed; null without deadline."
    days_to_decide: int | None
    "Within how many days the vendor decides what the engine leaves to a person; null without deadline."
    deemed: DeemedDecision
    "What becomes of lines that nobody decides in time."
    approves_up_to: Money | None
    "A line whose debit is larger waits for the vendor's finance; null where none does for that."
    granted_at: datetime
    "When it was granted."
    products = edge(_products)

    @classmethod
    def of(cls, row: Row) -> "SpecialPrice":
        key, currency = Key(row["vendor_id"], row["id"]), CurrencyCode(row["currency"])
        return cls(
            id=strawberry.ID(global_id("SpecialPrice", key)),
            key=key,
            agreement_key=Key(key.vendor_id, row["agreement_id"]),
            distributor_key=Key(key.vendor_id, row["distributor_id"]),
            deal_key=None if row["deal_id"] is None else Key(key.vendor_id, row["deal_id"]),
            customer_ids=list(row["customer_ids"]),
            number=row["number"],
            status=SpecialPriceStatus(row["status"]),
            version=row["version"],
            currency=currency,
            cost_basis=CostBasis(row["cost_basis"]),
            effective=DateRange(start=row["effective_start"], end=row["effective_end"]),
            ended_on=row["ended_on"],
            end_customer=shown(row["end_customer"]),
            end_customer_erased=row["end_customer"] is not None and shown(row["end_customer"]) is None,
            days_to_file=row["days_to_file"],
            days_to_decide=row["days_to_decide"],
            deemed=DeemedDecision(row["deemed"]),
            approves_up_to=minor_money(row["approves_up_to_minor"], currency),
            granted_at=row["granted_at"],
        )


def minor_money(minor_units: int | None, currency: str) -> Money | None:
    """Money from minor units of a currency."""
    if minor_units is None:
        return None
    return Money(amount=exact(minor_units, places_of(currency)), currency=CurrencyCode(currency))


async def special_prices_of_agreement(
    request: Request[Actor],
    parents: Sequence[SpecialPrice],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpecialPriceFilter | None = None,
) -> list[Connection[SpecialPrice]]:
    """The special prices under this agreement, the newest first."""
    given = filter or SpecialPriceFilter()
    number = given.number if given.number is None or "\0" not in given.number else ""
    which = queries.Which(None if given.status is None else given.status.value, number, given.effective_on)
    of = [str(value) for value in which.values]
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.SPECIAL_PRICES_OF_AGREEMENT
    return await pages(request, keys, listed, window, selection, SpecialPrice.of, which.values)


def customers_of_special_prices(loader: Callable[..., Awaitable[Sequence[Any]]], reseller: Any) -> Any:
    """The edge from special prices to the resellers that they are for, which are of another feature."""

    async def customers(
        request: Request[Actor], parents: Sequence[SpecialPrice], selection: Selection
    ) -> list[list[Any]]:
        keys = list(dict.fromkeys(Key(each.key.vendor_id, id) for each in parents for id in each.customer_ids))
        found = dict(zip(keys, await loader(request, keys), strict=True)) if keys else {}
        of = ([found[Key(each.key.vendor_id, id)] for id in each.customer_ids] for each in parents)
        return [[customer for customer in own if customer is not None] for own in of]

    customers.__doc__ = "For sales to these resellers only, at most 100; empty where any will do."
    customers.__annotations__["return"] = list[list[reseller]]
    return edge(customers)


async def special_prices_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[SpecialPrice | None]:
    """Special prices of the asking vendor, or granted to the asking distributor."""
    found: list[SpecialPrice | None] = [None] * len(keys)
    if request.actor.level is Level.RESELLER:
        return found
    for row in await queries.special_prices(await request.reader(), keys):
        found[row["ordinal"] - 1] = SpecialPrice.of(row)
    return found


@visible("special-price:read")
class GrantSpecialPricePayload:
    """The special price that was granted, or why none was."""

    special_price: SpecialPrice | None
    "The special price; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("special-price:read")
class EndSpecialPricePayload:
    """The special price that was ended, or why it was not."""

    special_price: SpecialPrice | None
    "The special price; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class SpecialPricesMutation:
    """What a vendor does with special prices."""

    @mutation(Permission.SPECIAL_PRICE_GRANT)
    async def grant_special_price(
        self, info: strawberry.Info, input: GrantSpecialPriceInput
    ) -> GrantSpecialPricePayload:
        """Grant a special price to one distributor, which reads it from now on."""
        request: Request[Actor] = info.context
        key = await actions.grant_special_price(request, input)
        (found,) = await special_prices_by_key(request, [key])
        return GrantSpecialPricePayload(special_price=found, user_errors=[])

    @mutation(Permission.SPECIAL_PRICE_GRANT)
    async def end_special_price(self, info: strawberry.Info, input: EndSpecialPriceInput) -> EndSpecialPricePayload:
        """End a special price before its time. Earlier sales can be claimed as before."""
        request: Request[Actor] = info.context
        key = await actions.end_special_price(request, input)
        (found,) = await special_prices_by_key(request, [key])
        return EndSpecialPricePayload(special_price=found, user_errors=[])
