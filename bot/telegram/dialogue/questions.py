"""What a message asks: its text without what addresses the bot, or why there is nothing to ask."""

import re
import unicodedata
from dataclasses import dataclass

import telegram
from telegram.constants import ChatType, MessageEntityType

from wuzhen.bot.telegram.me import Me

LONGEST_QUESTION = 1_000
"""Code points of a question; what is longer is no question but a text."""

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?=\s|$)", re.ASCII)
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_UNSEEN = ("Cc", "Cf", "Cs", "Co")
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, read: a command with its argument, or (command empty) a question."""

    command: str
    text: str
    addressed: bool
    """Whether it was meant for the bot: always so in a private chat."""


def read(message: telegram.Message, me: Me) -> Asked:
    """Read a message: the command or question in it, and whether it is meant for the bot."""
    text = message.text or message.caption or ""
    private = message.chat.type not in _GROUPS
    command = _COMMAND.match(text)
    if command:
        meant = command[2] is None or command[2].lower() == me.username.lower()
        return Asked(command[1].lower(), clean(text[command.end() :]), private or meant)
    mentioned, rest = _without_mention(message, me)
    return Asked("", clean(rest), private or mentioned or _answers(message, me))


def clean(text: str) -> str:
    """Return the text without what nobody sees: controls, zero-width and direction marks, NUL."""
    seen = (
        character if character in "\n\t" or unicodedata.category(character) not in _UNSEEN else ""
        for character in text
    )
    return "".join(seen).strip()


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it: emoji and punctuation ask nothing."""
    return any(unicodedata.category(one)[0] in "LN" for one in _KEYCAP.sub("", text))


def _answers(message: telegram.Message, me: Me) -> bool:
    """Whether it replies to the bot. In a topic all replies go to its beginning, which is none."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != me.id:
        return False
    return replied.forum_topic_created is None


def _without_mention(message: telegram.Message, me: Me) -> tuple[bool, str]:
    """Whether the bot is mentioned, and the text without the mentions."""
    # As bytes of UTF-16, which entities are counted in; `surrogatepass` since halves of
    # characters do come in, and are no reason to lose a message.
    text = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    kept, place = b"", 0
    entities = message.entities if message.text else message.caption_entities
    for entity in sorted(entities, key=lambda one: one.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        if start >= place and _mentions(entity, text[start:end], me):
            kept += text[place:start]
            place = end
    return place > 0, (kept + text[place:]).decode("utf-16-le", "surrogatepass")


def _mentions(entity: telegram.MessageEntity, words: bytes, me: Me) -> bool:
    if entity.type == MessageEntityType.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    name = words.decode("utf-16-le", "replace").lower()
    return entity.type == MessageEntityType.MENTION and name == f"@{me.username}".lower()
