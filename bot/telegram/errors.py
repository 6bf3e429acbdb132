"""What ends the bot, each with its exit status.

BotError
├── SettingsError
│   └── TokenRejected   TELEGRAM_BOT_TOKEN is not valid (status 2)
└── TokenShared         another program takes this bot's updates (status 3)
"""

from wuzhen.bot.errors import BotError, SettingsError

SHARED = 3
"""The exit status of TokenShared: a supervisor should not start the program again."""

WRONG = "TELEGRAM_BOT_TOKEN is not valid: copy it again from @BotFather"
REJECTED = "TELEGRAM_BOT_TOKEN is not valid any more: ask @BotFather"


class TokenRejected(SettingsError):
    """The Bot API does not know the token."""


class TokenShared(BotError):
    """Another program polls, or has set a webhook, with the same token."""
