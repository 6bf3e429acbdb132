"""PDF files that hold text: read by PDFium, lines joined to paragraphs, ruled tables to rows.

Headings are told by their size or weight, or by their number. What stands at the head or foot of
most pages is left out.
"""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from wuzhen.index.document import Document, Span
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.extract import Extract
from wuzhen.index.sources.listing import is_reference_heading, listed
from wuzhen.index.sources.pdf.letters import Letter, TextLine, joined, letters, text_lines
from wuzhen.index.sources.pdf.rules import Frame, frames, table
from wuzhen.index.sources.pdf.substitute import substitute_fonts
from wuzhen.index.sources.tables.grid import Row, add_table
from wuzhen.index.text.fold import fold
from wuzhen.index.text.lines import Line, bullet, is_prose

_MOST_PAGES = 5000
_LARGER = 1.12
_LONGEST_HEADING = 60
_MARGIN = 0.1
"""Of a page's height, at either end, where running heads and page numbers stand."""
_RAGGED = 0.6
"""Of its column's width: a line within a sentence that need not reach the column's end."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:第|page)?\s*\d{1,4}\s*[頁页]?(?:\s*(?:/|of|共|,|，)+\s*\d{1,4}\s*[頁页]?)?\W*",
    re.IGNORECASE,
)
_AT_EITHER_END = re.compile(r"^\W*\d{1,4}\s+|\s+\d{1,4}\W*$")
_NUMBERED = re.compile(r"第[\d一二三四五六七八九十百]+[章節节]|[一二三四五六七八九十]+、")
_ITEM = re.compile(
    r"[•·●▪◦‧∙■◆○*]|[-–—]\s|[\[［]\s*\d+\s*[\]］]|[(（][\d一二三四五六七八九十]+[)）]"
    r"|\d{1,3}[.、．)）](?!\d)|第[\d一二三四五六七八九十百]+[章節节條条]|[一二三四五六七八九十]+、"
)
_SENTENCE_END = re.compile(r"[。！？!?；;：:.][”」』\"')）\]\d\s\[-]*$")
_CONTENTS = re.compile(r".{0,200}?(?:[.．…·]\s?){5,}\s*[\divxlc]{0,6}")
"""A line of a table of contents, with or without the page that it leads to."""
_BELOW_SIZES = 8


@dataclass(slots=True)
class _Paragraph:
    lines: list[TextLine]
    page: int
    text: str = ""

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(slots=True)
class _Page:
    height: float
    items: "list[TextLine | list[Row]]" = field(default_factory=list)
    pictured: bool = False


def read_pdf(id: str, data: bytes, boilerplate: frozenset[str] = frozenset()) -> Document:
    """Read a file; its title is its largest heading if that comes first, or what it says it is.

    Raises `Unreadable` when it has a password, is damaged, or holds no text.
    """
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("not a PDF file")
    substitute_fonts()
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            title = " ".join(pdf.get_metadata_dict().get("Title", "").split())
            pages = [_page(pdf, number) for number in range(min(len(pdf), _MOST_PAGES))]
    except pypdfium2.PdfiumError as error:
        # PDFium keeps the error of an earlier file where it has none of its own.
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        if locked and b"/Encrypt" in data:
            raise Unreadable("has a password; save it without") from error
        raise Unreadable("damaged, or no PDF file") from error
    if not any(page.items for page in pages):
        if any(page.pictured for page in pages):
            raise Unreadable(
                "its pages are pictures without text; run text recognition (OCR) on it"
            )
        raise Unreadable("holds no text")
    _drop_running_heads(pages)
    extract = Extract()
    _write(extract, _paragraphs(pages), boilerplate)
    extract.title = extract.title or title
    return extract.document(id)


def _page(pdf: pypdfium2.PdfDocument, number: int) -> _Page:
    page = pdf[number]
    try:
        found = letters(page)
        made = _Page(page.get_height())
        if not found:
            images = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            made.pictured = next(iter(images), None) is not None
            return made
        made.items = _items(found, frames(page))
        return made
    finally:
        page.close()


def _items(found: Sequence[Letter], drawn: Sequence[Frame]) -> "list[TextLine | list[Row]]":
    """Part a page's letters into its lines and its tables, in the order of their beginnings."""
    items: list[TextLine | list[Row]] = []
    inside: dict[int, list[tuple[int, Letter]]] = {}
    order: list[int | list[Letter]] = []
    for letter in found:
        for at, frame in enumerate(drawn):
            if (number := frame.cell(letter)) is not None:
                if at not in inside:
                    order.append(at)
                inside.setdefault(at, []).append((number, letter))
                break
        else:
            if not order or isinstance(order[-1], int):
                order.append([])
            last = order[-1]
            assert isinstance(last, list)
            last.append(letter)
    for item in order:
        if isinstance(item, int):
            items.append(list(table(drawn[item], inside[item])))
        else:
            items.extend(text_lines(item))
    return items


def _drop_running_heads(pages: Sequence[_Page]) -> None:
    """Leave out page numbers, and the lines in the margins of most pages, or of every other."""

    def marginal(page: _Page, item: object) -> str | None:
        if not isinstance(item, TextLine):
            return None
        middle = (item.bottom + item.top) / 2
        if _MARGIN * page.height < middle < (1 - _MARGIN) * page.height:
            return None
        words = _AT_EITHER_END.sub("", item.text)  # the page's number changes sides
        return f"{re.sub(r'[0-9]+', '0', words)} {round(middle / 10)}"

    often = Counter(
        key for page in pages for key in {marginal(page, item) for item in page.items} if key
    )
    for page in pages:
        page.items = [
            item
            for item in page.items
            if (key := marginal(page, item)) is None
            or not (
                (often[key] >= 3 and 2 * often[key] >= len(pages) - 1)
                or (isinstance(item, TextLine) and _PAGE_NUMBER.fullmatch(item.text))
            )
        ]


