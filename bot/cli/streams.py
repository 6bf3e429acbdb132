"""The standard streams of a program that was started with one closed, full or soon gone."""

import os
import re
import sys


def replace_closed() -> None:
    """Put a stream that fails when it is used in place of each that was closed (`>&-`).

    It takes the number of the closed one, which a file would get otherwise, and with it our words.
    """
    for name, opposite in (("stdin", "w"), ("stdout", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, opposite, encoding="utf-8"))  # noqa: PTH123, SIM115


def read_input() -> str:
    """Return standard input as text; bytes that are not UTF-8 become U+FFFD."""
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace")


def give_up_unwritten() -> None:
    """Leave nothing that Python would fail to write once more when it ends, and say so at length.

    As https://docs.python.org/3/library/signal.html#note-on-sigpipe does.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def escaped(text: str) -> str:
    """Return JSON of the same value in which nothing steers a terminal that it is shown in.

    JSON itself escapes the controls below U+0020; here so are C1 controls (ECMA-48), which begin
    sequences as ESC does, line separators, and what turns the direction of writing.
    """
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
