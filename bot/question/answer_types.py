"""Kinds of things that questions ask for, and where a passage holds one of them.

A question's words tell the kind (`多少錢` asks for money); a passage that answers must hold a thing
of that kind, and where it stands is what a quote highlights. All patterns are for folded text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from wuzhen.index.text.dates import clocks, dates, parts_of_day
from wuzhen.index.text.numerals import HAN_DIGITS, MEASURES, numbers
from wuzhen.index.text.segment import is_word


class Held(NamedTuple):
    """Where a folded text holds a thing of some kind."""

    start: int
    end: int


Finder = Callable[[str], list[Held]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing asked for."""

    name: str
    asked: re.Pattern[str]
    held: Finder


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _pattern(expression: str) -> Finder:
    def find(folded: str) -> list[Held]:
        # Compiled when it is first asked for: few of the kinds are in one run of the program.
        matches = _compiled(expression).finditer(folded)
        return [Held(match.start(), match.end()) for match in matches]

    return find


def _times(folded: str) -> list[Held]:
    ranges = _pattern(r"\d{1,2}:\d{2}\s*(?:[-–—~至到]+\s*\d{1,2}:\d{2})?")(folded)
    return ranges or [Held(c.start, c.end) for c in clocks(folded)] or _parts(folded)


def _parts(folded: str) -> list[Held]:
    found = _pattern("上午|中午|下午|晚上|早上|傍晚|凌晨|清晨|全天|每天|每日")(folded)
    return found if parts_of_day(folded) or found else []


def days(folded: str) -> list[Held]:
    """Find dates, days of the week, and what recurs by the day, week, month or year."""
    spans = dict.fromkeys(Held(date.start, date.end) for date in dates(folded))
    return list(spans) or _pattern("(?:星期|周|礼拜)[一二三四五六日天末]|每[周月年日天]")(folded)


_MONEY_UNIT = (
    r"(?:亿|万|千|百)?\s*(?:元人民币|人民币|美元|欧元|英镑|日元|港元|港币|新台币|台币|元|块钱?|文)"
)
_money = _pattern(
    rf"(?:[\d,.]+|[{HAN_DIGITS}]+)\s*(?:多|余|几)?\s*{_MONEY_UNIT}|(?:nt|us|hk)?\$\s?[\d,.]+"
    r"|免费|不收费|无需付费|不收取?[^,。;]{0,4}费|free of charge|\bfree\b"
)
_percent = _pattern(
    rf"[\d.]+\s*%|百分之[{HAN_DIGITS}\d.]+|[{HAN_DIGITS}]+成(?!为|立|功|果|员|本|绩)|"
    rf"[一二三四五六七八九\d]+折"
)
_title = _pattern(r"《[^》]+》|“[^”]{2,40}”|「[^」]{2,40}」|『[^』]{2,40}』")
_places = _pattern(
    r"[\u4e00-\u9fff·a-z0-9]{0,16}(?:广场|中心|校园|车站|机场|码头|大学|学院|中学|图书馆|"
    r"体育馆|剧院|剧场|酒店|宾馆|"
    r"大楼|大厦|礼堂|公园|景区|会展中心|纪念林|路|街|道|巷|号楼|楼|层|厅|馆|室|宫|场|园|站|库|"
    r"台|口|区|镇|乡|村|县|市|省|国|岛|湾|港)"
    r"(?:\(\d+\))?"
)
_BEFORE_PLACE = "在于到至从自往由是为对了把被向与和及、以"


def _place(folded: str) -> list[Held]:
    """Find places, each from behind the last word that leads to one (`开幕式在*乌镇*`)."""
    found: list[Held] = []
    for held in _places(folded):
        text = folded[held.start : held.end]
        leads = max((text.rfind(word, 0, len(text) - 2) for word in _BEFORE_PLACE), default=-1)
        found.append(Held(held.start + leads + 1, held.end))
    return found


