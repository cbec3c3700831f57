"""The supervisor of an embedded database server: a small process, the server's parent, that keeps it for its clients.

Every command that needs the database holds a lease: a connection to the supervisor's socket, which the kernel closes
however the command ends. When the last lease is gone, and half a second has brought no new one, the supervisor stops
the server and leaves. Should the supervisor itself be killed, the kernel tells the server to stop. Either way nothing
stays behind, and the lock that all of them hold is free when the last of them is gone, never earlier.

Run by app.store.embedded as `python -m app.store.supervision HOME RUNTIME PROGRAMS LISTENER LOCK PATIENCE SETTINGS`.
"""

import ctypes
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from app.store.premises import PORT, Account, Places, reachable_programs, server_account
from app.store.server_data import initialise, ready_to_start, remove_stale_lock
from app.store.server_faults import EmbeddedPostgresError, from_log, from_os

LINGER_SECONDS = 0.5
TICK_SECONDS = 0.5
LOG_LIMIT_BYTES = 4 * 2**20
LOG = 2
"The log is the supervisor's standard error, opened for appending; the server inherits it."

IGNORED = (signal.SIGINT, signal.SIGHUP)
"What a terminal sends to commands: the supervisor is no command of any terminal's."

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)

SETTINGS: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "max_connections": "100",
    "fsync": "on",
    "wal_compression": "on",
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
    "cluster_name": "tailrace",
}
"For a developer's machine with two cores; what a command passes stands above them."


class Order(NamedTuple):
    """What the first command asked for."""

    places: Places
    runtime: Path
    programs: Path
    lock: int
    patience: float
    settings: Mapping[str, str]


class Leases:
    """The commands that hold the server, one open connection each."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._held: set[socket.socket] = set()
        self._settings: Mapping[str, str] = {}
        self._alive: Callable[[], bool] = _not_yet

    def __bool__(self) -> bool:
        return bool(self._held)

    def wait(self, seconds: float) -> None:
        """Takes in who comes and lets go who leaves, for at most `seconds` until something happens."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._listener:
                self._accept()
            elif isinstance(key.fileobj, socket.socket):
                self._release(key.fileobj)

    def say(self, words: str) -> None:
        """Tells everybody who waits for the server."""
        self.wait(0)
        for lease in tuple(self._held):
            _tell(lease, "say", words)

    def grant(self, settings: Mapping[str, str], alive: Callable[[], bool]) -> None:
        """The server is there: tells everybody who waits, and, as long as it is `alive`, everybody who comes."""
        self._settings, self._alive = settings, alive
        for lease in tuple(self._held):
            _tell(lease, "ready", settings)

    def refuse(self, fault: EmbeddedPostgresError) -> None:
        """The server cannot be had: tells everybody who waits."""
        self.wait(0)
        for lease in tuple(self._held):
            _tell(lease, "error", {"code": fault.code, "message": str(fault)})

    def close(self) -> None:
        """Takes nobody in any more. Who was about to come is turned away by the kernel, and founds a new supervisor."""
        Path(self._listener.getsockname()).unlink(missing_ok=True)
        self._selector.close()
        self._listener.close()
        for lease in self._held:
            lease.close()

    def _accept(self) -> None:
        while True:
            try:
                lease, _ = self._listener.accept()
            except BlockingIOError:
                return
            lease.settimeout(1)
            self._held.add(lease)
            self._selector.register(lease, selectors.EVENT_READ)
            if self._alive():
                _tell(lease, "ready", self._settings)

    def _release(self, lease: socket.socket) -> None:
        try:
            if lease.recv(4096):
                return
        except OSError:
            pass
        self._selector.unregister(lease)
        self._held.discard(lease)
        lease.close()


def _not_yet() -> bool:
    return False


def _tell(lease: socket.socket, kind: str, value: str | Mapping[str, str]) -> None:
    try:
        lease.sendall(json.dumps([kind, value]).encode() + b"\n")
    except OSError:
        return  # it is gone, which its end of the connection tells as well


def supervise(order: Order, leases: Leases) -> None:
    """Starts the server, keeps it as long as somebody holds a lease, and stops it."""
    try:
        server = _opened(order, leases)
    except EmbeddedPostgresError as fault:
        leases.refuse(fault)
        leases.close()
        return
    try:
        leases.grant(order.settings, lambda: server.poll() is None)
        _keep(server, leases, order.places.log)
    finally:
        leases.close()
        stop(server)


def _opened(order: Order, leases: Leases) -> subprocess.Popen[bytes]:
    try:
        return _started(order, leases)
    except EmbeddedPostgresError:
        raise
    except OSError as error:
        traceback.print_exc()
        raise from_os(error, order.places.home) from error
    except Exception as error:
        traceback.print_exc()
        message = f"The supervisor of {order.places.home} failed: {error!r}. {order.places.log} says where."
        raise EmbeddedPostgresError("SUPERVISOR_FAILED", message) from error


