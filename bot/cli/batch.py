"""Questions of a command line: one by itself, or a batch with a question a line, and as JSON.

A line that begins with `{` is JSON: an object with `question` and, where wanted, `id` and `history`
(a list of the questions before it); its answer has the same `id`. Any other line is a question.
"""

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from wuzhen.bot.errors import InputError

if TYPE_CHECKING:
    from wuzhen.bot.answer import Answer
    from wuzhen.bot.answering.librarian import Librarian


def as_json(
    librarian: "Librarian",
    answer: "Answer",
    history: Sequence[str] = (),
    *,
    explain: bool = False,
) -> dict[str, Any]:
    """Return an answer as JSON has it, with how it came about as `explain` where that is wanted."""
    made = answer.as_json()
    if explain:
        from wuzhen.bot.explain.explain import explain as explained

        made["explain"] = explained(librarian, answer.question, history).as_json()
    return made


def spoken(librarian: "Librarian", question: str, history: Sequence[str] = ()) -> "Answer":
    """Return an answer; what is said of a question in no language is in that of the locale."""
    from wuzhen.bot.answering.librarian import language_for
    from wuzhen.bot.language import language_of_locale

    language = language_for(question, language_of_locale(os.environ))
    return librarian.answer(question, history).said_in(language)


def answers(
    librarian: "Librarian", file: BinaryIO, *, explain: bool = False
) -> Iterator[dict[str, Any]]:
    """Answer a question a line, in order; a line that cannot be read gets an `error` in its place.

    Raises `InputError` at the end when there was one.
    """
    broken = 0
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        try:
            id, question, history = _entry(line)
        except InputError as error:
            broken += 1
            yield {"id": None, "error": f"line {number} {error}"}
            continue
        answer = spoken(librarian, question, history)
        yield {"id": id, **as_json(librarian, answer, history, explain=explain)}
    if broken:
        raise InputError(f"lines of the batch that could not be read: {broken}; see their error")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    try:
        yield from file
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"the batch cannot be read ({reason}): name another file") from error


def _entry(line: bytes) -> tuple[Any, str, list[str]]:
    """Return the id, the question and the history that a line of a batch holds."""
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8; save the file as UTF-8") from error
    if not text.startswith("{"):
        return None, text, []
    try:
        entry = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError('is not valid JSON; expected {"question": "…"}') from error
    match entry:
        case {"question": str(question), **rest}:
            history = rest.get("history") or []
            if not isinstance(history, list) or not all(isinstance(h, str) for h in history):
                raise InputError('has a history that is not a list of texts; expected ["…", …]')
            return rest.get("id"), clean(question), [clean(one) for one in history]
        case _:
            raise InputError('has no question; expected {"question": "…"}')


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def clean(text: str) -> str:
    """Leave out what cannot be written as UTF-8: arguments that were not in the first place."""
    return text.encode("utf-8", "ignore").decode("utf-8")
