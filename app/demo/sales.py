"""What the demo's distributors sold and bought in two years: seasonal, growing, skewed, and with the accidents of a channel.

About three lines in a hundred come back, on a credit note that names the invoice line. The Brazilian distributor has a
code of its own for a product which nobody has explained yet, Kestrel an account that nobody knows; Brightwater now and
then ships out of its territory. Everywhere a few rows are wrong, Pacific Gate once sent lines again, and Lindholm missed
a month. What stands out of it otherwise, `corners` says. The same history has the same lines, every time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from math import log
from random import Random
from typing import NamedTuple

from app.demo.catalogue import END_CUSTOMERS
from app.demo.corners import is_starved, order
from app.demo.history import MONTHS, History
from app.demo.network import ALPHA, BRAZIL, BRIGHTWATER, KESTREL, LINDHOLM, PACIFIC, Agreement, Authorization, Product
from app.programme.spans import month_after
from app.programme.terms import DocumentKind, Outcome, SaleType

SEASON = (0.86, 0.88, 1.06, 0.93, 0.95, 1.09, 0.84, 0.80, 1.11, 1.03, 1.17, 1.28)
"Month of the year → sales, where 1 is the mean."
GROWTH = 0.10
RETURNED = 0.03
UNKNOWN_PRODUCT_CODE, UNKNOWN_PRODUCT = "BR-4TB-VIG", "WD40PURZ"
OWN_CODE, OWN_PRODUCT = "4000123", "WD10PURZ"
"The Brazilian distributor's code for a product, which it has confirmed."
UNKNOWN_ACCOUNT = "K-99120"
MISSING_MONTH, RESENT_MONTH = 17, 16
UNKNOWN_PRODUCT_MONTHS, UNKNOWN_ACCOUNT_MONTHS, OUTSIDE_MONTHS = (4, 9, 13, 17, 20, 23), (11, 21), (8, 19)
SPECIAL_PRICE = "SD-ALPHA-01"
"What the Brazilian distributor's lines of the last month carry that are sold under its special price for Alpha."

_TASTE = {
    "RETAILER": {"Portable Storage": 2.5, "Enterprise Drives": 0.2, "Switches": 0.6},
    "MSP": {"NAS Drives": 1.6, "Portable Storage": 0.4, "Access Points": 1.4},
    "SOLUTION_INTEGRATOR": {"Enterprise Drives": 2.0, "Surveillance Drives": 1.4, "Switches": 1.5},
}


class Line(NamedTuple):
    """A row of a sell-through report, and what should become of it.

    `quantity` in whole units, `unit_price` in hundredths of the agreement's currency. No `authorization`: the account is
    nobody's. An ACCEPTED line counts unless it is a sample.
    """

    document_number: str
    document_line: int
    document_kind: DocumentKind
    return_of: str | None
    sold_on: date
    product_code: str
    account: str
    quantity: int
    unit_price: int | None
    sale_type: SaleType
    ship_to: str
    end_customer: str | None
    special_price_number: str | None
    product: Product
    authorization: Authorization | None
    outcome: Outcome

    @property
    def counts(self) -> bool:
        return self.outcome is Outcome.ACCEPTED and self.sale_type is not SaleType.SAMPLE


class Delivery(NamedTuple):
    """A line of the vendor's invoices to a distributor; `quantity` in whole units, `unit_price` in 10⁻⁶ currency units."""

    document_number: str
    document_line: int
    invoiced_on: date
    product: Product
    quantity: int
    unit_price: int


@dataclass(frozen=True)
class Month:
    """A month under one agreement: what was sold, in the order of the report, what was bought, and what is in stock at its
    end, in whole units by code. Sales are None where the distributor did not report."""

    number: int
    first: date
    sold: list[Line] | None
    bought: list[Delivery]
    stock: dict[str, int]


@dataclass
class _Book:
    """What has to be remembered from month to month."""

    returns: dict[int, list[Line]] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)


