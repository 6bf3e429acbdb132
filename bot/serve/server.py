"""uvicorn, with connections that send their headers slowly closed."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from wuzhen.bot.errors import SettingsError
from wuzhen.bot.serve.access.guard import LARGEST_HEAD

HEADERS_S = 10.0
"""How long a request's line and headers may take to arrive."""

MOST_WAITING = 512
"""Connections whose headers are waited for; beyond, the one that has taken longest is closed."""

_BACKLOG = 512
_KEEP_ALIVE_S = 15
_GRACE_S = 3


class _Connection(H11Protocol):
    """A connection that is closed when the headers of a request do not arrive in time.

    uvicorn bounds the time between requests alone. `cycle` is the request that it works on.
    """

    waiting: dict["_Connection", asyncio.TimerHandle] = {}  # noqa: RUF012  (of all connections)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._go_on()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._go_on()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self in self.waiting:
            return
        if len(self.waiting) >= MOST_WAITING:
            next(iter(self.waiting))._close()
        self.waiting[self] = asyncio.get_running_loop().call_later(HEADERS_S, self._close)

    def _go_on(self) -> None:
        if timer := self.waiting.pop(self, None):
            timer.cancel()

    def _close(self) -> None:
        self._go_on()
        self.transport.close()


class Server(uvicorn.Server):
    """A server that leaves signals to its caller; `should_exit` stops it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Open a port; raises `SettingsError`."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"cannot listen on {host}:{port}: {cause}; choose others with --host and --port"
        ) from error


def server(app: ASGIApp) -> Server:
    """Return a server of an application."""
    options: dict[str, Any] = {"h11_max_incomplete_event_size": LARGEST_HEAD}
    return Server(
        uvicorn.Config(
            app,
            http=_Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
            **options,
        )
    )
