"""Access tokens: made and revoked by name, kept as digests alone.

A token has 256 random bits, so that a plain digest protects it: there is nothing to guess that a
slow hash would have to hold up.
"""

import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from wuzhen.bot.errors import InputError

_PREFIX = "wz_"
_NAME = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token."""

    name: str
    sha256: str
    """The digest of the token, in hexadecimal."""
    made: str
    """When it was made, in UTC (RFC 3339)."""


class Tokens:
    """The tokens in a file, which is read again whenever it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._by_digest: dict[str, Token] = {}

    def name_of(self, token: str) -> str | None:
        """Return the name of a token, None for one that is not known. Raises `InputError`."""
        self._read()
        # Whoever tries tokens does not choose their digests, so the lookup's time tells nothing.
        known = self._by_digest.get(_digest(token))
        return known.name if known else None

    def all(self) -> list[Token]:
        """Return the tokens, the oldest first. Raises `InputError`."""
        self._read()
        return list(self._by_digest.values())

    def make(self, name: str) -> str:
        """Make a token and return it: it can never be shown again. Raises `InputError`."""
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot name a token; use up to 64 letters, digits, '.', '_', '-' or '@'"
            )
        token = _PREFIX + secrets.token_urlsafe(32)
        with self._changed() as tokens:
            if any(known.name == name for known in tokens):
                raise InputError(f"there is a token {name} already; choose another name")
            made = datetime.now(UTC).isoformat(timespec="seconds")
            tokens.append(Token(name, _digest(token), made))
        return token

    def revoke(self, name: str) -> None:
        """Delete a token: a running server refuses it from then on. Raises `InputError`."""
        with self._changed() as tokens:
            left = [known for known in tokens if known.name != name]
            if len(left) == len(tokens):
                raise InputError(f"there is no token {name}; list them with: wuzhen token list")
            tokens[:] = left

    @contextmanager
    def _changed(self) -> Iterator[list[Token]]:
        """Give out the tokens to be changed, and write them in place by one rename."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._file}.lock"):
                tokens = self.all()
                yield tokens
                _write(self._file, tokens)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"{self._file} cannot be written ({reason}); see WUZHEN_SERVE_TOKENS"
            ) from error

    def _read(self) -> None:
        try:
            told = self._file.stat()
            seen = (told.st_mtime_ns, told.st_size, told.st_ino)
            if seen == self._seen:
                return
            entries = json.loads(self._file.read_bytes())
            tokens = [Token(**{key: str(value) for key, value in one.items()}) for one in entries]
        except FileNotFoundError:
            self._seen, self._by_digest = None, {}
            return
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise InputError(
                f"{self._file} is no file of tokens; delete it, or see WUZHEN_SERVE_TOKENS"
            ) from error
        self._seen, self._by_digest = seen, {one.sha256: one for one in tokens}


def _write(file: Path, tokens: list[Token]) -> None:
    # A temporary file of this kind has mode 0600 from the start.
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump([asdict(one) for one in tokens], opened, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
