"""What random documents over the real graph are made of: valid ids, small pages, cursors that exist, days with sales."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.programme.terms import Level
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from tests.execution.documents import ANY, LEFT_OUT, Argue
from tests.execution.furnished import PERIOD
from tests.execution.furnished_partners import PERSON
from tests.world import World

KEYS = {
    "Vendor": "SELECT id AS vendor_id, id FROM vendor",
    "Distributor": "SELECT vendor_id, id FROM party WHERE kind = 'DISTRIBUTOR'",
    "Reseller": "SELECT vendor_id, id FROM party WHERE kind = 'RESELLER'",
    "Program": "SELECT vendor_id, id FROM program",
    "DistributionAgreement": "SELECT vendor_id, id FROM agreement",
    "ResellerAuthorization": "SELECT vendor_id, id FROM reseller_authorization",
    "Enrollment": "SELECT vendor_id, id FROM enrollment",
    "Product": "SELECT vendor_id, id FROM product ORDER BY id IN (SELECT product_id FROM stock_credit_line) DESC, id",
    "Submission": "SELECT vendor_id, id FROM submission",
    "SellThroughLine": "SELECT vendor_id, submission_id AS id, row_number * 4096 + component + 2048 AS row_number"
    " FROM sell_through_line",
    "SellInLine": "SELECT vendor_id, submission_id AS id, row_number * 4096 + component + 2048 AS row_number"
    " FROM sell_in_line",
    "Alias": "SELECT vendor_id, id FROM alias",
    "ContestedLine": "SELECT vendor_id, id FROM contested_line",
    "HeldDecision": "SELECT vendor_id, id FROM held_decision",
    "ReportingPeriod": "SELECT vendor_id, id, day::date - '0001-01-01'::date + 1 AS row_number FROM agreement,"
    " generate_series('2026-06-01'::timestamp, '2026-09-01', '1 month') AS day",
    "Alert": "SELECT vendor_id, id FROM alert",
    "PartnerLink": "SELECT vendor_id, party_id AS id FROM party_link",
    "OrganizationUser": "SELECT DISTINCT organization_id AS vendor_id, user_id AS id FROM membership",
    "Invitation": "SELECT organization_id AS vendor_id, id FROM invitation",
    "RegisteredClient": "SELECT organization_id AS vendor_id, id FROM oauth_client",
    "Webhook": "SELECT organization_id AS vendor_id, id FROM webhook",
    "Export": "SELECT organization_id AS vendor_id, id FROM export",
    "WebhookDelivery": "SELECT organization_id AS vendor_id, id FROM webhook_delivery",
    "ReportProfile": "SELECT vendor_id, id, version AS row_number FROM report_profile",
    "Incentive": "SELECT i.vendor_id, i.id FROM incentive i JOIN incentive_version v ON v.vendor_id = i.vendor_id"
    " AND v.incentive_id = i.id AND v.version = i.latest_version ORDER BY v.status IN ('DRAFT', 'PROPOSED') DESC, i.id",
    **{
        kind: f"SELECT vendor_id, id FROM {table}"
        for kind, table in (
            ("IncentiveTerm", "incentive_term"),
            ("WorkedExample", "worked_example"),
            ("Statement", "statement"),
            ("StatementRun", "statement_run"),
            ("SpecialPrice", "special_price"),
            ("DebitClaim", "debit_claim"),
            ("StockCredit", "stock_credit"),
            ("Deduction", "deduction"),
            ("DealRegistration", "deal"),
            ("Fund", "fund"),
            ("FundRequest", "fund_request"),
            ("FundClaim", "fund_claim"),
            ("Spiff", "spiff"),
            ("SpiffRep", "spiff_rep"),
            ("Certification", "certification"),
            ("ComplianceDocument", "compliance_document"),
            ("SpiffClaim", "spiff_claim"),
            ("Payout", "payout"),
            ("CommissionPlan", "commission_plan"),
            ("AgentAssignment", "agent_assignment"),
            ("CommissionStatement", "commission_statement"),
            ("Affiliation", "affiliation"),
            ("AffiliationMembership", "affiliation_member"),
            ("Advance", "advance"),
            ("PartnerInvitation", "partner_invitation"),
            ("ApplicationLink", "application_link"),
            ("Application", "application"),
            ("Segment", "segment"),
            ("PartyMerge", "party_merge"),
            ("Erasure", "erasure"),
            ("BusinessPlan", "business_plan"),
            ("BusinessPlanVersion", "business_plan_version"),
            ("PlanActivity", "plan_activity"),
            ("PlanReview", "plan_review"),
        )
    },
}
"Where the keys of each type that has ids are."
FIXED: dict[str, Any] = {
    "period": PERIOD,
    "currency": "EUR",
    "on": "2026-08-01",
    "onDate": "2026-08-01",
    "since": "2020-01-01T00:00:00Z",
}
"Arguments that have to be of this world to find anything."
BY = ("MONTH", "DISTRIBUTOR", "PRODUCT", "PRODUCT_FAMILY")
"Dimensions by which everything can be measured."


async def every_id(world: World) -> dict[str, list[str]]:
    """The ids of everything, by type; of firms also those that they are over all their networks."""
    found = {
        kind: [
            global_id(kind, Key(row["vendor_id"], row["id"], row.get("row_number") or 0))
            for row in await world.connection.fetch(statement)
        ]
        for kind, statement in KEYS.items()
    }
    for name, organization in world.organizations.items():
        if name.startswith(("Dist", "Reseller")):
            kind = "Distributor" if name.startswith("Dist") else "Reseller"
            found[kind].append(global_id(kind, Key(NO_NETWORK, organization)))
    return found


def actors(world: World) -> list[Actor]:
    """Principals of all levels, some of whom may read less than others; one is a person, the others are integrations."""
    integrations = [
        world.actor(level, name, role)
        for level, name, role in (
            (Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER),
            (Level.VENDOR, "Acme", Role.VENDOR_ANALYST),
            (Level.VENDOR, "Acme", Role.VENDOR_FINANCE),
            (Level.VENDOR, "Borealis", Role.VENDOR_PROGRAM_MANAGER),
            (Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN),
            (Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_VIEWER),
            (Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN),
            (Level.RESELLER, "Reseller One", Role.RESELLER_VIEWER),
        )
    ]
    return [replace(integrations[0], client_id=None, user_id=PERSON), *integrations]


def arguing(ids: dict[str, list[str]], cursors: dict[str, list[str]], backwards: bool) -> Argue:
    """How arguments are chosen: for a page forwards or backwards, with a cursor of a list of the same name or without."""
    everything = [each for own in ids.values() for each in own]
    size, beyond = ("last", "before") if backwards else ("first", "after")

    def argue(kind: str, field: str, argument: str, chance: random.Random) -> Any:
        if argument in {"first", "last"}:
            return chance.choice([1, 2, 3, 5]) if argument == size else LEFT_OUT
        if argument in {"after", "before"}:
            known = cursors.get(f"{kind}.{field}")
            return chance.choice(known) if argument == beyond and known and chance.random() < 0.3 else LEFT_OUT
        if argument == "id":
            return chance.choice(everything)
        if argument == "ids":
            return chance.choices(everything, k=chance.choice([0, 1, 4, 8]))
        if argument in FIXED:
            return FIXED[argument]
        if argument == "filter" and chance.random() < 0.8:
            return LEFT_OUT
        return ANY

    return argue


def inputs(ids: dict[str, list[str]]) -> dict[str, str]:
    """What fields are given that need more than days, by the type or the name of the argument."""
    measure = "{basis: SELL_THROUGH, unit: AMOUNT, valuation: BOOK}"
    rule = (
        f'{{kind: VOLUME_REBATE, currency: "EUR", qualifying: {measure}, structure: RETROACTIVE,'
        ' bands: [{threshold: "0", rate: "0.01"}, {threshold: "1000", rate: "0.05"}], payPeriod: MONTH}'
    )
    days = 'period: {start: "2026-01-01", end: "2026-10-01"}'
    return {
        "BacktestInput": f'{{by: {{rule: {rule}}}, {days}, budget: "100"}}',
        "PreviewIncentiveInput": f'{{incentiveId: "{ids["Incentive"][0]}", {days}}}',
        "ExplanationFormat": "CSV",
        "MomentsInput": '{since: "2020-01-01T00:00:00Z"}',
        "ChangedLines": "ADDED",
        "productId": ids["Product"][0],
        "agreementId": ids["DistributionAgreement"][0],
    }


class Expanded:
    """Documents that ask for every field of a type, and of whatever it holds that has no id of its own."""

    def __init__(self, schema: GraphQLSchema, ids: dict[str, list[str]], *, backwards: bool = False) -> None:
        self._schema, self._size, self._given_to = schema, "last" if backwards else "first", inputs(ids)

    def document(self, kind: str, ids: Iterable[str]) -> str:
        listed = ", ".join(f'"{each}"' for each in ids)
        return f"{{ nodes(ids: [{listed}]) {{ __typename ... on {kind} {self.selection(kind)} }} }}"

    def selection(self, name: str) -> str:
        kind = self._schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        return "{ " + " ".join(self._field(key, each) for key, each in kind.fields.items()) + " }"

    def one_by_one(self, name: str) -> list[str]:
        """Selections of one field each: what one asker may not see takes no other field with it."""
        kind = self._schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        return [f"{{ {self._field(key, each)} }}" for key, each in kind.fields.items()]

    def _field(self, name: str, field: GraphQLField) -> str:
        return f"{name}{self._arguments(field)}{self._below(field)}"

    def _below(self, field: GraphQLField) -> str:
        named = get_named_type(field.type)
        if is_leaf_type(named):
            return ""
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return " { __typename }"
        assert isinstance(named, GraphQLObjectType)
        return " { __typename id }" if named.interfaces else f" {self.selection(named.name)}"

    def _arguments(self, field: GraphQLField) -> str:
        given = list(self._given(field))
        return f"({', '.join(given)})" if given else ""

    def _given(self, field: GraphQLField) -> Iterator[str]:
        for name, argument in field.args.items():
            if name == self._size:
                yield f"{name}: 3"
            elif name == "by":
                dimensions = get_named_type(argument.type)
                assert isinstance(dimensions, GraphQLEnumType)
                yield f"by: [{', '.join(each for each in BY if each in dimensions.values)}]"
            elif name == "period":
                yield f'period: {{start: "{PERIOD["start"]}", end: "{PERIOD["end"]}"}}'
            elif name == "fiscalYear":
                yield "fiscalYear: 2026"
            elif name == "calendar":
                yield "calendar: {pattern: WEEKS_4_4_5, closingMonth: 12, yearName: LAST_MONTH}"
            elif name == "convertTo":
                yield 'convertTo: "EUR"'
            elif name == "asOf" and is_required_argument(argument):
                yield 'asOf: "2026-08-01T00:00:00Z"'
            elif name in FIXED:
                yield f'{name}: "{FIXED[name]}"'
            elif get_named_type(argument.type).name in self._given_to:
                yield f"{name}: {self._given_to[get_named_type(argument.type).name]}"
            elif name in self._given_to:
                yield f'{name}: "{self._given_to[name]}"'
