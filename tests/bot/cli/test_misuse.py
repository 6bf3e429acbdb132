"""Every misuse of every command: the right exit status, and one line with a cause and a way out.

A command line that click refuses gets no usage lines, but one line like all other errors; it says
which `--help` lists the right ones.
"""

import ctypes
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click
import pytest

from tests.bot.conftest import ROOT
from wuzhen.bot.cli.main import entry, main
from wuzhen.bot.settings import Settings
from wuzhen.index.storage import generation

COMMANDS = dict(main.commands)
LONG = "n" * 300
"""A name that no file system takes."""
TOKEN = "7:hush"

# Files of the folder in which the commands run.
KNOWN = {"id": "1", "lang": "en", "kind": "fact", "question": "hi", "answerable": False}
FILES = {
    "knowledge/garden.txt": "青溪植物園\n\n青溪植物園有植物3000種。\n".encode(),
    "blank/garden.txt": b" \n",
    "latin/garden.txt": b"caf\xe9\n",
    "broken/garden.jsonl": b"{\n",
    "zip/garden.docx": b"x",
    "known.jsonl": json.dumps(KNOWN).encode(),
    "no-questions.jsonl": b"\n",
    "broken.jsonl": b"{\n",
    "other.jsonl": b'{"question": "hi"}\n',
    "latin.jsonl": b"caf\xe9\n",
    "set/passages.jsonl": b"{\n",
    "set/questions.jsonl": b"{\n",
    "page.html": b"",
    "not-a-database.db": b"words, and more of them than a header has\n" * 99,
}
UNREADABLE = "/proc/self/mem"
"""Can be opened, and fails when it is read, even for root."""


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Row:
    """A misuse: what is typed, the exit status, what the one line says, and how it came to it."""

    typed: str
    status: int
    said: str
    given: str = ""
    locked: str = ""
    """A file or folder that nobody may use."""

    @property
    def words(self) -> list[str]:
        return ["" if word == "''" else word for word in self.typed.split()]

    def __str__(self) -> str:
        return f"{self.given} {self.typed} {self.locked}".replace(LONG, "LONG").strip()


def generated() -> Iterator[Row]:
    """What can be done wrong with any command, option and argument."""
    for name, command in COMMANDS.items():
        filled = [value(one) for one in arguments(command) if one.required]
        yield Row(" ".join((name, *filled, "--nonsense")), 2, f"wuzhen {name} --help")
        if all(one.nargs == 1 for one in arguments(command)):
            yield Row(" ".join((name, *filled, "surplus")), 2, "surplus")
        if filled:
            yield Row(" ".join((name, *filled[1:])), 2, "Missing argument")
        for option in options(command):
            for word in option.opts:
                if option.is_flag:
                    yield Row(" ".join((name, *filled, f"{word}=1")), 2, word)
                else:
                    yield Row(" ".join((name, *filled, word)), 2, f"{word}' requires an argument")
                    yield Row(" ".join((name, *filled, word, "''")), 2, word)


def value(argument: click.Argument) -> str:
    """What may be given for an argument."""
    return argument.type.choices[0] if isinstance(argument.type, click.Choice) else "x0"


def arguments(command: click.Command) -> list[click.Argument]:
    return [one for one in command.params if isinstance(one, click.Argument)]


def options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option)]


