"""A small desk for deals: resellers whose programme opens deal registration, customers of their own, and the clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.deals.deciding.clock import follow_network
from app.execution.identifiers import Key, global_id, key_of
from app.programme.terms import Level
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.world import NOW

TODAY = datetime.now(UTC).date()
TABLES = ("deal", "deal_customer", "deal_product", "deal_event", "deal_terms", "audit_event")
RIVALS = ("Reseller One", "Reseller Two")


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where an act was refused, from the input downwards, and with which code."""
    return {(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]}


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@dataclass
class Counter:
    """Acme, which decides, and two resellers that are after the same customers."""

    api: Api

    @classmethod
    async def open(cls, api: Api) -> "Counter":
        """With both resellers in a programme that opens deal registration."""
        world = api.world
        vendor_id, program_id = world.vendors["Acme"], world.programs["Acme", "RESELLER"]
        if not await world.connection.fetchval("SELECT count(*) FROM benefit WHERE program_id = $1", program_id):
            await world.add(
                "benefit",
                vendor_id=vendor_id,
                id=new_id(),
                program_id=program_id,
                name="Deal registration",
                description="What is registered is protected.",
                from_rank=0,
                opens="DEAL_REGISTRATION",
                audience="RESELLER",
            )
            for name in RIVALS:
                await world.add(
                    "enrollment",
                    vendor_id=vendor_id,
                    id=new_id(),
                    program_id=program_id,
                    reseller_id=world.parties["Acme", name],
                    status="ACTIVE",
                    since=NOW.date(),
                    created_at=NOW,
                )
        return cls(api)

    @property
    def vendor_id(self) -> UUID:
        return self.api.world.vendors["Acme"]

    @property
    def vendor_gid(self) -> str:
        return global_id("Vendor", Key(self.vendor_id, self.vendor_id))

    def distributor(self, name: str = "Dist One") -> str:
        return global_id("Distributor", Key(self.vendor_id, self.api.world.parties["Acme", name]))

    def product(self, sku: str = "DRIVE-1", vendor: str = "Acme") -> str:
        world = self.api.world
        return global_id("Product", Key(world.vendors[vendor], world.products[vendor, sku]))

    async def manager(self) -> Caller:
        return await self.api.vendor()

    async def reseller(self, name: str = "Reseller One", role: Role = Role.RESELLER_ADMIN) -> Caller:
        return await self.api.as_(Level.RESELLER, name, role)

    def content(self, customer: str | None = None, **changed: Any) -> dict[str, Any]:
        return {
            "name": "Forty drives",
            "endCustomer": customer or f"Hospital {uuid4().hex[:8]}",
            "products": [{"productId": self.product(), "quantity": "40"}],
            "expectedAmount": "900.00",
            "currency": "EUR",
            "expectedCloseOn": in_days(30),
            **changed,
        }

    def given(self, customer: str | None = None, **changed: Any) -> dict[str, Any]:
        """The input of a registration."""
        content = self.content(customer, **changed)
        return {"vendorId": self.vendor_gid, "deal": content, "idempotencyKey": uuid4().hex}

    async def registered(self, customer: str | None = None, by: str = "Reseller One", **changed: Any) -> dict[str, Any]:
        caller = await self.reseller(by)
        payload = await caller.act("reseller/register_deal.graphql", **self.given(customer, **changed))
        assert payload["userErrors"] == [], payload
        found: dict[str, Any] = payload["deal"]
        return found

    async def decided(self, deal: dict[str, Any], approve: bool = True, **more: Any) -> dict[str, Any]:
        """The payload of a decision."""
        given = {"dealId": deal["id"], "expectedVersion": deal["version"], "approve": approve, **more}
        return await (await self.manager()).act("vendor/decide_deal.graphql", **given)

    async def approved(self, customer: str | None = None, by: str = "Reseller One", **changed: Any) -> dict[str, Any]:
        payload = await self.decided(await self.registered(customer, by, **changed))
        assert payload["userErrors"] == [], payload
        found: dict[str, Any] = payload["deal"]
        return found

    async def terms(self, **changed: Any) -> None:
        """Set the vendor's terms: by default those under which the engine approves at once up to 1,000 EUR."""
        manager = await self.manager()
        known = await manager.ask("vendor/deals.graphql", first=1)
        given = {
            "expectedVersion": known["viewer"]["vendor"]["dealTerms"]["version"],
            "daysProtected": 90,
            "extensions": 1,
            "extensionDays": 30,
            "approvesUpTo": "1000",
            "currency": "EUR",
            "reviewHours": 0,
            "checksOneIn": 0,
            **changed,
        }
        payload = await manager.act("vendor/set_deal_terms.graphql", **given)
        assert payload["userErrors"] == [], payload

    async def clock(self, at: datetime | None = None) -> None:
        await follow_network(self.api.database, self.vendor_id, at or datetime.now(UTC))

    async def seen(self, deal: dict[str, Any], by: str = "Reseller One") -> dict[str, Any] | None:
        """The deal as its reseller reads it, with its history."""
        caller = await self.reseller(by)
        found = await caller.ask("reseller/deal.graphql", id=deal["id"], vendor=self.vendor_gid)
        node: dict[str, Any] | None = found["node"]
        return node

    async def for_vendor(self, deal: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await (await self.manager()).ask("vendor/deal.graphql", id=deal["id"]))["node"]
        return found

    async def put_back(self, deal: dict[str, Any], until: date) -> None:
        """Let the protection of a deal end on a day, as time would."""
        key = key_of("DealRegistration", deal["id"])
        assert key is not None
        await self.api.world.connection.execute(
            "UPDATE deal SET protected_from = $3::date - 90, protected_until = $3, protected_at_most = $3::date + 30"
            " WHERE vendor_id = $1 AND id = $2",
            key.vendor_id,
            key.id,
            until,
        )

    async def held(self) -> list[tuple[str, int, str | None]]:
        """What the database holds of deals: it changes with every row that does."""
        counted = []
        for table in TABLES:
            row = await self.api.world.connection.fetchrow(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            )
            counted.append((table, row[0], row[1]))
        return counted
