"""Answers: word for word, with the document's own references, or a refusal."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.conftest import Opened
from tests.index.collected import collected as index_of
from tests.index.conftest import Hashing
from tests.index.writing import HAN, Said, page, sentence, timetable
from wuzhen.bot.answer import Answer, Quote
from wuzhen.bot.answering.librarian import LONGEST_QUESTION, Librarian
from wuzhen.bot.phrases import LANGUAGES, Language, say
from wuzhen.bot.ranking import model as fitted
from wuzhen.index.document import Document
from wuzhen.index.lexicon import BOILERPLATE, entries
from wuzhen.index.searching.collection import Collection
from wuzhen.index.sources.page import read_page
from wuzhen.index.text.fold import fold
from wuzhen.index.vectors.encoders import Encoder, Vectors

WILLING = replace(fitted.load(fitted.WORDS_ALONE), answer_bias=1e3, subject_bias=1e3)
"""A model that refuses nothing, so that every question is answered with something."""


BOILERPLATE_LINES = frozenset(fold(line) for line in entries(BOILERPLATE))


def collected(documents: Sequence[Document], model: Encoder | None = None) -> Collection:
    """Index documents in memory."""
    return index_of(documents, model, ["風雨 = 雪花", "spring = 春夏"])


def judge(collection: Collection, answer: Answer) -> None:
    """Hold an answer against the documents that it quotes."""
    assert answer.answered == bool(answer.quotes)
    assert 0 <= answer.confidence <= 1
    assert answer.answered or answer.notice
    for quote in (*answer.quotes, *answer.related):
        document = collection.documents[quote.document]
        assert quote.title == document.title
        assert quote.spans
        assert quote.text == " ".join(document.text[start:end] for start, end in quote.spans)
        assert quote.text.strip()
        for mark in quote.highlights:
            assert any(start <= mark.start < mark.end <= end for start, end in quote.spans)
        own = [collection.passages[number] for number in quote.passages]
        assert {p.document for p in own} == {quote.document}
        assert quote.refs == tuple(dict.fromkeys(ref for p in own for ref in p.refs))


_asking = st.sampled_from(
    [
        "{}是什麼？",
        "{}有多少？",
        "{}在哪裡？",
        "誰{}?",
        "{}和{}有什麼不同？",
        "{}什麼時候？{}呢？",
        "那{}呢",
        "列出所有{}",
        "到底{}是哪天",
        "When is {}?",
        "12月3日{}",
        "第二天下午{}之後有什麼",
        "參考資料{}",
        "[{}]",
        "哪條參考資料支持{}",
        "{}",
    ]
)


@st.composite
def questions(draw: st.DrawFn) -> str:
    """A question on a generated document, as likely a strange one as not."""
    if draw(st.integers(0, 4)) == 0:
        strange = st.one_of(st.characters(), st.sampled_from("？。[](0:年月日ab 係" + HAN))
        return draw(st.text(strange, max_size=60))
    word = st.one_of(
        st.text(HAN, min_size=1, max_size=6), st.integers(0, 210).map(str), st.just("spring")
    )
    form = draw(_asking)
    return form.format(draw(word), draw(word))


_histories = st.lists(questions(), max_size=6)
_encoders: st.SearchStrategy[Encoder | None] = st.sampled_from([None, Hashing()])


@settings(max_examples=80)
@given(page(), questions(), _histories, _encoders, st.booleans())
def test_whatever_is_quoted_stands_in_the_document_with_its_references(
    written: tuple[str, str, list[Said]],
    question: str,
    history: list[str],
    model: Encoder | None,
    willing: bool,
) -> None:
    text, title, said = written
    collection = collected([read_page("page.txt", text, BOILERPLATE_LINES)], model)
    librarian = Librarian(collection, WILLING if willing else None)
    answer = librarian.answer(question, history)
    judge(collection, answer)
    stated = {(one.section, one.text): set[str]() for one in said}
    for one in said:
        stated[one.section, one.text].update(one.refs)
    for quote in (*answer.quotes, *answer.related):
        assert quote.title == title
        if len(quote.passages) == 1:
            assert set(quote.refs) <= stated[quote.section, quote.text]


@settings(max_examples=60)
@given(timetable(), questions(), _histories, st.data())
def test_rows_are_quoted_cell_by_cell(
    written: tuple[list[str], list[object]],
    question: str,
    history: list[str],
    data: st.DataObject,
) -> None:
    lines, _ = written
    collection = collected([read_page("t.txt", "\n".join(lines), frozenset(), "題")])
    librarian = Librarian(collection, WILLING)
    judge(collection, librarian.answer(question, history))
    cell = data.draw(st.sampled_from([line for line in lines if line]))
    for asked in (
        f"{cell}是什麼時候？",
        f"{cell}有什麼活動",
        f"{cell}之後",
        f"跟{cell}同時的有哪些",
    ):
        judge(collection, librarian.answer(asked, [question]))


@settings(max_examples=40)
@given(st.lists(st.lists(sentence(), min_size=1, max_size=3), max_size=5), questions(), _encoders)
def test_collections_of_any_size(
    texts: list[list[str]], question: str, model: Encoder | None
) -> None:
    documents = [
        read_page(f"{n}.txt", "\n".join(lines), frozenset(), "題") for n, lines in enumerate(texts)
    ]
    collection = collected(documents, model)
    for willing in (WILLING, None):
        answer = Librarian(collection, willing).answer(question, [question])
        judge(collection, answer)
        assert texts or not answer.answered


def test_of_one_sentence_that_sentence_is_quoted() -> None:
    collection = collected([read_page("a.txt", "渡口的船夫叫做方小舟。[7]", frozenset(), "渡口")])
    answer = Librarian(collection).answer("船夫叫做什麼？")
    assert [(q.text, q.refs) for q in answer.quotes] == [("渡口的船夫叫做方小舟。", ("7",))]


_article_questions = st.one_of(
    questions(),
    st.sampled_from(
        ["志願者有多少人", "下午呢", "那在哪裡?", "12月5日", "[14]", "你好", "", "之後呢", "why?"]
    ),
    st.text(max_size=30),
)


@settings(max_examples=60)
@given(_article_questions, st.lists(_article_questions, max_size=8))
def test_no_history_is_too_strange(wordwise: Librarian, question: str, history: list[str]) -> None:
    judge(wordwise.collection, wordwise.answer(question, history))


@given(_article_questions, st.lists(_article_questions, max_size=3))
def test_nothing_is_kept_from_one_question_to_the_next(
    wordwise: Librarian, question: str, history: list[str]
) -> None:
    first = wordwise.answer(question, history)
    wordwise.answer("12月4日下午有什麼論壇？", [question])
    assert wordwise.answer(question, history) == first


# --- the article, with and without embeddings -------------------------------------------------


@pytest.fixture(params=["meaning", "words"])
def either(request: pytest.FixtureRequest, librarian: Librarian, wordwise: Librarian) -> Librarian:
    if request.param == "meaning" and librarian.collection.vectors is None:
        pytest.skip("the sentence encoder is an extra")
    return librarian if request.param == "meaning" else wordwise


@pytest.mark.parametrize(
    ("question", "said", "refs"),
    [
        ("志願者有多少人", "1240名", ("8",)),
        ("志愿者有多少人", "1240名", ("8",)),
        ("How many volunteers were accepted?", "1240名", ("8",)),
        ("人工智能论坛在哪里", "烏鎮互聯網國際會展中心枕水廳(201)", ("5",)),
        ("開木式幾點", "10:30-11:30", ("5",)),
        ("标志主色调是什么颜色", "藍色", ("16",)),
        ("1240名志願者的說法出自哪個參考資料", "1240名", ("8",)),
    ],
)
def test_the_article_answers(
    either: Librarian, question: str, said: str, refs: tuple[str, ...]
) -> None:
    answer = either.answer(question)
    judge(either.collection, answer)
    assert said in answer.quotes[0].text
    assert answer.quotes[0].refs == refs


def highlighted(either: Librarian, quote: Quote) -> list[str]:
    text = either.collection.documents[quote.document].text
    return [mark.of(text) for mark in quote.highlights]


def test_the_answer_itself_is_highlighted(either: Librarian) -> None:
    (quote,) = either.answer("有多少名志願者被錄用").quotes
    assert any("1240名" in one for one in highlighted(either, quote))
    (quote,) = either.answer("大會閉幕式幾點開始").quotes
    assert "11:00-12:00" in highlighted(either, quote)


@pytest.mark.parametrize(
    ("history", "question", "said"),
    [
        (["人工智能论坛什么时候"], "那在哪裡?", ["枕水廳(201)"]),
        (["人工智能论坛什么时候", "谢谢", "🦆", ""], "那在哪裡?", ["枕水廳(201)"]),
        (["12月4日上午有什麼"], "下午呢", ["前沿技術領域科學家高峯對話", "分享經濟:創新與治理"]),
        (["闭幕式几点"], "之後有什麼?", ["新聞發佈會"]),
        (["大會閉幕式幾點開始"], "where?", ["烏鎮互聯網國際會展中心烏鎮廳"]),
        (["有多少志願者？"], "他們會哪些外語？", ["德語、韓語、西班牙語"]),
    ],
)
def test_follow_ups(either: Librarian, history: list[str], question: str, said: list[str]) -> None:
    answer = either.answer(question, history)
    judge(either.collection, answer)
    assert answer.answered
    for one in said:
        assert any(one in quote.text for quote in answer.quotes)


def test_a_bare_date_goes_on_from_a_question_on_another_day(either: Librarian) -> None:
    answer = either.answer("12月5日", ["12月4日有什麼論壇？"])
    rows = [quote.text for quote in answer.quotes]
    assert len(rows) == 5
    assert all(row.startswith("2017年12月05日") for row in rows)


@pytest.mark.parametrize("question", ["参考资料14说什么", "[14]", "第14條參考資料", "reference 14"])
def test_what_a_reference_supports(either: Librarian, question: str) -> None:
    answer = either.answer(question)
    judge(either.collection, answer)
    assert answer.answered
    quoted = {number for quote in answer.quotes for number in quote.passages}
    assert quoted == {p.number for p in either.collection.passages if "14" in p.refs}


@pytest.mark.parametrize("question", ["参考资料99", "[99]", "reference 99"])
def test_a_reference_that_there_is_not(either: Librarian, question: str) -> None:
    answer = either.answer(question)
    assert (answer.answered, answer.quotes, answer.related) == (False, (), ())
    assert answer.notice
    assert "[99]" in answer.notice


@pytest.mark.parametrize(
    ("question", "kind", "language"),
    [
        ("您好！", "greeting", "hant"),
        ("hello there", "greeting", "en"),
        ("謝謝你", "thanks", "hant"),
        ("谢谢你的帮助", "thanks", "hans"),
        ("Thank you so much!", "thanks", "en"),
        ("唔該晒你呀，咁犀利嘅", "thanks", "yue"),
        ("再見", "farewell", "hant"),
        ("再见", "farewell", "hans"),
        ("bye bye", "farewell", "en"),
        ("你係邊個呀", "identity", "yue"),
        ("who are you?", "identity", "en"),
        ("哈哈哈哈", "laughter", "hant"),
    ],
)
def test_small_talk(either: Librarian, question: str, kind: str, language: Language) -> None:
    answer = either.answer(question, ["志願者有多少人"])
    assert not answer.answered
    assert answer.related == ()
    assert answer.notice == say(kind, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("誰發明了電話？", "hant"),
        ("比特币价格现在多少", "hans"),
        ("What is the capital of France?", "en"),
        ("紅燒肉點樣整先好食？", "yue"),
        ("How do I reset my router password?", "en"),
        ("恐龍為什麼滅絕", "hant"),
    ],
)
def test_far_questions_are_refused(either: Librarian, question: str, language: Language) -> None:
    answer = either.answer(question)
    judge(either.collection, answer)
    assert not answer.answered
    assert answer.notice in (say("refused", language), say("refused_bare", language))


@pytest.mark.parametrize("question", ["", " \n", "　"])
def test_an_empty_question(either: Librarian, question: str) -> None:
    assert either.answer(question).notice in {say("empty", language) for language in LANGUAGES}


def test_the_longest_question(wordwise: Librarian) -> None:
    long = "志願者有多少人？" + "春" * (LONGEST_QUESTION - 8)
    judge(wordwise.collection, wordwise.answer(long, [long]))
    answer = wordwise.answer(long + "春", [long])
    assert not answer.answered
    assert answer.notice
    assert str(LONGEST_QUESTION) in answer.notice


def test_the_neighbours_of_a_passage(wordwise: Librarian) -> None:
    for passage in wordwise.collection.passages:
        quote = wordwise.context(passage.number)
        assert passage.number in quote.passages
        assert quote.section == passage.section
        assert quote.passages == tuple(range(quote.passages[0], quote.passages[-1] + 1))
        assert len(quote.passages) <= 5


@pytest.mark.parametrize(
    "name", ["biography", "film-festival", "library-faq", "pool-rules", "rice-cooker"]
)
def test_other_collections_refuse_what_the_article_answers(opened: Opened, name: str) -> None:
    answer = opened(name, None).answer("志願者有多少人被正式錄用？")
    judge(opened(name, None).collection, answer)
    assert not any("1240名" in quote.text for quote in answer.quotes)


@pytest.mark.parametrize(
    "question",
    ["法國首都是哪裡", "2+2=?", "現在幾點", "今天天氣怎麼樣", "What is the capital of France?"],
)
def test_another_subject_is_not_answered_by_what_was_said_before(
    either: Librarian, question: str
) -> None:
    for before in ("志願者有多少人", "開幕式在哪裡"):
        answer = either.answer(question, [before])
        judge(either.collection, answer)
        assert not answer.answered


@pytest.mark.parametrize(
    "question", ["枕水廳12月5日有什麼", "12月3日早上九點有什麼", "房間999有什麼活動"]
)
def test_a_time_and_place_where_nothing_is_on(either: Librarian, question: str) -> None:
    answer = either.answer(question)
    judge(either.collection, answer)
    assert not answer.answered


@pytest.mark.parametrize(
    ("question", "history", "said", "refs"),
    [
        ("星期一早上有什麼論壇", [], "2017年12月04日", ("5",)),
        ("歡迎晚宴之後有什麼", [], "2017年12月04日 08:10-11:30", ("5",)),
        ("參考資料13和14說了什麼", [], "全體會議", ("13",)),
        ("9呢", ["參考資料8說了什麼"], "簽約儀式", ("9",)),
        ("介紹一下大會", [], "國際性會議", ("1",)),
    ],
)
def test_timetables_references_and_leads(
    either: Librarian, question: str, history: list[str], said: str, refs: tuple[str, ...]
) -> None:
    answer = either.answer(question, history)
    judge(either.collection, answer)
    assert said in answer.quotes[0].text
    assert answer.quotes[0].refs == refs


def test_the_whole_timetable(either: Librarian) -> None:
    answer = either.answer("日程安排")
    assert len(answer.quotes) == len(either.schedule.timetable.rows)


@pytest.mark.parametrize("question", ["How do I bake bread?", "參考資料99", "開幕式什麼時候舉行"])
def test_what_is_said_beside_quotes_may_be_said_in_another_language(
    either: Librarian, question: str
) -> None:
    answer = either.answer(question)
    assert answer.notice
    languages: tuple[Language, ...] = ("hant", "hans", "en")
    said = {language: answer.said_in(language) for language in languages}
    assert len({one.notice for one in said.values()}) == len(languages)
    assert all(one.quotes == answer.quotes for one in said.values())
    assert either.answer("志願者有多少人").said_in("en").notice is None


def test_dates_of_the_whole_subject_are_no_disagreement(either: Librarian) -> None:
    assert either.answer("大會什麼時候舉行？").notice is None


class Noting(Hashing):
    """An encoder that notes how long the longest text is that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.longest = max(self.longest, *map(len, texts))
        return super().encode(texts)


def test_a_question_is_bounded_as_it_is_read() -> None:
    document = read_page("a.txt", "烏鎮有一座橋。\n橋上有燈。\n", BOILERPLATE_LINES)
    encoder = Noting()
    librarian = Librarian(collected([document], encoder))
    grown = "\ufdfa" * 500  # 18 characters each when it is normalised
    encoder.longest = 0
    assert librarian.answer(grown).phrase == "too_long"
    assert librarian.answer("橋", [grown]) == librarian.answer("橋")
    librarian.answer("橋上有什麼" * 300)
    assert 0 < encoder.longest <= 256
