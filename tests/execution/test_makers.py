"""Objects made by a plain function are those that the constructor makes."""

import pytest
import strawberry

from app.execution.connections import Edge
from app.execution.described import maker, visible
from app.execution.scalars import Money
from tests.execution.tree import Item


@visible("viewer:read")
class Named:
    """Something with a default, and with a field that is answered elsewhere."""

    name: str
    "Its name."
    note: str | None = None
    "What is said of it."

    @strawberry.field(description="Answered object by object.")  # type: ignore[untyped-decorator]
    def shout(self) -> str:
        return self.name.upper()


def test_a_made_object_equals_a_constructed_one() -> None:
    assert maker(Named)(name="a") == Named(name="a", note=None)
    assert maker(Named)(name="a", note="b") == Named(name="a", note="b")
    assert type(maker(Money)(amount=1, currency="EUR")) is Money  # type: ignore[arg-type]
    assert maker(Edge)(node=1, cursor="c") == Edge(node=1, cursor="c")


def test_what_is_missing_or_unknown_is_refused_as_a_constructor_does() -> None:
    for given in ({}, {"name": "a", "size": 1}):
        with pytest.raises(TypeError):
            maker(Named)(**given)  # type: ignore[arg-type]


def test_a_type_whose_constructor_does_more_is_refused() -> None:
    with pytest.raises(TypeError, match="does more than set attributes"):
        maker(Item)
