"""Which rows of commissions a principal may read and may add; see `rules`.

What a vendor pays its agents is between it and each of them. An agent reads the terms, what is assigned to it and its own
statements: of a line the product, the day and the units, neither who bought nor who sold. No distributor reads anything.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network
from tests.access.rules_of_partners import own_reseller

V, D, R = Level
WRITTEN_BY_THE_WORKER = ("commission_line",)
READS: dict[str, dict[Level, Rule]] = {
    "commission_plan": {V: network, R: network},
    **{
        table: {V: network, R: own_reseller}
        for table in ("agent_assignment", "commission_statement", "commission_line")
    },
    **{table: {V: network} for table in ("commission_run", "commission_approval")},
}


def _asks(row: Row, me: Any) -> bool:
    return network(row, me) and row["asked_by_id"] == me.actor and row["finished_at"] is None


def _approves(row: Row, me: Any) -> bool:
    return network(row, me) and row["approved_by_id"] == me.actor


INSERTS: dict[Level, dict[str, Rule]] = {
    V: {
        **dict.fromkeys(("commission_plan", "agent_assignment"), network),
        "commission_run": _asks,
        "commission_approval": _approves,
    },
    D: {},
    R: {},
}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {
        "commission_plan": {"ends_on", "version"},
        "agent_assignment": {"ends_on", "customer_name", "version"},
        "commission_statement": {"status", "payment_reference", "paid_by", "paid_by_id", "paid_at"},
    },
    D: {},
    R: {},
}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {},
    D: {},
    R: {
        "commission_plan": {"created_by"},
        "agent_assignment": {"bought_by_id", "customer_name", "customer_hash", "created_by"},
        "commission_statement": {
            *("base", "content", "calculated_by", "calculated_by_id", "approvals_needed", "paid_by", "paid_by_id"),
        },
        "commission_line": {"submission_id", "row_number", "component", "recorded", "amount", "share_minor"},
    },
}
"For whose purchases it is, at which book value, by which report, and who of the vendor did what."
