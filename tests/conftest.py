"""What the tests of several parts share."""

from tests.postgresql import _unused, new_postgresql, postgresql_server  # noqa: F401  (fixtures)
