"""Rules with a fault put in by hand, and whether the tests of the rules notice.

A mutant is a module of app/programme with one piece of its text replaced. Each runs in a process of its own, in which the
module is read from the changed text, against the ordinary tests of that module; it is caught if one of them fails. The
unchanged modules run the same way, so that a mutant is not caught by what fails anyway.

    python -m tests.programme.mutation          all of them, with what became of each
    python -m tests.programme.mutation stacking  those of one module
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import hypothesis
import pytest

HERE = Path(__file__).parent
RULES = HERE.parent.parent / "app" / "programme"
LONGEST = 120
"Seconds of a processor that the tests of a mutant may take; a busy machine only makes them wait."
CAUGHT, SURVIVED = int(pytest.ExitCode.TESTS_FAILED), int(pytest.ExitCode.OK)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module of the rules by its name, the text in it that is replaced (it stands there once), what by, and the test files
    that should notice, by name; without any, the module's own."""

    module: str
    old: str
    new: str
    tests: tuple[str, ...] = ()

    def text(self) -> str:
        """The module's text with the fault in it."""
        source = (RULES / f"{self.module}.py").read_text()
        if source.count(self.old) != 1:
            raise ValueError(
                f"{self.module}.py has {source.count(self.old)} times {self.old!r}; a mutant needs it once."
            )
        return source.replace(self.old, self.new)

    def files(self) -> list[str]:
        """The test files that should notice."""
        return [str(HERE / f"{name}.py") for name in self.tests or (f"test_{self.module}",)]


class _FromText(SourceFileLoader):
    """Reads a module from a text instead of its file, and keeps nothing of it."""

    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self._text, self.path, "exec")
        return code


class _Finder(MetaPathFinder):
    """Finds one module in a text."""

    def __init__(self, mutant: Mutant) -> None:
        self._name, self._path = f"app.programme.{mutant.module}", str(RULES / f"{mutant.module}.py")
        self._text = mutant.text()

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._path, loader=_FromText(fullname, self._path, self._text))


def every() -> list[Mutant]:
    """All mutants: those that the files mutants_of_*.py list."""
    names = sorted(path.stem for path in HERE.glob("mutants_of_*.py"))
    return [each for name in names for each in importlib.import_module(f"tests.programme.{name}").MUTANTS]


def verdicts(runs: Sequence[tuple[list[str], Mutant | None]]) -> list[int]:
    """How pytest ends for the test files of each run, in a process of its own in which the module is the mutant; -1 for one
    that hangs. As many run at a time as there are cores."""
    ends, running = [0] * len(runs), dict[int, int]()
    for place, (files, mutant) in enumerate(runs):
        if len(running) >= (os.cpu_count() or 1):
            _await_one(running, ends)
        finder = _Finder(mutant) if mutant else None
        child = os.fork()
        if child == 0:
            _run(files, finder)
        running[child] = place
    while running:
        _await_one(running, ends)
    return ends


def _await_one(running: dict[int, int], ends: list[int]) -> None:
    child, status = os.wait()
    ends[running.pop(child)] = os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else -1


def _run(files: list[str], finder: _Finder | None) -> None:
    """The tests, in silence; never returns."""
    code = int(pytest.ExitCode.INTERNAL_ERROR)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if finder:
            sys.meta_path.insert(0, finder)
        quick = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile(
            "mutants",
            phases=quick,
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.settings.load_profile("mutants")
        plain = ["-x", "-q", "--noconftest", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"]
        code = int(pytest.main([*plain, *files]))
    finally:
        os._exit(code)


def main(modules: list[str]) -> None:
    """Prints, as JSON, how the unchanged modules end, and each mutant with how it ends."""
    chosen = [each for each in every() if not modules or each.module in modules]
    files = sorted({name for each in chosen for name in each.files()})
    runs: list[tuple[list[str], Mutant | None]] = [([name], None) for name in files]
    ends = verdicts([*runs, *((each.files(), each) for each in chosen)])
    unchanged, ends = max(ends[: len(runs)], key=abs, default=SURVIVED), ends[len(runs) :]
    told = [
        {"module": each.module, "old": each.old, "new": each.new, "ends": end}
        for each, end in zip(chosen, ends, strict=True)
    ]
    print(json.dumps({"unchanged": unchanged, "mutants": told}, indent=1))


if __name__ == "__main__":
    assert not any(name.split(".")[0] == "app" for name in sys.modules), "the rules are read only after the fault is in"
    main(sys.argv[1:])
