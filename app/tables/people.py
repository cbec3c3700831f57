"""Invitations: of a person into an organisation, and of a firm to be one party in a vendor's network.

Each is addressed to one e-mail address and taken up by a link, of which a hash alone is kept, once, within its time. Who
invites reads what became of it, never whether the address is anybody's. It is taken up as the role `auth`, since whoever
takes it up may be nobody yet.
"""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, Text
from sqlalchemy import text as sql

from app.programme.invitations import InvitationConfirmation
from app.programme.terms import Level, PartyKind
from app.tables.metadata import (
    EVERY_ROW,
    OWN_DISTRIBUTOR,
    OWN_ORGANIZATION,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    metadata,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_READ = ("organization_id", "id", "level", "email", "roles", "invited_by", "invited_by_name", "created_at")
_STATE = ("sent_at", "expires_at", "accepted_at", "withdrawn_at")
_SENT_AGAIN = ("token_hash", "sent_at", "expires_at", "withdrawn_at")
_SENT_BY = (*_SENT_AGAIN, "invited_by", "invited_by_name")
_WITHDRAWN_OR_OWN = f"(withdrawn_at IS NOT NULL OR {by_actor_id('invited_by')})"
"Whoever sends an invitation again, does so in his own name; anybody of the inviter withdraws it."


def _of_level(role: DatabaseRole, level: Level) -> Access:
    own = f"{OWN_ORGANIZATION} AND level = '{level}'"
    unused = f"{own} AND accepted_at IS NULL"
    return Access(
        role,
        own,
        columns=(*_READ, *_STATE),
        insert=True,
        update=_SENT_AGAIN,
        writing=unused,
        inserting=f"{unused} AND {by_actor_id('invited_by')}",
    )


invitation = protect(
    Table(
        "invitation",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        text("level"),
        text("email"),
        Column("roles", ARRAY(Text), nullable=False),
        text("token_hash"),
        uuid_column("invited_by"),
        text("invited_by_name"),
        moment("created_at"),
        moment("sent_at"),
        moment("expires_at"),
        moment("accepted_at", nullable=True),
        uuid_column("accepted_by", nullable=True),
        moment("withdrawn_at", nullable=True),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint("cardinality(roles) > 0", name="has_a_role"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        Index("uq_invitation_token_hash", "token_hash", unique=True),
        Index(
            "uq_invitation_open",
            "organization_id",
            "level",
            "email",
            unique=True,
            postgresql_where=sql("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
        comment="A person invited into an organisation, with the roles that it will have there.",
    ),
    _of_level(DatabaseRole.VENDOR, Level.VENDOR),
    _of_level(DatabaseRole.DISTRIBUTOR, Level.DISTRIBUTOR),
    _of_level(DatabaseRole.RESELLER, Level.RESELLER),
    Access(DatabaseRole.AUTH, EVERY_ROW, update=("accepted_at", "accepted_by")),
)

_PARTY_READ = (
    *("vendor_id", "id", "party_id", "kind", "distributor_id", "party_name", "country", "vendor_name", "email"),
    *("invited_by", "invited_by_name", "created_at"),
)

_CONFIRMED = ("confirmation", "confirmation_reason", "confirmed_by", "confirmed_by_name", "confirmed_at")
_SENT = f"distributor_id IS NULL AND accepted_at IS NULL AND {_WITHDRAWN_OR_OWN}"
_DECIDED = f"confirmation IN ('CONFIRMED', 'REFUSED') AND accepted_at IS NULL AND {by_actor_id('confirmed_by')}"
_UNDECIDED = "coalesce(confirmation, 'PENDING_CONFIRMATION') = 'PENDING_CONFIRMATION' AND confirmed_at IS NULL"

partner_invitation = protect(
    network_table(
        "partner_invitation",
        uuid_column("id"),
        uuid_column("party_id"),
        text("kind"),
        uuid_column("distributor_id", nullable=True),
        text("party_name"),
        text("country"),
        text("vendor_name"),
        text("email"),
        text("token_hash"),
        uuid_column("invited_by"),
        text("invited_by_name"),
        moment("created_at"),
        moment("sent_at"),
        moment("expires_at"),
        moment("accepted_at", nullable=True),
        uuid_column("accepted_by", nullable=True),
        moment("withdrawn_at", nullable=True),
        text("confirmation", nullable=True),
        text("confirmation_reason", nullable=True),
        uuid_column("confirmed_by", nullable=True),
        text("confirmed_by_name", nullable=True),
        moment("confirmed_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "party_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("kind", PartyKind), name="kind"),
        CheckConstraint(one_of("confirmation", InvitationConfirmation), name="confirmation"),
        CheckConstraint("confirmation IS NULL OR distributor_id IS NOT NULL", name="confirmed_of_distributors"),
        CheckConstraint(
            "num_nonnulls(confirmed_by, confirmed_by_name, confirmed_at)"
            " = CASE WHEN confirmation IN ('CONFIRMED', 'REFUSED') THEN 3 ELSE 0 END",
            name="confirmed_by_somebody",
        ),
        CheckConstraint("confirmation <> 'REFUSED' OR confirmation_reason IS NOT NULL", name="refused_for_a_reason"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        CheckConstraint("distributor_id IS NULL OR kind = 'RESELLER'", name="distributors_invite_resellers"),
        Index(None, "token_hash"),
        Index(None, "vendor_id", "party_id"),
        comment="A firm invited to be one party of a network: by the vendor, or by the distributor that is named. What the"
        " vendor has to confirm, it reads; only where the agreement discloses the reseller is it asked to.",
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND (distributor_id IS NULL OR confirmation IS NOT NULL)",
        columns=(*_PARTY_READ, *_STATE, *_CONFIRMED),
        insert=True,
        update=(*_SENT_BY, *_CONFIRMED),
        changing=f"{OWN_VENDOR} AND (distributor_id IS NULL OR confirmation = 'PENDING_CONFIRMATION')",
        writing=f"{OWN_VENDOR} AND ({_SENT} OR {_DECIDED})",
        inserting=f"{OWN_VENDOR} AND distributor_id IS NULL AND accepted_at IS NULL AND {by_actor_id('invited_by')}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(*_PARTY_READ, *_STATE, "confirmation", "confirmation_reason"),
        insert=True,
        update=_SENT_BY,
        writing=f"{OWN_DISTRIBUTOR} AND accepted_at IS NULL AND {_WITHDRAWN_OR_OWN}",
        inserting=f"{OWN_DISTRIBUTOR} AND accepted_at IS NULL AND {_UNDECIDED} AND {by_actor_id('invited_by')}",
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, update=("accepted_at", "accepted_by")),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        columns=(
            *("vendor_id", "id", "party_id", "distributor_id", "expires_at", "accepted_at", "withdrawn_at"),
            *("email", "confirmation"),
        ),
    ),
)
