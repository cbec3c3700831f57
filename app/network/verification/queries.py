"""What is asked to verify one vendor's network, as the worker: rollups recomputed from live facts by plain aggregation,
facts that refer to nothing, lines that are live twice, and reports whose numbers are not those of their rows.
"""

from dataclasses import dataclass
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row
from app.tables.facts import LIVE, NOT_TAKEN_BACK, STANDS_FOR_ROW, returned_units


@dataclass(frozen=True, slots=True)
class Rollup:
    """A rollup, and what its keys and measures are in the facts; `counts` says which facts take part."""

    table: str
    facts: str
    keys: dict[str, str]
    measures: dict[str, str]
    counts: str = "superseded IS NULL"


_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
_SOLD = f"superseded IS NULL AND sale_type IN ({_COUNTED})"
_MONTHS = {
    "month": "date_trunc('month', counts_on)::date",
    "fiscal_month": "coalesce((SELECT f.start_day FROM fiscal_month f WHERE f.vendor_id = l.vendor_id"
    " AND f.start_day <= l.counts_on AND f.end_day > l.counts_on), date_trunc('month', l.counts_on)::date)",
}
_CURRENCIES = {"currency": "currency", "book_currency": "coalesce(book_currency, '')"}
_SELL_THROUGH = {
    "units": "sum(quantity)",
    "returned_units": f"sum({returned_units('l')})",
    "lines": "count(*)",
    "resale_amount": "sum(coalesce(amount, 0))",
    "disclosed_resale_amount": "sum(coalesce(disclosed_amount, 0))",
    "book_amount": "sum(coalesce(book_amount, 0))",
}
ROLLUPS = (
    Rollup(
        "sell_through_month",
        "sell_through_line",
        {
            **_MONTHS,
            "distributor_id": "distributor_id",
            "reseller_id": "reseller_id",
            "product_id": "product_id",
            **_CURRENCIES,
            "disclosed_reseller_id": "disclosed_reseller_id",
        },
        _SELL_THROUGH,
        _SOLD,
    ),
    Rollup(
        "sell_through_reseller_month",
        "sell_through_line",
        {
            "month": "date_trunc('month', counts_on)::date",
            "distributor_id": "distributor_id",
            "reseller_id": "reseller_id",
            **_CURRENCIES,
            "disclosed_reseller_id": "disclosed_reseller_id",
        },
        _SELL_THROUGH,
        _SOLD,
    ),
    Rollup(
        "sell_through_reseller_day",
        "sell_through_line",
        {
            "day": "counts_on",
            **{name: name for name in ("distributor_id", "reseller_id", "agreement_id", "disclosed_reseller_id")},
        },
        {name: _SELL_THROUGH[name] for name in ("units", "returned_units", "lines")},
        _SOLD,
    ),
    Rollup(
        "sell_through_day",
        "sell_through_line",
        {"day": "counts_on", "distributor_id": "distributor_id", "product_id": "product_id", **_CURRENCIES},
        _SELL_THROUGH,
        _SOLD,
    ),
    Rollup(
        "sell_in_day",
        "sell_in_line",
        {"day": "counts_on", "distributor_id": "distributor_id", "product_id": "product_id", "currency": "currency"},
        {"units": "sum(quantity)", "lines": "count(*)", "amount": "sum(amount)"},
    ),
    Rollup(
        "sell_out_month",
        "sell_out_line",
        {**_MONTHS, "reseller_id": "reseller_id", "product_id": "product_id", "currency": "currency"},
        {"units": "sum(quantity)", "returned_units": f"sum({returned_units('l')})", "lines": "count(*)"},
        _SOLD,
    ),
)
LINES = ("sell_through_line", "sell_in_line", "sell_out_line")
OWNER = {"sell_through_line": "distributor_id", "sell_in_line": "distributor_id", "sell_out_line": "reseller_id"}
"Whose the documents of a table of lines are."
STOCK = ("inventory_count", "stock_movement")


