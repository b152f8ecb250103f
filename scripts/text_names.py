"""Learns what makes a stretch of text the name of a person, from authored words alone.

    python scripts/text_names.py            train and write src/shuzhi/engines/text/data/names.json
    python scripts/text_names.py --measure  grouped 5-fold figures on the development sentences, nothing written
    python scripts/text_names.py --check    exit 1 when the authored words are not those that the weights learnt from

Names are put together from authored surnames and given-name characters and set into the sentences of
`tests/engines/text/masking_set.tsv`, `masking_held_out.tsv` and the situations of the synthetic county, where those
speak of a person. `names_first_sight.tsv` is never read here.
"""

import argparse
import hashlib
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import rjieba
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from shuzhi.engines import county
from shuzhi.engines.text.name_features import Odds, Seen, candidates, features
from shuzhi.engines.text.person_names import NameModel, Tagger, find, lac_tagger
from shuzhi.engines.text.surnames import CLASSIC, COMMON, COMPOUND, PIECES, SURNAMES, SYLLABLES

ROOT = Path(__file__).parents[1]
HOME = ROOT / "src/shuzhi/engines/text/data/names.json"
DEVELOPMENT = (
    ROOT / "tests/engines/text/masking_set.tsv",
    ROOT / "tests/engines/text/masking_held_out.tsv",
)
SEED, LESSONS = 31, 20
LEAST = -0.7
"""Sum of weights from which a stretch counts as a name: chosen on the development sentences."""
REGULAR, COPIES = 0.3, 8
"""Inverse strength of the penalty on weights; how often a sentence returns with other people in it."""
GIVEN = (
    "英华文玉秀明兰金国春红霞梅丽芳建志军平海永小云伟林德生桂荣珍晓燕庆辉强玲清东福娟敏艳凤成美光学忠义祥发宝洪新立俊龙波亮世家子静琴莲菊香"
    "爱雪慧淑凯杰涛斌勇磊刚鹏飞超浩宇轩梓涵欣怡诗雨萱佳嘉思若语心可依琪瑶婷雅丹倩洁莹颖璐蕾薇茜媛妍婧彤桐晨曦阳旭辰睿泽博瀚豪翔峰岩松柏森栋梁"
    "才富贵财旺顺安康宁和善良仁礼智信孝廉正直民权利全有来喜乐天山川江河水木火土石大中长元开启承继宗祖培树根长胜利卫兵武双巧月娥姣仙翠珠银凤霜冬夏秋"
    "四季青素碧紫彩虹锦绣花朵叶枝蓉芬芝芸苗蓝蕙茂荫万千百亿年岁少老一二三九十连远达进先前向上高升起兴旺盛昌繁景运通广博深厚坤乾元亨贞吉祥瑞麒麟虎豹马牛羊燕鹤鸣凰莺"
    "士君公侯王相臣卿儒书画诗琪琳琅珊瑚玮珂瑾瑜璇钰铭钧铁钢锋锐鑫磊森淼焱炎炜烨煜灿炳耀光辉映照晖晴朗昊昕昱晟晋景晗皓皎亚欧亦奕弈逸毅一益艺颐怡谊意翼易忆益思司斯丝"
    "传佑保佐伦仲伯健俭修倍偉允充克兆冠冲凌凡利刘力加劲励劭勤勋化升卓南博卫厚友发叔召合同向启吟咏和哲唯善嗣圣在均坚城培基堂墨士声夫奇奎女妙妮妹姗姿威娅娇娜婉媚季学守"
    "定宏宗宜宝客宣宪家容宽宾寅寒寿封将尚尧展屹岚岭峻崇巍川工巨巧己帆希帅常幼广庄序康廷弘弟彦彩征律得微徽志忠念怀恒恩悦悟情惠愉愿慈慎慕懿成扬承拓振挺捷掌援政敏敬数斐斗方旋"
)
FEMALE_DOUBLE = "丽婷娟娜佳莹兰芳珍圆媛晶露菲雯丹冰"
ORDINARY = [
    "光明",
    "和平",
    "建设",
    "胜利",
    "解放",
    "文明",
    "平安",
    "吉祥",
    "如意",
    "富强",
    "长江",
    "海洋",
    "春天",
    "太阳",
    "阳光",
    "彩虹",
    "流星",
    "白云",
    "大海",
    "高山",
    "黎明",
    "朝阳",
    "曙光",
    "天明",
    "自强",
    "自立",
    "立新",
    "建国",
    "爱国",
    "爱民",
    "卫东",
    "文化",
    "学习",
    "进步",
    "先进",
    "前进",
    "跃进",
    "开心",
    "快乐",
    "欢喜",
    "如意",
    "有余",
    "有福",
    "有才",
    "美丽",
    "聪明",
    "安宁",
    "安静",
    "温柔",
    "善良",
    "诚实",
    "老实",
    "忠诚",
    "天真",
    "可爱",
    "欢欢",
    "乐乐",
    "天天",
    "明明",
    "高峰",
    "雪花",
    "梅花",
    "桃花",
    "荷花",
    "小草",
    "大江",
    "大河",
    "金山",
    "银山",
    "东风",
    "春风",
    "长征",
    "长城",
    "红旗",
    "红军",
    "向东",
    "向前",
    "向阳",
    "团结",
    "友谊",
    "友好",
    "幸福",
    "美好",
    "满意",
    "健康",
    "长寿",
    "永远",
    "将来",
    "未来",
    "新生",
    "重生",
    "小康",
    "富贵",
    "荣华",
    "国庆",
    "元旦",
    "清明",
    "立春",
    "中秋",
    "冬至",
]
PEOPLE = frozenset(
    [
        "我",
        "他",
        "她",
        "老人",
        "孩子",
        "邻居",
        "老板",
        "司机",
        "老师",
        "婆婆",
        "儿子",
        "女儿",
        "姑娘",
        "孙女",
        "领导",
        "客服",
        "医生",
        "书记",
        "老伴",
        "房东",
        "学生",
        "业主",
        "护工",
        "班主任",
        "包工头",
        "队长",
        "经理",
        "主任",
        "老婆",
        "老公",
        "村干部",
        "年轻人",
        "师傅",
        "会计",
        "店主",
        "户主",
    ]
)
GIVEN_LIKE = re.compile(f"[{GIVEN}{CLASSIC}]{{2}}")
PRONOUNS = frozenset(("我", "他", "她"))
Labelled = tuple[str, frozenset[tuple[int, int]]]


