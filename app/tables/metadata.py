"""How tables are declared, and who may touch them.

Every business fact belongs to exactly one vendor's network, so `vendor_id` leads the keys of every network table. Beside
each table stands who may read or write which rows and columns: the database enforces it under every query, whatever
the code above forgets. A level role (vendor, distributor, reseller) sees only rows whose owner column matches the
context that `store` sets at the start of the transaction; without a context it sees nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class DatabaseRole(StrEnum):
    """The roles that the application's login may become, one transaction at a time. None of them owns anything."""

    VENDOR = "tailrace_vendor"
    DISTRIBUTOR = "tailrace_distributor"
    RESELLER = "tailrace_reseller"
    WORKER = "tailrace_worker"
    AUTH = "tailrace_auth"
    JOBS = "tailrace_jobs"
    WEBHOOKS = "tailrace_webhooks"
    "Writes down what webhooks are told, and sends it; it alone reads by which secrets."
    OPERATOR = "tailrace_operator"
    "Sets up organisations, users, clients and links from the command line; the server's login never becomes it."


def _setting(name: str) -> str:
    return f"nullif(current_setting('tailrace.{name}', true), '')"


def _settings(name: str) -> str:
    return f"(string_to_array({_setting(name)}, ',')::uuid[])"


OWN_VENDOR = f"vendor_id = {_setting('vendor_id')}::uuid"
"The row lies in the one network that the transaction works in (vendor and worker)."
NETWORKS = f"vendor_id = ANY {_settings('vendor_ids')}"
"The row lies in a network that the actor belongs to: what every member of a network may read."
OWN_DISTRIBUTOR = f"distributor_id = ANY {_settings('party_ids')}"
OWN_RESELLER = f"reseller_id = ANY {_settings('party_ids')}"
OWN_PARTIES = _settings("party_ids")
"The parties that the actor is, as SQL: an array of ids."
OWN_ORGANIZATION = f"organization_id = {_setting('organization_id')}::uuid"
EVERY_ROW = "true"


def by_actor(column: str) -> str:
    """The row names in a column, by id, the person or the integration that acts: nobody writes in another's name."""
    return f"{column} = {_setting('actor_id')}"


def by_actor_id(column: str) -> str:
    """The same where the column holds an id as such."""
    return f"{column} = {_setting('actor_id')}::uuid"


@dataclass(frozen=True, slots=True)
class Access:
    """What one role may do with a table: the rows by `rows`, the columns by `columns` (all when None).

    `insert` and `delete` are whole-row rights; `update` names the columns that may change; `analyze` is the right to let the
    planner know what the table has become like. Rows written must satisfy
    `writing`, which is `rows` unless it says otherwise; those inserted `inserting`, where it differs from that. Rows are
    changed that satisfy `changing`, which is `rows` unless it says otherwise.
    """

    role: DatabaseRole
    rows: str
    columns: Sequence[str] | None = None
    read: bool = True
    insert: bool = False
    update: Sequence[str] | None = None
    delete: bool = False
    analyze: bool = False
    writing: str | None = None
    inserting: str | None = None
    changing: str | None = None


def protect(table: Table, *accesses: Access) -> Table:
    """Declare who may touch a table. A table that nobody declared fails the catalog test."""
    table.info["accesses"] = accesses
    return table


def uuid_column(name: str, **options: object) -> Column[object]:
    """An id."""
    return Column(name, Uuid, **{"nullable": False, **options})  # type: ignore[arg-type]


def text(name: str, **options: object) -> Column[object]:
    """A text; what it may be, a CHECK beside the table says."""
    return Column(name, Text, **{"nullable": False, **options})  # type: ignore[arg-type]


def micros(name: str, **options: object) -> Column[object]:
    """An amount of money or a unit price in 10⁻⁶ currency units."""
    return Column(name, BigInteger, **{"nullable": False, **options})  # type: ignore[arg-type]


def milli(name: str, **options: object) -> Column[object]:
    """A quantity in 10⁻³ base units."""
    return Column(name, BigInteger, **{"nullable": False, **options})  # type: ignore[arg-type]


def day(name: str, **options: object) -> Column[object]:
    """A day, of no time zone."""
    return Column(name, Date, **{"nullable": False, **options})  # type: ignore[arg-type]


def moment(name: str, **options: object) -> Column[object]:
    """A moment, the same in every time zone."""
    return Column(name, DateTime(timezone=True), **{"nullable": False, **options})  # type: ignore[arg-type]


def network_table(name: str, *items: SchemaItem, **options: Any) -> Table:
    """A table of one vendor's network: `vendor_id` first."""
    made: Table = Table(name, metadata, uuid_column("vendor_id"), *items, **options)
    return made


def owned() -> list[SchemaItem]:
    """Whose a report is, and what is of it: under an agreement its distributor's; sell-out, under none, a reseller's."""
    return [
        uuid_column("agreement_id", nullable=True),
        uuid_column("distributor_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        CheckConstraint(
            "num_nonnulls(agreement_id, reseller_id) = 1 AND num_nonnulls(distributor_id, reseller_id) = 1",
            name="one_owner",
        ),
    ]


def of_owned_submission() -> list[SchemaItem]:
    """What is of a submission is of one that is there, and of the same owner."""
    return [
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", *owner], [f"submission.{c}" for c in ("vendor_id", "id", *owner)]
        )
        for owner in (["agreement_id", "distributor_id"], ["reseller_id"])
    ]


def one_of(column: str, values: type[StrEnum]) -> str:
    """The CHECK that keeps a status column to its values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
