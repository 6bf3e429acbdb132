"""When the bot answers in a group: as its administrators have it."""

from typing import Literal

from wuzhen.bot.store import Chat
from wuzhen.bot.telegram.dialogue.questions import Asked
from wuzhen.bot.telegram.dialogue.scene import Means, Scene, administers
from wuzhen.bot.telegram.messages.buttons import Keyboard, button
from wuzhen.bot.telegram.messages.languages import Language
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Response

When = Literal["addressed", "all", "off"]

WHEN: tuple[When, ...] = ("addressed", "all", "off")
"""When it is spoken to; at every question as well, if the text answers it; not at all."""

_ALWAYS = ("when", "lang", "privacy", "forget", "export")
"""The commands that are obeyed in a group where it is not to answer."""

_ENDS = ("?", "？", "?!", "？！", "嗎", "吗", "呢")


def when_of(chat: Chat) -> When:
    """Return what was chosen for a chat."""
    return next((one for one in WHEN if one == chat.respond_to), "addressed")


def looks_asked(asked: Asked) -> bool:
    """Whether what was not said to the bot looks like a question to anybody."""
    if asked.command or asked.text.startswith("@"):
        return False
    return asked.text.endswith(_ENDS) and len(asked.text) > len("是嗎？")


def silent(asked: Asked, place: Scene) -> bool:
    """Whether nothing is said to a message, as its group has chosen."""
    when = "addressed" if place.private else when_of(place.chat)
    if when == "off":
        return asked.command not in _ALWAYS
    return not asked.addressed and when != "all"


async def when(place: Scene, means: Means, _: str) -> Response:
    """Offer the choice."""
    if place.private:
        return place.says(say("when_private", place.language))
    if not await administers(place, means):
        return place.says(say("admins_only", place.language))
    return place.says(*panel(when_of(place.chat), means, place.language))


def panel(chosen: When, means: Means, language: Language) -> tuple[str, Keyboard]:
    """Return the text and the buttons of /when."""
    text = say("when", language)
    if not means.me.reads_groups:
        text += "\n\n" + say("when_privacy_mode", language)
    return text, [
        [button(f"{'✓ ' * (one == chosen)}{say(f'when_{one}', language)}", "when", one)]
        for one in WHEN
    ]
