"""The demo's funds, with requests and claims in every state.

A reseller's marketing fund, granted by the vendor, pays half of what campaigns cost; a distributor's co-op fund accrues a
share of its purchases by the quarter. Who decides does not pay.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.demo.incentives import in_force
from app.demo.network import BRAZIL, SHARED
from app.demo.people import Person
from app.demo.scenes.stage import Stage
from app.funds.accruing.actions import watch_funds


@dataclass(frozen=True)
class _Fund:
    """A fund, and who asks for money of it."""

    stage: Stage
    id: str
    partner: Person

    async def request(self, activity: str, cost: int, amount: int, days: int) -> dict[str, Any]:
        """A request as it stands, made now or before: for an activity so many days from now."""
        stage = self.stage
        payload = await stage.act(
            self.partner,
            "request_funds",
            fundId=self.id,
            activity=activity,
            period={"start": stage.day(0), "end": stage.day(days)},
            plannedCost=str(cost),
            amount=str(amount),
            idempotencyKey=f"demo {activity}",
        )
        request: dict[str, Any] = payload["fundRequest"]
        return request

    async def decide(self, request: dict[str, Any], decision: str = "APPROVE", **given: str) -> None:
        """Decide about a request that waits."""
        if request["status"] == "SUBMITTED":
            await self.stage.act(
                self.stage.manager, "decide_funds", fundRequestId=request["id"], decision=decision, **given
            )

    async def claim(self, request: dict[str, Any], cost: int, invoice: str) -> dict[str, Any]:
        """A claim as it stands, filed now or before."""
        proof = await self.stage.portal.upload(self.partner, f"{invoice}.pdf", f"demo {invoice} file")
        payload = await self.stage.act(
            self.partner,
            "claim_funds",
            fundRequestId=request["id"],
            cost=str(cost),
            invoiceNumber=invoice,
            uploadIds=[proof],
            idempotencyKey=f"demo {invoice}",
        )
        claim: dict[str, Any] = payload["fundClaim"]
        return claim

    async def settle(self, claim: dict[str, Any], decision: str, **given: str) -> None:
        """Decide about a claim that waits."""
        if claim["status"] == "SUBMITTED":
            document = "decide_fund_claim"
            await self.stage.act(self.stage.finance, document, fundClaimId=claim["id"], decision=decision, **given)


async def funds(stage: Stage) -> None:
    """Make two funds, ask, decide, claim and pay. Done again, nothing is done."""
    await _marketing(stage)
    await _co_op(stage)


async def _marketing(stage: Stage) -> None:
    fund = _Fund(stage, await _made(stage), stage.mosel)
    show = await fund.request("In-house show for museums", 6_000, 3_000, 40)
    await fund.decide(show, amount="2500", reason="Catering is no part of what the fund pays.")
    paid = await fund.claim(show, 4_800, "RE-2041")
    await fund.settle(paid, "APPROVE", cost="4600", reason="The parking fees are left out.")
    await _pay(stage, await fund.claim(show, 4_800, "RE-2041"))
    webinar = await fund.request("Webinar on archives", 800, 400, 20)
    await fund.claim(webinar, 760, "RE-2044")
    await fund.decide(
        await fund.request("Stand at a regional fair", 10_000, 5_000, 90), "REJECT", reason="Too broad an audience."
    )
    await fund.request("Advertisements in a trade journal", 3_000, 1_500, 60)
    withdrawn = await fund.request("Mailing to schools", 1_200, 600, 60)
    if withdrawn["status"] == "SUBMITTED":
        await stage.act(stage.mosel, "withdraw_fund_request", fundRequestId=withdrawn["id"])
    await _refused(fund)
    await fund.decide(await fund.request("Training day for installers", 2_400, 1_200, 75))


async def _made(stage: Stage) -> str:
    payload = await stage.act(
        stage.manager,
        "create_fund",
        resellerId=stage.gid("Reseller", stage.party(SHARED)),
        kind="MDF",
        name="Marketing with Mosel",
        currency="EUR",
        startsOn=stage.day(0),
        expiresOn=stage.day(365),
        reimbursementShare="0.5",
        claimDays=90,
        approvesUpTo="500",
        approvesInMonth="1000",
        idempotencyKey="demo marketing fund",
    )
    id: str = payload["fund"]["id"]
    reason = "For the year, as agreed in the partner plan."
    await stage.act(stage.manager, "grant_funds", fundId=id, amount="12000", reason=reason, idempotencyKey="demo grant")
    return id


async def _pay(stage: Stage, claim: dict[str, Any]) -> None:
    if claim["status"] == "APPROVED":
        await stage.act(stage.finance, "pay_fund_claim", fundClaimId=claim["id"], paymentReference="SEPA-77120")


async def _refused(fund: _Fund) -> None:
    """A claim that is rejected, and the request that is closed after it: what it kept is available again."""
    stage = fund.stage
    request = await fund.request("Printed guides", 900, 450, 30)
    if request["status"] == "APPROVED":
        claim = await fund.claim(request, 900, "RE-2046")
        await fund.settle(claim, "REJECT", reason="The invoice is for another year's guides.")
        await stage.act(stage.manager, "close_fund_request", fundRequestId=request["id"], reason="Nothing was printed.")


async def _co_op(stage: Stage) -> None:
    agreement = stage.agreement(BRAZIL)
    payload = await stage.act(
        stage.manager,
        "create_fund",
        agreementId=stage.gid("DistributionAgreement", agreement.id),
        kind="CO_OP",
        name="Co-op Brazil",
        currency=agreement.terms.currency,
        startsOn=str(in_force(stage.history).start),
        accruesPer="QUARTER",
        accrual={"basis": "PURCHASES", "share": "0.01", "ofPreviousPeriod": True},
        claimDays=60,
        idempotencyKey="demo co-op fund",
    )
    await watch_funds(stage.portal.database, datetime.now(UTC))
    fund = _Fund(stage, payload["fund"]["id"], stage.brazil)
    cost = await _a_twentieth(stage, fund.id)
    if cost:
        week = await fund.request("Week of surveillance", cost, cost, 30)
        await fund.decide(week)
        await fund.claim(week, cost, "NF-55120")
    await fund.request("Roadshow in five cities", 18_000, 18_000, 100)


async def _a_twentieth(stage: Stage, fund_id: str) -> int:
    """The twentieth part of what a fund has accrued, in whole units."""
    seen = await stage.portal.ask(stage.brazil, "distributor/fund.graphql", id=fund_id)
    return int(Decimal(seen["node"]["balance"]["accrued"]["amount"])) // 20
