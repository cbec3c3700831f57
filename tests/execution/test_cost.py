"""What a document may cost is known before it is executed, and too much is refused."""

from pathlib import Path
from typing import Any

import pytest

from app.execution import cost
from app.execution.limits import Limits
from app.settings import PROJECT
from graphql import get_introspection_query
from tests.execution.reckoning import codes, prepared, refused

QUARTER = {"start": "2026-07-01", "end": "2026-10-01"}


def points(text: str, **variables: Any) -> int:
    """What the document's one operation may cost."""
    made = prepared(text)
    assert made.document is not None, made.errors
    found = made.operation(None)
    assert found is not None
    requested = found.price.requested(variables)
    assert not requested.troubles, requested.troubles
    return requested.points


NESTED = "{ viewer { vendor { agreements(first: %d) { edges { node {"
NESTED += " authorizations(last: %d) { edges { node { id } } } } } } } } }"
AGREEMENTS = "{ viewer { vendor { agreements%s { edges { node { id } } } } } }"


@pytest.mark.parametrize(
    "arguments", ["", "(first: 251)", "(first: 0)", "(last: 251)", "(first: 1, last: 1)", "(first: null)"]
)
def test_a_page_has_a_size_from_1_to_250(arguments: str) -> None:
    (error,) = refused(AGREEMENTS % arguments)
    assert codes([error]) == {"BAD_USER_INPUT"} and error.message.startswith("viewer.vendor.agreements: ")
    assert error.locations


@pytest.mark.parametrize("value", [None, 0, -1, 251, 2**31])
def test_a_page_whose_size_is_a_variable_has_one_too(value: int | None) -> None:
    text = f"query($n: Int) {AGREEMENTS % '(first: $n)'}"
    operation = prepared(text).operation(None)
    assert operation is not None
    (error,) = operation.price.requested({"n": value}).troubles
    assert codes([error]) == {"BAD_USER_INPUT"}
    assert not operation.price.requested({"n": 250}).troubles


def test_a_page_that_is_left_out_needs_no_size() -> None:
    text = "query($n: Int, $with: Boolean!) {"
    text += " viewer { vendor { agreements(first: $n) @include(if: $with) { totalCount } } } }"
    operation = prepared(text).operation(None)
    assert operation is not None
    assert operation.price.requested({"with": False}) == (2, [])
    assert len(operation.price.requested({"with": True}).troubles) == 1


def test_every_object_costs_a_point_and_pages_multiply() -> None:
    assert points("{ viewer { roles } }") == 1
    assert points("{ viewer { vendor { id } } }") == 2
    # viewer, vendor, the connection; ten edges with a node each
    assert points(AGREEMENTS % "(first: 10)") == 3 + 10 * 2
    assert points(NESTED % (20, 25)) == 3 + 20 * (2 + 1 + 25 * 2)


def test_a_page_info_is_one_object_and_a_count_costs_ten_points_for_each_list() -> None:
    assert points("{ viewer { vendor { agreements(first: 250) { pageInfo { hasNextPage } } } } }") == 4
    assert points("{ viewer { vendor { agreements(first: 250) { totalCount } } } }") == 3 + 10
    counts = (
        "{ viewer { vendor { agreements(first: 20) { edges { node { authorizations(first: 1) { totalCount } } } } } } }"
    )
    assert points(counts) == 3 + 20 * (2 + 1 + 10)


def test_ids_multiply_by_how_many_they_are() -> None:
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Vendor { id } } }"
    assert points(text, ids=["x"] * 7) == 7
    assert points('{ nodes(ids: ["a", "b"]) { id } }') == 2


def test_a_list_without_pages_counts_ten() -> None:
    assert points("{ viewer { vendor { identifiers { value } } } }") == 2 + 10


CUBE = (
    "query($period: DateRangeInput!, $by: [SalesDimension!]!) { viewer { vendor { network {"
    " sales(period: $period, by: $by, first: 10) { %s } } } } }"
)


