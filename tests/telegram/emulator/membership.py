"""Who comes, goes and blocks; groups that become supergroups."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram.types import Chat, ChatMemberUpdated, User

from .chats import now
from .members import as_member
from .people import People


class Membership(People):
    """Builders of ``my_chat_member``, ``chat_member`` and migration updates."""

    def bot_status(
        self, chat: int | Chat, status: str, *, by: User | None = None
    ) -> ChatMemberUpdated:
        """Make the bot a member, administrator, left or kicked (in private: blocked)."""
        state = self.state.ensure(chat)
        change = ChatMemberUpdated(
            chat=state.chat,
            from_user=self.sender_in(state, by),
            date=datetime.fromtimestamp(now(), UTC),
            old_chat_member=as_member(self.state.bot, state.bot_status),
            new_chat_member=as_member(self.state.bot, status),
        )
        state.bot_status = status
        self.state.send("my_chat_member", change, state.chat.id)
        return change

    def block(self, chat: int | Chat) -> ChatMemberUpdated:
        """Block the bot, or throw it out of the group: its calls get 403 from now on."""
        return self.bot_status(chat, "kicked")

    def unblock(self, chat: int | Chat) -> ChatMemberUpdated:
        """Let the bot in again."""
        return self.bot_status(chat, "member")

    def member_status(
        self, chat: int | Chat, user: User, status: str, *, by: User | None = None
    ) -> ChatMemberUpdated:
        """Make `user` a member, administrator, creator, left or kicked."""
        state = self.state.ensure(chat)
        _, before = state.members.get(user.id, (user, "member"))
        state.members[user.id] = (user, status)
        change = ChatMemberUpdated(
            chat=state.chat,
            from_user=self.sender_in(state, by),
            date=datetime.fromtimestamp(now(), UTC),
            old_chat_member=as_member(user, before),
            new_chat_member=as_member(user, status),
        )
        self.state.send("chat_member", change, state.chat.id)
        return change

    def migrate(self, group: int | Chat, *, announce: bool = True, new_first: bool = False) -> Chat:
        """Make a basic group a supergroup; calls to the old id get ``migrate_to_chat_id``.

        Both service messages follow, that of the supergroup first if `new_first`; none unless
        `announce`.
        """
        old = self.state.ensure(group)
        new = self.supergroup(old.chat.title or "Supergroup")
        state = self.state.ensure(new)
        state.members = dict(old.members)
        state.bot_status = old.bot_status
        old.migrated_to = new.id
        if announce:
            notes = [(old.chat, {"migrate_to_chat_id": new.id})]
            notes.append((new, {"migrate_from_chat_id": old.chat.id}))
            for chat, fields in reversed(notes) if new_first else notes:
                self.service(chat, **fields)
        return new
