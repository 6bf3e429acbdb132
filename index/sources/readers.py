"""The reader of each kind of file: from a file's bytes to its documents."""

from collections.abc import Callable
from importlib import import_module

from wuzhen.index.document import Document
from wuzhen.index.sources.bounds import LONGEST_LINE, Unreadable
from wuzhen.index.sources.delimited import read_delimited
from wuzhen.index.sources.jsonl import read_jsonl
from wuzhen.index.sources.page import read_page
from wuzhen.index.sources.plain_encoding import decoded
from wuzhen.index.sources.subtitles import read_subtitles

Problems = list[tuple[int, str]]
"""What was left out of a file: the line, from 1, and the reason.

Or what is doubtful about a file that was read, as line `READ`.
"""
READ = 0

LIBRARIES = {"html": "selectolax", "htm": "selectolax", "docx": "mammoth", "pdf": "pypdfium2"}
"""The library that takes a kind of file apart, by the file's ending."""

_WAY_OUT = "install wuzhen with its extra [sources]"
_BY_LIBRARY = {
    "html": ("wuzhen.index.sources.html.reader", "read_web"),
    "htm": ("wuzhen.index.sources.html.reader", "read_web"),
    "docx": ("wuzhen.index.sources.word.reader", "read_docx"),
    "pdf": ("wuzhen.index.sources.pdf.reader", "read_pdf"),
}
# Bytes that a file begins with, and the ending that it should have, whatever it has.
_SIGNATURES = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "docx"))


def ending(name: str) -> str:
    """Return what tells a file's kind, without its dot and in lower case."""
    return name.rsplit(".", 1)[-1].lower()


def read(id: str, data: bytes, boilerplate: frozenset[str]) -> tuple[list[Document], Problems]:
    """Read a file by its name's ending; raises `Unreadable` when nothing of it can be used."""
    kind, guessed = ending(id), ""
    if not data.strip():
        raise Unreadable("empty")
    for signature, proper in _SIGNATURES:
        if data.startswith(signature) and kind not in ("pdf", "docx"):
            raise Unreadable(f"not what its name says; if it is a .{proper} file, name it so")
    if kind in _BY_LIBRARY:
        document = _reader(kind)(id, data, boilerplate)
    else:
        text, guessed = decoded(data, guess=kind != "jsonl")
        if not text.strip():
            raise Unreadable("empty")
        if kind == "jsonl":
            return read_jsonl(text, boilerplate)
        if line := _too_long(text):
            raise Unreadable(f"a line of more than {LONGEST_LINE:,} characters", line)
        if kind == "md":
            from wuzhen.index.sources.markdown import read_markdown

            document = read_markdown(id, text)
        elif kind in ("srt", "vtt"):
            document = read_subtitles(id, text)
        elif kind in ("csv", "tsv"):
            document = read_delimited(id, text)
        else:
            document = read_page(id, text, boilerplate)
    if not document.blocks:
        raise Unreadable("nothing to quote in it")
    return [document], [(READ, f"not UTF-8; read as {guessed}")] if guessed else []


def _reader(kind: str) -> Callable[[str, bytes, frozenset[str]], Document]:
    module, name = _BY_LIBRARY[kind]
    try:
        reader: Callable[[str, bytes, frozenset[str]], Document]
        reader = getattr(import_module(module), name)
    except ImportError as error:
        raise Unreadable(f"needs what is not there: {_WAY_OUT}") from error
    return reader


def _too_long(text: str) -> int | None:
    """Return the number of the first line that is too long, from 1, or None."""
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = text.rfind("\n", start, start + LONGEST_LINE + 1)
        if end < 0:
            return text.count("\n", 0, start) + 1
        start = end + 1
    return None
