"""Confirming what a code stands for, which releases the held rows that waited for it; trying that out; and undoing it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.terms import AliasKind
from app.reports.aliases import queries
from app.reports.aliases.trying.actions import Confirmed, Effect, try_alias
from app.reports.aliases.undoing.trying.actions import UndoneEffect, try_undoing
from app.reports.counting.actions import Busy
from app.reports.queries import agreement as find_agreement
from app.store.database import Lane, Row, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
T = TypeVar("T")
ATTEMPTS, PAUSE = 20, 0.25
"How often a trial waits its turn behind reports that are being counted, and for how many seconds each time."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a distributor's own code stands for: a product, or a reseller."""

    product_id: str | None = None
    reseller_id: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A code and what it is to stand for, as it can be written down; or what it stands for already."""

    values: dict[str, object]
    standing: Key | None


async def confirm_alias(request: Request[Actor], agreement_id: str, code: str, meaning: Meaning) -> Key:
    """Say what a code of the distributor's stands for; every held row that waits for it is released, and a code that no row
    names yet is known when one does. Saying the same again changes nothing; another meaning for a code that has one is
    refused."""
    async with acting(request, "confirmAlias") as act:
        asked = await _checked(act.session, act.actor, agreement_id, code, meaning)
        if asked.standing is not None:
            return asked.standing
        alias = _key(asked.values)
        await queries.add_alias(act.session, **asked.values)
        told = {name: asked.values[name] for name in _TOLD if name in asked.values}
        await act.record(global_id("Alias", alias), vendor_id=alias.vendor_id, after=told)
        await enqueue(act.session, Job.RELEASE_HELD, vendor_id=alias.vendor_id, alias_id=alias.id)
        return alias


_TOLD = ("code", "kind", "product_id", "authorization_id", "reseller_id")


async def preview_alias(request: Request[Actor], agreement_id: str, code: str, meaning: Meaning) -> Effect:
    """What `confirm_alias` would do, with its refusals; changes nothing. Of a code that stands for this already, nothing.

    Whoever confirms the code while it is tried out decides: then it is looked at anew.
    """
    async with acting(request, "previewAlias") as act:
        asked = await _checked(act.session, act.actor, agreement_id, code, meaning)
    if asked.standing is not None:
        return Effect(0, 0, [], 0, {})
    database, vendor_id = request.database.on(Lane.HEAVY), _key(asked.values).vendor_id
    found: Effect | Confirmed = await in_turn(lambda: try_alias(database, vendor_id, asked.values))
    return await preview_alias(request, agreement_id, code, meaning) if isinstance(found, Confirmed) else found


async def preview_undoing(request: Request[Actor], alias_id: str) -> UndoneEffect:
    """What `undo_alias` would do, with its refusals; changes nothing. Of an alias that is undone already, nothing."""
    async with acting(request, "previewAliasUndo") as act:
        alias, _ = await _to_undo(act.session, alias_id)
    return await in_turn(lambda: try_undoing(request.database.on(Lane.HEAVY), alias.vendor_id, alias.id))


async def in_turn(trial: Callable[[], Awaitable[T | Busy]]) -> T:
    """What a trial finds, once no report is being counted that it would change."""
    for _ in range(ATTEMPTS):
        found = await trial()
        if not isinstance(found, Busy):
            return found
        await asyncio.sleep(PAUSE)
    raise Refused(Problem((), C.BUSY, "Reports are being counted, which this would change. Ask again in a moment."))


async def undo_alias(request: Request[Actor], alias_id: str, key: str | None) -> Key:
    """End an alias; the rows that it placed are held again, in the background. Undoing it twice changes nothing more."""
    async with acting(request, "undoAlias") as act:
        if key is not None and (before := await act.done_before(key, alias_id)) is not None:
            alias_id = before
        alias, found = await _to_undo(act.session, alias_id)
        if found["undone_at"] is None:
            await queries.undo(act.session, alias, act.actor.name, datetime.now(UTC))
            code = {"code": found["code"], "kind": found["kind"]}
            await act.record(global_id("Alias", alias), vendor_id=alias.vendor_id, before=code)
            await enqueue(act.session, Job.UNDO_ALIAS, vendor_id=alias.vendor_id, alias_id=alias.id)
        if key is not None and before is None:
            await act.remember(key, alias_id, alias_id)
        return alias


async def _to_undo(session: Session, alias_id: str) -> tuple[Key, Row]:
    alias = key_of("Alias", alias_id)
    found = await queries.alias_to_undo(session, alias) if alias is not None else None
    if alias is None or found is None:
        raise Refused(Problem(("aliasId",), C.NOT_FOUND, "No alias by this id is visible to you."))
    return alias, found


async def _checked(session: Session, actor: Actor, agreement_id: str, code: str, meaning: Meaning) -> Confirmation:
    agreement_key = key_of("DistributionAgreement", agreement_id)
    agreement = await find_agreement(session, agreement_key) if agreement_key else None
    if agreement is None or agreement_key is None:
        raise Refused(Problem(("agreementId",), C.NOT_FOUND, "No agreement by this id is visible to you."))
    if not code.strip() or len(code) > 200 or not code.isprintable():
        raise Refused(Problem(("code",), C.INVALID, "A code has 1 to 200 printable characters."))
    target = await _target(session, agreement_key, meaning)
    kind = AliasKind.PRODUCT if meaning.product_id is not None else AliasKind.ACCOUNT
    await queries.take_code(session, agreement_key, code.strip())
    standing = await queries.live_alias(session, agreement_key, kind.value, code.strip())
    values: dict[str, object] = {
        "vendor_id": agreement_key.vendor_id,
        "id": new_id(),
        "agreement_id": agreement_key.id,
        "distributor_id": agreement["distributor_id"],
        "kind": kind.value,
        "code": code.strip(),
        "confirmed_by": actor.name,
        "confirmed_at": datetime.now(UTC),
        **target,
    }
    return Confirmation(values, None if standing is None else _same_meaning(standing, target))


def _key(values: dict[str, object]) -> Key:
    vendor, id = values["vendor_id"], values["id"]
    assert isinstance(vendor, UUID) and isinstance(id, UUID)
    return Key(vendor, id)


async def _target(session: Session, agreement: Key, meaning: Meaning) -> dict[str, UUID]:
    """The columns that name what the code stands for; both candidates must be visible to the asker, in this network."""
    if meaning.product_id is not None:
        product = key_of("Product", meaning.product_id)
        if (
            product is None
            or product.vendor_id != agreement.vendor_id
            or not await queries.product_exists(session, product)
        ):
            raise Refused(Problem(("meaning", "productId"), C.NOT_FOUND, "No product by this id is in this network."))
        return {"product_id": product.id}
    reseller = key_of("Reseller", meaning.reseller_id or "")
    authorization = None
    if reseller is not None and reseller.vendor_id == agreement.vendor_id:
        with suppress(ValueError):
            authorization = await queries.authorization_of(session, agreement, reseller.id)
    if reseller is None or authorization is None:
        message = (
            "No reseller by this id is authorised under this agreement. Authorise it first, then confirm its account."
        )
        raise Refused(Problem(("meaning", "resellerId"), C.NOT_FOUND, message))
    return {"authorization_id": authorization, "reseller_id": reseller.id}


def _same_meaning(standing: Row, target: dict[str, UUID]) -> Key:
    same = all(standing[name] == value for name, value in target.items() if name != "authorization_id")
    if not same:
        message = (
            f"The code {standing['code']!r} already stands for something else in this agreement. Undo that first; its rows"
            " are held again, and count as what you say then."
        )
        raise Refused(Problem(("code",), C.TAKEN, message))
    return Key(standing["vendor_id"], standing["id"])
