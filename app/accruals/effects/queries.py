"""What counting a report changed in what incentives have earned, kept beside it; of a preview, what it would change."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.accruals.actions import Change, Kept
from app.accruals.queries import KEPT
from app.store.database import Session

MEASURES = ("qualifying", "paying", "earned_minor")
_PLACES = [KEPT.index(name) for name in MEASURES]


async def keep_effects(
    session: Session,
    vendor_id: UUID,
    submission_id: UUID,
    agreement_id: UUID | None,
    previewed_by: str | None,
    changes: Sequence[Change],
) -> None:
    """Keep what a report of an agreement changed, or would change for the level that tried it out; what it leaves as it
    was is left out. Run as `worker`."""
    if not changes:
        return
    await session.execute_many(
        "INSERT INTO submission_money_effect (vendor_id, submission_id, agreement_id, distributor_id, previewed_by, term_id,"
        " term_agreement_id, term_distributor_id, period_start, period_end, currency, qualifying_before, qualifying_after,"
        " paying_before, paying_after, earned_before, earned_after) SELECT $1, $2, $3, a.distributor_id, $4, $5, $6, $7, $8,"
        " $9, $10, $11, $12, $13, $14, $15, $16 FROM agreement a WHERE a.vendor_id = $1 AND a.id = $3",
        [
            (vendor_id, submission_id, agreement_id, previewed_by, *_of_term(change), *measures_of(change))
            for change in together(changes)
        ],
    )


def together(changes: Sequence[Change]) -> list[Change]:
    """The changes by period and term, from what was kept before the first to what is kept after the last; those in which
    nothing that is measured or earned is otherwise are left out."""
    found: dict[tuple[UUID, date], Change] = {}
    for change in changes:
        key = change.term["id"], change.span.start
        before = found[key].before if key in found else change.before
        found[key] = Change(change.term, change.span, change.kept, before, gone=change.gone)
    changed = [each for each in found.values() if _shown(each.before) != _shown(each.kept)]
    return sorted(changed, key=lambda each: (each.span.start, each.term["id"]))


def measures_of(change: Change) -> list[int]:
    """The qualifying measure before and after, the paying one, and what was earned."""
    pairs = zip(_shown(change.before), _shown(change.kept), strict=True)
    return [value for pair in pairs for value in pair]


def _shown(kept: Kept) -> list[int]:
    return [kept[place] for place in _PLACES]


def _of_term(change: Change) -> Sequence[object]:
    term = change.term
    owner = (term["id"], term["agreement_id"], term["distributor_id"])
    return (*owner, change.span.start, change.span.end, term["currency"])
