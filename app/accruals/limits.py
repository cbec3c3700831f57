"""What a rule may say that accruals cannot follow: it is refused when it is written, with the reason, like every rule that
cannot be computed."""

from collections.abc import Iterator

from app.programme.incentive_checks import Problem
from app.programme.incentives import Rule
from app.programme.money_terms import Aggregate, Basis, ReturnsRule


def not_reckoned(rule: Rule) -> Iterator[Problem]:
    """Every reason for which a rule that can be computed from figures is not: the figures are not kept."""
    if rule.aggregate is Aggregate.AFFILIATES and rule.stacking_group is not None:
        yield Problem(
            "stacking_group",
            "Each agreement has a stacking order of its own, so affiliates' volumes would be added up of different lines:"
            " leave the group out, or let the aggregate be PARTNER.",
        )
    if rule.returns is ReturnsRule.ORIGINAL_RATE and rule.paying.basis is not Basis.SELL_THROUGH:
        yield Problem(
            "returns",
            "Only lines of sell-through name the sale that they return: what pays on others counts returns in their"
            " OWN_PERIOD.",
        )
