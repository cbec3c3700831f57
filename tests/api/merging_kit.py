"""Two records of one reseller, at distributors that know one of them, the other, or both; and the figures of a network."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id, key_of
from app.reports.counting.actions import Busy
from app.reports.merging.applying import carry_out_merge
from tests.api.conftest import Api, Caller
from tests.api.held_kit import Desk
from tests.world import NOW, World

MERGE, UNDO = "vendor/merge_parties.graphql", "vendor/undo_party_merge.graphql"
PREVIEW, PREVIEW_UNDO = "vendor/preview_party_merge.graphql", "vendor/preview_party_merge_undo.graphql"


async def unlinked(world: World, name: str, vendor: str = "Acme", **changed: Any) -> UUID:
    """A record of a reseller as which nobody signs in."""
    world.parties[vendor, name] = party = uuid4()
    values = {
        "partner_type": "MSP",
        "country": "DE",
        "region": "South",
        "disclosed": True,
        "created_at": NOW,
        **changed,
    }
    await world.add("party", vendor_id=world.vendors[vendor], id=party, kind="RESELLER", name=name, **values)
    return party


@dataclass
class Merging:
    """A program manager who merges `gone` into `kept`, of whom three distributors know what `of` says."""

    api: Api
    caller: Caller
    gone: str
    kept: str
    desks: dict[str, Desk]

    @classmethod
    async def of(cls, api: Api) -> "Merging":
        """Dist One knows both records, Dist Three only the one that goes, and Dist Two, which discloses nothing, both."""
        world, mark = api.world, uuid4().hex[:6]
        if ("Acme", "Dist Three") not in world.agreements:
            await world.party("Acme", "Dist Three", "DISTRIBUTOR")
            await world.agreement("Acme", "Dist Three")
        gone, kept = f"Gone {mark}", f"Kept {mark}"
        for name in (gone, kept):
            await unlinked(world, name)
        for distributor, name, account in (
            ("Dist One", gone, f"G1-{mark}"),
            ("Dist One", kept, f"K1-{mark}"),
            ("Dist Three", gone, f"G3-{mark}"),
            ("Dist Two", gone, f"G2-{mark}"),
            ("Dist Two", kept, f"K2-{mark}"),
        ):
            await world.authorize("Acme", distributor, name, account)
        desks = {name: await Desk.of(api, name) for name in ("Dist One", "Dist Two", "Dist Three")}
        return cls(api, await api.vendor(), gone, kept, desks)

    @property
    def mark(self) -> str:
        return self.gone.rpartition(" ")[2]

    def account(self, which: str) -> str:
        """Such as G1: of the record that goes, at Dist One."""
        return f"{which}-{self.mark}"

    def gid(self, name: str) -> str:
        return global_id("Reseller", Key(self.api.world.vendors["Acme"], self.api.world.parties["Acme", name]))

    def pair(self, **given: Any) -> dict[str, Any]:
        return {"fromResellerId": self.gid(self.gone), "intoResellerId": self.gid(self.kept), **given}

    async def preview(self, **given: Any) -> dict[str, Any]:
        payload = await self.caller.act(PREVIEW, **self.pair(**given))
        assert payload["userErrors"] == [], payload
        found: dict[str, Any] = payload["effect"]
        return found

    async def merge(self, **given: Any) -> dict[str, Any]:
        payload = await self.caller.act(
            MERGE, **self.pair(reason="The same firm.", idempotencyKey=uuid4().hex, **given)
        )
        assert payload["userErrors"] == [], payload
        return await self.carried_out(payload["merge"])

    async def undo(self, merge: dict[str, Any]) -> dict[str, Any]:
        payload = await self.caller.act(UNDO, mergeId=merge["id"], expectedVersion=merge["version"])
        assert payload["userErrors"] == [], payload
        return await self.carried_out(payload["merge"])

    async def carried_out(self, merge: dict[str, Any]) -> dict[str, Any]:
        """Do what the worker does, twice, as after a kill; the merge as it stands."""
        key = key_of("PartyMerge", merge["id"])
        assert key is not None
        for _ in range(2):
            assert not isinstance(await carry_out_merge(self.api.database, key.vendor_id, key.id), Busy)
        return (await self.merges())[merge["id"]]

    async def merges(self) -> dict[str, dict[str, Any]]:
        data = await self.caller.ask("vendor/party_merges.graphql", first=250)
        return {each["node"]["id"]: each["node"] for each in data["viewer"]["vendor"]["partyMerges"]["edges"]}

    async def report(self, distributor: str, *rows: str, **given: Any) -> str:
        return await self.desks[distributor].report(*rows, **given)


FIGURES = {
    "sell_through_month": "month, fiscal_month, distributor_id, reseller_id, product_id, currency, book_currency,"
    " disclosed_reseller_id, units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount",
    "sell_through_reseller_month": "month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id,"
    " units, returned_units, lines, resale_amount, disclosed_resale_amount, book_amount",
    "sell_through_day": "day, distributor_id, product_id, currency, book_currency, units, returned_units, lines,"
    " resale_amount, disclosed_resale_amount, book_amount",
    "submission_effect": "submission_id, month, product_id, currency, book_currency, units, returned_units, lines,"
    " resale_amount, book_amount",
    "accrual": "term_id, period_start, qualifying, paying, lines, earned_minor",
}


async def figures(world: World) -> dict[str, list[str]]:
    """Every figure that is not nothing, table by table."""
    found = {}
    for table, columns in FIGURES.items():
        there = "" if table == "accrual" else " WHERE (units, lines, book_amount) <> (0, 0, 0)"
        rows = await world.connection.fetch(f"SELECT ({columns})::text AS said FROM {table}{there} ORDER BY 1")
        found[table] = [row["said"] for row in rows]
    return found


IDENTITY = {
    "reseller_authorization": "id, agreement_id, reseller_id, disclosed_reseller_id, reseller_name, reseller_country,"
    " reseller_region, partner_type, status, accounts, planned_status",
    "account": "agreement_id, number, authorization_id, reseller_id",
    "alias": "id, authorization_id, reseller_id, undone_at",
    "credit_terms": "authorization_id, reseller_id, credit_limit_minor",
    "certification": "id, reseller_id, authorization_id, status",
    "enablement_activity": "id, reseller_id, authorization_id",
    "onboarding_completion": "id, reseller_id, by_authorization_id",
    "segment_member": "segment_id, reseller_id, added_at",
    "distributor_enrollment": "authorization_id, enrollment_id, reseller_id, status, tier_id",
    "party": "id, merged_into",
    "enrollment": "id, reseller_id, program_id, status, tier_id, since, planned_status, planned_on",
}


async def identity(world: World) -> dict[str, list[str]]:
    """What stands on which record, table by table."""
    found = {}
    for table, columns in IDENTITY.items():
        rows = await world.connection.fetch(f"SELECT ({columns})::text AS said FROM {table} ORDER BY 1")
        found[table] = [row["said"] for row in rows]
    return found


async def sold_to(world: World, *names: str) -> list[tuple[Any, ...]]:
    """Units, lines and amounts by month that stand on records, as the vendor reads them."""
    rows = await world.connection.fetch(
        "SELECT month::text AS month, sum(units)::bigint AS units, sum(lines)::bigint AS lines,"
        " sum(disclosed_resale_amount)::bigint AS amount, sum(book_amount)::bigint AS book FROM sell_through_month"
        " WHERE disclosed_reseller_id = ANY ($1::uuid[]) GROUP BY 1 HAVING sum(lines) <> 0 OR sum(units) <> 0 ORDER BY 1",
        [world.parties["Acme", name] for name in names],
    )
    return [tuple(row.values()) for row in rows]
