"""SPIFFs of a vendor, whom they pay, what was claimed and paid, written as the database's owner. Every text is made by
`word`, for the levels whose letters it is given.

What deciding and paying come to is proven elsewhere; here are rows of every table, for those who ask who reads them.
"""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.store.identity import new_id
from tests.money_rows import AT, Owner

NOWHERE = "AQ"
"Where no partner is."


@dataclass(frozen=True)
class Firm:
    """A reseller or a distributor that claims, what it sold, and of which distributor's line."""

    vendor_id: UUID
    kind: str
    party_id: UUID
    actor_id: UUID
    product_id: UUID
    seller_id: UUID
    disclosed: bool

    @property
    def ids(self) -> dict[str, UUID]:
        return {"vendor_id": self.vendor_id, f"{self.kind.lower()}_id": self.party_id}

    @property
    def letter(self) -> str:
        return self.kind[0]


async def spiff(
    owner: Owner,
    vendor_id: UUID,
    audience: str,
    readers: str,
    product_id: UUID,
    start: date,
    end: date,
    countries: tuple[str, ...] = (),
    distributor_ids: tuple[UUID, ...] = (),
) -> UUID:
    """A SPIFF with every limit."""
    id, word = new_id(), owner.word
    await owner.add(
        "spiff",
        vendor_id=vendor_id,
        id=id,
        name=word(readers),
        description=word(readers),
        audience=audience,
        currency="EUR",
        per_unit=25_000_000,
        starts_on=start,
        ends_on=end,
        days_to_claim=3_650,
        cap_minor=100_000,
        budget_minor=1_000_000,
        reviewed=True,
        product_ids=[product_id],
        families=["Drives", "Switches"],
        partner_types=[],
        countries=list(countries),
        distributor_ids=list(distributor_ids),
        created_by=word("V"),
        created_at=AT,
    )
    return id


async def rep(owner: Owner, of: Firm, paid: bool) -> tuple[UUID, str, str]:
    """A representative, whose name and reference the vendor reads where it pays."""
    id, letters = new_id(), f"V{of.letter}" if paid else of.letter
    name, reference = owner.word(letters), owner.word(letters)
    added = {"added_by_id": of.actor_id, "added_at": AT}
    await owner.add("spiff_rep", **of.ids, id=id, name=name, payout_reference=reference, **added)
    return id, name, reference


async def payout(owner: Owner, vendor_id: UUID, status: str) -> UUID:
    """A payout that is open or paid."""
    id, word = new_id(), owner.word
    made = {"created_by": word("V"), "created_by_id": new_id(), "created_at": AT, "amount_minor": 5_000, "claims": 2}
    paid = {"payment_reference": word("V"), "paid_by": word("V"), "paid_by_id": new_id(), "paid_at": AT}
    more = paid if status == "PAID" else {}
    await owner.add("payout", vendor_id=vendor_id, id=id, currency="EUR", status=status, **made, **more)
    return id


async def claims(owner: Owner, of: Firm, spiff_id: UUID, payout_id: UUID) -> None:
    """Somebody who is paid, with a claim that takes back, and somebody whose claim waits."""
    paid, name, reference = await rep(owner, of, paid=True)
    line = {"payout_id": payout_id, "rep_id": paid, "name": name, "payout_reference": reference}
    await owner.add("payout_line", **of.ids, **line, amount_minor=2_500, claims=2)
    first = await claim(owner, of, spiff_id, paid, payout_id=payout_id)
    await claim(owner, of, spiff_id, paid, adjusts_id=first)
    waiting, _, _ = await rep(owner, of, paid=False)
    await claim(owner, of, spiff_id, waiting)


async def claim(
    owner: Owner,
    of: Firm,
    spiff_id: UUID,
    rep_id: UUID,
    payout_id: UUID | None = None,
    adjusts_id: UUID | None = None,
) -> UUID:
    """A claim that is paid, takes back, or waits."""
    id, own, known = new_id(), of.letter, f"V{of.letter}"
    letters = known if of.disclosed else own
    number, place, serial = owner.word(letters), owner.word(letters), owner.word(letters)
    named = {"seller_id": of.seller_id, "document_number": number, "document_line": place, "sold_on": AT.date()}
    told = {**named, "serial_numbers": [serial]} if of.disclosed else {}
    units = -1_000 if adjusts_id else 2_000
    status = "PAID" if payout_id else "APPROVED" if adjusts_id else "CLAIMED"
    decided = {"decided_at": AT} if status != "CLAIMED" else {}
    verdict = {"verdict": "APPROVE", "verdict_by": owner.word("V"), "verdict_by_id": new_id()}
    said = {**verdict, "verdict_reason": owner.word(known)} if payout_id else {}
    await owner.add(
        "spiff_claim",
        **of.ids,
        **named,
        **decided,
        **said,
        **{f"disclosed_{name}": value for name, value in told.items()},
        id=id,
        spiff_id=spiff_id,
        rep_id=rep_id,
        component=0,
        product_id=of.product_id,
        serial_numbers=[serial],
        asked=units,
        currency="EUR",
        status=status,
        approved=units,
        amount_minor=units * 25 // 10,
        denials=json.dumps([{"reason": "CAP_REACHED", "units": 1_000}]),
        adjusts_id=adjusts_id,
        filed_by=owner.word(own),
        filed_by_id=of.actor_id,
        filed_at=AT,
        payout_id=payout_id,
        paid_at=AT if payout_id else None,
    )
    return id
