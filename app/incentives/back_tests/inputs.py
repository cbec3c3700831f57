"""How a back-test is asked for: a rule, the days, the agreements, and what its gates are taken to show."""

from decimal import Decimal

import strawberry

from app.execution.described import entered, entered_one_of
from app.execution.scalars import DateRangeInput
from app.incentives.rules.inputs import IncentiveRuleInput


@entered
class IncentiveVersionInput:
    """A version of an incentive."""

    incentive_id: strawberry.ID
    "The incentive."
    version: int | None = None
    "Which version; the one in force where it is left out, and where none is, the latest."


@entered_one_of
class BacktestRuleInput:
    """A rule: that of an incentive, or one that is written down nowhere yet."""

    incentive: IncentiveVersionInput | None = strawberry.UNSET
    "The rule of a version of an incentive."
    rule: IncentiveRuleInput | None = strawberry.UNSET
    "A rule, all of it."


@entered
class AssumedGateInput:
    """What a gate is taken to show, in every period."""

    name: str
    "The gate, by its name."
    measured: Decimal
    "A share such as 0.95, a count, or 1 for what is confirmed."


@entered
class BacktestInput:
    """A rule, and the history over which it is tried."""

    by: BacktestRuleInput
    "The rule."
    period: DateRangeInput
    """
    Over which days. A pay period that they, or an agreement, cut short is measured on the days that are left; the rule's
    proration says what that does.
    """
    agreement_ids: list[strawberry.ID] | None = None
    """
    Under which agreements, at most 250. Where it is left out, those of the version; of a rule that no incentive has, all
    in its currency.
    """
    gates: list[AssumedGateInput] | None = None
    "What gates are taken to show; a gate that is not named here is met."
    budget: Decimal | None = None
    "What each pay period may cost, in units of the rule's currency; the incentive's own where it is left out."


@entered
class PreviewIncentiveInput:
    """A draft, and the history over which it is compared with the version in force."""

    incentive_id: strawberry.ID
    "The incentive, whose latest version is a draft or was proposed."
    period: DateRangeInput
    "Over which days."
    gates: list[AssumedGateInput] | None = None
    "What gates are taken to show, by both versions; a gate that is not named here is met."
