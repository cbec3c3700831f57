"""How a vendor sets recommended prices and floors of advertised prices: up to 250 in one act, all of them or none.

Each comes after all others of its product and currency (or country), and is announced before it begins, or at once. What
stands already is left as it is. Outside the United States a floor binds only where the vendor says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.actions import MOST_ROWS
from app.pricing.guidance import queries
from app.pricing.queries import known_products, take_catalogue
from app.programme.prices import announced_in_time
from app.store.database import Row

BINDING_BY_ITSELF = frozenset({"US"})
"The countries in which a floor of advertised prices binds unless the vendor says otherwise."


@dataclass(frozen=True, slots=True)
class NewRecommendedPrice:
    """A recommended price as the vendor entered it."""

    product_id: str
    currency: str
    price: Decimal
    effective_from: date
    announced_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewFloor:
    """A floor of advertised prices as the vendor entered it; without a price there is none any more."""

    product_id: str
    country: str
    currency: str
    price: Decimal | None
    effective_from: date
    announced_at: datetime | None
    binding: bool | None


@dataclass(frozen=True, slots=True)
class _Set:
    """One of them, checked: of which product, where (currency or country), from when, and what it says."""

    product_id: UUID
    place: str
    start: date
    says: tuple[object, ...]
    announced_at: datetime


async def set_recommended_prices(
    request: Request[Actor], given: Sequence[NewRecommendedPrice], idempotency_key: str
) -> list[Key]:
    """Set recommended prices. Returns the products, each once. OVERLAP where another begins on or after the first day."""
    async with acting(request, "setRecommendedPrices") as act:
        vendor_id = _own_network(request.actor)
        done = await act.done_before(idempotency_key, given)
        if done is not None:
            return [Key(vendor_id, UUID(each)) for each in done.split()]
        check, now = _counted(given, "prices"), datetime.now(UTC)
        ids = await _products(act, check, vendor_id, [each.product_id for each in given], "prices")
        new = []
        for at, (each, product) in enumerate(zip(given, ids, strict=True)):
            path = ("prices", str(at))
            check.currency(each.currency, *path, "currency")
            price = check.scaled(each.price, 6, *path, "price")
            announced = _announced(check, each.announced_at, each.effective_from, now, *path)
            new.append(_Set(product, each.currency, each.effective_from, (price,), announced))
        check.settle()
        standing = await queries.recommended_of(act.session, vendor_id, ids)
        fresh = _placed(check, new, standing, ("price",), "prices")
        check.settle()
        rows = [(each.product_id, each.place, each.start, *each.says, each.announced_at) for each in fresh]
        await queries.insert_recommended(act.session, vendor_id, rows)
        return await _remember(act, vendor_id, given, idempotency_key, ids, fresh)


async def set_floors(request: Request[Actor], given: Sequence[NewFloor], idempotency_key: str) -> list[Key]:
    """Set floors of advertised prices, by country. Returns the products, each once. OVERLAP as for recommended prices."""
    async with acting(request, "setAdvertisedPriceFloors") as act:
        vendor_id = _own_network(request.actor)
        done = await act.done_before(idempotency_key, given)
        if done is not None:
            return [Key(vendor_id, UUID(each)) for each in done.split()]
        check, now = _counted(given, "floors"), datetime.now(UTC)
        ids = await _products(act, check, vendor_id, [each.product_id for each in given], "floors")
        new = []
        for at, (each, product) in enumerate(zip(given, ids, strict=True)):
            path = ("floors", str(at))
            check.country(each.country, *path, "country")
            check.currency(each.currency, *path, "currency")
            price = None if each.price is None else check.scaled(each.price, 6, *path, "price")
            announced = _announced(check, each.announced_at, each.effective_from, now, *path)
            binding = each.country in BINDING_BY_ITSELF if each.binding is None else each.binding
            says = (each.currency, price, binding and price is not None)
            new.append(_Set(product, each.country, each.effective_from, says, announced))
        check.settle()
        standing = await queries.floors_of(act.session, vendor_id, ids)
        fresh = _placed(check, new, standing, ("currency", "price", "binding"), "floors")
        check.settle()
        rows = [(each.product_id, each.place, each.start, *each.says, each.announced_at) for each in fresh]
        await queries.insert_floors(act.session, vendor_id, rows)
        return await _remember(act, vendor_id, given, idempotency_key, ids, fresh)


def _own_network(actor: Actor) -> UUID:
    if actor.vendor_id is None:
        raise PermissionError("only a vendor says what prices should be")
    return actor.vendor_id


def _counted(given: Sequence[object], name: str) -> Checks:
    check = Checks()
    if not given:
        check.add(UserErrorCode.REQUIRED, "Give at least one.", name)
    check.at_most(MOST_ROWS, given, name)
    check.settle()
    return check


async def _products(act: Act, check: Checks, vendor_id: UUID, given: Sequence[str], name: str) -> list[UUID]:
    """The products' ids, under a lock that other changes of the catalogue wait for."""
    await take_catalogue(act.session, vendor_id)
    keys = [
        check.key("Product", "product", each, name, str(at), "productId") or Key(vendor_id, UUID(int=0))
        for at, each in enumerate(given)
    ]
    named = {at: key for at, key in enumerate(keys) if key.id.int}
    known = await known_products(act.session, vendor_id, [key.id for key in named.values()])
    for at, key in named.items():
        if key.vendor_id != vendor_id or key.id not in known:
            check.not_found("product", name, str(at), "productId")
    return [key.id for key in keys]


