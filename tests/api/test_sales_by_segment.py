"""The cube by segments of the vendor's own: a row for each segment is what adding up the sales to its resellers gives, a
sale to a reseller in several stands in each of their rows and once in the totals, and nobody but the vendor may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.execution.errors import Fault
from app.execution.identifiers import Key, global_id
from app.execution.scalars import DateRangeInput
from app.network.filters import SalesFilter
from app.network.graph import Network, sales_of_distributor, sales_of_network
from app.network.proof.queries import lines_counted
from app.network.proof.standing import Figure
from app.programme.sales import SalesDimension as By
from app.programme.sales import Valuation
from app.programme.terms import Level
from app.store.database import Database
from app.store.identity import new_id
from tests.sales_asking import parent_of, selection
from tests.sales_history import CHANGES, FIRST, LAST, MOMENT, Fact, History, recorded
from tests.sales_questions import THOROUGH
from tests.sales_reckoning import Asked, Reckoning
from tests.world import World

FIELDS = (
    "totalCount totals { sellThroughUnits sellThroughAmount { amount } activeResellers invoices returnsUnits }"
    " edges { node { sellThroughUnits sellThroughAmount { amount } activeResellers invoices returnsUnits"
    " previous { sellThroughUnits } } }"
)
RULES: dict[str, tuple[list[str], list[str]]] = {
    "Germans": ([], ["DE"]),
    "German houses": (["VAR"], ["DE", "AT"]),
    "By hand": ([], []),
    "Nobody": (["CONSULTANT"], ["LI"]),
}
NONE = "none"


@dataclass
class Divided:
    """A history, its segments and who is in which, worked out by hand from the vendor's records."""

    history: History
    ids: dict[str, UUID]
    members: dict[str, set[UUID]]


@pytest.fixture(scope="module")
async def divided(world: World, database: Database) -> Divided:
    history = await recorded(world, database, seed=31)
    vendor, write = world.vendors["Acme"], world.connection
    resellers = await write.fetch(
        "SELECT id, country, partner_type, disclosed FROM party WHERE vendor_id = $1 AND kind = 'RESELLER'", vendor
    )
    ids, members = {}, {}
    for name, (types, countries) in RULES.items():
        ids[name] = new_id()
        await write.execute(
            "INSERT INTO segment (vendor_id, id, name, partner_types, countries, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            *(vendor, ids[name], name, types, countries, datetime.now(UTC)),
        )
        members[name] = {
            row["id"]
            for row in resellers
            if (types or countries)
            and row["disclosed"]
            and (not types or row["partner_type"] in types)
            and (not countries or row["country"] in countries)
        }
    two = world.parties["Acme", "Reseller Two"]
    for name in ("By hand", "Germans"):
        await write.execute(
            "INSERT INTO segment_member (vendor_id, segment_id, reseller_id, added_at) VALUES ($1, $2, $3, $4)",
            *(vendor, ids[name], two, datetime.now(UTC)),
        )
        members[name].add(two)
    assert any(two in members[name] for name in RULES) and sum(two in own for own in members.values()) > 1
    return Divided(history, ids, members)


class OfBuyers(Reckoning):
    """A question about the sales to some resellers, told by who they are."""

    def __init__(self, history: History, asked: Asked, buyers: Any) -> None:
        super().__init__(history, replace(asked, of_resellers=True))
        self.buyers = buyers

    def passes(self, fact: Fact) -> bool:
        return super().passes(fact) and fact.reseller is not None and self.buyers(self.buyer(fact))


async def ask(divided: Divided, asked: Asked, segments: list[str] | None = None, fields: str = FIELDS) -> Any:
    history = divided.history
    vendor = history.world.vendors["Acme"]
    given = None if segments is None else [global_id("Segment", Key(vendor, divided.ids[each])) for each in segments]
    moment = None if asked.as_of is None else MOMENT + timedelta(hours=asked.as_of, minutes=30)
    of_vendor = asked.level is Level.VENDOR
    batch: Any = sales_of_network if of_vendor else sales_of_distributor
    parent = Network(key=Key(vendor, vendor), as_of=moment) if of_vendor else parent_of(history, asked)  # type: ignore[arg-type]
    async with history.request(history.actor(asked.level, asked.name)) as request:
        found = await batch(
            request,
            [parent],
            selection(fields),
            DateRangeInput(start=asked.start, end=asked.end),
            list(asked.by),
            SalesFilter(segment_ids=given),  # type: ignore[arg-type]
            None,
            asked.valuation,
            first=250,
        )
    return found[0]


def shown(figures: Any) -> dict[str, Any]:
    return {
        "units": Fraction(figures.sell_through_units),
        "value": Fraction(figures.sell_through_amount.amount),
        "active": figures.active_resellers,
        "invoices": figures.invoices,
        "returned": Fraction(figures.returns_units),
    }


def reckoned(sums: dict[str, Any]) -> dict[str, Any]:
    return {name: sums[name] for name in ("units", "value", "active", "invoices", "returned")}


days = st.dates(FIRST - timedelta(days=20), LAST + timedelta(days=20))
questions = st.builds(
    Asked,
    level=st.just(Level.VENDOR),
    name=st.just("Acme"),
    vendor=st.just("Acme"),
    start=st.one_of(days, st.just(date(2025, 1, 1))),
    end=st.one_of(days, st.just(date(2026, 1, 1))),
    by=st.sampled_from([(By.SEGMENT,), (By.SEGMENT, By.PRODUCT_FAMILY), (By.SEGMENT, By.DISTRIBUTOR)]),
    valuation=st.sampled_from([Valuation.BOOK, Valuation.REPORTED_RESALE]),
    as_of=st.sampled_from([None, None, *range(1, CHANGES + 1)]),
)


