"""Which scopes an integration may be given, and what each lets it do of what the roles of its organisation hold."""

from enum import StrEnum

from app.access.roles import GRANTS, Permission, Role

P = Permission


class Scope(StrEnum):
    """What an integration may be given. A scope never reaches beyond what its organisation's roles hold."""

    SELL_THROUGH_WRITE = "sell-through:write"
    "Hand sell-through reports in, follow them, confirm codes, decide about their held rows."
    SELL_IN_WRITE = "sell-in:write"
    "Hand sell-in reports in, follow them, decide about their held rows."
    INVENTORY_WRITE = "inventory:write"
    "Hand inventory reports in, follow them, confirm codes, decide about their held rows."
    SELL_OUT_WRITE = "sell-out:write"
    "Hand sell-out reports in, follow them, read their lines; contest lines that distributors booked."
    RESELLERS_READ = "resellers:read"
    "Read resellers, authorisations and enrolments."
    RESELLERS_WRITE = "resellers:write"
    "Authorise, change and suspend resellers."
    PROGRAMS_READ = "programs:read"
    "Read programmes, tiers, benefits and enrolments."
    PROGRAMS_WRITE = "programs:write"
    "Set up programmes, agreements, products, prices and enrolments."
    PRICES_READ = "prices:read"
    "Read products and wholesale prices."
    PURCHASES_READ = "purchases:read"
    "Read the purchases of the reseller itself."
    ANALYTICS_READ = "analytics:read"
    "Ask the cube."
    INCENTIVES_READ = "incentives:read"
    "Read incentives, accruals, statements and the ledger, and back-test rules."
    STATEMENTS_WRITE = "statements:write"
    "Calculate, approve, credit or contest statements, and read what they rest on."
    INCENTIVES_WRITE = "incentives:write"
    "Draft, propose, activate and end incentives, agree on worked examples."
    CLAIMS_WRITE = "claims:write"
    "Grant and read special prices, file claims, decide about them and follow them."
    DEDUCTIONS_WRITE = "deductions:write"
    "Record deductions, match them, read the ledger."
    DEALS_WRITE = "deals:write"
    "Register deals, follow them, decide about them."
    FUNDS_WRITE = "funds:write"
    "Ask for market development funds, claim them, decide about them."
    SPIFFS_WRITE = "spiffs:write"
    "Set up SPIFFs and commissions, claim SPIFFs, read and pay both."
    PARTNERS_WRITE = "partners:write"
    "Invite partners, merge records of one, record certifications, documents and onboarding steps, apply for programmes."
    PLANS_READ = "plans:read"
    "Read business plans, how their targets stand, and their reviews."
    PLANS_WRITE = "plans:write"
    "Propose, answer and follow business plans, record reviews."
    AUDIT_READ = "audit:read"
    "Read what was done, by whom, in the organisation's own networks."
    WEBHOOKS_WRITE = "webhooks:write"
    "Register webhooks and follow what is sent to them."
    SCHEMA_READ = "schema:read"
    "Introspect the schema."


_FRAME = frozenset({P.VIEWER_READ, P.NETWORK_READ})
_REPORTING = _FRAME | {
    P.AGREEMENT_READ,
    P.SUBMISSION_READ,
    P.PRODUCT_READ,
    P.RESELLER_READ,
    P.UPLOAD_CREATE,
    P.PROFILE_MANAGE,
    P.ALERT_READ,
    P.ALERT_SETTLE,
}
_PARTNERSHIP = _FRAME | {
    P.AGREEMENT_READ,
    P.PROGRAM_READ,
    P.ENROLLMENT_READ,
    P.PRODUCT_READ,
    P.RESELLER_READ,
    P.ALERT_READ,
    P.ALERT_SETTLE,
}