def _announced(check: Checks, at: datetime | None, start: date, now: datetime, *path: str) -> datetime:
    """From when it is visible: now unless it is said."""
    if at is None:
        return now
    if at.tzinfo is None or not 1900 <= at.year < 9999:
        wrong = "Write a moment since 1900 with its offset, such as 2026-01-31T09:00:00Z."
        check.add(UserErrorCode.INVALID, wrong, *path, "announcedAt")
    elif not announced_in_time(at, start, now):
        wrong = f"It is announced before it begins: at the latest on {start} at 0:00 UTC, or now."
        check.add(UserErrorCode.INVALID, wrong, *path, "announcedAt")
    return at


def _placed(check: Checks, new: Sequence[_Set], standing: Sequence[Row], says: Sequence[str], name: str) -> list[_Set]:
    """Those that do not stand already, each after all others of its product and place."""
    held: dict[tuple[UUID, str], dict[date, tuple[object, ...]]] = {}
    for row in standing:
        of = held.setdefault((row["product_id"], row["place"]), {})
        of[row["effective_from"]] = tuple(row[column] for column in says)
    fresh = []
    for at, each in sorted(enumerate(new), key=lambda numbered: (numbered[1].start, numbered[0])):
        own = held.setdefault((each.product_id, each.place), {})
        if own.get(each.start) == each.says:
            continue
        if own and max(own) >= each.start:
            wrong = f"Another one begins on {max(own)} already; a new one begins after that day."
            check.add(UserErrorCode.OVERLAP, wrong, name, str(at), "effectiveFrom")
            continue
        own[each.start] = each.says
        fresh.append(each)
    return fresh


async def _remember(
    act: Act, vendor_id: UUID, given: object, idempotency_key: str, ids: Sequence[UUID], fresh: Sequence[_Set]
) -> list[Key]:
    for each in fresh:
        after = {"for": each.place, "from": str(each.start), "says": [str(value) for value in each.says]}
        await act.record(global_id("Product", Key(vendor_id, each.product_id)), vendor_id=vendor_id, after=after)
    unique = list(dict.fromkeys(ids))
    await act.remember(idempotency_key, given, " ".join(map(str, unique)))
    return [Key(vendor_id, each) for each in unique]
