"""Understanding a question before anything is searched: what it asks, of what, when and where."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wuzhen.bot.language import is_cantonese
from wuzhen.bot.question.answer_types import Finder, asked_kinds, counted, days
from wuzhen.bot.question.cantonese import in_mandarin
from wuzhen.index.text.dates import Clock, Date, clocks, dates, part_of_day_spans, parts_of_day
from wuzhen.index.text.fold import fold
from wuzhen.index.text.numerals import HAN_DIGITS, numbers, to_value

_LONG = 45
_LONG_WORDS = 22
_NUMERAL = rf"(?:\d{{1,3}}|[{HAN_DIGITS}]{{1,3}})"
_REFERENCE_WORD = (
    r"(?:参考(?:资料|文献|来源|条目)?|引用(?:资料|来源)?|引文|注释|注解|注脚|脚注|注|文献|"
    r"出处|来源|资料|"
    r"\bref(?:erence)?s?\b\.?|\bfootnotes?\b|\bcitations?\b|\bcites?\b|\bsources?\b|\bnotes?\b)"
)
_REFERENCE = re.compile(
    rf"{_REFERENCE_WORD}\s*(?:编号|号|number|no\.?|num|#|"
    rf"第)?\s*[\[(【（]?\s*(?P<a>{_NUMERAL})(?!\d)(?!\s*(?:[年月日天个家人]|:))"
    rf"|(?:第\s*(?P<b>{_NUMERAL})|(?P<d>\d{{1,3}}))\s*(?:号|条|个|则|篇|"
    rf"项)\s*(?:的)?{_REFERENCE_WORD}(?!有)"
    r"|[\[【［](?P<c>\d{1,3})[\]】］]"
)
_SUPPORT = re.compile(
    r"(?:哪|第几)(?:个|条|一?条|篇|几?条|些|一个|份|里|号)?(?:参考|引用|注释|文献|资料来源|资料|来源|出处|"
    r"脚注)|(?:参考|引用|注释|文献|来源|出处|脚注)[^,。?]{0,6}(?:哪|几号|什么|多少号|边|乜|咩)"
    r"|(?:出自|来自|引自|依据|根据)(?:哪|边)|边(?:个|条|份)(?:参考|引用|注释|文献|来源|出处)|"
    r"有(?:没有|冇)?(?:出处|来源|参考资料|根据)|"
    r"\b(?:which|what)(?:'s| is)?(?: the)? (?:reference|ref|source|citation|footnote|"
    r"note)s?\b|\b(?:reference|source|citation|footnote)s? (?:number )?(?:for|of|behind|"
    r"supports?|backs?)\b|几号参考|参考资料编号|标的是几|(?:标注|标)(?:的)?(?:是)?(?:几|哪)"
)
_SUPPORT_WORDS = re.compile(
    rf"{_REFERENCE_WORD}|支持|支撑|佐证|依据|出自|来自|引自|标注|编号|\b(?:support|back|cite|"
    rf"cover|number|claim|statement|fact|sentence)(?:s|ed)?\b(?: up)?|这句话|这个说法|这句|"
    rf"这一句|说法|这段"
)
_NOW = re.compile(
    r"现在|今天|今日|而家|目前|明天|听日|昨天|寻日|今晚|\b(?:now|today|tonight|tomorrow|yesterday)\b"
)
_WEEKDAY = re.compile(
    r"(?:星期|周|礼拜)(?P<han>[一二三四五六日天])|"
    r"\b(?P<latin>mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
_DAY = (
    (1, r"第一[天日]|首[日天]|头一?[天日]|day (?:one|1)\b|first[ -]day|opening[ -]day"),
    (2, r"第[二2][天日]|次日|day (?:two|2)\b|second day"),
    (3, r"第[三3][天日]|day (?:three|3)\b|third day"),
    (4, r"第[四4][天日]|day (?:four|4)\b|fourth day"),
    *(
        (n, rf"第[{han}{n}][天日]|day {n}\b")
        for n, han in ((5, "五"), (6, "六"), (7, "七"), (8, "八"))
    ),
    (-1, r"最后一?[天日]|最尾一?[天日]|尾日|末日|最终日|last[ -]day|final[ -]day|closing[ -]day"),
)
_YES_NO = re.compile(
    r"(?:吗|嘛|没有|冇|未|咩|对吧|是吧|对不对|啱唔啱|\bright|\bcorrect|\btrue)[?。!\s]*$|是不是|是否|有没有|有冇|能不能|能否|可不可以|可否|"
    r"会不会|要不要|系咪|系唔系|使唔使|可唔可以|得唔得|用唔用|要唔要|"
    r"^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|am)\b|"
    r"\b(?:is|are|was|were|do|does|did|can|could|has|have) (?:there|it|they|we|i|you|the)\b"
)
_EITHER_OR = re.compile(r"还是|\bor\b")
_LISTING = re.compile(
    r"哪些|哪几|有哪|边啲|边几|哪两|哪三|分别|都有(?:什么|哪|谁)|有(?:什么|咩|乜)(?:活动|论坛|"
    r"安排|会议|节目|场次|比赛|项目)|列出|列举|所有|全部|几[场个](?:活动|论坛|会)|"
    r"\bwhich (?:two|three|four|ones|sessions|events|forums)\b|\blist\b|\bwhat are\b|"
    r"\bwhat else\b|\bname (?:all|the)\b|\ball (?:the|of)\b|what's on|what is on|what are on"
)
_DEFINITION = re.compile(
    r"(?:是什么|是咩|系咩|系乜|是个什么|是一个什么|是甚么|什么是|咩系|乜嘢系|指的是什么|"
    r"什么意思|是什么东西|是什么样的|是啥|何谓|系乜嘢|系咩嚟)(?!时候|地方|颜色|时间|人|原则|"
    r"职务|形式)|介绍一下|^what(?:'s| is| are| was)\b(?! the (?:time|date|address|price|cost|"
    r"phone|name|number|total|capacity|colou?r))|\bdefine\b|\bexplain\b|\btell me about\b"
)
_LEANING_START = re.compile(
    r"^(?:那么?|咁|噉|嗰|这|然后|还有|仲有|另外|接着|接住|之后|其后|跟住|而|又|再|"
    r"第[一二三四五六七八九十]个|it\b|and\b|then\b|what about\b|how about\b|but\b|also\b|so\b|"
    r"who else\b|anything else\b|what else\b|the (?:first|second|third|other|next|last) one\b|"
    r"which of (?:them|those)\b)"
)
_LEANING_WORD = re.compile(
    r"他们|她们|它们|它|他|她|佢哋|佢|这个|那个|这些|那些|这里|那里|嗰度|呢度|嗰个|呢个|嗰啲|"
    r"呢啲|该|其|上述|同一|这场|那场|这次|嗰场|呢场|"
    r"\b(?:they|them|their|it|its|he|she|his|her|that|those|these|one|ones|same)\b|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )\bthere\b(?! (?:is|are|was|were|be)\b)"
)
_LEANING_END = re.compile(r"呢[?。!\s]*$|\bthen\?*$|\btoo\?*$|\bas well\?*$")


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks, as far as its own words tell."""

    text: str
    typed: str
    """The part of a long message that asks; the whole of a short one; folded, in Mandarin."""
    core: str
    """The same, spelled right."""
    kinds: tuple[tuple[str, Finder], ...]
    """The kinds of things asked for, each with what finds one in a text."""
    dates: tuple[Date, ...]
    clocks: tuple[Clock, ...]
    parts: tuple[str, ...]
    """Parts of the day, as keys of `index.text.dates.PARTS_OF_DAY`."""
    day: int | None
    """A day by its order: 1 for the first, -1 for the last."""
    weekday: int | None
    """A day of the week, from 0 for Monday."""
    now: bool
    """Whether it asks of today, of now: no text says that."""
    references: tuple[str, ...]
    """Reference numbers that are asked about."""
    supports: bool
    """Whether it asks which reference supports a statement."""
    counts: tuple[tuple[float, str], ...]
    """Numbers that it gives, each with its measure word (`26`, `项`)."""
    editions: tuple[tuple[int, str], ...]
    """Ordinals that it gives (`第四届`)."""
    yes_no: bool
    listing: bool
    definition: bool
    leaning: bool
    """Whether its words lean on something said before."""

    def asks(self, *names: str) -> bool:
        """Tell whether one of these kinds is asked for."""
        return any(name in names for name, _ in self.kinds)

    @property
    def asks_something(self) -> bool:
        """Whether it has any word that asks, or leans on something said."""
        asking = bool(self.kinds or self.listing or self.yes_no or self.definition or self.timed)
        return not self.now and (asking or self.leaning or bool(interrogatives(self.core)))

    @property
    def when_spans(self) -> list[tuple[int, int]]:
        """Where its core names dates, times, parts of the day, and days by their order."""
        spans = [(date.start, date.end) for date in self.dates]
        spans += [(clock.start, clock.end) for clock in self.clocks]
        spans += part_of_day_spans(self.core)
        spans += [match.span() for match in _WEEKDAY.finditer(self.core)]
        return spans + [m.span() for _, form in _DAY for m in re.finditer(form, self.core)]

    @property
    def timed(self) -> bool:
        """Whether it names a date, a day by its order, a time, or a part of the day."""
        weekday = self.weekday is not None
        return bool(self.dates or self.clocks or self.parts or self.day or weekday)


