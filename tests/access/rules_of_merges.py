"""Which rows of merges of two records of one reseller a principal may read and may add; see `rules`.

That two of its records are one is the vendor's own business: neither a distributor nor the reseller reads that there were
two. Which accounts and codes moved, the vendor does not read either: they are their distributors'.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network

V, D, R = Level
WRITTEN_BY_THE_WORKER = ("party_merge_part", "party_merge_change")
READS: dict[str, dict[Level, Rule]] = {
    table: {V: network} for table in ("party_merge", "party_merge_part", "party_merge_change")
}


def _asks(row: Row, me: Any) -> bool:
    return network(row, me) and row["state"] == "APPLYING" and row["asked_by_id"] == me.actor


INSERTS: dict[Level, dict[str, Rule]] = {V: {"party_merge": _asks}, D: {}, R: {}}
UPDATES: dict[Level, dict[str, set[str]]] = {V: {"party_merge": {"state", "undone_by", "version"}}, D: {}, R: {}}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {"party_merge_change": {"row_key", "before", "after"}},
    D: {},
    R: {},
}
