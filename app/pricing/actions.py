"""What a vendor does to its catalogue: new products, and new wholesale prices, up to 250 in one act, all of them or none.

Every problem of every row is told at once. Products and prices of one vendor change one act at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.errors import Problem, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.pricing import queries
from app.programme.currencies import CURRENCIES
from app.programme.gtin import is_gtin
from app.programme.prices import BookPrice, Placing, announced_in_time, placing
from app.programme.wording import LONGEST_NAME, is_one_line
from app.store.database import Session
from app.store.identity import new_id

MOST_ROWS = 250
HIGHEST_PRICE = 10**17
"In 10⁻⁶ currency units: a hundred thousand million."


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product as the vendor entered it."""

    sku: str
    gtin: str | None
    name: str
    family: str
    base_unit: str
    introduced_on: date | None

    def trimmed(self) -> "NewProduct":
        gtin = self.gtin.strip() if self.gtin is not None else None
        words = (self.name.strip(), self.family.strip(), self.base_unit.strip())
        return NewProduct(self.sku.strip(), gtin or None, *words, self.introduced_on)


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A wholesale price as the vendor entered it."""

    product_id: str
    currency: str
    price: Decimal
    effective_from: date
    announced_at: datetime | None


async def create_products(request: Request[Actor], given: Sequence[NewProduct], idempotency_key: str) -> list[Key]:
    """Add products to the vendor's catalogue, in the order given. A SKU or GTIN in use is TAKEN."""
    vendor_id = _own_network(request.actor)
    async with acting(request, "createProducts") as act:
        done = await act.done_before(idempotency_key, given)
        if done is not None:
            return _read_keys(vendor_id, done)
        refuse_if(_wrong_number(given, "products"))
        await queries.take_catalogue(act.session, vendor_id)
        products = [each.trimmed() for each in given]
        problems = [problem for place, each in enumerate(products) for problem in _faults(place, each)]
        refuse_if([*problems, *await _taken(act.session, vendor_id, products)])
        now = datetime.now(UTC)
        keys = [Key(vendor_id, new_id()) for _ in products]
        rows = [
            (key.id, each.sku, each.gtin, each.name, each.family, each.base_unit, each.introduced_on or now.date())
            for key, each in zip(keys, products, strict=True)
        ]
        await queries.insert_products(act.session, vendor_id, rows, now)
        for key, each in zip(keys, products, strict=True):
            after = {"sku": each.sku, "gtin": each.gtin, "name": each.name, "family": each.family}
            await act.record(global_id("Product", key), vendor_id=vendor_id, after=after)
        await act.remember(idempotency_key, given, _written(keys))
    return keys


async def set_prices(request: Request[Actor], given: Sequence[NewPrice], idempotency_key: str) -> list[Key]:
    """Set wholesale prices, each after all others of its product and currency. Returns the products, each once.

    A price that stands already is left as it is. OVERLAP where another one begins on or after its first day; INVALID where
    it would reach back behind lines that were counted at an earlier one.
    """
    vendor_id = _own_network(request.actor)
    async with acting(request, "setPrices") as act:
        done = await act.done_before(idempotency_key, given)
        if done is not None:
            return _read_keys(vendor_id, done)
        refuse_if(_wrong_number(given, "prices"))
        await queries.take_catalogue(act.session, vendor_id)
        await queries.await_counting(act.session, vendor_id)
        now = datetime.now(UTC)
        book = await _book(act.session, vendor_id, given)
        faults = [_price_faults(place, each, book, now) for place, each in enumerate(given)]
        placed = _place(book, {place: each for place, each in enumerate(given) if not faults[place]})
        refuse_if([problem for place, own in enumerate(faults) for problem in own or placed.problems.get(place, [])])
        await _write(act, vendor_id, placed, now)
        keys = list(dict.fromkeys(key for each in given if (key := key_of("Product", each.product_id)) is not None))
        await act.remember(idempotency_key, given, _written(keys))
    return keys


def _own_network(actor: Actor) -> UUID:
    """The vendor's own network. The permissions for these acts are held by vendors alone."""
    if actor.vendor_id is None:
        raise PermissionError("only a vendor changes a catalogue")
    return actor.vendor_id