def _paragraphs(pages: Sequence[_Page]) -> "list[_Paragraph | list[Row]]":
    found: list[_Paragraph | list[Row]] = []
    large = _LARGER * _body(pages)
    printed = [_text_lines_of(page) for page in pages]
    for number, page in enumerate(pages):
        for item in page.items:
            last = found[-1] if found else None
            if not isinstance(item, TextLine):
                if isinstance(last, list) and _goes_on(last, item, page):
                    last.extend(item[1:] if _same(last[0], item[0]) else item)
                else:
                    found.append(item)
            elif isinstance(last, _Paragraph) and _continues(last, item, number, printed, large):
                last.lines.append(item)
                last.text = joined(last.text, item.text)
            else:
                found.append(_Paragraph([item], number, item.text))
            if isinstance(found[-1], _Paragraph):
                found[-1].page = number
    return found


def _goes_on(above: "list[Row]", below: "list[Row]", page: _Page) -> bool:
    """Tell whether a table that begins a page goes on with the one that ended the last."""
    return page.items[0] is below and len(above[0]) == len(below[0])


def _same(one: Row, two: Row) -> bool:
    return [cell and cell.text for cell in one] == [cell and cell.text for cell in two]


def _continues(
    last: _Paragraph,
    line: TextLine,
    number: int,
    printed: Sequence[Sequence[TextLine]],
    large: float,
) -> bool:
    """Tell whether a line goes on with a paragraph, by where it stands and how it begins."""
    before = last.lines[-1]
    size = max(last.size, 1.0)
    if abs(line.size - last.size) > 0.1 * size or line.bold != before.bold:
        return False
    heading = size > large and len(last.text) <= _LONGEST_HEADING
    beside = [
        one
        for one in printed[last.page]
        if one.left < before.right and one.right > before.left and one.size <= large
    ]
    edge = max((one.right for one in beside), default=before.right)
    ragged = not _SENTENCE_END.search(before.text) and (
        before.right - before.left > _RAGGED * (edge - before.left)
    )
    if before.right < edge - 2 * size and not (ragged or (heading and last.page == number)):
        return False
    if _ITEM.match(line.text):
        return False
    start = min(
        (
            one.left
            for one in printed[number]
            if one.left < line.right and one.right > line.left - 3 * size
        ),
        default=line.left,
    )
    below = before.bottom - line.bottom
    if last.page == number and below > 0:
        if below > 2.3 * size:
            return False
        if len(last.lines) > 1:
            pitch = last.lines[-2].bottom - before.bottom
            return (pitch <= 0 or below < 1.4 * pitch) and abs(line.left - before.left) < 1.2 * size
        hanging = bool(_ITEM.match(last.text))
        if _SENTENCE_END.search(last.text) and line.left > start + size and not hanging:
            return False  # two paragraphs of a line each, or of one and more
        return line.left < before.left + (4 if hanging else 0.8) * size
    # It stands on the next page or in the next column.
    return not _SENTENCE_END.search(last.text) and line.left < start + 0.8 * size and not heading


def _text_lines_of(page: _Page) -> list[TextLine]:
    return [item for item in page.items if isinstance(item, TextLine)]


def _body(pages: Sequence[_Page]) -> float:
    """Return the size in which most of the text is printed."""
    sizes = Counter[float]()
    for page in pages:
        for line in _text_lines_of(page):
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=0.0)


def _write(
    extract: Extract,
    found: "Sequence[_Paragraph | list[Row]]",
    boilerplate: frozenset[str],
) -> None:
    paragraphs = [item for item in found if isinstance(item, _Paragraph)]
    lengths = Counter[float]()
    for paragraph in paragraphs:
        lengths[paragraph.size] += len(paragraph.text)
    body = max(lengths, key=lambda size: (lengths[size], -size), default=0.0)
    heads = [one for one in paragraphs if _is_larger(one, body)]
    sizes = sorted({one.size for one in heads}, reverse=True)
    bold_body = statistics.fmean([one.bold for one in paragraphs] or [0]) > 0.5
    in_contents = False
    for order, item in enumerate(found):
        if not isinstance(item, _Paragraph):
            add_table(extract, item)
            continue
        words = item.text.strip()
        refers = is_reference_heading([words])
        if _CONTENTS.fullmatch(words) or (in_contents and words.isdecimal()):
            in_contents = True
            continue
        in_contents = False
        if not words or (boilerplate and not refers and fold(words) in boilerplate):
            continue
        line = Line(Span(0, len(words)), words, after_blank=False)
        entry = listed(words)
        if entry is not None and extract.lists(entry[0]):
            extract.reference(*entry)
        elif _is_larger(item, body):
            alone = sum(1 for one in heads if one.size == item.size) == 1
            if order == 0 and item.size == sizes[0] and alone:
                extract.title = words
                extract.write(words)
            else:
                extract.heading(min(1 + sizes.index(item.size), _BELOW_SIZES - 1), words)
        elif refers:
            extract.heading(1 + len(sizes[:1]), words)
        elif bulleted := bullet(line):
            extract.paragraph(bulleted.text, "bullet")
        else:
            extract.paragraph(words)
            if _NUMBERED.match(words) or (item.bold and not bold_body and not is_prose(line)):
                extract.may_be_caption(_BELOW_SIZES, words)


def _is_larger(paragraph: _Paragraph, body: float) -> bool:
    return (
        paragraph.size > _LARGER * body
        and len(paragraph.text) <= _LONGEST_HEADING
        and not paragraph.text.endswith(("。", "；", "，"))
    )
