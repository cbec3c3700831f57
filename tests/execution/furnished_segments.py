"""An incentive of Acme that counts the resellers of a segment alone, and the list of them with Dist One."""

from dataclasses import replace
from datetime import date
from itertools import count
from uuid import uuid4

from app.programme.incentives import Scope
from tests.api.conftest import Api
from tests.money_rows import BOOK, Owner, Under, incentive, rebate

START, END = date(2026, 6, 1), date(2026, 11, 1)


async def furnish_segments(api: Api) -> None:
    """After programmes, whose segments it names: a proposal, with the list that was frozen for it."""
    world, numbers, listed = api.world, count(1), uuid4()
    vendor_id, agreement_id = world.vendors["Acme"], world.agreements["Acme", "Dist One"]
    distributor = world.parties["Acme", "Dist One"]
    segment = await world.connection.fetchval("SELECT id FROM segment WHERE vendor_id = $1 LIMIT 1", vendor_id)
    owner = Owner(world.connection, lambda readers: f"Divided {readers} {next(numbers)}")
    scope = Scope(segments=frozenset({str(segment)}), resellers=frozenset({str(listed)}))
    rule = replace(rebate(), qualifying=replace(BOOK, scope=scope), paying=replace(BOOK, scope=scope))
    under = Under(vendor_id, agreement_id, distributor, [], START, END)
    await incentive(owner, vendor_id, rule, "PROPOSED", [under], START, END)
    await world.add(
        "incentive_reseller",
        vendor_id=vendor_id,
        id=uuid4(),
        list_id=listed,
        agreement_id=agreement_id,
        distributor_id=distributor,
        reseller_id=world.parties["Acme", "Reseller One"],
    )
