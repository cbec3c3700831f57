"""What undoing an alias would do, found by doing it: its rows are held again by the very path that would hold them, what
that changes is read off, and all of it is taken back. Nobody else ever sees any of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from app.accruals.actions import Change
from app.programme.claim_effects import ClaimEffect
from app.reports.aliases.trying.actions import Watch
from app.reports.aliases.trying.queries import Figures, Month, figures_of
from app.reports.aliases.undoing import queries
from app.reports.aliases.undoing.actions import Found, Reread, hold_all_again, its_turn, read_again
from app.reports.counting.actions import Busy
from app.reports.counting.queries import begin_trial
from app.store.database import Database, Session, acting_as_worker


@dataclass(frozen=True, slots=True)
class UndoneEffect:
    """Rows that would count no more, how many of them would be held again, how the figures of each month would change, what
    incentives have earned, and claims."""

    returned: int = 0
    held: int = 0
    months: Mapping[Month, Figures] = field(default_factory=dict)
    accrued: Sequence[Change] = ()
    claims: Sequence[ClaimEffect] = ()


class _TakenBack(Exception):
    """Rolls the trial back and carries what it found."""

    def __init__(self, found: UndoneEffect) -> None:
        self.found = found


async def try_undoing(database: Database, vendor_id: UUID, alias_id: UUID) -> UndoneEffect | Busy:
    """What undoing this alias would do; of one that is undone already, nothing. Nothing is changed; Busy while reports of
    the distributor are being counted."""
    reread = await read_again(database, vendor_id, alias_id, queries.live_alias)
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            found = await its_turn(session, vendor_id, alias_id, queries.live_alias, reread)
            if isinstance(found, Busy):
                return found
            raise _TakenBack(UndoneEffect() if found is None else await _undone(session, vendor_id, found, reread))
    except _TakenBack as trial:
        return trial.found


async def _undone(session: Session, vendor_id: UUID, found: Found, reread: Reread) -> UndoneEffect:
    agreement_id, product = found.agreement["id"], found.alias["product_id"]
    products = [] if product is None else [product]
    watch = Watch(session, vendor_id, agreement_id, products, await figures_of(session, vendor_id, agreement_id))
    await begin_trial(session)
    await queries.try_undone(session, vendor_id, found.alias["id"], datetime.now(UTC))
    returned = await hold_all_again(session, vendor_id, found, reread, trial=True)
    months, claims = await watch.take_back()
    return UndoneEffect(returned.rows, returned.held, months, returned.accrued, claims)
