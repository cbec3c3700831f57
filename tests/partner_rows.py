"""What a vendor has with one partner, written as the database's owner: deals of a reseller, and funds of a distributor or a
reseller with what was asked, claimed and paid. Every text is made by `word`, for the levels whose letters it is given.

What deciding and reckoning come to is proven elsewhere; here are rows of every table, for those who ask who reads them.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.programme.end_customers import customer_hash, customer_name
from app.store.identity import new_id
from tests.money_rows import AT, Owner

FAMILY = "Drives"
HASH = "of one customer of two rivals"
"Every vendor's deals are for customers that compare equal."


@dataclass(frozen=True)
class Buyer:
    """A reseller of a network, and the agreement and distributor that it names as its supplier, if it names any."""

    vendor_id: UUID
    reseller_id: UUID
    actor_id: UUID
    product_id: UUID
    agreement_id: UUID | None = None
    distributor_id: UUID | None = None
    disclosed: bool = False

    @property
    def all(self) -> str:
        return "VDR" if self.distributor_id is not None else "VR"


async def deal(
    owner: Owner, of: Buyer, status: str, today: date, family: str | None = None, customer: str | None = None
) -> UUID:
    """A deal in some state, for a product, a family that nothing is of, and another one if that is named; and what happened
    to it. `customer` is for whom it is, who is somebody new unless that is said."""
    id, customer_id, word = new_id(), new_id(), owner.word
    own = {"vendor_id": of.vendor_id, "reseller_id": of.reseller_id}
    named = {**own, "distributor_id": of.distributor_id}
    name = customer or word(of.all)
    hashes = {"name_hash": customer_hash(str(of.vendor_id), customer_name(name)), "domain_hash": HASH}
    known = {"name": name, "domain": word(of.all), **hashes}
    await owner.add("deal_customer", **named, id=customer_id, **known)
    await owner.add(
        "deal",
        **named,
        **_state(owner, status, today),
        id=id,
        agreement_id=of.agreement_id,
        disclosed_distributor_id=of.distributor_id if of.disclosed else None,
        disclosed_agreement_id=of.agreement_id if of.disclosed else None,
        customer_id=customer_id,
        content=1,
        name=word(of.all),
        status=status,
        currency="EUR",
        amount_minor=90_000,
        expected_close_on=today + timedelta(days=30),
        registered_by=word("R"),
        registered_by_id=of.actor_id,
        registered_at=AT,
        entered_at=AT,
    )
    asked = [(FAMILY, of.product_id), (FAMILY, None), *([(family, None)] if family is not None else [])]
    for position, (of_family, product_id) in enumerate(asked, 1):
        about = {"position": position, "family": of_family, "product_id": product_id, "quantity": 4_000}
        await owner.add("deal_product", **named, deal_id=id, content=1, **about)
    for act, by in (("REGISTERED", "RESELLER"), ("APPROVED", None)):
        event = {"act": act, "acted_as": by, "reason": word("VR"), "protected_until": today, "happened_at": AT}
        await owner.add("deal_event", **own, id=new_id(), deal_id=id, **event)
    return id


def _state(owner: Owner, status: str, today: date) -> dict[str, Any]:
    """What a deal in a state holds beside it."""
    if status == "SUBMITTED":
        return {"waits_for": "CONFLICT", "reviewed_at": AT}
    protected = {
        "protected_from": AT.date(),
        "protected_until": today + timedelta(days=60),
        "protected_at_most": today + timedelta(days=90),
        "extensions_left": 1,
        "extension_days": 30,
        "decision_reason": owner.word("VR"),
    }
    won = {"won_on": today, "closed_on": today, "won_minor": 80_000, "close_reason": owner.word("VR")}
    return protected | (won if status == "WON" else {})


async def deal_terms(owner: Owner, vendor_id: UUID) -> None:
    terms = {"days": 90, "extensions": 1, "extension_days": 30, "remind_days": 14, "version": 1}
    limits = {"currency": "EUR", "approves_up_to_minor": 7_654_321, "review_hours": 24, "checks_one_in": 10}
    await owner.add("deal_terms", vendor_id=vendor_id, **terms, **limits)


@dataclass(frozen=True)
class Partner:
    """Whose a fund is: a distributor's under an agreement, or a reseller's; `letter` is its level."""

    vendor_id: UUID
    organization_id: UUID
    agreement_id: UUID | None = None
    distributor_id: UUID | None = None
    reseller_id: UUID | None = None

    @property
    def ids(self) -> dict[str, UUID | None]:
        owners = {"agreement_id": self.agreement_id, "distributor_id": self.distributor_id}
        return {"vendor_id": self.vendor_id, **owners, "reseller_id": self.reseller_id}

    @property
    def both(self) -> str:
        return "VR" if self.reseller_id is not None else "VD"

    @property
    def letter(self) -> str:
        return self.both[1]


async def fund(owner: Owner, of: Partner, today: date) -> None:
    """A fund that accrued and was granted, a request of it that waits, and one that was claimed, proved and paid."""
    id, word = new_id(), owner.word
    accrual = {"since": str(AT.date()), "basis": "PURCHASES", "previous": False, "share": 10_000, "per_unit": None}
    await owner.add(
        "fund",
        **of.ids,
        id=id,
        kind="MDF",
        name=word(of.both),
        currency="EUR",
        starts_on=AT.date(),
        accrues_per="MONTH",
        accruals=json.dumps([accrual]),
        reimbursement_share=500_000,
        claim_days=60,
        approves_up_to_minor=100,
        accrued_minor=50_000,
        granted_minor=50_000,
        reserved_minor=3_000,
        paid_minor=2_000,
        entries=4,
        created_by=word("V"),
        created_at=AT,
        reckoned_to=1,
        reckoned_on=today,
    )
    await _request(owner, of, id, today, "SUBMITTED")
    request_id = await _request(owner, of, id, today, "APPROVED")
    claim_id = await _claim(owner, of, request_id)
    moves: tuple[tuple[str, int, int, dict[str, Any]], ...] = (
        ("ACCRUE", 50_000, 50_000, {"period_start": AT.date()}),
        ("GRANT", 50_000, 100_000, {}),
        ("RESERVE", 5_000, 95_000, {"request_id": request_id}),
        ("PAY", 2_000, 95_000, {"request_id": request_id, "claim_id": claim_id}),
    )
    for number, (kind, amount, available, more) in enumerate(moves, 1):
        moved = {"kind": kind, "amount_minor": amount, "available_minor": available, "shortfall_minor": 0, **more}
        told = {"reason": word(of.both), "recorded_by": word("V"), "recorded_at": AT}
        await owner.add("fund_entry", **of.ids, fund_id=id, number=number, currency="EUR", **moved, **told)


async def _request(owner: Owner, of: Partner, fund_id: UUID, today: date, status: str) -> UUID:
    id, word = new_id(), owner.word
    approved = {"approved_minor": 5_000, "claimed_minor": 2_000, "paid_minor": 2_000, "reason": word(of.both)}
    decided = {"decided_at": AT, "decided_by": word("V"), "decided_by_id": new_id()}
    await owner.add(
        "fund_request",
        **of.ids,
        **(approved | decided if status == "APPROVED" else {}),
        id=id,
        fund_id=fund_id,
        currency="EUR",
        activity=word(of.both),
        description=word(of.both),
        starts_on=AT.date(),
        ends_on=today,
        planned_minor=10_000,
        asked_minor=5_000,
        reimbursement_share=500_000,
        claim_days=60,
        status=status,
        filed_at=AT,
    )
    return id


async def _claim(owner: Owner, of: Partner, request_id: UUID) -> UUID:
    id, file_id, word = new_id(), new_id(), owner.word
    await owner.add(
        "fund_claim",
        **of.ids,
        id=id,
        request_id=request_id,
        currency="EUR",
        cost_minor=4_000,
        invoice_number=word(of.both),
        note=word(of.both),
        status="PAID",
        approved_cost_minor=4_000,
        approved_minor=2_000,
        reason=word(of.both),
        payment_reference=word(of.both),
        filed_at=AT,
        decided_at=AT,
        decided_by=word("V"),
        decided_by_id=new_id(),
        paid_at=AT,
    )
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
    proof = {"organization_id": of.organization_id, "file_id": file_id, "added_at": AT}
    await owner.add("fund_proof", **of.ids, id=new_id(), claim_id=id, **proof, **shown)
    return id


async def affiliation(owner: Owner, vendor_id: UUID, members: dict[UUID, Owner], agreed: bool) -> None:
    """A group of distributors; each has words of its own for what it is told of it."""
    id, word = new_id(), owner.word
    in_force = {"in_force_since": AT.date()} if agreed else {}
    named = {"name": word("V"), "purpose": word("V"), "proposed_by": word("V"), "proposed_at": AT}
    await owner.add("affiliation", vendor_id=vendor_id, id=id, **named, **in_force)
    for distributor_id, own in members.items():
        answered = {"accepted_at": AT, "accepted_by": own.word("D")} if agreed else {}
        told = {"name": own.word("VD"), "purpose": own.word("VD"), "proposed_at": AT}
        ids = {"vendor_id": vendor_id, "id": new_id(), "affiliation_id": id, "distributor_id": distributor_id}
        await owner.add("affiliation_member", **ids, **told, **answered, **in_force)


async def advance(owner: Owner, vendor_id: UUID, statement: dict[str, Any], approved: bool) -> None:
    """Money in advance on a statement: one that a second person approved and one that waits."""
    word = owner.word
    said = {"amount_minor": 100, "paid_on": AT.date(), "reference": word("V"), "recorded_by": str(new_id())}
    second = {"approved": True, "reason": word("V"), "decided_by": str(new_id()), "decided_by_name": word("V")}
    done = {**second, "decided_at": AT, "posted_at": AT} if approved else {}
    named = {"recorded_by_name": word("V"), "recorded_at": AT, "approvals_needed": 2}
    ids = {"vendor_id": vendor_id, "id": new_id(), **statement}
    await owner.add("advance", **ids, **said, **named, **done)


async def segment(owner: Owner, vendor_id: UUID, rule: dict[str, Any], chosen: list[UUID]) -> None:
    """A segment of the vendor's own: by a rule, if it says anything, and with these resellers by hand."""
    id = new_id()
    everybody: dict[str, Any] = {"partner_types": [], "countries": [], "program_id": None, "from_rank": None}
    named = {"vendor_id": vendor_id, "id": id, "name": owner.word("V"), "description": owner.word("V")}
    await owner.add("segment", **named, **{**everybody, **rule}, created_at=AT)
    for each in chosen:
        await owner.add("segment_member", vendor_id=vendor_id, segment_id=id, reseller_id=each, added_at=AT)
