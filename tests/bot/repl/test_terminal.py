"""Conversations in a real terminal, typed key by key and seen on its screen."""

import base64
import shutil
import stat
from pathlib import Path

import pytest

from tests.bot.cli.test_main import home  # noqa: F401  (a fixture)
from tests.bot.repl.emulated import Terminal
from wuzhen.bot.repl.commands import COMMANDS

VOLUNTEERS = "志願者有多少人"
FORUM = "人工智能论坛什么时候"


@pytest.fixture
def place(home: Path, tmp_path: Path) -> Path:  # noqa: F811
    """A folder of one's own, with the article and its index."""
    return Path(shutil.copytree(home, tmp_path / "home"))


def test_an_answer_in_a_panel_with_its_references_below(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("烏鎮問答", "›")
        terminal.say(VOLUNTEERS)
        shown = terminal.wait_for("[8] 第四屆世界互聯網大會 › 會議準備").splitlines()
        top = next(n for n, line in enumerate(shown) if line.startswith("╭"))
        bottom = next(n for n, line in enumerate(shown) if line.startswith("╰"))
        assert "1240名" in "".join(shown[top:bottom])
        assert shown[bottom + 1].split()[0] == "[8]"
        assert "1240名" in highlighted(terminal)
        assert "志願服務工作" not in highlighted(terminal)
        assert colours(terminal) > {"default"}


@pytest.mark.parametrize("columns", [60, 160])
def test_the_edges_of_panels_stand_below_one_another(place: Path, columns: int) -> None:
    with Terminal(place, columns) as terminal:
        terminal.wait_for("›")
        terminal.say("12月4日上午有什麼活動")
        terminal.wait_for("╰", "[5] 第四屆")
        buffer = terminal.screen.buffer
        edge = min(columns, 100) - 1
        drawn = [
            [buffer[row][column].data for column in range(columns)]
            for row in range(terminal.screen.lines)
        ]
        inside = [row for row in drawn if row[0] in "╭│╰" and row[0]]
        assert len(inside) > 10
        assert {row[edge] for row in inside} == {"╮", "│", "╯"}
        assert all(not "".join(row[edge + 1 :]).strip() for row in inside)


def colours(terminal: Terminal) -> set[str]:
    """Every colour on the screen, of letters or behind them."""
    buffer = terminal.screen.buffer
    cells = [cell for row in range(terminal.screen.lines) for cell in buffer[row].values()]
    return {cell.fg for cell in cells} | {cell.bg for cell in cells}


def highlighted(terminal: Terminal) -> str:
    """What is bold inside the panels."""
    rows = (terminal.screen.buffer[row] for row in range(terminal.screen.lines))
    return "".join(
        row[column].data
        for row in rows
        if row[0].data == "│"
        for column in range(terminal.screen.columns)
        if row[column].bold
    )


def test_no_color_is_respected(place: Path) -> None:
    with Terminal(place, NO_COLOR="1") as terminal:
        terminal.wait_for("›")
        terminal.say(VOLUNTEERS)
        terminal.wait_for("[8]", "/more")
        assert "1240名" in highlighted(terminal)
        assert colours(terminal) == {"default"}


def test_a_conversation_leans_on_what_was_asked_until_it_is_forgotten(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.say(FORUM)
        terminal.wait_for("枕水廳(201)")
        terminal.say("那在哪裡?")
        terminal.wait_for("› 那在哪裡?\n╭")
        assert terminal.shown.count("枕水廳(201)") == 2
        terminal.say("/clear")
        terminal.wait_for("›", gone="枕水廳(201)")
        terminal.say("那在哪裡?")
        terminal.wait_for("› 那在哪裡?\n", "/help")
        assert "枕水廳(201)" not in terminal.shown


def test_a_refusal_shows_the_nearest_passages_without_panels(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.say("誰發明了電話？")
        shown = terminal.wait_for("文中沒有提到", "3 │")
        assert "╭" not in shown


def test_ctrl_c_drops_the_line_and_ctrl_d_leaves(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.type("this is not sent")
        terminal.wait_for("this is not sent")
        terminal.press("ctrl-c")
        terminal.say("/nonsense")
        shown = terminal.wait_for("/nonsense is no command; /help lists them")
        assert "The text does not say" not in shown
        terminal.press("ctrl-d")
        assert terminal.wait() == 0
        assert b"Traceback" not in terminal.received


def test_what_was_typed_is_there_in_the_next_run_and_private(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.say(VOLUNTEERS)
        terminal.wait_for("[8]")
        terminal.say("/quit")
        assert terminal.wait() == 0
    kept = place / ".wuzhen" / "index.history"
    assert VOLUNTEERS in kept.read_text("utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.chmod(0o644)  # as if it had been copied from elsewhere
    with Terminal(place) as terminal:
        terminal.wait_for_prompt()
        terminal.press("up", "up")
        terminal.wait_for(f"› {VOLUNTEERS}")
        terminal.press("enter")
        terminal.wait_for("[8]")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_history_that_cannot_be_kept_is_done_without(place: Path) -> None:
    (place / ".wuzhen" / "index.history").mkdir()
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.say(VOLUNTEERS)
        terminal.wait_for("[8]")
        terminal.wait_for_prompt()
        terminal.press("up")
        terminal.wait_for(
            f"[8] 第四屆世界互聯網大會 › 會議準備 › 服務保障 › 志願服務\n\n› {VOLUNTEERS}"
        )
        terminal.press("ctrl-c", "ctrl-d")
        assert terminal.wait() == 0


def test_the_menu_narrows_as_a_command_is_typed(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.type("/")
        terminal.wait_for("/help", "/schedule [DAY]", "/explain", "/quit")
        terminal.type("ex")
        terminal.wait_for("/explain", "/export [FILE]", gone="/schedule [DAY]")
        terminal.type("p")
        terminal.press("tab", "ctrl-c")
        terminal.type("/se")
        terminal.wait_for("/section [NAME]", gone="/export [FILE]")
        terminal.press("tab")
        terminal.wait_for("› /section")
        terminal.type("志愿")
        terminal.wait_for("志願服務", "會議準備 › 服務保障")
        terminal.press("tab", "enter")
        terminal.wait_for("十到二十人為一組")


def test_the_menu_has_room_at_the_bottom_of_a_low_terminal(place: Path) -> None:
    with Terminal(place, lines=2 + len(COMMANDS)) as terminal:
        terminal.wait_for("›")
        terminal.say(VOLUNTEERS)
        terminal.wait_for("[8]", "/more")
        terminal.type("/")
        terminal.wait_for("/more ·", *(f"  {command.name} " for command in COMMANDS))


def test_the_menu_in_a_terminal_that_it_is_higher_than(place: Path) -> None:
    with Terminal(place, lines=5) as terminal:
        terminal.wait_for("›")
        terminal.type("/")
        terminal.wait_for("› /", "  /help ", "  /section [NAME]")
        terminal.press(*["tab"] * len(COMMANDS))
        terminal.wait_for("› /quit")


def test_tab_takes_the_only_choice_and_goes_on_to_the_next(place: Path) -> None:
    with Terminal(place) as terminal:
        terminal.wait_for("›")
        terminal.type("/se")
        terminal.wait_for("/section [NAME]", gone="/schedule [DAY]")
        terminal.press("tab")
        terminal.wait_for("› /section\n", "會議背景", gone="/section [NAME]")
        terminal.type("志愿")
        terminal.wait_for("志願服務", gone="會議背景")
        terminal.press("tab", "tab", "enter")
        terminal.wait_for("› /section 志願服務", "十到二十人為一組")


def test_keys_typed_ahead_are_seen_once(place: Path) -> None:
    pager = place / "pager"
    pager.write_text("#!/bin/sh\ncat >/dev/null\necho paged\nsleep 0.5\n", "utf-8")
    pager.chmod(0o755)
    with Terminal(place, lines=20, PAGER=str(pager)) as terminal:
        terminal.wait_for("›")
        terminal.say("/schedule")
        terminal.wait_for("paged")
        terminal.type("typed ahead")
        terminal.wait_for("› typed ahead")
        assert terminal.shown.count("typed ahead") == 1


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_the_pager_says_how_it_is_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESS", raising=False)
    with Terminal(place, lines=20, PAGER="less") as terminal:
        terminal.wait_for("›")
        terminal.say("/schedule")
        terminal.wait_for("q leaves")
        terminal.type("q")
        terminal.wait_for_prompt()


def test_what_is_long_goes_through_the_pager(place: Path) -> None:
    with Terminal(place, lines=20, PAGER="sed -e s/^/paged:/") as terminal:
        terminal.wait_for("›")
        terminal.say("/ref 3")
        terminal.wait_for("[3]")
        terminal.say("/new")
        terminal.wait_for("fresh start")
        assert "paged:" not in terminal.shown.split("/new")[-1]
        terminal.say("/schedule")
        terminal.wait_for("paged:╰")


def test_the_language_is_that_of_the_locale_and_then_of_the_question(place: Path) -> None:
    with Terminal(place, LANG="zh_CN.UTF-8") as terminal:
        terminal.wait_for("请直接提问")
        terminal.say("how many volunteers were there")
        terminal.wait_for("1240名")
        terminal.say("/nonsense")
        terminal.wait_for("/nonsense is no command")
        terminal.say("你係邊個")
        terminal.wait_for("我係烏鎮問答")
        terminal.say("/copy")
        terminal.wait_for("仲未有答案")


def test_a_quote_is_copied_by_the_terminal(place: Path) -> None:
    with Terminal(place, DISPLAY="", WAYLAND_DISPLAY="") as terminal:
        terminal.wait_for("›")
        terminal.say(VOLUNTEERS)
        terminal.wait_for("[8]")
        terminal.say("/copy")
        terminal.wait_for("剪貼簿")
        sent = terminal.received.split(b"\x1b]52;c;")[1].split(b"\x07")[0]
        copied = base64.b64decode(sent).decode()
        assert copied.startswith("截至2017年11月20日")
        assert copied.endswith("— [8] 第四屆世界互聯網大會 › 會議準備 › 服務保障 › 志願服務")


def test_a_dumb_terminal_will_do(place: Path) -> None:
    with Terminal(place, TERM="dumb") as terminal:
        terminal.wait_for("›")
        terminal.type(VOLUNTEERS)
        terminal.press("enter")
        terminal.wait_for("志願服務\n\n›")
        terminal.press("ctrl-d")
        assert terminal.wait() == 0


def test_panels_are_as_wide_as_a_dumb_terminal(place: Path) -> None:
    with Terminal(place, 60, TERM="dumb") as terminal:
        terminal.wait_for("›")
        terminal.type(VOLUNTEERS)
        terminal.press("enter")
        shown = terminal.wait_for("志願服務\n\n›").splitlines()
        assert not any(line.startswith("╮") for line in shown)
        assert sum(line.endswith("╮") for line in shown) == 1
