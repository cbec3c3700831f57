"""What is sold and at what price: products, wholesale prices, and a distributor's own codes for products and accounts.

A wholesale price is visible to distributors from its announcement, to resellers never.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.programme.terms import AliasKind
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
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

product = protect(
    network_table(
        "product",
        uuid_column("id"),
        text("sku"),
        text("gtin", nullable=True),
        text("name"),
        text("family"),
        text("base_unit"),
        day("introduced_on"),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "sku"),
        UniqueConstraint("vendor_id", "gtin"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        Index(None, "vendor_id", "family", "sku"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

product_unit = protect(
    network_table(
        "product_unit",
        uuid_column("product_id"),
        text("unit"),
        milli("factor"),
        PrimaryKeyConstraint("vendor_id", "product_id", "unit"),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("factor > 0", name="positive"),
        comment="`factor` base units make one of this unit: a case of twelve has 12000",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("factor",)),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

kit_component = protect(
    network_table(
        "kit_component",
        uuid_column("kit_id"),
        day("effective_from"),
        Column("position", Integer, nullable=False),
        day("effective_until", nullable=True),
        uuid_column("product_id"),
        milli("quantity"),
        PrimaryKeyConstraint("vendor_id", "kit_id", "effective_from", "position"),
        ForeignKeyConstraint(["vendor_id", "kit_id"], ["product.vendor_id", "product.id"]),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("quantity > 0", name="positive"),
        CheckConstraint("effective_until > effective_from", name="ends_after_it_starts"),
        CheckConstraint("kit_id <> product_id", name="not_of_itself"),
        comment="A kit's bill of material from a day on: `quantity` base units of each component make one kit",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("effective_until",)),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

book_price = protect(
    network_table(
        "book_price",
        uuid_column("product_id"),
        text("currency"),
        day("effective_from"),
        day("effective_until", nullable=True),
        micros("price"),
        moment("announced_at"),
        PrimaryKeyConstraint("vendor_id", "product_id", "currency", "effective_from"),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("price >= 0", name="not_negative"),
        CheckConstraint("effective_until > effective_from", name="ends_after_it_starts"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("effective_until",)),
    Access(DatabaseRole.DISTRIBUTOR, f"{NETWORKS} AND announced_at <= now()"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

_WORKERS = ("undone_at", "released_rows", "returned_rows", "authorization_id", "reseller_id")

alias = protect(
    network_table(
        "alias",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("kind"),
        text("code"),
        uuid_column("product_id", nullable=True),
        uuid_column("authorization_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        text("confirmed_by"),
        moment("confirmed_at"),
        moment("undone_at", nullable=True),
        text("undone_by", nullable=True),
        Column("released_rows", BigInteger, nullable=True),
        Column("returned_rows", BigInteger, nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        ForeignKeyConstraint(
            ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"],
            [
                f"reseller_authorization.{c}"
                for c in ("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id")
            ],
        ),
        CheckConstraint(one_of("kind", AliasKind), name="kind"),
        CheckConstraint(
            "(kind = 'PRODUCT' AND product_id IS NOT NULL AND reseller_id IS NULL AND authorization_id IS NULL)"
            " OR (kind = 'ACCOUNT' AND product_id IS NULL AND reseller_id IS NOT NULL"
            " AND authorization_id IS NOT NULL)",
            name="names_one_thing",
        ),
        Index(
            "uq_alias_live",
            "vendor_id",
            "agreement_id",
            "kind",
            "code",
            unique=True,
            postgresql_where=sql("undone_at IS NULL"),
        ),
    ),
    Access(DatabaseRole.VENDOR, f"{OWN_VENDOR} AND kind = 'PRODUCT'"),
    # What an alias did, the worker writes; and one that was undone stays so.
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND undone_at IS NULL AND released_rows IS NULL AND returned_rows IS NULL",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        read=False,
        update=("undone_at", "undone_by"),
        writing=f"{OWN_DISTRIBUTOR} AND undone_at IS NOT NULL",
    ),
    # The worker adds an alias, or ends one, only to say what that would do, and rolls it back.
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_WORKERS),
)
