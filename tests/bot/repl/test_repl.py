"""A conversation in the terminal, its input a pipe and so its output plain text."""

from pathlib import Path

import pytest

from tests.bot.cli.test_main import home, wuzhen  # noqa: F401  (a fixture)

SAID = """\
人工智能论坛什么时候

那在哪裡?
/ref 8
/ref 99
/new
那在哪裡?
/nonsense at all
/help
你好
/quit
志願者有多少人
"""


@pytest.fixture(scope="module")
def spoken(home: Path) -> str:  # noqa: F811
    ran = wuzhen(home, "repl", given=SAID.encode() + b"\xff\n")
    assert (ran.status, ran.err) == (0, "")
    return ran.out


def test_a_conversation(spoken: str) -> None:
    lines = spoken.splitlines()
    assert lines[0] == lines[2]
    assert lines[0].startswith("│ 2017年12月04日 08:30-12:00 人工智能")
    assert lines[0].endswith("枕水廳(201)")
    assert lines[4].startswith("│ 截至2017年11月20日")
    assert lines[5].split()[0] == "[8]"


def test_what_was_forgotten_does_not_help(spoken: str) -> None:
    assert "枕水廳(201)" not in "\n".join(spoken.splitlines()[6:])


def test_commands_and_small_talk(spoken: str) -> None:
    assert "/nonsense is no command; /help lists them" in spoken
    for command in ("/ref N", "/new", "/help", "/quit"):
        assert command in spoken
    assert "你好！" in spoken


def test_nothing_is_said_after_leaving(spoken: str) -> None:
    assert spoken.count("1240名") == 1


def test_no_colours_and_no_prompt_in_a_pipe(spoken: str) -> None:
    assert "\x1b" not in spoken
    assert "›" not in spoken.splitlines()[0]


def test_no_line_in_a_pipe_ends_with_spaces(spoken: str) -> None:
    assert not [line for line in spoken.splitlines() if line.endswith(" ")]


def test_what_is_in_no_language_is_answered_in_that_of_the_locale(home: Path) -> None:  # noqa: F811
    for locale, said in (("en_US.UTF-8", "Hello!"), ("zh_CN.UTF-8", "请问我文件里的事")):
        ran = wuzhen(home, "repl", given="志願者有多少人\n?\n".encode(), LC_ALL=locale)
        assert said in ran.out.splitlines()[-1]


def test_the_end_of_input_ends_it(home: Path) -> None:  # noqa: F811
    ran = wuzhen(home, "repl", given=b"\xff\xfe\n\x00\x1b[31m\n/ref x\n" + b"a" * 5000)
    assert (ran.status, ran.err) == (0, "")
    assert "2000" in ran.out.splitlines()[-1]


@pytest.mark.parametrize("word", ["exit", "QUIT", "離開", "离开"])
def test_a_bare_word_leaves(home: Path, word: str) -> None:  # noqa: F811
    ran = wuzhen(home, "repl", given=f"說明\n{word}\n志願者有多少人\n".encode())
    assert (ran.status, ran.err) == (0, "")
    assert "/section [NAME]" in ran.out
    assert "1240名" not in ran.out
