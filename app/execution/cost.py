"""What a request may cost, known before anything of it is executed.

One point for each object that the answer may hold. What leads to objects multiplies: a page by its size (`first` or
`last`), `nodes(ids:)` by the ids, a list without pages by ten. Beside the objects cost:

- a sum over facts (a field with `period`): one point for each calendar month of the period; where it is also grouped
  (`by`), ten for each month, and ten more for each dimension and month, times what it has to read: twice as much by
  DAY or WEEK and where stock is rolled forward (opening units, a sell-through rate), four times as much where only lines
  can answer (`asOf`, `convertTo`, a PURCHASE_COST, an average price, a number of invoices); and all of it once more for
  each of `previous`, `sameSpanLastYear` and `totals` that is asked of it;
- the changes of such a sum (a field with `period` and `between`): forty points for each calendar month of the period;
- sales under incentives held against a baseline (a `comparison` below a field with `against`): twenty points for each
  incentive of the page and calendar month;
- a forecast (a field `by` so many `months`): as a sum over 48 months by one dimension more, and 300 points for each part;
- a rule that is tried (a field whose `input` has a `period`): 120 points for each calendar month of the period;
- the lines of a row of such a sum: ten points for each row and calendar month of the period, and one for each line;
- `totalCount`: ten points for each list counted, or the sum over facts once more where that is dearer;
- an act (a field of Mutation): ten points, and one for each entry of the lists in its input;
- introspection: each list by how long it is in this schema.

What `@skip` and `@include` leave out costs nothing. A variable counts with the value it was sent with; where that is not
known, a page counts 250, a period ten years, and a list of dimensions six.

A request is heavy where its grouped sums cost more than a few months by one dimension do, or where all of it costs more
than any ordinary page: it then waits for other heavy ones, and quick ones do not wait for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from app.execution.connections import LARGEST_PAGE
from app.execution.errors import ErrorCode, Fault
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)

Variables = Mapping[str, Any]
Amount = Callable[[Variables], int]
"""How much, for these values of the variables. `constant` says where it is always the same."""

OF_DAYS, OF_LINES = 2, 4
"How much more than months it takes to read days, and lines."
FINE_PERIODS = frozenset({"DAY", "WEEK"})
READ_FROM_LINES = frozenset({"averageSellingPrice", "averagePrice", "invoices"})
"Fields that no rollup holds."
READ_BY_DAY = frozenset({"openingUnits", "sellThroughRate", "sellThroughRateLacks"})
"Fields for which stock is rolled forward, day by day."
LINES = frozenset({"lines", "sellInLines"})
"Fields of a row that are the lines it is the sum of."
READ_AGAIN = frozenset({"previous", "sameSpanLastYear", "totals"})
"Fields that are sums of their own."
SHORT_LIST = 10
SCAN = 10
COUNT = 10
ACT = 10
HEAVY_SCAN = 100
"Points of grouped sums above which a request is heavy: a quarter by two dimensions costs 90."
HEAVY_ANSWER = 25_000
"Points of all of it above which a request is heavy."
TRIED = 120
"Points for each month over which a rule is tried: as for a sum over lines by two dimensions."
REMEMBERED = 48
"Months of the past that a forecast goes by, and those by which its parts are ranked."
EXTRAPOLATED = 300
"Points for each part whose next months are forecast: every method is tried on its past."
MOST_FORECAST = 10
"More parts than these a page of forecasts refuses."
MOST_MONTHS = 120
MOST_DIMENSIONS = 6
Condition = frozenset[tuple[str, bool]]
"""What variables have to be for a selection to take part: all of it. An empty one always holds."""


class Unknown:
    """Stands where the value of a variable is not known."""


UNKNOWN = Unknown()


@dataclass(slots=True)
class Priced:
    """One answer key of the document, wherever it is selected: how many objects for each parent, and what else it costs."""

    path: tuple[str, ...]
    conditions: frozenset[Condition]
    times: Amount | int = 1
    objects: int = 1
    extra: Amount | int = 0
    below: list["Priced"] = field(default_factory=list)
    scans: bool = False
    "Whether `extra` is what a grouped sum has to read."
    reads: bool = False
    "Whether it scans, or anything below does."
    fixed: int = 0
    "What of `below` costs the same whatever the variables are."
    varying: list["Priced"] = field(default_factory=list)
    "The rest of `below`."

    def settle(self) -> None:
        """Add up what does not vary. Its children are settled already."""
        self.reads = self.scans or any(each.reads for each in self.below)
        self.varying = [each for each in self.below if each.constant is None]
        self.fixed = self.objects + sum(each.constant or 0 for each in self.below)

    @property
    def constant(self) -> int | None:
        """The cost for each parent where no variable changes it."""
        if self.varying or not isinstance(self.times, int) or not isinstance(self.extra, int):
            return None
        return self.times * self.fixed + self.extra if always(self.conditions) else None

    def cost(self, variables: Variables) -> int:
        """The points for each parent."""
        if not holds(self.conditions, variables):
            return 0
        each = self.fixed
        for part in self.varying:
            each += part.cost(variables)
        times, extra = self.times, self.extra
        return (times if isinstance(times, int) else times(variables)) * each + (
            extra if isinstance(extra, int) else extra(variables)
        )

    def scanned(self, variables: Variables) -> int:
        """What of the points for each parent is for grouped sums."""
        if not self.reads or not holds(self.conditions, variables):
            return 0
        times, extra = self.times, self.extra if self.scans else 0
        below = sum(each.scanned(variables) for each in self.below)
        return (times if isinstance(times, int) else times(variables)) * below + (
            extra if isinstance(extra, int) else extra(variables)
        )


def always(conditions: frozenset[Condition]) -> bool:
    """Whether one of the places where it is selected takes part whatever the variables are."""
    return any(not condition for condition in conditions)


def holds(conditions: frozenset[Condition], variables: Variables) -> bool:
    """Whether one of the places where it is selected takes part. What is not known is taken to."""
    for condition in conditions:
        for name, wanted in condition:
            value = variables.get(name, UNKNOWN)
            if value is not UNKNOWN and bool(value) is not wanted:
                break
        else:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one connection in the document. `first` and `last` are what the document says, given the variables."""

    path: tuple[str, ...]
    conditions: frozenset[Condition]
    node: FieldNode
    first: Callable[[Variables], object]
    last: Callable[[Variables], object]
    varies: bool
    "Whether variables decide."

    def size(self, variables: Variables) -> int:
        """How many objects at most. What is no number, or not known, counts as the largest page."""
        first, last = self.first(variables), self.last(variables)
        given = first if first is not None else last
        if isinstance(given, bool) or not isinstance(given, int | float):
            return LARGEST_PAGE
        return max(0, min(int(given), LARGEST_PAGE))

    def trouble(self, variables: Variables) -> GraphQLError | None:
        """What is wrong with it, if anything."""
        first, last = self.first(variables), self.last(variables)
        if UNKNOWN in (first, last):
            return None
        if (first is None) == (last is None):
            return self._wrong(f"say how many: either `first` or `last`, from 1 to {LARGEST_PAGE}.")
        name, given = ("first", first) if first is not None else ("last", last)
        if isinstance(given, int | float) and not isinstance(given, bool) and not 1 <= given <= LARGEST_PAGE:
            return self._wrong(f"`{name}` is from 1 to {LARGEST_PAGE}, not {given}.")
        return None

    def _wrong(self, message: str) -> GraphQLError:
        code = {"code": ErrorCode.BAD_USER_INPUT.value}
        return GraphQLError(f"{'.'.join(self.path)}: {message}", self.node, extensions=code)


