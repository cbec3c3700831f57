"""Which rows of business plans a principal may read and may add; see `rules`.

A plan, its versions, activities and reviews are the two sides' of its agreement and nobody else's. Each side writes versions
and records reviews as itself alone, unanswered; whether the other agrees, and what a review showed, it does not say.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor

V, D, R = Level
_BETWEEN: dict[Level, Rule] = {V: network, D: own_distributor}


def _as_itself(level: Level, *nothing: str) -> Rule:
    own = _BETWEEN[level]

    def rule(row: Row, me: Any) -> bool:
        return own(row, me) and row["side"] == level.value and all(row[each] is None for each in nothing)

    return rule


def _proposed(level: Level) -> Rule:
    mine = _as_itself(level, "answered_at")
    return lambda row, me: mine(row, me) and row["status"] == "PROPOSED"


READS: dict[str, dict[Level, Rule]] = {
    table: dict(_BETWEEN) for table in ("business_plan", "business_plan_version", "plan_review", "plan_activity")
}
INSERTS: dict[Level, dict[str, Rule]] = {
    **{
        level: {
            "business_plan": own,
            "business_plan_version": _proposed(level),
            "plan_review": _as_itself(level, "figures", "known_at", "acknowledged_at"),
            "plan_activity": own,
        }
        for level, own in _BETWEEN.items()
    },
    R: {},
}
_WRITTEN = {
    "business_plan": {"status", "version", "written", "agreed", "pending", "ended_at"},
    "business_plan_version": {"status", "answered_at", "reason"},
    "plan_review": {"acknowledged_at"},
    "plan_activity": {"status", "due_on", "done_on", "note", "version"},
}
UPDATES: dict[Level, dict[str, set[str]]] = {V: dict(_WRITTEN), D: dict(_WRITTEN), R: {}}
WITHHELD: dict[Level, dict[str, set[str]]] = {level: {} for level in Level}
