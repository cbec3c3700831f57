"""The settings of profiles: everything that is wrong with them is told at once, with its code and path."""

import pytest

from app.execution.errors import UserErrorCode
from app.programme.terms import SubmissionFormat
from app.reports.profiles.settings import ImpossibleSettings, as_json, read_settings, settings_schema, stored_profile

CSV, XLSX, X12, EDIFACT = (SubmissionFormat(each) for each in ("CSV", "XLSX", "X12", "EDIFACT"))


def problems(written: SubmissionFormat, given: object) -> list[tuple[str, UserErrorCode]]:
    with pytest.raises(ImpossibleSettings) as refused:
        read_settings(written, given)
    assert all(each.message for each in refused.value.problems)
    return [(".".join(each.path), each.code) for each in refused.value.problems]


@pytest.mark.parametrize("written", [CSV, XLSX, X12, EDIFACT])
def test_settings_survive_being_written_as_json(written: SubmissionFormat) -> None:
    profile = read_settings(written, {})
    assert stored_profile(written, as_json(profile)) == profile == read_settings(written, as_json(profile))
    assert settings_schema(written)["$defs"]


def test_every_problem_of_a_table_is_told_at_once_with_its_path() -> None:
    given = {
        "columns": [{"header": "A", "field": "price"}, {"field": None}, 7],
        "delimiter": "#",
        "skip_lines": "3",
        "bogus": True,
        "constants": {"currency": 5},
    }
    assert sorted(problems(CSV, given)) == [
        ("bogus", UserErrorCode.INVALID),
        ("columns.0.field", UserErrorCode.INVALID),
        ("columns.1.header", UserErrorCode.REQUIRED),
        ("columns.2", UserErrorCode.INVALID),
        ("constants.currency", UserErrorCode.INVALID),
        ("delimiter", UserErrorCode.INVALID),
        ("skip_lines", UserErrorCode.INVALID),
    ]


def test_what_contradicts_itself_is_refused() -> None:
    given = {
        "columns": [
            {"header": "A", "field": "quantity"},
            {"header": " a", "field": "quantity"},
            {"header": " ", "field": None},
        ],
        "returns": {"dialect": "MARKED"},
        "constants": {"currency": "EU", "document_line": "1", "unit": " "},
        "meanings": {"sale_type": {"R": "RETURNED"}},
        "skip_lines": -1,
    }
    assert problems(CSV, given) == [
        ("columns.1.header", UserErrorCode.TAKEN),
        ("columns.1.field", UserErrorCode.TAKEN),
        ("columns.2.header", UserErrorCode.REQUIRED),
        ("returns.header", UserErrorCode.REQUIRED),
        ("returns.values", UserErrorCode.REQUIRED),
        ("constants.currency", UserErrorCode.INVALID),
        ("constants.document_line", UserErrorCode.INVALID),
        ("constants.unit", UserErrorCode.REQUIRED),
        ("meanings.sale_type.R", UserErrorCode.INVALID),
        ("skip_lines", UserErrorCode.INVALID),
    ]
    assert problems(XLSX, {"delimiter": ";", "encoding": "cp1252"}) == [
        ("delimiter", UserErrorCode.INVALID),
        ("encoding", UserErrorCode.INVALID),
    ]
    lonely = {"returns": {"dialect": "OWN_COLUMN"}}
    assert problems(CSV, lonely) == [("returns.dialect", UserErrorCode.INVALID)]


@pytest.mark.parametrize("given", [None, [], "columns", 3])
def test_settings_are_an_object(given: object) -> None:
    assert problems(CSV, given) == [("", UserErrorCode.INVALID)]


def test_impossible_messages_are_refused_with_their_paths() -> None:
    assert problems(X12, {"transfers": {"SA": "GIFT"}, "reseller": [{"qualifier": 5}]}) == [
        ("transfers.SA", UserErrorCode.INVALID),
        ("reseller.0.qualifier", UserErrorCode.INVALID),
    ]
    assert problems(X12, {"return_quantities": ["39"], "reseller": [{"qualifier": "ST", "occurrence": 0}]}) == [
        ("reseller.0.occurrence", UserErrorCode.INVALID),
        ("return_quantities", UserErrorCode.INVALID),
    ]
    assert problems(X12, {"prices": ["unit_price", "segments", "unit_price"]})[0] == ("prices", UserErrorCode.TAKEN)
    assert problems(EDIFACT, {"period": ["90"], "place_is_reseller": "yes"}) == [
        ("period", UserErrorCode.INVALID),
        ("place_is_reseller", UserErrorCode.INVALID),
    ]
    assert problems(EDIFACT, {"product_qualifiers": [], "sale_quantities": []}) == [
        ("sale_quantities", UserErrorCode.REQUIRED),
        ("product_qualifiers", UserErrorCode.REQUIRED),
    ]


def test_settings_beyond_all_measure_are_refused() -> None:
    many = [{"header": f"c{n}", "field": None} for n in range(501)]
    assert problems(CSV, {"columns": many}) == [("columns", UserErrorCode.INVALID)]
    assert problems(CSV, {"constants": {"unit": "x" * 201}}) == [("constants.unit", UserErrorCode.INVALID)]
    assert problems(CSV, {"constants": {"unit": "a\x00b"}}) == [("constants.unit", UserErrorCode.INVALID)]
    deep: object = "x"
    for _ in range(900):
        deep = [deep]
    assert problems(CSV, {"columns": deep, "constants": deep})
