"""Completing commands as they are typed, and what they take: sections, references, days, files."""

from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from wuzhen.bot.render.terminal_lines import harmless
from wuzhen.bot.repl import outline
from wuzhen.bot.repl.commands import COMMANDS, is_command
from wuzhen.bot.repl.conversation import Conversation
from wuzhen.bot.repl.phrases import say
from wuzhen.index.searching.collection import Collection
from wuzhen.index.text.fold import fold

_LONGEST_MEANING = 40

Choices = Iterator[tuple[str, str]]
"""What may be written, and what it means."""


class CommandCompleter(Completer):
    """Completes lines that begin with a slash; leaves questions alone."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._paths = PathCompleter(expanduser=True)
        self._choices: dict[str, Callable[[], Choices]] = {
            "/ref": self._references,
            "/section": self._sections,
            "/schedule": self._days,
        }

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        """Yield what a line may go on with."""
        line = document.text_before_cursor.lstrip()
        if not is_command(line):
            return
        name, space, argument = line.partition(" ")
        if not space:
            yield from self._commands(name)
        elif name == "/export":
            yield from self._paths.get_completions(Document(argument), event)
        elif name in self._choices:
            wanted = fold(argument.strip())
            for choice, meaning in self._choices[name]():
                if wanted in fold(choice):
                    yield Completion(
                        harmless(choice),
                        start_position=-len(argument),
                        display_meta=harmless(meaning),
                    )

    def _commands(self, typed: str) -> Iterator[Completion]:
        wanted = fold(typed)
        for command in COMMANDS:
            if command.name.startswith(wanted):
                yield Completion(
                    command.name + (" " if command.argument else ""),
                    start_position=-len(typed),
                    display=f"{command.name} {command.argument}".rstrip(),
                    display_meta=say(command.phrase, self._conversation.language),
                )

    def _references(self) -> Choices:
        for ref, passage in outline.references(self._collection).items():
            yield ref, passage.text[:_LONGEST_MEANING]

    def _sections(self) -> Choices:
        paths = outline.sections(self._collection)
        for path, count in paths.items():
            yield outline.label(path, paths), f"{outline.BETWEEN.join(path[:-1])} ({count})".strip()

    def _days(self) -> Choices:
        for day, rows in outline.days(self._conversation.librarian).items():
            yield day, f"({len(rows)})"

    @property
    def _collection(self) -> Collection:
        return self._conversation.librarian.collection
