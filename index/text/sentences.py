"""Cutting a statement into sentences, which are what is retrieved and quoted."""

import re
from bisect import bisect_right

from wuzhen.index.document import Span
from wuzhen.index.text.references import CLOSERS, trimmed

_EMPHASIS = "*_"
_CLOSERS = f"{CLOSERS}{_EMPHASIS}"
_AFTER_POINT = r"(?=\s+(?:[A-Z0-9\u3400-\u9fff*_“\"]|[(（][\w]{1,4}[)）]))"
# A full stop of Latin script ends a sentence only before white space and a capital, a digit or a
# Han character, so that "3.5", "e.g. this" and "WIC.org" stay whole. `![` begins a picture.
_ENDS = re.compile(
    rf"(?:[。｡！？?…]|!(?!\[)|(?<!\d)．|．(?!\d))+[{re.escape(_CLOSERS)}]*"
    rf"|\.[{re.escape(_CLOSERS)}]*{_AFTER_POINT}"
    r"|\n\s*\n"
)
# What numbers an item of a list is no sentence.
_NUMBER = re.compile(r"[\s*_]*[(（]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})[.．]")
# A remark in brackets right behind the full stop, such as who said it, belongs to its sentence; a
# number in brackets belongs to the item that it begins.
_REMARK = re.compile(
    r"\s*[（(](?!(?:[一二三四五六七八九十百]+|\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})[)）])"
    r"[^（()）]{1,60}[)）]"
)
# Within these, a stop ends nothing: addresses, links of Markdown, titles, remarks in brackets.
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_AFTER_ADDRESS = ".,;:!?'\")]>*_"
_WHOLE = re.compile(
    r"\]\([^()\s]{1,2000}\)|《[^《》\n]{1,120}》|〈[^〈〉\n]{1,120}〉"
    r"|(?P<remark>[（(][^（()）\n]{1,80}[)）])"
)
_GOES_ON = re.compile(r"[，、；：,;]")
_FIGURE = re.compile(r"\s*[\d$¥€£]")
_ASCII_AROUND = re.compile(r"[\w/]")
# An abbreviation, and what stands behind one that is none of a sentence's end.
_ABBREVIATED = re.compile(r"[A-Za-z][A-Za-z.]*$")
_ALWAYS = frozenset(
    "dr mr mrs ms mx prof approx ca cf vs viz esp gen col capt lt sgt rev hon gov sen rep messrs "
    "e.g i.e".split()
)
"""Abbreviations that end no sentence."""
_BEFORE_NUMBERS = frozenset(
    "no nos nr fig figs p pp vol vols ch chap sec sect eq eqs ref refs art arts para tab app pt v "
    "ver ed eds ext tel max min c al etc inc ltd co jan feb mar apr jun jul aug sep sept oct nov "
    "dec bldg rm apt".split()
)
"""Abbreviations that end no sentence before a number."""
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")
_OPENINGS = re.compile(
    r"\s+(?:The|It|He|She|They|We|You|This|That|These|Those|There|Then|In|On|At|An?|If|For|But|And|"
    r"When|While|After|Before|As|Its|His|Her|Their|Our|No|All|Some|Each|Please)\b"
)
"""Words that seldom begin anything but a sentence."""


def sentences(text: str, span: Span) -> list[Span]:
    """Cut a stretch of text into sentences, without the white space between them."""
    found: list[Span] = []
    start = span.start
    whole = _wholes(text, span)
    for end in _ENDS.finditer(text, span.start, span.end):
        stop = _without_opening(text, start, end)
        if stop <= start or _NUMBER.fullmatch(text, start, stop):
            continue
        if _goes_on(text, start, end, whole):
            continue
        if remark := _REMARK.match(text, stop, span.end):
            stop = remark.end()
        if sentence := trimmed(text, Span(start, stop)):
            found.append(sentence)
        start = stop
    if rest := trimmed(text, Span(start, span.end)):
        found.append(rest)
    return found


def _wholes(text: str, span: Span) -> list[tuple[Span, bool]]:
    """Return the stretches within which no sentence ends, and whether each is a remark."""
    found: list[tuple[Span, bool]] = []
    for address in _ADDRESS.finditer(text, *span):
        length = len(address[0].rstrip(_AFTER_ADDRESS))
        found.append((Span(address.start(), address.start() + length), False))
    for one in _WHOLE.finditer(text, *span):
        found.append((Span(*one.span()), one["remark"] is not None))
    return sorted(found)


def _without_opening(text: str, start: int, end: re.Match[str]) -> int:
    """Return where a sentence ends: before emphasis or a quotation that opens the next one."""
    stop = end.end()
    mark = end[0].rstrip('*_"')
    closing = end[0][len(mark) :]
    if not closing or stop >= len(text) or text[stop].isspace():
        return stop
    opened = text.count(closing, start, end.start() + len(mark)) % 2
    return stop if opened else end.start() + len(mark)


def _goes_on(text: str, start: int, end: re.Match[str], whole: list[tuple[Span, bool]]) -> bool:
    """Tell whether a sentence goes on behind what looks like its end."""
    at, mark = end.start(), end[0]
    if mark.isspace():
        return False
    if _GOES_ON.match(text, end.end()):
        return True
    near = bisect_right(whole, (Span(at, len(text)), True))
    for span, remark in whole[max(0, near - 2) : near]:  # one may stand within another
        # What stands in brackets as a sentence of its own ends with them.
        if span.start <= at < span.end and not (remark and not text[start : span.start].strip()):
            return True
    if mark[0] == "…" and _FIGURE.match(text, end.end()):
        return True  # dots that lead to a price
    if mark[0] in "?!" and len(mark) == 1:
        before, after = text[at - 1 : at], text[end.end() : end.end() + 1]
        return (
            before.isascii()
            and after.isascii()
            and bool(_ASCII_AROUND.match(before) and _ASCII_AROUND.match(after))
        )
    return mark[0] == "." and _is_abbreviated(text, start, at)


def _is_abbreviated(text: str, start: int, point: int) -> bool:
    """Tell whether a full stop belongs to an abbreviation or an initial that ends no sentence."""
    found = _ABBREVIATED.search(text, max(start, point - 20), point)
    if found is None:
        return False
    word = found[0].lower()
    before_number = re.match(r"\s+[(（]?\d", text[point + 1 : point + 8]) is not None
    if word in _ALWAYS:
        return True
    if word in ("a.m", "p.m"):
        return before_number
    if before_number and word in _BEFORE_NUMBERS:
        return True
    if word == "co" and re.match(r",?\s+Ltd", text[point + 1 : point + 8]):
        return True
    initial = _INITIALS.fullmatch(found[0]) and (found[0][0].isupper() or "." in found[0])
    if initial or word in ("st", "mt"):
        return not _OPENINGS.match(text, point + 1)
    return False
