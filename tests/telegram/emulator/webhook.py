"""Webhook delivery: each update repeated until it is taken, one chat's updates in order."""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
from aiogram.methods import SetWebhook
from aiogram.types import WebhookInfo

from .errors import violation
from .updates import Pending, Signal, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PORTS = (443, 80, 88, 8443)
LONGEST_WAIT = 1.0


class Webhook:
    """The webhook that is set, delivering as long as it is.

    `retry` is the wait in seconds after the first failure; it doubles up to a second.
    """

    def __init__(
        self, call: SetWebhook, queue: UpdateQueue, signal: Signal, retry: float, timeout: float
    ) -> None:
        _check(call)
        self._queue = queue
        self._signal = signal
        self._retry = retry
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._lanes: dict[int | None, asyncio.Task[None]] = {}
        self._failed_at: datetime | None = None
        self._failure: str | None = None
        self.url = call.url
        self.secret = call.secret_token
        self.connections = call.max_connections or 40
        self._headers = {"Content-Type": "application/json"}
        if self.secret:
            self._headers[SECRET_HEADER] = self.secret
        self.took: list[float] = []
        """Seconds from each delivery to the 200 that it was answered with."""
        self._running = asyncio.create_task(self._run(), name="webhook")

    def info(self) -> WebhookInfo:
        """What ``getWebhookInfo`` answers."""
        return WebhookInfo(
            url=self.url,
            has_custom_certificate=False,
            pending_update_count=len(self._queue.pending),
            ip_address="127.0.0.1",
            last_error_date=self._failed_at,
            last_error_message=self._failure,
            max_connections=self.connections,
            allowed_updates=sorted(self._queue.allowed) if self._queue.allowed else None,
        )

    async def stop(self) -> None:
        """Deliver nothing more."""
        tasks = [self._running, *self._lanes.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            while True:
                for update in self._queue.pending:
                    if len(self._lanes) < self.connections and update.lane not in self._lanes:
                        self._lanes[update.lane] = asyncio.create_task(
                            self._deliver(session, update)
                        )
                await self._signal.wait(1.0)

    async def _deliver(self, session: aiohttp.ClientSession, update: Pending) -> None:
        body = json.dumps(update.payload, ensure_ascii=False).encode()
        wait = self._retry
        try:
            while update in self._queue.pending:
                begun = time.monotonic()
                try:
                    async with session.post(
                        self.url, data=body, headers=self._headers, allow_redirects=False
                    ) as answer:
                        if answer.ok and answer.status < 300:
                            self.took.append(time.monotonic() - begun)
                            return self._queue.remove(update)
                        failure = f"{answer.status} {answer.reason}"
                        self._fail(f"Wrong response from the webhook: {failure}")
                except TimeoutError:
                    self._fail("Read timeout expired")
                except aiohttp.ClientConnectorError:
                    self._fail("Connection refused")
                except aiohttp.ClientError:
                    self._fail("Connection reset by peer")
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            del self._lanes[update.lane]
            self._signal.fire()

    def _fail(self, reason: str) -> None:
        self._failed_at = datetime.now(UTC)
        self._failure = reason
        self._signal.fire()


def _check(call: SetWebhook) -> None:
    address = urlsplit(call.url)
    local = address.hostname in ("127.0.0.1", "localhost", "::1")
    # A self-hosted Bot API server delivers to any HTTP address; the public one does not.
    if not local and address.scheme != "https":
        raise violation("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (address.port or 443) not in PORTS:
        raise violation("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if call.secret_token is not None and not re.fullmatch(r"[\w-]{1,256}", call.secret_token, re.A):
        raise violation("secret token contains unallowed characters")
    if call.max_connections is not None and not 1 <= call.max_connections <= 100:
        raise violation("max_connections must be 1-100")
