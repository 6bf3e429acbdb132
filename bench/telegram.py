"""The bot in Telegram, from an update to its reply: `python -m bench.telegram`.

A Bot API emulator on loopback hands out questions at fixed rates, whether or not the earlier ones
are answered, and notes when the replies come in. Beside the bot stands the barest bot that
python-telegram-bot can make: it echoes, keeps nothing, and loses what it has taken when it is
killed. Neither limits how fast it sends. Emulator and bot share the machine.
"""

import argparse
import asyncio
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.telegram.emulator import BotApi

ROOT = Path(__file__).parents[1]
CHATS = 200
QUESTIONS = (
    "大會在哪裏舉行？",
    "有多少志願者報名？",
    "大會的主題是什麼？",
    "Who opened the conference?",
)

ECHO = """
import os
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(update.message.text, do_quote=True)

url = os.environ["TELEGRAM_API_URL"]
app = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(f"{url}/bot").build()
app.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, echo))
app.run_polling()
"""


@dataclass(frozen=True)
class Case:
    """A bot to measure, and how: `repeated` questions are few, others all differ."""

    name: str
    command: tuple[str, ...] = ("-m", "wuzhen", "telegram")
    repeated: bool = True
    webhook: bool = False


CASES = (
    Case("wuzhen, polling, the same few questions"),
    Case("wuzhen, polling, no question like another", repeated=False),
    Case("wuzhen, webhook, the same few questions", webhook=True),
    Case("bare python-telegram-bot echo, polling", ("-c", ECHO)),
)


@dataclass(frozen=True)
class Figures:
    """What one rate gave; times in milliseconds.

    `median` and `p99` are from the update to the call that replies, `cpu` is the bot's own time a
    question, `taken` the 99th percentile from a delivery by webhook to its 200.
    """

    rate: str
    answered: float
    median: float
    p99: float
    cpu: float | None
    taken: float | None

    HEAD: ClassVar = ("asked", "answered/s", "median ms", "99% ms", "CPU ms", "200, 99% ms")

    def __str__(self) -> str:
        numbers = (self.answered, self.median, self.p99, self.cpu, self.taken)
        cells = ("-" if number is None else f"{number:.1f}" for number in numbers)
        return row(self.rate, *cells)


def row(*cells: str) -> str:
    """Lay out a line of the table."""
    return "  " + " ".join(f"{cell:>11}" for cell in cells)


async def measure(api: BotApi, process: int, case: Case, rate: float | None, count: int) -> Figures:
    """Ask `count` questions, `rate` a second or (None) all at once, and wait for the replies."""
    api.clear_log()
    webhook = api.state.webhook
    if webhook is not None:
        webhook.took.clear()
    chats = [api.private(f"P{number}") for number in range(CHATS)]
    asked: dict[tuple[int, int], float] = {}
    busy, begun = cpu_seconds(process), time.monotonic()
    for number in range(count):
        if rate is not None:
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        text = QUESTIONS[number % len(QUESTIONS)]
        if not case.repeated:
            text += f" {random.getrandbits(40):x}"
        message = api.say(chats[number % CHATS], text)
        asked[message.chat.id, message.message_id] = time.monotonic()
    while len(calls := api.calls("sendMessage")) < count:
        if time.monotonic() - begun > 300:
            raise SystemExit(f"{count - len(calls)} questions were not answered in five minutes")
        await asyncio.sleep(0.1)
    took = []
    for call in calls:
        replied = call.params["reply_parameters"]["message_id"]
        took.append(1000 * (call.at - asked[call.chat or 0, replied]))
    last = max(call.at for call in calls)
    idle = cpu_seconds(process)
    return Figures(
        "all at once" if rate is None else f"{rate:g}/s",
        count / (last - begun),
        statistics.median(took),
        percentile(took),
        None if busy is None or idle is None else 1000 * (idle - busy) / count,
        None if webhook is None else 1000 * percentile(webhook.took),
    )


def percentile(values: list[float]) -> float:
    """Return the 99th percentile."""
    return sorted(values)[int(len(values) * 0.99)]


@asynccontextmanager
async def running(api: BotApi, case: Case, folder: Path) -> AsyncIterator[int]:
    """Run a bot until the block ends, and give its process id; it is ready when it begins."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_API_URL": api.url,
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_RATE": "0",
        "TELEGRAM_USER_RATE": "0",
        "WUZHEN_DATABASE": f"sqlite:///{folder}/wuzhen.db",
        "WUZHEN_INDEX": str(folder / "index"),
        "WUZHEN_KNOWLEDGE": str(ROOT / "knowledge"),
        "WUZHEN_LOG_LEVEL": "WARNING",
    }
    if case.webhook:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"127.0.0.1:{listener.getsockname()[1]}"
        environment |= {
            "TELEGRAM_WEBHOOK_LISTEN": address,
            "TELEGRAM_WEBHOOK_URL": f"http://{address}/bench",
        }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *case.command,
        cwd=folder,
        env=environment,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        if case.webhook:
            await api.wait_for(lambda: api.state.webhook, 60, "a webhook")
        else:
            await api.polled(timeout=60)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def compare(cases: Sequence[Case], rates: list[float], seconds: float, burst: int) -> None:
    """Print a table for each case."""
    for case in cases:
        print(f"{case.name}\n{row(*Figures.HEAD)}")
        with tempfile.TemporaryDirectory() as folder:
            async with BotApi() as api, running(api, case, Path(folder)) as process:
                await measure(api, process, case, None, 20)  # what is done once is done now
                for rate in [None, *rates]:
                    count = burst if rate is None else max(20, int(rate * seconds))
                    print(await measure(api, process, case, rate, count), flush=True)
                print(f"  memory: {memory(process)}")


def cpu_seconds(process: int) -> float | None:
    """Return the CPU time of a process, where the system says so in a file."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return None
    ticks = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> str:
    """Return what a process holds in memory, where the system says so in a file."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return "unknown here"
    kilobytes = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return f"{int(kilobytes.split()[1]) / 1024:.0f} MiB"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=float, nargs="*", default=[10.0, 50.0, 100.0])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long at each rate")
    parser.add_argument("--burst", type=int, default=300, help="questions asked all at once")
    parser.add_argument(
        "--cases", type=int, nargs="*", default=range(len(CASES)), help="by number, from 0"
    )
    options = parser.parse_args()
    cases = [CASES[number] for number in options.cases]
    asyncio.run(compare(cases, options.rates, options.seconds, options.burst))


if __name__ == "__main__":
    main()
