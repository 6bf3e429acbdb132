"""Arguments and options that several commands take."""

import os
from collections.abc import Callable
from pathlib import Path

import click

Command = Callable[..., None]


class Named(click.Path):
    """A path with a name: an empty one, as of a variable that is not set, is the working folder."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path; fails when it is empty."""
        if not os.fspath(value):
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


PATH = Named(path_type=Path)


def not_empty(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the value of an option; raises `click.BadParameter` when it is empty."""
    if not value:
        raise click.BadParameter("it is empty", ctx, param)
    return value


def folders(command: Command) -> Command:
    """Give a command the options `--knowledge` and `--index`."""
    for name, text in (
        ("--index", "Where the index lies (default: WUZHEN_INDEX)."),
        ("--knowledge", "The folder of documents (default: WUZHEN_KNOWLEDGE)."),
    ):
        command = click.option(name, type=PATH, metavar="DIR", help=text)(command)
    return command


def examples(*lines: str) -> str:
    """Return the examples below a command's help, each on a line of its own."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
