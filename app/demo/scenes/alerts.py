"""The demo's alerts: what the clock finds for each level, somebody to see to one, and one that is settled."""

from datetime import UTC, datetime

from app.alerts.watching.watch import watch_decisions
from app.deals.deciding.clock import follow_deals
from app.demo.people import Person
from app.demo.scenes.stage import Stage
from app.partners.tier_reviews.actions import review_by_clock
from app.reports.periods.clock import watch_periods


async def alerts(stage: Stage) -> None:
    """Look at the clock as the worker does, then hand alerts out. Done again, nothing is done."""
    database, now = stage.portal.database, datetime.now(UTC)
    await watch_periods(database, now)
    await watch_decisions(database, now)
    await follow_deals(database, now)
    await review_by_clock(database, now)
    for by in (stage.manager, stage.brazil, stage.mosel):
        await _see_to(stage, by)


async def _see_to(stage: Stage, by: Person) -> None:
    """Take the newest alert that nobody has taken, and settle the next one: unless somebody has begun."""
    folder = by.role.level.lower()
    seen = await stage.portal.ask(by, f"{folder}/alerts.graphql", first=50)
    found = [edge["node"] for edge in seen["viewer"]["alerts"]["edges"]]
    if any(each["assigneeId"] or each["state"] == "SETTLED" for each in found):
        return
    users = await stage.portal.ask(by, f"{folder}/users.graphql", first=50)
    mine = [edge["node"] for edge in users["viewer"]["users"]["edges"] if edge["node"]["email"] == by.email]
    open_ones = [each for each in found if each["state"] == "OPEN"]
    for each in open_ones[:1]:
        await stage.act(by, "assign_alert", alertId=each["id"], userId=mine[0]["id"])
    for each in open_ones[1:2]:
        await stage.act(by, "settle_alert", alertId=each["id"])
