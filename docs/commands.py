"""Write `docs/commands.md`: the help of every command and every setting, from the program itself.

python docs/commands.py
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from wuzhen.bot.cli.main import main  # noqa: E402
from wuzhen.bot.settings import Settings  # noqa: E402

PAGE = ROOT / "docs" / "commands.md"
COLUMNS = 88
"""How wide help is set, whatever the terminal's width."""

INTRODUCTION = """\
# Commands and settings

(Written by `python docs/commands.py` from the program itself; do not edit it by hand.)

Exit status: 0 done, 1 failed, 2 bad usage or settings, 130 stopped by Ctrl-C. An error is one line
on standard error that names what to do. The commands of the conversation in the terminal stand in
the [README](../README.md#in-the-terminal), those of the bot in [telegram.md](telegram.md).
"""

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


def _settings() -> Iterator[str]:
    yield "| setting | default | what it is |\n| --- | --- | --- |"
    for name, field in sorted(Settings.model_fields.items()):
        default = "" if field.default in (None, ()) else f"`{field.default}`"
        yield f"| `{name.upper()}` | {default} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
