"""Answers that are compared by what they come to, not word for word; see `oracle_of_steering`."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from app.execution.identifiers import global_id
from tests.access.figures import text


class History:
    """The months that are over with what was sold in them; those without sales at the end say nothing."""

    def __init__(self, by_month: dict[date, Fraction]) -> None:
        self.sold = {month.isoformat(): text(sold) for month, sold in by_month.items() if sold}

    def __eq__(self, found: object) -> bool:
        assert isinstance(found, list)
        return self.sold == {each["month"]: each["value"] for each in found if each["value"] != "0"}

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"history {self.sold}"


class Overview:
    """What an overview says of alerts, whichever comes first: how many there are of each kind, and one to begin with."""

    def __init__(self, alerts: list[Any]) -> None:
        self.kinds: dict[str, set[str]] = defaultdict(set)
        for each in (alert for alert in alerts if alert.row["settled_at"] is None):
            self.kinds[each.row["kind"]].add(global_id("Alert", each.key))

    def __eq__(self, found: object) -> bool:
        assert isinstance(found, list)
        counted = {each["kind"]: each["count"] for each in found}
        led = all(each["toBeginWith"] in self.kinds.get(each["kind"], ()) for each in found)
        return led and len(counted) == len(found) and counted == {kind: len(own) for kind, own in self.kinds.items()}

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"overview { ({kind: len(own) for kind, own in self.kinds.items()}) }"


class Parts:
    """Forecasts of parts of a network. Those of which no month that is over says anything may be there or not: a part that
    reported sell-out alone, or sold in this month for the first time, is a part as well."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = [{name: value for name, value in row.items() if name != "reason"} for row in rows]

    def __eq__(self, found: object) -> bool:
        assert isinstance(found, list)
        told = [{name: row[name] for name in row if name != "reason"} for row in found]
        known = [row for row in self.rows if row["history"].sold]
        saying = [row for row in told if any(each["value"] != "0" for each in row["history"])]
        return len(known) == len(saying) and all(any(each == row for row in saying) for each in known)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"parts {self.rows}"
