"""The terms of the programme's money: what an incentive may pay for, on what, how, and where a payment stands.

One noun, one spelling: the database's CHECKs, the graph's enums and the rules all read these.
"""

from enum import StrEnum


class IncentiveKind(StrEnum):
    """What kind of incentive it is."""

    VOLUME_REBATE = "VOLUME_REBATE"
    "Pays for volume: so much of it, by bands that the volume reaches."
    GROWTH_REBATE = "GROWTH_REBATE"
    "Pays for growth over a baseline that is frozen in the agreement."
    TARGET_BONUS = "TARGET_BONUS"
    "Pays for reaching a target."
    OPERATIONAL = "OPERATIONAL"
    "Pays for doing as agreed: reporting in time, clean data, stock in band."
    LOGISTICS_ALLOWANCE = "LOGISTICS_ALLOWANCE"
    "Pays for storing, shipping or handling."
    SPIFF = "SPIFF"
    "Pays so much per unit to a named representative."
    COMMISSION = "COMMISSION"
    "Pays an agent, who never invoices, for lines attributed to it."
    MDF_ACCRUAL = "MDF_ACCRUAL"
    "Accrues to a market development fund instead of being paid out."


class Basis(StrEnum):
    """Which sales are measured."""

    SELL_IN = "SELL_IN"
    "What the vendor invoiced to the distributor, at the invoiced price."
    SELL_THROUGH = "SELL_THROUGH"
    "What the distributor invoiced to resellers."
    SELL_OUT = "SELL_OUT"
    "What resellers sold to end customers."


class MeasureUnit(StrEnum):
    """In what sales are measured."""

    AMOUNT = "AMOUNT"
    "In money."
    UNITS = "UNITS"
    "In base units of the products."


class Structure(StrEnum):
    """How the rates of bands pay."""

    MARGINAL = "MARGINAL"
    "Each band's rate on what lies inside that band."
    RETROACTIVE = "RETROACTIVE"
    "The rate of the highest band attained, on everything."
    FIXED = "FIXED"
    "The sum of the highest target attained, once."
    PER_UNIT = "PER_UNIT"
    "Each band's rate per unit, on the share of the units that the band has of the volume."


class TieringPer(StrEnum):
    """Of what the volume is that attains a band."""

    PERIOD = "PERIOD"
    "Of the whole period, added up."
    INVOICE = "INVOICE"
    "Of each invoice by itself."
    LINE = "LINE"
    "Of each line by itself."


class PayPeriod(StrEnum):
    """Over which period an incentive is measured and paid. A vendor with a fiscal calendar counts by that."""

    MONTH = "MONTH"
    "Every month."
    QUARTER = "QUARTER"
    "Every quarter."
    HALF_YEAR = "HALF_YEAR"
    "Every half year."
    YEAR = "YEAR"
    "Every year."


class Aggregate(StrEnum):
    """Whose volume attains a band."""

    PARTNER = "PARTNER"
    "The partner's own."
    AFFILIATES = "AFFILIATES"
    "That of the partner's group of affiliates; each is paid on its own."


class Prorates(StrEnum):
    """What is prorated where a partner takes part for a part of the period only."""

    MEASURE = "MEASURE"
    "What is measured: that share of it counts."
    THRESHOLD = "THRESHOLD"
    "The thresholds and the minimum: that share of them suffices."
    TARGET = "TARGET"
    "The target of a fixed sum, or the baseline of growth, and the minimum: that share of it suffices."
    PAYMENT = "PAYMENT"
    "What was earned: that share of it is paid."


class ReturnsRule(StrEnum):
    """How a return takes back what its sale had earned."""

    OWN_PERIOD = "OWN_PERIOD"
    "It counts in the period in which it happens, and so at that period's highest band."
    ORIGINAL_RATE = "ORIGINAL_RATE"
    """It takes back what was paid on the sale that it returns, at the average rate of that sale's period, and adds nothing
    to its own. A return that names no sale of an earlier period counts in its own."""


class SpeciallyPriced(StrEnum):
    """How a line counts that was sold under a special price."""

    FULL = "FULL"
    "As any other line."
    NET_OF_DEBIT = "NET_OF_DEBIT"
    "Less what was debited under the special price."
    TIER_ONLY = "TIER_ONLY"
    "It counts for the band, and nothing is paid on it."
    EXCLUDED = "EXCLUDED"
    "It counts for nothing."


class GateEffect(StrEnum):
    """What a missed gate does to a payment."""

    VOID = "VOID"
    "Nothing is paid, and no minimum is guaranteed."
    REDUCE = "REDUCE"
    "A part is paid; a guaranteed minimum stands."


class GateKind(StrEnum):
    """What a gate looks at. None looks at a resale price."""

    REPORTING_IN_TIME = "REPORTING_IN_TIME"
    "The share of the period's reports that came in time."
    DATA_QUALITY = "DATA_QUALITY"
    "The share of the rows received, duplicates left out, that were accepted."
    STOCK_IN_BAND = "STOCK_IN_BAND"
    "The share of products whose stock lasts as long as agreed."
    ACTIVE_RESELLERS = "ACTIVE_RESELLERS"
    "How many resellers bought, net of returns, in the trailing 90 days."
    CERTIFIED = "CERTIFIED"
    "The share of active resellers with all required certifications valid."
    MINIMUM_VOLUME = "MINIMUM_VOLUME"
    "The net volume of the period, in units of currency or of products."
    VOLUME_TIER = "VOLUME_TIER"
    "The rank of the volume tier attained under the agreement."
    PROVEN = "PROVEN"
    "Something that a person confirms, with evidence."


class IncentiveStatus(StrEnum):
    """Where an incentive stands."""

    DRAFT = "DRAFT"
    "Being written; only who writes it sees it."
    PROPOSED = "PROPOSED"
    "Put to the partners, who may attach worked examples."
    ACTIVE = "ACTIVE"
    "In force."
    ENDED = "ENDED"
    "No longer in force; what was earned under it is still due."


class StatementStatus(StrEnum):
    """Where a statement stands."""

    ACCRUING = "ACCRUING"
    "Its period is running; the figure changes with each counted report."
    CALCULATED = "CALCULATED"
    "Its period is over and it was calculated; it waits for approval."
    APPROVED = "APPROVED"
    "Approved by who may; the credit is due."
    CREDITED = "CREDITED"
    "The credit was issued."
    DISPUTED = "DISPUTED"
    "Somebody contests it; until that is settled nothing becomes due or late."
    REJECTED = "REJECTED"
    "Approval was refused; it is to be calculated again."


class StepKind(StrEnum):
    """The steps from the measures to a payment, in the order in which they are taken."""

    RATE = "RATE"
    "What the bands' rates come to."
    PRORATION = "PRORATION"
    "What a part of a period changes."
    EXCLUSION = "EXCLUSION"
    "What lines count for that earn nothing."
    GATE = "GATE"
    "What a gate leaves."
    MINIMUM = "MINIMUM"
    "What the guaranteed minimum adds."
    CAP = "CAP"
    "What the cap cuts."
    RETURNS = "RETURNS"
    "What returns take back of what earlier periods paid."
    ADVANCES = "ADVANCES"
    "What was paid in advance."
    CARRY_FORWARD = "CARRY_FORWARD"
    "What an earlier period left to take back, and what this one leaves to the next."
    ROUNDING = "ROUNDING"
    "What rounding to minor units changes, once."
