"""Random stock in the test world: counts and movements, some of them corrected later, and what they say lay there on a day.

Nothing of the cube or of its SQL is used: stock is rolled forward here day by day, from the facts, as with a pencil.
"""

import random
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Protocol

from app.programme.terms import StockMovementKind
from app.store.identity import new_id
from tests.sales_channel import FIRST, LAST

Place = tuple[str, str, str]
"""Vendor, distributor and SKU."""
BESIDE_INVOICES = {"TRANSFER", "ADJUSTMENT", "RETURN_TO_VENDOR", "SCRAPPED"}
COUNTED_FROM = {
    ("Acme", "Dist One", "DRIVE-1"): FIRST - timedelta(days=1),
    ("Acme", "Dist One", "DRIVE-2"): date(2025, 3, 31),
    ("Acme", "Dist One", "SWITCH-1"): date(2025, 6, 15),
    ("Borealis", "Dist One", "DRIVE-1"): date(2024, 6, 30),
}
"Who counts what since when. Dist Two never counts, nor does Dist One the other products of Borealis."


@dataclass(frozen=True)
class Counted:
    """So many lay there."""

    place: Place
    warehouse: str
    status: str
    lot: str
    day: date
    quantity: int
    recorded: int
    superseded: int | None


@dataclass(frozen=True)
class Moved:
    """So many came, or went."""

    place: Place
    kind: str
    day: date
    quantity: int
    recorded: int
    superseded: int | None


class Recorded(Protocol):
    recorded: int
    superseded: int | None


def known(fact: Recorded, as_of: int | None) -> bool:
    """Whether a fact counts, or counted at a moment."""
    if as_of is None:
        return fact.superseded is None
    return fact.recorded <= as_of and (fact.superseded is None or fact.superseded > as_of)


class Stock:
    """What was counted and moved in a world."""

    def __init__(self) -> None:
        self.counts: list[Counted] = []
        self.moves: list[Moved] = []

    def fill(self, seed: int) -> None:
        chance = random.Random(seed)
        for place, begun in COUNTED_FROM.items():
            for number in range(20):
                day = begun + timedelta(days=27 * number)
                if day <= LAST:
                    self._count(chance, place, day, whole=number == 0 or chance.random() < 0.6)
        places = [*COUNTED_FROM, ("Acme", "Dist Two", "DRIVE-1")]
        for _ in range(120):
            kind = chance.choice([each.value for each in StockMovementKind])
            day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
            self._twice(chance, self.moves, Moved, chance.choice(places), kind, day)

    def _count(self, chance: random.Random, place: Place, day: date, whole: bool) -> None:
        """All warehouses that may hold some, or only one of them; a defective item is not always counted again."""
        for warehouse in ("Main", "Side") if whole else (chance.choice(["Main", "Side"]),):
            for lot in ("A", "B") if warehouse == "Main" and chance.random() < 0.5 else ("",):
                self._twice(chance, self.counts, Counted, place, warehouse, "GOOD", lot, day)
            if chance.random() < 0.3:
                self._twice(chance, self.counts, Counted, place, warehouse, "DEFECTIVE", "", day)

    @staticmethod
    def _twice(chance: random.Random, into: list[Any], fact: Any, *said: Any) -> None:
        """A fact, or one that another took the place of."""
        first, signed = chance.randrange(1, 4), fact is Moved
        sizes = [-3_000, -1_000, 2_000, 5_000] if signed else [0, 4_000, 60_000, 90_500]
        if chance.random() < 0.2:
            into.append(fact(*said, chance.choice(sizes), first, 5))
            first = 5
        into.append(fact(*said, chance.choice(sizes), first, None))


