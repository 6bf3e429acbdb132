"""The bot as a process: what is started, in which order, and how it stops."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

import telegram

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.errors import BotError, DatabaseUrlError, SettingsError, WorkerTaken
from wuzhen.bot.library import open_librarian
from wuzhen.bot.settings import Settings
from wuzhen.bot.store import Store, Update, open_store
from wuzhen.bot.telegram import logs
from wuzhen.bot.telegram.delivery.calls import Done, Unauthorized, call, open_bot
from wuzhen.bot.telegram.delivery.sender import Sender
from wuzhen.bot.telegram.delivery.urgent import Urgent
from wuzhen.bot.telegram.dialogue.dialogue import Dialogue
from wuzhen.bot.telegram.dispatch import dispatch
from wuzhen.bot.telegram.errors import REJECTED, SHARED, WRONG, TokenRejected, TokenShared
from wuzhen.bot.telegram.health import Health
from wuzhen.bot.telegram.leader import lead
from wuzhen.bot.telegram.me import Me
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.operations import Operations
from wuzhen.bot.telegram.receiving.intake import Intake
from wuzhen.bot.telegram.receiving.polling import Poller
from wuzhen.bot.telegram.receiving.server import listen, serve
from wuzhen.bot.telegram.receiving.webhook import Webhook, application, secret_of
from wuzhen.bot.telegram.reload import Shelf
from wuzhen.bot.telegram.stopping import all_of, cancel, unless
from wuzhen.bot.telegram.upkeep import announce, clean
from wuzhen.bot.telegram.worker import Worker
from wuzhen.index.errors import RetrievalError
from wuzhen.index.storage.cache import FOLDER as KEPT
from wuzhen.index.vectors.encoders import encoder

log = logging.getLogger(__name__)

GRACE_S = 6.0
"""How long what was begun may take to end when the program is to stop."""

SENDERS = 16
"""Calls made at the same time, each to another chat."""

SWITCH_S = 0.0005

FAILED, WRONG_SETTINGS = 1, 2
"""Exit statuses, as those of every command."""

TRIES = 5
"""How often, a second apart, a worker id that is taken is tried."""

Tell = Callable[[str], None]


def run(settings: Settings, tell: Tell) -> None:
    """Run the bot until SIGTERM or SIGINT; `tell` is given what a person should read.

    Where nobody sits at a terminal that is logged, as everything is. Raises BotError or
    RetrievalError with one line for the user; exits with status 3 when another program takes
    this bot's updates.
    """
    # A thread that computes an answer gives way this often. By default it is 5 ms, and the loop,
    # which waits for a database or a socket dozens of times an update, would wait as often.
    sys.setswitchinterval(SWITCH_S)
    attended = sys.stderr.isatty()
    logs.configure(settings.wuzhen_log_level, [_token(settings), _secret(settings)])
    try:
        asyncio.run(_serve(settings, tell if attended else log.info))
    except TokenShared as error:
        log.critical("%s", error)
        if attended:
            tell(f"error: {error}")
        sys.exit(SHARED)
    except (BotError, RetrievalError) as error:
        if attended:
            raise
        log.critical("%s", error)
        wrong = isinstance(error, SettingsError | DatabaseUrlError)
        sys.exit(WRONG_SETTINGS if wrong else FAILED)
    except Exception as error:
        log.critical("the bot stopped", exc_info=error)
        if not attended:
            sys.exit(FAILED)
        name = type(error).__name__
        raise BotError(f"the bot stopped over a mistake in it ({name}): see its log") from error


async def _serve(settings: Settings, tell: Tell) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    metrics = Metrics()
    health = Health(metrics)
    async with AsyncExitStack() as stack:
        if settings.wuzhen_health_port is not None:
            at = listen(
                settings.wuzhen_health_host, settings.wuzhen_health_port, "WUZHEN_HEALTH_PORT"
            )
            # Until the very end: whoever supervises sees how the bot stops.
            pages = asyncio.ensure_future(serve(health.application(), at, asyncio.Event()))
            stack.push_async_callback(cancel, pages)
        store = await _store(stack, settings)
        shelf = Shelf(settings.wuzhen_index, partial(_open, settings), metrics)
        await shelf.open()
        bot = await stack.enter_async_context(_bot(settings))
        me = await unless(stop, _introduce(bot))
        if me is None:
            return
        intake = Intake(store, metrics)
        stack.push_async_callback(intake.close)
        urgent = Urgent(bot, metrics)
        stack.push_async_callback(urgent.close, 1.0)
        operations = Operations(bot, shelf, settings.telegram_webhook_url)
        dialogue = Dialogue(store, shelf.librarian, settings, me, operations)
        worker = Worker(store, bot, dialogue, urgent, metrics)
        sender = Sender(store, bot, settings.telegram_rate, metrics)
        arrivals = _webhook if settings.telegram_webhook_url else _polling
        receiving, duty = arrivals(settings, bot, intake, health, metrics)

        async def duties() -> None:
            await all_of(
                duty(stop),
                clean(store, settings.telegram_keep_days, stop),
                announce(bot, store, stop),
            )

        async def claims(most: int, wait: float) -> list[Update]:
            return await store.inbox.claims(most, wait, dialogue.costly())

        health.started(store)
        tell(f"@{me.username} is ready")
        await _together(
            stop,
            *(service(stop) for service in receiving),
            lead(store, duties, stop, metrics),
            dispatch(claims, worker.work, settings.wuzhen_parallel, stop),
            dispatch(store.outbox.claims, sender.send, SENDERS, stop),
            _valid(sender.unauthorized, stop),
            shelf.watch(stop),
            *([] if settings.wuzhen_health_port is None else [health.watch(store, stop)]),
        )


Service = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""What runs until the event is set."""


