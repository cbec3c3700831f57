"""Comparing what claims come to without and with what is tried out: by reckoning both, and taking both back.

Counting knows when something is tried out, and pricing what claims come to: neither knows the other. Here pricing says how
they are reckoned, and counting has it done.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from app.claim_effects import queries
from app.programme.claim_effects import ClaimEffect, Subject, Worth, differences
from app.store.database import Row, Session

Reckoning = Callable[[Session, UUID, UUID, Sequence[UUID]], Awaitable[Mapping[Subject, Worth]]]
"What claims about some products come to under an agreement of a network: it may write what is taken back afterwards."
_reckonings: list[Reckoning] = []


def reckoned_by(reckoning: Reckoning) -> None:
    """Let claims be reckoned so whenever something is tried out."""
    if reckoning not in _reckonings:
        _reckonings.append(reckoning)


async def standing(
    session: Session, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID]
) -> dict[Subject, Worth]:
    """What claims about these products come to as everything stands in this transaction; nothing is changed. Run as
    `worker`, in the turn of the distributor."""
    found: dict[Subject, Worth] = {}
    if not products:
        return found
    await queries.begin(session)
    for reckoning in _reckonings:
        found |= await reckoning(session, vendor_id, agreement_id, products)
    await queries.take_back(session)
    return found


async def effects(
    session: Session, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID], after: Mapping[Subject, Worth]
) -> list[ClaimEffect]:
    """Where claims come to something else than `after`, which was reckoned before what was tried out was taken back."""
    return differences(await standing(session, vendor_id, agreement_id, products), after)


async def keep_claim_effects(
    session: Session,
    vendor_id: UUID,
    agreement_id: UUID,
    products: Sequence[UUID],
    after: Mapping[Subject, Worth],
    submission: Row,
) -> None:
    """Keep with a preview, once it is taken back, where claims come to something else than `after`."""
    found = await effects(session, vendor_id, agreement_id, products, after)
    await queries.keep_effects(session, vendor_id, submission["id"], agreement_id, submission["previewed_by"], found)