def sales(agreement: Agreement, history: History, share: float = 1.0) -> Iterator[Month]:
    """Month by month what was sold and bought under an agreement. `share` makes fewer lines, for tests."""
    book, before = _Book(), list[Line]()
    for number, first in enumerate(history.months):
        dice = Random(f"{agreement.terms.vendor}/{agreement.terms.code}/{first:%Y-%m}")  # noqa: S311  nothing secret
        invoiced = _invoices(agreement, number, first, share, dice)
        _send_back(book, agreement.terms.code, invoiced, number, dice)
        given_back = _credit_notes(book, number, agreement.terms.code, first)
        real = [*invoiced, *given_back]
        bought = list(_deliveries(agreement, number, first, book, real))
        reported = [*_with_accidents(agreement, number, real, before, dice)]
        if agreement.terms.distributor == BRAZIL and number == MONTHS - 1:
            reported = _with_special_price(reported)
        yield Month(number, first, None if is_missing(agreement, number) else reported, bought, dict(book.stock))
        before = reported


def is_missing(agreement: Agreement, number: int) -> bool:
    """Whether the distributor did not report this month of the history."""
    return agreement.terms.distributor == LINDHOLM and number == MISSING_MONTH


def _invoices(agreement: Agreement, number: int, first: date, share: float, dice: Random) -> list[Line]:
    """The month's invoices, numbered by day."""
    whole = sum(each.weight for each in agreement.authorizations)
    usual = agreement.terms.lines * share * SEASON[first.month - 1] * (1 + GROWTH) ** (number / 12 - 1)
    days = _business_days(first)
    drawn: list[tuple[int, Authorization, int]] = []
    for buyer in agreement.authorizations:
        if not buyer.buys(number):
            continue
        left = int(usual * buyer.weight / whole * (0.8 + 0.4 * dice.random()) + dice.random())
        while left > 0:
            size = min(left, 1 + int(dice.random() ** 2 * 6))
            drawn.append((int(len(days) * dice.random() ** 0.85), buyer, size))
            left -= size
    drawn.sort(key=lambda each: each[0])
    shelves = {
        kind: _Shelf.of(agreement, number, first, kind) for kind in {a.reseller.partner_type for _, a, _ in drawn}
    }
    found: list[Line] = []
    for place, (day, buyer, size) in enumerate(drawn, 1):
        document = f"{agreement.terms.code}{first:%y%m}-{place:05}"
        shelf = shelves[buyer.reseller.partner_type]
        products = [product for product in shelf.take(size, dice) if product.family.name != buyer.left_out]
        found += _invoice(agreement, number, document, days[day], buyer, products, dice)
    return found


class _Shelf(NamedTuple):
    """What a kind of reseller chooses from in a month, and how gladly."""

    products: Sequence[Product]
    weights: Sequence[float]

    @classmethod
    def of(cls, agreement: Agreement, number: int, first: date, kind: str) -> "_Shelf":
        taste = _TASTE.get(kind, {})
        places: dict[str, int] = {}
        weights = []
        for product in agreement.products:
            family = product.family
            place = places[family.name] = places.get(family.name, -1) + 1
            peak = family.year_end_peak if first.month >= 11 else 1.0
            growing = (1 + family.growth) ** (number / 12)
            there = number >= product.first_month and not is_starved(agreement.terms.code, product.sku, number)
            weights.append(family.share * growing * peak * taste.get(family.name, 1.0) * 0.8**place * there)
        return cls(agreement.products, list(accumulate(weights)))

    def take(self, number: int, dice: Random) -> list[Product]:
        return dice.choices(self.products, cum_weights=self.weights, k=number)


