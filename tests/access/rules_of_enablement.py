"""Which rows of documents, certifications and onboarding a principal may read and may add; see `rules`.

A document is the vendor's and its one partner's. A certification is its reseller's, the distributor's that recorded it, and
the vendor's unless that distributor keeps its resellers to itself. What was done on a track is the vendor's and the one
partner's; what a distributor did for a reseller, also that distributor's.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor
from tests.access.rules_of_partners import own, own_reseller

V, D, R = Level


def disclosed(row: Row, me: Any) -> bool:
    return network(row, me) and bool(row["disclosed"])


def for_resellers(row: Row, me: Any) -> bool:
    return network(row, me) and row["audience"] == "RESELLER"


def own_or_done(row: Row, me: Any) -> bool:
    return own_distributor(row, me) or row["by_distributor_id"] in me.parties


def _by(mine: Rule, name: str, level: Level) -> Rule:
    return lambda row, me: mine(row, me) and row[name] == level.value


def _recorded(mine: Rule, status: str, *levels: Level) -> Rule:
    return lambda row, me: (
        mine(row, me)
        and row["status"] == status
        and row["recorded_by"] in levels
        and row["reason"] is None
        and row["decided_at"] is None
    )


def _handed_in(mine: Rule) -> Rule:
    return lambda row, me: (
        mine(row, me)
        and own(row, me)
        and (row["status"], row["screening"]) == ("SUBMITTED", "NOT_SCREENED")
        and all(row[name] is None for name in ("reason", "decided_at", "decided_by"))
    )


_PUBLIC = {V: network, D: network, R: for_resellers}
READS: dict[str, dict[Level, Rule]] = {
    "compliance_document": {V: network, D: own_distributor, R: own_reseller},
    **{name: {V: disclosed, D: own_distributor, R: own_reseller} for name in ("certification", "enablement_activity")},
    **dict.fromkeys(("required_certification", "onboarding_step"), _PUBLIC),
    "onboarding_completion": {V: network, D: own_or_done, R: own_reseller},
}
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {
        **dict.fromkeys(("required_certification", "onboarding_step"), network),
        "certification": _recorded(network, "VERIFIED", V),
        "onboarding_completion": _by(network, "completed_by", V),
    },
    D: {
        "compliance_document": _handed_in(own_distributor),
        "certification": _recorded(own_distributor, "VERIFIED", D),
        "onboarding_completion": _by(own_or_done, "completed_by", D),
        "enablement_activity": own_distributor,
    },
    R: {
        "compliance_document": _handed_in(own_reseller),
        "certification": _recorded(own_reseller, "RECORDED", R),
        "onboarding_completion": _by(own_reseller, "completed_by", R),
    },
}
_DECIDED = {"certification": {"status", "reason", "decided_at"}}
_PARTNER = {**_DECIDED, "compliance_document": {"status"}}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {**_DECIDED, "compliance_document": {"status", "screening", "reason", "decided_at", "decided_by"}},
    D: _PARTNER,
    R: _PARTNER,
}
DELETES: dict[Level, set[str]] = {V: {"required_certification", "onboarding_step"}, D: set(), R: set()}
_VENDORS_AFFAIR = {"compliance_document": {"screening", "decided_by"}}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {
        "compliance_document": {"organization_id", "file_id"},
        "onboarding_completion": {"by_authorization_id", "by_agreement_id", "by_distributor_id"},
    },
    D: _VENDORS_AFFAIR,
    R: _VENDORS_AFFAIR,
}
"What a screening found, who of the vendor decided; and which distributor did something for a reseller."
