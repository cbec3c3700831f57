"""What breadth-first execution answers, written down case by case; each case is also what graphql-core answers."""

import time
from typing import Any

import pytest
from strawberry import ID

from app.access.roles import Permission
from app.execution.breadth_first import NotTaken
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.programme.terms import Level
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, parse
from tests.execution import faulty
from tests.execution.both import Both, compare, told
from tests.execution.faulty_values import Faulty
from tests.execution.tree import BOTH, EVERYTHING, Answer, Item, Open, Planted, Secret, ask

VIEWER = frozenset({Permission.VIEWER_READ})
BAD, INTERNAL, FORBIDDEN = "BAD_USER_INPUT", "INTERNAL", "FORBIDDEN"


async def test_keys_stand_in_the_order_of_the_document_and_fields_asked_twice_are_merged() -> None:
    tree = Item(name="a", items=[Item(name="b", maybe="c")])
    answer = await ask(
        "{ root { z: name ...F __typename items { maybe } } } fragment F on Item { items { name } a: name }", tree
    )
    assert answer.data == {"root": {"z": "a", "items": [{"name": "b", "maybe": "c"}], "a": "a", "__typename": "Item"}}
    assert list(answer.data["root"]) == ["z", "items", "a", "__typename"]


async def test_a_value_that_may_not_be_null_takes_with_it_everything_up_to_what_may() -> None:
    deep = Item(items=[Item(), Item(sure=Item(sure=Item(name=None)))])  # type: ignore[arg-type]
    answer = await ask("{ root { kin { items { name sure { sure { name } } } } name } }", Item(found=deep))
    assert answer == Answer(
        {"root": {"kin": None, "name": "name"}},
        [("root.kin.items.0.sure", INTERNAL)],
        [("root", 1), ("kin", 1)],
    )


async def test_null_at_the_top_leaves_no_data() -> None:
    assert (await ask("{ root { sure { name } } }", Item())).data == {"root": None}


async def test_objects_of_one_list_that_break_at_different_fields_each_become_null_by_themselves() -> None:
    def broken(**values: object) -> Item:
        return Item(**{"sure": Item(), "items": [], **values})  # type: ignore[arg-type]

    tree = Item(
        maybe_items=[
            broken(),
            broken(name=None),
            broken(maybe="kept"),
            broken(sure=None),
            broken(items=[None]),
            None,
            broken(maybe=KeyError("nothing to see")),
            broken(maybe="last"),
        ]
    )
    answer = await ask("{ root { maybeItems { name sure { name } items { name } maybe kin { name } } } }", tree)
    rest: dict[str, Any] = {"name": "name", "sure": {"name": "name"}, "items": [], "kin": None}
    whole: dict[str, Any] = {"name": "name", "sure": {"name": "name"}, "items": [], "maybe": None, "kin": None}
    assert answer.data["root"]["maybeItems"] == [
        whole,
        None,
        {**whole, "maybe": "kept"},
        None,
        None,
        None,
        {**rest, "maybe": None},
        {**whole, "maybe": "last"},
    ]
    assert sorted(answer.errors) == [
        ("root.maybeItems.1.name", INTERNAL),
        ("root.maybeItems.3.sure", INTERNAL),
        ("root.maybeItems.4.items.0", INTERNAL),
        ("root.maybeItems.6.maybe", INTERNAL),
    ]
    assert answer.batches == [("root", 1), ("kin", 4)]


async def test_each_null_has_one_error_however_much_was_lost_with_it() -> None:
    lost = [Item(maybe=KeyError("lost with the list"), name=None) for _ in range(3)]  # type: ignore[arg-type]
    answer = await ask("{ root { kin { items { maybe name } } } }", Item(found=Item(items=lost)))
    assert answer.data == {"root": {"kin": None}}
    assert answer.errors == [("root.kin.items.0.name", INTERNAL)]