def _polling(
    settings: Settings, _: telegram.Bot, intake: Intake, health: Health, metrics: Metrics
) -> tuple[list[Service], Service]:
    """Return what every process does to receive updates (nothing), and what the leader does."""
    seconds, timeout = settings.telegram_poll_seconds, settings.telegram_timeout
    poller = Poller(lambda: _bot(settings), intake, seconds, timeout, metrics)
    health.live["polling"] = lambda: "stalled" if poller.stalled else None
    return [], poller.poll


def _webhook(
    settings: Settings, bot: telegram.Bot, intake: Intake, health: Health, metrics: Metrics
) -> tuple[list[Service], Service]:
    """Return what every process does to receive updates (listen), and what the leader does."""
    url, secret = settings.telegram_webhook_url or "", _secret(settings)
    host, port = settings.telegram_webhook_listen.rsplit(":", 1)
    at = listen(host.strip("[]"), int(port), "TELEGRAM_WEBHOOK_LISTEN")
    webhook = Webhook(bot, url, secret, metrics)
    health.ready["webhook"] = lambda: "set elsewhere" if webhook.elsewhere else None
    health.asked.append(webhook.look)
    return [partial(serve, application(url, secret, intake), at)], webhook.keep


async def _valid(unauthorized: asyncio.Event, stop: asyncio.Event) -> None:
    """Wait for `stop`; raises TokenRejected when the token is valid no more."""
    await unless(stop, unauthorized.wait())
    if unauthorized.is_set():
        raise TokenRejected(REJECTED)


async def _store(stack: AsyncExitStack, settings: Settings) -> Store:
    """Open the store; PostgreSQL may take a moment to notice that a predecessor was killed."""
    for left in reversed(range(TRIES)):
        try:
            return await stack.enter_async_context(
                open_store(settings.wuzhen_database, settings.wuzhen_worker)
            )
        except WorkerTaken:
            if not left:
                raise
            await asyncio.sleep(1)
    raise AssertionError("the last try returns or raises")


def _bot(settings: Settings) -> AbstractAsyncContextManager[telegram.Bot]:
    return open_bot(_token(settings), settings.telegram_api_url, settings.telegram_timeout)


def _token(settings: Settings) -> str:
    token = settings.telegram_bot_token
    return token.get_secret_value() if token is not None else ""


def _secret(settings: Settings) -> str:
    chosen = settings.telegram_webhook_secret
    return secret_of(_token(settings), chosen.get_secret_value() if chosen is not None else None)


def _open(settings: Settings, say: Tell) -> Librarian:
    return open_librarian(
        settings.wuzhen_knowledge,
        settings.wuzhen_index,
        encoder(settings.wuzhen_embeddings, settings.wuzhen_index / KEPT),
        say,
        settings.wuzhen_page_url,
    )


async def _together(stop: asyncio.Event, *services: Coroutine[Any, Any, None]) -> None:
    """Run services until `stop`; the first that fails stops all and is raised."""
    tasks = [asyncio.ensure_future(service) for service in services]
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    _, late = await asyncio.wait(tasks, timeout=GRACE_S)
    await cancel(stopped, *late)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _introduce(bot: telegram.Bot) -> Me:
    """Ask who the bot is until the network is there; raises TokenRejected."""
    wait = 0.5
    while True:
        outcome = await call(bot, "getMe", {})
        match outcome:
            case Done(dict() as user):
                found = telegram.User.de_json(user, bot)
                return Me.of(found)
            case Unauthorized():
                raise TokenRejected(WRONG)
        log.warning("the Bot API cannot be reached: %s", getattr(outcome, "reason", outcome))
        await asyncio.sleep(wait)
        wait = min(5.0, wait * 2)
