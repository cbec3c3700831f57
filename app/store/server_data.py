"""The data directory of the embedded server: made once, whole or not at all, and looked at before every start.

A new one is made beside its place and moved there when it is complete, so that a crash leaves either nothing or a
database. One that is there is never overwritten: whatever is wrong with it is told, and left to its owner.
"""

import os
import secrets
import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from app.store.premises import MAJOR, Account, Places, Say, can_reach, reachable_folder, unreachable
from app.store.server_faults import EmbeddedPostgresError, from_log

NEEDED_BYTES = 80_000_000
"What a new database takes at first, with its first log files."

Run = Callable[[Sequence[str]], tuple[int, str]]
"Runs one of PostgreSQL's programs under the server's account: its exit status, and what it said."


def ready_to_start(places: Places, account: Account) -> bool:
    """Whether there is a sound data directory; false where there is none. Raises where there is something else."""
    data = places.data
    if data.is_symlink() and not data.exists():
        message = (
            f"{data} leads to {data.readlink()}, which is not there: bring it back, or remove the link to begin anew."
        )
        raise EmbeddedPostgresError("DATA_DAMAGED", message)
    if not data.exists() or not any(data.iterdir()):
        _refuse_other_versions(places)
        return False
    data = data.resolve()
    _refuse_other_files(data)
    _take_ownership(data, account)
    if not can_reach(account, [data], os.X_OK):
        raise unreachable(data, account)
    if not places.password.is_file():
        message = (
            f"The superuser's password in {places.password} is missing: restore it, or move {data} away to begin anew."
        )
        raise EmbeddedPostgresError("PASSWORD_MISSING", message)
    return True


def _refuse_other_versions(places: Places) -> None:
    """An empty database beside one of last year's version would look like lost data."""
    for version in sorted(places.folder.glob("*/PG_VERSION")):
        if version.parent.name.isdecimal():
            raise _other_version(version.parent, version.read_text().strip())


def _other_version(data: Path, version: str) -> EmbeddedPostgresError:
    message = (
        f"The data directory {data} was written by PostgreSQL {version}, and this program runs PostgreSQL {MAJOR}: "
        f"dump it with version {version} (pg_dumpall) and load the dump here, or move the directory away to "
        f"begin with an empty one."
    )
    return EmbeddedPostgresError("DATA_OF_ANOTHER_VERSION", message)


def _refuse_other_files(data: Path) -> None:
    for part in ("PG_VERSION", "global/pg_control", "postgresql.conf", "pg_hba.conf"):
        if not (data / part).is_file():
            message = (
                f"{data} is not a whole data directory, {part} is missing: restore it from a backup, or move it away "
                f"to begin with an empty one."
            )
            raise EmbeddedPostgresError("DATA_DAMAGED", message)
    version = (data / "PG_VERSION").read_text(errors="replace").strip()
    if version != MAJOR:
        raise _other_version(data, version)


def _take_ownership(data: Path, account: Account) -> None:
    """Root's files (a restored backup) become the account's; PostgreSQL wants the directory closed to others."""
    found = data.stat()
    if found.st_uid != account.uid and os.geteuid() != 0:
        message = (
            f"The data directory {data} belongs to user {found.st_uid}, and this is {account.name}: run this as its "
            f"owner, or choose another home."
        )
        raise EmbeddedPostgresError("HOME_NOT_OURS", message)
    if found.st_uid != account.uid:
        for file in [data, *data.rglob("*")]:
            os.chown(file, account.uid, account.gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) & 0o077:
        data.chmod(0o700)


def initialise(places: Places, runtime: Path, account: Account, programs: Path, run: Run, say: Say) -> None:
    """Makes the data directory with `initdb`, and the superuser's password with it."""
    folder = reachable_folder(places, account, say)
    say(f"Making a PostgreSQL {MAJOR} database in {folder / MAJOR}, once.")
    _refuse_full_disk(folder)
    unfinished = folder / f"{MAJOR}.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(unfinished, account.uid, account.gid)
    _fill(unfinished, _password(places.password), runtime, account, programs, run)
    _put_in_place(unfinished, folder / MAJOR, places.data)


def _refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        message = (
            f"A new database takes about {NEEDED_BYTES // 10**6} MB, and {folder} has {free // 10**6} MB left: free "
            f"some space and start again."
        )
        raise EmbeddedPostgresError("NO_SPACE", message)


def _password(file: Path) -> str:
    """The password on file, or a new one. It is on disk before the database that asks for it."""
    if file.is_file() and (known := file.read_text().strip()):
        return known
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    _write_privately(unfinished, made := secrets.token_urlsafe(32))
    unfinished.rename(file)
    return made


def _write_privately(path: Path, words: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w") as file:
        file.write(words + "\n")
        file.flush()
        os.fsync(descriptor)


def _fill(unfinished: Path, password: str, runtime: Path, account: Account, programs: Path, run: Run) -> None:
    told = runtime / "password"
    told.unlink(missing_ok=True)
    try:
        _write_privately(told, password)
        if os.geteuid() == 0:
            os.chown(told, account.uid, account.gid, follow_symlinks=False)
        status, words = run(
            [
                str(programs / "initdb"),
                f"--pgdata={unfinished}",
                "--username=postgres",
                f"--pwfile={told}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
            ]
        )
    finally:
        told.unlink(missing_ok=True)
    if status != 0:
        shutil.rmtree(unfinished)
        raise from_log(words, unfinished, "INITIALISATION_FAILED", "The database could not be made (initdb)")
    _refuse_other_files(unfinished)


def _put_in_place(unfinished: Path, final: Path, data: Path) -> None:
    """Moves the finished directory to its place, an empty folder at most, and makes sure that it stays there."""
    if data.exists():
        data.rmdir()
    unfinished.rename(final)
    if final != data:
        data.symlink_to(final)
    for folder in {final.parent, data.parent}:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_stale_lock(file: Path) -> None:
    """Removes a lock file of PostgreSQL's whose server is gone.

    PostgreSQL does that itself, unless the number of the gone process has passed to another process of the same
    account, as after a restart of the machine, or a full disk left the file empty: then it would refuse to start. A
    server works in its data directory, which is the file's second line; a process that works elsewhere is no server of
    that directory. Our own servers are gone for certain, since the lock is ours.
    """
    try:
        process, directory = file.read_text().splitlines()[:2]
        alive = Path("/proc", str(abs(int(process))), "cwd").samefile(directory)
    except PermissionError:
        return
    except (FileNotFoundError, ValueError):
        alive = False
    if not alive:
        file.unlink(missing_ok=True)
