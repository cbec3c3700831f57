"""Whom an incentive can be offered to: what it pays for has to be the partner's own doing.

A distributor is paid under its agreement for what it bought or sold. A SPIFF pays a representative, a commission an agent,
sell-out a reseller, and what accrues to a development fund is no payment at all.
"""

from collections.abc import Iterator

from app.programme.incentive_checks import Problem
from app.programme.incentives import Rule
from app.programme.money_terms import Basis, IncentiveKind

_NOT_FOR_DISTRIBUTORS = {
    IncentiveKind.SPIFF: "A SPIFF pays named representatives of resellers: it is offered under no distribution agreement.",
    IncentiveKind.COMMISSION: "A commission pays agents, who never invoice: it is offered under no distribution agreement.",
    IncentiveKind.MDF_ACCRUAL: "This accrues to a market development fund: it pays no distributor under its agreement.",
}


def unfit_for_distributors(rule: Rule) -> Iterator[Problem]:
    """Every reason for which a rule cannot be offered under a distribution agreement."""
    if rule.kind in _NOT_FOR_DISTRIBUTORS:
        yield Problem("kind", _NOT_FOR_DISTRIBUTORS[rule.kind])
    for path, measure in (("qualifying", rule.qualifying), ("paying", rule.paying)):
        if measure.basis is Basis.SELL_OUT:
            yield Problem(
                f"{path}.basis",
                "Sell-out is what resellers sold, and pays them: a distributor is measured by SELL_IN or SELL_THROUGH.",
            )
