"""What should be in stock in random networks, reckoned line by line; see `oracle`. Vendor and distributor see the same of
it: units of their own network, and nothing of who bought.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from app.execution.identifiers import global_id
from app.programme.spans import month_after, month_of
from tests.access.figures import text
from tests.access.networks import Agreement, Networks, Product, Report
from tests.access.stock import StockReport, StockRow

Fields = dict[str, Any]
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
"The day that it is where the agreements are."


class Rolled:
    """One agreement's stock."""

    def __init__(self, made: Networks, agreement: Agreement) -> None:
        self.made, self.agreement = made, agreement
        own = [report for report in made.stock if report.agreement is agreement]
        self.counts: list[StockRow] = [row for report in own for row in counts_of(report)]

    def lying(self, product: Product, day: date) -> dict[str, StockRow]:
        """The last count in each warehouse; no two counts of these networks are of one warehouse."""
        return {each.warehouse: each for each in self.counts if each.product is product and each.day <= day}

    def total(self, product: Product, day: date) -> Fraction:
        return sum((Fraction(each.quantity) for each in self.lying(product, day).values()), Fraction())

    def covering(self, product: Product, until: date) -> list[date]:
        """The days up to one on which every warehouse was counted that had some."""
        days = sorted({each.day for each in self.counts if each.product is product and each.day <= until})
        return [
            day
            for day in days
            if all(each.day == day or Fraction(each.quantity) == 0 for each in self.lying(product, day).values())
        ]

    def flow(self, product: Product, sell_in: bool, after: date, until: date) -> Fraction:
        """What was bought or sold in the days after one, up to another."""
        return sum(
            (
                Fraction(row.quantity)
                for report, row in self.made.lines()
                if report.agreement.distributor is self.agreement.distributor
                and (report.sell_in, row.product) == (sell_in, product)
                and after < row.sold_on <= until
            ),
            Fraction(),
        )

    def expected(self, product: Product, opened: date, until: date) -> Fraction:
        received = self.flow(product, True, opened, until)
        return self.total(product, opened) + received - self.flow(product, False, opened, until)

    def positions(self) -> list[Fields]:
        """What is told of every product that was counted."""
        return [self._position(each) for each in dict.fromkeys(row.product for row in self.counts) if each]

    def _position(self, product: Product) -> Fields:
        *_, newest = days = self.covering(product, TODAY)
        units = self.total(product, newest)
        sold = self.flow(product, False, newest - timedelta(days=91), newest)
        return {
            "product": global_id("Product", product.key),
            "counted": {
                "countedOn": newest.isoformat(),
                "units": text(units),
                "onHand": text(units),
                **dict.fromkeys(("inTransit", "returned", "defective", "blocked"), "0"),
            },
            "reconciliation": self._rolled(product, days[-2], newest, units) if len(days) > 1 else None,
            "sinceCount": self._rolled(product, newest, TODAY, None),
            "supply": {
                "state": "NO_STANDARD" if sold > 0 else "NO_DEMAND",
                "weeks": text(units * 13 / sold, 2) if sold > 0 else None,
                "weeklyDemand": text(sold / 13, 3),
                "measuredDays": 91,
            },
        }

    def _rolled(self, product: Product, opened: date, until: date, reported: Fraction | None) -> Fields:
        expected = self.expected(product, opened, until)
        off = None if reported is None else reported - expected
        return {
            "openedOn": opened.isoformat(),
            "opening": text(self.total(product, opened)),
            "received": text(self.flow(product, True, opened, until)),
            "soldThrough": text(self.flow(product, False, opened, until)),
            "moved": "0",
            "until": until.isoformat(),
            "expected": text(expected),
            "reported": None if reported is None else text(reported),
            "variance": None if off is None else text(off),
            "beyondTolerance": None if off is None else abs(off) > abs(expected) / 50,
        }

    def effect(self, product: Product, since: date, day: date, change: Fraction) -> Fields:
        """What a report makes of a product's stock that changes nothing before a day."""
        days = self.covering(product, day)
        opened = max((each for each in days if each < since), default=None)
        reported = self.total(product, day) if day in days else None
        after = self.expected(product, opened, day) if opened else None
        before = None if after is None else after - change
        told = {
            "change": change,
            "expectedBefore": before,
            "expectedAfter": after,
            "reported": reported,
            "varianceBefore": None if before is None or reported is None else reported - before,
            "varianceAfter": None if after is None or reported is None else reported - after,
        }
        return {
            "product": global_id("Product", product.key),
            "day": day.isoformat(),
            "openedOn": opened.isoformat() if opened else None,
            **{name: None if value is None else text(value) for name, value in told.items()},
        }


def counts_of(report: StockReport) -> Iterable[StockRow]:
    """The counts of a report; the movements of these networks are receipts, of which invoices tell."""
    return (row for row in report.rows if row.outcome == "ACCEPTED" and not row.movement and row.product)


def stock_effects(made: Networks, report: Report | StockReport) -> list[Fields]:
    """What a report makes of stock, product by product."""
    rolled = Rolled(made, report.agreement)
    if isinstance(report, StockReport):
        counted = dict.fromkeys((row.product, row.day) for row in counts_of(report))
        return [rolled.effect(product, day, day, Fraction()) for product, day in counted if product]
    lines = [row for of, row in made.lines() if of is report]
    found = []
    for product in dict.fromkeys(row.product for row in lines):
        assert product is not None
        months = sorted(month_of(row.sold_on) for row in lines if row.product is product)
        units = sum((Fraction(row.quantity) for row in lines if row.product is product), Fraction())
        last = month_after(months[-1]) - timedelta(days=1)
        if units:
            found.append(rolled.effect(product, months[0], last, units if report.sell_in else -units))
    return found
