"""A small desk for ship and debit: products of their own, sales and purchases, special prices and claims, as partners make
them; and what the database holds of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id, key_of
from app.pricing.claims.settling.actions import return_debits
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.execution.furnished import SELL_IN, SELL_THROUGH

TODAY = datetime.now(UTC).date()
YEAR = {"start": "2026-01-01", "end": "2027-01-01"}
FILED_TABLES = ("special_price", "special_price_product", "debit_claim", "debit_claim_line", "debit_claim_act")
MONEY_TABLES = ("debited_line", "cost_reduction", "transfer")


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


@dataclass
class Desk:
    """Acme and Dist One at work on special prices."""

    api: Api

    @property
    def agreement(self) -> str:
        return self.api.world.agreement_gid("Acme", "Dist One")

    async def product(self, price: int = 20) -> "Product":
        sku = f"P-{uuid4().hex[:8]}"
        return Product(sku, await self.api.world.product("Acme", sku, price), self.api.world.vendors["Acme"])

    async def manager(self) -> Caller:
        return await self.api.vendor()

    async def finance(self, other: bool = False) -> Caller:
        """Somebody of the vendor's finance; somebody else where asked for."""
        if not other:
            return await self.api.vendor(role=Role.VENDOR_FINANCE)
        return await self.api.as_(Level.VENDOR, "Acme", Role.VENDOR_FINANCE, scopes=frozenset({Scope.CLAIMS_WRITE}))

    async def partner(self) -> Caller:
        return await self.api.distributor()

    async def sold(
        self,
        *rows: str,
        mode: str | None = None,
        distributor: str = "Dist One",
        document: str = "submit_sell_through",
        held: bool = False,
        period: dict[str, str] | None = None,
    ) -> str:
        """A counted report of sales, or a preview by its `document`, of which rows may be `held` or said already: number,
        line, day, SKU, units, and what more a column of the header says."""
        cells = [row.split(",") for row in rows]
        header = f"{SELL_THROUGH},special_price_number,end_customer,return_of,document_kind,sale_type"
        account = "A-1" if distributor == "Dist One" else "T-1"
        lines = []
        for number, line, on, sku, units, *more in cells:
            further = [*more, *[""] * (4 - len(more))]
            reseller, special, customer, returns = further
            kind, sale = ("CREDIT_NOTE", "RETURN") if returns else ("INVOICE", "SALE")
            what = f"{number},{line},{on},{sku},{reseller or account},{units},30,EUR"
            lines.append(f"{what},{special},{customer},{returns},{kind},{sale}")
        given: dict[str, Any] = {} if mode is None else {"mode": mode}
        given |= {} if period is None else {"period": period}
        return await self._hand_in(document, "\n".join([header, *lines]), distributor, held=held, **given)

    async def bought(self, *rows: str, price: str = "20") -> None:
        lines = [
            f"{number},{line},{on},{sku},{units},{price},EUR"
            for number, line, on, sku, units in (r.split(",") for r in rows)
        ]
        caller = await self.api.vendor()
        file = await caller.upload("\n".join([SELL_IN, *lines]).encode())
        payload = await caller.act(
            "vendor/submit_sell_in.graphql",
            agreementId=self.agreement,
            period=YEAR,
            idempotencyKey=uuid4().hex,
            uploadId=file,
        )
        assert payload["userErrors"] == [], payload
        await self.api.count()

    async def _hand_in(self, document: str, text: str, distributor: str, held: bool = False, **given: Any) -> str:
        caller = await self.api.distributor(distributor)
        file = await caller.upload(text.encode())
        payload = await caller.act(
            f"distributor/{document}.graphql",
            agreementId=self.api.world.agreement_gid("Acme", distributor),
            idempotencyKey=uuid4().hex,
            source={"uploadId": file},
            **{"period": YEAR, **given},
        )
        assert payload["userErrors"] == [], payload
        await self.api.count(distributor=distributor)
        submission: str = payload["submission"]["id"]
        key = key_of("Submission", submission)
        assert key is not None
        outcomes = await self.api.world.connection.fetch(
            "SELECT r.outcome, r::text FROM report_row r WHERE r.submission_id = $1", key.id
        )
        assert held or {row["outcome"] for row in outcomes} <= {"ACCEPTED"}, [tuple(row) for row in outcomes]
        return submission

    def terms(self, *products: dict[str, Any], **changed: Any) -> dict[str, Any]:
        return {
            "agreementId": self.agreement,
            "number": f"SP-{uuid4().hex[:8]}",
            "currency": "EUR",
            "effective": {"start": day(120).isoformat(), "end": day(-120).isoformat()},
            "products": list(products),
            "idempotencyKey": uuid4().hex,
            **changed,
        }

    async def granted(self, *products: dict[str, Any], **changed: Any) -> dict[str, Any]:
        payload = await (await self.manager()).act(
            "vendor/grant_special_price.graphql", **self.terms(*products, **changed)
        )
        assert payload["userErrors"] == [], payload
        found: dict[str, Any] = payload["specialPrice"]
        return found

    async def filed(self, special: dict[str, Any], *lines: dict[str, Any], **given: Any) -> dict[str, Any]:
        """The payload of a claim."""
        what = {"lines": list(lines)} if lines else {}
        return await (await self.partner()).act(
            "distributor/submit_debit_claim.graphql",
            specialPriceId=special["id"],
            idempotencyKey=uuid4().hex,
            **what,
            **given,
        )

    async def claimed(self, special: dict[str, Any], *lines: dict[str, Any], **given: Any) -> dict[str, Any]:
        """A claim as the answer shows it."""
        payload = await self.filed(special, *lines, **given)
        assert payload["userErrors"] == [], payload
        found: dict[str, Any] = payload["claim"]
        return found

    async def claim(self, id: str) -> dict[str, Any]:
        """A claim as finance sees it, and the distributor just so."""
        found: dict[str, Any] = (await (await self.finance()).ask("vendor/debit_claim.graphql", id=id))["node"]
        assert (await (await self.partner()).ask("distributor/debit_claim.graphql", id=id))["node"] == found
        return found

    async def left(self, special: dict[str, Any]) -> dict[str, str]:
        """Used, reserved and remaining of the first product."""
        found = await (await self.manager()).ask(
            "vendor/special_prices.graphql", agreement=self.agreement, filter={"number": special["number"]}
        )
        (edge,) = found["node"]["specialPrices"]["edges"]
        product = edge["node"]["products"][0]
        return {name: product[name] for name in ("used", "reserved", "remaining")}

    async def give_back(self) -> None:
        """What the worker does after a report was counted."""
        world = self.api.world
        ids = world.vendors["Acme"], world.agreements["Acme", "Dist One"]
        assert await return_debits(self.api.database, *ids)

    async def held(self, *tables: str) -> dict[str, list[str]]:
        """All rows of tables, to compare."""
        return {
            table: sorted(row[0] for row in await self.api.world.connection.fetch(f"SELECT t::text FROM {table} t"))
            for table in (tables or (*FILED_TABLES, *MONEY_TABLES, "audit_event", "remembered_result"))
        }

    async def balances(self, claim: str) -> dict[str, int]:
        """What each account stands at for one claim; accounts at zero left out."""
        key = key_of("DebitClaim", claim)
        assert key is not None
        rows = await self.api.world.connection.fetch(
            "SELECT purpose, sum(amount)::bigint AS amount FROM (SELECT debit AS purpose, amount_minor AS amount"
            " FROM transfer WHERE cause = $1 UNION ALL SELECT credit, -amount_minor FROM transfer WHERE cause = $1) t"
            " GROUP BY 1",
            f"claim {key.id}",
        )
        assert sum(row["amount"] for row in rows) == 0
        return {row["purpose"]: row["amount"] for row in rows if row["amount"]}

    async def paid_units(self, product: "Product") -> int:
        """Units of a product whose cost claims have reduced, less those taken back."""
        found: int = await self.api.world.connection.fetchval(
            "SELECT coalesce(sum(quantity), 0)::bigint FROM cost_reduction WHERE product_id = $1"
            " AND cause = 'SPECIAL_PRICE'",
            product.id,
        )
        return found


@dataclass(frozen=True)
class Product:
    sku: str
    id: UUID
    vendor_id: UUID

    @property
    def gid(self) -> str:
        return global_id("Product", Key(self.vendor_id, self.id))

    def at(self, value: str, kind: str = "DOWN_TO", **more: Any) -> dict[str, Any]:
        return {"productId": self.gid, "kind": kind, "value": value, **more}


def named(number: str, line: str = "1", **more: Any) -> dict[str, Any]:
    return {"documentNumber": number, "documentLine": line, **more}


def lines_of(claim: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in claim["lines"]["edges"]]


def reasons(claim: dict[str, Any]) -> list[list[str]]:
    """Why units of each line are denied."""
    return [[each["reason"] for each in line["denials"]] for line in lines_of(claim)]


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where something is wrong, and with which code."""
    return {(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]}


def one() -> str:
    return f"INV-{uuid4().hex[:8]}"


async def sale(desk: Desk, product: Product, units: int = 10, ago: int = 5, *more: str) -> str:
    """An invoice of one line."""
    number = one()
    await desk.sold(",".join([number, "1", day(ago).isoformat(), product.sku, str(units), *more]))
    return number
