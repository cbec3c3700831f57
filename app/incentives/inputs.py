"""What a vendor enters about incentives, and by what incentives and terms are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import DateRangeInput
from app.incentives.rules.inputs import IncentiveRuleInput
from app.programme.money_terms import IncentiveKind, IncentiveStatus

values(IncentiveStatus)
values(IncentiveKind)


@entered
class IncentiveFilter:
    """Which incentives, or which terms of them."""

    kinds: list[IncentiveKind] | None = None
    "Only of these kinds."
    statuses: list[IncentiveStatus] | None = None
    "Only those that stand so."
    effective_on: date | None = None
    "Only those in effect on this day."


@entered
class CreateIncentiveInput:
    """A new incentive, as a draft that you alone see."""

    name: str
    "Its name; those to whom it is offered read it too."
    rule: IncentiveRuleInput
    "The rule that pays."
    effective: DateRangeInput
    "The days on which it is in effect; within each agreement."
    agreement_ids: list[strawberry.ID]
    """
    The distribution agreements under which it is to be offered, 1 to 250. Where volumes of affiliates are added up, these
    are the affiliates: distributors of the group that is named.
    """
    affiliation_id: strawberry.ID | None = None
    "The group of affiliates whose volumes are added up, where the rule does so; each of its firms has accepted it."
    budget: Decimal | None = None
    "What it may cost in each pay period, in units of the rule's currency; your own affair."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same incentive, for good."


@entered
class ReviseIncentiveInput:
    """A new version of an incentive, as a draft; the version in force stays so until the new one is activated."""

    incentive_id: strawberry.ID
    "The incentive."
    expected_version: int
    "Its latest version as you know it; STALE where somebody wrote another one since."
    rule: IncentiveRuleInput
    "The rule that pays; of the same kind and in the same currency."
    effective: DateRangeInput
    "The days on which it is in effect. A version in force ends where this one begins, once it is activated."
    agreement_ids: list[strawberry.ID]
    "The distribution agreements under which it is to be offered, 1 to 250."
    affiliation_id: strawberry.ID | None = None
    "The group of affiliates whose volumes are added up, where the rule does so; each of its firms has accepted it."
    name: str | None = None
    "A new name; the old one where it is left out."
    budget: Decimal | None = None
    "A new budget of each pay period; the old one where it is left out."
    idempotency_key: str
    "Your own key for this act."


@entered
class ProposeIncentiveInput:
    """A draft that is put to the distributors whose agreements it names."""

    incentive_id: strawberry.ID
    "The incentive."
    expected_version: int
    "Its latest version, which is a draft."


@entered
class ActivateIncentiveInput:
    """A proposal that comes into force."""

    incentive_id: strawberry.ID
    "The incentive."
    expected_version: int
    "Its latest version, which was proposed."


@entered
class EndIncentiveInput:
    """An incentive in force that ends earlier than it said."""

    incentive_id: strawberry.ID
    "The incentive."
    expected_version: int
    "Its latest version."
    ends_on: date
    "The first day on which it is no longer in effect. What was accrued from that day on is taken back."


@entered
class DiscardIncentiveDraftInput:
    """A draft or proposal that is given up. A version in force stays so."""

    incentive_id: strawberry.ID
    "The incentive."
    expected_version: int
    "Its latest version, which is a draft or was proposed."
