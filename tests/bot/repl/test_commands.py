"""Commands, one by one, on a screen that is looked at and on one that is a pipe."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from tests.bot.conftest import ROOT, Opened
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.phrases import LANGUAGES
from wuzhen.bot.repl import outline
from wuzhen.bot.repl.commands import COMMANDS, Leave, obey
from wuzhen.bot.repl.completion import CommandCompleter
from wuzhen.bot.repl.conversation import Conversation
from wuzhen.bot.repl.phrases import PHRASES, say
from wuzhen.bot.repl.screen import Screen
from wuzhen.index.text.fold import fold


class Spoken:
    """A conversation in English, and what it showed since last asked."""

    def __init__(self, librarian: Librarian, *, lively: bool) -> None:
        self._file = io.StringIO()
        console = Console(
            file=self._file,
            width=100,
            height=10_000,
            force_terminal=lively,
            color_system=None,
            soft_wrap=not lively,
            highlight=False,
            markup=False,
        )
        self.screen = Screen(console, lively=lively)
        self.conversation = Conversation(librarian, "en", follow=False)

    def does(self, line: str) -> str:
        obey(line, self.conversation, self.screen)
        shown = self._file.getvalue()
        self._file.seek(0)
        self._file.truncate()
        return shown


@pytest.fixture(params=[True, False], ids=["terminal", "pipe"])
def spoken(request: pytest.FixtureRequest, wordwise: Librarian) -> Spoken:
    return Spoken(wordwise, lively=request.param)


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "╭╮╰╯─│")


def completions(librarian: Librarian, typed: str) -> dict[str, str]:
    """What a line becomes by each completion, and what that means."""
    completer = CommandCompleter(Conversation(librarian, "en"))
    document = Document(typed)
    found = completer.get_completions(document, CompleteEvent(text_inserted=True))
    return {
        typed[: len(typed) + one.start_position] + one.text: one.display_meta_text for one in found
    }


def test_help_names_every_command(spoken: Spoken) -> None:
    shown = spoken.does("/help")
    for command in COMMANDS:
        assert f"{command.name} {command.argument}".rstrip() in shown
        assert say(command.phrase, "en").split()[0] in shown


def test_the_readme_has_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        assert f"`{command.name} {command.argument}".rstrip() + "`" in readme


def test_every_phrase_in_every_language() -> None:
    for command in COMMANDS:
        assert command.phrase in PHRASES
    for name, phrase in PHRASES.items():
        assert set(phrase) == set(LANGUAGES), name
        fields = {
            language: {part.split("}")[0] for part in text.split("{")[1:]}
            for language, text in phrase.items()
        }
        assert len({frozenset(one) for one in fields.values()}) == 1, name


@pytest.mark.parametrize("line", ["/quit", "/exit", "/q", "／ｑｕｉｔ"])
def test_ways_to_leave(spoken: Spoken, line: str) -> None:
    with pytest.raises(Leave):
        spoken.does(line)


def test_commands_may_be_shortened_where_one_begins_so(spoken: Spoken) -> None:
    assert spoken.does("/sec") == spoken.does("/section")
    assert "/e is no command" in spoken.does("/e")
    assert "/shcedule is no command; /help lists them (/schedule?)" in spoken.does("/shcedule")


@pytest.mark.parametrize("number", ["8", "[8]", "【８】", " 08 "])
def test_a_reference_however_it_is_written(spoken: Spoken, number: str) -> None:
    shown = squeezed(spoken.does(f"/ref {number}"))
    for passage in spoken.conversation.librarian.referring("8"):
        assert squeezed(passage.text) in shown


def test_references_that_are_not_there(spoken: Spoken, opened: Opened) -> None:
    assert spoken.does("/ref 99").strip() == "The text has no reference [99]."
    assert "for example: /ref " in spoken.does("/ref")
    assert "for example: /ref " in spoken.does("/ref x")
    bare = Spoken(opened("rice-cooker", None), lively=False)
    if not outline.references(bare.conversation.librarian.collection):
        assert "no reference numbers" in bare.does("/ref 1")


def test_the_sections_and_each_of_them(spoken: Spoken) -> None:
    collection = spoken.conversation.librarian.collection
    known = outline.sections(collection)
    listed = spoken.does("/section").splitlines()
    assert [line.split()[0] for line in listed] == [path[-1].split()[0] for path in known]
    for path in known:
        shown = squeezed(spoken.does(f"/section {outline.BETWEEN.join(path)}"))
        first = outline.passages_in(path, collection)[0]
        assert squeezed(first.text.split()[-1]) in shown


def test_a_section_by_part_of_its_name_in_either_script(spoken: Spoken) -> None:
    whole = spoken.does("/section 志願服務")
    assert "十到二十人為一組" in squeezed(whole)
    assert spoken.does("/section 志愿服务") == whole
    assert spoken.does("/section 志愿") == whole
    assert "may be:" in spoken.does("/section 會")
    assert "there is no section 火星" in spoken.does("/section 火星")


def test_the_timetable_and_its_days(spoken: Spoken) -> None:
    librarian = spoken.conversation.librarian
    whole = squeezed(spoken.does("/schedule"))
    assert all(squeezed(day) in whole for day in outline.days(librarian))
    shown = spoken.does("/schedule 2017年12月04日")
    for wanted in ("4", "12月4日", "Dec 4", "12月04日", "四"):
        assert spoken.does(f"/schedule {wanted}") == shown, wanted
    assert "12月03日" not in shown
    assert len(spoken.does("/schedule 4日晚上")) < len(shown)
    for nothing in ("12月25日", "31", "火星"):
        assert "no such day" in spoken.does(f"/schedule {nothing}")


def test_documents_without_a_timetable(opened: Opened) -> None:
    spoken = Spoken(opened("biography", None), lively=True)
    assert "have no timetable" in spoken.does("/schedule")


@pytest.mark.parametrize("line", ["/context", "/more", "/explain", "/copy", "/export x.md"])
def test_what_needs_an_answer_says_so(spoken: Spoken, line: str) -> None:
    assert spoken.does(line).strip() == "There is no answer yet; ask first."
    for forgetting in ("/new", "/clear"):
        spoken.conversation.ask("志願者有多少人")
        spoken.does(forgetting)
        assert spoken.does(line).strip() == "There is no answer yet; ask first."


def test_more_never_shows_the_same_twice_and_ends(spoken: Spoken) -> None:
    answer = spoken.conversation.ask("志願者有多少人")
    numbers = [number for quote in answer.quotes for number in quote.passages]
    while "no more" not in spoken.does("/more"):
        assert len(spoken.conversation.shown) < 200
    seen = [number for quote in spoken.conversation.shown for number in quote.passages]
    assert seen[: len(numbers)] == numbers
    assert len(set(seen)) == len(seen) > 10


def test_an_answer_in_its_context(spoken: Spoken) -> None:
    answer = spoken.conversation.ask("志願者有多少人")
    shown = squeezed(spoken.does("/context"))
    around = spoken.conversation.librarian.context(answer.quotes[0].passages[0])
    assert squeezed(around.text) in shown
    assert len(around.text) > len(answer.quotes[0].text)
    for wrong in ("0", "2", "x", "-1"):
        assert "from 1 to 1" in spoken.does(f"/context {wrong}")


def test_a_row_among_the_rows_around_it(opened: Opened) -> None:
    librarian = opened("rice-cooker", None)
    row = next(p for p in librarian.collection.passages if p.kind == "row")
    for lively in (True, False):
        spoken = Spoken(librarian, lively=lively)
        spoken.conversation.ask(row.text)
        (first, *_) = spoken.conversation.shown
        around = librarian.context(first.passages[0]).passages
        lines = [squeezed(line).strip("│") for line in spoken.does("/context").splitlines()]
        for number in around:
            assert squeezed(librarian.collection.passages[number].text) in lines


def test_how_the_last_answer_came_about(spoken: Spoken) -> None:
    spoken.conversation.ask("開幕式幾點開始")
    spoken.conversation.ask("那在哪裡")
    shown = spoken.does("/explain")
    assert shown.startswith("answered by ")
    assert "開幕式幾點開始" in shown.split("asked before")[1]


def test_what_is_copied(spoken: Spoken, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    answer = spoken.conversation.ask("12月4日晚上有什麼活動")
    assert "Sent " in spoken.does("/copy")
    for quote in answer.quotes:
        assert quote.text in copied[0]
    assert "[5]" in copied[0]


def test_an_export_is_word_for_word(spoken: Spoken, tmp_path: Path) -> None:
    asked = ["志願者有多少人", "誰發明了電話？", "你好"]
    answers = [spoken.conversation.ask(question) for question in asked]
    assert "answers: 3)" in spoken.does(f"/export {tmp_path / 'talk.md'}")
    text = (tmp_path / "talk.md").read_text("utf-8")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == asked
    assert f"> {answers[0].quotes[0].text}\n> \n> — [8]" in text
    assert answers[1].notice is not None
    assert answers[1].notice in text
    assert "answers: 3)" in spoken.does(f"/export {tmp_path / 'talk.json'}")
    written = json.loads((tmp_path / "talk.json").read_text("utf-8"))
    assert [one["question"] for one in written] == asked
    assert [one["history"] for one in written] == [[], asked[:1], asked[:2]]
    before = (tmp_path / "talk.md").read_bytes()
    assert "exists already" in spoken.does(f"/export {tmp_path / 'talk.md'}")
    assert (tmp_path / "talk.md").read_bytes() == before
    failed = spoken.does(f"/export {tmp_path / 'no' / 'talk.md'}")
    assert "cannot be written" in " ".join(failed.split())
    assert "cannot be written" in spoken.does("/export \0.md")
    assert "/export talk.txt.md" in spoken.does("/export talk.txt")


@pytest.mark.parametrize("forgetting", ["/new", "/clear"])
def test_an_export_has_nothing_that_was_forgotten(
    spoken: Spoken, tmp_path: Path, forgetting: str
) -> None:
    asked = ["志願者有多少人", "誰發明了電話？"]
    spoken.conversation.ask(asked[0])
    spoken.does(forgetting)
    file = tmp_path / "talk.json"
    assert "ask first" in spoken.does(f"/export {file}")
    assert not file.exists()
    spoken.conversation.ask(asked[1])
    assert "answers: 1)" in spoken.does(f"/export {file}")
    (written,) = json.loads(file.read_text("utf-8"))
    assert (written["question"], written["history"]) == (asked[1], [])


@settings(max_examples=60)
@given(
    st.sampled_from([c for c in COMMANDS if c.name not in ("/quit", "/export", "/copy")]),
    st.text(max_size=20),
    st.booleans(),
)
def test_no_argument_breaks_a_command(
    wordwise: Librarian, command: object, argument: str, lively: bool
) -> None:
    spoken = Spoken(wordwise, lively=lively)
    spoken.conversation.ask("志願者有多少人")
    name = getattr(command, "name")  # noqa: B009
    shown = spoken.does(f"{name} {argument}")
    assert "\x1b]" not in shown


def test_commands_are_completed(wordwise: Librarian) -> None:
    every = completions(wordwise, "/")
    assert [line.strip() for line in every] == [command.name for command in COMMANDS]
    assert all(every.values())
    assert set(completions(wordwise, "/ex")) == {"/explain", "/export "}
    assert set(completions(wordwise, "／ＲＥ")) == {"/ref "}
    for question in ("", "志願者", "what is /ref", "/nothing", "/help "):
        assert not completions(wordwise, question)


def test_what_commands_take_is_completed(wordwise: Librarian, tmp_path: Path) -> None:
    collection = wordwise.collection
    assert set(completions(wordwise, "/ref ")) == {
        f"/ref {ref}" for passage in collection.passages for ref in passage.refs
    }
    assert "/ref 12" in completions(wordwise, "/ref 1")
    assert len(completions(wordwise, "/schedule ")) == len(outline.days(wordwise))
    assert "/section 志願服務" in completions(wordwise, "/section 志愿")
    (tmp_path / "notes.md").touch()
    assert f"/export {tmp_path}/notes.md" in completions(wordwise, f"/export {tmp_path}/no")


@pytest.mark.parametrize("name", ["conference", "film-festival", "pool-rules"])
def test_what_is_completed_is_found(opened: Opened, name: str) -> None:
    """Whatever completion offers, its command takes it for what it is."""
    librarian = opened(name, None)
    collection = librarian.collection
    paths = outline.sections(collection)
    for line, path in zip(completions(librarian, "/section "), paths, strict=True):
        assert path in outline.sections_named(line.removeprefix("/section "), collection)
    for line in completions(librarian, "/ref "):
        assert librarian.referring(line.removeprefix("/ref "))
    for line in completions(librarian, "/schedule "):
        assert outline.rows_on(line.removeprefix("/schedule "), librarian)


@given(st.text(max_size=12))
def test_sections_found_hold_what_was_wanted(wordwise: Librarian, wanted: str) -> None:
    for path in outline.sections_named(wanted, wordwise.collection):
        own = "".join(fold(wanted).split())
        assert own.strip("›") in "".join(fold(outline.BETWEEN.join(path)).split())
