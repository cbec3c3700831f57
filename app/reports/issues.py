"""What can be wrong with a report, and what would make it right.

An issue belongs to one row (or, with row 0, to the report as a whole) and names the field, a code, the value as it was
received, and in a sentence what is wrong and what is right. A code has one severity: an ERROR keeps the row from counting, a
HOLD keeps it until somebody resolves it, a WARNING or an INFO lets it count. A report that cannot be read at all fails.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from app.reports.right_values import RIGHT


class Severity(StrEnum):
    """What an issue does to its row."""

    ERROR = "ERROR"
    "The row is rejected."
    HOLD = "HOLD"
    "The row is kept until somebody resolves it."
    WARNING = "WARNING"
    "The row counts, and somebody should look at it."
    INFO = "INFO"
    "Worth knowing."


class IssueCode(StrEnum):
    """What is wrong with a row, or worth knowing about it."""

    # The row cannot be read as a fact.
    MALFORMED_ROW = "MALFORMED_ROW"
    "The row cannot be split into its columns."
    TRUNCATED_ROW = "TRUNCATED_ROW"
    "The row breaks off before its end."
    MISSING_VALUE = "MISSING_VALUE"
    "A mandatory field is empty."
    MISSING_LINE_NUMBER = "MISSING_LINE_NUMBER"
    "Other rows of the same document have line numbers, this one has none."
    MALFORMED_NUMBER = "MALFORMED_NUMBER"
    "A number cannot be read."
    AMBIGUOUS_NUMBER = "AMBIGUOUS_NUMBER"
    "A number can be read in two ways, and the file does not decide which."
    TOO_MANY_DECIMALS = "TOO_MANY_DECIMALS"
    "A number has more decimals than are kept."
    VALUE_OUT_OF_RANGE = "VALUE_OUT_OF_RANGE"
    "A number is larger than can be kept."
    MALFORMED_DATE = "MALFORMED_DATE"
    "A date cannot be read."
    AMBIGUOUS_DATE = "AMBIGUOUS_DATE"
    "A date can be read in two ways, and the file does not decide which."
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    "The sale lies after the day on which the report was received."
    DATE_TOO_OLD = "DATE_TOO_OLD"
    "The sale lies before the year 2000."
    QUANTITY_ZERO = "QUANTITY_ZERO"
    "The quantity is zero."
    QUANTITY_NOT_NEGATIVE = "QUANTITY_NOT_NEGATIVE"
    "A return or credit note has a positive quantity."
    SEVERAL_QUANTITIES = "SEVERAL_QUANTITIES"
    "One item has more than one quantity."
    PRICE_NEGATIVE = "PRICE_NEGATIVE"
    "The unit price is negative."
    PRICE_UNIT_DIFFERS = "PRICE_UNIT_DIFFERS"
    "The price is for another unit than the quantity."
    UNKNOWN_CURRENCY = "UNKNOWN_CURRENCY"
    "The currency is not one of ISO 4217."
    UNKNOWN_COUNTRY = "UNKNOWN_COUNTRY"
    "The country is not one of ISO 3166."
    UNKNOWN_DOCUMENT_KIND = "UNKNOWN_DOCUMENT_KIND"
    "The document is neither an invoice nor a credit note."
    UNKNOWN_SALE_TYPE = "UNKNOWN_SALE_TYPE"
    "The kind of movement is not a known one."
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    "The state of the goods in stock is not a known one."
    UNKNOWN_MOVEMENT = "UNKNOWN_MOVEMENT"
    "What moved the goods in stock is not a known kind."
    COUNT_NEGATIVE = "COUNT_NEGATIVE"
    "A count of what is in stock is negative."
    MOVEMENT_NOT_NEGATIVE = "MOVEMENT_NOT_NEGATIVE"
    "Goods that left the warehouse have a positive quantity."
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    "A text is longer than is kept."
    TEXT_DAMAGED = "TEXT_DAMAGED"
    "A text that identifies something has characters that could not be read."
    NAME_RESERVED = "NAME_RESERVED"
    "A name begins as what stands where a name was erased."
    FORMULA_WITHOUT_RESULT = "FORMULA_WITHOUT_RESULT"
    "A cell of a workbook holds an error, or a formula whose result was not stored."
    MERGED_CELL = "MERGED_CELL"
    "A cell of a workbook is merged with others, and its value stands in the first of them alone."
    DIGITS_LOST = "DIGITS_LOST"
    "A code was written as a number of more digits than a workbook keeps."
    CONFLICTING_LINE = "CONFLICTING_LINE"
    "A live line has the same key and says something else; the live line stands."
    DISMISSED = "DISMISSED"
    "The row was held, and a person dismissed it."
    # The row is readable but cannot be placed yet.
    UNKNOWN_PRODUCT = "UNKNOWN_PRODUCT"
    "The product code is unknown; confirm what it stands for, and the row counts."
    UNKNOWN_RESELLER_ACCOUNT = "UNKNOWN_RESELLER_ACCOUNT"
    "The account is unknown; authorise the reseller or confirm whose it is, and the row counts."
    UNKNOWN_UNIT = "UNKNOWN_UNIT"
    "The unit is not the base unit of the product."
    OUTSIDE_AGREEMENT_DATES = "OUTSIDE_AGREEMENT_DATES"
    "The sale lies outside the dates of the agreement."
    OUTSIDE_PERIOD = "OUTSIDE_PERIOD"
    "The report restates a period, and the sale lies outside it."
    OUTSIDE_TERRITORY = "OUTSIDE_TERRITORY"
    "It was shipped outside the territory of the agreement."
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    "Another report without line numbers has lines of the same document."
    QUANTITY_FAR_OUT = "QUANTITY_FAR_OUT"
    "The quantity is so far out that a person has to look."
    PRICE_FAR_OUT = "PRICE_FAR_OUT"
    "The price is so far out that a person has to look."
    # The row counts, and somebody should look at it.
    CHARACTER_REPLACED = "CHARACTER_REPLACED"
    "A character could not be read and was replaced."
    PRICE_MISSING = "PRICE_MISSING"
    "There is no price, and the agreement asks for none."
    PRICE_UNUSUAL = "PRICE_UNUSUAL"
    "The price differs much from what is usual."
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    "The amount that is stated for the line is not quantity × unit price, which is what counts."
    PRICE_NOT_IN_FORCE = "PRICE_NOT_IN_FORCE"
    "The vendor invoiced another price than the one in force: that in the book less the discount of the distributor's tier."
    RESELLER_NOT_AUTHORIZED = "RESELLER_NOT_AUTHORIZED"
    "The reseller was not authorised on the day of the sale."
    NOTHING_TO_CORRECT = "NOTHING_TO_CORRECT"
    "No line has this key, so there is nothing to correct; the row counts as a new one."
    REPORTED_LATE = "REPORTED_LATE"
    "The report came after it was due."
    MORE_SOLD_THAN_STOCK = "MORE_SOLD_THAN_STOCK"
    "More was sold than was in stock."
    SERIAL_SOLD_TWICE = "SERIAL_SOLD_TWICE"
    "The serial number was sold before."
    SERIAL_OUTSIDE_TERRITORY = "SERIAL_OUTSIDE_TERRITORY"
    "The unit was sold outside the territory of the agreement under which the vendor sold it in, or by another distributor."
    DUPLICATE_LINE = "DUPLICATE_LINE"
    "A live line says the same already; it counts once."
    # The report as a whole (row 0), or a column of it.
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN"
    "A column has no meaning for us and is left out."
    NUL_REMOVED = "NUL_REMOVED"
    "NUL characters were removed."
    BLANK_ROWS_SKIPPED = "BLANK_ROWS_SKIPPED"
    "Empty rows were left out."
    SEGMENT_COUNT_WRONG = "SEGMENT_COUNT_WRONG"
    "The number of segments is not the one stated."
    ITEM_COUNT_WRONG = "ITEM_COUNT_WRONG"
    "The number of items is not the one stated."
    ENVELOPE_INCONSISTENT = "ENVELOPE_INCONSISTENT"
    "The envelope contradicts itself."
    TRANSACTION_NOT_READ = "TRANSACTION_NOT_READ"
    "A transaction of another kind was left out."
    QUANTITY_NOT_READ = "QUANTITY_NOT_READ"
    "A quantity that is neither stock nor a movement of it was left out."
    SHEET_NOT_READ = "SHEET_NOT_READ"
    "A further sheet of the workbook was left out."
    MACROS_IGNORED = "MACROS_IGNORED"
    "The workbook holds macros, which are never run."

    @property
    def severity(self) -> Severity:
        """What this code does to a row."""
        return _SEVERITIES.get(self, Severity.ERROR)

    def message(self, field: str | None, value: str | None) -> str:
        """What is wrong and what would be right, as a sentence for whoever sent the report.

        `field` is a column of the canonical header, `value` the text as it was received; either may be None.
        """
        wanted = RIGHT.get(field or "", "a value as described for this column")
        return _MESSAGES[self].format(field=field or "the row", value="" if value is None else value, right=wanted)


class Issue(NamedTuple):
    """One finding. `row` counts the report's data rows from 1; 0 is the report as a whole."""

    row: int
    field: str | None
    code: IssueCode
    value: str | None

    @property
    def message(self) -> str:
        """The sentence for whoever sent the report."""
        return self.code.message(self.field, self.value)


