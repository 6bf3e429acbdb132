"""What is printed for programs: the same JSON, with nothing in it that steers a terminal."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from wuzhen.bot.cli.streams import escaped

STEERING = "\x7f\x9b\x85\u061c\u200e\u2028\u202e\u2066"


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(STEERING)))
def test_escaped_json_is_the_same_value_and_steers_nothing(text: str) -> None:
    shown = escaped(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(shown) == {"text": text}
    assert not set(shown) & set(STEERING)
    assert all(unicodedata.category(one) != "Cc" for one in shown)
