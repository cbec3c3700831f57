"""Two records of one reseller that the vendor made one: what was asked, what was done under each agreement, and every row
that was changed for it, as it was before, so that undoing puts back exactly that.

A merge reaches as far as the vendor sees: under an agreement that does not disclose its resellers everything stays as it is.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.party_merges import STANDING, MergeRow, MergeState
from app.tables.metadata import (
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_STANDS = f"state IN ({', '.join(repr(str(each)) for each in STANDING)})"

party_merge = protect(
    network_table(
        "party_merge",
        uuid_column("id"),
        uuid_column("from_id"),
        uuid_column("into_id"),
        day("effective_from", nullable=True),
        text("state"),
        text("reason"),
        text("refusal", nullable=True),
        text("asked_by"),
        uuid_column("asked_by_id"),
        moment("asked_at"),
        moment("applied_at", nullable=True),
        text("undone_by", nullable=True),
        moment("undone_at", nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "from_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "into_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("state", MergeState), name="state"),
        CheckConstraint("from_id <> into_id", name="two_records"),
        Index("uq_party_merge_standing", "vendor_id", "from_id", unique=True, postgresql_where=sql(_STANDS)),
        Index(None, "vendor_id", "into_id"),
        Index(None, "vendor_id", "asked_at", "id"),
        comment="Lines sold from `effective_from` on go to the survivor `into_id`; without a day, all of them",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        inserting=f"{OWN_VENDOR} AND state = 'APPLYING' AND {by_actor_id('asked_by_id')}",
        update=("state", "undone_by", "version"),
        changing=f"{OWN_VENDOR} AND state = 'APPLIED'",
        writing=f"{OWN_VENDOR} AND state = 'UNDOING'",
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("state", "refusal", "applied_at", "undone_at", "version"),
    ),
)

party_merge_part = protect(
    network_table(
        "party_merge_part",
        uuid_column("merge_id"),
        uuid_column("agreement_id"),
        Column("knowledge", BigInteger, nullable=True),
        Column("undone_knowledge", BigInteger, nullable=True),
        Column("lines", BigInteger, nullable=False, server_default=sql("0")),
        PrimaryKeyConstraint("vendor_id", "merge_id", "agreement_id"),
        ForeignKeyConstraint(["vendor_id", "merge_id"], ["party_merge.vendor_id", "party_merge.id"]),
        ForeignKeyConstraint(["vendor_id", "agreement_id"], ["agreement.vendor_id", "agreement.id"]),
        comment="Which change of the facts under an agreement a merge made, and how many lines it placed anew: a line that"
        " was recorded by it says so by its number",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("undone_knowledge",)),
)

party_merge_change = protect(
    network_table(
        "party_merge_change",
        uuid_column("merge_id"),
        text("row_kind"),
        text("row_key"),
        uuid_column("agreement_id", nullable=True),
        Column("before", JSONB, nullable=False),
        Column("after", JSONB, nullable=False),
        PrimaryKeyConstraint("vendor_id", "merge_id", "row_kind", "row_key"),
        ForeignKeyConstraint(["vendor_id", "merge_id"], ["party_merge.vendor_id", "party_merge.id"]),
        CheckConstraint(one_of("row_kind", MergeRow), name="row_kind"),
        comment="A row that a merge changed, by its key: what it was, and what it became",
    ),
    # The vendor reads how many rows of each kind a merge moved; which accounts and codes these are, is a distributor's.
    Access(DatabaseRole.VENDOR, OWN_VENDOR, columns=("vendor_id", "merge_id", "row_kind", "agreement_id")),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
