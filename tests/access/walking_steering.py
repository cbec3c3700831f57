"""How a walk asks what steers a network: stock, scorecards, the development of resellers, why figures changed. See
`walking`."""

from datetime import timedelta

from tests.access.documents import Way
from tests.access.figures import PERIOD as SPAN
from tests.access.networks import FUTURE, TODAY
from tests.access.oracle_of_steering import WAYS_TO_DEVELOP

PERIOD = f'period: {{start: "{SPAN.start}", end: "{SPAN.end}"}}'
BETWEEN = f'between: {{since: "{TODAY - timedelta(days=30)}T00:00:00Z"}}'
_STOCK = (Way("_each", "by: [DISTRIBUTOR, PRODUCT], first: 250"), Way("_sum", "by: [], first: 250"))
_CHANGES = (
    Way("_through", f"{BETWEEN}, {PERIOD}, of: SELL_THROUGH, first: 250", frozenset({"sellInLines"})),
    Way("_in", f"{BETWEEN}, {PERIOD}, of: SELL_IN, first: 250", frozenset({"lines"})),
)
_FORECAST = (Way("_seller", "by: [DISTRIBUTOR], first: 10"), Way("_kind", "by: [PARTNER_TYPE], first: 10"))
_LINES = tuple(Way(f"_{which.lower()}", f"which: {which}, first: 250") for which in ("ADDED", "ENDED"))
WAYS: dict[tuple[str, str], tuple[Way, ...]] = {
    ("Network", "inventory"): _STOCK,
    ("Distributor", "inventory"): _STOCK,
    ("Network", "forecast"): _FORECAST,
    ("Distributor", "forecast"): _FORECAST,
    ("Network", "changes"): _CHANGES,
    ("Distributor", "changes"): _CHANGES,
    ("FigureChange", "lines"): _LINES,
    ("FigureChange", "sellInLines"): _LINES,
    ("Network", "resellerDevelopment"): tuple(
        Way(f"_{name}", f"{PERIOD}, by: [{', '.join(by)}], first: 250") for name, by in WAYS_TO_DEVELOP.items()
    ),
    ("Network", "resellerCohorts"): (Way("", PERIOD),),
    ("Network", "compliance"): (Way("", f"{PERIOD}, first: 250"),),
    ("DistributionAgreement", "compliance"): (Way("", PERIOD),),
    ("DistributionAgreement", "inventoryStandard"): (Way("", f'onDate: "{FUTURE}"'),),
    ("Network", "incentives"): (Way("", f"{PERIOD}, against: SAME_SPAN_LAST_YEAR, first: 250"),),
    ("IncentiveTerm", "accrualChanges"): (Way("", f'since: "{TODAY - timedelta(days=30)}T00:00:00Z", first: 250'),),
    ("Statement", "standing"): (Way("", f'asOf: "{TODAY - timedelta(days=2)}T00:00:00Z"'),),
}