async def rollup_differences(db: Reader, vendor_id: UUID, rollup: Rollup) -> list[Row]:
    """The keys at which a rollup is not the sum of its live facts; a row of zeros is as good as none."""
    keys = ", ".join(rollup.keys)
    computed = ", ".join(f"{expression} AS {name}" for name, expression in (rollup.keys | rollup.measures).items())
    empty = " AND ".join(f"{measure} = 0" for measure in rollup.measures)
    sides = ", ".join(f"e.{m} AS {m}_expected, f.{m} AS {m}_found" for m in rollup.measures)
    differs = " OR ".join(f"e.{measure} IS DISTINCT FROM f.{measure}" for measure in rollup.measures)
    return await db.rows(
        f"WITH e AS (SELECT {computed} FROM {rollup.facts} l WHERE vendor_id = $1 AND {rollup.counts}"
        f" GROUP BY {', '.join(str(place) for place in range(1, len(rollup.keys) + 1))}),"
        f" f AS (SELECT {keys}, {', '.join(rollup.measures)} FROM {rollup.table} WHERE vendor_id = $1 AND NOT ({empty}))"
        f" SELECT {keys}, {sides} FROM e FULL JOIN f USING ({keys}) WHERE {differs} ORDER BY {keys}",
        vendor_id,
    )


async def dangling_references(db: Reader, vendor_id: UUID, table: str) -> list[Row]:
    """What lines refer to that is not in the network, and how many lines do."""
    sold_out = table == "sell_out_line"
    parties = {
        **({} if sold_out else {"distributor": "DISTRIBUTOR"}),
        **({"reseller": "RESELLER"} if table in {"sell_through_line", "sell_out_line"} else {}),
    }
    agreed = "t.agreement_id = l.agreement_id AND t.distributor_id = l.distributor_id"
    agreement = "t.id = l.agreement_id AND t.distributor_id = l.distributor_id"
    there = {
        "product": "product t WHERE t.vendor_id = l.vendor_id AND t.id = l.product_id",
        **({} if sold_out else {"agreement": f"agreement t WHERE t.vendor_id = l.vendor_id AND {agreement}"}),
        "submission": "submission t WHERE t.vendor_id = l.vendor_id AND t.id = l.submission_id"
        f" AND {'t.reseller_id = l.reseller_id' if sold_out else agreed}",
        **{
            name: f"party t WHERE t.vendor_id = l.vendor_id AND t.id = l.{name}_id AND t.kind = '{kind}'"
            for name, kind in parties.items()
        },
    }
    checks = [
        f"SELECT '{name}' AS kind, l.{name}_id AS id, count(*) AS lines FROM {table} l"
        f" WHERE l.vendor_id = $1 AND NOT EXISTS (SELECT FROM {found}) GROUP BY l.{name}_id"
        for name, found in there.items()
    ]
    return await db.rows(" UNION ALL ".join(checks) + " ORDER BY kind, id", vendor_id)


async def live_twice(db: Reader, vendor_id: UUID, table: str) -> list[Row]:
    """The keys under which more than one line is live."""
    key = f"{OWNER[table]}, document_kind, document_number, document_line, component"
    return await db.rows(
        f"SELECT {key}, count(*) AS lines FROM {table} WHERE vendor_id = $1 AND {LIVE}"
        f" GROUP BY {key} HAVING count(*) > 1 ORDER BY {key}",
        vendor_id,
    )


OUTCOMES = ("accepted", "held", "rejected", "duplicate", "conflict", "superseded")


async def miscounted_submissions(db: Reader, vendor_id: UUID) -> list[Row]:
    """The reports, processed, whose numbers are not those of the rows kept of them."""
    counted = ", ".join(f"count(*) FILTER (WHERE r.outcome = '{o.upper()}') AS {o}" for o in OUTCOMES[1:])
    sides = ", ".join(f"coalesce(n.{o}, 0) AS {o}_expected, s.rows_{o} AS {o}_found" for o in OUTCOMES)
    differs = " OR ".join(f"coalesce(n.{o}, 0) <> s.rows_{o}" for o in OUTCOMES)
    return await db.rows(
        f"""
WITH lines AS (
    SELECT submission_id, row_number FROM sell_through_line WHERE vendor_id = $1 AND {STANDS_FOR_ROW}
    UNION ALL SELECT submission_id, row_number FROM sell_in_line WHERE vendor_id = $1 AND {STANDS_FOR_ROW}
    UNION ALL SELECT submission_id, row_number FROM sell_out_line WHERE vendor_id = $1 AND {STANDS_FOR_ROW}
    UNION ALL SELECT submission_id, row_number FROM inventory_count WHERE vendor_id = $1 AND {NOT_TAKEN_BACK}
    UNION ALL SELECT submission_id, row_number FROM stock_movement WHERE vendor_id = $1 AND {NOT_TAKEN_BACK}
), n AS (
    SELECT submission_id, sum(accepted) AS accepted, {", ".join(f"sum({o}) AS {o}" for o in OUTCOMES[1:])}
    FROM (
        SELECT submission_id, count(*) AS accepted, {", ".join(f"0 AS {o}" for o in OUTCOMES[1:])}
        FROM lines GROUP BY submission_id
        UNION ALL
        SELECT r.submission_id, 0, {counted} FROM report_row r WHERE r.vendor_id = $1 GROUP BY r.submission_id
    ) counted GROUP BY submission_id
)
SELECT s.id, {sides} FROM submission s LEFT JOIN n ON n.submission_id = s.id
WHERE s.vendor_id = $1 AND s.status = 'PROCESSED' AND s.previewed_by IS NULL AND ({differs}) ORDER BY s.id""",
        vendor_id,
    )


