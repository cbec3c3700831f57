"""Market development and co-op funds: what each holds, what moved in it, what is asked of it, claimed and proved.

A fund is the vendor's promise to one partner: a distributor under an agreement, or a reseller. What it holds stands beside
its terms, and the database lets none of it fall below zero: whoever keeps more than is available is refused by a CHECK, not
by a query before it. Every movement is an entry, numbered, never changed. The vendor and that one partner read a fund, its
entries, requests, claims and proofs; no other partner does. Which person of the vendor decided, the vendor alone reads.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.fund_terms import FundClaimStatus, FundEntryKind, FundKind, FundPeriod, FundRequestStatus
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_ORGANIZATION,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    moment,
    network_table,
    one_of,
    owned,
    protect,
    text,
    uuid_column,
)

_OWN = {DatabaseRole.DISTRIBUTOR: OWN_DISTRIBUTOR, DatabaseRole.RESELLER: OWN_RESELLER}
_OWNERS = (["agreement_id", "distributor_id"], ["reseller_id"])
_BALANCE = ("accrued_minor", "granted_minor", "reserved_minor", "paid_minor", "expired_minor", "shortfall_minor")
_MOVES = (*_BALANCE, "entries")


def _minor(name: str, *, nullable: bool = False, starts_at_0: bool = False) -> Column[object]:
    """An amount of minor units of the fund's currency."""
    return Column(name, BigInteger, nullable=nullable, server_default=sql("0") if starts_at_0 else None)


def _of(table: str, column: str) -> list[ForeignKeyConstraint]:
    """What is of something is of one that is there, and of the same owner."""
    return [
        ForeignKeyConstraint(["vendor_id", column, *owner], [f"{table}.{c}" for c in ("vendor_id", "id", *owner)])
        for owner in _OWNERS
    ]


def _told_apart() -> list[UniqueConstraint]:
    return [UniqueConstraint("vendor_id", "id", *owner) for owner in _OWNERS]


def _partners(table: Table, hidden: set[str]) -> list[Access]:
    """Each partner reads what is its own, without what is the vendor's affair."""
    columns = [column.name for column in table.columns if column.name not in hidden]
    return [Access(role, rows, columns=columns) for role, rows in _OWN.items()]


def _files(rows: str, role: DatabaseRole, writing: str) -> Access:
    return Access(role, rows, read=False, insert=True, writing=f"{rows} AND {writing}")


fund = network_table(
    "fund",
    uuid_column("id"),
    *owned(),
    text("kind"),
    text("name"),
    text("currency"),
    day("starts_on"),
    day("expires_on", nullable=True),
    text("accrues_per", nullable=True),
    Column("accruals", JSONB, nullable=False, server_default=sql("'[]'")),
    Column("reimbursement_share", BigInteger, nullable=False),
    Column("claim_days", Integer, nullable=False),
    _minor("approves_up_to_minor", nullable=True),
    _minor("approves_in_month_minor", nullable=True),
    *(_minor(name, starts_at_0=True) for name in _BALANCE),
    Column("entries", Integer, nullable=False, server_default=sql("0")),
    Column("version", Integer, nullable=False, server_default=sql("1")),
    text("created_by"),
    moment("created_at"),
    Column("reckoned_to", BigInteger, nullable=True),
    day("reckoned_on", nullable=True),
    PrimaryKeyConstraint("vendor_id", "id"),
    *_told_apart(),
    ForeignKeyConstraint(
        ["vendor_id", "agreement_id", "distributor_id"],
        ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
    ),
    ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
    CheckConstraint(one_of("kind", FundKind), name="kind"),
    CheckConstraint(one_of("accrues_per", FundPeriod), name="accrues_per"),
    CheckConstraint("(accrues_per IS NULL) = (accruals = '[]')", name="accrues_in_periods"),
    CheckConstraint("reimbursement_share BETWEEN 1 AND 1000000", name="reimbursement_share"),
    CheckConstraint("claim_days BETWEEN 1 AND 730", name="claim_days"),
    CheckConstraint("approves_up_to_minor > 0", name="approves_up_to"),
    CheckConstraint(
        "approves_in_month_minor IS NULL OR coalesce(approves_in_month_minor >= approves_up_to_minor, false)",
        name="approves_in_month",
    ),
    CheckConstraint("expires_on > starts_on", name="expires_after_it_starts"),
    CheckConstraint(
        " AND ".join(f"{name} >= 0" for name in _BALANCE)
        + " AND accrued_minor + granted_minor + shortfall_minor >= reserved_minor + paid_minor + expired_minor",
        name="never_below_zero",
    ),
    CheckConstraint(
        "shortfall_minor = 0"
        " OR accrued_minor + granted_minor + shortfall_minor = reserved_minor + paid_minor + expired_minor",
        name="shortfall_where_nothing_is_available",
    ),
    Index(None, "vendor_id", "agreement_id", "id"),
    Index(None, "vendor_id", "reseller_id", "id"),
    comment="Shares are in 10⁻⁶; `accruals` are terms by the day from which they hold. `entries` is the number of the last"
    " entry; `reckoned_to` the last change of facts that its accruals know. Available is what came in less what went out",
)
protect(
    fund,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=(
            *_MOVES,
            "name",
            "expires_on",
            "accruals",
            "reimbursement_share",
            "claim_days",
            "approves_up_to_minor",
            "approves_in_month_minor",
            "version",
        ),
    ),
    *_partners(fund, {"created_by", "reckoned_to", "reckoned_on"}),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=(*_MOVES, "reckoned_to", "reckoned_on")),
)

