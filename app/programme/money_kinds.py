"""The kinds of money that a vendor and a distributor owe each other: each has books of its own in the ledger."""

from enum import StrEnum


class MoneyKind(StrEnum):
    """What money is about."""

    INCENTIVE = "INCENTIVE"
    "What incentives pay: rebates, bonuses, allowances."
    SPECIAL_PRICE = "SPECIAL_PRICE"
    "The debits of special prices: ship and debit."
    PRICE_PROTECTION = "PRICE_PROTECTION"
    "Credits for stock on hand when a price drops."
    STOCK_ROTATION = "STOCK_ROTATION"
    "Credits for stock sent back."
    VOLUME_COMMITMENT = "VOLUME_COMMITMENT"
    "What a missed volume commitment costs."
