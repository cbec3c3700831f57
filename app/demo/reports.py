"""The demo's monthly reports as the bytes that would have been sent: CSV, sell-through by the distributor, sell-in by the
vendor, each received some days after the month's end, some of them late; and counts of stock at the end of the last months
and, in Brazil, before prices change.

Most distributors send the canonical header with decimal points; Brightwater's system writes semicolons, decimal commas
and the day first. Ids follow from agreement, kind and month, so a report that is missing can be told and made again.
"""

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

from app.demo.corners import COUNTED_FROM, MISSING, MISSING_UNITS, WAREHOUSES
from app.demo.history import MONTHS, PRICE_CHANGE_MONTH, History, chance, derived_id, midnight
from app.demo.mistyped import right_quantity, wrong_line
from app.demo.network import BRAZIL, BRIGHTWATER, KESTREL, Agreement, Vendor
from app.demo.sales import Delivery, Line, Month, is_missing
from app.programme.spans import Span, month_after
from app.programme.terms import DocumentKind, SaleType, SubmissionKind
from app.reports.formats.frame import FIELDS, RESELLER_FIELDS, STOCK_FIELDS

SELL_IN_FIELDS = tuple(name for name in FIELDS if name not in RESELLER_FIELDS)
LATE = 9
"One sell-through report in so many comes after its due date."


@dataclass(frozen=True)
class ReportKey:
    """Which report: whose, about what, and for which days."""

    agreement: Agreement
    kind: SubmissionKind
    period: Span

    @property
    def submission_id(self) -> UUID:
        return self._id("submission")

    @property
    def file_id(self) -> UUID:
        return self._id("file")

    def _id(self, what: str) -> UUID:
        return derived_id(what, str(self.agreement.id), self.kind, str(self.period.start), at=midnight(self.period.end))


@dataclass(frozen=True)
class Report:
    """A report as it was sent and received."""

    key: ReportKey
    organization_id: UUID
    submitted_by: str
    filename: str
    received_at: datetime
    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def report_keys(vendors: Iterable[Vendor], history: History) -> list[ReportKey]:
    """Every report of the history."""
    return [
        ReportKey(agreement, kind, Span(first, month_after(first)))
        for vendor in vendors
        for agreement in vendor.agreements
        for number, first in enumerate(history.months)
        for kind in (SubmissionKind.SELL_THROUGH, SubmissionKind.SELL_IN, SubmissionKind.INVENTORY)
        if _is_sent(agreement, number, kind)
    ]


def _is_sent(agreement: Agreement, number: int, kind: SubmissionKind) -> bool:
    """Whether there is such a report about a month. Most count stock lately, Brazil also the day before prices change."""
    if kind is SubmissionKind.INVENTORY:
        before_prices = agreement.terms.distributor == BRAZIL and number == PRICE_CHANGE_MONTH - 1
        return before_prices or (agreement.terms.code in WAREHOUSES and number >= COUNTED_FROM)
    return kind is SubmissionKind.SELL_IN or not is_missing(agreement, number)


def reports(vendor: Vendor, agreement: Agreement, months: Sequence[Month], latest: datetime) -> list[Report]:
    """The reports under an agreement in the order in which they were received, none after `latest`."""
    found = []
    for month in months:
        period = Span(month.first, month_after(month.first))
        found.append(_sell_in(vendor, ReportKey(agreement, SubmissionKind.SELL_IN, period), month.bought, latest))
        if month.sold is not None:
            found.append(_sell_through(ReportKey(agreement, SubmissionKind.SELL_THROUGH, period), month.sold, latest))
        if _is_sent(agreement, month.number, SubmissionKind.INVENTORY):
            key = ReportKey(agreement, SubmissionKind.INVENTORY, period)
            found.append(_count(key, _found(agreement, months, month), latest))
    return sorted(found, key=lambda report: (report.received_at, report.key.kind))


