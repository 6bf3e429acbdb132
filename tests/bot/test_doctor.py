"""The doctor: what it finds, and what it says to do."""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import Finding, examine
from bot.settings import Settings
from index.build import build
from tests.bot.conftest import ARTICLE, KNOWLEDGE


@pytest.fixture
def well(tmp_path: Path) -> Settings:
    """Settings with which everything is as it should be."""
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    build(tmp_path / "knowledge", tmp_path / "index", None)
    return Settings.model_construct(
        wuzhen_knowledge=tmp_path / "knowledge",
        wuzhen_index=tmp_path / "index",
        wuzhen_database=f"sqlite:///{tmp_path}/wuzhen.db",
        wuzhen_embeddings="none",
        telegram_bot_token=SecretStr("7:hush"),
    )


def bad(settings: Settings) -> dict[str, str]:
    """What is bad, by subject, each in one line; every subject is told of, whatever is bad."""
    findings = list(examine(settings))
    assert {f.subject for f in findings} == {
        *("settings", "meaning", "knowledge", "index", "database", "token")
    }
    assert not any("\n" in str(f) or "hush" in str(f) for f in findings)
    return {f.subject: f.text for f in findings if f.bad}


def test_all_is_well(well: Settings) -> None:
    assert bad(well) == {}
    assert all(str(finding).startswith("✓ ") for finding in examine(well))


def test_no_token_is_not_bad(well: Settings) -> None:
    settings = well.model_copy(update={"telegram_bot_token": None})
    assert bad(settings) == {}
    assert "TELEGRAM_BOT_TOKEN" in next(f.text for f in examine(settings) if f.subject == "token")


def test_an_index_older_than_the_knowledge(well: Settings) -> None:
    with (well.wuzhen_knowledge / ARTICLE).open("a", encoding="utf-8") as file:
        file.write("\n渡口有一位船夫。\n")
    assert "wuzhen build" in bad(well)["index"]


def test_a_damaged_index(well: Settings) -> None:
    current = well.wuzhen_index / "CURRENT"
    current.write_bytes(current.read_bytes()[:-1])
    assert "wuzhen build" in bad(well)["index"]


def test_no_index(well: Settings) -> None:
    shutil.rmtree(well.wuzhen_index)
    assert "wuzhen build" in bad(well)["index"]


def test_a_file_that_cannot_be_read(well: Settings) -> None:
    (well.wuzhen_knowledge / "bad.txt").write_bytes(b"\xff")
    found = bad(well)
    assert "bad.txt:1" in found["knowledge"]


def test_no_knowledge(well: Settings) -> None:
    shutil.rmtree(well.wuzhen_knowledge)
    assert "does not exist" in bad(well)["knowledge"]


def test_unknown_embeddings(well: Settings) -> None:
    found = bad(well.model_copy(update={"wuzhen_embeddings": "nonsense"}))
    assert "nonsense" in found["meaning"]


@pytest.mark.parametrize("url", ["nonsense", "mysql://me:hush@host/x", "sqlite://", "", "sqlite:"])
def test_a_malformed_database(well: Settings, url: str) -> None:
    assert "WUZHEN_DATABASE" in bad(well.model_copy(update={"wuzhen_database": url}))["database"]


def test_postgresql_is_told_by_its_driver(well: Settings) -> None:
    pytest.importorskip("psycopg")
    url = "postgresql://me:hush@localhost/x"
    assert bad(well.model_copy(update={"wuzhen_database": url})) == {}


def test_a_finding_shows_whether_it_is_bad() -> None:
    assert str(Finding("index", "none", bad=True)) == "✗ index: none"