class Shelves:
    """What lay with each distributor, as known at a moment: the number of the last change known, None for now."""

    def __init__(self, stock: Stock, flows: list[tuple[Place, date, int]], as_of: int | None) -> None:
        self._counts: dict[Place, list[Counted]] = defaultdict(list)
        self._first_count: dict[tuple[str, str], date] = {}
        for count in stock.counts:
            if known(count, as_of):
                self._counts[count.place].append(count)
                own = count.place[:2]
                self._first_count[own] = min(count.day, self._first_count.get(own, count.day))
        moved = [(m.place, m.day, m.quantity) for m in stock.moves if known(m, as_of) and m.kind in BESIDE_INVOICES]
        by_place: dict[Place, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for place, day, quantity in [*flows, *moved]:
            by_place[place][day] += quantity
        self._days = {place: sorted(days) for place, days in by_place.items()}
        self._sums = {
            place: [0, *accumulate(days[day] for day in self._days[place])] for place, days in by_place.items()
        }
        self._covered = {place: dict(self._covering(counts)) for place, counts in self._counts.items()}
        self.places = {*self._counts, *by_place}

    def seen_before(self, place: Place, day: date) -> bool:
        """Whether anything of a product of a distributor was counted, or came or went, before a day."""
        flowed = self._days.get(place)
        return any(each.day < day for each in self._counts.get(place, ())) or bool(flowed and flowed[0] < day)

    def at_the_start_of(self, place: Place, day: date) -> int | None:
        """What lay there at the end of the day before; None where nobody knows."""
        covered = [each for each in self._covered.get(place, {}) if each < day]
        if covered:
            return (
                self._covered[place][max(covered)]
                + self._flowed(place, day)
                - self._flowed(place, max(covered) + timedelta(days=1))
            )
        flowed = self._days.get(place)
        counts_by_then = self._first_count.get(place[:2], date.max) < day
        return 0 if counts_by_then and not (flowed and flowed[0] < day) else None

    def _flowed(self, place: Place, before: date) -> int:
        if place not in self._days:
            return 0
        return self._sums[place][bisect_left(self._days[place], before)]

    @staticmethod
    def _covering(counts: list[Counted]) -> list[tuple[date, int]]:
        """The days on which every warehouse was counted that had some by its last count, and what lay everywhere."""
        found = []
        for day in sorted({each.day for each in counts}):
            lying: dict[tuple[str, str], tuple[date, int]] = {}
            for each in sorted(counts, key=lambda each: each.day):
                if each.day <= day:
                    at, held = lying.get((each.warehouse, each.status), (each.day, 0))
                    lying[each.warehouse, each.status] = each.day, (held if at == each.day else 0) + each.quantity
            today = {each.warehouse for each in counts if each.day == day}
            elsewhere = sum(held for (warehouse, _), (_, held) in lying.items() if warehouse not in today)
            if elsewhere == 0:
                found.append((day, sum(held for _, held in lying.values())))
        return found


async def write_stock(world: Any, stock: Stock) -> None:
    """The facts of stock as counting would have written them."""
    submission = new_id()
    for number, fact in enumerate([*stock.counts, *stock.moves]):
        vendor, distributor, sku = fact.place
        own = {
            "vendor_id": world.vendors[vendor],
            "submission_id": submission,
            "row_number": number,
            "agreement_id": world.agreements[vendor, distributor],
            "distributor_id": world.parties[vendor, distributor],
            "product_id": world.products[vendor, sku],
            "product_code": sku,
            "quantity": fact.quantity,
            "reported_quantity": fact.quantity,
            "content_hash": "",
            "recorded": fact.recorded,
            "superseded": fact.superseded,
        }
        if isinstance(fact, Counted):
            there = {"warehouse": fact.warehouse, "status": fact.status, "lot": fact.lot, "counted_on": fact.day}
            await world.add("inventory_count", **own, **there)
        else:
            there = {"warehouse": "Main", "status": "GOOD", "lot": "", "moved_on": fact.day, "movement": fact.kind}
            await world.add("stock_movement", **own, **there, reference=f"M{number}", reference_line="1")
