"""The log of calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .decode import Files
from .errors import Refusal


@dataclass(eq=False)
class Call:
    """One call of the bot. Times are those of ``time.monotonic``."""

    method: str
    at: float
    params: dict[str, Any] = field(default_factory=dict)
    """Decoded, unset fields left out; uploads stand under their field's name, too."""
    files: Files = field(default_factory=dict)
    chat: int | None = None
    """Id of the chat that the call names, if it exists."""
    error: Refusal | None = None
    result: Any = None
    """As JSON; None after an error."""
    fault: str | None = None
    """The kind of fault that struck the call."""

    def __str__(self) -> str:
        outcome = f" -> {self.error.code} {self.error.description}" if self.error else ""
        return f"{self.method} {self.params}{outcome}"
