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
    SELL_IN = "SELL_IN"


class SubmissionMode(StrEnum):
    """What a report does to what was reported before."""

    APPEND = "APPEND"


class SubmissionFormat(StrEnum):
    """How a report was written."""

    INLINE = "INLINE"
    CSV = "CSV"
    X12 = "X12"


class SubmissionStatus(StrEnum):
    """Where a report stands."""

    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


class Outcome(StrEnum):
    """What became of a row."""

    ACCEPTED = "ACCEPTED"
    HELD = "HELD"
    REJECTED = "REJECTED"
    DUPLICATE = "DUPLICATE"
    CONFLICT = "CONFLICT"


class DocumentKind(StrEnum):
    """What kind of document a line stands on."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"


class SaleType(StrEnum):
    """What kind of movement a line reports."""

    SALE = "SALE"
    RETURN = "RETURN"
    DROP_SHIPMENT = "DROP_SHIPMENT"
    CREDIT_AND_REBILL = "CREDIT_AND_REBILL"
    SAMPLE = "SAMPLE"
    INTERNAL_USE = "INTERNAL_USE"
    REPLACEMENT = "REPLACEMENT"
    TRANSFER = "TRANSFER"


class AliasKind(StrEnum):
    """What a distributor's own code stands for."""

    PRODUCT = "PRODUCT"
    ACCOUNT = "ACCOUNT"


class Level(StrEnum):
    """The three levels of the programme."""

    VENDOR = "VENDOR"
    DISTRIBUTOR = "DISTRIBUTOR"
    RESELLER = "RESELLER"


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
