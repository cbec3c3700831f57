"""The mutations of reports: announcing a file, handing a report in, confirming what a code stands for."""

from datetime import date, datetime
from decimal import Decimal

import strawberry
from strawberry.scalars import JSON

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, entered_one_of, values, visible
from app.execution.identifiers import Key, global_id
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme import terms
from app.programme.terms import SubmissionKind
from app.reports import actions, queries
from app.reports.aliases import actions as aliases
from app.reports.aliases.graph import Alias, aliases_by_key
from app.reports.graph import Submission, submissions_by_key
from app.settings import settings

values(terms.DocumentKind)


@entered
class CreateUploadInput:
    """A file that is about to be sent."""

    filename: str
    "Its name, for people."
    byte_size: int | None = None
    "Its size, if known; the bytes received must then be as many."
    sha256: str | None = None
    "Its SHA-256 in hexadecimal, if known; the bytes received must then have it."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same upload, for good."


@visible("upload:create")
class Upload:
    """A place for one file. `PUT` the bytes to `url` with `headers`; it may be sent again until it is complete."""

    id: strawberry.ID
    "What a submission names as its source."
    url: str
    "Where to PUT the bytes."
    headers: JSON
    "The headers to send with them; they let nobody do anything else."
    expires_at: datetime
    "Until when the bytes are taken."
    received_bytes: int
    "How many bytes are stored; 0 until the upload is complete."


@visible("viewer:read")
class CreateUploadPayload:
    """The answer to `createUpload`."""

    upload: Upload | None
    "The place for the file; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class SellThroughLineInput:
    """One line that a distributor sold."""

    document_number: str
    "The invoice's or credit note's number."
    document_line: str | None = None
    "The line on the document; without it, the ordinal within the document is the line."
    sold_on: date
    "The day of the sale."
    product_code: str
    "The vendor's SKU, the GTIN, or your own code once an alias explains it."
    reseller_account: str
    "The reseller's account number with you."
    quantity: Decimal
    "How many, at most three decimals; returns are negative."
    unit: str | None = None
    "The unit of the quantity; the product's base unit unless said."
    unit_price: Decimal | None = None
    "What the reseller paid per unit, without tax and freight; at most six decimals."
    amount: Decimal | None = None
    "The amount of the line as you have it, if you like it compared: what counts is always quantity × unit price."
    currency: CurrencyCode | None = None
    "The currency of the price; the agreement's unless said."
    document_kind: terms.DocumentKind = terms.DocumentKind.INVOICE
    "Invoice or credit note."
    return_of: str | None = None
    "The invoice line that a return takes back, as number:line."
    sale_type: terms.SaleType = terms.SaleType.SALE
    "What kind of movement it is; a SALE of a negative quantity is a RETURN."
    ship_to_country: str | None = None
    "The country that it was shipped to, ISO 3166."
    end_customer: str | None = None
    "Who bought it from the reseller."
    special_price_number: str | None = None
    "The special price that it was sold under."
    serial_numbers: list[str] | None = None
    "The serial numbers sold."


@entered_one_of
class ReportSource:
    """Where a report's rows are: exactly one."""

    lines: list[SellThroughLineInput] | None = strawberry.UNSET
    "The lines themselves, at most 1,000; upload more as a file."
    upload_id: strawberry.ID | None = strawberry.UNSET
    "A completed upload: CSV, XLSX, X12 867 or EDIFACT SLSRPT."


@entered
class SubmitSellThroughInput:
    """A sell-through report."""

    agreement_id: strawberry.ID
    "The agreement under which it is owed."
    period: DateRangeInput
    "The days that it reports: [start, end)."
    mode: terms.SubmissionMode = terms.SubmissionMode.APPEND
    "What it does to what was reported before."
    source: ReportSource
    "Where its rows are."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same submission, for good."