def _sell_in(vendor: Vendor, key: ReportKey, lines: Sequence[Delivery], latest: datetime) -> Report:
    currency = key.agreement.terms.currency
    rows = [
        (
            line.document_number, line.document_line, "INVOICE", "", line.invoiced_on, line.product.sku, line.quantity,
            "EA", f"{line.unit_price // 1_000_000}.{line.unit_price // 10_000 % 100:02}", currency, "SALE", "", "",
        )
        for line in lines
    ]  # fmt: skip
    return Report(
        key=key,
        organization_id=vendor.organization.id,
        submitted_by=f"{vendor.organization.name} invoicing",
        filename=f"sell-in-{key.agreement.terms.code}-{key.period.start:%Y-%m}.csv",
        received_at=min(midnight(key.period.end) + timedelta(days=2, hours=9, minutes=_throw(key) % 120), latest),
        content=_csv(SELL_IN_FIELDS, rows, ","),
        rows=len(rows),
    )


def _sell_through(key: ReportKey, lines: Sequence[Line], latest: datetime) -> Report:
    return Report(
        key=key,
        organization_id=key.agreement.distributor.id,
        submitted_by=f"{key.agreement.distributor.name} ERP",
        filename=f"sell-through-{key.agreement.terms.code}-{key.period.start:%Y-%m}.csv",
        received_at=min(midnight(key.period.end) + _delay(key), latest),
        content=sell_through_csv(key.agreement, lines),
        rows=len(lines),
    )


def sell_through_csv(agreement: Agreement, lines: Iterable[Line]) -> bytes:
    """Lines as the distributor's system writes them."""
    european = agreement.distributor.name == BRIGHTWATER
    rows = [_row(line, agreement.terms.currency, european) for line in lines]
    return _csv(FIELDS, rows, ";" if european else ",")


def _found(agreement: Agreement, months: Sequence[Month], month: Month) -> dict[str, int]:
    """What is found of each product at the end of a month: what is in stock, but for what is missing or mistyped at last."""
    found = dict(month.stock)
    if agreement.terms.distributor == BRAZIL and month.number == MONTHS - 1:
        found[MISSING] = max(0, found[MISSING] - MISSING_UNITS)
    if agreement.terms.distributor == KESTREL and month.number == MONTHS - 1 and (wrong := wrong_line(months)):
        found[wrong.product.sku] += wrong.quantity - right_quantity(wrong)
    return found


def _count(key: ReportKey, found: Mapping[str, int], latest: datetime) -> Report:
    day, warehouse = key.period.end - timedelta(days=1), WAREHOUSES[key.agreement.terms.code]
    rows = [(warehouse, sku, day, units, "EA", "", "", "", "", "") for sku, units in sorted(found.items())]
    return Report(
        key=key,
        organization_id=key.agreement.distributor.id,
        submitted_by=f"{key.agreement.distributor.name} ERP",
        filename=f"stock-{key.agreement.terms.code}-{key.period.start:%Y-%m}.csv",
        received_at=min(midnight(key.period.end) + timedelta(days=3, hours=8), latest),
        content=_csv(STOCK_FIELDS, rows, ","),
        rows=len(rows),
    )


def _delay(key: ReportKey) -> timedelta:
    """How long after the month's end the distributor reported: mostly in time, sometimes days after the grace."""
    terms, throw = key.agreement.terms, _throw(key)
    days = terms.due_days + terms.grace_days + 1 + throw % 6 if throw % LATE == 0 else 4 + throw % (terms.due_days - 4)
    return timedelta(days=days, hours=8 + throw % 9, minutes=throw % 60)


def _throw(key: ReportKey) -> int:
    return chance(key.agreement.terms.vendor, key.agreement.terms.code, key.kind, str(key.period.start))


def _row(line: Line, currency: str, european: bool) -> tuple[object, ...]:
    price = "" if line.unit_price is None else f"{line.unit_price // 100}.{line.unit_price % 100:02}"
    return (
        line.document_number,
        line.document_line,
        "INVOICE" if line.document_kind is DocumentKind.INVOICE else "CREDIT_NOTE",
        line.return_of or "",
        f"{line.sold_on:%d.%m.%Y}" if european else line.sold_on,
        line.product_code,
        line.account,
        line.quantity,
        "EA",
        price.replace(".", ",") if european else price,
        currency,
        "" if line.sale_type is SaleType.SALE else line.sale_type.value,
        line.ship_to,
        line.end_customer or "",
        line.special_price_number or "",
        "",
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str) -> bytes:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
