"""Rules and figures that the tests of the money rules share: the printed example of an agreement, and random ones."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from app.programme.figures import Figures
from app.programme.incentives import Band, Growth, Measure, Rule
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.sales import Valuation
from app.programme.terms import ThresholdRule

MILLION = 10**6
BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
SELL_IN = Measure(Basis.SELL_IN, MeasureUnit.AMOUNT)
UNITS = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)
PRINTED = (Band(0, 10_000), Band(100_000 * MILLION, 20_000), Band(250_000 * MILLION, 30_000))
"Of domain.md: 1 % from 0, 2 % from 100,000, 3 % from 250,000."
MARGINAL = Rule(
    IncentiveKind.VOLUME_REBATE, "EUR", BOOK, BOOK, Structure.MARGINAL, bands=PRINTED, pay_period=PayPeriod.QUARTER
)
RETROACTIVE = replace(MARGINAL, structure=Structure.RETROACTIVE)
PER_UNIT = replace(
    MARGINAL, structure=Structure.PER_UNIT, paying=UNITS, bands=(Band(0, MILLION), Band(100_000 * MILLION, 2 * MILLION))
)
"1.00 a unit from 0, 2.00 from 100,000."
FIXED = replace(
    MARGINAL,
    kind=IncentiveKind.TARGET_BONUS,
    structure=Structure.FIXED,
    bands=(Band(100_000 * MILLION, 50_000), Band(250_000 * MILLION, 200_000)),
)
"500.00 at 100,000, 2,000.00 at 250,000."
GROWTH = replace(
    MARGINAL,
    kind=IncentiveKind.GROWTH_REBATE,
    structure=Structure.RETROACTIVE,
    bands=(Band(0, 10_000), Band(100_000, 20_000)),
    growth=Growth(200_000 * MILLION, on_increase=False),
)
"1 % from no loss, 2 % from 10 % growth over 200,000."

LARGE = 10**24
"10¹⁸ minor units of a currency with none, in 10⁻⁶: more than any column holds."


def sales(euros: int | str, **more: Any) -> Figures:
    """Figures whose measures are both so many euros."""
    amount = micros(euros)
    return Figures("EUR", amount, amount, **more)


def micros(euros: int | str) -> int:
    """So many euros in 10⁻⁶: "0.005" is 5,000."""
    whole, _, decimals = str(euros).partition(".")
    return int(whole + decimals.ljust(6, "0"))


volumes = st.one_of(
    st.integers(-LARGE, LARGE),
    st.integers(0, 400_000).map(lambda euros: euros * MILLION),
    st.sampled_from([each.threshold + by for each in PRINTED for by in (-1, 0, 1)]),
)
"Volumes of any size, ordinary ones, and those at a threshold exactly and beside it."
positive = volumes.filter(lambda volume: volume > 0)


@st.composite
def ladders(draw: st.DrawFn, rising: bool = True) -> tuple[Band, ...]:
    """Up to five bands from 0 on, with rates that rise or any rates; some are the printed ones, so that ties are met."""
    if draw(st.integers(0, 3)) == 0:
        return PRINTED
    thresholds = sorted(draw(st.sets(st.integers(1, LARGE // 10**6), max_size=4)))
    rates = draw(st.lists(st.integers(0, MILLION), min_size=len(thresholds) + 1, max_size=len(thresholds) + 1))
    return tuple(Band(*each) for each in zip((0, *thresholds), sorted(rates) if rising else rates, strict=True))


@st.composite
def rules(draw: st.DrawFn, rising: bool = True) -> Rule:
    """A rule that pays a share, in either structure, under either threshold rule, in currencies of any minor unit."""
    return replace(
        MARGINAL,
        currency=draw(st.sampled_from(["EUR", "JPY", "KWD", "CLF"])),
        structure=draw(st.sampled_from([Structure.MARGINAL, Structure.RETROACTIVE])),
        threshold_rule=draw(st.sampled_from(ThresholdRule)),
        bands=draw(ladders(rising)),
    )
