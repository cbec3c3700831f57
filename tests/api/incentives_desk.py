"""A vendor that pays incentives and a distributor that earns them, as both reach the API."""

from typing import Any
from uuid import UUID, uuid4

from app.accruals.reckoning.actions import reckon_incentive
from app.accruals.verify import unlike_accruals
from app.execution.identifiers import key_of
from app.store.database import acting_as_worker
from tests.api.conftest import Api

BOOK = {"basis": "SELL_THROUGH", "unit": "AMOUNT", "valuation": "BOOK"}
UNITS = {"basis": "SELL_THROUGH", "unit": "UNITS"}
SELL_IN = {"basis": "SELL_IN", "unit": "AMOUNT"}
LADDER = [
    {"threshold": "0", "rate": "0.01"},
    {"threshold": "100000", "rate": "0.02"},
    {"threshold": "250000", "rate": "0.03"},
]

ADDING = {
    "vendor": "vendor/add_worked_example.graphql",
    "distributor": "distributor/add_worked_example.graphql",
}
ANSWERING = {
    "vendor": "vendor/answer_worked_example.graphql",
    "distributor": "distributor/answer_worked_example.graphql",
}


def rule(**changed: Any) -> dict[str, Any]:
    """A rule as it is entered: 1 % from 0, 2 % from 100,000, 3 % from 250,000, marginal, every quarter."""
    return {
        "kind": "VOLUME_REBATE",
        "currency": "EUR",
        "qualifying": BOOK,
        "structure": "MARGINAL",
        "bands": LADDER,
        "payPeriod": "QUARTER",
    } | changed


class Incentives:
    """Acme's incentives under the agreement with Dist One."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.agreement = api.world.agreement_gid("Acme", "Dist One")
        self.vendor_id = api.world.vendors["Acme"]

    async def create(self, **changed: Any) -> dict[str, Any]:
        """The payload of a draft."""
        given = {
            "name": "Growth together",
            "rule": rule(),
            "effective": {"start": "2025-01-01", "end": "2027-01-01"},
            "agreementIds": [self.agreement],
            "idempotencyKey": uuid4().hex,
        } | changed
        return await (await self.api.vendor()).act("vendor/create_incentive.graphql", **given)

    async def draft(self, **changed: Any) -> str:
        payload = await self.create(**changed)
        assert payload["userErrors"] == []
        return str(payload["incentive"]["id"])

    async def revise(self, id: str, version: int, **changed: Any) -> dict[str, Any]:
        given = {
            "incentiveId": id,
            "expectedVersion": version,
            "rule": rule(),
            "effective": {"start": "2025-01-01", "end": "2027-01-01"},
            "agreementIds": [self.agreement],
            "idempotencyKey": uuid4().hex,
        } | changed
        return await (await self.api.vendor()).act("vendor/revise_incentive.graphql", **given)

    async def act(self, document: str, id: str, version: int = 1, **further: Any) -> dict[str, Any]:
        """The payload of proposing, activating, ending or discarding a version, once the worker has done its part."""
        vendor = await self.api.vendor()
        payload = await vendor.act(document, incentiveId=id, expectedVersion=version, **further)
        if (
            document in {"vendor/activate_incentive.graphql", "vendor/end_incentive.graphql"}
            and not payload["userErrors"]
        ):
            await self.reckon(id)
        return payload

    async def proposed(self, **changed: Any) -> tuple[str, str]:
        """The ids of an incentive that was proposed, and of its term with Dist One."""
        id = await self.draft(**changed)
        assert (await self.act("vendor/propose_incentive.graphql", id))["userErrors"] == []
        return id, await self.term(id)

    async def term(self, id: str, version: int = 1) -> str:
        found = await (await self.api.vendor()).ask("vendor/incentive.graphql", id=id)
        edges = found["node"]["terms"]["edges"]
        (term,) = [
            each["node"]["id"]
            for each in edges
            if each["node"]["version"] == version and each["node"]["distributor"]["name"] == "Dist One"
        ]
        return str(term)

    async def active(self, **changed: Any) -> tuple[str, str]:
        """The same, in force and reckoned."""
        id, term = await self.proposed(**changed)
        assert (await self.act("vendor/activate_incentive.graphql", id))["userErrors"] == []
        return id, term

    async def reckon(self, id: str) -> None:
        """What the worker does where an incentive comes into force or ends."""
        key = key_of("Incentive", id)
        assert key is not None
        await reckon_incentive(self.api.database, key.vendor_id, key.id)

    async def accruals(self, term: str) -> dict[str, tuple[str, str]]:
        """What a term has earned, by the first and last day of the period."""
        found = await (await self.api.distributor()).ask("distributor/incentive_term.graphql", id=term)
        return {
            each["node"]["period"]["start"]: (each["node"]["period"]["end"], each["node"]["earned"]["amount"])
            for each in found["node"]["accruals"]["edges"]
        }

    async def accrued(self, id: str) -> int:
        """What the ledger says is accrued for an incentive, in minor units."""
        key = key_of("Incentive", id)
        assert key is not None
        return int(
            await self.api.world.connection.fetchval(
                "SELECT coalesce(sum(CASE credit WHEN 'ACCRUED' THEN amount_minor ELSE -amount_minor END), 0)"
                " FROM transfer WHERE subject_id = $1",
                key.id,
            )
        )

    async def unlike(self) -> list[str]:
        """What `tailrace verify` would say of Acme's accruals."""
        async with self.api.database.reading(acting_as_worker(self.vendor_id)) as session:
            return [str(each) for each in await unlike_accruals(session, self.vendor_id)]


def problems(payload: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What was refused: by the path, the code and the sentence."""
    return {
        ".".join(each["field"]).removeprefix("input."): (each["code"], each["message"])
        for each in payload["userErrors"]
    }


def codes(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(".".join(each["field"]).removeprefix("input."), each["code"]) for each in payload["userErrors"]]


async def written(api: Api) -> list[Any]:
    """Everything that is kept of incentives."""
    return [
        await api.world.connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        for table in ("incentive", "incentive_version", "incentive_term", "worked_example", "accrual", "transfer")
    ]


async def example(
    incentives: Incentives, term: str, side: str = "vendor", expected: str = "5500", **changed: Any
) -> dict[str, Any]:
    """The payload of adding an example: 300,000 earn so much."""
    caller = await (incentives.api.vendor() if side == "vendor" else incentives.api.distributor())
    given = {
        "termId": term,
        "title": "Three hundred thousand",
        "figures": {"qualifying": "300000"},
        "expected": expected,
        "idempotencyKey": uuid4().hex,
    } | changed
    return await caller.act(ADDING[side], **given)


async def answered(incentives: Incentives, id: str, side: str, accept: bool = True) -> dict[str, Any]:
    caller = await (incentives.api.vendor() if side == "vendor" else incentives.api.distributor())
    return await caller.act(ANSWERING[side], exampleId=id, accept=accept)


def named_id(id: str) -> UUID:
    key = key_of("Incentive", id)
    assert key is not None
    return key.id
