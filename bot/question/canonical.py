"""The canonical form of a question: made once, before anything reads it.

Ways of typing the same question have the same form: its script, variant characters, width, case,
blanks, marks around it, and what is said out of politeness make no difference.
"""

import re
import unicodedata
from functools import cache

from wuzhen.bot.question.small_talk import small_talk
from wuzhen.bot.question.words import phrases
from wuzhen.index.text.fold import fold

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u180b-\u180d\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    r"\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_HAN = r"\u3400-\u9fff\U00020000-\U0003ffff〇"
_LINE_BREAK = re.compile(r"\s*[\n\r\u2028\u2029]\s*")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_BESIDE_HAN = re.compile(rf" (?=[{_HAN}])|(?<=[{_HAN}]) ")
_BLANK_BEFORE_MARK = re.compile(r" (?=[?!,;:、。)\]】])|(?<=[(\[【,、。?!;:]) (?=[\d(\[【])")
_BETWEEN_SCRIPTS = re.compile(rf"(?<=[{_HAN}])(?=[a-z])|(?<=[a-z])(?=[{_HAN}])")
_REPEATED = re.compile(r"([?!,;:、。~·])[?!,;:、。~·]*")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'})
# Marks that mean something where they stand: a share, a degree, a name such as C#.
_MEANING = frozenset("#@&%*/\\'\"°§‰′″")
_MARKS = frozenset({"Po", "Pd", "So", "Sk", "Zs"})
_QUOTES = {"「": "」", "『": "』", "《": "》", '"': '"', "'": "'"}
_COUNTS = re.compile(r"\d")


def legible(text: str) -> str:
    """Return a text without what no one means to ask: control characters and half characters."""
    text = _ESCAPES.sub("", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def canonical(text: str) -> str:
    """Return the canonical form of a question; that of small talk keeps its polite words.

    Of a text without letters and digits, nothing is taken away but blanks.
    """
    form = _typed(text)
    bare = _without_marks(form)
    if not _says_something(bare):
        return form.strip()
    if small_talk(bare):
        return bare
    return _without_politeness(bare)


def _typed(text: str) -> str:
    """Return a text folded, with its blanks as one types them."""
    text = _LINE_BREAK.sub("\n", legible(_LINE_BREAK.sub("\n", text)))
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_APOSTROPHES)
    folded = _BLANKS.sub(" ", fold(text)).replace(" \n", "\n").replace("\n ", "\n")
    folded = _BLANK_BESIDE_HAN.sub("", folded)
    folded = _BLANK_BEFORE_MARK.sub("", folded)
    folded = _REPEATED.sub(lambda match: "?" if "?" in match[0] else match[1], folded)
    return _BETWEEN_SCRIPTS.sub(" ", folded)


def _without_marks(form: str) -> str:
    """Return a form without the marks, signs and blanks around it, and quotation marks about it."""
    start, end = 0, len(form)
    while start < end and _is_mark(form[start]) and not _is_signed(form, start):
        start += 1
    while start < end and _is_mark(form[end - 1]):
        end -= 1
    inner = form[start:end]
    return _without_marks(inner[1:-1]) if _is_quoted(inner) else inner


def _is_quoted(form: str) -> bool:
    """Tell whether the first and the last character are one pair of quotation marks."""
    if len(form) < 2 or _QUOTES.get(form[0]) != form[-1]:
        return False
    if form[0] == form[-1]:
        return form.count(form[0]) == 2
    depth = 0
    for place, character in enumerate(form):
        depth += (character == form[0]) - (character == form[-1])
        if depth == 0:
            return place == len(form) - 1
    return False


def _is_mark(character: str) -> bool:
    if character in _MEANING:
        return False
    return character in "~\n" or unicodedata.category(character) in _MARKS


def _is_signed(form: str, at: int) -> bool:
    """Tell whether a mark is the sign or the point of a number (-5, .5)."""
    return form[at] in "-.#" and form[at + 1 : at + 2].isdecimal()


def _without_politeness(form: str) -> str:
    """Return a form without polite openings and closings, as long as something is left."""
    while True:
        rest = _without_closing(_without_opening(form))
        if rest == form:
            return form
        form = rest


def _without_opening(form: str) -> str:
    for kind, closing in (("opening question", "closing question"), ("opening", None)):
        if (match := _at_start(kind).match(form)) is None:
            continue
        rest = _without_marks(form[match.end() :])
        if closing and (end := _at_end(closing).search(rest)):
            rest = _without_marks(rest[: end.start()]) or rest
        if _says_something(rest) and not _is_bare(rest):
            return rest
    return form


def _without_closing(form: str) -> str:
    match = _at_end("closing").search(form)
    rest = _without_marks(form[: match.start()]) if match else ""
    return rest if _says_something(rest) and not _is_bare(rest) else form


def _says_something(form: str) -> bool:
    return any(c.isalnum() for c in form)


def _is_bare(form: str) -> bool:
    """Tell whether a form is a single letter: politeness is not taken off until no word is left."""
    return sum(c.isalnum() for c in form) < 2 and not _COUNTS.search(form)


@cache
def _at_start(kind: str) -> re.Pattern[str]:
    return re.compile(_any_of(kind))


@cache
def _at_end(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of(kind)})$")


def _any_of(kind: str) -> str:
    """Return an expression for the phrases of a kind, longest first; Latin ones as whole words."""
    longest_first = sorted(phrases(kind), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(
        rf"\b{re.escape(phrase)}(?![\w'])" if phrase.isascii() else re.escape(phrase)
        for phrase in longest_first
    )
