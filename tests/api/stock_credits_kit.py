"""Price protection and stock rotation between Acme and Dist One, as both reach the API, and what the database holds."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from app.access.roles import Role
from app.execution.identifiers import Key, global_id, key_of
from tests.api.conftest import Api, Caller
from tests.api.stock_kit import counted as counted_report
from tests.execution.furnished import SELL_IN, SELL_THROUGH

TODAY = datetime.now(UTC).date()
TERMS = {
    "priceProtection": {"lookBackDays": 60},
    "stockRotation": {"share": "0.05"},
}
TABLES = (
    "stock_credit",
    "stock_credit_line",
    "stock_credit_act",
    "cost_reduction",
    "transfer",
    "agreement_money_terms",
)

NET_COST = {"vendor": "vendor/net_cost.graphql", "distributor": "distributor/net_cost.graphql"}
STOCK_CREDITS = {"vendor": "vendor/stock_credits.graphql", "distributor": "distributor/stock_credits.graphql"}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def quarter_before(day: date) -> date:
    """The first day of the calendar quarter before that of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    return date(first.year, (first.month - 1) // 3 * 3 + 1, 1)


@dataclass
class Desk:
    """Both sides at work."""

    api: Api

    @property
    def agreement(self) -> str:
        return self.api.world.agreement_gid("Acme", "Dist One")

    async def finance(self) -> Caller:
        return await self.api.vendor(role=Role.VENDOR_FINANCE)

    async def partner(self) -> Caller:
        return await self.api.distributor(role=Role.DISTRIBUTOR_FINANCE)

    async def terms(self, **changed: Any) -> dict[str, Any]:
        """The payload of setting terms from the beginning of the agreement."""
        given = {
            "agreementId": self.agreement,
            "effectiveFrom": "2024-01-01",
            **TERMS,
            "idempotencyKey": uuid4().hex,
        } | changed
        return await (await self.api.vendor()).act("vendor/set_agreement_money_terms.graphql", **given)

    async def product(self, price: int = 20) -> tuple[str, str]:
        """A product of its own: SKU and id."""
        sku = f"P-{uuid4().hex[:8]}"
        id = await self.api.world.product("Acme", sku, price)
        return sku, global_id("Product", Key(self.api.world.vendors["Acme"], id))

    async def priced(self, product: str, price: str, on: date) -> None:
        """A wholesale price from a day on, announced before."""
        at = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(days=2)
        row = {
            "productId": product,
            "currency": "EUR",
            "price": price,
            "effectiveFrom": str(on),
            "announcedAt": at.isoformat(),
        }
        payload = await (await self.api.vendor()).act(
            "vendor/set_prices.graphql", prices=[row], idempotencyKey=uuid4().hex
        )
        assert payload["userErrors"] == [], payload

    async def bought(self, sku: str, on: date, units: str, price: str = "20") -> None:
        line = f"{uuid4().hex[:8]},1,{on},{sku},{units},{price},EUR"
        await self._hand_in(await self.api.vendor(), "vendor/submit_sell_in.graphql", f"{SELL_IN}\n{line}", flat=True)

    async def sold(self, sku: str, on: date, units: str) -> None:
        line = f"{uuid4().hex[:8]},1,{on},{sku},A-1,{units},30,EUR"
        document = "distributor/submit_sell_through.graphql"
        await self._hand_in(await self.api.distributor(), document, f"{SELL_THROUGH}\n{line}")

    async def _hand_in(self, caller: Caller, document: str, text: str, flat: bool = False) -> None:
        file = await caller.upload(text.encode())
        payload = await caller.act(
            document,
            agreementId=self.agreement,
            period=_around(),
            idempotencyKey=uuid4().hex,
            **({"uploadId": file} if flat else {"source": {"uploadId": file}}),
        )
        assert payload["userErrors"] == [], payload
        await self.api.count()

    async def counted(self, sku: str, on: date, units: str, *more: str) -> None:
        """What was counted: warehouse A, good; and what further lines say."""
        found = await counted_report(self.api, f"A,{sku},{on},{units},,,,,,", *more, period=_around())
        assert found["counts"]["received"] == found["counts"]["accepted"], found

    async def propose(self, *products: str, on: date, caller: Caller | None = None) -> dict[str, Any]:
        return await (caller or await self.partner()).act(
            "distributor/propose_price_protection.graphql",
            agreementId=self.agreement,
            productIds=list(products),
            effectiveOn=str(on),
        )

    async def proposed(self, product: str, on: date) -> dict[str, Any]:
        """The one credit that a price change comes to."""
        payload = await self.propose(product, on=on)
        assert payload["userErrors"] == [], payload
        (found,) = payload["stockCredits"]
        assert isinstance(found, dict)
        return found

    async def rotate(self, *lines: tuple[str, str], **more: Any) -> dict[str, Any]:
        given = {
            "agreementId": self.agreement,
            "lines": [{"productId": product, "quantity": units} for product, units in lines],
            "idempotencyKey": uuid4().hex,
        } | more
        return await (await self.partner()).act("distributor/request_stock_rotation.graphql", **given)

    async def rotated(self, *lines: tuple[str, str], **more: Any) -> dict[str, Any]:
        payload = await self.rotate(*lines, **more)
        assert payload["userErrors"] == [], payload
        found = payload["stockCredit"]
        assert isinstance(found, dict)
        return found

    async def decide(self, credit: dict[str, Any], act: str = "APPROVE", **more: Any) -> dict[str, Any]:
        given = {"stockCreditId": credit["id"], "expectedRevision": credit["revision"], "act": act, **more}
        return await (await self.finance()).act("vendor/decide_stock_credit.graphql", **given)

    async def answer(self, credit: dict[str, Any], act: str, **more: Any) -> dict[str, Any]:
        given = {"stockCreditId": credit["id"], "expectedRevision": credit["revision"], "act": act, **more}
        return await (await self.partner()).act("distributor/answer_stock_credit.graphql", **given)

    async def done(self, payload: dict[str, Any]) -> dict[str, Any]:
        assert payload["userErrors"] == [], payload
        found = payload["stockCredit"]
        assert isinstance(found, dict)
        return found

    async def reduced(self, credit: dict[str, Any]) -> list[tuple[int, int, int]]:
        """What it took of costs: units, per unit, amount."""
        rows = await self.api.world.connection.fetch(
            "SELECT quantity, per_unit, amount FROM cost_reduction WHERE cause_id = $1 ORDER BY recorded_at, id",
            _id(credit),
        )
        return [tuple(row) for row in rows]

    async def moved(self, credit: dict[str, Any]) -> list[tuple[str, str, str, int]]:
        """What it moved in the ledger: act, debit, credit, minor units; of one moment by act."""
        rows = await self.api.world.connection.fetch(
            "SELECT act, debit, credit, amount_minor FROM transfer WHERE subject_id = $1 ORDER BY recorded_at, act",
            _id(credit),
        )
        return [tuple(row) for row in rows]

    async def everything(self) -> list[int]:
        """How many rows there are of credits and money, and how often a credit was written."""
        db = self.api.world.connection
        return [
            *[await db.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES],
            await db.fetchval("SELECT coalesce(sum(revision), 0)::int FROM stock_credit"),
        ]

    async def net_cost(self, product: str, on: date | None = None, side: str = "distributor") -> Any:
        caller = await (self.partner() if side == "distributor" else self.finance())
        day = None if on is None else str(on)
        found = await caller.ask(NET_COST[side], agreement=self.agreement, product=product, onDay=day)
        return found["node"]["netCost"]


def _id(credit: dict[str, Any]) -> Any:
    key = key_of("StockCredit", credit["id"])
    assert key is not None
    return key.id


def _around() -> dict[str, str]:
    return {"start": str(ago(400)), "end": str(TODAY + timedelta(days=1))}


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """The last part of each path, with its code."""
    return [(error["field"][-1], error["code"]) for error in payload["userErrors"]]


def paid(money: dict[str, Any] | None) -> str | None:
    return None if money is None else money["amount"]
