"""Any question that may be asked of the whole cube, and how it is asked field by field, without HTTP around it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from app.execution.scalars import DateRangeInput
from app.network.filters import SalesFilter
from app.network.graph import Network, sales_of_distributor, sales_of_network
from app.programme.sales import FISCAL, RateBasis, SalesOrder, Valuation
from app.programme.sales import SalesDimension as By
from app.programme.spans import month_of
from app.programme.terms import Level, PartnerType
from tests.sales_asking import ids, parent_of, selection
from tests.sales_history import CHANGES, FIRST, LAST, MOMENT, History
from tests.sales_reckoning import Asked

MEASURES = (
    "sellThroughUnits sellThroughAmount { amount } unvaluedUnits resaleAmount { amount } averageSellingPrice { amount }"
    " returnsUnits activeResellers invoices openingUnits sellThroughRate sellThroughRateLacks"
)
OF_SELL_IN = " sellInUnits sellInAmount { amount }"
ORIGINALS = " originals { sellThroughAmount { amount } resaleAmount { amount }"


THOROUGH = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
"A question that fails is told as it is; to find a smaller one would take long."


def some(*values: Any) -> Any:
    return st.one_of(st.none(), st.none(), st.lists(st.sampled_from(values), max_size=2).map(tuple))


days = st.dates(FIRST - timedelta(days=20), LAST + timedelta(days=20))
questions = st.builds(
    Asked,
    level=st.just(Level.VENDOR),
    name=st.just("Acme"),
    vendor=st.just("Acme"),
    start=st.one_of(days, days.map(month_of), st.sampled_from([date(2025, 2, 2), date(2025, 5, 4)])),
    end=st.one_of(days, days.map(month_of), st.sampled_from([date(2025, 8, 3), date(2026, 2, 1)])),
    by=st.lists(st.sampled_from([each for each in By if each is not By.SEGMENT]), max_size=4, unique=True).map(tuple),
    order=st.sampled_from([None, *SalesOrder]),
    distributors=some("Dist One", "Dist Two"),
    resellers=some("Reseller One", "Reseller Two", "Hidden Reseller"),
    skus=some("DRIVE-1", "SWITCH-1"),
    families=some("Drives", "Switches"),
    partner_types=some(*PartnerType),
    countries=some("DE", "FR", "CH", "AT"),
    regions=some("Central", "Alps"),
    valuation=st.sampled_from(Valuation),
    rate_basis=st.sampled_from(RateBasis),
    convert_to=st.sampled_from([None, None, "EUR", "USD"]),
    as_of=st.sampled_from([None, None, *range(1, CHANGES + 1)]),
)
viewers = st.sampled_from(
    [
        (Level.VENDOR, "Acme", "Acme"),
        (Level.VENDOR, "Borealis", "Borealis"),
        (Level.DISTRIBUTOR, "Dist One", "Acme"),
        (Level.DISTRIBUTOR, "Dist One", None),
        (Level.DISTRIBUTOR, "Dist Two", "Acme"),
    ]
)


def asked_by(asked: Asked, viewer: tuple[Level, str, str | None]) -> Asked:
    """The question, as somebody may ask it: nobody of two fiscal calendars."""
    start, end = sorted((asked.start, asked.end))
    level, name, vendor = viewer
    order = asked.order
    if asked.by_reseller and order in {
        SalesOrder.SELL_IN_UNITS,
        SalesOrder.SELL_IN_AMOUNT,
        SalesOrder.SELL_THROUGH_RATE,
    }:
        order = None
    return replace(
        asked,
        level=level,
        name=name,
        vendor=vendor,
        start=start,
        end=max(end, start + timedelta(days=1)),
        by=asked.by if vendor is not None else tuple(each for each in asked.by if each not in FISCAL),
        order=order,
    )


def filter_of(history: History, asked: Asked) -> SalesFilter:
    vendors = [asked.vendor] if asked.vendor is not None else ["Acme", "Borealis"]
    return SalesFilter(
        distributor_ids=ids(history, "Distributor", vendors, asked.distributors),
        reseller_ids=ids(history, "Reseller", vendors, asked.resellers),
        product_ids=ids(history, "Product", vendors, asked.skus),
        product_families=None if asked.families is None else list(asked.families),
        partner_types=None if asked.partner_types is None else list(asked.partner_types),
        countries=None if asked.countries is None else list(asked.countries),
        regions=None if asked.regions is None else list(asked.regions),
    )


async def ask(history: History, asked: Asked, fields: str | None = None, **page: Any) -> Any:
    measures = MEASURES + (
        ORIGINALS + " }" if asked.by_reseller else OF_SELL_IN + ORIGINALS + " sellInAmount { amount } }"
    )
    compared = f"previous {{ {measures} }} sameSpanLastYear {{ {measures} }}"
    everything = f"{measures} {compared}"
    chosen = fields or f"totalCount totals {{ {everything} }} edges {{ node {{ {everything} }} }}"
    batch: Any = sales_of_network if asked.level is Level.VENDOR else sales_of_distributor
    parent: Any = parent_of(history, asked)  # type: ignore[arg-type]
    moment = MOMENT + timedelta(hours=asked.as_of, minutes=30) if asked.as_of is not None else None
    of_vendor = asked.level is Level.VENDOR
    if of_vendor:
        parent = Network(key=parent.key, as_of=moment)
    async with history.request(history.actor(asked.level, asked.name)) as request:
        found = await batch(
            request,
            [parent],
            selection(chosen),
            DateRangeInput(start=asked.start, end=asked.end),
            list(asked.by),
            filter_of(history, asked),
            asked.order,
            asked.valuation,
            asked.rate_basis,
            asked.convert_to,
            **({} if of_vendor else {"as_of": moment}),
            **(page or {"first": 250}),
        )
    return found[0]
