"""A reseller who reports what it sells to end customers, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id
from app.reports.counting.actions import Busy, count_reports
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.world import NOW

PERIOD = {"start": "2026-01-01", "end": "2026-03-01"}
HEADER = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency,ship_to_country,end_customer"


async def enrolled(api: Api, vendor: str, reseller: str, status: str = "ACTIVE") -> str:
    """The global id of an enrolment of the reseller in the vendor's programme, which it has then."""
    world, id = api.world, new_id()
    vendor_id = world.vendors[vendor]
    await world.add(
        "enrollment",
        vendor_id=vendor_id,
        id=id,
        program_id=world.programs[vendor, "RESELLER"],
        reseller_id=world.parties[vendor, reseller],
        status=status,
        since=date(2026, 1, 1),
        created_at=NOW,
    )
    return global_id("Enrollment", Key(vendor_id, id))


@dataclass
class Shop:
    """A reseller at work in one network."""

    api: Api
    caller: Caller
    enrollment: str
    vendor: str = "Acme"
    reseller: str = "Reseller One"

    @property
    def reseller_id(self) -> UUID:
        return self.api.world.parties[self.vendor, self.reseller]

    async def count(self) -> None:
        """Do what the worker does for the reseller's reports."""
        answer = await count_reports(self.api.database, self.api.world.vendors[self.vendor], self.reseller_id)
        assert not isinstance(answer, Busy)

    async def hand_in(
        self,
        *lines: dict[str, object],
        csv: Sequence[str] | bytes | None = None,
        document: str = "reseller/submit_sell_out.graphql",
        **given: Any,
    ) -> dict[str, Any]:
        """The payload of handing these lines, or this file, in."""
        source: dict[str, object] = {"lines": list(lines)}
        if csv is not None:
            data = csv if isinstance(csv, bytes) else "\n".join((HEADER, *csv)).encode()
            source = {"uploadId": await self.caller.upload(data, "sell-out.csv")}
        return await self.caller.act(
            document,
            **{
                "enrollmentId": self.enrollment,
                "period": PERIOD,
                "source": source,
                "idempotencyKey": uuid4().hex,
                **given,
            },
        )

    async def report(self, *lines: dict[str, object], **given: Any) -> dict[str, Any]:
        """A report that was handed in and counted, as its reseller sees it."""
        payload = await self.hand_in(*lines, **given)
        assert payload["userErrors"] == [], payload
        await self.count()
        return await self.seen(payload["submission"]["id"])

    async def seen(self, submission: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.caller.ask("reseller/sell_out_report.graphql", id=submission))["node"]
        return found

    async def lines(self, **filter: Any) -> list[dict[str, Any]]:
        """The lines that count."""
        data = await self.caller.ask("reseller/sell_out_lines.graphql", first=250, filter=filter or None)
        return [edge["node"] for edge in data["viewer"]["reseller"]["sellOutLines"]["edges"]]


def sold(number: str, quantity: str, day: str = "2026-01-05", **more: object) -> dict[str, object]:
    """A line of sell-out."""
    return {
        **{
            "documentNumber": number,
            "documentLine": "1",
            "soldOn": day,
            "productCode": "DRIVE-1",
            "quantity": quantity,
        },
        **more,
    }


def outcomes(report: dict[str, Any]) -> list[str]:
    """What became of each row, in their order."""
    return [edge["node"]["outcome"] for edge in report["rows"]["edges"]]
