"""The demo's reports of sell-out: what one reseller says of the last two months that it sold to end customers of the first
vendor's products, as CSV, each handed in some days after the month's end.

The other resellers report none, as in a channel most do not. Ids follow from vendor and month, like those of the others.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

from app.demo.history import History, chance, derived_id, midnight
from app.demo.network import NORDWIND, SHARED, Reseller, Vendor
from app.programme.spans import Span, month_after
from app.reports.formats.frame import DISTRIBUTOR_FIELDS, FIELDS

SELL_OUT_FIELDS = tuple(name for name in FIELDS if name not in DISTRIBUTOR_FIELDS)
MONTHS_REPORTED = 2
LINES = 40
CUSTOMERS = ("Fjordhotel", "Hafenkontor", "Kulturhaus Mitte", "Praxis am Markt", "Stadtwerke Nord", "Werkstatt 12")


@dataclass(frozen=True)
class SellOutReport:
    """A report of sell-out as it was sent and received."""

    vendor_id: UUID
    reseller: Reseller
    period: Span
    received_at: datetime
    content: bytes

    @property
    def submission_id(self) -> UUID:
        return self._id("submission")

    @property
    def file_id(self) -> UUID:
        return self._id("file")

    def _id(self, what: str) -> UUID:
        return derived_id(what, "sell-out", str(self.reseller.id), str(self.period.start), at=midnight(self.period.end))

    @property
    def filename(self) -> str:
        return f"sell-out-{self.period.start:%Y-%m}.csv"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def sell_out_reports(vendors: Iterable[Vendor], history: History, latest: datetime) -> list[SellOutReport]:
    """Every report of sell-out, none received after `latest`."""
    return [
        SellOutReport(
            vendor.id, reseller, period, min(midnight(period.end) + timedelta(days=6, hours=10), latest), content
        )
        for vendor in vendors
        for reseller in vendor.resellers
        if (vendor.organization.name, reseller.name) == (NORDWIND, SHARED)
        for first in history.months[-MONTHS_REPORTED:]
        for period in [Span(first, month_after(first))]
        for content in [_csv(vendor, period)]
    ]


def _csv(vendor: Vendor, period: Span) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, SELL_OUT_FIELDS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_lines(vendor, period))
    return text.getvalue().encode()


def _lines(vendor: Vendor, period: Span) -> Iterator[dict[str, object]]:
    days = (period.end - period.start).days
    for number in range(1, LINES + 1):
        throw = chance("sell-out", str(period.start), str(number))
        product = vendor.products[throw % len(vendor.products)]
        yield {
            "document_number": f"SO-{period.start:%y%m}-{number // 3 + 1:03}",
            "document_line": number,
            "sold_on": period.start + timedelta(days=throw // 7 % days),
            "product_code": product.sku,
            "quantity": 1 + throw // 11 % 4,
            "ship_to_country": "DE",
            "end_customer": CUSTOMERS[throw // 13 % len(CUSTOMERS)],
        }
