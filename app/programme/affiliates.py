"""Groups of affiliates: firms of one family whose volumes a vendor adds up, once each of them has agreed to that.

Where volumes are added up, each firm can tell from the sum what the others bought. So the vendor proposes a group, and it is
in force from the day on which the last of its firms has accepted. A firm that leaves ends it for all, and so does the vendor
that dissolves it: a pay period that had begun by then is still added up, in those that begin later each counts on its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AffiliationStatus(StrEnum):
    """Where a group of affiliates stands."""

    PROPOSED = "PROPOSED"
    "Not all of its firms have accepted: nobody's volume is added to another's."
    IN_FORCE = "IN_FORCE"
    "All have accepted."
    ENDED = "ENDED"
    "One of them has left, or did not accept; or the vendor has dissolved it."


class MembershipStatus(StrEnum):
    """Where one firm stands in a group of affiliates."""

    PROPOSED = "PROPOSED"
    "It has not answered yet."
    ACCEPTED = "ACCEPTED"
    "It has accepted; not all have."
    IN_FORCE = "IN_FORCE"
    "All have accepted: volumes may be added up."
    LEFT = "LEFT"
    "It has left, or did not accept."
    ENDED = "ENDED"
    "The group has ended, because not all are of it any more, or the vendor has dissolved it."


@dataclass(frozen=True, slots=True)
class Member:
    """A firm in a group: when it accepted and when it left, if it did. Who leaves without having accepted refuses."""

    name: str
    accepted_on: date | None
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """From which day on a group is in force (None: it is not yet, or never was), and on which day the first of its firms
    left or the vendor dissolved it (None: neither)."""

    since: date | None
    left_on: date | None

    @property
    def status(self) -> AffiliationStatus:
        if self.left_on is not None:
            return AffiliationStatus.ENDED
        return AffiliationStatus.PROPOSED if self.since is None else AffiliationStatus.IN_FORCE


def agreed(members: Collection[Member], dissolved_on: date | None = None) -> Agreed:
    """What the answers of all firms come to, and the vendor's, if it has dissolved the group. Raises ValueError for fewer
    than two firms.

    A group that one leaves before the last accepts never comes into force, nor does one that is dissolved before.
    """
    if len(members) < 2:
        raise ValueError("A group of affiliates has two firms at least.")
    ends = [each.left_on for each in members] + [dissolved_on]
    left = min((day for day in ends if day is not None), default=None)
    accepted = [each.accepted_on for each in members if each.accepted_on is not None]
    since = max(accepted) if len(accepted) == len(members) else None
    return Agreed(since, left)


def membership(member: Member, group: Agreed) -> MembershipStatus:
    """Where one firm stands, by its own answer and by what the group's answers come to."""
    if member.left_on is not None:
        return MembershipStatus.LEFT
    if group.left_on is not None:
        return MembershipStatus.ENDED
    if group.since is not None:
        return MembershipStatus.IN_FORCE
    return MembershipStatus.PROPOSED if member.accepted_on is None else MembershipStatus.ACCEPTED


def adds_up(period_start: date, left_on: date | None) -> bool:
    """Whether volumes are added up in a pay period that begins on a day: not in one that begins after the group ended."""
    return left_on is None or period_start <= left_on


def refusal(members: Sequence[Member], starts: date, dissolved_on: date | None = None) -> str | None:
    """Why a rule that begins on a day may not add up the volumes of a group, for the vendor; None where it may."""
    found = agreed(members, dissolved_on)
    if dissolved_on is not None:
        return f"The group has ended: it was dissolved on {dissolved_on}. Propose another one."
    left = sorted(each.name for each in members if each.left_on is not None)
    if left:
        return f"The group has ended: {', '.join(left)} left it. Propose another one."
    open_ = sorted(each.name for each in members if each.accepted_on is None)
    if open_:
        return f"Not all of the group have accepted: {', '.join(open_)} {'has' if len(open_) == 1 else 'have'} not."
    if found.since is not None and starts < found.since:
        return f"The group is in force from {found.since} on: what adds its volumes up begins on that day or later."
    return None
