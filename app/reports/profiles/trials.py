"""Samples that were tried out, as their senders see them: the first rows as they would be read."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from strawberry.scalars import JSON

from app.execution.described import values, visible
from app.execution.scalars import CurrencyCode, Money, money, quantity
from app.programme import terms
from app.reports.formats import Issue
from app.reports.issues import IssueCode, Severity
from app.reports.profiles.actions import Tried

for enum in (IssueCode, Severity, terms.SubmissionFormat, terms.DocumentKind, terms.SaleType):
    values(enum)
for of_stock in (terms.StockStatus, terms.StockMovementKind):
    values(of_stock)


@visible("submission:read")
class ProfilePreviewIssue:
    """Something about a row of a sample, or about the sample as a whole."""

    field: str | None
    "The field, by its name in the canonical header."
    code: IssueCode
    "What it is, for programs."
    severity: Severity
    "What it would do to its row."
    value: str | None
    "The value as it was received."
    message: str
    "What is wrong, and what would be right."


@visible("submission:read")
class ProfilePreviewRow:
    """A row of a sample as it would be read. What could not be read is null, and an issue says why."""

    row: int
    "The row of the report, from 1."
    source: str | None
    "Where it stands: its line, row or segment."
    rejected: bool
    "Whether it could not be read as a fact."
    document_kind: terms.DocumentKind | None
    "Invoice or credit note."
    document_number: str | None
    "The document's number."
    document_line: str | None
    "The line, or its ordinal within the document."
    return_of: str | None
    "The invoice line that it takes back, as number:line."
    sold_on: date | None
    "The day of the sale."
    product_code: str | None
    "The product's code."
    reseller_account: str | None
    "The reseller's account."
    quantity: Decimal | None
    "The quantity, returns negative."
    unit: str | None
    "Its unit."
    unit_price: Money | None
    "What the reseller paid for one."
    amount: Money | None
    "Quantity × unit price."
    currency: CurrencyCode | None
    "The currency, the agreement's where the row names none."
    sale_type: terms.SaleType | None
    "What kind of movement it is."
    ship_to_country: str | None
    "The country that it was shipped to."
    end_customer: str | None
    "Who bought it from the reseller."
    special_price_number: str | None
    "The special price that it was sold under."
    serial_numbers: list[str]
    "The serial numbers sold."
    received: JSON
    "What was received, word for word."
    issues: list[ProfilePreviewIssue]
    "Everything there is to say about it."


@visible("submission:read")
class ProfilePreviewStockRow:
    """A row of a sample of an inventory report as it would be read: a count, or a movement where it names one. What could
    not be read is null, and an issue says why."""

    row: int
    "The row of the report, from 1."
    source: str | None
    "Where it stands: its line, row or segment."
    rejected: bool
    "Whether it could not be read as a fact."
    warehouse: str | None
    "The warehouse, as the sender calls it."
    product_code: str | None
    "The product's code."
    counted_on: date | None
    "The day at whose end it was counted, or on which it moved."
    quantity: Decimal | None
    "How many, in units with at most three decimals; of a movement, what went out is negative."
    unit: str | None
    "Their unit."
    status: terms.StockStatus | None
    "In what state the goods are; GOOD where the report says nothing else."
    movement: terms.StockMovementKind | None
    "What moved them; null for a count."
    reference: str | None
    "The document of a movement."
    reference_line: str | None
    "Its line in that document."
    lot: str | None
    "The lot."
    received: JSON
    "What was received, word for word."
    issues: list[ProfilePreviewIssue]
    "Everything there is to say about it."


@visible("submission:read")
class ProfilePreviewFailure:
    """Why nothing of a sample could be read."""

    code: str
    "The reason, for programs."
    message: str
    "What is wrong, and what would be right."


@visible("submission:read")
class ReportProfilePreview:
    """A sample as it would be read. Nothing of it is stored or counted."""

    format: terms.SubmissionFormat
    "How the sample is written."
    whole_file: bool
    "Whether all of the upload was looked at; of a CSV file larger than 256 KiB it was the beginning."
    rows_read: int
    "How many rows were read."
    rows_rejected: int
    "How many of them could not be read as a fact."
    rows: list[ProfilePreviewRow]
    "The first fifty rows of a sample of sales; empty for one of inventory."
    stock_rows: list[ProfilePreviewStockRow]
    "The first fifty rows of a sample of inventory; empty for one of sales."
    issues: list[ProfilePreviewIssue]
    "What there is to say about the sample as a whole."
    detected: JSON | None
    "How the reader understood the file; null where it could not be read."
    failure: ProfilePreviewFailure | None
    "Why nothing of it could be read; null where it could."


def preview_of(tried: Tried) -> ReportProfilePreview:
    """A sample that was tried out, for its sender."""
    found, reason = tried.preview, tried.failure
    issues = found.issues if found else {}
    rows = list(found.rows.iter_rows(named=True)) if found else []
    said = list(zip(rows, found.received if found else [], strict=True))
    of_stock = found is not None and "counted_on" in found.rows.columns
    return ReportProfilePreview(
        format=tried.sample.format,
        whole_file=tried.sample.whole,
        rows_read=found.read if found else 0,
        rows_rejected=found.rejected if found else 0,
        rows=[] if of_stock else [_row(*each, issues.get(each[0]["row"], [])) for each in said],
        stock_rows=[_stock_row(*each, issues.get(each[0]["row"], [])) for each in said] if of_stock else [],
        issues=[_issue(each) for each in issues.get(0, [])],
        detected=JSON(found.detected) if found else None,
        failure=ProfilePreviewFailure(code=reason.code, message=reason.message) if reason else None,
    )


def _row(row: dict[str, Any], received: str, issues: list[Issue]) -> ProfilePreviewRow:
    said = {name: text for name, text in msgspec.json.decode(received).items() if text is not None}
    return ProfilePreviewRow(
        row=row["row"],
        source=row["source"],
        rejected=row["rejected"],
        document_kind=terms.DocumentKind(row["document_kind"]) if row["document_kind"] else None,
        document_number=row["document_number"],
        document_line=row["document_line"],
        return_of=row["return_of"],
        sold_on=row["sold_on"],
        product_code=row["product_code"],
        reseller_account=row["reseller_account"],
        quantity=None if row["quantity_milli"] is None else quantity(row["quantity_milli"]),
        unit=row["unit"],
        unit_price=money(row["unit_price_micros"], row["currency"]),
        amount=money(row["amount_micros"], row["currency"]),
        currency=CurrencyCode(row["currency"]) if row["currency"] else None,
        sale_type=terms.SaleType(row["sale_type"]) if row["sale_type"] else None,
        ship_to_country=row["ship_to_country"],
        end_customer=row["end_customer"],
        special_price_number=row["special_price_number"],
        serial_numbers=row["serial_numbers"] or [],
        received=JSON(said),
        issues=[_issue(each) for each in issues],
    )


def _stock_row(row: dict[str, Any], received: str, issues: list[Issue]) -> ProfilePreviewStockRow:
    said = {name: text for name, text in msgspec.json.decode(received).items() if text is not None}
    return ProfilePreviewStockRow(
        row=row["row"],
        source=row["source"],
        rejected=row["rejected"],
        warehouse=row["warehouse"],
        product_code=row["product_code"],
        counted_on=row["counted_on"],
        quantity=None if row["quantity_milli"] is None else quantity(row["quantity_milli"]),
        unit=row["unit"],
        status=terms.StockStatus(row["status"]) if row["status"] else None,
        movement=terms.StockMovementKind(row["movement"]) if row["movement"] else None,
        reference=row["reference"],
        reference_line=row["reference_line"],
        lot=row["lot"],
        received=JSON(said),
        issues=[_issue(each) for each in issues],
    )


def _issue(each: Issue) -> ProfilePreviewIssue:
    return ProfilePreviewIssue(
        field=each.field,
        code=each.code,
        severity=each.code.severity,
        value=each.value,
        message=each.message,
    )
