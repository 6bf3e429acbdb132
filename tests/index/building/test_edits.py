"""An index after any edits of its folder, against one that is built anew of what it became."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.index.conftest import Hashing, HashingBoth
from wuzhen.index.building.build import Built, build
from wuzhen.index.document import Document, Passage
from wuzhen.index.errors import KnowledgeError
from wuzhen.index.passages import cut
from wuzhen.index.searching.collection import Collection, open_collection
from wuzhen.index.sources.folder import Knowledge, read_folder
from wuzhen.index.storage import generation as store
from wuzhen.index.storage.contents import WORD_VECTORS, WORDS
from wuzhen.index.vectors.embeddings import opened
from wuzhen.index.vectors.encoders import Encoder

SENTENCES = (
    "烏鎮有一座橋。",
    "橋上有燈。[1]",
    "公事在枕水廳辦理。[2-3]",
    "公式寫在牆上。",
    "2017年12月3日開幕。[1]",
    "志願者有1240名。 [8] [9]",
    "The street lamps are new. [4]",
    "互聯網大會在烏鎮。",
    "鎖定",
    "自願的人很多。",
)
HEADINGS = ("橋樑", "路燈", "志願者")
QUESTIONS = ("橋上的燈", "公式", "志願者有多少", "street lamps", "12月3日烏鎮", "污鎮大會", "")


sentences = st.sampled_from(SENTENCES)
bodies = st.lists(sentences, min_size=1, max_size=4).map("\n".join)
ids = st.sampled_from(["a", "b", "c", "d", "one.txt"])
titles = st.sampled_from(["", *HEADINGS])
OTHERS = ("boilerplate.txt", "synonyms.txt")


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line of a .jsonl: a document, or now and then none."""
    if draw(st.integers(0, 7)) == 0:
        return draw(st.sampled_from(["{", '{"id": "a"}', " "]))
    return json.dumps({"id": draw(ids), "title": draw(titles), "text": draw(bodies)})


@st.composite
def pages(draw: st.DrawFn) -> str:
    parts = [f"# {draw(titles)}"] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 2))):
        parts += [f"## {draw(titles)}"] if draw(st.booleans()) else []
        parts.append("\n\n".join(draw(st.lists(sentences, min_size=1, max_size=3))))
    return "\n\n".join(parts)


KINDS: dict[str, st.SearchStrategy[list[str]]] = {
    "txt": st.lists(sentences, min_size=1, max_size=4),
    "md": pages().map(str.splitlines),
    "jsonl": st.lists(lines(), min_size=1, max_size=4),
}
names = st.sampled_from(["one.txt", "two.txt", "a.md", "b.md", "x.jsonl", "y.jsonl", "sub/z.jsonl"])


@dataclass
class Folder:
    """A knowledge folder that is edited: of each file its lines, or bytes that are no text."""

    path: Path
    files: dict[str, list[str] | bytes] = field(default_factory=dict)
    clock: int = 1_000_000_000

    def put(self, name: str, content: list[str] | bytes | None, settled: bool) -> None:
        """Write a file, or remove it; a settled one was written long before any build."""
        place = self.path / name
        self.files.pop(name, None)
        if content is None:
            place.unlink(missing_ok=True)
            return
        self.files[name] = content
        data = content if isinstance(content, bytes) else "\n".join([*content, ""]).encode()
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)
        if settled:
            self.clock += 1
            os.utime(place, (self.clock, self.clock))


def edit(folder: Folder, data: st.DataObject) -> None:
    """Edit a folder in one place."""
    draw = data.draw
    settled = draw(st.booleans())
    texts = sorted(name for name, content in folder.files.items() if isinstance(content, list))
    kind = draw(
        st.sampled_from(
            ["line", "line", "insert", "drop", "move", "rename", "new", "gone", "bad", "list"]
        )
    )
    if kind == "list":
        name = draw(st.sampled_from(OTHERS))
        lists = {"boilerplate.txt": ["橋上有燈。"], "synonyms.txt": ["燈 = 公事"]}
        folder.put(name, None if name in folder.files else lists[name], settled)
        return
    own = [name for name in texts if name not in OTHERS]
    if kind in ("new", "bad") or not own:
        name = draw(names)
        strategy = KINDS[name.rsplit(".", 1)[1]]
        folder.put(name, b"\xff" if kind == "bad" else draw(strategy), settled)
        return
    name = draw(st.sampled_from(own))
    held = folder.files[name]
    assert isinstance(held, list)
    content = list(held)
    line = lines() if name.endswith("jsonl") else sentences
    at = draw(st.integers(0, len(content) - 1)) if content else 0
    if kind == "rename":
        other = draw(names.filter(lambda other: other.split(".")[1] == name.split(".")[1]))
        folder.put(name, None, settled)
        folder.put(other, content, settled)
    elif kind == "gone":
        folder.put(name, None, settled)
    else:
        if kind == "line" and content:
            content[at] = draw(line)
        elif kind == "drop" and content:
            del content[at]
        elif kind == "move" and content:
            content.insert(draw(st.integers(0, len(content))), content.pop(at))
        else:
            content.insert(at, draw(line))
        folder.put(name, content, settled)


def knowledge(folder: Path) -> Knowledge | None:
    try:
        return read_folder(folder)
    except KnowledgeError:
        return None


def said(document: Document) -> Counter[tuple[Any, ...]]:
    return Counter((p.section[-1:], p.text) for p in cut([document]))


