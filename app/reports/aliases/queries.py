"""What is asked of aliases, and of what they may stand for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, named, take
from app.tables.reports import HELD

_ALIAS = (
    "a.vendor_id, a.id, a.agreement_id, a.kind, a.code, a.product_id, a.reseller_id, a.confirmed_by, a.confirmed_at,"
    " a.released_rows, a.undone_by, a.undone_at, a.returned_rows"
)
ALIAS_ORDER = Order((SortKey("a.code", "code", str, "text"), SortKey("a.id", "id", UUID, "uuid")))


def _with_waiting(level: Level) -> str:
    """The columns of an alias, with how many held rows still name its code. A vendor sees aliases of products alone, and
    may not read the accounts that rows name."""
    account = "NULL" if level is Level.VENDOR else "r.reseller_account"
    return (
        f"{_ALIAS}, (SELECT count(*) FROM report_row r WHERE r.vendor_id = a.vendor_id"
        f" AND r.agreement_id = a.agreement_id AND a.undone_at IS NULL AND {_HELD}"
        f" AND CASE a.kind WHEN 'PRODUCT' THEN r.product_code ELSE {account} END = a.code) AS waiting_rows"
    )


_HELD = "r." + HELD.replace(" AND ", " AND r.")


async def aliases_by_key(db: Reader, level: Level, keys: Sequence[Key]) -> list[Row]:
    """The aliases of these keys that the asker may see, each with how many held rows still name its code."""
    return await db.rows(
        f"SELECT {_with_waiting(level)} FROM alias a JOIN unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " ON k.vendor_id = a.vendor_id AND k.id = a.id WHERE a.vendor_id = ANY ($1::uuid[])",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )


_KEPT = (
    "($3::text[] IS NULL OR a.kind = ANY ($3)) AND ($4::boolean IS NULL OR (a.undone_at IS NULL) = $4)"
    " AND ($5::text[] IS NULL OR a.code = ANY ($5))"
)


async def aliases_of(
    db: Reader,
    level: Level,
    agreements: Sequence[Key],
    window: Window,
    kinds: list[str] | None,
    live: bool | None,
    codes: list[str] | None,
) -> list[Row]:
    """A page of each agreement's aliases by code, those undone included unless they are left out."""
    arguments: list[object] = [*_of(agreements), kinds, live, codes]
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" CROSS JOIN LATERAL (SELECT {_with_waiting(level)} FROM alias a"
        f" WHERE a.vendor_id = p.vendor_id AND a.agreement_id = p.id AND {_KEPT}{window.sql(arguments)}) x",
        *arguments,
    )


async def count_aliases_of(
    db: Reader, agreements: Sequence[Key], kinds: list[str] | None, live: bool | None, codes: list[str] | None
) -> dict[int, int]:
    """How many aliases each agreement has, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        f" JOIN alias a ON a.vendor_id = p.vendor_id AND a.agreement_id = p.id AND {_KEPT} GROUP BY p.ordinal",
        *_of(agreements),
        kinds,
        live,
        codes,
    )
    return {row["ordinal"]: row["total"] for row in rows}


def _of(agreements: Sequence[Key]) -> tuple[list[UUID], list[UUID]]:
    return [key.vendor_id for key in agreements], [key.id for key in agreements]


async def alias_to_undo(session: Session, key: Key) -> Row | None:
    """An alias that the asker sees, held until the transaction ends, so that it is undone once."""
    return await session.row(
        "SELECT id, kind, code, undone_at FROM alias WHERE vendor_id = $1 AND id = $2 FOR UPDATE", key.vendor_id, key.id
    )


async def undo(session: Session, key: Key, by: str, at: datetime) -> None:
    """Say that a code no longer stands for what it stood for."""
    await session.execute(
        "UPDATE alias SET undone_at = $3, undone_by = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        at,
        by,
    )


async def take_code(session: Session, agreement: Key, code: str) -> None:
    """Hold a code of an agreement until the transaction ends; whoever confirms the same one meanwhile waits here."""
    await take(session, Turn.CODE, named(agreement.id, code))


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
