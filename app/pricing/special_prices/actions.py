"""What a vendor does with special prices: it grants them to a distributor, and ends them before their time.

A special price is never changed: who wants other terms ends it and grants another. Every problem of an input is told at
once.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.pricing.special_prices import queries
from app.pricing.special_prices.deals.checks import deal_of
from app.pricing.special_prices.inputs import EndSpecialPriceInput, GrantSpecialPriceInput, SpecialPriceProductInput
from app.programme.claim_amounts import price_text
from app.programme.claim_terms import CostBasis, DeemedDecision, SpecialPriceKind
from app.programme.money import places_of
from app.programme.ship_and_debit import AuthorisedPrice, price_problems
from app.programme.terms import AgreementStatus
from app.store.database import Row
from app.store.identity import new_id

C = UserErrorCode
MOST_PRODUCTS = 100
MOST_CUSTOMERS = 100
LONGEST = 3_660
"Days that a deadline is at most: ten years."


async def grant_special_price(request: Request[Actor], given: GrantSpecialPriceInput) -> Key:
    """Grant a special price under an agreement of the vendor's own."""
    async with acting(request, "grantSpecialPrice") as act:
        done = await act.done_before(given.idempotency_key, given)
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None
        if done is not None:
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        agreement_key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        found = await queries.agreement(act.session, agreement_key) if agreement_key is not None else None
        if agreement_key is not None and found is None:
            check.not_found("agreement", "agreementId")
        if found is None or agreement_key is None:
            check.settle()
        assert found is not None and agreement_key is not None
        await queries.one_at_a_time(act.session, agreement_key.id)
        values = await _values(act, check, agreement_key, found, given)
        rows = await _products(act, check, vendor_id, found, given)
        values["deal_id"] = await deal_of(act, check, vendor_id, found["distributor_id"], values, given)
        check.settle()
        values.update(id=key.id, granted_by=str(act.actor.acting_id), granted_at=datetime.now(UTC))
        await queries.insert(act.session, vendor_id, values)
        of = (key.id, agreement_key.id, found["distributor_id"])
        await queries.insert_products(act.session, vendor_id, [(*of, *row) for row in rows])
        told = {"number": values["number"], "effective": given.effective, "products": len(rows)}
        whom = Concerns(distributor_id=found["distributor_id"])
        await act.record(global_id("SpecialPrice", key), vendor_id=vendor_id, after=_plain(told), concerns=whom)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


def _plain(told: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int) else str(value) for name, value in told.items()}


async def _values(
    act: Act, check: Checks, agreement: Key, found: Row, given: GrantSpecialPriceInput
) -> dict[str, object]:
    """What of the special price is the same for all products, checked."""
    number = check.name(given.number, "number")
    if await queries.number_taken(act.session, agreement, number):
        check.add(C.TAKEN, f"The agreement has a special price {number[:50]!r} already.", "number")
    if found["status"] != AgreementStatus.ACTIVE:
        check.add(C.NOT_ACTIVE, "The agreement is not active.", "agreementId")
    if given.currency != found["currency"]:
        check.add(C.INVALID, f"Prices under this agreement are in {found['currency']}.", "currency")
    _check_days(check, found, given)
    if given.end_customer is not None and not found["discloses_end_customer"]:
        wrong = "The agreement does not disclose end customers to you, so a special price cannot be for one of them."
        check.add(C.NOT_ALLOWED, wrong, "endCustomer")
    return {
        "agreement_id": agreement.id,
        "distributor_id": found["distributor_id"],
        "number": number,
        "currency": given.currency,
        "cost_basis": given.cost_basis.value,
        "effective_start": given.effective.start,
        "effective_end": given.effective.end,
        "customer_ids": await _customers(act, check, agreement, given.customer_ids or ()),
        "end_customer": check.optional_name(given.end_customer, "endCustomer"),
        "days_to_file": _days(check, given.days_to_file, "daysToFile"),
        "days_to_decide": _days(check, given.days_to_decide, "daysToDecide"),
        "deemed": given.deemed.value,
        "approves_up_to_minor": _approves_up_to(check, given.approves_up_to, found["currency"]),
    }


def _check_days(check: Checks, found: Row, given: GrantSpecialPriceInput) -> None:
    start, end = given.effective.start, given.effective.end
    if not start < end:
        check.add(C.INVALID, f"It ends after it starts; this one runs from {start} to {end}.", "effective")
    elif start < found["effective_start"] or end > found["effective_end"]:
        wrong = f"The agreement is in effect from {found['effective_start']} to {found['effective_end']}."
        check.add(C.OUTSIDE_AGREEMENT, wrong, "effective")
    if given.deemed is not DeemedDecision.NONE and given.days_to_decide is None:
        check.add(C.REQUIRED, "Say within how many days you decide, or leave `deemed` out.", "daysToDecide")


def _days(check: Checks, days: int | None, *path: str) -> int | None:
    return None if days is None else check.number(days, 0, LONGEST, *path)


