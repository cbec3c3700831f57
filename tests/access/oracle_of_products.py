"""Who may see how products are packed: everybody in the vendor's network. The last product of each vendor is to be a kit of
its first one, from a day to come on, so that no figure of today depends on it; see `oracle`.
"""

from typing import Any

from tests.access.networks import FUTURE, Networks, Product

FACTOR, QUANTITY = 12, 3


def products_of(made: Networks, each: Product) -> list[Product]:
    return [product for product in made.products if product.vendor is each.vendor]


def packed(made: Networks, each: Product, first: str) -> dict[str, Any]:
    """The fields of a product that say how it is packed; `first` is the global id of its vendor's first product."""
    components = [
        {
            "product": first,
            "quantity": str(QUANTITY),
            "effective": {"start": FUTURE.isoformat(), "end": None},
        }
    ]
    is_kit = each is products_of(made, each)[-1]
    return {"units": [{"unit": each.unit, "factor": str(FACTOR)}], "components": components if is_kit else []}


def rows_of(made: Networks, each: Product) -> list[tuple[str, dict[str, Any]]]:
    """The rows that say how a product is packed, with their tables."""
    own = {"vendor_id": each.vendor.id}
    unit = {**own, "product_id": each.id, "unit": each.unit, "factor": FACTOR * 1000}
    first, *_, last = products_of(made, each)
    part = {
        **own,
        "kit_id": last.id,
        "effective_from": FUTURE,
        "position": 1,
        "product_id": first.id,
        "quantity": QUANTITY * 1000,
    }
    return [("product_unit", unit), *([("kit_component", part)] if each is last else [])]