class Requested(NamedTuple):
    """What a request may cost at most, and what is wrong with its pages."""

    points: int
    troubles: Sequence[GraphQLError]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one operation. `defaults` are its variables' own."""

    operation: OperationDefinitionNode
    roots: list[Priced]
    pages: list[Page]
    "Those whose size depends on variables."
    defaults: Variables
    fixed: int
    varying: list[Priced]
    answers: "Answers"
    "Where the objects of the answer stand."

    @classmethod
    def of(
        cls, operation: OperationDefinitionNode, roots: list[Priced], pages: list[Page], defaults: Variables
    ) -> "Price":
        fixed = sum(root.constant or 0 for root in roots)
        varying = [root for root in roots if root.constant is None]
        return cls(operation, roots, pages, defaults, fixed, varying, answers_of(roots))

    def requested(self, given: Variables) -> Requested:
        """The points for these variables."""
        if not self.varying and not self.pages:
            return Requested(self.fixed, ())
        variables = {**self.defaults, **given} if self.defaults else given
        points = self.fixed
        for root in self.varying:
            points += root.cost(variables)
        troubles = [
            trouble
            for page in self.pages
            if holds(page.conditions, variables) and (trouble := page.trouble(variables)) is not None
        ]
        return Requested(points, troubles)

    def heavy(self, given: Variables, points: int) -> bool:
        """Whether a request that costs so many points is heavy."""
        if points > HEAVY_ANSWER:
            return True
        variables = {**self.defaults, **given} if self.defaults else given
        return sum(root.scanned(variables) for root in self.roots) > HEAVY_SCAN

    def worst(self) -> int:
        """The points where no variable is known."""
        names = [each.variable.name.value for each in self.operation.variable_definitions or ()]
        return self.requested(dict.fromkeys(names, UNKNOWN)).points

    def over(self, given: Variables, points: int, limit: int) -> Fault:
        """The refusal of a request that costs more than one may; it says where the cost lies and what would lower it."""
        path, sizes = heaviest(self.roots, {**self.defaults, **given})
        multiplied = f" ({' × '.join(map(str, sizes))})" if sizes else ""
        message = (
            f"This may cost {points:,} points, one for each object that it may return; one request may cost {limit:,}. "
            f"Most of it lies in {'.'.join(path)}{multiplied}. Ask for smaller pages (`first`), a shorter period, fewer "
            "dimensions, or in several requests."
        )
        details = {"requested": points, "limit": limit, "heaviest": ".".join(path)}
        return Fault(ErrorCode.COST_LIMIT, message, details)


