"""What the catalog of a database must say, whatever the code above does: each check answers with what it found wrong.

The tables that levels read and write, and the columns that are withheld from them, are written down here once more, from
domain.md and not from the tables as they are declared.
"""

from collections.abc import Awaitable, Callable

import asyncpg

from app.programme.terms import Level
from app.store.connect import LOGIN
from app.tables.metadata import DatabaseRole
from tests.access.rules import SUBJECTS

Check = Callable[[asyncpg.Connection], Awaitable[list[str]]]
WITHOUT_POLICIES = {"alembic_version"}
"COPY does not work under row-level security: staging is the worker's alone. Alembic's own table is nobody's."
V, D, R = DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER
LEVELS = (V, D, R)
OWN_PAPERS = {"organization", "report_file", "report_chunk", "remembered_result", "audit_event"}
SHARED = {"vendor", "party", "program", "program_tier", "tier_requirement", "benefit", "product", "product_unit"}
SHARED |= {"kit_component"}
REPORTED = {"submission", "report_row", "submission_issue", "sell_through_line", "sell_in_line", "alias"}
REPORTED |= {"held_decision", "submission_effect"}
REPORTED |= {"inventory_count", "stock_movement", "stock_row"}
REPORTED |= {"reporting_calendar"}
SUMS = {"sell_through_month", "sell_through_reseller_month", "sell_through_day", "sell_in_day"}
SUMS |= {"sell_through_reseller_day"}
SOLD_OUT = {"sell_out_line", "sell_out_month"}
SHARED |= {"fiscal_calendar", "fiscal_month", "exchange_rate"}
READS = {
    V: OWN_PAPERS
    | SHARED
    | REPORTED
    | SUMS
    | SOLD_OUT
    | {"enrollment", "enrollment_event", "agreement", "volume_tier", "reseller_authorization", "credit_terms"}
    | {"distributor_enrollment", "book_price", "knowledge", "report_profile"},
    D: OWN_PAPERS
    | SHARED
    | REPORTED
    | SUMS
    | {"agreement", "volume_tier", "reseller_authorization", "credit_terms", "account", "report_profile"}
    | {"distributor_enrollment", "book_price", "knowledge"},
    R: OWN_PAPERS
    | SHARED
    | {"enrollment", "enrollment_event", "reseller_authorization", "credit_terms"}
    | {"sell_through_line", "sell_through_month", "sell_through_reseller_month"}
    | SOLD_OUT
    | {"submission", "report_row", "submission_issue", "submission_effect"},
}
"The tables of which a level reads anything at all."
INSERTS = {
    V: {"report_file", "report_chunk", "remembered_result", "audit_event", "submission", "party", "program"}
    | {"program_tier", "tier_requirement", "benefit", "enrollment", "enrollment_event", "agreement", "volume_tier"}
    | {"reseller_authorization", "account", "distributor_enrollment", "product", "book_price", "report_profile"}
    | {"product_unit", "kit_component"}
    | {"held_decision", "reporting_calendar"}
    | {"fiscal_calendar", "exchange_rate"},
    D: {
        "report_file",
        "report_chunk",
        "remembered_result",
        "audit_event",
        "submission",
        "party",
        "alias",
        "held_decision",
    }
    | {"reseller_authorization", "account", "credit_terms", "report_profile"},
    R: {"report_file", "report_chunk", "remembered_result", "audit_event", "submission"},
}
"Intents alone: no level writes facts, sums, knowledge, rows of reports or what became of them."
_FILE = {"report_file": {"sha256", "received_bytes", "completed_at"}}
_AUTHORIZATION = {"status", "accounts", "effective_end", "suspended_by", "suspension_reason", "version"} | {
    *("planned_status", "planned_on", "planned_by", "planned_reason"),
}
UPDATES: dict[DatabaseRole, dict[str, set[str]]] = {
    V: {
        **_FILE,
        "distributor_enrollment": {"status", "tier_id"},
        "reseller_authorization": _AUTHORIZATION,
        "book_price": {"effective_until"},
        "product_unit": {"factor"},
        "kit_component": {"effective_until"},
        "agreement": {"closed_before"},
        "reporting_calendar": {"business_days", "holidays", "remind_days", "version"},
        "submission": {"status"},
        "exchange_rate": {"rate"},
        "report_profile": {"retired_by", "retired_at"},
        "fiscal_calendar": {
            *("pattern", "closing_month", "year_name", "weekday", "year_end", "set_at", "in_force"),
        },
    },
    D: {
        **_FILE,
        "submission": {"status"},
        "alias": {"undone_at", "undone_by"},
        "reseller_authorization": _AUTHORIZATION,
        "credit_terms": {"currency", "credit_limit_minor", "payment_days"},
        "report_profile": {"retired_by", "retired_at"},
    },
    R: {**_FILE, "submission": {"status"}},
}
LEVEL_OF = dict(zip(LEVELS, Level, strict=True))
for _role, _level in LEVEL_OF.items():
    for subject in SUBJECTS:
        READS[_role] |= {table for table, readers in subject.READS.items() if _level in readers}
        INSERTS[_role] |= set(subject.INSERTS[_level])
        UPDATES[_role] |= subject.UPDATES[_level]
