"""Who may change who belongs to an organisation: the rule, as names of roles.

Nobody changes his own roles. A role that approves money is given only by somebody who holds it; taking it away needs no
more than governing the people. Administrators govern them; who approves money may govern as well, so that money roles are
handed on where no administrator holds one, and then gives and takes these alone. An organisation always keeps one
administrator. Whoever has just lost the right to govern
governs no more, whatever he asked for before: the rule is asked with the roles as they are, one change after another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Objection(StrEnum):
    """Why roles are not changed."""

    GOVERNS_NO_MORE = "GOVERNS_NO_MORE"
    OWN_ROLES = "OWN_ROLES"
    MONEY_NOT_HELD = "MONEY_NOT_HELD"
    MONEY_ALONE = "MONEY_ALONE"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"


@dataclass(frozen=True, slots=True)
class Constitution:
    """What the roles of a level mean: which one administers, which approve money, and which govern people."""

    administers: str
    approves_money: frozenset[str]
    governs: frozenset[str]


Seats = Mapping[UUID, frozenset[str]]
"Who belongs to an organisation at a level, with what roles."


def objections(by: UUID, to: UUID, after: frozenset[str], seats: Seats, rules: Constitution) -> Iterator[Objection]:
    """Everything that stands against giving somebody these roles and no others; none at all is to remove him."""
    held, before = seats.get(by, frozenset()), seats.get(to, frozenset())
    if not held & rules.governs:
        yield Objection.GOVERNS_NO_MORE
    if by == to:
        yield Objection.OWN_ROLES
    yield from not_given(after - before, before - after, held, rules)
    others = any(rules.administers in roles for who, roles in seats.items() if who != to)
    if rules.administers in before - after and not others:
        yield Objection.LAST_ADMINISTRATOR


def not_given(
    given: frozenset[str], taken: frozenset[str], held: frozenset[str], rules: Constitution
) -> Iterator[Objection]:
    """What stands against giving some roles and taking others, by somebody with these."""
    if (given & rules.approves_money) - held:
        yield Objection.MONEY_NOT_HELD
    if held & rules.governs and rules.administers not in held and (given | taken) - rules.approves_money:
        yield Objection.MONEY_ALONE


def lapses(invited: frozenset[str], inviter: frozenset[str], rules: Constitution) -> bool:
    """Whether an open invitation goes with what its inviter has lost: with governing, or with a right to give its roles."""
    return not inviter & rules.governs or any(not_given(invited, frozenset(), inviter, rules))
