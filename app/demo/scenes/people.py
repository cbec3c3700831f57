"""The demo's people among themselves: invitations that wait, firms that apply, and what tells them that there is something
to do: alerts, digests, webhooks.
"""

from datetime import UTC, datetime
from typing import Any

from app.access.applications import queries as applying
from app.demo.network import BRAZIL
from app.demo.programs import programs as tracks
from app.demo.scenes.stage import Stage
from app.store.database import AUTHENTICATING

APPLICANTS = (
    ("Küstenkontor Datentechnik GmbH", "DE", "VAR", "einkauf@kuestenkontor.example"),
    ("Alpenblick Systemhaus GmbH", "AT", "MSP", "office@alpenblick.example"),
    ("Gamma Handels OHG", "DE", "RETAILER", "info@gamma-handel.example"),
)
ACCEPTED, REFUSED = "Alpenblick Systemhaus GmbH", "Gamma Handels OHG"


async def people(stage: Stage) -> None:
    """Invite, apply, and decide about applications. Done again, nothing is done."""
    await _invite(stage)
    await _apply(stage)
    await _subscribe(stage)


async def _invite(stage: Stage) -> None:
    """A person to a reseller, one to a distributor, and a reseller that does not sign in yet."""
    for by, email, role in (
        (stage.mosel, "jonas.weber@mosel-it-systeme.example", "RESELLER_SALES"),
        (stage.brazil, "marina.alves@example-distributor.example", "DISTRIBUTOR_OPERATOR"),
    ):
        await stage.act(by, "invite_user", email=email, roles=[role], idempotencyKey=f"demo invitation of {email}")
    third = stage.agreement(BRAZIL).authorizations[2].reseller
    await stage.act(
        stage.brazil,
        "invite_reseller",
        resellerId=stage.gid("Reseller", third.id),
        email="diretoria@revenda.example",
        idempotencyKey="demo invitation of a reseller",
    )


async def _apply(stage: Stage) -> None:
    """Firms that nobody knows apply by a link: one waits, one is taken, one is not."""
    program = stage.gid("Program", tracks(stage.vendor)[1].id)
    given = {"programId": program, "idempotencyKey": "demo link"}
    payload = await stage.act(stage.manager, "create_application_link", **given)
    known = {each["email"] for each in await _applications(stage)}
    token = payload["link"]["url"].rpartition("/")[2]
    async with stage.portal.database.writing(AUTHENTICATING) as session:
        link = await applying.link(session, token)
        assert link is not None
        for firm in APPLICANTS:
            if firm[-1] not in known:
                await applying.apply(session, link, *firm, datetime.now(UTC))
    for each in await _applications(stage):
        if each["status"] == "SUBMITTED" and each["name"] != APPLICANTS[0][0]:
            reason = None if each["name"] == ACCEPTED else "We work with firms that install what they sell."
            decision: dict[str, Any] = {"approve": each["name"] == ACCEPTED, "reason": reason}
            await stage.act(stage.manager, "decide_application", applicationId=each["id"], **decision)


async def _applications(stage: Stage) -> list[dict[str, Any]]:
    seen = await stage.portal.ask(stage.manager, "vendor/applications.graphql", first=50)
    return [edge["node"] for edge in seen["viewer"]["applications"]["edges"]]


async def _subscribe(stage: Stage) -> None:
    """Daily digests for three, and webhooks of a vendor and a reseller."""
    for by, zone in ((stage.manager, "Europe/Berlin"), (stage.brazil, "America/Sao_Paulo"), (stage.mosel, None)):
        await stage.act(by, "set_digest", frequency="DAILY", timeZone=zone, hour=7)
    for by, url, events in (
        (stage.manager, "https://hooks.nordwind-storage.example/tailrace", ["SUBMISSION_FAILED", "CLAIM_DECIDED"]),
        (stage.mosel, "https://hooks.mosel-it-systeme.example/tailrace", ["DEAL_DECIDED", "FUND_DECIDED"]),
    ):
        await stage.act(by, "create_webhook", url=url, events=events, idempotencyKey=f"demo {url}")