_DELETED: dict[Level, set[str]] = {level: {"report_chunk"} for level in Level}
for _level in Level:
    for subject in SUBJECTS:
        _DELETED[_level] |= getattr(subject, "DELETES", {}).get(_level, set())
DELETES = {role: _DELETED[level] for role, level in LEVEL_OF.items()}
_COST = {"book_currency", "book_price", "book_amount", "special_price_number"}
WITHHELD: dict[DatabaseRole, dict[str, set[str]]] = {
    V: {
        "sell_through_line": {
            "reseller_id",
            "unit_price",
            "amount",
            "end_customer",
            "content_hash",
            "reseller_account",
        },
        "sell_through_month": {"reseller_id", "resale_amount"},
        "sell_through_reseller_month": {"reseller_id", "resale_amount"},
        "sell_through_day": {"resale_amount"},
        "sell_through_reseller_day": {"reseller_id"},
        "submission_effect": {"resale_amount", "reseller_id"},
        "submission": {
            *("failure_message", "detected", "received_order", "profile_id", "profile_version"),
            *("reseller_id", "enrollment_id"),
        },
        "sell_out_line": {
            *("document_kind", "document_number", "document_line", "return_of", "unit_price", "amount", "end_customer"),
            *("serial_numbers", "product_code", "reported_quantity", "unit", "source", "product_alias_id"),
            *("corrects_submission_id", "corrects_row", "corrected_by", "content_hash"),
        },
        "report_row": {
            *("reseller_id", "reseller_account", "unit_price", "amount", "end_customer", "received", "serial_numbers"),
        },
        "submission_issue": {"value", "reseller_id"},
        "distributor_enrollment": {"authorization_id", "distributor_id", "agreement_id", "reseller_id"},
        "credit_terms": {"reseller_id"},
    },
    D: {"vendor": {"organization_id"}, "knowledge": {"agreement_id", "cause"}},
    R: {
        "vendor": {"organization_id"},
        "submission": {
            *("agreement_id", "distributor_id", "received_order", "profile_id", "profile_version"),
            *("disclosed_detected", "disclosed_failure_message"),
        },
        "sell_through_line": _COST | {"end_customer", "agreement_id", "disclosed_reseller_id"},
        "sell_through_month": {"book_currency", "book_amount", "disclosed_reseller_id", "disclosed_resale_amount"},
        "sell_through_reseller_month": {
            *("book_currency", "book_amount", "disclosed_reseller_id", "disclosed_resale_amount"),
        },
    },
}
"What a level may not read of a table of which it reads something else."
for _role, _level in LEVEL_OF.items():
    for subject in SUBJECTS:
        WITHHELD[_role] |= subject.WITHHELD[_level]