def development() -> list[Labelled]:
    """The development sentences with where their names stand."""
    rows: list[Labelled] = []
    for path in DEVELOPMENT:
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            text, names, at = "", set(), 0
            marked = line.split("\t", 1)[1]
            for found in re.finditer(r"\[([a-z_]+)\|([^\]]*)\]", marked):
                text += marked[at : found.start()]
                if found[1] == "name":
                    names.add((len(text), len(text) + len(found[2])))
                text += found[2]
                at = found.end()
            rows.append((text + marked[at:], frozenset(names)))
    return rows


@cache
def ordinary_words() -> tuple[str, ...]:
    """Words of two characters in the county's sentences that begin with a surname: such names exist."""
    words = {word for one in county.lessons(LESSONS) for word in rjieba.cut(one.text, False)}
    return tuple(
        sorted(
            word for word in words if len(word) == 2 and word[0] in SURNAMES and GIVEN_LIKE.fullmatch(word)
        )
    )


def made_up(rng: random.Random) -> str:
    """A name of nobody: the commonest surnames most often, rare ones, two characters, words as names, transliterated ones."""
    turn = rng.random()
    if turn < 0.08:
        pieces = rng.sample(PIECES, 2)
        return rng.choice(("·".join(pieces), "".join(pieces), pieces[0] + rng.choice(SYLLABLES)))
    if turn < 0.12:
        return rng.choice(ordinary_words())
    if turn < 0.17:
        family = rng.choice(COMPOUND)
    elif turn < 0.45:
        family = rng.choice(CLASSIC + COMMON[150:])
    else:
        family = COMMON[min(int(rng.expovariate(1 / 60)), len(COMMON) - 1)]
    turn = rng.random()
    if turn < 0.1:
        return family + rng.choice(ORDINARY)
    if turn < 0.14:
        return family + rng.choice(FEMALE_DOUBLE) * 2
    given = rng.choices(GIVEN, _weights(), k=1 if turn < 0.38 else 2)
    return family + "".join(given)


