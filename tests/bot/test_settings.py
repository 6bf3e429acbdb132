"""Settings from the environment and from `.env`."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.conftest import ROOT
from wuzhen.bot.errors import SettingsError
from wuzhen.bot.settings import Settings, load

_EXAMPLE = re.compile(r"^#([A-Z_]+)=(.*)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_lists_every_setting_with_its_default() -> None:
    shown = dict(_EXAMPLE.findall((ROOT / ".env.example").read_text("utf-8")))
    assert set(shown) == {name.upper() for name in Settings.model_fields}
    defaults = load()
    for name, value in shown.items():
        default = getattr(defaults, name.lower())
        empty = default in (None, ())
        assert value == ("" if empty else str(default).removesuffix(".0")), name


def test_the_example_as_it_stands_and_uncommented_changes_nothing(tmp_path: Path) -> None:
    defaults = load()
    example = (ROOT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(example, "utf-8")
    assert load() == defaults
    (tmp_path / ".env").write_text(_EXAMPLE.sub(r"\1=\2", example), "utf-8")
    assert load() == defaults


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("WUZHEN_PARALLEL=2\nWUZHEN_WORKER=file\nOTHER=1\n", "utf-8")
    monkeypatch.setenv("WUZHEN_PARALLEL", "3")
    monkeypatch.setenv("WUZHEN_WORKER", "")
    settings = load()
    assert (settings.wuzhen_parallel, settings.wuzhen_worker) == (3, "file")


@given(st.lists(st.integers(1, 2**52), max_size=5), st.sampled_from([",", ", ", " ", " , "]))
def test_administrators_with_commas_between(ids: list[int], between: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEGRAM_ADMINS", between.join(map(str, ids)))
        assert load().telegram_admins == tuple(ids)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_ADMINS", "1,me"),
        ("TELEGRAM_FOLLOW_UP_MINUTES", "-1"),
        ("TELEGRAM_KEEP_DAYS", "0"),
        ("TELEGRAM_POLL_SECONDS", "51"),
        ("TELEGRAM_RATE", "3.5"),
        ("TELEGRAM_TIMEOUT", "0"),
        ("TELEGRAM_WEBHOOK_LISTEN", "8080"),
        ("TELEGRAM_WEBHOOK_SECRET", "hush hush"),
        ("TELEGRAM_WEBHOOK_URL", "https://example.org"),
        ("WUZHEN_HEALTH_PORT", "65536"),
        ("WUZHEN_LOG_LEVEL", "loud"),
        ("WUZHEN_PARALLEL", "many"),
        ("WUZHEN_WORKER", "a b"),
    ],
)
def test_a_malformed_one_is_named_and_its_value_kept_to_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} is malformed: .*see .env.example$") as told:
        load()
    assert "\n" not in str(told.value)
    assert "hush" not in str(told.value)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        load()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "7:hush")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "hush")
    settings = load()
    assert "hush" not in repr(settings) + str(settings)
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "7:hush"


@pytest.mark.parametrize("token", ["hush", "7:hu sh", "7:", ":hush", "<7:hush>", "7:hush/x"])
def test_what_no_token_looks_like(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    with pytest.raises(
        SettingsError, match=r"^TELEGRAM_BOT_TOKEN is malformed.*@BotFather"
    ) as told:
        load()
    assert "hush" not in str(told.value)
    assert "\n" not in str(told.value)


def test_ids_are_given_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_ALLOWED", "5, -1007")
    assert load().telegram_allowed == (5, -1007)
    monkeypatch.setenv("TELEGRAM_ALLOWED", "5, everybody")
    with pytest.raises(SettingsError, match=r"^TELEGRAM_ALLOWED is malformed"):
        load()
