"""The mutations of sell-out: handing a report in, and trying one out."""

from datetime import date
from decimal import Decimal

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, entered_one_of, values, visible
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme import terms
from app.programme.terms import SubmissionKind
from app.reports import actions
from app.reports.graph import Submission, submissions_by_key
from app.settings import settings

values(terms.DocumentKind)


@entered
class SellOutLineInput:
    """One line that you sold to an end customer."""

    document_number: str
    "The invoice's or credit note's number."
    document_line: str | None = None
    "The line on the document; without it, the ordinal within the document is the line."
    sold_on: date
    "The day of the sale."
    product_code: str
    "The vendor's SKU, or the GTIN."
    quantity: Decimal
    "How many, at most three decimals; returns are negative."
    unit: str | None = None
    "The unit of the quantity; the product's base unit unless said."
    unit_price: Decimal | None = None
    "What the end customer paid per unit, without tax and freight; at most six decimals. Nobody but you sees it."
    currency: CurrencyCode | None = None
    "The currency of the price: it has to be said where there is one."
    document_kind: terms.DocumentKind = terms.DocumentKind.INVOICE
    "Invoice or credit note."
    return_of: str | None = None
    "The invoice line that a return takes back, as number:line."
    sale_type: terms.SaleType = terms.SaleType.SALE
    "What kind of movement it is; a SALE of a negative quantity is a RETURN."
    ship_to_country: str | None = None
    "The country that it was shipped to, ISO 3166."
    end_customer: str | None = None
    "Who bought it. Nobody but you sees it."
    serial_numbers: list[str] | None = None
    "The serial numbers sold. Nobody but you sees them."


@entered_one_of
class SellOutSource:
    """Where a sell-out report's rows are: exactly one."""

    lines: list[SellOutLineInput] | None = strawberry.UNSET
    "The lines themselves, at most 1,000; upload more as a file."
    upload_id: strawberry.ID | None = strawberry.UNSET
    """A completed upload: CSV or XLSX with the header document_number, document_line, document_kind, return_of, sold_on,
    product_code, quantity, unit, unit_price, currency, sale_type, ship_to_country, end_customer, serial_numbers. Required
    are document_number, sold_on, product_code and quantity."""


@entered
class SubmitSellOutInput:
    """A report of what you sold to end customers."""

    enrollment_id: strawberry.ID
    """The enrolment in whose vendor's network it is reported, approved and not ended. What is reported under one of your
    enrolments with a vendor is not reported again under another."""
    period: DateRangeInput
    "The days that it reports: [start, end)."
    mode: terms.SubmissionMode = terms.SubmissionMode.APPEND
    """What it does to what was reported before. The key of a line is the document's kind and number, and the line. A held
    row (of an unknown product, say) counts once it is sent again, put right, in a report of mode CORRECT."""
    source: SellOutSource
    "Where its rows are."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same submission, for good."


@visible("viewer:read")
class SubmitSellOutPayload:
    """The answer to `submitSellOut` and `previewSellOut`."""

    submission: Submission | None
    "The report as it was received; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


def _line(given: SellOutLineInput) -> dict[str, object]:
    """A line as the inline reader takes it: the canonical header's names, and only what was said."""
    said = {
        "document_number": given.document_number,
        "document_line": given.document_line,
        "document_kind": given.document_kind.value,
        "return_of": given.return_of,
        "sold_on": given.sold_on.isoformat(),
        "product_code": given.product_code,
        "quantity": format(given.quantity, "f"),
        "unit": given.unit,
        "unit_price": None if given.unit_price is None else format(given.unit_price, "f"),
        "currency": given.currency,
        "sale_type": given.sale_type.value,
        "ship_to_country": given.ship_to_country,
        "end_customer": given.end_customer,
        "serial_numbers": given.serial_numbers,
    }
    return {name: value for name, value in said.items() if value is not None}


async def _received(
    info: strawberry.Info, input: SubmitSellOutInput, act_name: str, *, preview: bool
) -> Submission | None:
    lines, upload = input.source.lines, input.source.upload_id
    report = actions.Report(
        SubmissionKind.SELL_OUT,
        None,
        input.period.start,
        input.period.end,
        [_line(each) for each in lines] if lines is not strawberry.UNSET and lines is not None else None,
        upload if upload is not strawberry.UNSET else None,
        input.mode,
        preview,
        enrollment_id=input.enrollment_id,
    )
    key = await actions.receive(
        info.context, report, input.idempotency_key, act_name=act_name, lifetime=settings().upload_lifetime
    )
    return (await submissions_by_key(info.context, [key]))[0]


@strawberry.type
class SellOutMutation:
    @mutation(Permission.SELL_OUT_SUBMIT)
    async def submit_sell_out(self, info: strawberry.Info, input: SubmitSellOutInput) -> SubmitSellOutPayload:
        """Hand in what you sold to end customers. Its bytes are durable when this answers; its rows are checked afterwards.
        The vendor reads of it how many units of what you sold where and when, and no more."""
        return SubmitSellOutPayload(submission=await _received(info, input, "submitSellOut", preview=False))

    @mutation(Permission.SELL_OUT_SUBMIT)
    async def preview_sell_out(self, info: strawberry.Info, input: SubmitSellOutInput) -> SubmitSellOutPayload:
        """Try a sell-out report out: its rows say what would become of them, its effects what would change, and none of them
        counts. Only you see it."""
        return SubmitSellOutPayload(submission=await _received(info, input, "previewSellOut", preview=True))
