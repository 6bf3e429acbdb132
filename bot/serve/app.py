"""The application: the routes, and the guards that every request passes."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wuzhen.bot.serve.access import guard
from wuzhen.bot.serve.access.limits import Limits
from wuzhen.bot.serve.access.tokens import Tokens
from wuzhen.bot.serve.api import chat, endpoints
from wuzhen.bot.serve.api.endpoints import Asking
from wuzhen.bot.serve.library import Library
from wuzhen.bot.serve.metrics import Metrics
from wuzhen.bot.serve.page import views
from wuzhen.bot.serve.problems import Problem
from wuzhen.bot.settings import Settings

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_METHODS = ("GET", "POST", "OPTIONS", "DELETE")


def application(settings: Settings, library: Library, host: str) -> ASGIApp:
    """Return the application; `host` is the address that it listens on."""
    metrics = Metrics()
    asking = Asking(library, metrics)
    protocol = None

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            watching = asyncio.create_task(library.watch())
            stack.callback(watching.cancel)
            if protocol is not None:
                await stack.enter_async_context(protocol.session_manager.run())
            yield

    routes: list[BaseRoute] = [
        *endpoints.routes(asking),
        *chat.routes(asking),
        *views.routes(asking, settings),
    ]
    if find_spec("mcp"):
        from wuzhen.bot.serve import mcp

        protocol = mcp.tools(asking)
        routes += mcp.routes(protocol)
    app: ASGIApp = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            Problem: _problem,
            HTTPException: _refused,
            Exception: _failed,
        },
    )
    app = guard.checked(
        app,
        guard.access(
            Tokens(settings.wuzhen_serve_tokens),
            Limits(),
            required=settings.wuzhen_serve_access == "token",
            address_rate=settings.wuzhen_serve_rate,
            token_rate=settings.wuzhen_serve_token_rate,
        ),
    )
    if settings.wuzhen_serve_origins:
        app = CORSMiddleware(
            app,
            allow_origins=settings.wuzhen_serve_origins,
            allow_methods=_METHODS,
            allow_headers=["Authorization", "Content-Type"],
            max_age=3600,
        )
    app = guard.checked(guard.bounded(app), guard.hosts(_hosts(settings, host)))
    return _told(app, metrics)


def _hosts(settings: Settings, host: str) -> frozenset[str]:
    """Return the names that requests may be for; none means any."""
    named = {name.lower() for name in settings.wuzhen_serve_hosts}
    if named or host in LOOPBACK:
        return frozenset(named | LOOPBACK)
    return frozenset()


def _told(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """Count responses by status, and have no browser take them for what they are not."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.requests.labels(str(message["status"])).inc()
                headers = message.setdefault("headers", [])
                headers.append((b"x-content-type-options", b"nosniff"))
                headers.append((b"referrer-policy", b"no-referrer"))
            await send(message)

        try:
            await app(scope, receive, sending)
        except Exception as error:
            # Answered already. Its message could hold the question, which no log is to hold.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("a request failed: %s\n%s", type(error).__name__, where)

    return telling


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {
        404: "there is nothing at this path; /openapi.json lists the paths",
        405: f"{request.method} is not possible here",
    }
    detail = said.get(error.status_code, error.detail)
    return Problem(error.status_code, detail, headers=error.headers).response()


async def _failed(_: Request, _error: Exception) -> Response:
    return Problem(500, "the server failed; its log says why").response()
