"""HTTP connections that are bounded: in the time that a request takes to come, and in number.

uvicorn bounds neither what comes before a first request nor a request that never ends, and a
process without a free descriptor can accept nothing.
"""

import asyncio
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 10.0
"""The seconds within which a request must have come, headers and body; Telegram's take one."""
MOST = 200
"""Connections at a time of all ports; Telegram opens 100 at most. Beyond them the one that has
kept us waiting longest for its request is closed."""


class BoundedProtocol(H11Protocol):
    """A connection that is closed when its request does not come in time, or others need it."""

    _begun = 0.0
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; make room for it first."""
        others = cast(set[Any], self.connections)
        if len(others) >= MOST:
            waiting = [one for one in others if isinstance(one, BoundedProtocol) and one.waiting]
            if not waiting:
                transport.abort()
                return
            min(waiting, key=lambda one: one._begun).abort()
        super().connection_made(transport)
        self._await_request()

    @property
    def waiting(self) -> bool:
        """Whether the request has not yet come in whole."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        if self._watch is not None:
            self._watch.cancel()
        if self.transport is not None:  # one that was refused was never made
            super().connection_lost(exc)

    def abort(self) -> None:
        """Close the connection at once."""
        self.connections.discard(self)
        self.transport.abort()

    def _await_request(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._begun = self.loop.time()
        self._watch = self.loop.call_later(REQUEST_S, self._end)

    def _end(self) -> None:
        if self.waiting:
            self.abort()
