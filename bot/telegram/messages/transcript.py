"""What is kept of a user as a text to read: Markdown, in the language of the interface."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wuzhen.bot.telegram.messages.buttons import REASONS
from wuzhen.bot.telegram.messages.excerpts import Excerpt, kept
from wuzhen.bot.telegram.messages.languages import Language
from wuzhen.bot.telegram.messages.messages import source
from wuzhen.bot.telegram.messages.phrases import say

Row = Mapping[str, Any]

_THUMBS = {1: "👍", -1: "👎"}


def transcript(held: Mapping[str, Any], language: Language) -> str:
    """Return all of `Privacy.export`: questions and answers in their order, then the rest."""
    ratings: dict[str, list[Row]] = {}
    for row in held["feedback"]:
        ratings.setdefault(row["turn"], []).append(row)
    parts = [f"# {say('export_title', language, user=held['user'])}"]
    parts.append(say("export_times", language))
    for turn in sorted(held["turns"], key=lambda turn: float(turn["at"])):
        parts += _turn(turn, ratings.pop(turn["id"], ()), language)
    others = [_rating(row, language) for rows in ratings.values() for row in rows]
    parts += _section("export_others", others, language)
    parts += _section("export_settings", map(_settings, held.get("settings", ())), language)
    parts += _section("export_waiting", _waiting(held), language)
    parts += _section("export_numbers", _numbers(held), language)
    return "\n\n".join(parts) + "\n"


def _turn(turn: Row, ratings: Iterable[Row], language: Language) -> Iterator[str]:
    yield f"## {' '.join(str(turn['question']).split())}"
    where = [_at(turn["at"]), say("export_chat", language, chat=turn["chat"])]
    if turn["thread"]:
        where.append(say("export_topic", language, topic=turn["thread"]))
    asked, shown = turn["asked_in"] or "—", turn["shown_in"] or "—"
    where.append(say("export_messages", language, asked=asked, shown=shown))
    yield " · ".join(where)
    answer = kept(turn["answer"])
    if answer.notice:
        yield answer.notice
    elif not answer.answered:
        yield say("refused_bare", language)
    yield from map(_quote, answer.quotes)
    if answer.related:
        yield say("export_related", language)
        yield from map(_quote, answer.related)
    for row in ratings:
        yield _rating(row, language)


def _quote(shown: Excerpt) -> str:
    where = source(shown) + (f" <{shown.url}>" if shown.url else "")
    return "> " + "\n> ".join([*shown.text.splitlines(), "", f"— {where}"])


def _rating(row: Row, language: Language) -> str:
    reason = row["reason"] or ""
    if reason in REASONS:
        reason = say(f"why_{reason}", language)
    thumb = str(_THUMBS.get(row["rating"], row["rating"]))
    return f"{thumb} {reason}".strip() + f" ({_at(row['at'])})"


def _settings(row: Row) -> str:
    return "; ".join(f"{name}: {value}" for name, value in row.items() if value is not None)


def _waiting(held: Mapping[str, Any]) -> Iterator[str]:
    """Return what still has a content, but for the update that is being worked on: the request."""
    for row in held["inbox"]:
        if row["state"] == "new":
            yield _whole(row, row["received_at"], row["body"])
    for row in held["dead_letters"]:
        yield _whole(row, row["died_at"], row["body"])
    for row in held["outbox"]:
        if row["payload"] is not None:
            yield _whole(row, row["put_at"], json.dumps(row["payload"], ensure_ascii=False))


def _whole(row: Row, at: float, content: str | None) -> str:
    named = ("update_id", "method", "state", "reason")
    said = ", ".join(f"{name}: {row[name]}" for name in named if row.get(name) is not None)
    return f"{_at(at)} · {said}\n\n    {content}"


def _numbers(held: Mapping[str, Any]) -> Iterator[str]:
    """Return what tells a repetition and keeps no content, a line each."""
    for row in held["inbox"]:
        yield f"- update {row['update_id']}, chat {row['lane']} ({_at(row['received_at'])})"
    for row in held["outbox"]:
        if row["payload"] is None:
            message = f", message {row['result']}" if isinstance(row["result"], int) else ""
            yield f"- {row['method']}, chat {row['lane']}{message} ({_at(row['put_at'])})"


def _section(title: str, parts: Iterable[str], language: Language) -> list[str]:
    found = list(parts)
    if not found:
        return []
    lines = all(part.startswith("- ") for part in found)
    return [f"## {say(title, language)}", *(["\n".join(found)] if lines else found)]


def _at(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
