"""The statements that put the access declared beside each table into the database.

Row-level security is forced on every table, so that not even its owner passes; a role without a policy sees no row. A
table owned by nobody's context cannot be reached by forgetting: what is not declared is not granted.
"""

from collections.abc import Iterator

from sqlalchemy import Table

import app.tables.affiliations
import app.tables.alerts
import app.tables.applications
import app.tables.audit
import app.tables.calendar
import app.tables.claim_effects
import app.tables.claims
import app.tables.commissions
import app.tables.commitments
import app.tables.contests
import app.tables.deals
import app.tables.deductions
import app.tables.development
import app.tables.digests
import app.tables.enablement
import app.tables.erasures
import app.tables.exports
import app.tables.facts
import app.tables.figures
import app.tables.funds
import app.tables.held
import app.tables.incentive_resellers
import app.tables.incentives
import app.tables.inventory
import app.tables.inventory_standards
import app.tables.issues
import app.tables.ledger
import app.tables.mail
import app.tables.merges
import app.tables.net_cost
import app.tables.organizations
import app.tables.partners
import app.tables.people
import app.tables.periods
import app.tables.plans
import app.tables.price_guidance
import app.tables.products
import app.tables.profiles
import app.tables.programs
import app.tables.rates
import app.tables.reports
import app.tables.segments
import app.tables.sell_out
import app.tables.sign_in
import app.tables.special_prices
import app.tables.spiffs
import app.tables.statement_returns
import app.tables.statement_standings
import app.tables.statements
import app.tables.stock_credits
import app.tables.stock_positions
import app.tables.tier_reviews
import app.tables.webhooks  # noqa: F401  the import fills the metadata
from app.tables.metadata import Access, DatabaseRole, metadata

CONTEXT_FUNCTION = """
CREATE FUNCTION act_for(organization text, vendor text, vendors text, parties text, actor text) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
  IF nullif(current_setting('tailrace.acting', true), '') IS NOT NULL THEN
    RAISE EXCEPTION 'the context of a transaction is set once';
  END IF;
  SET LOCAL tailrace.acting = 'yes';
  EXECUTE format('SET LOCAL tailrace.organization_id = %L', organization);
  EXECUTE format('SET LOCAL tailrace.vendor_id = %L', vendor);
  EXECUTE format('SET LOCAL tailrace.vendor_ids = %L', vendors);
  EXECUTE format('SET LOCAL tailrace.party_ids = %L', parties);
  EXECUTE format('SET LOCAL tailrace.actor_id = %L', actor);
END $$
""".strip()


def role_statements() -> Iterator[str]:
    """Create the roles that are missing. Roles belong to the whole server, so another database may have made them."""
    for role in DatabaseRole:
        yield (
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOINHERIT NOBYPASSRLS; "
            f"EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )


def login_statements(login: str) -> Iterator[str]:
    """Let the application's login become each role, one transaction at a time, and inherit none of them."""
    quoted = '"' + login.replace('"', '""') + '"'
    for role in DatabaseRole:
        if role is not DatabaseRole.OPERATOR:
            yield f"GRANT {role} TO {quoted} WITH INHERIT FALSE, SET TRUE"


def owner_statements() -> Iterator[str]:
    """Let the database's owner become the operator, who sets organisations and clients up from the command line."""
    yield f"GRANT {DatabaseRole.OPERATOR} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE"


def protection_statements() -> Iterator[str]:
    """The context function, forced row-level security on every table, and each declared grant with its policy.

    COPY does not work under row-level security: what is staged lies in temporary tables of one transaction.
    """
    yield CONTEXT_FUNCTION
    for table in metadata.sorted_tables:
        yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
        for access in table.info["accesses"]:
            yield from _grants(table, access)
            yield from _policies(table, access)


def _grants(table: Table, access: Access) -> Iterator[str]:
    columns = f" ({', '.join(access.columns)})" if access.columns is not None else ""
    if access.read:
        yield f"GRANT SELECT{columns} ON {table.name} TO {access.role}"
    if access.insert:
        yield f"GRANT INSERT ON {table.name} TO {access.role}"
    if access.update is not None:
        yield f"GRANT UPDATE ({', '.join(access.update)}) ON {table.name} TO {access.role}"
    if access.delete:
        yield f"GRANT DELETE ON {table.name} TO {access.role}"
    if access.analyze:
        yield f"GRANT MAINTAIN ON {table.name} TO {access.role}"


def _policies(table: Table, access: Access) -> Iterator[str]:
    writing = access.writing or access.rows
    inserting, changing = access.inserting or writing, access.changing or access.rows
    named = f"{table.name} {{}} TO {access.role}"
    short = access.role.removeprefix("tailrace_")
    if access.read:
        yield f"CREATE POLICY {short}_reads ON {named.format('FOR SELECT')} USING ({access.rows})"
    if access.insert:
        yield f"CREATE POLICY {short}_inserts ON {named.format('FOR INSERT')} WITH CHECK ({inserting})"
    if access.update is not None:
        yield (
            f"CREATE POLICY {short}_updates ON {named.format('FOR UPDATE')} USING ({changing}) WITH CHECK ({writing})"
        )
    if access.delete:
        yield f"CREATE POLICY {short}_deletes ON {named.format('FOR DELETE')} USING ({access.rows})"
