"""Which rows of what distributors and resellers settle between them a principal may read and may add; see `rules`.

A contested line is its reseller's and its distributor's; the vendor reads it where the agreement discloses who buys. What a
distributor agreed to do for the development of resellers is between it and its vendor.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor
from tests.access.rules_of_partners import own_reseller

V, D, R = Level


def disclosed(row: Row, me: Any) -> bool:
    return network(row, me) and row["agreement_id"] is not None and bool(me.agreement(row).reseller)


def _contests(row: Row, me: Any) -> bool:
    unplaced = all(row[name] is None for name in ("agreement_id", "disclosed_reseller_id"))
    return own_reseller(row, me) and row["contested_by_id"] == me.actor and row["status"] == "OPEN" and unplaced


READS: dict[str, dict[Level, Rule]] = {
    "contested_line": {V: disclosed, D: own_distributor, R: own_reseller},
    "reseller_obligation": {V: network, D: own_distributor},
}
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {"reseller_obligation": network},
    D: {},
    R: {"contested_line": _contests},
}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {"reseller_obligation": {"active", "new", "enabled", "version", "set_at"}},
    D: {"contested_line": {"status", "answer", "closed_at", "version"}},
    R: {"contested_line": {"status", "closed_at", "version"}},
}
_WHO = {"contested_by", "contested_by_id", "disclosed_reseller_id"}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {"contested_line": _WHO},
    D: {"contested_line": _WHO},
    R: {"contested_line": {"agreement_id", "disclosed_reseller_id"}},
}
"Who of a reseller objects is its own affair; under which agreement a line was reported no reseller's."