SCOPE_GRANTS: dict[Scope, frozenset[Permission]] = {
    Scope.SELL_THROUGH_WRITE: _REPORTING | {P.SELL_THROUGH_SUBMIT, P.ALIAS_CONFIRM, P.HELD_RESOLVE},
    Scope.SELL_IN_WRITE: _REPORTING | {P.SELL_IN_SUBMIT, P.HELD_RESOLVE},
    Scope.INVENTORY_WRITE: _REPORTING | {P.INVENTORY_SUBMIT, P.ALIAS_CONFIRM, P.HELD_RESOLVE},
    Scope.SELL_OUT_WRITE: _FRAME
    | {
        P.SUBMISSION_READ,
        P.SELL_OUT_READ,
        P.SELL_OUT_SUBMIT,
        P.LINE_CONTEST,
        P.UPLOAD_CREATE,
        P.ENROLLMENT_READ,
        P.PROGRAM_READ,
        P.PRODUCT_READ,
        P.RESELLER_READ,
    },
    Scope.RESELLERS_READ: _FRAME
    | {P.AGREEMENT_READ, P.RESELLER_READ, P.SEGMENT_READ, P.ENROLLMENT_READ, P.PROGRAM_READ, P.CREDIT_TERMS_READ},
    Scope.RESELLERS_WRITE: _FRAME
    | {P.AGREEMENT_READ, P.RESELLER_READ, P.ENROLLMENT_READ, P.PROGRAM_READ, P.CREDIT_TERMS_READ, P.RESELLER_MANAGE}
    | {P.SEGMENT_READ},
    Scope.PROGRAMS_READ: _FRAME
    | {P.PROGRAM_READ, P.ENROLLMENT_READ, P.RESELLER_READ, P.AGREEMENT_READ, P.PRODUCT_READ, P.ALERT_READ}
    | {P.SEGMENT_READ},
    Scope.PROGRAMS_WRITE: _FRAME
    | {
        P.SEGMENT_READ,
        P.PROGRAM_READ,
        P.PROGRAM_MANAGE,
        P.AGREEMENT_READ,
        P.AGREEMENT_MANAGE,
        P.ENROLLMENT_READ,
        P.ENROLLMENT_MANAGE,
        P.PRODUCT_READ,
        P.PRODUCT_MANAGE,
        P.PRICE_READ,
        P.PRICE_MANAGE,
        P.RESELLER_READ,
        P.RESELLER_MANAGE,
        P.SUBMISSION_READ,
        P.HELD_RESOLVE,
        P.PERIOD_CLOSE,
        P.ALERT_READ,
        P.ALERT_SETTLE,
    },
    Scope.PRICES_READ: _FRAME | {P.PRODUCT_READ, P.PRICE_READ},
    Scope.PURCHASES_READ: _FRAME | {P.PURCHASES_READ, P.PRODUCT_READ, P.RESELLER_READ},
    Scope.ANALYTICS_READ: _FRAME | {P.ANALYTICS_READ, P.PRODUCT_READ, P.RESELLER_READ, P.AGREEMENT_READ, P.ALERT_READ},
    Scope.INCENTIVES_READ: _FRAME
    | {
        P.AGREEMENT_READ,
        P.PRODUCT_READ,
        P.RESELLER_READ,
        P.INCENTIVE_READ,
        P.STATEMENT_READ,
        P.LEDGER_READ,
        P.SUBMISSION_READ,
    }
    | {P.BACKTEST_RUN},
    Scope.STATEMENTS_WRITE: _FRAME
    | {
        P.AGREEMENT_READ,
        P.PRODUCT_READ,
        P.RESELLER_READ,
        P.SUBMISSION_READ,
        P.INCENTIVE_READ,
        P.STATEMENT_READ,
        P.STATEMENT_CALCULATE,
        P.STATEMENT_APPROVE,
        P.STATEMENT_DISPUTE,
    },
    Scope.INCENTIVES_WRITE: _FRAME
    | {P.AGREEMENT_READ, P.PRODUCT_READ, P.INCENTIVE_READ, P.INCENTIVE_MANAGE, P.EXAMPLE_ANSWER}
    | {P.AFFILIATION_ANSWER},
    Scope.CLAIMS_WRITE: _FRAME
    | {P.AGREEMENT_READ, P.PRODUCT_READ, P.RESELLER_READ, P.SPECIAL_PRICE_READ, P.SPECIAL_PRICE_GRANT}
    | {P.CLAIM_READ, P.CLAIM_SUBMIT, P.CLAIM_DECIDE, P.SUBMISSION_READ},
    Scope.DEDUCTIONS_WRITE: _FRAME
    | {
        P.AGREEMENT_READ,
        P.STATEMENT_READ,
        P.CLAIM_READ,
        P.LEDGER_READ,
        P.DEDUCTION_RECORD,
        P.DEDUCTION_MATCH,
    },
    Scope.DEALS_WRITE: _PARTNERSHIP | {P.DEAL_READ, P.DEAL_REGISTER, P.DEAL_DECIDE, P.SPECIAL_PRICE_READ},
    Scope.FUNDS_WRITE: _PARTNERSHIP | {P.FUND_READ, P.FUND_REQUEST, P.FUND_DECIDE, P.FUND_PAY, P.UPLOAD_CREATE},
    Scope.SPIFFS_WRITE: _PARTNERSHIP | {P.SPIFF_READ, P.SPIFF_CLAIM, P.SPIFF_MANAGE, P.SPIFF_PAY} | {P.COMMISSION_READ},
    Scope.PARTNERS_WRITE: _PARTNERSHIP
    | {P.ONBOARDING_READ, P.ONBOARDING_COMPLETE, P.CERTIFICATION_READ, P.CERTIFICATION_RECORD, P.UPLOAD_CREATE}
    | {P.DOCUMENT_READ, P.DOCUMENT_MANAGE, P.PROGRAM_APPLY, P.PARTNER_INVITE, P.PARTY_MERGE},
    Scope.PLANS_READ: _FRAME | {P.AGREEMENT_READ, P.PLAN_READ, P.ALERT_READ},
    Scope.PLANS_WRITE: _FRAME
    | {P.AGREEMENT_READ, P.PLAN_READ, P.PLAN_MANAGE, P.PLAN_AGREE, P.ALERT_READ, P.ALERT_SETTLE},
    Scope.AUDIT_READ: _FRAME | {P.AUDIT_READ},
    Scope.WEBHOOKS_WRITE: _FRAME | {P.WEBHOOK_MANAGE},
    Scope.SCHEMA_READ: _FRAME | {P.SCHEMA_INTROSPECT},
}


def permissions_of(roles: frozenset[Role], scopes: frozenset[Scope] | None) -> frozenset[Permission]:
    """What an actor may do: the union of its roles, cut to the union of its scopes unless it is a person (None)."""
    held = frozenset[Permission]().union(*(GRANTS[role] for role in roles))
    if scopes is None:
        return held
    return held & frozenset[Permission]().union(*(SCOPE_GRANTS[scope] for scope in scopes))
