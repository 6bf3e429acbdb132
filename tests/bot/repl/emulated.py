"""The program in a terminal: a pseudo-terminal, and an emulator that draws the screen."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

import pyte

from tests.bot.conftest import ROOT

_PATIENCE_S = 60.0

KEYS = {"enter": "\r", "tab": "\t", "up": "\x1b[A", "ctrl-c": "\x03", "ctrl-d": "\x04"}


class _Screen(pyte.Screen):
    """Answers what the program asks of its terminal, as terminals do."""

    def __init__(self, columns: int, lines: int, reply_to: int) -> None:
        super().__init__(columns, lines)
        self._reply_to = reply_to

    def write_process_input(self, data: str) -> None:
        os.write(self._reply_to, data.encode())


class Terminal:
    """A terminal in which `wuzhen repl` runs in a folder, in English unless told otherwise."""

    def __init__(self, home: Path, columns: int = 100, lines: int = 40, **variables: str) -> None:
        self._end, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen = _Screen(columns, lines, self._end)
        self._stream = pyte.ByteStream(self.screen)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WUZHEN_", "TELEGRAM_", "LC_", "NO_COLOR", "COLUMNS", "LINES"))
        }
        self.received = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wuzhen", "repl"],
            cwd=home,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={
                **kept,
                "PYTHONPATH": str(ROOT),
                "WUZHEN_EMBEDDINGS": "none",
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                **variables,
            },
        )
        os.close(other)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._end)

    @property
    def shown(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, text: str) -> None:
        """Type a text, without Enter."""
        os.write(self._end, text.encode())

    def press(self, *keys: str) -> None:
        """Press keys, by their names in `KEYS`."""
        for key in keys:
            if key == "ctrl-d":
                self.wait_for_prompt()  # before that it would be for the terminal's own driver
            self.type(KEYS[key])

    def say(self, line: str) -> None:
        """Type a line, see it on the screen, and press Enter."""
        self.type(line)
        self.wait_for(f"› {line}")
        self.press("enter")

    def wait_for(self, *texts: str, gone: str = "") -> str:
        """Read until all of some texts are on the screen, and another is not."""
        deadline = time.monotonic() + _PATIENCE_S
        while any(text not in self.shown for text in texts) or (gone and gone in self.shown):
            assert self._read(deadline), f"still no {texts} on the screen:\n{self.shown}"
        return self.shown

    def wait_for_prompt(self) -> None:
        """Read until the program waits for a line: the last one but the bar is a bare prompt."""
        deadline = time.monotonic() + _PATIENCE_S
        while not self._bare_prompt():
            assert self._read(deadline), f"no prompt on the screen:\n{self.shown}"
        # A dumb terminal shows the prompt before keys are for the program.
        while termios.tcgetattr(self._end)[3] & termios.ICANON:
            assert time.monotonic() < deadline, "the program does not read keys"
            time.sleep(0.01)

    def _bare_prompt(self) -> bool:
        at = self.screen.cursor
        row = self.screen.display[at.y].rstrip()
        return row == "›" and at.x == 2

    def wait(self) -> int:
        """Read until the program ends, and return its status."""
        deadline = time.monotonic() + _PATIENCE_S
        while self._read(deadline):
            pass
        return self.process.wait(timeout=max(1.0, deadline - time.monotonic()))

    def _read(self, deadline: float) -> bool:
        """Take in what came; False at the end of it, or of our patience."""
        ready, _, _ = select.select([self._end], [], [], max(0.0, deadline - time.monotonic()))
        got = b""
        if ready:
            with contextlib.suppress(OSError):  # Linux says so when the other end was closed
                got = os.read(self._end, 65536)
        self.received += got
        self._stream.feed(got)
        return bool(got)
