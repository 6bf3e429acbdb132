"""A conversation as a file: Markdown to read, JSON to go on with."""

import json
from collections.abc import Sequence
from pathlib import Path

from wuzhen.bot.answer import Quote
from wuzhen.bot.render.terminal import references
from wuzhen.bot.repl.conversation import Exchange

ENDINGS = (".json", ".md")
"""What its name may end in."""


def write(exchanges: Sequence[Exchange], file: Path) -> None:
    """Write a conversation to a new file, as JSON or as Markdown by how its name ends.

    Raises `FileExistsError`, another `OSError`, or ValueError where no file may be called so.
    """
    made = as_json(exchanges) if file.suffix.lower() == ".json" else as_markdown(exchanges)
    with file.open("x", encoding="utf-8", errors="replace", newline="\n") as opened:
        opened.write(made)


def as_json(exchanges: Sequence[Exchange]) -> str:
    """Return a list of answers as `ask --json` prints them, each with its `history`."""
    answers = [
        {**exchange.answer.as_json(), "history": list(exchange.history)} for exchange in exchanges
    ]
    return json.dumps(answers, ensure_ascii=False, indent=1) + "\n"


def as_markdown(exchanges: Sequence[Exchange]) -> str:
    """Return each question as a heading, and below it the quotes, word for word."""
    parts: list[str] = []
    for exchange in exchanges:
        parts.append("## " + " ".join(exchange.question.split()))
        if exchange.answer.notice:
            parts.append(exchange.answer.notice)
        for quote in exchange.shown:
            parts.append("> " + "\n> ".join([*quote.text.splitlines(), "", f"— {where(quote)}"]))
    return "\n\n".join(parts) + "\n"


def as_text(quote: Quote) -> str:
    """Return a quote with what is needed to cite it."""
    return f"{quote.text}\n— {where(quote)}"


def where(quote: Quote) -> str:
    """Return a quote's references, and where it stands."""
    place = " › ".join((quote.title, *quote.section))
    return f"{references(quote.refs)} {place}" if quote.refs else place
