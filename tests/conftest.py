"""What the tests of several parts share."""

import signal

from tests.postgresql import _unused, new_postgresql, postgresql_server  # noqa: F401  (fixtures)
from wuzhen.bot.cli import threads

threads.one_for_each_product()
# Whoever is started in the background may ignore Ctrl-C, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
