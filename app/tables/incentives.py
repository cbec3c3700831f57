"""Incentives: the rules by which a vendor pays, in versions; what each distributor was offered of them; worked examples.

A draft is the vendor's alone. What is proposed stands once for each agreement that it addresses, so that a distributor
reads its own terms and never learns whom else the vendor pays. A rule is data (`app.programme.incentives`); it is never
changed, a new version takes its place.
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
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.money_terms import IncentiveKind, IncentiveStatus
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_OF_AGREEMENT = ForeignKeyConstraint(
    ["vendor_id", "agreement_id", "distributor_id"],
    ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
)

incentive = protect(
    network_table(
        "incentive",
        uuid_column("id"),
        text("name"),
        text("kind"),
        text("status"),
        Column("latest_version", Integer, nullable=False),
        Column("budget_minor", BigInteger, nullable=True),
        text("created_by"),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("kind", IncentiveKind), name="kind"),
        CheckConstraint(one_of("status", IncentiveStatus), name="status"),
        CheckConstraint("budget_minor > 0", name="budget_is_money"),
        Index(None, "vendor_id", "created_at", "id"),
        comment="The budget of each pay period, in minor units of the rule's currency: the vendor's own affair",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("name", "status", "latest_version", "budget_minor")),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

incentive_version = protect(
    network_table(
        "incentive_version",
        uuid_column("incentive_id"),
        Column("version", Integer, nullable=False),
        text("status"),
        Column("rule", JSONB, nullable=False),
        text("summary"),
        text("currency"),
        day("effective_start"),
        day("effective_end"),
        Column("agreement_ids", ARRAY(Uuid), nullable=False),
        uuid_column("affiliation_id", nullable=True),
        text("written_by"),
        moment("written_at"),
        moment("proposed_at", nullable=True),
        moment("activated_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "incentive_id", "version"),
        ForeignKeyConstraint(["vendor_id", "incentive_id"], ["incentive.vendor_id", "incentive.id"]),
        ForeignKeyConstraint(["vendor_id", "affiliation_id"], ["affiliation.vendor_id", "affiliation.id"]),
        CheckConstraint(one_of("status", IncentiveStatus), name="status"),
        CheckConstraint("effective_end > effective_start", name="ends_after_it_starts"),
        comment="A version that another one follows ends where that one begins",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("status", "effective_end", "proposed_at", "activated_at"),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

incentive_term = protect(
    network_table(
        "incentive_term",
        uuid_column("id"),
        uuid_column("incentive_id"),
        Column("version", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("name"),
        text("kind"),
        text("status"),
        Column("rule", JSONB, nullable=False),
        text("summary"),
        text("currency"),
        day("effective_start"),
        day("effective_end"),
        uuid_column("affiliation_id", nullable=True),
        day("affiliates_left_on", nullable=True),
        moment("proposed_at"),
        moment("activated_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "incentive_id", "version", "agreement_id"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        ForeignKeyConstraint(
            ["vendor_id", "incentive_id", "version"],
            ["incentive_version.vendor_id", "incentive_version.incentive_id", "incentive_version.version"],
        ),
        _OF_AGREEMENT,
        ForeignKeyConstraint(
            ["vendor_id", "affiliation_id", "distributor_id"],
            [f"affiliation_member.{c}" for c in ("vendor_id", "affiliation_id", "distributor_id")],
        ),
        CheckConstraint(one_of("kind", IncentiveKind), name="kind"),
        CheckConstraint(f"{one_of('status', IncentiveStatus)} AND status <> 'DRAFT'", name="status"),
        CheckConstraint("effective_end > effective_start", name="ends_after_it_starts"),
        Index(None, "vendor_id", "agreement_id", "proposed_at", "id"),
        comment="A version of an incentive as it is offered under one agreement: all that its distributor reads of it",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("name", "status", "effective_end", "activated_at"),
        inserting=f"{OWN_VENDOR} AND affiliates_left_on IS NULL"
        " AND (rule ->> 'aggregate' <> 'AFFILIATES' OR affiliation_id IS NOT NULL)",
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("affiliates_left_on",)),
)

_ANSWERED = ("answered_by", "answered_at", "accepted")


def _agreeing(role: DatabaseRole, rows: str, level: Level) -> Access:
    """What one side does about examples: it proposes in its own name and unanswered, withdraws what it proposed, and
    answers in its own name, once, what the other side proposed."""
    own = f"proposed_as = '{level}'"
    mine = f"{own} AND withdrawn_at IS NOT NULL"
    theirs = f"proposed_as <> '{level}' AND withdrawn_at IS NULL AND accepted IS NOT NULL AND {by_actor('answered_by')}"
    return Access(
        role,
        rows,
        columns=(
            *("vendor_id", "id", "term_id", "agreement_id", "distributor_id", "title", "given", "expected_minor"),
            *("proposed_as", "proposed_at", "accepted", "answered_at", "withdrawn_at"),
        ),
        insert=True,
        update=(*_ANSWERED, "withdrawn_at"),
        writing=f"{rows} AND ({mine} OR {theirs})",
        inserting=f"{rows} AND {own} AND {by_actor('proposed_by')} AND num_nonnulls(accepted, answered_at, answered_by,"
        " withdrawn_at) = 0",
        changing=f"{rows} AND withdrawn_at IS NULL AND ({own} OR accepted IS NULL)",
    )


worked_example = protect(
    network_table(
        "worked_example",
        uuid_column("id"),
        uuid_column("term_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("title"),
        Column("given", JSONB, nullable=False),
        Column("expected_minor", BigInteger, nullable=False),
        text("proposed_as"),
        text("proposed_by"),
        moment("proposed_at"),
        Column("accepted", Boolean, nullable=True),
        text("answered_by", nullable=True),
        moment("answered_at", nullable=True),
        moment("withdrawn_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "term_id", "agreement_id", "distributor_id"],
            [f"incentive_term.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        CheckConstraint(one_of("proposed_as", Level), name="proposed_as"),
        CheckConstraint("(accepted IS NULL) = (answered_at IS NULL)", name="answered_once"),
        Index(None, "vendor_id", "term_id", "proposed_at", "id"),
        comment="Figures and what they earn, in minor units of the rule's currency, as one side says and the other accepts",
    ),
    _agreeing(DatabaseRole.VENDOR, OWN_VENDOR, Level.VENDOR),
    _agreeing(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, Level.DISTRIBUTOR),
)
"""One side proposes, the other answers; which person did so, the other side is not told."""

accrual = protect(
    network_table(
        "accrual",
        uuid_column("term_id"),
        uuid_column("incentive_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("period_start"),
        day("period_end"),
        text("currency"),
        Column("qualifying", BigInteger, nullable=False),
        Column("paying", BigInteger, nullable=False),
        Column("lines", BigInteger, nullable=False),
        Column("unvalued", BigInteger, nullable=False),
        Column("earned_minor", BigInteger, nullable=False),
        Column("carried_qualifying", BigInteger, nullable=False),
        Column("carried_paying", BigInteger, nullable=False),
        Column("carried_minor", BigInteger, nullable=False),
        Column("came_to_minor", BigInteger, nullable=False, server_default=sql("0")),
        Column("paid_on", BigInteger, nullable=False, server_default=sql("0")),
        PrimaryKeyConstraint("vendor_id", "term_id", "period_start"),
        ForeignKeyConstraint(
            ["vendor_id", "term_id", "agreement_id", "distributor_id"],
            [f"incentive_term.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        Index(None, "vendor_id", "agreement_id", "period_start"),
        comment="What a term has earned in a pay period with all gates met: a function of the lines that count, kept beside"
        " them. `qualifying` and `paying` are 10⁻⁶ currency units or 10⁻³ units, as the rule measures; `unvalued` lines"
        " count for no amount, because they have no price, or no rate leads from their"
        " currency; what is carried goes to the next period. Where returns reverse at the rate of the sale, `came_to` is"
        " what the lines came to before anything was taken back, `paid_on` on how much of the paying measure; otherwise 0",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=(
            "period_end",
            "qualifying",
            "paying",
            "lines",
            "unvalued",
            "earned_minor",
            "carried_qualifying",
            "carried_paying",
            "carried_minor",
            "came_to_minor",
            "paid_on",
        ),
        delete=True,
    ),
)
