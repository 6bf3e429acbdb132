"""Text taken out of a file that is no text itself, growing block by block."""

from collections.abc import Iterable

from wuzhen.index.document import Block, BlockKind, Document, Part, Reference, Span
from wuzhen.index.sources.bounds import LARGEST_TEXT, Unreadable
from wuzhen.index.sources.listing import (
    is_reference_heading,
    is_surely_reference_heading,
    reference,
)
from wuzhen.index.text.lines import Line, attribution, is_caption, is_prose, question_end
from wuzhen.index.text.references import MARKS, attribute, is_punctuation, statements

_MOST_REFERENCES = 5000
_LONGEST_CAPTION = 30
_FEWEST_HEADINGS = 3
_SHORTEST_TITLE = 2
_BELOW_CAPTIONS = 9


class Extract:
    """Collects a document: each heading, paragraph and cell is a line of its text."""

    def __init__(self) -> None:
        self.title = ""
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []
        self._references: dict[str, Reference] = {}
        self._rows_from: int | None = None
        self._caption: tuple[int, str] | None = None
        self._largest_cited = 0
        self._listing: tuple[str, ...] | None = None
        self._asked: Block | None = None
        """The question that was met last, as long as nothing answers it."""

    @property
    def section(self) -> tuple[str, ...]:
        """The headings that what comes next stands under."""
        return tuple(name for _, name in self._path)

    @property
    def is_bare(self) -> bool:
        """Whether neither a heading below the title nor a block was found yet."""
        return not self._path and not self.blocks

    def write(self, words: str) -> Span:
        """Add a line to the text; raises `Unreadable` when that grows too long."""
        self._rows_from = self._caption = None
        span = Span(self._length, self._length + len(words))
        self._pieces.append(words + "\n")
        self._length = span.end + 1
        if self._length > LARGEST_TEXT:
            raise Unreadable(f"holds more than {LARGEST_TEXT // 2**20} MiB of text; split it")
        return span

    def parts(self, words: str) -> tuple[Part, ...]:
        """Add a line to the text and return its statements."""
        offset = self.write(words).start
        found = statements(words, Span(0, len(words)))
        cited = (int(ref) for part in found for ref in part.refs if ref.isdecimal())
        self._largest_cited = max(self._largest_cited, *cited, 0)
        return tuple(
            part._replace(span=Span(part.span.start + offset, part.span.end + offset))
            for part in found
        )

    def heading(self, level: int, words: str) -> None:
        """Begin a section; headings of this level and those below it end."""
        self._close_question()
        self.write(words)
        self._begin(level, words)

    def paragraph(self, words: str, kind: BlockKind = "paragraph") -> None:
        """Add a paragraph or a bullet, or the references of the table right above.

        A question heads what stands below it.
        """
        if end := question_end(words):
            self._ask(words[:end].strip(), kind)
            words = words[end:].strip()
            if not words:
                return
        rows, caption = self._rows_from, self._caption
        parts = self.parts(words)
        refs = attribution(Line(Span(0, len(words)), words, after_blank=False))
        if rows is not None and refs is not None:
            attribute(self.blocks, rows, refs)
            return
        in_list = kind == "bullet" and bool(self.blocks) and self.blocks[-1].kind == "bullet"
        if caption is not None and self.blocks and not in_list:
            self.blocks.pop()
            self._begin(*caption)
        if parts and not is_punctuation(words):
            self._asked = None
            self.blocks.append(Block(kind, self.section, parts))

    def may_be_caption(self, level: int, words: str) -> None:
        """Let the block that was just added be a heading, should a paragraph follow it."""
        line = Line(Span(0, len(words)), words, after_blank=False)
        if len(words) <= _LONGEST_CAPTION and not is_prose(line) and self.blocks:
            self._caption = (level, words)

    def drop_crumbs(self) -> None:
        """Leave out what stands before a page's title where it is but a few words a line."""
        texts = "".join(self._pieces)
        if not self._path and all(
            block.kind in ("paragraph", "bullet")
            and all(
                len(words := part.span.of(texts)) <= _LONGEST_CAPTION
                and not is_prose(Line(Span(0, len(words)), words, after_blank=False))
                for part in block.parts
            )
            for block in self.blocks
        ):
            self.blocks.clear()
            self._asked = None

    def caption_of_table(self) -> None:
        """Let the paragraph that was just added be the heading of the table that follows it."""
        if self._rows_from is not None or not self.blocks or self._asked is not None:
            return
        last = self.blocks[-1]
        words = self._pieces[-1][:-1]
        if last.kind == "paragraph" and last.parts[0].span.start == self._length - len(words) - 1:
            span = Span(0, len(words))
            if is_caption(Line(span, words, after_blank=False)) and not is_prose(
                Line(span, words, after_blank=False)
            ):
                self.blocks.pop()
                self._begin(_BELOW_CAPTIONS - 1, words)

    def _ask(self, words: str, kind: BlockKind) -> None:
        """Let a question head what stands below it, until the next one or a heading."""
        self._close_question()
        self._path = [(depth, name) for depth, name in self._path if depth < _BELOW_CAPTIONS]
        caption, self._caption = self._caption, None
        if caption is not None and self.blocks:
            self.blocks.pop()
            self._begin(*caption)
        self._asked = Block(kind, self.section, self.parts(words))
        self._begin(_BELOW_CAPTIONS, words)

    def _close_question(self) -> None:
        """Let a question that nothing answers be said by itself."""
        asked, self._asked = self._asked, None
        if asked is not None and asked.parts:
            self.blocks.append(asked)

    def field(self, name: str, values: Iterable[str]) -> None:
        """Add a field of an infobox; without a value it is none."""
        named = self.parts(name)
        stated = [part for value in values for part in self.parts(value)]
        if not named or not stated:
            return
        refs = tuple(dict.fromkeys(ref for part in (*named, *stated) for ref in part.refs))
        parts = (
            named[0]._replace(refs=refs, name="name"),
            *(part._replace(refs=refs, name="value") for part in stated),
        )
        self._asked = None
        self.blocks.append(Block("field", self.section, parts))

    def close_table(self, begin: int) -> None:
        """Say that the blocks from `begin` on are a table's, whose references may follow it."""
        self._asked = None
        self._rows_from = begin

    def lists(self, number: str) -> bool:
        """Tell whether a number here, below the heading of a reference list, is one of a list.

        The first must be among those that the text uses, or be 1 below a heading that heads nothing
        else (參考文獻); all that follow belong to the list then.
        """
        if not is_reference_heading(self.section[-1:]):
            return False
        sure = is_surely_reference_heading(self.section[-1]) and int(number) == 1
        if sure or int(number) <= self._largest_cited:
            self._listing = self.section
        return self._listing == self.section

    def reference(self, number: str, title: str, address: str = "") -> None:
        """Say what a number stands for, unless that was said already."""
        found = reference(number, title, address)
        if found is not None and len(self._references) < _MOST_REFERENCES:
            self._references.setdefault(number, found)

    def document(self, id: str) -> Document:
        """Return what was collected; the title may be the id without its ending."""
        self._close_question()
        title = self.title or id.rsplit(".", 1)[0]
        blocks = _without_title(self.blocks, self.title)
        return Document(id, title, "".join(self._pieces), blocks, tuple(self._references.values()))

    def _begin(self, level: int, words: str) -> None:
        if name := MARKS.sub("", words).strip():
            self._path = [(depth, one) for depth, one in self._path if depth < level]
            self._path.append((level, name))


def _without_title(blocks: list[Block], title: str) -> tuple[Block, ...]:
    """Take the title off headings where a page repeats it before each of them."""
    names = {name for block in blocks for name in block.section}
    repeating = {name for name in names if name.startswith(title) and name != title}
    if len(title) < _SHORTEST_TITLE or len(repeating) < _FEWEST_HEADINGS:
        return tuple(blocks)
    short = {name: name[len(title) :].strip() for name in repeating}
    return tuple(
        Block(block.kind, tuple(short.get(name, name) for name in block.section), block.parts)
        for block in blocks
    )
