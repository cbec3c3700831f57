"""Which rows of the tables of partners a principal may read and may add; see `rules`.

A deal is its reseller's and its vendor's, and the supplier's that it names; a fund its vendor's and its one partner's. What
a programme reviews is the vendor's and the reseller's, never a distributor's. Who belongs to an organisation, its
invitations, integrations, webhooks and mails are its own at one level; a digest one person's. What is told of an act names
nobody, and is for one side alone.
"""

from typing import Any

from app.programme.terms import Level
from tests.access.rules_of_money import Row, Rule, network, own_distributor

V, D, R = Level
WRITTEN_BY_THE_WORKER = ("tier_standing", "statement_return", "submission_claim_effect", "webhook_delivery")
"Results: no level adds, changes or deletes a row of them."


def own_reseller(row: Row, me: Any) -> bool:
    return row["reseller_id"] in me.parties


def own(row: Row, me: Any) -> bool:
    return bool(row["organization_id"] == me.organization)


def own_link(row: Row, me: Any) -> bool:
    """Which partner the firm is, as far as it acts at the level of that partner."""
    return own(row, me) and row["party_id"] in me.parties


def at_level(row: Row, me: Any) -> bool:
    """Its organisation's, as far as it acts at one level: a firm that is a distributor here and a reseller there is two."""
    return own(row, me) and row["level"] == me.who.level.value


def of_its_people(row: Row, me: Any) -> bool:
    return own(row, me) and str(row["role"]).startswith(f"{me.who.level.value}_")


def itself(row: Row, me: Any) -> bool:
    return at_level(row, me) and row["user_id"] == me.actor


def invited_by_the_vendor(row: Row, me: Any) -> bool:
    """Whom a distributor invites is no business of its vendor, unless it has to confirm it."""
    return network(row, me) and row["distributor_id"] is None


def of_the_vendor(row: Row, me: Any) -> bool:
    return invited_by_the_vendor(row, me) or (network(row, me) and row["confirmation"] is not None)


def _all(*rules: Rule) -> Rule:
    return lambda row, me: all(rule(row, me) for rule in rules)


def _is(name: str, *values: Any) -> Rule:
    return lambda row, me: row[name] in values


def _isnt(name: str, *values: Any) -> Rule:
    return lambda row, me: row[name] not in values


def _nothing(*names: str) -> Rule:
    return lambda row, me: all(row[name] is None for name in names)


def _none_of(*names: str) -> Rule:
    return lambda row, me: all(row[name] == 0 for name in names)


def _mine(name: str) -> Rule:
    return lambda row, me: row[name] == me.actor


def _ordinary(row: Row, me: Any) -> bool:
    return row["serves"] == "OWN" and not row["whole_person"] and not row["resource_server"]


def _by_own_party(row: Row, me: Any) -> bool:
    return network(row, me) and row["actor_party_id"] in me.parties and row["actor_level"] == me.who.level.value


