"""The documents that come with the package: when they serve, and where their index goes."""

from pathlib import Path

import pytest

from wuzhen.bot import bundled
from wuzhen.bot.bundled import or_bundled
from wuzhen.bot.settings import Settings, load


@pytest.fixture(autouse=True)
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with documents, and a working folder with nothing in it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    made = tmp_path / "package" / "knowledge"
    made.mkdir(parents=True)
    monkeypatch.setattr(bundled, "FOLDER", made)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return made


def test_without_a_folder_they_serve_and_their_index_is_the_user_s(brought: Path) -> None:
    told: list[str] = []
    settings = or_bundled(load(), told.append)
    assert settings.wuzhen_knowledge == brought
    assert settings.wuzhen_index.is_absolute()
    assert "wuzhen" in settings.wuzhen_index.parts
    assert not settings.wuzhen_index.is_relative_to(Path.cwd())
    assert len(told) == 1
    assert "\n" not in told[0]


def test_an_index_that_is_named_stays_where_it_is(
    brought: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUZHEN_INDEX", "mine")
    settings = or_bundled(load(), lambda _: None)
    assert (settings.wuzhen_knowledge, settings.wuzhen_index) == (brought, Path("mine"))


@pytest.mark.parametrize("way", ["folder", "variable", "option", "checkout"])
def test_whoever_has_or_names_a_folder_gets_that_one(
    way: str, brought: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load()
    if way == "folder":
        Path("knowledge").mkdir()
    elif way == "variable":
        monkeypatch.setenv("WUZHEN_KNOWLEDGE", "nowhere")
        settings = load()
    elif way == "option":
        settings = settings.model_copy(update={"wuzhen_knowledge": Path("nowhere")})
    else:
        brought.rmdir()
    told: list[str] = []
    assert or_bundled(settings, told.append) == settings
    assert told == []
