"""Erasures of names: who asked for which, and what came of it. The name itself stands here only until it is carried out.

An erasure is of whoever holds the name: a distributor's of its reports, a reseller's of its sell-out, deals and
certifications, a vendor's of what was disclosed to it and of its special prices. What is left where a name stood says no
name (`app.programme.erasures`), and compares as the name did.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.programme.erasures import ERASED, ErasedSubject, ErasureStatus
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

COUNTS = ("lines", "rows", "reports", "records", "unfound")
_FOR_OWNER = (
    *("vendor_id", "id", "level", "distributor_id", "reseller_id", "subject", "status", "reason", *COUNTS),
    *("requested_by", "requested_at", "carried_out_at"),
)


def written_key(name: str, vendor: str) -> str:
    """The hash of a name as it was written, in small letters, as SQL."""
    return f"encode(sha256(convert_to({vendor}::text || '/' || lower(btrim({name})), 'UTF8')), 'hex')"


def same_customer(one: str, other: str, vendor: str) -> str:
    """Whether two names of end customers are written alike, also where one of them was erased, as SQL."""
    erased = f"LIKE '{ERASED}%'"
    return (
        f"(lower(btrim({one})) = lower(btrim({other}))"
        f" OR ({one} {erased} AND {other} NOT {erased} AND right({one}, 64) = {written_key(other, vendor)})"
        f" OR ({other} {erased} AND {one} NOT {erased} AND right({other}, 64) = {written_key(one, vendor)}))"
    )


def _count(name: str) -> Column[object]:
    return Column(name, BigInteger, nullable=False, server_default=sql("0"))


def _asked(rows: str, level: Level) -> str:
    return f"{rows} AND level = '{level}' AND status = 'RUNNING' AND {by_actor_id('requested_by_id')}"


_OWN = {
    Level.VENDOR: f"{OWN_VENDOR} AND level = 'VENDOR'",
    Level.DISTRIBUTOR: f"{OWN_DISTRIBUTOR} AND level = 'DISTRIBUTOR'",
    Level.RESELLER: f"{OWN_RESELLER} AND level = 'RESELLER'",
}
_ROLES = {
    Level.VENDOR: DatabaseRole.VENDOR,
    Level.DISTRIBUTOR: DatabaseRole.DISTRIBUTOR,
    Level.RESELLER: DatabaseRole.RESELLER,
}

erasure = protect(
    network_table(
        "erasure",
        uuid_column("id"),
        text("level"),
        uuid_column("distributor_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        uuid_column("organization_id"),
        text("subject"),
        text("name", nullable=True),
        text("reason"),
        text("status"),
        *(_count(name) for name in COUNTS),
        text("requested_by"),
        uuid_column("requested_by_id"),
        moment("requested_at"),
        moment("carried_out_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("subject", ErasedSubject), name="subject"),
        CheckConstraint(one_of("status", ErasureStatus), name="status"),
        CheckConstraint("(level = 'DISTRIBUTOR') = (distributor_id IS NOT NULL)", name="of_a_distributor"),
        CheckConstraint("(level = 'RESELLER') = (reseller_id IS NOT NULL)", name="of_a_reseller"),
        CheckConstraint(
            "(status = 'DONE') = (name IS NULL) AND (status = 'DONE') = (carried_out_at IS NOT NULL)",
            name="forgotten_when_done",
        ),
        Index(None, "vendor_id", "level", "requested_at", "id"),
        comment="`name` is what is to be erased, and is gone when that is done",
    ),
    *(
        Access(_ROLES[level], rows, columns=_FOR_OWNER, insert=True, inserting=_asked(rows, level))
        for level, rows in _OWN.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("name", "status", *COUNTS, "carried_out_at")),
)
