"""What a vendor says about prices in its channel beyond its own: recommended prices, and floors of advertised prices (MAP).

Both are announced to the whole network, distributors and resellers alike, and invisible to it before. They end where the
next announced one of the same product begins, so that no row tells of a later one. A floor binds the advertised price alone;
no rule reads it, nor any resale price.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint

from app.tables.metadata import (
    NETWORKS,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    micros,
    moment,
    network_table,
    protect,
    text,
    uuid_column,
)

_ANNOUNCED = (
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, f"{NETWORKS} AND announced_at <= now()"),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND announced_at <= now()"),
)

recommended_price = protect(
    network_table(
        "recommended_price",
        uuid_column("product_id"),
        text("currency"),
        day("effective_from"),
        micros("price"),
        moment("announced_at"),
        PrimaryKeyConstraint("vendor_id", "product_id", "currency", "effective_from"),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("price >= 0", name="not_negative"),
    ),
    *_ANNOUNCED,
)

advertised_price_floor = protect(
    network_table(
        "advertised_price_floor",
        uuid_column("product_id"),
        text("country"),
        day("effective_from"),
        text("currency"),
        micros("price", nullable=True),
        Column("binding", Boolean, nullable=False),
        moment("announced_at"),
        PrimaryKeyConstraint("vendor_id", "product_id", "country", "effective_from"),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("price >= 0", name="not_negative"),
        comment="`price` is null from the day on which there is no floor any more; what is not `binding` is a record only",
    ),
    *_ANNOUNCED,
)