_contact = _pattern(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+|\d{3,4}-\d{3,4}(?:-\d{3,4})?|\d{7,11}|"
    r"官网|网站|小程序"
)
_duration = _pattern(
    rf"(?:约|最快|近)?(?:[\d.]+|半|[{HAN_DIGITS}]+)\s*(?:多|余|几)?\s*个?半?\s*(?:分钟|小时|"
    rf"秒钟?|钟头|分\d+秒|天|日(?![期])|周|星期|个月|年)(?!代|度|级|底|初|\d)"
    r"|\d{1,2}:\d{2}\s*[-–—~至到]+\s*\d{1,2}:\d{2}|长期|终身|永久"
)
_age = _pattern(rf"(?:[\d]+|[{HAN_DIGITS}]+)\s*(?:周岁|岁|个?月大)|享年|年满|未满")
_size = _pattern(
    rf"(?:[\d.,×x*]+|[{HAN_DIGITS}]+)\s*(?:多|余|几)?\s*(?:平方米|平方公里|公里|千米|米|厘米|"
    rf"公分|毫米|亩|公顷|吨|公斤|千克|克|毫升|升|"
    r"千瓦|瓦|伏|赫兹|摄氏度|℃|度|[gmkt]b?\b|kg|km|cm|mm|ml|kw|w\b|v\b|l\b|mg|页)"
)
_colour = _pattern(
    r"[赤红橙橘黄绿青蓝靛紫黑白灰棕褐粉金银](?:色|白|灰|[、,和及])|"
    r"[赤红橙橘黄绿青蓝靛紫黑白灰棕](?=[、,的])|颜色|色调"
)
_language = _pattern(r"[\u4e00-\u9fff]{1,4}[语文](?=[、,。和及与等]|$|\s)|普通话|粤语|语种")
_rank = _pattern(rf"第\s?(?:[\d]+|[{HAN_DIGITS}]+)|首[届次个位]|冠军|亚军|最[\u4e00-\u9fff]")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤习全培麦裴骆闵翟乔柯虞尤宁宗"
    "欧温葛阮鲍施洪游简詹辛管祝左涂"
)
_AFTER_NAME = (
    r"(?=先生|女士|教授|博士|主席|总统|总理|部长|省长|市长|主任|院长|校长|馆长|导演|演员|"
    r"总工程师|工程师|董事长|总裁|ceo|担任|"
    r"出任|致辞|表示|指出|说|认为|等|、|发来|向|任|获|评|是|为|于|在|的|,|。|\)|$|\s)"
)
_BEFORE_NAME = (
    r"(?<=先生|女士|教授|博士|主席|总统|总理|部长|省长|市长|主任|院长|校长|馆长|导演|演员|"
    r"作家|主演|学生|主持人|裁判长|设计师|"
    r"工程师|同窗|导师|儿子|女儿|父亲|母亲|丈夫|妻子|之父)"
)
_persons = _pattern(
    rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}{_AFTER_NAME}"
    rf"|{_BEFORE_NAME.replace('(?<=', '(?:(?<=').replace('|', ')|(?<=')})[\u4e00-\u9fff·]{{2,6}}"
    r"|[\u4e00-\u9fff]{2,5}·[\u4e00-\u9fff]{2,6}|习近平"
)
# Surnames that are as often another word (`高五层`, `向大会`).
_DOUBTFUL_SURNAMES = frozenset("高向万方任白金石成和为于付时常文会")
_LEADS_TO_NAME = "为是由叫即"


def person(folded: str) -> list[Held]:
    """Find names of persons, leaving out what a dictionary knows as another word."""
    found: list[Held] = []
    for start, end in _persons(folded):
        if end - start > 2 and folded[start] in _LEADS_TO_NAME:
            start += 1  # noqa: PLW2901
        name = folded[start:end]
        rest = name[1:]
        ordinary = len(name) == 2 and is_word(name)
        doubtful = name[0] in _DOUBTFUL_SURNAMES and (is_word(rest) or rest[0] in HAN_DIGITS)
        if not ordinary and not doubtful:
            found.append(Held(start, end))
    return found


_organisation = _pattern(
    r"[\u4e00-\u9fffa-z0-9]{2,20}(?:公司|集团|政府|办公室|委员会|组委会|协会|学会|学院|大学|"
    r"银行|局|部|院|所|社|报|厅|处|中心|团队|"
    r"小组|联合会|机构|企业|工厂|厂|航空|啤酒|科技|系)"
)
_reason = _pattern(
    r"因为|因[\u4e00-\u9fff]|由于|为了|为[^,。]{2,20}[,而]|以便|以免|鉴于|所以|目的|旨在|寓意|"
    r"意指|象征|代表|原因|避免|因此|源于|取自"
)
_manner = _pattern(
    r"通过|采用|根据|按照|方式|方法|使用|利用|以[^,。]{2,12}|请|须|只需|可以|可在|登入|扫码|"
    r"凭|步骤|经"
)


def _numbers(folded: str) -> list[Held]:
    skipped = {place for date in dates(folded) for place in range(date.start, date.end)}
    skipped |= {place for clock in clocks(folded) for place in range(clock.start, clock.end)}
    return [
        Held(n.start, n.end)
        for n in numbers(folded)
        if n.start not in skipped and not (n.ordinal and not n.measure)
    ]


