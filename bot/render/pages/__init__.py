"""Pages: one file of HTML each, with its style and its pictures in it, and nothing that runs.

Whatever a page shows is escaped where it is written, and the page's own policy forbids scripts and
anything from elsewhere (Content Security Policy, level 3), so that hostile text stays text.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from wuzhen.bot.errors import InputError
from wuzhen.index.sources.folder import ENDINGS
from wuzhen.index.storage.disk import real

# What no HTML can hold (WHATWG, 13.2.3.5): controls are shown as their pictures or as U+FFFD.
_UNWRITABLE = {c: 0x2400 + c for c in range(0x20) if chr(c) not in "\t\n\f\r"}
_UNWRITABLE |= {0x7F: 0x2421}
_UNWRITABLE |= dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD)
_UNWRITABLE |= dict.fromkeys(range(0xFDD0, 0xFDF0), 0xFFFD)
_UNWRITABLE |= {
    plane | last: 0xFFFD for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
}


def render(template: str, **values: Any) -> str:
    """Return a page, made from a template of this package."""
    style = files(__name__).joinpath("templates", "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), style_digest=f"sha256-{digest}", **values)
    )


def check(file: Path, knowledge: Path) -> None:
    """Raise `InputError` where a page cannot be written to a file, before the work is done.

    Never into the knowledge folder, where it would be read as a document.
    """
    inside = real(file).is_relative_to(real(knowledge))
    if inside and file.suffix.lower() in ENDINGS:
        raise InputError(f"{file} would be read as a document in {knowledge}; name another place")
    if file.is_dir():
        raise InputError(f"{file} is a folder; name a file in it")
    if not file.parent.is_dir():
        raise InputError(f"{file} cannot be written: {file.parent} is no folder; create it")


def write(page: str, file: Path) -> None:
    """Write a page, to standard output where the file is `-`; raises `InputError`."""
    try:
        with click.open_file(str(file), "wb") as opened:
            opened.write(page.encode("utf-8"))
    except OSError as error:
        reason = error.strerror or "failed"
        raise InputError(f"{file} cannot be written: {reason}; name another file") from error


def writable(text: str) -> str:
    """Return a text of the same length in which everything can stand in HTML."""
    return text.translate(_UNWRITABLE)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_written,
    )


def _written(value: Any) -> Any:
    """Escape what a template puts in, carriage returns too, which HTML would take for newlines."""
    if isinstance(value, Markup):
        return value
    return Markup(str(escape(writable(str(value)))).replace("\r", "&#13;"))
