"""Authorisations suspended and reinstated, at once or on a day to come: who may, and what becomes of what was planned.

A distributor suspends whom it sells to, and so does the vendor; the vendor's suspension takes the place of a distributor's,
and only the level that suspended reinstates. What is set for a day to come is carried out as that day begins. The vendor's
plan stands whatever the distributor does meanwhile; any act of the vendor drops what was planned before it.

A suspended reseller buys nothing more under the authorisation. What it has done before stays: its lines count, its claims,
deals and requests that wait are decided, and what was granted to it is paid.
"""

from dataclasses import dataclass
from datetime import date

from app.programme.terms import AuthorizationStatus, Level

S = AuthorizationStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """How an authorisation stands: who suspended it, if it is suspended, and what is planned for it, by whom."""

    status: AuthorizationStatus
    suspended_by: Level | None = None
    planned: AuthorizationStatus | None = None
    planned_by: Level | None = None
    planned_on: date | None = None

    def overruled_by(self, level: Level) -> bool:
        """Whether what somebody else planned keeps a level from planning itself, and survives what it does now."""
        return self.planned_by is Level.VENDOR and level is Level.DISTRIBUTOR


def not_suspended(standing: Standing, level: Level, later: bool) -> str | None:
    """Why a level cannot suspend it now, or on a day to come (`later`); None where it can."""
    by_distributor = standing.status is S.SUSPENDED and standing.suspended_by is Level.DISTRIBUTOR
    overrules = level is Level.VENDOR and by_distributor
    if standing.status is not S.ACTIVE and not overrules:
        return f"This authorisation is {standing.status} already."
    if later and standing.overruled_by(level):
        return (
            f"The vendor has planned a change for {standing.planned_on}; suspend it at once, or leave it to the vendor."
        )
    return None


def calls_off(standing: Standing, level: Level) -> bool:
    """Whether reinstating means to call off a suspension that lies ahead."""
    return standing.status is S.ACTIVE and standing.planned is S.SUSPENDED and standing.planned_by is level


def not_reinstated(standing: Standing, level: Level, later: bool) -> str | None:
    """Why a level cannot reinstate it now, or on a day to come; None where it can, or calls off what it had planned."""
    if calls_off(standing, level):
        return "A suspension that lies ahead is called off at once; leave the day out." if later else None
    if standing.status is not S.SUSPENDED:
        return f"This authorisation is {standing.status}; only a suspended one is reinstated."
    if standing.suspended_by not in {None, level}:
        return f"The {str(standing.suspended_by).lower()} suspended this reseller; ask it to reinstate the reseller."
    if later and standing.overruled_by(level):
        return f"The vendor has planned a change for {standing.planned_on}; reinstate it at once, or ask the vendor."
    return None


def after_plan(standing: Standing) -> tuple[AuthorizationStatus, Level | None]:
    """The status, and who suspended it, once the planned day has come: as planned where that can be, else as before."""
    now = (standing.status, standing.suspended_by)
    if standing.planned is None or standing.planned_by is None:
        return now
    if standing.planned is S.SUSPENDED:
        can = not_suspended(standing, standing.planned_by, later=False) is None
        return (S.SUSPENDED, standing.planned_by) if can else now
    can = standing.status is S.SUSPENDED and standing.suspended_by in {None, standing.planned_by}
    return (S.ACTIVE, None) if can else now
