"""The words of the page itself, in the languages that it is shown in."""

from typing import Literal

Shown = Literal["hant", "hans", "en"]

NAMES: dict[Shown, str] = {"hant": "繁體", "hans": "简体", "en": "English"}
"""Each language as its readers call it, in the order in which they are offered."""

_WORDS: dict[str, tuple[str, str, str]] = {
    "name": ("烏鎮問答", "乌镇问答", "烏鎮問答 Wuzhen"),
    "about": (
        "逐字引用文件原文回答；文中沒有寫的，會直接說沒有。",
        "逐字引用文件原文回答；文中没有写的，会直接说没有。",
        "Answers by quoting the documents word for word, or says that they do not say.",
    ),
    "skip": ("跳到內容", "跳到内容", "Skip to content"),
    "languages": ("語言", "语言", "Language"),
    "question": ("你的問題", "你的问题", "Your question"),
    "follow": ("接著問", "接着问", "Ask a follow-up question"),
    "ask": ("提問", "提问", "Ask"),
    "new": ("新的對話", "新的对话", "New conversation"),
    "earlier": ("之前的問題", "之前的问题", "Earlier questions"),
    "answer": ("回答", "回答", "Answer"),
    "nearest": ("最接近的段落", "最接近的段落", "Nearest passages"),
    "related": ("相關段落", "相关段落", "Related passages"),
    "context": ("看上下文", "看上下文", "In context"),
    "place": ("看原文位置", "看原文位置", "In the document"),
    "reference": ("參考資料 [{}]", "参考资料 [{}]", "Reference [{}]"),
    "carried": (
        "帶有這個編號的段落（共 {} 段）",
        "带有这个编号的段落（共 {} 段）",
        "Passages that carry this number ({})",
    ),
    "schedule": ("日程", "日程", "Timetable"),
    "documents": ("可以問這些文件", "可以问这些文件", "Ask about these documents"),
    "back": ("回到提問", "回到提问", "Back to asking"),
    "passage": ("這一段的上下文", "这一段的上下文", "The passage in context"),
    "date": ("日期", "日期", "Date"),
    "time": ("時間", "时间", "Time"),
    "topic": ("議題", "议题", "Topic"),
    "room": ("地點", "地点", "Place"),
    "refs": ("參考", "参考", "Refs"),
    "rate": ("這個回答有用嗎？", "这个回答有用吗？", "Was this answer useful?"),
    "up": ("有用", "有用", "Yes"),
    "down": ("沒有用", "没有用", "No"),
    "reason": ("原因（可不填）", "原因（可不填）", "Reason (optional)"),
    "kept": (
        "連同問題一起保存，供管理者改進。",
        "连同问题一起保存，供管理者改进。",
        "Kept with the question, for the operator to improve the answers.",
    ),
    "counted": (
        "只計數，不保存問題。",
        "只计数，不保存问题。",
        "Counted only; the question is not kept.",
    ),
    "thanks": ("謝謝你的評價。", "谢谢你的评价。", "Thank you for the rating."),
    "copy_quote": ("複製", "复制", "Copy"),
    "copied": ("已複製", "已复制", "Copied"),
    "problem": ("沒有找到", "没有找到", "Not found"),
    "gone": (
        "這裡沒有這個內容，文件可能已經改過。",
        "这里没有这个内容，文件可能已经改过。",
        "There is nothing here; the document may have changed.",
    ),
    "busy": (
        "現在問的人太多，請稍後再問。",
        "现在问的人太多，请稍后再问。",
        "Too many people are asking just now; please ask again later.",
    ),
}


def words(language: Shown) -> dict[str, str]:
    """Return every word of the page in a language, by its name."""
    place = ("hant", "hans", "en").index(language)
    return {name: forms[place] for name, forms in _WORDS.items()}
