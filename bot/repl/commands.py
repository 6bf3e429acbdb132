"""The commands of the conversation in the terminal: one table, and a function for each."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from wuzhen.bot import phrases
from wuzhen.bot.answer import Quote
from wuzhen.bot.explain.explain import explain
from wuzhen.bot.render import terminal, terminal_explain, terminal_panels
from wuzhen.bot.render.terminal_lines import Prose, harmless
from wuzhen.bot.repl import export, outline
from wuzhen.bot.repl.conversation import Conversation
from wuzhen.bot.repl.phrases import say
from wuzhen.bot.repl.screen import Screen
from wuzhen.index.document import Passage
from wuzhen.index.text.fold import fold

Run = Callable[[Conversation, Screen, str], None]

_WORDS = {
    "exit": "/quit",
    "quit": "/quit",
    "help": "/help",
    "clear": "/clear",
    "离开": "/quit",
    "说明": "/help",
}
"""Words that are commands when they stand alone, folded, by what they do."""


class Leave(Exception):
    """The person wants to leave."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what it takes, what does it, and its other name."""

    name: str
    argument: str
    run: Run
    other: str = ""

    @property
    def phrase(self) -> str:
        """The name of the phrase that says what it does."""
        return f"command_{self.name[1:]}"


def is_command(line: str) -> bool:
    """Tell whether a line is a command: with a slash, be it a full-width one, or a bare word."""
    return line.lstrip().startswith(("/", "／")) or fold(line.strip()) in _WORDS


def obey(line: str, conversation: Conversation, screen: Screen) -> None:
    """Do what a line that is a command says; raises `Leave`."""
    typed, _, argument = line.strip().partition(" ")
    command = named(_WORDS.get(fold(line.strip())) or fold(typed))
    if command is None:
        screen.say(_no_command(typed, conversation))
    else:
        command.run(conversation, screen, argument.strip())


def named(typed: str) -> Command | None:
    """Return the command of a name, or of the only one that begins like it."""
    for command in COMMANDS:
        if typed in (command.name, command.other):
            return command
    begun = [command for command in COMMANDS if command.name.startswith(typed)]
    return begun[0] if len(begun) == 1 else None


def _no_command(typed: str, conversation: Conversation) -> str:
    told = say("no_command", conversation.language, name=harmless(typed))
    near = get_close_matches(fold(typed), [command.name for command in COMMANDS], n=1)
    return f"{told} ({near[0]}?)" if near else told


def _help(conversation: Conversation, screen: Screen, _: str) -> None:
    language = conversation.language
    drawn = Table(show_header=False, box=None, pad_edge=False, padding=(0, 3, 0, 0))
    drawn.add_column(no_wrap=True)
    for command in COMMANDS:
        usage = Text(f"{command.name} {command.argument}".rstrip(), style="cyan")
        if command.other:
            usage.append(f", {command.other}")
        drawn.add_row(usage, Prose(Text(say(command.phrase, language))))
    keys: list[RenderableType] = []
    if screen.lively:
        keys.append(Prose(Text(say("help_keys", language), style="dim")))
    screen.show(Text(say("help", language)), drawn, *keys)


def _ref(conversation: Conversation, screen: Screen, argument: str) -> None:
    known = outline.references(conversation.librarian.collection)
    number = fold(argument).strip("[]【】() ")
    if not known:
        screen.say(say("no_references", conversation.language))
    elif not number.isdecimal():
        screen.say(say("ref_which", conversation.language, example=next(iter(known))))
    elif not (found := conversation.librarian.referring(str(int(number)))):
        screen.say(phrases.say("no_reference", conversation.language, number=int(number)))
    else:
        _show_passages(found, conversation, screen)


def _section(conversation: Conversation, screen: Screen, argument: str) -> None:
    collection, language = conversation.librarian.collection, conversation.language
    known = outline.sections(collection)
    if not known:
        screen.say(say("no_sections", language))
        return
    if not argument:
        screen.show(*_outline(known))
        return
    found = outline.sections_named(argument, collection)
    inner = [path for path in found if any(path[:-1][: len(p)] == p for p in found)]
    outer = [path for path in found if path not in inner]
    if not outer:
        screen.say(say("no_section", language, name=harmless(argument)))
    elif len(outer) > 1:
        indent = Text("  ")
        heading = Text(say("which_section", language, name=harmless(argument)))
        paths = [Prose(Text(harmless(outline.BETWEEN.join(path))), bar=indent) for path in outer]
        screen.show(heading, *paths)
    else:
        passages = outline.passages_in(outer[0], collection)
        for name, group in groupby(passages, lambda passage: passage.document):
            document, members = collection.documents[name], list(group)
            if screen.lively:
                screen.show(*terminal_panels.reading(document, members, collection))
            else:
                screen.show(terminal.sections(document, members))


