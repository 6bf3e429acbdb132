"""One call of the Bot API, and what came of it, sorted by what is to be done next.

python-telegram-bot makes the request and names the error; two of its classes mislead, so the
order below matters: `BadRequest` and `TimedOut` are both subclasses of `NetworkError`. An error
whose body was not the Bot API's JSON came from something in between (a proxy, a gateway) and
says nothing about the chat or the token, whatever its code.
"""

import importlib.util
import os
import sys
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import telegram
from telegram import error as errors
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

Json = Any


@dataclass(frozen=True, slots=True)
class Done:
    """Carried out."""

    result: Json


@dataclass(frozen=True, slots=True)
class Later:
    """Worth another try: after `seconds` if the service said so (429), None if it did not.

    `uncertain` when it may have been carried out all the same: the request went out, its answer
    did not come back.
    """

    reason: str
    seconds: float | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """The bot may not write to this chat any more (403)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group has become a supergroup with another id."""

    chat: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Wrong in itself (400), and so it will be every time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Another program takes this bot's updates (409)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token is not valid (401, or 404 for a malformed one)."""


Outcome = Done | Later | Blocked | Migrated | Refused | Conflicting | Unauthorized


@asynccontextmanager
async def open_bot(token: str, api_url: str, seconds: float) -> AsyncIterator[telegram.Bot]:
    """Open a client for the calls of one token, at `api_url`; nothing is asked yet.

    Each step may take so many `seconds`: to connect, to write, and to wait for the answer.
    """
    # Since 22.2 a retry_after is an int, with a warning each time, unless this is set.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # It would rather have its own methods called, which take objects and not JSON.
    warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)
    # httpcore looks for this module, which is no part of it, half a dozen times a call.
    if importlib.util.find_spec("sniffio") is None:
        sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
    requests = [
        HTTPXRequest(
            connection_pool_size=size,
            connect_timeout=seconds,
            read_timeout=seconds,
            write_timeout=seconds,
            pool_timeout=seconds,
        )
        for size in (64, 2)
    ]
    for request in requests:
        await request.initialize()
    try:
        yield telegram.Bot(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            base_file_url=f"{api_url.rstrip('/')}/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )
    finally:
        for request in requests:
            await request.shutdown()


async def call(
    bot: telegram.Bot, method: str, payload: Mapping[str, Json], *, patience: float | None = None
) -> Outcome:
    """Make a call; `patience` is how many seconds its answer may take, if not the client's own.

    Raises nothing but what is a mistake in the program.
    """
    more: dict[str, Any] = {} if patience is None else {"read_timeout": patience}
    try:
        return Done(await bot.do_api_request(method, api_kwargs=dict(payload), **more))
    except (errors.EndPointNotFound, errors.InvalidToken) as error:
        # One of the two stands around each 401 and 404. The latter is no fault of the token when
        # another server than Telegram's own does not know the method.
        cause = error.__cause__
        if not isinstance(cause, errors.InvalidToken):
            return _sort(error)
        outcome = _sort(cause)
        token = method == "getMe" or "unauthorized" in cause.message.lower()
        return outcome if token or isinstance(outcome, Later) else Refused("Not Found")
    except errors.TelegramError as error:
        return _sort(error)


def _sort(error: errors.TelegramError) -> Outcome:
    reason = _reason(error)
    match error:
        case errors.RetryAfter():
            after = error.retry_after
            seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
            return Later(reason, seconds)
        case errors.ChatMigrated():
            return Migrated(error.new_chat_id)
        case errors.TelegramError(__cause__=errors.TelegramError()):
            return Later(f"{type(error).__name__} from something before the Bot API", None, True)
        case errors.BadRequest():
            return Refused(reason)
        case errors.Forbidden():
            return Blocked(reason)
        case errors.Conflict():
            return Conflicting(reason)
        case errors.InvalidToken():
            return Unauthorized()
        case errors.NetworkError():
            unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
            return Later(reason, None, not isinstance(error.__cause__, unsent))
        case _:
            return Later(reason, None, True)


def _reason(error: errors.TelegramError) -> str:
    """Return what the service said, without the end in which it may quote what was sent."""
    if error.__cause__ is not None:
        return type(error.__cause__).__name__
    parts = error.message.split(": ")
    return ": ".join(parts[: 2 if parts[0] in ("Forbidden", "Conflict") else 1])[:200]
