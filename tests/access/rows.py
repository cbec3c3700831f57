"""Whether a principal reads and writes the rows that the rules allow (`rules`), and no others.

Asked in SQL as the principal's role and context, past everything that the application does. A row travels as the JSON that
PostgreSQL makes of it.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from app.programme.terms import Level
from app.store.database import Context
from tests.access.rules import INSERTS, READS, D, Me, R, Row, V, network, own_distributor


@asynccontextmanager
async def acting(db: asyncpg.Connection, context: Context) -> AsyncIterator[None]:
    """A transaction in a role and context, rolled back."""
    transaction = db.transaction()
    await transaction.start()
    try:
        await db.execute(context.opening())
        yield
    finally:
        await transaction.rollback()


class Everything:
    """All rows of all tables as their owner sees them; `_x` is the transaction that wrote a row last."""

    def __init__(
        self, columns: dict[str, list[str]], writable: dict[str, list[str]], rows: dict[str, list[Row]]
    ) -> None:
        self.columns, self.writable, self.rows = columns, writable, rows

    @classmethod
    async def read(cls, db: asyncpg.Connection) -> "Everything":
        found = await db.fetch(
            "SELECT c.relname, a.attname, a.attidentity::text || a.attgenerated::text AS made FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0"
            " AND NOT a.attisdropped AND c.relname <> 'alembic_version' ORDER BY c.relname, a.attnum"
        )
        columns: dict[str, list[str]] = {}
        writable: dict[str, list[str]] = {}
        for row in found:
            columns.setdefault(row["relname"], []).append(row["attname"])
            writable.setdefault(row["relname"], []).extend([row["attname"]] if not row["made"] else [])
        return cls(columns, writable, {table: await whole(db, table) for table in columns})


async def whole(db: asyncpg.Connection, table: str) -> list[Row]:
    rows = await db.fetch(f"SELECT (to_jsonb(t) || jsonb_build_object('_x', t.xmin::text))::text FROM {table} t")
    return [json.loads(row[0]) for row in rows]


async def reading_faults(db: asyncpg.Connection, everything: Everything, me: Me, context: Context) -> list[str]:
    """Every table, every column that is granted: the rows are those that the rules above allow, no more, no fewer."""
    faults = []
    for table, columns in everything.columns.items():
        rule = READS.get(table, {}).get(me.who.level)
        async with acting(db, context):
            granted = await _granted(db, table, columns)
            if not granted:
                faults += [f"{me.who}: {table} cannot be read at all"] if rule is not None else []
                continue
            names = ", ".join(f'"{name}"' for name in granted)
            found = await db.fetch(f"SELECT to_jsonb(x)::text FROM (SELECT {names} FROM {table}) x")
        allowed = [row for row in everything.rows[table] if rule is not None and rule(row, me)]
        seen, right = (
            Counter(_text(json.loads(row[0])) for row in found),
            Counter(_text(row, granted) for row in allowed),
        )
        faults += [f"{me.who} sees in {table} what it may not: {text[:300]}" for text in seen - right]
        faults += [f"{me.who} does not see in {table}: {text[:300]}" for text in right - seen]
    return faults


async def _granted(db: asyncpg.Connection, table: str, columns: list[str]) -> list[str]:
    able = await db.fetch(
        "SELECT name FROM unnest($2::text[]) AS name WHERE has_column_privilege($1::text, name, 'SELECT')",
        table,
        columns,
    )
    return [row["name"] for row in able]


def _text(row: Row, columns: list[str] | None = None) -> str:
    return json.dumps({name: row[name] for name in columns or row if name != "_x"}, sort_keys=True)


async def writing_faults(
    db: asyncpg.Connection, everything: Everything, me: Me, context: Context, samples: int = 3
) -> list[str]:
    """Adding, changing and deleting rows of others is refused or touches nothing, in every table and column."""
    faults = []
    for table in everything.columns:
        visible = READS.get(table, {}).get(me.who.level)
        foreign = [row for row in everything.rows[table] if visible is None or not visible(row, me)]
        faults += await _adding(db, everything, table, me, context, samples)
        statements = [f"DELETE FROM {table}"]
        async with acting(db, context):
            for column in everything.columns[table]:
                if await db.fetchval("SELECT has_column_privilege($1::text, $2::text, 'UPDATE')", table, column):
                    statements.append(f'UPDATE {table} SET "{column}" = {_value(everything, table, column)}')
        for statement in statements:
            faults += await _changing(db, table, foreign, statement, me, context)
    return faults


def _value(everything: Everything, table: str, column: str) -> str:
    """A value that the column has somewhere, so that no CHECK refuses it."""
    values = [row[column] for row in everything.rows[table] if row[column] is not None]
    literal = json.dumps({column: values[0] if values else None}).replace("'", "''")
    return f"(jsonb_populate_record(NULL::{table}, '{literal}')).\"{column}\""


async def _changing(
    db: asyncpg.Connection, table: str, foreign: list[Row], statement: str, me: Me, context: Context
) -> list[str]:
    async with acting(db, context):
        try:
            async with db.transaction():
                await db.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            return []
        except asyncpg.IntegrityConstraintViolationError:
            pass
        await db.execute("RESET ROLE")
        standing = Counter(json.dumps(row, sort_keys=True) for row in await whole(db, table))
    touched = Counter(json.dumps(row, sort_keys=True) for row in foreign) - standing
    return [f"{me.who} changes rows of others by {statement[:200]}: {text[:200]}" for text in list(touched)[:1]]


async def _adding(
    db: asyncpg.Connection, everything: Everything, table: str, me: Me, context: Context, samples: int
) -> list[str]:
    """The policy refuses a row of others before any key is looked at, so that no key tells whether it is there; and one of
    one's own that says of itself what others decide."""
    rule = INSERTS[me.who.level].get(table)
    ready = [_as_handed_in(row, me.who.level) if table == "submission" else row for row in everything.rows[table]]
    foreign = [row for row in ready if rule is None or not rule(row, me)]
    own = next((row for row in ready if rule is not None and rule(row, me)), None)
    reads, faults = READS.get(table, {}).get(me.who.level), []
    decided = [row for row in foreign if reads is not None and reads(row, me)]
    for row in [
        *foreign[:samples],
        *decided[:samples],
        *(_with_another_owner(own, foreign) if own is not None else ()),
    ]:
        refusal = await _insert(db, everything, table, row, context) if rule is None or not rule(row, me) else ""
        if refusal not in {"InsufficientPrivilegeError", ""}:
            faults.append(f"{me.who} may add to {table} ({refusal}): {_text(row)[:300]}")
    return faults


