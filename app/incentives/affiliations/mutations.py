"""What may be asked to be done about groups of affiliates: each act with the permission that it needs."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.incentives.affiliations import actions
from app.incentives.affiliations.graph import (
    Affiliation,
    AffiliationMembership,
    affiliations_by_key,
    memberships_by_key,
)
from app.incentives.affiliations.inputs import (
    AcceptAffiliationInput,
    DissolveAffiliationInput,
    LeaveAffiliationInput,
    ProposeAffiliationInput,
)


@visible("viewer:read")
class AffiliationPayload:
    """What became of proposing a group of affiliates."""

    affiliation: Affiliation | None
    "The group as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class AffiliationMembershipPayload:
    """What became of an answer to a group of affiliates."""

    membership: AffiliationMembership | None
    "Your firm's place in it as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class AffiliationsMutation:
    """Whose volumes may be added up, as those agree to it whose volumes they are."""

    @mutation(Permission.INCENTIVE_MANAGE)
    async def propose_affiliation(self, info: strawberry.Info, input: ProposeAffiliationInput) -> AffiliationPayload:
        """Propose a group of distributors whose volumes may be added up. It is in force once each of them has accepted."""
        key = await actions.propose_affiliation(info.context, input)
        return AffiliationPayload(affiliation=(await affiliations_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.INCENTIVE_MANAGE)
    async def dissolve_affiliation(self, info: strawberry.Info, input: DissolveAffiliationInput) -> AffiliationPayload:
        """End a group of affiliates for all of its firms, with a reason that each of them reads. A pay period that has begun
        is still added up; in those that begin later each firm counts on its own."""
        key = await actions.dissolve_affiliation(info.context, input)
        return AffiliationPayload(affiliation=(await affiliations_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.AFFILIATION_ANSWER)
    async def accept_affiliation(
        self, info: strawberry.Info, input: AcceptAffiliationInput
    ) -> AffiliationMembershipPayload:
        """Agree that your volume is added to that of the group's other firms. Once all have, each of them can tell from the
        sum what the others bought together, in every pay period that begins while all are of the group."""
        return await _membership(info, await actions.accept_affiliation(info.context, input))

    @mutation(Permission.AFFILIATION_ANSWER)
    async def leave_affiliation(
        self, info: strawberry.Info, input: LeaveAffiliationInput
    ) -> AffiliationMembershipPayload:
        """Refuse a group of affiliates, or leave it: that ends it for all, from the next pay period on."""
        return await _membership(info, await actions.leave_affiliation(info.context, input))


async def _membership(info: strawberry.Info, key: Key) -> AffiliationMembershipPayload:
    found = (await memberships_by_key(info.context, [key]))[0]
    return AffiliationMembershipPayload(membership=found, user_errors=[])