ROWS = [
    Row("", 2, "a command is missing; wuzhen --help"),
    Row("nonsense", 2, "see: wuzhen --help"),
    Row("--nonsense", 2, "see: wuzhen --help"),
    # Knowledge: none, empty, a file, unreadable.
    *(
        Row(f"{command} --knowledge {folder}", 3, said)
        for command in ("build", "ask x", "repl", "show", "eval known.jsonl")
        for folder, said in (
            ("nowhere", "does not exist; create it"),
            (LONG, "too long"),
            ("known.jsonl", "is not a folder"),
            ("empty", "put .txt, .md"),
            ("blank", "garden.txt: empty"),
        )
    ),
    Row("show --knowledge latin", 3, "garden.txt:1: not UTF-8"),
    Row("build --knowledge broken", 3, "garden.jsonl:1"),
    Row("ask x --knowledge zip", 3, "garden.docx"),
    Row("show", 3, "Permission denied", locked="knowledge/garden.txt"),
    Row("ask x", 3, "put .txt, .md", locked="knowledge"),
    # Files of it: none there, no document, outside, a folder, one that cannot be read.
    *(
        Row(f"show {file}", 2, "name files as they are called there; see: wuzhen show --help")
        for file in ("nowhere.txt", "known.jsonl", "../knowledge", "knowledge", LONG)
    ),
    Row("show garden.txt nowhere.txt", 2, "no document nowhere.txt"),
    Row("show ''", 2, "empty"),
    Row("show nowhere.txt --html page.html", 2, "no document nowhere.txt"),
    Row("show garden.txt --knowledge nowhere", 3, "does not exist; create it"),
    Row("show garden.txt --knowledge empty", 2, "no document garden.txt"),
    Row("show garden.txt --knowledge blank", 3, "garden.txt: empty"),
    Row("show knowledge/garden.txt", 3, "Permission denied", locked="knowledge/garden.txt"),
    # The index: not to be written, among the documents, damaged with nothing to build it from.
    *(
        Row(f"{command} --index {index}", 3, "cannot be written")
        for command in ("build", "ask x", "repl", "eval known.jsonl")
        for index in ("known.jsonl", "known.jsonl/index", "/proc/index", LONG)
    ),
    *(
        Row(f"{command} --index knowledge", 2, "among the documents")
        for command in ("build", "ask x", "repl", "show", "eval known.jsonl", "doctor")
    ),
    Row("build --full", 3, "cannot be written: Permission denied", locked=".wuzhen/index"),
    Row("ask x", 3, "cannot be written: Permission denied", locked=".wuzhen/index"),
    Row("ask x --index damaged --knowledge empty", 3, "no document in empty"),
    # Questions.
    Row("ask", 2, "a question, or --batch FILE"),
    Row("ask --json --explain", 2, "a question, or --batch FILE"),
    *(
        Row(f"ask {empty}", 2, "a question, or --batch FILE")
        for empty in ("''", "'' ''", "--json ''", "\u3000", "'' --knowledge nowhere")
    ),
    Row("ask x --batch other.jsonl", 2, "not both"),
    Row("ask --batch nowhere", 2, "No such file"),
    Row("ask --batch knowledge", 2, "Is a directory"),
    Row("ask --batch other.jsonl", 2, "Permission denied", locked="other.jsonl"),
    Row(f"ask --batch {LONG}", 2, "too long"),
    Row(f"ask --batch {UNREADABLE}", 3, "the batch cannot be read"),
    # Pages.
    *(
        Row(f"{command} --html {page}", 3, said)
        for command in ("show", "eval known.jsonl")
        for page, said in (
            ("knowledge", "is a folder"),
            ("knowledge/page.html", "would be read as a document"),
            ("nowhere/page.html", "create it"),
            ("known.jsonl/page.html", "no folder"),
            ("/proc/page.html", "cannot be written"),
            ("/dev/full", "cannot be written"),
            (LONG, "too long"),
        )
    ),
    Row("show --html page.html", 3, "Permission denied; name another", locked="page.html"),
    Row("eval known.jsonl --html known.jsonl", 2, "a file of its own"),
    Row("eval known.jsonl --html -", 2, "a file of its own"),
    Row("eval set --html page.html", 2, "not a retrieval set"),
    # Questions with known answers.
    Row("eval set --misses", 2, "not a retrieval set"),
    Row("eval known.jsonl --json --misses", 2, "not both"),
    Row("eval ''", 2, "empty"),
    Row("eval nowhere", 3, "cannot be read"),
    Row("eval empty", 3, "passages.jsonl cannot be read"),
    Row("eval set", 3, "passages.jsonl cannot be read"),
    Row("eval no-questions.jsonl", 3, "holds no question"),
    Row("eval broken.jsonl", 3, "broken.jsonl:1"),
    Row("eval other.jsonl", 3, "other.jsonl:1"),
    Row("eval latin.jsonl", 3, "cannot be read"),
    Row("eval known.jsonl", 3, "cannot be read", locked="known.jsonl"),
    Row(f"eval {UNREADABLE}", 3, "cannot be read"),
    Row(f"eval {LONG}", 3, "too long"),
    Row("eval known.jsonl --gate broken.jsonl", 3, "holds no figures"),
    Row("calibrate nowhere", 3, "cannot be read"),
    Row("calibrate known.jsonl --knowledge nowhere", 3, "nowhere"),
    Row("calibrate known.jsonl --risk 2", 2, "--risk"),
    Row("calibrate known.jsonl --reset --index knowledge", 2, "among the documents"),
    Row("completion tcsh", 2, "bash"),
    Row("dead-letters show", 2, "takes the numbers of updates"),
    # The server and its tokens.
    Row("serve --port 99999", 2, "--port"),
    Row("serve --port 0 --index knowledge", 2, "among the documents"),
    Row("serve --host 192.0.2.1 --knowledge knowledge", 2, "choose others with --host and --port"),
    Row("serve", 2, "WUZHEN_SERVE_ORIGINS", given="WUZHEN_SERVE_ORIGINS=example.org/a"),
    Row("mcp --knowledge nowhere", 3, "does not exist; create it"),
    Row("mcp --index ''", 2, "--index"),
    Row("token make a/b", 3, "cannot name a token"),
    Row("token revoke nobody", 3, "there is no token nobody"),
    Row("token list", 3, "no file of tokens", given="WUZHEN_SERVE_TOKENS=known.jsonl"),
    # The bot, and its database.
    Row("telegram", 2, "TELEGRAM_BOT_TOKEN"),
    Row("telegram", 2, "TELEGRAM_BOT_TOKEN", given="TELEGRAM_BOT_TOKEN="),
    Row("telegram", 2, "ask @BotFather", given="TELEGRAM_BOT_TOKEN=hush"),
    Row("telegram --knowledge nowhere", 2, "TELEGRAM_BOT_TOKEN"),
    Row("telegram --index known.jsonl", 2, "TELEGRAM_BOT_TOKEN"),
    Row("doctor --knowledge knowledge", 2, "WUZHEN_PARALLEL", given="WUZHEN_PARALLEL=0"),
    Row("backup ''", 2, "empty"),
    Row("backup copy.db", 3, "there is no database"),
    *(
        Row(f"backup {file}", 3, said, given="WUZHEN_DATABASE=sqlite:///made.db")
        for file, said in (
            ("known.jsonl", "exists already"),
            ("knowledge", "exists already"),
            ("nowhere/copy.db", "cannot write"),
            ("known.jsonl/copy.db", "Not a directory"),
            (LONG, "too long"),
        )
    ),
    *(
        Row("backup copy.db", status, said, given=f"WUZHEN_DATABASE={url}")
        for url, status, said in (
            ("nonsense", 2, "WUZHEN_DATABASE"),
            ("sqlite://", 2, "WUZHEN_DATABASE"),
            ("mysql://me:hush@localhost/x", 2, "WUZHEN_DATABASE"),
            ("sqlite:///knowledge", 3, "WUZHEN_DATABASE"),
            ("sqlite:///not-a-database.db", 3, "WUZHEN_DATABASE"),
            ("postgresql://me:hush@127.0.0.1:1/x", 3, "WUZHEN_DATABASE"),
        )
    ),
]

