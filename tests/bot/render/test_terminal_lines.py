"""Lines broken where Chinese may break, against a reckoning by units, and harmless text."""

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wuzhen.bot.render.terminal_lines import Prose, harmless, line_starts

TEXTS = st.text(st.sampled_from("烏鎮問答，。「」（）“” ab1-:,.\n👍🏽é\u0301"), max_size=80)
# What may not be broken: a character with what opens before it, or closes after it; a word.
UNITS = st.one_of(
    st.sampled_from("烏鎮問答"),
    st.builds("{}{}".format, st.sampled_from("烏鎮"), st.sampled_from("，。！？；」）”》、,")),
    st.builds("{}{}".format, st.sampled_from("「（“《("), st.sampled_from("問答")),
    st.sampled_from(["2017", "18:00", "AI"]),
)


def lines(text: str, width: int) -> list[str]:
    starts = [0, *line_starts(text, width), len(text)]
    return [text[a:b] for a, b in pairwise(starts)]


@given(TEXTS, st.integers(1, 30))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    starts = line_starts(text, width)
    assert starts == sorted(set(starts))
    assert all(0 < start <= len(text) for start in starts)
    for line in lines(text, width):
        shown = line.rstrip()
        assert cell_len(shown) <= width or len(shown) == 1
        assert "\n" not in line[:-1]


@given(st.lists(UNITS, max_size=30), st.integers(6, 30))
def test_lines_are_filled_with_whole_units(units: list[str], width: int) -> None:
    expected: list[str] = [""]
    for before, unit in zip(["", *units], units, strict=False):
        latin = before[-1:].isascii() and before[-1:].isalnum() and unit[0].isascii()
        if latin and unit[0].isalnum():
            return  # two words that touch are one
        if cell_len(expected[-1] + unit) > width:
            expected.append("")
        expected[-1] += unit
    assert lines("".join(units), width) == expected


@given(st.text(st.sampled_from("ab cd"), max_size=60), st.integers(2, 12))
def test_words_are_broken_only_where_they_are_too_long(text: str, width: int) -> None:
    broken = lines(text, width)
    for line, following in pairwise(broken):
        if not line[-1].isspace():
            word = line.split()[-1] + following.split(" ")[0]
            assert len(word) > width


def test_a_time_and_a_number_stay_whole() -> None:
    assert lines("上午 08:30-12:00 開幕", 14) == ["上午 ", "08:30-12:00 開", "幕"]
    assert lines("共有1240名志願者", 7) == ["共有", "1240名", "志願者"]
    assert lines("開幕,1240名", 8) == ["開幕,", "1240名"]


@given(st.text(max_size=60))
def test_what_is_shown_is_as_long_and_steers_nothing(text: str) -> None:
    shown = harmless(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(c) == "Cc" for c in shown if c not in "\n\t")
    assert harmless(shown) == shown


@given(TEXTS, st.integers(6, 40))
def test_each_line_stands_behind_its_bar(text: str, width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(Prose(Text(text), first=Text("> "), bar=Text("| ")))
    shown = captured.get().splitlines()
    assert shown[0].startswith(">") or not text
    assert all(line.startswith("|") for line in shown[1:])
    together = "".join(line[2:] for line in shown)
    assert "".join(together.split()) == "".join(text.split())


def test_a_bar_stands_before_every_line_where_nothing_is_wrapped() -> None:
    console = Console(width=20, soft_wrap=True)
    with console.capture() as captured:
        console.print(Prose(Text("烏鎮" * 20 + "\n\n問答"), bar=Text("│ ")))
    assert captured.get().splitlines() == ["│ " + "烏鎮" * 20, "│ ", "│ 問答"]


def test_what_has_no_width_or_turns_writing_is_seen() -> None:
    assert harmless("a\u200bb\u2060c\ufeffd\u200fe") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert harmless("👩\u200d🚒") == "👩\u200d🚒"
