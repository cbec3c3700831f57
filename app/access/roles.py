"""The matrix: which role of which level holds which permission.

A policy is data. Reading this file answers "who may do what"; nothing else in the code grants anything. An actor's
permissions are those of its roles; an integration's are cut further to those of its scopes (scopes.py).
"""

from enum import StrEnum

from app.programme.seats import Constitution
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
    AFFILIATION_ANSWER = "affiliation:answer"
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
    PROGRAM_APPLY = "program:apply"
    ONBOARDING_READ = "onboarding:read"
    ONBOARDING_COMPLETE = "onboarding:complete"
    CERTIFICATION_READ = "certification:read"
    CERTIFICATION_RECORD = "certification:record"
    DOCUMENT_READ = "document:read"
    DOCUMENT_MANAGE = "document:manage"
    DEAL_READ = "deal:read"
    DEAL_REGISTER = "deal:register"
    DEAL_DECIDE = "deal:decide"
    FUND_READ = "fund:read"
    FUND_REQUEST = "fund:request"
    FUND_DECIDE = "fund:decide"
    FUND_PAY = "fund:pay"
    SPIFF_READ = "spiff:read"
    SPIFF_CLAIM = "spiff:claim"
    SPIFF_MANAGE = "spiff:manage"
    SPIFF_PAY = "spiff:pay"
    COMMISSION_READ = "commission:read"
    LINE_CONTEST = "line:contest"
    SEGMENT_READ = "segment:read"
    PARTNER_INVITE = "partner:invite"
    PARTNER_LINK = "partner:link"
    PARTY_MERGE = "party:merge"
    USER_READ = "user:read"
    USER_MANAGE = "user:manage"
    CLIENT_MANAGE = "client:manage"
    WEBHOOK_MANAGE = "webhook:manage"
    AUDIT_READ = "audit:read"
    PERSONAL_DATA_ERASE = "personal-data:erase"
    PLAN_READ = "plan:read"
    PLAN_MANAGE = "plan:manage"
    PLAN_AGREE = "plan:agree"
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
_PARTNER_READS = frozenset(
    {P.ONBOARDING_READ, P.CERTIFICATION_READ, P.DOCUMENT_READ, P.DEAL_READ, P.FUND_READ, P.SPIFF_READ}
)
"""What partners do under the programme, as far as each level may see it."""
_GOVERNS_ITSELF = frozenset({P.USER_READ, P.USER_MANAGE, P.CLIENT_MANAGE, P.WEBHOOK_MANAGE, P.AUDIT_READ})
"""Who belongs to the organisation and acts for it. Nobody gives a role that approves money and that he does not hold; so a
vendor's finance governs people too, but for money roles alone (app/programme/seats.py), and no integrations or webhooks."""
_VENDOR_READS = (
    _EVERYONE
    | _PARTNER_READS
    | {
        P.SEGMENT_READ,
        P.AGREEMENT_READ,
        P.PRICE_READ,
        P.CREDIT_TERMS_READ,
        P.SUBMISSION_READ,
        P.ANALYTICS_READ,
        P.ALERT_READ,
        P.COMMISSION_READ,
        P.PLAN_READ,
    }
)
_DISTRIBUTOR_READS = (
    _EVERYONE
    | _PARTNER_READS
    | {
        P.AGREEMENT_READ,
        P.PRICE_READ,
        P.CREDIT_TERMS_READ,
        P.SUBMISSION_READ,
        P.ANALYTICS_READ,
        P.ALERT_READ,
        P.PLAN_READ,
    }
)
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
_PLANS = frozenset({P.PLAN_MANAGE, P.PLAN_AGREE})
"""What binds a side of a business plan (propose, revise, agree, end, acknowledge), and beside it what follows the plan."""
_RESELLER_REPORTS = frozenset({P.UPLOAD_CREATE, P.SELL_OUT_SUBMIT})
_RESELLER_READS = (
    _EVERYONE | _PARTNER_READS | {P.SUBMISSION_READ, P.SELL_OUT_READ, P.PURCHASES_READ, P.CREDIT_TERMS_READ}
)
_MANAGES_PARTNERS = frozenset({P.ONBOARDING_COMPLETE, P.CERTIFICATION_RECORD, P.DOCUMENT_MANAGE, P.PARTNER_INVITE})

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
        P.PERSONAL_DATA_ERASE,
        P.PARTY_MERGE,
        P.UPLOAD_CREATE,
        P.PROFILE_MANAGE,
        P.SELL_IN_SUBMIT,
        P.HELD_RESOLVE,
        P.PERIOD_CLOSE,
        P.ALERT_SETTLE,
        P.DEAL_DECIDE,
        P.FUND_DECIDE,
        P.SPIFF_MANAGE,
    }
    | _MANAGES_PARTNERS
    | _PLANS
    | _GOVERNS_ITSELF,
    Role.VENDOR_ANALYST: _VENDOR_READS | _MONEY_READS | {P.BACKTEST_RUN},
    Role.VENDOR_FINANCE: _VENDOR_READS
    | _MONEY_READS
    | {P.USER_READ, P.USER_MANAGE, P.AUDIT_READ}
    | {P.FUND_PAY, P.SPIFF_PAY, P.ALERT_SETTLE}
    | {P.STATEMENT_CALCULATE, P.STATEMENT_APPROVE, P.CLAIM_DECIDE, P.BACKTEST_RUN}
    | {P.DEDUCTION_RECORD, P.DEDUCTION_MATCH}
    | {P.PRICE_MANAGE, P.UPLOAD_CREATE, P.PROFILE_MANAGE, P.SELL_IN_SUBMIT, P.HELD_RESOLVE},
    Role.DISTRIBUTOR_ADMIN: _DISTRIBUTOR_READS
    | _DISTRIBUTOR_REPORTS
    | _DISTRIBUTOR_MONEY
    | _MANAGES_PARTNERS
    | _PLANS
    | _GOVERNS_ITSELF
    | {P.FUND_REQUEST, P.SPIFF_CLAIM, P.PERSONAL_DATA_ERASE, P.PARTNER_LINK, P.AFFILIATION_ANSWER},
    Role.DISTRIBUTOR_OPERATOR: _DISTRIBUTOR_READS
    | _DISTRIBUTOR_REPORTS
    | _MANAGES_PARTNERS
    | {P.SPECIAL_PRICE_READ, P.PLAN_MANAGE},
    Role.DISTRIBUTOR_FINANCE: _DISTRIBUTOR_READS | _DISTRIBUTOR_MONEY | {P.FUND_REQUEST, P.UPLOAD_CREATE},
    Role.DISTRIBUTOR_VIEWER: _DISTRIBUTOR_READS - {P.CREDIT_TERMS_READ, P.FUND_READ, P.SPIFF_READ, P.PLAN_READ},
    Role.RESELLER_ADMIN: _RESELLER_READS
    | _RESELLER_REPORTS
    | _GOVERNS_ITSELF
    | {
        P.ALERT_READ,
        P.ALERT_SETTLE,
        P.PROGRAM_APPLY,
        P.ONBOARDING_COMPLETE,
        P.CERTIFICATION_RECORD,
        P.DOCUMENT_MANAGE,
        P.DEAL_REGISTER,
        P.FUND_REQUEST,
        P.SPIFF_CLAIM,
        P.COMMISSION_READ,
        P.LINE_CONTEST,
        P.PERSONAL_DATA_ERASE,
        P.PARTNER_LINK,
    },
    Role.RESELLER_SALES: (_RESELLER_READS - {P.CREDIT_TERMS_READ, P.FUND_READ})
    | {P.DEAL_REGISTER, P.SPIFF_CLAIM, P.ALERT_READ, P.ALERT_SETTLE},
    Role.RESELLER_VIEWER: _RESELLER_READS - {P.CREDIT_TERMS_READ, P.FUND_READ, P.SPIFF_READ},
}

ADMINISTRATORS: dict[Level, Role] = {
    Level.VENDOR: Role.VENDOR_PROGRAM_MANAGER,
    Level.DISTRIBUTOR: Role.DISTRIBUTOR_ADMIN,
    Level.RESELLER: Role.RESELLER_ADMIN,
}
"The role of each level of which an organisation always keeps one holder."
APPROVES_MONEY = frozenset({Role.VENDOR_FINANCE, Role.DISTRIBUTOR_FINANCE})
"Given only by somebody who holds it; an operator gives the first."


def constitution(level: Level) -> Constitution:
    """What the roles of a level mean to who changes them."""
    governs = frozenset(role.value for role, held in GRANTS.items() if Permission.USER_MANAGE in held)
    return Constitution(ADMINISTRATORS[level].value, frozenset(each.value for each in APPROVES_MONEY), governs)