def test_analytics_count_by_what_they_scan() -> None:
    rows = CUBE % "edges { node { currency } }"
    assert points(rows, period=QUARTER, by=[]) == 4 + 20 + 10 * 3
    assert points(rows, period=QUARTER, by=["MONTH", "PRODUCT"]) == 4 + 20 + 10 * 3 * 3
    counted = CUBE % "totalCount edges { node { currency } }"
    assert points(counted, period=QUARTER, by=["MONTH"]) == points(rows, period=QUARTER, by=["MONTH"]) + 10 * 3 * 2


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-01", "2026-02-01", 1),
        ("2026-01-15", "2026-02-15", 2),
        ("2026-01-01", "2027-01-01", 12),
        ("2026-01-31", "2026-01-31", 1),
        ("2000-01-01", "2026-01-01", 120),
        ("soon", "later", 120),
    ],
)
def test_a_period_counts_the_months_it_touches_at_most_ten_years(start: str, end: str, months: int) -> None:
    assert cost.months({"start": start, "end": end}) == months


def test_what_is_skipped_or_not_included_costs_nothing() -> None:
    text = (
        "query($with: Boolean! = true) { viewer { vendor @include(if: $with) { id } distributor @skip(if: $with) { id }"
        " reseller @include(if: false) { id } } }"
    )
    assert points(text) == 2 and points(text, **{"with": False}) == 2
    both = "query($a: Boolean!, $b: Boolean!) { viewer { vendor @include(if: $a) { id } vendor @include(if: $b) { name } } }"
    assert [points(both, a=a, b=b) for a in (False, True) for b in (False, True)] == [1, 2, 2, 2]


def test_fields_with_one_answer_key_are_paid_once() -> None:
    text = "{ viewer { vendor { id } ...V ... on Viewer { vendor { country } } } } fragment V on Viewer { vendor { name } }"
    assert points(text) == 2


def test_a_variable_counts_as_its_worst_case_where_its_value_is_not_known() -> None:
    text = "query($n: Int!, $period: DateRangeInput!, $by: [SalesDimension!]!) { viewer { vendor { network {"
    text += " sales(period: $period, by: $by, first: $n) { edges { node { currency } } } } } } }"
    operation = prepared(text).operation(None)
    assert operation is not None
    assert operation.price.worst() == 4 + 250 * 2 + 10 * 120 * 7
    assert points(AGREEMENTS.replace("{", "query($n: Int = 5) {", 1) % "(first: $n)") == 3 + 5 * 2


def test_trying_a_rule_costs_by_the_months_of_its_period() -> None:
    text = """query($input: BacktestInput!) { viewer { vendor { network {
      backtest(input: $input) { lines payouts(first: 10) { edges { node { lines } } } } } } } }"""

    def cost(end: str) -> int:
        return points(text, input={"period": {"start": "2025-01-01", "end": end}})

    assert cost("2026-01-01") - cost("2025-02-01") == 11 * 120
    assert cost("2025-02-01") > 120


def test_an_act_costs_ten_points_and_one_for_each_entry_of_its_input() -> None:
    text = "mutation($input: CreateProductsInput!) { createProducts(input: $input) { products { id } } }"
    assert points(text, input={"products": [{}] * 3}) == 10 + 3 + 1 + 10
    assert points(text, input={"products": [{}] * 40}) == 10 + 40 + 1 + 40


def test_introspection_costs_about_as_many_points_as_the_schema_has_objects() -> None:
    assert 1_000 < points(get_introspection_query()) < 30_000
    deeper = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    assert "introspection depth" in refused(deeper)[0].message


def test_a_cost_bomb_is_told_where_its_cost_lies() -> None:
    operation = prepared(NESTED % (250, 250)).operation(None)
    assert operation is not None
    spent = operation.price.requested({}).points
    refusal = operation.price.over({}, spent, 50_000)
    assert codes([refusal]) == {"COST_LIMIT"}
    assert "125,753 points" in refusal.message and "50,000" in refusal.message
    assert "viewer.vendor.agreements.edges.node.authorizations (250 × 250)" in refusal.message
    assert refusal.extensions == {
        "code": "COST_LIMIT",
        "requested": 125_753,
        "limit": 50_000,
        "heaviest": "viewer.vendor.agreements.edges.node.authorizations",
    }


