"""Telling both sides of an agreement of stock that ran out, lies there in excess, or piles up.

The clock asks for it every hour where something has become known since, and each day where nothing has; a job of each
network's own makes the positions of its distributors ready, a few at a time, and looks at all of them. For each agreement
and kind there is one alert, with the products in which it shows most; it settles by itself when it shows in none.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog

from app.alerts import queries as alerts
from app.alerts.actions import MOST_EVIDENCE
from app.alerts.raising import NewAlert, raise_alerts
from app.alerts.watching.queries import open_subjects, vendors
from app.execution.identifiers import Key, global_id
from app.inventory import queries
from app.inventory.ageing.queries import history_of
from app.inventory.asked import Asked, Filters, Scope
from app.inventory.keeping import queries as keeping
from app.programme.alert_kinds import AlertKind
from app.programme.positions import InventoryFinding as Finding
from app.programme.positions import kept_days
from app.programme.stock_standards import out_since
from app.programme.terms import Level
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take

log = structlog.get_logger(__name__)

AT_ONCE: Final = 10
"How many distributors and days a job makes ready before it lets others go first."
KINDS: Final = {
    Finding.STOCK_OUT: AlertKind.STOCK_OUT,
    Finding.EXCESS: AlertKind.STOCK_EXCESS,
    Finding.ACCUMULATION: AlertKind.STOCK_ACCUMULATING,
}
"What is told of, and as which kind of alert. Of what is oversold or off its count the reports' own alerts tell."
_MOST = {Finding.STOCK_OUT: "pace", Finding.EXCESS: "excess_value", Finding.ACCUMULATION: "on_hand"}
"By which figure the products are chosen that an alert names."


async def ask_to_watch(database: Database, now: datetime) -> int:
    """Ask for `watch_stock` where something is due: a new day has begun, or something has become known since. How many
    networks it is asked for. What goes wrong in one network is logged, and keeps no other from being looked after."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await vendors(session)
    asked = 0
    for vendor_id in networks:
        try:
            async with database.writing(acting_as_worker(vendor_id)) as session:
                if await keeping.due(session, vendor_id, kept_days(now.date()), 1):
                    await enqueue(session, Job.WATCH_STOCK, vendor_id=vendor_id)
                    asked += 1
        except Exception:
            log.exception("the stock of a network was not asked to be looked at", vendor=str(vendor_id))
    return asked


async def watch_stock(database: Database, vendor_id: UUID, at: datetime | None = None) -> bool:
    """Make the positions of a network ready, those of AT_ONCE distributors and days at most, and once all of today's are,
    raise and clear what there is to be told of them. Whether nothing is left to do. Doing it again changes nothing."""
    now = at or datetime.now(UTC)
    days = kept_days(now.date())
    async with database.reading(acting_as_worker(vendor_id)) as db:
        places = await keeping.due(db, vendor_id, days, AT_ONCE)
    for place in places:
        async with database.writing(acting_as_worker(vendor_id)) as session:
            await take(session, Turn.STOCK, vendor_id)
            await keeping.keep(session, vendor_id, place)
            if place.day == now.date() and not await keeping.due(session, vendor_id, days[:1], 1):
                await _look(session, vendor_id, now)
                await keeping.forget(session, vendor_id, days)
    return len(places) < AT_ONCE


async def _look(session: Session, vendor_id: UUID, now: datetime) -> int:
    asked = Asked((Scope(1, vendor_id),), now.date(), filters=Filters(findings=tuple(KINDS)))
    rows, raised = await queries.every(session, asked), 0
    for finding, kind in KINDS.items():
        shown: dict[UUID, list[Row]] = {}
        for row in rows:
            if row[f"has_{finding.lower()}"]:
                shown.setdefault(row["agreement_id"], []).append(row)
        told = [await _alerts(session, finding, own, now) for own in shown.values()]
        found = [alert for each in told for alert in each]
        true = {alert.subject for alert in found}
        over = [each for each in await open_subjects(session, vendor_id, kind.value) if each not in true]
        if over:
            await alerts.clear(session, vendor_id, kind.value, over, now)
        raised += await raise_alerts(session, found, now)
    return raised


async def _alerts(session: Session, finding: Finding, rows: Sequence[Row], now: datetime) -> list[NewAlert]:
    """The alert about one agreement, for each of its sides."""
    first = rows[0]
    vendor_id, agreement_id, distributor_id = first["vendor_id"], first["agreement_id"], first["distributor_id"]
    named = sorted(rows, key=lambda row: (-row[_MOST[finding]], row["sku"]))[:MOST_EVIDENCE]
    facts = [f"{len(rows):,} {'product' if len(rows) == 1 else 'products'}"]
    if finding is Finding.STOCK_OUT:
        facts += await _out_since(session, named, now)
    else:
        facts += [row["sku"] for row in named]
    return [
        NewAlert(
            vendor_id,
            level,
            KINDS[finding],
            global_id("DistributionAgreement", Key(vendor_id, agreement_id)),
            agreement_id=agreement_id,
            distributor_id=distributor_id,
            evidence=[global_id("Product", Key(vendor_id, row["product_id"])) for row in named],
            facts=facts,
        )
        for level in (Level.VENDOR, Level.DISTRIBUTOR)
    ]


async def _out_since(session: Session, rows: Sequence[Row], now: datetime) -> list[str]:
    """For how many weeks there has been none of each product."""
    keys = [(row["vendor_id"], row["distributor_id"], row["product_id"], row["agreement_id"]) for row in rows]
    history = await history_of(session, keys, now.date())
    told = []
    for number, row in enumerate(rows, 1):
        day = out_since([(each["counted_on"], each["on_hand"]) for each in history if each["ordinal"] == number])
        weeks = (now.date() - day).days // 7 if day is not None else 0
        told.append(f"{row['sku']}: none since the count of {day}, {weeks} weeks" if day else f"{row['sku']}: sold off")
    return told