async def released_without_line(db: Reader, vendor_id: UUID) -> list[Row]:
    """The rows that were released as accepted, and of which there is no line."""
    missing = " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} l WHERE l.vendor_id = r.vendor_id AND l.submission_id = r.submission_id"
        " AND l.row_number = r.row_number)"
        for table in (*LINES, *STOCK)
    )
    return await db.rows(
        f"SELECT r.submission_id, r.row_number FROM report_row r"
        f" WHERE r.vendor_id = $1 AND r.outcome = 'ACCEPTED' AND r.previewed_by IS NULL AND {missing} ORDER BY 1, 2",
        vendor_id,
    )


async def effects_beside_figures(db: Reader, vendor_id: UUID) -> list[Row]:
    """The months and products of which the changes that reports made do not sum to the figures of the lines."""
    return await db.rows(
        f"""
WITH said AS (
    SELECT coalesce(distributor_id, reseller_id) AS owner_id, month, product_id, currency, book_currency,
        sum(units) AS units, sum(lines) AS lines,
        sum(resale_amount) AS amount, sum(book_amount) AS book_amount
    FROM submission_effect WHERE vendor_id = $1 AND previewed_by IS NULL GROUP BY 1, 2, 3, 4, 5
), counted AS (
    SELECT owner_id, date_trunc('month', counts_on)::date AS month, product_id, currency,
        coalesce(book_currency, '') AS book_currency, sum(quantity) AS units, count(*) AS lines,
        sum(coalesce(amount, 0)) AS amount, sum(coalesce(book_amount, 0)) AS book_amount
    FROM (
        SELECT distributor_id AS owner_id, counts_on, product_id, currency, book_currency, quantity, amount, book_amount
        FROM sell_through_line WHERE vendor_id = $1 AND {_SOLD}
        UNION ALL
        SELECT distributor_id, counts_on, product_id, currency, NULL, quantity, amount, 0
        FROM sell_in_line WHERE vendor_id = $1 AND superseded IS NULL
        UNION ALL
        SELECT reseller_id, counts_on, product_id, currency, NULL, quantity, amount, 0
        FROM sell_out_line WHERE vendor_id = $1 AND {_SOLD}
    ) l GROUP BY 1, 2, 3, 4, 5
)
SELECT owner_id, month, product_id, currency, book_currency, s.units AS units_found, c.units AS units_expected,
    s.lines AS lines_found, c.lines AS lines_expected, s.amount AS amount_found, c.amount AS amount_expected,
    s.book_amount AS book_amount_found, c.book_amount AS book_amount_expected
FROM said s FULL JOIN counted c USING (owner_id, month, product_id, currency, book_currency)
WHERE coalesce(s.units, 0) <> coalesce(c.units, 0) OR coalesce(s.lines, 0) <> coalesce(c.lines, 0)
    OR coalesce(s.amount, 0) <> coalesce(c.amount, 0) OR coalesce(s.book_amount, 0) <> coalesce(c.book_amount, 0)
ORDER BY 1, 2, 3, 4, 5""",
        vendor_id,
    )


async def vendors(db: Reader) -> list[Row]:
    """Every vendor's id and name, by name."""
    return await db.rows("SELECT id, name FROM vendor ORDER BY name, id")
