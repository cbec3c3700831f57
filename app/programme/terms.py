"""The terms of the programme: every status, kind and mode that is written down somewhere, each with its meaning.

One noun, one spelling: the database's CHECKs, the graph's enums and the rules all read these.
"""

from enum import StrEnum


class PartnerType(StrEnum):
    """What kind of firm a reseller is."""

    VAR = "VAR"
    "A value-added reseller: sells with its own services or integration."
    MSP = "MSP"
    "A managed service provider: runs what it sells for its customers."
    AGENT = "AGENT"
    "Brings orders and never invoices; earns commission."
    CONSULTANT = "CONSULTANT"
    "Advises and influences; rarely invoices."
    RETAILER = "RETAILER"
    "Sells to end customers from a shop or online."
    SOLUTION_INTEGRATOR = "SOLUTION_INTEGRATOR"
    "Builds several vendors' products into one solution."


class PartyKind(StrEnum):
    """What a party is in one vendor's network."""

    DISTRIBUTOR = "DISTRIBUTOR"
    RESELLER = "RESELLER"


class Audience(StrEnum):
    """Whom a programme is for."""

    DISTRIBUTOR = "DISTRIBUTOR"
    "For distributors."
    RESELLER = "RESELLER"
    "For resellers."


class ProgramStatus(StrEnum):
    """Whether a programme takes partners."""

    ACTIVE = "ACTIVE"
    "It takes partners."
    ENDED = "ENDED"
    "It takes no partners any more."


class AgreementStatus(StrEnum):
    """Where a distribution agreement stands."""

    ACTIVE = "ACTIVE"
    "In force within its effective dates."
    ENDED = "ENDED"
    "Ended before its time."


class AuthorizationStatus(StrEnum):
    """Whether a reseller may buy from a distributor."""

    ACTIVE = "ACTIVE"
    "The reseller may buy."
    SUSPENDED = "SUSPENDED"
    "The reseller may not buy until it is reinstated."
    ENDED = "ENDED"
    "The reseller may not buy any more."


class EnrollmentStatus(StrEnum):
    """Where a reseller stands in a programme."""

    APPLIED = "APPLIED"
    "The reseller asked to take part."
    APPROVED = "APPROVED"
    "Accepted; benefits begin when it is active."
    ACTIVE = "ACTIVE"
    "Takes part, with the benefits of its tier."
    SUSPENDED = "SUSPENDED"
    "Takes part without benefits until it is active again."
    ENDED = "ENDED"
    "Takes part no more."


class Requirement(StrEnum):
    """What a tier asks for."""

    PURCHASES = "PURCHASES"
    "Net purchases over the trailing twelve months, as an amount."
    GROWTH = "GROWTH"
    "Growth of purchases on the year before, as a share: 0.1 is 10 %."
    CERTIFICATIONS = "CERTIFICATIONS"
    "Valid certifications, as a count."
    DEALS_WON = "DEALS_WON"
    "Registered deals won over the trailing twelve months, as a count."


class ThresholdRule(StrEnum):
    """When a threshold counts as met: at it (REACHED) or only above it (EXCEEDED)."""

    REACHED = "REACHED"
    "Met at the threshold."
    EXCEEDED = "EXCEEDED"
    "Met only above the threshold."


class Cadence(StrEnum):
    """How often a distributor reports."""

    WEEKLY = "WEEKLY"
    "Every week."
    MONTHLY = "MONTHLY"
    "Every month."
    QUARTERLY = "QUARTERLY"
    "Every quarter."


class VolumePeriod(StrEnum):
    """The span over which a volume tier is measured."""

    QUARTER = "QUARTER"
    "Every calendar quarter."
    YEAR = "YEAR"
    "Every calendar year."


class SubmissionKind(StrEnum):
    """What a report is about."""

    SELL_THROUGH = "SELL_THROUGH"
    "What a distributor invoiced to resellers."
    SELL_IN = "SELL_IN"
    "What the vendor invoiced to a distributor."


class SubmissionMode(StrEnum):
    """What a report does to what was reported before."""

    APPEND = "APPEND"
    "Adds to what was reported."


