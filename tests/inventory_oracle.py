"""Stock positions reckoned from the facts as with a pencil: counts, lines and movements one by one, and the printed rules.

Nothing of the statement in `app.inventory` is used. What covers a product, what is expected, what is agreed and what it
costs is worked out here once more, from the facts that were known at a moment.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from app.programme.accumulation import Month, accumulates
from app.programme.excess import erosion, excess, value
from app.programme.inventory import demand_days
from app.programme.positions import InventoryFinding
from app.programme.stock_standards import CountedStock, Said, Standard, pace, standard_of, state
from app.programme.terms import StandardBasis, SupplyState
from tests.sales_history import FIRST, LAST, MOMENT, History
from tests.sales_reckoning import COUNTED
from tests.sales_stock import BESIDE_INVOICES, Counted, Place

STATUSES = {"allocated": "RESERVED", "in_transit": "IN_TRANSIT", "returned": "RETURNED", "defective": "DEFECTIVE"}
YOUNG = date(2025, 3, 1)
"Since when DRIVE-2 is sold."


@dataclass
class Terms:
    """What is agreed and what things cost, as it was written into the world."""

    said: dict[tuple[str, str], list[tuple[date, list[Said]]]] = field(default_factory=lambda: defaultdict(list))
    weeks: dict[tuple[str, str], tuple[date, Standard]] = field(default_factory=dict)
    prices: dict[tuple[str, str, str], list[tuple[date, date, int]]] = field(default_factory=lambda: defaultdict(list))
    "Vendor, SKU, currency: from which day, announced when, how much."

    def agreed(self, place: Place, family: str, day: date) -> Standard | None:
        vendor, distributor, sku = place
        versions = [lines for start, lines in self.said[vendor, distributor] if start <= day]
        if versions:
            return standard_of(versions[-1], sku, family)
        start, standard = self.weeks.get((vendor, distributor), (date.max, None))
        return standard if start <= day else None

    def price(self, vendor: str, sku: str, currency: str, day: date) -> int | None:
        held = [price for start, _, price in self.prices[vendor, sku, currency] if start <= day]
        return held[-1] if held else None

    def announced(self, vendor: str, sku: str, currency: str, day: date) -> int | None:
        held = [price for start, told, price in self.prices[vendor, sku, currency] if start > day and told <= day]
        return min(held, default=None)


@dataclass(frozen=True)
class Position:
    """What is reckoned of a position."""

    place: Place
    counted_on: date
    counted: dict[str, int]
    expected: int
    variance: int | None
    demand: Fraction
    state: SupplyState
    findings: frozenset[InventoryFinding]
    sell_in: int
    sell_through: int
    value: int
    excess: int
    excess_value: int
    erosion: int
    months: tuple[Month, ...]


async def agreed_upon(history: History, seed: int) -> Terms:
    """Write standards and prices of all kinds into the world."""
    chance, terms, world = random.Random(seed), Terms(), history.world
    await world.connection.execute("UPDATE product SET introduced_on = $1 WHERE sku = 'DRIVE-2'", YOUNG)
    for row in await world.connection.fetch(
        "SELECT p.sku, b.* FROM book_price b JOIN product p ON p.id = b.product_id"
    ):
        (vendor,) = [name for name, id in world.vendors.items() if id == row["vendor_id"]]
        terms.prices[vendor, row["sku"], row["currency"]].append(
            (row["effective_from"], row["announced_at"].date(), row["price"])
        )
    for (vendor, sku, currency), held in list(terms.prices.items()):
        for number in range(1, 4):
            start = date(2025, 1, 1) + timedelta(days=150 * number)
            told, price = start - timedelta(days=chance.choice([5, 60])), chance.randrange(10, 160) * 1_000_001
            held.append((start, told, price))
            moment = datetime(told.year, told.month, told.day, 12, tzinfo=MOMENT.tzinfo)
            ids = {"vendor_id": world.vendors[vendor], "product_id": world.products[vendor, sku]}
            await world.add(
                "book_price", **ids, currency=currency, effective_from=start, price=price, announced_at=moment
            )
    await _run_out(history)
    await _weeks(history, terms)
    for place in (("Acme", "Dist One"), ("Acme", "Dist Two")):
        for start in (date(2025, 4, 1), date(2025, 12, 1)):
            terms.said[place].append((start, await _version(history, chance, place, start)))
    return terms


async def _run_out(history: History) -> None:
    """From a day on nothing is counted of one product: what was sold after it cannot have been there."""
    place, since = ("Acme", "Dist One", "SWITCH-1"), date(2025, 9, 1)
    history.stock.counts = [
        replace(each, quantity=0) if each.place == place and each.day >= since else each
        for each in history.stock.counts
    ]
    await history.world.connection.execute(
        "UPDATE inventory_count SET quantity = 0 WHERE product_id = $1 AND counted_on >= $2",
        history.world.products["Acme", "SWITCH-1"],
        since,
    )


async def _weeks(history: History, terms: Terms) -> None:
    """Weeks by the money terms; at Acme a standard takes their place later."""
    for place, standard in (
        (("Acme", "Dist One"), Standard(300, 900)),
        (("Borealis", "Dist One"), Standard(100, 5_000)),
    ):
        vendor, distributor = place
        terms.weeks[place] = (date(2025, 1, 1), standard)
        await history.world.connection.execute(
            "INSERT INTO agreement_money_terms (vendor_id, agreement_id, distributor_id, effective_from, protects,"
            " in_transit, minimum_drop, writes_up, stock_min_weeks, stock_max_weeks, set_at, set_by)"
            " VALUES ($1, $2, $3, $4, false, false, 0, false, $5, $6, $7, 'a test')",
            history.world.vendors[vendor],
            history.world.agreements[place],
            history.world.parties[vendor, distributor],
            date(2025, 1, 1),
            standard.least,
            standard.most,
            MOMENT,
        )


async def _version(history: History, chance: random.Random, place: tuple[str, str], start: date) -> list[Said]:
    vendor, distributor = place

    def band() -> Standard | None:
        basis = chance.choice(list(StandardBasis))
        least, more = {
            StandardBasis.WEEKS: (chance.randrange(0, 900), chance.randrange(0, 4_000)),
            StandardBasis.UNITS: (chance.randrange(0, 30_000), chance.randrange(0, 80_000)),
            StandardBasis.VALUE: (chance.randrange(0, 10**9), chance.randrange(0, 9 * 10**9)),
        }[basis]
        return None if chance.random() < 0.15 else Standard(least, least + more, basis)

    said = [Said(band()), Said(band(), family="Drives"), Said(band(), product="DRIVE-2")]
    for number, each in enumerate(said):
        await history.world.add(
            "inventory_standard",
            vendor_id=history.world.vendors[vendor],
            agreement_id=history.world.agreements[place],
            distributor_id=history.world.parties[vendor, distributor],
            effective_from=start,
            place=number,
            product_id=history.world.products[vendor, each.product] if each.product else None,
            family=each.family,
            basis=each.standard.basis.value if each.standard else None,
            least=each.standard.least if each.standard else None,
            most=each.standard.most if each.standard else None,
            set_at=MOMENT,
            set_by="a test",
        )
    return said


class Reckoned:
    """The positions of a world at the end of a day, as known after so many changes (None: now)."""

    def __init__(self, history: History, terms: Terms, day: date, as_of: int | None = None) -> None:
        self.history, self.terms, self.day = history, terms, day
        self._counts: dict[Place, list[Counted]] = defaultdict(list)
        for count in history.stock.counts:
            if known(count, as_of) and count.day <= day:
                self._counts[count.place].append(count)
        self._flows: dict[Place, list[tuple[date, int, int, int]]] = defaultdict(list)
        for fact in history.facts:
            if known(fact, as_of) and (fact.reseller is None or fact.sale_type in COUNTED):
                came, went = (fact.quantity, 0) if fact.reseller is None else (0, fact.quantity)
                self._flows[fact.vendor, fact.distributor, fact.sku].append((fact.counts_on, came, went, 0))
        for move in history.stock.moves:
            if known(move, as_of) and move.kind in BESIDE_INVOICES:
                self._flows[move.place].append((move.day, 0, 0, move.quantity))

    def positions(self) -> list[Position]:
        return [self._position(place, _covering(counts)) for place, counts in self._counts.items()]

    def _sums(self, place: Place, after: date, until: date) -> tuple[int, int, int]:
        held = [flow for flow in self._flows[place] if after < flow[0] <= until]
        return sum(f[1] for f in held), sum(f[2] for f in held), sum(f[3] for f in held)

    def _position(self, place: Place, covered: list[tuple[date, dict[str, int]]]) -> Position:
        vendor, distributor, sku = place
        day, (counted_on, counted) = self.day, covered[-1]
        currency, family = self.history.currencies[vendor, distributor], self.history.family(sku)
        days = demand_days(counted_on, YOUNG if sku == "DRIVE-2" else date(2024, 1, 1))
        demanded = self._sums(place, counted_on - timedelta(days=91), counted_on)[1]
        price = self.terms.price(vendor, sku, currency, day)
        stock = CountedStock(counted_on, counted["on_hand"], demanded, days, price)
        agreed = self.terms.agreed(place, family, day)
        came, went, moved = self._sums(place, counted_on, day)
        expected, then, variance = counted["units"] + came - went + moved, 0, None
        if len(covered) > 1:
            before_on, before = covered[-2]
            bought, sold, shifted = self._sums(place, before_on, counted_on)
            then = before["units"] + bought - sold + shifted
            variance = counted["units"] - then
        months = tuple(
            Month(*self._sums(place, day - timedelta(days=30 * n), day - timedelta(days=30 * (n - 1)))[:2])
            for n in (3, 2, 1)
        )
        beyond, found = excess(stock, agreed), set()
        is_stale = (day - counted_on).days >= 91
        if demanded > 0 and not is_stale and (counted["on_hand"] <= 0 or expected <= 0):
            found.add(InventoryFinding.STOCK_OUT)
        if expected < 0:
            found.add(InventoryFinding.OVERSOLD)
        if beyond > 0:
            found.add(InventoryFinding.EXCESS)
        if accumulates(months):
            found.add(InventoryFinding.ACCUMULATION)
        if variance is not None and abs(variance) * 50 > abs(then):
            found.add(InventoryFinding.VARIANCE)
        thirteen = self._sums(place, day - timedelta(days=91), day)
        return Position(
            place=place,
            counted_on=counted_on,
            counted=counted,
            expected=expected,
            variance=variance,
            demand=pace(stock),
            state=state(stock, agreed, day),
            findings=frozenset(found),
            sell_in=thirteen[0],
            sell_through=thirteen[1],
            value=value(stock.on_hand, price),
            excess=beyond,
            excess_value=value(beyond, price),
            erosion=erosion(beyond, price, self.terms.announced(vendor, sku, currency, day)),
            months=months,
        )


def known(fact: Any, as_of: int | None) -> bool:
    """Whether a fact counts, or counted after so many changes."""
    if as_of is None:
        return fact.superseded is None
    return bool(fact.recorded <= as_of and (fact.superseded is None or fact.superseded > as_of))


def _covering(counts: list[Counted]) -> list[tuple[date, dict[str, int]]]:
    """The days on which every warehouse was counted that had some by its last count, with what lay everywhere by state."""
    found = []
    for day in sorted({each.day for each in counts}):
        lying: dict[tuple[str, str], tuple[date, int]] = {}
        for each in sorted(counts, key=lambda each: each.day):
            if each.day <= day:
                at, held = lying.get((each.warehouse, each.status), (each.day, 0))
                lying[each.warehouse, each.status] = each.day, (held if at == each.day else 0) + each.quantity
        today = {each.warehouse for each in counts if each.day == day}
        if sum(held for (warehouse, _), (_, held) in lying.items() if warehouse not in today) == 0:
            by_status: dict[str, int] = defaultdict(int)
            for (_, status), (_, held) in lying.items():
                by_status[status] += held
            named = {name: by_status[status] for name, status in STATUSES.items()}
            on_hand = by_status["GOOD"] + by_status["RESERVED"]
            found.append((day, {"units": sum(by_status.values()), "on_hand": on_hand, **named}))
    return found


def some_days(chance: random.Random, number: int) -> list[date]:
    """Days of the world's two years, the last one among them."""
    span = (LAST - FIRST).days
    return [LAST, *(FIRST + timedelta(days=chance.randrange(60, span)) for _ in range(number - 1))]


def of_position(row: Any) -> dict[str, Any]:
    """What a row of the graph says of a position, in the units of the oracle."""

    def milli(amount: Any) -> int:
        return int(Fraction(amount) * 1000)

    def micros(money: Any) -> int:
        return int(Fraction(money.amount) * 10**6)

    counted = {"units": milli(row.counted), "on_hand": milli(row.on_hand)}
    return {
        "counted_on": row.counted_until,
        "counted": counted | {name: milli(getattr(row, name)) for name in STATUSES},
        "expected": milli(row.expected),
        "variance": None if row.variance is None else milli(row.variance),
        "state": row.state,
        "findings": frozenset(row.findings),
        "sell_in": milli(row.sell_in),
        "sell_through": milli(row.sell_through),
        "value": micros(row.value),
        "excess": milli(row.excess),
        "excess_value": micros(row.excess_value),
        "erosion": micros(row.erosion_risk),
        "months": tuple(Month(milli(each.sell_in), milli(each.sell_through)) for each in row.months),
    }
