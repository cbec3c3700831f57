"""What partners may ask to be done about who takes part: each act with the permission that it needs, and what it answers."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.partners import actions
from app.partners.agreements.commitments.actions import settle_commitment
from app.partners.agreements.commitments.inputs import SettleCommitmentInput
from app.partners.agreements.inputs import CreateAgreementInput
from app.partners.authorizations.inputs import (
    AuthorizeResellerInput,
    ReinstateResellerInput,
    SuspendResellerInput,
    UpdateResellerInput,
)
from app.partners.enrollments.inputs import DecideEnrollmentInput, EnrollResellerInput
from app.partners.graph import (
    DistributionAgreement,
    Distributor,
    Enrollment,
    Program,
    Reseller,
    ResellerAuthorization,
    agreements_by_key,
    authorizations_by_key,
    distributors_by_key,
    enrollments_by_key,
    programs_by_key,
    resellers_by_key,
)
from app.partners.organizations.inputs import CreateDistributorInput, CreateResellerInput
from app.partners.programs.inputs import CreateProgramInput


@visible("viewer:read")
class CreateProgramPayload:
    """What became of setting up a programme."""

    program: Program | None
    "The programme; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class CreateDistributorPayload:
    """What became of recording a distributor."""

    distributor: Distributor | None
    "The distributor; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class CreateResellerPayload:
    """What became of recording a reseller."""

    reseller: Reseller | None
    "The reseller; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class CreateAgreementPayload:
    """What became of an agreement."""

    agreement: DistributionAgreement | None
    "The agreement; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class SettleCommitmentPayload:
    """What became of a decision about a missed volume commitment."""

    agreement: DistributionAgreement | None
    "The agreement, whose volume periods show what followed; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class EnrollResellerPayload:
    """What became of an enrolment."""

    enrollment: Enrollment | None
    "The enrolment; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class DecideEnrollmentPayload:
    """What became of a decision about an enrolment."""

    enrollment: Enrollment | None
    "The enrolment as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class AuthorizeResellerPayload:
    """What became of authorising a reseller."""

    authorization: ResellerAuthorization | None
    "The authorisation; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class UpdateResellerPayload:
    """What became of changing an authorisation."""

    authorization: ResellerAuthorization | None
    "The authorisation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class SuspendResellerPayload:
    """What became of suspending a reseller."""

    authorization: ResellerAuthorization | None
    "The authorisation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class ReinstateResellerPayload:
    """What became of reinstating a reseller."""

    authorization: ResellerAuthorization | None
    "The authorisation as it is now; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@strawberry.type
class PartnersMutation:
    """Who takes part in a network, and on what terms."""

    @mutation(Permission.PROGRAM_MANAGE)
    async def create_program(self, info: strawberry.Info, input: CreateProgramInput) -> CreateProgramPayload:
        """Set up a programme for distributors or resellers, with its tiers, requirements and benefits. It takes partners at
        once."""
        key = await actions.create_program(info.context, input)
        return CreateProgramPayload(program=(await programs_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.AGREEMENT_MANAGE)
    async def create_distributor(
        self, info: strawberry.Info, input: CreateDistributorInput
    ) -> CreateDistributorPayload:
        """Record a distributor in the vendor's network, so that an agreement can be made with it."""
        key = await actions.create_distributor(info.context, input)
        return CreateDistributorPayload(distributor=(await distributors_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def create_reseller(self, info: strawberry.Info, input: CreateResellerInput) -> CreateResellerPayload:
        """Record a reseller in the vendor's network, so that it can be enrolled and authorised."""
        key = await actions.create_reseller(info.context, input)
        return CreateResellerPayload(reseller=(await resellers_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.AGREEMENT_MANAGE)
    async def create_agreement(self, info: strawberry.Info, input: CreateAgreementInput) -> CreateAgreementPayload:
        """Agree with a distributor on dates, territory, volume tiers, reporting and disclosure."""
        key = await actions.create_agreement(info.context, input)
        return CreateAgreementPayload(agreement=(await agreements_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.STATEMENT_APPROVE)
    async def settle_commitment(self, info: strawberry.Info, input: SettleCommitmentInput) -> SettleCommitmentPayload:
        """Decide what follows from the missed volume commitment of a period that is over: a fee is posted, rebates of the
        period are void, or it is waived. Settled again after something changed, the difference is posted."""
        key = await settle_commitment(info.context, input)
        return SettleCommitmentPayload(agreement=(await agreements_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def enroll_reseller(self, info: strawberry.Info, input: EnrollResellerInput) -> EnrollResellerPayload:
        """Enrol a reseller in a programme. Its distributors see the status and tier."""
        key = await actions.enroll_reseller(info.context, input)
        return EnrollResellerPayload(enrollment=(await enrollments_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def decide_enrollment(self, info: strawberry.Info, input: DecideEnrollmentInput) -> DecideEnrollmentPayload:
        """Change an enrolment's status or tier, with a reason. Its distributors see the new status and tier."""
        key = await actions.decide_enrollment(info.context, input)
        return DecideEnrollmentPayload(enrollment=(await enrollments_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.RESELLER_MANAGE)
    async def authorize_reseller(
        self, info: strawberry.Info, input: AuthorizeResellerInput
    ) -> AuthorizeResellerPayload:
        """Let a reseller buy from a distributor under an agreement, with its account numbers there. The distributor does it,
        or the vendor where the agreement discloses resellers."""
        key = await actions.authorize_reseller(info.context, input)
        return AuthorizeResellerPayload(authorization=await _authorization(info, key), user_errors=[])

    @mutation(Permission.RESELLER_MANAGE)
    async def update_reseller(self, info: strawberry.Info, input: UpdateResellerInput) -> UpdateResellerPayload:
        """Add account numbers to an authorised reseller, or replace its credit terms."""
        key = await actions.update_reseller(info.context, input)
        return UpdateResellerPayload(authorization=await _authorization(info, key), user_errors=[])

    @mutation(Permission.RESELLER_MANAGE)
    async def suspend_reseller(self, info: strawberry.Info, input: SuspendResellerInput) -> SuspendResellerPayload:
        """Let an authorised reseller buy no more, from now or from a day on. What it did before stays: its lines count, and
        its claims, deals and requests that wait are decided."""
        key = await actions.suspend_reseller(info.context, input)
        return SuspendResellerPayload(authorization=await _authorization(info, key), user_errors=[])

    @mutation(Permission.RESELLER_MANAGE)
    async def reinstate_reseller(
        self, info: strawberry.Info, input: ReinstateResellerInput
    ) -> ReinstateResellerPayload:
        """Let a suspended reseller buy again, from now or from a day on; or call off a suspension that lies ahead. Only the
        level that suspended it does."""
        key = await actions.reinstate_reseller(info.context, input)
        return ReinstateResellerPayload(authorization=await _authorization(info, key), user_errors=[])


async def _authorization(info: strawberry.Info, key: Key) -> ResellerAuthorization | None:
    return (await authorizations_by_key(info.context, [key]))[0]
