"""Write `docs/commands.md` and the man page `docs/wuzhen.1` from the program itself.

python docs/commands.py
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from wuzhen import __version__  # noqa: E402
from wuzhen.bot.cli.main import main  # noqa: E402
from wuzhen.bot.settings import Settings  # noqa: E402

PAGE = ROOT / "docs" / "commands.md"
MANUAL = ROOT / "docs" / "wuzhen.1"
COLUMNS = 88
"""How wide help is set, whatever the terminal's width."""

INTRODUCTION = """\
# Commands and settings

(Written by `python docs/commands.py` from the program itself; do not edit it by hand.)

Exit status: 0 done, 1 refused (`ask`, without `--batch`) or a fault was found (`doctor`), 2 misuse
of a command or a setting, 3 failed, 130 stopped by Ctrl-C. `ask --batch` ends with 0 when every
line was asked. An error is one line on standard error that names what to do. The man page
`wuzhen(1)` is installed with the program. The commands of the conversation in the terminal stand in
the [README](../README.md#in-the-terminal), those of the bot in [telegram.md](telegram.md).
"""

STATUSES = {
    0: "Done. ask: answered; with --batch, every line was asked.",
    1: "ask: the documents do not say it. doctor: a fault was found.",
    2: "Misuse of a command or a setting.",
    3: "Failed.",
}

SETTINGS = """\
## Settings

Read from the environment, and where it does not say from `.env` in the working folder
([.env.example](../.env.example) is one to copy). Options of a command go before both. A setting
that is empty counts as one that is not set.

Where `WUZHEN_KNOWLEDGE` is not set and there is no folder `knowledge`, an installed package answers
from the documents that it brings, and says so; unless `WUZHEN_INDEX` is set, their index then lies
in the user's cache folder (`~/.cache/wuzhen/index` on Linux).
"""

VARIABLES = """\

From the environment alone:

| variable | what it is |
| --- | --- |
| `WUZHEN_EMBEDDINGS_KEY` | the key of the server that `WUZHEN_EMBEDDINGS` names (a bearer token) |
| `WUZHEN_KERNEL` | `none`: postings are searched without the compiled kernel |
| `NO_COLOR` | set: the terminal gets no colours |
| `PAGER` | what shows long output of the conversation; unset: `less` |
| `LC_ALL`, `LC_MESSAGES`, `LANG` | the language of the conversation before the first question |
"""


def page() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *_helps(main, "wuzhen"), SETTINGS, *_settings(), VARIABLES])


def _helps(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    # Resilient: nothing is asked of a command line that is not there.
    context = command.make_context(
        name.rsplit(maxsplit=1)[-1],
        [],
        parent,
        resilient_parsing=True,
        terminal_width=COLUMNS,
        max_content_width=COLUMNS,
    )
    yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None  # it was listed
            yield from _helps(found, f"{name} {below}", context)


def manual() -> str:
    """Return the man page, in the macros of man(7)."""
    context = main.make_context("wuzhen", [], resilient_parsing=True)
    lines = [
        f'.TH WUZHEN 1 "" "wuzhen {__version__}" "User Commands"',
        ".SH NAME",
        "wuzhen \\- ask documents questions and get answers quoted verbatim",
        ".SH SYNOPSIS",
        ".B wuzhen\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        _roff(main.help or ""),
        ".SH COMMANDS",
    ]
    for name in main.list_commands(context):
        command = main.commands[name]
        below = command.make_context(name, [], context, resilient_parsing=True)
        usage = " ".join(command.collect_usage_pieces(below))
        lines += [
            f".SS wuzhen {_roff(f'{name} {usage}')}",
            _roff(inspect.cleandoc(command.help or "")),
        ]
        for parameter in command.get_params(below):
            if isinstance(parameter, click.Option) and (shown := parameter.get_help_record(below)):
                lines += [".TP", f".B {_roff(shown[0])}", _roff(shown[1])]
        if command.epilog:
            lines += [".PP", ".nf", _roff(command.epilog.removeprefix("\b\n")), ".fi"]
    lines += [
        ".SH EXIT STATUS",
        *(f".TP\n.B {status}\n{_roff(meaning)}" for status, meaning in STATUSES.items()),
        ".SH ENVIRONMENT",
    ]
    for name, field in sorted(Settings.model_fields.items()):
        lines += [".TP", f".B {name.upper()}", _roff(str(field.description))]
    page = "\n".join(lines) + "\n"
    return "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in page)


def _roff(text: str) -> str:
    """Return a text with what roff reads as its own escaped; a blank line begins a paragraph."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    lines = [f"\\&{line}" if line.startswith((".", "'")) else line for line in text.splitlines()]
    return "\n".join(line or ".PP" for line in lines)


def _settings() -> Iterator[str]:
    yield "| setting | default | what it is |\n| --- | --- | --- |"
    for name, field in sorted(Settings.model_fields.items()):
        default = "" if field.default in (None, ()) else f"`{field.default}`"
        yield f"| `{name.upper()}` | {default} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    MANUAL.write_text(manual(), "utf-8")
