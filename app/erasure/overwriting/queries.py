"""The statements that take a name out of the tables, as `worker`: what stands as a name of its own is replaced by what
compares alike, what is a text has a mark where the name stood.
"""

import re
from typing import Any

from app.erasure.queries import Held, left, looked_for
from app.programme.alert_kinds import AlertKind
from app.programme.erasures import ErasedSubject, in_text
from app.programme.terms import Level
from app.store.database import Session

BATCH = 2_000
"How many texts are read and written at once."
QUOTING = frozenset(
    {
        *(AlertKind.PRICE_MISSING, AlertKind.PRICE_UNUSUAL, AlertKind.AMOUNT_DIFFERS, AlertKind.MORE_SOLD_THAN_STOCK),
        *(AlertKind.RESELLER_NOT_AUTHORIZED, AlertKind.SERIAL_SOLD_TWICE, AlertKind.SERIAL_SOLD_BY_TWO),
        *(AlertKind.SERIAL_OUTSIDE_TERRITORY, AlertKind.SUBMISSION_FAILED, AlertKind.LINE_CONTESTED),
        *(AlertKind.DEAL_TO_DECIDE, AlertKind.DEAL_EXPIRING, AlertKind.CERTIFICATION_EXPIRING),
    }
)
"The alerts that quote what reports, deals and certifications say; of no other is anything taken out by whom it is about."
_SAID = re.compile(r"[A-Z][A-Z0-9_]*|[-+]?[0-9][0-9.,:/TZ+-]*|[^@\s]+@[^@\s]+")
"A code, a number or a day, an address."
_NAMING = (
    "name",
    "customer",
    "holder",
    "title",
    "description",
    "note",
    "notes",
    "reason",
    "value",
    "text",
    "code",
    "number",
)
"How the names end of what may say a name."
_SAME = "lower(btrim({})) = lower(btrim($3::text))"


async def lines(session: Session, held: Held, hashed: str) -> int:
    """The lines of the owner's reports, those that no longer count as well."""
    if held.level is Level.DISTRIBUTOR:
        return await session.execute(
            f"UPDATE sell_through_line SET end_customer = {left('end_customer')}, disclosed_end_customer ="
            f" CASE WHEN disclosed_end_customer IS NOT NULL THEN {left('end_customer')} END"
            f" WHERE vendor_id = $1 AND distributor_id = $2 AND {_SAME.format('end_customer')}",
            *held.of,
            hashed,
        )
    return await session.execute(
        f"UPDATE sell_out_line SET end_customer = {left('end_customer')}"
        f" WHERE vendor_id = $1 AND reseller_id = $2 AND {_SAME.format('end_customer')}",
        *held.of,
        hashed,
    )


async def rows(session: Session, held: Held, hashed: str, mark: str) -> int:
    """The rows that did not count, with what they said, and what is wrong with them."""
    owner = _owner(held)
    named = await session.execute(
        f"UPDATE report_row SET end_customer = {left('end_customer')}"
        f" WHERE vendor_id = $1 AND {owner} = $2 AND {_SAME.format('end_customer')}",
        *held.of,
        hashed,
    )
    said = await _texts(
        session,
        held,
        mark,
        "report_row",
        ("submission_id", "row_number"),
        ("received", "disclosed_received", "document_number", "product_code", "reseller_account", "unit"),
        "received",
    )
    await _texts(
        session,
        held,
        mark,
        "submission_issue",
        ("submission_id", "row_number", "position"),
        ("value", "disclosed_value"),
    )
    await _texts(
        session, held, mark, "submission", ("id",), ("filename", "failure_message", "disclosed_failure_message")
    )
    return max(named, said)


async def _texts(
    session: Session,
    held: Held,
    mark: str,
    table: str,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    *told_by: str,
) -> int:
    """Put the mark where the name stands in these texts of the owner's; how many rows had it. Where some of the columns say
    all that the others do, rows are found by them."""
    find, pattern, after, found = in_text(held.name), looked_for(held.name), None, 0
    named, ordered = ", ".join((*keys, *columns)), ", ".join(keys)
    asked = " OR ".join(f"{column} ILIKE ANY ($3::text[])" for column in told_by or columns)
    while True:
        further = f" AND ({ordered}) > ({', '.join(f'${place}' for place in range(4, 4 + len(keys)))})" if after else ""
        page = await session.rows(
            f"SELECT {named} FROM {table} WHERE vendor_id = $1 AND {_owner(held)} = $2 AND ({asked}){further}"
            f" ORDER BY {ordered} LIMIT {BATCH}",
            held.vendor_id,
            held.party_id,
            pattern,
            *(after or ()),
        )
        changed = [
            (*(row[key] for key in keys), *(None if row[c] is None else find.sub(mark, row[c]) for c in columns))
            for row in page
        ]
        found += len(changed)
        placed = " AND ".join(f"{key} = ${place}" for place, key in enumerate(keys, 2))
        assigned = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, 2 + len(keys)))
        await session.execute_many(
            f"UPDATE {table} SET {assigned} WHERE vendor_id = $1 AND {placed}",
            [(held.vendor_id, *each) for each in changed],
        )
        if len(page) < BATCH:
            return found
        after = tuple(page[-1][key] for key in keys)


