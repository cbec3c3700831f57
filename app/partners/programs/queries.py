"""What is asked of the database about programmes: their tiers, requirements and benefits."""

from collections.abc import Mapping, Sequence

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.partners.queries import Listing
from app.programme.terms import Audience
from app.store.database import Reader, Row, Session

REVIEWS = ("review_months", "review_day", "grace_days", "promotion", "demotion", "reviews_since")
AUTO_APPROVAL = ("auto_status", "auto_partner_types", "auto_countries")
PROGRAM = {
    name: f"p.{name}"
    for name in (
        *("vendor_id", "id", "name", "description", "audience", "status", "partner_types", "countries", "version"),
        *REVIEWS,
        *AUTO_APPROVAL,
    )
}


async def programs(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Programmes of the networks that the asker takes part in; a reseller sees those for resellers."""
    return await db.rows(
        f"SELECT k.ordinal, {', '.join(PROGRAM.values())}"
        f" FROM {KEYS} JOIN program p ON p.vendor_id = k.vendor_id AND p.id = k.id",
        *keys_apart(keys),
    )


def programs_of_vendors(vendors: Sequence[Key], audience: Audience | None) -> Listing:
    """A vendor's programmes, of one audience or all."""
    source = "program p WHERE p.vendor_id = k.vendor_id AND ($3::text IS NULL OR p.audience = $3)"
    return Listing(KEYS, source, PROGRAM, (*keys_apart(vendors), audience))


async def tiers(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """The tiers of programmes, the lowest first."""
    return await db.rows(
        f"SELECT k.ordinal, t.vendor_id, t.id, t.rank, t.name"
        f" FROM {KEYS} JOIN program_tier t ON t.vendor_id = k.vendor_id AND t.program_id = k.id"
        f" ORDER BY k.ordinal, t.rank",
        *keys_apart(programs),
    )


async def tiers_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Tiers by their own ids."""
    return await db.rows(
        f"SELECT k.ordinal, t.vendor_id, t.id, t.rank, t.name"
        f" FROM {KEYS} JOIN program_tier t ON t.vendor_id = k.vendor_id AND t.id = k.id",
        *keys_apart(keys),
    )


async def requirements(db: Reader, tiers: Sequence[Key]) -> list[Row]:
    """What tiers ask for."""
    return await db.rows(
        f"SELECT k.ordinal, r.kind, r.needed, r.currency"
        f" FROM {KEYS} JOIN tier_requirement r ON r.vendor_id = k.vendor_id AND r.tier_id = k.id"
        f" ORDER BY k.ordinal, r.kind",
        *keys_apart(tiers),
    )


async def benefits(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """What programmes give now, from the lowest tier to the highest."""
    return await db.rows(
        f"SELECT k.ordinal, b.name, b.description, b.from_rank, b.where_to_use, b.opens"
        f" FROM {KEYS} JOIN benefit b ON b.vendor_id = k.vendor_id AND b.program_id = k.id"
        f" AND b.ended_at IS NULL"
        f" ORDER BY k.ordinal, b.from_rank, b.name",
        *keys_apart(programs),
    )


async def fits(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """Which kinds of incentives fit whom; read by the vendor alone."""
    return await db.rows(
        f"SELECT k.ordinal, f.kind, f.partner_types"
        f" FROM {KEYS} JOIN program_fit f ON f.vendor_id = k.vendor_id AND f.program_id = k.id"
        f" ORDER BY k.ordinal, f.kind",
        *keys_apart(programs),
    )


async def program_to_change(session: Session, key: Key) -> Row | None:
    """A programme that is about to be changed; nobody else changes it meanwhile."""
    return await session.row(
        f"SELECT {', '.join(PROGRAM.values())} FROM program p WHERE p.vendor_id = $1 AND p.id = $2 FOR UPDATE",
        key.vendor_id,
        key.id,
    )


async def change_program(session: Session, key: Key, columns: Mapping[str, object]) -> None:
    """Write columns of a programme, by names that stand in the code."""
    names = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, 3))
    written = await session.execute(
        f"UPDATE program SET {names} WHERE vendor_id = $1 AND id = $2", key.vendor_id, key.id, *columns.values()
    )
    assert written, "it was read in this transaction"


async def program_for_act(session: Session, key: Key) -> Row | None:
    """A programme's terms of entry, if the asker may see it."""
    return await session.row(
        "SELECT p.id, p.name, p.audience, p.status, p.partner_types, p.countries FROM program p"
        " WHERE p.vendor_id = $1 AND p.id = $2",
        key.vendor_id,
        key.id,
    )


async def ranks(session: Session, program: Key) -> list[Row]:
    """The tiers of one programme, the lowest first."""
    return await session.rows(
        "SELECT t.id, t.rank, t.name FROM program_tier t WHERE t.vendor_id = $1 AND t.program_id = $2 ORDER BY t.rank",
        program.vendor_id,
        program.id,
    )


async def benefits_in_force(session: Session, program: Key) -> list[Row]:
    """What one programme gives now."""
    return await session.rows(
        "SELECT b.id, b.name FROM benefit b WHERE b.vendor_id = $1 AND b.program_id = $2 AND b.ended_at IS NULL",
        program.vendor_id,
        program.id,
    )


async def program_named(session: Session, vendor_id: object, name: str) -> bool:
    """Whether the vendor has a programme of this name."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM program p WHERE p.vendor_id = $1 AND p.name = $2)", vendor_id, name
    )
    return found
