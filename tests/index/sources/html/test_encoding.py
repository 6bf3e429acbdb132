"""The encodings that pages are saved in."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import words
from wuzhen.index.sources.bounds import Unreadable
from wuzhen.index.sources.html.encoding import decoded
from wuzhen.index.sources.html.reader import read_web


@given(
    words,
    st.sampled_from(
        [("gb2312", "gb18030"), ("GBK", "gb18030"), ("gb18030", "gb18030"), ("big5", "big5")]
    ),
    st.sampled_from(['<meta charset="{}">', '<META http-equiv=x content="text/html; charset={}">']),
)
def test_the_declared_encoding_is_used(said: str, name: tuple[str, str], meta: str) -> None:
    declared, encoding = name
    said = said.replace("雲", "云") if declared == "gb2312" else said.replace("峯", "山")
    page = f"<head>{meta.format(declared)}</head><p>{said}</p>"
    try:
        data = page.encode(encoding)
    except UnicodeEncodeError:
        return
    with contextlib.suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return  # so short a text may be UTF-8 as well, which is believed first
    assert decoded(data) == page


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_more_than_what_is_declared(encoding: str) -> None:
    data = "<meta charset=gbk><p>春天來了。</p>".encode(encoding)
    assert read_web("a.html", data).text == "春天來了。\n"


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        ("<p>\n春天".encode("gb18030"), "declares no other", 2),
        (b"<meta charset=gbk>\n\x81\xff", "neither UTF-8 nor gbk", 2),
        (b"<meta charset=utf-8>\xff", "declares utf-8", 1),
        (b"<meta charset=rot13>\xff", "declares rot13", 1),
        (b"<meta charset=unicode_escape>\xff", "declares unicode_escape", 1),
        (b"<meta charset=iso-8859-99>\xff", "no encoding", None),
        (b"\xff\xfea", "not UTF-16", 1),
    ],
)
def test_what_cannot_be_decoded(data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        decoded(data)
    assert caught.value.line == line
