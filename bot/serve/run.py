"""Running the server until it is told to stop."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.serve.app import application
from wuzhen.bot.serve.library import Library
from wuzhen.bot.serve.server import listen, server
from wuzhen.bot.settings import Settings

Say = Callable[[str], None]


def run(
    settings: Settings, host: str, port: int, opening: Callable[[], Librarian], tell: Say
) -> None:
    """Serve until SIGINT or SIGTERM; `tell` is given a line with the address.

    `opening` opens the index that is in place. Raises `SettingsError`, `RetrievalError`.
    """
    logging.basicConfig(
        level=settings.wuzhen_log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it tells of every bad request
    at = listen(host, port)
    with at:
        library = Library(settings.wuzhen_index, opening)
        name = f"[{host}]" if ":" in host else host
        tell(f"serving at http://{name}:{at.getsockname()[1]}/ (stop with Ctrl-C)")
        asyncio.run(_serve(settings, library, host, at))


async def _serve(settings: Settings, library: Library, host: str, at: socket.socket) -> None:
    serving = server(application(settings, library, host))

    def stop() -> None:
        serving.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await serving.serve(sockets=[at])
