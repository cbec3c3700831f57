"""How a claim goes from filed to credited, and what a person may decide otherwise than the engine.

The engine decides what it can at once. What it leaves to a person, the vendor's finance decides; a claim is decided once no
line waits. The distributor may contest a decision that is not credited yet, and take a claim back. What finance may let pass
is what the agreement asks for: the days, the customer, the deadline. That units were not sold, came back, were paid before
or are not authorised, nobody lets pass.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.programme.claim_terms import ClaimAct, ClaimStatus, DenialReason
from app.programme.ship_and_debit import Authorisation
from app.programme.spans import Span

WAIVABLE = frozenset(
    {DenialReason.EXPIRED, DenialReason.OUTSIDE_WINDOW, DenialReason.WRONG_CUSTOMER, DenialReason.FILED_LATE}
)
"What the vendor's finance may let pass."

_FROM: dict[ClaimAct, frozenset[ClaimStatus]] = {
    ClaimAct.DECIDE: frozenset({ClaimStatus.FILED, ClaimStatus.DECIDED, ClaimStatus.DISPUTED}),
    ClaimAct.CREDIT: frozenset({ClaimStatus.DECIDED}),
    ClaimAct.DISPUTE: frozenset({ClaimStatus.DECIDED}),
    ClaimAct.WITHDRAW: frozenset({ClaimStatus.FILED, ClaimStatus.DECIDED, ClaimStatus.DISPUTED}),
}


def not_now(status: ClaimStatus, act: ClaimAct) -> str | None:
    """Why something cannot be done about a claim as it stands; None where it can."""
    if status in _FROM[act]:
        return None
    wanted = " or ".join(sorted(_FROM[act]))
    return f"The claim is {status}; this can be done while it is {wanted}."


def not_waived(reasons: Iterable[DenialReason]) -> list[DenialReason]:
    """Of the reasons for which a line was denied, those that nobody lets pass."""
    return [reason for reason in reasons if reason not in WAIVABLE]


def let_pass(authorisation: Authorisation) -> Authorisation:
    """The same authorisation without what finance may let pass."""
    return replace(
        authorisation, window=Span(date.min, date.max), customers=frozenset(), days_to_file=None, ended_on=None
    )
