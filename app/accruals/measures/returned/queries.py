"""What came back of the sales of earlier pay periods, where returns reverse at the rate of the sale.

A return belongs to the pay period of the invoice line that it names. What it has is its own measure, at its own value; it is
weighed against what that period paid on all of its lines, because a line has a share of a payment by its measure.
"""

from collections.abc import Sequence

from app.accruals.measures.queries import LINES, Asking, Slot, Statement
from app.programme.incentives import Rule, Scope
from app.programme.money_terms import ReturnsRule, SpeciallyPriced
from app.store.database import Reader, Row


async def came_back(
    db: Reader, asking: Asking, rule: Rule, slots: Sequence[Slot], above: Sequence[Scope] = ()
) -> list[Row]:
    """What came back in each slot of sales that the rule measured before it, by the day on which the sale counted: place of
    the slot, that day (`origin`), and how much of the paying measure it is, above 0 for goods that came back. Nothing where
    returns count in their own period, and for a line without a value or on which nothing is paid."""
    write = Statement(asking, rule, rule.paying, LINES[rule.paying.basis])
    if rule.returns is not ReturnsRule.ORIGINAL_RATE or not write.reverses or not slots:
        return []
    lists = ", ".join(write.lists(slots, range(len(slots)), above))
    joins = " ".join(write.joins((rule.paying.scope, *above)))
    unpaid = write.special if rule.specially_priced is SpeciallyPriced.TIER_ONLY else "false"
    return await db.rows(
        f"WITH {lists} SELECT a.place, b.origin,"
        f" -coalesce(sum({write.measured}) FILTER (WHERE NOT {unpaid}), 0) AS measure"
        f" FROM asked a JOIN {write.source.value} f ON f.vendor_id = $1 {joins}"
        f" WHERE {' AND '.join(write.conditions(above))} AND b.origin IS NOT NULL GROUP BY a.place, b.origin"
        " ORDER BY a.place, b.origin",
        *write.arguments,
    )
