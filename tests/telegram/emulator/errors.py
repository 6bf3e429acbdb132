"""The two ways in which the Bot API turns a call down."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer with ``ok: false``: an HTTP status, a description and parameters.

    `retry_after` is in seconds; `migrate_to` is the id of the supergroup that a group became.
    """

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def body(self) -> dict[str, Any]:
        """The JSON object that is sent to the client."""
        parameters = {
            "retry_after": self.retry_after,
            "migrate_to_chat_id": self.migrate_to,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        return body | {"parameters": given} if given else body


class Violation(Refusal):
    """A call that no correct client makes: recorded, so that a test can ask for none.

    Wrong or unknown fields, exceeded lengths, entities out of range. What depends on the moment
    (a message already deleted, a query too old) is a plain `Refusal`.
    """


def bad_request(reason: str) -> Refusal:
    """A 400 that a correct client may meet."""
    return Refusal(400, f"Bad Request: {reason}")


def violation(reason: str) -> Violation:
    """A 400 that a correct client never meets."""
    return Violation(400, f"Bad Request: {reason}")
