"""What the dialogue asks of the running program: its status, a new index, who administers."""

import time
from collections.abc import Mapping

import telegram

from wuzhen.bot.telegram.delivery.calls import Done, call
from wuzhen.bot.telegram.reload import Shelf
from wuzhen.index.errors import RetrievalError

REMEMBER_S = 60.0
"""How long who administers a group is believed."""

_ADMINISTRATORS = ("creator", "administrator")


class Operations:
    """The operations of one process."""

    def __init__(self, bot: telegram.Bot, shelf: Shelf, webhook: str | None) -> None:
        self._bot = bot
        self._shelf = shelf
        self._webhook = webhook
        self._begun = time.time()
        self._administrators: dict[tuple[int, int], tuple[float, bool]] = {}

    async def status(self) -> Mapping[str, object]:
        """Return what /status shows of the process and of Telegram: names and values."""
        shown: dict[str, object] = {
            "mode": "webhook" if self._webhook else "polling",
            "running for": f"{int(time.time() - self._begun)} s",
            "index": self._shelf.generation,
        }
        if self._shelf.warning:
            shown["warning"] = self._shelf.warning
        match await call(self._bot, "getWebhookInfo", {}):
            case Done(dict() as info):
                shown["updates still at Telegram"] = info.get("pending_update_count", 0)
                if "last_error_message" in info:
                    shown["Telegram's last error"] = info["last_error_message"]
        return shown

    async def reload(self) -> str:
        """Open the index anew; what came of it, in one line."""
        try:
            await self._shelf.open()
        except RetrievalError as error:
            return str(error)
        return f"{self._shelf.generation}"

    async def administers(self, chat: int, user: int) -> bool:
        """Whether a user is one of a group's administrators; asked once a minute at most."""
        now = time.monotonic()
        known = self._administrators.get((chat, user))
        if known is not None and now - known[0] < REMEMBER_S:
            return known[1]
        match await call(self._bot, "getChatMember", {"chat_id": chat, "user_id": user}):
            case Done(dict() as member):
                administers = member.get("status") in _ADMINISTRATORS
            case _:
                return False
        if len(self._administrators) > 10_000:
            self._administrators.clear()
        self._administrators[chat, user] = (now, administers)
        return administers
