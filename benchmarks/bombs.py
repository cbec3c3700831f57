"""`python -m benchmarks.bombs`: how long it takes to refuse small documents that would become large or dear.

Each has about nine hundred bytes and is made ready anew every time, as when it comes for the first time. The median of
twenty is told; a refusal takes less than a hundred milliseconds.
"""

import sys
import time
from statistics import median

from rich.console import Console
from rich.table import Table

from app.execution.documents import Documents
from app.execution.limits import Limits
from app.schema import schema

REACH = 100.0
TIMES = 20


def fan_out(levels: int) -> str:
    inner = "".join(f"fragment F{n} on Query {{...F{n + 1} ...F{n + 1}}}" for n in range(levels))
    return f"{{...F0}}{inner}fragment F{levels} on Query {{viewer {{roles}}}}"


def nested(levels: int) -> str:
    """Connections in one another, each of 250."""
    down = "authorizations(first: 250) { edges { node { reseller { " * levels
    return (
        "{ viewer { vendor { agreements(first: 250) { edges { node { "
        + down
        + "id"
        + " } } } }" * levels
        + " } } } } } }"
    )


BOMBS = {
    "fan-out": fan_out(20),
    "aliases": "{" + " ".join(f"a{n}: viewer {{ roles }}" for n in range(40)) + "}",
    "depth": "{ viewer { vendor {"
    + "agreements(first: 1) { edges { node { vendor {" * 12
    + "id"
    + "} } } }" * 12
    + "} } }",
    "cost": nested(3),
    "the same fields": "{" + "viewer { vendor { id } } " * 36 + "}",
    "unknown fields": "{" + "a " * 440 + "}",
    "brackets": "{ node(id: " + "[" * 400 + "]" * 400 + ") { id } }",
}


def refused_in(text: str) -> tuple[float, str]:
    """How long a refusal takes in milliseconds, and its code; without a code where it is let through."""
    took, code = [], ""
    for _ in range(TIMES):
        documents = Documents(schema._schema, Limits())
        began = time.perf_counter()
        made = documents.prepared(text, introspection=True)
        errors = list(made.errors)
        operation = made.operation(None)
        if operation is not None:
            points = operation.price.requested({}).points
            errors = [operation.price.over({}, points, Limits().cost)] if points > Limits().cost else []
        took.append((time.perf_counter() - began) * 1_000)
        code = str((errors[0].extensions or {}).get("code", "refused")) if errors else ""
    return median(took), code


def main() -> None:
    table = Table("bomb", "bytes", "ms", "answer")
    late = False
    for name, text in BOMBS.items():
        took, code = refused_in(text)
        late |= took >= REACH
        table.add_row(name, str(len(text)), f"{took:.1f}", code or "harmless: executed")
    Console().print(table)
    sys.exit(late)


if __name__ == "__main__":
    main()
