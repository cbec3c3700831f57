"""The filter with which the cube of sales is asked."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.described import entered, values
from app.execution.errors import bad_input
from app.execution.identifiers import key_of
from app.network.cube import Filters
from app.programme.terms import PartnerType
from app.programme.wording import can_be_kept
from app.segments.asking import segments_named

values(PartnerType)
LONGEST_FILTER = 250
N = TypeVar("N")


@entered
class SalesFilter:
    """Only sales that match all of these. Ids that are not visible to you match nothing, and so does an empty list."""

    distributor_ids: list[strawberry.ID] | None = None
    "Of one of these distributors; at most 250."
    reseller_ids: list[strawberry.ID] | None = None
    "To one of these resellers; at most 250. Sell-in has no reseller."
    product_ids: list[strawberry.ID] | None = None
    "One of these products; at most 250."
    product_families: list[str] | None = None
    "Products of one of these families, as they are written; at most 250."
    partner_types: list[PartnerType] | None = None
    "To resellers of one of these kinds, as far as they are disclosed to you. Sell-in has no reseller."
    countries: list[str] | None = None
    "To resellers whose seat is in one of these countries, ISO 3166 (two letters); at most 250. Sell-in has no reseller."
    regions: list[str] | None = None
    "To resellers of one of the vendor's sales regions, as they are written; at most 250. Sell-in has no reseller."
    segment_ids: list[strawberry.ID] | None = None
    """
    To resellers that belong to one of these segments of your own today, each sale once; at most 250. Grouped by SEGMENT,
    these alone have rows. For the vendor alone. Sell-in has no reseller.
    """

    def within(self, vendor_ids: frozenset[UUID], actor: Actor) -> Filters:
        """The filter as keys of these networks. Raises BAD_USER_INPUT where a list is too long, FORBIDDEN where segments are
        named by whoever may read none."""
        return Filters(
            distributors=ids_of("Distributor", limited(self.distributor_ids, "distributorIds"), vendor_ids),
            resellers=ids_of("Reseller", limited(self.reseller_ids, "resellerIds"), vendor_ids),
            products=ids_of("Product", limited(self.product_ids, "productIds"), vendor_ids),
            families=words(self.product_families, "productFamilies"),
            partner_types=None
            if self.partner_types is None
            else tuple(sorted({each.value for each in self.partner_types})),
            countries=words(self.countries, "countries"),
            regions=words(self.regions, "regions"),
            segments=segments_named(actor, limited(self.segment_ids, "segmentIds")),
        )


def words(given: Sequence[str] | None, name: str) -> tuple[str, ...] | None:
    """Texts to filter by, each once; those that nothing can be called are left out. None lets everything pass."""
    found = limited(given, name)
    return None if found is None else tuple(sorted({each for each in found if can_be_kept(each)}))


def limited(given: Sequence[N] | None, name: str) -> Sequence[N] | None:
    """The list itself. Raises BAD_USER_INPUT where it is too long."""
    if given is not None and len(given) > LONGEST_FILTER:
        raise bad_input(f"`{name}` takes at most {LONGEST_FILTER} values; here are {len(given)}.")
    return given


def ids_of(type_name: str, given: Iterable[str] | None, vendor_ids: frozenset[UUID]) -> tuple[UUID, ...] | None:
    """The ids among these that lie in one of these networks, each once. None lets everything pass."""
    if given is None:
        return None
    found = (key_of(type_name, each) for each in given)
    return tuple(sorted({key.id for key in found if key is not None and key.vendor_id in vendor_ids}))