def _invoice(
    agreement: Agreement,
    number: int,
    document: str,
    day: date,
    buyer: Authorization,
    products: Sequence[Product],
    dice: Random,
) -> Iterator[Line]:
    terms = agreement.terms
    account = buyer.accounts[0] if dice.random() < 0.8 else buyer.accounts[-1]
    customer = END_CUSTOMERS[int(dice.random() * len(END_CUSTOMERS))] if dice.random() < 0.25 else None
    chance = dice.random()
    kind = SaleType.DROP_SHIPMENT if chance < 0.02 else SaleType.SAMPLE if chance < 0.024 else SaleType.SALE
    special = f"SD-{day:%Y}-{1 + int(dice.random() * 40):04}" if dice.random() < 0.04 else None
    margin = 1.045 + 0.09 * (1 - buyer.weight**0.5) + (0.0 if special is None else -0.04)
    for place, product in enumerate(products, 1):
        price = round(product.price(terms.currency, number) * (margin + 0.03 * dice.random()) / 10_000)
        unpriced = "unit_price" not in terms.mandatory_fields and dice.random() < 0.01
        own = terms.distributor == BRAZIL and product.sku == OWN_PRODUCT and dice.random() < 0.3
        yield Line(
            document_number=document,
            document_line=place,
            document_kind=DocumentKind.INVOICE,
            return_of=None,
            sold_on=day,
            product_code=OWN_CODE if own else product.sku,
            account=account,
            quantity=_quantity(product, buyer, dice),
            unit_price=None if unpriced else price,
            sale_type=kind,
            ship_to=buyer.reseller.country,
            end_customer=customer,
            special_price_number=special,
            product=product,
            authorization=buyer,
            outcome=Outcome.ACCEPTED,
        )


def _quantity(product: Product, buyer: Authorization, dice: Random) -> int:
    """Many of what is cheap, few of what is dear; large resellers order more at a time."""
    usual = min(14.0, 700_000_000 / product.opening_price) * (0.7 + 0.6 * buyer.weight**0.5)
    return 1 + int(-log(1 - dice.random()) * usual)


def _business_days(first: date) -> list[date]:
    every = (first + timedelta(days=n) for n in range((month_after(first) - first).days))
    return [day for day in every if day.weekday() < 5]


def _send_back(book: _Book, code: str, invoiced: list[Line], number: int, dice: Random) -> None:
    """Decide which lines come back, when, and how much of them: of what a distributor has none of, nothing."""
    for line in invoiced:
        if dice.random() >= RETURNED or line.sale_type is not SaleType.SALE:
            continue
        day = line.sold_on + timedelta(days=3 + int(dice.random() * 24))
        later = number + (day >= month_after(line.sold_on))
        if later < MONTHS and not is_starved(code, line.product.sku, later):
            back = -max(1, round(line.quantity * (0.2 + 0.8 * dice.random())))
            named = f"{line.document_number}:{line.document_line}"
            returned = line._replace(sold_on=day, quantity=back, return_of=named, sale_type=SaleType.RETURN)
            book.returns.setdefault(later, []).append(returned)


def _credit_notes(book: _Book, number: int, code: str, first: date) -> list[Line]:
    """What comes back in this month, by day; a credit note for each."""
    found = sorted(book.returns.pop(number, []), key=lambda line: (line.sold_on, line.return_of))
    return [
        line._replace(
            document_number=f"{code}C{first:%y%m}-{place:04}",
            document_line=1,
            document_kind=DocumentKind.CREDIT_NOTE,
            special_price_number=None,
        )
        for place, line in enumerate(found, 1)
    ]


def _with_accidents(
    agreement: Agreement, number: int, lines: list[Line], before: list[Line], dice: Random
) -> Iterator[Line]:
    """The lines as they were reported, with what went wrong in the report."""
    distributor, held = agreement.terms.distributor, 0
    for line in lines:
        strange = _held(distributor, number, line) if held < 5 and line.document_kind is DocumentKind.INVOICE else None
        held += strange is not None
        yield strange or line
    if distributor == PACIFIC and number == RESENT_MONTH:
        again = [line for line in before if line.outcome is Outcome.ACCEPTED][:6]
        yield from (line._replace(outcome=Outcome.DUPLICATE) for line in again)
    if lines and dice.random() < 0.3:
        wrong = lines[int(dice.random() * len(lines))]
        for place in range(1 + int(dice.random() * 3)):
            yield _rejected(wrong, place, int(dice.random() * 4))