BAD_SETTINGS = {
    "TELEGRAM_ADMINS": ("me", "1,2,x", "1.5"),
    "TELEGRAM_ALLOWED": ("everybody",),
    "TELEGRAM_API_URL": ("nonsense", "http://", "http://127.0.0.1:99999", "http://[::1", "ftp://x"),
    "TELEGRAM_BOT_TOKEN": ("hush", "7:hu sh", "<7:hush>"),
    "TELEGRAM_FOLLOW_UP_MINUTES": ("-1", "nan", "soon"),
    "TELEGRAM_GROUP_RATE": ("-1", "1.5", "٣x"),
    "TELEGRAM_KEEP_DAYS": ("0", "1e3", "nan"),
    "TELEGRAM_OLDEST_MINUTES": ("0", "-0", "nan"),
    "TELEGRAM_POLL_SECONDS": ("51", "-1", "inf"),
    "TELEGRAM_RATE": ("many", "-1"),
    "TELEGRAM_TIMEOUT": ("0", "21", "nan"),
    "TELEGRAM_USER_RATE": ("-1", "9" * 5000),
    "TELEGRAM_WEBHOOK_LISTEN": ("8080", "127.0.0.1:65536", "127.0.0.1:http", "[::1:80", "a b:80"),
    "TELEGRAM_WEBHOOK_SECRET": ("hush hush", "hush" * 65, "hüsh"),
    "TELEGRAM_WEBHOOK_URL": ("example.org/x", "https://example.org", "https://example.org:0x/hush"),
    "WUZHEN_DATABASE": (),  # with the commands that use it, above
    "WUZHEN_EMBEDDINGS": ("nonsense", "http://127.0.0.1/v1", "http://#x", "http://h:99999/v1#x"),
    "WUZHEN_HEALTH_HOST": (),  # any name may be one; the bot says when it is not
    "WUZHEN_HEALTH_PORT": ("65536", "-1", "http", "1.5"),
    "WUZHEN_INDEX": (),  # as --index, above
    "WUZHEN_KNOWLEDGE": (),
    "WUZHEN_LOG_LEVEL": ("loud", "info"),
    "WUZHEN_PAGE_URL": ("javascript:x", "http://", "https://example.org/#x", "https://e.org:x/"),
    "WUZHEN_PARALLEL": ("0", "65", "many"),
    "WUZHEN_SERVE_ACCESS": ("closed", "Open"),
    "WUZHEN_SERVE_EMBED": ("example.org", "https://example.org/", "https://e.org; script-src *"),
    "WUZHEN_SERVE_HOSTS": (),  # any name may be one
    "WUZHEN_SERVE_ORIGINS": ("*", "https://example.org/path", "https://e.org:port"),
    "WUZHEN_SERVE_RATE": ("-1", "many"),
    "WUZHEN_SERVE_RATINGS": (),  # written when there is a rating; the log says when it cannot be
    "WUZHEN_SERVE_TOKENS": (),  # with the commands that use it, above
    "WUZHEN_SERVE_TOKEN_RATE": ("-1", "0.5"),
    "WUZHEN_WORKER": ("a b", "w" * 41, "../x"),
}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, _dictionaries_kept_once: None) -> Path:
    """A folder with all that the commands can be misused with, and an index that is whole."""
    home = tmp_path_factory.mktemp("misuse")
    for name, content in FILES.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(content)
    (home / "empty").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        typed(home, patch, ["build"])
    (home / "damaged").mkdir()
    (home / "damaged" / "CURRENT").write_bytes(b"?")
    return home


