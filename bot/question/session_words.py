"""Words that any question on a timetable may have, which name nothing in it."""

import re

_GENERIC = re.compile(
    r"活动|论坛|会议|节目|一大早|分别|两场|三场|戏|片子|影片|哪几部|播|放|参加|有啲?咩|"
    r"由朝到晚|从早到晚|一整天|全日|全天|嗰日|嗰阵|呢日|场次|时段|段|选择|可以选|选|揀|拣|"
    r"搞紧|嘢|样|场次|安排|日程|议程|行程|时间表|议题|项目|比赛|放映|电影|讲座|课程|分论坛|"
    r"场地|会场|大厅|房间|同时|同一时间|平行|并行|"
    r"举行|进行|举办|开始|结束|召开|开会|开放|时间|时段|地点|上演|在开|正在|有什么|有咩|有乜|"
    r"有啲|有哪|哪些|哪几|几场|几个|多少|什么|全部|所有|列出|"
    r"叫做?|名字|名称|什么名|最早|最晚|最后|第一|给我|帮我|请问|麻烦|告诉|想知|知道|列一遍|一遍|一下|"
    r"会|场|开|有|做|搞|办|要|去|看|睇|听|讲|聊|谈|干|玩|当天|那天|嗰日|当日|之后|之前|以后|"
    r"以前|然后|接着|跟着|下一|上一|后面|前面|后|前|间|这|那|嗰|的|在|是|系|"
    r"\b(?:schedule|programme|program|agenda|timetable|events?|sessions?|forums?|activit(?:y|"
    r"ies)|talks?|meetings?|screenings?|films?|happening|happens?|going|scheduled|planned|"
    r"running|takes?|taking|held|"
    r"place|time|times|room|hall|on|at|in|during|same|parallel|simultaneous(?:ly)?|"
    r"concurrent(?:ly)?|after|before|next|then|else|start(?:s|ing)?|begin(?:s|ning)?|end(?:s|"
    r"ing)?|finish(?:es)?|"
    r"called|named?|title|titled|earliest|latest|first|last|give|tell|please|"
    r"there|full|whole|everything|anything|something|options?|choices?|list|show|conference|"
    r"festival|contest|competition|day)\b"
)


def generic(folded: str) -> list[tuple[int, int]]:
    """Return where a question has words that any question on a timetable may have."""
    return [match.span() for match in _GENERIC.finditer(folded)]
