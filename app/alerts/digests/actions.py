"""Subscribing to the daily digest: each person for himself."""

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import acting
from app.alerts.digests import queries
from app.execution.checks import Checks
from app.execution.errors import Problem, Refused, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.programme.digests import digest_day


async def set_digest(request: Request[Actor], daily: bool, time_zone: str | None, hour: int | None) -> None:
    """Have a digest sent every day from an hour on in a time zone, or none any more."""
    actor = request.actor
    if actor.user_id is None:
        message = "Digests are mailed to people. Sign in as a person; an integration asks for alerts or has webhooks."
        raise Refused(Problem((), UserErrorCode.NOT_ALLOWED, message))
    async with acting(request, "setDigest") as act:
        before = await queries.subscription(act.session, actor)
        if daily:
            check, now = Checks(), datetime.now(UTC)
            zone = check.time_zone(time_zone or "UTC", "timeZone")
            at = check.number(7 if hour is None else hour, 0, 23, "hour")
            check.settle()
            # What is past today comes tomorrow.
            await queries.subscribe(act.session, actor, zone, at, digest_day(now, zone, at, None), now)
            after: dict[str, object] = {"frequency": "DAILY", "timeZone": zone, "hour": at}
        else:
            await queries.unsubscribe(act.session, actor)
            after = {"frequency": "NONE"}
        was = {"timeZone": before["time_zone"], "hour": before["hour"]} if before is not None else None
        subject = global_id("OrganizationUser", Key(actor.organization_id, actor.user_id))
        await act.record(subject, vendor_id=None, before=was, after=after)
