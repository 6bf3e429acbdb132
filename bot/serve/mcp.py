"""The Model Context Protocol: the same answers as tools, for programs that hold a language model.

https://modelcontextprotocol.io/specification. `search` and `fetch` have the shapes that connectors
of chat programs expect: results with `id`, `title`, `text` and `url`.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.routing import BaseRoute

from wuzhen import __version__
from wuzhen.bot.answering.librarian import LONGEST_QUESTION, Librarian
from wuzhen.bot.language import language_of_locale
from wuzhen.bot.serve import core
from wuzhen.bot.serve.api.endpoints import Asking
from wuzhen.bot.serve.api.schemas import LONGEST_QUERY, MOST_RESULTS
from wuzhen.bot.serve.library import Library
from wuzhen.bot.serve.metrics import Metrics
from wuzhen.bot.serve.problems import Problem
from wuzhen.index.document import Passage

Result = TypeVar("Result")

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "Answers come from a fixed set of documents and are verbatim quotes. Give a quote's `text` "
    "unchanged, with the reference numbers in `refs` and its `title` and `section`. Where "
    "`answered` is false the documents do not say; `related` holds the nearest passages then."
)


def tools(asking: Asking, lifespan: Callable[..., Any] | None = None) -> MCPServer[Any]:
    """Return a server of the tools."""
    server: MCPServer[Any] = MCPServer(
        "wuzhen",
        title="烏鎮問答",
        instructions=_INSTRUCTIONS,
        version=__version__,
        lifespan=lifespan,
        log_level="WARNING",
    )
    language = language_of_locale(os.environ)

    async def work(do: Callable[[Librarian], Result]) -> Result:
        try:
            return await asking.library.work(do)
        except Problem as problem:
            raise ToolError(problem.detail) from None

    @server.tool(annotations=_READS)
    async def ask(
        question: Annotated[str, Field(max_length=LONGEST_QUESTION)],
        history: Annotated[
            list[str] | None, Field(description="Earlier questions, oldest first")
        ] = None,
    ) -> dict[str, Any]:
        """Answer a question with verbatim quotes and their references, or say it is not said."""
        try:
            answer = await asking.answer("mcp", question, history or (), language)
        except Problem as problem:
            raise ToolError(problem.detail) from None
        return answer.as_json()

    @server.tool(annotations=_READS)
    async def search(
        query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY)],
        limit: Annotated[int, Field(ge=1, le=MOST_RESULTS)] = 10,
    ) -> dict[str, Any]:
        """Find passages, those that answer the query first; `fetch` gives what is around one."""

        def found(librarian: Librarian) -> list[dict[str, Any]]:
            return [
                _result(librarian, passage, score)
                for passage, score in core.search(librarian, query, limit)
            ]

        return {"results": await work(found)}

    @server.tool(annotations=_READS)
    async def fetch(id: str) -> dict[str, Any]:
        """Give a passage by its id, and the text around it in its section."""

        def found(librarian: Librarian) -> dict[str, Any]:
            passage = core.passage(librarian, id)
            around = librarian.context(passage.number).as_json()
            return {
                **_result(librarian, passage, 0.0),
                "text": around["text"],
                "metadata": {"passage": passage.text, "context": around},
            }

        return await work(found)

    @server.tool(annotations=_READS)
    async def sections() -> dict[str, Any]:
        """List the documents' sections, with how many passages each holds."""
        return await work(core.sections)

    return server


def _result(librarian: Librarian, passage: Passage, score: float) -> dict[str, Any]:
    return {"url": "", **core.passage_json(librarian, passage, score)}


def routes(server: MCPServer[Any]) -> list[BaseRoute]:
    """Return the routes of `/mcp`: streamable HTTP, each request by itself.

    The host is checked before a request comes here. `server.session_manager.run()` has to be
    entered before the first one.
    """
    app = server.streamable_http_app(
        streamable_http_path="/mcp",
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return list(app.routes)


def run(library: Library) -> None:
    """Serve on standard input and output until they are closed."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        watching = asyncio.create_task(library.watch())
        try:
            yield
        finally:
            watching.cancel()

    tools(Asking(library, Metrics()), lifespan).run("stdio")
