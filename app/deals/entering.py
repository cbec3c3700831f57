"""What a reseller enters of a deal, checked: for whom, what, how much, by when, and from whom it would buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.access.acts import Act
from app.deals import queries
from app.deals.inputs import DealContentInput, DealProductInput
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key
from app.programme.end_customers import customer_domain, customer_hash, customer_name
from app.programme.money import places_of
from app.store.database import Row

C = UserErrorCode
MOST_PRODUCTS = 50
LONGEST_WAY = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Customer:
    """An end customer as it was entered, and what it is compared by."""

    name: str
    domain: str | None
    name_hash: str | None
    domain_hash: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What a deal is about: a product with its family, or a family; `quantity` in 10⁻³ base units."""

    family: str
    product_id: UUID | None
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A deal as it was entered; the amount is in minor units."""

    name: str
    customer: Customer
    lines: list[Line]
    currency: str
    amount_minor: int
    expected_close_on: date
    supplier: Row | None


async def entered(act: Act, check: Checks, reseller: Key, given: DealContentInput) -> Entered:
    """What was entered, with every problem of it told to `check`."""
    today = datetime.now(UTC).date()
    known = check.currency(given.currency, "deal", "currency")
    places = places_of(known) if not _wrong(check, "currency") else 2
    if not today <= given.expected_close_on <= today + LONGEST_WAY:
        check.add(C.INVALID, f"This is a day from {today} to {today + LONGEST_WAY}.", "deal", "expectedCloseOn")
    return Entered(
        name=check.name(given.name, "deal", "name"),
        customer=_customer(check, reseller.vendor_id, given),
        lines=await _lines(act, check, reseller.vendor_id, given.products),
        currency=known,
        amount_minor=check.scaled(given.expected_amount, places, "deal", "expectedAmount"),
        expected_close_on=given.expected_close_on,
        supplier=await _supplier(act, check, reseller, given.supplier_id, today),
    )


def _wrong(check: Checks, name: str) -> bool:
    return any(problem.field[-1:] == (name,) for problem in check.problems)


def _customer(check: Checks, vendor_id: UUID, given: DealContentInput) -> Customer:
    name = check.name(given.end_customer, "deal", "endCustomer")
    compared = customer_name(name)
    if name and not compared:
        check.add(C.INVALID, "This has no letter and no digit.", "deal", "endCustomer")
    domain = _domain(check, given.end_customer_address)
    return Customer(
        name=name,
        domain=domain,
        name_hash=customer_hash(str(vendor_id), compared) if compared else None,
        domain_hash=customer_hash(str(vendor_id), domain) if domain else None,
    )


def _domain(check: Checks, address: str | None) -> str | None:
    if address is None:
        return None
    kept = check.name(address, "deal", "endCustomerAddress")
    try:
        return customer_domain(kept)
    except ValueError:
        wrong = "This is no web address or e-mail address of a firm, such as https://example.com."
        check.add(C.INVALID, wrong, "deal", "endCustomerAddress")
        return None


async def _lines(act: Act, check: Checks, vendor_id: UUID, given: Sequence[DealProductInput]) -> list[Line]:
    if not given:
        check.add(C.REQUIRED, "Name at least one product or family.", "deal", "products")
    check.at_most(MOST_PRODUCTS, given, "deal", "products")
    named = given[:MOST_PRODUCTS]
    keys: list[Key | None] = []
    for place, each in enumerate(named):
        path = ("deal", "products", str(place))
        if (each.product_id is None) == (each.family is None):
            check.add(C.INVALID, "Name either a product or a family.", *path)
        keys.append(_product(check, vendor_id, each, path))
    families = await queries.families_of(act.session, vendor_id, [key.id for key in keys if key is not None])
    asked = [each.family for each in named if each.family is not None and "\0" not in each.family]
    known = await queries.known_families(act.session, vendor_id, asked)
    lines = []
    for place, (each, key) in enumerate(zip(named, keys, strict=True)):
        path = ("deal", "products", str(place))
        family = families.get(key.id) if key is not None else each.family
        if key is not None and family is None:
            check.not_found("product", *path, "productId")
        elif key is None and each.family is not None and each.family not in known:
            check.add(C.NOT_FOUND, "The vendor has no products of this family.", *path, "family")
        quantity = None if each.quantity is None else check.scaled(each.quantity, 3, *path, "quantity", least=1)
        lines.append(Line(family or "", key.id if key is not None else None, quantity))
    _check_twice(check, lines)
    return lines


def _product(check: Checks, vendor_id: UUID, given: DealProductInput, path: tuple[str, ...]) -> Key | None:
    if given.product_id is None:
        return None
    key = check.key("Product", "product", given.product_id, *path, "productId")
    if key is not None and key.vendor_id != vendor_id:
        check.not_found("product", *path, "productId")
        return None
    return key


def _check_twice(check: Checks, lines: Sequence[Line]) -> None:
    seen: set[tuple[str, UUID | None]] = set()
    for place, line in enumerate(lines):
        if (line.family, line.product_id) in seen and line.family:
            check.add(C.INVALID, "This stands here twice.", "deal", "products", str(place))
        seen.add((line.family, line.product_id))


async def _supplier(act: Act, check: Checks, reseller: Key, id: str | None, today: date) -> Row | None:
    """The authorisation under which the reseller would buy; None where it names no supplier."""
    if id is None:
        return None
    key = check.key("Distributor", "distributor", id, "deal", "supplierId")
    if key is None:
        return None
    found = (
        await queries.supplier(act.session, reseller.id, key, today) if key.vendor_id == reseller.vendor_id else None
    )
    if found is None:
        check.not_found("distributor", "deal", "supplierId")
    return found