def _weights() -> list[float]:
    return [1 / (20 + place) for place in range(len(GIVEN))]


def renamed(row: Labelled, rng: random.Random) -> Labelled:
    """The sentence with other people in it."""
    text, names = row
    made, spans, at = "", set(), 0
    for start, end in sorted(names):
        made += text[at:start]
        name = made_up(rng)
        spans.add((len(made), len(made) + len(name)))
        made += name
        at = end
    return made + text[at:], frozenset(spans)


def peopled(text: str, rng: random.Random) -> Labelled | None:
    """The sentence with a name where it speaks of a person, or behind the word for that person; None where it does not."""
    made, spans = "", set()
    words = rjieba.cut(text, False)
    for place, word in enumerate(words):
        if word in PEOPLE and rng.random() < 0.5 and (place + 1 == len(words) or words[place + 1] != "们"):
            if word not in PRONOUNS and rng.random() < 0.4:
                made += word
            name = made_up(rng)
            spans.add((len(made), len(made) + len(name)))
            made += name
        else:
            made += word
    return (made, frozenset(spans)) if spans else None


def odds_of(texts: Iterable[str]) -> Odds:
    """How much likelier a character is in a name than in the texts; characters of neither count as rare in both."""
    counted = Counter(char for text in texts for char in text if "\u4e00" <= char <= "\u9fff")
    whole = sum(counted.values())
    in_text = {
        char: (counted[char] + 2) / (whole + 2 * 6_000) for char in {*counted, *GIVEN, *COMMON, *CLASSIC}
    }
    given: dict[str, float] = defaultdict(float)
    for char, weight in zip(GIVEN, _weights(), strict=True):
        given[char] += weight
    whole_given = sum(given.values()) * 1.25
    floor = 0.2 / 4_000
    surname = {
        char: 1 / (30 + place) / 8
        for place, char in reversed(list(enumerate(dict.fromkeys(COMMON + CLASSIC))))
    }
    return Odds(
        {char: round(math.log(share / in_text[char]), 2) for char, share in surname.items()},
        {
            char: round(math.log((given.get(char, 0) / whole_given + floor) / share), 2)
            for char, share in in_text.items()
            if char in counted or char in given
        },
        round(math.log(floor * (whole + 2 * 6_000) / 2), 2),
    )


def examples(
    rows: Iterable[Labelled], odds: Odds, tagger: Tagger | None, *, keep: float = 1.0, rng: random.Random
) -> Iterator[tuple[dict[str, float], bool]]:
    """Features and truth of the candidates of some sentences; keep: share of the candidates that are no name."""
    for text, names in rows:
        seen = Seen(text)
        second = frozenset(tagger(text)) if tagger else None
        for start, end, make in candidates(text):
            named = (start, end) in names
            if named or rng.random() < keep:
                yield features(seen, start, end, make, odds, second), named


