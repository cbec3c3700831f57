"""The facts that count, and the rollups that one transaction keeps beside them.

A line is named by the report and row it came from. It carries the knowledge that brought it and, once superseded, the
knowledge that ended it, so that a past moment can be asked again. Facts are written by set-based joins against the tables
they refer to, so they carry no foreign keys to products and parties: `tailrace verify` checks them instead.

A resale price is what the reseller paid: its own, the distributor's, and the vendor's where the agreement discloses it.
A book value is the distributor's cost: no reseller's.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.sql.schema import SchemaItem

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    micros,
    milli,
    moment,
    network_table,
    protect,
    text,
    uuid_column,
)

_DISCLOSED_CAUSE = (
    "CASE WHEN split_part(cause, ' ', 1) IN ('submission', 'alias', 'decision') THEN cause"
    " ELSE split_part(cause, ' ', 1) END"
)
"""What of a cause its distributor reads: its reports, and what was said of its own codes and held rows, by id; of all else,
which is the vendor's, the kind alone."""

knowledge = protect(
    network_table(
        "knowledge",
        Column("id", BigInteger, Identity(always=True), nullable=False),
        uuid_column("agreement_id", nullable=True),
        uuid_column("distributor_id", nullable=True),
        text("cause"),
        Column("disclosed_cause", Text, Computed(_DISCLOSED_CAUSE, persisted=True)),
        moment("known_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        Index(None, "vendor_id", "distributor_id", "known_at"),
        comment="When each change of the facts became known; written last, under the vendor's lock held to commit",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=("vendor_id", "id", "distributor_id", "disclosed_cause", "known_at"),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("known_at",), analyze=True),
)

LIVE = "replaced IS NULL AND component >= 0"
"""The line that stands under its key. `superseded` says since when a line no longer counts, `replaced` since when it no
longer stands. In an open period both happen at once; in a closed one the line goes on counting there, and its reversal
(component −1−c of component c) and what took its place count in the open period (`counts_on`)."""
NOT_TAKEN_BACK = "corrected_by IS DISTINCT FROM submission_id"
"""The fact that stands for its row, of lines and of stock: the one that its own report did not end, because its row went
back to being held, or because it was written anew."""
STANDS_FOR_ROW = f"component BETWEEN 0 AND 1 AND {NOT_TAKEN_BACK}"
"""The line that stands for its row: of a kit the first component, and no reversal."""


def returned_units(line: str) -> str:
    """What of a line's quantity came back, in 10⁻³ base units, as SQL. A reversal takes back what its line said; the two
    halves of a credit-and-rebill are neither a return nor a new sale."""
    return (
        f"CASE WHEN {line}.sale_type = 'CREDIT_AND_REBILL' THEN 0"
        f" WHEN {line}.component < 0 THEN -greatest({line}.quantity, 0) ELSE greatest(-{line}.quantity, 0) END"
    )


_LINE_FOR_VENDOR = (
    "vendor_id",
    "submission_id",
    "row_number",
    "agreement_id",
    "distributor_id",
    "disclosed_reseller_id",
    "document_kind",
    "document_number",
    "document_line",
    "return_of",
    "sold_on",
    "product_id",
    "quantity",
    "currency",
    "disclosed_unit_price",
    "disclosed_amount",
    "book_currency",
    "book_price",
    "book_amount",
    "sale_type",
    "ship_to_country",
    "disclosed_end_customer",
    "special_price_number",
    "serial_numbers",
    "component",
    "counts_on",
    "product_code",
    "reported_quantity",
    "unit",
    "source",
    "product_alias_id",
    "kit_id",
    "corrects_submission_id",
    "corrects_row",
    "corrected_by",
    "recorded",
    "replaced",
    "superseded",
)
_LINE_FOR_RESELLER = (
    "vendor_id",
    "submission_id",
    "row_number",
    "distributor_id",
    "reseller_id",
    "document_kind",
    "document_number",
    "document_line",
    "return_of",
    "sold_on",
    "product_id",
    "quantity",
    "currency",
    "unit_price",
    "amount",
    "sale_type",
    "ship_to_country",
    "serial_numbers",
    "component",
    "kit_id",
    "counts_on",
    "recorded",
    "replaced",
    "superseded",
)


def origin_and_standing() -> list[SchemaItem]:
    """Where a line comes from, in which figures it counts, and since when it no longer does."""
    return [
        Column("component", Integer, nullable=False),
        day("counts_on"),
        text("product_code"),
        milli("reported_quantity"),
        text("unit", nullable=True),
        text("source", nullable=True),
        uuid_column("product_alias_id", nullable=True),
        uuid_column("kit_id", nullable=True),
        uuid_column("corrects_submission_id", nullable=True),
        Column("corrects_row", BigInteger, nullable=True),
        uuid_column("corrected_by", nullable=True),
        text("content_hash"),
        Column("recorded", BigInteger, nullable=False),
        Column("replaced", BigInteger, nullable=True),
        Column("superseded", BigInteger, nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "component", "recorded"),
    ]


sell_through_line = protect(
    network_table(
        "sell_through_line",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("disclosed_reseller_id"),
        text("document_kind"),
        text("document_number"),
        text("document_line"),
        text("return_of", nullable=True),
        day("sold_on"),
        uuid_column("product_id"),
        milli("quantity"),
        text("currency"),
        micros("unit_price", nullable=True),
        micros("amount", nullable=True),
        micros("disclosed_unit_price", nullable=True),
        micros("disclosed_amount", nullable=True),
        text("book_currency", nullable=True),
        micros("book_price", nullable=True),
        micros("book_amount", nullable=True),
        text("sale_type"),
        text("ship_to_country", nullable=True),
        text("end_customer", nullable=True),
        text("disclosed_end_customer", nullable=True),
        text("special_price_number", nullable=True),
        Column("serial_numbers", ARRAY(Text), nullable=True),
        text("reseller_account"),
        uuid_column("account_alias_id", nullable=True),
        *origin_and_standing(),
        Index(
            "uq_sell_through_line_live",
            "vendor_id",
            "distributor_id",
            "document_number",
            "document_line",
            "document_kind",
            "component",
            unique=True,
            postgresql_where=sql(LIVE),
        ),
        Index(None, "vendor_id", "distributor_id", "counts_on"),
        Index(None, "vendor_id", "reseller_id", "counts_on"),
        Index(
            "ix_sell_through_line_returns",
            "vendor_id",
            "distributor_id",
            "return_of",
            postgresql_where=sql("return_of IS NOT NULL"),
        ),
        Index(
            "ix_sell_through_line_specially_priced",
            "vendor_id",
            "agreement_id",
            "special_price_number",
            postgresql_where=sql("special_price_number IS NOT NULL"),
        ),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, columns=_LINE_FOR_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.RESELLER, OWN_RESELLER, columns=_LINE_FOR_RESELLER),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("replaced", "superseded", "corrected_by", "end_customer", "disclosed_end_customer"),
        analyze=True,
    ),
)

sell_in_line = protect(
    network_table(
        "sell_in_line",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("document_kind"),
        text("document_number"),
        text("document_line"),
        day("sold_on"),
        uuid_column("product_id"),
        milli("quantity"),
        text("currency"),
        micros("unit_price"),
        micros("amount"),
        Column("serial_numbers", ARRAY(Text), nullable=True),
        *origin_and_standing(),
        Index(
            "uq_sell_in_line_live",
            "vendor_id",
            "distributor_id",
            "document_number",
            "document_line",
            "document_kind",
            "component",
            unique=True,
            postgresql_where=sql(LIVE),
        ),
        Index(None, "vendor_id", "distributor_id", "counts_on"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("replaced", "superseded", "corrected_by"),
        analyze=True,
    ),
)
