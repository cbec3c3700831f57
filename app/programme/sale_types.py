"""Which movements count as sell-through.

A line is kept whatever its sale type, because it happened. What counts as sold through is what a distributor invoiced to
a reseller: a sale, its return, a drop shipment, and both halves of a credit-and-rebill. A sample, the distributor's own
use, a free replacement and a transfer to another branch or distributor are accepted as lines and count in no figure.
"""

from app.programme.terms import SaleType

COUNTED: frozenset[SaleType] = frozenset(
    {SaleType.SALE, SaleType.RETURN, SaleType.DROP_SHIPMENT, SaleType.CREDIT_AND_REBILL}
)
"The sale types whose quantities and amounts count as sell-through."
