"""Tokens, rates, slow clients and other sites: who is served, and how much at once."""

import asyncio
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.bot.serve.conftest import Serving
from tests.bot.serve.test_api import QUESTION, problem
from wuzhen.bot.cli.main import main
from wuzhen.bot.errors import InputError
from wuzhen.bot.serve import server as serving_module
from wuzhen.bot.serve.access import guard
from wuzhen.bot.serve.access.limits import Limits, network_of
from wuzhen.bot.serve.access.tokens import Tokens

ASKED = {"question": QUESTION}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_with_tokens_nobody_is_answered_without_one(serving: Serving, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    token = Tokens(file).make("site")
    async with serving(wuzhen_serve_access="token") as address, httpx.AsyncClient() as client:
        refused = await client.post(f"{address}/v1/ask", json=ASKED)
        problem(refused, 401)
        assert "Bearer" in refused.headers["www-authenticate"]
        for path in ("/", "/metrics", "/v1/sections", "/openapi.json", "/schedule"):
            problem(await client.get(address + path), 401)
        assert (await client.get(f"{address}/health")).status_code == 200
        for header in ("Bearer", "Bearer x", "Basic", "Basic !", f"Token {token}"):
            wrong = await client.get(f"{address}/v1/sections", headers={"Authorization": header})
            problem(wrong, 401)
        known = await client.post(f"{address}/v1/ask", json=ASKED, headers=bearer(token))
        assert known.json()["answered"]
        assert (await client.get(address, auth=("anyone", token))).status_code == 200
        later = Tokens(file).make("later")
        assert (await client.get(f"{address}/v1/sections", headers=bearer(later))).is_success
        Tokens(file).revoke("site")
        problem(await client.get(f"{address}/v1/sections", headers=bearer(token)), 401)


async def test_where_none_is_needed_an_unknown_token_is_as_good_as_none(serving: Serving) -> None:
    async with serving(wuzhen_serve_rate=2) as address, httpx.AsyncClient() as client:
        url = f"{address}/v1/sections"
        assert (await client.get(url, headers=bearer("made-up"))).status_code == 200
        assert (await client.get(url)).status_code == 200
        problem(await client.get(url, headers=bearer("another")), 429)


def test_tokens_are_kept_as_digests_that_only_their_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "tokens.json"
    tokens = Tokens(file)
    made = [tokens.make("one"), tokens.make("two")]
    assert len({*made}) == 2
    assert not any(token in file.read_text() for token in made)
    assert file.stat().st_mode & 0o077 == 0
    assert [tokens.name_of(token) for token in made] == ["one", "two"]
    with pytest.raises(InputError, match="already"):
        tokens.make("one")
    with pytest.raises(InputError, match="cannot name"):
        tokens.make("a name\n")
    with pytest.raises(InputError, match="no token three"):
        tokens.revoke("three")
    file.write_text("[{")
    with pytest.raises(InputError, match="no file of tokens"):
        Tokens(file).all()


def test_the_command_makes_lists_and_revokes_tokens(tmp_path: Path) -> None:
    runner = CliRunner(env={"WUZHEN_SERVE_TOKENS": str(tmp_path / "tokens.json")})
    token = runner.invoke(main, ["token", "make", "site"]).output.strip()
    assert Tokens(tmp_path / "tokens.json").name_of(token) == "site"
    listed = runner.invoke(main, ["token", "list"]).output
    assert listed.startswith("site\t")
    assert token not in listed
    assert runner.invoke(main, ["token", "revoke", "site"]).exit_code == 0
    assert runner.invoke(main, ["token", "list"]).output == ""


async def test_each_address_and_each_token_has_a_rate(serving: Serving, tmp_path: Path) -> None:
    token = Tokens(tmp_path / "tokens.json").make("site")
    async with (
        serving(wuzhen_serve_rate=2, wuzhen_serve_token_rate=3) as address,
        httpx.AsyncClient() as client,
    ):
        url = f"{address}/v1/sections"
        statuses = [(await client.get(url)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        late = await client.get(url)
        problem(late, 429)
        assert 0 < int(late.headers["retry-after"]) <= 30
        statuses = [(await client.get(url, headers=bearer(token))).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert (await client.get(f"{address}/health")).status_code == 200


def test_a_bucket_refills_evenly_and_those_of_others_are_their_own() -> None:
    now = 0.0
    limits = Limits(lambda: now)
    assert [limits.wait("a", 60) for _ in range(60)] == [0.0] * 60
    assert limits.wait("a", 60) == pytest.approx(1.0)
    assert limits.wait("b", 60) == 0.0
    now = 1.5
    assert limits.wait("a", 60) == 0.0
    assert limits.wait("a", 60) == pytest.approx(0.5)
    assert [limits.wait("a", 0) for _ in range(99)] == [0.0] * 99


def test_an_ipv6_host_is_counted_as_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"


async def _closed(address: str, sent: bytes) -> bytes:
    """What comes back, up to the end, to a client that sends this and then no more."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: localhost\r\n"],
    ids=["nothing", "line", "headers"],
)
async def test_headers_that_do_not_come_end_the_connection(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(serving_module, "HEADERS_S", 0.2)
    async with serving() as address:
        assert await _closed(address, sent) == b""
        whole = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        second = await _closed(address, whole + sent) if sent else b"HTTP/1.1 200 OK"
        assert second.startswith(b"HTTP/1.1 200 OK")


async def test_a_body_that_does_not_come_is_a_problem(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_S", 0.2)
    async with serving() as address:
        head = b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        told = await _closed(address, head + b'Content-Length: 20\r\n\r\n{"que')
        assert told.startswith(b"HTTP/1.1 408 ")


async def test_an_answer_that_takes_too_long_is_a_problem(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as address, httpx.AsyncClient() as client:
        monkeypatch.setattr(guard, "REQUEST_S", 0.0)
        problem(await client.get(f"{address}/v1/sections"), 503)


async def test_half_sent_requests_hold_up_nobody(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that has taken longest is closed when there are too many."""
    monkeypatch.setattr(serving_module, "MOST_WAITING", 20)
    async with serving() as address:
        host, port = address.removeprefix("http://").split(":")
        slow = [await asyncio.open_connection(host, int(port)) for _ in range(60)]
        for _, writer in slow:
            writer.write(b"POST /v1/ask HT")
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{address}/v1/ask", json=ASKED)
        assert answer.json()["answered"]
        assert await slow[0][0].read() == b""
        for _, writer in slow:
            writer.close()


async def test_scripts_of_named_sites_may_ask_and_no_others(serving: Serving) -> None:
    site, other = "https://example.org", "https://other.example"
    async with (
        serving(wuzhen_serve_origins=(site,), wuzhen_serve_access="token") as address,
        httpx.AsyncClient() as client,
    ):
        for origin in (site, other):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            asked["Access-Control-Request-Headers"] = "authorization,content-type"
            told = await client.options(f"{address}/v1/ask", headers=asked)
            assert (told.headers.get("access-control-allow-origin") == origin) == (origin == site)
        refused = await client.get(f"{address}/v1/sections", headers={"Origin": site})
        problem(refused, 401)
        assert refused.headers["access-control-allow-origin"] == site


async def test_many_questions_at_once_are_all_answered(serving: Serving) -> None:
    async with (
        serving(wuzhen_serve_rate=0) as address,
        httpx.AsyncClient(limits=httpx.Limits(max_connections=20), timeout=60) as client,
    ):
        url = f"{address}/v1/ask"
        asked = (client.post(url, json={"question": f"{QUESTION}{n % 7}"}) for n in range(100))
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {200}
        assert [answer.json()["question"][-1] for answer in answers] == [
            str(n % 7) for n in range(100)
        ]
