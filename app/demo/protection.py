"""What the demo's price change is proposed to come to, for two products that the Brazilian distributor had in stock.

Its stock was counted the day before, so the engine can tell what is due; nobody has decided yet.
"""

from datetime import timedelta

from app.demo.history import PRICE_CHANGE_MONTH, History, derived_id, midnight
from app.demo.network import Agreement, product_id
from app.pricing.protection.figures import figures_of
from app.pricing.protection.queries import changes, credit_for
from app.pricing.stock_credits.queries import insert_credit, take_turn
from app.pricing.stock_credits.writing import rewrite
from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import StockCreditStatus
from app.store.database import Database, Row, Session, acting_as_worker

PROTECTED = ("NP10PORT", "NP20PORT")


async def propose_protection(app: Database, agreement: Agreement, history: History) -> None:
    """Propose, as the worker does when a price drops. Done again, nothing is done."""
    products = [product_id(agreement.terms.vendor, sku) for sku in PROTECTED]
    day = history.months[PRICE_CHANGE_MONTH]
    async with app.writing(acting_as_worker(agreement.vendor_id)) as session:
        await take_turn(session, agreement.id)
        for change in await changes(session, agreement.vendor_id, agreement.id, products, day):
            if await credit_for(session, change) is None:
                await _propose(session, change)


async def _propose(session: Session, change: Row) -> None:
    at = midnight(change["effective_on"]) + timedelta(days=7)
    begun: dict[str, object] = {
        "id": derived_id("price protection", str(change["agreement_id"]), str(change["product_id"]), at=at),
        "agreement_id": change["agreement_id"],
        "distributor_id": change["distributor_id"],
        "kind": ReductionKind.PRICE_PROTECTION.value,
        "status": StockCreditStatus.NOTHING_DUE.value,
        "revision": 0,
        "currency": change["currency"],
        "effective_on": change["effective_on"],
        "product_id": change["product_id"],
        "filed_at": at,
    }
    await insert_credit(session, change["vendor_id"], begun)
    credit = await credit_for(session, change)
    assert credit is not None
    await rewrite(session, credit, await figures_of(session, change, credit["id"]))
