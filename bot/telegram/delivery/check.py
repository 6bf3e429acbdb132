"""Whether a token is right, for a command that runs beside the bot."""

import asyncio

from wuzhen.bot.errors import BotError
from wuzhen.bot.telegram.delivery.calls import Done, Unauthorized, call, open_bot
from wuzhen.bot.telegram.errors import WRONG, TokenRejected

PATIENCE_S = 5.0


def username(token: str, api_url: str) -> str:
    """Ask the Bot API whose token it is; raises TokenRejected, or BotError if nobody answers."""
    return asyncio.run(_username(token, api_url))


async def _username(token: str, api_url: str) -> str:
    async with open_bot(token, api_url, PATIENCE_S) as bot:
        match outcome := await call(bot, "getMe", {}):
            case Done({"username": str(name)}):
                return name
            case Unauthorized():
                raise TokenRejected(WRONG)
    reason = getattr(outcome, "reason", type(outcome).__name__)
    raise BotError(
        f"not checked, since {api_url} gave no answer ({reason}): "
        "look at the network, and at TELEGRAM_API_URL"
    )
