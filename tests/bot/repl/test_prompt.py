"""Reading what a person types, its keys sent through a pipe."""

import os
import sys
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import DummyCompleter
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from wuzhen.bot.repl.prompt import lines


def test_a_pasted_block_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Path(os.devnull).open(encoding="utf-8") as nothing,
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        monkeypatch.setattr(sys, "stdin", nothing)
        keys.send_text("\x1b[200~one\ntwo\x1b[201~\rthree\r")
        read = lines(DummyCompleter(), None, str)
        assert [next(read) for _ in range(3)] == ["one", "two", "three"]
        keys.send_text("\x04")
        assert list(read) == []
