"""Values of every type for the graph that fails at random places, right ones and wrong ones, as a seed decides."""

import random
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, NewType

import strawberry
from strawberry.scalars import JSON

from app.access.roles import Permission
from app.execution.described import entered, entered_one_of, values, visible
from app.execution.errors import bad_input
from app.execution.request import Request
from app.execution.scalars import CurrencyCode
from app.programme.terms import Level

Whim = NewType("Whim", str)


def write_whim(value: str) -> str | None:
    """Some values it does not write at all."""
    return value.upper() if value != "silence" else None


WHIM: Any = strawberry.scalar(
    name="Whim", description="A text that is loud.", serialize=write_whim, parse_value=lambda value: Whim(str(value))
)


class Asker:
    """Somebody of a level who holds some permissions."""

    def __init__(self, permissions: frozenset[Permission], level: Level = Level.VENDOR) -> None:
        self.permissions, self.level = permissions, level

    def context(self) -> Any:
        raise AssertionError("nothing here reads a database")


class Faulty(Request[Any]):
    """A request whose answers a seed decides. `faults` is how often a value is not what it should be."""

    def __init__(self, seed: int, faults: float, permissions: frozenset[Permission]) -> None:
        super().__init__(Asker(permissions), None, "test", None)  # type: ignore[arg-type]
        self.seed, self.faults = seed, faults

    def fate(self, *about: object) -> random.Random:
        return random.Random(repr((self.seed, about)))


def trouble(fate: random.Random) -> Exception:
    return fate.choice([RuntimeError("broke"), bad_input("Do it otherwise."), KeyError("lost"), ValueError("odd")])


@values
class Colour(StrEnum):
    """An enum of strings."""

    RED = "red"
    "Red."
    GREEN = "green"
    "Green."


@values
class Size(Enum):
    """An enum of numbers."""

    SMALL = 1
    "Small."
    LARGE = 2
    "Large."


@entered
class Inner:
    """An input in another."""

    day: date
    "A day."
    price: Decimal = Decimal("1.5")
    "A price."


@entered
class Given:
    """An input."""

    text: str | None = None
    "A text."
    colours: list[Colour] | None = None
    "Colours."
    inner: Inner | None = None
    "Another input."
    many: list[Inner | None] | None = None
    "More of them."
    size: Size = Size.SMALL
    "A size."


@entered_one_of
class Either:
    """One of two."""

    number: int | None = strawberry.UNSET
    "A number."
    inner: Inner | None = strawberry.UNSET
    "An input."


@visible("viewer:read")
class Leaf:
    """Values of every type."""

    text: str
    "A text."
    maybe_text: str | None
    "A text, or nothing."
    number: int
    "A number."
    maybe_number: int | None
    "A number, or nothing."
    real: float
    "A real number."
    maybe_real: float | None
    "A real number, or nothing."
    truth: bool
    "A truth."
    maybe_truth: bool | None
    "A truth, or nothing."
    identity: strawberry.ID | None
    "An id."
    exact: Decimal
    "A decimal."
    maybe_exact: Decimal | None
    "A decimal, or nothing."
    day: date | None
    "A day."
    moment: datetime
    "A moment."
    currency: CurrencyCode | None
    "A currency."
    colour: Colour
    "A colour."
    maybe_colour: Colour | None
    "A colour, or nothing."
    size: Size | None
    "A size."
    anything: JSON | None
    "Anything."
    whim: Whim
    "Loud."
    maybe_whim: Whim | None
    "Loud, or nothing."
    texts: list[str]
    "Texts."
    maybe_texts: list[str | None] | None
    "Texts, or nothing."
    numbers: list[list[int]] | None
    "Lists of numbers."
    colours: list[list[Colour | None] | None]
    "Lists of colours."
    days: list[date] | None
    "Days."


RIGHT: dict[str, tuple[Any, ...]] = {
    "text": ("a", "b", ""),
    "number": (0, 1, 2**31 - 1, -(2**31)),
    "real": (0.5, -1.0, 1e300),
    "truth": (True, False),
    "identity": ("id", "7"),
    "exact": (Decimal("1.50"), Decimal("-3"), Decimal("1E+3")),
    "day": (date(2026, 1, 31), date(2024, 2, 29)),
    "moment": (datetime(2026, 1, 31, tzinfo=UTC),),
    "currency": (CurrencyCode("EUR"),),
    "colour": (Colour.RED, Colour.GREEN, "red"),
    "size": (Size.SMALL, Size.LARGE),
    "anything": ({"a": [1, None]}, "text", 3, []),
    "whim": (Whim("loud"), Whim("louder")),
    "texts": ([], ["a"], ["a", "b"], ("a", "b"), {"only": 1}.keys()),
    "numbers": ([], [[]], [[1, 2], [3]], [[1], (2, 3)]),
    "colours": ([], [None], [[Colour.RED, None], []], [[Colour.GREEN]]),
    "days": ([], [date(2026, 1, 31)], [date(2026, 1, 31), date(2024, 2, 29)]),
}
WRONG: tuple[Any, ...] = (
    2**40,
    "many",
    "silence",
    float("nan"),
    float("inf"),
    1.0,
    7,
    True,
    "purple",
    b"bytes",
    {"a": 1},
    [None],
    ["a", None],
    [[None], None],
    [[1, "x"], [2]],
    object,
    Size.LARGE,
    Colour.RED,
    Decimal("NaN"),
)


def make_leaf(request: Faulty, key: str) -> Leaf:
    """Some values, a few of them wrong, null, exceptions, or missing altogether."""
    fate = request.fate("leaf", key)
    made = Leaf(**{each.name: value_of(request, fate, each.name) for each in fields(Leaf)})
    if fate.random() < request.faults / 3:
        delattr(made, fate.choice(fields(Leaf)).name)
    return made


def value_of(request: Faulty, fate: random.Random, name: str) -> Any:
    right, roll = RIGHT[name.removeprefix("maybe_")], fate.random()
    if roll < request.faults:
        return fate.choice([None, trouble(fate), fate.choice(WRONG), [*right[:1], trouble(fate)]])
    return None if name.startswith("maybe_") and roll > 0.8 else fate.choice(right)