def _owner(held: Held) -> str:
    return "distributor_id" if held.level is Level.DISTRIBUTOR else "reseller_id"


async def records(session: Session, held: Held, hashed: str, mark: str) -> int:
    """Deals, special prices, assignments of agents and certifications."""
    if held.subject is ErasedSubject.CERTIFIED_PERSON:
        owner = {
            Level.VENDOR: "$2::uuid IS NULL AND recorded_by = 'VENDOR'",
            Level.DISTRIBUTOR: "distributor_id = $2",
            Level.RESELLER: "reseller_id = $2",
        }
        return await session.execute(
            f"UPDATE certification SET holder = {left('holder')}, holder_key = {left('holder')}"
            f" WHERE vendor_id = $1 AND {owner[held.level]} AND {_SAME.format('holder')}",
            *held.of,
            hashed,
        )
    if held.level is Level.VENDOR:
        assigned = await _assignments(session, held, mark)
        return assigned + await session.execute(
            f"UPDATE special_price SET end_customer = {left('end_customer')}"
            f" WHERE vendor_id = $1 AND $2::uuid IS NULL AND {_SAME.format('end_customer')}",
            *held.of,
            hashed,
        )
    if held.level is Level.DISTRIBUTOR:
        return 0
    await _texts(session, held, mark, "deal", ("id",), ("name",))
    return await session.execute(
        f"UPDATE deal_customer SET name = {left('name')}, domain = NULL"
        f" WHERE vendor_id = $1 AND reseller_id = $2 AND {_SAME.format('name')}",
        *held.of,
        hashed,
    )


async def _assignments(session: Session, held: Held, mark: str) -> int:
    """Assignments of agents to an end customer: the hash by which its purchases are found stays."""
    noted = await session.rows(
        "SELECT id, note FROM agent_assignment WHERE vendor_id = $1 AND note ILIKE ANY ($2::text[])",
        held.vendor_id,
        looked_for(held.name),
    )
    find = in_text(held.name)
    await session.execute_many(
        "UPDATE agent_assignment SET note = $3 WHERE vendor_id = $1 AND id = $2",
        [(held.vendor_id, row["id"], find.sub(mark, row["note"])) for row in noted],
    )
    return await session.execute(
        "UPDATE agent_assignment SET customer_name = NULL"
        f" WHERE vendor_id = $1 AND $2::uuid IS NULL AND {_SAME.format('customer_name')}",
        *held.of,
    )


async def alerts(session: Session, held: Held, mark: str) -> None:
    """What alerts say as evidence that quote what the owner wrote, whoever reads them."""
    of = {Level.VENDOR: "$2::uuid IS NULL AND audience = 'VENDOR'"}.get(held.level, f"{_owner(held)} = $2")
    told = await session.rows(
        f"SELECT id, evidence, facts FROM alert WHERE vendor_id = $1 AND {of} AND kind = ANY ($4::text[])"
        " AND array_to_string(evidence || facts, ' ') ILIKE ANY ($3::text[])",
        held.vendor_id,
        held.party_id,
        looked_for(held.name),
        sorted(QUOTING),
    )
    find = in_text(held.name)
    await session.execute_many(
        "UPDATE alert SET evidence = $3, facts = $4 WHERE vendor_id = $1 AND id = $2",
        [
            (held.vendor_id, row["id"], *([find.sub(mark, each) for each in row[c]] for c in ("evidence", "facts")))
            for row in told
        ],
    )


async def trail(session: Session, held: Held, mark: str) -> None:
    """What the owner's own trail says was before and after its acts in this network; finished exports end."""
    told = await session.rows(
        "SELECT id, before, after FROM audit_event WHERE organization_id = $1 AND (vendor_id = $2 OR vendor_id IS NULL)"
        " AND (before::text ILIKE ANY ($3::text[]) OR after::text ILIKE ANY ($3::text[]))",
        held.organization_id,
        held.vendor_id,
        looked_for(held.name),
    )
    find = in_text(held.name)
    await session.execute_many(
        "UPDATE audit_event SET before = $3, after = $4 WHERE organization_id = $1 AND id = $2",
        [
            (held.organization_id, row["id"], *(_marked(row[column], find, mark) for column in ("before", "after")))
            for row in told
        ],
    )
    await session.execute(
        "UPDATE export SET expires_at = least(expires_at, now()) WHERE organization_id = $1 AND status = 'DONE'",
        held.organization_id,
    )


def _marked(value: Any, find: Any, mark: str, named: str = "") -> Any:
    """What a trail says, without the name. What was done stays: no code, number or address is a name, unless it stands where
    names do."""
    if isinstance(value, str):
        return value if _SAID.fullmatch(value) and not named.lower().endswith(_NAMING) else find.sub(mark, value)
    if isinstance(value, list):
        return [_marked(each, find, mark, named) for each in value]
    if isinstance(value, dict):
        return {name: _marked(each, find, mark, name) for name, each in value.items()}
    return value
