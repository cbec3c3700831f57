"""The parts of a statement that add what lines move to the rollups, in the order of their keys.

They follow `by_month`, what the lines move in each month, and `moved`, the same by days. Amounts are 10⁻⁶ currency units,
quantities 10⁻³ base units.
"""

FIGURES = ("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount")
MONTH_KEY = """vendor_id, month, distributor_id, reseller_id, product_id, currency, book_currency, disclosed_reseller_id,
    fiscal_month"""
_RESELLER_MONTH_KEY = "vendor_id, month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id"
_RESELLER_DAY_KEY = "vendor_id, distributor_id, day, reseller_id, agreement_id, disclosed_reseller_id"
_COUNTS = ("units", "returned_units", "lines")
_DAY_KEY = "vendor_id, day, distributor_id, product_id, currency, book_currency"
SUMS = ", ".join(f"sum(m.{name})" for name in FIGURES)
ADDED = ", ".join(f"{name} = r.{name} + excluded.{name}" for name in FIGURES)


def sold_through_rollups(summed: str) -> str:
    """What sell-through adds to its rollups, in the order of their keys; to that of months, the figures as they are
    `summed`."""
    return f"""
, months AS (
    INSERT INTO sell_through_month AS r ({MONTH_KEY}, {", ".join(FIGURES)})
    SELECT {MONTH_KEY}, {summed} ORDER BY {MONTH_KEY}
    ON CONFLICT ({MONTH_KEY}) DO UPDATE SET {ADDED}
), reseller_months AS (
    INSERT INTO sell_through_reseller_month AS r ({_RESELLER_MONTH_KEY}, {", ".join(FIGURES)})
    SELECT {_RESELLER_MONTH_KEY}, {SUMS} FROM by_month m GROUP BY {_RESELLER_MONTH_KEY} ORDER BY {_RESELLER_MONTH_KEY}
    ON CONFLICT ({_RESELLER_MONTH_KEY}) DO UPDATE SET {ADDED}
), reseller_days AS (
    INSERT INTO sell_through_reseller_day AS r ({_RESELLER_DAY_KEY}, {", ".join(_COUNTS)})
    SELECT {_RESELLER_DAY_KEY}, {", ".join(f"sum(m.{name})" for name in _COUNTS)} FROM moved m
    GROUP BY {_RESELLER_DAY_KEY} ORDER BY {_RESELLER_DAY_KEY}
    ON CONFLICT ({_RESELLER_DAY_KEY}) DO UPDATE SET {", ".join(f"{name} = r.{name} + excluded.{name}" for name in _COUNTS)}
), days AS (
    INSERT INTO sell_through_day AS r ({_DAY_KEY}, {", ".join(FIGURES)})
    SELECT {_DAY_KEY}, {SUMS} FROM moved m GROUP BY {_DAY_KEY} ORDER BY {_DAY_KEY}
    ON CONFLICT ({_DAY_KEY}) DO UPDATE SET {ADDED}
)"""


SOLD_IN_ROLLUPS = """
, days AS (
    INSERT INTO sell_in_day AS r (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)
    SELECT m.vendor_id, m.day, m.distributor_id, m.product_id, m.currency, sum(m.units), sum(m.lines),
        sum(m.resale_amount)
    FROM moved m GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (vendor_id, day, distributor_id, product_id, currency)
    DO UPDATE SET units = r.units + excluded.units, lines = r.lines + excluded.lines, amount = r.amount + excluded.amount
)"""
SOLD_OUT_ROLLUPS = """
, months AS (
    INSERT INTO sell_out_month AS r (vendor_id, month, fiscal_month, reseller_id, product_id, currency, units,
        returned_units, lines)
    SELECT m.vendor_id, m.month, m.fiscal_month, m.reseller_id, m.product_id, m.currency, sum(m.units),
        sum(m.returned_units), sum(m.lines)
    FROM by_month m GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (vendor_id, month, reseller_id, product_id, currency, fiscal_month) DO UPDATE
    SET units = r.units + excluded.units, returned_units = r.returned_units + excluded.returned_units,
        lines = r.lines + excluded.lines
)"""
