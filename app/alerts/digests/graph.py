"""The daily digest as a person sees it: when it comes, and how to have it come or not."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.alerts.digests import actions, queries
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.request import Request


class DigestFrequency(StrEnum):
    """How often a digest is mailed."""

    DAILY = "DAILY"
    "Every day on which something is open."
    NONE = "NONE"
    "Never."


values(DigestFrequency)


@visible("alert:read")
class Digest:
    """A daily mail with the alerts that are open and that you may read."""

    time_zone: str
    "The time zone of its hour, as the IANA names it."
    hour: int
    "The hour of the day from which on it is sent."
    last_day: date | None
    "The last day that was looked at; none is sent for it any more."


async def digest_of_viewer(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[Digest | None]:
    """The digest that is mailed to you; null where none is, and for integrations."""
    if request.actor.user_id is None:
        return [None] * len(parents)
    row = await queries.subscription(await request.reader(), request.actor)
    if row is None:
        return [None] * len(parents)
    return [Digest(time_zone=row["time_zone"], hour=row["hour"], last_day=row["last_day"])] * len(parents)


@entered
class SetDigestInput:
    """Whether, and when, a digest is to be mailed to you."""

    frequency: DigestFrequency
    "How often."
    time_zone: str | None = None
    "A time zone as the IANA names it, such as Europe/Berlin; UTC unless said."
    hour: int | None = None
    "The hour of the day, 0 to 23; 7 unless said."


@visible("viewer:read")
class SetDigestPayload:
    """The answer to `setDigest`."""

    digest: Digest | None
    "The digest; null where none is mailed."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@strawberry.type
class DigestMutation:
    @mutation(Permission.ALERT_READ)
    async def set_digest(self, info: strawberry.Info, input: SetDigestInput) -> SetDigestPayload:
        """Have a daily digest of open alerts mailed to you, or none any more."""
        daily = input.frequency is DigestFrequency.DAILY
        await actions.set_digest(info.context, daily, input.time_zone, input.hour)
        request: Request[Actor] = info.context
        row = await queries.subscription(await request.reader(), request.actor)
        digest = Digest(time_zone=row["time_zone"], hour=row["hour"], last_day=row["last_day"]) if row else None
        return SetDigestPayload(digest=digest)
