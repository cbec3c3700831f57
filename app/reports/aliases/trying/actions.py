"""What confirming an alias would do, found by doing it: the held rows are released by the very path that would release
them, what that changes is read off, and all of it is taken back. Nobody else ever sees any of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accruals.actions import Change
from app.claim_effects.actions import effects, standing
from app.programme.claim_effects import ClaimEffect
from app.programme.terms import AliasKind
from app.reports.aliases.trying import queries
from app.reports.aliases.trying.queries import Figures, Month
from app.reports.counting.actions import Busy, release_staged
from app.reports.counting.figures.queries import UNDER_AGREEMENTS
from app.reports.counting.placing.queries import agreement_terms, stage_held
from app.reports.counting.queries import begin_trial, end_trial, take_turn
from app.reports.stock import actions as stock
from app.store.database import Database, Row, Session, acting_as_worker

COLUMNS = {AliasKind.PRODUCT: "product_code", AliasKind.ACCOUNT: "reseller_account"}
"Where a row names the code."


@dataclass(frozen=True, slots=True)
class Effect:
    """Rows that would count, rows that would stay held and what for, rows that would turn out to be said already or
    otherwise by another line, how the figures of each month would change, what incentives have earned, and claims."""

    released: int
    still_held: int
    held_for: list[tuple[str, int]]
    settled_otherwise: int
    months: dict[Month, Figures]
    accrued: Sequence[Change] = ()
    claims: Sequence[ClaimEffect] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody has confirmed the code meanwhile, as this or as something else."""


class _TakenBack(Exception):
    """Rolls the trial back and carries what it found."""

    def __init__(self, found: Effect) -> None:
        self.found = found


async def try_alias(database: Database, vendor_id: UUID, alias: Mapping[str, object]) -> Effect | Busy | Confirmed:
    """What confirming this alias would do. Nothing is changed; Busy while reports of the distributor are being counted."""
    try:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            agreement_id, kind, code = alias["agreement_id"], AliasKind(str(alias["kind"])), str(alias["code"])
            assert isinstance(agreement_id, UUID)
            agreement = await agreement_terms(session, vendor_id, agreement_id)
            if agreement is None or not await take_turn(session, agreement["distributor_id"]):
                return Busy()
            await begin_trial(session)
            if not await queries.try_out(session, **alias):
                return Confirmed()
            products = [each for each in (alias.get("product_id"),) if isinstance(each, UUID)]
            raise _TakenBack(await _released(session, vendor_id, agreement, COLUMNS[kind], code, products))
    except _TakenBack as trial:
        return trial.found


async def _released(
    session: Session, vendor_id: UUID, agreement: Row, column: str, code: str, products: Sequence[UUID]
) -> Effect:
    of, where = (session, vendor_id, agreement["id"]), (session, vendor_id, agreement["id"], column, code)
    before = sum((await queries.waiting(*where)).values())
    watch = Watch(*of, products, await queries.figures_of(*of))
    released, accrued = 0, list[Change]()
    for kind in UNDER_AGREEMENTS:
        if await stage_held(session, kind, vendor_id, agreement["id"], column, code):
            found = await release_staged(session, kind, vendor_id, agreement, "trial", trial=True)
            released += found.rows
            accrued += found.accrued
    if column == COLUMNS[AliasKind.PRODUCT]:
        released += (await stock.release_code(session, vendor_id, agreement, "trial", code, trial=True))[0]
    held = sum((await queries.waiting(*where)).values())
    waiting = await queries.waiting_for(*where)
    months, claims = await watch.take_back()
    return Effect(released, held, waiting, before - held - released, months, accrued, claims)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is compared of an agreement when an alias is tried out: these products at least, and the figures before."""

    session: Session
    vendor_id: UUID
    agreement_id: UUID
    products: Sequence[UUID]
    figures: Mapping[tuple[UUID, Month], Figures]

    async def take_back(self) -> tuple[dict[Month, Figures], list[ClaimEffect]]:
        """Take back what was written since the trial began; what it had changed in the figures of each month, and of
        claims."""
        of = (self.session, self.vendor_id, self.agreement_id)
        changed = _difference(self.figures, await queries.figures_of(*of))
        products = sorted({*self.products, *(product for product, _ in changed)})
        after = await standing(*of, products)
        await end_trial(self.session)
        claims = await effects(*of, products, after)
        months: dict[Month, Figures] = {}
        for (_, month), figures in changed.items():
            before = months.get(month, _NOTHING)
            months[month] = Figures(*map(sum, zip(before, figures, strict=True)))
        return {month: months[month] for month in sorted(months) if months[month] != _NOTHING}, claims


_NOTHING = Figures(0, 0, 0, 0)


def _difference(
    before: Mapping[tuple[UUID, Month], Figures], after: Mapping[tuple[UUID, Month], Figures]
) -> dict[tuple[UUID, Month], Figures]:
    """What changed, by product and month; where nothing did, it is left out."""
    changed = {
        key: Figures(*(new - old for new, old in zip(after.get(key, _NOTHING), before.get(key, _NOTHING), strict=True)))
        for key in {*before, *after}
    }
    return {key: figures for key, figures in changed.items() if figures != _NOTHING}
