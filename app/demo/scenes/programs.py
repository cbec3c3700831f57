"""The demo's programmes at work: a suspension that is set for a day to come, and groups of affiliates.

One group is in force, and an incentive of the next quarter adds its volumes up; in another, one firm has not answered.
"""

from datetime import date
from typing import Any

from app.access.roles import Role
from app.demo.network import BETA, BRAZIL, BRIGHTWATER, KESTREL, LINDHOLM
from app.demo.portal import person
from app.demo.programs import enrollments
from app.demo.scenes.stage import Stage

AMERICAS, EUROPE = "Americas together", "Northern Europe together"
JOINT = "Joint growth, Northern Europe"


async def programs(stage: Stage) -> None:
    """Suspend from a day on, propose groups, and agree to them. Done again, nothing is done."""
    await _suspend(stage)
    await _group(stage, AMERICAS, BRAZIL, KESTREL, accepts=(KESTREL,))
    group = await _group(stage, EUROPE, BRIGHTWATER, LINDHOLM, accepts=(BRIGHTWATER, LINDHOLM))
    await _joint_incentive(stage, group)


async def _suspend(stage: Stage) -> None:
    enrolled = enrollments(stage.vendor, stage.sold, stage.history)
    beta = next(each for each in enrolled if each.reseller.name == BETA)
    await stage.act(
        stage.manager,
        "suspend_enrollment",
        done=("STALE", "NOT_ALLOWED"),
        enrollmentId=stage.gid("Enrollment", beta.id),
        expectedVersion=len(beta.events),
        reason="The yearly agreement has not been signed again.",
        effectiveOn=stage.day(30),
    )


async def _group(stage: Stage, name: str, *firms: str, accepts: tuple[str, ...]) -> str:
    """A group of affiliates; those that accept do so as their own admins."""
    payload = await stage.act(
        stage.manager,
        "propose_affiliation",
        name=name,
        purpose="What both of you sell is added up to attain a tier of rebates that one alone would not.",
        distributorIds=[stage.gid("Distributor", stage.party(firm)) for firm in firms],
        idempotencyKey=f"demo {name}",
    )
    for firm in accepts:
        admin = person(firm, Role.DISTRIBUTOR_ADMIN)
        agreement = stage.gid("DistributionAgreement", stage.agreement(firm).id)
        seen = await stage.portal.ask(admin, "distributor/affiliate_memberships.graphql", agreement=agreement)
        for edge in seen["node"]["affiliateMemberships"]["edges"]:
            if edge["node"]["name"] == name and edge["node"]["acceptedAt"] is None:
                await stage.act(admin, "accept_affiliation", membershipId=edge["node"]["id"])
    id: str = payload["affiliation"]["id"]
    return id


async def _joint_incentive(stage: Stage, group: str) -> None:
    """An incentive of the next quarter for which a group's volumes are added up."""
    payload = await stage.act(
        stage.manager,
        "create_incentive",
        name=JOINT,
        rule=_rule(),
        effective=_next_year(stage.today),
        agreementIds=[stage.gid("DistributionAgreement", stage.agreement(firm).id) for firm in (BRIGHTWATER, LINDHOLM)],
        affiliationId=group,
        idempotencyKey=f"demo {JOINT}",
    )
    incentive = payload["incentive"]
    for status, document in (("DRAFT", "propose_incentive"), ("PROPOSED", "activate_incentive")):
        if incentive["status"] == status:
            given = {"incentiveId": incentive["id"], "expectedVersion": incentive["latestVersion"]}
            incentive = (await stage.act(stage.manager, document, **given))["incentive"]


def _rule() -> dict[str, Any]:
    return {
        "kind": "VOLUME_REBATE",
        "currency": "EUR",
        "qualifying": {"basis": "SELL_THROUGH", "unit": "AMOUNT", "valuation": "BOOK"},
        "structure": "RETROACTIVE",
        "bands": [{"threshold": "400000", "rate": "0.005"}, {"threshold": "900000", "rate": "0.01"}],
        "payPeriod": "QUARTER",
        "aggregate": "AFFILIATES",
        "returns": "ORIGINAL_RATE",
    }


def _next_year(today: date) -> dict[str, str]:
    """The four quarters after the one of a day."""
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    start = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return {"start": str(start), "end": str(date(start.year + 1, start.month, 1))}
