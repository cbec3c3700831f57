"""What distributors had in stock before a span of days in random networks, reckoned as with a pencil; see `figures`."""

from datetime import date, timedelta
from fractions import Fraction

from app.programme.spans import Span
from tests.access.networks import Agreement, Networks, Party, Product
from tests.access.stock_rolled import Rolled


class Opening:
    """The stock of all distributors of some networks, whatever agreements it lies under."""

    def __init__(self, made: Networks) -> None:
        self.made = made
        self.rolled: dict[Party, Rolled] = {}
        for agreement in made.agreements:
            own = Rolled(made, agreement)
            if agreement.distributor in self.rolled:
                self.rolled[agreement.distributor].counts += own.counts
            else:
                self.rolled[agreement.distributor] = own

    def units(self, agreements: list[Agreement], products: list[Product], span: Span) -> Fraction | None:
        """What lay there at the end of the day before; None where nobody knows of some product that was there."""
        found = [
            self._of(distributor, product, span.start)
            for distributor in dict.fromkeys(agreement.distributor for agreement in agreements)
            for product in products
            if product.vendor is distributor.vendor and self._days(distributor, product, span.end)
        ]
        return None if None in found else sum((each for each in found if each is not None), Fraction())

    def _of(self, distributor: Party, product: Product, start: date) -> Fraction | None:
        rolled, eve = self.rolled[distributor], start - timedelta(days=1)
        covering = rolled.covering(product, eve)
        if covering:
            return rolled.expected(product, covering[-1], eve)
        counts_by_then = any(each.day < start for each in rolled.counts)
        return Fraction() if counts_by_then and not self._sold(distributor, product, start) else None

    def _days(self, distributor: Party, product: Product, end: date) -> list[date]:
        """The days before one on which something of the product was counted, bought or sold."""
        counted = [each.day for each in self.rolled[distributor].counts if each.product is product and each.day < end]
        return counted + self._sold(distributor, product, end)

    def _sold(self, distributor: Party, product: Product, end: date) -> list[date]:
        return [
            row.sold_on
            for report, row in self.made.lines()
            if (report.agreement.distributor, row.product) == (distributor, product) and row.sold_on < end
        ]
