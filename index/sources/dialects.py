"""What Markdown files hold that CommonMark does not know, masked for a parser of CommonMark.

Front matter (YAML between `---`, TOML between `+++`), footnotes (`[^1]: …`), formulas
(`$$ … $$`), and headings without a blank (`##Heading`). What is masked keeps its length, so that
every place in the masked text is the same place in the file.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

from wuzhen.index.document import Reference
from wuzhen.index.sources.listing import parted, reference

_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # as CommonMark, 2.1, has them
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_YAML = re.compile(r"\s*---[ \t]*\r?\n(?P<body>.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.M)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\r?\n(?P<body>.*?)^\+\+\+[ \t]*\r?$", re.DOTALL | re.M)
_KEY = re.compile(r"[\w -]+:(?:\s|$)")
_TITLE = re.compile(
    r"""^title:[ \t]+(?:"(?P<d>[^"\n]*)"|'(?P<s>[^'\n]*)'|(?P<bare>[^#\s].*?))\s*$""", re.M
)
_LONGEST_FRONT = 20_000
_NOTE = re.compile(r" {0,3}\[\^(?P<label>[^\[\]\s]{1,60})\]:[ \t]*(?P<words>.*)")
_CONTINUED = re.compile(r"(?: {2,}|\t)\s*\S")
_HEADING = re.compile(r" {0,3}(?P<marks>#{2,6})(?=[^\s#!{\d])(?=.*[^\W_])")
_MARKUP = re.compile(r"[*_`]+|[<>]")


class Prepared(NamedTuple):
    """A Markdown file as a parser of CommonMark is to see it, and what was taken out."""

    seen: str
    """As long as the file's text."""
    title: str
    """What its front matter calls it, or nothing."""
    levels: dict[int, int]
    """By their line, from 0, the levels of headings that were written without a blank."""
    notes: dict[str, Reference]
    """Its footnotes, by their labels."""


def prepared(text: str) -> Prepared:
    """Mask what CommonMark does not know."""
    title, front = _front_matter(text)
    lines = _LINES.findall(text)
    levels: dict[int, int] = {}
    notes: dict[str, list[str]] = {}
    label = ""
    fence = ""
    formula = ""
    below_blank = True
    for at, line in enumerate(lines):
        bare, after_blank = line.strip(), below_blank
        below_blank = not bare
        if at < front:
            lines[at] = _blank(line)
            continue
        if formula or fence:
            if formula:
                lines[at] = _lettered(line)
                formula = "" if bare.endswith(formula) else formula
            elif bare.startswith(fence) and set(bare) <= {fence[0]}:
                fence = ""
            continue
        if opening := _FENCE.match(line):
            fence, label = opening[1], ""
        elif closing := _opens_formula(bare):
            formula, label = closing, ""
            lines[at] = _lettered(line)
        elif note := _NOTE.match(line):
            label = note["label"]
            notes.setdefault(label, []).append(note["words"])
            lines[at] = _blank(line)
        elif label and (_CONTINUED.match(line) or (bare and not after_blank)):
            notes[label].append(bare)
            lines[at] = _blank(line)
        elif label and not bare:
            continue
        else:
            label = ""
            if heading := _HEADING.match(line):
                levels[at] = len(heading["marks"])
                end = heading.end("marks")
                lines[at] = f"{line[: end - 1]} {line[end:]}"
    return Prepared("".join(lines), title, levels, dict(_references(notes)))


def _front_matter(text: str) -> tuple[str, int]:
    """Return the title that a file's front matter gives, and how many lines it has."""
    head = text[:_LONGEST_FRONT].removeprefix("\ufeff")
    if found := _TOML.match(head):
        try:
            title = tomllib.loads(found["body"].replace("\r", "")).get("title", "")
        except tomllib.TOMLDecodeError:
            return "", 0
    elif found := _YAML.match(head):
        body = [one for one in found["body"].splitlines() if one.strip()]
        if not body or not any(map(_KEY.match, body)) or not _is_yaml(body):
            return "", 0
        named = _TITLE.search(found["body"])
        title = next((one for one in named.groups() if one), "") if named else ""
    else:
        return "", 0
    lines = len(_LINES.findall(found[0]))
    return (" ".join(title.split()) if isinstance(title, str) else ""), lines


def _is_yaml(lines: list[str]) -> bool:
    """Tell whether lines are keys with values: each begins a key, or belongs to one above."""
    return all(_KEY.match(one) or one[0] in " \t-#" for one in lines)


def _opens_formula(line: str) -> str:
    r"""Return what closes the formula that a line opens (`$$`, `\[`), or nothing."""
    for opening, closing in (("$$", "$$"), ("\\[", "\\]")):
        if line.startswith(opening) and not line.endswith(closing, len(opening)):
            return closing
    return ""


def _lettered(line: str) -> str:
    """Write letters where a formula's line could begin or underline anything."""
    return re.sub(r"^(\s*)([^\w\s\\$]+)", lambda m: m[1] + "x" * len(m[2]), line)


def _blank(line: str) -> str:
    end = len(line.rstrip("\r\n"))
    return " " * end + line[end:]


def _references(notes: dict[str, list[str]]) -> Iterator[tuple[str, Reference]]:
    for label, words in notes.items():
        said, address = parted(_MARKUP.sub("", " ".join(filter(None, words))))
        number = str(int(label)) if label.isdecimal() else label
        if found := reference(number, said, address):
            yield number, found