def understand(text: str, spelled: Callable[[str], str] = fold) -> Question:
    """Read what a question asks out of its words.

    `spelled` folds a text, and may set mistyped words right.
    """
    folded = fold(text)
    mandarin = in_mandarin(folded) if is_cantonese(folded) else folded
    typed = asking_part(mandarin)
    core = folded = spelled(typed)
    when = [d for d in dates(folded) if d.month or d.day or d.year]
    supports = bool(_SUPPORT.search(folded))
    found = [n for n in numbers(folded) if not _inside(n.start, n.end, when)]
    counts = tuple((n.value, n.measure) for n in found if n.measure and not n.ordinal)
    return Question(
        text=text,
        typed=typed,
        core=core,
        kinds=() if supports else _kinds(folded, when, counts),
        dates=tuple(when),
        clocks=tuple(clocks(folded)),
        parts=tuple(parts_of_day(folded)),
        day=next((day for day, form in _DAY if re.search(form, folded)), None),
        weekday=_weekday(folded),
        now=bool(_NOW.search(folded)),
        references=_references(folded),
        supports=supports,
        counts=counts,
        editions=tuple((int(n.value), n.measure) for n in found if n.ordinal and n.measure),
        yes_no=bool(_YES_NO.search(folded)),
        listing=bool(_LISTING.search(folded)),
        definition=bool(_DEFINITION.search(folded)),
        leaning=bool(
            _LEANING_START.search(folded.strip())
            or _LEANING_WORD.search(folded)
            or _LEANING_END.search(folded.strip())
        ),
    )


