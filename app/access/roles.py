"""The matrix: which role of which level holds which permission, and which scopes an integration may be given.

A policy is data. Reading this file answers "who may do what"; nothing else in the code grants anything. An actor's
permissions are those of its roles; an integration's are cut further to those of its scopes.
"""

from enum import StrEnum

from app.programme.terms import Level


class Permission(StrEnum):
    """What one may do. Printed in the contract as @requiresPermission(permission: …)."""

    VIEWER_READ = "viewer:read"
    NETWORK_READ = "network:read"
    PROGRAM_READ = "program:read"
    PROGRAM_MANAGE = "program:manage"
    AGREEMENT_READ = "agreement:read"
    AGREEMENT_MANAGE = "agreement:manage"
    PRODUCT_READ = "product:read"
    PRODUCT_MANAGE = "product:manage"
    PRICE_READ = "price:read"
    PRICE_MANAGE = "price:manage"
    RESELLER_READ = "reseller:read"
    RESELLER_MANAGE = "reseller:manage"
    CREDIT_TERMS_READ = "credit-terms:read"
    ENROLLMENT_READ = "enrollment:read"
    ENROLLMENT_MANAGE = "enrollment:manage"
    SUBMISSION_READ = "submission:read"
    SELL_THROUGH_SUBMIT = "sell-through:submit"
    SELL_IN_SUBMIT = "sell-in:submit"
    INVENTORY_SUBMIT = "inventory:submit"
    SELL_OUT_SUBMIT = "sell-out:submit"
    SELL_OUT_READ = "sell-out:read"
    UPLOAD_CREATE = "upload:create"
    PROFILE_MANAGE = "report-profile:manage"
    ALIAS_CONFIRM = "alias:confirm"
    HELD_RESOLVE = "held:resolve"
    ANALYTICS_READ = "analytics:read"
    PURCHASES_READ = "purchases:read"
    PERIOD_CLOSE = "period:close"
    INCENTIVE_READ = "incentive:read"
    INCENTIVE_MANAGE = "incentive:manage"
    EXAMPLE_ANSWER = "example:answer"
    STATEMENT_READ = "statement:read"
    STATEMENT_CALCULATE = "statement:calculate"
    STATEMENT_APPROVE = "statement:approve"
    STATEMENT_DISPUTE = "statement:dispute"
    SPECIAL_PRICE_READ = "special-price:read"
    SPECIAL_PRICE_GRANT = "special-price:grant"
    CLAIM_READ = "claim:read"
    CLAIM_SUBMIT = "claim:submit"
    CLAIM_DECIDE = "claim:decide"
    LEDGER_READ = "ledger:read"
    DEDUCTION_RECORD = "deduction:record"
    DEDUCTION_MATCH = "deduction:match"
    BACKTEST_RUN = "backtest:run"
    ALERT_READ = "alert:read"
    ALERT_SETTLE = "alert:settle"
    SCHEMA_INTROSPECT = "schema:introspect"


class Role(StrEnum):
    """What a user or an integration is inside its organisation."""

    VENDOR_PROGRAM_MANAGER = "VENDOR_PROGRAM_MANAGER"
    "Sets up the network and governs programmes, agreements and prices."
    VENDOR_ANALYST = "VENDOR_ANALYST"
    "Reads and analyses."
    VENDOR_FINANCE = "VENDOR_FINANCE"
    "Prices, sell-in, and the approval of money."
    DISTRIBUTOR_ADMIN = "DISTRIBUTOR_ADMIN"
    "Everything that the distributor may do."
    DISTRIBUTOR_OPERATOR = "DISTRIBUTOR_OPERATOR"
    "Hands data in and manages resellers."
    DISTRIBUTOR_FINANCE = "DISTRIBUTOR_FINANCE"
    "Rebates and claims."
    DISTRIBUTOR_VIEWER = "DISTRIBUTOR_VIEWER"
    "Reads, without money."
    RESELLER_ADMIN = "RESELLER_ADMIN"
    "Everything that the reseller may do."
    RESELLER_SALES = "RESELLER_SALES"
    "Its own deals and SPIFFs."
    RESELLER_VIEWER = "RESELLER_VIEWER"
    "Reads, without credit terms."

    @property
    def level(self) -> Level:
        return Level(self.value.partition("_")[0])