class SubmissionFormat(StrEnum):
    """How a report was written."""

    INLINE = "INLINE"
    "Lines in the request itself."
    CSV = "CSV"
    "Delimited text with a header."
    XLSX = "XLSX"
    "An Excel workbook: its first sheet with a header."
    X12 = "X12"
    "ANSI X12: an 867."
    EDIFACT = "EDIFACT"
    "UN/EDIFACT: a SLSRPT."


class SubmissionStatus(StrEnum):
    """Where a report stands."""

    RECEIVED = "RECEIVED"
    "Stored durably; its rows are not looked at yet."
    PROCESSING = "PROCESSING"
    "Its rows are being checked and counted."
    PROCESSED = "PROCESSED"
    "Every row has an outcome."
    FAILED = "FAILED"
    "It could not be read as a whole; nothing of it counts."


class Outcome(StrEnum):
    """What became of a row."""

    ACCEPTED = "ACCEPTED"
    "It counts, in every figure."
    HELD = "HELD"
    "Readable, but not placeable yet; it counts as soon as somebody resolves it."
    REJECTED = "REJECTED"
    "It cannot be read as a fact and counts nowhere."
    DUPLICATE = "DUPLICATE"
    "A live line says the same; it counts once."
    CONFLICT = "CONFLICT"
    "A live line has the same key and says something else; the live line stands."


class DocumentKind(StrEnum):
    """What kind of document a line stands on."""

    INVOICE = "INVOICE"
    "An invoice."
    CREDIT_NOTE = "CREDIT_NOTE"
    "A credit note."


class SaleType(StrEnum):
    """What kind of movement a line reports."""

    SALE = "SALE"
    "An ordinary sale."
    RETURN = "RETURN"
    "Goods that came back; the quantity is negative."
    DROP_SHIPMENT = "DROP_SHIPMENT"
    "Shipped by the vendor straight to the buyer: sell-in and sell-through at once."
    CREDIT_AND_REBILL = "CREDIT_AND_REBILL"
    "One half of a linked pair: a credit and a new invoice for the same goods."
    SAMPLE = "SAMPLE"
    "Given away to be tried; it does not count as sold."
    INTERNAL_USE = "INTERNAL_USE"
    "Used by the distributor itself; it does not count as sold."
    REPLACEMENT = "REPLACEMENT"
    "A free replacement; it does not count as sold."
    TRANSFER = "TRANSFER"
    "Moved to another branch or distributor; it does not count as sold."


class AliasKind(StrEnum):
    """What a distributor's own code stands for."""

    PRODUCT = "PRODUCT"
    "The code stands for a product."
    ACCOUNT = "ACCOUNT"
    "The code is a customer account and stands for a reseller."


class Level(StrEnum):
    """The three levels of the programme."""

    VENDOR = "VENDOR"
    "Owns the programme, its products and prices."
    DISTRIBUTOR = "DISTRIBUTOR"
    "Buys from the vendor and sells to resellers."
    RESELLER = "RESELLER"
    "Buys from distributors and sells to end customers."


class ReportField(StrEnum):
    """What a line of a sell-through report may say, in the order of the canonical header."""

    DOCUMENT_NUMBER = "document_number"
    "The invoice's or credit note's number."
    DOCUMENT_LINE = "document_line"
    "The line's number in its document."
    DOCUMENT_KIND = "document_kind"
    "Invoice or credit note."
    RETURN_OF = "return_of"
    "The invoice line that a return takes back."
    SOLD_ON = "sold_on"
    "The day of the sale."
    PRODUCT_CODE = "product_code"
    "The product, by the distributor's own code or the vendor's."
    RESELLER_ACCOUNT = "reseller_account"
    "The reseller's account number at the distributor."
    QUANTITY = "quantity"
    "How many; negative for a return."
    UNIT = "unit"
    "The unit of the quantity."
    UNIT_PRICE = "unit_price"
    "What the reseller paid for one unit."
    CURRENCY = "currency"
    "The currency of the price."
    SALE_TYPE = "sale_type"
    "What kind of movement it was."
    SHIP_TO_COUNTRY = "ship_to_country"
    "Where the goods went; it decides the territory."
    END_CUSTOMER = "end_customer"
    "Who will use the goods."
    SPECIAL_PRICE_NUMBER = "special_price_number"
    "The special price under which it was sold."
    SERIAL_NUMBERS = "serial_numbers"
    "The serial numbers of the units."
