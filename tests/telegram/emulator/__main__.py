"""``python -m tests.telegram.emulator --port N``: the emulator on its own."""

from __future__ import annotations

import argparse
import asyncio
import signal

from .bot_api import TOKEN, BotApi


async def _serve(port: int, token: str, flood: bool) -> None:
    async with BotApi(port=port, token=token) as api:
        api.flood.enabled = flood
        print(f"TELEGRAM_API_URL={api.url}\nTELEGRAM_BOT_TOKEN={api.token}", flush=True)  # noqa: T201
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="tests.telegram.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one (default)")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--flood", action="store_true", help="enforce the flood limits")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.token, options.flood))


main()
