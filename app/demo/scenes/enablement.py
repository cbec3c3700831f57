"""The demo's enablement: an onboarding track half done, documents and certifications in every state, some about to expire;
segments, an obligation to develop resellers, and lines that resellers contest.
"""

from typing import Any

from app.demo.network import ALPHA, BRAZIL, BRIGHTWATER, SHARED
from app.demo.people import Person
from app.demo.programs import enrollments
from app.demo.programs import programs as tracks
from app.demo.sales import is_plain
from app.demo.scenes.stage import Stage

SPECIALIST = "Surveillance Specialist"
STEPS: tuple[dict[str, Any], ...] = (
    {"title": "Partner terms", "kind": "TERMS_ACCEPTED", "by": "RESELLER", "version": "2026-1"},
    {"title": "Company profile", "kind": "PROFILE", "by": "RESELLER"},
    {"title": "Liability insurance", "kind": "DUE_DILIGENCE_DOCUMENT", "by": "RESELLER"},
    {"title": "Tax number", "kind": "TAX_REFERENCE", "by": "RESELLER"},
    {"title": "Specialist training", "kind": "TRAINING", "by": "RESELLER", "certification": SPECIALIST},
    {"title": "First order", "kind": "FIRST_ORDER", "by": "RESELLER", "required": False},
)


async def enablement(stage: Stage) -> None:
    """Define, hand in, verify, certify and contest. Done again, nothing is done."""
    program = stage.gid("Program", tracks(stage.vendor)[1].id)
    defined = {"programId": program, "expectedVersion": 1, "steps": list(STEPS)}
    await stage.act(stage.manager, "define_onboarding", done=("STALE",), **defined)
    needed = [{"name": SPECIALIST, "needed": 1, "fromRank": 2}]
    required = {"programId": program, "expectedVersion": 2, "certifications": needed}
    await stage.act(stage.manager, "require_certifications", done=("STALE",), **required)
    insurance = await _documents(stage)
    await _certify(stage)
    await _come_on_board(stage, insurance)
    await _develop(stage)
    await _contests(stage)


async def _documents(stage: Stage) -> str:
    """One verified that expires soon, one rejected, one that waits; the id of the first."""
    insurance = await _document(stage, "INSURANCE", "Liability insurance 2026", 24)
    await _verify(stage, insurance, "VERIFY")
    await _verify(stage, await _document(stage, "TAX", "Tax certificate", None), "REJECT", reason="It is of last year.")
    await _document(stage, "REGISTRATION", "Extract of the commercial register", None)
    id: str = insurance["id"]
    return id


async def _document(stage: Stage, kind: str, title: str, days: int | None) -> dict[str, Any]:
    payload = await stage.act(
        stage.mosel,
        "add_document",
        resellerId=stage.gid("Reseller", stage.party(SHARED)),
        kind=kind,
        title=title,
        validUntil=None if days is None else stage.day(days),
        uploadId=await stage.portal.upload(stage.mosel, f"{title}.pdf", f"demo {title} file"),
        idempotencyKey=f"demo {title}",
    )
    document: dict[str, Any] = payload["document"]
    return document


async def _verify(stage: Stage, document: dict[str, Any], decision: str, **given: str) -> None:
    if document["status"] == "SUBMITTED":
        await stage.act(stage.manager, "verify_document", documentId=document["id"], decision=decision, **given)


async def _certify(stage: Stage) -> None:
    """Two certifications that expire soon, and one that lasts."""
    for name, holder, since, until in (
        (SPECIALIST, "Lena Krämer", -700, 25),
        ("NAS Engineer", "Jonas Weber", -800, 3),
        ("Storage Architect", None, -90, 640),
    ):
        await stage.act(
            stage.manager,
            "record_certification",
            resellerId=stage.gid("Reseller", stage.party(SHARED)),
            name=name,
            holder=holder,
            issuedOn=stage.day(since),
            validUntil=stage.day(until),
            idempotencyKey=f"demo {name}",
        )


async def _come_on_board(stage: Stage, insurance: str) -> None:
    """Terms, profile and insurance are done; the tax number is not."""
    enrolled = enrollments(stage.vendor, stage.sold, stage.history)
    mosel = next(each for each in enrolled if each.reseller.name == SHARED)
    of = {"enrollmentId": stage.gid("Enrollment", mosel.id)}
    signed = {"step": "Partner terms", "version": "2026-1", "signer": "Petra Hoffmann"}
    await stage.act(stage.mosel, "accept_terms", idempotencyKey="demo terms", **of, **signed)
    for step, more in (("Company profile", {}), ("Liability insurance", {"documentId": insurance})):
        key = f"demo step {step}"
        await stage.act(stage.mosel, "complete_onboarding_step", step=step, idempotencyKey=key, **of, **more)


async def _develop(stage: Stage) -> None:
    """What a distributor is to develop and did, and segments of the vendor's own."""
    brazil = stage.agreement(BRAZIL)
    alpha = next(each for each in brazil.authorizations if each.reseller.name == ALPHA)
    await stage.act(
        stage.brazil,
        "record_enablement_activity",
        authorizationId=stage.gid("ResellerAuthorization", alpha.id),
        kind="TRAINING",
        title="Two days of surveillance storage",
        heldOn=stage.day(-14),
        participants=6,
        idempotencyKey="demo training",
    )
    obliged = {"agreementId": stage.gid("DistributionAgreement", brazil.id), "expectedVersion": 0}
    agreed = {"active": 20, "new": 3, "certifiedShare": "0.25"}
    await stage.act(stage.manager, "set_reseller_obligation", done=("STALE",), **obliged, **agreed)
    for name, rule in (
        ("Service providers in Germany", {"partnerTypes": ["MSP"], "countries": ["DE"]}),
        ("Upper tiers in Europe", {"programId": stage.gid("Program", tracks(stage.vendor)[1].id), "fromRank": 2}),
    ):
        await stage.act(stage.manager, "create_segment", name=name, rule=rule, idempotencyKey=f"demo {name}")


async def _contests(stage: Stage) -> None:
    """Resellers say of lines booked to them that they are not theirs; a distributor has answered one."""
    await _contest(stage, stage.mosel, BRIGHTWATER, -1)
    await _contest(stage, stage.alpha, BRAZIL, -1)
    contested = await _contest(stage, stage.alpha, BRAZIL, -2)
    if contested is not None and contested["status"] == "OPEN":
        given = {"contestedLineId": contested["id"], "expectedVersion": contested["version"], "answer": "UPHOLD"}
        await stage.act(stage.brazil, "answer_contest", reason="Your stamp is on the delivery note.", **given)


async def _contest(stage: Stage, by: Person, distributor: str, place: int) -> dict[str, Any] | None:
    """The line at a place among what a reseller bought lately, contested now or before; None where there is none."""
    months = stage.sold[stage.agreement(distributor).id][-6:]
    own = [
        line
        for month in months
        for line in month.sold or ()
        if is_plain(line) and line.authorization is not None and line.authorization.reseller.name == by.firm.name
    ]
    if len(own) < -place:
        return None
    payload = await stage.act(
        by,
        "contest_line",
        distributorId=stage.gid("Distributor", stage.party(distributor)),
        documentKind="INVOICE",
        documentNumber=own[place].document_number,
        documentLine=str(own[place].document_line),
        reason="We never ordered these; they seem to be another customer's.",
        idempotencyKey=f"demo contest {place}",
    )
    contested: dict[str, Any] = payload["contestedLine"]
    return contested
