"""An edge to one object: looked up once for all parents that name it, and not at all where the parent carries it."""

from collections.abc import Sequence
from typing import Any

from app.execution.edges import Selection, batch_of, reference
from tests.execution.tree import EVERYTHING, Item, Planted

NOTHING_SELECTED = Selection((), {})


async def followed(parents: Sequence[Item], carried: Any = None) -> tuple[list[Any], list[list[str]]]:
    """What each parent's name leads to, and which names were looked up together."""
    asked: list[list[str]] = []

    async def named(request: Any, names: Sequence[str]) -> list[str | None]:
        asked.append(list(names))
        return [None if name == "unknown" else name.upper() for name in names]

    batch = batch_of(reference(named, str, key=lambda item: item.maybe, carried=carried, description="The one named."))
    assert batch is not None
    return list(await batch(Planted(None, EVERYTHING), parents, NOTHING_SELECTED)), asked


async def test_each_object_is_looked_up_once_however_many_parents_name_it() -> None:
    parents = [Item(maybe="a"), Item(maybe=None), Item(maybe="b"), Item(maybe="a"), Item(maybe="unknown")]
    assert await followed(parents) == (["A", None, "B", "A", None], [["a", "b", "unknown"]])


async def test_nothing_is_looked_up_where_no_parent_names_anything() -> None:
    assert await followed([Item(), Item()]) == ([None, None], [])


async def test_an_object_that_its_parent_carries_is_not_looked_up() -> None:
    parents = [Item(maybe="a", found="own"), Item(maybe="b", found="other")]
    assert await followed(parents, carried=lambda item: item.found) == (["own", "other"], [])


async def test_where_only_some_parents_carry_it_the_others_are_looked_up() -> None:
    parents = [Item(maybe="a", found="own"), Item(maybe="b"), Item(maybe=None), Item(maybe="b")]
    assert await followed(parents, carried=lambda item: item.found) == (["own", "B", None, "B"], [["b"]])