P = Permission

_EVERYONE = frozenset(
    {
        P.VIEWER_READ,
        P.NETWORK_READ,
        P.PROGRAM_READ,
        P.PRODUCT_READ,
        P.RESELLER_READ,
        P.ENROLLMENT_READ,
        P.SCHEMA_INTROSPECT,
    }
)
_VENDOR_READS = _EVERYONE | {
    P.AGREEMENT_READ,
    P.PRICE_READ,
    P.CREDIT_TERMS_READ,
    P.SUBMISSION_READ,
    P.ANALYTICS_READ,
    P.ALERT_READ,
}
_DISTRIBUTOR_READS = _EVERYONE | {
    P.AGREEMENT_READ,
    P.PRICE_READ,
    P.CREDIT_TERMS_READ,
    P.SUBMISSION_READ,
    P.ANALYTICS_READ,
    P.ALERT_READ,
}
_MONEY_READS = frozenset({P.INCENTIVE_READ, P.STATEMENT_READ, P.SPECIAL_PRICE_READ, P.CLAIM_READ, P.LEDGER_READ})
"""What explains money between vendor and distributor. A distributor's viewer reads none of it."""
_DISTRIBUTOR_MONEY = _MONEY_READS | {P.EXAMPLE_ANSWER, P.STATEMENT_DISPUTE, P.CLAIM_SUBMIT, P.DEDUCTION_RECORD}
_DISTRIBUTOR_REPORTS = frozenset(
    {
        P.UPLOAD_CREATE,
        P.PROFILE_MANAGE,
        P.SELL_THROUGH_SUBMIT,
        P.INVENTORY_SUBMIT,
        P.ALIAS_CONFIRM,
        P.HELD_RESOLVE,
        P.RESELLER_MANAGE,
        P.ALERT_SETTLE,
    }
)
_RESELLER_REPORTS = frozenset({P.UPLOAD_CREATE, P.SELL_OUT_SUBMIT})
_RESELLER_READS = _EVERYONE | {P.SUBMISSION_READ, P.SELL_OUT_READ, P.PURCHASES_READ, P.CREDIT_TERMS_READ}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VENDOR_PROGRAM_MANAGER: _VENDOR_READS
    | _MONEY_READS
    | {
        P.INCENTIVE_MANAGE,
        P.EXAMPLE_ANSWER,
        P.STATEMENT_CALCULATE,
        P.SPECIAL_PRICE_GRANT,
        P.BACKTEST_RUN,
        P.PROGRAM_MANAGE,
        P.AGREEMENT_MANAGE,
        P.PRODUCT_MANAGE,
        P.PRICE_MANAGE,
        P.RESELLER_MANAGE,
        P.ENROLLMENT_MANAGE,
        P.UPLOAD_CREATE,
        P.PROFILE_MANAGE,
        P.SELL_IN_SUBMIT,
        P.HELD_RESOLVE,
        P.PERIOD_CLOSE,
        P.ALERT_SETTLE,
    },
    Role.VENDOR_ANALYST: _VENDOR_READS | _MONEY_READS | {P.BACKTEST_RUN},
    Role.VENDOR_FINANCE: _VENDOR_READS
    | _MONEY_READS
    | {P.STATEMENT_CALCULATE, P.STATEMENT_APPROVE, P.CLAIM_DECIDE, P.BACKTEST_RUN}
    | {P.DEDUCTION_RECORD, P.DEDUCTION_MATCH}
    | {P.PRICE_MANAGE, P.UPLOAD_CREATE, P.PROFILE_MANAGE, P.SELL_IN_SUBMIT, P.HELD_RESOLVE},
    Role.DISTRIBUTOR_ADMIN: _DISTRIBUTOR_READS | _DISTRIBUTOR_REPORTS | _DISTRIBUTOR_MONEY,
    Role.DISTRIBUTOR_OPERATOR: _DISTRIBUTOR_READS | _DISTRIBUTOR_REPORTS | {P.SPECIAL_PRICE_READ},
    Role.DISTRIBUTOR_FINANCE: _DISTRIBUTOR_READS | _DISTRIBUTOR_MONEY,
    Role.DISTRIBUTOR_VIEWER: _DISTRIBUTOR_READS - {P.CREDIT_TERMS_READ},
    Role.RESELLER_ADMIN: _RESELLER_READS | _RESELLER_REPORTS,
    Role.RESELLER_SALES: _RESELLER_READS - {P.CREDIT_TERMS_READ},
    Role.RESELLER_VIEWER: _RESELLER_READS - {P.CREDIT_TERMS_READ},
}


