"""What distributors and resellers settle between them, for the furnished world: contested lines, a suspension that lies
ahead, and an obligation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.partners_kit import authorization_gid, done, once, party_gid


async def furnish_resellers(api: Api) -> None:
    """A line that waits for an answer and one that was answered; what was agreed; and a plan for an authorisation."""
    await _contests(api)
    await _development(api)
    later = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()
    given = {"authorizationId": authorization_gid(api, "Acme", "Dist One", "Reseller One"), "reason": "Overdue."}
    await done(await api.distributor(), "distributor/suspend_reseller.graphql", **given, effectiveOn=later)


async def _contests(api: Api) -> None:
    reseller, vendor_id = await api.reseller(), api.world.vendors["Acme"]
    rows = await api.world.connection.fetch(
        "SELECT DISTINCT document_kind, document_number, document_line FROM sell_through_line WHERE vendor_id = $1"
        " AND distributor_id = $2 AND reseller_id = $3 AND replaced IS NULL AND component BETWEEN 0 AND 1"
        " ORDER BY 2, 3 LIMIT 2",
        vendor_id,
        api.world.parties["Acme", "Dist One"],
        api.world.parties["Acme", "Reseller One"],
    )
    contested: dict[str, Any] = {}
    for row in rows:
        contested = await done(
            reseller,
            "reseller/contest_line.graphql",
            distributorId=party_gid(api, "Distributor", "Acme", "Dist One"),
            documentKind=row["document_kind"],
            documentNumber=row["document_number"],
            documentLine=row["document_line"],
            reason="We never bought this.",
            idempotencyKey=once(),
        )
    answer = {
        "contestedLineId": contested["id"],
        "expectedVersion": 1,
        "answer": "UPHOLD",
        "reason": "It is signed for.",
    }
    await done(await api.distributor(), "distributor/answer_contest.graphql", **answer)


async def _development(api: Api) -> None:
    """What the distributor agreed to."""
    vendor_id = api.world.vendors["Acme"]
    agreement = global_id("DistributionAgreement", Key(vendor_id, api.world.agreements["Acme", "Dist One"]))
    agreed = {"active": 40, "new": 5, "certifiedShare": "0.5"}
    given = {"agreementId": agreement, "expectedVersion": 0, **agreed}
    await done(await api.vendor(), "vendor/set_reseller_obligation.graphql", **given)
