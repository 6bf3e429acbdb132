"""Word documents (.docx), by way of the HTML that mammoth makes of them.

What Word hides or has deleted is left out, and so are pictures, headers and footers. Footnotes
and endnotes become references. Numbers that Word makes (第一條) are written into the text, and its
table of contents is left out.
"""

import io
import re
import zipfile
from xml.etree import ElementTree
from xml.parsers import expat

import mammoth

from wuzhen.index.document import Document
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.html.reader import read_html
from wuzhen.index.sources.word.numbers import with_numbers

_LARGEST_PART = 64 * 2**20
_LARGEST_RATIO = 200
_RATIO_FROM = 2**20
_MOST_PARTS = 10_000
_DEEPEST = 200
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_PARTS = re.compile(r"(?:.*/)?(?:[^/]+\.rels|\[Content_Types\]\.xml|word/[^/]+\.xml)")
_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
# A level below those of the default, so that the title has one of its own.
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='標題'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        *(
            f"p[style-name='{name} {level}'] => h{min(level + 1, 6)}:fresh"
            for level in range(1, 7)
            for name in ("Heading", "heading", "标题", "標題")
        ),
        *(f"p.Heading{level} => h{min(level + 1, 6)}:fresh" for level in range(1, 7)),
    ]
)


def read_docx(id: str, data: bytes, boilerplate: frozenset[str] = frozenset()) -> Document:
    """Read a document; its title is its title's paragraph, or its only main heading if first.

    Raises `Unreadable`.
    """
    made = mammoth.convert_to_html(
        io.BytesIO(_checked(data)), style_map=_STYLES, convert_image=lambda _: []
    )
    html = str(made.value)
    if "<h1>" not in html and html.count("<h2>") == 1 and html.startswith("<h2>"):
        html = html.replace("h2>", "h1>", 2)
    return read_html(id, f"<body>{html}", boilerplate)


def _checked(data: bytes) -> bytes:
    """Return a package with the parts that say something, within bounds and without traps."""
    if data.startswith(_OLD_FORMAT):
        raise Unreadable("an old Word file (.doc) or one with a password; save it as .docx without")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {part.filename: _part(package, part) for part in _wanted(package)}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise Unreadable("not a Word document, or a damaged one") from error
    if "word/document.xml" not in parts and not any(
        name.startswith("word/document") for name in parts
    ):
        raise Unreadable("not a Word document")
    parts = with_numbers(parts)
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return checked.getvalue()


def _wanted(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the parts to read, having held what the package says of them against the bounds."""
    listed = package.infolist()
    wanted = [part for part in listed if _PARTS.fullmatch(part.filename)]
    if len(listed) > _MOST_PARTS or len({part.filename for part in wanted}) < len(wanted):
        raise Unreadable("not a Word document as Word writes them")
    if any(part.flag_bits & 1 for part in wanted):
        raise Unreadable("has a password; save it without")
    if sum(part.file_size for part in wanted) > _LARGEST_PART:
        raise Unreadable(f"unpacks to more than {_LARGEST_PART // 2**20} MiB")
    for part in wanted:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > _RATIO_FROM and ratio > _LARGEST_RATIO:
            raise Unreadable("packed so tightly that it may be a bomb")
    return wanted


def _part(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Read one part, whatever size it says it has, without a document type or hidden text."""
    with package.open(part) as file:
        data = file.read(part.file_size + 1)
    if len(data) > part.file_size:
        raise Unreadable("unpacks to more than it says")
    _check_xml(data)
    if not part.filename.endswith(".xml") or b"vanish" not in data:
        return data
    return _without_hidden(data)


def _check_xml(data: bytes) -> None:
    """Refuse what may unfold without end: document types (OPC, 8.2.5) and deep nesting."""
    depth = 0

    def declared(*_: object) -> None:
        raise Unreadable("declares XML entities, which a Word document must not")

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable("nested too deeply")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable("its XML is damaged") from error


def _without_hidden(data: bytes) -> bytes:
    """Take out the runs of text that are marked as hidden."""
    root = ElementTree.fromstring(data)
    for parent in list(root.iter()):
        for run in list(parent):
            if any(run.tag == f"{word}r" and _is_hidden(run, word) for word in _WORD):
                parent.remove(run)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _is_hidden(run: ElementTree.Element, word: str) -> bool:
    mark = run.find(f"{word}rPr/{word}vanish")
    return mark is not None and mark.get(f"{word}val", "true") not in ("0", "false", "off")
