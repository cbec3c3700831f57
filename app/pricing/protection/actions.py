"""Proposing what price changes come to: by the clock once a change takes effect, or when the distributor asks.

The proposal is the engine's: nobody enters it, so that whoever approves it has not prepared it. Looked at again, it is
brought up to date as long as it is not decided: counts and sales that were reported since are in it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import UUID

import structlog

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.protection import queries
from app.pricing.protection.figures import figures_of
from app.pricing.queries import known_products
from app.pricing.stock_credits.inputs import ProposePriceProtectionInput
from app.pricing.stock_credits.queries import insert_credit, take_turn
from app.pricing.stock_credits.writing import rewrite
from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import StockCreditStatus
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.store.identity import new_id

log = structlog.get_logger()
MOST_PRODUCTS = 100
LOOKED_BACK = timedelta(days=31)
"Of price changes that took effect longer ago, the clock proposes nothing by itself."
LOOKED_AGAIN = timedelta(days=1)
"How long the clock waits for a count before it looks again."
_AT_ONCE = 100
_CHANGES_YET = frozenset({StockCreditStatus.OPEN.value, StockCreditStatus.NOTHING_DUE.value})


async def propose_price_protection(request: Request[Actor], given: ProposePriceProtectionInput) -> list[Key]:
    """Have it reckoned what a price change comes to; what is decided stays as it is. The credits, in the order given."""
    async with acting(request, "proposePriceProtection") as act:
        check = Checks()
        key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        if key is not None and await queries.agreement(act.session, key.vendor_id, key.id) is None:
            check.not_found("agreement", "agreementId")
        check.settle()
        assert key is not None
        products = await _products(act.session, check, key, given)
        check.settle()
        told = {"effectiveOn": str(given.effective_on), "products": len(products)}
        await act.record(global_id("DistributionAgreement", key), vendor_id=key.vendor_id, after=told)
    found = await _look_again(request.database, key, products, given.effective_on)
    await request.look_again()
    return [found[product] for product in products]


async def _products(session: Session, check: Checks, key: Key, given: ProposePriceProtectionInput) -> list[UUID]:
    """The products whose price changed that day, each once."""
    if not given.product_ids:
        check.add(UserErrorCode.REQUIRED, "Name at least one product.", "productIds")
    check.at_most(MOST_PRODUCTS, given.product_ids, "productIds")
    if given.effective_on > datetime.now(UTC).date():
        check.add(UserErrorCode.NOT_OVER, "No price of a day to come has taken effect.", "effectiveOn")
    named = given.product_ids[:MOST_PRODUCTS]
    keys = [check.key("Product", "product", id, "productIds", str(place)) for place, id in enumerate(named)]
    asked = [each.id for each in keys if each is not None and each.vendor_id == key.vendor_id]
    changed = await queries.changes(session, key.vendor_id, key.id, asked, given.effective_on)
    known = {row["product_id"] for row in changed}
    there = await known_products(session, key.vendor_id, asked)
    for place, each in enumerate(keys):
        if each is not None and each.id not in there:
            check.not_found("product", "productIds", str(place))
        elif each is not None and each.id not in known:
            wrong = (
                f"Either its price in the agreement's currency did not change on {given.effective_on}, or the agreement"
                " protects no prices on that day."
            )
            check.add(UserErrorCode.INVALID, wrong, "productIds", str(place))
    return list(dict.fromkeys(asked))


async def _look_again(database: Database, key: Key, products: Sequence[UUID], on: date) -> dict[UUID, Key]:
    async with database.writing(acting_as_worker(key.vendor_id)) as session:
        await take_turn(session, key.id)
        changes = await queries.changes(session, key.vendor_id, key.id, products, on)
        return {change["product_id"]: await _look_at(session, change) for change in changes}


async def _look_at(session: Session, change: Row) -> Key:
    """Propose what a price change comes to, or bring the proposal up to date. Runs as `worker`."""
    credit = await queries.credit_for(session, change)
    if credit is None:
        await insert_credit(session, change["vendor_id"], _begun(change))
        credit = await queries.credit_for(session, change)
    assert credit is not None
    if credit["status"] in _CHANGES_YET:
        await rewrite(session, credit, await figures_of(session, change, credit["id"]))
    return Key(credit["vendor_id"], credit["id"])


def _begun(change: Row) -> dict[str, object]:
    return {
        "id": new_id(),
        "agreement_id": change["agreement_id"],
        "distributor_id": change["distributor_id"],
        "kind": ReductionKind.PRICE_PROTECTION.value,
        "status": StockCreditStatus.NOTHING_DUE.value,
        "revision": 0,
        "currency": change["currency"],
        "effective_on": change["effective_on"],
        "product_id": change["product_id"],
        "filed_at": datetime.now(UTC),
    }


async def watch_prices(database: Database, now: datetime) -> int:
    """Propose what the price changes come to that took effect of late, in all networks. How many were looked at.

    What goes wrong in one network is logged, and keeps no other from being looked after.
    """
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    looked = 0
    for vendor_id in networks:
        try:
            looked += await _watch_network(database, vendor_id, now)
        except Exception:
            log.exception("the price changes of a network were not looked at", vendor=str(vendor_id))
    return looked


async def _watch_network(database: Database, vendor_id: UUID, now: datetime) -> int:
    """Look at what is to be looked at, agreement by agreement, until nothing is left."""
    looked, today = 0, now.date()
    while True:
        async with database.reading(acting_as_worker(vendor_id)) as session:
            if not await queries.protects(session, vendor_id):
                return looked
            days = (today - LOOKED_BACK, today)
            waiting = await queries.not_looked_at(session, vendor_id, *days, now - LOOKED_AGAIN, _AT_ONCE)
        for agreement_id, changes in groupby(waiting, key=lambda row: row["agreement_id"]):
            async with database.writing(acting_as_worker(vendor_id)) as session:
                await take_turn(session, agreement_id)
                for change in changes:
                    await _look_at(session, change)
        looked += len(waiting)
        if len(waiting) < _AT_ONCE:
            return looked
