"""The database server that comes with Tailrace: nothing to install, nothing to start, nothing left behind.

`with EmbeddedPostgres(home) as cluster:` gives a running PostgreSQL 18 whose data lies in `<home>/postgres/18`.
Commands of the same home share one server: the first starts it, the last to leave ends it, also by kill -9. It listens
on a socket in a folder that only its own account may enter, never on the network, and asks for a password there too.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from urllib.parse import quote

from app.store.premises import (
    PORT,
    Places,
    check_runtime_folder,
    open_runtime_folder,
    runtime_folder,
    seize,
    server_account,
    wheel_programs,
)
from app.store.server_faults import EmbeddedPostgresError, from_os, last_lines

__all__ = ["Cluster", "EmbeddedPostgres", "EmbeddedPostgresError"]

SUPERUSER = "postgres"
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
FIXED_SETTINGS = frozenset(
    {
        "listen_addresses",
        "unix_socket_directories",
        "unix_socket_permissions",
        "port",
        "data_directory",
        "config_file",
        "logging_collector",
    }
)
"On these the finding, sharing and closing of the server depend."


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server, and how to reach it."""

    data: Path
    socket_directory: Path
    port: int
    superuser: str
    password: str = field(repr=False)

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """The URL of a database on this server: as the superuser, or as `user` with the given password, if any."""
        if user is None:
            user, password = self.superuser, self.password if password is None else password
        who = quote(user, safe="") if password is None else f"{quote(user, safe='')}:{quote(password, safe='')}"
        where = f"host={quote(str(self.socket_directory), safe='/')}&port={self.port}"
        return f"postgresql://{who}@/{quote(database, safe='')}?{where}"


def _say_to_the_terminal(words: str) -> None:
    sys.stderr.write(words + "\n")


