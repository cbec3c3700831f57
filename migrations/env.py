"""Runs migrations on the connection that `tailrace migrate` opened, with a lock timeout, so that no reader queues."""

from alembic import context
from sqlalchemy import Connection

from app.tables.metadata import metadata

connection: Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations are run by `tailrace migrate`, which knows the database and takes the lock.")

context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=True,
    version_table="alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
