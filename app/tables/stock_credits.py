"""Credits for stock that a distributor holds, price protection and stock rotation, and what agreements say of both.

The terms of an agreement go by the day from which they hold. A price drop makes the worker propose a credit for each
agreement and product; rotation is asked for by the distributor. What each comes to, and line by line from which purchase,
the worker writes; people write acts, which the worker carries out and posts to the ledger. Vendor and the one distributor
read all of it, nobody else.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.claim_terms import CreditOutcome, RotationLimit
from app.programme.stock_credits import BY_DISTRIBUTOR, BY_VENDOR, StockCreditAct, StockCreditStatus
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
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

_AGREEMENT = ["vendor_id", "agreement_id", "distributor_id"]


def _of_agreement() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(_AGREEMENT, ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"])


_TERMS_FOR_DISTRIBUTOR = (
    "vendor_id",
    "agreement_id",
    "distributor_id",
    "effective_from",
    "protects",
    "look_back_days",
    "in_transit",
    "minimum_drop",
    "writes_up",
    "rotation_share",
    "offsetting_share",
    "rotation_excludes",
    "advance_share",
    "stock_min_weeks",
    "stock_max_weeks",
    "set_at",
)

agreement_money_terms = protect(
    network_table(
        "agreement_money_terms",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("effective_from"),
        Column("protects", Boolean, nullable=False),
        Column("look_back_days", Integer, nullable=True),
        Column("in_transit", Boolean, nullable=False),
        Column("minimum_drop", BigInteger, nullable=False),
        Column("writes_up", Boolean, nullable=False),
        Column("rotation_share", BigInteger, nullable=True),
        Column("offsetting_share", BigInteger, nullable=True),
        Column("rotation_excludes", JSONB, nullable=True),
        Column("advance_share", BigInteger, nullable=True),
        Column("stock_min_weeks", Integer, nullable=True),
        Column("stock_max_weeks", Integer, nullable=True),
        moment("set_at"),
        text("set_by"),
        PrimaryKeyConstraint("vendor_id", "agreement_id", "effective_from"),
        _of_agreement(),
        CheckConstraint("look_back_days >= 0", name="look_back"),
        CheckConstraint("minimum_drop BETWEEN 0 AND 1000000", name="minimum_drop"),
        CheckConstraint("rotation_share BETWEEN 1 AND 1000000", name="rotation_share"),
        CheckConstraint("offsetting_share BETWEEN 1 AND 10000000", name="offsetting_share"),
        CheckConstraint("offsetting_share IS NULL OR rotation_share IS NOT NULL", name="offsets_rotation"),
        CheckConstraint("rotation_excludes IS NULL OR rotation_share IS NOT NULL", name="excludes_from_rotation"),
        CheckConstraint("advance_share BETWEEN 0 AND 10000000", name="advance_share"),
        CheckConstraint("(stock_min_weeks IS NULL) = (stock_max_weeks IS NULL)", name="stock_standard_whole"),
        CheckConstraint("stock_min_weeks >= 0 AND stock_max_weeks >= stock_min_weeks", name="stock_standard"),
        comment="Terms hold until those of a later day begin. Shares are in 10⁻⁶; no `rotation_share`: nothing goes back."
        " `rotation_excludes` are products (ids) and families that do not. `advance_share` is the share of what has accrued"
        " that may be paid in advance; none: the whole. Stock should last from `stock_min_weeks` to `stock_max_weeks`, 10⁻²",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, columns=_TERMS_FOR_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

_FACTS = (
    "outcome",
    "price_before",
    "price_after",
    "counted_on",
    "counted",
    "in_transit",
    "received",
    "sold",
    "moved",
    "on_hand",
    "counts",
    "allowance",
    "used_before",
)
_RESULTS = (
    "status",
    "revision",
    *_FACTS,
    "units",
    "amount_minor",
    "approved_units",
    "approved_minor",
    "steps",
    "reason",
    "looked_at",
    "decided_at",
    "accepted_at",
    "credited_at",
    "credit_number",
)

stock_credit = protect(
    network_table(
        "stock_credit",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("kind"),
        text("status"),
        Column("revision", Integer, nullable=False),
        text("currency"),
        day("effective_on"),
        uuid_column("product_id", nullable=True),
        text("outcome", nullable=True),
        micros("price_before", nullable=True),
        micros("price_after", nullable=True),
        day("counted_on", nullable=True),
        milli("counted", nullable=True),
        milli("in_transit", nullable=True),
        milli("received", nullable=True),
        milli("sold", nullable=True),
        milli("moved", nullable=True),
        milli("on_hand", nullable=True),
        Column("counts", JSONB, nullable=True),
        day("period_start", nullable=True),
        day("period_end", nullable=True),
        micros("allowance", nullable=True),
        micros("used_before", nullable=True),
        text("order_number", nullable=True),
        micros("order_amount", nullable=True),
        Column("asked", JSONB, nullable=True),
        milli("units", server_default=sql("0")),
        Column("amount_minor", BigInteger, nullable=False, server_default=sql("0")),
        milli("approved_units", nullable=True),
        Column("approved_minor", BigInteger, nullable=True),
        Column("steps", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
        text("reason", nullable=True),
        moment("filed_at"),
        moment("looked_at", nullable=True),
        moment("decided_at", nullable=True),
        moment("accepted_at", nullable=True),
        moment("credited_at", nullable=True),
        text("credit_number", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        _of_agreement(),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("kind IN ('PRICE_PROTECTION', 'STOCK_ROTATION')", name="kind"),
        CheckConstraint(one_of("status", StockCreditStatus), name="status"),
        CheckConstraint(one_of("outcome", CreditOutcome), name="outcome"),
        CheckConstraint("(kind = 'PRICE_PROTECTION') = (product_id IS NOT NULL)", name="protects_a_product"),
        CheckConstraint(
            "num_nonnulls(period_start, period_end, asked) = CASE kind WHEN 'STOCK_ROTATION' THEN 3 ELSE 0 END",
            name="rotates_in_a_quarter",
        ),
        CheckConstraint("period_end > period_start", name="ends_after_it_starts"),
        CheckConstraint("status <> 'CREDITED' OR credit_number IS NOT NULL", name="credited"),
        Index(
            "uq_stock_credit_of_a_price",
            "vendor_id",
            "agreement_id",
            "product_id",
            "effective_on",
            unique=True,
            postgresql_where=sql("product_id IS NOT NULL"),
        ),
        Index(None, "vendor_id", "agreement_id", "filed_at", "id"),
        comment="`effective_on` is the first day of the new price, or the day on which rotation was asked for. `asked` are"
        " product ids with 10⁻³ base units. `revision` counts how often its figures were written",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND kind = 'STOCK_ROTATION' AND status = 'OPEN' AND revision = 0 AND units = 0"
        f" AND amount_minor = 0 AND num_nonnulls({', '.join(_FACTS)}, approved_units, approved_minor, reason,"
        " looked_at, decided_at, accepted_at, credited_at, credit_number) = 0",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_RESULTS),
)


def _of_credit() -> ForeignKeyConstraint:
    own = ["vendor_id", "stock_credit_id", "agreement_id", "distributor_id"]
    return ForeignKeyConstraint(
        own, [f"stock_credit.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")]
    )


stock_credit_line = protect(
    network_table(
        "stock_credit_line",
        uuid_column("stock_credit_id"),
        Column("position", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("product_id"),
        text("purchase"),
        uuid_column("submission_id"),
        Column("place", BigInteger, nullable=False),
        day("bought_on"),
        milli("quantity"),
        milli("refused"),
        text("refusal", nullable=True),
        micros("paid"),
        micros("unit_cost"),
        micros("per_unit"),
        milli("approved", server_default=sql("0")),
        PrimaryKeyConstraint("vendor_id", "stock_credit_id", "position"),
        _of_credit(),
        CheckConstraint(one_of("refusal", RotationLimit), name="refusal"),
        CheckConstraint("quantity >= 0 AND refused >= 0", name="not_negative"),
        CheckConstraint("approved BETWEEN 0 AND quantity", name="no_more_than_proposed"),
        Index(None, "vendor_id", "agreement_id", "product_id"),
        comment="Of one layer of a purchase, so many units at what each cost net, lowered by `per_unit`. `purchase` names"
        " its document, line and component; `place` is where it stands in its report (`app.programme.line_places`)",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("approved",), delete=True),
)

_UNDONE = "carried_out_at IS NULL AND refused IS NULL"
_ACTOR = by_actor("acted_by")


def _acts(acts: frozenset[StockCreditAct]) -> str:
    return f"act IN ({', '.join(repr(each.value) for each in StockCreditAct if each in acts)})"


stock_credit_act = protect(
    network_table(
        "stock_credit_act",
        uuid_column("id"),
        uuid_column("stock_credit_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("revision", Integer, nullable=False),
        text("act"),
        Column("approves", JSONB, nullable=True),
        text("reason", nullable=True),
        text("credit_number", nullable=True),
        text("acted_as"),
        text("acted_by"),
        moment("acted_at"),
        moment("carried_out_at", nullable=True),
        text("refused", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_credit(),
        CheckConstraint(one_of("act", StockCreditAct), name="act"),
        CheckConstraint(one_of("acted_as", Level), name="acted_as"),
        Index(None, "vendor_id", "stock_credit_id", "acted_at", "id"),
        comment="What a person did about a credit, and whether it was carried out or refused; `approves` says how many units"
        " of each line (by position) are approved, all where it is NULL",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND acted_as = 'VENDOR' AND {_acts(BY_VENDOR)} AND {_ACTOR} AND {_UNDONE}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            "vendor_id",
            "id",
            "stock_credit_id",
            "agreement_id",
            "distributor_id",
            "revision",
            "act",
            "approves",
            "reason",
            "credit_number",
            "acted_as",
            "acted_at",
            "carried_out_at",
            "refused",
        ),
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND acted_as = 'DISTRIBUTOR' AND {_acts(BY_DISTRIBUTOR)} AND {_ACTOR}"
        f" AND {_UNDONE}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("carried_out_at", "refused")),
)
