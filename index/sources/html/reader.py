"""HTML pages: the text that a reader sees, with its headings, paragraphs, lists and tables.

The document's text is what was taken out of the page; spans refer to that. Scripts, hidden
elements, menus and reference lists are no part of it; the lists become the document's references.
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from wuzhen.index.document import Document
from wuzhen.index.sources.extract import Extract
from wuzhen.index.sources.html.elements import BREAKING, HEADINGS
from wuzhen.index.sources.html.encoding import decoded
from wuzhen.index.sources.html.markup import attributes, is_unseen, parsed, tokens, walk
from wuzhen.index.sources.html.survey import Survey, absolute, survey
from wuzhen.index.sources.listing import listed, parted
from wuzhen.index.sources.tables.grid import Cell, add_table, laid_out
from wuzhen.index.text.fold import fold

_LISTS = ("ul", "ol")
_REFERENCES = frozenset({"references", "reflist", "footnotes", "endnotes", "citations"})
_BRACKETED = re.compile(r"[(（].*[)）]")
_BELOW_HEADINGS = 7
_LONGEST_BACKLINK = 6
_OTHERS = re.compile(
    r"(?:热门|相关|推荐|精彩|最新|延伸|更多|猜你|为您|为你|大家都在|编辑|今日|本周|站内|友情)"
    r"(?:的)?(?:推荐|阅读|文章|新闻|内容|资讯|喜欢|看|精选|链接|排行|话题|报道|头条|搜索|热点)+|延伸阅读|"
    r"(?:related|recommended|popular|trending|latest|more|most read|you may also like|read next|"
    r"see also|editor'?s picks?)"
    r"(?: (?:articles?|posts?|stories|news|reading|links|pages|from .*|topics))?"
)
"""Headings, folded, of lists of links to other pages."""
_ASIDES = frozenset(
    "rec recommend recommended recommendations related hot popular trending".split()
)
_LINKED = 0.9
"""Of a list's characters, so many are links where it leads to other pages."""
_COUNTER = re.compile(r"[+\d\s]*(?:\+1|赞|顶|踩|分享|收藏|likes?|shares?)[+\d\s]*")
_URL = re.compile(r"(?:https?://|www\.)\S+")


def read_html(id: str, text: str, boilerplate: frozenset[str] = frozenset()) -> Document:
    """Read a page; its title is its main heading, or its own, or the id without ending.

    `boilerplate` holds folded lines to leave out.
    """
    extract = Extract()
    if (looked_over := survey(parsed(text))) is not None:
        reader = _Reader(extract, looked_over, boilerplate)
        reader.read()
        extract.title = extract.title or looked_over.title
    return extract.document(id)


def read_web(id: str, data: bytes, boilerplate: frozenset[str] = frozenset()) -> Document:
    """Read a page as it was saved, in the encoding that it declares; raises `Unreadable`."""
    return read_html(id, decoded(data), boilerplate)


@dataclass(slots=True)
class _List:
    ordered: bool
    refers: bool
    """Whether it is a list of references."""
    number: int
    items: int = 0
    begin: int = 0
    """How many blocks stood before it."""


