"""The statements by which what stands on one record comes to stand on another, and goes back. All run as `worker`.

An authorisation that the survivor lacks goes on as its own: the same one, with its accounts, codes, credit terms and
history, and by the name that its distributor knows: the survivor's may be one that another distributor wrote. Where both
records have one under an agreement, what hangs on the other's moves to the survivor's, and the other's ends. Every row that
is changed is written down as it was and as it became; credit terms go by their authorisation. What an agreement does not
disclose stays where it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.store.database import Row, Session

_HANGS = {
    "account": ("ACCOUNT", "authorization_id", "{x}.agreement_id::text || '/' || {x}.number"),
    "alias": ("ALIAS", "authorization_id", "{x}.id::text"),
    "certification": ("CERTIFICATION", "authorization_id", "{x}.id::text"),
    "enablement_activity": ("ACTIVITY", "authorization_id", "{x}.id::text"),
    "onboarding_completion": ("ONBOARDING_STEP", "by_authorization_id", "{x}.id::text"),
}
"""What hangs on an authorisation: as what it is written down, by which column it hangs, and its key."""
_OF_THE_FIRM = ("certification", "onboarding_completion")
"Of these some hang on no authorisation: what the vendor or the firm itself recorded."
_PLANS = ("planned_status", "planned_on", "planned_by", "planned_reason")
_NAMED = ("name", "country", "region")


async def shared_places(session: Session, vendor_id: UUID, gone: UUID, kept: UUID) -> list[Row]:
    """The open authorisations of a record, held until the transaction ends, each with the survivor's own under the same
    agreement."""
    await session.rows(
        "SELECT id FROM reseller_authorization WHERE vendor_id = $1 AND reseller_id = ANY ($2::uuid[])"
        " AND disclosed_reseller_id = reseller_id ORDER BY id FOR UPDATE",
        vendor_id,
        [gone, kept],
    )
    return await session.rows(
        "SELECT r.id, r.agreement_id, r.distributor_id, k.id AS kept_id FROM reseller_authorization r"
        " LEFT JOIN reseller_authorization k ON k.vendor_id = r.vendor_id AND k.agreement_id = r.agreement_id"
        " AND k.reseller_id = $3 WHERE r.vendor_id = $1 AND r.reseller_id = $2"
        " AND r.disclosed_reseller_id = r.reseller_id ORDER BY r.agreement_id",
        vendor_id,
        gone,
        kept,
    )


def _ids(column: str) -> str:
    return f"jsonb_build_object('{column}', {{x}}.{column}, 'reseller_id', {{x}}.reseller_id)"


def _hanging(table: str) -> str:
    kind, column, key = _HANGS[table]
    ids = _ids(column)
    loose = f"x.{column} IS NULL OR " if table in _OF_THE_FIRM else ""
    return f"""
    UPDATE {table} x SET reseller_id = $4,
        {column} = coalesce((SELECT m.new_id FROM m WHERE m.old_id = x.{column}), x.{column})
    WHERE x.vendor_id = $1 AND x.reseller_id = $3 AND ({loose}x.{column} IN (SELECT m.old_id FROM m))
    RETURNING '{kind}' AS row_kind, {key.format(x="new")} AS row_key,
        {"NULL::uuid" if table == "certification" else "new.agreement_id"} AS agreement_id,
        {ids.format(x="old")} AS before, {ids.format(x="new")} AS after"""


_AUTHORIZATION = """'AUTHORIZATION' AS row_kind, new.id::text AS row_key, new.agreement_id, to_jsonb(old) AS before,
        to_jsonb(new) AS after"""
_KEEP = "INSERT INTO party_merge_change (vendor_id, merge_id, row_kind, row_key, agreement_id, before, after)"
_MOVE = f"""
WITH m AS (
    SELECT * FROM unnest($5::uuid[], $6::uuid[]) AS m (old_id, new_id)
), continued AS (
    UPDATE reseller_authorization r SET reseller_id = $4, disclosed_reseller_id = $4, partner_type = p.partner_type,
        version = r.version + 1
    FROM m, party p WHERE r.vendor_id = $1 AND r.id = m.old_id AND m.new_id = m.old_id AND p.vendor_id = $1 AND p.id = $4
    RETURNING {_AUTHORIZATION}
), ended AS (
    UPDATE reseller_authorization r SET status = 'ENDED', accounts = '{{}}', version = r.version + 1,
        {", ".join(f"{name} = NULL" for name in _PLANS)}
    FROM m WHERE r.vendor_id = $1 AND r.id = m.old_id AND m.new_id <> m.old_id
    RETURNING {_AUTHORIZATION}
), joined AS (
    UPDATE reseller_authorization r SET version = r.version + 1,
        accounts = r.accounts || ARRAY(SELECT n FROM unnest(g.accounts) AS n WHERE n <> ALL (r.accounts))
    FROM m JOIN reseller_authorization g ON g.vendor_id = $1 AND g.id = m.old_id
    WHERE r.vendor_id = $1 AND r.id = m.new_id AND m.new_id <> m.old_id
    RETURNING {_AUTHORIZATION}
), {", ".join(f"{table} AS ({_hanging(table)})" for table in _HANGS)}, credit AS (
    UPDATE credit_terms c SET reseller_id = $4 FROM m
    WHERE c.vendor_id = $1 AND c.authorization_id = m.old_id AND m.new_id = m.old_id
), known AS (
    DELETE FROM distributor_enrollment d USING m
    WHERE d.vendor_id = $1 AND d.authorization_id = m.old_id AND m.new_id = m.old_id
)
{_KEEP}
SELECT $1, $2, c.* FROM (
    {" UNION ALL ".join(f"SELECT * FROM {name}" for name in ("continued", "ended", "joined", *_HANGS))}
) c"""


async def move(
    session: Session, vendor_id: UUID, merge_id: UUID, gone: UUID, kept: UUID, places: Sequence[Row]
) -> None:
    """Let everything that hangs on a record hang on the survivor, and write down what was changed. One statement, so that
    no row ever hangs on an authorisation of another firm."""
    await session.execute(
        _MOVE,
        vendor_id,
        merge_id,
        gone,
        kept,
        [place["id"] for place in places],
        [place["kept_id"] or place["id"] for place in places],
    )
    await session.execute(
        f"""
