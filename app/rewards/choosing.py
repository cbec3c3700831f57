"""For what a reward is: products, families and partners of the vendor's own network that are named, at most 50 of each."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.rewards import queries
from app.store.database import Session

C = UserErrorCode
MOST = 50


def chosen_ids(
    check: Checks, type_name: str, what: str, vendor_id: UUID, given: Sequence[str] | None, name: str
) -> dict[int, UUID]:
    """The ids that are named, by their place; those of other networks are not there."""
    check.at_most(MOST, given or (), name)
    found = {}
    for place, id in enumerate((given or ())[:MOST]):
        key = check.key(type_name, what, id, name, str(place))
        if key is not None and key.vendor_id != vendor_id:
            check.not_found(what, name, str(place))
        elif key is not None:
            found[place] = key.id
    return found


def all_known(check: Checks, named: dict[int, UUID], known: set[UUID], what: str, name: str) -> None:
    """Tell of each that is named and not known."""
    for place, id in named.items():
        if id not in known:
            check.not_found(what, name, str(place))


async def chosen_families(session: Session, check: Checks, vendor_id: UUID, given: Sequence[str]) -> list[str]:
    """The families that are named, of which the vendor has products."""
    check.at_most(MOST, given, "families")
    check.different(given, "families")
    asked = [name for name in given[:MOST] if "\0" not in name]
    known = await queries.known_families(session, vendor_id, asked)
    for place, name in enumerate(given[:MOST]):
        if name not in known:
            check.add(C.NOT_FOUND, "You have no products of this family.", "families", str(place))
    return sorted(known)
