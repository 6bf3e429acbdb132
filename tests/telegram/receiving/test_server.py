"""The server of the webhook and health ports: connections that never end their request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from wuzhen.bot.telegram.receiving import connections
from wuzhen.bot.telegram.receiving.server import listen, serve

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def _page(request: Request) -> Response:
    return PlainTextResponse(f"got {len(await request.body())}")


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Where a server listens that is patient for half a second with three connections."""
    monkeypatch.setattr(connections, "REQUEST_S", 0.5)
    monkeypatch.setattr(connections, "MOST", 3)
    at, stop = listen("127.0.0.1", 0, "PORT"), asyncio.Event()
    app = Starlette(routes=[Route("/", _page, methods=["GET", "POST"])])
    serving = asyncio.ensure_future(serve(app, at, stop))
    yield at.getsockname()[1]
    stop.set()
    await serving


async def ask(port: int, request: bytes) -> bytes:
    """Send a request, and return all that comes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), 30)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
    ],
)
async def test_half_a_request_is_not_waited_for(port: int, half: bytes) -> None:
    assert await ask(port, half) == b""


async def test_an_idle_connection_is_closed_after_its_answer(port: int) -> None:
    assert (await ask(port, GET)).endswith(b"got 0")


async def test_half_open_connections_leave_room_for_requests(port: int) -> None:
    halves = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
    for _, writer in halves:
        writer.write(b"GET / HT")
    answers = await asyncio.gather(*(ask(port, GET) for _ in range(2)))
    assert all(answer.endswith(b"got 0") for answer in answers)
    for _, writer in halves:
        writer.close()


async def test_a_request_of_two_lengths_is_refused_and_closed(port: int) -> None:
    request = (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n0\r\n\r\n" + GET
    )
    answer = await ask(port, request)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"got" not in answer
