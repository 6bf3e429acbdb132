"""Writes Word documents part by part, so that a test can spoil any of them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
Rows = Sequence[Sequence[str | tuple[str, str]]]

_PARTS = ("document", "styles", "numbering", "footnotes")


def text(words: str, *, bold: bool = False, hidden: bool = False) -> str:
    """A run of text."""
    marks = ("<w:b/>" if bold else "") + ("<w:vanish/>" if hidden else "")
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def note(number: int) -> str:
    """The mark of a footnote."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def paragraph(*runs: str, style: str = "", bullet: bool = False) -> str:
    """A paragraph of runs, or of text."""
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    if bullet:
        marks += '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    inner = "".join(run if run.startswith("<") else text(run) for run in runs)
    return f"<w:p><w:pPr>{marks}</w:pPr>{inner}</w:p>"


def table(rows: Rows, *, head: bool = False) -> str:
    """A table; a cell is its text, alone or with `across` (over two columns), `down` or `on`.

    A cell that is `down` begins one that is merged over rows, and `on` goes on with it.
    """
    how_of = {
        "across": '<w:gridSpan w:val="2"/>',
        "down": '<w:vMerge w:val="restart"/>',
        "on": "<w:vMerge/>",
    }
    written = ""
    for place, row in enumerate(rows):
        written += "<w:tr>" + ("<w:trPr><w:tblHeader/></w:trPr>" if head and not place else "")
        for cell in row:
            words, how = (cell, "") if isinstance(cell, str) else cell
            marks = how_of.get(how, "")
            written += f"<w:tc><w:tcPr>{marks}</w:tcPr>{paragraph(words)}</w:tc>"
        written += "</w:tr>"
    return f"<w:tbl><w:tblPr/>{written}</w:tbl>"


def parts(*body: str, notes: Mapping[int, str] | None = None) -> dict[str, bytes]:
    """The parts of a document, by name."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in (("Title", "Title"), ("1", "heading 1"), ("2", "heading 2"))
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    footnotes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(words)}</w:footnote>'
        for number, words in (notes or {}).items()
    )
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPES}.'
        f'{"document.main" if part == "document" else part}+xml"/>'
        for part in _PARTS
    )
    related = "".join(
        f'<Relationship Id="r{part}" Type="{_KINDS}/{part}" Target="{part}.xml"/>'
        for part in _PARTS[1:]
    )
    written = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{types}</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
            f'Type="{_KINDS}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
        ),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_W}>{numbering}</w:numbering>",
        "word/footnotes.xml": f"<w:footnotes {_W}>{footnotes}</w:footnotes>",
    }
    return {
        name: f'<?xml version="1.0" encoding="UTF-8"?>{part}'.encode()
        for name, part in written.items()
    }


def packed(written: Mapping[str, bytes]) -> bytes:
    """Pack parts to a file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in written.items():
            package.writestr(name, part)
    return file.getvalue()


def document(*body: str, notes: Mapping[int, str] | None = None) -> bytes:
    """A document's file."""
    return packed(parts(*body, notes=notes))
