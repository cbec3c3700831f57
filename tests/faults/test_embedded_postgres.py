"""The embedded database while it is shared, left, killed, and moved to odd places: nothing stays behind."""

import os
import pwd
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from app.store.embedded import Cluster, EmbeddedPostgres
from app.store.premises import server_account
from tests.faults.embedded_commands import (
    ROOT,
    Command,
    Someone,
    ask,
    clone,
    eventually,
    home_of,
    interpreter_for,
    ourselves,
    processes_in,
    quietly,
    sockets_of,
    started_by,
    supervisors,
    temporary_folder,
)


@pytest.fixture(scope="module", params=["ourselves", "an ordinary user"] if ROOT else ["ourselves"])
def someone(request: pytest.FixtureRequest) -> Iterator[Someone]:
    """As root both root and an ordinary user, who has a clone and a virtual environment of its own."""
    if request.param == "ourselves":
        yield ourselves()
        return
    entry = pwd.getpwnam("nobody")
    with temporary_folder() as place:
        yield Someone(interpreter_for(entry), clone(place), entry)


@pytest.fixture
def home(someone: Someone) -> Iterator[Path]:
    """A home that does not exist yet, in a folder of that user's."""
    with home_of(someone) as home:
        yield home


@pytest.fixture
def own_home() -> Iterator[Path]:
    """A home of ours that does not exist yet, where it does not matter who we are."""
    with home_of() as home:
        yield home


def test_a_new_home_gets_a_server_that_answers(someone: Someone, home: Path) -> None:
    with someone.holding(home) as url:
        sockets, data = sockets_of(home), home / "postgres/18"
        answers = ask(
            url,
            "SHOW server_version_num",
            "SHOW server_encoding",
            "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'",
            "SHOW data_checksums",
            "SHOW listen_addresses",
            "SHOW shared_buffers",
            "SHOW fsync",
            "SHOW jit",
        )
        assert str(answers[0]).startswith("18")
        assert answers[1:] == ["UTF8", "bC.UTF-8", "on", "", "256MB", "on", "off"]
        assert len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) <= 107
        assert (data.stat().st_mode & 0o777, sockets.stat().st_mode & 0o777) == (0o700, 0o700)
        assert data.stat().st_uid == sockets.stat().st_uid != 0
        assert (home / "postgres/password").stat().st_mode & 0o777 == 0o600


def test_the_server_asks_for_the_password(someone: Someone, home: Path) -> None:
    with someone.holding(home) as url, pytest.raises(asyncpg.InvalidPasswordError):
        password = (home / "postgres/password").read_text().strip()
        ask(url.replace(password, "guessed"), "SELECT 1")