def copy_of(furnished: Path, tmp_path: Path) -> Path:
    """A copy of that folder, for what changes something in it."""
    return Path(shutil.copytree(furnished, tmp_path / "home"))


def typed(home: Path, patch: pytest.MonkeyPatch, words: list[str]) -> int:
    """Run the program in this process, with none of this machine's settings; the exit status."""
    for name in os.environ:
        if name.startswith(("WUZHEN_", "TELEGRAM_")) and name not in GIVEN:
            patch.delenv(name)
    if "WUZHEN_EMBEDDINGS" not in GIVEN:
        patch.setenv("WUZHEN_EMBEDDINGS", "none")
    patch.chdir(home)
    patch.setattr(sys, "argv", ["wuzhen", *words])
    try:
        entry()
    except SystemExit as left:
        return int(str(left.code))
    return 0


GIVEN: dict[str, str] = {}
"""Settings of the test that is running."""


@pytest.fixture
def run(
    furnished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator["Run"]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    yield Run(furnished, monkeypatch, capsys)
    GIVEN.clear()


@dataclass(frozen=True)
class Run:
    """Types a command in a folder, the furnished one unless said otherwise."""

    home: Path
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, words: list[str], **given: str) -> Ran:
        GIVEN.update(given)
        for name, value in given.items():
            self.patch.setenv(name, value)
        status = typed(self.home, self.patch, words)
        return Ran(status, *self.capsys.readouterr())


def error_of(ran: Ran) -> str:
    """The one line that tells of an error; all others are the program's own, too."""
    lines = ran.err.splitlines()
    assert all(line.startswith("wuzhen: ") for line in lines), ran.err
    (line,) = [line for line in lines if line.startswith("wuzhen: error: ")]
    assert line == lines[-1]
    assert "Traceback" not in ran.err
    assert "hush" not in ran.err
    # A cause, and behind it what to do.
    assert re.search(r".{8}([;:,] | \(see ).{5}", line.removeprefix("wuzhen: error: ")), line
    return line


@contextmanager
def held_to_permissions() -> Iterator[None]:
    """Take from root what lets it pass over permissions (capabilities(7)), for as long."""
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "capset"):
        pytest.skip("root passes over permissions here")
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    after = (ctypes.c_uint32 * 6)(*before)
    after[0] &= ~0b110  # effective: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
    assert libc.capset(header, after) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


# --- every command and every option ----------------------------------------------------------


@pytest.mark.parametrize("row", [*generated(), *ROWS], ids=str)
def test_misuse_is_told_in_one_line(row: Row, run: Run, tmp_path: Path) -> None:
    if row.locked or row.given:
        run = replace(run, home=copy_of(run.home, tmp_path))
    given = dict([row.given.split("=", 1)] if row.given else [])
    if "made.db" in row.given:
        (run.home / "made.db").touch()
    if row.locked:
        mode = 0o500 if row.locked.endswith("index") else 0o000
        (run.home / row.locked).chmod(mode)
        for inside in (run.home / row.locked).glob("CURRENT"):
            inside.unlink()  # so that it has to be built
    try:
        if row.locked:
            with held_to_permissions():
                ran = run(row.words, **given)
        else:
            ran = run(row.words, **given)
    finally:
        if row.locked:
            (run.home / row.locked).chmod(0o700)
    assert row.said in error_of(ran)
    assert (ran.status, ran.out) == (row.status, "")


