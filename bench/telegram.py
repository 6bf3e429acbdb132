"""The bot in Telegram, from an update to its reply: `python -m bench.telegram`.

A Bot API emulator on loopback hands out questions at fixed rates, whether or not the earlier ones
are answered, and notes when the replies come in. Beside the bot stands the barest bot that
python-telegram-bot can make: it echoes, keeps nothing, and loses what it has taken when it is
killed. Both poll, and neither limits how fast it sends. Emulator and bot share the machine.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

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
class Figures:
    """What one rate gave; times in milliseconds from the update to the call that replies."""

    rate: str
    answered: float
    median: float
    p99: float


async def measure(api: BotApi, rate: float | None, count: int) -> Figures:
    """Ask `count` questions, `rate` a second or (None) all at once, and wait for the replies."""
    api.clear_log()
    chats = [api.private(f"P{number}") for number in range(CHATS)]
    asked: dict[tuple[int, int], float] = {}
    begun = time.monotonic()
    for number in range(count):
        if rate is not None:
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        message = api.say(chats[number % CHATS], QUESTIONS[number % len(QUESTIONS)])
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
    took.sort()
    return Figures(
        "all at once" if rate is None else f"{rate:g}/s",
        count / (last - begun),
        statistics.median(took),
        took[int(len(took) * 0.99)],
    )


@asynccontextmanager
async def running(api: BotApi, *command: str, folder: Path) -> AsyncIterator[int]:
    """Run a bot until the block ends, and give its process id; it polls when the block begins."""
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
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=folder, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await api.polled(timeout=60)
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def compare(rates: list[float], seconds: float, burst: int) -> None:
    """Print a table for each of the two bots."""
    for name, command in (
        ("wuzhen", ("-m", "bot", "telegram")),
        ("bare python-telegram-bot echo", ("-c", ECHO)),
    ):
        print(f"{name}\n  {'asked':>12} {'answered/s':>11} {'median ms':>10} {'99% ms':>10}")
        with tempfile.TemporaryDirectory() as folder:
            async with BotApi() as api, running(api, *command, folder=Path(folder)) as process:
                await measure(api, None, 20)  # what is done once is done now
                for rate in [None, *rates]:
                    count = burst if rate is None else max(20, int(rate * seconds))
                    one = await measure(api, rate, count)
                    print(
                        f"  {one.rate:>12} {one.answered:>11.1f} {one.median:>10.1f} "
                        f"{one.p99:>10.1f}",
                        flush=True,
                    )
                print(f"  memory: {memory(process)}")


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
    options = parser.parse_args()
    asyncio.run(compare(options.rates, options.seconds, options.burst))


if __name__ == "__main__":
    main()
