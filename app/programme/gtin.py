"""The GTIN, the number on a product's barcode: 8, 12, 13 or 14 digits, the last of which checks the others."""

LENGTHS = frozenset({8, 12, 13, 14})


def is_gtin(text: str) -> bool:
    """Whether the text is a GTIN: from the right, digits weigh 1, 3, 1, 3 … and sum to a multiple of ten."""
    if len(text) not in LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return sum(weighed) % 10 == 0
