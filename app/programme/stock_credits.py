"""Credits for stock that a distributor holds: where one stands, and who may do what about it.

A price drop proposes a credit by itself; stock rotation is asked for by the distributor. The vendor's finance approves all
of it or a part, or denies it; the distributor accepts or contests that. What was approved is credited with a credit memo,
and is settled then. What has not been approved yet, a distributor may take back, where it asked for it.
"""

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction

from app.programme.claim_amounts import extended
from app.programme.claim_terms import ReductionKind
from app.programme.money import minor_units


class StockCreditStatus(StrEnum):
    """Where a credit for stock stands."""

    NOTHING_DUE = "NOTHING_DUE"
    "Nothing is owed; the outcome says why."
    OPEN = "OPEN"
    "It waits for the vendor's finance."
    APPROVED = "APPROVED"
    "All of it, or a part, is approved; nothing is credited yet."
    DENIED = "DENIED"
    "Nothing of it is paid."
    DISPUTED = "DISPUTED"
    "The distributor contests the decision."
    CREDITED = "CREDITED"
    "What was approved is credited."
    WITHDRAWN = "WITHDRAWN"
    "The distributor took it back before it was decided."


class StockCreditAct(StrEnum):
    """What a person does about a credit for stock."""

    APPROVE = "APPROVE"
    "The vendor's finance approves all of it or a part."
    DENY = "DENY"
    "The vendor's finance denies it."
    CREDIT = "CREDIT"
    "The vendor has issued the credit memo."
    ACCEPT = "ACCEPT"
    "The distributor agrees to the decision, and will not contest it any more."
    DISPUTE = "DISPUTE"
    "The distributor contests the decision."
    WITHDRAW = "WITHDRAW"
    "The distributor takes its request back."


BY_VENDOR = frozenset({StockCreditAct.APPROVE, StockCreditAct.DENY, StockCreditAct.CREDIT})
BY_DISTRIBUTOR = frozenset(StockCreditAct) - BY_VENDOR
"The acts of each side."

_S, _A = StockCreditStatus, StockCreditAct
_DECIDED = frozenset({_S.APPROVED, _S.DENIED})
_FROM = {
    _A.APPROVE: frozenset({_S.OPEN, _S.DISPUTED}),
    _A.DENY: frozenset({_S.OPEN, _S.DISPUTED}),
    _A.CREDIT: frozenset({_S.APPROVED}),
    _A.ACCEPT: _DECIDED,
    _A.DISPUTE: _DECIDED,
    _A.WITHDRAW: frozenset({_S.OPEN}),
}
_TO = {
    _A.APPROVE: _S.APPROVED,
    _A.DENY: _S.DENIED,
    _A.CREDIT: _S.CREDITED,
    _A.DISPUTE: _S.DISPUTED,
    _A.WITHDRAW: _S.WITHDRAWN,
}
_STANDS = {
    _S.NOTHING_DUE: "nothing is due",
    _S.OPEN: "it waits for the vendor's finance",
    _S.APPROVED: "it is approved",
    _S.DENIED: "it is denied",
    _S.DISPUTED: "it is contested",
    _S.CREDITED: "it is credited",
    _S.WITHDRAWN: "it was taken back",
}
_CAN = {
    _A.APPROVE: "be approved",
    _A.DENY: "be denied",
    _A.CREDIT: "be credited",
    _A.ACCEPT: "be accepted",
    _A.DISPUTE: "be contested",
    _A.WITHDRAW: "be taken back",
}


def moved(status: StockCreditStatus, act: StockCreditAct) -> StockCreditStatus:
    """Where an act brings a credit that stands so; only where `problem_with` finds nothing."""
    return _TO.get(act, status)


def problem_with(
    status: StockCreditStatus, act: StockCreditAct, kind: ReductionKind, *, is_accepted: bool
) -> str | None:
    """Why an act cannot be; None where it can."""
    if status not in _FROM[act]:
        return f"It cannot {_CAN[act]}: {_STANDS[status]}."
    if act is StockCreditAct.WITHDRAW and kind is not ReductionKind.STOCK_ROTATION:
        return "It cannot be taken back: nobody asked for it, the price change proposed it."
    if is_accepted and act in {StockCreditAct.ACCEPT, StockCreditAct.DISPUTE}:
        return "It was accepted already."
    return None


def worth(kind: ReductionKind, lines: Iterable[tuple[int, int]], currency: str) -> int:
    """What quantities (10⁻³) at amounts per unit (10⁻⁶ currency units) come to, in minor units.

    A credit for a price drop is rounded once for all its lines; of stock sent back, each line is.
    """
    exact = [extended(quantity, per_unit) for quantity, per_unit in lines]
    if kind is ReductionKind.STOCK_ROTATION:
        return sum(minor_units(each, currency) for each in exact)
    return minor_units(sum(exact, Fraction(0)), currency)
