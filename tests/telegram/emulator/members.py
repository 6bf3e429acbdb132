"""Chat members by status, as the Bot API describes them."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberOwner,
    ChatMemberUnion,
    User,
)


def as_member(user: User, status: str) -> ChatMemberUnion:
    """`status` is member, administrator, creator, left or kicked."""
    match status:
        case "creator":
            return ChatMemberOwner(user=user, is_anonymous=False)
        case "administrator":
            return ChatMemberAdministrator(
                user=user,
                can_be_edited=False,
                is_anonymous=False,
                can_manage_chat=True,
                can_delete_messages=True,
                can_manage_video_chats=False,
                can_restrict_members=False,
                can_promote_members=False,
                can_change_info=False,
                can_invite_users=True,
                can_post_stories=False,
                can_edit_stories=False,
                can_delete_stories=False,
                can_send_welcome_messages=False,
                can_pin_messages=True,
                can_manage_topics=False,
            )
        case "left":
            return ChatMemberLeft(user=user)
        case "kicked":
            return ChatMemberBanned(user=user, until_date=datetime.fromtimestamp(0, UTC))
        case "member":
            return ChatMemberMember(user=user)
        case _:
            raise ValueError(f"no such status: {status}")