async def test_an_item_of_a_list_of_lists_is_found_by_its_whole_path() -> None:
    tree = Item(maybe_items=[Item(grid=[[], [1], [], [2, 3]]), Item(grid=[[], [1, 2], [3, "x", "y"]])])  # type: ignore[list-item]
    answer = await ask("{ root { maybeItems { grid } } }", tree)
    assert answer.data == {"root": {"maybeItems": [{"grid": [[], [1], [], [2, 3]]}, {"grid": None}]}}
    assert answer.errors == [("root.maybeItems.1.grid.2.1", INTERNAL)]


async def test_a_batch_that_raises_fails_for_every_parent_and_says_nothing_of_what_is_inside() -> None:
    answer = await ask("{ root { lost maybeItems { lost name } } }", Item(maybe_items=[Item(), Item(name="b")]))
    assert answer.data == {
        "root": {"lost": None, "maybeItems": [{"lost": None, "name": "name"}, {"lost": None, "name": "b"}]}
    }
    assert answer.errors == [(f"root.{path}lost", INTERNAL) for path in ("", "maybeItems.0.", "maybeItems.1.")]


async def test_a_batch_with_too_few_answers_fails_for_every_parent() -> None:
    answer = await ask("{ root { maybeItems { tooFew } } }", Item(maybe_items=[Item(), Item(), Item()]))
    assert answer.data == {"root": {"maybeItems": [{"tooFew": None}] * 3}}
    assert answer.errors == [(f"root.maybeItems.{n}.tooFew", INTERNAL) for n in range(3)]


async def test_exceptions_among_a_batchs_answers_fail_where_they_stand() -> None:
    tree = Item(maybe_items=[Item(found=Item(name="found")), Item(found=bad_input("Not so.")), Item()])
    answer = await ask("{ root { maybeItems { kin { name } } } }", tree)
    assert answer.data == {"root": {"maybeItems": [{"kin": {"name": "found"}}, {"kin": None}, {"kin": None}]}}
    assert answer.errors == [("root.maybeItems.1.kin", BAD)]


async def test_an_object_that_may_not_be_read_is_an_error_and_its_neighbours_are_not() -> None:
    tree = Item(kinds=[Open(id="a"), Secret(id="b")])  # type: ignore[arg-type]
    answer = await ask("{ root { openNodes { id } } }", tree, permissions=VIEWER)
    assert answer.data == {"root": {"openNodes": [[{"id": "a"}, None], [{"id": "a"}, None]]}}
    assert answer.errors == [(f"root.openNodes.{n}.1", FORBIDDEN) for n in range(2)]
    assert (await ask("{ root { nodes { id } } }", tree, permissions=VIEWER)).data == {"root": None}
    assert (await ask("{ root { nodes { id } } }", tree)).errors == []


async def test_an_object_that_may_not_be_read_in_a_plain_list_is_an_error_and_its_neighbours_are_not() -> None:
    tree = Item(shown=[Open(id=ID("a")), Secret(id=ID("b")), None])
    answer = await ask("{ root { shown { id } } }", tree, permissions=VIEWER)
    assert answer.data == {"root": {"shown": [{"id": "a"}, None, None]}}
    assert answer.errors == [("root.shown.1", FORBIDDEN)]


async def test_what_a_level_never_sees_is_null_and_no_refusal_is_told() -> None:
    tree = Item(secret=Secret(id=ID("a")))
    answer = await ask("{ root { name secret { id } } }", tree, permissions=VIEWER, level=Level.RESELLER)
    assert (answer.data, answer.errors) == ({"root": {"name": "name", "secret": None}}, [])
    answer = await ask("{ root { name secret { id } } }", tree, permissions=VIEWER, level=Level.VENDOR)
    assert (answer.data, answer.errors) == ({"root": {"name": "name", "secret": None}}, [("root.secret", FORBIDDEN)])
    answer = await ask("{ root { name sureSecret { id } } }", tree, permissions=VIEWER, level=Level.RESELLER)
    assert (answer.data, answer.errors) == ({"root": None}, [("root.sureSecret", FORBIDDEN)])


