"""Asking for stock rotation: a distributor names what it would send back, and what that comes to is reckoned at once."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.net_costs.layers import Owner, Turn, stock_before
from app.pricing.rotation import queries
from app.pricing.rotation.figures import agreed, offered_twice, quarters, short_of
from app.pricing.stock_credits.deciding.actions import catch_up
from app.pricing.stock_credits.inputs import RequestStockRotationInput
from app.pricing.stock_credits.queries import insert_credit
from app.programme.claim_amounts import quantity_text
from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import StockCreditStatus
from app.programme.terms import AgreementStatus
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode
MOST_LINES = 100
_KIND = ReductionKind.STOCK_ROTATION


async def request_stock_rotation(request: Request[Actor], given: RequestStockRotationInput) -> Key:
    """Ask to send stock back under an agreement of the distributor's own."""
    async with acting(request, "requestStockRotation") as act:
        check, now = Checks(), datetime.now(UTC)
        agreement = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        terms = None
        if agreement is not None:
            terms = next(iter(await queries.terms(act.session, [agreement], now.date())), None)
            if terms is None:
                check.not_found("agreement", "agreementId")
        check.settle()
        assert agreement is not None and terms is not None
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(agreement.vendor_id, UUID(done))
        _check_terms(check, terms, given, now)
        check.settle()
        key = Key(agreement.vendor_id, new_id())
        values = await _values(act, check, key, terms, given, now)
        check.settle()
        await insert_credit(act.session, key.vendor_id, values)
        await enqueue(act.session, Job.SETTLE_STOCK_CREDITS, vendor_id=key.vendor_id, agreement_id=agreement.id)
        told = {"products": len(given.lines), "order": values["order_number"]}
        await act.record(global_id("StockCredit", key), vendor_id=key.vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(key.id))
    await catch_up(request.database, agreement.vendor_id, agreement.id)
    await request.look_again()
    return key


def _check_terms(check: Checks, terms: Row, given: RequestStockRotationInput, now: datetime) -> None:
    in_effect = terms["effective_start"] <= now.date() < terms["effective_end"]
    if terms["status"] != AgreementStatus.ACTIVE or not in_effect:
        check.add(C.NOT_ACTIVE, "The agreement is not active.", "agreementId")
    if terms["rotation_share"] is None:
        check.add(C.NOT_ELIGIBLE, "No stock rotation is agreed for today.", "agreementId")
    elif terms["offsetting_share"] is not None and given.order_amount is None:
        check.add(C.REQUIRED, "An offsetting order is agreed: say what it comes to.", "orderAmount")
    if given.order_amount is not None and given.order_number is None:
        check.add(C.REQUIRED, "Name the number of the offsetting order.", "orderNumber")


async def _values(
    act: Act, check: Checks, key: Key, terms: Row, given: RequestStockRotationInput, now: datetime
) -> dict[str, object]:
    _, own = await quarters(act.session, key.vendor_id, now.date())
    amount = given.order_amount
    return {
        "id": key.id,
        "agreement_id": terms["agreement_id"],
        "distributor_id": terms["distributor_id"],
        "kind": _KIND.value,
        "status": StockCreditStatus.OPEN.value,
        "revision": 0,
        "currency": terms["currency"],
        "effective_on": now.date(),
        "period_start": own.start,
        "period_end": own.end,
        "order_number": check.optional_name(given.order_number, "orderNumber"),
        "order_amount": None if amount is None else check.scaled(amount, 6, "orderAmount"),
        "asked": await _asked(act, check, key, terms, given, now),
        "filed_at": now,
    }


async def _asked(
    act: Act, check: Checks, key: Key, terms: Row, given: RequestStockRotationInput, now: datetime
) -> list[tuple[str, int]]:
    """The products and quantities, each product once, and none of which fewer were bought."""
    if not given.lines:
        check.add(C.REQUIRED, "Name at least one product.", "lines")
    check.at_most(MOST_LINES, given.lines, "lines")
    lines = given.lines[:MOST_LINES]
    keys = [
        check.key("Product", "product", each.product_id, "lines", str(place), "productId")
        for place, each in enumerate(lines)
    ]
    own = [each.id for each in keys if each is not None and each.vendor_id == key.vendor_id]
    known = await queries.families(act.session, key.vendor_id, own)
    owner = Owner(key.vendor_id, terms["agreement_id"], terms["distributor_id"], terms["currency"])
    stock = await stock_before(act.session, owner, sorted(known), Turn(now.date(), _KIND, key.id))
    says = agreed(terms) if terms["rotation_share"] is not None else None
    twice = offered_twice([each.id if each is not None else key.id for each in keys])
    asked = []
    for place, (product, each) in enumerate(zip(keys, lines, strict=True)):
        path = ("lines", str(place))
        units = check.scaled(each.quantity, 3, *path, "quantity", least=1)
        if product is None:
            continue
        if product.id not in known:
            check.not_found("product", *path, "productId")
        elif says is not None and not says.takes_back(str(product.id), known[product.id]):
            wrong = "The agreement takes no stock of this product back."
            check.add(C.NOT_ELIGIBLE, wrong, *path, "productId")
        elif place in twice:
            check.add(C.INVALID, "This product stands here twice.", *path, "productId")
        elif missing := short_of(stock[product.id], units, now.date()):
            wrong = f"Only {quantity_text(units - missing)} were bought under this agreement and did not go back yet."
            check.add(C.INVALID, wrong, *path, "quantity")
        asked.append((str(product.id), units))
    return asked