OF_A_FUND = ("fund", "fund_entry", "fund_request", "fund_claim", "fund_proof")
AT_A_LEVEL = ("invitation", "webhook", "webhook_delivery", "oauth_client", "oauth_grant")
READS: dict[str, dict[Level, Rule]] = {
    **{
        table: {V: network, D: own_distributor, R: own_reseller}
        for table in ("deal", "deal_product", "deal_customer", *OF_A_FUND)
    },
    "deal_event": {V: network, R: own_reseller},
    "deal_terms": {V: network, R: network},
    "submission_claim_effect": {
        V: _all(network, _is("previewed_by", "VENDOR"), _isnt("kind", "DEBIT_CLAIMABLE")),
        D: _all(own_distributor, _is("previewed_by", "DISTRIBUTOR")),
    },
    "statement_return": {V: network, D: own_distributor},
    "program_fit": {V: network},
    "segment": {V: network},
    "segment_member": {V: network},
    "tier_standing": {V: network, R: own_reseller},
    "program_application": {R: own_reseller},
    "application": {V: network},
    "application_link": {V: network},
    "partner_invitation": {V: of_the_vendor, D: own_distributor},
    "party_link": {D: own_link, R: own_link},
    **{table: dict.fromkeys(Level, at_level) for table in AT_A_LEVEL},
    "membership": dict.fromkeys(Level, of_its_people),
    "digest_subscription": dict.fromkeys(Level, itself),
    "audit_notice": {
        V: _all(network, _is("audience", "VENDOR")),
        D: _all(own_distributor, _is("audience", "DISTRIBUTOR")),
        R: _all(own_reseller, _is("audience", "RESELLER")),
    },
    "alert": {
        V: _all(network, _is("audience", "VENDOR")),
        D: _all(own_distributor, _is("audience", "DISTRIBUTOR")),
        R: _all(own_reseller, _is("audience", "RESELLER")),
    },
}
_DEAL_STANDS = ("protected_from", "won_on", "won_minor", "closed_on", "decision_reason", "close_reason")
_DEAL_WATCHED = ("waits_for", "reviewed_at", "reminded_for")
_REGISTERED = _all(
    own_reseller,
    _mine("registered_by_id"),
    _is("status", "SUBMITTED"),
    _none_of("extensions_left"),
    _nothing(*_DEAL_STANDS, *_DEAL_WATCHED),
)
_DECISION = ("reason", "decided_at", "decided_by", "decided_by_id")
_REQUESTED = _all(
    _is("status", "SUBMITTED"),
    _nothing("approved_minor", "closed_at", *_DECISION),
    _none_of("claimed_minor", "paid_minor", "released_minor"),
)
_CLAIMED = _all(
    _is("status", "SUBMITTED"),
    _nothing("approved_cost_minor", "approved_minor", "payment_reference", "paid_at", *_DECISION),
)
_OF_FUNDS = {"fund_request": _REQUESTED, "fund_claim": _CLAIMED, "fund_proof": own}
_INVITED = _all(at_level, _mine("invited_by"), _nothing("accepted_at"))
_PEOPLE: dict[str, Rule] = {
    "invitation": _INVITED,
    "membership": _all(of_its_people, lambda row, me: row["user_id"] != me.actor),
    "oauth_client": _all(at_level, _ordinary),
    "webhook": at_level,
    "digest_subscription": itself,
    "mail_message": own,
}
"What every organisation sets up for itself; nobody gives a role to himself."
INSERTS: dict[Level, dict[str, Rule]] = {
    V: {
        **_PEOPLE,
        "deal_terms": network,
        "deal_event": _all(network, _is("acted_as", "VENDOR"), _is("act", "APPROVED", "REJECTED")),
        **dict.fromkeys(("fund", "fund_entry", "program_fit", "application_link"), network),
        **dict.fromkeys(("segment", "segment_member"), network),
        "partner_invitation": _all(invited_by_the_vendor, _mine("invited_by"), _nothing("accepted_at")),
        "audit_notice": _all(network, _is("actor_level", "VENDOR")),
    },
    D: {
        **_PEOPLE,
        **{table: _all(own_distributor, rule) for table, rule in _OF_FUNDS.items()},
        "partner_invitation": _all(own_distributor, _mine("invited_by"), _nothing("accepted_at", "confirmed_at")),
        "audit_notice": _by_own_party,
    },
    R: {
        **_PEOPLE,
        "deal": _REGISTERED,
        **dict.fromkeys(("deal_customer", "deal_product"), own_reseller),
        "deal_event": _all(
            own_reseller, _is("acted_as", "RESELLER"), _isnt("act", "APPROVED", "REJECTED", "REMINDED", "EXPIRED")
        ),
        **{table: _all(own_reseller, rule) for table, rule in _OF_FUNDS.items()},
        "program_application": own_reseller,
        "audit_notice": _by_own_party,
    },
}
_SENT_AGAIN = {"expires_at", "sent_at", "token_hash", "withdrawn_at"}
_CONFIRMED = {"confirmation", "confirmation_reason", "confirmed_by", "confirmed_by_name", "confirmed_at"}
_SEEN_TO = {"settled_at", "settled_by", "assignee", "assignee_id"}
_OWN_AFFAIRS: dict[str, set[str]] = {
    "alert": _SEEN_TO,
    "digest_subscription": {"hour", "last_day", "set_at", "time_zone"},
    "invitation": _SENT_AGAIN,
    "oauth_client": {"known_to", "origins", "redirect_uris", "revoked_at", "rotated_at", "secret_hash"},
    "webhook": {"disabled_at", "disabled_because", "events", "failing_since", "url", "version"},
}
_DECIDED = {"status", "reason", "decided_at", "decided_by", "decided_by_id"}
_BALANCE = {f"{name}_minor" for name in ("accrued", "granted", "reserved", "paid", "expired", "shortfall")}
_PLANNED = {"planned_status", "planned_on", "planned_reason"}
_LEAVES = {"party_link": {"linked_until", "ended_because"}}
_WITHDRAWS = {"fund_request": {"status", "closed_at"}}
UPDATES: dict[Level, dict[str, set[str]]] = {
    V: {
        **_OWN_AFFAIRS,
        "affiliation": {"dissolved_at", "dissolved_by", "dissolved_because"},
        "benefit": {"ended_at"},
        "program_tier": {"name"},
        "application": {"status", "reason", "party_id", "decided_by", "decided_at"},
        "application_link": {"ended_at"},
        "deal": {
            *("status", "protected_from", "protected_until", "protected_at_most", "extensions_left", "extension_days"),
            *("decision_reason", "closed_on", "version"),
        },
        "deal_terms": {
            *("days", "extensions", "extension_days", "remind_days", "currency", "approves_up_to_minor"),
            *("review_hours", "checks_one_in", "version"),
        },
        "enrollment": {"status", "tier_id", "since", "version", "pinned_until", *_PLANNED},
        "fund": {
            *_BALANCE,
            *("entries", "name", "expires_on", "accruals", "reimbursement_share", "claim_days"),
            *("approves_up_to_minor", "approves_in_month_minor", "version"),
        },
        "fund_request": {*_DECIDED, "approved_minor"},
        "fund_claim": {*_DECIDED, "approved_cost_minor", "approved_minor"},
        "partner_invitation": _SENT_AGAIN | {"invited_by", "invited_by_name"} | _CONFIRMED,
        "segment": {*("name", "description", "partner_types", "countries", "program_id", "from_rank"), "version"},
        "program": {
            *("name", "description", "status", "partner_types", "countries", "version", "review_months", "review_day"),
            *("grace_days", "promotion", "demotion", "reviews_since", "auto_status", "auto_partner_types"),
            "auto_countries",
        },
    },
    D: {
        **_OWN_AFFAIRS,
        **_LEAVES,
        **_WITHDRAWS,
        "partner_invitation": _SENT_AGAIN | {"invited_by", "invited_by_name"},
    },
    R: {
        **_OWN_AFFAIRS,
        **_LEAVES,
        **_WITHDRAWS,
        "deal": {
            *("customer_id", "content", "name", "currency", "amount_minor", "expected_close_on", "distributor_id"),
            *("agreement_id", "disclosed_distributor_id", "disclosed_agreement_id", "entered_at", "reviewed_at"),
            *("status", "protected_until", "extensions_left", "won_on", "won_minor", "closed_on", "close_reason"),
            "version",
        },
    },
}
DELETES: dict[Level, set[str]] = {
    V: {"digest_subscription", "membership", "webhook", "program_fit", "tier_requirement", "segment", "segment_member"},
    D: {"digest_subscription", "membership", "webhook"},
    R: {"digest_subscription", "membership", "webhook"},
}
_PROOFS: dict[str, set[str]] = {
    "invitation": {"token_hash", "accepted_by"},
    "oauth_client": {"secret_hash", "jwks"},
    "oauth_grant": {"id", "client_id", "session_id", "scopes", "expires_at", "ended_at"},
    "webhook": {"secret", "previous_secret", "previous_until"},
}
_DECIDERS = {"decided_by", "decided_by_id"}
_OF_THE_VENDOR: dict[str, set[str]] = {
    "fund": {"created_by", "reckoned_to", "reckoned_on"},
    "fund_entry": {"recorded_by"},
    "fund_request": _DECIDERS,
    "fund_claim": _DECIDERS,
}
WITHHELD: dict[Level, dict[str, set[str]]] = {
    V: {
        **_PROOFS,
        "deal": {"distributor_id", "agreement_id", "registered_by", "registered_by_id"},
        "fund_proof": {"organization_id", "file_id"},
        "partner_invitation": {"token_hash", "accepted_by"},
    },
    D: {
        **_PROOFS,
        **_OF_THE_VENDOR,
        "deal": {
            *("disclosed_distributor_id", "disclosed_agreement_id", "registered_by", "registered_by_id", "entered_at"),
            *("reviewed_at", "waits_for", "decision_reason", "close_reason", "reminded_for"),
        },
        "deal_customer": {"reseller_id", "name_hash", "domain_hash"},
        "partner_invitation": {"token_hash", "accepted_by", "confirmed_by", "confirmed_by_name", "confirmed_at"},
    },
    R: {
        **_PROOFS,
        **_OF_THE_VENDOR,
        "deal": {
            *("agreement_id", "disclosed_distributor_id", "disclosed_agreement_id", "reviewed_at", "waits_for"),
            "reminded_for",
        },
        "deal_terms": {"currency", "approves_up_to_minor", "review_hours", "checks_one_in", "version"},
    },
}
"What proves who somebody is, who on the other side decided, why a deal waits, and up to what nobody looks at one."
