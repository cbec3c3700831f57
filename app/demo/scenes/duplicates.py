"""Records that the demo's vendor has twice: one is merged into the other, one that was merged by mistake is two again.

And a segment of the vendor's own, with the draft of an incentive that pays for what its resellers buy alone.
"""

from app.demo.incentives import Sizes
from app.demo.network import BRAZIL, SHARED
from app.demo.scenes.stage import Stage
from app.execution.identifiers import key_of
from app.reports.merging.applying import carry_out_merge

TWICE, MISTAKEN = "Mosel IT Systeme GmbH", "Mosel Informatik GmbH"
SEGMENT, INCENTIVE = "Managed service providers", "Managed services quarter"


async def duplicates(stage: Stage) -> None:
    """Merge two records, and undo the second merge. Done again, nothing is done."""
    await _merged(stage, TWICE, "The same firm, written differently.")
    mistaken = await _merged(stage, MISTAKEN, "The same address.")
    payload = await stage.act(
        stage.manager, "undo_party_merge", mergeId=mistaken["id"], expectedVersion=mistaken["version"], done=("STALE",)
    )
    if payload["merge"] is not None:
        await _carried_out(stage, payload["merge"]["id"])


async def _merged(stage: Stage, name: str, reason: str) -> dict[str, str]:
    made = await stage.act(
        stage.manager,
        "create_reseller",
        name=name,
        country="DE",
        partnerType="VAR",
        idempotencyKey=f"demo {name}",
    )
    payload = await stage.act(
        stage.manager,
        "merge_parties",
        fromResellerId=made["reseller"]["id"],
        intoResellerId=stage.gid("Reseller", stage.party(SHARED)),
        reason=reason,
        idempotencyKey=f"demo merge of {name}",
    )
    await _carried_out(stage, payload["merge"]["id"])
    seen = await stage.portal.ask(stage.manager, "vendor/party_merges.graphql", first=50)
    listed: list[dict[str, dict[str, str]]] = seen["viewer"]["vendor"]["partyMerges"]["edges"]
    return next(edge["node"] for edge in listed if edge["node"]["id"] == payload["merge"]["id"])


async def _carried_out(stage: Stage, id: str) -> None:
    """What the worker does, who is not there yet."""
    key = key_of("PartyMerge", id)
    assert key is not None
    await carry_out_merge(stage.portal.database, key.vendor_id, key.id)


async def segments(stage: Stage) -> None:
    """Divide the resellers, and draft an incentive for some of them. Done again, nothing is done."""
    made = await stage.act(
        stage.manager,
        "create_segment",
        name=SEGMENT,
        rule={"partnerTypes": ["MSP"]},
        idempotencyKey=f"demo {SEGMENT}",
    )
    agreement = stage.agreement(BRAZIL)
    target = Sizes.of(agreement, stage.sold[agreement.id]).quarter // 1_000_000
    measure = {"basis": "SELL_THROUGH", "unit": "AMOUNT", "valuation": "BOOK"}
    await stage.act(
        stage.manager,
        "create_incentive",
        name=INCENTIVE,
        rule={
            "kind": "VOLUME_REBATE",
            "currency": agreement.terms.currency,
            "qualifying": {**measure, "scope": {"segmentIds": [made["segment"]["id"]]}},
            "structure": "MARGINAL",
            "bands": [{"threshold": "0", "rate": "0.01"}, {"threshold": str(target // 10), "rate": "0.02"}],
            "payPeriod": "QUARTER",
        },
        effective={"start": stage.day(1), "end": stage.day(180)},
        agreementIds=[stage.gid("DistributionAgreement", agreement.id)],
        idempotencyKey=f"demo {INCENTIVE}",
    )