async def every_table_forces_its_policies(db: asyncpg.Connection) -> list[str]:
    rows = await db.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    bare = {row["relname"] for row in rows if not (row["relrowsecurity"] and row["relforcerowsecurity"])}
    readers = await db.fetch(
        "SELECT c.relname, r.rolname FROM pg_class c, pg_roles r WHERE c.relname = ANY ($1) AND r.rolname LIKE 'tailrace%'"
        " AND has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') AND r.rolname <> 'tailrace_worker'",
        sorted(WITHOUT_POLICIES),
    )
    faults = [f"{name} does not enable and force row-level security" for name in sorted(bare - WITHOUT_POLICIES)]
    return faults + [f"{row['rolname']} has rights on {row['relname']}, which has no policies" for row in readers]


async def views_ask_as_their_reader_and_functions_run_as_their_caller(db: asyncpg.Connection) -> list[str]:
    views = await db.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        " AND NOT coalesce(reloptions && '{security_invoker=true,security_invoker=on}', false)"
    )
    functions = await db.fetch(
        "SELECT oid::regprocedure::text AS name FROM pg_proc WHERE prosecdef"
        " AND pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    return [f"the view {row['name']} is no security_invoker" for row in views] + [
        f"the function {row['name']} runs as its owner" for row in functions
    ]


async def runtime_roles_own_nothing_and_cannot_bypass(db: asyncpg.Connection) -> list[str]:
    names = [role.value for role in DatabaseRole]
    able = await db.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)"
        " AND (rolsuper OR rolbypassrls OR rolinherit OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication)",
        names,
    )
    login = await db.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = $1"
        " AND (rolsuper OR rolbypassrls OR rolinherit OR rolcreaterole OR rolcreatedb OR rolreplication)",
        LOGIN,
    )
    owned = await db.fetch(
        "SELECT r.rolname, d.classid::regclass::text AS what, d.objid FROM pg_shdepend d"
        " JOIN pg_roles r ON r.oid = d.refobjid AND d.refclassid = 'pg_authid'::regclass"
        " WHERE d.deptype = 'o' AND (r.rolname = ANY ($1) OR r.rolname = $2)",
        names,
        LOGIN,
    )
    faults = [f"{row['rolname']} may do more than a runtime role may" for row in [*able, *login]]
    return faults + [f"{row['rolname']} owns {row['what']} {row['objid']}" for row in owned]


async def the_login_becomes_every_role_but_the_operator_and_inherits_none(db: asyncpg.Connection) -> list[str]:
    rows = await db.fetch(
        "SELECT g.rolname AS role, m.rolname AS member, a.inherit_option, a.set_option, a.admin_option"
        " FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member"
        " WHERE (g.rolname LIKE 'tailrace%' OR m.rolname LIKE 'tailrace%')"
        " AND a.member <> (SELECT datdba FROM pg_database WHERE datname = current_database())"
    )
    expected = {(role.value, LOGIN, False, True, False) for role in DatabaseRole if role is not DatabaseRole.OPERATOR}
    found = {tuple(row.values()) for row in rows}
    direct = await db.fetch(
        "SELECT c.oid::regclass::text AS name FROM pg_class c, aclexplode(c.relacl) x JOIN pg_roles r ON r.oid = x.grantee"
        " WHERE r.rolname = $1",
        LOGIN,
    )
    faults = [f"memberships: {sorted(found ^ expected, key=str)}"] if found != expected else []
    return faults + [f"the login has rights of its own on {row['name']}" for row in direct]


async def levels_have_nothing_of_the_jobs(db: asyncpg.Connection) -> list[str]:
    rows = await db.fetch(
        "SELECT r.rolname AS role, n.nspname AS name FROM pg_namespace n, pg_roles r WHERE n.nspname = 'jobs'"
        " AND r.rolname = ANY ($1) AND has_schema_privilege(r.oid, n.oid, 'USAGE, CREATE')"
        " UNION SELECT r.rolname, c.relname FROM pg_class c, pg_roles r WHERE c.relnamespace = 'jobs'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'v') AND r.rolname = ANY ($1)"
        " AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
        " OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))",
        [role.value for role in (*LEVELS, DatabaseRole.AUTH)],
    )
    return [f"{row['role']} has rights on {row['name']} of the jobs" for row in rows]


