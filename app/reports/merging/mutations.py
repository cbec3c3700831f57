"""What a vendor may ask to be done about two records that are one reseller, and what it answers."""

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.reports.merging import actions
from app.reports.merging.graph import PartyMerge, PartyMergeEffect, effect_shown, merges_by_key
from app.reports.merging.inputs import (
    MergePartiesInput,
    PreviewPartyMergeInput,
    PreviewPartyMergeUndoInput,
    UndoPartyMergeInput,
)


@visible("viewer:read")
class MergePartiesPayload:
    """What became of merging two records. It is applied in the background."""

    merge: PartyMerge | None
    "The merge; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class UndoPartyMergePayload:
    """What became of undoing a merge. It is undone in the background."""

    merge: PartyMerge | None
    "The merge; null where nothing was done."
    user_errors: list[UserError]
    "What has to be put right; empty where it was done."


@visible("viewer:read")
class PreviewPartyMergePayload:
    """What merging two records would do."""

    effect: PartyMergeEffect | None
    "What it would do; null where it would be refused."
    user_errors: list[UserError]
    "Why it would be refused."


@visible("viewer:read")
class PreviewPartyMergeUndoPayload:
    """What undoing a merge would do."""

    effect: PartyMergeEffect | None
    "What it would do; null where it would be refused."
    user_errors: list[UserError]
    "Why it would be refused."


@strawberry.type
class MergingMutation:
    """A vendor's records of resellers that are one firm."""

    @mutation(Permission.PARTY_MERGE)
    async def merge_parties(self, info: strawberry.Info, input: MergePartiesInput) -> MergePartiesPayload:
        """Make two of your records of one reseller one. Accounts, codes, authorisations, enrolments and lines go to the
        survivor, as far as agreements disclose resellers; figures asked as of an earlier moment stay as they were."""
        key = await actions.merge_parties(info.context, input)
        return MergePartiesPayload(merge=(await merges_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.PARTY_MERGE)
    async def undo_party_merge(self, info: strawberry.Info, input: UndoPartyMergeInput) -> UndoPartyMergePayload:
        """Undo a merge: what it moved goes back, with the lines that were reported by its accounts and codes since. What
        was confirmed for the survivor since stays with it; what somebody decided since is not taken back, and refuses it."""
        key = await actions.undo_party_merge(info.context, input)
        return UndoPartyMergePayload(merge=(await merges_by_key(info.context, [key]))[0], user_errors=[])

    @mutation(Permission.PARTY_MERGE)
    async def preview_party_merge(
        self, info: strawberry.Info, input: PreviewPartyMergeInput
    ) -> PreviewPartyMergePayload:
        """Try out what merging two records would do: figures, enrolments, accounts, and what is earned and claimed. Nothing
        of it happens."""
        found = await actions.preview_merge(info.context, input)
        return PreviewPartyMergePayload(effect=effect_shown(found, info.context.actor.vendor_id), user_errors=[])

    @mutation(Permission.PARTY_MERGE)
    async def preview_party_merge_undo(
        self, info: strawberry.Info, input: PreviewPartyMergeUndoInput
    ) -> PreviewPartyMergeUndoPayload:
        """Try out what undoing a merge would do. Nothing of it happens."""
        found = await actions.preview_undoing(info.context, input)
        return PreviewPartyMergeUndoPayload(effect=effect_shown(found, info.context.actor.vendor_id), user_errors=[])
