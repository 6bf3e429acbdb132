"""The one root of every error that this package raises on purpose.

WuzhenError
├── RetrievalError        the documents or their index cannot be used; see `wuzhen.index.errors`
└── BotError              a setting, an input or the database; see `wuzhen.bot.errors`
"""


class WuzhenError(Exception):
    """A cause and a way out, in one line that can be shown to a user."""