Answers = dict[str, "Answers"]
"""Under which keys of an answer objects stand, and under which of theirs."""


def answers_of(priced: Sequence[Priced]) -> Answers:
    """Where the objects of the answer stand, whatever the types they are asked of."""
    found: Answers = {}
    for each in priced:
        if each.objects or each.below:
            _merge(found.setdefault(each.path[-1], {}), answers_of(each.below))
    return found


def _merge(into: Answers, other: Answers) -> None:
    for key, below in other.items():
        _merge(into.setdefault(key, {}), below)


def objects_in(data: Mapping[str, Any], answers: Answers) -> int:
    """How many objects an answer holds, counted a key at a time."""
    return _objects([data], answers)


def _objects(holders: Sequence[Any], answers: Answers) -> int:
    number = 0
    for key, below in answers.items():
        found = [value for each in holders if (value := each.get(key)) is not None]
        while found and isinstance(found[0], list):
            found = [value for each in found for value in each if value is not None]
        number += len(found)
        if below and found:
            number += _objects(found, below)
    return number


def heaviest(roots: Sequence[Priced], variables: Variables) -> tuple[tuple[str, ...], list[int]]:
    """Where most of the cost lies, and by what it is multiplied on the way there."""
    path: tuple[str, ...] = ()
    sizes: list[int] = []
    parts: Sequence[Priced] = roots
    while parts:
        dearest = max(parts, key=lambda part: part.cost(variables))
        whole = sum(part.cost(variables) for part in parts)
        if path and dearest.cost(variables) * 2 < whole:
            break
        path = dearest.path
        times = dearest.times if isinstance(dearest.times, int) else dearest.times(variables)
        sizes += [times] if times != 1 else []
        parts = dearest.below
    while path[-1:] in (("edges",), ("node",)):
        path = path[:-1]
    return path, sizes


def months(period: object) -> int:
    """The calendar months that a period touches; what is no period, or longer, counts as ten years."""
    if not isinstance(period, Mapping):
        return MOST_MONTHS
    try:
        start, end = str(period["start"]), str(period["end"])
        found = (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7]) + (end[8:10] != "01")
    except (KeyError, ValueError):
        return MOST_MONTHS
    return max(1, min(found, MOST_MONTHS))


def dimensions(by: object) -> int:
    """How many dimensions a cube is grouped by; what is not known counts as six."""
    if isinstance(by, Unknown):
        return MOST_DIMENSIONS
    return len(by) if isinstance(by, list | tuple) else 1


def detail(by: object, finer: Iterable[object]) -> int:
    """How much more than months a sum has to read: days, or lines where one of `finer` is given, or not known.

    A valuation is finer where it is PURCHASE_COST.
    """
    if any(each not in (None, "BOOK", "REPORTED_RESALE") for each in finer):
        return OF_LINES
    named = by if isinstance(by, list | tuple) else [by]
    return OF_DAYS if FINE_PERIODS.intersection(map(str, named)) else 1


def forecast(by: object, finer: Iterable[object], parts: int) -> int:
    """The points for a forecast of so many parts."""
    return SCAN * REMEMBERED * detail(by, finer) * (2 + dimensions(by)) + EXTRAPOLATED * min(parts, MOST_FORECAST)


def entries(given: object) -> int:
    """How many entries the lists of an act's input have."""
    values: Iterator[object] = iter(given.values()) if isinstance(given, Mapping) else iter(())
    return sum(len(value) for value in values if isinstance(value, list | tuple))


def introspected(schema: GraphQLSchema) -> dict[tuple[str, str], int]:
    """How long the lists of introspection are: of types all, of what a type has the average, at least one."""
    types = list(schema.type_map.values())
    fielded = [t for t in types if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)]
    fields = list(chain.from_iterable(t.fields.values() for t in fielded))

    def average(number: int, of: int) -> int:
        return max(1, -(-number // max(1, of)))

    arguments = sum(len(each.args) for each in fields)
    entered = sum(len(t.fields) for t in types if isinstance(t, GraphQLInputObjectType))
    return {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): average(len(fields), len(types)),
        ("__Type", "interfaces"): 1,
        ("__Type", "possibleTypes"): 1,
        ("__Type", "enumValues"): 2,
        ("__Type", "inputFields"): average(entered, len(types)),
        ("__Field", "args"): average(arguments, len(fields)),
        ("__Directive", "args"): 1,
    }
