"""Subtitles: sentences below their times."""

import pytest

from wuzhen.index.passages import cut
from wuzhen.index.sources.readers import read

SUBRIP = """1
00:00:01,000 --> 00:00:02,500
<i>渡船</i>每天

2
00:00:02,500 --> 00:00:04,000
早上六點開。

3
00:01:10,000 --> 00:01:12,000
The fare
is ten cents.
"""
WEBVTT = """WEBVTT

NOTE 草稿

00:01.000 --> 00:02.500 align:start
<v 船夫>渡船每天

00:02.500 --> 00:04.000
早上六點開。

01:10.000 --> 01:12.000
The fare is ten cents.
"""


@pytest.mark.parametrize(
    ("name", "text", "times"),
    [
        ("a.srt", SUBRIP, ["00:00:01", "00:01:10"]),
        ("a.srt", SUBRIP.replace("\n", "\r\n"), ["00:00:01", "00:01:10"]),
        ("a.vtt", WEBVTT, ["00:01", "01:10"]),
    ],
)
def test_cues_become_sentences(name: str, text: str, times: list[str]) -> None:
    (document,), problems = read(name, text.encode(), frozenset())
    assert not problems
    assert [(one.section, one.text) for one in cut([document])] == [
        ((times[0],), "渡船每天早上六點開。"),
        ((times[1],), "The fare is ten cents."),
    ]
