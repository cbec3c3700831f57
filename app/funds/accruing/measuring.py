"""What a fund accrues on: a distributor's purchases or sell-through as the cube has them, a reseller's purchases.

A distributor's figures are those of its agreement, as incentives measure them: sell-in as invoiced, sell-through at the
wholesale price of the day, converted where that is in another currency. A reseller's are what distributors sold to it, at
resale prices, as far as their agreements disclose both to the vendor, in the fund's currency: so the vendor learns nothing
from what accrues that it may not know, and the reseller no wholesale price.
"""

from collections.abc import Sequence

from app.accruals.measures.queries import Asking, Slot, measured
from app.funds.accruing import queries
from app.programme.fund_terms import FundBasis
from app.programme.funds import Accrual, Basis
from app.programme.incentives import Band, Measure, Rule
from app.programme.money_terms import Basis as Sales
from app.programme.money_terms import IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.pay_periods import in_effect
from app.programme.sales import Valuation
from app.programme.spans import Span
from app.store.database import Reader, Row


async def measured_for(db: Reader, fund: Row, asked: Sequence[tuple[Accrual, Span]]) -> list[Basis]:
    """What was bought or sold in each span, as its terms measure it, in order."""
    if not asked:
        return []
    if fund["reseller_id"] is not None:
        rows = await queries.bought(db, fund, [span for _, span in asked])
        return [Basis(row["amount"], row["units"]) for row in rows]
    others = await queries.other_agreements(db, fund)
    found: dict[int, Basis] = {}
    for measure in dict.fromkeys(_measure(terms) for terms, _ in asked):
        places = [place for place, (terms, _) in enumerate(asked) if _measure(terms) == measure]
        slots = [_slot(fund, asked[place][1], others) for place in places]
        volumes = await measured(db, Asking(fund["vendor_id"]), _rule(fund, measure), measure, slots)
        of_units = measure.unit is MeasureUnit.UNITS
        for place, volume in zip(places, volumes, strict=True):
            found[place] = Basis(0, volume.total) if of_units else Basis(volume.total, 0)
    return [found[place] for place in range(len(asked))]


def _measure(terms: Accrual) -> Measure:
    unit = MeasureUnit.UNITS if terms.share is None else MeasureUnit.AMOUNT
    if terms.basis is FundBasis.PURCHASES:
        return Measure(Sales.SELL_IN, unit)
    return Measure(Sales.SELL_THROUGH, unit, Valuation.BOOK if unit is MeasureUnit.AMOUNT else None)


def _rule(fund: Row, measure: Measure) -> Rule:
    kind, structure = IncentiveKind.VOLUME_REBATE, Structure.RETROACTIVE
    return Rule(kind, fund["currency"], measure, measure, structure, (Band(0, 0),), PayPeriod.MONTH)


def _slot(fund: Row, span: Span, others: Sequence[Span]) -> Slot:
    alone = all(in_effect(span, other) is None for other in others)
    return Slot(fund["agreement_id"], fund["distributor_id"], span, whole=False, alone=alone)
