"""The statements about claims when something is tried out. All run as `worker`."""

from collections.abc import Sequence
from uuid import UUID

from app.programme.claim_effects import ClaimEffect
from app.store.database import Session


async def begin(session: Session) -> None:
    """From here on, what is written can be taken back."""
    await session.execute("SAVEPOINT claims")


async def take_back(session: Session) -> None:
    """Take back what was written since; its locks go with it."""
    await session.execute("ROLLBACK TO SAVEPOINT claims")


async def keep_effects(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    agreement_id: UUID,
    previewed_by: str,
    found: Sequence[ClaimEffect],
) -> None:
    """Keep what a preview would change of claims, for the level that asked for it."""
    if not found:
        return
    await session.execute_many(
        "INSERT INTO submission_claim_effect (vendor_id, submission_id, position, agreement_id, distributor_id,"
        " previewed_by, kind, special_price_id, product_id, day, currency, units_before, units_after, amount_before,"
        " amount_after) SELECT $1, $2, $3, $4, a.distributor_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14"
        " FROM agreement a WHERE a.vendor_id = $1 AND a.id = $4",
        [
            (vendor_id, submission_id, position, agreement_id, previewed_by, *_values(each))
            for position, each in enumerate(found, 1)
        ],
    )


def _values(effect: ClaimEffect) -> tuple[object, ...]:
    of, before, after = effect.subject, effect.before, effect.after
    subject = (of.kind.value, of.special_price_id, of.product_id, of.day, of.currency)
    return (*subject, before.units, after.units, before.amount, after.amount)