WITH gone AS (
    DELETE FROM segment_member WHERE vendor_id = $1 AND reseller_id = $3 RETURNING segment_id, added_at
), added AS (
    INSERT INTO segment_member (vendor_id, segment_id, reseller_id, added_at)
    SELECT $1, g.segment_id, $4, g.added_at FROM gone g ON CONFLICT DO NOTHING RETURNING segment_id
)
{_KEEP}
SELECT $1, $2, 'SEGMENT', g.segment_id::text, NULL, jsonb_build_object('added_at', g.added_at),
    jsonb_build_object('added', EXISTS (SELECT FROM added a WHERE a.segment_id = g.segment_id)) FROM gone g""",
        vendor_id,
        merge_id,
        gone,
        kept,
    )


async def keep_change(
    session: Session, vendor_id: UUID, merge_id: UUID, kind: str, key: str, before: Any, after: Any
) -> None:
    """Write down a row that was changed for a merge."""
    await session.execute(
        f"{_KEEP} VALUES ($1, $2, $3, $4, NULL, $5::jsonb, $6::jsonb)",
        vendor_id,
        merge_id,
        kind,
        key,
        before,
        after,
    )


async def changes_of(session: Session, vendor_id: UUID, merge_id: UUID, kind: str) -> list[Row]:
    """The rows of one kind that a merge changed, as they were and as they became."""
    return await session.rows(
        "SELECT row_key, agreement_id, before, after FROM party_merge_change"
        " WHERE vendor_id = $1 AND merge_id = $2 AND row_kind = $3 ORDER BY row_key",
        vendor_id,
        merge_id,
        kind,
    )


_WRITTEN = "c.vendor_id = $1 AND c.merge_id = $2 AND c.row_kind"


async def changed_since(session: Session, vendor_id: UUID, merge: Row) -> list[str]:
    """What somebody changed since a merge changed it, so that it cannot go back: each named for a person."""
    rows = await session.rows(
        f"SELECT 'the authorisation at ' || r.distributor_name AS named FROM party_merge_change c"
        " JOIN reseller_authorization r ON r.vendor_id = c.vendor_id AND r.id = c.row_key::uuid"
        f" WHERE {_WRITTEN} = 'AUTHORIZATION' AND (c.after ->> 'reseller_id' <> r.reseller_id::text"
        " OR c.after ->> 'status' = 'ENDED' AND (c.after ->> 'version')::int <> r.version)"
        + "".join(
            f" UNION ALL SELECT '{what}' FROM party_merge_change c"
            f" JOIN {table} x ON x.vendor_id = c.vendor_id AND {key.format(x='x')} = c.row_key"
            f" WHERE {_WRITTEN} = '{kind}' AND (c.after ->> 'reseller_id', c.after ->> '{column}')"
            f" IS DISTINCT FROM (x.reseller_id::text, x.{column}::text)"
            for table, (kind, column, key) in _HANGS.items()
            for what in (kind.lower().replace("_", " "),)
        )
        + " ORDER BY 1",
        vendor_id,
        merge["id"],
    )
    return [row["named"] for row in rows]


async def hold_places(session: Session, vendor_id: UUID, merge_id: UUID) -> list[Row]:
    """The authorisations that a merge changed, held until the transaction ends: those that went on as the survivor's."""
    await session.rows(
        "SELECT r.id FROM reseller_authorization r WHERE r.vendor_id = $1 AND r.id::text IN (SELECT c.row_key"
        f" FROM party_merge_change c WHERE {_WRITTEN} = 'AUTHORIZATION') ORDER BY r.id FOR UPDATE",
        vendor_id,
        merge_id,
    )
    return await session.rows(
        f"SELECT c.row_key::uuid AS id FROM party_merge_change c WHERE {_WRITTEN} = 'AUTHORIZATION'"
        " AND c.before ->> 'reseller_id' <> c.after ->> 'reseller_id' ORDER BY 1",
        vendor_id,
        merge_id,
    )


