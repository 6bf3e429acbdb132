"""The HTTP side: a request is read, checked, struck by a fault or carried out, and logged."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from aiogram import methods as api
from aiohttp import web

# Imported for the functions that they register.
from . import bot_methods, chat_methods, message_methods  # noqa: F401
from .calls import Call
from .decode import METHODS, Method, decode, read_request
from .errors import Refusal, Violation
from .faults import Fault, Faults, Kind
from .flood import Flood
from .polling import WEBHOOK_ACTIVE, WEBHOOK_SET
from .registry import perform
from .state import State
from .webhook import Webhook
from .wire import to_json

logger = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024 * 1024


class Server:
    """Answers the calls of one bot on a loopback port, over and over if need be."""

    def __init__(
        self, state: State, token: str, port: int, webhook_retry: float, webhook_timeout: float
    ) -> None:
        self.state = state
        self.token = token
        self.port = port
        self.faults = Faults()
        self.flood = Flood()
        self.log: list[Call] = []
        self._webhook_waits = (webhook_retry, webhook_timeout)
        self._runner: web.AppRunner | None = None

    async def start(self, *routes: web.RouteDef) -> None:
        """Listen; port 0 becomes a free port, which is kept from then on."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.add_routes(routes)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/files/{number}", self._download)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and listen no more; what is known stays known."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def close(self) -> None:
        """Stop for good: the webhook, too."""
        self.faults.clear()
        await self._drop_webhook()
        await self.stop()

    async def _download(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if request.match_info["token"] != self.token or number not in self.state.files:
            raise web.HTTPNotFound
        return web.Response(body=self.state.files[number])

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refused(Refusal(401, "Unauthorized"))
        call = Call(request.match_info["method"], time.monotonic())
        self.log.append(call)
        try:
            answer = await self._carry_out(request, call)
        except Refusal as refusal:
            call.error = refusal
            answer = _refused(refusal)
        except Exception as error:
            logger.exception("The emulator failed in %s", call)
            call.error = Violation(500, f"Internal Server Error: {error!r}")
            answer = _refused(call.error)
        finally:
            self.state.signal.fire()
        return answer

    async def _carry_out(self, request: web.Request, call: Call) -> web.StreamResponse:
        call.params, call.files = await read_request(request)
        model = METHODS.get(call.method.lower())
        if model is None:
            raise Violation(404, "Not Found: method not found")
        call.method = model.__api_method__
        decoded = decode(model, call.params, call.files)
        call.params = to_json(decoded)
        call.chat = self._chat(decoded)
        fault = self.faults.strike(call.method.lower(), call.chat)
        if fault is not None:
            call.fault = fault.kind.name
            self.state.signal.fire()
            if (refused := await self._strike_before(request, fault)) is not None:
                return refused
        call.result = to_json(await self._perform(decoded, call))
        if fault is not None and fault.kind is Kind.HOLD_AFTER:
            self.state.signal.fire()
            await fault.wait()
        if fault is not None and fault.kind is Kind.DROP_AFTER:
            return _drop(request)
        return web.json_response({"ok": True, "result": call.result})

    async def _strike_before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        match fault.kind:
            case Kind.REFUSE if fault.raw is not None and fault.refusal is not None:
                return web.Response(
                    status=fault.refusal.code, body=fault.raw, content_type="text/html"
                )
            case Kind.REFUSE if fault.refusal is not None:
                raise fault.refusal
            case Kind.DROP_BEFORE:
                return _drop(request)
            case Kind.HOLD_BEFORE:
                await fault.wait()
                # A client that has just left is noticed before the call is carried out.
                await asyncio.sleep(0.02)
        return None

    def _chat(self, call: Method) -> int | None:
        named = getattr(call, "chat_id", None)
        try:
            return None if named is None else self.state.find(named).chat.id
        except Refusal:
            return named if isinstance(named, int) else None

    async def _perform(self, decoded: Method, call: Call) -> object:
        match decoded:
            case api.GetUpdates():
                if self.state.webhook is not None:
                    raise Refusal(409, WEBHOOK_ACTIVE)
                return await self.state.poller.poll(decoded)
            case api.SetWebhook():
                return await self._set_webhook(decoded)
            case api.DeleteWebhook():
                await self._drop_webhook()
                if decoded.drop_pending_updates:
                    self.state.updates.clear()
                return True
        if call.method.startswith(("send", "edit", "copy")) and call.method != "sendChatAction":
            self.flood.check(call.chat)
        return perform(self.state, decoded)

    async def _set_webhook(self, call: api.SetWebhook) -> bool:
        state = self.state
        webhook = (
            Webhook(call, state.updates, state.signal, *self._webhook_waits) if call.url else None
        )
        state.poller.end(WEBHOOK_SET)
        await self._drop_webhook()
        state.updates.allow(call.allowed_updates)
        if call.drop_pending_updates:
            state.updates.clear()
        state.webhook = webhook
        return True

    async def _drop_webhook(self) -> None:
        if self.state.webhook is not None:
            await self.state.webhook.stop()
            self.state.webhook = None


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = refusal.body()
    return web.json_response(body, status=refusal.code)


def _drop(request: web.Request) -> web.Response:
    """Close the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
