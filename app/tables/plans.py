"""Joint business plans: what a vendor and one distributor agreed to reach, in versions; what each of them is to do; and the
reviews they held, with the figures as they were known.

Nobody but the two sides of the agreement reads a row of these. Nobody agrees to his own version, and each side changes its
own activities alone: the database says so too. The figures of a review are written by the worker, once.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.plans import PlanActivityStatus, PlanLength, PlanStatus, PlanVersionStatus
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_SIDES = {
    DatabaseRole.VENDOR: (OWN_VENDOR, Level.VENDOR, Level.DISTRIBUTOR),
    DatabaseRole.DISTRIBUTOR: (OWN_DISTRIBUTOR, Level.DISTRIBUTOR, Level.VENDOR),
}
"Each side: its rows, itself, and the other one."
_SIDE = f"IN ('{Level.VENDOR.value}', '{Level.DISTRIBUTOR.value}')"
_OWNER = ("agreement_id", "distributor_id")


def _of_plan() -> ForeignKeyConstraint:
    """What is of a plan is of one that is there, and of the same two sides."""
    columns = ("vendor_id", "plan_id", *_OWNER)
    return ForeignKeyConstraint(list(columns), [f"business_plan.{c}" for c in ("vendor_id", "id", *_OWNER)])


def _plan_parts(name: str, *items: object, comment: str) -> Table:
    return network_table(
        name,
        uuid_column("id"),
        uuid_column("plan_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        *items,  # type: ignore[arg-type]
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_plan(),
        comment=comment,
    )


business_plan = protect(
    network_table(
        "business_plan",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("length"),
        day("period_start"),
        day("period_end"),
        text("currency"),
        text("status"),
        Column("version", Integer, nullable=False),
        Column("written", Integer, nullable=False),
        Column("agreed", Integer, nullable=True),
        Column("pending", Integer, nullable=True),
        moment("proposed_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", *_OWNER),
        ForeignKeyConstraint(
            ["vendor_id", *_OWNER], ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"]
        ),
        CheckConstraint(one_of("length", PlanLength), name="length"),
        CheckConstraint(one_of("status", PlanStatus), name="status"),
        CheckConstraint("period_end > period_start", name="ends_after_it_starts"),
        CheckConstraint("(status IN ('AGREED', 'CLOSED')) = (agreed IS NOT NULL)", name="agreed"),
        CheckConstraint("(status IN ('PROPOSED', 'COUNTERED')) <= (pending IS NOT NULL)", name="waits"),
        CheckConstraint("(status IN ('REJECTED', 'WITHDRAWN', 'CLOSED')) = (ended_at IS NOT NULL)", name="ended"),
        Index(
            "uq_business_plan_of_span",
            *("vendor_id", "agreement_id", "period_start", "period_end"),
            unique=True,
            postgresql_where=sql("status NOT IN ('REJECTED', 'WITHDRAWN')"),
        ),
        Index(None, "vendor_id", "agreement_id", "period_start", "id"),
        comment="`version` counts the acts on it; `written` is the number of its newest version, `agreed` of that in force,"
        " `pending` of the one that waits for an answer",
    ),
    *(
        Access(
            role,
            rows,
            insert=True,
            inserting=f"{rows} AND status = 'PROPOSED' AND version = 1 AND written = 1",
            update=("status", "version", "written", "agreed", "pending", "ended_at"),
        )
        for role, (rows, _, _) in _SIDES.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

business_plan_version = protect(
    _plan_parts(
        "business_plan_version",
        Column("number", Integer, nullable=False),
        text("side"),
        text("status"),
        Column("content", JSONB, nullable=False),
        moment("written_at"),
        moment("answered_at", nullable=True),
        text("reason", nullable=True),
        UniqueConstraint("vendor_id", "plan_id", "number"),
        CheckConstraint(f"side {_SIDE}", name="side"),
        CheckConstraint(one_of("status", PlanVersionStatus), name="status"),
        CheckConstraint("(status = 'PROPOSED') = (answered_at IS NULL)", name="answered"),
        comment="`content` is what it says: targets (10⁻⁶ currency units, 10⁻³ units, or ones) with their months, activities"
        " and notes; it never changes",
    ),
    *(
        Access(
            role,
            rows,
            insert=True,
            inserting=f"{rows} AND side = '{own}' AND status = 'PROPOSED' AND answered_at IS NULL",
            update=("status", "answered_at", "reason"),
            writing=f"{rows} AND (status = 'SUPERSEDED' OR (side = '{own}' AND status = 'WITHDRAWN')"
            f" OR (side = '{other}' AND status IN ('AGREED', 'COUNTERED', 'REJECTED')))",
        )
        for role, (rows, own, other) in _SIDES.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

plan_review = protect(
    _plan_parts(
        "plan_review",
        day("held_on"),
        text("side"),
        Column("plan_version", Integer, nullable=False),
        text("attendees"),
        text("decisions"),
        moment("recorded_at"),
        Column("figures", JSONB, nullable=True),
        moment("known_at", nullable=True),
        moment("acknowledged_at", nullable=True),
        UniqueConstraint("vendor_id", "id", "plan_id"),
        CheckConstraint(f"side {_SIDE}", name="side"),
        CheckConstraint("(figures IS NULL) = (known_at IS NULL)", name="figures"),
        comment="`figures` are how the targets of the version stood on the day, as known at `known_at`; nothing of a review"
        " ever changes, but that the other side acknowledges it, once",
    ),
    *(
        Access(
            role,
            rows,
            insert=True,
            inserting=f"{rows} AND side = '{own}' AND num_nonnulls(figures, known_at, acknowledged_at) = 0",
            update=("acknowledged_at",),
            changing=f"{rows} AND side = '{other}' AND acknowledged_at IS NULL",
            writing=f"{rows} AND side = '{other}'",
        )
        for role, (rows, own, other) in _SIDES.items()
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=("figures", "known_at"),
        changing=f"{OWN_VENDOR} AND figures IS NULL",
        writing=OWN_VENDOR,
    ),
)

plan_activity = protect(
    _plan_parts(
        "plan_activity",
        uuid_column("review_id", nullable=True),
        Column("plan_version", Integer, nullable=True),
        text("side"),
        text("person"),
        text("title"),
        day("agreed_due_on"),
        day("due_on"),
        text("status"),
        day("done_on", nullable=True),
        text("note", nullable=True),
        Column("version", Integer, nullable=False),
        moment("planned_at"),
        ForeignKeyConstraint(
            ["vendor_id", "review_id", "plan_id"], ["plan_review.vendor_id", "plan_review.id", "plan_review.plan_id"]
        ),
        CheckConstraint(f"side {_SIDE}", name="side"),
        CheckConstraint(one_of("status", PlanActivityStatus), name="status"),
        CheckConstraint("(status = 'DONE') = (done_on IS NOT NULL)", name="done"),
        CheckConstraint("num_nonnulls(review_id, plan_version) = 1", name="one_origin"),
        Index(None, "vendor_id", "plan_id", "due_on", "id"),
        Index(None, "vendor_id", "due_on", postgresql_where=sql("status = 'OPEN'")),
        comment="Of a version that was agreed, or followed from a review; those of a superseded version are over",
    ),
    *(
        Access(
            role,
            rows,
            insert=True,
            inserting=rows,
            update=("status", "due_on", "done_on", "note", "version"),
            changing=f"{rows} AND side = '{own}'",
            writing=f"{rows} AND side = '{own}'",
        )
        for role, (rows, own, _) in _SIDES.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
