"""Groups of affiliates: whom the vendor proposes, and which of them has accepted or left.

The group is the vendor's, who may dissolve it; a distributor reads its own membership, and of the others only from when
until when all have accepted, which the worker writes there. Who answers is bound to who acts.
"""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
    day,
    moment,
    network_table,
    protect,
    text,
    uuid_column,
)

_IN_FORCE = ("in_force_since", "ended_on")

affiliation = protect(
    network_table(
        "affiliation",
        uuid_column("id"),
        text("name"),
        text("purpose"),
        text("proposed_by"),
        moment("proposed_at"),
        day("in_force_since", nullable=True),
        day("ended_on", nullable=True),
        moment("dissolved_at", nullable=True),
        text("dissolved_by", nullable=True),
        text("dissolved_because", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(
            "num_nonnulls(dissolved_at, dissolved_by, dissolved_because) IN (0, 3)", name="dissolved_by_somebody"
        ),
        Index(None, "vendor_id", "proposed_at", "id"),
        comment="`ended_on` is the day on which the first of its firms left or refused, or the vendor dissolved it",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND {by_actor('proposed_by')} AND num_nonnulls(in_force_since, ended_on, dissolved_at,"
        " dissolved_by, dissolved_because) = 0",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        read=False,
        update=("dissolved_at", "dissolved_by", "dissolved_because"),
        changing=f"{OWN_VENDOR} AND num_nonnulls(ended_on, dissolved_at) = 0",
        writing=f"{OWN_VENDOR} AND dissolved_at IS NOT NULL AND {by_actor('dissolved_by')}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=_IN_FORCE),
)

affiliation_member = protect(
    network_table(
        "affiliation_member",
        uuid_column("id"),
        uuid_column("affiliation_id"),
        uuid_column("distributor_id"),
        text("name"),
        text("purpose"),
        moment("proposed_at"),
        moment("accepted_at", nullable=True),
        text("accepted_by", nullable=True),
        moment("left_at", nullable=True),
        text("left_by", nullable=True),
        text("reason", nullable=True),
        day("in_force_since", nullable=True),
        day("ended_on", nullable=True),
        text("ended_because", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "affiliation_id", "distributor_id"),
        ForeignKeyConstraint(["vendor_id", "affiliation_id"], ["affiliation.vendor_id", "affiliation.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="left_by_somebody"),
        Index(None, "vendor_id", "distributor_id", "proposed_at", "id"),
        comment="A firm that left without having accepted has refused. Name and purpose are those of the group;"
        " `ended_because` is why the vendor dissolved it",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            *("vendor_id", "id", "affiliation_id", "distributor_id", "name", "purpose", "proposed_at", "accepted_at"),
            *("left_at", "reason", *_IN_FORCE, "ended_because"),
        ),
        insert=True,
        writing=f"{OWN_VENDOR} AND num_nonnulls(accepted_at, accepted_by, left_at, left_by, reason, in_force_since,"
        " ended_on, ended_because) = 0",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            *("vendor_id", "id", "affiliation_id", "distributor_id", "name", "purpose", "proposed_at", "accepted_at"),
            *("left_at", "reason", *_IN_FORCE, "ended_because"),
        ),
        update=("accepted_at", "accepted_by", "left_at", "left_by", "reason"),
        changing=f"{OWN_DISTRIBUTOR} AND left_at IS NULL",
        writing=f"{OWN_DISTRIBUTOR} AND (CASE WHEN left_at IS NULL THEN {by_actor('accepted_by')}"
        f" ELSE {by_actor('left_by')} END)",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=(*_IN_FORCE, "ended_because")),
)
"""Which person of a distributor answered, only its audit tells."""
