"""The conversation itself: a line is read, obeyed or answered, and the next one is read."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from rich.text import Text

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.language import language_of_locale
from wuzhen.bot.render import terminal, terminal_panels
from wuzhen.bot.render.terminal_lines import Prose, harmless
from wuzhen.bot.repl.commands import Leave, is_command, obey
from wuzhen.bot.repl.conversation import Conversation
from wuzhen.bot.repl.phrases import say
from wuzhen.bot.repl.screen import Screen
from wuzhen.index.errors import RetrievalError


def converse(librarian: Librarian, history: Path | None = None) -> None:
    """Answer questions until the end of input.

    `history` is the file that keeps what was typed, read and written only when a person types.
    """
    screen = Screen()
    # What a program reads does not change its language with what is asked.
    language = language_of_locale(os.environ)
    conversation = Conversation(librarian, language, follow=screen.lively)
    if screen.lively:
        _greet(conversation, screen)
        Thread(target=_warm_up, args=(librarian,), daemon=True).start()
    for line in _lines(conversation, screen, history):
        try:
            _reply(line, conversation, screen)
            if screen.lively and line.strip():
                screen.show(Text())
        except Leave:
            return
        except KeyboardInterrupt:
            if not screen.lively:
                raise
            screen.say(say("stopped", conversation.language), "dim")
        except RetrievalError as error:
            if not screen.lively:
                raise
            screen.say(" ".join(str(error).split()), "red")


def _reply(line: str, conversation: Conversation, screen: Screen) -> None:
    if not line.strip():
        return
    if is_command(line):
        obey(line, conversation, screen)
        return
    answered = conversation.ask(line.strip())
    if screen.lively:
        collection = conversation.librarian.collection
        screen.show(terminal_panels.answer(answered, collection))
    else:
        screen.show(terminal.answer(answered))


def _greet(conversation: Conversation, screen: Screen) -> None:
    titles = [d.title for d in conversation.librarian.collection.documents.values()]
    about = next(iter(titles), "")
    if len(titles) > 1:
        about = say("documents", conversation.language, first=about, count=len(titles))
    heading = Text("烏鎮問答", style="bold cyan")
    heading.append(f" · {harmless(about)}", style="not bold default")
    screen.show(Prose(heading), Prose(Text(say("welcome", conversation.language), style="dim")))


def _warm_up(librarian: Librarian) -> None:
    """Read what the first question would wait for, while the person types it."""
    with suppress(RetrievalError):
        librarian.find(next(iter(librarian.collection.documents.values())).title)


def _lines(conversation: Conversation, screen: Screen, history: Path | None) -> Iterator[str]:
    if not screen.lively:
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace")
        return
    from wuzhen.bot.repl import prompt
    from wuzhen.bot.repl.completion import CommandCompleter

    yield from prompt.lines(CommandCompleter(conversation), history, lambda: _offered(conversation))


def _offered(conversation: Conversation) -> str:
    """Return the commands that there is something to use on, for below the line."""
    last = conversation.last
    if last is None or not last.shown:
        return "/help"
    return "/more · /context · /copy · /explain · /help"
