"""The webhook from outside: who is let in, what is answered, and when."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import httpx
import pytest
import pytest_asyncio

from tests.telegram.emulator import BotApi
from tests.telegram.running import Bot
from tests.telegram.sharing import free_port
from wuzhen.bot.store import Store, open_store
from wuzhen.bot.telegram.metrics import Metrics
from wuzhen.bot.telegram.receiving.intake import Intake
from wuzhen.bot.telegram.receiving.webhook import application

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = "known-to-Telegram-and-the-bot"


class Hooked:
    """A bot with a webhook, and the emulator that delivers to it."""

    def __init__(self, api: BotApi, bot: Bot, url: str) -> None:
        self.api = api
        self.bot = bot
        self.url = url

    async def post(
        self,
        body: bytes | dict[str, object],
        secret: str | None = SECRET,
        url: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> int:
        """Post to the webhook; the status."""
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        headers = {**(headers or {}), **({} if secret is None else {HEADER: secret})}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url or self.url, data=data, headers=headers) as answer,
        ):
            assert await answer.read() in (b"", b"Not Found", b"Method Not Allowed")
            return answer.status

    def taken(self) -> int:
        """How many updates the inbox has seen."""
        database = self.bot.folder / "wuzhen.db"
        connection = sqlite3.connect(database)
        try:
            number: int = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
            return number
        finally:
            connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hooked(
    index_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Hooked]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook-8c1f"
    async with BotApi() as api:
        settings = {
            "TELEGRAM_WEBHOOK_URL": url,
            "TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "WUZHEN_HEALTH_PORT": free_port(),
            "WUZHEN_INDEX": index_folder,
        }
        bot = await Bot(tmp_path_factory.mktemp("hooked"), api, **settings).start()
        yield Hooked(api, bot, url)
        assert await bot.stop() == 0
        assert SECRET not in bot.output
        api.assert_clean()


def message(update_id: int, chat: int) -> dict[str, object]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": 1,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ada"},
            "text": "/start",
        },
    }


async def test_a_question_is_answered(hooked: Hooked) -> None:
    chat = hooked.api.private("Ada")
    hooked.api.say(chat, "/start")
    assert (await hooked.api.reply_in(chat)).text


async def test_row_23_forged_posts(hooked: Hooked) -> None:
    before = hooked.taken()
    update = message(42, 4242)
    assert await hooked.post(update, secret=None) == 403
    assert await hooked.post(update, secret="") == 403
    assert await hooked.post(update, secret=SECRET[:-1]) == 403
    assert await hooked.post(update, secret="密".encode().decode("latin-1")) == 403
    assert await hooked.post(b"x" * (2 << 20), secret="wrong") == 403
    assert hooked.taken() == before


async def test_a_body_beyond_the_limit_is_not_taken(hooked: Hooked) -> None:
    before = hooked.taken()
    assert await hooked.post(b" " * ((1 << 20) + 1)) == 413
    assert hooked.taken() == before


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b"null", b"{}", b'{"update_id": "7"}',
     b'{"update_id": true}', b'{"update_id": 1e3}', b'{"update_id": 99999999999999999999999}'],
)  # fmt: skip
async def test_what_is_no_update_is_accepted_and_dropped(hooked: Hooked, body: bytes) -> None:
    # Anything but 200 would have it delivered for ever, and its chat's updates held back.
    before = hooked.taken()
    assert await hooked.post(body) == 200
    assert hooked.taken() == before


async def test_other_paths_and_methods_are_not_there(hooked: Hooked) -> None:
    root = hooked.url.rsplit("/", 1)[0]
    assert await hooked.post(message(43, 4243), url=root + "/") == 404
    assert await hooked.post(message(43, 4243), url=root + "/health") == 404
    async with aiohttp.ClientSession() as session, session.get(hooked.url) as answer:
        assert answer.status == 405


async def test_row_26_failed_deliveries_are_shown(hooked: Hooked) -> None:
    webhook = hooked.api.state.webhook
    assert webhook is not None
    failed = "wuzhen_webhook_last_error_timestamp_seconds"
    assert await hooked.bot.figure(failed) == 0
    webhook._fail("Read timeout expired")
    assert await hooked.bot.figure(failed) > 0
    assert await hooked.bot.figure("wuzhen_webhook_pending_updates") == 0
    assert (await hooked.bot.page("ready"))[0] == 200
    right, webhook.url = webhook.url, "https://elsewhere.example/hook"
    await hooked.bot.figure(failed)
    assert "set elsewhere" in (await hooked.bot.page("ready"))[1]
    webhook.url = right
    await hooked.bot.figure(failed)
    assert (await hooked.bot.page("ready"))[0] == 200


async def test_the_same_update_twice_is_answered_once(hooked: Hooked) -> None:
    chat = hooked.api.private("Grace")
    hooked.api.say(chat, "/start")
    await hooked.api.reply_in(chat)
    hooked.api.repeat()
    await hooked.api.drained()
    hooked.api.say(chat, "/help")
    await hooked.api.reply_in(chat)
    assert len(hooked.api.replies(chat)) == 2


async def test_row_24_slow_work_does_not_hold_the_webhook(hooked: Hooked) -> None:
    chat = hooked.api.private("Alan")
    slow = hooked.api.hold("sendMessage", before=True, chat=chat)
    for text in ("/start", "/help", "/start"):
        hooked.api.say(chat, text)
    await hooked.api.drained()  # all are taken while the first answer is still under way
    assert not hooked.api.replies(chat)
    slow.release()
    for _ in range(3):
        await hooked.api.reply_in(chat)


async def test_row_24_a_locked_database_is_503_and_the_repetition_is_taken_once(
    hooked: Hooked,
) -> None:
    chat = hooked.api.private("Emmy")
    lock = sqlite3.connect(hooked.bot.folder / "wuzhen.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        hooked.api.say(chat, "/start")
        await hooked.api.wait_for(
            lambda: (
                (webhook := hooked.api.state.webhook)
                and "503" in (webhook.info().last_error_message or "")
            ),
            what="a refused delivery",
        )
        assert hooked.api.pending == 1
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    await hooked.api.reply_in(chat, timeout=30)
    hooked.api.say(chat, "/help")
    await hooked.api.reply_in(chat)
    assert len(hooked.api.replies(chat)) == 2


class Gate:
    """The delivery of updates to the webhook's application, with an inbox that is really there.

    Nothing works the inbox here: whatever is answered is answered without any work.
    """

    def __init__(self, store: Store, database: Path) -> None:
        intake = Intake(store, Metrics())
        transport = httpx.ASGITransport(application("http://bot/hook", SECRET, intake))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://bot")
        self.database = database

    async def deliver(self, number: int) -> tuple[int, bool]:
        """Post an update; the status, and whether the update was committed when it came."""
        posted = await self.client.post("/hook", json=message(number, 7), headers={HEADER: SECRET})
        with closing(sqlite3.connect(self.database)) as other:
            rows = other.execute("SELECT 1 FROM inbox WHERE update_id = ?", (number,)).fetchall()
        return posted.status_code, bool(rows)


@pytest_asyncio.fixture(loop_scope="module")
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with open_store(f"sqlite:///{tmp_path}/a.db", "1") as store:
        gate = Gate(store, tmp_path / "a.db")
        async with gate.client:
            yield gate


async def test_row_24_200_is_sent_after_the_commit_and_before_any_work(gate: Gate) -> None:
    found = await asyncio.gather(*(gate.deliver(number) for number in range(1, 60)))
    assert set(found) == {(200, True)}


async def test_row_24_200_waits_for_the_commit(gate: Gate) -> None:
    with closing(sqlite3.connect(gate.database, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        delivered = asyncio.ensure_future(gate.deliver(1))
        await asyncio.wait([delivered], timeout=0.5)
        assert not delivered.done()
        lock.execute("ROLLBACK")
    assert await delivered == (200, True)
