"""Which rows a principal may read and may add of what steers a network (standards of stock, weights of scorecards, what
statements and rates were) and of exports; see `rules`.

What is agreed under an agreement is its vendor's and its one distributor's; who of the vendor said it is the vendor's
alone. An export is who asked for it's alone: nobody else of the firm sees that it is there.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor

V, D, R = Level
WRITTEN_BY_THE_WORKER = ("statement_standing", "stock_position_day", "stock_position", "export_chunk")
"Results: no level adds, changes or deletes a row of them."


def own_export(row: Row, me: Any) -> bool:
    """Of the firm, at this level, of the acting person or integration."""
    return _own_file(row, me) and row["level"] == me.who.level.value


def _own_file(row: Row, me: Any) -> bool:
    return bool(row["organization_id"] == me.organization and row["actor_id"] == me.actor)


def _asks(row: Row, me: Any) -> bool:
    """It may be asked for, and is never done from the start."""
    return own_export(row, me) and row["status"] == "QUEUED"


_BETWEEN: dict[Level, Rule] = {V: network, D: own_distributor}
READS: dict[str, dict[Level, Rule]] = {
    "inventory_standard": _BETWEEN,
    "scorecard_weights": _BETWEEN,
    "statement_standing": _BETWEEN,
    "stock_position_day": _BETWEEN,
    "stock_position": _BETWEEN,
    "exchange_rate_before": {V: network, D: network},
    "export": dict.fromkeys(Level, own_export),
    "export_chunk": dict.fromkeys(Level, _own_file),
}
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {**dict.fromkeys(("inventory_standard", "scorecard_weights", "exchange_rate_before"), network), "export": _asks},
    D: {"export": _asks},
    R: {"export": _asks},
}
UPDATES: dict[Level, dict[str, set[str]]] = {level: {"export": {"status", "ended_at"}} for level in Level}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {},
    D: {"inventory_standard": {"set_by"}, "scorecard_weights": {"set_by"}},
    R: {},
}
"Who of the vendor set it."
