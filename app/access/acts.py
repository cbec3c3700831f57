"""What every act of a partner has in common: it takes effect once per key, entirely or not at all, and leaves a trace.

A mutation is a guarded root field. What it does runs in one transaction as the actor's own level; a refusal carries all
its reasons, rolls everything back and answers as `userErrors`. What it answers is read in a new snapshot, after commit.
"""

import functools
import hashlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import strawberry

from app.access.actor import Actor
from app.access.guard import guarded
from app.access.roles import Permission
from app.execution.described import values, visible
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.request import Request
from app.programme.terms import Level
from app.store import memory
from app.store.database import Session

values(UserErrorCode)
R = TypeVar("R")


@visible("viewer:read")
class UserError:
    """Something that a person can put right. Nothing was changed."""

    field: list[str] | None
    "The path of the input field, from `input` downwards; null where it is the whole."
    code: UserErrorCode
    "What kind of thing it is."
    message: str
    "What is wrong, and what would be right."


def mutation(permission: Permission) -> Callable[[Callable[..., Awaitable[R]]], Any]:
    """A root field of Mutation: `(self, info, input) -> Payload`, where the payload has `user_errors`."""

    def declare(act: Callable[..., Awaitable[R]]) -> Any:
        signature = inspect.signature(act)
        payload, entered = signature.return_annotation, signature.parameters["input"].annotation

        @functools.wraps(act)
        async def run(self: Any, info: strawberry.Info, input: Any) -> R:
            try:
                return await act(self, info, input)
            except Refused as refusal:
                refused: R = _refused(payload, refusal)
                return refused

        field = guarded(permission)(run)
        [argument] = field.arguments
        argument.description = entered.__strawberry_definition__.description
        return field

    return declare


def _refused(payload: Any, refusal: Refused) -> Any:
    names = [field.python_name for field in payload.__strawberry_definition__.fields]
    return payload(**{name: None for name in names if name != "user_errors"}, user_errors=told(refusal.problems))


def told(problems: Sequence[Problem]) -> list[UserError]:
    """Problems as the graph answers them."""
    return [
        UserError(field=["input", *problem.field], code=problem.code, message=problem.message) for problem in problems
    ]


@dataclass(frozen=True, slots=True)
class Concerns:
    """Whom an act concerns beside who did it: they read that it was done, and to what, where they ask for the audit. Only
    those who may know the subject: the vendor, a distributor's party, a reseller's."""

    vendor: bool = False
    distributor_id: UUID | None = None
    reseller_id: UUID | None = None

    def apart_from(self, actor: Actor) -> list[tuple[Level, UUID | None]]:
        """Each level that is told, with its party; the actor's own side is not."""
        told = [(Level.DISTRIBUTOR, self.distributor_id), (Level.RESELLER, self.reseller_id)]
        parties = [(level, party) for level, party in told if party is not None and party not in actor.party_ids]
        return [*([(Level.VENDOR, None)] if self.vendor and actor.level is not Level.VENDOR else []), *parties]


@dataclass(slots=True)
class Act:
    """One act under way: its transaction, who does it, and its name as the contract has it."""

    session: Session
    actor: Actor
    name: str
    request_id: str

    async def done_before(self, key: str, given: object) -> str | None:
        """What the same act with the same key answered, if it was done. A twin under way is waited for.

        Raises Refused with IDEMPOTENCY_KEY_REUSED where the key was used with another input.
        """
        if not key.strip() or len(key) > 200 or "\0" in key:
            raise Refused(
                Problem(("idempotencyKey",), UserErrorCode.INVALID, "An idempotency key has 1 to 200 characters.")
            )
        await memory.wait_for_twin(self.session, self.actor.organization_id, self.name, key)
        row = await memory.remembered(self.session, self.actor.organization_id, self.name, key)
        if row is None:
            return None
        if row["input_hash"] != fingerprint(given):
            raise Refused(
                Problem(
                    ("idempotencyKey",),
                    UserErrorCode.IDEMPOTENCY_KEY_REUSED,
                    f"The key {key!r} was used before with another input. Send that input again, or use a new key.",
                )
            )
        answer: str = row["result"]
        return answer

    async def remember(self, key: str, given: object, result: str) -> None:
        """Keep the answer for good, in the same transaction as its effect."""
        await memory.remember(self.session, self.actor.organization_id, self.name, key, fingerprint(given), result)

    async def record(
        self,
        subject: str,
        *,
        vendor_id: UUID | None,
        before: object = None,
        after: object = None,
        concerns: Concerns | None = None,
    ) -> None:
        """Write down who did what to which object; only what every audience of the row may read. Whom else it `concerns` is
        given notice of the act, and of nothing that it changed."""
        await memory.record(
            self.session,
            organization_id=self.actor.organization_id,
            vendor_id=vendor_id,
            level=self.actor.level.value,
            actor=self.actor.name,
            act=self.name,
            subject=subject,
            before=before,
            after=after,
            request_id=self.request_id,
        )
        told = concerns.apart_from(self.actor) if concerns is not None else []
        if told and vendor_id is not None:
            level, parties = self.actor.level.value, sorted(self.actor.party_ids)
            await memory.give_notice(self.session, vendor_id, told, self.name, subject, level, parties)


@asynccontextmanager
async def acting(request: Request[Actor], name: str) -> AsyncIterator[Act]:
    """The transaction of one act, as the actor's level. Afterwards the request looks at the database anew."""
    async with request.database.writing(request.actor.context()) as session:
        yield Act(session, request.actor, name, request.request_id)
    await request.look_again()


def fingerprint(given: object) -> str:
    """The hash by which two inputs are the same."""
    return hashlib.sha256(msgspec.json.encode(given, order="deterministic", enc_hook=str)).hexdigest()
