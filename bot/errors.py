"""Every error that a user of the bot may see.

BotError (a WuzhenError)
├── SettingsError         a setting is missing or malformed
├── InputError            what was given to a command cannot be used
└── StoreError            the database could not do what was asked
    ├── DatabaseUrlError  WUZHEN_DATABASE is malformed, or its driver is not installed
    ├── Unavailable       cannot be opened, locked, full, or gone away: may work later
    ├── SchemaError       the database was written by a newer version of the program
    ├── WorkerTaken       another live process uses the same worker id
    └── ClaimLost         the row has passed to another worker, so nothing was written
"""

from wuzhen.errors import WuzhenError


class BotError(WuzhenError):
    """What went wrong and the way out, in one line for the user."""


class StoreError(BotError):
    """The database could not do what was asked."""


class DatabaseUrlError(StoreError):
    """WUZHEN_DATABASE is malformed, or the driver that it asks for is not installed."""


class Unavailable(StoreError):
    """The database cannot be opened, is locked or full, or has gone away; it may work later."""


class SchemaError(StoreError):
    """The database was written by a newer version of the program."""


class WorkerTaken(StoreError):
    """Another live process uses the same worker id on the same database."""


class ClaimLost(StoreError):
    """The row has passed to another worker since it was claimed; nothing was written."""


class SettingsError(BotError):
    """A setting is missing or malformed."""


class InputError(BotError):
    """What was given to a command cannot be used."""
