"""The HTTP API, over a socket, of a real process."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.bot.conftest import ARTICLE, KNOWLEDGE
from tests.bot.serve.conftest import Served, environment, started
from wuzhen.bot.answering.librarian import Librarian

QUESTION = "志願者有多少人"


def problem(response: httpx.Response, status: int) -> str:
    """What a problem says, after a look at its shape."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    detail: str = told["detail"]
    assert "\n" not in detail
    return detail


@pytest.mark.parametrize("question", [QUESTION, "紀念林一共種了幾棵樹", "你好", "???"])
def test_an_answer_is_what_the_command_line_prints_byte_for_byte(
    served: Served, index: Path, question: str
) -> None:
    command = [sys.executable, "-m", "wuzhen", "ask", "--json", "--knowledge", str(KNOWLEDGE)]
    command += ["--index", str(index), question]
    ran = subprocess.run(command, capture_output=True, env=environment(), check=False, timeout=120)
    assert ran.returncode in (0, 1), ran.stderr  # 1: refused
    assert served.ask(question).content == ran.stdout


def test_earlier_questions_are_given_or_remembered_by_an_id(
    served: Served, wordwise: Librarian
) -> None:
    history, question = ["人工智能論壇在哪裡"], "幾點開始"
    expected = wordwise.answer(question, history).as_json()
    assert expected["quotes"] != wordwise.answer(question).as_json()["quotes"]
    assert served.ask(question, history=history).json() == expected
    served.ask(history[0], conversation="conversation-1")
    assert served.ask(question, conversation="conversation-1").json() == expected
    assert served.ask(question, conversation="conversation-2").json() != expected
    both = served.ask(question, conversation="conversation-1", history=[])
    assert "not both" in problem(both, 422)


def test_search_begins_with_what_answers_and_its_passages_are_found_by_id(
    served: Served, wordwise: Librarian
) -> None:
    passages = served.get("/v1/search", params={"q": QUESTION, "limit": 5}).json()["passages"]
    assert len(passages) == 5
    quote = wordwise.answer(QUESTION).quotes[0]
    assert passages[0]["text"] == quote.text
    text = wordwise.collection.documents[ARTICLE].text
    for one in passages:
        assert " ".join(text[start:end] for start, end in one["spans"]) == one["text"]
        told = served.get(f"/v1/passages/{one['id']}", params={"around": 1}).json()
        assert told["passage"] == {**one, "score": 0.0}
        assert one["text"] in told["context"]["text"]
    assert "no passage" in problem(served.get("/v1/passages/nothing"), 404)


def test_a_reference_gives_every_passage_that_carries_it(
    served: Served, wordwise: Librarian
) -> None:
    told = served.get("/v1/references/8").json()
    carrying = wordwise.referring("8")
    assert [one["text"] for one in told["passages"]] == [one.text for one in carrying]
    assert told["total"] == len(carrying)
    assert "[9999]" in problem(served.get("/v1/references/9999"), 404)


def test_sections_count_every_passage_once(served: Served, wordwise: Librarian) -> None:
    sections = served.get("/v1/sections").json()["sections"]
    assert sum(one["passages"] for one in sections) == len(wordwise.collection.passages)
    assert ["會議準備", "服務保障", "志願服務"] in [one["section"] for one in sections]


def test_the_timetable_or_a_day_of_it(served: Served, wordwise: Librarian) -> None:
    rows = served.get("/v1/schedule").json()["rows"]
    assert len(rows) == len(wordwise.schedule.timetable.rows)
    day = served.get("/v1/schedule", params={"day": "12月4日"}).json()["rows"]
    assert 0 < len(day) < len(rows)
    assert {row["date"] for row in day} == {"2017年12月04日"}
    assert all(row["topic"] in row["passage"]["text"] for row in day)
    problem(served.get("/v1/schedule", params={"day": "1月1日"}), 404)


def test_what_is_no_request_is_a_problem_that_says_why(served: Served) -> None:
    assert "Content-Type" in problem(served.post("/v1/ask", content=b"{}"), 415)
    header = {"Content-Type": "application/json"}
    assert "JSON" in problem(served.post("/v1/ask", content=b"{", headers=header), 400)
    for body, pointer in (
        ({}, "#/question"),
        ({"question": 1}, "#/question"),
        ({"question": "a", "histroy": []}, "#/histroy"),
        ({"question": "a", "history": ["b", 2]}, "#/history/1"),
        ({"question": "a", "conversation": "short"}, "#/conversation"),
    ):
        response = served.post("/v1/ask", json=body)
        problem(response, 422)
        assert [one["pointer"] for one in response.json()["errors"]] == [pointer]
    for query in ("", "?q=", "?q=a&limit=0", "?q=a&limit=x"):
        problem(served.get(f"/v1/search{query}"), 422)
    problem(served.get("/v1/nothing"), 404)
    refused = served.get("/v1/ask")
    problem(refused, 405)
    assert refused.headers["allow"] == "POST"
    surrogate = served.post("/v1/ask", content=b'{"question": "\\ud800"}', headers=header)
    problem(surrogate, 400)


def test_bodies_and_headers_are_bounded(served: Served) -> None:
    problem(served.ask("a" * 70_000), 413)
    announced = served.post(
        "/v1/ask",
        content=iter([b"[" * 40_000] * 2),
        headers={"Content-Type": "application/json"},
    )
    problem(announced, 413)
    deep = b'{"question": "a", "history": ' + b"[" * 60_000 + b"}"
    response = served.post("/v1/ask", content=deep, headers={"Content-Type": "application/json"})
    problem(response, 400)
    problem(served.get("/health", headers={"X": "x" * 20_000}), 431)
    problem(served.get("/health", params={"q": "x" * 20_000}), 431)
    assert served.get("/health").status_code == 200


def test_other_hosts_are_refused(served: Served) -> None:
    """A page elsewhere cannot have its own name lead here (DNS rebinding)."""
    told = served.get("/v1/sections", headers={"Host": "elsewhere.example"})
    assert "WUZHEN_SERVE_HOSTS" in problem(told, 421)
    for host in ("localhost", "LOCALHOST:8000", "[::1]:8000", "127.0.0.1"):
        assert served.get("/health", headers={"Host": host}).status_code == 200


def test_health_and_figures(served: Served) -> None:
    for path in ("/health", "/ready"):
        assert served.get(path).json() == {"status": "ok"}
    served.ask(QUESTION)
    figures = served.get("/metrics").text
    assert 'wuzhen_answers_total{channel="api",outcome="answered"}' in figures
    assert 'wuzhen_http_requests_total{status="200"}' in figures
    assert QUESTION not in figures


def test_no_response_says_what_it_is_not(served: Served) -> None:
    for path in ("/v1/sections", "/nothing", "/health"):
        response = served.get(path)
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "server" not in response.headers
        assert "access-control-allow-origin" not in response.headers


def test_it_takes_up_a_new_index_and_stops_when_it_is_told(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "a.txt").write_text("青溪\n\n青溪長300里。\n", "utf-8")
    index = tmp_path / "index"
    with started(tmp_path, index, knowledge=knowledge) as running:
        assert "300" in running.ask("青溪有多長").json()["quotes"][0]["text"]
        (knowledge / "a.txt").write_text("青溪\n\n青溪長400里。\n", "utf-8")
        command = [sys.executable, "-m", "wuzhen", "build"]
        command += ["--knowledge", str(knowledge), "--index", str(index)]
        subprocess.run(command, env=environment(), check=True, timeout=120, capture_output=True)
        while "400" not in running.ask("青溪有多長").text:
            pass
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(60) == 0
