"""What can be seen of a stretch that may be the name of a person: its characters, its place among words, its neighbours."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import rjieba

from shuzhi.engines.text.features import paired
from shuzhi.engines.text.surnames import COMPOUND, PIECES, SURNAMES, SYLLABLES

_COMPOUND = frozenset(COMPOUND)
_NAME_TAGS = ("nr", "nrt", "nrfg")
_DOTTED = re.compile(rf"[{SYLLABLES}\u4e00-\u9fff]{{1,7}}(?:[·•・‧∙][\u4e00-\u9fff]{{1,7}})+")
_DOT = re.compile("[·•・‧∙]")
_PIECE = "|".join(sorted(PIECES, key=len, reverse=True))
_PIECED = re.compile(rf"(?:{_PIECE})(?:{_PIECE}|[{SYLLABLES}]){{0,4}}|[{SYLLABLES}]{{1,2}}(?:{_PIECE})+")
_SOUNDS = frozenset(SYLLABLES).union(*PIECES)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE = (
    r"(?:先生|女士|小姐|同志|老师|医生|大夫|护士|师傅|主任|书记|局长|镇长|乡长|村长|县长|市长|区长|经理|老板|律师|教练|警官|阿姨|叔叔|大爷|大妈|大娘|大伯|大哥|大姐|奶奶|爷爷|婆婆|"
    r"同学|小朋友|教授|校长|所长|站长|院长|园长|厂长|队长|科长|处长|组长|班长|会长|支书|会计|总经理|副[\u4e00-\u9fff]{1,2}长|干部|师父)"
)
_KIN = (
    "父亲|母亲|爸爸|妈妈|爸|妈|爹|娘|爷爷|奶奶|外公|外婆|公公|婆婆|岳父|岳母|丈人|丈母娘|老公|老婆|丈夫|妻子|爱人|老伴|前夫|前妻|对象|男友|女友|女朋友|男朋友|儿子|女儿|闺女|孩子|小孩|娃|"
    "孙子|孙女|外孙|外孙女|儿媳|女婿|哥哥|弟弟|姐姐|妹妹|哥|弟|姐|妹|大哥|大姐|嫂子|嫂|姐夫|妹夫|弟媳|侄子|侄女|外甥|外甥女|舅舅|舅|叔叔|叔|伯伯|大伯|伯父|姑姑|姑|阿姨|姨|姨妈|表哥|表弟|表姐|表妹|堂哥|堂弟|"
    "亲家|亲家母|继父|继母|养父|养母|养子|养女|干爹|干妈|邻居|隔壁|对门|楼上|楼下|同村|同组|同事|工友|同学|战友|朋友|老乡|室友|合伙人|老头子|老太婆|媳妇"
)
_ROLE = (
    "会计|出纳|组长|班长|村长|支书|书记|主任|副主任|副镇长|镇长|乡长|站长|所长|队长|院长|园长|校长|局长|科长|班主任|老师|教练|医生|村医|护士|护工|大夫|经理|物业经理|项目经理|老板|老板娘|厂长|店长|店主|包工头|工头|工程师|"
    "司机|师傅|保安|保洁|保洁员|民警|辅警|警察|城管|中介|快递员|外卖员|骑手|收费员|采购员|话务员|客服|网格员|志愿者|护林员|厨师|工人|职工|员工|学生|学员|老人|残疾人|退役军人|低保户|贫困户|五保户|户主|房东|房主|租客|租户|车主|业主|居民|"
    "村民|住户|乘客|患者|病人|伤者|死者|受害人|嫌疑人|当事人|被告|原告|法人|法人代表|法定代表人|代表|负责人|经办人|联系人|投诉人|举报人|申请人|报修人|来信人|来电人|收件人|收款人|担保人|监护人|证人|主播|网友|干部|助理|店员|委员|科员|水电工|小贩"
)
_LEFT = {
    "naming": re.compile(
        r"(?:姓名|名字|名叫|大名|小名|全名|本名|叫做|我叫|他叫|她叫|的叫|叫|署名|签名|户名|名)(?:是|为|写的?是?|的是|写成了?)?[:：“\"\s]{0,2}$"
    ),
    "kin": re.compile(rf"(?:{_KIN})(?:[是叫为])?[:：\s（(]?$"),
    "role": re.compile(rf"(?:{_ROLE})(?:[是叫为])?[:：\s（(]?$"),
    "verb": re.compile(
        r"(?:举报|投诉|感谢|感激|谢谢|表扬|转给|交给|转交|听说|看见|看到|遇到|找到|找|认识|是|让|请|替|跟|和|与|同|被|把|给|由|向|帮|告|推|叫|问|及|姓|写的?是?|听|除了|因为|冒用|包括|通过|根据|像|代|等)$"
    ),
    "enumeration": re.compile(r"[、及和与跟/]\s?$"),
    "open": re.compile(r"[“「『《（(【\[@#—\-:：]\s?$"),
    "number": re.compile(r"\d[.、．)）]?\s?$"),
    "stop": re.compile(r"[。！？!?；;\n…]\s?$"),
    "comma": re.compile(r"[，,]\s?$"),
    "of": re.compile(r"的$"),
    "space": re.compile(r"\s$"),
    "begins": re.compile(r"^$"),
}
_RIGHT = {
    "title": re.compile(_TITLE),
    "home": re.compile(r"(?:他|她)?家(?:里|的|门|那|这|在|半|有|把|被|[，。])?"),
    "of": re.compile(r"的"),
    "speaks": re.compile(r"说|讲|反映|答应|表示|告诉|骂|打|要求|喊|问|吵|拖|欠|霸|占|收|骗|承包|带|拿|开|住|嫁|来|去|不|没|有|是|在|把|被|就|也|又|还|都|从|跟|和|因"),
    "enumeration": re.compile(r"[、/]"),
    "stop": re.compile(r"[。！？!?；;\n…]"),
    "comma": re.compile(r"[，,]"),
    "close": re.compile(r"[”」』》）)】\]]"),
    "open": re.compile(r"[（(“【]"),
    "people": re.compile(r"[一两二三四五六七八九几]人|[一两二三]位|夫妻|夫妇|父子|父女|母子|母女|兄弟|兄妹|姐妹|姊妹|[一全]家|这个?人|本人|等人|等[一二三两四五六七八九十\d]"),
    "number": re.compile(r"[\d１-９]"),
    "sex": re.compile(r"[男女](?![的人朋])"),
    "ends": re.compile(r"\s*$"),
    "space": re.compile(r"\s"),
}  # fmt: skip
_PLACE_ENDS = "村镇乡县市区路街巷桥河湖山岭沟湾坝塘岗坪寨屯庄苑城府庙祠港坡冲坑洼堡咀嘴口渡"
_PLACE = r"[村镇乡县市区路街巷道桥河江湖山岭沟湾坝塘岗坪寨屯庄苑园城府邸阁厦塔寺庙祠站港坡冲坑洼堡咀嘴口组社港]|小区|社区|家[园庄沟湾坪巷村河岭坡堡边桥咀冲畈岗]|花园"
_FIRM = (
    r"公[司园路寓]|集团|超市|酒店|医院|学校|小学|中学|大学|银行|商[场城行店]|市场|广场|大厦|水库|工地|隧道|地铁|高速|大道|新村|国际|中心|药[店房]|餐[馆厅]|饭店|宾馆|诊所|科技|置业|"
    r"地产|物业|牌|桑拿|烧烤|火锅|豆浆|汽修|驾校|幼儿园|装饰|出行|记|专卖|精神|奖"
)
_PLACE_NEXT = re.compile(_PLACE)
_FIRM_NEXT = re.compile(_FIRM)
_PLACE_SOON = re.compile(rf"[\u4e00-\u9fff]{{1,2}}?(?:{_FIRM}|[村镇乡路街巷道桥河湖山岭])")
_BREAKS = frozenset("。，,；;：:！!？?、\n （()）“”")
_GIVEN = re.compile("[^的了是在这那我你他她它们个么吗呢啊吧什怎问谁者啥哪些着过得地某\\W\\da-zA-Z]{1,2}")
_NO_GIVEN = re.compile(
    rf"{_TITLE}|家[{_PLACE_ENDS}]|[大二三四小老]?(?:哥|姐|妹|弟|爷|妈|嫂|婶|叔|伯|姨|娘|爹|婆|公|头|总|工)|[大小老]?[老小]"
)
"""What follows a surname in place of a given name: a title, a hamlet, a way to address somebody."""


@dataclass(frozen=True, slots=True)
class Odds:
    """How much likelier a character stands in a name than in ordinary text, as logarithms."""

    surname: Mapping[str, float]
    given: Mapping[str, float]
    unseen: float

    def of_surname(self, family: str) -> float:
        return 4.0 if len(family) > 1 else self.surname.get(family, -2.0)

    def of_given(self, char: str) -> float:
        return self.given.get(char, self.unseen)


class Seen:
    """A text cut into words once, for all the stretches in it. tags: kind of the word that begins or ends at an offset."""

    def __init__(self, text: str) -> None:
        text = self.text = paired(text)
        self.starts: dict[int, str] = {}
        self.ends: dict[int, str] = {}
        self.named: set[tuple[int, int]] = set()
        self.named_from: set[int] = set()
        at = 0
        for word, tag in rjieba.tag(text):
            self.starts[at] = tag
            if tag in _NAME_TAGS:
                self.named.add((at, at + len(word)))
                self.named_from.add(at)
            at += len(word)
            self.ends[at] = tag
        self.bounds = {0}
        at = 0
        for word in rjieba.cut(text, False):
            at += len(word)
            self.bounds.add(at)
        self._left: dict[int, tuple[str, ...]] = {}
        self._right: dict[int, tuple[str, ...]] = {}

    def left(self, at: int) -> tuple[str, ...]:
        """What stands in front of an offset: groups of words, and the kind of the last one."""
        if at not in self._left:
            tag = self.ends.get(at, "inside")[:1] if at else "begins"
            known = (name for name, rule in _LEFT.items() if rule.search(self.text, max(0, at - 8), at))
            self._left[at] = (f"tag {tag}", *known)
        return self._left[at]

    def right(self, at: int) -> tuple[str, ...]:
        """What stands behind an offset, in the same way."""
        if at not in self._right:
            tag = self.starts.get(at, "inside")[:1] if at < len(self.text) else "ends"
            known = (name for name, rule in _RIGHT.items() if rule.match(self.text, at))
            self._right[at] = (f"tag {tag}", *known)
        return self._right[at]


def candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches that could be names, with their make: plain, compound, pieces or dotted."""
    for start, char in enumerate(text):
        if text[start : start + 2] in _COMPOUND:
            yield from _lengths(text, start, 2, "compound")
        if char in SURNAMES:
            yield from _lengths(text, start, 1, "plain")
    for found in _PIECED.finditer(text):
        if found.end() - found.start() > 1:
            yield found.start(), found.end(), "pieces"
    for found in _DOTTED.finditer(text):
        yield from _dotted(text, *found.span())