def test_a_second_start_is_quick_and_finds_the_data(someone: Someone, home: Path) -> None:
    with someone.holding(home) as url:
        ask(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    durations = []
    for _ in range(3):
        assert eventually(lambda: not processes_in(home))
        began = time.monotonic()
        with someone.holding(home) as url:
            durations.append(time.monotonic() - began)
            assert ask(url, "SELECT answer FROM kept") == [42]
    assert min(durations) < 0.5, durations


def test_killing_the_only_command_stops_the_server_cleanly(someone: Someone, home: Path) -> None:
    command = someone.runs(home)
    ask(command.first_line(), "CREATE TABLE kept AS SELECT 42 AS answer")
    command.kill()
    assert eventually(lambda: not processes_in(home), 5)
    assert "database system is shut down" in (home / "postgres/log").read_text()
    with someone.holding(home) as url:
        assert ask(url, "SELECT answer FROM kept") == [42]


@pytest.mark.parametrize("end", [Command.leave, Command.kill])
def test_a_second_command_keeps_the_server(someone: Someone, home: Path, end: Callable[[Command], object]) -> None:
    first = someone.runs(home)
    process = ask(first.first_line(), "SELECT pg_postmaster_start_time()")
    with someone.holding(home) as url:
        end(first)
        time.sleep(1.5)
        assert ask(url, "SELECT pg_postmaster_start_time()") == process


def test_killing_the_supervisor_leaves_no_server_and_the_next_command_starts_one(someone: Someone, home: Path) -> None:
    command = someone.runs(home)
    ask(command.first_line(), "CREATE TABLE kept AS SELECT 42 AS answer")
    (supervisor,) = supervisors(home)
    os.kill(supervisor, signal.SIGKILL)
    with someone.holding(home) as url:
        assert ask(url, "SELECT answer FROM kept") == [42]
        assert supervisors(home) != [supervisor]
    (supervisor,) = supervisors(home)
    os.kill(supervisor, signal.SIGKILL)
    command.kill()
    assert eventually(lambda: not processes_in(home), 5)


def test_root_and_the_owner_of_the_data_share_one_server(someone: Someone, home: Path) -> None:
    for first, second in ((someone, ourselves()), (ourselves(), someone)):
        with first.holding(home) as url, second.holding(home) as same:
            assert same == url
            assert ask(same, "SELECT 1") == [1]
        assert (home / "postgres/18").stat().st_uid == (home / "postgres/18/PG_VERSION").stat().st_uid != 0
        assert eventually(lambda: not processes_in(home))


def test_commands_that_begin_at_once_share_one_server(someone: Someone, home: Path) -> None:
    commands = [someone.runs(home) for _ in range(5)]
    started = {str(ask(command.first_line(), "SELECT pg_postmaster_start_time()")) for command in commands}
    for command in commands:
        command.leave()
    assert len(started) == 1


def test_commands_that_come_and_go_always_find_a_server(someone: Someone, home: Path) -> None:
    for pause in (0.45, 0.5, 0.52, 0.54, 0.56, 0.58, 0.6, 0.65):
        commands = [someone.runs(home) for _ in range(2)]
        assert [ask(command.first_line(), "SELECT 1") for command in commands] == [[1], [1]]
        commands[0].kill()
        commands[1].leave()
        time.sleep(pause)


def test_long_and_foreign_paths_work_where_the_locale_is_c(someone: Someone, home: Path) -> None:
    someone = Someone(someone.interpreter, someone.path, someone.entry, {"LC_ALL": "C"})
    deep = home.parent / ("dépôt à l'ombre 倉庫 " * 6) / ("x" * 120) / ".tailrace"
    with someone.holding(deep) as url:
        assert ask(url, "SELECT upper('é')", "SHOW server_encoding") == ["É", "UTF8"]
    assert len(os.fsencode(deep)) > 250


def test_a_clone_in_a_closed_folder_works(own_home: Path) -> None:
    copies = set(Path("/var/cache/tailrace").glob("postgres-*"))
    closed = own_home.parent / "closed"
    data = closed / ".tailrace/postgres/18"
    closed.mkdir(mode=0o700)
    command = Someone(sys.executable, clone(closed)).runs(closed / ".tailrace")
    try:
        assert ask(command.first_line(), "SELECT 1") == [1]
        said = command.leave()
        assert eventually(lambda: not processes_in(data.resolve()))
        if ROOT:
            assert f"may not enter {closed}: the data will be kept in {data.readlink().parent}" in said
            with EmbeddedPostgres(closed / ".tailrace", say=quietly) as cluster:
                assert cluster.data == data.readlink()
        else:
            assert not data.is_symlink()
    finally:
        assert eventually(lambda: not processes_in(closed))
        if data.is_symlink():
            shutil.rmtree(data.readlink().parent)
        for folder in set(Path("/var/cache/tailrace").glob("postgres-*")) - copies:
            shutil.rmtree(folder)


def test_an_unfinished_beginning_is_begun_anew(own_home: Path) -> None:
    unfinished = own_home / "postgres/18.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(own_home, say=quietly) as cluster:
        assert ask(cluster.url("postgres"), "SELECT 1") == [1]
    assert not unfinished.exists()


def test_a_crash_whose_process_number_lives_on_in_another_program_is_repaired(own_home: Path) -> None:
    with EmbeddedPostgres(own_home, say=quietly) as cluster:
        ask(cluster.url("postgres"), "CREATE TABLE kept AS SELECT 42 AS answer")
        data = cluster.data
        lock = (data / "postmaster.pid").read_text().splitlines()
        (supervisor,) = supervisors(own_home)
        os.kill(supervisor, signal.SIGSTOP)
        os.kill(int(lock[0]), signal.SIGKILL)
        os.kill(supervisor, signal.SIGKILL)
    other = started_by(server_account(data), "sleep", "60")
    try:
        (data / "postmaster.pid").write_text("\n".join([str(other.pid), *lock[1:]]) + "\n")
        with EmbeddedPostgres(own_home, say=quietly) as cluster:
            assert ask(cluster.url("postgres"), "SELECT answer FROM kept") == [42]
    finally:
        other.kill()
        other.wait()


def test_who_comes_just_after_the_server_was_killed_is_given_a_new_one(own_home: Path) -> None:
    """Its supervisor looks after it twice a second; nobody is sent to a dead server in between."""
    with EmbeddedPostgres(own_home, say=quietly) as cluster:
        ask(cluster.url("postgres"), "CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        time.sleep(0.05)
        with EmbeddedPostgres(own_home, say=quietly) as again:
            assert ask(again.url("postgres"), "SELECT answer FROM kept") == [42]


def test_the_log_stays_short(own_home: Path) -> None:
    log = own_home / "postgres/log"
    with EmbeddedPostgres(own_home, say=quietly) as cluster:
        for _ in range(3):
            ask(cluster.url("postgres"), "DO $$ BEGIN RAISE LOG '%', repeat('x', 5000000); END $$")
            assert eventually(lambda: log.stat().st_size < 2**22, 5)
        assert sum(file.stat().st_size for file in (log, log.with_name("log.1"))) < 12_000_000


def test_urls_survive_any_name_and_password() -> None:
    cluster = Cluster(Path("/d"), Path("/tmp/a b"), 5432, "postgres", "s3cret/:@?")
    assert cluster.url("x") == "postgresql://postgres:s3cret%2F%3A%40%3F@/x?host=/tmp/a%20b&port=5432"
    assert cluster.url("x/y", "me@home") == "postgresql://me%40home@/x%2Fy?host=/tmp/a%20b&port=5432"
    assert cluster.url("x", "me", "p w").startswith("postgresql://me:p%20w@/x?")
    assert "s3cret" not in repr(cluster)
