"""Problem details: every error of the HTTP API has this one shape (RFC 9457)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An error that ends a request: its status, and what was wrong with the way out."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        """`members` are extension members of the problem (RFC 9457, section 3.2)."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def response(self) -> Response:
        """Return the response that tells it.

        `error` repeats it for clients of OpenAI's API, which read nothing else.
        """
        title = HTTPStatus(self.status).phrase
        body = {
            "type": "about:blank",
            "title": title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
            "error": {"message": self.detail, "type": title, "code": self.status},
        }
        return Response(
            json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
            self.status,
            self.headers,
            MEDIA_TYPE,
        )
