"""The documents: whatever a person may type or set stands in them."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import click
import opencc
import pytest

from tests.bot.conftest import ROOT
from wuzhen.bot.cli.main import main
from wuzhen.bot.evaluation.run import read_questions
from wuzhen.bot.ranking.model import ANSWER_FEATURES, SUBJECT_FEATURES
from wuzhen.bot.repl.commands import COMMANDS
from wuzhen.bot.settings import Settings
from wuzhen.bot.telegram.dialogue import admin, dialogue, names
from wuzhen.index.passages import cut
from wuzhen.index.sources.folder import read_folder

DOCS = ROOT / "docs"
GENERATED = DOCS / "commands.md"

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_VARIABLE = re.compile(r"\b(?:WUZHEN|TELEGRAM)_[A-Z_]*[A-Z]\b")


def written() -> dict[Path, str]:
    """Every document that people write, by its file; the generated one is not among them."""
    files = [*ROOT.glob("*.md"), *DOCS.glob("**/*.md"), ROOT / "knowledge" / "README.md"]
    return {file: file.read_text("utf-8") for file in files if file != GENERATED}


def walk(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of the command line, however deep, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from walk(below, (*path, name))


def in_code(text: str, words: str) -> bool:
    """Whether words begin a piece of code: in backticks, or in a block of code."""
    return re.search(rf"(?:^|[`$,(]|  )\s*{re.escape(words)}(?![\w-])", text, re.M) is not None


def help_of(words: str) -> str:
    """What the generated page says of a command."""
    sections = re.split(r"^## ", GENERATED.read_text("utf-8"), flags=re.M)
    found = [section for section in sections if section.startswith(f"{words}\n")]
    assert len(found) == 1, words
    return found[0]


def test_the_generated_pages_are_what_the_program_says_now() -> None:
    made = runpy.run_path(str(DOCS / "commands.py"))
    for file, text in ((GENERATED, made["page"]()), (DOCS / "wuzhen.1", made["manual"]())):
        assert file.read_text("utf-8") == text, (
            f"{file.name} is stale; run: python docs/commands.py"
        )


def test_the_simplified_pages_are_made_from_the_traditional_ones() -> None:
    made = runpy.run_path(str(DOCS / "simplified.py"))["pages"]()
    assert {file for file in made if file.parent != ROOT} == {*(DOCS / "zh-Hans").glob("*.md")}
    for file, text in made.items():
        assert file.read_text("utf-8") == text, f"{file} is stale; run: python docs/simplified.py"
        prose = re.sub(r"^```.*?^```$|繁體中文", "", text, flags=re.M | re.S)
        assert opencc.OpenCC("t2s").convert(prose) == prose, file


def test_every_command_and_option_is_documented_in_chinese() -> None:
    page = (DOCS / "zh-Hant" / "commands.md").read_text("utf-8")
    for path, command in walk():
        if path:
            assert in_code(page, " ".join(("wuzhen", *path))), path
            for parameter in command.params:
                for option in parameter.opts if isinstance(parameter, click.Option) else ():
                    assert in_code(page, option), (path, option)
    for inside in COMMANDS:
        assert f"| `{f'{inside.name} {inside.argument}'.rstrip()}` |" in page


def test_every_command_and_option_has_help() -> None:
    for path, command in walk():
        assert command.help, path
        assert "Examples:\n  " in (command.epilog or ""), path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)


def test_every_command_and_option_is_documented() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for path, command in walk():
        words = " ".join(("wuzhen", *path))
        shown = help_of(words)
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert re.search(rf"^ .*{option}\b", shown, re.M), (words, option)
        if path:
            assert in_code(readme, words), f"{words} is not in README.md"


def test_the_documents_name_no_command_or_option_that_is_not() -> None:
    known = {path[0]: command for path, command in walk() if len(path) == 1}
    shared = {"--help", "-h", "--version"}
    for file, text in written().items():
        for called in re.finditer(r"(?<![\w./-])wuzhen ([a-z][a-z-]*)([^`\n]*)", text):
            if not in_code(text, called[0]):
                continue
            name, rest = called.groups()
            assert name in known, f"{file.name}: {called[0]}"
            options = {one for parameter in known[name].params for one in parameter.opts}
            assert set(re.findall(r"(?<!\S)--[a-z]+", rest)) <= options | shared, called[0]


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting: str) -> None:
    variable = setting.upper()
    assert Settings.model_fields[setting].description
    assert f"#{variable}=" in (ROOT / ".env.example").read_text("utf-8")
    assert f"| `{variable}` |" in GENERATED.read_text("utf-8")


def test_variables_that_the_code_or_a_document_names_are_settings_or_documented() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)`", GENERATED.read_text("utf-8"), re.M))
    for package in ("bot", "index"):
        for file in (ROOT / package).rglob("*.py"):
            assert set(_VARIABLE.findall(file.read_text("utf-8"))) <= listed, file
    for file, text in written().items():
        assert set(_VARIABLE.findall(text)) <= listed, file


def test_every_command_of_the_conversation_is_documented() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in COMMANDS:
        usage = f"{command.name} {command.argument}".rstrip()
        assert f"| `{usage}` |" in readme, usage


def test_every_command_of_the_bot_is_documented() -> None:
    page = (DOCS / "telegram.md").read_text("utf-8")
    asked = {"ask", *dialogue.COMMANDS, *admin.NAMES}
    assert {*names.PRIVATE, *names.GROUP, *names.GROUP_ADMIN} <= asked
    for command in asked:
        assert in_code(page, f"/{command}"), command


def test_every_piece_of_evidence_is_documented() -> None:
    told = set(re.findall(r"`(\w+)`", (DOCS / "answering.md").read_text("utf-8")))
    assert {*ANSWER_FEATURES, *SUBJECT_FEATURES} <= told


def test_links_between_the_documents_lead_somewhere() -> None:
    for file, text in written().items():
        for target in _LINK.findall(text):
            path, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            leads_to = file.parent / path if path else file
            assert leads_to.exists(), f"{file.name}: {target}"
            if anchor:
                heads = re.findall(r"^#+ (.*)$", leads_to.read_text("utf-8"), re.M)
                assert anchor in {
                    re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads
                }, f"{file.name}: {target}"


def test_the_examples_of_the_guide_to_writing_are_understood_as_it_says(tmp_path: Path) -> None:
    guide = (DOCS / "knowledge.md").read_text("utf-8")
    page, timetable = re.findall(r"^```text\n(.*?)^```", guide, re.M | re.S)
    notice, questions = re.findall(r"^```json\n(.*?)^```", guide, re.M | re.S)
    (tmp_path / "questions").write_text(questions, "utf-8")
    (tmp_path / "a.txt").write_text(page, "utf-8")
    (tmp_path / "b.txt").write_text(f"活動\n\n活動每日舉行。\n\n{timetable}", "utf-8")
    (tmp_path / "c.jsonl").write_text(notice, "utf-8")
    read = read_folder(tmp_path)
    passages = {passage.text: passage for passage in cut(read.documents)}
    assert read.documents[0].title == "青溪植物園"
    assert [one.number for one in read.documents[0].references] == ["1", "2", "3"]
    assert passages["園內有植物3000種。"].refs == ("2", "3")
    assert passages["園內有植物3000種。"].section == ("概況",)
    assert "5月1日 10:30-11:30 講座 溫室" in passages
    assert read.documents[2].id == "notice-12"
    assert len(read_questions(tmp_path / "questions")) == 3


def test_files_that_the_guide_to_the_code_names_are_there() -> None:
    guide = (DOCS / "changing.md").read_text("utf-8")
    named = set(re.findall(r"`((?:bot|index|tests|docs|bench)/[\w./-]+)`", guide))
    assert named
    for path in named:
        assert (ROOT / path).exists(), path
