"""Confirming what a code stands for, which releases the held rows that waited for it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.terms import AliasKind
from app.reports.aliases import queries
from app.reports.queries import agreement as find_agreement
from app.store.database import Row, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a distributor's own code stands for: a product, or a reseller."""

    product_id: str | None = None
    reseller_id: str | None = None


async def confirm_alias(request: Request[Actor], agreement_id: str, code: str, meaning: Meaning) -> Key:
    """Say what a code of the distributor's stands for; every held row that waits for it is released. Saying the same
    again changes nothing; another meaning for a code that has one is refused."""
    async with acting(request, "confirmAlias") as act:
        agreement_key = key_of("DistributionAgreement", agreement_id)
        agreement = await find_agreement(act.session, agreement_key) if agreement_key else None
        if agreement is None or agreement_key is None:
            raise Refused(Problem(("agreementId",), C.NOT_FOUND, "No agreement by this id is visible to you."))
        if not code.strip() or len(code) > 200 or not code.isprintable():
            raise Refused(Problem(("code",), C.INVALID, "A code has 1 to 200 printable characters."))
        target = await _target(act.session, agreement_key, meaning)
        kind = AliasKind.PRODUCT if meaning.product_id is not None else AliasKind.ACCOUNT
        standing = await queries.live_alias(act.session, agreement_key, kind.value, code.strip())
        if standing is not None:
            return _same_meaning(standing, target)
        alias = Key(agreement_key.vendor_id, new_id())
        await queries.add_alias(
            act.session,
            vendor_id=alias.vendor_id,
            id=alias.id,
            agreement_id=agreement_key.id,
            distributor_id=agreement["distributor_id"],
            kind=kind.value,
            code=code.strip(),
            confirmed_by=act.actor.name,
            confirmed_at=datetime.now(UTC),
            **target,
        )
        await act.record(
            global_id("Alias", alias), vendor_id=alias.vendor_id, after={"code": code.strip(), "kind": kind, **target}
        )
        await enqueue(act.session, Job.RELEASE_HELD, vendor_id=alias.vendor_id, alias_id=alias.id)
        return alias


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
        message = f"The code {standing['code']!r} already stands for something else in this agreement."
        raise Refused(Problem(("code",), C.TAKEN, message))
    return Key(standing["vendor_id"], standing["id"])
