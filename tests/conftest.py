"""What the tests of several parts share."""

import signal
from collections import Counter

import pytest

from tests.postgresql import _unused, new_postgresql, postgresql_server  # noqa: F401  (fixtures)
from wuzhen.bot.cli import threads

threads.one_for_each_product()
# Whoever is started in the background may ignore Ctrl-C, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in one line at the end what was skipped; each reason says how to have it run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = reporter.stats.get("skipped", ())
    reasons = Counter(str(one.longrepr[2]).removeprefix("Skipped: ") for one in skipped)
    if reasons:
        reporter.write_line(
            "skipped: " + "; ".join(f"{count} ({reason})" for reason, count in reasons.items())
        )
