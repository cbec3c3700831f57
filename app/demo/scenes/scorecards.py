"""How the demo's partners are measured: what each distributor is to develop, and what the vendor lets weigh how much."""

from typing import NamedTuple

from app.demo.network import BRIGHTWATER, KESTREL, LINDHOLM
from app.demo.scenes.stage import Stage


class Obligation(NamedTuple):
    """How many resellers are to be active, how many new in a year, and which share is to be certified."""

    active: int
    new: int
    certified: str


OBLIGATIONS = {
    KESTREL: Obligation(36, 4, "0.5"),
    BRIGHTWATER: Obligation(32, 3, "0.8"),
    LINDHOLM: Obligation(20, 3, "0.5"),
}
"Those of the Brazilian distributor are agreed where its resellers are trained."
WEIGHTS = {
    "REPORTING_IN_TIME": 30,
    "DATA_QUALITY": 15,
    "STOCK_IN_BAND": 20,
    "ACTIVE_RESELLERS": 20,
    "ENABLEMENT": 5,
    "PLAN_ATTAINMENT": 10,
    "CLAIMS_DECIDED": 50,
}
"What each component weighs; the vendor's last, with within how many days it means to decide claims."
CLAIM_DAYS = 21


async def scorecards(stage: Stage) -> None:
    """Agree and weigh. Done again, nothing is done."""
    for firm, agreed in OBLIGATIONS.items():
        obliged = {"active": agreed.active, "new": agreed.new, "certifiedShare": agreed.certified}
        of = {"agreementId": stage.gid("DistributionAgreement", stage.agreement(firm).id), "expectedVersion": 0}
        await stage.act(stage.manager, "set_reseller_obligation", done=("STALE",), **of, **obliged)
    for agreement in stage.vendor.agreements:
        await _weigh(stage, stage.gid("DistributionAgreement", agreement.id))


async def _weigh(stage: Stage, agreement: str) -> None:
    """What weighs how much from the beginning of the history on, unless that is set."""
    span = {"start": str(stage.history.months[-1]), "end": str(stage.history.end)}
    asked = {"agreementId": agreement, "period": span, "periods": 1}
    seen = await stage.portal.ask(stage.manager, "vendor/agreement_compliance.graphql", **asked)
    if seen["node"]["scorecardWeights"]["version"]:
        return
    weights: list[dict[str, str | int]] = [{"component": kind, "weight": weight} for kind, weight in WEIGHTS.items()]
    weights[-1]["days"] = CLAIM_DAYS
    of = {"agreementId": agreement, "expectedVersion": 0, "effectiveFrom": str(stage.history.start)}
    await stage.act(stage.manager, "set_scorecard_weights", **of, weights=weights)
