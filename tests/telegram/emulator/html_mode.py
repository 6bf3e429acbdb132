"""``parse_mode=HTML``: the few tags that the Bot API knows."""

from __future__ import annotations

import re
from html import unescape

from aiogram.types import MessageEntity

from .errors import bad_request

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z-]*)(?P<rest>[^>]*)(?P<end>>?)"
    r"|&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);"
)
_HREF = re.compile(r"""href\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")


def parse_html(source: str) -> tuple[str, list[MessageEntity]]:
    """Plain text and entities; raises ``can't parse entities`` as the service does."""
    text = ""
    length = 0
    done = 0
    open_: list[tuple[str, str, int]] = []
    entities: list[MessageEntity] = []
    for token in _TOKEN.finditer(source):
        piece = source[done : token.start()]
        done = token.end()
        where = f"at byte offset {len(source[: token.start()].encode())}"
        if token["tag"] is None:
            piece += unescape(token.group())
        text += piece
        length += len(piece.encode("utf-16-le")) // 2
        if token["tag"] is None:
            continue
        tag = token["tag"].lower()
        if not token["end"]:
            raise _wrong(f"Unclosed start tag {where}")
        if token["close"]:
            if not open_:
                raise _wrong(f"Unexpected end tag {where}")
            opened, rest, start = open_.pop()
            if tag and tag != opened:
                raise _wrong(f'Unmatched end tag {where}, expected "</{opened}>", found "</{tag}>"')
            if length > start:
                entities.append(_entity(opened, rest, start, length - start))
        elif tag in _TAGS:
            open_.append((tag, token["rest"], length))
        else:
            raise _wrong(f'Unsupported start tag "{tag}" {where}')
    if open_:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{open_[-1][0]}"')
    return text + source[done:], sorted(entities, key=lambda one: (one.offset, -one.length))


def _entity(tag: str, rest: str, offset: int, length: int) -> MessageEntity:
    kind = _TAGS[tag]
    if tag == "blockquote" and "expandable" in rest:
        kind = "expandable_blockquote"
    link = _HREF.search(rest) if tag == "a" else None
    url = unescape(link[1].strip("\"'")) if link else None
    return MessageEntity(type=kind, offset=offset, length=length, url=url)


def _wrong(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
