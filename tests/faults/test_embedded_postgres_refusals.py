"""What the embedded database refuses, and how it says so: a code, what is wrong and where, and what would be right."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.store.embedded import EmbeddedPostgres, EmbeddedPostgresError
from app.store.server_faults import from_log
from tests.faults.embedded_commands import (
    CLIENT,
    PROJECT,
    ROOT,
    ask,
    eventually,
    foreign_server,
    home_of,
    made,
    processes_in,
    programs_that,
    quietly,
    refusal,
    sockets_of,
    temporary_folder,
)


@pytest.fixture
def own_home() -> Iterator[Path]:
    """A home of ours that does not exist yet, where it does not matter who we are."""
    with home_of() as home:
        yield home


def test_a_database_of_another_version_is_left_alone(own_home: Path) -> None:
    data = made(own_home).data
    (data / "PG_VERSION").write_text("17\n")
    error = refusal(own_home)
    assert error.code == "DATA_OF_ANOTHER_VERSION"
    assert "written by PostgreSQL 17, and this program runs PostgreSQL 18" in str(error)
    data.rename(data.with_name("17"))
    assert refusal(own_home).code == "DATA_OF_ANOTHER_VERSION"
    assert not data.exists()


@pytest.mark.parametrize("part", ["PG_VERSION", "global/pg_control", "pg_hba.conf"])
def test_an_incomplete_database_is_left_alone(own_home: Path, part: str) -> None:
    data = made(own_home).data
    (data / part).unlink()
    error = refusal(own_home)
    assert error.code == "DATA_DAMAGED"
    assert f"{data} is not a whole data directory, {part} is missing" in str(error)


@pytest.mark.parametrize("damage", [lambda _: b"", lambda good: bytes(len(good)), lambda good: b"#" + good[1:]])
def test_a_damaged_database_is_told_with_the_servers_own_words(
    own_home: Path, damage: Callable[[bytes], bytes]
) -> None:
    control = made(own_home).data / "global/pg_control"
    control.write_bytes(damage(control.read_bytes()))
    error = refusal(own_home)
    assert error.code == "DATA_DAMAGED"
    assert "  | " in str(error)


def test_a_lost_password_is_told(own_home: Path) -> None:
    made(own_home)
    (own_home / "postgres/password").unlink()
    assert refusal(own_home).code == "PASSWORD_MISSING"


def test_data_that_a_foreign_server_has_open_is_left_alone(own_home: Path) -> None:
    data = made(own_home).data
    with temporary_folder() as sockets:
        sockets.chmod(0o777)
        with foreign_server(data, sockets):
            error = refusal(own_home)
            assert error.code == "DATA_IN_USE"
            assert "postmaster.pid" in str(error)


def test_a_socket_that_a_foreign_server_uses_is_told(own_home: Path) -> None:
    sockets, elsewhere = sockets_of(own_home), own_home.with_name("elsewhere")
    data = made(elsewhere).data
    sockets.mkdir(mode=0o700)
    os.chown(sockets, data.stat().st_uid, data.stat().st_gid)
    with foreign_server(data, sockets) as process:
        error = refusal(own_home)
        assert error.code == "SOCKET_IN_USE"
        assert str(process) in str(error)


@pytest.mark.parametrize("squat", [Path.touch, lambda path: path.symlink_to("/"), lambda path: path.mkdir()])
def test_a_socket_folder_that_is_not_ours_is_not_used(own_home: Path, squat: Callable[[Path], None]) -> None:
    sockets = sockets_of(own_home)
    squat(sockets)
    try:
        if sockets.is_dir() and not sockets.is_symlink():
            os.chmod(sockets, 0o777)
            if not ROOT:  # our own folder is closed, and used
                made(own_home)
                return
            os.chown(sockets, 12345, 12345)
        error = refusal(own_home)
        assert error.code == "SOCKET_FOLDER_TAKEN"
        assert str(sockets) in str(error)
    finally:
        if sockets.is_symlink() or sockets.is_file():
            sockets.unlink()
        elif sockets.exists():
            sockets.rmdir()


def test_a_full_disk_is_told_at_the_beginning_and_at_the_start(own_home: Path) -> None:
    words = "FATAL:  could not write lock file: No space left on device"
    with programs_that(words, then="false") as unlucky:
        with unlucky.holding(own_home) as answer:
            assert answer.startswith("NO_SPACE The database could not be made (initdb). The disk is full")
        assert not list((own_home / "postgres").glob("18*"))
        made(own_home)
        with unlucky.holding(own_home) as answer:
            assert answer.startswith("NO_SPACE The database server ended while it started (status 1). The disk is full")


def test_a_server_that_does_not_become_ready_is_told_with_its_last_words(own_home: Path) -> None:
    made(own_home)
    with programs_that("still thinking", then="sleep 30") as slow, slow.holding(own_home, patience=1) as answer:
        assert answer.startswith("NOT_READY The database server did not become ready within 1 seconds")
        assert "  | still thinking" in answer


def test_a_missing_wheel_is_told(own_home: Path) -> None:
    without = subprocess.run(
        [sys.executable, "-S", "-c", CLIENT, own_home, "{}"],
        env={"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    )
    assert without.stdout.startswith("WHEEL_MISSING")
    assert "DATABASE_URL" in without.stdout


def test_settings_are_passed_on_and_refused_by_name(own_home: Path) -> None:
    with EmbeddedPostgres(own_home, settings={"fsync": "off", "work_mem": "9MB"}, say=quietly) as cluster:
        assert ask(cluster.url("postgres"), "SHOW fsync", "SHOW work_mem") == ["off", "9MB"]
        said: list[str] = []
        with EmbeddedPostgres(own_home, settings={"work_mem": "8MB"}, say=said.append):
            assert "those stay" in said[0]
    assert eventually(lambda: not processes_in(own_home))
    for settings in ({"port": "5433"}, {"no_such_setting": "1"}, {"work_mem": "much"}):
        with pytest.raises(EmbeddedPostgresError) as caught, EmbeddedPostgres(own_home, settings=settings, say=quietly):
            pass
        assert caught.value.code == "SETTING_REFUSED"
        assert next(iter(settings)) in str(caught.value)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("initdb: error: could not look up effective user ID 12345: user does not exist", "USER_WITHOUT_NAME"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "NO_MEMORY"),
        (
            "initdb: error while loading shared libraries: libz.so.1: cannot open shared object file",
            "PROGRAMS_UNUSABLE",
        ),
        ("PANIC:  could not locate a valid checkpoint record at 0/2000060", "DATA_DAMAGED"),
        ("FATAL:  something new", "NOT_READY"),
    ],
)
def test_the_servers_words_become_a_code_and_a_remedy(words: str, code: str) -> None:
    error = from_log(words, Path("/home/x/postgres/18"), "NOT_READY", "The server ended")
    assert (error.code, f"  | {words}" in str(error)) == (code, True)
