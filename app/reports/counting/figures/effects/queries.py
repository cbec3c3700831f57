"""What a report has changed in the figures, and how it is kept where it was only tried out. All run as `worker`."""

from collections.abc import Sequence
from uuid import UUID

from app.reports.counting.figures.rollups.queries import FIGURES
from app.store.database import Row, Session


async def effects_of(session: Session, vendor_id: UUID, submission_id: UUID) -> list[Row]:
    """What a report has changed, as `keep_effects` takes it."""
    return await session.rows(
        f"SELECT month, product_id, currency, book_currency, {', '.join(FIGURES)} FROM submission_effect"
        " WHERE vendor_id = $1 AND submission_id = $2",
        vendor_id,
        submission_id,
    )


async def keep_effects(
    session: Session, vendor_id: UUID, submission_id: UUID, agreement: Row, level: str, found: Sequence[Row]
) -> None:
    """Keep what a preview would change, for the level that asked for it."""
    names = ("month", "product_id", "currency", "book_currency", *FIGURES)
    casts = ("date[]", "uuid[]", "text[]", "text[]", *("bigint[]" for _ in FIGURES))
    holders = ", ".join(f"${number}::{cast}" for number, cast in enumerate(casts, 7))
    await session.execute(
        "INSERT INTO submission_effect (vendor_id, submission_id, agreement_id, distributor_id, reseller_id,"
        f" previewed_by, {', '.join(names)}) SELECT $1, $2, $3, $4, $5, $6, e.* FROM unnest({holders}) AS e",
        vendor_id,
        submission_id,
        agreement["id"],
        agreement["distributor_id"],
        agreement["reseller_id"],
        level,
        *([row[name] for row in found] for name in names),
    )