@visible("viewer:read")
class SubmitSellThroughPayload:
    """The answer to `submitSellThrough`."""

    submission: Submission | None
    "The report as it was received; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class SubmitSellInInput:
    """A report of the vendor's own invoices to a distributor."""

    agreement_id: strawberry.ID
    "The agreement with the distributor."
    period: DateRangeInput
    "The days that it reports: [start, end)."
    mode: terms.SubmissionMode = terms.SubmissionMode.APPEND
    "What it does to what was reported before."
    upload_id: strawberry.ID
    "A completed upload: CSV or XLSX."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same submission, for good."


@visible("viewer:read")
class SubmitSellInPayload:
    """The answer to `submitSellIn`."""

    submission: Submission | None
    "The report as it was received; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class CancelSubmissionInput:
    """A report that is to be withdrawn."""

    submission_id: strawberry.ID
    "The report."


@visible("viewer:read")
class CancelSubmissionPayload:
    """The answer to `cancelSubmission`."""

    submission: Submission | None
    "The report as it stands now; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered_one_of
class AliasMeaningInput:
    """What a code stands for: exactly one."""

    product_id: strawberry.ID | None = strawberry.UNSET
    "A product of the vendor."
    reseller_id: strawberry.ID | None = strawberry.UNSET
    "A reseller that you are authorised for under this agreement; the code is an account number."


@entered
class ConfirmAliasInput:
    """What a code of your own stands for."""

    agreement_id: strawberry.ID
    "The agreement under whose reports the code appears."
    code: str
    "Your code, as it stands in the reports."
    meaning: AliasMeaningInput
    "What it stands for."


@visible("viewer:read")
class ConfirmAliasPayload:
    """The answer to `confirmAlias`. The rows that waited are released at once, in the background."""

    alias: Alias | None
    "The code and what it stands for; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


def _line(given: SellThroughLineInput) -> dict[str, object]:
    """A line as the inline reader takes it: the canonical header's names, and only what was said."""
    said = {
        "document_number": given.document_number,
        "document_line": given.document_line,
        "document_kind": given.document_kind.value,
        "return_of": given.return_of,
        "sold_on": given.sold_on.isoformat(),
        "product_code": given.product_code,
        "reseller_account": given.reseller_account,
        "quantity": format(given.quantity, "f"),
        "unit": given.unit,
        "unit_price": None if given.unit_price is None else format(given.unit_price, "f"),
        "amount": None if given.amount is None else format(given.amount, "f"),
        "currency": given.currency,
        "sale_type": given.sale_type.value,
        "ship_to_country": given.ship_to_country,
        "end_customer": given.end_customer,
        "special_price_number": given.special_price_number,
        "serial_numbers": given.serial_numbers,
    }
    return {name: value for name, value in said.items() if value is not None}


def _given(value: str | None) -> str | None:
    return value if value is not strawberry.UNSET and value is not None else None


async def _submission(info: strawberry.Info, key: Key) -> Submission | None:
    return (await submissions_by_key(info.context, [key]))[0]


def _sell_through(input: SubmitSellThroughInput, *, preview: bool) -> actions.Report:
    lines = input.source.lines
    return actions.Report(
        SubmissionKind.SELL_THROUGH,
        input.agreement_id,
        input.period.start,
        input.period.end,
        [_line(each) for each in lines] if lines is not strawberry.UNSET and lines is not None else None,
        _given(input.source.upload_id),
        input.mode,
        preview,
    )


def _sell_in(input: SubmitSellInInput, *, preview: bool) -> actions.Report:
    return actions.Report(
        SubmissionKind.SELL_IN,
        input.agreement_id,
        input.period.start,
        input.period.end,
        None,
        input.upload_id,
        input.mode,
        preview,
    )


async def _received(info: strawberry.Info, report: actions.Report, key: str, act_name: str) -> Submission | None:
    received = await actions.receive(info.context, report, key, act_name=act_name, lifetime=settings().upload_lifetime)
    return await _submission(info, received)


