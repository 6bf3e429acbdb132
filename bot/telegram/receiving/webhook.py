"""The webhook: Telegram delivers each update here, again and again until it is answered 200.

The answer is 200 as soon as the update is in the inbox, and 503 when it cannot be put there.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from urllib.parse import urlsplit

import telegram
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wuzhen.bot.errors import SettingsError, StoreError
from wuzhen.bot.telegram.delivery.calls import Done, Refused, Unauthorized, call
from wuzhen.bot.telegram.dialogue.dialogue import KINDS
from wuzhen.bot.telegram.errors import REJECTED, TokenRejected
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.receiving.intake import Intake
from wuzhen.bot.telegram.stopping import pause

log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"

LARGEST = 1024 * 1024
"""Bytes of a body; an update is a few thousand."""

PATIENCE_S = 4.0
"""How long a delivery waits for the commit."""

CONNECTIONS = 40
"""How many deliveries Telegram makes at once (its default; 1-100)."""

LOOK_S = 60.0


def secret_of(token: str, chosen: str | None) -> str:
    """Return the secret that Telegram sends along: the one chosen, or one made from the token.

    All processes with a token so know the same secret, and nobody has to make one up.
    """
    return chosen or hmac.new(token.encode(), b"wuzhen webhook", hashlib.sha256).hexdigest()


def application(url: str, secret: str, intake: Intake) -> Starlette:
    """Return what answers deliveries to the path of `url`, and nothing else."""
    expected = secret.encode()

    async def deliver(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, expected):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            # Telegram would repeat it for ever, and hold back what follows.
            intake.unreadable()
            return Response()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await intake.take([update])
        except (StoreError, TimeoutError) as error:
            # A commit that comes after all does no harm: the repetition is known then.
            log.error("an update is left with Telegram: %s", error or "the database is too slow")
            return Response(status_code=503)
        return Response()

    return Starlette(routes=[Route(urlsplit(url).path or "/", deliver, methods=["POST"])])


async def _body(request: Request) -> bytes | None:
    """Read the body; None if it is too large, and what says so itself is not read at all."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > LARGEST:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


class Webhook:
    """The webhook as Telegram knows it: set by one process for all, and looked after."""

    def __init__(self, bot: telegram.Bot, url: str, secret: str, metrics: Metrics) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._metrics = metrics
        self.elsewhere = False
        """Whether the updates go to another address, or are polled."""

    async def keep(self, stop: asyncio.Event) -> None:
        """Set the webhook, then look now and then how it fares, until `stop`.

        Raises SettingsError when Telegram refuses the address, TokenRejected.
        """
        wait = 0.5
        while not stop.is_set() and not await self._set():
            await pause(stop, wait)
            wait = min(15.0, wait * 2)
        while not stop.is_set():
            await self.look()
            await pause(stop, LOOK_S)

    async def _set(self) -> bool:
        outcome = await call(
            self._bot,
            "setWebhook",
            {
                "url": self._url,
                "secret_token": self._secret,
                "max_connections": CONNECTIONS,
                "allowed_updates": list(KINDS),
                "drop_pending_updates": False,
            },
        )
        match outcome:
            case Done():
                log.info("the webhook is set")
                return True
            case Refused(reason):
                raise SettingsError(f"TELEGRAM_WEBHOOK_URL was refused by Telegram: {reason}")
            case Unauthorized():
                raise TokenRejected(REJECTED)
        log.warning("setWebhook failed: %s", getattr(outcome, "reason", outcome))
        return False

    async def look(self) -> None:
        """Ask Telegram how the webhook fares."""
        match await call(self._bot, "getWebhookInfo", {}):
            case Done(dict() as info):
                self._metrics.webhook_pending.set(info.get("pending_update_count", 0))
                self._metrics.webhook_failed.set(info.get("last_error_date", 0))
                elsewhere = info.get("url") != self._url
                if elsewhere and not self.elsewhere:
                    log.warning("the webhook was set to another address or removed")
                self.elsewhere = elsewhere