class _Words:
    """The text of a line as it is gathered, and how much of it is bold."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._bold = 0
        self._all = 0

    def add(self, piece: str, *, bold: bool = False) -> None:
        self._pieces.append(piece)
        length = len("".join(piece.split()))
        self._all += length
        self._bold += length if bold else 0

    def take(self) -> tuple[str, bool]:
        """Return the line, white space run together, and whether all of it is bold."""
        words = " ".join("".join(self._pieces).split())
        bold = 0 < self._all == self._bold
        self.__init__()  # type: ignore[misc]  # begins anew
        return words, bold


class _Reader:
    def __init__(self, extract: Extract, found: Survey, boilerplate: frozenset[str]) -> None:
        self._extract = extract
        self._found = found
        self._boilerplate = boilerplate
        self._words = _Words()
        self._lists: list[_List] = []
        self._heading = 0
        self._bold = 0
        self._name: str | None = None
        """The name of a field whose value has not been closed."""
        self._values: list[str] = []
        self._in_value = False

    def read(self) -> None:
        skipped: set[int] = set()
        for node, begins in walk(self._found.content, skipped):
            if not begins:
                self._end(node.tag or "")
            elif node.is_text_node:
                self._words.add(node.text_content or "", bold=self._bold > 0)
            elif node.is_element_node:
                self._begin(node, skipped)
        self._close()
        self._close_field()

    def _begin(self, node: LexborNode, skipped: set[int]) -> None:
        given = attributes(node)
        tag = node.tag or ""
        if is_unseen(node, given) or node.mem_id in self._found.frames:
            skipped.add(node.mem_id)
            return
        if node.mem_id in self._found.marks:
            self._words.add(self._found.marks[node.mem_id])
            skipped.add(node.mem_id)
            return
        if tag in BREAKING:
            self._close()
        if node.mem_id in self._found.notes:
            self._note(node, self._found.notes[node.mem_id])
            skipped.add(node.mem_id)
        elif tag in HEADINGS:
            self._heading = HEADINGS[tag]
        elif tag in _LISTS and self._leads_to_others(node):
            skipped.add(node.mem_id)
        elif tag in _LISTS:
            self._begin_list(node, given)
        elif tag == "li" and self._lists:
            self._begin_item(node, given, skipped)
        elif tag == "table" and node.mem_id not in self._found.layouts:
            self._close_field()
            self._table(node)
            skipped.add(node.mem_id)
        elif tag == "dt":
            self._close_field()
        elif tag == "dd":
            self._in_value = self._name is not None
        elif tag in ("b", "strong"):
            self._bold += 1

    def _end(self, tag: str) -> None:
        if tag in BREAKING:
            self._close(in_term=tag == "dt")
        if tag in HEADINGS:
            self._heading = 0
        elif tag in _LISTS and self._lists:
            ended = self._lists.pop()
            blocks = self._extract.blocks
            if ended.items == 1 and len(blocks) == ended.begin + 1 and len(blocks[-1].parts) == 1:
                self._extract.may_be_caption(_BELOW_HEADINGS + 1, self._last)
        elif tag == "dd":
            self._in_value = False
        elif tag == "dl":
            self._close_field()
        elif tag in ("b", "strong"):
            self._bold = max(0, self._bold - 1)

    _last = ""
    """The line that was closed last."""

    def _close(self, *, in_term: bool = False) -> None:
        """Close the line that was being gathered."""
        words, bold = self._words.take()
        if not words or (
            self._boilerplate and not self._heading and fold(words) in self._boilerplate
        ):
            return
        if not self._heading and _COUNTER.fullmatch(fold(words)):
            return
        self._last = words
        if self._heading:
            self._close_heading(words)
        elif in_term:
            self._name = words
        elif self._in_value:
            self._values.append(words)
        else:
            self._close_field()
            if self._refers(words):
                return
            self._extract.paragraph(words, "bullet" if self._lists else "paragraph")
            if bold and not self._lists:
                self._extract.may_be_caption(_BELOW_HEADINGS, words)

    def _close_heading(self, words: str) -> None:
        self._close_field()
        if self._heading == 1 and not self._extract.title:
            self._extract.drop_crumbs()
        if self._heading == 1 and self._extract.is_bare and not self._extract.title:
            self._extract.title = words
            self._extract.write(words)
        elif not (self._extract.is_bare and _BRACKETED.fullmatch(words)):
            self._extract.heading(self._heading, words)

    def _close_field(self) -> None:
        name, values = self._name, self._values
        self._name, self._values, self._in_value = None, [], False
        if name is not None and values:
            self._extract.field(name, values)
        elif name and not name.endswith(("：", ":")) and not self._refers(name):
            self._extract.paragraph(name)

    def _refers(self, words: str) -> bool:
        """Take an entry of a reference list that is no list by its elements."""
        entry = listed(words)
        if entry is None or not self._extract.lists(entry[0]):
            return False
        self._extract.reference(*entry)
        return True

    def _begin_list(self, node: LexborNode, given: dict[str, str]) -> None:
        parent = node.parent
        around = tokens(attributes(parent)) if parent is not None else []
        named = tokens(given)
        number = _number(given.get("start"))
        refers = (
            not _REFERENCES.isdisjoint(named + around)
            or {"reference", "list"} <= {*named}
            or (node.tag == "ol" and self._extract.lists(str(number)))
        )
        blocks = len(self._extract.blocks)
        self._lists.append(_List(node.tag == "ol", refers, number, begin=blocks))

    def _leads_to_others(self, node: LexborNode) -> bool:
        """Tell whether a list holds links to other pages and says so, or stands where they do."""
        heading = fold("".join(self._extract.section[-1:])).strip(" :：»>")
        parent = node.parent
        around = tokens(attributes(parent)) if parent is not None else []
        aside = not _ASIDES.isdisjoint([*tokens(attributes(node)), *around])
        if not aside and not _OTHERS.fullmatch(heading):
            return False
        every = len("".join(node.text().split()))
        linked = sum(len("".join(one.text().split())) for one in node.css("a"))
        return every > 0 and linked >= _LINKED * every

    def _begin_item(self, node: LexborNode, given: dict[str, str], skipped: set[int]) -> None:
        innermost = self._lists[-1]
        number = innermost.number + innermost.items
        innermost.items += 1
        if innermost.refers or {"reference", "item"} <= {*tokens(given)}:
            self._note(node, str(number), numbered=innermost.ordered)
            skipped.add(node.mem_id)

    def _note(self, node: LexborNode, number: str, *, numbered: bool = True) -> None:
        """Read an entry of a reference list, whose number may stand in it."""
        words, link, address = self._note_text(node)
        entry = listed(words)
        if entry is not None and (not numbered or entry[0] == number):
            number, words, _ = entry
        if not number:
            return
        if len(link) > 1 and not _URL.fullmatch(link):
            self._extract.reference(number, link, address)
        else:
            title, given = parted(words.lstrip("^↑⇑ "))
            self._extract.reference(number, title, address or given)

    def _note_text(self, node: LexborNode) -> tuple[str, str, str]:
        """Return an entry's text, and the text and address of its first link out of the page."""
        skipped: set[int] = set()
        words, link, address = _Words(), _Words(), ""
        in_link = False
        for inner, begins in walk(node, skipped):
            if inner.is_text_node:
                words.add(inner.text_content or "")
                if in_link:
                    link.add(inner.text_content or "")
                continue
            if not inner.is_element_node:
                continue
            given = attributes(inner) if begins else {}
            if begins and (is_unseen(inner, given) or inner.mem_id in self._found.frames):
                skipped.add(inner.mem_id)
            elif inner.tag == "a" and begins:
                target = absolute(self._found.base, given.get("href", ""))
                if "#" in given.get("href", "") and len(inner.text().strip()) < _LONGEST_BACKLINK:
                    skipped.add(inner.mem_id)
                elif target and not address:
                    address, in_link = target, True
            elif inner.tag == "a":
                in_link = False
            elif inner.tag in BREAKING:
                words.add(" ")
        return words.take()[0], link.take()[0], address

    def _table(self, table: LexborNode) -> None:
        skipped: set[int] = set()
        rows: list[list[Cell]] = []
        caption = ""
        words = _Words()
        lines: list[str] = []
        in_head = False

        def close() -> None:
            if line := words.take()[0]:
                lines.append(line)

        for node, begins in walk(table, skipped):
            if node.is_text_node:
                words.add(node.text_content or "")
                continue
            if not node.is_element_node:
                continue
            tag = node.tag or ""
            given = attributes(node) if begins or tag in ("td", "th") else {}
            if begins and (is_unseen(node, given) or node.mem_id in self._found.frames):
                skipped.add(node.mem_id)
                if tag in ("td", "th") and rows:
                    rows[-1].append(Cell(()))
                continue
            if node.mem_id in self._found.marks:
                if begins:
                    words.add(self._found.marks[node.mem_id])
                    skipped.add(node.mem_id)
                continue
            if tag in BREAKING:
                close()
            if tag == "tr" and begins:
                rows.append([])
            elif tag == "thead":
                in_head = begins
            elif tag == "caption" and not begins:
                caption = " ".join(lines)
            if tag in ("td", "th", "caption"):
                if not begins and tag != "caption" and rows:
                    heads = tag == "th" or in_head
                    rows[-1].append(
                        Cell(
                            tuple(lines),
                            heads,
                            _number(given.get("colspan")),
                            _number(given.get("rowspan")) if given.get("rowspan") != "0" else 10**6,
                        )
                    )
                lines.clear()
        add_table(self._extract, laid_out(rows), caption)


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 6 else 1
