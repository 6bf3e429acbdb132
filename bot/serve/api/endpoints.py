"""The endpoints under `/v1`, and those that tell how the server fares."""

import os
import time
from collections.abc import Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wuzhen.bot.answer import Answer
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.phrases import Language
from wuzhen.bot.serve import core
from wuzhen.bot.serve.api import requests
from wuzhen.bot.serve.api.conversations import Conversations
from wuzhen.bot.serve.api.openapi import document
from wuzhen.bot.serve.api.schemas import AskRequest, ContextQuery, ScheduleQuery, SearchQuery
from wuzhen.bot.serve.library import Library
from wuzhen.bot.serve.metrics import Metrics

JSON = "application/json"


class Asking:
    """Asks the library, and counts what it answers."""

    def __init__(self, library: Library, metrics: Metrics) -> None:
        self.library = library
        self.metrics = metrics

    async def answer(
        self, channel: str, question: str, history: Sequence[str], otherwise: Language
    ) -> Answer:
        """Answer a question that came through a channel; see `core.ask`."""
        begun = time.perf_counter()
        answer = await self.library.work(
            lambda librarian: core.ask(librarian, question, history, otherwise)
        )
        self.metrics.seconds.observe(time.perf_counter() - begun)
        self.metrics.answers.labels(channel, core.outcome(answer)).inc()
        return answer


def routes(asking: Asking) -> list[Route]:
    """Return the routes of the API, but for chat completions."""
    library, conversations = asking.library, Conversations()

    async def ask(request: Request) -> Response:
        asked = await requests.body(request, AskRequest)
        token, id = requests.token(request), asked.conversation
        history = conversations.history(token, id) if id else asked.history or ()
        language = requests.language(request, dict(os.environ))
        answer = await asking.answer("api", asked.question, history, language)
        if id:
            conversations.add(token, id, asked.question)
        return json(answer.as_json())

    async def search(request: Request) -> Response:
        wanted = requests.query(request, SearchQuery)

        def found(librarian: Librarian) -> list[dict[str, Any]]:
            hits = core.search(librarian, wanted.q, wanted.limit)
            return [core.passage_json(librarian, passage, score) for passage, score in hits]

        return json({"query": wanted.q, "passages": await library.work(found)})

    async def passage(request: Request) -> Response:
        around = requests.query(request, ContextQuery).around
        id = request.path_params["id"]
        return json(await library.work(lambda librarian: core.context(librarian, id, around)))

    async def reference(request: Request) -> Response:
        number = request.path_params["number"]
        return json(await library.work(lambda librarian: core.reference(librarian, number)))

    async def sections(_: Request) -> Response:
        return json(await library.work(core.sections))

    async def schedule(request: Request) -> Response:
        day = requests.query(request, ScheduleQuery).day
        return json(await library.work(lambda librarian: core.schedule(librarian, day)))

    async def health(_: Request) -> Response:
        return json({"status": "ok"})

    async def metrics(_: Request) -> Response:
        figures = generate_latest(asking.metrics.registry)
        return Response(figures, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def openapi(_: Request) -> Response:
        return json(document())

    return [
        Route("/v1/ask", ask, methods=["POST"]),
        Route("/v1/search", search),
        Route("/v1/passages/{id}", passage),
        Route("/v1/references/{number}", reference),
        Route("/v1/sections", sections),
        Route("/v1/schedule", schedule),
        Route("/health", health),
        Route("/ready", health),
        Route("/metrics", metrics),
        Route("/openapi.json", openapi),
    ]


def json(value: object) -> Response:
    """Return a response of JSON, in the bytes that the command line would print."""
    return Response(core.line(value), media_type=JSON, headers={"Cache-Control": "no-store"})
