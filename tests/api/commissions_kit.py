"""A small desk for commissions: agents, who never invoice, at Acme, whose resellers buy; and what is earned, by period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id, key_of
from app.programme.spans import month_of
from app.programme.terms import Level
from app.rewards.commissions.reckoning.actions import accrue_commissions
from app.rewards.commissions.verify import unlike_commissions
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.claims_kit import TODAY, Desk, Product
from tests.api.conftest import Api, Caller
from tests.world import NOW

TABLES = (
    *("commission_plan", "agent_assignment", "commission_run", "commission_statement", "commission_line"),
    *("commission_approval", "audit_event"),
)
THIS = month_of(TODAY)
LAST = month_of(THIS - timedelta(days=1))
BEFORE = month_of(LAST - timedelta(days=1))


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where an act was refused, from the input downwards, and with which code."""
    return {(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]}


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


@dataclass
class Agency:
    """Acme, its agents and what they earn."""

    api: Api

    @classmethod
    async def open(cls, api: Api) -> "Agency":
        """With two agents in a programme that opens commissions, and nothing assigned to either."""
        world = api.world
        vendor_id, program_id = world.vendors["Acme"], world.programs["Acme", "RESELLER"]
        if ("Acme", "Agent Ada") not in world.parties:
            of = {"vendor_id": vendor_id, "program_id": program_id}
            benefit = {"name": "Commission", "description": "For agents.", "from_rank": 0, "opens": "COMMISSIONS"}
            await world.add("benefit", **of, id=new_id(), **benefit, audience="RESELLER")
            since = {"status": "ACTIVE", "since": NOW.date(), "created_at": NOW}
            for name in ("Agent Ada", "Agent Bob"):
                party = await world.party("Acme", name, "RESELLER")
                await world.connection.execute("UPDATE party SET partner_type = 'AGENT' WHERE id = $1", party)
                await world.add("enrollment", **of, id=new_id(), reseller_id=party, **since)
        await world.connection.execute("UPDATE agent_assignment SET ends_on = starts_on")
        return cls(api)

    @property
    def desk(self) -> Desk:
        return Desk(self.api)

    @property
    def vendor_id(self) -> UUID:
        return self.api.world.vendors["Acme"]

    def party(self, name: str) -> str:
        return global_id("Reseller", Key(self.vendor_id, self.api.world.parties["Acme", name]))

    async def manager(self) -> Caller:
        return await self.api.vendor()

    async def finance(self, other: bool = False) -> Caller:
        """Somebody of the vendor's finance; somebody else where asked for."""
        scopes = frozenset({Scope.SPIFFS_WRITE}) if other else None
        return await self.api.as_(Level.VENDOR, "Acme", Role.VENDOR_FINANCE, scopes=scopes)

    async def agent(self, name: str = "Agent Ada") -> Caller:
        return await self.api.reseller(name)

    def terms(self, *products: Product, **changed: Any) -> dict[str, Any]:
        return {
            "name": "Agents",
            "currency": "EUR",
            "rate": "0.05",
            "valuation": "REPORTED_RESALE",
            "period": "MONTH",
            "sales": {"start": BEFORE.isoformat(), "end": (TODAY + timedelta(days=100)).isoformat()},
            "productIds": [product.gid for product in products],
            "idempotencyKey": uuid4().hex,
            **changed,
        }

    async def plan(self, *products: Product, **changed: Any) -> dict[str, Any]:
        given = self.terms(*products, **changed)
        made: dict[str, Any] = await self.done(await self.manager(), "vendor/create_commission_plan.graphql", **given)
        return made

    def assigning(self, agent: str = "Agent Ada", reseller: str | None = "Reseller One", **more: Any) -> dict[str, Any]:
        """The input of an assignment; with no reseller, `more` names an end customer."""
        buyer = {} if reseller is None else {"resellerId": self.party(reseller)}
        given = {"note": "The north", "startsOn": BEFORE.isoformat(), "idempotencyKey": uuid4().hex}
        return {"agentId": self.party(agent), **buyer, **given, **more}

    async def assigned(
        self, agent: str = "Agent Ada", reseller: str | None = "Reseller One", **more: Any
    ) -> dict[str, Any]:
        given = self.assigning(agent, reseller, **more)
        made: dict[str, Any] = await self.done(await self.manager(), "vendor/assign_agent.graphql", **given)
        return made

    @staticmethod
    async def done(caller: Caller, document: str, **given: Any) -> Any:
        """What an act answered, which was not refused."""
        payload = await caller.act(document, **given)
        assert payload["userErrors"] == [], payload
        (found,) = (each for name, each in payload.items() if name != "userErrors")
        return found

    async def sold(
        self, product: Product, units: int, on: date, account: str = "A-1", special: str = "", customer: str = ""
    ) -> str:
        """The number of an invoice of one line, at 30 EUR a unit."""
        number = uuid4().hex[:8]
        row = f"{number},1,{on},{product.sku},{units},{account},{special},{customer}"
        await self.desk.sold(row)
        return number

    async def returned(self, product: Product, number: str, units: int, on: date = TODAY, account: str = "A-1") -> None:
        await self.desk.sold(f"{uuid4().hex[:8]},1,{on},{product.sku},-{units},{account},,,{number}:1")

    async def corrected(self, product: Product, number: str, units: int, on: date) -> None:
        await self.desk.sold(f"{number},1,{on},{product.sku},{units},A-1", mode="CORRECT")

    async def calculated(self, plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """A plan's statements after its calculation, by the agent and the first day of the period."""
        given = {"planId": plan["id"], "idempotencyKey": uuid4().hex}
        found = await self.done(await self.manager(), "vendor/calculate_commissions.graphql", **given)
        return {f"{each['agent']['name']} {each['period']['start']}": each for each in nodes(found["statements"])}

    async def accrued(self, plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """A plan's statements after the clock looked at it, likewise."""
        key = self.key(plan["id"])
        await accrue_commissions(self.api.database, key.vendor_id, key.id)
        found = await (await self.manager()).ask("vendor/commission_statements.graphql", first=250)
        listed = nodes(found["viewer"]["vendor"]["commissionStatements"])
        own = [each for each in listed if each["plan"]["id"] == plan["id"]]
        return {f"{each['agent']['name']} {each['period']['start']}": each for each in own}

    async def approved(self, statement: dict[str, Any], other: bool = False) -> dict[str, Any]:
        given = {"statementId": statement["id"], "expectedRevision": statement["revision"]}
        found: dict[str, Any] = await self.done(await self.finance(other), "vendor/approve_commission.graphql", **given)
        return found

    async def lines(self, statement: dict[str, Any], agent: str | None = None) -> list[dict[str, Any]]:
        """The lines of a statement as the vendor, or as an agent reads them."""
        document = "vendor/commission_statement.graphql" if agent is None else "reseller/commission_statement.graphql"
        caller = await (self.manager() if agent is None else self.agent(agent))
        found = await caller.ask(document, id=statement["id"])
        return nodes(found["node"]["lines"])

    async def unlike(self) -> list[str]:
        async with self.api.database.reading(acting_as_worker(self.vendor_id)) as session:
            return [str(each) for each in await unlike_commissions(session, self.vendor_id)]

    async def held(self) -> list[tuple[str, int, str | None]]:
        """What the database holds of commissions: it changes with every row that does."""
        counted = []
        for table in TABLES:
            row = await self.api.world.connection.fetchrow(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            )
            counted.append((table, row[0], row[1]))
        return counted

    @staticmethod
    def key(id: str) -> Key:
        for name in ("CommissionPlan", "AgentAssignment", "CommissionStatement"):
            if (key := key_of(name, id)) is not None:
                return key
        raise AssertionError(id)
