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


class PeriodState(StrEnum):
    """How a reporting period stands, by the day that it is in the agreement's time zone."""

    UPCOMING = "UPCOMING"
    "It is not over yet."
    DUE = "DUE"
    "It is over, nothing was received, and a report would still be in time."
    SUBMITTED = "SUBMITTED"
    "A report was received in time, grace included."
    LATE = "LATE"
    "A report was received, after the last day in time."
    MISSING = "MISSING"
    "Nothing was received, and the last day in time is over."
    CLOSED = "CLOSED"
    "The vendor has closed it: what is reported of it from then on counts in the open period, as a correction."


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
    INVENTORY = "INVENTORY"
    "What a distributor has in stock, as counted, and what moved in its warehouses beside purchases and sales."
    SELL_OUT = "SELL_OUT"
    "What a reseller sold to end customers, as it reports it itself."


class SubmissionMode(StrEnum):
    """What a report does to what was reported before."""

    APPEND = "APPEND"
    "Adds to what was reported."
    CORRECT = "CORRECT"
    "Each row takes the place of the live line that has its key; rows whose key is new are added."
    REPLACE_PERIOD = "REPLACE_PERIOD"
    "Restates its period: what it does not say again counts no more, what it says otherwise is replaced."


class SubmissionFormat(StrEnum):
    """How a report was written."""

    INLINE = "INLINE"
    "Lines in the request itself."
    CSV = "CSV"
    "Delimited text with a header."
    XLSX = "XLSX"
    "An Excel workbook: its first sheet with a header."
    X12 = "X12"
    "ANSI X12: an 867, or an 846 of inventory."
    EDIFACT = "EDIFACT"
    "UN/EDIFACT: a SLSRPT, or an INVRPT of inventory."


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
    CANCELLED = "CANCELLED"
    "Withdrawn before it was counted; nothing of it counts."


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
    SUPERSEDED = "SUPERSEDED"
    "It was held, and a correction took its place."


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


class StockStatus(StrEnum):
    """In what state goods lie in a warehouse."""

    GOOD = "GOOD"
    "On hand and fit to be sold."
    RESERVED = "RESERVED"
    "On hand and promised to somebody."
    IN_TRANSIT = "IN_TRANSIT"
    "On its way to the warehouse."
    RETURNED = "RETURNED"
    "Came back from a customer, and nobody has judged it yet."
    DEFECTIVE = "DEFECTIVE"
    "Not fit to be sold."
    BLOCKED = "BLOCKED"
    "Held back: under inspection, in quarantine or in bond."


class StockMovementKind(StrEnum):
    """What moved goods in a warehouse. Into the warehouse is positive, out of it negative."""

    RECEIPT = "RECEIPT"
    "Arrived from the vendor."
    TRANSFER = "TRANSFER"
    "Moved to or from another warehouse; each side is a row of its own."
    ADJUSTMENT = "ADJUSTMENT"
    "Found or lost at a count, or put into another status."
    RETURN_TO_VENDOR = "RETURN_TO_VENDOR"
    "Sent back to the vendor."
    SCRAPPED = "SCRAPPED"
    "Destroyed."
    DELIVERY = "DELIVERY"
    "Delivered to a customer. It is kept; what was sold is said by the sell-through report."


class SupplyState(StrEnum):
    """How stock stands to demand, and to the inventory standard of the agreement."""

    BELOW_MIN = "BELOW_MIN"
    "It is less than agreed, or lasts for fewer weeks."
    WITHIN = "WITHIN"
    "It is as agreed; both ends are within."
    ABOVE_MAX = "ABOVE_MAX"
    "It is more than agreed, or lasts for more weeks."
    NO_STANDARD = "NO_STANDARD"
    "There is demand, and the agreement does not say how much there should be, or says it in value, and there is no price."
    NO_DEMAND = "NO_DEMAND"
    "Nothing was sold, net of returns: no number of weeks says how long the stock lasts."
    STALE = "STALE"
    "It was last counted 13 weeks before or earlier, which says nothing of the day."
    EMPTY = "EMPTY"
    "Nothing lies there, nothing was sold, and no number of units is asked for."


class StandardBasis(StrEnum):
    """In what an inventory standard says how much stock there should be of a product."""

    WEEKS = "WEEKS"
    "Weeks that it lasts at the mean pace of the 13 weeks to the count."
    UNITS = "UNITS"
    "Base units on hand."
    VALUE = "VALUE"
    "What is on hand at the book price, in the currency of the agreement."


class AliasKind(StrEnum):
    """What a distributor's own code stands for."""

    PRODUCT = "PRODUCT"
    "The code stands for a product."
    ACCOUNT = "ACCOUNT"
    "The code is a customer account and stands for a reseller."


class HeldDecisionKind(StrEnum):
    """What a person decided about held rows."""

    RELEASE = "RELEASE"
    "The hold is waived; the rows count as soon as nothing else holds them."
    DISMISS = "DISMISS"
    "The rows are rejected and count nowhere."


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
