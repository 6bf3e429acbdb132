"""The encoding of a page, as it declares it."""

import codecs
import re

from wuzhen.index.sources.bounds import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)
_IN_XML = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]{1,40})")
_SEARCHED = 4096
# What pages call by a narrower name than they use (WHATWG Encoding, 4.2).
_WIDER = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
}
_TEXT = re.compile(
    r"gb18030|big5hkscs|cp\d+|windows-125\d|iso-8859-\d+|koi8-[ru]|euc-jp|iso-2022-jp"
)


def decoded(data: bytes) -> str:
    """Decode a page: by its byte order mark, as UTF-8, or as it declares; raises `Unreadable`."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, f"not {encoding[:6].upper()} throughout")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    declared = _DECLARED.search(data, 0, _SEARCHED) or _IN_XML.match(data)
    if declared is None:
        raise Unreadable("not UTF-8, and it declares no other encoding", line)
    name = declared[1].decode("ascii").lower()
    encoding = _WIDER.get(name, name)
    if not _TEXT.fullmatch(encoding):
        raise Unreadable(f"not UTF-8, and it declares {name}", line)
    return _strictly(data, encoding, f"neither UTF-8 nor {name}, which it declares")


def _strictly(data: bytes, encoding: str, reason: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(reason, line) from error
    except LookupError as error:
        raise Unreadable(f"declares {encoding}, which is no encoding") from error