class FailureCode(StrEnum):
    """Why a report could not be read at all, or not be counted for a fault of the server."""

    EMPTY_FILE = "EMPTY_FILE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    NOT_TEXT = "NOT_TEXT"
    WRONG_FORMAT = "WRONG_FORMAT"
    HEADER_MISSING = "HEADER_MISSING"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_REPEATED = "COLUMN_REPEATED"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    NOT_X12 = "NOT_X12"
    ENVELOPE_BROKEN = "ENVELOPE_BROKEN"
    NO_SALES_TRANSACTION = "NO_SALES_TRANSACTION"
    NO_INVENTORY_TRANSACTION = "NO_INVENTORY_TRANSACTION"
    NOT_EDIFACT = "NOT_EDIFACT"
    NOT_WORKBOOK = "NOT_WORKBOOK"
    WORKBOOK_PROTECTED = "WORKBOOK_PROTECTED"
    WORKBOOK_TOO_LARGE = "WORKBOOK_TOO_LARGE"
    SERVER_FAULT = "SERVER_FAULT"


class UnreadableReport(Exception):
    """The report as a whole cannot be read. `message` says why, and what would be right; nothing of it counts.

    What it quotes of the report, between “ and ”, may be anything that stands there, prices and customers too: `disclosed`
    is the message without it, for whoever may not read the report as it was received. `acknowledgement` is the 997 due.
    """

    def __init__(self, code: FailureCode, message: str, acknowledgement: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.acknowledgement = code, message, acknowledgement
        self.disclosed = re.sub("“.*”", "“…”", message, flags=re.DOTALL)


_SEVERITIES: dict[IssueCode, Severity] = {
    IssueCode.UNKNOWN_PRODUCT: Severity.HOLD,
    IssueCode.UNKNOWN_RESELLER_ACCOUNT: Severity.HOLD,
    IssueCode.UNKNOWN_UNIT: Severity.HOLD,
    IssueCode.OUTSIDE_AGREEMENT_DATES: Severity.HOLD,
    IssueCode.OUTSIDE_PERIOD: Severity.HOLD,
    IssueCode.OUTSIDE_TERRITORY: Severity.HOLD,
    IssueCode.POSSIBLE_DUPLICATE: Severity.HOLD,
    IssueCode.QUANTITY_FAR_OUT: Severity.HOLD,
    IssueCode.PRICE_FAR_OUT: Severity.HOLD,
    IssueCode.CHARACTER_REPLACED: Severity.WARNING,
    IssueCode.PRICE_MISSING: Severity.WARNING,
    IssueCode.PRICE_UNUSUAL: Severity.WARNING,
    IssueCode.AMOUNT_DIFFERS: Severity.WARNING,
    IssueCode.PRICE_NOT_IN_FORCE: Severity.WARNING,
    IssueCode.RESELLER_NOT_AUTHORIZED: Severity.WARNING,
    IssueCode.NOTHING_TO_CORRECT: Severity.WARNING,
    IssueCode.REPORTED_LATE: Severity.WARNING,
    IssueCode.MORE_SOLD_THAN_STOCK: Severity.WARNING,
    IssueCode.SERIAL_SOLD_TWICE: Severity.WARNING,
    IssueCode.SERIAL_OUTSIDE_TERRITORY: Severity.WARNING,
    IssueCode.UNKNOWN_COLUMN: Severity.WARNING,
    IssueCode.NUL_REMOVED: Severity.WARNING,
    IssueCode.SEGMENT_COUNT_WRONG: Severity.WARNING,
    IssueCode.ITEM_COUNT_WRONG: Severity.WARNING,
    IssueCode.ENVELOPE_INCONSISTENT: Severity.WARNING,
    IssueCode.TRANSACTION_NOT_READ: Severity.WARNING,
    IssueCode.SHEET_NOT_READ: Severity.WARNING,
    IssueCode.QUANTITY_NOT_READ: Severity.INFO,
    IssueCode.MACROS_IGNORED: Severity.INFO,
    IssueCode.DUPLICATE_LINE: Severity.INFO,
    IssueCode.BLANK_ROWS_SKIPPED: Severity.INFO,
}
"""Every code that does not reject its row."""

_MESSAGES: dict[IssueCode, str] = {
    IssueCode.MALFORMED_ROW: (
        "This row does not fit the header: {value}. Send one value per column, with quotes closed and doubled "
        "inside a quoted value."
    ),
    IssueCode.TRUNCATED_ROW: "The report ends in the middle of this row ({value}). Send the whole report again.",
    IssueCode.MISSING_VALUE: "{field} is missing. Send {right}.",
    IssueCode.MISSING_LINE_NUMBER: (
        "Other rows of document {value} have a line number and this one has none. Send the line of every row, or of "
        "none."
    ),
    IssueCode.MALFORMED_NUMBER: "{field} “{value}” is not a number. Send {right}.",
    IssueCode.AMBIGUOUS_NUMBER: (
        "{field} “{value}” has one mark that may separate thousands or decimals, and nothing in the report says "
        "which. Send it with a decimal point and without thousands separators."
    ),
    IssueCode.TOO_MANY_DECIMALS: "{field} “{value}” has more decimals than are kept. Send {right}.",
    IssueCode.VALUE_OUT_OF_RANGE: (
        "{field} “{value}” is beyond what can be kept: quantities below 10^15, prices and amounts (quantity × "
        "price) below 10^12. Send the line in parts."
    ),
    IssueCode.MALFORMED_DATE: "{field} “{value}” is not a date. Send {right}.",
    IssueCode.AMBIGUOUS_DATE: (
        "{field} “{value}” may put the day or the month first, and the dates of this report do not settle which. "
        "Send it as YYYY-MM-DD."
    ),
    IssueCode.DATE_IN_FUTURE: "{field} {value} is in the future. Send what has happened up to today.",
    IssueCode.DATE_TOO_OLD: "{field} {value} is before 2000-01-01. Send {right}.",
    IssueCode.QUANTITY_ZERO: (
        "quantity is zero. Send what was sold, or a negative quantity for a return; leave out lines that moved nothing."
    ),
    IssueCode.QUANTITY_NOT_NEGATIVE: (
        "quantity “{value}” is positive, and a return or a credit note takes goods back. Send it negative, or as an "
        "INVOICE."
    ),
    IssueCode.SEVERAL_QUANTITIES: (
        "This item carries several quantities ({value}). Send the sale and the return as two items."
    ),
    IssueCode.PRICE_NEGATIVE: (
        "unit_price “{value}” is negative. Returns have a negative quantity; the price stays positive."
    ),
    IssueCode.PRICE_UNIT_DIFFERS: (
        "The price and the quantity are in different units ({value}). Send both in one unit."
    ),
    IssueCode.UNKNOWN_CURRENCY: "currency “{value}” is not known. Send {right}.",
    IssueCode.UNKNOWN_STATUS: "status “{value}” is not known. Send {right}.",
    IssueCode.UNKNOWN_MOVEMENT: "movement “{value}” is not known. Send {right}.",
    IssueCode.COUNT_NEGATIVE: "quantity “{value}” is negative. Send what was counted, or the movement that took goods away.",
    IssueCode.MOVEMENT_NOT_NEGATIVE: "quantity “{value}” is positive, and the goods left. Send it negative.",
    IssueCode.UNKNOWN_COUNTRY: "ship_to_country “{value}” is not known. Send {right}.",
    IssueCode.UNKNOWN_DOCUMENT_KIND: "document_kind “{value}” is not known. Send {right}.",
    IssueCode.UNKNOWN_SALE_TYPE: "sale_type “{value}” is not known. Send {right}.",
    IssueCode.TEXT_TOO_LONG: "{field} “{value}” is longer than this column may be. Send {right}.",
    IssueCode.TEXT_DAMAGED: "{field} “{value}” holds characters that could not be read. Send the report as UTF-8.",
    IssueCode.NAME_RESERVED: (
        "{field} begins with “erased:”, as what stands where a name was erased. Send the name, or leave it out."
    ),
    IssueCode.FORMULA_WITHOUT_RESULT: (
        "{field} holds {value} and no result. Let your spreadsheet program calculate and save the workbook, or send the "
        "values alone."
    ),
    IssueCode.MERGED_CELL: (
        "{field} lies in merged cells ({value}), whose value belongs to the first of them alone. Unmerge them and write "
        "the value into every row."
    ),
    IssueCode.DIGITS_LOST: (
        "{field} “{value}” was written as a number, of which a workbook keeps 15 digits; the others are lost. Format the "
        "column as text and enter the code again."
    ),
    IssueCode.CONFLICTING_LINE: (
        "Document line {value} was reported before with other content, which stands. Send a correction to change it."
    ),
    IssueCode.DISMISSED: "This row was held and is dismissed by {value}.",
    IssueCode.UNKNOWN_PRODUCT: "No product is known under “{value}”. Confirm which product it is, and the row counts.",
    IssueCode.UNKNOWN_RESELLER_ACCOUNT: (
        "No reseller is known under account “{value}”. Confirm which reseller it is, and the row counts."
    ),
    IssueCode.UNKNOWN_UNIT: (
        "“{value}” is not a unit of this product. Confirm what one of it holds, or report the base unit."
    ),
    IssueCode.OUTSIDE_AGREEMENT_DATES: "{value} is outside the dates of the agreement.",
    IssueCode.OUTSIDE_PERIOD: (
        "{value} is outside the period that this report restates. Send the line in a report of its own period, or let it "
        "pass."
    ),
    IssueCode.OUTSIDE_TERRITORY: "{value} is outside the territory of the agreement.",
    IssueCode.POSSIBLE_DUPLICATE: (
        "Document {value} was reported before, and neither report has line numbers. Confirm that these are further "
        "lines, or that they are the same."
    ),
    IssueCode.QUANTITY_FAR_OUT: "quantity {value} is far from what is usual. Confirm it.",
    IssueCode.PRICE_FAR_OUT: "unit_price {value} is far from what is usual. Confirm it.",
    IssueCode.CHARACTER_REPLACED: (
        "{field} “{value}” holds characters that could not be read and were replaced. Send the report as UTF-8."
    ),
    IssueCode.PRICE_MISSING: "unit_price is missing; the line counts without a reported amount. Send {right}.",
    IssueCode.PRICE_UNUSUAL: "unit_price {value} is unusual for this product.",
    IssueCode.AMOUNT_DIFFERS: (
        "amount “{value}” is not quantity × unit price, to a minor unit of the currency. The line counts with quantity × "
        "unit price; check all three."
    ),
    IssueCode.NOTHING_TO_CORRECT: (
        "Document line {value} was never reported, so there was nothing to correct; it counts as a new line. Check the "
        "document's number and line."
    ),
    IssueCode.PRICE_NOT_IN_FORCE: (
        "unit_price {value} is not the price in force on the day of the invoice: that in the book less the discount of the "
        "distributor's tier. The line counts as invoiced. Check the price."
    ),
    IssueCode.RESELLER_NOT_AUTHORIZED: "The reseller {value} was not authorised on the day of the sale.",
    IssueCode.REPORTED_LATE: "{value} was reported after the period's due date.",
    IssueCode.MORE_SOLD_THAN_STOCK: "More was sold than stock allows: {value}.",
    IssueCode.SERIAL_SOLD_TWICE: "Serial number {value} was sold before and not returned.",
    IssueCode.SERIAL_OUTSIDE_TERRITORY: "Serial number {value} was sold in for another territory. Check the number.",
    IssueCode.DUPLICATE_LINE: ("Document line {value} was reported before with the same content, and is counted once."),
    IssueCode.UNKNOWN_COLUMN: "“{value}” is not a column of this report and was not read. Use the canonical header.",
    IssueCode.NUL_REMOVED: "The report held NUL characters ({value}), which were removed.",
    IssueCode.BLANK_ROWS_SKIPPED: "Rows without any value were skipped: {value}.",
    IssueCode.SEGMENT_COUNT_WRONG: "A trailer's segment count is wrong: {value}.",
    IssueCode.ITEM_COUNT_WRONG: "The number of items that is stated is not the number that arrived: {value}.",
    IssueCode.ENVELOPE_INCONSISTENT: "The envelope contradicts itself: {value}.",
    IssueCode.TRANSACTION_NOT_READ: (
        "A part of the interchange was not read: {value}. What is read are sales reports (X12 867, EDIFACT SLSRPT) "
        "and inventory reports (846, INVRPT), each where it was asked for, that add to what was reported."
    ),
    IssueCode.QUANTITY_NOT_READ: "Quantities that say nothing about stock were not read: {value}.",
    IssueCode.SHEET_NOT_READ: (
        "Only the first sheet that has the header of a report is read; {value} was not. If it holds rows, send them in a "
        "report of their own."
    ),
    IssueCode.MACROS_IGNORED: "The workbook holds macros, which are never run; the values in its cells were read.",
}