async def the_public_has_nothing(db: asyncpg.Connection) -> list[str]:
    rows = await db.fetch(
        "SELECT c.oid::regclass::text AS name, x.privilege_type AS privilege FROM pg_class c, aclexplode(c.relacl) x"
        " WHERE x.grantee = 0 AND c.relnamespace IN ('public'::regnamespace, 'jobs'::regnamespace)"
        " UNION SELECT a.attrelid::regclass::text, x.privilege_type FROM pg_attribute a, aclexplode(a.attacl) x"
        " WHERE x.grantee = 0 AND a.attrelid >= 16384"
        " UNION SELECT nspname, 'CREATE' FROM pg_namespace WHERE nspname IN ('public', 'jobs')"
        " AND has_schema_privilege('public', oid, 'CREATE')"
    )
    policies = await db.fetch(
        "SELECT polrelid::regclass::text AS name, polname FROM pg_policy WHERE 0 = ANY (polroles)"
    )
    return [f"everybody has {row['privilege']} on {row['name']}" for row in rows] + [
        f"the policy {row['polname']} of {row['name']} is everybody's" for row in policies
    ]


_NETWORK_TABLES = (
    "SELECT attrelid FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attname = 'vendor_id' AND attnotnull"
    " AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
)


async def the_network_leads_every_key_and_no_trigger_stands_behind(db: asyncpg.Connection) -> list[str]:
    """References to what belongs to an organisation, and to no network, are led by that instead."""
    keys = await db.fetch(
        "SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        f" WHERE i.indisunique AND i.indrelid IN ({_NETWORK_TABLES}) AND a.attname <> 'vendor_id'"
    )
    references = await db.fetch(
        "SELECT k.conname AS name, k.confrelid::regclass::text AS target, k.confdeltype::text AS deletes,"
        " a.attname AS leading FROM pg_constraint k JOIN pg_attribute a"
        " ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        f" WHERE k.contype = 'f' AND k.conrelid IN ({_NETWORK_TABLES})"
    )
    triggers = await db.fetch(
        f"SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN ({_NETWORK_TABLES})"
    )
    organizations = {"organization", "report_file"}
    wrong = [
        row["name"]
        for row in references
        if row["leading"] != ("organization_id" if row["target"] in organizations else "vendor_id")
    ]
    return (
        [f"the key {row['name']} does not begin with vendor_id" for row in keys]
        + [f"the reference {name} does not begin with its network" for name in wrong]
        + [f"{row['name']} changes rows by itself" for row in references if row["deletes"] not in "ar"]
        + [f"the trigger {row['name']} stands on a table of a network" for row in triggers]
    )


async def no_policy_asks_another_table(db: asyncpg.Connection) -> list[str]:
    rows = await db.fetch(
        "SELECT polrelid::regclass::text AS name, polname FROM pg_policy"
        " WHERE concat(polqual::text, polwithcheck::text) LIKE '%SUBLINK%'"
    )
    return [f"the policy {row['polname']} of {row['name']} holds a query" for row in rows]


