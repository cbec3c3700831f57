"""What the tests of funds share: who acts, a fund, requests and claims, and everything that acts on funds may write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.roles import Role
from app.execution.identifiers import Key, global_id, key_of
from app.programme.terms import Level
from app.store.identity import new_id
from tests.api.conftest import Api, Caller

TODAY = datetime.now(UTC).date()
READS = {
    "vendor": "vendor/fund.graphql",
    "distributor": "distributor/fund.graphql",
    "reseller": "reseller/fund.graphql",
}
PDF = b"%PDF-1.7 an invoice\n"
TABLES = (
    "fund",
    "fund_entry",
    "fund_request",
    "fund_claim",
    "fund_proof",
    "remembered_result",
    "audit_event",
    "jobs.pgqueuer",
)


def later(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def told(payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Where and with which codes an act was refused."""
    assert all(error["message"] for error in payload["userErrors"])
    return {(".".join((error["field"] or [])[1:]), error["code"]) for error in payload["userErrors"]}


def amounts(fund: dict[str, Any]) -> dict[str, str]:
    """What a fund holds, without what is nothing."""
    return {name: each["amount"] for name, each in fund["balance"].items() if each["amount"] != "0"}


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


@dataclass
class Desk:
    """Who acts on funds in Acme's network."""

    api: Api

    async def manager(self) -> Caller:
        return await self.api.vendor()

    async def finance(self) -> Caller:
        return await self.api.vendor(role=Role.VENDOR_FINANCE)

    async def partner(self) -> Caller:
        return await self.api.distributor(role=Role.DISTRIBUTOR_FINANCE)

    async def both(self) -> Caller:
        """One who manages programmes and is in finance as well."""
        return await self.api.as_(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE)

    @property
    def agreement(self) -> str:
        return self.api.world.agreement_gid("Acme", "Dist One")

    def reseller_id(self, name: str = "Reseller One", vendor: str = "Acme") -> str:
        world = self.api.world
        return global_id("Reseller", Key(world.vendors[vendor], world.parties[vendor, name]))

    async def opened(self, name: str = "Reseller One", status: str = "ACTIVE") -> UUID:
        """Open funds to a reseller by a benefit of Acme's programme; its enrolment."""
        world = self.api.world
        vendor_id, program_id = world.vendors["Acme"], world.programs["Acme", "RESELLER"]
        if not await world.connection.fetchval("SELECT count(*) FROM benefit WHERE opens IS NOT NULL"):
            await world.add(
                "benefit",
                vendor_id=vendor_id,
                id=new_id(),
                program_id=program_id,
                name="Marketing money",
                description="For tests.",
                from_rank=0,
                opens="MARKET_DEVELOPMENT_FUNDS",
                audience="RESELLER",
            )
        found: UUID | None = await world.connection.fetchval(
            "SELECT id FROM enrollment WHERE reseller_id = $1", world.parties["Acme", name]
        )
        if found is None:
            found = new_id()
            await world.add(
                "enrollment",
                vendor_id=vendor_id,
                id=found,
                program_id=program_id,
                reseller_id=world.parties["Acme", name],
                status=status,
                since=date(2026, 1, 1),
                created_at=datetime.now(UTC),
            )
        await world.connection.execute("UPDATE enrollment SET status = $2 WHERE id = $1", found, status)
        return found

    def terms(self, **changed: Any) -> dict[str, Any]:
        whose = {} if "resellerId" in changed else {"agreementId": self.agreement}
        return {
            **whose,
            "kind": "MDF",
            "name": "Spring",
            "currency": "EUR",
            "startsOn": "2026-01-01",
            "reimbursementShare": "0.5",
            "claimDays": 60,
            "idempotencyKey": uuid4().hex,
            **changed,
        }

    async def fund(self, granted: str | None = "1000", **changed: Any) -> dict[str, Any]:
        """A fund of Dist One unless another's is asked for, and money in it."""
        manager = await self.manager()
        made = await done(manager, "vendor/create_fund.graphql", **self.terms(**changed))
        if granted is None:
            return made
        return await self.grant(made, granted)

    async def grant(self, fund: dict[str, Any], amount: str) -> dict[str, Any]:
        key, manager = uuid4().hex, await self.manager()
        return await done(
            manager, "vendor/grant_funds.graphql", fundId=fund["id"], amount=amount, reason="Plan", idempotencyKey=key
        )

    def asked(self, fund: dict[str, Any], amount: str = "100", **changed: Any) -> dict[str, Any]:
        return {
            "fundId": fund["id"],
            "activity": "Roadshow",
            "period": {"start": later(-10), "end": later(5)},
            "plannedCost": "2000",
            "amount": amount,
            "idempotencyKey": uuid4().hex,
            **changed,
        }

    async def requested(
        self, fund: dict[str, Any], amount: str = "100", by: Caller | None = None, **changed: Any
    ) -> dict[str, Any]:
        caller, document = by or await self.partner(), "distributor/request_funds.graphql"
        return await done(caller, document, **self.asked(fund, amount, **changed))

    async def approved(self, fund: dict[str, Any], amount: str = "100", **changed: Any) -> dict[str, Any]:
        """A request of Dist One's that the manager approved."""
        request = await self.requested(fund, amount, **changed)
        manager = await self.manager()
        return await done(manager, "vendor/decide_funds.graphql", fundRequestId=request["id"], decision="APPROVE")

    async def claim_of(self, request: dict[str, Any], cost: str, by: Caller | None = None, **changed: Any) -> Any:
        """What claiming a cost answers, with a proof of its own."""
        caller = by or await self.partner()
        uploads = [await caller.upload(PDF + uuid4().bytes, "invoice.pdf")] if "uploadIds" not in changed else []
        given = {"uploadIds": uploads, "idempotencyKey": uuid4().hex, **changed}
        return await caller.act("distributor/claim_funds.graphql", fundRequestId=request["id"], cost=cost, **given)

    async def claimed(self, request: dict[str, Any], cost: str, by: Caller | None = None) -> dict[str, Any]:
        payload = await self.claim_of(request, cost, by)
        assert payload["userErrors"] == []
        found: dict[str, Any] = payload["fundClaim"]
        return found

    async def read(self, fund: dict[str, Any], caller: Caller | None = None, level: str = "vendor") -> dict[str, Any]:
        """A fund as the vendor, or as somebody of another level, reads it."""
        answer = await (caller or await self.manager()).ask(READS[level], id=fund["id"])
        found: dict[str, Any] = answer["node"]
        return found

    async def refused(self, caller: Caller, document: str, **given: Any) -> set[tuple[str, str]]:
        """Where and with which codes an act is refused. Nothing is written."""
        async with self.nothing_written():
            payload = await caller.act(document, **given)
        assert [value for name, value in payload.items() if name != "userErrors"] == [None]
        return told(payload)

    @asynccontextmanager
    async def nothing_written(self) -> AsyncIterator[None]:
        before = await self.held()
        yield
        assert await self.held() == before

    async def held(self) -> dict[str, list[str]]:
        """Every row of every table that acts on funds may touch."""
        found = {}
        for table in TABLES:
            rows = await self.api.world.connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")
            found[table] = [row["row"] for row in rows]
        return found


async def done(caller: Caller, document: str, **given: Any) -> dict[str, Any]:
    """The object that an act answered."""
    payload = await caller.act(document, **given)
    assert payload["userErrors"] == [], payload["userErrors"]
    (found,) = (value for name, value in payload.items() if name != "userErrors")
    assert isinstance(found, dict)
    return found


def uuid_of(type_name: str, node: dict[str, Any]) -> UUID:
    key = key_of(type_name, node["id"])
    assert key is not None
    return key.id
