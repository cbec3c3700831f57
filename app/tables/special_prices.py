"""Special prices: what the vendor lets units of some products cost one distributor, for some customers and days.

How many units of a product are paid for, and how many are kept for claims that wait for a decision, stands beside the
quantity that was authorised: the database lets them be no more than that. Vendor and distributor read it, nobody else.
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
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from app.programme.claim_terms import CostBasis, DeemedDecision, SpecialPriceKind, SpecialPriceStatus
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
    day,
    milli,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

special_price = protect(
    network_table(
        "special_price",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("number"),
        text("currency"),
        text("cost_basis"),
        day("effective_start"),
        day("effective_end"),
        Column("customer_ids", ARRAY(Uuid), nullable=False),
        text("end_customer", nullable=True),
        uuid_column("deal_id", nullable=True),
        Column("days_to_file", Integer, nullable=True),
        Column("days_to_decide", Integer, nullable=True),
        text("deemed"),
        Column("approves_up_to_minor", BigInteger, nullable=True),
        text("status"),
        day("ended_on", nullable=True),
        Column("version", Integer, nullable=False),
        text("granted_by"),
        moment("granted_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "agreement_id", "number"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal.vendor_id", "deal.id"]),
        CheckConstraint(one_of("cost_basis", CostBasis), name="cost_basis"),
        CheckConstraint(one_of("deemed", DeemedDecision), name="deemed"),
        CheckConstraint(one_of("status", SpecialPriceStatus), name="status"),
        CheckConstraint("effective_end > effective_start", name="ends_after_it_starts"),
        CheckConstraint("(status = 'ENDED') = (ended_on IS NOT NULL)", name="ended_from_a_day_on"),
        Index(None, "vendor_id", "agreement_id", "granted_at", "id"),
        Index(None, "vendor_id", "deal_id"),
        comment="`customer_ids` are resellers, none: all. A line whose debit is above `approves_up_to_minor` waits for a"
        " person. `granted_by` is the id of a person or an integration, for the vendor alone",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("status", "ended_on", "version"),
        inserting=f"{OWN_VENDOR} AND {by_actor('granted_by')}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            *(
                "vendor_id",
                "id",
                "agreement_id",
                "distributor_id",
                "number",
                "currency",
                "cost_basis",
                "effective_start",
            ),
            *("effective_end", "customer_ids", "end_customer", "deal_id", "days_to_file", "days_to_decide", "deemed"),
            *("approves_up_to_minor", "status", "ended_on", "version", "granted_at"),
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("end_customer",)),
)

special_price_product = protect(
    network_table(
        "special_price_product",
        uuid_column("special_price_id"),
        uuid_column("product_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("position", Integer, nullable=False),
        text("kind"),
        Column("value", BigInteger, nullable=False),
        Column("most_per_unit", BigInteger, nullable=True),
        milli("quantity", nullable=True),
        milli("used", server_default=sql("0")),
        milli("reserved", server_default=sql("0")),
        PrimaryKeyConstraint("vendor_id", "special_price_id", "product_id"),
        ForeignKeyConstraint(
            ["vendor_id", "special_price_id", "agreement_id", "distributor_id"],
            [f"special_price.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint(one_of("kind", SpecialPriceKind), name="kind"),
        CheckConstraint("value >= 0 AND most_per_unit >= 0", name="not_negative"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("used >= 0 AND reserved >= 0 AND used + reserved <= quantity", name="no_more_than_authorised"),
        comment="`value` is a price or an amount in 10⁻⁶, or a share in 10⁻⁶. `used` units are paid for, `reserved` ones"
        " stand on claim lines that wait for a decision",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, writing=f"{OWN_VENDOR} AND used = 0 AND reserved = 0"),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("used", "reserved")),
)
