"""Folders of cases that CASES names: small documents, and the right values of questions on them.

Each folder has an `expected.md` with a table of questions, right answers and, maybe, more columns.
A right answer is `refused`, or words of which those that stand in the case's documents must be
quoted; a document's name must be that of the first quote. The table of what was reached is printed.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.index.building.build import build
from wuzhen.index.searching.collection import open_collection
from wuzhen.index.vectors.encoders import Encoder, encoder

CASES = os.environ.get("CASES", "")
LEAST = 0.75
"""The share of the right values that must be reached."""
_SHORTEST = 3
_DOCUMENT = re.compile(r"[\w-]+\.(?:md|txt|html?|docx|pdf|jsonl|csv|xlsx|srt|vtt)")


def _rows(expected: str) -> list[tuple[str, str]]:
    """The questions of a case with their right answers; one like the row above says the same."""
    rows: list[tuple[str, str]] = []
    for line in expected.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) < 2 or cells[0] in ("question", "---"):
            continue
        same = re.match(r"the same|likewise", cells[1]) and rows
        rows.append((cells[0], rows[-1][1] if same else cells[1]))
    return rows


def _bare(text: str) -> str:
    return "".join(re.sub(r"[*_`|]", "", text).split())


def _facts(right: str, said: str) -> list[str]:
    """The longest pieces of a right answer that stand in what the documents say."""
    right = _bare(_DOCUMENT.sub("", right))
    found: list[str] = []
    at = 0
    while at < len(right):
        end = at
        while end < len(right) and right[at : end + 1] in said:
            end += 1
        piece = right[at:end].strip("，。、；：,.;:()（）…")
        english = piece.isascii() and not re.search(r"\d", piece)
        if len(piece) >= (12 if english else _SHORTEST):
            found.append(piece)
        at = max(end, at + 1)
    return found


def _is_right(answer: Answer, right: str, said: str) -> bool:
    if right.startswith("refused"):
        return not answer.answered
    quoted = _bare(" ".join(quote.text for quote in answer.quotes))
    documents = _DOCUMENT.findall(right)
    refs = re.search(r"\brefs? (\d+)(?: and (\d+))?", right)
    held = {ref for quote in answer.quotes for ref in quote.refs}
    return (
        answer.answered
        and all(fact in quoted for fact in _facts(right, said))
        and (not documents or answer.quotes[0].document in documents)
        and (refs is None or {one for one in refs.groups() if one} <= held)
    )


def _asked(folder: Path, made: Path, model: Encoder | None) -> Iterator[tuple[str, str, bool, str]]:
    """Ask the questions of each case; tells case, question, whether it is right, and what came."""
    for case in sorted(one for one in folder.iterdir() if (one / "expected.md").is_file()):
        rows = _rows((case / "expected.md").read_text("utf-8"))
        if not rows:
            continue
        knowledge = made / case.name
        knowledge.mkdir()
        for file in case.iterdir():
            if file.name != "expected.md":
                copy(file, knowledge)
        build(knowledge, made / f"{case.name}.index", model)
        librarian = Librarian(open_collection(made / f"{case.name}.index", model))
        said = _bare(" ".join(one.text for one in librarian.collection.documents.values()))
        for question, right in rows:
            answer = librarian.answer(question)
            came = " / ".join(quote.text for quote in answer.quotes) or "refused"
            yield case.name, question, _is_right(answer, right, said), came


@pytest.mark.skipif(not CASES, reason="CASES names no folder of cases")
def test_the_cases_have_their_right_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right: list[bool] = []
    with capsys.disabled():
        for case, question, fine, came in _asked(
            Path(CASES), tmp_path, encoder(os.environ.get("WUZHEN_EMBEDDINGS", "auto"))
        ):
            right.append(fine)
            said = f"ok    {case}  {question}" if fine else f"MISS  {case}  {question}  {came}"
            sys.stdout.write(f"\n{said}")
            sys.stdout.flush()
        sys.stdout.write(f"\nright values: {sum(right)} of {len(right)}\n")
    assert right
    assert sum(right) >= LEAST * len(right)


def test_a_right_answer_is_read_as_people_write_it() -> None:
    rows = _rows("| question | right | seen |\n| --- | --- | --- |\n| 幾點？ | 八點，又 | x |\n")
    assert rows == [("幾點？", "八點，又")]
    assert _facts("its row, 1050元 (列)", "水錶1050元一個") == ["1050元"]
