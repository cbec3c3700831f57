"""A network whose agreements were kept more or less well, for tests of scorecards: reports, credits for stock, prices."""

import random
from datetime import UTC, date, datetime, timedelta

from app.programme.spans import Span, month_after
from app.store.database import Database
from app.store.identity import new_id
from tests.sales_channel import Channel, filled
from tests.world import NOW, World

PEERS = [f"Peer {number}" for number in range(5)]


async def furnished(world: World, database: Database) -> Channel:
    """Random sales, reports, obligations, credits and prices, and five peers of the distributors."""
    channel = await filled(world, database, seed=23)
    chance = random.Random(7)
    for name in PEERS:
        await world.party("Acme", name, "DISTRIBUTOR")
        await world.agreement("Acme", name)
    for number, (vendor, distributor) in enumerate(world.agreements):
        for month in range(12):
            start = date(2025, 5 + month, 1) if month < 8 else date(2026, month - 7, 1)
            await _reported(
                world, chance, vendor, distributor, Span(start, month_after(start)), number == 0 and month == 9
            )
        await _obliged(world, chance, vendor, distributor)
        for _ in range(12):
            await _credited(world, chance, vendor, distributor)
    await _priced(world, chance)
    return channel


async def _reported(
    world: World, chance: random.Random, vendor: str, distributor: str, month: Span, never: bool
) -> None:
    if never or chance.random() < 0.1:
        return
    organization, file_id = world.organizations[distributor], new_id()
    when = {"created_at": NOW, "expires_at": NOW}
    await world.add("report_file", organization_id=organization, id=file_id, filename="f", received_bytes=0, **when)
    received = chance.randrange(20, 90)
    duplicate = chance.randrange(0, 10)
    held = chance.randrange(0, 10)
    accepted = received - duplicate - held
    counts = {
        "received": received,
        "duplicate": duplicate,
        "accepted": accepted,
        "held": held,
        "rejected": 0,
        "conflict": 0,
    }
    received_at = datetime(month.end.year, month.end.month, 1, 12, tzinfo=UTC) + timedelta(days=chance.randrange(30))
    await world.add(
        "submission",
        vendor_id=world.vendors[vendor],
        id=new_id(),
        agreement_id=world.agreements[vendor, distributor],
        distributor_id=world.parties[vendor, distributor],
        kind="SELL_THROUGH",
        mode="APPEND",
        format="CSV",
        status="PROCESSED",
        period_start=month.start,
        period_end=month.end,
        organization_id=organization,
        file_id=file_id,
        filename="f",
        sha256="",
        byte_size=0,
        submitted_by="a test",
        received_at=received_at,
        **{f"rows_{name}": number for name, number in counts.items()},
    )


async def _obliged(world: World, chance: random.Random, vendor: str, distributor: str) -> None:
    await world.add(
        "reseller_obligation",
        vendor_id=world.vendors[vendor],
        agreement_id=world.agreements[vendor, distributor],
        distributor_id=world.parties[vendor, distributor],
        active=chance.choice([1, 2, 3, 4]),
        new=None,
        enabled=None,
        version=1,
        set_at=NOW,
    )


async def _credited(world: World, chance: random.Random, vendor: str, distributor: str) -> None:
    """A credit for stock, decided and credited after random days; some not yet, some never."""
    filed = datetime(2025, 11, 1, 9, tzinfo=UTC) + timedelta(days=chance.randrange(150))
    decided = filed + timedelta(days=chance.randrange(60)) if chance.random() < 0.8 else None
    approved = chance.choice([0, 500]) if decided else None
    credited = (
        decided + timedelta(days=chance.randrange(60)) if decided and approved and chance.random() < 0.8 else None
    )
    status = "CREDITED" if credited else ("APPROVED" if approved else "DENIED") if decided else "OPEN"
    await world.add(
        "stock_credit",
        vendor_id=world.vendors[vendor],
        id=new_id(),
        agreement_id=world.agreements[vendor, distributor],
        distributor_id=world.parties[vendor, distributor],
        kind="STOCK_ROTATION",
        status=chance.choice([status, status, "WITHDRAWN"]) if not decided else status,
        revision=1,
        currency="EUR",
        effective_on=filed.date(),
        period_start=date(2026, 1, 1),
        period_end=date(2026, 4, 1),
        asked="[]",
        filed_at=filed,
        decided_at=decided,
        approved_units=approved,
        approved_minor=approved,
        credited_at=credited,
        credit_number="C" if credited else None,
    )


async def _priced(world: World, chance: random.Random) -> None:
    for sku in ("DRIVE-1", "DRIVE-2", "SWITCH-1"):
        for month in (1, 2, 3, 4):
            begins = date(2026, month, 10)
            await world.add(
                "book_price",
                vendor_id=world.vendors["Acme"],
                product_id=world.products["Acme", sku],
                currency="EUR",
                effective_from=begins,
                price=chance.choice([90, 95]) * 10**6,
                announced_at=datetime(2026, month, 10, tzinfo=UTC) - timedelta(days=chance.randrange(60)),
            )
