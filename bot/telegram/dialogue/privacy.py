"""The commands about a user's data: what is kept, all of it as a file, and its deletion."""

from wuzhen.bot.telegram.dialogue.scene import Means, Scene
from wuzhen.bot.telegram.messages.buttons import forget_keyboard
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.messages.transcript import transcript
from wuzhen.bot.telegram.outgoing import Forgotten, Response


async def privacy(place: Scene, means: Means, _: str) -> Response:
    """Say what is kept, why, and for how long."""
    return place.says(say("privacy", place.language, days=means.settings.telegram_keep_days))


async def forget(place: Scene, _means: Means, _: str) -> Response:
    """Ask whether everything is to be deleted."""
    if not place.user:
        return place.says(say("nobody", place.language))
    return place.says(say("forget", place.language), forget_keyboard(place.user, place.language))


def forgotten(user: int) -> Forgotten:
    """Return the deletion: of a user, and of the private chat, which has the same id."""
    return Forgotten(user, chat=user)


async def export(place: Scene, means: Means, _: str) -> Response:
    """Send everything that is kept of a user, as Markdown."""
    if not place.user:
        return place.says(say("nobody", place.language))
    if not place.private:
        return place.says(say("export_private", place.language))
    held = await means.store.privacy.export(place.user, place.chat.chat)
    text = transcript(held, place.language)
    caption = say("export", place.language)
    return place.response(place.document("wuzhen-export.md", text, caption))
