"""What the tests of several parts share."""

from bot import processors
from tests.postgresql import _unused, new_postgresql, postgresql_server  # noqa: F401  (fixtures)

processors.one_for_each_product()
