"""The mutations of profiles: saving, retiring, proposing and trying out what columns, segments and positions mean."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.identifiers import Key
from app.programme.terms import SubmissionFormat
from app.reports.profiles import actions
from app.reports.profiles.graph import ReportProfile, profiles_by_key
from app.reports.profiles.inputs import (
    PreviewReportProfileInput,
    ProposeReportProfileInput,
    RetireReportProfileInput,
    SaveColumnMappingInput,
    SaveReportProfileInput,
)
from app.reports.profiles.suggestions import ReportProfileProposal, proposal_of
from app.reports.profiles.trials import ReportProfilePreview, preview_of

TABLES = frozenset({SubmissionFormat.CSV, SubmissionFormat.XLSX})
MESSAGES = frozenset({SubmissionFormat.X12, SubmissionFormat.EDIFACT})


@visible("viewer:read")
class SaveColumnMappingPayload:
    """The answer to `saveColumnMapping`."""

    profile: ReportProfile | None
    "The version that was saved; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class SaveReportProfilePayload:
    """The answer to `saveReportProfile`."""

    profile: ReportProfile | None
    "The version that was saved; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class RetireReportProfilePayload:
    """The answer to `retireReportProfile`."""

    profile: ReportProfile | None
    "The version that was retired; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class ProposeReportProfilePayload:
    """The answer to `proposeReportProfile`."""

    proposal: ReportProfileProposal | None
    "What the sample suggests; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class PreviewReportProfilePayload:
    """The answer to `previewReportProfile`."""

    preview: ReportProfilePreview | None
    "The sample as it would be read; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


async def _profile(info: strawberry.Info, key: Key) -> ReportProfile | None:
    return (await profiles_by_key(info.context, [key]))[0]


def _new(input: SaveColumnMappingInput | SaveReportProfileInput) -> actions.NewProfile:
    return actions.NewProfile(
        input.agreement_id, input.kind, input.format, input.name, input.settings, input.expected_version
    )


@strawberry.type
class ProfilesMutation:
    @mutation(Permission.PROFILE_MANAGE)
    async def save_column_mapping(
        self, info: strawberry.Info, input: SaveColumnMappingInput
    ) -> SaveColumnMappingPayload:
        """Say what the columns of your CSV or XLSX reports are. Reports received from now on are read by it."""
        key = await actions.save_profile(
            info.context, _new(input), input.idempotency_key, act_name="saveColumnMapping", formats=TABLES
        )
        return SaveColumnMappingPayload(profile=await _profile(info, key))

    @mutation(Permission.PROFILE_MANAGE)
    async def save_report_profile(
        self, info: strawberry.Info, input: SaveReportProfileInput
    ) -> SaveReportProfilePayload:
        """Say what segments, qualifiers and positions of your X12 or EDIFACT reports mean. Reports received from now on
        are read by it."""
        key = await actions.save_profile(
            info.context, _new(input), input.idempotency_key, act_name="saveReportProfile", formats=MESSAGES
        )
        return SaveReportProfilePayload(profile=await _profile(info, key))

    @mutation(Permission.PROFILE_MANAGE)
    async def retire_report_profile(
        self, info: strawberry.Info, input: RetireReportProfileInput
    ) -> RetireReportProfilePayload:
        """Use a profile no more: reports received from now on are read without one."""
        key = await actions.retire_profile(info.context, input.profile_id)
        return RetireReportProfilePayload(profile=await _profile(info, key))

    @mutation(Permission.PROFILE_MANAGE)
    async def propose_report_profile(
        self, info: strawberry.Info, input: ProposeReportProfileInput
    ) -> ProposeReportProfilePayload:
        """What the columns or segments of a sample seem to mean, with reasons, and the profile that follows. Nothing is
        stored: try it out, change it, and save it."""
        found = await actions.propose_profile(info.context, input.agreement_id, input.upload_id, input.kind)
        return ProposeReportProfilePayload(proposal=proposal_of(found))

    @mutation(Permission.PROFILE_MANAGE)
    async def preview_report_profile(
        self, info: strawberry.Info, input: PreviewReportProfileInput
    ) -> PreviewReportProfilePayload:
        """Read the first rows of a sample as they would be read under these settings. Nothing is stored."""
        settings = None if input.settings is strawberry.UNSET else input.settings
        tried = await actions.preview_profile(info.context, input.agreement_id, input.upload_id, input.kind, settings)
        return PreviewReportProfilePayload(preview=preview_of(tried))
