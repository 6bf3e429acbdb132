"""A conversation in the terminal."""

import sys
from collections.abc import Iterator

from bot.librarian import Librarian
from bot.render import terminal

_HELP = """\
Type a question and press Enter.
/ref N   what reference N supports
/new     forget what was asked so far
/help    this page
/quit    leave (or Ctrl-D)"""
_REMEMBERED = 6


def converse(librarian: Librarian) -> None:
    """Answer questions until the end of input."""
    screen = terminal.console()
    history: list[str] = []
    if sys.stdin.isatty():
        screen.print("烏鎮問答 · /help · Ctrl-D")
    for line in _lines():
        question = line.strip()
        if not question:
            continue
        if question in ("/quit", "/exit"):
            break
        if question == "/help":
            screen.print(_HELP)
        elif question == "/new":
            history.clear()
        elif question.startswith("/ref ") and question[5:].strip().isdecimal():
            for passage in librarian.referring(question[5:].strip()):
                screen.print(terminal.quote(librarian.quote([passage])))
        elif question.startswith("/"):
            screen.print(f"{question.split()[0]} is no command; /help lists them")
        else:
            screen.print(terminal.answer(librarian.answer(question, history[-_REMEMBERED:])))
            history.append(question)


def _lines() -> Iterator[str]:
    if not sys.stdin.isatty():
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace")
        return
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession()
    while True:
        try:
            yield session.prompt("› ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
