"""What taking up an invitation asks and writes, as the role `auth`: whoever takes it up may be nobody yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.access.roles import ADMINISTRATORS, GRANTS, Permission, Role
from app.programme.invitations import InvitationConfirmation
from app.programme.terms import Level, PartyKind
from app.store.database import Reader, Row, Session

_ADMINISTER_PARTNERS = [ADMINISTRATORS[level].value for level in (Level.DISTRIBUTOR, Level.RESELLER)]


@dataclass(frozen=True, slots=True)
class Invitation:
    """What every invitation has. It is good until it expires, and for one use."""

    id: UUID
    email: str
    expires_at: datetime
    used: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Joining(Invitation):
    """An invitation of a person into an organisation."""

    organization_id: UUID
    organization_name: str
    roles: tuple[Role, ...]
    level: Level
    invited_by: UUID


@dataclass(frozen=True, slots=True)
class Linking(Invitation):
    """An invitation of a firm to be one party of a vendor's network."""

    vendor_id: UUID
    vendor_name: str
    party_id: UUID
    party_name: str
    kind: PartyKind
    country: str
    distributor_id: UUID | None
    "Which distributor invites; none where the vendor does."
    invited_by: UUID
    "Which person or integration of the inviter sent it last."
    confirmation: InvitationConfirmation | None
    "How it stands with the vendor's confirmation; none where it was not asked for."

    @property
    def level(self) -> Level:
        """At which level the firm acts there."""
        return Level(self.kind.value)


async def joining(db: Reader, token_hash: str) -> Joining | None:
    """The invitation into an organisation that a link is of."""
    row = await db.row(
        "SELECT i.id, i.email, i.expires_at, i.accepted_at, i.withdrawn_at, i.organization_id, i.roles, i.level,"
        " i.invited_by, o.name"
        " FROM invitation i JOIN organization o ON o.id = i.organization_id WHERE i.token_hash = $1",
        token_hash,
    )
    if row is None:
        return None
    named = set(row["roles"])
    roles = tuple(role for role in Role if role.value in named)
    return Joining(
        *_state(row),
        organization_id=row["organization_id"],
        organization_name=row["name"],
        roles=roles,
        level=Level(row["level"]),
        invited_by=row["invited_by"],
    )


async def linking(db: Reader, token_hash: str) -> Linking | None:
    """The invitation of a partner that a link is of."""
    row = await db.row(
        "SELECT id, email, expires_at, accepted_at, withdrawn_at, vendor_id, vendor_name, party_id, party_name, kind,"
        " country, distributor_id, invited_by, confirmation FROM partner_invitation WHERE token_hash = $1",
        token_hash,
    )
    if row is None:
        return None
    return Linking(
        *_state(row),
        vendor_id=row["vendor_id"],
        vendor_name=row["vendor_name"],
        party_id=row["party_id"],
        party_name=row["party_name"],
        kind=PartyKind(row["kind"]),
        country=row["country"],
        distributor_id=row["distributor_id"],
        invited_by=row["invited_by"],
        confirmation=None if row["confirmation"] is None else InvitationConfirmation(row["confirmation"]),
    )


def _state(row: Row) -> tuple[UUID, str, datetime, bool, bool]:
    return row["id"], row["email"], row["expires_at"], row["accepted_at"] is not None, row["withdrawn_at"] is not None


_OPEN = "accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > $4"


async def use_joining(db: Session, found: Joining, user_id: UUID, now: datetime) -> bool:
    """Use an invitation up. False where somebody else did, or it ended: the statement that uses it is the check."""
    statement = (
        f"UPDATE invitation SET accepted_at = $4, accepted_by = $3 WHERE organization_id = $1 AND id = $2 AND {_OPEN}"
    )
    return await db.execute(statement, found.organization_id, found.id, user_id, now) == 1


async def use_linking(db: Session, found: Linking, user_id: UUID, now: datetime) -> bool:
    """The same, of a partner's."""
    statement = (
        f"UPDATE partner_invitation SET accepted_at = $4, accepted_by = $3 WHERE vendor_id = $1 AND id = $2 AND {_OPEN}"
    )
    return await db.execute(statement, found.vendor_id, found.id, user_id, now) == 1


async def add_membership(
    db: Session, organization_id: UUID, user_id: UUID, role: Role, invitation_id: UUID | None, now: datetime
) -> None:
    """Give a person a role, by an invitation into the organisation or as the admin of a firm that was linked."""
    await db.execute(
        "INSERT INTO membership (organization_id, user_id, role, name, email, invitation_id, granted_at)"
        " SELECT $1, u.id, $3, u.name, u.email, $4, $5 FROM user_account u WHERE u.id = $2 ON CONFLICT DO NOTHING",
        organization_id,
        user_id,
        role.value,
        invitation_id,
        now,
    )