def _lengths(text: str, start: int, family: int, make: str) -> Iterator[tuple[int, int, str]]:
    for end in (start + family + 1, start + family + 2):
        given = text[start + family : end]
        if len(given) == end - start - family and _GIVEN.fullmatch(given) and not _NO_GIVEN.fullmatch(given):
            yield start, end, make


def _dotted(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Every way to begin and to end a name with a dot in it."""
    dots = [found.start() for found in _DOT.finditer(text, start, end)]
    for first in range(max(start, dots[0] - 5), dots[0]):
        for last in range(dots[-1] + 2, min(end, dots[-1] + 7) + 1):
            yield first, last, "dotted"


def features(
    seen: Seen, start: int, end: int, make: str, odds: Odds, second: frozenset[tuple[int, int]] | None = None
) -> dict[str, float]:
    """What speaks for or against a name, feature → value. second: stretches that a second tagger proposes."""
    form, found = _form(seen, start, end, make)
    lefts, rights = seen.left(start), seen.right(end)
    for one in lefts:
        found[f"left {one}"] = found[f"{form}, left {one}"] = 1.0
        found |= {f"left {one}, right {other}": 1.0 for other in rights}
    for other in rights:
        found[f"right {other}"] = found[f"{form}, right {other}"] = 1.0
    found |= _around(seen.text, start, end)
    if make in ("pieces", "dotted"):
        found |= _sounds(seen.text, start, end, make)
    else:
        found |= _characters(seen.text, start, end, 2 if make == "compound" else 1, odds)
    if second is not None:
        exact = (start, end) in second
        crossed = any(one < end and start < other for one, other in second)
        found["second source"] = 1.0 if exact else -0.5 if not crossed else -1.0
        found[f"second {exact} {crossed}, {form}"] = 1.0
    return found


def _form(seen: Seen, start: int, end: int, make: str) -> tuple[str, dict[str, float]]:
    """How the stretch lies among the dictionary's words."""
    if make == "dotted":
        return make, {make: 1.0}
    text, bounds = seen.text, seen.bounds
    inner = sum(at in bounds for at in range(start + 1, end))
    whole = start in bounds and end in bounds and not inner
    tagged = (start, end) in seen.named
    begun = start in seen.named_from
    if whole:
        form = "word known as name" if tagged else "word"
    elif start in bounds and end in bounds:
        form = "tagged name" if tagged else "words"
    else:
        form = "cut start" if start not in bounds else "cut end"
    form = f"{make} {form}"
    found = {
        form: 1.0,
        f"length {end - start} {make}": 1.0,
        "tagged": float(tagged),
        "a tagged name begins here": float(begun and not tagged),
        "word over the start": float(start > 0 and rjieba.has_word(text[start - 1 : start + 1])),
        "word over the end": float(rjieba.has_word(text[end - 1 : end + 1]) if end < len(text) else 0),
        "long word over the end": float(end + 1 < len(text) and rjieba.has_word(text[end - 1 : end + 2])),
        "begins with a word": float(end - start > 2 and rjieba.has_word(text[start : start + 2])),
        "ends with a word": float(end - start > 2 and rjieba.has_word(text[end - 2 : end])),
        "pieces": float(inner + 1),
    }
    return form, found


def _characters(text: str, start: int, end: int, family: int, odds: Odds) -> dict[str, float]:
    given = text[start + family : end]
    scores = [odds.of_given(char) for char in given]
    beyond = odds.of_given(text[end]) if end < len(text) and _HAN.match(text[end]) else -3.0
    surname = odds.of_surname(text[start : start + family])
    return {
        "surname": surname,
        "seldom a surname": float(surname < -1),
        "given": sum(scores),
        "least given": min(scores),
        "one given": float(len(given) == 1) * scores[0],
        "character behind is given": beyond,
        "character behind is given, short": beyond * (len(given) == 1),
        "twice the same": float(len(set(given)) < len(given)),
        "surname and given": math.tanh((surname + sum(scores)) / 4),
    }


def _sounds(text: str, start: int, end: int, make: str) -> dict[str, float]:
    """How far the characters are those that write sounds, inside and just outside."""
    written = [char in _SOUNDS for char in text[start:end] if char not in "·•・‧∙"]
    return {
        f"{make} sounds": sum(written) / len(written),
        f"{make} other characters": float(len(written) - sum(written)),
        f"{make} sound before": float(start > 0 and text[start - 1] in _SOUNDS),
        f"{make} sound behind": float(end < len(text) and text[end] in _SOUNDS),
        f"{make} first sound": float(text[start] in _SOUNDS),
        f"{make} last sound": float(text[end - 1] in _SOUNDS),
    }


def _around(text: str, start: int, end: int) -> dict[str, float]:
    """A place or firm behind it, an own clause around it."""
    alone = (not start or text[start - 1] in _BREAKS) and (end == len(text) or text[end] in _BREAKS)
    return {
        "place behind": float(_PLACE_NEXT.match(text, end) is not None),
        "firm behind": float(_FIRM_NEXT.match(text, end) is not None),
        "place soon behind": float(_PLACE_SOON.match(text, end) is not None),
        "alone": float(alone),
        "ends like a place": float(end - start > 2 and text[end - 1] in _PLACE_ENDS),
        "ends like a place before a comma or of": float(
            text[end - 1] in _PLACE_ENDS and text[end : end + 1] in ("的", "")
        ),
        "says of itself": float(_SELF.search(text, max(0, start - 4), start) is not None),
    }


_SELF = re.compile(r"(?:我是|本人|我叫|我名叫|本人叫)$")
