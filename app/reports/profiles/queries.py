"""What is asked of profiles. Row-level security cuts every answer to the asker's own: a
distributor's of its sales and stock, a vendor's of its sell-in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.store.database import Reader, Row, Session

_LIVE = (
    "p.retired_at IS NULL AND NOT EXISTS (SELECT FROM report_profile n WHERE n.vendor_id = p.vendor_id"
    " AND n.agreement_id = p.agreement_id AND n.kind = p.kind AND n.format = p.format AND n.version > p.version)"
)
_PROFILE = (
    "p.vendor_id, p.id, p.version, p.agreement_id, p.kind, p.format, p.name, p.settings, p.created_by, p.created_at,"
    f" p.retired_at, ({_LIVE}) AS live"
)
PROFILE_ORDER = Order(
    (
        SortKey("p.kind", "kind", str, "text"),
        SortKey("p.format", "format", str, "text"),
        SortKey("p.version", "version", int, "integer"),
    ),
    descending=True,
)


async def profiles_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The versions of profiles with these keys that the asker may see, in no order; a key's row is the version."""
    return await db.rows(
        f"SELECT {_PROFILE} FROM report_profile p"
        " JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS k (vendor_id, id, version)"
        " ON k.vendor_id = p.vendor_id AND k.id = p.id AND k.version = p.version"
        " WHERE p.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
        [key.row for key in keys],
    )


_OF_AGREEMENT = (
    " p.vendor_id = a.vendor_id AND p.agreement_id = a.id AND ($3::text[] IS NULL OR p.kind = ANY ($3))"
    f" AND ($4::text[] IS NULL OR p.format = ANY ($4)) AND ($5::boolean OR ({_LIVE}))"
)


async def profiles_of(
    db: Reader,
    agreements: Sequence[Key],
    window: Window,
    kinds: list[str] | None,
    formats: list[str] | None,
    history: bool,
) -> list[Row]:
    """A page of each agreement's profiles, the newest version of each kind and format first; older ones if asked for."""
    arguments: list[object] = [*_agreements(agreements), kinds, formats, history]
    return await db.rows(
        "SELECT a.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS a (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT {_PROFILE} FROM report_profile p WHERE{_OF_AGREEMENT}"
        f"{window.sql(arguments)}) x",
        *arguments,
    )


async def count_profiles_of(
    db: Reader, agreements: Sequence[Key], kinds: list[str] | None, formats: list[str] | None, history: bool
) -> dict[int, int]:
    """How many profiles each agreement has, by the agreement's ordinal from 1."""
    rows = await db.rows(
        "SELECT a.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS a (vendor_id, id, ordinal)"
        f" JOIN report_profile p ON{_OF_AGREEMENT} GROUP BY a.ordinal",
        *_agreements(agreements),
        kinds,
        formats,
        history,
    )
    return {row["ordinal"]: row["total"] for row in rows}


def _agreements(agreements: Sequence[Key]) -> tuple[list[UUID], list[UUID]]:
    return [key.vendor_id for key in agreements], [key.id for key in agreements]


async def newest(session: Reader, agreement: Key, kind: str, written: str) -> Row | None:
    """The highest version for a kind and format under an agreement, live or retired."""
    return await session.row(
        f"SELECT {_PROFILE} FROM report_profile p WHERE p.vendor_id = $1 AND p.agreement_id = $2 AND p.kind = $3"
        " AND p.format = $4 ORDER BY p.version DESC LIMIT 1",
        agreement.vendor_id,
        agreement.id,
        kind,
        written,
    )


async def profile(session: Reader, key: Key) -> Row | None:
    """One version of a profile."""
    return await session.row(
        f"SELECT {_PROFILE} FROM report_profile p WHERE p.vendor_id = $1 AND p.id = $2 AND p.version = $3::bigint",
        key.vendor_id,
        key.id,
        key.row,
    )


async def profile_of_submission(session: Reader, vendor_id: UUID, submission_id: UUID) -> Row | None:
    """What the profile says that was live when a report was received."""
    return await session.row(
        "SELECT p.kind, p.format, p.settings FROM submission s JOIN report_profile p ON p.vendor_id = s.vendor_id"
        " AND p.id = s.profile_id AND p.version = s.profile_version WHERE s.vendor_id = $1 AND s.id = $2",
        vendor_id,
        submission_id,
    )


async def add_profile(session: Session, **given: object) -> bool:
    """Write a version down; False where somebody else wrote it meanwhile."""
    names = list(given)
    holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    written = await session.execute(
        f"INSERT INTO report_profile ({', '.join(names)}) VALUES ({holders}) ON CONFLICT DO NOTHING", *given.values()
    )
    return written == 1


async def retire(session: Session, key: Key, by: str, at: datetime) -> bool:
    """End the live version; False where it is not live any more."""
    ended = await session.execute(
        "UPDATE report_profile p SET retired_by = $4, retired_at = $5"
        f" WHERE p.vendor_id = $1 AND p.id = $2 AND p.version = $3 AND {_LIVE}",
        key.vendor_id,
        key.id,
        key.row,
        by,
        at,
    )
    return ended == 1


async def known_codes(db: Reader, agreement: Key, codes: list[str]) -> tuple[set[str], set[str]]:
    """Which of these codes are products (SKU, GTIN or an alias of it), and which are accounts or aliases of one."""
    rows = await db.rows(
        "SELECT c.code, EXISTS (SELECT FROM product p WHERE p.vendor_id = $1 AND (p.sku = c.code OR p.gtin = c.code))"
        " OR EXISTS (SELECT FROM alias x WHERE x.vendor_id = $1 AND x.agreement_id = $2 AND x.kind = 'PRODUCT'"
        "  AND x.code = c.code AND x.undone_at IS NULL) AS product,"
        " EXISTS (SELECT FROM account n WHERE n.vendor_id = $1 AND n.agreement_id = $2 AND n.number = c.code)"
        " OR EXISTS (SELECT FROM alias x WHERE x.vendor_id = $1 AND x.agreement_id = $2 AND x.kind = 'ACCOUNT'"
        "  AND x.code = c.code AND x.undone_at IS NULL) AS account"
        " FROM unnest($3::text[]) AS c (code)",
        agreement.vendor_id,
        agreement.id,
        codes,
    )
    return {row["code"] for row in rows if row["product"]}, {row["code"] for row in rows if row["account"]}


async def known_products(db: Reader, vendor_id: UUID, codes: list[str]) -> set[str]:
    """Which of these codes are products, by SKU or GTIN."""
    rows = await db.rows(
        "SELECT c.code FROM unnest($2::text[]) AS c (code) WHERE EXISTS"
        " (SELECT FROM product p WHERE p.vendor_id = $1 AND (p.sku = c.code OR p.gtin = c.code))",
        vendor_id,
        codes,
    )
    return {row["code"] for row in rows}
