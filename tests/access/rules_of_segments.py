"""Which rows of the lists that are frozen of a vendor's segments a principal may read and may add; see `rules`.

Of segments themselves only the vendor knows. Which of its own resellers an incentive counts, a distributor reads, and nobody
else's."""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor

V, D, R = Level


def _frozen(row: Row, me: Any) -> bool:
    return network(row, me) and all(row[name] is None for name in ("merge_id", "recorded", "replaced"))


READS: dict[str, dict[Level, Rule]] = {"incentive_reseller": {V: network, D: own_distributor}}
INSERTS: dict[Level, dict[str, Rule]] = {V: {"incentive_reseller": _frozen}, D: {}, R: {}}
UPDATES: dict[Level, dict[str, set[str]]] = {level: {} for level in Level}
WITHHELD: dict[Level, dict[str, set[str]]] = {V: {}, D: {"incentive_reseller": {"merge_id"}}, R: {}}
"That a reseller stands in a list because two records were made one, is the vendor's business."