def test_no_command_and_no_option_is_without_a_row() -> None:
    told = [(row.words[0], row.words) for row in ROWS if row.words]
    for name, command in COMMANDS.items():
        assert any(first == name for first, _ in told), name
        for option in options(command):
            used = [words for first, words in told if first == name and option.opts[0] in words]
            assert used or (name == "build" and option.is_flag), (name, option.opts)


@pytest.mark.parametrize("place", ["environment", "file"])
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD_SETTINGS.items() for value in values]
)
def test_a_bad_setting_is_named(
    name: str, value: str, place: str, run: Run, tmp_path: Path
) -> None:
    run = replace(run, home=tmp_path)
    if place == "file":
        (run.home / ".env").write_text(f"{name}='{value}'\n", "utf-8")
        GIVEN[name] = ""
        run.patch.delenv(name, raising=False)
    ran = run(["show"], **({name: value} if place == "environment" else {}))
    line = error_of(ran)
    assert (ran.status, ran.out) == (2, "")
    assert f"{name} is malformed: " in line
    assert "see .env.example" in line
    assert len(line) < 300


def test_no_setting_is_without_a_row() -> None:
    assert set(BAD_SETTINGS) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"WUZHEN_KNOWLEDGE=\xff\n", ".env cannot be read"),
        (b'A=1\nWUZHEN_KNOWLEDGE="never closed\n', "line 2"),
        (b"WUZHEN_INDEX=a\0b\n", "WUZHEN_INDEX is malformed"),
        (b"WUZHEN_DATABASE=sqlite:///a\0b\n", "WUZHEN_DATABASE is malformed"),
        (b"\xef\xbb\xbfWUZHEN_PARALLEL=0\n", "WUZHEN_PARALLEL is malformed"),
        (None, "Permission denied"),
    ],
)
@pytest.mark.parametrize("words", ["ask x", "doctor", "backup copy.db", "telegram"])
def test_a_file_of_settings_that_cannot_be_read(
    words: str, content: bytes | None, said: str, run: Run, tmp_path: Path
) -> None:
    run = replace(run, home=tmp_path)
    file = run.home / ".env"
    file.write_bytes(content or b"")
    if content is None:
        file.chmod(0)
    with held_to_permissions():
        ran = run(words.split())
    line = error_of(ran)
    assert (ran.status, ran.out) == (2, "")
    assert said in line
    assert ".env" in line


# --- what is mended, and said ----------------------------------------------------------------


@pytest.mark.parametrize("command", ["ask x", "repl", "eval known.jsonl"])
@pytest.mark.parametrize("harm", ["damaged", "another version", "unreadable"])
def test_an_index_that_does_not_serve_is_built_again(
    command: str, harm: str, run: Run, tmp_path: Path
) -> None:
    run = replace(run, home=copy_of(run.home, tmp_path))
    index = run.home / ".wuzhen" / "index"
    if harm == "damaged":
        (index / "CURRENT").write_bytes(b"?")
    elif harm == "unreadable":
        (index / "CURRENT").chmod(0)
    else:
        run.patch.setattr(generation, "FORMAT", generation.FORMAT + 1)
    run.patch.setattr(sys, "stdin", (run.home / "page.html").open(encoding="utf-8"))
    with held_to_permissions():
        ran = run(command.split())
    sys.stdin.close()
    assert ran.status in (0, 1)  # refused: 1
    told = [line for line in ran.err.splitlines() if "building it" in line]
    assert len(told) == 1
    assert "error" not in ran.err