def _outline(known: dict[outline.Path, int]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for path, count in known.items():
        line = Text("  " * (len(path) - 1) + harmless(path[-1]))
        line.append(f"  {count}", style="dim")
        lines.append(line)
    return lines


def _schedule(conversation: Conversation, screen: Screen, argument: str) -> None:
    librarian, language = conversation.librarian, conversation.language
    days = outline.days(librarian)
    if not days:
        screen.say(say("no_schedule", language))
        return
    rows = outline.rows_on(argument, librarian) if argument else librarian.schedule.timetable.rows
    if rows is None:
        screen.say(say("no_day", language, days=harmless("、".join(days))))
        return
    _show_sessions([librarian.quote([row.passage]) for row in rows], conversation, screen)


def _context(conversation: Conversation, screen: Screen, argument: str) -> None:
    chosen = _chosen(conversation, screen, argument)
    if chosen is None:
        return
    librarian = conversation.librarian
    around = librarian.context(chosen.passages[0])
    passages = [librarian.collection.passages[number] for number in around.passages]
    centre = set(chosen.passages)
    # Rows are quoted one by one: cells that were merged belong to several of them.
    rows = [chosen if {p.number} == centre else librarian.quote([p]) for p in passages]
    if all(terminal_panels.is_session(one, librarian.collection) for one in rows):
        _show_sessions(rows, conversation, screen, centre)
    else:
        collection = librarian.collection
        screen.show(terminal_panels.context(around, chosen, collection, framed=screen.lively))


def _more(conversation: Conversation, screen: Screen, _: str) -> None:
    if conversation.last is None:
        screen.say(say("nothing_yet", conversation.language))
        return
    first = len(conversation.shown) + 1
    if not (found := conversation.more()):
        screen.say(say("no_more", conversation.language))
    elif screen.lively:
        screen.show(*terminal_panels.near(found, first))
    else:
        screen.show(*(terminal.quote(one, nearest=True) for one in found))


def _explain(conversation: Conversation, screen: Screen, _: str) -> None:
    last = conversation.last
    if last is None:
        screen.say(say("nothing_yet", conversation.language))
    else:
        told = explain(conversation.librarian, last.question, last.history)
        screen.show(terminal_explain.explanation(told))


def _copy(conversation: Conversation, screen: Screen, argument: str) -> None:
    if argument:
        chosen = _chosen(conversation, screen, argument)
        quotes: Sequence[Quote] = [chosen] if chosen else []
    else:
        quotes = _answer(conversation, screen)
    if not quotes:
        return
    text = "\n\n".join(export.as_text(one) for one in quotes)
    done = screen.copy(text)
    phrase = "copied" if done else "no_clipboard"
    screen.say(say(phrase, conversation.language, count=len(text)))


def _export(conversation: Conversation, screen: Screen, argument: str) -> None:
    language = conversation.language
    if not conversation.exchanges:
        screen.say(say("nothing_yet", language))
        return
    name = argument or f"wuzhen-{datetime.now().astimezone():%Y%m%d-%H%M%S}.md"
    shown = harmless(name)
    if not name.lower().endswith(export.ENDINGS):
        screen.say(say("export_ending", language, file=shown))
        return
    try:
        export.write(conversation.exchanges, Path(name).expanduser())
    except FileExistsError:
        screen.say(say("export_exists", language, file=shown))
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        screen.say(say("export_failed", language, file=shown, reason=reason))
    else:
        screen.say(say("exported", language, file=shown, count=len(conversation.exchanges)))


def _new(conversation: Conversation, screen: Screen, _: str) -> None:
    conversation.forget()
    if screen.lively:
        screen.say(say("forgotten", conversation.language))


def _clear(conversation: Conversation, screen: Screen, _: str) -> None:
    conversation.forget()
    screen.clear()


def _quit(_conversation: Conversation, _screen: Screen, _: str) -> None:
    raise Leave


COMMANDS = (
    Command("/help", "", _help),
    Command("/ref", "N", _ref),
    Command("/section", "[NAME]", _section),
    Command("/schedule", "[DAY]", _schedule),
    Command("/context", "[N]", _context),
    Command("/more", "", _more),
    Command("/explain", "", _explain),
    Command("/copy", "[N]", _copy),
    Command("/export", "[FILE]", _export),
    Command("/new", "", _new),
    Command("/clear", "", _clear),
    Command("/quit", "", _quit, "/exit"),
)
"""In the order in which /help lists them."""


def _show_passages(found: list[Passage], conversation: Conversation, screen: Screen) -> None:
    librarian = conversation.librarian
    quotes = [librarian.quote([passage]) for passage in found]
    if all(terminal_panels.is_session(one, librarian.collection) for one in quotes):
        _show_sessions(quotes, conversation, screen)
        return
    if not screen.lively:
        screen.show(*(terminal.quote(one) for one in quotes))
        return
    blocks: dict[tuple[int, bool], list[Passage]] = {}
    for passage in found:
        blocks.setdefault((passage.block, bool(passage.names)), []).append(passage)
    screen.show(*terminal_panels.quotes([librarian.quote(block) for block in blocks.values()]))


def _show_sessions(
    rows: Sequence[Quote],
    conversation: Conversation,
    screen: Screen,
    centre: Container[int] | None = None,
) -> None:
    """Show rows of a timetable; of those named as the centre, the neighbours are dim."""
    if screen.lively:
        collection = conversation.librarian.collection
        screen.show(terminal_panels.sessions(rows, collection, centre))
    else:
        screen.show(*(terminal.quote(one) for one in rows))


def _answer(conversation: Conversation, screen: Screen) -> tuple[Quote, ...]:
    """Return the quotes of the last answer, having said so when there are none."""
    last = conversation.last
    if last is None or not last.shown:
        screen.say(say("nothing_yet", conversation.language))
        return ()
    return last.shown


def _chosen(conversation: Conversation, screen: Screen, argument: str) -> Quote | None:
    """Return the quote that an argument counts out, the first one without any."""
    if not _answer(conversation, screen):
        return None
    quotes = conversation.shown
    number = fold(argument) or "1"
    if not number.isdecimal() or not 1 <= int(number) <= len(quotes):
        screen.say(say("which_quote", conversation.language, count=len(quotes)))
        return None
    return quotes[int(number) - 1]
