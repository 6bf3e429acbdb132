"""Reading what a person types: line editing, kept history, completion as they type."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.shortcuts import CompleteStyle
from prompt_toolkit.styles import Style

from bot.repl.commands import is_command

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
_MENU = 6
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
    """Read lines until the end of input (Ctrl-D); Ctrl-C drops the line being typed.

    `toolbar` gives what stands below the line.
    """
    session: PromptSession[str] = PromptSession(
        message=FormattedText([("class:prompt", "› ")]),
        history=_history(history),
        completer=completer,
        complete_while_typing=Condition(lambda: is_command(session.default_buffer.text)),
        complete_style=CompleteStyle.COLUMN,
        reserve_space_for_menu=_MENU,
        bottom_toolbar=lambda: FormattedText([("class:bottom-toolbar", toolbar())]),
        style=_STYLE,
        enable_suspend=True,
    )
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


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
