"""The encoding of a text file: UTF-8, what its byte order mark says, or what it looks like."""

import codecs

from charset_normalizer import from_bytes

from wuzhen.index.sources.bounds import Unreadable

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "gb18030": "GB18030",
    "big5": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "utf_16_le": "UTF-16",
    "utf_16_be": "UTF-16",
    "cp932": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
    "cp1252": "Windows-1252",
}
"""The encodings that are looked for, and what people call them."""
_LOOKED_AT = 256 * 2**10
"""Bytes that tell the encoding; a longer file is looked at up to the end of a line there."""
_SHORTEST = 16
"""Bytes from which a guess is worth making."""


def decoded(data: bytes, *, guess: bool = True) -> tuple[str, str]:
    """Return a file's text and, where its encoding was guessed, the name of the encoding.

    Raises `Unreadable` when it is in no encoding that is known here.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise Unreadable(f"not {encoding.upper()} throughout") from error
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        # What is UTF-8 up to a later line is UTF-8 that was damaged.
        mostly = line > 1 and not data[: error.start].isascii()
    if guess and not mostly and len(data) >= _SHORTEST:
        end = data.find(b"\n", _LOOKED_AT) + 1
        best = from_bytes(data[: end or len(data)], cp_isolation=list(_NAMES)).best()
        if best is not None:
            try:
                return data.decode(best.encoding), _NAMES.get(best.encoding, best.encoding)
            except UnicodeDecodeError:
                pass
    raise Unreadable("not UTF-8", line)