fund_request = network_table(
    "fund_request",
    uuid_column("id"),
    uuid_column("fund_id"),
    *owned(),
    text("currency"),
    text("activity"),
    text("description", nullable=True),
    day("starts_on"),
    day("ends_on"),
    _minor("planned_minor"),
    _minor("asked_minor"),
    Column("reimbursement_share", BigInteger, nullable=False),
    Column("claim_days", Integer, nullable=False),
    text("status"),
    _minor("approved_minor", nullable=True),
    _minor("claimed_minor", starts_at_0=True),
    _minor("paid_minor", starts_at_0=True),
    _minor("released_minor", starts_at_0=True),
    text("reason", nullable=True),
    moment("filed_at"),
    moment("decided_at", nullable=True),
    text("decided_by", nullable=True),
    uuid_column("decided_by_id", nullable=True),
    moment("closed_at", nullable=True),
    PrimaryKeyConstraint("vendor_id", "id"),
    *_told_apart(),
    *_of("fund", "fund_id"),
    CheckConstraint(one_of("status", FundRequestStatus), name="status"),
    CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
    CheckConstraint("planned_minor > 0 AND asked_minor BETWEEN 1 AND planned_minor", name="asks_within_its_cost"),
    CheckConstraint("approved_minor BETWEEN 1 AND asked_minor", name="no_more_than_asked"),
    CheckConstraint(
        "claimed_minor >= 0 AND released_minor >= 0 AND claimed_minor + released_minor <= coalesce(approved_minor, 0)",
        name="no_more_than_approved",
    ),
    CheckConstraint("paid_minor BETWEEN 0 AND claimed_minor", name="no_more_than_claimed"),
    CheckConstraint(
        "CASE WHEN status IN ('APPROVED', 'CLOSED') THEN approved_minor IS NOT NULL"
        " WHEN status = 'EXPIRED' THEN true ELSE approved_minor IS NULL END",
        name="approved_an_amount",
    ),
    Index(None, "vendor_id", "fund_id", "id"),
    Index(None, "vendor_id", "reseller_id", "id"),
    Index(None, "vendor_id", "status", "id"),
    comment="`approved_minor` is kept in the fund until it is paid or released; `claimed_minor` is what claims were approved"
    " for. It ends before the day `ends_on`, and is claimed within `claim_days` from then. `decided_by` is NULL where the"
    " fund's terms approved it",
)
_UNDECIDED = (
    "status = 'SUBMITTED' AND num_nonnulls(approved_minor, reason, decided_at, decided_by, decided_by_id, closed_at) = 0"
    " AND claimed_minor + paid_minor + released_minor = 0"
)
_DECISION = ("status", "reason", "decided_at", "decided_by", "decided_by_id")
_SPENT = ("claimed_minor", "paid_minor", "released_minor")
_UNDECIDED_OF_VENDOR = f"{OWN_VENDOR} AND status = 'SUBMITTED'"
_DECIDED_BY_ACTOR = f"{OWN_VENDOR} AND {by_actor_id('decided_by_id')} AND status IN ('APPROVED', 'REJECTED')"
"A vendor decides once, each person in his own name; what follows from a decision is written as the worker."
protect(
    fund_request,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        update=(*_DECISION, "approved_minor"),
        changing=_UNDECIDED_OF_VENDOR,
        writing=_DECIDED_BY_ACTOR,
    ),
    *_partners(fund_request, {"decided_by", "decided_by_id"}),
    *(_files(rows, role, _UNDECIDED) for role, rows in _OWN.items()),
    *(
        Access(
            role,
            f"{rows} AND {_UNDECIDED}",
            read=False,
            update=("status", "closed_at"),
            writing=f"{rows} AND status = 'WITHDRAWN'",
        )
        for role, rows in _OWN.items()
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=("status", "approved_minor", *_SPENT, "decided_at", "reason", "closed_at"),
    ),
)

