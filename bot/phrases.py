"""Every sentence that the program itself says, in each language that it speaks."""

from typing import Literal

Language = Literal["hant", "hans", "en", "yue"]

LANGUAGES: tuple[Language, ...] = ("hant", "hans", "en", "yue")

_PHRASES: dict[str, dict[Language, str]] = {
    "refused": {
        "hant": "文中沒有提到這一點。最接近的段落：",
        "hans": "文中没有提到这一点。最接近的段落：",
        "en": "The text does not say. The nearest passages:",
        "yue": "篇文冇提到呢點。最接近嘅段落：",
    },
    "refused_bare": {
        "hant": "文中沒有提到這一點。",
        "hans": "文中没有提到这一点。",
        "en": "The text does not say.",
        "yue": "篇文冇提到呢點。",
    },
    "not_sure": {
        "hant": "不確定文中有沒有提到這一點。最接近的段落：",
        "hans": "不确定文中有没有提到这一点。最接近的段落：",
        "en": "Not sure that the text says this. The nearest passages:",
        "yue": "唔肯定篇文有冇提到呢點。最接近嘅段落：",
    },
    "no_room": {
        "hant": "日程表裡沒有 {what} 這個房間。最接近的段落：",
        "hans": "日程表里没有 {what} 这个房间。最接近的段落：",
        "en": "The timetable has no room {what}. The nearest passages:",
        "yue": "日程表冇 {what} 呢間房。最接近嘅段落：",
    },
    "no_day": {
        "hant": "日程表裡沒有這一天，只有：{what}。最接近的段落：",
        "hans": "日程表里没有这一天，只有：{what}。最接近的段落：",
        "en": "The timetable does not have that day, only {what}. The nearest passages:",
        "yue": "日程表冇呢日，淨係有：{what}。最接近嘅段落：",
    },
    "unsaid_parts": {
        "hant": "文中沒有提到的：{questions}",
        "hans": "文中没有提到的：{questions}",
        "en": "The text does not say: {questions}",
        "yue": "篇文冇提到嘅：{questions}",
    },
    "no_reference": {
        "hant": "文中沒有參考資料 [{number}]。",
        "hans": "文中没有参考资料 [{number}]。",
        "en": "The text has no reference [{number}].",
        "yue": "篇文冇參考資料 [{number}]。",
    },
    "disagree": {
        "hant": "文中的說法不一致，兩處都列在下面。",
        "hans": "文中的说法不一致，两处都列在下面。",
        "en": "The text says two different things; both are quoted.",
        "yue": "篇文嘅講法唔一致，兩處都列喺下面。",
    },
    "empty": {
        "hant": "請輸入一個問題。",
        "hans": "请输入一个问题。",
        "en": "Please ask a question.",
        "yue": "請問一個問題。",
    },
    "too_long": {
        "hant": "問題太長了，請縮短到 {limit} 個字以內。",
        "hans": "问题太长了，请缩短到 {limit} 个字以内。",
        "en": "That is too long; please ask in under {limit} characters.",
        "yue": "條問題太長，請縮到 {limit} 個字以內。",
    },
    "greeting": {
        "hant": "你好！請問我文件裡的事，我會逐字引用原文回答。",
        "hans": "你好！请问我文件里的事，我会逐字引用原文回答。",
        "en": "Hello! Ask me about the documents; I answer by quoting them word for word.",
        "yue": "你好！問我文件入面嘅嘢啦，我會逐字引用原文答你。",
    },
    "thanks": {
        "hant": "不客氣，還想知道什麼都可以問我。",
        "hans": "不客气，还想知道什么都可以问我。",
        "en": "You are welcome. Ask me anything else about the documents.",
        "yue": "唔使客氣，仲想知啲咩都可以問我。",
    },
    "farewell": {
        "hant": "再見，歡迎隨時再來問我。",
        "hans": "再见，欢迎随时再来问我。",
        "en": "Goodbye, and come back any time.",
        "yue": "拜拜，隨時歡迎返嚟問我。",
    },
    "identity": {
        "hant": "我是烏鎮問答，一個只引用文件原文回答問題的程式；文中沒有寫的，我會直說。",
        "hans": "我是乌镇问答，一个只引用文件原文回答问题的程序；文中没有写的，我会直说。",
        "en": "I am 烏鎮問答, a program that answers only by quoting its documents, and says so "
        "when they do not say.",
        "yue": "我係烏鎮問答，一個淨係引用文件原文答問題嘅程式；文中冇寫嘅，我會直講。",
    },
    "laughter": {
        "hant": "😄 有想查的內容就問我吧。",
        "hans": "😄 有想查的内容就问我吧。",
        "en": "😄 Ask me whenever you want to look something up.",
        "yue": "😄 有嘢想查就問我啦。",
    },
}


def say(phrase: str, language: Language, **values: object) -> str:
    """Return a phrase in a language."""
    return _PHRASES[phrase][language].format(**values)
