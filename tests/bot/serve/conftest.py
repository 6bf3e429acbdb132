"""Servers: as a process of their own, and in this one where a limit is to be reached quickly."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.conftest import KNOWLEDGE, ROOT
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.serve.app import application
from wuzhen.bot.serve.library import Library
from wuzhen.bot.serve.server import listen, server
from wuzhen.bot.settings import Settings
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import open_collection

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    address: str
    process: subprocess.Popen[str]

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.address + path, timeout=60, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return httpx.post(self.address + path, timeout=60, **options)

    def ask(self, question: str, **more: Any) -> httpx.Response:
        return self.post("/v1/ask", json={"question": question, **more})


def environment(**settings: str) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WUZHEN_")}
    path = os.pathsep.join(filter(None, (str(ROOT), inherited.get("PYTHONPATH"))))
    return {**inherited, "PYTHONPATH": path, "WUZHEN_EMBEDDINGS": "none", **settings}


@contextmanager
def started(
    folder: Path, index: Path, *, knowledge: Path = KNOWLEDGE, **settings: str
) -> Iterator[Served]:
    """Run `wuzhen serve` in a folder, on a free port."""
    command = [sys.executable, "-m", "wuzhen", "serve", "--port", "0"]
    command += ["--knowledge", str(knowledge), "--index", str(index)]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(**settings), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := _ADDRESS.search(line):
                break
        else:
            raise AssertionError(f"it ended with {process.wait()}")
        yield Served(found[0], process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.close()
        assert process.wait(60) == 0


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "index"
    build(KNOWLEDGE, folder, None)
    return folder


@pytest.fixture(scope="session")
def wordwise(index: Path) -> Librarian:
    """Answers from the index that is served."""
    return Librarian(open_collection(index, None))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, index: Path) -> Iterator[Served]:
    """A server with the usual settings, but for limits."""
    with started(tmp_path_factory.mktemp("serve"), index, WUZHEN_SERVE_RATE="0") as running:
        yield running


Serving = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def serving(wordwise: Librarian, tmp_path: Path) -> Serving:
    """Serve in this process, with settings; gives the address."""

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[str]:
        values = {"wuzhen_serve_tokens": tmp_path / "tokens.json", **settings}
        chosen = Settings.model_construct(**values)
        library = Library(tmp_path / "index", lambda: wordwise)
        with listen("127.0.0.1", 0) as at:
            running = server(application(chosen, library, "127.0.0.1"))
            task = asyncio.create_task(running.serve(sockets=[at]))
            try:
                while not running.started:  # noqa: ASYNC110  (uvicorn tells it in no other way)
                    await asyncio.sleep(0.01)
                yield f"http://127.0.0.1:{at.getsockname()[1]}"
            finally:
                running.should_exit = True
                await task

    return run
