"""What is entered about groups of affiliates."""

import strawberry

from app.execution.described import entered


@entered
class ProposeAffiliationInput:
    """A group of distributors whose volumes may be added up once each of them has accepted."""

    name: str
    "Its name, which its firms read."
    purpose: str
    "What is added up and who is of the group, in your words: it is what its firms agree to."
    distributor_ids: list[strawberry.ID]
    "Its firms, 2 to 50."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same group, for good."


@entered
class AcceptAffiliationInput:
    """A group of affiliates to which your firm agrees."""

    membership_id: strawberry.ID
    "Your firm's place in it."


@entered
class LeaveAffiliationInput:
    """A group of affiliates to which your firm does not agree, or not any more."""

    membership_id: strawberry.ID
    "Your firm's place in it."
    reason: str | None = None
    "Why; the vendor reads it."


@entered
class DissolveAffiliationInput:
    """A group of affiliates of yours that is to end."""

    affiliation_id: strawberry.ID
    "Which group."
    reason: str
    "Why, up to 2,000 characters; each of its firms reads it."