class EmbeddedPostgres:
    """A lease on the server of one home, which is started if it does not run.

    `settings` are PostgreSQL's own; they count if this command is the one that starts the server. `say` hears what
    takes time or lies elsewhere than expected. `patience` is how many seconds each of these may take: the previous
    server's end, making the database, its start (after a crash it repairs itself first).

    Entering raises EmbeddedPostgresError, whose code says what is wrong. The lease belongs to the process that entered,
    and to children that it forks without exec. The server outlives the last lease by half a second, so that the next
    command of a script finds it still there.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] = NO_SETTINGS,
        say: Callable[[str], None] = _say_to_the_terminal,
        patience: float = 120.0,
    ) -> None:
        self._places = Places(home.resolve())
        self._settings = _checked(settings)
        self._say = say
        self._patience = patience
        self._lease: socket.socket | None = None

    def __enter__(self) -> Cluster:
        if self._lease is not None:
            raise RuntimeError("This lease is held already: make another EmbeddedPostgres for another one.")
        try:
            self._lease, runtime = self._obtained()
            return self._cluster(runtime)
        except OSError as error:
            self._let_go()
            raise from_os(error, self._places.home) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._lease is not None:
            self._lease.close()
            self._lease = None

    def _cluster(self, runtime: Path) -> Cluster:
        password = self._places.password.read_text().strip()
        return Cluster(self._places.data.resolve(), runtime, PORT, SUPERUSER, password)

    def _obtained(self) -> tuple[socket.socket, Path]:
        """A granted lease, and the sockets' folder. Joins the supervisor, or founds one once the last has left."""
        programs = wheel_programs()
        began, told = time.monotonic(), False
        while True:
            with self._places.lock_file() as lock:
                runtime = runtime_folder(lock, self._places.lock)
                check_runtime_folder(runtime, server_account(self._places.data))
                lease = _joined(runtime)
                founded = lease is None and seize(lock, self._places.lock)
                if founded:
                    lease = self._founded(lock, runtime, programs)
            if lease is not None and self._granted(lease):
                return lease, runtime
            if founded:
                raise self._supervisor_failed()
            if time.monotonic() - began > self._patience:
                raise self._still_in_use()
            if not told and time.monotonic() - began > 1:
                told = True
                self._say(f"Waiting for the previous database server of {self._places.home} to stop.")
            time.sleep(0.02)

    def _founded(self, lock: int, runtime: Path, programs: Path) -> socket.socket:
        """Starts a supervisor. The listening socket and the lock are made here and handed over: there is no gap."""
        account = server_account(self._places.data)
        open_runtime_folder(runtime, account)
        control = runtime / "control"
        control.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(control))
            if os.geteuid() == 0:  # the data's owner may share a server that root has started
                os.chown(control, account.uid, account.gid, follow_symlinks=False)
            listener.listen(128)
            lease = socket.socket(socket.AF_UNIX)
            try:
                lease.connect(str(control))
                self._spawn(listener.fileno(), lock, runtime, programs)
            except BaseException:
                lease.close()
                raise
        return lease

    def _spawn(self, listener: int, lock: int, runtime: Path, programs: Path) -> None:
        rooms = str(Path(__file__).resolve().parents[2])
        handed = [
            self._places.home,
            runtime,
            programs,
            listener,
            lock,
            self._patience,
            json.dumps(dict(self._settings)),
        ]
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        log = os.open(self._places.log, flags, 0o600)
        try:
            supervisor = subprocess.Popen(
                [sys.executable, "-S", "-m", "app.store.supervision", *map(str, handed)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": rooms, "PYTHONUTF8": "1"},
                pass_fds=[listener, lock],
                start_new_session=True,
            )
        finally:
            os.close(log)
        supervisor.wait()  # it detaches at once, so that nobody has to bury it

    def _granted(self, lease: socket.socket) -> bool:
        """Whether the supervisor took us in; false where it was just leaving. What it says meanwhile is passed on."""
        try:
            lease.settimeout(3 * self._patience + 30)
            with lease.makefile("r", encoding="utf-8") as answers:
                for answer in answers:
                    if self._heard(*json.loads(answer)):
                        return True
        except ConnectionError:
            pass
        except BaseException:
            lease.close()
            raise
        lease.close()
        return False

    def _heard(self, kind: str, value: str | dict[str, str]) -> bool:
        if isinstance(value, str):
            self._say(value)
            return False
        if kind == "error":
            raise EmbeddedPostgresError(value["code"], value["message"])
        if self._settings and value != self._settings:
            self._say(f"The database server runs already, with the settings {value or 'by default'}: those stay.")
        return True

    def _supervisor_failed(self) -> EmbeddedPostgresError:
        words = self._places.log.read_text(errors="replace")
        lines = "\n".join(f"  | {line}" for line in last_lines(words)) or "  | (it wrote nothing)"
        message = (
            f"The supervisor of the database in {self._places.folder} ended before it had a server. It said:\n{lines}"
        )
        return EmbeddedPostgresError("SUPERVISOR_FAILED", message)

    def _still_in_use(self) -> EmbeddedPostgresError:
        message = (
            f"{self._places.lock} is held, and nobody answers in its name for {self._patience:g} seconds: by a server "
            f"that does not end, or one in another container that shares this folder. End it, or choose another home."
        )
        return EmbeddedPostgresError("DATA_IN_USE", message)


def _joined(runtime: Path) -> socket.socket | None:
    """A connection to the supervisor that runs, if one does."""
    lease = socket.socket(socket.AF_UNIX)
    try:
        lease.connect(str(runtime / "control"))
        return lease
    except (FileNotFoundError, ConnectionRefusedError):
        lease.close()
        return None
    except BaseException:
        lease.close()
        raise


def _checked(settings: Mapping[str, str]) -> dict[str, str]:
    for name in settings:
        if not re.fullmatch(r"[a-z_][a-z0-9_.]*", name) or name in FIXED_SETTINGS:
            message = f"The setting {name!r} of the embedded server cannot be chosen: leave it out."
            raise EmbeddedPostgresError("SETTING_REFUSED", message)
    return dict(settings)
