"""The demo's SPIFFs: what the vendor pays to named sales people of its partners for each unit that they sold.

One pays resellers' people at once, up to a cap; one pays a distributor's people after somebody has looked. Claims are
approved, cut, denied, and wait; what is approved is gathered in a payout.
"""

from app.demo.network import ALPHA, BRAZIL, BRIGHTWATER, SHARED
from app.demo.people import Person
from app.demo.sales import Line, is_plain
from app.demo.scenes.stage import Stage

PER_UNIT, REVIEWED = "Archive season", "Counter bonus"


async def rewards(stage: Stage) -> None:
    """Offer, claim, decide, and gather what is to be paid. Done again, nothing is done."""
    await _for_resellers(stage)
    await _for_distributors(stage)
    await stage.act(stage.finance, "create_payout", currency="EUR", idempotencyKey="demo payout", done=("NOT_FOUND",))


async def _for_resellers(stage: Stage) -> None:
    spiff = await _offered(stage, PER_UNIT, "RESELLER", "EUR", "4.5", capPerMonth="150")
    rep = await _rep(stage, stage.mosel, "Lena Krämer", "CARD-5521")
    for line in _sold(stage, BRIGHTWATER, SHARED)[:3]:
        await _claim(stage, stage.mosel, spiff, rep, BRIGHTWATER, line, line.quantity)
    for line in _sold(stage, BRIGHTWATER, SHARED)[3:4]:
        await _claim(stage, stage.mosel, spiff, rep, BRIGHTWATER, line, line.quantity + 2)


async def _for_distributors(stage: Stage) -> None:
    spiff = await _offered(stage, REVIEWED, "DISTRIBUTOR", "BRL", "6", reviewed=True)
    rep = await _rep(stage, stage.brazil, "Marina Alves", "PIX-0031")
    for place, line in enumerate(_sold(stage, BRAZIL, ALPHA)[:2]):
        id, status = await _claim(stage, stage.brazil, spiff, rep, BRAZIL, line, line.quantity)
        if place == 1 and status == "CLAIMED":
            reason = "It was ordered in the portal; nobody sold it."
            await stage.act(stage.manager, "decide_spiff_claim", claimId=id, verdict="DENY", reason=reason)


async def _offered(stage: Stage, name: str, audience: str, currency: str, per_unit: str, **more: object) -> str:
    payload = await stage.act(
        stage.manager,
        "create_spiff",
        name=name,
        audience=audience,
        currency=currency,
        perUnit=per_unit,
        sales={"start": str(stage.history.months[-3]), "end": stage.day(90)},
        idempotencyKey=f"demo {name}",
        **more,
    )
    id: str = payload["spiff"]["id"]
    return id


async def _rep(stage: Stage, by: Person, name: str, reference: str) -> str:
    payload = await stage.act(
        by,
        "add_spiff_rep",
        vendorId=stage.gid("Vendor", stage.vendor.id),
        name=name,
        payoutReference=reference,
        idempotencyKey=f"demo {name}",
    )
    id: str = payload["rep"]["id"]
    return id


def _sold(stage: Stage, distributor: str, reseller: str) -> list[Line]:
    """What a distributor sold to a reseller in the last three months of the history."""
    months = stage.sold[stage.agreement(distributor).id][-3:]
    return [
        line
        for month in months
        for line in month.sold or ()
        if is_plain(line) and line.authorization is not None and line.authorization.reseller.name == reseller
    ]


async def _claim(
    stage: Stage, by: Person, spiff: str, rep: str, distributor: str, line: Line, quantity: int
) -> tuple[str, str]:
    """A claim's id, and how it stands."""
    named = f"{line.document_number} / {line.document_line}"
    payload = await stage.act(
        by,
        "claim_spiff",
        spiffId=spiff,
        repId=rep,
        distributorId=stage.gid("Distributor", stage.party(distributor)),
        documentNumber=line.document_number,
        documentLine=str(line.document_line),
        quantity=str(quantity),
        idempotencyKey=f"demo {named}",
    )
    return payload["claim"]["id"], payload["claim"]["status"]
