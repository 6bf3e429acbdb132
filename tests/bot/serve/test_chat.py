"""Chat completions, asked by the client of those who made them, and by hand."""

import openai
import pytest
from markdown_it import MarkdownIt

from tests.bot.serve.conftest import Served
from tests.bot.serve.test_api import QUESTION, problem
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.serve.api.chat import escaped, markdown
from wuzhen.index.document import Reference, Span


@pytest.fixture
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.address}/v1", api_key="none", max_retries=0)


def rendered(text: str) -> str:
    html: str = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return html


def test_the_official_client_gets_the_quote_and_the_json(
    client: openai.OpenAI, wordwise: Librarian
) -> None:
    answer = wordwise.answer(QUESTION)
    got = client.chat.completions.create(
        model="wuzhen",
        messages=[
            {"role": "system", "content": "Answer in rhymes."},
            {"role": "user", "content": QUESTION},
        ],
        temperature=0.3,
    )
    said = got.choices[0].message.content
    assert said is not None
    assert answer.quotes[0].text in rendered(said)
    assert "[8]" in rendered(said)
    assert got.choices[0].finish_reason == "stop"
    assert got.model_dump()["wuzhen"] == answer.as_json()
    assert [model.id for model in client.models.list()] == ["wuzhen"]


def test_earlier_messages_of_the_user_are_the_history(
    client: openai.OpenAI, wordwise: Librarian
) -> None:
    first, second = "人工智能論壇在哪裡", "幾點開始"
    got = client.chat.completions.create(
        model="any",
        messages=[
            {"role": "user", "content": first},
            {"role": "assistant", "content": "枕水廳"},
            {"role": "user", "content": [{"type": "text", "text": second}]},
        ],
    )
    assert got.model_dump()["wuzhen"] == wordwise.answer(second, [first]).as_json()


def test_a_stream_says_the_same(client: openai.OpenAI, wordwise: Librarian) -> None:
    stream = client.chat.completions.create(
        model="wuzhen", messages=[{"role": "user", "content": QUESTION}], stream=True
    )
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said == markdown(wordwise.answer(QUESTION))
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_dump()["wuzhen"]["answered"]


def test_a_refusal_offers_the_nearest_as_such(wordwise: Librarian) -> None:
    answer = wordwise.answer("紀念林一共種了幾棵樹")
    said = markdown(answer)
    assert answer.notice is not None
    assert said.startswith(answer.notice)
    assert said.count("\n\n> ") == len(answer.related) > 0


def test_errors_are_told_in_a_shape_that_the_client_reads(
    client: openai.OpenAI, served: Served
) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="role user"):
        client.chat.completions.create(
            model="wuzhen", messages=[{"role": "system", "content": "a"}]
        )
    url = "/v1/chat/completions"
    problem(served.post(url, json={"messages": []}), 422)
    problem(served.post(url, json={"messages": [{"role": "user", "content": 1}]}), 422)


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c` ~~d~~ [e](f) <b>g</b> &amp; a|b",
        "# no heading",
        "1. no list",
        "- no list\n+ nor this\n===\n---",
        "1.5 of 2) and C:\\path\\*",
        "> no quote $x$",
    ],
)
def test_text_of_a_document_is_no_markup(text: str) -> None:
    shown = rendered(f"> {escaped(text)}".replace("\n", "\n> "))
    for tag in ("<em>", "<strong>", "<code>", "<a ", "<h1", "<h2", "<ol", "<ul", "<s>", "<hr"):
        assert tag not in shown
    assert shown.count("<blockquote>") == 1


def test_an_address_cannot_end_its_link() -> None:
    references = (Reference("1", "", "https://a.example/>) [x](https://evil.example"),)
    quote = Quote("d", "t", (), ("1",), (Span(0, 1),), "a", references=references)
    shown = rendered(markdown(Answer("q", True, 1.0, (quote,))))
    assert 'href="https://evil.example' not in shown
    assert shown.count("<a ") == 1
