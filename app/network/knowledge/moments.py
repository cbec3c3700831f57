"""Which past moments can be asked for: those of which everything that was known is settled.

A vendor may ask of any moment up to the last change, unless changes are under way. When those of others come, a distributor
must not learn: it is told the same, whatever goes on in the network, and asks of what lay half an hour back or longer.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.errors import bad_input
from app.execution.request import Request
from app.network.knowledge import queries
from app.programme.terms import Level

ANSWERED_AS_OF = frozenset({"sales", "inventory", "forecast", "__typename"})
"Fields of a network that answer as of the moment that it was asked with. Every other one refuses, and is not ignored."
NOT_KEPT: Mapping[str, str] = {
    "changes": "it names its own two moments",
    "backtest": "a rule is tried on what is known now",
    "previewIncentive": "a rule is tried on what is known now",
    "resellerDevelopment": "its sums are kept of what is known now; `sales` by RESELLER tells what was known at a moment",
    "resellerCohorts": "its sums are kept of what is known now; `sales` by RESELLER tells what was known at a moment",
    "whiteSpace": "its sums are kept of what is known now; `sales` by RESELLER tells what was known at a moment",
    "compliance": "whether reports came in time and claims were answered is kept as it is now",
    "incentives": "statements show what stands now; what an incentive had accrued at a moment, its `accrualChanges` say",
    "health": "findings are about the programme as it is now",
}
"Why a field cannot be asked as of a past moment."
AS_OF = (
    "Answer with what was known at this moment, with its offset; it is read from the lines. The same past moment always "
    "gives the same. A distributor asks of moments half an hour back or longer; no reseller asks."
)
"The description of the argument."


def refuse_what_is_not_kept(fields: Iterable[str]) -> None:
    """Raise BAD_USER_INPUT where one of these fields of a network cannot be answered as of a past moment."""
    for name in sorted(set(fields) - ANSWERED_AS_OF):
        why = NOT_KEPT.get(name, "what it shows is kept as it is now")
        raise bad_input(f"`{name}` cannot be asked as of a past moment: {why}. Ask for it without `asOf`.")


async def knowable(request: Request[Actor], vendor_id: UUID, as_of: datetime) -> None:
    """Raise BAD_USER_INPUT unless the moment can be asked for: it lies in the past, the asker is the vendor or a
    distributor, and no change under way may still turn out to have been known by then."""
    if request.actor.level is Level.RESELLER:
        raise bad_input("`asOf` is for vendors and distributors: when each change became known, others do not read.")
    if as_of.tzinfo is None:
        raise bad_input("`asOf` is a moment with its offset, such as 2026-01-31T12:00:00Z.")
    if request.actor.level is Level.DISTRIBUTOR:
        if not await queries.is_settled(await request.reader(), as_of):
            raise bad_input(
                f"`asOf` lies less than {queries.SETTLED_AFTER} back: what became known since may still be changing. Ask of "
                "an earlier moment, or without `asOf`."
            )
        return
    found = await queries.moment(await request.reader(), vendor_id, as_of)
    if found is None or found["ahead"]:
        raise bad_input("`asOf` lies in the future: what will be known then, nobody knows yet. Ask for a past moment.")
    if found["unsettled"]:
        last = found["last_known"]
        until = f" up to {last.isoformat()}" if last is not None else ""
        raise bad_input(
            f"Reports are being counted at this moment. Ask for a moment{until}, or again in a few seconds."
        )


async def settled(request: Request[Actor], moment: datetime) -> None:
    """Raise BAD_USER_INPUT unless everything that was written by a moment can be seen by now, whoever asks: money is posted
    without the lock by which facts become known."""
    if moment.tzinfo is None:
        raise bad_input("A moment has its offset, such as 2026-01-31T12:00:00Z.")
    if not await queries.is_settled(await request.reader(), moment):
        raise bad_input(
            f"The moment lies less than {queries.SETTLED_AFTER} back: what was posted since may still be changing. Ask of an"
            " earlier one, or leave `until` out."
        )
