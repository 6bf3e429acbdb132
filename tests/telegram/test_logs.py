"""Logs: every line on standard error is JSON, whoever writes it, unless a person reads along."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import sys
from pathlib import Path
from typing import Any

from .emulator import BotApi
from .running import ROOT
from .sharing import own

START = """
import asyncio, logging, sys, threading, warnings
from wuzhen.bot.telegram import logs

logs.configure("INFO", ["12:SECRET"])
"""

WRITERS = {
    "log": "logging.getLogger('wuzhen.bot.x').info('said')",
    "warning": "warnings.warn('said', stacklevel=1)",
    "print": "print('said', 'two\\nlines', file=sys.stderr)",
    "command line": "import click; click.echo('said', err=True)",
    "handler": (
        "other = logging.getLogger('other'); other.propagate = False\n"
        "other.addHandler(logging.StreamHandler()); other.error('said\\nin two lines')"
    ),
    "last resort": "logging.getLogger('other').error('said')",
    "arguments": "logging.getLogger('wuzhen.bot.x').warning('said %d', 'no number')",
    "python-telegram-bot": "import telegram; logging.getLogger('telegram.Bot').critical('said')",
    "uvicorn": "import uvicorn; logging.getLogger('uvicorn.error').error('said')",
    "asyncio": (
        "async def run():\n"
        "    asyncio.get_running_loop().call_soon(lambda: 1 / 0)\n"
        "    await asyncio.sleep(0.01)\n"
        "asyncio.run(run())"
    ),
    "exception": "raise ValueError('hush')",
    "thread": (
        "def fail(): raise ValueError('hush')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join()"
    ),
    "ignored": ("class Bad:\n    def __del__(self): raise ValueError('hush')\nBad()"),
    "secret": "print('said 12:SECRET', file=sys.stderr)",
    "unwritable": "logging.getLogger('wuzhen.bot.x').info('said \\ud800')",
    "no end": "sys.stderr.write('said, and no more')",
}


async def written(code: str) -> list[str]:
    """What a process writes that logs in JSON."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        START + code,
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:replace"},
    )
    _, output = await process.communicate()
    return output.decode("utf-8").splitlines()


async def test_whoever_writes_a_line() -> None:
    # One process for each that must not disturb the others, one for all the rest.
    alone = ("exception",)
    together = [code for name, code in WRITERS.items() if name not in alone]
    lines = await written("\n".join(together))
    found: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert all({"time", "level", "logger", "message"} <= set(one) for one in found)
    said = [one["message"] for one in found if "said" in one["message"]]
    assert len(said) == 12
    assert "SECRET" not in str(lines)
    failures = [one["error"] for one in found if "error" in one]
    assert failures == ["ZeroDivisionError", "ValueError", "ValueError"]
    assert "hush" not in str(lines), "the message of an exception may quote anything"
    for name in alone:
        (line,) = await written(WRITERS[name])
        assert json.loads(line)["error"] == "ValueError"


async def test_a_person_at_a_terminal_reads_plain_words(tmp_path: Path, index_folder: Path) -> None:
    """What is to be read is a plain line there, as with every other command."""
    ours, theirs = pty.openpty()
    async with BotApi() as api, own(tmp_path, index_folder, api) as bot:
        environment = {**os.environ, **{name: str(value) for name, value in bot.settings.items()}}
        environment |= {"PYTHONPATH": str(ROOT), "TELEGRAM_BOT_TOKEN": "123456789:AAWrong"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "wuzhen", "telegram", cwd=tmp_path, env=environment, stderr=theirs
        )
        os.close(theirs)
        assert await process.wait() == 2
        output = os.read(ours, 65536).decode("utf-8")
        os.close(ours)
    assert output.splitlines()[-1].startswith("wuzhen: error: TELEGRAM_BOT_TOKEN")
