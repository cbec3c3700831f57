"""Who wants a daily mail with what there is to act on, and of which day the last one was.

Each person subscribes for himself; the worker sends, and writes down that it has.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, SmallInteger, Table

from app.programme.terms import Level
from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    metadata,
    moment,
    one_of,
    protect,
    text,
    uuid_column,
)

_LEVELS = (
    (DatabaseRole.VENDOR, Level.VENDOR),
    (DatabaseRole.DISTRIBUTOR, Level.DISTRIBUTOR),
    (DatabaseRole.RESELLER, Level.RESELLER),
)

digest_subscription = protect(
    Table(
        "digest_subscription",
        metadata,
        uuid_column("organization_id"),
        uuid_column("user_id"),
        text("level"),
        text("time_zone"),
        Column("hour", SmallInteger, nullable=False),
        day("last_day", nullable=True),
        moment("set_at"),
        PrimaryKeyConstraint("organization_id", "user_id", "level"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        comment="The last day: that of which a digest was sent, or there was nothing to send",
    ),
    *(
        Access(
            role,
            f"{OWN_ORGANIZATION} AND {by_actor_id('user_id')} AND level = '{level}'",
            insert=True,
            update=("time_zone", "hour", "last_day", "set_at"),
            delete=True,
        )
        for role, level in _LEVELS
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, update=("last_day",)),
)
