"""Which rows of SPIFFs a principal may read and may add; see `rules`.

A SPIFF is its vendor's, and is read by those whose people it pays. Whom a firm names is its own; the vendor reads a name
in a payout. A claim is the vendor's and its one firm's: no distributor reads one of a reseller, whoever sold the units.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor
from tests.access.rules_of_partners import own_reseller

V, D, R = Level


def for_inside_sales(row: Row, me: Any) -> bool:
    named = row["distributor_ids"]
    return network(row, me) and row["audience"] == "DISTRIBUTOR" and (not named or bool(set(named) & me.parties))


def for_representatives(row: Row, me: Any) -> bool:
    return network(row, me) and row["audience"] == "RESELLER"


def _mine(own: Rule, name: str, *nothing: str) -> Rule:
    return lambda row, me: own(row, me) and row[name] == me.actor and all(row[each] is None for each in nothing)


_UNDECIDED = (
    *("verdict", "verdict_reason", "verdict_by", "verdict_by_id", "adjusts_id", "decided_at", "payout_id", "paid_at"),
    *(f"disclosed_{name}" for name in ("seller_id", "document_number", "document_line", "sold_on", "serial_numbers")),
)


def _filed(own: Rule) -> Rule:
    mine = _mine(own, "filed_by_id", *_UNDECIDED)
    return lambda row, me: (
        mine(row, me)
        and row["status"] == "CLAIMED"
        and row["approved"] == row["amount_minor"] == 0
        and row["denials"] == []
    )


def _gathers(row: Row, me: Any) -> bool:
    return network(row, me) and row["created_by_id"] == me.actor and row["status"] == "GATHERING"


READS: dict[str, dict[Level, Rule]] = {
    "spiff": {V: network, D: for_inside_sales, R: for_representatives},
    "spiff_rep": {D: own_distributor, R: own_reseller},
    "spiff_claim": {V: network, D: own_distributor, R: own_reseller},
    "payout": {V: network},
    "payout_line": {V: network},
}
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {"spiff": network, "payout": _gathers},
    **{
        level: {"spiff_rep": _mine(own, "added_by_id", "ended_at"), "spiff_claim": _filed(own)}
        for level, own in ((D, own_distributor), (R, own_reseller))
    },
}
_PARTNER = {"spiff_rep": {"name", "payout_reference", "ended_at"}}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {
        "spiff": {"ends_on", "version"},
        "spiff_claim": {"verdict", "verdict_reason", "verdict_by", "verdict_by_id", "status", "paid_at"},
        "payout": {"status", "payment_reference", "paid_by", "paid_by_id", "paid_at"},
    },
    D: _PARTNER,
    R: _PARTNER,
}
_LINE = {"seller_id", "document_number", "document_line", "sold_on", "serial_numbers"}
_FOR_VENDOR = {
    "spiff": {"budget_minor", "distributor_ids", "agreement_ids", "created_by"},
    "spiff_claim": {
        *("verdict", "verdict_by", "verdict_by_id", "payout_id"),
        *(f"disclosed_{name}" for name in _LINE),
    },
}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {"spiff_claim": {*_LINE, "component", "filed_by", "filed_by_id"}},
    D: _FOR_VENDOR,
    R: _FOR_VENDOR,
}
"What a budget is, who of the vendor decided; and of a line what its seller's agreement does not disclose."
