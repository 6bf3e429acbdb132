"""JSON Lines: one document a line, with `id`, `text` and, if it has one, `title`."""

import json

from wuzhen.index.document import Document
from wuzhen.index.sources.page import read_page


def read_jsonl(
    text: str, boilerplate: frozenset[str]
) -> tuple[list[Document], list[tuple[int, str]]]:
    """Read documents, and return what could not be read as `(line from 1, reason)`."""
    documents: list[Document] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            problems.append((number, "not a JSON object"))
            continue
        match entry:
            case {"id": str(id), "text": str(body)} if not _encodable(id + body):
                problems.append((number, "an unpaired surrogate"))
            case {"id": str(id), "text": str(body), **rest} if id and body.strip():
                title = rest.get("title")
                title = title if isinstance(title, str) and _encodable(title) else ""
                documents.append(read_page(id, body, boilerplate, title))
            case _:
                problems.append((number, "no id or no text"))
    return documents, problems


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
