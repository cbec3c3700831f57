"""Every mutation that names an object, with an input that is right but for one id.

The id is of something that the principal may not see, of nothing at all, or no id: the answers must not differ.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id, read_global_id
from app.programme.terms import Level
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, get_named_type
from tests.access.oracle import Oracle
from tests.access.refusals_of_commissions import COMMISSION_ACTS, ERASURE_ACTS, MERGE_ACTS
from tests.access.refusals_of_enablement import ENABLEMENT_ACTS
from tests.access.refusals_of_money import MONEY_ACTS, PERIOD, Act
from tests.access.refusals_of_partners import PARTNER_ACTS
from tests.access.refusals_of_resellers import RESELLER_ACTS
from tests.access.refusals_of_rewards import REWARD_ACTS
from tests.access.refusals_of_steering import STEERING_ACTS

D, V, R = Level.DISTRIBUTOR, Level.VENDOR, Level.RESELLER
_DISCLOSES = {"resalePrice": True, "endCustomer": True, "reseller": True, "creditTerms": True}
_REPORTING = {"cadence": "MONTHLY", "dueDays": 1, "graceDays": 1, "mandatoryFields": [], "formats": ["CSV"]}
_LINE = {"documentNumber": "A", "soldOn": "2026-01-02", "productCode": "A", "resellerAccount": "A", "quantity": "1"}
_COUNT = {"warehouse": "A", "productCode": "A", "countedOn": "2026-01-02", "quantity": "1"}
_NO_PROFILE = {"name": "", "settings": {}, "expectedVersion": 99}
ACTS = (
    *(
        Act(
            D,
            f"{verb}{what}",
            {"period": PERIOD, "source": source},
            {("agreementId",): "DistributionAgreement", **upload},
        )
        for what, line in (("SellThrough", _LINE), ("Inventory", _COUNT))
        for verb in ("submit", "preview")
        for source, upload in (({"lines": [line]}, {}), ({}, {("source", "uploadId"): "Upload"}))
    ),
    Act(D, "cancelSubmission", {}, {("submissionId",): "Submission"}),
    Act(V, "cancelSubmission", {}, {("submissionId",): "Submission"}),
    *(
        Act(V, name, {"period": PERIOD}, {("agreementId",): "DistributionAgreement", ("uploadId",): "Upload"})
        for name in ("submitSellIn", "previewSellIn")
    ),
    Act(
        D,
        "confirmAlias",
        {"code": "A", "meaning": {}},
        {("agreementId",): "DistributionAgreement", ("meaning", "productId"): "Product"},
    ),
    Act(
        D,
        "confirmAlias",
        {"code": "A", "meaning": {}},
        {("agreementId",): "DistributionAgreement", ("meaning", "resellerId"): "Reseller"},
    ),
    Act(
        D,
        "previewAlias",
        {"code": "A", "meaning": {}},
        {("agreementId",): "DistributionAgreement", ("meaning", "productId"): "Product"},
    ),
    Act(
        D,
        "previewAlias",
        {"code": "A", "meaning": {}},
        {("agreementId",): "DistributionAgreement", ("meaning", "resellerId"): "Reseller"},
    ),
    Act(D, "undoAlias", {}, {("aliasId",): "Alias"}),
    *(
        Act(level, name, {**form, **_NO_PROFILE}, {("agreementId",): "DistributionAgreement"})
        for name, form in (("saveColumnMapping", {}), ("saveReportProfile", {"format": "X12"}))
        for level in (V, D)
    ),
    *(Act(level, "retireReportProfile", {}, {("profileId",): "ReportProfile"}) for level in (V, D)),
    *(
        Act(level, name, {"kind": "SELL_IN"}, {("agreementId",): "DistributionAgreement", ("uploadId",): "Upload"})
        for name in ("proposeReportProfile", "previewReportProfile")
        for level in (V, D)
    ),
    *(
        Act(
            level,
            "resolveHeldRows",
            {"decision": "DISMISS", "hold": "OUTSIDE_AGREEMENT_DATES", "held": {"rows": [{"row": 1}]}, "reason": "A"},
            {("agreementId",): "DistributionAgreement", ("held", "rows", 0, "submissionId"): "Submission"},
        )
        for level in (V, D)
    ),
    Act(
        V,
        "createAgreement",
        {
            "effective": {"start": "2040-01-01", "end": "2041-01-01"},
            "territory": ["DE"],
            "currency": "EUR",
            "timeZone": "UTC",
            "volumePeriod": "YEAR",
            "volumeTiers": [],
            "reporting": {**_REPORTING, "discloses": _DISCLOSES},
        },
        {("distributorId",): "Distributor", ("programId",): "Program"},
    ),
    Act(V, "enrollReseller", {"tierRank": 99}, {("programId",): "Program", ("resellerId",): "Reseller"}),
    Act(V, "decideEnrollment", {"expectedVersion": 99, "reason": "A"}, {("enrollmentId",): "Enrollment"}),
    *(
        Act(V, name, {"expectedVersion": 99, "reason": "A"}, {("enrollmentId",): "Enrollment"})
        for name in ("suspendEnrollment", "reinstateEnrollment")
    ),
    Act(V, "updateProgram", {"expectedVersion": 99, "name": "A"}, {("programId",): "Program"}),
    Act(V, "reviewTiers", {}, {("programId",): "Program"}),
    Act(R, "applyToProgram", {"note": ""}, {("programId",): "Program", ("resellerId",): "Reseller"}),
    Act(R, "withdrawApplication", {"reason": ""}, {("enrollmentId",): "Enrollment"}),
    Act(
        D,
        "authorizeReseller",
        {"reseller": {}, "accounts": ["", "A"]},
        {("agreementId",): "DistributionAgreement", ("reseller", "resellerId"): "Reseller"},
    ),
    Act(
        V,
        "authorizeReseller",
        {"reseller": {}, "accounts": ["", "A"]},
        {("agreementId",): "DistributionAgreement", ("reseller", "resellerId"): "Reseller"},
    ),
    *(
        Act(level, name, given, {("authorizationId",): "ResellerAuthorization"})
        for level in (V, D)
        for name, given in (
            ("updateReseller", {"expectedVersion": 99, "addAccounts": ["A"]}),
            ("suspendReseller", {"reason": ""}),
            ("reinstateReseller", {"reason": ""}),
        )
    ),
    Act(
        V,
        "setPrices",
        {"prices": [{"currency": "EUR", "price": "1", "effectiveFrom": "2000-01-01"}]},
        {("prices", 0, "productId"): "Product"},
    ),
    Act(V, "closeReportingPeriod", {}, {("periodId",): "ReportingPeriod"}),
    Act(V, "reopenReportingPeriod", {}, {("periodId",): "ReportingPeriod"}),
    Act(
        V,
        "setReportingCalendar",
        {"businessDays": True, "holidays": [], "expectedVersion": 99},
        {("agreementId",): "DistributionAgreement"},
    ),
    *(Act(level, "settleAlert", {}, {("alertId",): "Alert"}) for level in (V, D)),
    Act(V, "setProductUnits", {"units": [{"unit": "", "factor": "0"}]}, {("productId",): "Product"}),
    Act(
        V,
        "setBillOfMaterial",
        {"effectiveFrom": "2000-01-01", "components": [{"quantity": "0"}]},
        {("productId",): "Product", ("components", 0, "productId"): "Product"},
    ),
    *MONEY_ACTS,
    *REWARD_ACTS,
    *COMMISSION_ACTS,
    *MERGE_ACTS,
    *ERASURE_ACTS,
    *PARTNER_ACTS,
    *RESELLER_ACTS,
    *ENABLEMENT_ACTS,
    *STEERING_ACTS,
)
"Beside the id that is tried, every input has something else that is wrong, so that nothing is ever done."


def mutations_that_name_objects(schema: GraphQLSchema) -> set[str]:
    """The mutations in whose input an id stands anywhere."""
    assert schema.mutation_type is not None
    return {
        name
        for name, field in schema.mutation_type.fields.items()
        if any(_has_id(argument.type, frozenset()) for argument in field.args.values())
    }


def _has_id(kind: Any, seen: frozenset[str]) -> bool:
    named = get_named_type(kind)
    if named.name == "ID":
        return True
    if not isinstance(named, GraphQLInputObjectType) or named.name in seen:
        return False
    return any(_has_id(field.type, seen | {named.name}) for field in named.fields.values())


def document(act: Act, schema: GraphQLSchema) -> str:
    """Asks what there is to put right: of the whole and, where each object is answered by itself, of each."""
    assert schema.mutation_type is not None
    field = schema.mutation_type.fields[act.name]
    wrong, payload = "userErrors { field code message }", get_named_type(field.type)
    assert isinstance(payload, GraphQLObjectType)
    each = f" decisions {{ enrollment {{ id }} {wrong} }}" if "decisions" in payload.fields else ""
    return f"mutation($input: {field.args['input'].type}) {{ {act.name}(input: $input) {{ {wrong}{each} }} }}"


def variants(
    act: Act, oracle: Oracle, everything: dict[str, list[str]], uploads: list[str], network: UUID | None = None
) -> Iterator[list[dict[str, Any]]]:
    """For each id of the act: inputs that differ in this id alone, all of which the principal cannot tell apart. The other
    ids are of one network, where that is said."""
    for path, kind in act.ids.items():
        foreign = uploads if kind == "Upload" else [gid for gid in everything[kind] if gid not in oracle.objects]
        nothing = [global_id(kind, Key(vendor, uuid4())) for vendor in _networks(oracle)]
        for others in (visible_ids(act, oracle, path, network),):
            yield [_with(act, {**others, path: gid}) for gid in [*foreign, *nothing, "", "nonsense", uploads[0][:-3]]]


def visible_ids(
    act: Act, oracle: Oracle, but: tuple[str | int, ...], network: UUID | None
) -> dict[tuple[str | int, ...], str]:
    """Ids that the principal may see, for all places but one; of one network, where that is said."""
    found = {}
    for path, kind in act.ids.items():
        seen = [(gid, read) for gid in oracle.objects if (read := read_global_id(gid)) and read.type_name == kind]
        own = [gid for gid, read in seen if network in {None, read.key.vendor_id}]
        if path != but:
            found[path] = own[-1] if own else global_id(kind, Key(UUID(int=1), UUID(int=1)))
    return found


def _networks(oracle: Oracle) -> list[UUID]:
    return [each.id for each in oracle.made.vendors] + [uuid4()]


def _with(act: Act, ids: dict[tuple[str | int, ...], str]) -> dict[str, Any]:
    given: dict[str, Any] = _copy(act.given)
    for path, gid in ids.items():
        place: Any = given
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = gid
    return given


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(each) for name, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value
