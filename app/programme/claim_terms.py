"""The terms of claims, credits and the ledger: every kind, state and reason that is written down, each with its meaning.

A distributor claims what the vendor owes it for a special price, a price drop or stock that it sends back; it may also take
the money itself, by a debit memo. Each unit that is refused has a reason, so that the distributor can answer it.
"""

from enum import StrEnum


class SpecialPriceKind(StrEnum):
    """How a special price says what a unit may cost the distributor."""

    DOWN_TO = "DOWN_TO"
    "Down to a price: the vendor pays what the unit cost above it."
    DOWN_BY_AMOUNT = "DOWN_BY_AMOUNT"
    "Down by an amount per unit, but never by more than the unit cost."
    DOWN_BY_SHARE = "DOWN_BY_SHARE"
    "Down by a share of what the unit cost."
    MARGIN_GUARANTEE = "MARGIN_GUARANTEE"
    """
    So far down that the distributor keeps a margin of the resale price (credit = margin × resale − resale + cost), but never
    by more than an agreed amount per unit.
    """


class SpecialPriceStatus(StrEnum):
    """Where a special price stands."""

    ACTIVE = "ACTIVE"
    "Sales of its days may be claimed."
    ENDED = "ENDED"
    "It was ended before its time: sales from that day on are not paid for."


class CostBasis(StrEnum):
    """What a unit cost the distributor before the special price."""

    BOOK_AT_RESALE = "BOOK_AT_RESALE"
    "The distributor's price in the price book on the day of the resale; the default."
    AT_PURCHASE = "AT_PURCHASE"
    "What the distributor last paid on or before the day of the resale."
    FIFO_LAYER = "FIFO_LAYER"
    "What was paid for the very stock that was sold, the oldest leaving first."


class DenialReason(StrEnum):
    """Why units of a claim line are not paid."""

    EXPIRED = "EXPIRED"
    "The special price had been ended before the sale."
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    "The sale lies outside the days of the special price."
    WRONG_PRODUCT = "WRONG_PRODUCT"
    "The special price is not for this product."
    WRONG_CUSTOMER = "WRONG_CUSTOMER"
    "The special price is not for this customer."
    WRONG_CURRENCY = "WRONG_CURRENCY"
    "What the unit cost, or sold for, is not in the currency of the special price."
    FILED_LATE = "FILED_LATE"
    "The claim came after the last day for filing it."
    LINE_NOT_COUNTED = "LINE_NOT_COUNTED"
    "The line does not count as a sale: it was corrected, is held or rejected, or is of a type that does not count."
    MORE_THAN_SOLD = "MORE_THAN_SOLD"
    "More was claimed than the line sold."
    RETURNED = "RETURNED"
    "The units came back."
    ALREADY_CLAIMED = "ALREADY_CLAIMED"
    "The units were paid for by an earlier claim."
    OVER_QUANTITY = "OVER_QUANTITY"
    "The special price has fewer units left than were claimed."
    NO_COST = "NO_COST"
    "It is not known what the units cost."
    NO_RESALE_PRICE = "NO_RESALE_PRICE"
    "A margin is guaranteed, and no resale price is known."
    NOT_BELOW_COST = "NOT_BELOW_COST"
    "The units cost no more than the special price, so nothing is owed."


class LineDecision(StrEnum):
    """What was decided of a claim line."""

    APPROVED = "APPROVED"
    "Every unit claimed is paid."
    PARTLY_APPROVED = "PARTLY_APPROVED"
    "Some units are paid, the others are denied with a reason."
    DENIED = "DENIED"
    "No unit is paid."


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    FILED = "FILED"
    "Received; lines wait for a person to decide."
    DECIDED = "DECIDED"
    "Every line is approved or denied; nothing is credited yet."
    CREDITED = "CREDITED"
    "What was approved is credited."
    DISPUTED = "DISPUTED"
    "One side contests a decision."
    WITHDRAWN = "WITHDRAWN"
    "The distributor took it back before it was credited."


class ClaimAct(StrEnum):
    """What a person does about a claim."""

    DECIDE = "DECIDE"
    "The vendor's finance approves or denies lines: those that wait for a person, and those decided otherwise before."
    CREDIT = "CREDIT"
    "The vendor has issued the credit memo."
    DISPUTE = "DISPUTE"
    "The distributor contests the decision."
    WITHDRAW = "WITHDRAW"
    "The distributor takes the claim back."


class WaitsFor(StrEnum):
    """Why a claim line is left to a person."""

    END_CUSTOMER = "END_CUSTOMER"
    "The special price is for one end customer, and the line does not say who bought."
    LARGE_AMOUNT = "LARGE_AMOUNT"
    "Its debit is larger than what the special price lets be approved at once."


class DeemedDecision(StrEnum):
    """What becomes of a claim that nobody decides in time."""

    NONE = "NONE"
    "Nothing: it stays open."
    APPROVED = "APPROVED"
    "It is deemed approved."
    DENIED = "DENIED"
    "It is deemed denied."


