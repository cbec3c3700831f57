"""Sending the daily digests that are due: to each person what is open, as far as his roles let him read it now.

A digest is written for a person as the database lets that person's level see alerts. Who has no role any more gets none, and
where nothing is open there is no mail. One mail a day, however many workers there are.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog

from app.access.actor import Actor
from app.access.oauth import queries as organizations
from app.access.oauth.standing import ROLE_OF
from app.access.roles import Permission, Role
from app.access.scopes import permissions_of
from app.alerts.digests import queries
from app.mail.actions import post
from app.programme.alert_kinds import AlertKind, AlertSeverity
from app.programme.alerts import sentence, severity
from app.programme.digests import digest_day
from app.programme.spans import Span
from app.programme.terms import Level, PartyKind
from app.store.database import AUTHENTICATING, Context, Database, Row
from app.tables.metadata import DatabaseRole

log = structlog.get_logger(__name__)

MOST: Final = 50
"How many alerts a digest names; of the others it says how many there are."


async def send_digests(database: Database, now: datetime) -> int:
    """Store the digests that are due at a moment, to be mailed; how many. What goes wrong with one keeps back no other."""
    async with database.reading(AUTHENTICATING) as db:
        rows = await queries.subscriptions(db)
    stored = 0
    for row in rows:
        due = digest_day(now, row["time_zone"], row["hour"], row["last_day"])
        if due is None:
            continue
        try:
            stored += await _send(database, row, due, now)
        except Exception:
            log.exception("a digest was not sent; trying again", organization=str(row["organization_id"]))
    return stored


async def _send(database: Database, of: Row, due: date, now: datetime) -> bool:
    actor = await _person(database, of, now)
    found: list[Row] = []
    if Permission.ALERT_READ in actor.permissions:
        async with database.reading(actor.context()) as db:
            found = await queries.open_alerts(db, actor, MOST)
    sending = Context(DatabaseRole.WORKER, organization_id=of["organization_id"])
    async with database.writing(sending) as session:
        if not await queries.mark(session, of, due) or not found:
            return False
        subject = f"{_counted(found[0]['total'])} of {of['organization']}"
        await post(session, of["organization_id"], of["email"], subject, text_of(of["name"], found), now)
        return True


async def _person(database: Database, of: Row, now: datetime) -> Actor:
    """Who the person is now: with his roles of the level, in the networks where the organisation is of that level."""
    level, roles = Level(of["level"]), frozenset(Role(role) for role in of["roles"])
    organization, vendor_id = of["organization_id"], None
    links: list[organizations.Link] = []
    async with database.reading(AUTHENTICATING) as db:
        if level is Level.VENDOR:
            vendor_id = await organizations.own_vendor(db, organization)
        else:
            links = await organizations.links(db, organization, now)
    if links:
        itself = Context(
            ROLE_OF[level],
            organization_id=organization,
            vendor_ids=frozenset(link.vendor_id for link in links),
            party_ids=frozenset(link.party_id for link in links),
        )
        async with database.reading(itself) as db:
            links = await organizations.of_kind(db, links, PartyKind(level.value))
    networks = frozenset({vendor_id} if vendor_id is not None else {link.vendor_id for link in links})
    return Actor(
        level=level,
        organization_id=organization,
        organization_name=of["organization"],
        client_id=None,
        user_id=of["user_id"],
        name=of["name"],
        roles=roles,
        scopes=None,
        permissions=permissions_of(roles, None),
        vendor_id=vendor_id,
        vendor_ids=networks,
        party_ids=frozenset(link.party_id for link in links),
        expires_at=datetime.max.replace(tzinfo=UTC) - timedelta(days=1),
    )


def text_of(name: str, found: list[Row]) -> str:
    """What the mail says: what is most serious first, within that what is due first."""
    lines = [f"Good day {name},", "", f"{_counted(found[0]['total'])}:"]
    for serious in reversed(AlertSeverity):
        of_them = [row for row in found if severity(AlertKind(row["kind"])) is serious]
        lines += ["", serious.value] if of_them else []
        lines += [f"- {_line(row)}" for row in of_them]
    more = found[0]["total"] - len(found)
    lines += ["", f"And {more:,} more."] if more else []
    lines += ["", "You asked for this mail. `setDigest` with NONE ends it."]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    span = Span(row["period_start"], row["period_end"]) if row["period_start"] is not None else None
    return sentence(AlertKind(row["kind"]), span, row["due_on"], row["rows"])


def _counted(number: int) -> str:
    return "1 alert is open" if number == 1 else f"{number:,} alerts are open"
