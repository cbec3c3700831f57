"""The demo's agent, who never invoices: a consultant who looks after Mosel IT-Systeme is paid for what that firm buys.

The manager has the commission calculated, finance approves what is over and pays the first month.
"""

from typing import Any

from app.demo.network import SHARED
from app.demo.scenes.stage import Stage

AGENT, PROGRAM, PLAN = "Rheinufer Vertriebsberatung", "Agents", "Agents in Germany"


async def agents(stage: Stage) -> None:
    """Enrol an agent, assign a reseller to it, calculate, approve and pay. Done again, nothing is done."""
    agent = await _enrolled(stage)
    plan = await stage.act(
        stage.manager,
        "create_commission_plan",
        name=PLAN,
        currency="EUR",
        rate="0.02",
        valuation="BOOK",
        period="MONTH",
        sales={"start": str(stage.history.months[-3]), "end": stage.day(180)},
        countries=["DE"],
        idempotencyKey=f"demo {PLAN}",
    )
    await stage.act(
        stage.manager,
        "assign_agent",
        agentId=agent,
        resellerId=stage.gid("Reseller", stage.party(SHARED)),
        note="Looks after the Moselle valley",
        startsOn=str(stage.history.months[-3]),
        idempotencyKey=f"demo {AGENT} looks after {SHARED}",
    )
    await _paid(stage, plan["plan"]["id"])


async def _enrolled(stage: Stage) -> str:
    made = await stage.act(
        stage.manager,
        "create_reseller",
        name=AGENT,
        country="DE",
        partnerType="AGENT",
        idempotencyKey=f"demo {AGENT}",
    )
    program = await stage.act(
        stage.manager,
        "create_program",
        name=PROGRAM,
        description="For agents, who bring customers to our resellers.",
        audience="RESELLER",
        partnerTypes=["AGENT"],
        countries=[],
        tiers=[{"name": "Agent", "requirements": []}],
        benefits=[
            {"name": "Commission", "description": "A share of what you bring.", "fromRank": 0, "opens": "COMMISSIONS"}
        ],
        idempotencyKey=f"demo {PROGRAM}",
    )
    await stage.act(
        stage.manager,
        "enroll_reseller",
        programId=program["program"]["id"],
        resellerId=made["reseller"]["id"],
        tierRank=1,
        idempotencyKey=f"demo {AGENT} in {PROGRAM}",
    )
    id: str = made["reseller"]["id"]
    return id


async def _paid(stage: Stage, plan: str) -> None:
    given = {"planId": plan, "idempotencyKey": f"demo {PLAN} calculated"}
    found = (await stage.act(stage.manager, "calculate_commissions", **given))["plan"]["statements"]["edges"]
    over = sorted((edge["node"] for edge in found), key=_begins)
    for statement in over:
        if statement["status"] == "CALCULATED":
            given = {"statementId": statement["id"], "expectedRevision": statement["revision"]}
            await stage.act(stage.finance, "approve_commission", **given)
    first = next((each for each in over if each["status"] != "ACCRUING" and float(each["amount"]["amount"])), None)
    if first is not None:
        paid = {"statementIds": [first["id"]], "paymentReference": "SEPA 2041"}
        await stage.act(stage.finance, "pay_commissions", done=("TOO_LATE",), **paid)


def _begins(statement: dict[str, Any]) -> str:
    begins: str = statement["period"]["start"]
    return begins
