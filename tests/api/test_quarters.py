"""The page of a quarter: its figures are the graph's, nothing of it leads elsewhere, and names are texts."""

import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from app.pages.figures import growth, money, share, units
from app.pages.quarters import NoSuchQuarter, Quarter, quarter_page, question
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.stock_kit import counted
from tests.api.stock_reports import bought, product, sold

TODAY, ASKED = date(2026, 11, 20), Quarter(2026, 3)
QUARTERS = {
    Level.VENDOR: "vendor/quarter.graphql",
    Level.DISTRIBUTOR: "distributor/quarter.graphql",
    Level.RESELLER: "reseller/quarter.graphql",
}
NASTY = "Evil <script>alert(1)</script> & 'Sons'"


class Cells(HTMLParser):
    """Every text of the page, and which tags it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in {"href", "src"} for name, _ in attrs), (tag, attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def read(page: str) -> Cells:
    found = Cells()
    found.feed(page)
    return found


async def made(caller: Caller, level: Level, quarter: Quarter = ASKED) -> tuple[dict[str, Any], str]:
    """What the graph answers, and the page of it."""
    _, variables = question(level, quarter, TODAY)
    answer = await caller.ask(QUARTERS[level], **variables)
    return answer["viewer"][level.value.lower()], quarter_page(level, quarter, answer, TODAY)


@pytest.fixture(scope="module")
async def network(api: Api) -> Api:
    await product(api, "QP-1")
    await api.world.connection.execute("UPDATE party SET name = $1 WHERE name = 'Reseller One'", NASTY)
    await counted(api, "Q,QP-1,2026-09-20,30,,,,,,")
    await bought(api, "QB-1,1,2026-07-10,QP-1,400", "QB-1,2,2026-05-20,QP-1,35")
    await sold(api, "QS-1,1,2026-08-20,QP-1,1234", "QS-1,2,2026-05-20,QP-1,617")
    return api


def is_whole(page: str) -> None:
    assert "http://" not in page and "https://" not in page and "url(" not in page and "@import" not in page
    assert "<script" not in page
    cells = read(page)
    assert not {"script", "img", "link", "iframe", "object"} & set(cells.tags)
    assert "#a1000" not in page, "a colour without its variable"
    assert set(re.findall(r"var\((--[a-z]+)\)", page)) <= set(re.findall(r"(--[a-z]+):", page))
    assert {"prefers-color-scheme: dark", "@media print", "size: A4", "max-width: 40rem"} <= {
        each for each in ("prefers-color-scheme: dark", "@media print", "size: A4", "max-width: 40rem") if each in page
    }


async def test_a_vendors_figures_are_the_graphs(network: Api) -> None:
    own, page = await made(await network.vendor(), Level.VENDOR)
    is_whole(page)
    texts = read(page).texts
    (row,) = [edge["node"] for edge in own["network"]["sales"]["edges"]]
    assert row["sellThroughUnits"] == "1234" and row["sellInUnits"] == "400"
    assert {"1,234", "400", money(row["sellThroughAmount"]), "+100 %"} <= set(texts)
    for edge in own["network"]["months"]["edges"]:
        assert units(edge["node"]["sellThroughUnits"]) in texts
    (stock,) = [edge["node"] for edge in own["network"]["inventory"]["edges"]]
    assert units(stock["onHand"]) in texts and money(stock["value"]) in texts
    assert NASTY in texts, "a name is a text"
    assert "Scorecards" in texts and share(own["network"]["compliance"]["edges"][0]["node"]["distributorSide"]["score"])
    assert "No business plan was proposed or agreed with a distributor." in texts
    assert page.count("<svg") == 2 * page.count("<figure>") > 0


async def test_a_distributor_finds_its_own_and_no_rival(network: Api) -> None:
    own, page = await made(await network.distributor(), Level.DISTRIBUTOR)
    is_whole(page)
    texts = read(page).texts
    tops = [edge["node"]["vendor"]["network"]["top"]["edges"] for edge in own["agreements"]["edges"]]
    named = {edge["node"]["reseller"]["name"] for top in tops for edge in top}
    assert own["name"] == "Dist One" and named and {"1,234", *named} <= set(texts)
    assert "Dist Two" not in page
    _, rival = await made(await network.distributor("Dist Two"), Level.DISTRIBUTOR)
    is_whole(rival)
    assert "1,234" not in rival and "Dist One" not in rival
    assert "Nothing was invoiced or sold through in these twelve months." in read(rival).texts


async def test_a_reseller_finds_its_purchases_and_no_cost_of_a_distributor(network: Api) -> None:
    own, page = await made(await network.reseller(), Level.RESELLER)
    is_whole(page)
    texts = read(page).texts
    (row,) = [edge["node"] for edge in own["purchases"]["edges"]]
    assert row["units"] == "1234" and {"1,234", money(row["amount"])} <= set(texts)
    assert "You have registered no deal." in texts
    for word in ("Sell-in", "Stock", "Scorecard", "book", "rebate", "Reseller Two", "Dist Two", "agreement"):
        assert word not in page, word
    _, other = await made(await network.reseller("Reseller Two"), Level.RESELLER)
    assert "1,234" not in other and "No distributor reported a sale to you in these twelve months." in read(other).texts


async def test_who_asks_as_another_level_gets_no_page(network: Api) -> None:
    with pytest.raises(NoSuchQuarter, match="no vendor"):
        await made(await network.distributor(), Level.VENDOR)


@pytest.mark.parametrize("text", ["2026", "2026Q5", "2026Q0", "Q3", "26Q3", "2026Q3x", "20263"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(NoSuchQuarter, match="2026Q3"):
        Quarter.read(text)


def test_quarters_are_read_and_follow_one_another() -> None:
    assert Quarter.read("2026q3") == Quarter.read("2026-Q3") == ASKED
    assert (Quarter(2026, 4).start, Quarter(2026, 4).end) == (date(2026, 10, 1), date(2027, 1, 1))
    assert Quarter.before(date(2026, 1, 2)) == Quarter(2025, 4) and Quarter.before(TODAY) == ASKED
    assert question(Level.VENDOR, Quarter(2026, 4), TODAY)[1]["quarter"]["end"] == "2026-11-21"
    with pytest.raises(NoSuchQuarter, match="has not begun"):
        question(Level.VENDOR, Quarter(2027, 1), TODAY)


def test_figures_are_told_as_people_read_them() -> None:
    assert (units("1234.500"), units("1000"), units(None)) == ("1,234.5", "1,000", "–")
    assert money({"amount": "-1234.005", "currency": "EUR"}) == "-1,234.01 EUR"
    assert (share("0.125"), share(Decimal(1)), growth("3", "4"), growth("3", "0")) == ("12.5 %", "100 %", "−25 %", "–")
