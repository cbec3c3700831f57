"""What a distributor enters to say what its columns, segments and positions mean, and to try it out."""

import strawberry
from strawberry.scalars import JSON

from app.execution.described import entered
from app.programme import terms


@entered
class SaveColumnMappingInput:
    """What the columns of your reports in CSV or XLSX are: the next version of the profile for this kind and format."""

    agreement_id: strawberry.ID
    "The agreement under which the reports are owed."
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about; SELL_THROUGH."
    format: terms.SubmissionFormat = terms.SubmissionFormat.CSV
    "How the reports are written: CSV or XLSX."
    name: str
    "Its name, for people."
    settings: JSON
    """What it says; what is left out is found out from each file. `columns`: a list of `header` and `field` (null: not
    to be read); `canonical_names`: whether columns that are not listed are known by their canonical names; `skip_lines`
    before the header; `delimiter`, `encoding` (of what is not Unicode), `decimal_mark` (POINT, COMMA), `date_order`
    (DAY_FIRST, MONTH_FIRST); `constants`: values by field; `meanings`: by field, your values and ours; `returns`:
    `dialect` NEGATIVE_QUANTITY, MARKED (a `header` and the `values` in it) or OWN_COLUMN (a column return_quantity). A
    column line_amount gives the price of one where it is exact; book_price and debit_price are kept. A profile's
    `settingsSchema` has all of it."""
    expected_version: int
    "The version that is live as you read it; 0 where none is."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same version, for good."


@entered
class SaveReportProfileInput:
    """What segments, qualifiers and positions of your X12 or EDIFACT reports mean: the next version of the profile."""

    agreement_id: strawberry.ID
    "The agreement under which the reports are owed."
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about; SELL_THROUGH."
    format: terms.SubmissionFormat
    "How the reports are written: X12 or EDIFACT."
    name: str
    "Its name, for people."
    settings: JSON
    """What it says; what is left out has its usual meaning, and what is said stands in its place as a whole. X12:
    `transfers` (PTD01 and the sale type that it is), `sale_quantities` and `return_quantities` (QTY01), parties by
    `qualifier` and `occurrence`, `prices` by position (UIT), and the qualifiers of products, documents, lines, credit
    notes, dates and serial numbers. EDIFACT: the same by its own qualifiers. A profile's `settingsSchema` has all of
    it."""
    expected_version: int
    "The version that is live as you read it; 0 where none is."
    idempotency_key: str
    "Your own name for this act: the same key and input give the same version, for good."


@entered
class RetireReportProfileInput:
    """Which profile is to be used no more."""

    profile_id: strawberry.ID
    "The live version. Reports received from now on are read without a profile; earlier ones keep theirs."


@entered
class ProposeReportProfileInput:
    """A sample of your reports."""

    agreement_id: strawberry.ID
    "The agreement under which such reports are owed; its products, accounts and aliases help to understand the sample."
    upload_id: strawberry.ID
    """A completed upload: CSV, XLSX, X12 867 or EDIFACT SLSRPT. Of a CSV file the first 256 KiB are read; the others are
    read whole, up to 4 MiB."""
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about; SELL_THROUGH."


@entered
class PreviewReportProfileInput:
    """A sample, and the settings to read it by."""

    agreement_id: strawberry.ID
    "The agreement under which such reports are owed."
    upload_id: strawberry.ID
    """A completed upload: CSV, XLSX, X12 867 or EDIFACT SLSRPT. Of a CSV file the first 256 KiB are read; the others are
    read whole, up to 4 MiB."""
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about; SELL_THROUGH."
    settings: JSON | None = None
    "As they would be saved; without any, the live profile is tried, or reading without one."
