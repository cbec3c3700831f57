"""Which rows of the tables of money a principal may read and may add; see `rules`.

Money between a vendor and a distributor is read by these two. What the vendor has not offered, what it budgets, whom it
asks to approve and what it found out about gates is its own affair. A reseller reads no money, only announced prices.
"""

from collections.abc import Callable
from typing import Any

from app.programme.terms import Level
from tests.money_rows import UNANNOUNCED

Row = dict[str, Any]
Rule = Callable[[Row, Any], bool]
V, D, R = Level
OF_VENDOR = (
    "incentive",
    "incentive_version",
    "statement_run",
    "approval_threshold",
    "gate_proof",
    "advance",
    "affiliation",
)
"The vendor's own."
OF_BOTH = (
    *("incentive_term", "worked_example", "accrual", "transfer", "cost_reduction", "deduction"),
    *("statement", "statement_band", "statement_step", "statement_decision"),
    *("special_price", "special_price_product", "debit_claim", "debit_claim_line", "debit_claim_act", "debited_line"),
    *("agreement_money_terms", "stock_credit", "stock_credit_line", "stock_credit_act", "commitment_settlement"),
    "affiliation_member",
)
"The vendor's and the one distributor's."
OF_EVERYBODY = ("recommended_price", "advertised_price_floor")
"Announced to the whole network."
WRITTEN_BY_THE_WORKER = (
    *("accrual", "transfer", "cost_reduction", "statement", "statement_band", "statement_step", "debited_line"),
    *("stock_credit_line", "submission_money_effect"),
)
"Results: no level adds, changes or deletes a row of them."


def network(row: Row, me: Any) -> bool:
    return row["vendor_id"] in me.networks


def own_distributor(row: Row, me: Any) -> bool:
    return row["distributor_id"] in me.parties


def own_effect(row: Row, me: Any) -> bool:
    """What its own reports changed in its own terms; what others earn through affiliates is none of its business."""
    return own_distributor(row, me) and row["term_distributor_id"] == row["distributor_id"]


def announced(row: Row, me: Any) -> bool:
    return network(row, me) and row["price"] != UNANNOUNCED


READS: dict[str, dict[Level, Rule]] = {
    **{table: {V: network} for table in OF_VENDOR},
    **{table: {V: network, D: own_distributor} for table in OF_BOTH},
    **{table: {V: network, D: announced, R: announced} for table in OF_EVERYBODY},
    "submission_money_effect": {V: network, D: own_effect},
}


def _both(one: Rule, *conditions: Callable[[Row], bool]) -> Rule:
    return lambda row, me: one(row, me) and all(condition(row) for condition in conditions)


def _nothing(*names: str) -> Callable[[Row], bool]:
    """Nothing is said yet of what the worker writes."""
    return lambda row: all(row[name] is None for name in names)


def _mine(one: Rule, name: str) -> Rule:
    """Only in one's own name."""
    return lambda row, me: one(row, me) and row[name] == me.actor


def _of_a_group(row: Row) -> bool:
    """What adds up affiliates names their group."""
    return bool(row["rule"]["aggregate"] != "AFFILIATES" or row["affiliation_id"] is not None)


def _is(name: str, *values: Any) -> Callable[[Row], bool]:
    return lambda row: row[name] in values


