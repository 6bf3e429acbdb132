"""Where a conversation is shown: the terminal with its panels and its pager, or a pipe."""

import base64
import os
import sys

import click
import pyperclip
from rich.console import Console, Group, RenderableType
from rich.text import Text

from wuzhen.bot.render import terminal
from wuzhen.bot.render.terminal_lines import Prose

WIDEST = 100
"""Longer lines, in cells, are hard to follow, however wide the terminal is."""
_MARGIN = 2
_LONGEST_COPIED = 70_000
"""Bytes; a terminal may drop a longer sequence (xterm's limit is 100,000 after Base64)."""


_LESS = {"LESS": "-FRX -P?e(END) .Space goes on, q leaves", "LESSCHARSET": "utf-8"}
"""What less is told unless its user says otherwise: to show colours, to leave on the screen
what was read, to say how it is left, and that it is given UTF-8, whatever the locale.

It says so in English, as less has no other letters in what it says (version 590)."""


class Screen:
    """Shows what a conversation says; `lively` when a person sits at both ends of it."""

    def __init__(self, console: Console | None = None, *, lively: bool | None = None) -> None:
        self.console = console or terminal.console()
        both = sys.stdin.isatty() and self.console.is_terminal
        self.lively = both if lively is None else lively

    def show(self, *parts: RenderableType) -> None:
        """Print something; through the pager when it is longer than the terminal is high."""
        whole = Group(*parts)
        if not self.lively:
            self.console.print(whole)
            return
        width = min(self.console.width, WIDEST)
        lines = self.console.render_lines(
            whole, self.console.options.update(width=width), pad=False
        )
        if len(lines) <= self.console.height - _MARGIN:
            self.console.print(whole, width=width)
            return
        with self.console.capture() as captured:
            self.console.print(whole, width=width)
        for name, value in _LESS.items():
            os.environ.setdefault(name, value)
        click.echo_via_pager(captured.get())

    def say(self, text: str, style: str = "") -> None:
        """Print a sentence of the program's own."""
        self.show(Prose(Text(text, style=style if self.lively else "")))

    def clear(self) -> None:
        """Leave the terminal empty."""
        if self.lively:
            self.console.clear()

    def copy(self, text: str) -> bool:
        """Put a text on the clipboard; tell whether there may be one.

        By the machine's own means, and by OSC 52 of xterm's control sequences, which reaches the
        clipboard of whoever sits at the other end of an SSH connection.
        """
        put = True
        try:
            pyperclip.copy(text)
        except (pyperclip.PyperclipException, OSError):
            put = False
        encoded = base64.b64encode(text.encode("utf-8", "replace"))
        if not self.lively or self.console.is_dumb_terminal or len(encoded) > _LONGEST_COPIED:
            return put
        self.console.file.write(f"\x1b]52;c;{encoded.decode()}\x07")
        self.console.file.flush()
        return True
