"""What an organisation keeps about its own people, integrations and webhooks, what a vendor invites and reviews, and what
somebody is told, written as the database's owner. Every text is made by `word`, for the levels whose letters it is given.

What inviting, reviewing and sending come to is proven elsewhere; here are rows of every table, for those who ask who reads
them.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.identity import new_id
from tests.money_rows import AT, Owner


@dataclass(frozen=True)
class Firm:
    """An organisation at a level, and who acts for it."""

    organization_id: UUID
    level: Level
    actor_id: UUID
    role: str

    @property
    def letter(self) -> str:
        return self.level.value[0]

    @property
    def own(self) -> dict[str, Any]:
        return {"organization_id": self.organization_id, "level": self.level.value}


async def people(owner: Owner, of: Firm, now: datetime) -> None:
    """The one who acts, with a digest, and somebody who was invited and has not come."""
    named = {"name": owner.word(of.letter), "email": f"{owner.word(of.letter)}@firm.example"}
    await owner.add("user_account", id=of.actor_id, created_at=AT, **named)
    ids = {"organization_id": of.organization_id, "user_id": of.actor_id}
    await owner.add("membership", **ids, role=of.role, granted_at=AT, **named)
    digest = {"time_zone": "Europe/Berlin", "hour": 7, "last_day": AT.date(), "set_at": AT}
    await owner.add("digest_subscription", **of.own, user_id=of.actor_id, **digest)
    invited = {"invited_by": of.actor_id, "invited_by_name": owner.word(of.letter), "token_hash": new_id().hex}
    when = {"created_at": AT, "sent_at": AT, "expires_at": now + timedelta(days=7)}
    address = f"{owner.word(of.letter)}@new.example"
    await owner.add("invitation", **of.own, id=new_id(), email=address, roles=[of.role], **invited, **when)
    mail = {"recipient": address, "subject": owner.word(""), "content": owner.word(""), "created_at": AT}
    await owner.add("mail_message", organization_id=of.organization_id, id=new_id(), **mail)


async def webhook(owner: Owner, of: Firm, subject: str, now: datetime) -> None:
    """A webhook, what it was told and what it waits to be told. Nobody reads its secrets."""
    id = new_id()
    secrets = {"secret": owner.word(""), "previous_secret": owner.word(""), "previous_until": now}
    where = {"url": f"https://{owner.word(of.letter)}.example", "events": ["alert.raised"], "version": 1}
    await owner.add("webhook", **of.own, id=id, created_at=AT, **secrets, **where)
    for status, more in (
        ("DELIVERED", {"delivered_at": AT, "tried_at": AT, "response_code": 200}),
        ("PENDING", {"next_try_at": now + timedelta(days=1), "error": owner.word(of.letter)}),
    ):
        told = {"event": "alert.raised", "subject": subject, "kind": "REPORT_LATE", "happened_at": AT}
        stands = {"status": status, "attempts": 1, **more}
        await owner.add("webhook_delivery", **of.own, id=new_id(), webhook_id=id, **told, **stands)


async def partner_invitation(
    owner: Owner,
    of: Firm,
    party: dict[str, Any],
    names: dict[str, str],
    now: datetime,
    confirmation: str | None = None,
) -> None:
    """A firm that was invited to be a party: by the vendor, or by the distributor that is named; that the vendor has to
    confirm, or has decided, if that is said."""
    both = of.letter if confirmation is None else "VD"
    invited = {"invited_by": of.actor_id, "invited_by_name": owner.word(both), "token_hash": new_id().hex}
    when = {"created_at": AT, "sent_at": AT, "expires_at": now + timedelta(days=7)}
    if confirmation in {"CONFIRMED", "REFUSED"}:
        told = {"confirmation_reason": owner.word("VD"), "confirmed_by_name": owner.word("V")}
        when |= {**told, "confirmed_by": new_id(), "confirmed_at": AT}
    address = f"{owner.word(both)}@new.example"
    waits = {"confirmation": confirmation}
    await owner.add(
        "partner_invitation", id=new_id(), country="DE", email=address, **party, **names, **invited, **when, **waits
    )


async def application(owner: Owner, vendor_id: UUID, program_id: UUID, party_id: UUID | None, vendor_name: str) -> None:
    """A link by which firms apply, one that waits, and one that was approved where it is known as a party."""
    link_id, word = new_id(), owner.word
    program = {"kind": "RESELLER", "program_name": word("V")}
    link = {"vendor_name": vendor_name, "token": new_id().hex, "created_by": word("V"), "created_at": AT}
    await owner.add("application_link", vendor_id=vendor_id, id=link_id, program_id=program_id, **program, **link)
    decided = {"reason": word("V"), "party_id": party_id, "decided_by": word("V"), "decided_at": AT}
    for status, more in (("SUBMITTED", {}), *((("APPROVED", decided),) if party_id is not None else ())):
        firm = {"name": word("V"), "country": "DE", "partner_type": "VAR", "email": f"{word('V')}@hopeful.example"}
        entered = {"id": new_id(), "link_id": link_id, "status": status, "submitted_at": AT}
        await owner.add("application", vendor_id=vendor_id, **entered, **program, **firm, **more)


async def standing(
    owner: Owner, enrollment: dict[str, UUID], tier: dict[str, Any], today: date, **reviewed: Any
) -> None:
    """Where an enrolment stood at its latest review, and what its reseller asked about it. `reviewed` names more columns."""
    finding = {"kind": "PURCHASES", "needed": 10**9, "currency": "EUR", "achieved": 10**6, "met": False}
    found = [{**tier, **finding, "told": owner.word("VR")}]
    await owner.add(
        "tier_standing",
        **{name: id for name, id in enrollment.items() if name != "program_id"},
        evaluated_on=today,
        move="KEPT",
        next_review=today + timedelta(days=90),
        rule=owner.word("VR"),
        findings=json.dumps(found),
        **reviewed,
    )
    asked = {"id": new_id(), "act": "APPLY", "reason": owner.word("R"), "entered_at": AT, "carried_out_at": AT}
    await owner.add("program_application", **enrollment, **asked)


async def notice(owner: Owner, vendor_id: UUID, audience: Level, party_id: UUID | None, by: UUID | None) -> None:
    """That somebody did something which concerns one side: the vendor, or a party of its network."""
    actor = "VENDOR" if by is None else "RESELLER"
    owners = {
        "distributor_id": party_id if audience is Level.DISTRIBUTOR else None,
        "reseller_id": party_id if audience is Level.RESELLER else None,
    }
    acted = {"actor_level": actor, "actor_party_id": by, "happened_at": AT}
    what = {"act": owner.word(audience.value[0]), "subject": global_id("Vendor", Key(vendor_id, vendor_id))}
    ids = {"vendor_id": vendor_id, "id": new_id(), "audience": audience.value}
    await owner.add("audit_notice", **ids, **owners, **what, **acted)


async def alert(owner: Owner, vendor_id: UUID, reseller_id: UUID, subject: str) -> None:
    """What a reseller is told."""
    ids = {"vendor_id": vendor_id, "id": new_id(), "reseller_id": reseller_id, "audience": "RESELLER"}
    told = {"kind": "TIER_CHANGED", "subject": subject, "evidence": [subject], "facts": [owner.word("R")]}
    assigned = {"assignee_id": new_id(), "assignee": owner.word("R")}
    await owner.add("alert", **ids, **told, **assigned, raised_at=AT)


async def fit(owner: Owner, vendor_id: UUID, program_id: UUID) -> None:
    ids = {"vendor_id": vendor_id, "program_id": program_id}
    await owner.add("program_fit", **ids, kind="SPIFF", partner_types=["AGENT"])


async def claim_effects(owner: Owner, submission: dict[str, UUID], product_id: UUID, by: Level) -> None:
    """What claims would come to with a report that was tried out by one side."""
    for position, kind in enumerate(("PRICE_PROTECTION", "DEBIT_CLAIMABLE"), 1):
        figures = {"units_before": 1_000, "units_after": 2_000, "amount_before": 10**6, "amount_after": 2 * 10**6}
        what = {"position": position, "previewed_by": by.value, "kind": kind, "product_id": product_id}
        await owner.add("submission_claim_effect", **submission, **what, day=AT.date(), currency="EUR", **figures)


async def returned(owner: Owner, statement: dict[str, Any], line: dict[str, Any], start: date, end: date) -> None:
    """That a line behind a statement takes back a sale of an earlier period."""
    await owner.add("statement_return", **statement, **line, recorded=1, period_start=start, period_end=end)