def _written(keys: Sequence[Key]) -> str:
    return " ".join(str(key.id) for key in keys)


def _read_keys(vendor_id: UUID, text: str) -> list[Key]:
    return [Key(vendor_id, UUID(each)) for each in text.split()]


def _wrong_number(given: Sequence[object], name: str) -> list[Problem]:
    if not given:
        return [Problem((name,), UserErrorCode.REQUIRED, "Give at least one.")]
    if len(given) > MOST_ROWS:
        message = f"These are {len(given):,}; one call takes at most {MOST_ROWS}. Send them in several."
        return [Problem((name,), UserErrorCode.INVALID, message)]
    return []


def _faults(place: int, given: NewProduct) -> list[Problem]:
    problems = []
    for name, text in (
        ("sku", given.sku),
        ("name", given.name),
        ("family", given.family),
        ("baseUnit", given.base_unit),
    ):
        path = ("products", str(place), name)
        if not text:
            problems.append(Problem(path, UserErrorCode.REQUIRED, "This may not be empty."))
        elif len(text) > LONGEST_NAME:
            message = f"This has {len(text):,} characters; at most {LONGEST_NAME} fit."
            problems.append(Problem(path, UserErrorCode.INVALID, message))
        elif not is_one_line(text):
            message = "This contains a line break or control characters; leave them out."
            problems.append(Problem(path, UserErrorCode.INVALID, message))
    if given.gtin is not None and not is_gtin(given.gtin):
        message = f"{given.gtin[:20]!r} is no GTIN: 8, 12, 13 or 14 digits, the last of which is the check digit."
        problems.append(Problem(("products", str(place), "gtin"), UserErrorCode.INVALID, message))
    return problems


async def _taken(session: Session, vendor_id: UUID, products: Sequence[NewProduct]) -> list[Problem]:
    """SKUs and GTINs that other products have, in the catalogue or earlier in the same input."""
    skus = [each.sku for each in products if is_one_line(each.sku)]
    gtins = [each.gtin for each in products if each.gtin is not None and is_gtin(each.gtin)]
    rows = await queries.taken(session, vendor_id, skus, gtins)
    used_skus, used_gtins = {row["sku"] for row in rows}, {row["gtin"] for row in rows}
    problems = []
    for place, each in enumerate(products):
        for name, value, used in (("sku", each.sku, used_skus), ("gtin", each.gtin, used_gtins)):
            if value and value in used:
                message = f"Another product has the {name.upper()} {value[:50]!r}."
                problems.append(Problem(("products", str(place), name), UserErrorCode.TAKEN, message))
            used.add(value)
    return problems


@dataclass(frozen=True, slots=True)
class _Book:
    """What the catalogue says of the products whose prices are set."""

    products: frozenset[UUID]
    prices: dict[tuple[UUID, str], list[BookPrice]]
    last_counted: dict[tuple[UUID, str], date]


@dataclass(frozen=True, slots=True)
class _Placed:
    """The prices to be written by product and currency, in the order of their days, or what stands against them."""

    prices: dict[tuple[UUID, str], list[NewPrice]]
    problems: dict[int, list[Problem]]
    book: _Book


async def _book(session: Session, vendor_id: UUID, given: Sequence[NewPrice]) -> _Book:
    keys = (key_of("Product", each.product_id) for each in given)
    asked = list({key.id for key in keys if key is not None and key.vendor_id == vendor_id})
    prices: dict[tuple[UUID, str], list[BookPrice]] = {}
    for row in await queries.prices_of(session, vendor_id, asked):
        held = BookPrice(row["effective_from"], row["effective_until"], row["price"])
        prices.setdefault((row["product_id"], row["currency"]), []).append(held)
    counted = await queries.last_counted(session, vendor_id, asked, min(each.effective_from for each in given))
    return _Book(
        products=await queries.known_products(session, vendor_id, asked),
        prices=prices,
        last_counted={(row["product_id"], row["currency"]): row["day"] for row in counted},
    )


