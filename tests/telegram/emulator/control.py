"""A few routes beside the Bot API, for programs that are not in the emulator's process.

``POST /control/say {"chat", "text"}``, ``POST /control/press {"chat", "message_id", "button"}``,
``POST /control/inline {"query"}``, ``POST /control/update`` (any update, as it is),
``GET /control/messages?chat=ID``, ``/control/calls``, ``/control/violations``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .wire import to_json

if TYPE_CHECKING:
    from .bot_api import BotApi

Action = Callable[["BotApi", dict[str, Any]], object]


def routes(api: BotApi) -> list[web.RouteDef]:
    """The routes that act on `api`."""

    def post(name: str, action: Action) -> web.RouteDef:
        async def handle(request: web.Request) -> web.Response:
            try:
                return web.json_response(to_json(action(api, await request.json())))
            except (LookupError, TypeError, ValueError) as error:
                return web.json_response({"error": str(error)}, status=400)

        return web.post(f"/control/{name}", handle)

    def get(name: str, action: Action) -> web.RouteDef:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(to_json(action(api, dict(request.query))))

        return web.get(f"/control/{name}", handle)

    return [
        post("say", lambda api, body: api.say(**body)),
        post("press", _press),
        post("inline", lambda api, body: api.inline(**body)),
        post("update", lambda api, body: api.inject(body)),
        get("messages", lambda api, query: api.messages(int(query["chat"]))),
        get("calls", lambda api, query: [_call(one) for one in api.calls(query.get("method"))]),
        get("violations", lambda api, _: [str(one) for one in api.violations]),
    ]


def _press(api: BotApi, body: dict[str, Any]) -> object:
    message = api.state.ensure(body["chat"]).messages[body["message_id"]]
    return api.press(message, body["button"])


def _call(call: Any) -> dict[str, Any]:
    return {
        "method": call.method,
        "at": call.at,
        "params": {name: value for name, value in call.params.items() if name not in call.files},
        "files": sorted(call.files),
        "error": str(call.error) if call.error else None,
        "result": call.result,
    }