def _started(order: Order, leases: Leases) -> subprocess.Popen[bytes]:
    """The running server, ready for connections. Makes the data directory where there is none."""
    places, account = order.places, server_account(order.places.data)
    programs = reachable_programs(order.programs, account, leases.say)
    if not ready_to_start(places, account):

        def run(command: Sequence[str]) -> tuple[int, str]:
            return _run(command, order, account)

        initialise(places, order.runtime, account, programs, run, leases.say)
    data = places.data.resolve()
    remove_stale_lock(data / "postmaster.pid")
    remove_stale_lock(order.runtime / f".s.PGSQL.{PORT}.lock")
    written = os.fstat(LOG).st_size
    server = _spawn(_command(programs, data, order), order, account, signal.SIGINT)
    try:
        _await_ready(server, data, order, written)
    except BaseException:
        stop(server, grace=5)
        raise
    return server


def _command(programs: Path, data: Path, order: Order) -> list[str]:
    ours = {
        "listen_addresses": "",
        "unix_socket_directories": str(order.runtime),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "logging_collector": "off",
    }
    settings = {**SETTINGS, **order.settings, **ours}
    return [
        str(programs / "postgres"),
        "-D",
        str(data),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]


def _spawn(
    command: Sequence[str], order: Order, account: Account, last_will: signal.Signals
) -> subprocess.Popen[bytes]:
    """Runs a program of PostgreSQL's in a session of its own, under the server's account, with the lock in its hands.

    The kernel sends it `last_will` when the thread that spawned it ends, which is why this process has only one; and
    forgets that on a change of account, which is why the change comes first.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=LOG,
        stderr=LOG,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        pass_fds=[order.lock],
        start_new_session=True,
        preexec_fn=_prelude(account, last_will, os.getpid()),  # noqa: PLW1509 this process has one thread
    )


def _prelude(account: Account, last_will: signal.Signals, parent: int) -> Callable[[], None]:
    def prelude() -> None:
        account.become()
        os.umask(0o077)
        for ignored in IGNORED:  # or exec would pass it on
            signal.signal(ignored, signal.SIG_DFL)
        if LIBC.prctl(PR_SET_PDEATHSIG, int(last_will), 0, 0, 0) != 0:
            os._exit(71)
        if os.getppid() != parent:
            os._exit(70)

    return prelude


def _run(command: Sequence[str], order: Order, account: Account) -> tuple[int, str]:
    written = os.fstat(LOG).st_size
    program = _spawn(command, order, account, signal.SIGTERM)
    try:
        return program.wait(order.patience), said_since(written)
    except subprocess.TimeoutExpired:
        return 1, said_since(written) + f"\nstopped after {order.patience:g} seconds"
    finally:
        program.kill()
        program.wait()


def _await_ready(server: subprocess.Popen[bytes], data: Path, order: Order, written: int) -> None:
    """Returns when the server takes connections: postmaster.pid then names it, and says `ready` in the eighth line."""
    deadline = time.monotonic() + order.patience
    while not _is_ready(data / "postmaster.pid", server.pid):
        if server.poll() is not None:
            what = f"The database server ended while it started (status {server.returncode})"
            raise from_log(said_since(written), data, "NOT_READY", what)
        if time.monotonic() > deadline:
            what = f"The database server did not become ready within {order.patience:g} seconds"
            raise from_log(said_since(written), data, "NOT_READY", what)
        time.sleep(0.005)


def _is_ready(file: Path, process: int) -> bool:
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(process) and lines[7].strip() == "ready"


def _keep(server: subprocess.Popen[bytes], leases: Leases, log: Path) -> None:
    """Returns when nobody has held a lease for LINGER_SECONDS, or the server has ended by itself."""
    held = time.monotonic()
    while server.poll() is None:
        leases.wait(TICK_SECONDS if leases else LINGER_SECONDS / 5)
        if leases:
            held = time.monotonic()
        elif time.monotonic() - held >= LINGER_SECONDS:
            return
        keep_log_short(log)


def stop(server: subprocess.Popen[bytes], grace: float = 60) -> None:
    """Stops the server: fast, which loses nothing; after `grace` seconds at once, which the next start repairs."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for demand, seconds in ((signal.SIGINT, grace), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if server.poll() is not None:
            return
        server.send_signal(demand)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def said_since(position: int) -> str:
    """What was written to the log after `position`, its last 64 KiB at most."""
    return os.pread(LOG, 2**16, max(position, os.fstat(LOG).st_size - 2**16)).decode(errors="replace")


def keep_log_short(log: Path) -> None:
    """Moves what is in the log to `log.1` when it passes LOG_LIMIT_BYTES. Writers append: they go on at its start."""
    if os.fstat(LOG).st_size > LOG_LIMIT_BYTES:
        shutil.copyfile(f"/proc/self/fd/{LOG}", log.with_name("log.1"))
        os.ftruncate(LOG, 0)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(arguments: Sequence[str]) -> None:
    """Detaches from the command that started it, and supervises until the last lease is gone."""
    home, runtime, programs, listener, lock, patience, settings = arguments
    if os.fork():
        os._exit(0)
    for ignored in IGNORED:
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    os.umask(0o077)
    for descriptor in (int(listener), int(lock)):
        os.set_inheritable(descriptor, False)
    order = Order(Places(Path(home)), Path(runtime), Path(programs), int(lock), float(patience), json.loads(settings))
    try:
        supervise(order, Leases(socket.socket(fileno=int(listener))))
    finally:
        with suppress(OSError):  # what else lies there is not ours
            order.runtime.rmdir()


if __name__ == "__main__":
    main(sys.argv[1:])