async def test_wrong_arguments_are_told_before_missing_permissions_and_these_before_anything_is_read() -> None:
    document, both = parse("query ($many: Int = 2) { betas(many: $many) { id } }"), Both(faulty.schema)
    for variables, expected in (({"many": None}, BAD), ({}, FORBIDDEN)):
        request = Faulty(1, 0.0, VIEWER)
        result = await both.breadth_first(request, both.planned(document, None), variables)
        compare(result, await both.graphql_core(request, document, variables, None), set())
        assert [code for _, code, *_ in map(told, result.errors or ())] == [expected]


async def test_a_variable_that_decides_what_is_included_may_change_from_one_request_to_the_next() -> None:
    document = parse(
        "query ($a: Boolean!, $b: Boolean = true) { root { name @skip(if: $a) m: maybe @include(if: $b) } }"
    )
    planned, tree = BOTH.planned(document, None), Item(maybe="m")
    for a in (True, False):
        for b in (True, False, None):
            variables = {"a": a, "b": b} if b is not None else {"a": a}
            result = await BOTH.breadth_first(Planted(tree, EVERYTHING), planned, variables)
            assert result.data == {"root": {**({} if a else {"name": "name"}), **({} if b is False else {"m": "m"})}}


async def test_more_combinations_than_are_kept_are_answered_rightly() -> None:
    names = [f"v{n}" for n in range(6)]
    fields = " ".join(f"{name}: name @include(if: ${name})" for name in names)
    document = parse(f"query ({', '.join(f'${name}: Boolean!' for name in names)}) {{ root {{ name {fields} }} }}")
    planned = BOTH.planned(document, None)
    for number in [*range(64), *range(64)]:
        chosen = {name: bool(number >> n & 1) for n, name in enumerate(names)}
        result = await BOTH.breadth_first(Planted(Item(), EVERYTHING), planned, chosen)
        assert result.data is not None
        assert list(result.data["root"]) == ["name", *(name for name in names if chosen[name])]


async def test_null_for_what_decides_is_an_error_where_it_decides() -> None:
    text = "query ($a: Boolean = true) { root { kin { name @include(if: $a) } name } }"
    answer = await ask(text, Item(found=Item()), {"a": None})
    assert answer == Answer({"root": {"kin": None, "name": "name"}}, [("root.kin", BAD)], [("root", 1), ("kin", 1)])
    assert (
        await ask("query ($a: Boolean = true) { root @include(if: $a) { name } }", Item(), {"a": None})
    ).data is None


async def test_what_is_not_taken_is_known_before_anything_is_asked() -> None:
    for text in (
        "{ root { maybeItems { items { kin { slow } } } } }",
        "{ __schema { queryType { name } } }",
        '{ root { name } ...F } fragment F on Query { __type(name: "Item") { name } }',
        "{ root { kin @skip(if: true) { ... { slow } } } }",
    ):
        with pytest.raises(NotTaken):
            BOTH.planned(parse(text), None)


async def test_what_is_nested_deeper_than_python_goes_is_left_to_graphql_core() -> None:
    depth, tree = 190, Item()
    for _ in range(depth):
        tree = Item(items=[tree])
    document = parse("{ root " + "{ items " * depth + "{ name }" + " }" * depth + " }")
    with pytest.raises(NotTaken):
        await BOTH.breadth_first(Planted(tree, EVERYTHING), BOTH.planned(document, None), {})


async def test_fragments_spread_in_one_another_cost_no_more_than_they_are_long() -> None:
    levels = 60
    fragments = [f"fragment F{n} on Item {{ ...F{n + 1} ...F{n + 1} name }}" for n in range(levels)]
    document = parse("{ root { ...F0 } } " + " ".join(fragments) + f" fragment F{levels} on Item {{ name }}")
    began = time.perf_counter()
    result = await BOTH.breadth_first(Planted(Item(), EVERYTHING), BOTH.planned(document, None), {})
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    (node,) = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    named = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    assert Selection((node,), named).names == {"name"}
    assert time.perf_counter() - began < 1
    assert result.data == {"root": {"name": "name"}}
