"""A question that asks two things: split into the questions that it consists of."""

import re

from wuzhen.bot.question.canonical import canonical
from wuzhen.bot.question.question import Question, disputed, interrogatives
from wuzhen.bot.question.small_talk import small_talk
from wuzhen.index.text.dates import dates
from wuzhen.index.text.numerals import numbers

_BREAK = re.compile(
    r"[?？!！。;；,，\n]+|(?:还有|仲有|另外|以及|顺便|同埋|并且|而且)|\b(?:and also|and|also|"
    r"plus)\b(?=\s+(?:how|what|when|where|who|which|is|are|do|does|can|did)\b)"
)
_MARKS = re.compile(r"[?？\n]+")
# What joins two questions, or two things of one: only where each side asks does it join questions.
_JOINTS = re.compile(
    r"[?\n]+|[,;。!]*\s*(?:以及|另外|还有|仲有|同埋|顺便(?:问一?下)?|和|跟|与|及|同)|"
    r"[,;.!]*\s*\b(?:and also|and|also|plus)\b"
)
_TYPED_JOINTS = re.compile(
    r"[?？\n,，;；]+\s*(?:以及|另外|還有|还有|仲有|同埋|順便|顺便)?|以及|另外|還有|还有|仲有|同埋|"
    r"[和跟與与及同]|\b(?:and also|and|also|plus)\b",
    re.IGNORECASE,
)
_ASKS_EN = re.compile(
    r"\b(?:what|when|where|who|which|why|how|is|are|do|does|did|can|could|will)\b"
)
_COMPARES = re.compile(
    r"哪(?:个|一?个|边|样|家|场|间|种|座)?|边(?:个|样|间|场|边|种)|谁|比较|相比|差(?:在|别|异|"
    r"几|多少)|区别|不同|多还是|还是|先后|孰|有咩分别|"
    r"\b(?:which|who|whether|difference|differ|compare|compared|longer|shorter|earlier|later|"
    r"first|more|fewer|higher|cheaper|bigger|warmer|or)\b"
)
_PAIR = re.compile(
    r"(?P<a>[^,，。?？;；:：]{2,24}?)\s*(?P<join>和|跟|与|同埋|同|还是|、|以及|\bversus\b|"
    r"\bvs\.?\b|\bor\b|\band\b)\s*(?P<b>[^,，。?？;；:：]{2,24})"
)
_SHORTEST = 2
_LONGEST_MESSAGE = 600
_LONGEST = 70


def questions(question: Question) -> list[str]:
    """Return the questions of a message that holds several, in their order; else an empty list.

    They are set apart by marks, by lines, or by words that join (以及, 另外, 和, and) where each
    side has its own word that asks.
    """
    core = question.core
    if len(core) > _LONGEST_MESSAGE or disputed(core):
        return []
    pieces: list[str] = []
    start = 0
    for match in (*_JOINTS.finditer(core), None):
        end = match.start() if match else len(core)
        stretch = core[start:end]
        rest = core[match.end() :] if match else ""
        marked = match is None or bool(_MARKS.search(match[0]))
        if not marked and not (_asks(stretch) and _asks(_MARKS.split(rest)[0])):
            continue
        if stretch.strip(" ,，。;!"):
            pieces.append(stretch.strip(" ,，。;!"))
        start = match.end() if match else end
    asking = [piece for piece in pieces if _asks(piece) and not small_talk(piece)]
    told = [piece for piece in pieces if piece not in asking and not small_talk(piece)]
    return asking if len(asking) > 1 and not told else []


def own_words(asked: str, part: str) -> str:
    """Return the stretch of a message as it was typed that is a question of it, or its form."""
    pieces = [*_MARKS.split(asked), *_TYPED_JOINTS.split(asked)]
    return next((piece.strip() for piece in pieces if canonical(piece) == part), part)


def parts(question: Question) -> list[str]:
    """Return the questions that a question consists of; a list of one when it cannot be split.

    Either stretches of it that each ask something, or, when it compares two things, the question
    asked of each of them.
    """
    return _compared(question) or _asking(question) or [question.core]


def _asking(question: Question) -> list[str]:
    """Return the stretches between breaks that each have a word that asks and one that names."""
    folded = question.core
    if len(question.text) > _LONGEST:
        return []
    pieces: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(folded):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, len(folded)))
    asks = [piece for piece in pieces if _asks(folded[piece[0] : piece[1]])]
    if len(asks) < 2:
        return []
    found: list[str] = []
    for at, piece in enumerate(asks):
        # What stands before a stretch that asks, back to the one before it, belongs to it.
        first = asks[at - 1][1] if at else 0
        found.append(question.core[first : piece[1]].strip(" ,，。?？;；!！"))
    return found


def _asks(stretch: str) -> bool:
    spans = interrogatives(stretch)
    words = (
        bool(_ASKS_EN.search(stretch))
        or bool(spans)
        or stretch.rstrip().endswith(("吗", "嘛", "呢"))
    )
    named = sum(c.isalnum() for c in stretch) - sum(end - start for start, end in spans)
    return words and named >= _SHORTEST


def _compared(question: Question) -> list[str]:
    folded = question.core
    match = _PAIR.search(folded) if _COMPARES.search(folded) else None
    if match is None or interrogatives(match["a"]) or len(question.text) > _LONGEST:
        return []
    if _valued(match["b"]):
        return []  # two values of one thing (是2号还是3号), not two things
    end = match.start("b") + _second(match["a"], match["b"])
    first = question.core[: match.start("join")] + question.core[end:]
    second = question.core[: match.start("a")] + question.core[match.start("b") :]
    rest = folded[match.end("b") :]
    if not _COMPARES.search(match["b"] + rest) and match["join"] not in ("还是", "or"):
        return []
    return [first, second] if first != second else []


def _valued(text: str) -> bool:
    """Tell whether a text begins with a date or a number."""
    begins = [date.start for date in dates(text)] + [number.start for number in numbers(text)]
    return min(begins, default=len(text)) <= 1


def _second(first: str, rest: str) -> int:
    """Return how much of what follows two things' joining word is the second of them.

    Things that are compared end alike more often than not (小柜 and 大柜); otherwise the second
    ends where the words that compare or ask begin.
    """
    last = first.rstrip()[-1]
    if not last.isascii() and (at := rest.find(last)) > 0:
        return at + 1
    asked = [start for start, _ in interrogatives(rest)]
    asked += [m.start() for m in _COMPARES.finditer(rest)]
    asked += [at for at in (rest.find("的"),) if at > 0]
    return min((at for at in asked if at > 0), default=len(rest))
