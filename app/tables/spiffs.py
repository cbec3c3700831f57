"""SPIFFs: what each pays per unit, the named people whom it pays, what they claim, and what is paid together.

A SPIFF is its vendor's; those whose people it pays read it, without its budget and without which distributors and agreements
it is limited to. A representative is personal data of the firm that named it: the vendor reads a name and a payout reference
only in a payout, where it needs them to pay. A claim is its firm's and the vendor's, and nobody else's. On which line of
which distributor it stands, the vendor reads only where that distributor's agreement discloses who buys there. What was
approved is never changed: what comes back is taken back by a claim below zero, which names the one that it adjusts.
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
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.spiff_terms import PayoutStatus, SpiffAudience, SpiffClaimStatus, SpiffVerdict
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_PARTIES,
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

_OWN = {DatabaseRole.DISTRIBUTOR: OWN_DISTRIBUTOR, DatabaseRole.RESELLER: OWN_RESELLER}
_OWNERS = ("distributor_id", "reseller_id")


def _minor(name: str, *, nullable: bool = False) -> Column[object]:
    """An amount of minor units."""
    return Column(name, BigInteger, nullable=nullable)


def _texts(name: str) -> Column[object]:
    return Column(name, ARRAY(Text), nullable=False)


def _firm() -> list[Column[object] | CheckConstraint | ForeignKeyConstraint]:
    """Whose it is: a distributor's or a reseller's."""
    return [
        uuid_column("distributor_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        CheckConstraint("num_nonnulls(distributor_id, reseller_id) = 1", name="one_owner"),
        *(ForeignKeyConstraint(["vendor_id", owner], ["party.vendor_id", "party.id"]) for owner in _OWNERS),
    ]


def _of(table: str, column: str) -> list[ForeignKeyConstraint]:
    """What is of something is of one that is there, and of the same firm."""
    return [
        ForeignKeyConstraint(["vendor_id", column, owner], [f"{table}.{c}" for c in ("vendor_id", "id", owner)])
        for owner in _OWNERS
    ]


_TERMS = (
    "vendor_id",
    "id",
    "name",
    "description",
    "audience",
    "currency",
    "per_unit",
    "starts_on",
    "ends_on",
    "days_to_claim",
    "cap_minor",
    "reviewed",
    "product_ids",
    "families",
    "partner_types",
    "countries",
    "version",
    "created_at",
)

spiff = protect(
    network_table(
        "spiff",
        uuid_column("id"),
        text("name"),
        text("description", nullable=True),
        text("audience"),
        text("currency"),
        micros("per_unit"),
        day("starts_on"),
        day("ends_on"),
        Column("days_to_claim", Integer, nullable=True),
        _minor("cap_minor", nullable=True),
        _minor("budget_minor", nullable=True),
        Column("reviewed", Boolean, nullable=False),
        Column("product_ids", ARRAY(Uuid), nullable=False),
        _texts("families"),
        _texts("partner_types"),
        _texts("countries"),
        Column("distributor_ids", ARRAY(Uuid), nullable=False),
        Column("agreement_ids", ARRAY(Uuid), nullable=False, server_default=sql("'{}'")),
        text("created_by"),
        moment("created_at"),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("audience", SpiffAudience), name="audience"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "per_unit > 0 AND cap_minor > 0 AND budget_minor > 0 AND days_to_claim >= 0", name="above_zero"
        ),
        Index(None, "vendor_id", "starts_on", "id"),
        comment="`per_unit` in 10⁻⁶ units of the currency; what no list names is not limited by it."
        " Where agreements are named, their distributors are as well",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("ends_on", "version")),
    Access(
        DatabaseRole.DISTRIBUTOR,
        f"{NETWORKS} AND audience = 'DISTRIBUTOR' AND (distributor_ids = '{{}}' OR distributor_ids && {OWN_PARTIES})",
        columns=_TERMS,
    ),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'", columns=_TERMS),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

spiff_rep = protect(
    network_table(
        "spiff_rep",
        uuid_column("id"),
        *_firm(),
        text("name", nullable=True),
        text("payout_reference", nullable=True),
        uuid_column("added_by_id"),
        moment("added_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        *(UniqueConstraint("vendor_id", "id", owner) for owner in _OWNERS),
        CheckConstraint("ended_at IS NOT NULL OR num_nonnulls(name, payout_reference) = 2", name="named_until_it_ends"),
        *(Index(None, "vendor_id", owner, "id") for owner in _OWNERS),
        comment="Personal data of its firm, which can be emptied",
    ),
    *(
        Access(
            role,
            rows,
            insert=True,
            inserting=f"{rows} AND {by_actor_id('added_by_id')} AND ended_at IS NULL",
            update=("name", "payout_reference", "ended_at"),
        )
        for role, rows in _OWN.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

payout = protect(
    network_table(
        "payout",
        uuid_column("id"),
        text("currency"),
        text("status"),
        _minor("amount_minor", nullable=True),
        Column("claims", Integer, nullable=True),
        text("created_by"),
        uuid_column("created_by_id"),
        moment("created_at"),
        text("payment_reference", nullable=True),
        text("paid_by", nullable=True),
        uuid_column("paid_by_id", nullable=True),
        moment("paid_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("status", PayoutStatus), name="status"),
        CheckConstraint("(status = 'GATHERING') = (amount_minor IS NULL)", name="gathered"),
        CheckConstraint("(amount_minor IS NULL) = (claims IS NULL)", name="counted"),
        CheckConstraint("(status IN ('OPEN', 'PAID')) = (coalesce(amount_minor, 0) > 0)", name="pays_something"),
        CheckConstraint(
            "num_nonnulls(payment_reference, paid_by, paid_by_id, paid_at) = CASE status WHEN 'PAID' THEN 4 ELSE 0 END",
            name="paid",
        ),
        CheckConstraint("paid_by_id <> created_by_id", name="by_two_people"),
        comment="Approved claims that are paid together",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        inserting=f"{OWN_VENDOR} AND {by_actor_id('created_by_id')} AND status = 'GATHERING'",
        update=("status", "payment_reference", "paid_by", "paid_by_id", "paid_at"),
        changing=f"{OWN_VENDOR} AND status = 'OPEN'",
        writing=f"{OWN_VENDOR} AND status = 'PAID' AND {by_actor_id('paid_by_id')}",
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=("status", "amount_minor", "claims"),
        changing=f"{OWN_VENDOR} AND status = 'GATHERING'",
    ),
)

payout_line = protect(
    network_table(
        "payout_line",
        uuid_column("payout_id"),
        uuid_column("rep_id"),
        *_firm(),
        text("name", nullable=True),
        text("payout_reference", nullable=True),
        _minor("amount_minor"),
        Column("claims", Integer, nullable=False),
        PrimaryKeyConstraint("vendor_id", "payout_id", "rep_id"),
        ForeignKeyConstraint(["vendor_id", "payout_id"], ["payout.vendor_id", "payout.id"]),
        *_of("spiff_rep", "rep_id"),
        CheckConstraint("amount_minor > 0 AND claims > 0", name="above_zero"),
        comment="What one representative is paid; its name and reference as they were when it was gathered",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)

_FILED = (
    "vendor_id",
    "id",
    "spiff_id",
    "distributor_id",
    "reseller_id",
    "product_id",
    "currency",
    "asked",
    "status",
    "approved",
    "amount_minor",
    "denials",
    "verdict_reason",
    "adjusts_id",
    "filed_at",
    "decided_at",
    "paid_at",
)
_LINE = ("seller_id", "document_number", "document_line", "component", "sold_on", "serial_numbers")
_DISCLOSED = tuple(f"disclosed_{name}" for name in _LINE if name != "component")
_UNDECIDED = (
    "status = 'CLAIMED' AND approved = 0 AND amount_minor = 0 AND denials = '[]' AND num_nonnulls(verdict, verdict_reason,"
    " verdict_by, verdict_by_id, adjusts_id, decided_at, payout_id, paid_at, disclosed_seller_id,"
    " disclosed_document_number, disclosed_document_line, disclosed_sold_on, disclosed_serial_numbers) = 0"
)

spiff_claim = protect(
    network_table(
        "spiff_claim",
        uuid_column("id"),
        uuid_column("spiff_id"),
        uuid_column("rep_id"),
        *_firm(),
        uuid_column("seller_id"),
        text("document_number"),
        text("document_line"),
        Column("component", Integer, nullable=False),
        uuid_column("product_id"),
        day("sold_on"),
        _texts("serial_numbers"),
        milli("asked"),
        text("currency"),
        text("status"),
        milli("approved", server_default=sql("0")),
        Column("amount_minor", BigInteger, nullable=False, server_default=sql("0")),
        Column("denials", JSONB, nullable=False, server_default=sql("'[]'")),
        text("verdict", nullable=True),
        text("verdict_reason", nullable=True),
        text("verdict_by", nullable=True),
        uuid_column("verdict_by_id", nullable=True),
        uuid_column("adjusts_id", nullable=True),
        text("filed_by"),
        uuid_column("filed_by_id", nullable=True),
        moment("filed_at"),
        moment("decided_at", nullable=True),
        uuid_column("payout_id", nullable=True),
        moment("paid_at", nullable=True),
        uuid_column("disclosed_seller_id", nullable=True),
        text("disclosed_document_number", nullable=True),
        text("disclosed_document_line", nullable=True),
        day("disclosed_sold_on", nullable=True),
        Column("disclosed_serial_numbers", ARRAY(Text), nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        *(UniqueConstraint("vendor_id", "id", owner) for owner in _OWNERS),
        ForeignKeyConstraint(["vendor_id", "spiff_id"], ["spiff.vendor_id", "spiff.id"]),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        ForeignKeyConstraint(["vendor_id", "payout_id"], ["payout.vendor_id", "payout.id"]),
        *_of("spiff_rep", "rep_id"),
        *_of("spiff_claim", "adjusts_id"),
        CheckConstraint(one_of("status", SpiffClaimStatus), name="status"),
        CheckConstraint(one_of("verdict", SpiffVerdict), name="verdict"),
        CheckConstraint("(adjusts_id IS NULL) = (asked > 0)", name="takes_back_or_asks"),
        CheckConstraint(
            "CASE WHEN adjusts_id IS NULL THEN approved BETWEEN 0 AND asked AND amount_minor >= 0"
            " ELSE approved = asked AND amount_minor <= 0 AND status IN ('APPROVED', 'PAID') END",
            name="no_more_than_asked",
        ),
        CheckConstraint("status <> 'DENIED' OR approved = 0 AND amount_minor = 0", name="denied_pays_nothing"),
        CheckConstraint("status NOT IN ('APPROVED', 'PAID') OR decided_at IS NOT NULL", name="decided"),
        CheckConstraint("payout_id IS NULL OR status IN ('APPROVED', 'PAID')", name="approved_before_it_is_paid"),
        CheckConstraint(
            "(status = 'PAID') = (paid_at IS NOT NULL) AND (paid_at IS NULL OR payout_id IS NOT NULL)", name="paid"
        ),
        Index(None, "vendor_id", "spiff_id", "filed_at", "id"),
        Index(None, "vendor_id", "filed_at", "id"),
        Index(None, "vendor_id", "payout_id"),
        Index(None, "vendor_id", "seller_id", "document_number", "document_line"),
        *(Index(None, "vendor_id", owner, "filed_at", "id") for owner in _OWNERS),
        comment="On units of a line, which `seller_id` reported; quantities in 10⁻³ units. The vendor reads of the line what"
        " is disclosed. Below zero: takes back of the one that it adjusts",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(*_FILED, *_DISCLOSED, "rep_id", "verdict", "verdict_by", "verdict_by_id", "payout_id"),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND (status = 'CLAIMED' AND verdict IS NULL OR status = 'APPROVED' AND payout_id IS NOT NULL)",
        read=False,
        update=("verdict", "verdict_reason", "verdict_by", "verdict_by_id", "status", "paid_at"),
        writing=f"{OWN_VENDOR} AND (status = 'CLAIMED' AND {by_actor_id('verdict_by_id')} OR status = 'PAID')",
    ),
    *(
        Access(
            role,
            rows,
            columns=(*_FILED, *_LINE, "rep_id", "filed_by", "filed_by_id"),
            insert=True,
            writing=f"{rows} AND {_UNDECIDED} AND {by_actor_id('filed_by_id')}",
        )
        for role, rows in _OWN.items()
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("status", "approved", "amount_minor", "denials", "decided_at", "payout_id", *_DISCLOSED),
    ),
)
