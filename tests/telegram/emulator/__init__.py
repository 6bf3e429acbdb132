"""A Bot API server for tests: strict, stateful, faulty on demand.

    async with BotApi() as api:
        # start the bot with api.token and api.url (python-telegram-bot: base_url=f"{api.url}/bot")
        chat = api.private("Ada", language="zh-hant")
        api.say(chat, "/start")
        reply = await api.reply_in(chat)
        query = api.press(reply, "More")            # the button's text
        await api.callback_answer(query)
        longer = await api.edit_of(reply)
        api.assert_clean()                          # no call broke the specification

What is sent and received are aiogram's types (``Message``, ``CallbackQuery``, …). A chat may be
given by its id everywhere. Fresh chats keep tests apart that share one emulator and bot.

- People (`say`, `edit`, `media`, `press`, `press_data`, `inline`, `choose`, `channel_post`,
  `service`, `topic`, `block`, `unblock`, `bot_status`, `member_status`, `migrate`) queue updates;
  `inject` queues any JSON, `repeat` an update once more.
- Faults: `fail` (error), `hold` (late answer), `drop` (no answer; ``stored=True``: carried out),
  `heal`, `down` / `up`; ``api.flood.enabled = True`` enforces the flood limits.
- What happened: `calls`, `messages`, `replies`, `versions`, `standing`, `file`, `violations`.
- Waiting: `wait_for`, `reply_in`, `edit_of`, `callback_answer`, `inline_answer`, `drained`,
  `polled`, `no_reply_in`. All fail with the last calls in the message.

Every call is checked against aiogram's models, generated from the specification, and against the
service's limits; one that breaks them is answered 400 and kept in `violations`. Where the service
would silently repair (more than 100 entities, overlapping ones), the emulator refuses. Entities
that the service finds by itself in a bot's text (links, commands) are not added to what it sends.
"""

from .bot_api import TOKEN, BotApi
from .calls import Call
from .faults import Fault
from .text import utf16_length, utf16_slice

__all__ = ["TOKEN", "BotApi", "Call", "Fault", "utf16_length", "utf16_slice"]
