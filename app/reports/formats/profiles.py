"""What the segments of a trading partner's X12 report mean.

Distributors write one sales report (867) in many dialects: a return is a negative quantity, a positive quantity under
a return transfer, or a quantity with a qualifier of its own; three prices stand under one qualifier and differ by
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