fund_claim = network_table(
    "fund_claim",
    uuid_column("id"),
    uuid_column("request_id"),
    *owned(),
    text("currency"),
    _minor("cost_minor"),
    text("invoice_number", nullable=True),
    text("note", nullable=True),
    text("status"),
    _minor("approved_cost_minor", nullable=True),
    _minor("approved_minor", nullable=True),
    text("reason", nullable=True),
    text("payment_reference", nullable=True),
    moment("filed_at"),
    moment("decided_at", nullable=True),
    text("decided_by", nullable=True),
    uuid_column("decided_by_id", nullable=True),
    moment("paid_at", nullable=True),
    PrimaryKeyConstraint("vendor_id", "id"),
    *_told_apart(),
    *_of("fund_request", "request_id"),
    CheckConstraint(one_of("status", FundClaimStatus), name="status"),
    CheckConstraint("cost_minor > 0 AND approved_cost_minor BETWEEN 1 AND cost_minor", name="costs"),
    CheckConstraint("approved_minor BETWEEN 0 AND approved_cost_minor", name="no_more_than_it_cost"),
    CheckConstraint(
        "(status IN ('APPROVED', 'PAID')) = (approved_minor IS NOT NULL)"
        " AND (approved_minor IS NULL) = (approved_cost_minor IS NULL)",
        name="approved_an_amount",
    ),
    CheckConstraint(
        "(status = 'PAID') = (payment_reference IS NOT NULL) AND (status = 'PAID') = (paid_at IS NOT NULL)", name="paid"
    ),
    Index(None, "vendor_id", "request_id", "id"),
    Index(None, "vendor_id", "status", "id"),
    comment="`approved_cost_minor` is what of the cost counts, `approved_minor` what of it the fund pays",
)
protect(
    fund_claim,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        update=(*_DECISION, "approved_cost_minor", "approved_minor"),
        changing=_UNDECIDED_OF_VENDOR,
        writing=_DECIDED_BY_ACTOR,
    ),
    *_partners(fund_claim, {"decided_by", "decided_by_id"}),
    *(
        _files(
            rows,
            role,
            "status = 'SUBMITTED' AND num_nonnulls(approved_cost_minor, approved_minor, reason, payment_reference,"
            " decided_at, decided_by, decided_by_id, paid_at) = 0",
        )
        for role, rows in _OWN.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("status", "payment_reference", "paid_at")),
)

fund_entry = network_table(
    "fund_entry",
    uuid_column("fund_id"),
    Column("number", Integer, nullable=False),
    *owned(),
    text("currency"),
    text("kind"),
    _minor("amount_minor"),
    _minor("available_minor"),
    _minor("shortfall_minor"),
    day("period_start", nullable=True),
    uuid_column("request_id", nullable=True),
    uuid_column("claim_id", nullable=True),
    text("reason"),
    text("recorded_by", nullable=True),
    moment("recorded_at"),
    PrimaryKeyConstraint("vendor_id", "fund_id", "number"),
    *_of("fund", "fund_id"),
    *_of("fund_request", "request_id"),
    *_of("fund_claim", "claim_id"),
    CheckConstraint(one_of("kind", FundEntryKind), name="kind"),
    CheckConstraint("amount_minor > 0", name="above_zero"),
    CheckConstraint("available_minor >= 0 AND shortfall_minor >= 0", name="never_below_zero"),
    CheckConstraint("(kind IN ('ACCRUE', 'CLAW_BACK')) = (period_start IS NOT NULL)", name="accrues_in_a_period"),
    CheckConstraint("(kind IN ('RESERVE', 'RELEASE', 'PAY')) = (request_id IS NOT NULL)", name="of_a_request"),
    CheckConstraint("(kind = 'PAY') = (claim_id IS NOT NULL)", name="pays_a_claim"),
    Index(
        "uq_fund_entry_paid_once", "vendor_id", "claim_id", unique=True, postgresql_where=sql("claim_id IS NOT NULL")
    ),
    comment="What moved in a fund, never changed; `available_minor` and `shortfall_minor` are how it stood then",
)
protect(
    fund_entry,
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    *_partners(fund_entry, {"recorded_by"}),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)

fund_proof = network_table(
    "fund_proof",
    uuid_column("id"),
    uuid_column("claim_id"),
    *owned(),
    uuid_column("organization_id"),
    uuid_column("file_id"),
    text("filename"),
    text("media_type"),
    Column("byte_size", BigInteger, nullable=False),
    text("sha256"),
    moment("added_at"),
    PrimaryKeyConstraint("vendor_id", "id"),
    *_of("fund_claim", "claim_id"),
    ForeignKeyConstraint(["organization_id", "file_id"], ["report_file.organization_id", "report_file.id"]),
    Index(None, "vendor_id", "claim_id", "id"),
    Index(None, "vendor_id", "sha256"),
    comment="A complete upload of the partner's organisation, which never changes; the vendor reads it by way of the worker",
)
protect(
    fund_proof,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=[c.name for c in fund_proof.columns if c.name not in {"organization_id", "file_id"}],
    ),
    *(Access(role, rows, insert=True, writing=f"{rows} AND {OWN_ORGANIZATION}") for role, rows in _OWN.items()),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
