"""What the demo makes up: two years of a channel's sales, the same every time, with an overstocked, a starved, a lapsing and
a thriving corner."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from uuid import UUID

import pytest

from app.demo.corners import (
    COUNTED_FROM,
    OVERSTOCKED,
    OVERSTOCKED_FROM,
    STARVED,
    STARVED_FROM,
    WAREHOUSES,
    is_new,
    lapses,
)
from app.demo.history import MONTHS, History
from app.demo.network import (
    BRAZIL,
    HALYARD,
    KESTREL,
    LINDHOLM,
    NORDWIND,
    SHARED,
    Agreement,
    is_lapsed,
    network,
    organization_id,
)
from app.demo.programs import enrollments
from app.demo.reports import report_keys, reports
from app.demo.sales import MISSING_MONTH, UNKNOWN_PRODUCT_CODE, Line, Month, sales
from app.programme.gtin import is_gtin
from app.programme.terms import Outcome, SaleType

UNTIL = date(2026, 11, 23)
HISTORY = History.until(UNTIL)


def agreement(vendor: str, distributor: str) -> Agreement:
    (found,) = (
        a for v in network() if v.organization.name == vendor for a in v.agreements if a.distributor.name == distributor
    )
    return found


def everything(share: float = 1.0) -> dict[UUID, list[Month]]:
    return {a.id: list(sales(a, HISTORY, share)) for vendor in network() for a in vendor.agreements}


@pytest.fixture(scope="module")
def sold() -> dict[UUID, list[Month]]:
    return everything()


def lines(months: list[Month]) -> Iterator[Line]:
    return chain.from_iterable(month.sold or () for month in months)


def test_the_same_month_gives_the_same_sales_to_the_last_line(sold: dict[UUID, list[Month]]) -> None:
    assert everything() == sold
    assert History.until(date(2026, 11, 1)) == HISTORY == History.beginning(date(2024, 11, 1))
    (vendor, *_) = network()
    first, *_ = vendor.agreements
    latest = datetime(2026, 11, 23, tzinfo=UTC)
    once, again = (reports(vendor, first, sold[first.id], latest) for _ in range(2))
    assert [report.sha256 for report in once] == [report.sha256 for report in again]


def test_the_history_is_the_two_years_of_whole_months_before(sold: dict[UUID, list[Month]]) -> None:
    assert (HISTORY.start, HISTORY.end, len(HISTORY.months)) == (date(2024, 11, 1), date(2026, 11, 1), MONTHS)
    counted = [line for months in sold.values() for line in lines(months) if line.counts]
    assert all(HISTORY.start <= line.sold_on < HISTORY.end for line in counted)
    rows = sum(len(month.sold or ()) + len(month.bought) for months in sold.values() for month in months)
    assert 60_000 < rows < 120_000


def test_few_resellers_make_most_of_the_sales_and_december_sells_more_than_august(
    sold: dict[UUID, list[Month]],
) -> None:
    for months in sold.values():
        by_reseller, by_month = Counter[str](), Counter[int]()
        for line in lines(months):
            if line.counts and line.authorization is not None:
                amount = line.quantity * (line.unit_price or 0)
                by_reseller[line.authorization.reseller.name] += amount
                by_month[line.sold_on.month] += amount
        top = by_reseller.most_common()
        fifth = sum(amount for _, amount in top[: len(top) // 5])
        assert fifth > 0.5 * sum(by_reseller.values())
        assert by_month[12] > 1.2 * by_month[8]


def test_about_three_lines_in_a_hundred_come_back_and_name_a_line_that_was_sold(sold: dict[UUID, list[Month]]) -> None:
    every = [line for months in sold.values() for line in lines(months) if line.outcome is Outcome.ACCEPTED]
    returned = [line for line in every if line.sale_type is SaleType.RETURN]
    assert 0.02 < len(returned) / len(every) < 0.04
    assert all(line.quantity < 0 and line.return_of for line in returned)
    bought = agreement(NORDWIND, KESTREL)
    invoiced = {f"{line.document_number}:{line.document_line}" for line in lines(sold[bought.id])}
    assert all(line.return_of in invoiced for line in lines(sold[bought.id]) if line.return_of)


def test_the_accidents_of_a_channel_are_all_there(sold: dict[UUID, list[Month]]) -> None:
    found = Counter(line.outcome for months in sold.values() for line in lines(months))
    assert all(found[outcome] for outcome in set(Outcome) - {Outcome.CONFLICT, Outcome.SUPERSEDED})
    assert found[Outcome.HELD] < 200 and found[Outcome.REJECTED] < 200
    brazil = sold[agreement(NORDWIND, BRAZIL).id]
    strange = {
        month.number for month in brazil for line in month.sold or () if line.product_code == UNKNOWN_PRODUCT_CODE
    }
    assert len(strange) >= 4
    missing = [month.number for month in sold[agreement(NORDWIND, LINDHOLM).id] if month.sold is None]
    assert missing == [MISSING_MONTH]
    kestrel = agreement(NORDWIND, KESTREL)
    (lapsed,) = (each for rank, each in enumerate(kestrel.authorizations, 1) if is_lapsed(kestrel.terms, rank))
    bought = [
        m.number
        for m in sold[kestrel.id]
        for line in m.sold or ()
        if line.authorization is lapsed and line.quantity > 0
    ]
    assert max(bought) == MONTHS - 9


def test_one_product_is_bought_far_ahead_of_its_sales(sold: dict[UUID, list[Month]]) -> None:
    months = [month for month in sold[agreement(NORDWIND, KESTREL).id] if month.number >= OVERSTOCKED_FROM]
    bought, through = Counter[str](), Counter[str]()
    for month in months:
        for delivery in month.bought:
            bought[delivery.product.sku] += delivery.quantity
        for line in month.sold or ():
            if line.counts:
                through[line.product.sku] += line.quantity
    assert bought[OVERSTOCKED] > 2.5 * through[OVERSTOCKED]
    assert sum(bought.values()) - bought[OVERSTOCKED] < 1.3 * (sum(through.values()) - through[OVERSTOCKED])


def test_one_corner_is_starved_one_lapses_and_one_thrives(sold: dict[UUID, list[Month]]) -> None:
    lindholm, kestrel = agreement(NORDWIND, LINDHOLM), agreement(NORDWIND, KESTREL)
    for month in sold[lindholm.id]:
        there = {line.product.sku for line in month.sold or () if line.quantity > 0}
        assert (STARVED in there) == (month.number < STARVED_FROM and month.sold is not None)
        assert month.number < STARVED_FROM - 1 or month.stock[STARVED] == 0
    late = {line.authorization for month in sold[kestrel.id][-3:] for line in month.sold or () if line.quantity > 0}
    before = {line.authorization for month in sold[kestrel.id][-6:-3] for line in month.sold or () if line.quantity > 0}
    ranked = list(enumerate(kestrel.authorizations, 1))
    gone = {each for rank, each in ranked if lapses(kestrel.terms.code, each.reseller.country, rank)}
    assert len(gone) == 6 and not gone & late and len(gone & before) >= 5
    new = {each for rank, each in enumerate(lindholm.authorizations, 1) if is_new(lindholm.terms.code, rank)}
    early = {line.authorization for month in sold[lindholm.id][:-2] for line in month.sold or ()}
    assert len(new) == 4 and not new & early


def test_one_reseller_buys_from_two_distributors_and_both_vendors() -> None:
    places = [
        (vendor.organization.name, each.distributor.name, found.reseller.organization_id)
        for vendor in network()
        for each in vendor.agreements
        for found in each.authorizations
        if found.reseller.name == SHARED
    ]
    assert Counter(vendor for vendor, _, _ in places) == {NORDWIND: 2, HALYARD: 1}
    assert {owner for _, _, owner in places} == {organization_id(SHARED)}
    carried = Counter(each.distributor.id for vendor in network() for each in vendor.agreements)
    assert sorted(carried.values()) == [1, 1, 1, 1, 2]


def test_ids_are_version_seven_and_agreements_differ_in_what_they_disclose() -> None:
    keys = report_keys(network(), HISTORY)
    submissions = {key.submission_id for key in keys}
    counts = 1 + len(WAREHOUSES) * (MONTHS - COUNTED_FROM)
    assert len(submissions) == len(keys) == 2 * MONTHS * 6 - 1 + counts
    assert {one.version for one in submissions} == {7} and {one.variant for one in submissions} == {
        "specified in RFC 4122"
    }
    assert all(is_gtin(product.gtin) for vendor in network() for product in vendor.products)
    disclosed = {each.terms.discloses for vendor in network() for each in vendor.agreements}
    assert frozenset() in disclosed and max(map(len, disclosed)) == 4
    hidden = [each for vendor in network() for each in vendor.resellers if not each.disclosed]
    assert 10 < len(hidden) < 40


def test_tiers_follow_purchases(sold: dict[UUID, list[Month]]) -> None:
    for vendor in network():
        ranks = Counter(each.events[-1].rank for each in enrollments(vendor, sold, HISTORY))
        assert ranks[1] > ranks[2] > ranks[3] > 3
        assert sum(ranks.values()) > 0.8 * sum(reseller.disclosed for reseller in vendor.resellers)
