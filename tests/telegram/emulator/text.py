"""Formatted text: cleaned and trimmed as the service does, its limits enforced.

Offsets and lengths of entities count UTF-16 code units (core.telegram.org/api/entities).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiogram.client.default import Default
from aiogram.enums import MessageEntityType
from aiogram.types import MessageEntity, TextQuote
from telegram.constants import MessageLimit

from .errors import bad_request, violation
from .html_mode import parse_html

TEXT_LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION_LIMIT = int(MessageLimit.CAPTION_LENGTH)
ENTITY_LIMIT = int(MessageLimit.MESSAGE_ENTITIES)

_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), " ")
_QUOTES = ("blockquote", "expandable_blockquote")
_LINKS = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{3,32})"
)

Formatted = tuple[str, list[MessageEntity] | None]


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part that an entity covers."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def detect(text: str) -> list[MessageEntity]:
    """The links, commands and mentions that the service finds in what a user writes."""
    return [
        MessageEntity(
            type=str(found.lastgroup),
            offset=utf16_length(text[: found.start()]),
            length=utf16_length(found.group()),
        )
        for found in _LINKS.finditer(text)
    ]


def format_message(
    text: str, entities: list[MessageEntity] | None, parse_mode: str | Default | None
) -> Formatted:
    """The text and entities of a message, 1-4096 units after parsing and trimming."""
    if not text:
        raise violation("message text is empty")
    text, kept = _format(text, entities, parse_mode)
    if not text:
        raise violation("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise violation("message is too long")
    return text, kept


def format_caption(
    text: str | None, entities: list[MessageEntity] | None, parse_mode: str | Default | None
) -> tuple[str | None, list[MessageEntity] | None]:
    """The caption of a file, up to 1024 units; None if there is none."""
    text, kept = _format(text or "", entities, parse_mode)
    if utf16_length(text) > CAPTION_LIMIT:
        raise violation("message caption is too long")
    return text or None, kept


def _format(
    text: str, entities: list[MessageEntity] | None, parse_mode: str | Default | None
) -> Formatted:
    if isinstance(parse_mode, str) and parse_mode and not entities:
        if parse_mode.lower() != "html":
            raise violation(f"the emulator does not parse {parse_mode}; send entities or HTML")
        text, entities = parse_html(text)
    entities = entities or []
    _check_entities(text, entities)
    return _trim(*_clean(text, entities))


def _check_entities(text: str, entities: list[MessageEntity]) -> None:
    if len(entities) > ENTITY_LIMIT:
        # The service drops those beyond the limit, which loses formatting without a word.
        raise violation(f"more than {ENTITY_LIMIT} entities")
    cuts = set(_boundaries(text))
    end_of_text = utf16_length(text)
    known = {kind.value for kind in MessageEntityType}
    for entity in entities:
        end = entity.offset + entity.length
        if entity.type not in known:
            raise violation(f'unsupported entity type "{entity.type}" specified')
        if entity.offset < 0 or entity.length <= 0:
            raise violation(f"wrong entity at {entity.offset}, {entity.length} long")
        if end > end_of_text:
            raise violation(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the "
                f"text at UTF-16 offset {end}"
            )
        if entity.offset not in cuts or end not in cuts:
            raise violation(
                f"entity beginning at UTF-16 offset {entity.offset} begins or ends in a middle "
                "of a UTF-16 symbol"
            )
        if entity.type == "text_link" and not (entity.url or "").startswith(
            ("http://", "https://", "tg://", "mailto:")
        ):
            raise violation(f"entity with a wrong URL {entity.url!r}")
    _check_nesting(entities)


def _check_nesting(entities: list[MessageEntity]) -> None:
    open_: list[tuple[int, str]] = []
    for entity in sorted(entities, key=lambda one: (one.offset, -one.length)):
        end = entity.offset + entity.length
        open_ = [(stop, kind) for stop, kind in open_ if stop > entity.offset]
        kinds = [kind for _, kind in open_]
        if any(stop < end for stop, _ in open_):
            raise violation(f"entity at {entity.offset} overlaps another and is not inside it")
        if entity.type in _QUOTES and any(kind in _QUOTES for kind in kinds):
            raise violation("block quotations can't be nested")
        if any(kind in ("pre", "code") for kind in kinds):
            raise violation("code can't contain other entities")
        open_.append((end, entity.type))


def _boundaries(text: str) -> Iterator[int]:
    """UTF-16 offsets that do not fall into the middle of a surrogate pair."""
    offset = 0
    yield offset
    for character in text:
        offset += 2 if character > "\uffff" else 1
        yield offset


def _clean(text: str, entities: list[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """Control characters become spaces, carriage returns go."""
    if "\r" in text:
        entities = [
            entity.model_copy(
                update={
                    "offset": entity.offset - utf16_slice(text, 0, entity.offset).count("\r"),
                    "length": entity.length
                    - utf16_slice(text, entity.offset, entity.length).count("\r"),
                }
            )
            for entity in entities
        ]
        text = text.replace("\r", "")
    return text.translate(_CONTROL), entities


def _trim(text: str, entities: list[MessageEntity]) -> Formatted:
    """White space goes at the end, and at the start as far as the first entity."""
    first = min((entity.offset for entity in entities), default=len(text))
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    text = text[lead:].rstrip()
    end = utf16_length(text)
    kept = [
        entity.model_copy(
            update={
                "offset": entity.offset - lead,
                "length": min(entity.length, end - (entity.offset - lead)),
            }
        )
        for entity in entities
    ]
    return text, [entity for entity in kept if entity.length > 0] or None


def find_quote(quote: str, text: str) -> TextQuote:
    """The part of the text replied to that a reply quotes."""
    if not quote or quote not in text:
        raise bad_request("message quote not found")
    return TextQuote(text=quote, position=utf16_length(text[: text.index(quote)]))
