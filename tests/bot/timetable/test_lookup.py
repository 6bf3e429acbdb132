"""Which rows of the article's timetable a question asks for."""

import pytest

from wuzhen.bot.answering.librarian import Librarian
from wuzhen.bot.question.reading import read


def rows(librarian: Librarian, question: str, earlier: str | None = None) -> list[str]:
    """The topics of the rows asked for, with their hours."""
    collection = librarian.collection
    before = read(earlier, collection) if earlier else None
    found = librarian.schedule.rows_for(read(question, collection), before)
    return [" ".join(row.passage.text.split()[:3]) for row in found]


@pytest.mark.parametrize(
    ("question", "count", "some"),
    [
        ("12月2日有什麼活動", 1, "“互聯網之光”博覽會開幕式"),
        ("12月3日有哪些議程", 4, "13:30-15:30 全體會議"),
        ("12月4日晚上有什麼", 1, "文藝演出"),
        ("最後一天有哪些活動", 5, "11:00-12:00 大會閉幕式"),
        ("12月4日19:30有什麼", 1, "文藝演出"),
        ("通安廳有哪些活動?", 3, "共享紅利:互聯網精準扶貧"),
        ("What is on in room 201?", 2, "人工智能:讓生活更美好"),
        ("閉幕式之後是什麼", 1, "12:00-13:00 新聞發佈會"),
        ("最後一場活動12月5日是什麼", 1, "新聞發佈會"),
        ("志願者有多少人", 0, ""),
        ("12月4日誰參加了植樹活動", 0, ""),
        ("12月25日有什麼活動", 0, ""),
        ("你好", 0, ""),
    ],
)
def test_rows_asked_for(wordwise: Librarian, question: str, count: int, some: str) -> None:
    found = rows(wordwise, question)
    assert len(found) == count
    assert not some or any(some in row for row in found)


def test_rows_stand_in_order(wordwise: Librarian) -> None:
    timetable = wordwise.schedule.timetable
    found = wordwise.schedule.rows_for(read("12月4日有什麼", wordwise.collection))
    assert [r.passage.number for r in found] == sorted(r.passage.number for r in found)
    assert found == [row for row in timetable.rows if row.day == 3]


def test_an_earlier_question_narrows(wordwise: Librarian) -> None:
    whole = rows(wordwise, "12月4日有什麼")
    evening = rows(wordwise, "晚上呢", "12月4日有什麼")
    assert evening == [row for row in whole if "文藝演出" in row]
    morning = rows(wordwise, "12月5日呢", "12月4日上午有什麼")
    assert len(morning) == 4
    assert all(row.startswith("2017年12月05日") for row in morning)


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("999廳有什麼", "no_room"),
        ("12月25日有什麼活動", "no_day"),
        ("第八天有什麼活動", "no_day"),
        ("208有什麼活動", None),
        ("12月4日有什麼活動", None),
        ("志願者有多少人", None),
        ("12月25日誰參加了植樹活動", None),
    ],
)
def test_a_room_or_a_day_that_is_not_there(
    wordwise: Librarian, question: str, phrase: str | None
) -> None:
    absent = wordwise.schedule.absent(read(question, wordwise.collection), ())
    assert (absent[0] if absent else None) == phrase


def test_a_day_is_refused_with_the_days_that_there_are(wordwise: Librarian) -> None:
    answer = wordwise.answer("12月25日有什麼活動")
    assert not answer.answered
    assert answer.notice is not None
    assert "2017年12月02日" in answer.notice


def test_a_room_by_its_number_alone(wordwise: Librarian) -> None:
    assert rows(wordwise, "208") == rows(wordwise, "208廳有什麼") != []


def test_a_topic_in_common_with_nothing_names_no_row(wordwise: Librarian) -> None:
    schedule = wordwise.schedule
    named = schedule.named(read("人工智能論壇在哪裡", wordwise.collection))
    assert named is not None
    assert "人工智能" in named.passage.text
    assert schedule.named(read("恐龍在哪裡滅絕", wordwise.collection)) is None
    assert schedule.named(read("在哪裡", wordwise.collection)) is None