def _kinds(
    folded: str, when: Sequence[Date], counts: Sequence[tuple[float, str]]
) -> tuple[tuple[str, Finder], ...]:
    kinds = asked_kinds(folded)
    if not kinds and (_YES_NO.search(folded) or _EITHER_OR.search(folded)):
        # Asked whether it is so many, or then, the text answers with how many, or when.
        kinds = [("count", counted(measure)) for _, measure in counts[:1]]
        kinds = kinds or [("date", days) for date in when[:1] if date.day]
    return tuple(kinds)


_MEASURES = (
    "人|个|條|条|位|家|天|年|里|儿|种|项|场|间|份|篇|本|部|类|款|边|次|句|段|样|名|所|座|届|"
    "号|日|月|处|度|只|张|枚"
)
_INTERROGATIVE = re.compile(
    rf"哪(?:一|几|些|两|三)?(?:{_MEASURES})?|(?:几|多少|几多)(?:{_MEASURES})?|"
    rf"第几(?:{_MEASURES})?|什么(?:时候|地方|样)?|甚么|谁|怎么?样?|怎么(?:办|做)?|"
    r"边(?:个|度|位|间|处|日|年|几)?|乜嘢?|咩(?:嘢|时候)?|点(?:解|样)|如何|为何|为什么|是不是|"
    r"系咪|有没有|有冇|是否|能否|可否"
)


def interrogatives(folded: str) -> list[tuple[int, int]]:
    """Return where a folded question has the words that only ask."""
    return [match.span() for match in _INTERROGATIVE.finditer(folded)]


_DISPUTED = re.compile(
    r"到底|究竟|两(?:种|个)(?:说法|数字?|版本|日期|时间|答案)|不一致|不一样|矛盾|对不上|"
    r"出入|哪个才|哪个是对|边个啱|前后|自相|"
    r"\b(?:two different|disagree|agree|contradict|consistent|inconsistent|conflict|"
    r"actual(?:ly)?|really|same)\b"
)
_FRAME = re.compile(
    r"好像|似乎|怎么(?:写|说)的?|文(?:里|中|章)|写(?:的|得)|资料|网上|看到|见到|睇到|说法|有的地方|"
    r"\b(?:text|show|both|keep|seeing|read|different|floating|around|everyone|article)\b"
)


def disputed(folded: str) -> list[tuple[int, int]]:
    """Return where a folded question says that it has met more answers than one, if it does."""
    if not _DISPUTED.search(folded):
        return []
    return [m.span() for form in (_DISPUTED, _FRAME) for m in form.finditer(folded)]


_BETWEEN = re.compile(r"[\s的是有在为係系要会到了共都,]*")
_ENGLISH_FOCUS = re.compile(
    r"\b(?:what|which|whose)(?:'s| is| are| was| were| did| does| do)?(?: the| a| an| any|"
    r" other| of the| of)*\s+(?P<a>[a-z][\w'-]*)"
    r"|\bhow (?:many|much)(?: of the| of| different| more| other)*\s+(?P<b>[a-z][\w'-]*)"
    r"|\bwho(?:'s| is| are| was| were| did| does)?(?: the| a| an)*\s+(?P<c>[a-z][\w'-]*)"
    r"|\b(?:is|are|was|were) there(?: a| an| any| the)*\s+(?P<d>[a-z][\w'-]*)"
)


