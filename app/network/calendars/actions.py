"""Setting a vendor's fiscal calendar, and letting its figures follow.

Setting it answers at once and changes no figure. The worker then lays the months out and adds the month rollup up anew, in
one transaction: until it is committed every figure follows the calendar before. Facts stay as they are.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

import structlog

from app.access.actor import Actor
from app.access.acts import acting
from app.accruals.reckoning.actions import reckon_network
from app.execution.errors import Problem, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.network.calendars import queries
from app.programme.fiscal import (
    FIRST_YEAR,
    LAST_YEAR,
    FiscalPattern,
    FiscalRule,
    FiscalYearEnd,
    FiscalYearName,
    Weekday,
    months_of_years,
)
from app.store.database import Database, Row, acting_as_worker
from app.store.jobs import Job, enqueue

log = structlog.get_logger()


def rule_of(row: Row) -> FiscalRule:
    """The rule in a row of `fiscal_calendar`."""
    return FiscalRule(
        FiscalPattern(row["pattern"]),
        row["closing_month"],
        FiscalYearName(row["year_name"]),
        Weekday(row["weekday"]),
        FiscalYearEnd(row["year_end"]),
    )


def faults(rule: FiscalRule, path: tuple[str, ...] = ()) -> list[Problem]:
    """What is wrong with a rule; none where a year can be laid out by it."""
    if 1 <= rule.closing_month <= 12:
        return []
    message = f"The closing month is from 1 (January) to 12 (December), not {rule.closing_month}."
    return [Problem((*path, "closingMonth"), UserErrorCode.INVALID, message)]


async def set_fiscal_calendar(request: Request[Actor], rule: FiscalRule) -> Key:
    """Set the vendor's own fiscal calendar. Setting the one that is set already changes nothing."""
    vendor_id = request.actor.vendor_id
    if vendor_id is None:
        raise PermissionError("only a vendor sets a fiscal calendar")
    async with acting(request, "setFiscalCalendar") as act:
        refuse_if(faults(rule))
        await queries.take_rule(act.session, vendor_id)
        held = [rule_of(row) for row in await queries.calendars(act.session, [vendor_id])]
        if held != [rule]:
            await queries.set_rule(act.session, vendor_id, rule, datetime.now(UTC))
            await enqueue(act.session, Job.FOLLOW_CALENDAR, vendor_id=vendor_id)
            subject = global_id("Vendor", Key(vendor_id, vendor_id))
            before = asdict(held[0]) if held else None
            await act.record(subject, vendor_id=vendor_id, before=before, after=asdict(rule))
    return Key(vendor_id, vendor_id)


async def follow_calendar(database: Database, vendor_id: UUID) -> None:
    """Lay the months out that the vendor's rule says, add the month rollup up anew, and reckon what accrued in pay
    periods that are others now. Done again, it changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.take_every_turn(session, vendor_id)
        found = await queries.calendars(session, [vendor_id])
        if not found or found[0]["in_force"]:
            return
        await queries.replace_months(session, vendor_id, months_of_years(rule_of(found[0]), FIRST_YEAR, LAST_YEAR))
        rows = await queries.rebuild_month_rollup(session, vendor_id)
        rows += await queries.rebuild_sell_out_rollup(session, vendor_id)
        await reckon_network(session, vendor_id, "calendar")
        await queries.rule_is_in_force(session, vendor_id, found[0]["set_at"])
    log.info("figures follow the fiscal calendar", vendor=str(vendor_id), rows=rows)