def learn(rows: Sequence[Labelled], odds: Odds, tagger: Tagger | None) -> dict[str, float]:
    """Weights of the features, learnt from sentences, the same with other people, and the county's."""
    rng = random.Random(SEED)
    lessons = [one.text for one in county.lessons(LESSONS)]
    found = list(examples(rows, odds, tagger, rng=rng)) * 3
    for _ in range(COPIES):
        found += examples((renamed(row, rng) for row in rows if row[1]), odds, tagger, rng=rng)
    with_people = [made for text in lessons if (made := peopled(text, rng))]
    found += examples(with_people, odds, tagger, keep=0.4, rng=rng)
    found += examples(((text, frozenset()) for text in lessons), odds, tagger, keep=0.25, rng=rng)
    vectors = DictVectorizer()
    seen = vectors.fit_transform([one for one, _ in found])
    truth = np.array([named for _, named in found])
    model = LogisticRegression(C=REGULAR, max_iter=400).fit(seen, truth)
    print(
        f"{len(truth):,} candidates, {truth.sum():,} names, {len(vectors.feature_names_):,} features",
        file=sys.stderr,
    )
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(vectors.feature_names_, model.coef_[0], strict=True)
        if abs(weight) >= 0.01
    }
    return weights | {"": round(float(model.intercept_[0]), 3)}


def model_of(rows: Sequence[Labelled], odds: Odds, tagger: Tagger | None) -> NameModel:
    """The weights learnt from some sentences; those with a second tagger only when there is one."""
    alone = learn(rows, odds, None)
    return NameModel(odds, alone, learn(rows, odds, tagger) if tagger else alone, LEAST)


def measure(rows: Sequence[Labelled], odds: Odds, tagger: Tagger) -> None:
    """Grouped 5-fold figures on the development sentences, without and with the second tagger."""
    counts: dict[str, Counter[str]] = {"dictionary": Counter(), "with LAC": Counter()}
    for fold in range(5):
        model = model_of([row for n, row in enumerate(rows) if n % 5 != fold], odds, tagger)
        for text, names in (row for n, row in enumerate(rows) if n % 5 == fold):
            for name, second in (("dictionary", None), ("with LAC", tagger)):
                found = set(find(text, second, model=model))
                counts[name]["hit"] += len(found & names)
                counts[name]["miss"] += len(names - found)
                counts[name]["false"] += len(found - names)
    for name, one in counts.items():
        recall, precision = one["hit"] / (one["hit"] + one["miss"]), one["hit"] / (one["hit"] + one["false"])
        print(f"{name}: recall {recall:.3f}, precision {precision:.3f}")


def learnt_from() -> str:
    """SHA-256 of all that the weights learn from."""
    words = (GIVEN, FEMALE_DOUBLE, ORDINARY, sorted(PEOPLE), CLASSIC, COMMON, COMPOUND, PIECES, SYLLABLES)
    sentences = [(text, sorted(names)) for text, names in development()]
    lessons = [one.text for one in county.lessons(LESSONS)]
    told = json.dumps(
        (SEED, LEAST, REGULAR, COPIES, words, sentences, lessons), ensure_ascii=False, default=sorted
    )
    return hashlib.sha256(told.encode()).hexdigest()


def stale() -> bool:
    return json.loads(HOME.read_text(encoding="utf-8")).get("learnt_from") != learnt_from()


def write(model: NameModel) -> None:
    told = {
        "made_from": "authored words; see scripts/text_names.py",
        "learnt_from": learnt_from(),
        "least": model.least,
        "unseen": model.odds.unseen,
        "surname": model.odds.surname,
        "given": model.odds.given,
        "alone": model.alone,
        "seconded": model.seconded,
    }
    HOME.write_text(json.dumps(told, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check:
        old = stale()
        print("names: run python scripts/text_names.py" if old else "up to date")
        return int(old)
    lac = lac_tagger()
    tagger = cache(lambda text: tuple(lac(text)))
    odds = odds_of(one.text for one in county.lessons(LESSONS))
    if asked.measure:
        measure(development(), odds, tagger)
    else:
        write(model_of(development(), odds, tagger))
    return 0


if __name__ == "__main__":
    sys.exit(main())
