"""What the segments of a trading partner's X12 or EDIFACT report mean.

Distributors write one sales report (867, SLSRPT) in many dialects: a return is a negative quantity, a positive quantity
under a return transfer, or a quantity with a qualifier of its own; three prices stand under one qualifier and differ by
their position; the second ship-to party is the end customer. A profile is data that says which it is. The default
reads what is common to all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.programme.terms import SaleType

_TRANSFERS: Mapping[str, SaleType] = MappingProxyType(
    {
        "SS": SaleType.SALE,  # stock sale
        "SD": SaleType.SALE,  # ship and debit sale
        "SH": SaleType.SALE,  # ship and debit
        "CS": SaleType.SALE,  # contract sale
        "PB": SaleType.SALE,  # price book
        "BP": SaleType.SALE,  # broken price
        "DS": SaleType.DROP_SHIPMENT,  # drop ship sale
        "CO": SaleType.REPLACEMENT,  # replacement due to complaint
        "BJ": SaleType.TRANSFER,  # relocation
        "BN": SaleType.RETURN,  # return
        "RP": SaleType.RETURN,  # return of list price
        "RB": SaleType.RETURN,  # return of broken price
        "RU": SaleType.RETURN,  # return to usable inventory
    }
)

_DOCUMENTS: Mapping[str, str] = MappingProxyType({"380": "IV", "381": "CD"})
"""The references that documents named by a DOC segment are the same as: invoice, credit note."""
_UNITS: Mapping[str, str] = MappingProxyType({"PCE": "EA", "PCS": "EA", "C62": "EA", "H87": "EA"})
"""Units (6411) that mean one piece, and the name that it has here."""
_PRICES: Mapping[str, tuple[str, ...]] = MappingProxyType({"unit_price": ("AAA", "INV", "CAL")})


@dataclass(frozen=True, slots=True)
class PartyPlace:
    """A party of a PTD loop: the `occurrence`-th N1 whose qualifier (N101) this is."""

    qualifier: str
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class X12Profile:
    """Which segment, qualifier or position of an 867 means what.

    Where several are given, the first that is present counts. `prices` names the prices (UIT02) by position;
    `unit_price` is the resale price, the others are kept as received. A transfer type (PTD01) that `transfers` does
    not name is not guessed.
    """

    transfers: Mapping[str, SaleType] = field(default_factory=lambda: _TRANSFERS)
    sale_quantities: frozenset[str] = frozenset({"32", "39"})
    return_quantities: frozenset[str] = frozenset({"61"})
    product_qualifiers: tuple[str, ...] = ("VP", "VN", "MG", "MF", "UP", "UK", "EN", "BP")
    document_references: tuple[str, ...] = ("IV", "DI")
    line_reference: str = "LI"
    credit_note_reference: str = "CM"
    special_price_reference: str = "AU"
    serial_reference: str = "SE"
    sold_on_dates: tuple[str, ...] = ("003",)
    reseller: tuple[PartyPlace, ...] = (PartyPlace("ST"),)
    ship_to: tuple[PartyPlace, ...] = (PartyPlace("ST"),)
    end_customer: tuple[PartyPlace, ...] = (PartyPlace("EN"), PartyPlace("ST", 2))
    prices: tuple[str, ...] = ("unit_price", "book_price", "debit_price")

    @property
    def counted_quantities(self) -> frozenset[str]:
        """The quantities (QTY01) that a row can have: sales and returns, not stock."""
        return self.sale_quantities | self.return_quantities


DEFAULT = X12Profile()


@dataclass(frozen=True, slots=True)
class EdifactProfile:
    """Which segment, qualifier or element of a SLSRPT means what.

    Where several are given, the first that is present counts. A party that stands at the head of the message is not a
    line's unless `head_parties` names its qualifier: there, NAD+BY is usually the distributor itself. `period` are the
    first and the last day of the sales that follow; where they are the same, it is the day of each sale. Of `prices`
    the first is the resale price, the others are kept as received; `line_amounts` say it for all units together.
    `channels` says which sales channel (MKS) is what kind of movement; `kept_functions` which messages (BGM) add to
    what was reported: one that replaces or cancels another is not read as if it did.
    """

    sale_quantities: frozenset[str] = frozenset({"153", "47"})
    return_quantities: frozenset[str] = frozenset({"61"})
    product_qualifiers: tuple[str, ...] = ("SA", "VP", "VN", "MF", "EN", "UP", "SRV", "IN", "BP")
    document_reference: str = "IV"
    credit_note_reference: str = "CD"
    line_reference: str = "LI"
    special_price_reference: str = "AU"
    serial_reference: str = "SE"
    serial_numbers: str = "SN"
    documents: Mapping[str, str] = field(default_factory=lambda: _DOCUMENTS)
    sold_on_dates: tuple[str, ...] = ("3", "356")
    period: tuple[str, str] = ("90", "91")
    reseller: tuple[str, ...] = ("BY",)
    ship_to: tuple[str, ...] = ("ST", "DP", "BY")
    end_customer: tuple[str, ...] = ("UD",)
    head_parties: frozenset[str] = frozenset()
    place_is_reseller: bool = False
    prices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _PRICES)
    line_amounts: tuple[str, ...] = ("203",)
    units: Mapping[str, str] = field(default_factory=lambda: _UNITS)
    channels: Mapping[str, SaleType] = field(default_factory=lambda: MappingProxyType({}))
    kept_functions: frozenset[str] = frozenset({"2", "6", "7", "9", "31", "43"})

    @property
    def counted_quantities(self) -> frozenset[str]:
        """The quantities (QTY, 6063) that a row can have: sales and returns, not stock."""
        return self.sale_quantities | self.return_quantities


DEFAULT_EDIFACT = EdifactProfile()
