"""Statements for tests: an incentive of one month, a report that earns, and the people who calculate, decide and contest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.programme.incentives import Band, Measure, Rule
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure
from app.programme.sales import Valuation
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.test_corrections import Desk, row
from tests.incentives_kit import Offered, offered

BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
BANDS = (Band(0, 10_000), Band(1_000 * 10**6, 20_000), Band(2_500 * 10**6, 30_000))
"1 % from 0, 2 % from 1,000, 3 % from 2,500."


def rebate(**changed: Any) -> Rule:
    """A monthly rebate on sell-through at the price book, band by band."""
    values: dict[str, Any] = {
        "kind": IncentiveKind.VOLUME_REBATE,
        "currency": "EUR",
        "qualifying": BOOK,
        "paying": BOOK,
        "structure": Structure.MARGINAL,
        "bands": BANDS,
        "pay_period": PayPeriod.MONTH,
    }
    return Rule(**(values | changed))


@dataclass
class Month:
    """A month with an incentive of its own, of Acme and Dist One."""

    office: "Office"
    start: date
    end: date
    offer: Offered

    @property
    def days(self) -> dict[str, str]:
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}

    async def sell(self, *rows: dict[str, str], mode: str = "APPEND") -> dict[str, Any]:
        """Report lines of the month."""
        said = [row(**({"sold_on": self.start.isoformat()} | each)) for each in rows]
        return await self.office.desk.send(*said, mode=mode, period=self.days)

    async def calculate(self, by: Caller | None = None, **given: Any) -> dict[str, Any]:
        """The payload of calculating the month."""
        caller = by or self.office.manager
        asked = {"period": self.days, "incentiveId": self.incentive, "idempotencyKey": uuid4().hex} | given
        return await caller.act("vendor/calculate_statements.graphql", **asked)

    @property
    def incentive(self) -> str:
        return global_id("Incentive", Key(self.office.vendor_id, self.offer.incentive_id))

    async def statements(self) -> list[dict[str, Any]]:
        """Those of the month, the first in sequence first, as the vendor reads them."""
        asked = {"incentiveId": self.incentive}
        data = await self.office.manager.ask("vendor/statements.graphql", filter=asked, first=50)
        found = [each["node"] for each in data["viewer"]["vendor"]["statements"]["edges"]]
        return sorted(found, key=lambda each: each["sequence"])

    async def statement(self, by: Caller | None = None) -> dict[str, Any]:
        """The last one of the month, explained."""
        (*_, last) = await self.statements()
        return await self.office.read(last["id"], by)

    async def balances(self) -> dict[str, int]:
        """What each account of the incentive stands at, in minor units: debits above zero."""
        rows = await self.office.api.world.connection.fetch(
            "SELECT debit, credit, amount_minor FROM transfer WHERE subject_id = $1", self.offer.incentive_id
        )
        found: dict[str, int] = {}
        for each in rows:
            found[each["debit"]] = found.get(each["debit"], 0) + each["amount_minor"]
            found[each["credit"]] = found.get(each["credit"], 0) - each["amount_minor"]
        assert sum(found.values()) == 0
        return {name: value for name, value in found.items() if value}


class Office:
    """Who works on statements between Acme and Dist One."""

    def __init__(self, api: Api, desk: Desk, manager: Caller, finance: Caller, second: Caller, partner: Caller) -> None:
        self.api, self.desk = api, desk
        self.manager, self.finance, self.second, self.partner = manager, finance, second, partner
        self.vendor_id: UUID = api.world.vendors["Acme"]

    @classmethod
    async def open(cls, api: Api) -> "Office":
        partner = await api.distributor()
        few = frozenset({Scope.STATEMENTS_WRITE, Scope.INCENTIVES_READ})
        return cls(
            api,
            Desk(api, partner),
            await api.vendor(),
            await api.vendor(role=Role.VENDOR_FINANCE),
            await api.as_(Level.VENDOR, "Acme", Role.VENDOR_FINANCE, scopes=few),
            partner,
        )

    async def month(self, number: int, rule: Rule | None = None, year: int = 2026) -> Month:
        """An incentive that is in effect in one month alone."""
        start = date(year, number, 1)
        end = date(year + number // 12, number % 12 + 1, 1)
        return Month(self, start, end, await offered(self.api.world, rule or rebate(), start=start, end=end))

    async def read(self, id: str, by: Caller | None = None, first: int = 250) -> dict[str, Any]:
        document = "distributor/statement.graphql" if by is self.partner else "vendor/statement.graphql"
        found: dict[str, Any] = (await (by or self.manager).ask(document, id=id, first=first))["node"]
        return found

    async def decide(self, statement: dict[str, Any], decision: str, by: Caller, **said: Any) -> dict[str, Any]:
        """The payload of a decision about the statement as it was read."""
        about = {"statementId": statement["id"], "revision": statement["revision"], "decision": decision}
        return await by.act("vendor/decide_statement.graphql", **(about | said))

    async def dispute(self, statement: dict[str, Any], reason: str = "A line is missing.") -> dict[str, Any]:
        about = {"statementId": statement["id"], "revision": statement["revision"], "reason": reason}
        return await self.partner.act("distributor/dispute_statement.graphql", **about)

    async def withdraw(self, statement: dict[str, Any]) -> dict[str, Any]:
        about = {"statementId": statement["id"], "revision": statement["revision"]}
        return await self.partner.act("distributor/withdraw_statement_dispute.graphql", **about)


def codes(payload: dict[str, Any]) -> list[str]:
    found: Sequence[dict[str, Any]] = payload["userErrors"]
    return [each["code"] for each in found]


def sold(document: str, quantity: int, sku: str = "DRIVE-1", **said: str) -> dict[str, str]:
    """A line of a report: DRIVE-1 is 100 at the price book, DRIVE-2 250, SWITCH-1 40."""
    return {"document": document, "quantity": str(quantity), "product_code": sku, **said}
