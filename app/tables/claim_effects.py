"""What a report that was only tried out would change of claims, kept with it for the level that asked."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from app.programme.claim_effects import ClaimEffectKind
from app.tables.metadata import (
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    micros,
    milli,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)
from app.tables.reports import FOR_DISTRIBUTOR, FOR_VENDOR, OF_PREVIEW

_UNCLAIMED = ClaimEffectKind.DEBIT_CLAIMABLE.value

submission_claim_effect = protect(
    network_table(
        "submission_claim_effect",
        uuid_column("submission_id"),
        Column("position", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("previewed_by"),
        text("kind"),
        uuid_column("special_price_id", nullable=True),
        uuid_column("product_id", nullable=True),
        day("day", nullable=True),
        text("currency"),
        milli("units_before", nullable=True),
        milli("units_after", nullable=True),
        micros("amount_before", nullable=True),
        micros("amount_after", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "position"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        ForeignKeyConstraint(
            ["vendor_id", "special_price_id", "agreement_id", "distributor_id"],
            [f"special_price.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint(one_of("kind", ClaimEffectKind), name="kind"),
        comment="What claims would come to without and with a report that was tried out; NULL where that was too much to"
        " reckon. What is not claimed yet is the distributor's to know",
    ),
    Access(DatabaseRole.VENDOR, f"{FOR_VENDOR} AND kind <> '{_UNCLAIMED}'"),
    Access(DatabaseRole.DISTRIBUTOR, FOR_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)
