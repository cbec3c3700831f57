"""The demo's deals, in every state: past ones as they were written down then, and those of today as they are entered.

Two resellers register one customer: each reads that its own is under review, the vendor reads of the conflict. One deal was
won, and lines of the distributor's reports fulfilled it; a special price stands for one that is protected.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.deals.actions import happened
from app.deals.queries import change
from app.demo import queries
from app.demo.catalogue import END_CUSTOMERS
from app.demo.history import derived_id, midnight
from app.demo.network import ALPHA, BRAZIL, BRIGHTWATER, Agreement
from app.demo.people import Person
from app.demo.portal import actor_of
from app.demo.scenes.stage import Stage
from app.execution.identifiers import Key
from app.programme.deals import DealAct
from app.programme.end_customers import customer_hash, customer_name
from app.programme.terms import Level

TERMS: dict[str, Any] = {
    "daysProtected": 90,
    "extensions": 2,
    "extensionDays": 30,
    "remindDays": 14,
    "approvesUpTo": "25000",
    "currency": "EUR",
    "reviewHours": 24,
    "checksOneIn": 0,
}
PROTECTED = timedelta(days=90)
Record = dict[str, object]
HARBOUR = "Porto de Santos Operadora"


@dataclass(frozen=True)
class Past:
    """A deal of which the vendor approved some days after it was registered; `amount` in minor units."""

    name: str
    customer: str
    family: str
    by: Person
    agreement: Agreement
    registered: date
    amount: int
    won_on: date | None = None


async def deals(stage: Stage) -> None:
    """Register, decide, win, lose and take back. Done again, nothing is done."""
    await stage.act(stage.manager, "set_deal_terms", expectedVersion=0, done=("STALE",), **TERMS)
    for each in past(stage):
        await _write(stage, each)
    await _rivals(stage)
    await _of_mosel(stage)


def past(stage: Stage) -> list[Past]:
    """One that ran out, one that is about to, and one that was won."""
    brightwater, brazil = stage.agreement(BRIGHTWATER), stage.agreement(BRAZIL)
    end, today = stage.history.end, stage.today
    return [
        Past(
            "Quayside cameras", "Coastal Logistics", "Surveillance Drives", stage.mosel, brightwater,
            end - timedelta(days=150), 1_850_000,
        ),
        Past(
            "Archive of the clinic", "City Hospital", "NAS Drives", stage.mosel, brightwater,
            today - PROTECTED + timedelta(days=9), 4_100_000,
        ),
        _won(stage, brazil),
    ]  # fmt: skip


def _won(stage: Stage, agreement: Agreement) -> Past:
    """What Alpha sold most of to one customer in the last but one month."""
    month = stage.sold[agreement.id][-2]
    bought = [
        line
        for line in month.sold or ()
        if line.counts and line.authorization and line.authorization.reseller.name == ALPHA and line.end_customer
    ]
    families = Counter((line.end_customer, line.product.family.name) for line in bought)
    ((customer, family),) = [which for which, _ in families.most_common(1)] or [(END_CUSTOMERS[0], "NAS Drives")]
    registered = month.first - timedelta(days=20)
    won_on = month.first + timedelta(days=1)
    return Past(f"Storage for {customer}", str(customer), family, stage.alpha, agreement, registered, 7_200_000, won_on)


async def _write(stage: Stage, each: Past) -> None:
    """Write a past deal down, each step by whoever took it; a step that was taken is left out."""
    at = midnight(each.registered) + timedelta(hours=9)
    key = Key(stage.vendor.id, derived_id("deal", each.by.firm.name, each.name, at=at))
    if await _status(stage, key) is None:
        await _register(stage, key, each, at)
    if await _status(stage, key) == "SUBMITTED":
        await _approve(stage, key, each, at + timedelta(hours=5))
    if await _status(stage, key) == "APPROVED" and each.won_on is not None:
        await _win(stage, key, each, each.won_on)


async def _status(stage: Stage, key: Key) -> str | None:
    async with stage.portal.database.reading(actor_of(stage.manager).context()) as session:
        return await queries.deal_status(session, key.vendor_id, key.id)


async def _register(stage: Stage, key: Key, each: Past, at: datetime) -> None:
    reseller_id, supplier = stage.party(each.by.firm.name), each.agreement.distributor_id
    customer_id = derived_id("deal customer", str(key.id), at=at)
    of: Record = {"vendor_id": key.vendor_id, "reseller_id": reseller_id, "distributor_id": supplier}
    async with stage.portal.database.writing(actor_of(each.by).context()) as session:
        hashed = customer_hash(str(key.vendor_id), customer_name(each.customer))
        named: Record = {"name": each.customer, "domain": None, "name_hash": hashed, "domain_hash": None}
        await queries.add(session, "deal_customer", [of | {"id": customer_id} | named])
        await queries.add(session, "deal", [of | {"id": key.id, "customer_id": customer_id} | _entered(each, at)])
        about: Record = {"deal_id": key.id, "content": 1, "position": 0, "family": each.family}
        await queries.add(session, "deal_product", [of | about])
        await happened(session, key, reseller_id, DealAct.REGISTERED, at, Level.RESELLER)


def _entered(each: Past, at: datetime) -> Record:
    agreement = each.agreement
    return {
        "agreement_id": agreement.id,
        "disclosed_distributor_id": agreement.distributor_id,
        "disclosed_agreement_id": agreement.id,
        "content": 1,
        "name": each.name,
        "status": "SUBMITTED",
        "currency": agreement.terms.currency,
        "amount_minor": each.amount,
        "expected_close_on": each.registered + timedelta(days=60),
        "registered_by": each.by.name,
        "registered_by_id": each.by.id,
        "registered_at": at,
        "entered_at": at,
    }


async def _approve(stage: Stage, key: Key, each: Past, at: datetime) -> None:
    until = at.date() + PROTECTED
    values: Record = {
        "status": "APPROVED",
        "protected_from": at.date(),
        "protected_until": until,
        "protected_at_most": until + timedelta(days=TERMS["extensions"] * TERMS["extensionDays"]),
        "extensions_left": TERMS["extensions"],
        "extension_days": TERMS["extensionDays"],
    }
    async with stage.portal.database.writing(actor_of(stage.manager).context()) as session:
        if await change(session, key, 1, "SUBMITTED", values):
            whose = stage.party(each.by.firm.name)
            await happened(session, key, whose, DealAct.APPROVED, at, Level.VENDOR, None, until)


async def _win(stage: Stage, key: Key, each: Past, on: date) -> None:
    values: Record = {"status": "WON", "won_on": on, "won_minor": each.amount, "closed_on": on}
    async with stage.portal.database.writing(actor_of(each.by).context()) as session:
        if await change(session, key, 2, "APPROVED", values):
            at = midnight(on) + timedelta(hours=16)
            await happened(session, key, stage.party(each.by.firm.name), DealAct.WON, at, Level.RESELLER)


@dataclass(frozen=True)
class _Entered:
    """A deal as somebody enters it today."""

    by: Person
    name: str
    customer: str
    family: str
    amount: str
    supplier: Agreement

    async def register(self, stage: Stage) -> dict[str, Any]:
        """The deal as it stands, registered now or before."""
        content = {
            "name": self.name,
            "endCustomer": self.customer,
            "products": [{"family": self.family, "quantity": "40"}],
            "expectedAmount": self.amount,
            "currency": self.supplier.terms.currency,
            "expectedCloseOn": stage.day(75),
            "supplierId": stage.gid("Distributor", self.supplier.distributor_id),
        }
        vendor_id = stage.gid("Vendor", stage.vendor.id)
        key = f"demo {self.by.firm.name} {self.name}"
        payload = await stage.act(self.by, "register_deal", vendorId=vendor_id, deal=content, idempotencyKey=key)
        deal: dict[str, Any] = payload["deal"]
        return deal


async def _decide(stage: Stage, deal: dict[str, Any], approve: bool = True, reason: str | None = None) -> None:
    given = {"dealId": deal["id"], "expectedVersion": deal["version"], "approve": approve, "reason": reason}
    if deal["status"] == "SUBMITTED":
        await stage.act(stage.manager, "decide_deal", **given)


async def _rivals(stage: Stage) -> None:
    """Alpha's deal is protected; Beta's for the same customer waits, and the vendor sees why."""
    brazil = stage.agreement(BRAZIL)
    first = _Entered(stage.alpha, "Port surveillance, phase 2", HARBOUR, "Surveillance Drives", "310000", brazil)
    await _decide(stage, await first.register(stage))
    second = _Entered(
        stage.beta, "Câmeras do porto", HARBOUR.upper() + " S.A.", "Surveillance Drives", "275000", brazil
    )
    await second.register(stage)
    await _grant(stage, await first.register(stage))


async def _grant(stage: Stage, deal: dict[str, Any]) -> None:
    """A special price for the deal that is protected."""
    product = next(each for each in stage.vendor.products if each.family.name == "Surveillance Drives")
    await stage.act(
        stage.manager,
        "grant_special_price",
        agreementId=stage.gid("DistributionAgreement", stage.agreement(BRAZIL).id),
        number="SD-PORT-01",
        currency="BRL",
        effective={"start": stage.day(0), "end": stage.day(90)},
        products=[
            {
                "productId": stage.gid("Product", product.id),
                "kind": "DOWN_BY_SHARE",
                "value": "0.12",
                "quantity": "400",
            }
        ],
        customerIds=[stage.gid("Reseller", stage.party(ALPHA))],
        endCustomer=HARBOUR,
        dealId=deal["id"],
        daysToFile=60,
        idempotencyKey="demo special price of a deal",
    )


async def _of_mosel(stage: Stage) -> None:
    """Rejected, lost, taken back, extended, and one that the engine may approve tomorrow."""
    supplier, mosel = stage.agreement(BRIGHTWATER), stage.mosel

    async def entered(name: str, customer: str, family: str, amount: str) -> dict[str, Any]:
        return await _Entered(mosel, name, customer, family, amount, supplier).register(stage)

    refused = await entered("Spare drives", "Stadtwerke Koblenz", "Portable Storage", "2400")
    await _decide(stage, refused, False, "Spare parts are no project; nothing has to be protected.")
    lost = await entered("Backup of the university", "Universität Trier", "NAS Drives", "61000")
    await _decide(stage, lost)
    lost = await entered("Backup of the university", "Universität Trier", "NAS Drives", "61000")
    if lost["status"] == "APPROVED":
        given = {"dealId": lost["id"], "expectedVersion": lost["version"], "outcome": "LOST"}
        await stage.act(mosel, "close_deal", reason="The customer stays with tape for two more years.", **given)
    back = await entered("Edge boxes", "Moselwein Logistik", "Enterprise Drives", "18000")
    if back["status"] == "SUBMITTED":
        given = {"dealId": back["id"], "expectedVersion": back["version"]}
        await stage.act(mosel, "withdraw_deal", reason="Entered twice.", **given)
    longer = await entered("Video archive", "Museum of Industry", "Surveillance Drives", "48000")
    await _decide(stage, longer)
    longer = await entered("Video archive", "Museum of Industry", "Surveillance Drives", "48000")
    if longer["extensionsLeft"] == TERMS["extensions"]:
        given = {"dealId": longer["id"], "expectedVersion": longer["version"]}
        await stage.act(mosel, "extend_deal", reason="The tender was postponed by a month.", **given)
    await entered("Notary's archive", "Kanzlei am Deutschen Eck", "NAS Drives", "9800")
