"""The numbers that Word makes for paragraphs (第一條, (1)), written into them; contents taken out.

Numbering is told by `word/numbering.xml` (ECMA-376, 17.9), by a paragraph or by its style. Plain
numbers and bullets stay lists.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree

_DIGITS = "零一二三四五六七八九"
_HAN = frozenset(
    "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand "
    "japaneseCounting ideographTraditional chineseLegalSimplified ideographLegalTraditional".split()
)
_PLAIN = re.compile(r"%\d[.)、．]?")
_CONTENTS = re.compile(
    r"(?:toc|目录|目錄) ?(?:\d|heading)|contents heading|toc heading", re.IGNORECASE
)
_LONGEST_NUMBER = 9


class _Level(NamedTuple):
    format: str
    text: str
    """With `%1` for the number of the first level, and so on."""
    start: int


def with_numbers(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a document's parts with its paragraphs numbered, and without its table of contents."""
    document = parts.get("word/document.xml", b"")
    numbering = parts.get("word/numbering.xml", b"")
    styles = parts.get("word/styles.xml", b"")
    by_style = b"numPr" in styles and bool(numbering)
    if not (numbering and b"numPr" in document) and not by_style and b"TOC" not in document:
        contents = _contents_styles(styles) if styles else set()
        if not contents:
            return dict(parts)
    root = ElementTree.fromstring(document)
    word = root.tag.removesuffix("document")
    _drop_contents(root, word, _contents_styles(styles))
    _write_numbers(root, word, _levels(numbering), _style_numbers(styles))
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return {**parts, "word/document.xml": written}


def _contents_styles(styles: bytes) -> set[str]:
    """Return the ids of the styles of a table of contents."""
    if not styles:
        return set()
    root = ElementTree.fromstring(styles)
    word = root.tag.removesuffix("styles")
    return {
        style.get(f"{word}styleId", "")
        for style in root.iter(f"{word}style")
        if (name := style.find(f"{word}name")) is not None
        and _CONTENTS.fullmatch(name.get(f"{word}val", ""))
    }


def _drop_contents(root: ElementTree.Element, word: str, styles: set[str]) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{word}p":
                style = _value(child, word, "pPr", "pStyle")
                if style in styles or re.fullmatch(r"TOC(?:\d|Heading)", style):
                    parent.remove(child)
            elif child.tag == f"{word}sdt":
                gallery = child.find(f"{word}sdtPr/{word}docPartObj/{word}docPartGallery")
                if gallery is not None and gallery.get(f"{word}val") == "Table of Contents":
                    parent.remove(child)


def _levels(numbering: bytes) -> dict[str, dict[int, _Level]]:
    """Return the levels of each numbering, by its id."""
    if not numbering:
        return {}
    root = ElementTree.fromstring(numbering)
    word = root.tag.removesuffix("numbering")
    abstract = {
        one.get(f"{word}abstractNumId", ""): dict(_levels_in(one, word))
        for one in root.iter(f"{word}abstractNum")
    }
    found: dict[str, dict[int, _Level]] = {}
    for number in root.iter(f"{word}num"):
        levels = dict(abstract.get(_value(number, word, "abstractNumId"), {}))
        for override in number.iter(f"{word}lvlOverride"):
            levels |= dict(_levels_in(override, word))
            at = _int(override.get(f"{word}ilvl"), 0)
            start = _value(override, word, "startOverride")
            if start and at in levels:
                levels[at] = levels[at]._replace(start=_int(start, 1))
        found[number.get(f"{word}numId", "")] = levels
    return found


def _levels_in(parent: ElementTree.Element, word: str) -> Iterator[tuple[int, _Level]]:
    for level in parent.iter(f"{word}lvl"):
        format = _value(level, word, "numFmt") or "decimal"
        text = _value(level, word, "lvlText")
        start = _int(_value(level, word, "start"), 1)
        yield _int(level.get(f"{word}ilvl"), 0), _Level(format, text, start)


