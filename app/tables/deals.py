"""Deals: what resellers register for protection, for which end customer, and what happened to each.

A deal is its reseller's and its vendor's. The distributor that it names as its supplier reads it as well, without the
reasons that vendor and reseller give each other; nobody else does, and no reseller anything of another's. Who an end
customer is stands in a row of its own, which can be emptied while what it is compared by stays. What a reseller changes is
written anew beside what it had registered (`content`). Why a deal waits for a person is the vendor's alone to know.
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

from app.programme.deals import DealAct, DealStatus, DealWaits
from app.programme.terms import Level
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    milli,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_TERMS = ("days", "extensions", "extension_days", "remind_days")
_LIMITS = ("currency", "approves_up_to_minor", "review_hours", "checks_one_in", "version")

deal_terms = protect(
    network_table(
        "deal_terms",
        Column("days", Integer, nullable=False),
        Column("extensions", Integer, nullable=False),
        Column("extension_days", Integer, nullable=False),
        Column("remind_days", Integer, nullable=False),
        text("currency", nullable=True),
        Column("approves_up_to_minor", BigInteger, nullable=True),
        Column("review_hours", Integer, nullable=False),
        Column("checks_one_in", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("vendor_id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint("days > 0 AND extensions >= 0 AND extension_days > 0 AND remind_days >= 0", name="days"),
        CheckConstraint("(currency IS NULL) = (approves_up_to_minor IS NULL)", name="a_limit_has_a_currency"),
        CheckConstraint("approves_up_to_minor >= 0 AND review_hours >= 0 AND checks_one_in >= 0", name="limits"),
        comment="How long deals are protected; and up to what, and when, they are approved without a person",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=(*_TERMS, *_LIMITS)),
    Access(DatabaseRole.RESELLER, NETWORKS, columns=("vendor_id", *_TERMS)),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

deal_customer = protect(
    network_table(
        "deal_customer",
        uuid_column("id"),
        uuid_column("reseller_id"),
        uuid_column("distributor_id", nullable=True),
        text("name", nullable=True),
        text("domain", nullable=True),
        text("name_hash", nullable=True),
        text("domain_hash", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint("num_nonnulls(name_hash, domain_hash) > 0", name="can_be_compared"),
        Index(None, "vendor_id", "name_hash"),
        Index(None, "vendor_id", "domain_hash"),
        Index(None, "vendor_id", "reseller_id"),
        Index(None, "vendor_id", "distributor_id"),
        comment="Personal data: `name` and `domain` can be emptied, the hashes remain",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, columns=("vendor_id", "id", "distributor_id", "name", "domain")),
    Access(DatabaseRole.RESELLER, OWN_RESELLER, insert=True),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("name", "domain")),
)

_FOR_EVERYBODY = (
    "vendor_id",
    "id",
    "reseller_id",
    "customer_id",
    "content",
    "name",
    "status",
    "currency",
    "amount_minor",
    "expected_close_on",
    "registered_at",
    "protected_from",
    "protected_until",
    "extensions_left",
    "extension_days",
    "won_on",
    "closed_on",
    "won_minor",
    "version",
)
_BETWEEN_BOTH = ("entered_at", "decision_reason", "close_reason")
_OF_RESELLER = ("registered_by", "registered_by_id", "distributor_id")
_OF_VENDOR = ("waits_for", "reviewed_at")
_DECIDED = (
    "status",
    "protected_from",
    "protected_until",
    "protected_at_most",
    "extensions_left",
    "extension_days",
    "decision_reason",
    "closed_on",
    "version",
)

_UNDECIDED = (
    "num_nonnulls(protected_from, won_on, won_minor, closed_on, decision_reason, close_reason, waits_for, reviewed_at,"
    " reminded_for) = 0 AND extensions_left = 0"
)
_NEW = f"{OWN_RESELLER} AND {by_actor_id('registered_by_id')} AND status = 'SUBMITTED' AND {_UNDECIDED}"

deal = protect(
    network_table(
        "deal",
        uuid_column("id"),
        uuid_column("reseller_id"),
        uuid_column("distributor_id", nullable=True),
        uuid_column("agreement_id", nullable=True),
        uuid_column("disclosed_distributor_id", nullable=True),
        uuid_column("disclosed_agreement_id", nullable=True),
        uuid_column("customer_id"),
        Column("content", Integer, nullable=False),
        text("name"),
        text("status"),
        text("currency"),
        Column("amount_minor", BigInteger, nullable=False),
        day("expected_close_on"),
        text("registered_by"),
        uuid_column("registered_by_id"),
        moment("registered_at"),
        moment("entered_at"),
        moment("reviewed_at", nullable=True),
        text("waits_for", nullable=True),
        text("decision_reason", nullable=True),
        day("protected_from", nullable=True),
        day("protected_until", nullable=True),
        day("protected_at_most", nullable=True),
        Column("extensions_left", Integer, nullable=False, server_default=sql("0")),
        Column("extension_days", Integer, nullable=False, server_default=sql("0")),
        day("reminded_for", nullable=True),
        day("won_on", nullable=True),
        Column("won_minor", BigInteger, nullable=True),
        day("closed_on", nullable=True),
        text("close_reason", nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(
            ["vendor_id", "customer_id", "reseller_id"],
            ["deal_customer.vendor_id", "deal_customer.id", "deal_customer.reseller_id"],
        ),
        CheckConstraint(one_of("status", DealStatus), name="status"),
        CheckConstraint(one_of("waits_for", DealWaits), name="waits_for"),
        CheckConstraint("(agreement_id IS NULL) = (distributor_id IS NULL)", name="supplier"),
        CheckConstraint("amount_minor >= 0 AND won_minor >= 0", name="not_negative"),
        CheckConstraint("extensions_left >= 0 AND extension_days >= 0", name="no_more_extensions_than_granted"),
        CheckConstraint("protected_until > protected_from", name="protected_for_a_day"),
        CheckConstraint(
            "status NOT IN ('APPROVED', 'WON', 'EXPIRED') OR protected_from IS NOT NULL",
            name="approved_before_it_is_won",
        ),
        CheckConstraint(
            "num_nonnulls(protected_from, protected_until, protected_at_most) IN (0, 3)", name="protected_or_not"
        ),
        CheckConstraint("protected_until <= protected_at_most", name="extended_no_further_than_granted"),
        CheckConstraint("(status = 'WON') = (won_on IS NOT NULL)", name="won_on_a_day"),
        CheckConstraint("(status IN ('SUBMITTED', 'APPROVED')) = (closed_on IS NULL)", name="closed_on_a_day_or_open"),
        Index(None, "vendor_id", "registered_at", "id"),
        Index(None, "vendor_id", "expected_close_on", "id"),
        Index(None, "vendor_id", "reseller_id", "registered_at", "id"),
        Index(None, "vendor_id", "distributor_id", "registered_at", "id"),
        Index(None, "vendor_id", "customer_id"),
        Index("ix_deal_won", "vendor_id", "reseller_id", "won_on", postgresql_where=sql("status = 'WON'")),
        Index(
            "ix_deal_to_review",
            "vendor_id",
            "entered_at",
            postgresql_where=sql("status = 'SUBMITTED' AND reviewed_at IS NULL"),
        ),
        Index(
            "ix_deal_watched", "vendor_id", postgresql_where=sql("waits_for IS NOT NULL OR reminded_for IS NOT NULL")
        ),
        Index("ix_deal_protected", "vendor_id", "protected_until", postgresql_where=sql("status = 'APPROVED'")),
        comment="`entered_at` gives its place among rivals; `disclosed_…` is the supplier as far as its agreement lets the"
        " vendor know who buys there; protection ends with the day before `protected_until`",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            *_FOR_EVERYBODY,
            *_BETWEEN_BOTH,
            *_OF_VENDOR,
            "disclosed_distributor_id",
            "disclosed_agreement_id",
        ),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND status = 'SUBMITTED'",
        read=False,
        update=_DECIDED,
        writing=f"{OWN_VENDOR} AND status IN ('APPROVED', 'REJECTED')",
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, columns=(*_FOR_EVERYBODY, "distributor_id", "agreement_id")),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(*_FOR_EVERYBODY, *_BETWEEN_BOTH, *_OF_RESELLER),
        insert=True,
        writing=_NEW,
    ),
    Access(
        DatabaseRole.RESELLER,
        f"{OWN_RESELLER} AND status IN ('SUBMITTED', 'APPROVED', 'EXPIRED')",
        read=False,
        update=(
            "customer_id",
            "content",
            "name",
            "currency",
            "amount_minor",
            "expected_close_on",
            "distributor_id",
            "agreement_id",
            "disclosed_distributor_id",
            "disclosed_agreement_id",
            "entered_at",
            "reviewed_at",
            "status",
            "protected_until",
            "extensions_left",
            "won_on",
            "won_minor",
            "closed_on",
            "close_reason",
            "version",
        ),
        writing=f"{OWN_RESELLER} AND status IN ('SUBMITTED', 'APPROVED', 'WON', 'LOST', 'WITHDRAWN')",
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=(*_DECIDED, "reviewed_at", "waits_for", "reminded_for", "name"),
    ),
)

deal_product = protect(
    network_table(
        "deal_product",
        uuid_column("deal_id"),
        Column("content", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        uuid_column("reseller_id"),
        uuid_column("distributor_id", nullable=True),
        text("family"),
        uuid_column("product_id", nullable=True),
        milli("quantity", nullable=True),
        PrimaryKeyConstraint("vendor_id", "deal_id", "content", "position"),
        ForeignKeyConstraint(
            ["vendor_id", "deal_id", "reseller_id"], ["deal.vendor_id", "deal.id", "deal.reseller_id"]
        ),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["product.vendor_id", "product.id"]),
        CheckConstraint("quantity > 0", name="quantity"),
        comment="What a deal is about: all products of a family, or one product with its family as it was",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.RESELLER, OWN_RESELLER, insert=True),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

deal_event = protect(
    network_table(
        "deal_event",
        uuid_column("id"),
        uuid_column("deal_id"),
        uuid_column("reseller_id"),
        text("act"),
        text("acted_as", nullable=True),
        text("reason", nullable=True),
        day("protected_until", nullable=True),
        moment("happened_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "deal_id", "reseller_id"], ["deal.vendor_id", "deal.id", "deal.reseller_id"]
        ),
        CheckConstraint(one_of("act", DealAct), name="act"),
        CheckConstraint(one_of("acted_as", Level), name="acted_as"),
        Index(None, "vendor_id", "deal_id", "happened_at", "id"),
        comment="`acted_as` is the level that did it; null: the clock",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND acted_as = 'VENDOR' AND act IN ('APPROVED', 'REJECTED')",
    ),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        insert=True,
        writing=f"{OWN_RESELLER} AND acted_as = 'RESELLER' AND act NOT IN ('APPROVED', 'REJECTED', 'REMINDED', 'EXPIRED')",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
