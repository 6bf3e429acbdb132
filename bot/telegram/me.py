"""What the bot knows of itself, from `getMe`."""

from dataclasses import dataclass

import telegram


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str
    name: str = ""
    reads_groups: bool = False
    """Whether it is sent all messages of its groups (privacy mode off)."""
    inline: bool = False

    @classmethod
    def of(cls, user: telegram.User) -> "Me":
        """Read it from what `getMe` returns."""
        return cls(
            id=user.id,
            username=user.username or "",
            name=user.first_name,
            reads_groups=bool(user.can_read_all_group_messages),
            inline=bool(user.supports_inline_queries),
        )