def for_alpha(lines: Sequence[Line]) -> list[Line]:
    """What Alpha bought of the two products that it bought most often, and may be sold at a special price."""
    bought = [
        line for line in lines if is_plain(line) and line.authorization and line.authorization.reseller.name == ALPHA
    ]
    often = {product for product, _ in Counter(line.product for line in bought).most_common(2)}
    return [line for line in bought if line.product in often]


def is_plain(line: Line) -> bool:
    """Whether it is a sale under no other special price."""
    plain = line.counts and line.sale_type is SaleType.SALE and line.quantity > 0
    return plain and line.special_price_number in {None, SPECIAL_PRICE}


def _with_special_price(lines: list[Line]) -> list[Line]:
    """The lines, every other one of Alpha's with the number of its special price, and wrongly one of somebody else's."""
    own = for_alpha(lines)
    products = {line.product for line in own}
    others = [line for line in lines if is_plain(line) and line not in own]
    wrong = sorted(others, key=lambda line: line.product not in products)[:1]
    carrying = {*own[::2], *wrong}
    return [line._replace(special_price_number=SPECIAL_PRICE) if line in carrying else line for line in lines]


def _held(distributor: str, number: int, line: Line) -> Line | None:
    """The line as it cannot be placed, where this distributor's report of this month is like that."""
    if distributor == BRAZIL and number in UNKNOWN_PRODUCT_MONTHS and line.product.sku == UNKNOWN_PRODUCT:
        return line._replace(product_code=UNKNOWN_PRODUCT_CODE, outcome=Outcome.HELD)
    if distributor == KESTREL and number in UNKNOWN_ACCOUNT_MONTHS and line.quantity == 2:
        return line._replace(account=UNKNOWN_ACCOUNT, authorization=None, outcome=Outcome.HELD)
    if distributor == BRIGHTWATER and number in OUTSIDE_MONTHS and line.quantity == 3:
        return line._replace(ship_to="CH", outcome=Outcome.HELD)
    return None


def _rejected(line: Line, place: int, mistake: int) -> Line:
    """A row that nobody can read as a fact."""
    row = line._replace(
        document_number=f"{line.document_number}X{place}", sale_type=SaleType.SALE, outcome=Outcome.REJECTED
    )
    match mistake:
        case 0:
            return row._replace(quantity=0)
        case 1:
            return row._replace(product_code="")
        case 2:
            return row._replace(sold_on=line.sold_on + timedelta(days=400))
        case _:
            return row._replace(account="")


def _deliveries(agreement: Agreement, number: int, first: date, book: _Book, lines: list[Line]) -> Iterator[Delivery]:
    """What the distributor bought: the month's sales, and a stock that lasts for some weeks more."""
    sold: dict[str, int] = {}
    for line in lines:
        if line.sale_type is not SaleType.SAMPLE:
            sold[line.product.sku] = sold.get(line.product.sku, 0) + line.quantity
    places = [0, 0, 0, 0]
    for product in agreement.products:
        gone = sold.get(product.sku, 0)
        stock = book.stock.get(product.sku, 0)
        usual = max(0, round(gone * 1.45) + 4 - stock) if number >= product.first_month else 0
        units = order(agreement.terms.code, product.sku, number, gone, stock)
        units = -(-usual // 5) * 5 if units is None else units
        book.stock[product.sku] = stock + units - gone
        parts = [units] if units < 60 else [units // 10 * 5, units - units // 10 * 5]
        for part in filter(None, parts):
            week = (number + sum(map(ord, product.sku)) + part) % 4
            places[week] += 1
            document = f"{agreement.terms.vendor[:2].upper()}{first:%y%m}-{agreement.terms.code}-{week + 1}"
            day = first + timedelta(days=3 + 7 * week)
            yield Delivery(document, places[week], day, product, part, product.price(agreement.terms.currency, number))