class Scope(StrEnum):
    """What an integration may be given. A scope never reaches beyond what its organisation's roles hold."""

    SELL_THROUGH_WRITE = "sell-through:write"
    "Hand sell-through reports in, follow them, confirm codes, decide about their held rows."
    SELL_IN_WRITE = "sell-in:write"
    "Hand sell-in reports in, follow them, decide about their held rows."
    INVENTORY_WRITE = "inventory:write"
    "Hand inventory reports in, follow them, confirm codes, decide about their held rows."
    SELL_OUT_WRITE = "sell-out:write"
    "Hand sell-out reports in, follow them, read their lines."
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

SCOPE_GRANTS: dict[Scope, frozenset[Permission]] = {
    Scope.SELL_THROUGH_WRITE: _REPORTING | {P.SELL_THROUGH_SUBMIT, P.ALIAS_CONFIRM, P.HELD_RESOLVE},
    Scope.SELL_IN_WRITE: _REPORTING | {P.SELL_IN_SUBMIT, P.HELD_RESOLVE},
    Scope.INVENTORY_WRITE: _REPORTING | {P.INVENTORY_SUBMIT, P.ALIAS_CONFIRM, P.HELD_RESOLVE},
    Scope.SELL_OUT_WRITE: _FRAME
    | {
        P.SUBMISSION_READ,
        P.SELL_OUT_READ,
        P.SELL_OUT_SUBMIT,
        P.UPLOAD_CREATE,
        P.ENROLLMENT_READ,
        P.PROGRAM_READ,
        P.PRODUCT_READ,
        P.RESELLER_READ,
    },
    Scope.RESELLERS_READ: _FRAME
    | {P.AGREEMENT_READ, P.RESELLER_READ, P.ENROLLMENT_READ, P.PROGRAM_READ, P.CREDIT_TERMS_READ},
    Scope.RESELLERS_WRITE: _FRAME
    | {P.AGREEMENT_READ, P.RESELLER_READ, P.ENROLLMENT_READ, P.PROGRAM_READ, P.CREDIT_TERMS_READ, P.RESELLER_MANAGE},
    Scope.PROGRAMS_READ: _FRAME
    | {P.PROGRAM_READ, P.ENROLLMENT_READ, P.RESELLER_READ, P.AGREEMENT_READ, P.PRODUCT_READ, P.ALERT_READ},
    Scope.PROGRAMS_WRITE: _FRAME
    | {
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
    | {P.AGREEMENT_READ, P.PRODUCT_READ, P.INCENTIVE_READ, P.INCENTIVE_MANAGE, P.EXAMPLE_ANSWER},
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
    Scope.SCHEMA_READ: _FRAME | {P.SCHEMA_INTROSPECT},
}


def permissions_of(roles: frozenset[Role], scopes: frozenset[Scope] | None) -> frozenset[Permission]:
    """What an actor may do: the union of its roles, cut to the union of its scopes unless it is a person (None)."""
    held = frozenset[Permission]().union(*(GRANTS[role] for role in roles))
    if scopes is None:
        return held
    return held & frozenset[Permission]().union(*(SCOPE_GRANTS[scope] for scope in scopes))