@pytest.mark.parametrize("line", [b"{", b"caf\xe9", b'{"question": 1}'])
def test_a_batch_of_nonsense(line: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_bytes(line)
    ran = run(["ask", "--batch", f"{tmp_path}/batch.jsonl"])
    assert ran.status == 3
    assert "could not be read: 1; see their error" in error_of(ran)
    assert json.loads(ran.out)["error"].startswith("line 1 ")


@pytest.mark.parametrize(
    ("words", "given", "subject", "said"),
    [
        ("--knowledge nowhere", {}, "knowledge", "create it"),
        (f"--knowledge {LONG}", {}, "knowledge", ""),
        ("--knowledge empty", {}, "knowledge", "put .txt"),
        ("--knowledge latin", {}, "knowledge", "not UTF-8"),
        ("--index nowhere", {}, "index", "run: wuzhen build"),
        ("--index known.jsonl", {}, "index", "run: wuzhen build"),
        ("--index damaged", {}, "index", "run: wuzhen build"),
        ("", {"WUZHEN_KNOWLEGDE": "x"}, "settings", "WUZHEN_KNOWLEGDE"),
        ("", {"WUZHEN_DATABASE": "nonsense"}, "database", "WUZHEN_DATABASE"),
        ("", {"WUZHEN_DATABASE": "sqlite:///knowledge"}, "database", "WUZHEN_DATABASE"),
        ("", {"WUZHEN_DATABASE": "sqlite:///not-a-database.db"}, "database", "WUZHEN_DATABASE"),
        ("", {"WUZHEN_DATABASE": "sqlite:///known.jsonl/x.db"}, "database", "WUZHEN_DATABASE"),
        ("", {"WUZHEN_DATABASE": f"sqlite:///{LONG}/x.db"}, "database", "WUZHEN_DATABASE"),
        (
            "",
            {"WUZHEN_DATABASE": "postgresql://me:hush@127.0.0.1:1/x"},
            "database",
            "WUZHEN_DATABASE",
        ),
        (
            "",
            {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1"},
            "token",
            "TELEGRAM_API_URL",
        ),
    ],
)
def test_the_doctor_says_what_is_wrong_and_goes_on(
    words: str, given: dict[str, str], subject: str, said: str, run: Run
) -> None:
    ran = run(["doctor", *words.split()], **given)
    assert (ran.status, ran.err) == (1, "")
    findings = ran.out.splitlines()
    assert all(re.match("[✓✗] [a-z]+: ", line) for line in findings)
    (bad,) = [line for line in findings if line.startswith("✗")]
    assert bad.startswith(f"✗ {subject}: ")
    assert said in bad
    assert "hush" not in ran.out
    assert findings[-1].split()[1] == "token:"


# --- in a process of its own -----------------------------------------------------------------


def process(home: Path, command: str, **given: str) -> Ran:
    """Run a line of shell in which `wuzhen` is the program."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("WUZHEN_", "TELEGRAM_"))}
    ran = subprocess.run(
        ["bash", "-c", f'wuzhen() {{ "{sys.executable}" -m wuzhen "$@"; }}; {command}'],
        cwd=home,
        env={**kept, "PYTHONPATH": str(ROOT), "WUZHEN_EMBEDDINGS": "none", **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("wuzhen ask --batch - <&-", "batch cannot be read"),
        ("wuzhen repl <&-", "standard input"),
        (f"wuzhen repl <{UNREADABLE}", "standard input"),
        ("wuzhen ask x >&-", "output"),
        ("wuzhen ask x >/dev/full", "output"),
        ("wuzhen show >/dev/full", "output"),
        ("wuzhen show --html - >&-", "cannot be written"),
        ("wuzhen doctor >&-", "output"),
        ("wuzhen --version >/dev/full", "output"),
    ],
)
def test_a_stream_that_cannot_be_used(command: str, said: str, furnished: Path) -> None:
    ran = process(furnished, command)
    assert said in error_of(ran)
    assert (ran.status, ran.out) == (3, "")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("wuzhen nonsense 2>/dev/full", 2),
        ("wuzhen nonsense 2>&-", 2),
        ("wuzhen build 2>/dev/full", 0),
        ("wuzhen build <&- >&- 2>&-", 0),
        ("set -o pipefail; wuzhen ask x | exit 0", 1),  # the reader is gone, and told nothing
    ],
)
def test_a_stream_that_is_not_missed(command: str, status: int, furnished: Path) -> None:
    assert process(furnished, command) == Ran(status, "", "")


def test_the_bot_ends_when_it_cannot_begin(furnished: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for given, status in (
            ({"WUZHEN_HEALTH_PORT": port}, 2),
            ({"WUZHEN_DATABASE": "sqlite:///knowledge"}, 1),
        ):
            settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1"}
            ran = process(furnished, "wuzhen telegram", **settings, **given)
            (line,) = ran.err.splitlines()  # of its log, which is what is read of a service
            assert next(iter(given)) in line
            assert "hush" not in line
            assert (ran.status, ran.out) == (status, ""), given
