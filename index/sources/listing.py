"""Reference lists as they are written out: a heading, then a number and a source in each line."""

import re
from collections.abc import Container, Iterable, Sequence
from urllib.parse import urlsplit

from wuzhen.index.document import Block, Reference
from wuzhen.index.text.fold import fold

_HEADING = re.compile(
    r"参考(?:资料|文献|来源|书目)|引用|资料来源|引用来源|注释|注解|脚注|尾注|附注|注"
    r"|references?|footnotes?|end ?notes?|notes|sources|citations?|works cited|bibliography"
)
_SURELY = re.compile(r"参考(?:资料|文献|书目)|bibliography|references|works cited")
_FIRST = frozenset("參参引資资注註脚腳尾附rRfFeEnNsScCwW")
_LONGEST_HEADING = 20
_ENTRY = re.compile(
    r"(?:[\^↑]\s*)?(?:[\[［]\s*(\d{1,4})\s*[\]］]|(\d{1,4})\s*[.．、)）](?!\d))\s*(?=\S)"
)
_ADDRESS = re.compile(r"https?://[!-~]+")
_LONGEST_TITLE = 500
_LONGEST_ADDRESS = 2000
_AFTER = ".,;)]>\"'"
_AROUND = " \t<>()（）[]【】.。,，;；:："


def is_reference_heading(names: Sequence[str]) -> bool:
    """Tell whether the last of some headings, or the only one, is that of a reference list."""
    if not names or not 0 < len(names[-1]) <= _LONGEST_HEADING or names[-1][0] not in _FIRST:
        return False
    name = re.sub(r"\s*[\[［【].*[\]］】]$", "", names[-1]).strip(" :：")
    return bool(_HEADING.fullmatch(fold(name)))


def is_surely_reference_heading(name: str) -> bool:
    """Tell whether a heading of a reference list can head nothing else."""
    return bool(_SURELY.fullmatch(fold(name).strip(" :：")))


Entry = tuple[str, str, str]
"""The number, the source and the address that an entry of a list gives."""


def listed(words: str) -> Entry | None:
    """Return the entry that some words are, or None."""
    entry = _ENTRY.match(words)
    if entry is None:
        return None
    return str(int(entry[1] or entry[2])), *parted(words[entry.end() :].lstrip("^↑ "))


def gathered(entries: Iterable[Entry], used: Container[str]) -> dict[str, Reference]:
    """Return what the numbers of a list stand for; nothing when none of them is used."""
    entries = list(entries)
    named: dict[str, Reference] = {}
    if any(number in used for number, *_ in entries):
        for entry in entries:
            if one := reference(*entry):
                named.setdefault(one.number, one)
    return named


def cited(blocks: Iterable[Block]) -> set[str]:
    """Return the reference numbers that blocks carry."""
    return {ref for block in blocks for part in block.parts for ref in part.refs}


def parted(words: str) -> tuple[str, str]:
    """Part what is said of a source from the first address that is given for it."""
    found = _ADDRESS.search(words)
    if found is None:
        return words.strip(), ""
    address = found[0].rstrip(_AFTER)
    before = words[: found.start()].rstrip(_AROUND)
    after = words[found.start() + len(address) :].strip(_AROUND)
    return f"{before} {after}".strip(), address


def reference(number: str, title: str, address: str = "") -> Reference | None:
    """Return a reference within bounds, or None for one that says nothing.

    An address other than http and https is none.
    """
    title = " ".join(title.split())[:_LONGEST_TITLE].strip()
    if len(address) > _LONGEST_ADDRESS or not _is_address(address):
        address = ""
    return Reference(number, title, address) if title or address else None


def _is_address(text: str) -> bool:
    try:
        return bool(_ADDRESS.fullmatch(text) and urlsplit(text).hostname)
    except ValueError:
        return False
