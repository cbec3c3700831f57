"""All scenes of the demo, one after the other; each can be played again without doing anything twice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from app.demo.contexts import as_vendor
from app.demo.history import History
from app.demo.network import Vendor
from app.demo.portal import Portal
from app.demo.sales import Month
from app.demo.scenes.agents import agents
from app.demo.scenes.alerts import alerts
from app.demo.scenes.corrections import corrections
from app.demo.scenes.deals import deals
from app.demo.scenes.duplicates import duplicates, segments
from app.demo.scenes.enablement import enablement
from app.demo.scenes.exports import exports
from app.demo.scenes.funds import funds
from app.demo.scenes.people import people
from app.demo.scenes.plans import plans
from app.demo.scenes.programs import programs
from app.demo.scenes.rewards import rewards
from app.demo.scenes.scorecards import scorecards
from app.demo.scenes.stage import Stage
from app.demo.scenes.stock import stock
from app.store import memory
from app.store.database import Database

SCENES: Final = (
    programs,
    enablement,
    deals,
    funds,
    rewards,
    agents,
    duplicates,
    segments,
    people,
    stock,
    scorecards,
    plans,
    corrections,
    exports,
    alerts,
)
ACT, BEGUN, ENDED = "demo", "begun", "ended"


async def play(
    app: Database,
    vendor: Vendor,
    history: History,
    sold: Mapping[UUID, Sequence[Month]],
    progress: Callable[[int, int], None],
) -> None:
    """Play all scenes. What was begun on another day goes on as of that day. `progress` is told how many of them are done,
    and of how many."""
    today = await _marked(app, vendor, BEGUN)
    if today is None:
        today = await _mark(app, vendor, BEGUN)
    stage = Stage(Portal(app), vendor, history, sold, today)
    for done, scene in enumerate(SCENES):
        progress(done, len(SCENES))
        await scene(stage)
    progress(len(SCENES), len(SCENES))
    await _mark(app, vendor, ENDED)


async def is_played(app: Database, vendor: Vendor) -> bool:
    """Whether all scenes were played."""
    return await _marked(app, vendor, ENDED) is not None


async def _marked(app: Database, vendor: Vendor, mark: str) -> date | None:
    """On which day the vendor's memory says that the scenes were begun or ended."""
    async with app.reading(as_vendor(vendor)) as session:
        found = await memory.remembered(session, vendor.organization.id, ACT, mark)
    return None if found is None else date.fromisoformat(found["result"])


async def _mark(app: Database, vendor: Vendor, mark: str) -> date:
    today = datetime.now(UTC).date()
    async with app.writing(as_vendor(vendor)) as session:
        await memory.remember(session, vendor.organization.id, ACT, mark, "", today.isoformat())
    return today
