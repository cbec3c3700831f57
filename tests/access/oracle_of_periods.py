"""Who may see what of reporting periods and alerts; see `oracle`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.reports.periods.clock import watch_periods
from tests.access.figures import text
from tests.access.networks import END, NOW, START, Agreement, Networks

Fields = dict[str, Any]
WHOLE = f'period: {{start: "{START}", end: "{END}"}}'
"Over which days the record of an agreement is asked."
TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()
"The day where the vendors are, by which reports are due."
HOLIDAYS = [date(TODAY.year, 12, 25)]


@dataclass(eq=False)
class Period:
    """A calendar month of an agreement."""

    agreement: Agreement
    start: date
    end: date

    @property
    def key(self) -> Key:
        return Key(self.agreement.vendor.id, self.agreement.id, self.start.toordinal())


@dataclass(eq=False)
class Alert:
    """What one side of an agreement, or a reseller, is told, as it was raised."""

    agreement: Agreement | None
    audience: Level
    key: Key
    row: dict[str, Any]


def periods_of(agreement: Agreement) -> Iterator[Period]:
    start = START
    while start < END:
        end = (start + timedelta(days=31)).replace(day=1)
        yield Period(agreement, start, end)
        start = end


def all_periods(made: Networks) -> list[Period]:
    return [period for agreement in made.agreements for period in periods_of(agreement)]


def counts_business_days(agreement: Agreement) -> bool:
    return agreement.due_days > 0


def calendar_row(agreement: Agreement) -> dict[str, Any]:
    """What the agreement says about due days, as the table has it."""
    return {
        "vendor_id": agreement.vendor.id,
        "agreement_id": agreement.id,
        "distributor_id": agreement.distributor.id,
        "business_days": counts_business_days(agreement),
        "holidays": HOLIDAYS,
        "remind_days": 5,
        "version": 1,
    }


def calendar(agreement: Agreement) -> Fields:
    holidays = [each.isoformat() for each in HOLIDAYS]
    return {
        "businessDays": counts_business_days(agreement),
        "holidays": holidays,
        "remindDays": 5,
        "version": 1,
    }


def last_in_time(agreement: Agreement, end: date) -> date:
    """The last day in time for a report that ends before a day: no agreement has days of grace."""
    month = (end - timedelta(days=1)).replace(day=1)
    due = (month + timedelta(days=31)).replace(day=1) + timedelta(days=agreement.due_days)
    while counts_business_days(agreement) and (due.weekday() > 4 or due in HOLIDAYS):
        due += timedelta(days=1)
    return due


def reports_of(made: Networks, period: Period) -> list[Any]:
    """The reports about days of a period; all are received today."""
    return [
        each
        for each in made.reports
        if each.agreement is period.agreement and not each.sell_in and not each.unreadable
        if each.start < period.end and each.end > period.start
    ]


def _covered(made: Networks, period: Period) -> Fraction:
    days = {
        day
        for each in reports_of(made, period)
        for day in range(max(each.start, period.start).toordinal(), min(each.end, period.end).toordinal())
    }
    return Fraction(len(days), (period.end - period.start).days)


def state(made: Networks, period: Period) -> str:
    if period.end > TODAY:
        return "UPCOMING"
    over = last_in_time(period.agreement, period.end) < TODAY
    if reports_of(made, period):
        return "LATE" if over else "SUBMITTED"
    return "MISSING" if over else "DUE"


def fields_of_period(made: Networks, period: Period, anything: object) -> Fields:
    last, reports = last_in_time(period.agreement, period.end), reports_of(made, period)
    return {
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "state": state(made, period),
        "dueOn": last.isoformat(),
        "graceUntil": last.isoformat(),
        "receivedAt": anything if reports else None,
        "late": last < TODAY,
        "daysLate": max(0, (TODAY - last).days),
        "completeness": _down(_covered(made, period), 4),
        "submissions": [global_id("Submission", each.key) for each in reports],
        "agreement": global_id("DistributionAgreement", period.agreement.key),
    }


def _down(share: Fraction, places: int) -> str:
    return text(Fraction(int(share * 10**places), 10**places))


def record(made: Networks, agreement: Agreement) -> Fields:
    """How the distributor has reported over the whole agreement."""
    found = [(each, state(made, each)) for each in periods_of(agreement)]
    due = [each for each, stands in found if stands in {"SUBMITTED", "LATE", "MISSING"}]
    late = [(TODAY - last_in_time(agreement, each.end)).days for each, stands in found if stands == "LATE"]
    complete = sum(_covered(made, each) == 1 for each in due)
    return {
        "due": len(due),
        "inTime": sum(stands == "SUBMITTED" for _, stands in found),
        "late": len(late),
        "missing": sum(stands == "MISSING" for _, stands in found),
        "meanDaysLate": _down(Fraction(sum(late), len(late)), 2) if late else None,
        "shareComplete": _down(Fraction(complete, len(due)), 4) if due else None,
    }


def fields_of_alert(alert: Alert, anything: object) -> Fields:
    row, agreement = alert.row, alert.agreement
    start, end, reseller = row["period_start"], row["period_end"], row["reseller_id"]
    cleared = row["settled_at"] is not None and row["settled_by"] is None
    closed = "CLEARED" if cleared else "SETTLED"
    return {
        "kind": row["kind"],
        "severity": anything,
        "state": closed if row["settled_at"] else "OPEN",
        "message": anything,
        "period": {"start": start.isoformat(), "end": end.isoformat()} if start is not None else None,
        "facts": row["facts"],
        "assigneeId": str(row["assignee_id"]) if row["assignee_id"] is not None else None,
        "assignee": row["assignee"],
        "reseller": global_id("Reseller", Key(row["vendor_id"], reseller)) if reseller is not None else None,
        "dueOn": row["due_on"].isoformat() if row["due_on"] else None,
        "rows": row["rows"],
        "evidence": row["evidence"],
        "raisedAt": anything,
        "settledAt": anything if row["settled_at"] else None,
        "settledBy": row["settled_by"],
        "subject": row["subject"],
        "agreement": global_id("DistributionAgreement", agreement.key) if agreement is not None else None,
        "distributor": global_id("Distributor", agreement.distributor.key) if agreement is not None else None,
    }


async def alert_in(furnished: Any) -> None:
    """Let the clock raise what it does in two months, and settle some by hand."""
    made = furnished.made
    await watch_periods(furnished.database, NOW + timedelta(days=62))
    for audience in (Level.VENDOR, Level.DISTRIBUTOR):
        row = await furnished.owner.fetchrow(
            "SELECT * FROM alert WHERE audience = $1 AND settled_at IS NULL ORDER BY id LIMIT 1", audience.value
        )
        agreement = next(each for each in made.agreements if each.id == row["agreement_id"])
        side = {Level.DISTRIBUTOR: agreement.distributor.principal}.get(
            audience, next(who for who in made.members(agreement.vendor) if who.level is Level.VENDOR)
        )
        payload = await furnished.callers[side].act(
            f"{audience.value.lower()}/settle_alert.graphql",
            alertId=global_id("Alert", Key(row["vendor_id"], row["id"])),
        )
        assert payload["userErrors"] == [], payload


async def read_alerts(furnished: Any) -> None:
    """Write down which alerts there are."""
    made = furnished.made
    for row in await furnished.owner.fetch("SELECT * FROM alert ORDER BY id"):
        agreement = next((each for each in made.agreements if each.id == row["agreement_id"]), None)
        key = Key(row["vendor_id"], row["id"])
        made.alerts.append(Alert(agreement, Level(row["audience"]), key, dict(row)))