def _style_numbers(styles: bytes) -> dict[str, tuple[str, int]]:
    """Return the numbering and the level that styles give to their paragraphs, by their ids."""
    if not styles:
        return {}
    root = ElementTree.fromstring(styles)
    word = root.tag.removesuffix("styles")
    found: dict[str, tuple[str, int]] = {}
    for style in root.iter(f"{word}style"):
        if number := _value(style, word, "pPr", "numPr", "numId"):
            level = _int(_value(style, word, "pPr", "numPr", "ilvl"), 0)
            found[style.get(f"{word}styleId", "")] = (number, level)
    return found


def _write_numbers(
    root: ElementTree.Element,
    word: str,
    levels: Mapping[str, Mapping[int, _Level]],
    by_style: Mapping[str, tuple[str, int]],
) -> None:
    counts: dict[str, dict[int, int]] = {}
    for paragraph in root.iter(f"{word}p"):
        style = by_style.get(_value(paragraph, word, "pPr", "pStyle"), ("", 0))
        id = _value(paragraph, word, "pPr", "numPr", "numId") or style[0]
        at = _int(_value(paragraph, word, "pPr", "numPr", "ilvl"), style[1])
        own = levels.get(id, {})
        if id in ("", "0") or at not in own or not any(paragraph.itertext()):
            continue
        count = counts.setdefault(id, {})
        count[at] = count.get(at, own[at].start - 1) + 1
        for below in [level for level in count if level > at]:
            del count[below]
        level = own[at]
        plain = level.format == "decimal" and _PLAIN.fullmatch(level.text)
        if level.format in ("bullet", "none") or plain:
            continue
        label = level.text
        for above in range(at + 1):
            label = label.replace(f"%{above + 1}", _number(own, count, above))
        _write(paragraph, word, label)


def _number(own: Mapping[int, _Level], count: Mapping[int, int], at: int) -> str:
    level = own.get(at, _Level("decimal", "", 1))
    return written(count.get(at, level.start), level.format)


def _write(paragraph: ElementTree.Element, word: str, label: str) -> None:
    """Begin a paragraph with its number, and make it no item of a list."""
    properties = paragraph.find(f"{word}pPr")
    if properties is not None and (mark := properties.find(f"{word}numPr")) is not None:
        properties.remove(mark)
    run = ElementTree.Element(f"{word}r")
    text = ElementTree.SubElement(run, f"{word}t")
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    text.text = f"{label} " if label[-1:].isalnum() or label.isascii() else label
    paragraph.insert(0 if properties is None else list(paragraph).index(properties) + 1, run)


def written(number: int, format: str) -> str:
    """Write a number as a format of Word's has it."""
    if format in _HAN:
        return _in_han(number)
    if format == "ideographDigital":
        return "".join("〇一二三四五六七八九"[int(one)] for one in str(number))
    if format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if format == "lowerLetter" else letter.upper()
    if format in ("lowerRoman", "upperRoman"):
        roman = _in_roman(number)
        return roman if format == "lowerRoman" else roman.upper()
    if format.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x245F + number)
    return f"{number:02}" if format == "decimalZero" else str(number)


def _in_han(number: int) -> str:
    if not 0 < number < 10_000:
        return str(number)
    said = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            said += _DIGITS[digit] + name
        elif said and number and not said.endswith("零"):
            said += "零"
    return said.removeprefix("一") if said.startswith("一十") else said


def _in_roman(number: int) -> str:
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    letters = "m cm d cd c xc l xl x ix v iv i".split()
    said = ""
    for value, letter in zip(values, letters, strict=True):
        said += letter * (number // value)
        number %= value
    return said


def _value(element: ElementTree.Element, word: str, *path: str) -> str:
    """Return the value of the element at a path below one, or nothing."""
    found = element.find("/".join(f"{word}{name}" for name in path))
    return found.get(f"{word}val", "") if found is not None else ""


def _int(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < _LONGEST_NUMBER else otherwise
