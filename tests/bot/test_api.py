"""The Python interface: what its page says, and what importing it costs."""

import io
import json
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

import wuzhen
from tests.bot.conftest import COLLECTIONS, KNOWLEDGE, ROOT, Opened
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.errors import BotError
from wuzhen.bot.evaluation.run import read_questions
from wuzhen.index.errors import RetrievalError

jsonschema = pytest.importorskip("jsonschema", reason="schemas are checked by the extra `dev`")

PAGE = (ROOT / "docs" / "python-api.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "wuzhen" / "answer.schema.json").read_text("utf-8"))
PRINTED_AFTER = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", re.M | re.S)


def test_the_page_s_examples_print_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    monkeypatch.chdir(tmp_path)
    examples = PRINTED_AFTER.findall(PAGE)
    assert len(examples) == PAGE.count("```python")
    names: dict[str, Any] = {}
    for code, expected in examples:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(code, names)
        assert printed.getvalue() == expected


def test_importing_it_loads_nothing_but_the_standard_library_s_modules() -> None:
    code = (
        "import sys, importlib, typing; before = set(sys.modules); import wuzhen; "
        "print(sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    assert ran.stdout.strip() == "['wuzhen']"


def test_the_public_names_are_there_and_documented() -> None:
    for name in wuzhen.__all__:
        assert getattr(wuzhen, name) is not None
        assert f"`{name}`" in PAGE
    assert dir(wuzhen) == sorted(wuzhen.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = wuzhen.nonsense


def test_both_trees_of_errors_have_one_root() -> None:
    assert issubclass(BotError, wuzhen.WuzhenError)
    assert issubclass(RetrievalError, wuzhen.WuzhenError)


def test_the_index_follows_the_documents(tmp_path: Path) -> None:
    knowledge, index = tmp_path / "knowledge", tmp_path / "index"
    knowledge.mkdir()
    told: list[str] = []
    for count in ("3000", "4000"):
        text = f"青溪植物園\n\n青溪植物園有植物{count}種。\n"
        (knowledge / "garden.txt").write_text(text, "utf-8")
        (knowledge / "bad.txt").write_bytes(b"\xff")
        opened = wuzhen.open_knowledge(knowledge, index, embeddings="none", tell=told.append)
        with opened as librarian:
            (quote,) = librarian.answer("植物園有多少種植物").quotes
        assert f"{count}種" in quote.text
    assert len([line for line in told if "bad.txt" in line]) == 2
    wuzhen.open_knowledge(knowledge, index, embeddings="none", tell=told.append)
    assert len([line for line in told if "bad.txt" in line]) == 2


def test_what_cannot_be_opened_is_an_error_of_ours(tmp_path: Path) -> None:
    for index in (tmp_path, tmp_path / "index"):
        with pytest.raises(wuzhen.WuzhenError):
            wuzhen.open_knowledge(tmp_path, index, embeddings="none")
    with pytest.raises(wuzhen.WuzhenError, match="unknown"):
        wuzhen.open_knowledge(tmp_path, tmp_path / "index", embeddings="nonsense")


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with all fields that it does not name refused."""
    closed = {
        name: described(part) if isinstance(part, dict) else part for name, part in schema.items()
    }
    if "properties" in closed and "required" in closed:
        closed["additionalProperties"] = False
    return closed


def test_real_answers_have_the_shape_that_the_schema_says(opened: Opened) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    check = jsonschema.Draft202012Validator(described(SCHEMA))
    seen: set[str] = set()
    for name in ("conference", "library-faq"):
        librarian = opened(name, None)
        librarian = Librarian(librarian.collection, page="https://example.org/page.html")
        for question in read_questions(COLLECTIONS / name / "questions.jsonl")[::6]:
            answer = librarian.answer(question.question, question.history)
            made = json.loads(json.dumps({"id": question.id, **answer.as_json()}))
            check.validate(made)
            seen |= {*made, *(field for one in made["quotes"] + made["related"] for field in one)}
    quote = SCHEMA["$defs"]["quote"]["properties"]
    assert {*SCHEMA["properties"], *quote} - seen <= {"explain", "references"}


def test_the_page_tells_of_every_field_of_the_schema() -> None:
    section = PAGE.partition("## The JSON of an answer")[2]
    told = set(re.findall(r"`(\w+)`", section))
    assert {*SCHEMA["properties"], *SCHEMA["$defs"]["quote"]["properties"]} <= told
    assert {*SCHEMA["$defs"]["reference"]["properties"]} <= told
