"""The mutations of stock: handing an inventory report in, and trying one out."""

from datetime import date
from decimal import Decimal

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, entered_one_of, visible
from app.execution.scalars import DateRangeInput
from app.programme import terms
from app.programme.terms import SubmissionKind
from app.reports import actions
from app.reports.graph import Submission, submissions_by_key
from app.settings import settings


@entered
class InventoryLineInput:
    """A count of what lies in a warehouse or, with a movement, what went into it or out of it."""

    warehouse: str
    "The warehouse, by your own code."
    product_code: str
    "The vendor's SKU, the GTIN, or your own code once an alias explains it."
    counted_on: date
    "The day of the count, at its end, or of the movement."
    quantity: Decimal
    "How many, at most three decimals. A count is not negative; what left the warehouse is."
    unit: str | None = None
    "The unit of the quantity; the product's base unit unless said."
    status: terms.StockStatus = terms.StockStatus.GOOD
    "In what state the goods are."
    movement: terms.StockMovementKind | None = None
    "What moved them; nothing for a count."
    reference: str | None = None
    "The document that moved them; a movement has one."
    reference_line: str | None = None
    "The line of that document; without it, the ordinal within the document is the line."
    lot: str | None = None
    "The lot or batch, where you count lots apart."


@entered_one_of
class InventorySource:
    """Where an inventory report's rows are: exactly one."""

    lines: list[InventoryLineInput] | None = strawberry.UNSET
    "The lines themselves, at most 1,000; upload more as a file."
    upload_id: strawberry.ID | None = strawberry.UNSET
    """A completed upload: X12 846, EDIFACT INVRPT, or CSV or XLSX with the header warehouse, product_code, counted_on,
    quantity, unit, status, movement, reference, reference_line, lot. Required are warehouse, product_code, counted_on and
    quantity, and a reference where there is a movement. A row without a movement is a count."""


@entered
class SubmitInventoryInput:
    """An inventory report: counts, movements, or both."""

    agreement_id: strawberry.ID
    "The agreement under which it is owed."
    period: DateRangeInput
    "The days that it reports: [start, end)."
    mode: terms.SubmissionMode = terms.SubmissionMode.APPEND
    """What it does to what was reported before. The key of a count is warehouse, product, state, day and lot; that of a
    movement its document and line. A count of another day never replaces one."""
    source: InventorySource
    "Where its rows are."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same submission, for good."


@visible("viewer:read")
class SubmitInventoryPayload:
    """The answer to `submitInventory` and `previewInventory`."""

    submission: Submission | None
    "The report as it was received; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


def _line(given: InventoryLineInput) -> dict[str, object]:
    """A line as the inline reader takes it: the canonical header's names, and only what was said."""
    said = {
        "warehouse": given.warehouse,
        "product_code": given.product_code,
        "counted_on": given.counted_on.isoformat(),
        "quantity": format(given.quantity, "f"),
        "unit": given.unit,
        "status": given.status.value,
        "movement": given.movement.value if given.movement else None,
        "reference": given.reference,
        "reference_line": given.reference_line,
        "lot": given.lot,
    }
    return {name: value for name, value in said.items() if value is not None}


async def _received(
    info: strawberry.Info, input: SubmitInventoryInput, act_name: str, *, preview: bool
) -> Submission | None:
    lines, upload = input.source.lines, input.source.upload_id
    report = actions.Report(
        SubmissionKind.INVENTORY,
        input.agreement_id,
        input.period.start,
        input.period.end,
        [_line(each) for each in lines] if lines is not strawberry.UNSET and lines is not None else None,
        upload if upload is not strawberry.UNSET else None,
        input.mode,
        preview,
    )
    key = await actions.receive(
        info.context, report, input.idempotency_key, act_name=act_name, lifetime=settings().upload_lifetime
    )
    return (await submissions_by_key(info.context, [key]))[0]


@strawberry.type
class StockMutation:
    @mutation(Permission.INVENTORY_SUBMIT)
    async def submit_inventory(self, info: strawberry.Info, input: SubmitInventoryInput) -> SubmitInventoryPayload:
        """Hand in an inventory report. Its bytes are durable when this answers; its rows are checked afterwards."""
        return SubmitInventoryPayload(submission=await _received(info, input, "submitInventory", preview=False))

    @mutation(Permission.INVENTORY_SUBMIT)
    async def preview_inventory(self, info: strawberry.Info, input: SubmitInventoryInput) -> SubmitInventoryPayload:
        """Try an inventory report out. Its rows say what would become of them, and none of them counts. Only you see it."""
        return SubmitInventoryPayload(submission=await _received(info, input, "previewInventory", preview=True))