# Measure words that count the same things: whichever is asked, any of them answers.
_ALIKE = (
    frozenset("人名位"),
    frozenset({"个", "项", "件", "款", "种", "类"}),
    frozenset({"家", "个", "所", "间"}),
    frozenset({"场", "个", "节", "次"}),
    frozenset({"条", "个", "道", "款", "项"}),
    frozenset({"本", "册", "部", "份", "种"}),
    frozenset({"国", "个", "国家"}),
    frozenset({"天", "日"}),
    frozenset({"间", "个", "室"}),
    frozenset({"台", "部", "架", "辆"}),
    frozenset({"次", "轮", "届", "期", "回"}),
    frozenset({"座", "个", "间", "栋"}),
    frozenset({"队", "支", "组", "个"}),
    frozenset({"枚", "个"}),
    frozenset({"种", "语种", "国", "个", "门"}),
    frozenset({"张", "个"}),
    frozenset({"只", "头", "个"}),
    frozenset({"岁", "周岁"}),
    frozenset({"元", "块", "元人民币", "万元", "亿元"}),
    frozenset({"席", "个"}),
    frozenset({"堂", "节", "次"}),
)


def alike(asked: str, held: str) -> bool:
    """Tell whether two measure words can count the same things."""
    return asked == held or any(asked in group and held in group for group in _ALIKE)


@cache
def counted(measure: str) -> Finder:
    """Return a finder of numbers counted by a measure word, or by one that counts the same."""

    def find(folded: str) -> list[Held]:
        return [
            Held(n.start, n.end)
            for n in numbers(folded)
            if n.measure and alike(measure, n.measure) and not n.ordinal
        ]

    return find


