"""Where the values of a column stand in the answer. A path is worked out only when an error has to say it.

A column holds one field's values for all objects of a level; its n-th value stands at `path(n)`.
"""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

Path = list[str | int]


class Place(Protocol):
    """Where each value of a column stands."""

    def path(self, n: int) -> Path: ...


class Root:
    """The whole answer."""

    __slots__ = ()

    def path(self, n: int) -> Path:
        return []


class Under:
    """One field of each object."""

    __slots__ = ("_key", "_objects")

    def __init__(self, objects: Place, key: str) -> None:
        self._objects, self._key = objects, key

    def path(self, n: int) -> Path:
        return [*self._objects.path(n), self._key]


class Among:
    """Some of a column's values, named by their places in it."""

    __slots__ = ("_all", "_chosen")

    def __init__(self, everything: Place, chosen: Sequence[int]) -> None:
        self._all, self._chosen = everything, chosen

    def path(self, n: int) -> Path:
        return self._all.path(self._chosen[n])


class Within:
    """The items of all lists of a column, one list after the other."""

    __slots__ = ("_items", "_lists")

    def __init__(self, lists: Place, items: Sequence[Collection[Any]]) -> None:
        self._lists, self._items = lists, items

    def path(self, n: int) -> Path:
        for which, items in enumerate(self._items):
            if n < len(items):
                return [*self._lists.path(which), n]
            n -= len(items)
        raise IndexError(n)
