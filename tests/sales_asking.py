"""Asks the cube of sales as the graph does, field by field, without HTTP around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.access.actor import Actor
from app.execution.edges import Selection
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.execution.scalars import DateRangeInput
from app.network.filters import SalesFilter
from app.network.graph import Network, sales_of_distributor, sales_of_network
from app.network.rows import SalesFigures, SalesRow
from app.programme.sales import RateBasis
from app.programme.sales import SalesDimension as By
from app.programme.terms import Level
from graphql import FieldNode, OperationDefinitionNode, parse
from tests.sales_channel import Channel
from tests.sales_oracle import Question

MEASURES = (
    "sellThroughUnits sellThroughAmount { amount } resaleAmount { amount } averageSellingPrice { amount } returnsUnits"
    " activeResellers"
)
OF_SELL_IN = " sellInUnits sellInAmount { amount } sellThroughRate"


def selection(fields: str) -> Selection:
    document = parse(f"{{ sales {{ pageInfo {{ endCursor }} {fields} }} }}")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    return Selection((node,), {})


def ids(channel: Channel, type_name: str, vendors: Iterable[str], names: Sequence[str] | None) -> list[Any] | None:
    if names is None:
        return None
    held: Any = channel.world.products if type_name == "Product" else channel.world.parties
    return [
        global_id(type_name, Key(channel.world.vendors[vendor], held[vendor, name]))
        for vendor in vendors
        for name in names
        if (vendor, name) in held
    ]


def filter_of(channel: Channel, asked: Question) -> SalesFilter:
    vendors = [asked.vendor] if asked.vendor is not None else ["Acme", "Borealis"]
    return SalesFilter(
        distributor_ids=ids(channel, "Distributor", vendors, asked.distributors),
        reseller_ids=ids(channel, "Reseller", vendors, asked.resellers),
        product_ids=ids(channel, "Product", vendors, asked.skus),
        product_families=None if asked.families is None else list(asked.families),
    )


@dataclass
class Parent:
    key: Key


def parent_of(channel: Channel, asked: Question) -> Any:
    if asked.level is Level.VENDOR:
        vendor_id = channel.world.vendors[asked.name]
        return Network(key=Key(vendor_id, vendor_id), as_of=None)
    if asked.vendor is not None:
        return Parent(Key(channel.world.vendors[asked.vendor], channel.world.parties[asked.vendor, asked.name]))
    return Parent(Key(NO_NETWORK, channel.world.organizations[asked.name]))


async def ask(
    channel: Channel, asked: Question, fields: str | None = None, actor: Actor | None = None, **page: Any
) -> Any:
    """One page of the cube, as its fields are resolved."""
    measures = MEASURES + ("" if asked.by_reseller else OF_SELL_IN)
    chosen = fields or f"totalCount edges {{ node {{ {measures} previous {{ {measures} }} }} }}"
    batch = sales_of_network if asked.level is Level.VENDOR else sales_of_distributor
    async with channel.request(actor or channel.actor(asked.level, asked.name)) as request:
        found = await batch(
            request,
            [parent_of(channel, asked)],
            selection(chosen),
            DateRangeInput(start=asked.start, end=asked.end),
            list(asked.by),
            filter_of(channel, asked),
            asked.order,
            None,
            RateBasis.RECEIPTS,
            **(page or {"first": 250}),
        )
    return found[0]


def key_of_row(row: SalesRow, asked: Question) -> tuple[Any, ...]:
    named = {
        By.MONTH: row.period_start,
        By.DISTRIBUTOR: row.distributor_key,
        By.RESELLER: row.reseller_key,
        By.PARTNER_TYPE: row.partner_type,
        By.PRODUCT: row.product_key,
        By.PRODUCT_FAMILY: row.product_family,
    }
    assert all(value is None for dimension, value in named.items() if dimension not in asked.by)
    return (*(named[dimension] for dimension in asked.by), row.currency)


def measures_of(found: SalesFigures, asked: Question) -> dict[str, Any]:
    def exact(value: Decimal | None) -> Fraction | None:
        return None if value is None else Fraction(value)

    return {
        "units": exact(found.sell_through_units),
        "returned": exact(found.returns_units),
        "book": exact(found.sell_through_amount.amount),
        "resale": exact(found.resale_amount.amount),
        "price": exact(found.average_selling_price.amount if found.average_selling_price else None),
        "in": exact(found.sell_in_units),
        "paid": exact(found.sell_in_amount.amount),
        "active": found.active_resellers,
        "rate": exact(found.sell_through_rate),
    }
