"""Texts to read back: words, sentences, pages and tables that hypothesis makes up."""

from dataclasses import dataclass

from hypothesis import strategies as st

# No numeral, no measure, no ending of a place's name among them.
HAN = "春夏秋風雨雪花鳥魚蟲山川江海梅蘭竹菊松柏雲霞星虹"

words = st.text(HAN, min_size=2, max_size=8)


@st.composite
def marks(draw: st.DrawFn) -> tuple[str, tuple[str, ...]]:
    """A run of reference marks, and the numbers that it names."""
    written: list[str] = []
    named: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(1, 200))
        if draw(st.booleans()):
            last = first + draw(st.integers(1, 5))
            written.append(f"[{first}-{last}]")
            named += [str(number) for number in range(first, last + 1)]
        else:
            written.append(f"[{first}]")
            named.append(str(first))
    gap = draw(st.sampled_from([" ", "  ", ""]))
    return gap.join(written), tuple(dict.fromkeys(named))


@st.composite
def sentence(draw: st.DrawFn) -> str:
    clauses = draw(st.lists(words, min_size=1, max_size=4))
    return ",".join(clauses) + draw(st.sampled_from("。！？"))


@dataclass(frozen=True)
class Said:
    """What a reader must find: a sentence, its references and the headings above it."""

    section: tuple[str, ...]
    text: str
    refs: tuple[str, ...]


@st.composite
def paragraph(draw: st.DrawFn, section: tuple[str, ...] = ()) -> tuple[str, list[Said]]:
    """A paragraph of statements, each but perhaps the last with its references behind it."""
    written = ""
    said: list[Said] = []
    for _ in range(draw(st.integers(1, 3))):
        stated = draw(st.lists(sentence(), min_size=1, max_size=3))
        run, refs = draw(marks())
        written += "".join(stated) + f" {run} "
        said += [Said(section, one, refs) for one in stated]
    if draw(st.booleans()):
        rest = draw(sentence())
        written += rest
        said.append(Said(section, rest, ()))
    return written, said


@st.composite
def page(draw: st.DrawFn) -> tuple[str, str, list[Said]]:
    """An encyclopedia's page as it is copied: its text, its title, and what it says, in order."""
    title = draw(st.text("甲乙丙丁戊己庚辛", min_size=4, max_size=8))
    lead, said = draw(paragraph())
    lines = [draw(st.sampled_from(["複製鏈接", "复制链接", ""])), "", title, "", "鎖定", lead]
    names = draw(st.lists(words, min_size=4, max_size=9, unique=True))
    flat = names[: draw(st.integers(0, 2))]
    deep = names[len(flat) :]
    for name in flat:
        written, found = draw(paragraph((name,)))
        lines += ["", title + name, "", written]
        said += found
    while len(deep) >= 2:
        main, *below = deep[: draw(st.integers(2, 4))]
        deep = deep[1 + len(below) :]
        lines += ["", title + main, ""]
        for name in below:
            bulleted = draw(st.booleans())
            path = (main, name, draw(words)) if bulleted else (main, name)
            written, found = draw(paragraph(path))
            lines += ["", title + name, ""]
            lines += [f"  • {path[-1]}"] if bulleted else []
            lines += [written]
            said += found
    return "\n".join([*lines, "參考資料", "展開全部 收起"]), title, said


@dataclass(frozen=True)
class Row:
    date: str
    time: str
    topic: str
    place: str

    def cells(self) -> dict[str, str]:
        named = {"date": self.date, "time": self.time, "topic": self.topic, "place": self.place}
        return {name: cell for name, cell in named.items() if cell}


topics = st.builds(
    "".join,
    st.tuples(words, st.sampled_from(["", ":", "——", " "]), words, st.sampled_from(["", "(應邀)"])),
)
places = st.builds(
    "".join,
    st.tuples(
        words,
        st.sampled_from(["廳", "館", "室", "大劇院", "廣場", "中心", "华美宫"]),
        st.sampled_from(["", "(201)", "（二樓）"]),
    ),
)
_clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
times = st.one_of(
    st.builds("{}-{}".format, _clock, _clock),
    st.builds("{}至{}".format, _clock, _clock),
    _clock,
    st.sampled_from(["上午", "中午", "下午", "晚上", "全天"]),
)
days = st.one_of(
    st.builds(
        "{}年{:02}月{:02}日".format,
        *(st.integers(2000, 2030), st.integers(1, 12), st.integers(1, 28)),
    ),
    st.builds("{}月{}日".format, st.integers(1, 12), st.integers(1, 28)),
    st.builds(
        "{}-{:02}-{:02}".format, *(st.integers(2000, 2030), st.integers(1, 12), st.integers(1, 28))
    ),
    st.sampled_from(["第一天", "第二天", "第3天"]),
)


@st.composite
def timetable(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    """A timetable flattened as a page flattens it, one cell a line, and its rows in full.

    A cell that was merged over several rows stands once, before the first of them.
    """
    lines = list(
        draw(st.sampled_from([("時間", "議題", "地點"), ("日期", "时间", "议题", "地点")]))
    )
    rows: list[Row] = []
    for date in draw(st.lists(days, min_size=1, max_size=3)):
        lines.append(date)
        place = ""
        least = 3 if not rows else 1
        for time in draw(st.lists(times, min_size=least, max_size=4)):
            lines.append(time)
            several = draw(st.lists(topics, min_size=1, max_size=3))
            # Of two lines below a time, the second is the place: two topics alone cannot be told
            # from a topic and a place that does not look like one.
            own = len(several) == 2 and draw(st.integers(0, 1))
            for order, topic in enumerate(several):
                title = (
                    f"{topic}之{'甲乙丙丁戊己庚辛'[len(rows) % 8]}{'子丑寅卯辰巳'[len(rows) // 8]}"
                )
                lines.append(title)
                if not place or (len(several) == 2 and order == own) or draw(st.booleans()):
                    place = draw(places)
                    lines.append(place)
                rows.append(Row(date, time, title, place))
    return lines, rows
