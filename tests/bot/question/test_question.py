"""What is understood of a question before anything is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.question.question import (
    asking_part,
    focus,
    interrogatives,
    understand,
    without_support_words,
)
from wuzhen.index.text.fold import fold


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("参考资料8说什么", ("8",)),
        ("參考資料 [14] 是什麼", ("14",)),
        ("第十四條參考資料", ("14",)),
        ("注釋3講乜", ("3",)),
        ("[5]", ("5",)),
        ("【21】是什麼", ("21",)),
        ("what does reference 12 say", ("12",)),
        ("footnote no. 2", ("2",)),
        ("[3]和[4]", ("3", "4")),
        ("志願者有多少人", ()),
        ("資料2017年12月發佈嗎", ()),
        ("第3個論壇", ()),
    ],
)
def test_references_asked_about(text: str, references: tuple[str, ...]) -> None:
    assert understand(text).references == references


@given(st.integers(1, 999))
def test_every_reference_number(number: int) -> None:
    for form in ("參考資料{}", "[{}]", "ref {}", "第{}號參考資料", "参考文献第{}条"):
        assert understand(form.format(number)).references == (str(number),), form


@pytest.mark.parametrize(
    "text",
    [
        "這個說法出自哪個參考資料",
        "哪條參考支持1240名志願者",
        "which reference supports this",
        "参考资料编号是多少",
        "呢句出自邊份文獻",
    ],
)
def test_questions_for_the_reference_of_a_statement(text: str) -> None:
    question = understand(text)
    assert question.supports
    assert question.kinds == ()
    assert question.references == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("第一天有什麼", 1),
        ("次日有什麼", 2),
        ("第三日", 3),
        ("最後一天", -1),
        ("what is on the second day", 2),
        ("closing day", -1),
        ("第一個論壇", None),
    ],
)
def test_days_by_their_order(text: str, day: int | None) -> None:
    question = understand(text)
    assert question.day == day
    assert question.timed == (day is not None)


@given(st.integers(1, 12), st.integers(1, 28), st.integers(13, 23))
def test_dates_and_hours(month: int, day: int, hour: int) -> None:
    question = understand(f"{month}月{day}日{hour}:30有什麼活動")
    assert [(d.month, d.day) for d in question.dates] == [(month, day)]
    assert [clock.hour for clock in question.clocks] == [hour + 0.5]
    assert question.timed
    for start, end in question.when_spans:
        assert 0 <= start < end <= len(question.core)


@pytest.mark.parametrize(
    ("text", "yes_no", "listing", "definition", "leaning"),
    [
        ("有Wi-Fi嗎？", True, False, False, False),
        ("Is the hotel open?", True, False, False, False),
        ("有哪些論壇", False, True, False, False),
        ("list the forums", False, True, False, False),
        ("烏鎮展望是什麼", False, False, True, False),
        ("那在哪裡?", False, False, False, True),
        ("下午呢", False, False, False, True),
        ("and where?", False, False, False, True),
        ("志願者有多少人", False, False, False, False),
    ],
)
def test_how_it_asks(
    text: str, yes_no: bool, listing: bool, definition: bool, leaning: bool
) -> None:
    question = understand(text)
    assert (question.yes_no, question.listing, question.definition, question.leaning) == (
        *(yes_no, listing, definition, leaning),
    )


def test_ordinals_and_counts() -> None:
    assert understand("第五屆大會在哪裡").editions == ((5, "届"),)
    assert (26.0, "项") in understand("26項智慧化項目是什麼").counts
    assert understand("12月3日有什麼").counts == ()


def test_the_sentences_of_a_long_message_that_ask() -> None:
    told = "我昨天剛到這裡,天氣很好,吃了很多好吃的東西,也看了很多風景,覺得非常開心。"
    assert asking_part(told + "閉幕式幾點開始？") == "閉幕式幾點開始？"
    assert asking_part("閉幕式幾點開始？") == "閉幕式幾點開始？"
    assert asking_part(told + told) == told + told
    english = "We arrived yesterday and it was raining all day long so we stayed in the hotel! "
    assert asking_part(english * 2 + "When does it close?").strip() == "When does it close?"


_texts = st.text(
    st.one_of(st.characters(), st.sampled_from("什麼哪誰幾多少的是有，。?[]0123年月日天: wha")),
    max_size=80,
)


@given(_texts)
def test_no_text_is_too_strange(text: str) -> None:
    question = understand(text)
    assert question.text == text
    assert fold(asking_part(text)) in fold(text) or len(asking_part(text)) <= len(text)
    for start, end in interrogatives(question.core):
        assert 0 <= start < end <= len(question.core)
    for start, end, side in focus(question.core):
        assert 0 <= start < end
        assert side in ("before", "after")
    kept = without_support_words(text)
    assert len(kept) in (len(text), len(fold(text)))


@pytest.mark.parametrize(
    ("text", "named", "side"),
    [
        ("標誌是什麼顏色", "颜色", "after"),
        ("主持人是誰", "主持人", "before"),
        ("what colour is it", "colour", "after"),
        ("how many volunteers came", "volunteers", "after"),
    ],
)
def test_the_word_that_names_what_is_asked_for(text: str, named: str, side: str) -> None:
    core = fold(text)
    at = core.index(named) if side == "after" else core.index(named) + len(named)
    assert any(start <= at < end and way == side for start, end, way in focus(core))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("開幕式是12月2日還是12月3日", "date"),
        ("是26項還是27項", "count"),
        ("Was it on 2 December or 3 December?", "date"),
        ("喝茶還是咖啡", None),
    ],
)
def test_one_or_the_other_asks_for_its_kind(text: str, kind: str | None) -> None:
    assert [name for name, _ in understand(text).kinds][:1] == ([kind] if kind else [])
