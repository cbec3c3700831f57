"""What comparable resellers buy and a reseller does not.

Resellers are comparable that are the same kind of firm in the same sales region and bought between a quarter and four times
as many units in the twelve months. A family of products is white space of a reseller where it bought none of it, net of
returns, and peers did; it is told only where there are at least five of them, with how many of how many bought it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST_PEERS = 5
TIMES = 4
"How many times as many units a peer bought at the most; or one of as many parts, at the least."
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Buyer(Generic[R]):
    """A reseller: who it is, with whom it may be compared (its kind and region), and what it bought of each family, net of
    returns, in any one unit."""

    id: R
    group: tuple[str, str]
    families: Mapping[str, int]

    @property
    def units(self) -> int:
        """All that it bought, net of returns."""
        return sum(self.families.values())


@dataclass(frozen=True, slots=True)
class WhiteSpace(Generic[R]):
    """A family that a reseller does not buy, and how many of how many peers do."""

    buyer: R
    family: str
    buyers: int
    peers: int


def white_space(buyers: Sequence[Buyer[R]]) -> Iterator[WhiteSpace[R]]:
    """The white space of each reseller that bought anything; a family without any buyer is none."""
    groups: dict[tuple[str, str], list[Buyer[R]]] = defaultdict(list)
    for buyer in buyers:
        if buyer.units > 0:
            groups[buyer.group].append(buyer)
    for group in groups.values():
        yield from _of_group(sorted(group, key=lambda buyer: buyer.units))


def _of_group(group: list[Buyer[R]]) -> Iterator[WhiteSpace[R]]:
    """In a group that rises by units the peers of each lie together: how many of them buy a family is the difference of how
    many up to their last and before their first do."""
    sizes = [buyer.units for buyer in group]
    families = sorted({family for buyer in group for family, units in buyer.families.items() if units > 0})
    until: dict[str, list[int]] = {}
    for family in families:
        sums = [0]
        for buyer in group:
            sums.append(sums[-1] + (buyer.families.get(family, 0) > 0))
        until[family] = sums
    for buyer in group:
        first = bisect_left(sizes, -(-buyer.units // TIMES))
        last = bisect_right(sizes, buyer.units * TIMES)
        peers = last - first - 1
        if peers < LEAST_PEERS:
            continue
        for family in families:
            bought = until[family][last] - until[family][first]
            if bought and buyer.families.get(family, 0) <= 0:
                yield WhiteSpace(buyer.id, family, bought, peers)
