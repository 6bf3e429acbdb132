"""The index in use, held against the knowledge that the settings name."""

import logging
from pathlib import Path

import pytest

from wuzhen.bot.library import open_librarian
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.reload import Shelf
from wuzhen.index.building.build import build


def knowledge(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(text, "utf-8")
    return folder


def shelf_of(folder: Path, index: Path) -> Shelf:
    return Shelf(index, lambda say: open_librarian(folder, index, None, say), Metrics())


def texts(shelf: Shelf) -> list[str]:
    return [passage.text for passage in shelf.librarian().collection.passages]


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    caplog.clear()
    return found


async def test_knowledge_that_has_changed_since(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    town, index = knowledge(tmp_path / "town", "石橋有三個橋洞。[1]\n"), tmp_path / "index"
    build(town, index, None)
    shelf = shelf_of(town, index)
    await shelf.open()
    assert (shelf.warning, warned(caplog)) == ("", [])
    knowledge(town, "石橋有七個橋洞。[1]\n")
    await shelf.open()
    assert texts(shelf) == ["石橋有三個橋洞。"]
    assert str(town) in shelf.warning
    assert warned(caplog) == [shelf.warning]
    build(town, index, None)
    await shelf.open()
    assert texts(shelf) == ["石橋有七個橋洞。"]
    assert (shelf.warning, warned(caplog)) == ("", [])


async def test_an_index_of_other_knowledge(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not served, as on the command line: it is built from what the settings name."""
    town, index = knowledge(tmp_path / "town", "石橋有三個橋洞。[1]\n"), tmp_path / "index"
    other = knowledge(tmp_path / "other", "水車已經停了。[2]\n")
    build(other, index, None)
    shelf = shelf_of(town, index)
    await shelf.open()
    assert texts(shelf) == ["石橋有三個橋洞。"]
    first, *_ = warned(caplog)
    assert "other knowledge" in first
    assert str(town) in first
    assert shelf.warning == ""