async def add_organization(db: Session, organization_id: UUID, name: str, country: str, now: datetime) -> None:
    """Write a firm down."""
    await db.execute(
        "INSERT INTO organization (id, name, country, created_at) VALUES ($1, $2, $3, $4)",
        organization_id,
        name,
        country,
        now,
    )


async def add_link(db: Session, found: Linking, organization_id: UUID, now: datetime) -> bool:
    """Say that a firm is a party from now on. False where the party is somebody's already."""
    statement = (
        "INSERT INTO party_link (vendor_id, party_id, organization_id, linked_from, invitation_id)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
    )
    return await db.execute(statement, found.vendor_id, found.party_id, organization_id, now, found.id) == 1


async def bought_elsewhere(db: Reader, found: Linking) -> bool:
    """Whether the reseller of a distributor's invitation may buy, or might, from another distributor. Runs as `worker`."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM reseller_authorization WHERE vendor_id = $1 AND reseller_id = $2"
            " AND distributor_id <> $3)",
            found.vendor_id,
            found.party_id,
            found.distributor_id,
        )
    )


async def still_authorized(db: Reader, found: Linking) -> bool:
    """Whether the reseller of a distributor's invitation may buy from it, or may again. Runs as `worker`."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM reseller_authorization WHERE vendor_id = $1 AND reseller_id = $2"
            " AND distributor_id = $3 AND status <> 'ENDED')",
            found.vendor_id,
            found.party_id,
            found.distributor_id,
        )
    )


async def addresses_of_inviter(db: Reader, vendor_id: UUID, distributor_id: UUID) -> list[str]:
    """The e-mail addresses of everybody who belongs to the firm that is a distributor, at any level, or was asked to."""
    rows = await db.rows(
        "SELECT m.email FROM party_link l JOIN membership m USING (organization_id) WHERE l.vendor_id = $1"
        " AND l.party_id = $2 AND l.linked_until IS NULL UNION SELECT i.email FROM party_link l JOIN invitation i"
        " USING (organization_id) WHERE l.vendor_id = $1 AND l.party_id = $2 AND l.linked_until IS NULL",
        vendor_id,
        distributor_id,
    )
    return [row["email"] for row in rows]


async def is_inviter(db: Reader, found: Linking, organization_id: UUID) -> bool:
    """Whether a firm is the distributor that sent an invitation."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM party_link WHERE vendor_id = $1 AND party_id = $2 AND organization_id = $3"
            " AND linked_until IS NULL)",
            found.vendor_id,
            found.distributor_id,
            organization_id,
        )
    )


async def still_invites(db: Reader, found: Linking) -> bool:
    """Whether who sent an invitation of a partner last, a person or an integration, may still send it."""
    level = Level.VENDOR if found.distributor_id is None else Level.DISTRIBUTOR
    able = [role.value for role, held in GRANTS.items() if role.level is level and Permission.PARTNER_INVITE in held]
    return bool(
        await db.value(
            "WITH inviter AS (SELECT organization_id FROM vendor WHERE id = $3 AND $4::uuid IS NULL UNION SELECT"
            " organization_id FROM party_link WHERE vendor_id = $3 AND party_id = $4 AND linked_until IS NULL)"
            " SELECT EXISTS (SELECT FROM membership JOIN inviter USING (organization_id)"
            " WHERE user_id = $1 AND role = ANY ($2::text[])) OR EXISTS (SELECT FROM oauth_client"
            " JOIN inviter USING (organization_id) WHERE id = $1 AND revoked_at IS NULL AND roles && $2::text[])",
            found.invited_by,
            able,
            found.vendor_id,
            found.distributor_id,
        )
    )


async def administered(db: Reader, user_id: UUID) -> list[Row]:
    """The firms in which a person is admin of a partner: id and name, by name."""
    return await db.rows(
        "SELECT DISTINCT o.id, o.name FROM membership m JOIN organization o ON o.id = m.organization_id"
        " WHERE m.user_id = $1 AND m.role = ANY ($2::text[]) ORDER BY o.name, o.id",
        user_id,
        _ADMINISTER_PARTNERS,
    )


async def has_holder(db: Reader, organization_id: UUID, role: Role) -> bool:
    """Whether anybody holds a role in a firm."""
    return bool(
        await db.value(
            "SELECT EXISTS (SELECT FROM membership WHERE organization_id = $1 AND role = $2)",
            organization_id,
            role.value,
        )
    )


async def roles_of(db: Reader, organization_id: UUID, user_id: UUID) -> frozenset[str]:
    """What a person is in an organisation, at all levels."""
    rows = await db.rows(
        "SELECT role FROM membership WHERE organization_id = $1 AND user_id = $2", organization_id, user_id
    )
    return frozenset(row["role"] for row in rows)


async def address_of(db: Reader, user_id: UUID) -> str | None:
    """The e-mail address of a person."""
    found: str | None = await db.value("SELECT email FROM user_account WHERE id = $1", user_id)
    return found