@hypothesis_settings(THOROUGH, max_examples=40)
@given(asked=questions, chosen=st.one_of(st.none(), st.lists(st.sampled_from([*RULES]), unique=True)))
async def test_a_segments_row_is_the_sum_of_the_sales_to_its_resellers(
    divided: Divided, asked: Asked, chosen: list[str] | None
) -> None:
    asked = replace(asked, start=min(asked.start, asked.end), end=max(asked.end, asked.start + timedelta(days=1)))
    rest, named = asked.by[1:], {id: name for name, id in divided.ids.items()}
    somebody = set().union(*divided.members.values())
    wanted: dict[Any, Any] = {}
    for name in chosen if chosen is not None else [*RULES, NONE]:
        own = divided.members.get(name, set())
        buyers = (lambda buyer: buyer not in somebody) if name == NONE else own.__contains__
        for key, (now, _, _) in OfBuyers(divided.history, replace(asked, by=rest), buyers).answer().items():
            wanted[(name, *key)] = reckoned(now)
    page = await ask(divided, asked, chosen)
    found = {}
    for each in (edge.node for edge in page.edges):
        others = {By.PRODUCT_FAMILY: each.product_family, By.DISTRIBUTOR: each.distributor_key}
        assert each.segment_key is not None
        name = named.get(each.segment_key.id, NONE)
        found[(name, *(others[dimension] for dimension in rest), each.currency)] = shown(each)
    assert found == wanted and page.total_count == len(wanted)
    anybody = (
        (lambda _: True) if chosen is None else set().union(*(divided.members[each] for each in chosen)).__contains__
    )
    whole = OfBuyers(divided.history, replace(asked, by=()), anybody).answer()
    assert {each.currency: shown(each) for each in page.totals} == {
        currency: reckoned(now) for (currency,), (now, _, _) in whole.items()
    }, "a sale to a reseller in several segments counts once in the totals"


QUARTER = Asked(Level.VENDOR, "Acme", "Acme", date(2025, 7, 1), date(2025, 10, 1), (By.SEGMENT,))


async def test_rows_overlap_where_a_reseller_is_in_several_segments(divided: Divided) -> None:
    page = await ask(divided, replace(QUARTER, start=FIRST, end=LAST))
    rows, totals = [sum(shown(each)["units"] for each in some) for some in ([e.node for e in page.edges], page.totals)]
    assert rows > totals > 0


async def test_a_row_leads_to_the_lines_of_its_segments_resellers(divided: Divided) -> None:
    page = await ask(divided, replace(QUARTER, start=FIRST, end=LAST))
    rows = [edge.node.standing for edge in page.edges]
    named = {id: name for name, id in divided.ids.items()}
    somebody = set().union(*divided.members.values())
    async with divided.history.request(divided.history.actor(Level.VENDOR, "Acme")) as request:
        counted = await lines_counted(await request.reader(), rows, Figure.UNITS)
    for place, row in enumerate(rows, 1):
        own = divided.members.get(named.get(row.key("segment_id"), NONE))
        reckoning = OfBuyers(divided.history, replace(QUARTER, by=()), lambda _: True)
        facts = [
            fact
            for fact in divided.history.facts
            if reckoning.counts(fact) and reckoning.visible(fact) and reckoning.passes(fact)
            if FIRST <= fact.counts_on < LAST and reckoning.value(fact)[0] == row.currency
            if (reckoning.buyer(fact) in own if own is not None else reckoning.buyer(fact) not in somebody)
        ]
        assert counted[place] == len(facts) > 0


async def test_a_sum_over_segments_tells_no_sell_in(divided: Divided) -> None:
    with pytest.raises(Fault, match="Sell-in has no reseller"):
        await ask(divided, QUARTER, fields="edges { node { sellInUnits } }")
    with pytest.raises(Fault, match="Sell-in has no reseller"):
        await ask(divided, replace(QUARTER, by=()), ["Germans"], "totals { sellInUnits }")


@contextmanager
def forbidden() -> Iterator[None]:
    with pytest.raises(Fault, match="segment:read") as refusal:
        yield
    assert refusal.value.extensions is not None and refusal.value.extensions["code"] == "FORBIDDEN"


async def test_nobody_but_the_vendor_divides_sales_by_segments(divided: Divided) -> None:
    asked = replace(QUARTER, level=Level.DISTRIBUTOR, name="Dist One")
    with forbidden():
        await ask(divided, asked)
    for names in (["Germans"], []):
        with forbidden():
            await ask(divided, replace(asked, by=()), names)


async def test_another_vendors_segment_holds_no_sales(divided: Divided) -> None:
    asked = replace(QUARTER, by=())
    history = divided.history
    vendor = history.world.vendors["Borealis"]
    foreign = global_id("Segment", Key(history.world.vendors["Acme"], divided.ids["Germans"]))
    async with history.request(history.actor(Level.VENDOR, "Borealis")) as request:
        period = DateRangeInput(start=asked.start, end=asked.end)
        only = SalesFilter(segment_ids=[foreign])  # type: ignore[list-item]
        network = [Network(key=Key(vendor, vendor), as_of=None)]
        (page,) = await sales_of_network(request, network, selection(FIELDS), period, [], only, first=5)
    assert (page.edges, page.totals, page.total_count) == ([], [], 0)
