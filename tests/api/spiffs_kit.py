"""A small desk for SPIFFs: partners whose programme opens them, named people, reported lines, and what is paid."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.rewards.claims.settling.actions import take_spiffs_back
from app.store.identity import new_id
from tests.api import claims_kit
from tests.api.claims_kit import TODAY, Product, day
from tests.api.conftest import Api, Caller
from tests.world import NOW

TABLES = ("spiff", "spiff_rep", "spiff_claim", "payout", "payout_line", "audit_event")


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where an act was refused, from the input downwards, and with which code."""
    return {(".".join(error["field"][1:]), error["code"]) for error in payload["userErrors"]}


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


@dataclass
class Till:
    """Acme, which pays, and people of Reseller One and Dist One, who sell."""

    api: Api

    @classmethod
    async def open(cls, api: Api) -> "Till":
        """With Reseller One and Two in a programme that opens SPIFFs."""
        world = api.world
        vendor_id, program_id = world.vendors["Acme"], world.programs["Acme", "RESELLER"]
        if not await world.connection.fetchval("SELECT count(*) FROM benefit WHERE program_id = $1", program_id):
            of = {"vendor_id": vendor_id, "program_id": program_id}
            benefit = {"name": "SPIFFs", "description": "Paid to your people.", "from_rank": 0, "opens": "SPIFFS"}
            await world.add("benefit", **of, id=new_id(), **benefit, audience="RESELLER")
            for name in ("Reseller One", "Reseller Two"):
                party = world.parties["Acme", name]
                since = {"status": "ACTIVE", "since": NOW.date(), "created_at": NOW}
                await world.add("enrollment", **of, id=new_id(), reseller_id=party, **since)
        return cls(api)

    @property
    def desk(self) -> claims_kit.Desk:
        return claims_kit.Desk(self.api)

    @property
    def vendor_id(self) -> UUID:
        return self.api.world.vendors["Acme"]

    @property
    def vendor_gid(self) -> str:
        return global_id("Vendor", Key(self.vendor_id, self.vendor_id))

    def distributor(self, name: str = "Dist One") -> str:
        return global_id("Distributor", Key(self.vendor_id, self.api.world.parties["Acme", name]))

    async def manager(self) -> Caller:
        return await self.api.vendor()

    async def finance(self, other: bool = False) -> Caller:
        """Somebody of the vendor's finance; somebody else where asked for."""
        scopes = frozenset({Scope.SPIFFS_WRITE}) if other else None
        return await self.api.as_(Level.VENDOR, "Acme", Role.VENDOR_FINANCE, scopes=scopes)

    async def partner(self, name: str = "Reseller One") -> Caller:
        return await self.api.distributor(name) if name.startswith("Dist") else await self.api.reseller(name)

    def terms(self, *products: Product, **changed: Any) -> dict[str, Any]:
        return {
            "name": "Autumn",
            "audience": "RESELLER",
            "currency": "EUR",
            "perUnit": "25",
            "sales": {"start": day(60).isoformat(), "end": (TODAY + timedelta(days=30)).isoformat()},
            "productIds": [product.gid for product in products],
            "idempotencyKey": uuid4().hex,
            **changed,
        }

    async def spiff(self, *products: Product, **changed: Any) -> dict[str, Any]:
        return await self.done(await self.manager(), "vendor/create_spiff.graphql", **self.terms(*products, **changed))

    async def rep(self, name: str = "Ida Krause", by: str = "Reseller One", **changed: Any) -> dict[str, Any]:
        given = {"vendorId": self.vendor_gid, "name": name, "payoutReference": f"CARD-{uuid4().hex[:6]}", **changed}
        return await self.done(
            await self.partner(by), self.of(by, "add_spiff_rep"), idempotencyKey=uuid4().hex, **given
        )

    @staticmethod
    def of(by: str, name: str) -> str:
        return f"{'distributor' if by.startswith('Dist') else 'reseller'}/{name}.graphql"

    @staticmethod
    async def done(caller: Caller, document: str, **given: Any) -> dict[str, Any]:
        """The object that an act answered, which was not refused."""
        payload = await caller.act(document, **given)
        assert payload["userErrors"] == [], payload
        (found,) = (each for name, each in payload.items() if name != "userErrors")
        assert isinstance(found, dict)
        return found

    def asked(
        self, spiff: dict[str, Any], rep: dict[str, Any], number: str, units: str = "1", **more: Any
    ) -> dict[str, Any]:
        """The input of a claim on the first line of an invoice of Dist One."""
        return {
            "spiffId": spiff["id"],
            "repId": rep["id"],
            "distributorId": self.distributor(),
            "documentNumber": number,
            "documentLine": "1",
            "quantity": units,
            "idempotencyKey": uuid4().hex,
            **more,
        }

    async def claimed(
        self,
        spiff: dict[str, Any],
        rep: dict[str, Any],
        number: str,
        units: str = "1",
        by: str = "Reseller One",
        **more: Any,
    ) -> dict[str, Any]:
        given = self.asked(spiff, rep, number, units, **more)
        return await self.done(await self.partner(by), self.of(by, "claim_spiff"), **given)

    async def sold(
        self, product: Product, units: int = 10, on: int = 3, account: str = "", distributor: str = "Dist One"
    ) -> str:
        """The number of an invoice to Reseller One, with one line."""
        number = uuid4().hex[:8]
        await self.desk.sold(f"{number},1,{day(on)},{product.sku},{units},{account}", distributor=distributor)
        return number

    async def returned(self, product: Product, number: str, units: int, account: str = "") -> None:
        """Units of an invoice come back, and what the worker does then."""
        row = f"{uuid4().hex[:8]},1,{day(1)},{product.sku},-{units},{account},,,{number}:1"
        await self.desk.sold(row)
        await take_spiffs_back(self.api.database, self.vendor_id, self.api.world.agreements["Acme", "Dist One"])

    async def for_vendor(self, **filter: Any) -> list[dict[str, Any]]:
        """All claims as the vendor reads them."""
        found = await (await self.manager()).ask("vendor/spiff_claims.graphql", first=250, filter=filter or None)
        return nodes(found["viewer"]["vendor"]["spiffClaims"])

    async def held(self) -> list[tuple[str, int, str | None]]:
        """What the database holds of SPIFFs: it changes with every row that does."""
        counted = []
        for table in TABLES:
            row = await self.api.world.connection.fetchrow(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
            )
            counted.append((table, row[0], row[1]))
        return counted
