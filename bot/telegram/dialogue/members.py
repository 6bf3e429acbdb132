"""What happens to chats: the bot is blocked, put out, let in again, or the group gets a new id."""

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from wuzhen.bot.telegram.dialogue.scene import Means, allowed
from wuzhen.bot.telegram.messages.entities import rich
from wuzhen.bot.telegram.messages.languages import chosen
from wuzhen.bot.telegram.messages.messages import payload
from wuzhen.bot.telegram.messages.phrases import say
from wuzhen.bot.telegram.outgoing import Chosen, Left, Moved, Outgoing, Response

_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


async def changed(update: telegram.ChatMemberUpdated, means: Means) -> Response:
    """Return what a change of the bot's own membership leads to."""
    chat, user = update.chat, update.from_user
    if not _inside(update.new_chat_member):
        return Response(effects=(Left(chat.id),))
    effects = (Chosen(chat.id, {"active": True}),)
    if _inside(update.old_chat_member) or chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP):
        return Response(effects=effects)
    if not allowed(means, chat.id, user.id):
        return Response((Outgoing("leaveChat", {}, chat.id),), effects=effects)
    settings = await means.store.chats.get(chat.id)
    if settings.blocked:
        return Response(effects=effects)
    language = chosen(settings.language, user.language_code)
    hello = say("group_hello", language, username=means.me.username)
    if not means.me.reads_groups:
        hello += "\n\n" + say("help_privacy_mode", language)
    return Response((Outgoing("sendMessage", payload(rich(hello)), chat.id),), effects=effects)


def moved(message: telegram.Message) -> Response | None:
    """Return what a group's new id leads to; the old chat and the new one tell it, once each.

    None for any other message.
    """
    if message.migrate_to_chat_id is not None:
        return Response(effects=(Moved(message.chat.id, message.migrate_to_chat_id),))
    if message.migrate_from_chat_id is not None:
        return Response(effects=(Moved(message.migrate_from_chat_id, message.chat.id),))
    return None


def _inside(member: telegram.ChatMember) -> bool:
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.is_member
    return member.status not in _OUTSIDE