def stand(folder: Folder, documents: Sequence[Document]) -> dict[str, tuple[str, object]]:
    """What each document of a folder is read from: a line, wherever it is, or a file."""
    found: dict[str, tuple[str, object]] = {}
    texts = {document.id: document.text for document in documents}
    for name, content in sorted(folder.files.items()):
        if name.endswith(".jsonl") and isinstance(content, list):
            for line in content:
                entry = json.loads(line) if line.startswith('{"id": ') else {}
                if "text" in entry:
                    found.setdefault(entry["id"], ("", line))
        elif isinstance(content, list) and texts.get(name) == "\n".join([*content, ""]):
            found.setdefault(name, (name, content))
    return found


@dataclass
class State:
    """What a folder holds at a time."""

    documents: dict[str, Document]
    stand: dict[str, tuple[str, object]]


def compare(then: State, now: State, built: Built) -> None:
    """Hold what a build tells of an edit against a plain comparison of the folders."""
    both = then.documents.keys() & now.documents.keys()
    assert built.documents == len(now.documents)
    assert built.passages == len(cut(now.documents.values()))
    assert built.added == len(now.documents.keys() - then.documents.keys())
    assert built.removed == len(then.documents.keys() - now.documents.keys())
    assert built.changed == sum(then.stand[id] != now.stand[id] for id in both)
    stay = [said(then.documents[id]) & said(now.documents[id]) for id in both]
    assert built.kept == sum(one.total() for one in stay)


def same(index: Path, other: Path, encoder: Encoder | None) -> None:
    """See that two indexes hold the same and answer the same."""
    one, two = (open_collection(place, encoder) for place in (index, other))
    assert list(one.documents.values()) == list(two.documents.values())
    passages: list[Passage] = list(two.passages)
    assert list(one.passages) == passages
    assert list(one.terms) == list(two.terms)
    assert list(one.blocks) == list(two.blocks)
    assert list(map(one.heading_terms, passages)) == list(map(two.heading_terms, passages))
    assert one.records.first_of_references() == two.records.first_of_references()
    assert one.synonyms.groups == two.synonyms.groups
    assert one.digest == two.digest
    same_vocabulary(one, two)
    for question in QUESTIONS:
        assert one.spelled(question) == two.spelled(question)
        assert one.read(question) == two.read(question)
        mine, theirs = (c.score(question, c.read(question)) for c in (one, two))
        for name in ("numbers", "total", "passage", "block", "meaning", "match"):
            assert np.array_equal(getattr(mine, name), getattr(theirs, name)), name
    if encoder is not None:
        assert word_vectors(index) == word_vectors(other)
        assert isinstance(one.vectors, np.ndarray)
        assert np.array_equal(one.vectors, np.asarray(two.vectors))
        if encoder.matcher is not None:
            assert np.array_equal(np.asarray(one.matches), np.asarray(two.matches))


def same_vocabulary(one: Collection, two: Collection) -> None:
    known = {term for block in two.records.every_block() for term in block}
    stems = sorted(term for term in known if term.isascii() and term.isalpha())
    for term in {*known, "公式", "公事", "自愿", "志愿", "吊桥", "~公式", "nowhere"}:
        assert one.vocabulary.frequency(term) == two.vocabulary.frequency(term)
        assert (term in one.vocabulary) == (term in known)
        mine, theirs = (c.vocabulary.homophones for c in (one, two))
        assert sorted(mine.of(term)) == sorted(theirs.of(term))
        if not term.isascii():
            assert mine.word(term) == theirs.word(term)
    for stem in (*stems, "bridg", "lamp", "volunt", "formula"):
        asked = [stem, "street"]
        assert one.vocabulary.english.words(asked) == two.vocabulary.english.words(asked)


def word_vectors(index: Path) -> dict[str, bytes]:
    """The vector of each word, as it lies in an index."""

    def read_from(generation: store.Generation) -> dict[str, bytes]:
        words = json.loads(generation.read(WORDS))
        vectors = opened(generation.read(WORD_VECTORS))
        return {word: row.tobytes() for word, row in zip(words, vectors, strict=True)}

    return store.reading(index, read_from)


@pytest.mark.usefixtures("own_lists")
@settings(max_examples=20)
@given(st.data())
def test_an_edited_index_is_the_one_that_a_full_build_gives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("edits")
    folder = Folder(place / "knowledge")
    folder.path.mkdir()
    index = place / "index"
    encoder: Encoder | None = data.draw(st.sampled_from([None, Hashing(), HashingBoth()]))
    for name in data.draw(st.sets(names, min_size=1, max_size=4)):
        kind = name.rsplit(".", 1)[1]
        folder.put(name, data.draw(KINDS[kind]), data.draw(st.booleans()))
    before: State | None = None
    lists: object = None
    for turn in range(data.draw(st.integers(2, 8))):
        if turn:
            edit(folder, data)
        read = knowledge(folder.path)
        if read is None:
            with pytest.raises(KnowledgeError):
                build(folder.path, index, encoder)
            continue
        built = build(folder.path, index, encoder)
        anew = build(folder.path, place / f"index{turn}", encoder)
        assert list(anew.warnings) == list(read.warnings)
        assert list(built.warnings) == list(read.warnings)
        same(index, place / f"index{turn}", encoder)
        after = State(
            {document.id: document for document in read.documents},
            stand(folder, read.documents),
        )
        assert after.stand.keys() == after.documents.keys()
        if before and not built.unchanged and lists == folder.files.get("boilerplate.txt"):
            compare(before, after, built)
        before, lists = after, folder.files.get("boilerplate.txt")
        again = build(folder.path, index, encoder)
        assert again.unchanged
        assert again.warnings == built.warnings