def _hanging_back(table: str) -> str:
    kind, column, key = _HANGS[table]
    return f"""
    UPDATE {table} x SET reseller_id = $3, {column} = coalesce((w.before ->> '{column}')::uuid, x.{column})
    FROM {table} y LEFT JOIN written w ON w.row_kind = '{kind}' AND w.row_key = {key.format(x="y")}
    WHERE x.vendor_id = $1 AND y.vendor_id = $1 AND {key.format(x="x")} = {key.format(x="y")} AND y.reseller_id = $4
        AND (w.row_key IS NOT NULL OR y.{column} = ANY ($5::uuid[]))"""


def _planned_back(name: str) -> str:
    kind = "date" if name == "planned_on" else "text"
    return f"{name} = CASE WHEN w.after ->> 'status' = 'ENDED' THEN (w.before ->> '{name}')::{kind} ELSE r.{name} END"


_BACK = f"""
WITH written AS (
    SELECT c.row_kind, c.row_key, c.before, c.after FROM party_merge_change c WHERE c.vendor_id = $1 AND c.merge_id = $2
), places AS (
    UPDATE reseller_authorization r SET reseller_id = (w.before ->> 'reseller_id')::uuid,
        disclosed_reseller_id = (w.before ->> 'disclosed_reseller_id')::uuid, partner_type = w.before ->> 'partner_type',
        {", ".join(f"reseller_{name} = w.before ->> 'reseller_{name}'" for name in _NAMED)}, version = r.version + 1,
        accounts = CASE
            WHEN w.after ->> 'status' = 'ENDED' OR w.after ->> 'reseller_id' <> w.before ->> 'reseller_id'
                THEN ARRAY(SELECT jsonb_array_elements_text(w.before -> 'accounts'))
            ELSE ARRAY(SELECT n FROM unnest(r.accounts) AS n WHERE n NOT IN (
                SELECT g.row_key FROM (SELECT split_part(g.row_key, '/', 2) AS row_key FROM written g
                    WHERE g.row_kind = 'ACCOUNT' AND g.after ->> 'authorization_id' = r.id::text) g)) END,
        status = CASE WHEN w.after ->> 'status' = 'ENDED' THEN w.before ->> 'status' ELSE r.status END,
        {", ".join(_planned_back(name) for name in _PLANS)}
    FROM written w WHERE r.vendor_id = $1 AND w.row_kind = 'AUTHORIZATION' AND r.id::text = w.row_key
), {", ".join(f"{table} AS ({_hanging_back(table)})" for table in _HANGS)}, credit AS (
    UPDATE credit_terms c SET reseller_id = $3 WHERE c.vendor_id = $1 AND c.authorization_id = ANY ($5::uuid[])
), known AS (
    DELETE FROM distributor_enrollment d WHERE d.vendor_id = $1 AND d.authorization_id = ANY ($5::uuid[])
), back AS (
    INSERT INTO segment_member (vendor_id, segment_id, reseller_id, added_at)
    SELECT $1, s.id, $3, (w.before ->> 'added_at')::timestamptz FROM written w
    JOIN segment s ON s.vendor_id = $1 AND s.id::text = w.row_key WHERE w.row_kind = 'SEGMENT' ON CONFLICT DO NOTHING
)
DELETE FROM segment_member x USING written w WHERE x.vendor_id = $1 AND w.row_kind = 'SEGMENT'
    AND x.segment_id::text = w.row_key AND x.reseller_id = $4 AND (w.after ->> 'added')::boolean
    AND x.added_at = (w.before ->> 'added_at')::timestamptz"""


