"""Some files of a folder, held against all of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.index.errors import KnowledgeError
from wuzhen.index.sources.folder import Knowledge, read_files, read_folder
from wuzhen.index.sources.selection import named

TEXTS = {
    "a.txt": "春天來了。\n",
    "b.md": "# 夏\n\n夏天來了。\n",
    "below/a.txt": "秋天來了。\n",
    "below/c.jsonl": (
        '{"id": "冬", "text": "冬天來了。"}\n{"id": "\n{"id": "雪", "text": "下雪了。"}\n'
    ),
    "blank.txt": "\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home") / "knowledge"
    (made / "below").mkdir(parents=True)
    for name, text in TEXTS.items():
        (made / name).write_text(text, "utf-8")
    (made.parent / "a.txt").write_text("別處。\n", "utf-8")
    return made


def parts(read: Knowledge, name: str) -> tuple[list[object], list[object]]:
    """What all of a folder's documents and warnings are from one file."""
    ids = {"冬", "雪"} if name == "below/c.jsonl" else {name}
    documents = [one for one in read.documents if one.id in ids]
    return [*documents], [one for one in read.warnings if one.file == name]


@given(st.lists(st.tuples(st.sampled_from(sorted(TEXTS)), st.booleans()), min_size=1))
def test_files_hold_what_they_hold_among_all(folder: Path, wanted: list[tuple[str, bool]]) -> None:
    names, unknown = named(folder, [folder / n if path else Path(n) for n, path in wanted])
    assert not unknown
    assert names == sorted({name for name, _ in wanted})
    everything = read_folder(folder)
    expected = [parts(everything, name) for name in names]
    if not any(documents for documents, _ in expected):
        with pytest.raises(KnowledgeError, match=r"blank\.txt: empty"):
            read_files(folder, names)
        return
    read = read_files(folder, names)
    assert [*read.documents] == [one for documents, _ in expected for one in documents]
    assert [*read.warnings] == [one for _, warnings in expected for one in warnings]


def test_a_file_may_be_named_from_where_one_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "below")
    assert named(folder, [Path("../b.md"), Path("c.jsonl")]) == (["b.md", "below/c.jsonl"], [])
    # As it is called in the folder goes before what stands here under the same name.
    assert named(folder, [Path("a.txt")]) == (["a.txt"], [])


@pytest.mark.parametrize("name", ["d.txt", "below", ".", "n" * 300, "../a.txt", "/a.txt"])
def test_what_is_no_document_there(folder: Path, name: str) -> None:
    assert named(folder, [Path(name)]) == ([], [Path(name)])


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="does not exist"):
        named(tmp_path / "none", [Path("a.txt")])
