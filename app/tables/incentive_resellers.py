"""Which resellers an incentive counts, where it counts some alone: those of each distributor's own that belonged to the
vendor's segments on the day on which the version was proposed.

The list is frozen with the version, so that both sides can recompute what it pays; of the segments only the vendor knows. A
record that is merged into another brings the survivor into the lists in which it stands, for as long as the merge stands.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    network_table,
    protect,
    uuid_column,
)

incentive_reseller = protect(
    network_table(
        "incentive_reseller",
        uuid_column("id"),
        uuid_column("list_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("merge_id", nullable=True),
        Column("recorded", BigInteger, nullable=True),
        Column("replaced", BigInteger, nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "merge_id"], ["party_merge.vendor_id", "party_merge.id"]),
        Index(
            "ix_incentive_reseller_once",
            *("vendor_id", "list_id", "agreement_id", "reseller_id"),
            unique=True,
            postgresql_where=sql("replaced IS NULL"),
        ),
        Index(None, "vendor_id", "list_id", "agreement_id", "id"),
        Index(None, "vendor_id", "agreement_id", "reseller_id"),
        comment="`list_id` is the name by which a rule's scope says whom it counts. A survivor of a merge stands here since"
        " one change of the facts (`recorded`), until that by which the merge was undone (`replaced`); all others always",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        inserting=f"{OWN_VENDOR} AND num_nonnulls(merge_id, recorded, replaced) = 0",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            *("vendor_id", "id", "list_id", "agreement_id", "distributor_id", "reseller_id"),
            *("recorded", "replaced"),
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("recorded", "replaced")),
)
