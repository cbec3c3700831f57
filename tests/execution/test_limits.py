"""Documents that are too large are refused before they are validated; those that are not are made ready once."""

import pytest

from app.execution import documents, limits
from app.execution.documents import Documents
from app.execution.limits import Limits, Shape, shapes
from graphql import parse
from tests.execution.reckoning import CORE, codes, prepared, refused


def fan_out(levels: int, spreads: int = 2) -> str:
    """Fragments that spread one another: each level `spreads` times as large as the one below."""
    inner = "".join(f"fragment F{n} on Query {{{f'...F{n + 1} ' * spreads}}}" for n in range(levels))
    return f"{{...F0}}{inner}fragment F{levels} on Query {{viewer {{roles}}}}"


BOMBS = {
    "fan-out": fan_out(20),
    "aliases": "{" + " ".join(f"a{n}: viewer {{ roles }}" for n in range(40)) + "}",
    "aliased leaves": "{ viewer {" + " ".join(f"a{n}: roles" for n in range(75)) + "} }",
    "depth": "{ viewer { vendor {"
    + "agreements(first: 1) { edges { node { vendor {" * 15
    + "id"
    + "} } } }" * 15
    + "} } }",
    "brackets": "{ node(id: " + "[" * 400 + "]" * 400 + ") { id } }",
    "the same field": "{" + "viewer { vendor { id } } " * 36 + "}",
    "unknown fields": "{" + "a " * 440 + "}",
}


@pytest.mark.parametrize("kind", [kind for kind in BOMBS if kind != "the same field"])
def test_a_small_document_that_becomes_large_is_refused(kind: str) -> None:
    assert len(BOMBS[kind]) < 1_000
    assert codes(refused(BOMBS[kind])) == {"COST_LIMIT"}


def test_a_fan_out_is_looked_at_once_for_each_fragment(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    own = limits._own
    monkeypatch.setattr(limits, "_own", lambda chosen: looked_at.append(chosen) or own(chosen))
    assert max(shape.fields for shape in shapes(parse(fan_out(300)))) == 2 * 2**300
    assert len(looked_at) == 302


def test_a_refused_document_is_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "validate", lambda *_, **__: pytest.fail("validated"))
    for kind in ("fan-out", "aliases", "depth"):
        assert codes(refused(BOMBS[kind])) == {"COST_LIMIT"}


def test_fields_that_share_an_answer_key_are_compared_only_so_often() -> None:
    many = "{" + "viewer { vendor { id } } " * 300 + "}"
    (error,) = refused(many)
    assert codes([error]) == {"COST_LIMIT"} and "Select each once" in error.message
    fragments = range(25)
    spread = " ".join(f"...F{n}" for n in fragments)
    colocated = "".join(f"fragment F{n} on Vendor {{ id name country region }}" for n in fragments)
    assert prepared(f"{{ viewer {{ vendor {{ {spread} }} }} }} {colocated}").document is not None


def test_shapes_are_those_of_the_document_with_its_fragments_spread() -> None:
    text = "{ viewer { ...V ... on Viewer { b: roles } } } fragment V on Viewer { vendor { ...N } }"
    text += " fragment N on Vendor { a: id }"
    assert sorted(shapes(parse(text))) == [Shape(1, 1, 1), Shape(2, 1, 2), Shape(4, 2, 3)]


def test_a_fragment_that_spreads_itself_is_told_so() -> None:
    errors = refused("{ ...A } fragment A on Query { viewer { roles } ...B ...B } fragment B on Query { ...A ...A }")
    assert any("within itself" in error.message for error in errors)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{ viewer { roles scopes } }", Limits(tokens=6)),
        ("{ viewer { roles } } " + "# a remark\n" * 50, Limits(tokens=40)),
        ("{ viewer { roles } }" + " " * 100, Limits(characters=100)),
        ("{ viewer { roles } }", Limits(fields=1)),
        ("{ viewer { a: roles } }", Limits(aliases=0)),
        ("{ viewer { vendor { id } } }", Limits(depth=2)),
    ],
)
def test_every_limit_is_a_setting(text: str, limits: Limits) -> None:
    assert prepared(text).document is not None
    assert codes(refused(text, limits)) == {"COST_LIMIT"}


def test_a_refusal_says_how_many_there_are_and_what_would_be_right() -> None:
    (error,) = refused("{" + " ".join(f"a{n}: viewer {{ roles }}" for n in range(40)) + "}")
    assert "40 aliases; 30 are taken" in error.message and "nodes(ids:)" in error.message


def test_names_are_suggested_only_to_who_may_introspect() -> None:
    made = Documents(CORE, Limits())
    (shown,) = made.prepared("{ viewer { role } }", introspection=True).errors
    (hidden,) = made.prepared("{ viewer { role } }", introspection=False).errors
    assert "roles" in shown.message and "roles" not in hidden.message
    refusals = made.prepared("{ __schema { types { name } } }", introspection=False).errors
    assert refusals and all("introspection" in error.message for error in refusals)


def test_a_document_is_made_ready_once() -> None:
    kept = Documents(CORE, Limits())
    first = kept.prepared("{ viewer { roles } }", introspection=True)
    assert kept.prepared("{ viewer { roles } }", introspection=True) is first and kept.made == 1
    kept.prepared("{ viewer { roles } }", introspection=False)
    assert kept.made == 2


def test_documents_are_kept_up_to_a_number_and_an_amount_of_text() -> None:
    kept = Documents(CORE, Limits(), kept=3, kept_characters=100)
    texts = ["{ viewer { roles } }" + " " * n for n in range(4)]
    for text in [*texts[:3], texts[0], texts[3]]:
        kept.prepared(text, introspection=True)
    assert kept.made == 4
    kept.prepared(texts[0], introspection=True)
    assert kept.made == 4, "what was used last is kept"
    kept.prepared(texts[1], introspection=True)
    assert kept.made == 5, "what was not used longest is let go"
    kept.prepared("{ viewer { roles } }" + " " * 75, introspection=True)
    assert len(kept._kept) == 1 and kept._kept.characters == 95
