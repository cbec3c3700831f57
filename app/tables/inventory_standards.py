"""How much stock of each product a vendor and a distributor agree on, in versions by the day from which they hold.

A version is all lines with one `effective_from`: the line at place 0 says what is asked of all products, the others what is
asked of one product or of one family instead. Once there is a version, the weeks of the agreement's money terms hold no
more from its day on. Both sides of the agreement read it; nothing that was said is changed.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from app.programme.terms import StandardBasis
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

_FOR_DISTRIBUTOR = (
    "vendor_id",
    "agreement_id",
    "distributor_id",
    "effective_from",
    "place",
    "product_id",
    "family",
    "basis",
    "least",
    "most",
    "set_at",
)

inventory_standard = protect(
    network_table(
        "inventory_standard",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("effective_from"),
        Column("place", Integer, nullable=False),
        uuid_column("product_id", nullable=True),
        text("family", nullable=True),
        text("basis", nullable=True),
        Column("least", BigInteger, nullable=True),
        Column("most", BigInteger, nullable=True),
        moment("set_at"),
        text("set_by"),
        PrimaryKeyConstraint("vendor_id", "agreement_id", "effective_from", "place"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint(one_of("basis", StandardBasis), name="basis"),
        CheckConstraint("num_nonnulls(basis, least, most) IN (0, 3)", name="whole"),
        CheckConstraint("least >= 0 AND most >= least", name="from_least_to_most"),
        CheckConstraint("num_nonnulls(product_id, family) = (place > 0)::int", name="of_all_or_of_one"),
        comment="`least` and `most` are hundredths of weeks, 10⁻³ base units or 10⁻⁶ of the agreement's currency, by"
        " `basis`; without one nothing is asked",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, columns=_FOR_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
