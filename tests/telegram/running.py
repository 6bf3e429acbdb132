"""The bot as a process of its own, started by its own command, for the end-to-end tests."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp

from .emulator import BotApi

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Bot:
    """A bot that runs against an emulator; its log is read as it comes."""

    def __init__(self, folder: Path, api: BotApi, **settings: object) -> None:
        self.folder = folder
        self.settings = {
            "TELEGRAM_BOT_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            "TELEGRAM_POLL_SECONDS": 2,
            "TELEGRAM_RATE": 0,
            "WUZHEN_DATABASE": f"sqlite:///{folder}/wuzhen.db",
            "WUZHEN_EMBEDDINGS": "none",
            "WUZHEN_INDEX": folder / "index",
            "WUZHEN_KNOWLEDGE": ROOT / "knowledge",
            "WUZHEN_LOG_LEVEL": "DEBUG",
        } | settings
        self.output = ""
        self.process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self, *, ready: bool = True) -> Bot:
        """Start the process; waits until it says that it is ready, unless told otherwise."""
        said = len(self.output)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {name: str(value) for name, value in self.settings.items()}
        environment |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "wuzhen",
            "telegram",
            cwd=self.folder,
            env=environment,
            stderr=PIPE,
        )
        self._reading = asyncio.ensure_future(self._read())
        if ready:
            try:
                await self.says("is ready", since=said)
            except BaseException:
                await self.kill()  # whoever started it does not have it to end it
                raise
        return self

    async def says(self, text: str, *, since: int = 0, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until the output holds `text`."""
        async with asyncio.timeout(timeout):
            while text not in self.output[since:]:
                assert self._reading is not None
                assert not self._reading.done(), f"the bot ended: {self.output[since:]}"
                await asyncio.sleep(0.02)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal the process, unless it has ended, and return its exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self.stop(signal.SIGKILL)

    async def ended(self, timeout: float = PATIENCE) -> int:  # noqa: ASYNC109
        """Wait for its end and return its exit status."""
        assert self.process is not None
        assert self._reading is not None
        async with asyncio.timeout(timeout):
            status = await self.process.wait()
            await self._reading
        return status

    async def page(self, name: str) -> tuple[int, str]:
        """Return status and body of a page such as `health`; 0 when nobody answers."""
        url = f"http://127.0.0.1:{self.settings['WUZHEN_HEALTH_PORT']}/{name}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                return answer.status, await answer.text()
        except aiohttp.ClientConnectionError:
            return 0, ""

    async def turns(self, name: str, status: int) -> str:
        """Wait until a page has this status, and return its body."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.page(name))[0] != status:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return found[1]

    async def figure(self, name: str) -> float:
        """Return the sum of a figure of /metrics."""
        _, text = await self.page("metrics")
        lines = (line for line in text.splitlines() if line.startswith((name + " ", name + "{")))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read from the SQLite database."""
        with closing(sqlite3.connect(self.folder / "wuzhen.db")) as connection:
            return connection.execute(statement).fetchall()

    @property
    def returncode(self) -> int | None:
        """The exit status, None while it runs."""
        return None if self.process is None else self.process.returncode

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def logged(self, level: str) -> list[dict[str, Any]]:
        """The lines of a level."""
        return [line for line in self.lines if line["level"] == level]

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(65536):
            self.output += data.decode("utf-8", "replace")
