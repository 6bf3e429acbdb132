"""Logs: one JSON object a line on standard error, without what people wrote and without secrets.

An exception is logged by its type and the places in the code that it came through; its message
may quote anything, so it is left out. Other packages log warnings only: below that httpx writes
the token with every address, and aiosqlite every statement with its values. python-telegram-bot
logs whole updates, and at ERROR whatever a gateway answered; all it has to say is in its
exceptions.

Where nobody sits at a terminal every line is such an object: what is not logged but written to
`sys.stderr`, by a warning, another package or the command line, becomes one too.
"""

import io
import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

log = logging.getLogger(__name__)

_request: ContextVar[str | None] = ContextVar("request", default=None)

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def request(name: str) -> Iterator[None]:
    """Give every line that is logged inside, and in tasks begun there, this request id."""
    token = _request.set(name)
    try:
        yield
    finally:
        _request.reset(token)


def configure(level: str, secrets: Iterable[str]) -> None:
    """Log from now on, this program from `level` up; `secrets` are never written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # Otherwise a line that cannot be written is complained about, in lines that are no JSON.
    logging.raiseExceptions = False
    for own in ("wuzhen",):
        logging.getLogger(own).setLevel(level)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    sys.excepthook = lambda _, error, __: _uncaught("uncaught", error)
    sys.unraisablehook = lambda args: _uncaught("ignored", args.exc_value)
    threading.excepthook = lambda args: _uncaught("a thread ended", args.exc_value)
    if not sys.stderr.isatty():
        sys.stderr = Lines(sys.stderr)


def _uncaught(where: str, error: BaseException | None) -> None:
    log.critical("%s: %s", where, type(error).__name__, exc_info=error)


class Lines(io.TextIOBase):
    """A stream that logs what is written to it, line by line."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, behind: TextIO) -> None:
        self._behind = behind
        self._begun = ""

    def write(self, text: str, /) -> int:
        """Log the lines that are complete by now."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._log(line)
        return len(text)

    def flush(self) -> None:
        """Log what has not been ended by a newline as well."""
        begun, self._begun = self._begun, ""
        self._log(begun)

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the stream behind, for programs that are started."""
        return self._behind.fileno()

    def _log(self, line: str) -> None:
        if line.strip():
            logging.getLogger("stderr").warning("%s", line.rstrip())


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = sorted((one for one in secrets if one), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without any of the secrets."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if (name := _request.get()) is not None:
            line["request"] = name
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["at"] = [
                f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        text = json.dumps(line, ensure_ascii=False, default=str)
        for secret in self._secrets:
            text = text.replace(secret, "<secret>")
        return text


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # its arguments do not fit
        return str(record.msg)


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-2:])