def _approves_up_to(check: Checks, amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else check.scaled(amount, places_of(currency), "approvesUpTo")


async def _customers(act: Act, check: Checks, agreement: Key, given: Sequence[str]) -> list[UUID]:
    """The resellers that it is for: such as may buy under the agreement."""
    check.at_most(MOST_CUSTOMERS, given, "customerIds")
    named = given[:MOST_CUSTOMERS]
    keys = [key_of("Reseller", id) for id in named]
    asked = [key.id for key in keys if key is not None and key.vendor_id == agreement.vendor_id]
    known = await queries.authorised_resellers(act.session, agreement, asked)
    for place, key in enumerate(keys):
        if key is None or key.id not in known:
            wrong = "No reseller by this id, that you can see, buys under this agreement."
            check.add(C.NOT_FOUND, wrong, "customerIds", str(place))
    return list(dict.fromkeys(asked))


async def _products(
    act: Act, check: Checks, vendor_id: UUID, found: Row, given: GrantSpecialPriceInput
) -> list[tuple[object, ...]]:
    """What it authorises: position, product, kind, value, most per unit, quantity."""
    if not given.products:
        check.add(C.REQUIRED, "Name at least one product.", "products")
    check.at_most(MOST_PRODUCTS, given.products, "products")
    entered = given.products[:MOST_PRODUCTS]
    keys = [
        check.key("Product", "product", each.product_id, "products", str(place), "productId")
        for place, each in enumerate(entered)
    ]
    asked = [key.id for key in keys if key is not None and key.vendor_id == vendor_id]
    known = await queries.known_products(act.session, vendor_id, asked)
    days = (given.effective.start, given.effective.end)
    book = await queries.book_prices(act.session, vendor_id, asked, given.currency, *days)
    rows: list[tuple[object, ...]] = []
    seen: set[UUID] = set()
    for place, (key, each) in enumerate(zip(keys, entered, strict=True)):
        path = ("products", str(place))
        price, quantity = _price(check, each, path, found)
        if key is None or key.id not in known:
            if key is not None:
                check.not_found("product", *path, "productId")
            continue
        if key.id in seen:
            check.add(C.INVALID, "This product stands here twice.", *path, "productId")
        seen.add(key.id)
        if given.cost_basis is CostBasis.BOOK_AT_RESALE:
            _check_against_book(check, price, book.get(key.id), given.currency, path)
        rows.append((place, key.id, price.kind.value, price.value, price.most_per_unit, quantity))
    return rows


def _price(
    check: Checks, given: SpecialPriceProductInput, path: tuple[str, ...], found: Row
) -> tuple[AuthorisedPrice, int | None]:
    value = check.scaled(given.value, 6, *path, "value")
    most = None if given.most_per_unit is None else check.scaled(given.most_per_unit, 6, *path, "mostPerUnit")
    quantity = None if given.quantity is None else check.scaled(given.quantity, 3, *path, "quantity", least=1)
    price = AuthorisedPrice(given.kind, value, most)
    for wrong in price_problems(price):
        name = "mostPerUnit" if "per unit" in wrong else "value"
        check.add(C.INVALID, wrong, *path, name)
    if given.kind is SpecialPriceKind.MARGIN_GUARANTEE and not found["discloses_resale_price"]:
        wrong = "A margin is guaranteed on the resale price, which the agreement does not disclose to you."
        check.add(C.NOT_ALLOWED, wrong, *path, "kind")
    return price, quantity


def _check_against_book(
    check: Checks, price: AuthorisedPrice, book: int | None, currency: str, path: tuple[str, ...]
) -> None:
    """A price that is not below the price book pays nothing, ever."""
    if book is None:
        wrong = f"The product has no wholesale price in {currency} on these days, from which a debit could be reckoned."
        check.add(C.INVALID, wrong, *path, "productId")
    elif price.kind is SpecialPriceKind.DOWN_TO and price.value >= book:
        wrong = f"This is not below the wholesale price, which is {currency} {price_text(book)} at most on these days."
        check.add(C.INVALID, wrong, *path, "value")


async def end_special_price(request: Request[Actor], given: EndSpecialPriceInput) -> Key:
    """End a special price from a day on. Claims for earlier sales can be filed as before."""
    async with acting(request, "endSpecialPrice") as act:
        check = Checks()
        key = check.key("SpecialPrice", "special price", given.special_price_id, "specialPriceId")
        rows = await queries.special_prices(act.session, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("special price", "specialPriceId")
        check.settle()
        assert key is not None
        _check_end(check, rows[0], given.ends_on, datetime.now(UTC).date())
        check.settle()
        if not await queries.end(act.session, key, given.ends_on, given.expected_version):
            check.add(
                C.STALE, f"It has version {rows[0]['version']} by now. Read it again, then decide.", "expectedVersion"
            )
        check.settle()
        after = {"status": "ENDED", "endsOn": str(given.ends_on)}
        whom = Concerns(distributor_id=rows[0]["distributor_id"])
        await act.record(global_id("SpecialPrice", key), vendor_id=key.vendor_id, after=after, concerns=whom)
    return key


def _check_end(check: Checks, found: Row, on: date, today: date) -> None:
    if found["status"] != "ACTIVE":
        check.add(C.NOT_ACTIVE, f"It was ended already, from {found['ended_on']} on.", "specialPriceId")
    if on < today:
        check.add(C.INVALID, f"Sales that were made are paid for: it ends on {today} or later.", "endsOn")
    elif on >= found["effective_end"]:
        check.add(C.INVALID, f"It ends on {found['effective_end']} anyway.", "endsOn")
