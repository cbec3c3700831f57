"""The demo's joint business plan: for the quarter of today, between the vendor and its Brazilian distributor.

The vendor proposes, the distributor answers with a lower target, the vendor agrees. One activity is done and one is overdue;
they have held a review about it, which both have signed.
"""

from datetime import date
from typing import Any

from app.demo.incentives import Sizes
from app.demo.network import BRAZIL
from app.demo.scenes.stage import Stage

PORTABLE = "Portable Storage"
TRAINING, CAMPAIGN = "Train twenty installers on surveillance storage", "Launch the campaign for portable drives"
VISITS = "Visit the ten largest resellers together"
ACTIVE, NEW = 24, 2


async def plans(stage: Stage) -> None:
    """Propose, answer, agree, and review. Done again, nothing is done."""
    agreement = stage.agreement(BRAZIL)
    quarter = Sizes.of(agreement, stage.sold[agreement.id]).quarter // 1_000_000
    terms = {"activities": _activities(stage), "notes": "Portable drives are to grow again before the holidays."}
    payload = await stage.act(
        stage.manager,
        "propose_business_plan",
        agreementId=stage.gid("DistributionAgreement", agreement.id),
        length="QUARTER",
        periodStart=str(_quarter(stage.today)),
        currency=agreement.terms.currency,
        targets=_targets(quarter * 13 // 10),
        idempotencyKey="demo plan",
        **terms,
    )
    plan = payload["plan"]
    if plan["pending"] is not None and plan["pending"]["number"] == 1:
        given = {"planId": plan["id"], "expectedVersion": plan["version"], "targets": _targets(quarter * 12 // 10)}
        plan = (await stage.act(stage.brazil, "revise_business_plan", **given, **terms))["plan"]
    if plan["pending"] is not None:
        given = {"planId": plan["id"], "expectedVersion": plan["version"]}
        plan = (await stage.act(stage.manager, "agree_business_plan", **given))["plan"]
    await _finish(stage, plan["id"])
    await _review(stage, plan["id"])


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _targets(amount: int) -> list[dict[str, Any]]:
    return [
        {"measure": "SELL_THROUGH_AMOUNT", "target": str(amount)},
        {"measure": "SELL_THROUGH_AMOUNT", "family": PORTABLE, "target": str(amount // 6)},
        {"measure": "ACTIVE_RESELLERS", "target": str(ACTIVE)},
        {"measure": "NEW_RESELLERS", "target": str(NEW)},
    ]


def _activities(stage: Stage) -> list[dict[str, str]]:
    """Two of the distributor's and one of the vendor's; the first is overdue, the second done."""
    return [
        {"title": TRAINING, "side": "DISTRIBUTOR", "person": "Marina Alves", "dueOn": stage.day(-6)},
        {"title": CAMPAIGN, "side": "DISTRIBUTOR", "person": "Marina Alves", "dueOn": stage.day(-2)},
        {"title": VISITS, "side": "VENDOR", "person": "Channel manager", "dueOn": stage.day(20)},
    ]


async def _finish(stage: Stage, plan: str) -> None:
    """The campaign has been launched."""
    seen = await stage.portal.ask(stage.brazil, "distributor/business_plan.graphql", planId=plan)
    for edge in seen["node"]["activities"]["edges"]:
        each = edge["node"]
        if each["title"] == CAMPAIGN and each["status"] != "DONE":
            done = {"activityId": each["id"], "expectedVersion": each["version"], "status": "DONE"}
            await stage.act(stage.brazil, "update_plan_activity", note="Forty shops take part.", **done)


async def _review(stage: Stage, plan: str) -> None:
    """What both talked about, recorded by the vendor and countersigned by the distributor."""
    payload = await stage.act(
        stage.manager,
        "record_plan_review",
        planId=plan,
        heldOn=str(stage.today),
        attendees="Marina Alves; the channel manager",
        decisions="The training is made up for; portable drives are looked at again in two weeks.",
        followUps=[{"title": "Name a day for the training", "side": "DISTRIBUTOR", "person": "Marina Alves",
                    "dueOn": stage.day(7)}],
        idempotencyKey="demo review",
    )  # fmt: skip
    review = payload["review"]
    if review["acknowledgedAt"] is None:
        given = {"reviewId": review["id"]}
        await stage.act(stage.brazil, "acknowledge_plan_review", done=("STALE", "NOT_ALLOWED"), **given)
