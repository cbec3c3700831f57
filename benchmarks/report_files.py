"""Sales reports as distributors send them: a hundred thousand lines of one month, as CSV and as X12 867.

Every line can be placed: its product and account are known, its day lies in the agreement. Documents have five lines.
Prices lie up to a quarter around what is usual for the product; one line in a hundred has a price of four times that, as
real reports have a mistake here and there, and is warned of. The same number makes the same report, whichever way it is
written.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from benchmarks.network import Network, accounts, usual_price

MONTH = date(2026, 7, 1)
LINES_OF_A_DOCUMENT = 5
TRANSACTION = 2_000
MISTAKES, MISTAKEN = 100, 4
"One price in so many is so many times what is usual."
COLUMNS = (
    "document_number document_line sold_on product_code reseller_account"
    " quantity unit unit_price currency ship_to_country"
)


class Line(NamedTuple):
    """One line; the price in cents."""

    document: str
    line: int
    sold_on: date
    product: str
    account: str
    quantity: int
    cents: int


def lines(net: Network, name: str, number: int, code: str | None = None) -> Iterator[Line]:
    """Lines for the first agreement's resellers, of documents that begin with the name. With a `code` that nobody knows
    yet, all of them are sales of one product, the first, at its price."""
    dice = Random(name)
    products, resellers = net.size.products, net.size.authorizations
    for start in range(0, number, LINES_OF_A_DOCUMENT):
        day, account = MONTH + timedelta(days=dice.randrange(28)), accounts(dice.randrange(resellers))[0]
        document = f"{name}{start // LINES_OF_A_DOCUMENT:06}"
        for place in range(1, 1 + min(LINES_OF_A_DOCUMENT, number - start)):
            product, quantity = 0 if code else dice.randrange(products), 1 + dice.randrange(9)
            yield Line(document, place, day, code or f"P-{product:02}", account, quantity, _cents(dice, product))


def _cents(dice: Random, product: int) -> int:
    """What the reseller paid for one of a product."""
    usual = usual_price(product) // 10_000
    mistaken = MISTAKEN if dice.randrange(MISTAKES) == 0 else 1
    return usual * mistaken * (75 + dice.randrange(51)) // 100


def as_csv(found: Iterator[Line]) -> bytes:
    """Comma-separated, with a header of the canonical names."""
    rows = (
        f"{each.document},{each.line},{each.sold_on},{each.product},{each.account},{each.quantity},EA,"
        f"{each.cents // 100}.{each.cents % 100:02},EUR,DE"
        for each in found
    )
    return "\n".join([COLUMNS.replace(" ", ","), *rows, ""]).encode()


def as_x12(found: Iterator[Line]) -> bytes:
    """An interchange of several sales reports, each of some hundred documents."""
    whole = list(found)
    parts = [whole[start : start + TRANSACTION] for start in range(0, len(whole), TRANSACTION)]
    segments = [
        "ISA*00*          *00*          *ZZ*DISTRIBUTOR    *ZZ*VENDOR         *260801*0900*U*00401*000000001*0*P*>",
        "GS*PT*DISTRIBUTOR*VENDOR*20260801*0900*1*X*004010",
    ]
    for number, part in enumerate(parts, 1):
        body = [f"ST*867*{number:04}", f"BPT*00*{number}*20260801*02", "CUR*DS*EUR", *_transfers(part)]
        segments += [*body, f"SE*{len(body) + 1}*{number:04}"]
    segments += [f"GE*{len(parts)}*1", "IEA*1*000000001"]
    return ("~\n".join(segments) + "~\n").encode()


def _transfers(part: list[Line]) -> Iterator[str]:
    """A transfer for each document, with its buyer, and an item for each line."""
    document = None
    for each in part:
        if each.document != document:
            document = each.document
            yield from ("PTD*SS", f"N1*ST*A RESELLER*92*{each.account}", "N4*BERLIN***DE")
        yield from (
            f"QTY*32*{each.quantity}*EA",
            f"LIN*{each.line}*VP*{each.product}",
            f"UIT*EA*{each.cents // 100}.{each.cents % 100:02}",
            f"REF*DI*{each.document}",
            f"REF*LI*{each.line}",
            f"DTM*003*{each.sold_on:%Y%m%d}",
        )