_UNDONE = _nothing("carried_out_at", "refused")
_UNANSWERED = _nothing("accepted", "answered_at", "answered_by", "withdrawn_at")
_SETTLED = ("actual", "commitment", "shortfall", "consequence", "fee_minor", "posted_minor", "settled_at")
_DECIDED = ("amount_minor", "decided_at", "decided_by_id", "deemed", "credit_number", "credited_at")
_LOOKED_AT = ("decision", "waits_for", "unit_cost", "per_unit", "explanation", "reason")
_CREDITED = ("outcome", "approved_units", "approved_minor", "reason", "looked_at", "decided_at", "accepted_at")
_CREDITED += ("credited_at", "credit_number", "counted_on", "counted", "on_hand", "counts", "allowance", "used_before")
_SECOND = ("approvals_needed", "approved", "reason", "decided_by", "decided_at", "refused")
_ANSWER = ("accepted_at", "accepted_by", "left_at", "left_by", "reason")
_IN_FORCE = ("in_force_since", "ended_on")
_DISSOLVED = ("dissolved_at", "dissolved_by", "dissolved_because")
_BY_VENDOR, _BY_DISTRIBUTOR = ("APPROVE", "DENY", "CREDIT"), ("DISPUTE", "WITHDRAW_DISPUTE")
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {
        **dict.fromkeys(("incentive", "incentive_version", "agreement_money_terms"), network),
        "incentive_term": _both(network, _nothing("affiliates_left_on"), _of_a_group),
        **dict.fromkeys(OF_EVERYBODY, network),
        "worked_example": _both(_mine(network, "proposed_by"), _is("proposed_as", "VENDOR"), _UNANSWERED),
        "approval_threshold": _mine(network, "set_by"),
        "gate_proof": _mine(network, "confirmed_by"),
        "special_price": _mine(network, "granted_by"),
        "special_price_product": _both(network, _is("used", 0), _is("reserved", 0)),
        "advance": _both(_mine(network, "recorded_by"), _nothing("posted_at", *_SECOND)),
        "affiliation": _both(_mine(network, "proposed_by"), _nothing(*_IN_FORCE, *_DISSOLVED)),
        "affiliation_member": _both(network, _nothing(*_ANSWER, *_IN_FORCE, "ended_because")),
        "statement_run": _both(_mine(network, "asked_by"), _nothing("finished_at", "failed")),
        "statement_decision": _both(
            _mine(network, "decided_by"),
            _is("decided_as", "VENDOR"),
            lambda row: row["decision"] != "DISPUTE",
            _UNDONE,
        ),
        "debit_claim_act": _both(
            _mine(network, "acted_by_id"), _is("acted_as", "VENDOR"), _is("act", "DECIDE", "CREDIT"), _UNDONE
        ),
        "stock_credit_act": _both(
            _mine(network, "acted_by"), _is("acted_as", "VENDOR"), _is("act", *_BY_VENDOR), _UNDONE
        ),
        "deduction": _both(network, _is("waiting", True)),
        "commitment_settlement": _both(_mine(network, "decided_by"), _nothing(*_SETTLED)),
    },
    D: {
        "worked_example": _both(_mine(own_distributor, "proposed_by"), _is("proposed_as", "DISTRIBUTOR"), _UNANSWERED),
        "statement_decision": _both(
            _mine(own_distributor, "decided_by"),
            _is("decided_as", "DISTRIBUTOR"),
            _is("decision", *_BY_DISTRIBUTOR),
            _UNDONE,
        ),
        "debit_claim": _both(own_distributor, _is("status", "FILED"), _nothing("adjusts_id", *_DECIDED)),
        "debit_claim_line": _both(
            own_distributor, _is("approved", 0), _is("taken_back", 0), _is("amount_minor", 0), _nothing(*_LOOKED_AT)
        ),
        "debit_claim_act": _both(
            _mine(own_distributor, "acted_by_id"),
            _is("acted_as", "DISTRIBUTOR"),
            _is("act", "DISPUTE", "WITHDRAW"),
            _UNDONE,
        ),
        "stock_credit": _both(
            own_distributor,
            _is("kind", "STOCK_ROTATION"),
            _is("status", "OPEN"),
            _is("revision", 0),
            _is("units", 0),
            _nothing(*_CREDITED),
        ),
        "stock_credit_act": _both(
            _mine(own_distributor, "acted_by"),
            _is("acted_as", "DISTRIBUTOR"),
            lambda row: row["act"] not in _BY_VENDOR,
            _UNDONE,
        ),
        "deduction": _both(
            own_distributor,
            _is("recorded_as", "DISTRIBUTOR"),
            _is("waiting", True),
            _is("by_hand", False),
            _nothing("claim"),
        ),
    },
    R: {},
}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {
        "incentive": {"name", "status", "latest_version", "budget_minor"},
        "incentive_version": {"status", "effective_end", "proposed_at", "activated_at"},
        "incentive_term": {"name", "status", "effective_end", "activated_at"},
        "worked_example": {"answered_by", "answered_at", "accepted", "withdrawn_at"},
        "approval_threshold": {"above_minor", "set_at", "set_by"},
        "advance": {"approved", "reason", "decided_by", "decided_by_name", "decided_at"},
        "special_price": {"status", "ended_on", "version"},
        "deduction": {"claim", "match_kind", "matched_at", "by_hand", "waiting"},
    },
    D: {
        "worked_example": {"answered_by", "answered_at", "accepted", "withdrawn_at"},
        "affiliation_member": {*_ANSWER},
    },
    R: {},
}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {
        "worked_example": {"proposed_by", "answered_by"},
        "affiliation_member": {"accepted_by", "left_by"},
    },
    D: {
        "worked_example": {"proposed_by", "answered_by"},
        "affiliation_member": {"accepted_by", "left_by"},
        "special_price": {"granted_by"},
        "debit_claim_act": {"acted_by", "acted_by_id"},
        "statement": {"calculated_by", "calculated_by_name"},
        "statement_decision": {"decided_by", "decided_by_name"},
        "agreement_money_terms": {"set_by"},
        "stock_credit_act": {"acted_by"},
        "commitment_settlement": {"decided_by"},
    },
    R: {},
}
"Who of one side did what is not told to the other."