_YES_NO_FOCUS = re.compile(
    r"(?:有没有|有冇|有无|可不可以|可唔可以|能不能|会不会|要不要|需不需要|使唔使|需要|可以|有)"
    r"(?=[^\s,.?!，。？！]{1,12}(?:吗|嘛|呀|啊|呢|[?？]|$))"
)


def focus(folded: str) -> list[tuple[int, int, str]]:
    """Return where the word that names what is asked for may stand, likeliest first.

    Each is `(start, end, side)`: a word that begins within `start` and `end` (`after` an
    interrogative: 什麼*顏色*), or ends within them (`before` one: *主持人*是誰).
    """
    found: list[tuple[int, int, str]] = []
    for match in _ENGLISH_FOCUS.finditer(folded):
        name = match.lastgroup or "a"
        found.append((match.start(name), match.start(name) + 1, "after"))
    for start, end in interrogatives(folded):
        gap = _BETWEEN.match(folded, end)
        found.append((end, (gap.end() if gap else end) + 1, "after"))
        before = start
        while before > 0 and _BETWEEN.fullmatch(folded[before - 1]):
            before -= 1
        found.append((before, before + 1, "before"))
    if not found:
        found += [(m.end(), m.end() + 1, "after") for m in _YES_NO_FOCUS.finditer(folded)]
    return found


def without_support_words(core: str) -> str:
    """Return a folded question without the words that only ask for a reference, blanked out."""
    return blanked(core, [match.span() for match in _SUPPORT_WORDS.finditer(core)])


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text with some stretches made spaces, so that every other place stays."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return "".join(kept)


_ASKS = re.compile(
    r"[?？]|什么|甚么|哪|谁|几|多少|怎|如何|为何|吗|呢|咩|乜|边|点解|点样|是不是|是否|有没有|"
    r"能不能|可不可以|系咪|想问|请问|想知道|"
    r"\b(?:what|when|where|who|which|why|how|is there|are there|are we|can i|do i|does|did)\b"
)
_SENTENCE = re.compile(
    r"(?:[^。！!？?；;\n.]|\.(?!\s+[A-Za-z]))+(?:[。！!？?；;\n]+|\.)?|[。！!？?；;\n.]+"
)
_CLAUSE = re.compile(r"[^，,。！!？?；;\n]+[，,。！!？?；;\n]*")


def asking_part(text: str) -> str:
    """Return the sentences of a long message that ask, or all of a short one."""
    if len(text) <= _LONG and text.isascii() is False:
        return text
    if text.isascii() and len(text.split()) <= _LONG_WORDS:
        return text
    sentences = [piece for piece in _SENTENCE.findall(text) if piece.strip()]
    asking = [piece for piece in sentences if _ASKS.search(fold(piece))]
    if not asking:
        return text
    chosen = "".join(asking)
    if len(chosen) > 2 * _LONG:
        clauses = [piece for piece in _CLAUSE.findall(chosen) if piece.strip()]
        first = next((n for n, piece in enumerate(clauses) if _ASKS.search(fold(piece))), 0)
        chosen = "".join(clauses[max(0, first - 1) :])
    return chosen


_AND_REFERENCE = re.compile(
    r"\s*[\])】］]?\s*(?:和|跟|同|与|及|、|,|and|&)\s*[\[(【［]?(\d{1,3})(?![\d:年月日])"
)


def _weekday(folded: str) -> int | None:
    match = _WEEKDAY.search(folded)
    if match is None:
        return None
    if match["han"]:
        return min("一二三四五六日天".index(match["han"]), 6)
    return ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun").index(match["latin"])


def _references(folded: str) -> tuple[str, ...]:
    named: dict[str, None] = {}
    for match in _REFERENCE.finditer(folded):
        value = to_value(match["a"] or match["b"] or match["c"] or match["d"])
        if value is None:
            continue
        named[str(int(value))] = None
        end = match.end()
        while more := _AND_REFERENCE.match(folded, end):
            named[str(int(more[1]))] = None
            end = more.end()
    return tuple(named)


_BARE_REFERENCE = re.compile(
    r"^\s*(?:那么?|咁|and|what about|how about)?\s*[\[【]?(\d{1,3})[\]】]?\s*号?(?:呢)?[?？\s]*$"
)


def bare_reference(folded: str) -> str | None:
    """Return the number that a question consists of, as one that goes on from a reference does."""
    match = _BARE_REFERENCE.match(folded)
    return str(int(match[1])) if match else None


def _inside(start: int, end: int, when: list[Date]) -> bool:
    return any(date.start <= start and end <= date.end for date in when)