@pytest.mark.parametrize(
    "file", sorted((PROJECT / "graphql" / "operations").rglob("*.graphql")), ids=lambda file: file.stem
)
def test_every_operation_of_the_contract_is_within_the_limits_at_its_worst(file: Path) -> None:
    made = prepared(file.read_text())
    assert made.document is not None, made.errors
    for operation in made.operations.values():
        assert 0 < operation.price.worst() <= Limits().cost


def test_the_objects_of_an_answer_are_counted_by_the_keys_they_stand_under() -> None:
    text = "{ viewer { client { id } roles vendor { agreements(first: 9) { totalCount edges { node { id } } } } }"
    text += " nodes(ids: []) { id } }"
    operation = prepared(text).operation(None)
    assert operation is not None
    answer = {
        "viewer": {
            "client": None,
            "roles": ["VENDOR_ANALYST"],
            "vendor": {"agreements": {"totalCount": 7, "edges": [{"node": {"id": "a"}}, {"node": None}, None]}},
        },
        "nodes": [None, {"id": "b"}],
    }
    assert cost.objects_in(answer, operation.price.answers) == 3 + 2 + 1 + 1


ROWS = "edges { node { currency %s } }"


def test_what_analytics_are_compared_with_and_their_totals_are_read_once_more() -> None:
    once = points(CUBE % (ROWS % ""), period=QUARTER, by=["MONTH"]) - 4 - 20
    assert once == 10 * 3 * 2
    compared = (
        CUBE % (ROWS % "previous { currency } ...Also") + " fragment Also on SalesRow { sameSpanLastYear { currency } }"
    )
    assert points(compared, period=QUARTER, by=["MONTH"]) == 4 + 20 + 20 + once * 3
    totals = CUBE % ("totals { currency } " + ROWS % "")
    assert points(totals, period=QUARTER, by=["MONTH"]) == 4 + 20 + 10 + once * 2


def test_analytics_by_days_and_those_that_only_lines_can_answer_cost_more() -> None:
    rows = CUBE % (ROWS % "")
    once = points(rows, period=QUARTER, by=["MONTH"]) - 4 - 20
    assert points(rows, period=QUARTER, by=["DAY"]) == points(rows, period=QUARTER, by=["WEEK"]) == 4 + 20 + once * 2
    for finer in ('convertTo: "EUR"', "valuation: PURCHASE_COST"):
        assert points(rows.replace("first: 10", f"first: 10, {finer}"), period=QUARTER, by=["MONTH"]) == 24 + once * 4
    at_book = rows.replace("first: 10", "first: 10, valuation: REPORTED_RESALE")
    assert points(at_book, period=QUARTER, by=["MONTH"]) == 24 + once
    assert points(CUBE % (ROWS % "invoices"), period=QUARTER, by=["MONTH"]) == 24 + once * 4
    past = rows.replace("network {", 'network(asOf: "2026-01-01T00:00:00Z") {')
    assert points(past, period=QUARTER, by=["DAY"]) == 24 + once * 4
    varying = past.replace('"2026-01-01T00:00:00Z"', "$then").replace("query(", "query($then: DateTime, ")
    assert points(varying, period=QUARTER, by=["MONTH"], then=None) == 24 + once
    assert points(varying, period=QUARTER, by=["MONTH"], then="2026-01-01T00:00:00Z") == 24 + once * 4


def test_the_lines_of_a_row_cost_what_reading_its_days_does_however_often_they_are_asked_for() -> None:
    rows, below = CUBE % (ROWS % ""), "lines(first: 5) { edges { node { id } } } "
    plain, a_page = points(rows, period=QUARTER, by=["MONTH"]), 1 + 5 * 2
    assert points(CUBE % (ROWS % below), period=QUARTER, by=["MONTH"]) == plain + 10 * (a_page + 10 * 3)
    twice = below + "more: sellInLines(first: 5) { totalCount edges { node { id } } } "
    counted = 10 * 3
    assert points(CUBE % (ROWS % twice), period=QUARTER, by=["MONTH"]) == plain + 10 * (2 * (a_page + 10 * 3) + counted)
    many = CUBE % (ROWS % " ".join(f"a{n}: lines(first: 1) {{ totalCount }}" for n in range(25)))
    assert points(many, period={"start": "2024-01-01", "end": "2026-01-01"}, by=["MONTH"]) > 25 * 10 * 10 * 24