def _price_faults(place: int, given: NewPrice, book: _Book, now: datetime) -> list[Problem]:
    """What is wrong with a price by itself."""
    problems = []

    def wrong(name: str, code: UserErrorCode, message: str) -> None:
        problems.append(Problem(("prices", str(place), name), code, message))

    key = key_of("Product", given.product_id)
    if key is None or key.id not in book.products:
        wrong("productId", UserErrorCode.NOT_FOUND, "There is no product with this id that you can see.")
    if given.currency not in CURRENCIES:
        wrong("currency", UserErrorCode.INVALID, f"{given.currency!r} is no currency of ISO 4217 that can be invoiced.")
    micros = Fraction(given.price) * 10**6
    if micros.denominator != 1:
        wrong("price", UserErrorCode.INVALID, f"{given.price:f} has more than six decimals.")
    elif not 0 <= micros <= HIGHEST_PRICE:
        wrong("price", UserErrorCode.INVALID, f"A price is from 0 to {HIGHEST_PRICE // 10**6:,}, not {given.price:f}.")
    if given.announced_at is not None and (
        given.announced_at.tzinfo is None or not 1900 <= given.announced_at.year < 9999
    ):
        message = "Write a moment since 1900 with its offset, such as 2026-01-31T09:00:00Z."
        wrong("announcedAt", UserErrorCode.INVALID, message)
    elif not announced_in_time(given.announced_at or now, given.effective_from, now):
        message = f"A price is announced before it begins: at the latest on {given.effective_from} at 0:00 UTC, or now."
        wrong("announcedAt", UserErrorCode.INVALID, message)
    return problems


def _place(book: _Book, given: dict[int, NewPrice]) -> _Placed:
    """Put prices that are right by themselves after those in the book, the earliest first."""
    placed = _Placed({}, {}, book)
    for place, each in sorted(given.items(), key=lambda numbered: (numbered[1].effective_from, numbered[0])):
        at = (_product(each), each.currency)
        before = book.prices.get(at, [])
        now_there = [*before, *(BookPrice(new.effective_from, None, _micros(new)) for new in placed.prices.get(at, []))]
        counted = book.last_counted.get(at) if before else None
        found = placing(now_there, each.effective_from, _micros(each), counted)
        if found is Placing.SET:
            placed.prices.setdefault(at, []).append(each)
        elif found is not Placing.STANDS:
            placed.problems[place] = [_against(place, each, found, now_there, counted)]
    return placed


def _against(place: int, given: NewPrice, found: Placing, prices: Sequence[BookPrice], counted: date | None) -> Problem:
    """Why a price cannot be set, and what would be right."""
    path = ("prices", str(place), "effectiveFrom")
    if found is Placing.OVERLAPS:
        latest = max(price.start for price in prices)
        message = f"A price in {given.currency} begins on {latest} already; a new one begins after that day."
        return Problem(path, UserErrorCode.OVERLAP, message)
    message = (
        f"Sales up to {counted} were counted at the price before, and book values of counted lines stay as they are. "
        f"Let the price begin after {counted}."
    )
    return Problem(path, UserErrorCode.INVALID, message)


async def _write(act: Act, vendor_id: UUID, placed: _Placed, now: datetime) -> None:
    """Write the prices, end those before them, and write down what changed."""
    ends, rows = [], []
    for (product_id, currency), prices in placed.prices.items():
        ends.append((product_id, currency, prices[0].effective_from))
        following = [price.effective_from for price in prices[1:]]
        for price, end in zip(prices, [*following, None], strict=True):
            announced = price.announced_at or now
            rows.append((product_id, currency, price.effective_from, end, _micros(price), announced))
    await queries.end_prices(act.session, vendor_id, ends)
    await queries.insert_prices(act.session, vendor_id, rows)
    for (product_id, currency), prices in placed.prices.items():
        held = placed.book.prices.get((product_id, currency), [])
        before = {"currency": currency, "price": held[-1].price, "effectiveFrom": str(held[-1].start)} if held else None
        after = [{"price": format(price.price, "f"), "effectiveFrom": str(price.effective_from)} for price in prices]
        subject = global_id("Product", Key(vendor_id, product_id))
        await act.record(subject, vendor_id=vendor_id, before=before, after={"currency": currency, "prices": after})


def _product(given: NewPrice) -> UUID:
    key = key_of("Product", given.product_id)
    assert key is not None
    return key.id


def _micros(given: NewPrice) -> int:
    return int(Fraction(given.price) * 10**6)
