"""What the segments of a trading partner's inventory report (X12 846, EDIFACT INVRPT) mean.

One qualifier of a quantity is stock on hand, another what is on its way, a third what was promised, and partners do not
agree on all of them: 63 is allocated stock for one and an order for another. A profile is data that says which it is. The
default reads the samples that we have.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from app.programme.terms import StockMovementKind, StockStatus

_X12_STATUSES: Mapping[str, StockStatus] = {
    "17": StockStatus.GOOD,  # on hand
    "33": StockStatus.GOOD,  # available for sale
    "63": StockStatus.RESERVED,  # allocated
    "27": StockStatus.RESERVED,  # committed
    "IQ": StockStatus.IN_TRANSIT,
    "20": StockStatus.RETURNED,  # not usable, as customers gave it back
}
_EDIFACT_STATUSES: Mapping[str, StockStatus] = {
    "145": StockStatus.GOOD,  # actual stock
    "17": StockStatus.GOOD,  # on hand
    "66": StockStatus.RESERVED,  # committed
}
_INVENTORY_TYPES: Mapping[str, StockStatus] = {
    "1": StockStatus.GOOD,  # accepted
    "2": StockStatus.DEFECTIVE,  # damaged
    "3": StockStatus.BLOCKED,  # bonded
    "4": StockStatus.RESERVED,
    "5": StockStatus.BLOCKED,  # awaiting inspection
}
_REASONS: Mapping[str, StockMovementKind] = {
    "1": StockMovementKind.RECEIPT,
    "2": StockMovementKind.DELIVERY,
    "3": StockMovementKind.SCRAPPED,
    "4": StockMovementKind.ADJUSTMENT,  # a difference to what was counted
    "5": StockMovementKind.TRANSFER,
    "6": StockMovementKind.ADJUSTMENT,  # recycling: repaired goods are good again
    "7": StockMovementKind.ADJUSTMENT,  # reversal of an earlier movement
}
_MOVED: Mapping[str, StockMovementKind] = {
    "48": StockMovementKind.RECEIPT,  # received
    "194": StockMovementKind.RECEIPT,  # received and accepted
    "191": StockMovementKind.ADJUSTMENT,
    "61": StockMovementKind.RETURN_TO_VENDOR,
}
_UNITS: Mapping[str, str] = {"PCE": "EA", "PCS": "EA", "C62": "EA", "H87": "EA"}
"""Units (6411) that mean one piece, and the name that it has here."""


class X12StockProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which qualifier of an 846 means what.

    Where several are given, the first that is present counts. Of quantities (QTY01) of one item and place to which
    `statuses` gives the same state, the one that `precedence` names first is the count, and the others are part of it:
    on hand goes before available for sale. `movements` are quantities that moved rather
    than lie there. What is `not_stock` is left out and said so; any other quantity is not guessed. `kept_purposes` (BIA01)
    are the reports that add to what was reported.
    """

    statuses: Mapping[str, StockStatus] = field(default_factory=lambda: dict(_X12_STATUSES))
    precedence: tuple[str, ...] = tuple(_X12_STATUSES)
    movements: Mapping[str, StockMovementKind] = {}
    not_stock: frozenset[str] = frozenset({"18", "28", "29", "30", "31", "32", "38", "39", "72", "BQ"})
    product_qualifiers: tuple[str, ...] = ("VP", "VN", "MG", "MF", "UP", "UK", "EN", "BP")
    warehouses: tuple[str, ...] = ("WH",)
    counted_on_dates: tuple[str, ...] = ("007",)
    references: tuple[str, ...] = ("RM", "BM", "PO", "TN")
    line_reference: str = "LI"
    lot_reference: str = "LT"
    kept_purposes: frozenset[str] = frozenset({"", "00", "02", "07", "08"})

    @property
    def in_order(self) -> list[str]:
        """The quantities that are counts, those first that go before others of their state."""
        return _in_order(self.statuses, self.precedence)


class EdifactStockProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which qualifier of an INVRPT means what.

    A quantity with a direction (INV, 4501) moved, for the reason (4499) that `reasons` names; so did one whose own
    qualifier is among `moved`. Any other is a count, whose state is the type of inventory (7491) or else that of its
    qualifier. Where several are given, the first that is present counts. What is `not_stock` is left out and said so;
    any other quantity is not guessed. Of counts of one item, place and state, the one that `precedence` names first stands.
    """

    statuses: Mapping[str, StockStatus] = field(default_factory=lambda: dict(_EDIFACT_STATUSES))
    precedence: tuple[str, ...] = tuple(_EDIFACT_STATUSES)
    types: Mapping[str, StockStatus] = field(default_factory=lambda: dict(_INVENTORY_TYPES))
    reasons: Mapping[str, StockMovementKind] = field(default_factory=lambda: dict(_REASONS))
    moved: Mapping[str, StockMovementKind] = field(default_factory=lambda: dict(_MOVED))
    not_stock: frozenset[str] = frozenset({"3", "12", "21", "47", "83", "113", "153"})
    product_qualifiers: tuple[str, ...] = ("SA", "VP", "VN", "MF", "EN", "UP", "SRV", "IN", "BP")
    places: tuple[str, ...] = ("18", "14")
    warehouses: tuple[str, ...] = ("WH", "GY")
    counted_on_dates: tuple[str, ...] = ("366", "179", "7", "91", "137")
    references: tuple[str, ...] = ("AAK", "DQ", "ALQ", "ACE", "TN", "ON")
    line_reference: str = "LI"
    lot_numbers: str = "BX"
    units: Mapping[str, str] = field(default_factory=lambda: dict(_UNITS))
    kept_functions: frozenset[str] = frozenset({"2", "6", "7", "9", "31", "43"})

    @property
    def in_order(self) -> list[str]:
        """The quantities that are counts, those first that go before others of their state."""
        return _in_order(self.statuses, self.precedence)


def _in_order(statuses: Mapping[str, StockStatus], precedence: tuple[str, ...]) -> list[str]:
    """Those that the profile puts in an order, then the others by their codes: a mapping that was stored has no order."""
    return [*(each for each in precedence if each in statuses), *sorted(statuses.keys() - set(precedence))]


DEFAULT_STOCK = X12StockProfile()
DEFAULT_EDIFACT_STOCK = EdifactStockProfile()
