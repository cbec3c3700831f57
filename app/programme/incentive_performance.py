"""Whether an incentive works: what it costs against the sales that would not have been without it, and who takes part.

The sales that it pays on are held against a baseline that is named: the same days a year earlier, or as many days just
before. What lies above it is incremental. A baseline proves nothing (seasons, prices and other incentives move sales too);
that is why it is named, and why only partners are compared whose agreement held throughout both spans.
"""

from enum import StrEnum
from fractions import Fraction

from app.programme.money import rounded
from app.programme.spans import Span, same_days_earlier, span_before

MONTHS_OF_YEAR = 12
SHARE = 10**6
"A share of one, as it is kept."


class Baseline(StrEnum):
    """Against what the sales under an incentive are held."""

    SAME_SPAN_LAST_YEAR = "SAME_SPAN_LAST_YEAR"
    "The same days twelve months earlier."
    PREVIOUS_SPAN = "PREVIOUS_SPAN"
    "As many months or days, ending where the span begins."


def baseline_span(span: Span, baseline: Baseline) -> Span:
    """The days of the baseline."""
    return span_before(span) if baseline is Baseline.PREVIOUS_SPAN else same_days_earlier(span, MONTHS_OF_YEAR)


def is_comparable(effective: Span, span: Span, earlier: Span) -> bool:
    """Whether an agreement held on all days of both spans."""
    return effective.start <= min(span.start, earlier.start) and effective.end >= max(span.end, earlier.end)


def adoption(earners: int, eligible: int) -> int | None:
    """Earners among those to whom it was offered, of 10⁻⁶, half away from zero; None where it was offered to nobody."""
    return rounded(Fraction(earners * SHARE, eligible)) if eligible else None


def cost_per_incremental(cost: Fraction, incremental: Fraction) -> int | None:
    """What one more unit of the measure cost (currency units for a currency unit, or for a base unit), of 10⁻⁶, half away
    from zero; None where nothing is incremental, for then no cost is low."""
    return rounded(cost / incremental * SHARE) if incremental > 0 else None