@strawberry.type
class ReportsMutation:
    @mutation(Permission.UPLOAD_CREATE)
    async def create_upload(self, info: strawberry.Info, input: CreateUploadInput) -> CreateUploadPayload:
        """Announce a file. PUT its bytes to the answer's `url`, then hand the report in with its id."""
        request = info.context
        file_id = await actions.announce_upload(
            request,
            filename=input.filename,
            byte_size=input.byte_size,
            sha256=input.sha256,
            key=input.idempotency_key,
            lifetime=settings().upload_lifetime,
            largest=settings().largest_upload,
        )
        stored = await queries.file(await request.reader(), request.actor.organization_id, file_id)
        assert stored is not None
        upload = Upload(
            id=strawberry.ID(global_id("Upload", Key(request.actor.organization_id, file_id))),
            url=request.links.upload(file_id),
            headers=await request.links.upload_headers(request.actor, file_id, stored["expires_at"]),
            expires_at=stored["expires_at"],
            received_bytes=stored["received_bytes"],
        )
        return CreateUploadPayload(upload=upload)

    @mutation(Permission.SELL_THROUGH_SUBMIT)
    async def submit_sell_through(
        self, info: strawberry.Info, input: SubmitSellThroughInput
    ) -> SubmitSellThroughPayload:
        """Hand in a sell-through report. Its bytes are durable when this answers; its rows are checked afterwards."""
        report = _sell_through(input, preview=False)
        return SubmitSellThroughPayload(
            submission=await _received(info, report, input.idempotency_key, "submitSellThrough")
        )

    @mutation(Permission.SELL_THROUGH_SUBMIT)
    async def preview_sell_through(
        self, info: strawberry.Info, input: SubmitSellThroughInput
    ) -> SubmitSellThroughPayload:
        """Try a sell-through report out. It is read, placed and counted like any other, after those handed in before it,
        and then all of it is taken back: what stays is the outcome of every row, its issues, and in `effects` the
        difference that committing would make. Only you see it."""
        report = _sell_through(input, preview=True)
        return SubmitSellThroughPayload(
            submission=await _received(info, report, input.idempotency_key, "previewSellThrough")
        )

    @mutation(Permission.SELL_IN_SUBMIT)
    async def submit_sell_in(self, info: strawberry.Info, input: SubmitSellInInput) -> SubmitSellInPayload:
        """Hand in what you, the vendor, invoiced to a distributor. Its bytes are durable when this answers."""
        report = _sell_in(input, preview=False)
        return SubmitSellInPayload(submission=await _received(info, report, input.idempotency_key, "submitSellIn"))

    @mutation(Permission.SELL_IN_SUBMIT)
    async def preview_sell_in(self, info: strawberry.Info, input: SubmitSellInInput) -> SubmitSellInPayload:
        """Try a sell-in report out: as `previewSellThrough`."""
        report = _sell_in(input, preview=True)
        return SubmitSellInPayload(submission=await _received(info, report, input.idempotency_key, "previewSellIn"))

    @mutation(Permission.UPLOAD_CREATE)
    async def cancel_submission(self, info: strawberry.Info, input: CancelSubmissionInput) -> CancelSubmissionPayload:
        """Withdraw a report that you handed in, before it is counted: nothing of it ever counts. Once counting has begun it
        is too late. A report that is withdrawn already stays so."""
        key = await actions.cancel(info.context, input.submission_id)
        return CancelSubmissionPayload(submission=await _submission(info, key))

    @mutation(Permission.ALIAS_CONFIRM)
    async def confirm_alias(self, info: strawberry.Info, input: ConfirmAliasInput) -> ConfirmAliasPayload:
        """Say what a code of your own stands for. Every held row that waits for it is released, past ones too."""
        meaning = aliases.Meaning(_given(input.meaning.product_id), _given(input.meaning.reseller_id))
        key = await aliases.confirm_alias(info.context, input.agreement_id, input.code, meaning)
        return ConfirmAliasPayload(alias=(await aliases_by_key(info.context, [key]))[0])
