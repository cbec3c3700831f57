"""Which sales fulfil a registered deal.

A line of the deal's reseller, for its products, sold while it was protected, fulfils it where it names a special price that
was granted for the deal, or the deal's end customer. A line that names neither fulfils nothing: it may be other business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.programme.erasures import compared_hash


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines that name one end customer (None: none), added up: units in 10⁻³, the amount in 10⁻⁶ of the currency, None where
    it is not known. `named` is whether they name a special price of the deal."""

    customer: str | None
    named: bool
    currency: str
    lines: int
    units: int
    amount: int | None


@dataclass(slots=True)
class Fulfilled:
    """What was sold of a deal: lines, units in 10⁻³, by currency the amount in 10⁻⁶, and the end customers by whose name."""

    lines: int = 0
    units: int = 0
    amounts: dict[str, int] = field(default_factory=dict)
    customers: set[str] = field(default_factory=set)

    def add(self, each: Sum) -> None:
        self.lines += each.lines
        self.units += each.units
        if each.amount is not None:
            self.amounts[each.currency] = self.amounts.get(each.currency, 0) + each.amount


def fulfilled(sums: Iterable[Sum], network: str, name_hash: str | None) -> Fulfilled:
    """What of these sums fulfils a deal for the end customer of a hash; None: only what names a special price of it."""
    found = Fulfilled()
    for each in sums:
        same = each.customer is not None and compared_hash(network, each.customer) == name_hash
        if same and each.customer is not None:
            found.customers.add(each.customer)
        if same or each.named:
            found.add(each)
    return found