class AgeBucket(StrEnum):
    """How long something has been open, in days."""

    DAYS_0_30 = "DAYS_0_30"
    "Up to 30 days."
    DAYS_31_60 = "DAYS_31_60"
    "31 to 60 days."
    DAYS_61_90 = "DAYS_61_90"
    "61 to 90 days."
    OVER_90 = "OVER_90"
    "More than 90 days."


class ReductionKind(StrEnum):
    """What lowers the net cost of a unit. Of one day, they lower it in this order."""

    PRICE_PROTECTION = "PRICE_PROTECTION"
    "A credit for stock on hand when the price dropped."
    SPECIAL_PRICE = "SPECIAL_PRICE"
    "The debit of a special price."
    STOCK_ROTATION = "STOCK_ROTATION"
    "The credit for a unit sent back."


class CreditOutcome(StrEnum):
    """What a price change comes to for the stock on hand."""

    CREDITED = "CREDITED"
    "The distributor is credited."
    CHARGED = "CHARGED"
    "The distributor is charged, because the agreement writes stock up."
    NOT_COUNTED = "NOT_COUNTED"
    "Nobody knows what was on hand: no count covers all of the product's stock."
    NOTHING_ON_HAND = "NOTHING_ON_HAND"
    "Nothing was on hand on the day."
    NOTHING_BOUGHT = "NOTHING_BOUGHT"
    "Nothing was bought within the look-back window."
    BELOW_MINIMUM_DROP = "BELOW_MINIMUM_DROP"
    "The price dropped by less than the agreement asks for."
    RISE_NOT_AGREED = "RISE_NOT_AGREED"
    "The price rose, and the agreement does not write stock up."
    PAID_NO_MORE = "PAID_NO_MORE"
    "The distributor had paid no more than the new price."


class RotationLimit(StrEnum):
    """Why units offered for rotation are not taken back."""

    OVER_ALLOWANCE = "OVER_ALLOWANCE"
    "The allowance of the quarter does not cover them."
    OFFSETTING_ORDER = "OFFSETTING_ORDER"
    "The offsetting order is not large enough."
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    "The agreement takes no stock of this product back."


class MatchKind(StrEnum):
    """How a debit memo came to its claim."""

    REFERENCE = "REFERENCE"
    "It names the claim."
    CONFIRMED = "CONFIRMED"
    "A person confirmed a proposal."


class UnmatchedReason(StrEnum):
    """Why a debit memo has no claim."""

    NO_REFERENCE = "NO_REFERENCE"
    "It names no claim."
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    "No claim has the number that it names."
    WRONG_CURRENCY = "WRONG_CURRENCY"
    "The claim that it names is in another currency."


class ShortfallConsequence(StrEnum):
    """What follows when a volume commitment is missed."""

    NONE = "NONE"
    "Nothing."
    REBATE_VOID = "REBATE_VOID"
    "The period earns no rebate."
    TIER_DROP = "TIER_DROP"
    "The tier that carries into the next period is one lower."
    SHORTFALL_FEE = "SHORTFALL_FEE"
    "The distributor owes a share of the shortfall."


class AccountPurpose(StrEnum):
    """What an account of an agreement and kind of money holds."""

    EXPENSE = "EXPENSE"
    "What the programme has cost the vendor."
    ACCRUED = "ACCRUED"
    "What was earned and is not approved yet."
    RESERVED = "RESERVED"
    "What was approved and waits to be posted or voided."
    PAYABLE = "PAYABLE"
    "What was posted and is not credited yet."
    DEDUCTED = "DEDUCTED"
    "What the distributor took by debit memos that no credit has cleared."
    PARTNER = "PARTNER"
    "What the distributor's account with the vendor was relieved of."


class LedgerAct(StrEnum):
    """What makes money move in the ledger."""

    ACCRUE = "ACCRUE"
    "Something was earned."
    ADJUST = "ADJUST"
    "A recalculation posts the difference to what was accrued."
    RESERVE = "RESERVE"
    "A statement or claim was approved; the money is set aside."
    POST = "POST"
    "What was set aside is owed for good."
    VOID = "VOID"
    "What was set aside goes back to what is accrued."
    CREDIT = "CREDIT"
    "A credit memo is issued to the distributor's account."
    DEDUCT = "DEDUCT"
    "The distributor takes money by a debit memo."
    CLEAR = "CLEAR"
    "A credit memo settles what the distributor had taken."


class GamingSign(StrEnum):
    """What a back-test notices in how payouts lie."""

    BUNCHING = "BUNCHING"
    "Many more partners end just above a threshold than just below it."
    PERIOD_END_LOADING = "PERIOD_END_LOADING"
    "The last days of a period hold much more than their part of it."
    CLIFF = "CLIFF"
    "The payment jumps at a threshold."
