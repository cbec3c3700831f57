"""What partners are enabled by, written as the database's owner: documents, certifications, onboarding steps and what was
done of them, and what distributors did for their resellers. Every text is made by `word`, for the levels whose letters it is
given.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.store.identity import new_id
from tests.money_rows import AT, Owner
from tests.partner_rows import Partner

STEPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "RESELLER": (
        ("Terms", "TERMS_ACCEPTED", "RESELLER"),
        ("Flow-down", "FLOW_DOWN_TERMS", "DISTRIBUTOR"),
        ("Bank", "BANK_REFERENCE", "RESELLER"),
        ("Papers", "DUE_DILIGENCE_DOCUMENT", "RESELLER"),
        ("Training", "TRAINING", "RESELLER"),
        ("First order", "FIRST_ORDER", "RESELLER"),
    ),
    "DISTRIBUTOR": (
        ("Terms", "TERMS_ACCEPTED", "DISTRIBUTOR"),
        ("Bank", "BANK_REFERENCE", "DISTRIBUTOR"),
        ("Papers", "DUE_DILIGENCE_DOCUMENT", "DISTRIBUTOR"),
        ("First order", "FIRST_ORDER", "DISTRIBUTOR"),
    ),
}
"Title, kind and who must do it, by whom a programme is for."
SIGNED = {"TERMS_ACCEPTED", "FLOW_DOWN_TERMS"}


@dataclass(frozen=True)
class Under:
    """An authorisation, by which a distributor did something for a reseller."""

    vendor_id: UUID
    id: UUID
    agreement_id: UUID
    distributor_id: UUID
    reseller_id: UUID
    disclosed: bool

    @property
    def ids(self) -> dict[str, UUID]:
        own = {"agreement_id": self.agreement_id, "distributor_id": self.distributor_id}
        return {"vendor_id": self.vendor_id, "authorization_id": self.id, **own, "reseller_id": self.reseller_id}

    @property
    def readers(self) -> str:
        return "VDR" if self.disclosed else "DR"


async def document(owner: Owner, of: Partner, today: date) -> UUID:
    """A document of due diligence that the vendor verified and screened."""
    id, file_id, word = new_id(), new_id(), owner.word
    file = {"filename": word(of.letter), "sha256": "0" * 64, "received_bytes": 3}
    held = {
        "organization_id": of.organization_id,
        "id": file_id,
        "created_at": AT,
        "expires_at": AT,
        "completed_at": AT,
    }
    await owner.add("report_file", **held, **file)
    shown = {"filename": word(of.both), "media_type": "application/pdf", "byte_size": 3, "sha256": "0" * 64}
    await owner.add(
        "compliance_document",
        **of.ids,
        **shown,
        id=id,
        kind="DUE_DILIGENCE",
        title=word(of.both),
        valid_until=today + timedelta(days=200),
        status="VERIFIED",
        screening="CLEAR",
        reason=word(of.both),
        organization_id=of.organization_id,
        file_id=file_id,
        added_at=AT,
        decided_at=AT,
        decided_by=word("V"),
    )
    return id


async def certification(
    owner: Owner, ids: dict[str, Any], by: str, readers: str, today: date, *, disclosed: bool = True, **more: Any
) -> None:
    """A certification of a person, recorded by a level."""
    name, holder = owner.word(readers), owner.word(readers)
    named = {"name": name, "name_key": name.casefold(), "holder": holder, "holder_key": holder.casefold()}
    days = {"issued_on": AT.date(), "valid_until": today + timedelta(days=300), "recorded_at": AT}
    decided = {"status": "RECORDED" if by == "RESELLER" else "VERIFIED", "disclosed": disclosed, "recorded_by": by}
    await owner.add("certification", **ids, **named, **days, **decided, id=new_id(), **more)


async def certified_under(owner: Owner, under: Under, today: date) -> None:
    """What a distributor recorded for a reseller, and did for it."""
    await certification(owner, under.ids, "DISTRIBUTOR", under.readers, today, disclosed=under.disclosed)
    await owner.add(
        "enablement_activity",
        **under.ids,
        id=new_id(),
        disclosed=under.disclosed,
        kind="TRAINING",
        title=owner.word(under.readers),
        held_on=AT.date(),
        participants=3,
        note=owner.word(under.readers),
        recorded_at=AT,
    )


async def track(owner: Owner, vendor_id: UUID, program_id: UUID, audience: str) -> None:
    """The steps of a programme, and what it requires of resellers."""
    of = {"vendor_id": vendor_id, "program_id": program_id, "audience": audience}
    for position, (title, kind, by) in enumerate(STEPS[audience], 1):
        version = "1" if kind in SIGNED else None
        step = {"position": position, "title": title, "kind": kind, "by_level": by, "required": False}
        await owner.add("onboarding_step", **of, **step, version=version)
    if audience == "RESELLER":
        needs = {"name": "Seller", "name_key": "seller", "needed": 1, "from_rank": 0}
        await owner.add("required_certification", **of, **needs)


async def did(owner: Owner, of: Partner, program_id: UUID, document_id: UUID) -> None:
    """All that the one partner does on its track."""
    level = "RESELLER" if of.reseller_id is not None else "DISTRIBUTOR"
    for title, kind, by in STEPS[level]:
        if by == level and kind not in {"TRAINING", "FIRST_ORDER"}:
            signed = {"version": "1", "signer": owner.word(of.both)} if kind in SIGNED else {}
            reference = owner.word(of.both) if kind == "BANK_REFERENCE" else None
            rests_on = document_id if kind == "DUE_DILIGENCE_DOCUMENT" else None
            step = {"kind": kind, "title": title, "completed_by": level, "completed_on": AT.date(), "completed_at": AT}
            evidence = {**signed, "reference": reference, "document_id": rests_on}
            await owner.add("onboarding_completion", **of.ids, id=new_id(), program_id=program_id, **step, **evidence)


async def did_for(owner: Owner, under: Under, program_id: UUID) -> None:
    """What a distributor does on the track of a reseller; the vendor reads that, and not which distributor it was."""
    by = {"by_authorization_id": under.id, "by_agreement_id": under.agreement_id}
    await owner.add(
        "onboarding_completion",
        vendor_id=under.vendor_id,
        reseller_id=under.reseller_id,
        id=new_id(),
        program_id=program_id,
        kind="FLOW_DOWN_TERMS",
        title="Flow-down",
        completed_by="DISTRIBUTOR",
        **by,
        by_distributor_id=under.distributor_id,
        version="1",
        signer=owner.word("VDR"),
        completed_on=AT.date(),
        completed_at=AT,
    )