KINDS: tuple[Kind, ...] = tuple(
    Kind(name, re.compile(asked), held)
    for name, asked, held in (
        (
            "money",
            r"多少钱|几多钱|几钱|多少[块元]|几块钱|价格|价钱|票价|收费|费用|学费|会费|房价|"
            r"奖金|多少[^,。?]{0,4}(?:费|金)|几多[^,。?]{0,4}费|"
            r"(?:费|价|金额|月薪|工资|预算|投资)(?:是|为|系|要)?(?:多少|几多|几)|"
            r"[费贵价](?:吗|唔贵)|贵不贵|免费|要不要钱|使唔使钱|收唔收|"
            r"how much (?:is|are|does|do|did|was|were|will|to)\b(?!.{0,30}\b(?:time|bandwidth|"
            r"weigh|rice|water|power|space)\b)|"
            r"\b(?:cost|price|fee|fees|charge|charged|fare|rent|deposit|fine|salary|budget|"
            r"prize money|worth|free)\b",
            _money,
        ),
        (
            "percent",
            r"百分之(?:多少|几)|百分比|比例|几成|几折|折扣|多少%|打折|优惠|占比|\b(?:percent|"
            r"percentage|per cent|proportion|rate|discount)\b",
            _percent,
        ),
        ("colour", r"什么颜色|咩色|乜色|咩颜色|颜色|哪几种色|色系|主色|\b(?:colou?rs?)\b", _colour),
        (
            "contact",
            r"电话|网址|邮箱|电邮|官网|网站|联络|联系|热线|号码|\b(?:phone|telephone|website|"
            r"url|email|e-mail|contact|hotline|address)\b",
            _contact,
        ),
        (
            "duration",
            r"多久|几耐|多长时间|几个?(?:小时|分钟|钟头|月|星期|周)|几天|多少(?:天|分钟|小时|"
            r"年|个月)|几年(?!级)|片长|时长|"
            r"\bhow long\b|\b(?:last|lasts|lasted) (?:the )?longe(?:r|st)\b|"
            r"\bhow many (?:days|hours|minutes|months|years|weeks)\b|"
            r"\bhow (?:fast|quick|quickly)\b",
            _duration,
        ),
        (
            "age",
            r"几岁|多大年纪|多少岁|年龄|几多岁|享年|\bhow old\b|\bage\b",
            _age,
        ),
        (
            "size",
            r"多重|多高|多大(?!年)|多宽|多深|多远|几远|几高|几重|几大(?!板)|面积|重量|尺寸|"
            r"容量|长度|高度|宽度|温度|带宽|功率|电压|几度|净重|"
            r"\bhow (?:big|large|heavy|tall|wide|deep|far|high|fast)\b|\b(?:bandwidth|weight|"
            r"capacity|voltage|temperature|depth|size|weigh|power)\b",
            _size,
        ),
        (
            "time",
            r"几点|几时几分|什么时间|几多点|什么时候|几时|何时|咩时候|乜时候|时间(?!表)|"
            r"早上还是|上午还是|点钟|"
            r"\bwhat time\b|\bwhen\b|\bhours\b|\bopening hours\b",
            _times,
        ),
        (
            "date",
            r"哪天|哪一天|几号|几月|何日|什么时候|几时|何时|咩时候|乜时候|哪年|哪一年|几几年|"
            r"边日|边一日|边年|哪月|日期|日子|星期几|"
            r"\bwhen\b|\bwhat (?:date|day|year|month)\b|\bwhich (?:day|year|month|date)\b|"
            r"\bdates?\b",
            days,
        ),
        (
            "place",
            r"哪里|哪儿|哪边|何处|什么地方|边度|边间|边处|边个厅|边个场|地点|地址|场地|场馆|"
            r"会场|在哪|喺边|哪个(?:厅|馆|室|房|城市|地方|场|楼|国家|省|市|镇|校)|"
            r"哪间|哪个\s*(?:room|hall|venue|place)|边个\s*(?:room|hall|venue)|几楼|哪一?层|"
            r"哪座|哪家酒店|\bwhere\b|\bwhich (?:hall|room|venue|city|country|place|hotel|"
            r"floor|building)\b|\b(?:venue|location)\b",
            _place,
        ),
        (
            "person",
            r"谁|哪位|哪个人|哪一位|边个(?!厅|场|论坛|部门|单位)|边位|乜谁|何人|什么人|咩人|"
            r"哪几位|哪些人|姓名|\bwho\b|\bwhose\b|\bwhom\b",
            lambda folded: person(folded) or _organisation(folded),
        ),
        (
            "organisation",
            r"哪个(?:单位|部门|机构|公司|组织|政府|银行|媒体|学校|大学)|哪些?(?:单位|部门|"
            r"机构|公司|组织|企业|媒体|学校|大学|赞助商)|哪几?家|哪间公司|主办方|"
            r"边个(?:部门|单位|机构)|边间公司|\bwhich (?:organi[sz]ations?|compan(?:y|ies)|"
            r"institutions?|agenc(?:y|ies)|departments?|bod(?:y|ies)|newspapers?|firms?|"
            r"universit(?:y|ies))\b",
            _organisation,
        ),
        (
            "title",
            r"叫什么|叫咩|叫乜|名字|名称|[外中英]文名|全名|别名|笔名|书名|片名|叫做什么|什么名|咩名|题目是|主题是|口号|"
            r"标题|\bcalled\b|\bnamed?\b|\btitles?\b|\bslogan\b|\bmotto\b",
            lambda folded: _title(folded) or person(folded),
        ),
        ("language", r"哪些语言|什么语言|几种语言|哪几种语|语种|外语|\blanguages?\b", _language),
        ("reason", r"为什么|为何|点解|原因|怎么会|为咩|干嘛|\bwhy\b|\breason\b", _reason),
        (
            "manner",
            r"怎么(?!样的|评|会)|怎样|如何|点样|点先|点做|点可以|\bhow (?:do|does|did|can|to|"
            r"is|are|was|were|should)\b",
            _manner,
        ),
    )
)

_MEASURE = re.compile(
    rf"(?:多少|几多|几|第几)\s*(?P<measure>{MEASURES})(?!乎|何|时候|样|会)|多少(?P<bare>)|"
    rf"几多(?P<bare2>)"
)
_COUNT_EN = re.compile(r"\bhow many\b|\bnumber of\b|\bhow much\b|\btotal\b")


def asked_kinds(folded: str) -> list[tuple[str, Finder]]:
    """Return the kinds of things that a folded question asks for, each with its finder."""
    found: dict[str, Finder] = {kind.name: kind.held for kind in KINDS if kind.asked.search(folded)}
    for match in _MEASURE.finditer(folded):
        measure = match["measure"]
        if measure in ("点", "号", "月", "日") or (measure == "年" and "date" in found):
            continue
        if measure and not {"money", "duration", "age"} & found.keys():
            found["count"] = counted(measure)
        elif not found:
            found["count"] = _numbers
    if _COUNT_EN.search(folded) and not found.keys() & {"money", "duration", "size", "percent"}:
        found["count"] = _numbers
    return list(found.items())


def kind_spans(folded: str) -> dict[str, list[tuple[int, int]]]:
    """Return where a folded question has the words that ask for each kind."""
    return {
        kind.name: spans
        for kind in KINDS
        if (spans := [match.span() for match in kind.asked.finditer(folded)])
    }
