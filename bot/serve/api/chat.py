"""Chat completions in the shape of OpenAI's API, so that programs made for it can ask.

https://platform.openai.com/docs/api-reference/chat
"""

import os
import re
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote as percent

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.serve import core
from wuzhen.bot.serve.api import requests
from wuzhen.bot.serve.api.endpoints import Asking, json
from wuzhen.bot.serve.api.schemas import ChatRequest
from wuzhen.bot.serve.problems import Problem

MODEL = "wuzhen"

# What would be markup in CommonMark or in its usual extensions, anywhere or where a line begins.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$]|^\s*[#+=-]|^\s*\d+(?=[.)])[.)]", re.M)
_ENDING = re.compile(r"[<>\\\s]")


def routes(asking: Asking) -> list[Route]:
    """Return the routes."""

    async def complete(request: Request) -> Response:
        asked = await requests.body(request, ChatRequest)
        questions = [one.said() for one in asked.messages if one.role == "user"]
        if not questions:
            raise Problem(422, "#/messages: none has the role user")
        language = requests.language(request, dict(os.environ))
        answer = await asking.answer("chat", questions[-1], questions[:-1], language)
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if asked.stream:
            return _events(_chunks(head, answer))
        return json(
            {
                **head,
                "object": "chat.completion",
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": markdown(answer)},
                        "finish_reason": "stop",
                        "logprobs": None,
                    }
                ],
                # No model reads or writes tokens.
                "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
                "wuzhen": answer.as_json(),
            }
        )

    async def models(_: Request) -> Response:
        known = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return json({"object": "list", "data": [known]})

    return [
        Route("/v1/chat/completions", complete, methods=["POST"]),
        Route("/v1/models", models),
    ]


def _chunks(head: dict[str, Any], answer: Answer) -> Iterable[dict[str, Any]]:
    """Yield the events of a stream: the whole answer, then its end with the JSON."""
    head = {**head, "object": "chat.completion.chunk"}
    said = {"role": "assistant", "content": markdown(answer)}
    yield {**head, "choices": [{"index": 0, "delta": said, "finish_reason": None}]}
    yield {
        **head,
        "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        "wuzhen": answer.as_json(),
    }


def _events(chunks: Iterable[dict[str, Any]]) -> Response:
    lines = [b"data: " + core.line(chunk) + b"\n" for chunk in chunks]
    return Response(
        b"".join((*lines, b"data: [DONE]\n\n")),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store"},
    )


def markdown(answer: Answer) -> str:
    """Return an answer in Markdown: each quote as a block quote, with its source below it."""
    shown = answer.quotes if answer.answered else answer.related
    notice = [escaped(answer.notice)] if answer.notice else []
    return "\n\n".join((*notice, *(_quote(one) for one in shown)))


def _quote(quote: Quote) -> str:
    text = "\n".join(f"> {escaped(line)}" for line in quote.text.splitlines() or [""])
    known = {one.number: _target(one.address) for one in quote.references if one.address}
    marks = " ".join(
        f"[\\[{number}\\]]({known[number]})" if number in known else f"\\[{number}\\]"
        for number in quote.refs
    )
    place = escaped(core.source(quote))
    if quote.url:
        place = f"[{place}]({_target(quote.url)})"
    return f"{text}\n>\n> {f'{marks} {place}'.strip()}"


def _target(address: str) -> str:
    """Return an address as the target of a link, with nothing in it that would end it."""
    return f"<{_ENDING.sub(lambda found: percent(found[0]), address)}>"


def escaped(text: str) -> str:
    """Return text that shows as itself in CommonMark."""
    return _MARKUP.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)
