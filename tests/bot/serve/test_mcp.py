"""The tools, asked by the client of those who made the protocol: by pipe and by HTTP."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.bot.conftest import ARTICLE, KNOWLEDGE
from tests.bot.serve.conftest import Served, Serving, environment
from tests.bot.serve.test_api import QUESTION, problem
from wuzhen.bot.answering.librarian import Librarian


@asynccontextmanager
async def connected(transport: str, served: Served, index: Path) -> AsyncIterator[Client]:
    if transport == "http":
        async with Client(f"{served.address}/mcp") as client:
            yield client
        return
    arguments = ["-m", "wuzhen", "mcp", "--knowledge", str(KNOWLEDGE), "--index", str(index)]
    command = StdioServerParameters(
        command=sys.executable, args=arguments, env=environment(), cwd=index.parent
    )
    async with Client(stdio_client(command)) as client:
        yield client


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    told = result.structured_content
    assert isinstance(told, dict)
    # Clients that read no structured content have the same as text.
    assert json.loads(result.content[0].text) == told  # type: ignore[union-attr]
    return told


@pytest.mark.parametrize("transport", ["stdio", "http"])
async def test_the_official_client_is_answered_verbatim(
    transport: str, served: Served, index: Path, wordwise: Librarian
) -> None:
    text = wordwise.collection.documents[ARTICLE].text
    async with connected(transport, served, index) as client:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == ["ask", "search", "fetch", "sections"]
        for tool in listed:
            assert tool.description
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
        assert client.instructions
        assert "verbatim" in client.instructions
        expected = wordwise.answer(QUESTION).as_json()
        assert await called(client, "ask", question=QUESTION) == expected
        first = "人工智能論壇在哪裡"
        told = await called(client, "ask", question="幾點開始", history=[first])
        assert told == wordwise.answer("幾點開始", [first]).as_json()
        results = (await called(client, "search", query=QUESTION, limit=3))["results"]
        assert len(results) == 3
        for one in results:
            assert " ".join(text[start:end] for start, end in one["spans"]) == one["text"]
            got = await called(client, "fetch", id=one["id"])
            assert one["text"] in got["text"]
        sections = (await called(client, "sections"))["sections"]
        assert sum(one["passages"] for one in sections) == len(wordwise.collection.passages)


async def test_what_cannot_be_done_is_an_error_that_the_model_reads(
    served: Served, index: Path
) -> None:
    async with connected("http", served, index) as client:
        for tool, arguments in (
            ("fetch", {"id": "nothing"}),
            ("search", {"query": "a", "limit": 0}),
            ("ask", {}),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert result.content[0].text  # type: ignore[union-attr]


async def test_it_needs_a_token_where_the_api_does(serving: Serving) -> None:
    async with serving(wuzhen_serve_access="token") as address, httpx.AsyncClient() as client:
        problem(await client.post(f"{address}/mcp", json={}), 401)
