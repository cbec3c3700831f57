"""What each invoice or line has of a measure by itself, where bands are attained by each, and not by the period."""

from collections.abc import Sequence

from app.accruals.measures.queries import LINES, Asking, Slot, Statement
from app.programme.incentives import Measure, Rule, Scope
from app.programme.money_terms import TieringPer
from app.programme.terms import ThresholdRule
from app.store.database import Reader, Row

_KEYS = {
    TieringPer.INVOICE: "f.document_kind || ' ' || f.document_number",
    TieringPer.LINE: "f.submission_id || ' ' || f.row_number || ' ' || f.component || ' ' || f.recorded",
}


async def grouped(
    db: Reader, asking: Asking, rule: Rule, measure: Measure, slots: Sequence[Slot], above: Sequence[Scope] = ()
) -> list[Row]:
    """What a measure comes to in each invoice or line by itself: place of the slot, key, value and the special part."""
    write = Statement(asking, rule, measure, LINES[measure.basis])
    facts = _facts_by_key(write, slots, above)
    return await db.rows(
        f"{facts} SELECT place, key, sum(value) AS value, coalesce(sum(value) FILTER (WHERE special), 0) AS special"
        " FROM facts WHERE value IS NOT NULL GROUP BY place, key ORDER BY place, key",
        *write.arguments,
    )


async def by_band(
    db: Reader, asking: Asking, rule: Rule, slots: Sequence[Slot], above: Sequence[Scope] = ()
) -> list[Row]:
    """The invoices or lines by the band that each attains by itself, -1 for those that are not above 0, where the paying
    measure is the qualifying one: place of the slot, how many, and what they add up to."""
    write = Statement(asking, rule, rule.qualifying, LINES[rule.qualifying.basis])
    facts = _facts_by_key(write, slots, above)
    thresholds = write.argument([band.threshold for band in rule.bands], "bigint[]")
    met = "value - 1" if rule.threshold_rule is ThresholdRule.EXCEEDED else "value"
    return await db.rows(
        f"{facts}, each AS (SELECT place, key, sum(value) AS value, coalesce(sum(value) FILTER (WHERE special), 0) AS"
        " special FROM facts WHERE value IS NOT NULL GROUP BY place, key)"
        f" SELECT place, CASE WHEN value > 0 THEN width_bucket(({met})::bigint, {thresholds}) ELSE -1 END AS band,"
        " count(*) AS times, sum(value) AS value,"
        " sum(special) AS special FROM each GROUP BY place, band ORDER BY place, band",
        *write.arguments,
    )


def _facts_by_key(write: Statement, slots: Sequence[Slot], above: Sequence[Scope]) -> str:
    places = range(len(slots))
    lists, facts = ", ".join(write.lists(slots, places, above)), write.facts(slots, places)
    joins = " ".join(write.joins((write.measure.scope, *above)))
    own = ["b.origin IS NULL"] if write.reverses else []
    return (
        f"WITH {lists}, facts AS (SELECT a.place, {_KEYS[write.rule.tiering_per]} AS key, {write.measured} AS value,"
        f" {write.special} AS special FROM {facts} {joins}"
        f" WHERE {' AND '.join([*write.conditions(above), *own])})"
    )
