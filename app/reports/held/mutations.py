"""The mutations about what is held: deciding about rows, trying an alias out, undoing one."""

from uuid import UUID

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, entered_one_of, visible
from app.execution.identifiers import key_of
from app.programme import terms
from app.reports.aliases import actions as aliases
from app.reports.aliases.graph import (
    Alias,
    AliasEffect,
    AliasUndoEffect,
    aliases_by_key,
    effect_shown,
    undoing_shown,
)
from app.reports.held.actions import Decision, resolve_held_rows
from app.reports.held.graph import HeldDecision, held_decisions_by_key
from app.reports.issues import IssueCode
from app.reports.mutations import AliasMeaningInput


@entered
class HeldRowInput:
    """A held row."""

    submission_id: strawberry.ID
    "The report that it stands in."
    row: int
    "The row of the report, from 1."


@entered_one_of
class HeldRowsInput:
    """Which held rows: exactly one."""

    code: str | None = strawberry.UNSET
    "All rows that wait for this code when the decision is carried out, as `heldCodes` names it."
    rows: list[HeldRowInput] | None = strawberry.UNSET
    "These rows, at most 1,000."


@entered
class ResolveHeldRowsInput:
    """A decision about held rows."""

    agreement_id: strawberry.ID
    "The agreement under whose reports they are held."
    decision: terms.HeldDecisionKind
    "Whether the hold is waived, or the rows are dismissed."
    hold: IssueCode
    "The hold that is decided about."
    held: HeldRowsInput
    "Which of the rows that it holds."
    reason: str
    "Why, at most 500 characters. Both sides of the agreement may read it."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same decision, for good."


@visible("viewer:read")
class ResolveHeldRowsPayload:
    """The answer to `resolveHeldRows`. The decision is carried out at once, in the background."""

    decision: HeldDecision | None
    "What was decided; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class PreviewAliasInput:
    """What a code of your own might stand for."""

    agreement_id: strawberry.ID
    "The agreement under whose reports the code appears."
    code: str
    "Your code, as it stands in the reports."
    meaning: AliasMeaningInput
    "What it would stand for."


@visible("viewer:read")
class PreviewAliasPayload:
    """The answer to `previewAlias`."""

    effect: AliasEffect | None
    "What confirming it would do; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class UndoAliasInput:
    """An alias that is to end."""

    alias_id: strawberry.ID
    "The alias."
    idempotency_key: str | None = None
    "Your own name for this act, if you keep one: the same key and input give the same answer, for good."


@entered
class PreviewAliasUndoInput:
    """An alias that might end."""

    alias_id: strawberry.ID
    "The alias."


@visible("viewer:read")
class PreviewAliasUndoPayload:
    """The answer to `previewAliasUndo`."""

    effect: AliasUndoEffect | None
    "What undoing it would do; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class UndoAliasPayload:
    """The answer to `undoAlias`. The rows are held again at once, in the background."""

    alias: Alias | None
    "The alias as it ended; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


def _decision(input: ResolveHeldRowsInput) -> Decision:
    code, rows = input.held.code, input.held.rows
    return Decision(
        agreement_id=input.agreement_id,
        decision=input.decision,
        hold=input.hold,
        reason=input.reason,
        code=code if code is not strawberry.UNSET else None,
        rows=tuple((each.submission_id, each.row) for each in rows) if rows and rows is not strawberry.UNSET else (),
    )


@strawberry.type
class HeldMutation:
    @mutation(Permission.HELD_RESOLVE)
    async def resolve_held_rows(self, info: strawberry.Info, input: ResolveHeldRowsInput) -> ResolveHeldRowsPayload:
        """Let a hold pass, or dismiss held rows. What lies outside the dates or the territory of the agreement is the
        vendor's programme manager to let pass or to dismiss. A possible duplicate, a price out of line and a row outside
        a restated period may be let pass by whoever handed the report in, who may also dismiss any held row of it. An
        unknown code is never waived: confirm what it stands for. Rows that something else holds stay held. An integration
        decides about rows of the kinds of reports that it may hand in, and about no others."""
        key = await resolve_held_rows(info.context, _decision(input), input.idempotency_key)
        return ResolveHeldRowsPayload(decision=(await held_decisions_by_key(info.context, [key]))[0])

    @mutation(Permission.ALIAS_CONFIRM)
    async def preview_alias(self, info: strawberry.Info, input: PreviewAliasInput) -> PreviewAliasPayload:
        """Say what `confirmAlias` would do: the rows that would count, and how figures would change. Changes nothing."""
        meaning = _meaning(input.meaning)
        found = await aliases.preview_alias(info.context, input.agreement_id, input.code, meaning)
        return PreviewAliasPayload(effect=effect_shown(found, _network("DistributionAgreement", input.agreement_id)))

    @mutation(Permission.ALIAS_CONFIRM)
    async def preview_alias_undo(self, info: strawberry.Info, input: PreviewAliasUndoInput) -> PreviewAliasUndoPayload:
        """Say what `undoAlias` would do: the rows that would be held again, and how figures and money would change. Changes
        nothing."""
        found = await aliases.preview_undoing(info.context, input.alias_id)
        return PreviewAliasUndoPayload(effect=undoing_shown(found, _network("Alias", input.alias_id)))

    @mutation(Permission.ALIAS_CONFIRM)
    async def undo_alias(self, info: strawberry.Info, input: UndoAliasInput) -> UndoAliasPayload:
        """End an alias. The rows that it placed count no more and are held again, whether they were released by it or
        counted at once; where their period is closed, they are taken back in the open one."""
        key = await aliases.undo_alias(info.context, input.alias_id, input.idempotency_key)
        return UndoAliasPayload(alias=(await aliases_by_key(info.context, [key]))[0])


def _network(type_name: str, id: str) -> UUID:
    key = key_of(type_name, id)
    assert key is not None, "an id that names nothing has been refused"
    return key.vendor_id


def _meaning(given: AliasMeaningInput) -> aliases.Meaning:
    product, reseller = given.product_id, given.reseller_id
    return aliases.Meaning(
        product if product is not strawberry.UNSET else None, reseller if reseller is not strawberry.UNSET else None
    )
