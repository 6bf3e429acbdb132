"""Sentences: cut where they end, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.index.writing import sentence
from wuzhen.index.document import Span
from wuzhen.index.text.sentences import sentences


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text, Span(0, len(text)))]


@given(st.lists(sentence(), max_size=6), st.sampled_from(["", " ", "\n", "　"]))
def test_sentences_are_read_back_as_they_were_written(said: list[str], gap: str) -> None:
    assert cut(gap.join(said)) == said


@pytest.mark.parametrize(
    "said",
    [
        ["他說：“好。”", "她走了。"],
        ["真的嗎？！", "真的……", "好。"],
        ["取得了成果。(副省長評)", "下一句。"],
        ["取得了成果。（某報評）"],
        ["圓周率是3.14，不是3。", "對。"],
        ["See WIC.org for more.", "It is open."],
        ["Use it, e.g. this one.", "Then stop."],
        ["He said 'no.'", "She left."],
        ["1. 禁止跳水。", "12. 入池前請淋浴。"],
        ["A. First this.", "II. Then that."],
        ["There are 10.", "He left at 9 a.m. sharp."],
        ["沒有句號"],
        ["甲", "乙"],
    ],
)
def test_where_sentences_end(said: list[str]) -> None:
    gap = "\n\n" if said == ["甲", "乙"] else " "
    assert cut(gap.join(said)) == said


@given(st.text("一二。！…?.」)（(評）A1 \n", max_size=60), st.data())
def test_nothing_is_lost_and_nothing_said_twice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = start
    for span in sentences(text, Span(start, end)):
        assert place <= span.start < span.end <= end
        assert text[place : span.start].strip() == ""
        assert span.of(text) == span.of(text).strip()
        place = span.end
    assert text[place:end].strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "See [the form](https://example.net/a?b=1!c) first. Then pay.",
        "請看 https://example.net/q?x=1&y=2 的說明。 其他另計。",
        "網址是 www.example.net/a!b?c 。 其他另計。",
        "Ask Mrs. Hale or Prof. Reed about it. They know.",
        "It weighs approx. 3 kg, cf. Fig. 4 and p. 12. It is blue.",
        "Write to P.O. Box 9 in the U.S. Virgin Islands. They answer.",
        "J. R. Hale wrote it. It sold.",
        "Bus No. 9 stops here. Bus no. 10 does not.",
        "他說過（真的嗎？）要來。 他沒來。",
        "《誰在那裡？》是一首歌。 它很短。",
        "票價為三元． 兒童免費．",
        "水深 1．5 公尺． 不深．",
        "門開了｡ 人走了｡",
        "應備：（一）傘。 （二）鞋。",
        "天冷了！ **火爐**在樓下。",
    ],
)
def test_a_sentence_ends_only_where_it_ends(text: str) -> None:
    assert len(sentences(text, Span(0, len(text)))) == 2


def test_emphasis_opens_the_sentence_that_it_stands_in() -> None:
    text = "冷嗎？**火爐**在樓下。**小心！**地滑。"
    assert [one.of(text) for one in sentences(text, Span(0, len(text)))] == [
        "冷嗎？",
        "**火爐**在樓下。",
        "**小心！**",
        "地滑。",
    ]
