"""What a request passes before it is worked on: its host, its size and time, its token, its rate.

Each guard wraps an ASGI application and answers with a problem where a request may not go on.
"""

import asyncio
import base64
import math
from collections.abc import Awaitable, Callable, Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuzhen.bot.errors import InputError
from wuzhen.bot.serve.access.limits import Limits, network_of
from wuzhen.bot.serve.access.tokens import Tokens
from wuzhen.bot.serve.problems import Problem

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's line and headers."""

LARGEST_BODY = 64 * 1024
"""Bytes of a body; six questions of 2,000 characters in UTF-8 take 48 KiB at most."""

BODY_S = 10.0
"""How long a body may take to arrive."""

REQUEST_S = 30.0
"""How long a request may take from its headers to the end of its response."""

FREE = frozenset({"/health", "/ready", "/style.css", "/page.js", "/icon.svg"})
"""Paths that need no token and are not counted: they show nothing of the documents."""

TOKEN = "wuzhen.token"
"""The key of a scope under which the name of its token stands, empty without one."""

Check = Callable[[Scope], Awaitable[None]]


def bounded(app: ASGIApp) -> ASGIApp:
    """Bound the size of a request's body, and the time of both body and response."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(REQUEST_S):
                body = await _body(scope, receive)
                await app(scope, _replayed(body, receive), sending)
        except Problem as problem:
            await problem.response()(scope, receive, send)
        except TimeoutError:
            # Half a response cannot be taken back: the server closes the connection then.
            if begun:
                raise
            late = Problem(503, "the answer took too long; ask again", headers={"Retry-After": "5"})
            await late.response()(scope, receive, send)

    return guarded


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Read the body; raises `Problem` when it or the headers are too large, or it is too slow."""
    close = {"Connection": "close"}
    head = sum(len(name) + len(value) for name, value in scope["headers"])
    if head + len(scope["raw_path"]) + len(scope["query_string"]) > LARGEST_HEAD:
        raise Problem(431, f"the headers are larger than {LARGEST_HEAD} bytes", headers=close)
    too_large = Problem(413, f"the body is larger than {LARGEST_BODY} bytes", headers=close)
    announced = Headers(scope=scope).get("content-length", "0")
    if not announced.isdecimal() or int(announced) > LARGEST_BODY:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > LARGEST_BODY:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        late = f"the body did not arrive within {BODY_S:g} seconds"
        raise Problem(408, late, headers=close) from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def checked(app: ASGIApp, check: Check) -> ASGIApp:
    """Let a request go on only where a check raises no `Problem`."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                await check(scope)
            except Problem as problem:
                await problem.response()(scope, receive, send)
                return
        await app(scope, receive, send)

    return guarded


def hosts(names: Collection[str]) -> Check:
    """Refuse requests for other hosts than those named, if any are.

    A web page elsewhere could have its own name lead to this machine otherwise, and read the
    answers (DNS rebinding).
    """

    async def check(scope: Scope) -> None:
        asked = _without_port(Headers(scope=scope).get("host", "")).lower()
        if names and asked not in names:
            raise Problem(
                421, f"this server does not answer for the host {asked!r}; see WUZHEN_SERVE_HOSTS"
            )

    return check


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).strip("[]")


def access(
    tokens: Tokens, limits: Limits, *, required: bool, address_rate: int, token_rate: int
) -> Check:
    """Tell by its token who asks, and refuse whoever may not or asks too often.

    A token comes as a bearer (RFC 6750), or as the password of HTTP Basic, for which browsers ask
    by themselves.
    """

    async def check(scope: Scope) -> None:
        scope[TOKEN] = ""
        if scope["path"] in FREE:
            return
        given = _token(Headers(scope=scope).get("authorization", ""))
        address = network_of(scope["client"][0]) if scope.get("client") else "local"
        try:
            name = tokens.name_of(given) if given is not None else None
        except InputError as error:
            raise Problem(
                503, "the file of tokens cannot be read; try `wuzhen token list`"
            ) from error
        if name is None:
            # Wrong tokens are counted by address too, so that nobody tries them at full speed.
            _count(limits, f"address {address}", address_rate)
            # Clients of OpenAI's API always send a key, be it a made-up one.
            if not required:
                return
            raise Problem(
                401,
                "a valid token is needed: send it as 'Authorization: Bearer …'",
                headers={"WWW-Authenticate": 'Basic realm="wuzhen", charset="UTF-8", Bearer'},
            )
        scope[TOKEN] = name
        _count(limits, f"token {name}", token_rate)

    return check


def _token(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                decoded = base64.b64decode(value.strip(), validate=True).decode("utf-8")
            except ValueError:
                return ""
            return decoded.partition(":")[2]
        case _:
            return None


def _count(limits: Limits, client: str, per_minute: int) -> None:
    if seconds := limits.wait(client, per_minute):
        wait = str(math.ceil(seconds))
        raise Problem(429, f"too many requests; wait {wait} seconds", headers={"Retry-After": wait})
