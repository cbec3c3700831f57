"""Reports with codes that nobody knows, handed in over HTTP and counted; and what stands in the database after them."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.execution.identifiers import Key, global_id
from app.network.verify import differences
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller

HEADER = (
    "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,ship_to_country"
)
FIGURES = ("sell_through_month", "sell_through_day", "sell_in_day", "submission_effect")
WRITTEN = (*FIGURES, "sell_through_line", "report_row", "submission_issue", "alias", "knowledge")


@dataclass
class Desk:
    """A distributor's integration, and what becomes of what it hands in."""

    api: Api
    caller: Caller
    distributor: str = "Dist One"

    @classmethod
    async def of(cls, api: Api, distributor: str = "Dist One") -> "Desk":
        return cls(api, await api.distributor(distributor), distributor)

    @property
    def agreement(self) -> str:
        return self.api.world.agreement_gid("Acme", self.distributor)

    async def report(self, *rows: str, header: str = HEADER, **given: Any) -> str:
        """Hand a report in and have it counted; its id."""
        payload = await self.caller.act(
            "distributor/submit_sell_through.graphql",
            **{
                "agreementId": self.agreement,
                "period": {"start": "2026-01-01", "end": "2026-02-01"},
                "source": {"uploadId": await self.caller.upload("\n".join([header, *rows]).encode())},
                "idempotencyKey": uuid4().hex,
                **given,
            },
        )
        assert payload["userErrors"] == [], payload
        await self.count()
        found: str = payload["submission"]["id"]
        return found

    async def count(self) -> None:
        await self.api.count("Acme", self.distributor)

    async def confirm(self, code: str, **meaning: str) -> dict[str, Any]:
        payload = await self.caller.act(
            "distributor/confirm_alias.graphql", agreementId=self.agreement, code=code, meaning=meaning
        )
        assert payload["userErrors"] == [], payload
        await self.count()
        found: dict[str, Any] = payload["alias"]
        return found

    async def undo(self, alias: str) -> dict[str, Any]:
        payload = await self.caller.act("distributor/undo_alias.graphql", aliasId=alias)
        assert payload["userErrors"] == [], payload
        await self.count()
        return (await self.aliases())[alias]

    async def aliases(self, **kept: Any) -> dict[str, dict[str, Any]]:
        data = await self.caller.ask("distributor/aliases.graphql", agreementId=self.agreement, filter=kept)
        return {edge["node"]["id"]: edge["node"] for edge in data["node"]["aliases"]["edges"]}

    async def queue(self, caller: Caller | None = None, **kept: Any) -> list[dict[str, Any]]:
        """What is held, by code."""
        asking = caller or self.caller
        data = await asking.ask("distributor/held_codes.graphql", agreementId=self.agreement, filter=kept)
        return [edge["node"] for edge in data["node"]["heldCodes"]["edges"]]

    async def decide(
        self, decision: str, hold: str, caller: Caller | None = None, *, key: str | None = None, **held: Any
    ) -> dict[str, Any]:
        """The payload of a decision, carried out."""
        payload = await (caller or self.caller).act(
            "distributor/resolve_held_rows.graphql" if caller is None else "vendor/waive_held_rows.graphql",
            agreementId=self.agreement,
            decision=decision,
            hold=hold,
            held=held,
            reason="Looked at it.",
            idempotencyKey=key or uuid4().hex,
        )
        await self.count()
        return payload

    async def outcomes(self, submission: str) -> list[str]:
        found = await self.followed(submission)
        return [edge["node"]["outcome"] for edge in found["rows"]["edges"]]

    async def followed(self, submission: str) -> dict[str, Any]:
        data = await self.caller.ask("distributor/follow_submission.graphql", id=submission)
        found: dict[str, Any] = data["node"]
        counts = dict(found["counts"])
        counts.pop("progress")
        assert counts.pop("received") == sum(counts.values()), "no row vanishes"
        return found

    async def open_issues(self, submission: str) -> list[list[str]]:
        """The codes of each row's issues that are not settled."""
        rows = (await self.followed(submission))["rows"]["edges"]
        return [[each["code"] for each in row["node"]["issues"] if each["settledAt"] is None] for row in rows]


def product(api: Api, sku: str) -> str:
    return global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", sku]))


def reseller(api: Api, name: str) -> str:
    return global_id("Reseller", Key(api.world.vendors["Acme"], api.world.parties["Acme", name]))


async def standing(api: Api, *tables: str) -> dict[str, list[str]]:
    """Every row of these tables, as text; of figures only those that are not nothing."""
    found = {}
    for table in tables:
        rows = await api.world.connection.fetch(
            f"SELECT t::text AS said, to_jsonb(t) AS whole FROM {table} t ORDER BY 1"
        )
        found[table] = [row["said"] for row in rows if table not in FIGURES or '"units": 0,' not in row["whole"]]
    return found


async def in_order(api: Api) -> None:
    """The rollups are the sum of the facts, and reports are what became of their rows."""
    vendor_id = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor_id)) as session:
        assert [str(each) for each in await differences(session, vendor_id)] == []


async def units(api: Api, sku: str) -> int:
    """Units of a product that were sold, in thousandths, over all months."""
    found: int = await api.world.connection.fetchval(
        "SELECT coalesce(sum(units), 0)::bigint FROM sell_through_month WHERE product_id = $1",
        api.world.products["Acme", sku],
    )
    return found