async def move_back(session: Session, vendor_id: UUID, merge: Row, continued: Sequence[UUID]) -> None:
    """Let everything that a merge changed be as it was; what has come to hang since on an authorisation that goes back, goes
    with it for now (see `split`)."""
    await session.execute(_BACK, vendor_id, merge["id"], merge["from_id"], merge["into_id"], list(continued))


async def come_since(session: Session, vendor_id: UUID, merge_id: UUID, authorization_id: UUID) -> dict[str, list[str]]:
    """The keys of what came to hang on an authorisation since a merge, by table."""
    found = {}
    for table, (kind, column, key) in _HANGS.items():
        rows = await session.rows(
            f"SELECT {key.format(x='x')} AS key FROM {table} x WHERE x.vendor_id = $1 AND x.{column} = $3 AND NOT EXISTS"
            f" (SELECT FROM party_merge_change c WHERE {_WRITTEN} = '{kind}' AND c.row_key = {key.format(x='x')})",
            vendor_id,
            merge_id,
            authorization_id,
        )
        found[table] = [row["key"] for row in rows]
    return {table: keys for table, keys in found.items() if keys}


async def split(
    session: Session,
    vendor_id: UUID,
    of: UUID,
    new_id: UUID,
    kept: UUID,
    come: Mapping[str, Sequence[str]],
) -> None:
    """Give the survivor an authorisation of its own, like one that went back, with what had come to hang on that since."""
    numbers = [key.partition("/")[2] for key in come.get("account", ())]
    await session.execute(
        "INSERT INTO reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id,"
        " disclosed_reseller_id, status, reseller_name, reseller_country, reseller_region, partner_type,"
        " distributor_name, distributor_country, accounts, effective_start, effective_end, suspended_by,"
        " suspension_reason, created_at)"
        " SELECT r.vendor_id, $3, r.agreement_id, r.distributor_id, $4, $4, r.status, r.reseller_name, r.reseller_country,"
        " r.reseller_region, p.partner_type, r.distributor_name, r.distributor_country, $5::text[], r.effective_start,"
        " r.effective_end, r.suspended_by, r.suspension_reason, now()"
        " FROM reseller_authorization r JOIN party p ON p.vendor_id = r.vendor_id AND p.id = $4"
        " WHERE r.vendor_id = $1 AND r.id = $2",
        vendor_id,
        of,
        new_id,
        kept,
        numbers,
    )
    for table, keys in come.items():
        _, column, key = _HANGS[table]
        await session.execute(
            f"UPDATE {table} x SET reseller_id = $3, {column} = $4 WHERE x.vendor_id = $1 AND {key.format(x='x')}"
            " = ANY ($2::text[])",
            vendor_id,
            list(keys),
            kept,
            new_id,
        )
