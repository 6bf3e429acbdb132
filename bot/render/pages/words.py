"""The words that the page of the documents itself says, in the languages of the documents."""

from collections import Counter
from collections.abc import Callable, Iterable

from wuzhen.bot.build_report import counted
from wuzhen.bot.language import language_of
from wuzhen.bot.phrases import Language

_SAMPLE = 2_000
TAGS: dict[Language, str] = {"hant": "zh-Hant", "hans": "zh-Hans", "yue": "yue-Hant", "en": "en"}
"""Languages as HTML names them (BCP 47); they choose the shapes of characters, too."""

_WORDS: dict[str, tuple[str, str, str]] = {
    "contents": ("Contents", "目錄", "目录"),
    "reference_list": ("References", "參考編號", "参考编号"),
    "left_out": ("Left out", "沒有讀入", "没有读入"),
    "how": (
        "What was understood of the text. Each small number is a passage: the unit that is found "
        "and quoted, and a link to itself.",
        "這是程式讀懂的樣子。每個小號數字是一個片段，即查找和引用的單位，也是指向它自己的連結。",
        "这是程序读懂的样子。每个小号数字是一个片段，即查找和引用的单位，也是指向它自己的链接。",
    ),
    "carried": (
        "Each number that the text carries, and the passages that it stands for.",
        "文中的每個參考編號，以及它所對應的片段。",
        "文中的每个参考编号，以及它所对应的片段。",
    ),
    "merged": (
        "Grey: stands once in the text, in a row above; the cells were merged.",
        "灰字：原文只在上面的列寫過一次，儲存格是合併的。",
        "灰字：原文只在上面的行写过一次，单元格是合并的。",
    ),
    "passage": ("Passage {}", "片段 {}", "片段 {}"),
    "date": ("Date", "日期", "日期"),
    "time": ("Time", "時間", "时间"),
    "topic": ("Topic", "議題", "议题"),
    "place": ("Place", "地點", "地点"),
    "lead": ("(lead)", "（開頭）", "（开头）"),
}

_THINGS: dict[str, tuple[str, str, str]] = {
    "documents": ("document", "份文件", "份文件"),
    "passages": ("passage", "個片段", "个片段"),
    "sections": ("section", "節", "节"),
    "references": ("reference", "個參考編號", "个参考编号"),
}


def words(language: Language) -> dict[str, str]:
    """Return every word of the page in a language, by its name."""
    place = _place(language)
    return {name: forms[place] for name, forms in _WORDS.items()}


def counting(language: Language) -> Callable[[int, str], str]:
    """Return what says in a language how many there are of a thing."""
    place = _place(language)

    def count(number: int, thing: str) -> str:
        named = _THINGS[thing][place]
        return counted(number, named) if language == "en" else f"{number} {named}"

    return count


def _place(language: Language) -> int:
    """Return which of the forms of a word is a language's."""
    return {"en": 0, "hans": 2}.get(language, 1)


def language_of_text(text: str) -> Language:
    """Return the language that a document begins in."""
    return language_of(text[:_SAMPLE])


def most(languages: Iterable[Language]) -> Language:
    """Return the language of most documents, the first of them where several are as many."""
    return Counter(languages).most_common(1)[0][0]
