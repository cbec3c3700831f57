"""Why figures of random networks changed, line by line: what brought each line that counts; see `oracle_of_steering`."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from app.execution.identifiers import global_id
from tests.access.figures import Line, amount, book_amount, money, text, units
from tests.access.networks import Alias, Networks
from tests.access.proof import line_ids

Fields = dict[str, Any]


def change_of(made: Networks, kind: str, lines: list[Line], sees: Callable[[Alias], bool]) -> list[Fields]:
    """Everything that these lines changed, cause by cause, and the sum; nothing counted before, and none has ended. Aliases
    that are not to be seen are causes that nothing leads to."""
    from tests.access.oracle_of_reports import ANY

    causes: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        causes.setdefault(_cause(made, line), []).append(line)
    hidden = {global_id("Alias", each.key) for each in made.aliases if not sees(each)}
    name = "lines" if kind == "SellThroughLine" else "sellInLines"
    found: list[Fields] = [
        {
            "kind": word,
            "cause": None if cause in hidden else cause,
            "knownAt": ANY,
            "currency": "EUR",
            **_worth(kind, own),
            "unvaluedUnits": "0",
            "addedLines": len(own),
            "endedLines": 0,
            f"{name}_added": line_ids(kind, own),
            f"{name}_ended": [],
        }
        for (word, cause), own in causes.items()
    ]
    return [*found, {"sums": [_sum(kind, lines)] if lines else []}]


def _worth(kind: str, lines: Iterable[Line]) -> Fields:
    value = book_amount if kind == "SellThroughLine" else amount
    own = list(lines)
    return {
        "units": text(sum((units(row) for _, row in own), Fraction())),
        "amount": money(sum((value(row) for _, row in own), Fraction())),
    }


def _sum(kind: str, lines: list[Line]) -> Fields:
    worth, nothing = _worth(kind, lines), _worth(kind, [])
    told = {"After": worth, "Difference": worth, "Before": nothing}
    values = {f"{name}{when}": value[name] for when, value in told.items() for name in ("units", "amount")}
    return {"currency": "EUR", **values, "linesBefore": 0, "linesAfter": len(lines)}


def _cause(made: Networks, line: Line) -> tuple[str, str]:
    """The report that brought it, unless it waited there for an alias or a decision."""
    report, row = line
    if not row.settled:
        return "REPORT", global_id("Submission", report.key)
    alias = next((each for each in made.aliases if _explains(each, line)), None)
    if alias is not None:
        return "ALIAS_CONFIRMED", global_id("Alias", alias.key)
    decided = next(each for each in made.decisions if row in each.rows)
    return "HELD_ROWS_DECIDED", global_id("HeldDecision", decided.key)


def _explains(each: Alias, line: Line) -> bool:
    report, row = line
    return each.agreement is report.agreement and each.code in {row.code, row.account}
