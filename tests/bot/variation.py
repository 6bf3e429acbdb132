"""Ways of typing the same question, and the questions of all collections."""

import json
import os
import re
from collections.abc import Callable

import opencc

from tests.bot.conftest import COLLECTIONS
from wuzhen.bot.question.small_talk import small_talk

EVERY = 1 if os.environ.get("INVARIANCE") == "all" else 40
"""One of so many questions is asked; every one when `INVARIANCE` is `all`."""
HAN = r"[\u3400-\u9fff]"
NAMES = sorted(path.parent.name for path in COLLECTIONS.glob("*/questions.jsonl"))


def asked(name: str) -> list[str]:
    """Return some of the questions of a collection that ask something."""
    lines = (COLLECTIONS / name / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines if line.strip()]
    return [text for text in questions[::EVERY] if text.strip() and not small_talk(text)]


def wide(text: str) -> str:
    return "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text
    )


def apart(text: str) -> str:
    return re.sub(rf"(?<={HAN})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?={HAN})", " ", text)


def bare(text: str) -> str:
    return text.rstrip("?？。!！. ")


TYPED: dict[str, Callable[[str], str]] = {
    "a mark more": lambda text: bare(text) + "？",
    "a mark less": bare,
    "many marks": lambda text: text + "？！……",
    "an emoji": lambda text: text + " 🙏",
    "quotation marks": lambda text: f"「{text}」",
    "lines around": lambda text: f"\n{text} \n",
    "two blanks": lambda text: text.replace(" ", "  "),
    "blanks between scripts": apart,
    "characters without width": "\u200b".join,
    "full width": wide,
    "upper case": str.upper,
    "lower case": str.lower,
    **{
        name: opencc.OpenCC(name).convert
        for name in ("s2t", "t2s", "s2tw", "s2hk", "tw2s", "hk2s", "t2tw", "t2hk", "tw2t", "hk2t")
    },
}

POLITE: dict[str, Callable[[str], str]] = {
    "請問": lambda text: "請問" + text,
    "请问一下，": lambda text: "请问一下，" + text,
    "麻煩你告訴我": lambda text: "麻煩你告訴我" + text,
    "我想知道": lambda text: "我想知道" + text,
    "你好！": lambda text: "你好！" + text,
    "唔該": lambda text: "唔該，" + text,
    "想問下": lambda text: "想問下" + text,
    "謝謝": lambda text: text + "謝謝！",
    "呀": lambda text: bare(text) + "呀",
    "Could you tell me": lambda text: "Could you tell me: " + text,
    "I was wondering": lambda text: "I was wondering, " + text,
    "please": lambda text: bare(text) + ", please?",
    "Excuse me": lambda text: "Excuse me, " + text,
    "Thanks": lambda text: text + " Thanks!",
}

WAYS = {**TYPED, **POLITE}
