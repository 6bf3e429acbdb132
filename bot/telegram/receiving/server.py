"""An ASGI application on a port of this process, until it is to stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from wuzhen.bot.errors import SettingsError
from wuzhen.bot.telegram.receiving.connections import BoundedProtocol

GRACE_S = 3
BACKLOG = 100
"""Connections that wait to be accepted. asyncio tries to accept as many at once, and logs an error
for each where descriptors have run out."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program, which stops more than a server."""
        yield


def listen(host: str, port: int, setting: str) -> socket.socket:
    """Open a port at once; raises SettingsError, naming the setting, when that fails."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{setting}: cannot listen on {host}:{port}: {cause}") from error


async def serve(app: Starlette, at: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests until `stop`, then those that have begun."""
    config = uvicorn.Config(
        unambiguous(app),
        http=BoundedProtocol,
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[at]))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        server.should_exit = True
        await serving


def unambiguous(app: ASGIApp) -> ASGIApp:
    """Refuse requests whose length is said twice, and close their connection.

    A proxy before us may have read the other length, and taken a part of the body for a request
    of its own (RFC 9112, section 6.1).
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        names = [name for name, _ in scope.get("headers", ())]
        if b"transfer-encoding" in names and b"content-length" in names:
            headers = [(b"connection", b"close"), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            await send({"type": "http.response.body"})
            return
        await app(scope, receive, send)

    return checked
