"""What a sender enters to say what its columns, segments and positions mean, and to try it out."""

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
    "What the reports are about: SELL_THROUGH or INVENTORY, which a distributor hands in, or SELL_IN, which the vendor does."
    format: terms.SubmissionFormat = terms.SubmissionFormat.CSV
    "How the reports are written: CSV or XLSX."
    name: str
    "Its name, for people."
    settings: JSON
    """What it says; what is left out is found out from each file. `columns`: a list of `header` and `field` (null: not
    to be read); `canonical_names`: whether columns that are not listed are known by their canonical names; `skip_lines`
    before the header; `delimiter` (of CSV: “,”, “;”, tab or “|”), `encoding` (of what is not Unicode), `decimal_mark`
    (POINT, COMMA), `date_order` (DAY_FIRST, MONTH_FIRST); `constants`: values by field; `meanings`: by field, your values
    and ours.

    `headerless`: the file begins with its first row; then every column has a `position`, from 1, and its `header` is a
    name for people. `date_format`: how days are written, of YYYY or YY (2000 to 2099), MM or MON and DD with what stands
    between them (DD.MM.YY, YYYYMMDD, MM/DD/YYYY, DD-MON-YYYY), or EXCEL or EXCEL_1904 for serial numbers; a day is then
    read by it or as YYYY-MM-DD, and in no other way. `month_language` of MON: en, de, fr, es, it, nl, pt or pl.

    `returns`: `dialect` NEGATIVE_QUANTITY, MARKED (a `header`, or without a header a `position`, and the `values` in it)
    or OWN_COLUMN (a column return_quantity). A column line_amount gives the price of one where it is exact; book_price
    and debit_price are kept. Of SELL_IN there is no reseller and no end customer. Of INVENTORY the fields are warehouse,
    product_code, counted_on, quantity, unit, status, movement, reference, reference_line and lot; `meanings` say which of
    your states and movements are ours, and `returns` what left the warehouse: by its sign, MARKED, or in a column
    quantity_out (OWN_COLUMN). A list with several quantities in a row has several columns quantity, each with a `status`:
    the state that it counts; every one of them becomes a row. A profile's `settingsSchema` has all of it."""
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
    "What the reports are about: SELL_THROUGH or INVENTORY, which a distributor hands in, or SELL_IN, which the vendor does."
    format: terms.SubmissionFormat
    "How the reports are written: X12 or EDIFACT."
    name: str
    "Its name, for people."
    settings: JSON
    """What it says; what is left out has its usual meaning, and what is said stands in its place as a whole. X12 867:
    `transfers` (PTD01 and the sale type that it is), `sale_quantities` and `return_quantities` (QTY01), parties by
    `qualifier` and `occurrence`, `prices` by position (UIT), and the qualifiers of products, documents, lines, credit
    notes, dates and serial numbers. SLSRPT: the same by its own qualifiers. X12 846: `statuses` (QTY01 and the state
    that it counts), `precedence` (of quantities that count one state, the first is the count), `movements` (QTY01 and
    what moved), `not_stock` (left out, and said so), `warehouses` (N101), and the qualifiers of products, dates,
    references and lots. INVRPT: the same by its own qualifiers, and `types` and `reasons` (INV 7491 and 4499). A
    profile's `settingsSchema` has all of it."""
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
    """A completed upload: CSV or XLSX; of sales also X12 867 or EDIFACT SLSRPT, of inventory X12 846 or INVRPT. Of a CSV
    file the first 256 KiB are read; the others are read whole, up to 4 MiB."""
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about: SELL_THROUGH or INVENTORY, which a distributor hands in, or SELL_IN, which the vendor does."


@entered
class PreviewReportProfileInput:
    """A sample, and the settings to read it by."""

    agreement_id: strawberry.ID
    "The agreement under which such reports are owed."
    upload_id: strawberry.ID
    """A completed upload: CSV or XLSX; of sales also X12 867 or EDIFACT SLSRPT, of inventory X12 846 or INVRPT. Of a CSV
    file the first 256 KiB are read; the others are read whole, up to 4 MiB."""
    kind: terms.SubmissionKind = terms.SubmissionKind.SELL_THROUGH
    "What the reports are about: SELL_THROUGH or INVENTORY, which a distributor hands in, or SELL_IN, which the vendor does."
    settings: JSON | None = None
    "As they would be saved; without any, the live profile is tried, or reading without one."
