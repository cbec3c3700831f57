"""A column of leaf values is written as graphql-core writes each of them, whatever stands beside what."""

from typing import Any

import pytest

from app.execution.shapes import write_one, writer
from graphql import GraphQLLeafType, get_named_type, get_nullable_type, is_leaf_type
from tests.execution.faulty import schema
from tests.execution.faulty_values import RIGHT, WRONG, Leaf

VALUES = [None, RuntimeError("an exception"), *WRONG, *(each for values in RIGHT.values() for each in values)]
LEAVES: dict[str, GraphQLLeafType] = {
    named.name: named
    for field in schema._schema.type_map[Leaf.__name__].fields.values()  # type: ignore[attr-defined]
    if is_leaf_type(named := get_named_type(field.type))
}
USUAL = {
    named.name: [each for each in RIGHT[field] if type(each) is type(RIGHT[field][0])]
    for field, definition in schema._schema.type_map[Leaf.__name__].fields.items()  # type: ignore[attr-defined]
    if field in RIGHT and is_leaf_type(named := get_nullable_type(definition.type))
}
"For each type of leaf, right values as features give them."
BROKEN = object()


def written_alone(kind: GraphQLLeafType, value: Any) -> Any:
    if value is None:
        return None
    try:
        if isinstance(value, Exception):
            raise value
        written = kind.coerce_output_value(value)
    except Exception:
        return BROKEN
    return BROKEN if written is None else written


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_a_column_is_written_at_once_only_where_each_value_alone_is_written_the_same(name: str) -> None:
    kind, at_once = LEAVES[name], 0
    for one in VALUES:
        for other in VALUES:
            column = [one, other, one]
            alone = [written_alone(kind, value) for value in column]
            found = writer(kind)(column, set(map(type, column)))
            if found is not None:
                at_once += 1
                assert list(map(repr, found)) == list(map(repr, alone)), f"{column} as {name}"
    assert at_once > 3


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_what_is_not_written_at_once_is_written_value_by_value_or_refused(name: str) -> None:
    def written_by_itself(value: Any) -> Any:
        try:
            return write_one(LEAVES[name], value)
        except Exception:
            return BROKEN

    for value in VALUES:
        if value is not None and not isinstance(value, Exception):
            assert repr(written_by_itself(value)) == repr(written_alone(LEAVES[name], value))


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_a_column_of_right_values_is_written_at_once_with_nulls_among_them_or_not(name: str) -> None:
    usual = USUAL[name]
    for column in (usual, [*usual, None], [None], []):
        assert writer(LEAVES[name])(column, set(map(type, column))) == [
            written_alone(LEAVES[name], value) for value in column
        ]
