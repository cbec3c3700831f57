"""Commissions: a vendor's plans for its agents, what it assigns to them, and what each has earned, line by line.

An agent reads its plans, what is assigned to it, and its statements with their lines: the product, the day, the units, and
the amount where the plan measures what was paid. Who bought, who sold, on which invoice and at which book price, it does not
read. Of what the vendor calculates, `told_…` is what the agent may know. No distributor reads any of it. The engine sees
lines with the vendor's eyes: what no agreement discloses to the vendor is attributed to nobody.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.commission_terms import CommissionPeriod, CommissionStatus, CommissionValuation
from app.tables.metadata import (
    NETWORKS,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    micros,
    milli,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)


def _minor(name: str, *, nullable: bool = False) -> Column[object]:
    """An amount of minor units."""
    return Column(name, BigInteger, nullable=nullable)


commission_plan = protect(
    network_table(
        "commission_plan",
        uuid_column("id"),
        text("name"),
        text("description", nullable=True),
        text("currency"),
        Column("rate", Integer, nullable=False),
        text("valuation"),
        text("period"),
        _minor("cap_minor", nullable=True),
        day("starts_on"),
        day("ends_on"),
        Column("product_ids", ARRAY(Uuid), nullable=False),
        Column("families", ARRAY(Text), nullable=False),
        Column("countries", ARRAY(Text), nullable=False),
        uuid_column("replaces_id", nullable=True),
        text("created_by"),
        moment("created_at"),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        ForeignKeyConstraint(["vendor_id", "replaces_id"], ["commission_plan.vendor_id", "commission_plan.id"]),
        CheckConstraint(one_of("valuation", CommissionValuation), name="valuation"),
        CheckConstraint(one_of("period", CommissionPeriod), name="period"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("rate BETWEEN 1 AND 1000000 AND cap_minor > 0", name="pays_something"),
        Index(None, "vendor_id", "starts_on", "id"),
        comment="`rate` in 10⁻⁶ of an amount; what no list names is not limited by it. Terms never change: a plan is ended"
        " and replaced",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("ends_on", "version")),
    Access(
        DatabaseRole.RESELLER,
        NETWORKS,
        columns=(
            *("vendor_id", "id", "name", "description", "currency", "rate", "valuation", "period", "cap_minor"),
            *("starts_on", "ends_on", "product_ids", "families", "countries", "replaces_id", "created_at", "version"),
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

agent_assignment = protect(
    network_table(
        "agent_assignment",
        uuid_column("id"),
        uuid_column("reseller_id"),
        uuid_column("bought_by_id", nullable=True),
        text("customer_name", nullable=True),
        text("customer_hash", nullable=True),
        text("note"),
        day("starts_on"),
        day("ends_on", nullable=True),
        text("created_by"),
        moment("created_at"),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        *(
            ForeignKeyConstraint(["vendor_id", party], ["party.vendor_id", "party.id"])
            for party in ("reseller_id", "bought_by_id")
        ),
        CheckConstraint("num_nonnulls(bought_by_id, customer_hash) = 1", name="one_buyer"),
        CheckConstraint("customer_name IS NULL OR customer_hash IS NOT NULL", name="a_name_is_compared"),
        CheckConstraint("bought_by_id <> reseller_id", name="not_its_own_purchases"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        Index(None, "vendor_id", "reseller_id", "id"),
        comment="Whose purchases an agent is paid for: a reseller's, or an end customer's, whose name can be emptied. `note`"
        " is what the agent reads of it",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("ends_on", "customer_name", "version")),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=("vendor_id", "id", "reseller_id", "note", "starts_on", "ends_on", "created_at", "version"),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("reseller_id", "bought_by_id", "customer_name", "note", "version")),
)

commission_run = protect(
    network_table(
        "commission_run",
        uuid_column("id"),
        uuid_column("plan_id"),
        text("asked_by"),
        uuid_column("asked_by_id"),
        moment("asked_at"),
        moment("finished_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "plan_id"], ["commission_plan.vendor_id", "commission_plan.id"]),
        comment="That somebody of the vendor had a plan's periods calculated, to be approved by others",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND {by_actor_id('asked_by_id')} AND finished_at IS NULL",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("finished_at",)),
)

_RECKONED = (
    "status",
    "base",
    "told_base",
    "earned_minor",
    "adjusted_minor",
    "amount_minor",
    "differences",
    "lines",
    "left_out",
    "held",
    "content",
    "revision",
    "calculated_at",
    "calculated_by",
    "calculated_by_id",
    "approvals_needed",
)

commission_statement = protect(
    network_table(
        "commission_statement",
        uuid_column("id"),
        uuid_column("plan_id"),
        uuid_column("reseller_id"),
        day("starts_on"),
        day("ends_on"),
        text("currency"),
        text("status"),
        micros("base"),
        micros("told_base", nullable=True),
        _minor("earned_minor"),
        _minor("adjusted_minor"),
        _minor("amount_minor"),
        Column("differences", JSONB, nullable=False),
        Column("lines", Integer, nullable=False),
        Column("left_out", Integer, nullable=False),
        text("held", nullable=True),
        text("content"),
        Column("revision", Integer, nullable=False),
        moment("calculated_at"),
        text("calculated_by", nullable=True),
        uuid_column("calculated_by_id", nullable=True),
        Column("approvals_needed", Integer, nullable=True),
        moment("approved_at", nullable=True),
        text("payment_reference", nullable=True),
        text("paid_by", nullable=True),
        uuid_column("paid_by_id", nullable=True),
        moment("paid_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        UniqueConstraint("vendor_id", "plan_id", "reseller_id", "starts_on"),
        ForeignKeyConstraint(["vendor_id", "plan_id"], ["commission_plan.vendor_id", "commission_plan.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("status", CommissionStatus), name="status"),
        CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
        CheckConstraint("earned_minor >= 0 AND lines >= 0 AND left_out >= 0", name="not_negative"),
        CheckConstraint("amount_minor = greatest(0, earned_minor + adjusted_minor)", name="adds_up"),
        CheckConstraint(
            "num_nonnulls(calculated_by, calculated_by_id, approvals_needed) ="
            " CASE status WHEN 'ACCRUING' THEN 0 ELSE 3 END",
            name="calculated_by_somebody",
        ),
        CheckConstraint("(status IN ('APPROVED', 'PAID')) = (approved_at IS NOT NULL)", name="approved"),
        CheckConstraint(
            "num_nonnulls(payment_reference, paid_by, paid_by_id, paid_at) = CASE status WHEN 'PAID' THEN 4 ELSE 0 END",
            name="paid",
        ),
        CheckConstraint("status <> 'PAID' OR amount_minor > 0", name="pays_something"),
        CheckConstraint("paid_by_id <> calculated_by_id", name="by_two_people"),
        Index(None, "vendor_id", "starts_on", "id"),
        Index(None, "vendor_id", "reseller_id", "starts_on", "id"),
        comment="What one agent has earned of a plan in a period: `base` in 10⁻⁶ units, as told to the agent `told_base`;"
        " `adjusted_minor` is what `differences` of earlier periods add up to",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        update=("status", "payment_reference", "paid_by", "paid_by_id", "paid_at"),
        changing=f"{OWN_VENDOR} AND status = 'APPROVED'",
        writing=f"{OWN_VENDOR} AND status = 'PAID' AND {by_actor_id('paid_by_id')}",
    ),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(
            *("vendor_id", "id", "plan_id", "reseller_id", "starts_on", "ends_on", "currency", "status", "told_base"),
            *("earned_minor", "adjusted_minor", "amount_minor", "differences", "lines", "left_out", "held", "revision"),
            *("calculated_at", "approved_at", "payment_reference", "paid_at"),
        ),
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=(*_RECKONED, "approved_at"),
        changing=f"{OWN_VENDOR} AND status IN ('ACCRUING', 'CALCULATED')",
        writing=OWN_VENDOR,
    ),
)

_OF_STATEMENT = ForeignKeyConstraint(
    ["vendor_id", "statement_id", "reseller_id"],
    ["commission_statement.vendor_id", "commission_statement.id", "commission_statement.reseller_id"],
)

commission_line = protect(
    network_table(
        "commission_line",
        uuid_column("statement_id"),
        Column("position", Integer, nullable=False),
        uuid_column("reseller_id"),
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        uuid_column("product_id"),
        day("sold_on"),
        milli("quantity"),
        micros("amount"),
        micros("told_amount", nullable=True),
        _minor("share_minor"),
        _minor("told_share_minor", nullable=True),
        uuid_column("deal_id", nullable=True),
        uuid_column("assignment_id", nullable=True),
        PrimaryKeyConstraint("vendor_id", "statement_id", "position"),
        _OF_STATEMENT,
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        ForeignKeyConstraint(
            ["vendor_id", "deal_id", "reseller_id"], ["deal.vendor_id", "deal.id", "deal.reseller_id"]
        ),
        ForeignKeyConstraint(
            ["vendor_id", "assignment_id", "reseller_id"],
            ["agent_assignment.vendor_id", "agent_assignment.id", "agent_assignment.reseller_id"],
        ),
        CheckConstraint("num_nonnulls(deal_id, assignment_id) = 1", name="attributed_once"),
        comment="A line of a statement, named by its report and row, with its amount in the plan's currency and its share",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(
            *("vendor_id", "statement_id", "position", "reseller_id", "product_id", "sold_on", "quantity"),
            *("told_amount", "told_share_minor", "deal_id", "assignment_id"),
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, delete=True),
)

commission_approval = protect(
    network_table(
        "commission_approval",
        uuid_column("statement_id"),
        Column("revision", Integer, nullable=False),
        text("approved_by"),
        uuid_column("approved_by_id"),
        moment("approved_at"),
        PrimaryKeyConstraint("vendor_id", "statement_id", "revision", "approved_by_id"),
        ForeignKeyConstraint(
            ["vendor_id", "statement_id"], ["commission_statement.vendor_id", "commission_statement.id"]
        ),
        comment="Who of the vendor's finance found which revision of a statement right",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, writing=f"{OWN_VENDOR} AND {by_actor_id('approved_by_id')}"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
