"""What is asked of aliases, and of what they may stand for."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row, Session

_ALIAS = (
    "a.vendor_id, a.id, a.agreement_id, a.kind, a.code, a.product_id, a.reseller_id, a.confirmed_at, a.released_rows"
)


async def aliases_by_key(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The aliases of these keys that the asker may see, each with how many held rows still name its code.

    A vendor sees aliases of products alone, and may not read the accounts that rows name.
    """
    account = "NULL" if level is Level.VENDOR else "r.reseller_account"
    return await db.rows(
        f"SELECT {_ALIAS}, (SELECT count(*) FROM report_row r WHERE r.vendor_id = a.vendor_id"
        " AND r.agreement_id = a.agreement_id AND r.outcome = 'HELD'"
        f" AND CASE a.kind WHEN 'PRODUCT' THEN r.product_code ELSE {account} END = a.code) AS waiting_rows"
        " FROM alias a JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = a.vendor_id AND k.id = a.id WHERE a.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


async def live_alias(session: Reader, key: Key, kind: str, code: str) -> Row | None:
    """What a code stands for in an agreement, if anybody confirmed it."""
    return await session.row(
        f"SELECT {_ALIAS} FROM alias a WHERE a.vendor_id = $1 AND a.agreement_id = $2 AND a.kind = $3 AND a.code = $4"
        " AND a.undone_at IS NULL",
        key.vendor_id,
        key.id,
        kind,
        code,
    )


async def product_exists(session: Reader, key: Key) -> bool:
    """Whether the asker sees this product."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM product WHERE vendor_id = $1 AND id = $2)", key.vendor_id, key.id
    )
    return found


async def authorization_of(session: Reader, agreement_key: Key, reseller_id: UUID) -> UUID | None:
    """The authorisation of a reseller under an agreement, if the asker sees one."""
    found: UUID | None = await session.value(
        "SELECT id FROM reseller_authorization WHERE vendor_id = $1 AND agreement_id = $2 AND reseller_id = $3",
        agreement_key.vendor_id,
        agreement_key.id,
        reseller_id,
    )
    return found


async def add_alias(session: Session, **given: object) -> None:
    """Write down what a code stands for."""
    names = list(given)
    holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    await session.execute(f"INSERT INTO alias ({', '.join(names)}) VALUES ({holders})", *given.values())