async def each_level_reads_and_writes_what_is_written_down(db: asyncpg.Connection) -> list[str]:
    """Compared both ways with READS, INSERTS, UPDATES, DELETES; and nothing of WITHHELD is readable."""
    rows = await db.fetch(
        "SELECT r.rolname AS role, c.relname AS name, a.attname AS column,"
        " has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') AS reads,"
        " has_column_privilege(r.oid, c.oid, a.attnum, 'INSERT') AS inserts,"
        " has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE') AS updates,"
        " has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, REFERENCES, TRIGGER') AS deletes"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped, pg_roles r"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " AND r.rolname = ANY ($1)",
        [role.value for role in LEVELS],
    )
    faults: list[str] = []
    for role in LEVELS:
        own = [row for row in rows if row["role"] == role]
        for verb, expected in (("reads", READS), ("inserts", INSERTS), ("deletes", DELETES)):
            found = {row["name"] for row in own if row[verb]}
            faults += [f"{role} {verb} {name}, against what is written down" for name in sorted(found ^ expected[role])]
        updates = {(row["name"], row["column"]) for row in own if row["updates"]}
        allowed = {(name, column) for name, columns in UPDATES[role].items() for column in columns}
        faults += [
            f"{role} updates {name}.{column}, against what is written down" for name, column in updates ^ allowed
        ]
        readable = {(row["name"], row["column"]) for row in own if row["reads"]}
        withheld = {(name, column) for name, columns in WITHHELD[role].items() for column in columns}
        faults += [f"{role} reads {name}.{column}, which is withheld" for name, column in sorted(readable & withheld)]
        gone = withheld - {(row["name"], row["column"]) for row in own}
        faults += [f"{name}.{column} is written down as withheld, and does not exist" for name, column in sorted(gone)]
    return faults


CHECKS: tuple[Check, ...] = (
    every_table_forces_its_policies,
    views_ask_as_their_reader_and_functions_run_as_their_caller,
    runtime_roles_own_nothing_and_cannot_bypass,
    the_login_becomes_every_role_but_the_operator_and_inherits_none,
    levels_have_nothing_of_the_jobs,
    the_public_has_nothing,
    the_network_leads_every_key_and_no_trigger_stands_behind,
    no_policy_asks_another_table,
    each_level_reads_and_writes_what_is_written_down,
)

_GRANTED = "x.grantee::regrole::text || '=' || x.privilege_type || x.is_grantable::text"
_ACL = f"(SELECT string_agg({_GRANTED}, ',' ORDER BY {_GRANTED}) FROM aclexplode({{}}) x)"
_MINE = "IN ('public'::regnamespace, 'jobs'::regnamespace)"
_CONTENTS = (
    "SELECT 'relation', c.relnamespace::regnamespace::text, c.relname, c.relkind::text, c.relpersistence::text,"
    f" c.relrowsecurity, c.relforcerowsecurity, {_ACL.format('c.relacl')}, c.reloptions, obj_description(c.oid, 'pg_class')"
    f" FROM pg_class c WHERE c.relnamespace {_MINE}",
    "SELECT 'column', a.attrelid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " a.attidentity::text, a.attgenerated::text, a.attcollation::regcollation::text, pg_get_expr(d.adbin, d.adrelid),"
    f" {_ACL.format('a.attacl')}, col_description(a.attrelid, a.attnum)"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    f" WHERE c.relnamespace {_MINE} AND a.attnum > 0 AND NOT a.attisdropped",
    "SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
    f" FROM pg_constraint WHERE connamespace {_MINE}",
    f"SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid"
    f" WHERE c.relnamespace {_MINE}",
    "SELECT 'policy', polrelid::regclass::text, polname, polcmd::text, polpermissive, polroles::regrole[]::text,"
    " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
    f"SELECT 'function', pg_get_functiondef(oid), {_ACL.format('proacl')}, obj_description(oid, 'pg_proc')"
    f" FROM pg_proc WHERE pronamespace {_MINE}",
    "SELECT 'trigger', pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal",
    f"SELECT 'type', t.typname, {_ACL.format('t.typacl')},"
    " (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)"
    f" FROM pg_type t WHERE t.typnamespace {_MINE}",
    f"SELECT 'schema', nspname, {_ACL.format('nspacl')} FROM pg_namespace WHERE oid {_MINE}",
    "SELECT 'sequence', seqrelid::regclass::text, seqtypid::regtype::text, seqstart, seqincrement, seqmax, seqcycle"
    " FROM pg_sequence",
    "SELECT 'extension', extname FROM pg_extension",
)


async def contents(db: asyncpg.Connection) -> set[str]:
    """Everything that the catalog says of a database, one line each; what Alembic keeps for itself left out."""
    rows = [row for statement in _CONTENTS for row in await db.fetch(statement)]
    return {said for row in rows if "alembic_version" not in (said := " | ".join(map(str, row.values())))}
