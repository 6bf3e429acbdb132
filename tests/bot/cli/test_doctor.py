"""The doctor: what it finds, and what it says to do."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.bot.conftest import ARTICLE, KNOWLEDGE
from tests.telegram.emulator import BotApi
from wuzhen.bot.cli.doctor import Finding, examine
from wuzhen.bot.settings import Settings
from wuzhen.index.building.build import build


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
        telegram_bot_token=None,
    )


def bad(settings: Settings) -> dict[str, str]:
    """What is bad, by subject, each in one line; every subject is told of, whatever is bad."""
    findings = list(examine(settings))
    subjects = {"settings", "meaning", "knowledge", "index", "database", "token"}
    # There is a ranking to look at where there is an index.
    assert {f.subject for f in findings} - {"ranking"} == subjects
    assert not any("\n" in str(f) or "hush" in str(f) for f in findings)
    return {f.subject: f.text for f in findings if f.bad}


def test_all_is_well(well: Settings) -> None:
    assert bad(well) == {}
    assert all(str(finding).startswith("✓ ") for finding in examine(well))


def test_no_token_is_not_bad_and_needs_no_telegram(well: Settings) -> None:
    found = next(f for f in examine(well) if f.subject == "token")
    assert "TELEGRAM_BOT_TOKEN" in found.text
    assert not found.bad
    looks = "import sys, wuzhen.bot.cli.doctor as _; assert 'telegram' not in sys.modules"
    subprocess.run([sys.executable, "-c", looks], check=True)


class TestToken:
    """`getMe` is asked of a real server on loopback."""

    @staticmethod
    def found(well: Settings, **changes: object) -> Finding:
        settings = well.model_copy(update=changes)
        return next(f for f in examine(settings) if f.subject == "token")

    async def test_that_is_right(self, well: Settings) -> None:
        async with BotApi() as api:
            token = SecretStr(api.token)
            found = await asyncio.to_thread(
                self.found, well, telegram_bot_token=token, telegram_api_url=api.url
            )
            assert (found.bad, found.text) == (False, "is that of @wuzhen_test_bot")
            assert [call.method for call in api.calls()] == ["getMe"]

    async def test_that_is_wrong(self, well: Settings) -> None:
        async with BotApi() as api:
            token = SecretStr("123456789:hush")
            found = await asyncio.to_thread(
                self.found, well, telegram_bot_token=token, telegram_api_url=api.url
            )
        assert found.bad
        assert "not valid" in found.text
        assert "@BotFather" in found.text

    def test_that_cannot_be_checked(self, well: Settings) -> None:
        settings = {
            "telegram_bot_token": SecretStr("7:hush"),
            "telegram_api_url": "http://127.0.0.1:1",
        }
        assert list(bad(well.model_copy(update=settings))) == ["token"]
        assert "TELEGRAM_API_URL" in self.found(well, **settings).text


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


def test_postgresql_that_does_not_answer(well: Settings) -> None:
    pytest.importorskip("psycopg")
    url = "postgresql://me:hush@127.0.0.1:1/x"
    found = bad(well.model_copy(update={"wuzhen_database": url}))
    assert list(found) == ["database"]
    assert "WUZHEN_DATABASE" in found["database"]


def test_a_database_that_is_there_is_left_as_it_is(well: Settings, tmp_path: Path) -> None:
    assert bad(well) == {}
    assert not list(tmp_path.glob("wuzhen.db*"))
    (tmp_path / "wuzhen.db").write_bytes(b"no database, though as long as the header of one" * 9)
    assert "not a database" in bad(well)["database"]


def test_a_setting_that_there_is_not(well: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(well.wuzhen_knowledge)
    file = Path(".env")
    file.write_text("OTHER=1\nTELEGRAM_ADMIN=5\nWUZHEN_EMBEDDINGS_KEY=hush\n", "utf-8")
    monkeypatch.setenv("WUZHEN_KERNAL", "none")
    monkeypatch.setenv("WUZHEN_EMBEDDINGS_KEY", "hush")
    monkeypatch.setenv("TELEGRAM_CHAT", "another program's")
    # The key is read from the environment alone, so that it does nothing where it stands.
    assert bad(well)["settings"].startswith(
        "unknown: TELEGRAM_ADMIN, WUZHEN_EMBEDDINGS_KEY, WUZHEN_KERNAL;"
    )


def test_a_finding_shows_whether_it_is_bad() -> None:
    assert str(Finding("index", "none", bad=True)) == "✗ index: none"
