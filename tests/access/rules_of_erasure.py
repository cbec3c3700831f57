"""Which erasures of names a principal may read and may ask for; see `rules`. Each side's are its own, and the name that is
to be erased nobody reads again."""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor
from tests.access.rules_of_partners import own_reseller

V, D, R = Level


def _of(level: Level, own: Rule) -> Rule:
    return lambda row, me: own(row, me) and row["level"] == level.value


_OWN = {V: _of(V, network), D: _of(D, own_distributor), R: _of(R, own_reseller)}


def _asked(own: Rule) -> Rule:
    def asked(row: Row, me: Any) -> bool:
        return own(row, me) and row["status"] == "RUNNING" and row["requested_by_id"] == me.actor

    return asked


READS: dict[str, dict[Level, Rule]] = {"erasure": _OWN}
INSERTS: dict[Level, dict[str, Rule]] = {level: {"erasure": _asked(own)} for level, own in _OWN.items()}
UPDATES: dict[Level, dict[str, set[str]]] = {level: {} for level in Level}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    level: {"erasure": {"name", "organization_id", "requested_by_id"}} for level in Level
}
