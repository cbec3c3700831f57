"""Where the demo's channel stands out: an overstocked corner, a starved one, one that lapses, one that thrives.

Kestrel has bought far more portable drives than it sells, and its Canadian resellers, all but the largest, have stopped
buying. Lindholm wins resellers and wins others back, and so it has run out of one product and is short of another. Two of
Kestrel's resellers have never bought a family of products that their likes buy. Three distributors count their stock at the
end of each of the last months, and a few drives are missing at one of them; Brightwater does not count.
"""

from app.demo.history import MONTHS

OVERSTOCKED, OVERSTOCKED_FROM = "NP50PORT", 14
"What Kestrel buys far ahead of its sales, and since which month of the history."
STARVED, STARVED_FROM = "WD20PURZ", MONTHS - 2
"What Lindholm has none of, from which month on."
SHORT = "NW40NAS"
"What Lindholm has hardly any of at the end of the last month."
MISSING, MISSING_UNITS = "NE80ENT", 7
"Of what fewer are there than there should be at the Brazilian distributor's last count, and how many fewer."
WAREHOUSES = {"BR": "Vitória", "KD": "Dallas", "LN": "Malmö"}
"Agreement → where its distributor counts stock."
COUNTED_FROM = MONTHS - 4
"From which month on stock is counted at the end of each."
LAPSES_AFTER, RETURNS_IN = MONTHS - 4, MONTHS - 2
"The last month in which those buy that lapse, and the first one in which those buy that are new or came back."
AWAY = range(MONTHS - 10, RETURNS_IN)
"In which months those do not buy that came back."

_LAPSING_COUNTRY, _LAPSING_RANKS = "CA", range(5, 40)
_NEW_RANKS, _BACK_RANKS = frozenset({9, 12, 16, 20}), frozenset({7, 11, 14})
_LEFT_OUT = {("KD", 20): "Enterprise Drives", ("KD", 24): "NAS Drives"}


def lapses(code: str, country: str, rank: int) -> bool:
    """Whether the reseller of this rank under an agreement has stopped buying lately."""
    return code == "KD" and country == _LAPSING_COUNTRY and rank in _LAPSING_RANKS


def is_new(code: str, rank: int) -> bool:
    """Whether it has begun to buy lately."""
    return code == "LN" and rank in _NEW_RANKS


def away(code: str, rank: int) -> range:
    """In which months it did not buy, between others in which it did."""
    return AWAY if code == "LN" and rank in _BACK_RANKS else range(0)


def left_out(code: str, rank: int) -> str | None:
    """The family of products that it has never bought; None where there is none."""
    return _LEFT_OUT.get((code, rank))


def is_starved(code: str, sku: str, number: int) -> bool:
    """Whether a distributor has none of a product to sell in a month."""
    return code == "LN" and sku == STARVED and number >= STARVED_FROM


def order(code: str, sku: str, number: int, sold: int, stock: int) -> int | None:
    """How much a distributor in such a corner orders of what it sold in a month and had in stock before, in whole units;
    None where it orders as anybody does."""
    if code == "KD" and sku == OVERSTOCKED and number >= OVERSTOCKED_FROM:
        return -(-3 * max(sold, 10) // 5) * 5
    if code == "LN" and sku == STARVED and number >= STARVED_FROM - 2:
        return max(0, sold - stock) if number < STARVED_FROM else 0
    if code == "LN" and sku == SHORT and number == MONTHS - 1:
        return max(0, sold + sold // 50 - stock)
    return None
