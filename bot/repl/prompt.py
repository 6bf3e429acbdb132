"""Reading what a person types: line editing, kept history, completion as they type."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.bindings.completion import generate_completions
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from wuzhen.bot.repl.commands import COMMANDS, is_command

_STYLE = Style.from_dict(
    {
        "prompt": "ansicyan bold",
        "bottom-toolbar": "noreverse fg:ansibrightblack",
        "completion-menu": "noinherit",
        "completion-menu.completion": "noinherit",
        "completion-menu.completion.current": "noinherit reverse",
        "completion-menu.meta.completion": "noinherit fg:ansibrightblack",
        "completion-menu.meta.completion.current": "noinherit reverse",
        "scrollbar.background": "noinherit",
        "scrollbar.button": "noinherit reverse",
    }
)
_TOOLBAR = 1
_PRIVATE = 0o600
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)


class PrivateHistory(FileHistory):
    """What was typed, in a file that only its owner reads.

    What cannot be written is remembered until the end of the run and no longer.
    """

    def store_string(self, string: str) -> None:
        """Append a line to the file."""
        try:
            _make_private(Path(os.fsdecode(self.filename)))
            super().store_string(string)
        except OSError:
            return


def lines(completer: Completer, history: Path | None, toolbar: Callable[[], str]) -> Iterator[str]:
    """Read lines until the end of input (Ctrl-D); Ctrl-C drops what is being typed.

    `toolbar` gives what stands below the line.
    """
    session: PromptSession[str] = PromptSession(
        message=FormattedText([("class:prompt", "› ")]),
        history=_history(history),
        completer=completer,
        complete_while_typing=Condition(lambda: is_command(session.default_buffer.text)),
        complete_style=CompleteStyle.COLUMN,
        key_bindings=_tab(),
        bottom_toolbar=lambda: FormattedText([("class:bottom-toolbar", toolbar())]),
        style=_STYLE,
        enable_suspend=True,
    )
    session.app.before_render += lambda _: _make_room(session)
    while True:
        try:
            line = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        # A block that was pasted is one input of several lines.
        for one in line.splitlines() or [line]:
            with _unseen_keys():
                yield one


def _make_room(session: PromptSession[str]) -> None:
    """Reserve rows for the line and the menu of all commands, as many as the terminal has."""
    rows = session.output.get_size().rows - _TOOLBAR
    session.reserve_space_for_menu = max(1, min(1 + len(COMMANDS), rows))


def _tab() -> KeyBindings:
    """Let Tab take the only choice that there is, and offer what may follow it."""
    bindings = KeyBindings()

    @bindings.add("tab", filter=has_focus(DEFAULT_BUFFER))
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        state = buffer.complete_state
        if state is not None and len(state.completions) == 1:
            buffer.apply_completion(state.completions[0])
            buffer.start_completion()
        else:
            generate_completions(event)

    return bindings


@contextmanager
def _unseen_keys() -> Iterator[None]:
    """Keep the terminal from showing keys amid an answer: the next prompt reads and shows them."""
    _echo(on=False)
    try:
        yield
    finally:
        _echo(on=True)


def _echo(*, on: bool) -> None:
    if sys.platform == "win32":
        return
    import termios

    with suppress(termios.error):  # a terminal that is gone: reading from it says so
        modes = termios.tcgetattr(sys.stdin)
        modes[3] = modes[3] | termios.ECHO if on else modes[3] & ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)


def _history(file: Path | None) -> History:
    if file is None:
        return InMemoryHistory()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_private(file)
        file.read_bytes()
    except OSError:
        return InMemoryHistory()
    return PrivateHistory(file)


def _make_private(file: Path) -> None:
    """Make a file that only its owner may read, or make one that exists so."""
    os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY | _NO_LINKS, _PRIVATE))
    file.chmod(_PRIVATE)
