"""How far a build is, as a terminal shows it."""

import io

import pytest
from rich.console import Console

from wuzhen.bot.render import build_progress
from wuzhen.bot.render.build_progress import watched


def test_a_terminal_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=100)
    with watched(console=console) as watch:
        watch.step("analysing")
        for done in range(0, 1001, 100):
            watch.counted(done, 1000)
    assert "analysing" in written.getvalue()
    assert "100%" in written.getvalue()
    assert "texts a second" in written.getvalue()


def test_a_file_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    told: list[str] = []
    with watched(told.append, Console(file=written)) as watch:
        watch.step("reading")
        watch.counted(1, 4)
        assert told == []
        monkeypatch.setattr(build_progress, "SILENT_S", 0)
        watch.counted(3, 4)
    assert told == ["reading: 75 %"]
    assert written.getvalue() == ""