def _as_handed_in(row: Row, level: Level) -> Row:
    """A report of this level, just received."""
    return {**row, "status": "RECEIVED", "kind": {V: "SELL_IN", D: "SELL_THROUGH", R: "SELL_OUT"}[level]}


def _with_another_owner(own: Row, foreign: list[Row]) -> list[Row]:
    """A row as good as one's own, but for one owner in it, which is another's."""
    owners = ("vendor_id", "distributor_id", "organization_id")
    others = {name: [row[name] for row in foreign if row[name] != own[name]] for name in owners if name in own}
    return [{**own, name: values[0]} for name, values in others.items() if values]


async def _insert(db: asyncpg.Connection, everything: Everything, table: str, row: Row, context: Context) -> str | None:
    """The name of the error that adding the row meets; None where it is added."""
    names = ", ".join(f'"{name}"' for name in everything.writable[table])
    async with acting(db, context):
        try:
            async with db.transaction():
                await db.execute(
                    f"INSERT INTO {table} ({names})"
                    f" SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)",
                    json.dumps({name: value for name, value in row.items() if name != "_x"}),
                )
        except asyncpg.PostgresError as refusal:
            return type(refusal).__name__
    return None


async def _without_keys(db: asyncpg.Connection, table: str) -> None:
    """Drop the keys of a table that nothing refers to, so that only policies and references stand in the way of a row."""
    names = await db.fetch(
        "SELECT k.conname FROM pg_constraint k WHERE k.conrelid = $1::regclass AND k.contype IN ('p', 'u')"
        " AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = k.conindid)",
        table,
    )
    for row in names:
        await db.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{row["conname"]}"')
    others = await db.fetch(
        "SELECT indexrelid::regclass::text AS name FROM pg_index i WHERE indrelid = $1::regclass AND indisunique"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)",
        table,
    )
    for row in others:
        await db.execute(f"DROP INDEX {row['name']}")


MADE_BY_DISTRIBUTORS = (
    *("submission", "reseller_authorization", "account", "credit_terms", "alias", "fund_request", "fund_claim"),
    *("fund_proof", "enablement_activity"),
)


async def borrowing_faults(db: asyncpg.Connection, everything: Everything, me: Me, context: Context) -> list[str]:
    """A distributor that puts its own name on a row of another's agreement is refused: owners are proven by references."""
    faults: list[str] = []
    for table in MADE_BY_DISTRIBUTORS if me.who.level is D else ():
        forged = next(
            (_borrowed(everything, me, table, row) for row in everything.rows[table] if _may_borrow(me, row)), None
        )
        if forged is None:
            continue
        transaction = db.transaction()
        await transaction.start()
        await _without_keys(db, table)
        refusal = await _insert(db, everything, table, forged, context)
        await transaction.rollback()
        if refusal not in {"ForeignKeyViolationError", "InsufficientPrivilegeError"}:
            faults.append(f"{me.who} adds to {table} under another's agreement ({refusal}): {_text(forged)[:300]}")
    return faults


def _may_borrow(me: Me, row: Row) -> bool:
    """Whether it is the row of another distributor in a network where the principal is one too."""
    return row["distributor_id"] is not None and network(row, me) and not own_distributor(row, me)


def _borrowed(everything: Everything, me: Me, table: str, row: Row) -> Row:
    own = next(party for party in me.made.parties_of(me.who) if str(party.vendor.id) == row["vendor_id"])
    changed = {"distributor_id": str(own.id), "id": str(uuid4())}
    if table == "submission":
        row = _as_handed_in(row, D)
        changed |= {"organization_id": me.organization, **_a_file(everything, me)}
    return {**row, **{name: value for name, value in changed.items() if name in row}}


def _a_file(everything: Everything, me: Me) -> Row:
    own = [row["id"] for row in everything.rows["report_file"] if row["organization_id"] == me.organization]
    return {"file_id": own[0]} if own else {}
