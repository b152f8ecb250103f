"""Replies and call-backs of the demo county: good answers, weak ones, mere templates, and people who do not pick up."""

import random
from dataclasses import dataclass

from shuzhi.engines.county.situations import Situation, situations

OUTCOMES = ("solved", "partly", "explained", "not")
QUALITIES = ("good", "weak", "template")

_QUALITY_WEIGHTS = (62, 24, 14)

_LAWS = {
    "01": "《劳动合同法》《保障农民工工资支付条例》",
    "02": "《物业管理条例》《城市房地产开发经营管理条例》",
    "03": "《消费者权益保护法》《食品安全法》",
    "04": "《城市供水条例》《电力供应与使用条例》《城镇燃气管理条例》",
    "05": "《道路交通安全法》《公路法》",
    "06": "《城市市容和环境卫生管理条例》《城乡规划法》",
    "07": "《噪声污染防治法》《大气污染防治法》《水污染防治法》",
    "08": "《农村土地承包法》《土地管理法》《水法》",
    "09": "《基本医疗卫生与健康促进法》《传染病防治法》",
    "10": "《义务教育法》《未成年人保护法》",
    "11": "《老年人权益保障法》《残疾人保障法》及社会救助有关规定",
    "12": "《治安管理处罚法》《户口登记条例》",
    "13": "《优化营商环境条例》《政府信息公开条例》",
    "14": "《消防法》《安全生产法》《突发事件应对法》",
    "15": "有关法律法规和职责分工",
}
_GREETINGS = ("您好，您反映的事项已收悉，现答复如下：", "诉求人您好：", "您好！感谢您的反映。经核实，")
_FACTS = (
    "{day}上午，我单位{post}{surname}同志与您电话联系并到现场查看，您所反映的“{matter}”情况属实。",
    "接件后我单位于{day}组织{few}名工作人员实地核查，走访了周边{homes}户群众，确认“{matter}”的情况与您描述一致。",
    "经{post}{surname}同志当天与您通话了解、{day}入户查看，“{matter}”一事基本属实，起因与经过已逐项记录。",
)
_HEARD = (
    "关于您提出的“{matter}”，我单位{post}{surname}同志已于{day}与您电话沟通，逐项说明。",
    "您提出的“{matter}”我们认真研究过了，{day}由{post}{surname}同志向您作了当面说明。",
)
"""Openings for inquiries, suggestions and thanks, where there is nothing to verify on the spot."""
_DONE = ("处理情况：{fix}。", "目前，{fix}。现场照片已上传。", "措施与结果：{fix}，{day}已请您到场确认。")
_PARTLY = (
    "已完成部分：已先行排除影响最大的问题；未完成部分：{limit}。完成后我们会主动告知您。",
    "目前的进展是：{limit}。我们每周更新一次进度，直到办完为止。",
)
_EXPLAINED = (
    "需要向您说明：{limit}。如您对此有不同意见，可在六十日内通过行政复议等法定途径提出。",
    "关于您的要求，情况是这样的：{limit}。您如有新的情况可随时补充，我们会重新研究。",
)
_NOT = (
    "很抱歉，目前尚未能解决：{limit}。已报分管领导并列入疑难事项清单，月底前再次向您说明进展。",
    "此事暂未办成，原因：{limit}。我们没有把它当作办结，会继续跟踪。",
)
_CLOSINGS = (
    "联系人：{surname}同志，电话0000-80009{tail}。",
    "如有疑问请联系{post}{surname}同志，0000-80009{tail}（工作日）。",
)
_WEAK = (
    "您好，您反映的问题我单位已安排人员处理，后续会持续关注。",
    "经了解，情况已知悉，已要求相关责任方整改。谢谢您的监督。",
    "您好，该问题正在协调中，请耐心等待。",
    "已电话联系诉求人解释，诉求人表示理解。",
    "已转相关科室，按程序办理。",
    "现场查看时未发现您所说的情况，如再次发生请及时反映。",
)
_TEMPLATES = (
    "您好！您的诉求已收悉。感谢您对我们工作的关心、理解和支持，祝您生活愉快！",
    "尊敬的市民：您好！您反映的问题我们高度重视，已按有关规定办理。感谢来电！",
    "您好，经核实，已按相关政策规定处理完毕，如有疑问请与我单位联系。感谢您的支持！",
)
_POSTS = ("科长", "网格员", "执法队员", "经办人", "站长", "专干")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙胡郭何"


@dataclass(frozen=True, slots=True)
class SyntheticReply:
    """A handling unit's answer. quality: good (facts, measures, basis, contact), weak or template."""

    text: str
    quality: str
    outcome: str
    basis: str
    contact: str


@dataclass(frozen=True, slots=True)
class SyntheticCallback:
    """How a call-back went. tries: 1 to 3.   contacted, solved, rating: None when nobody could be reached.

    contacted: whether the unit had spoken with the person.   rating: 1 very dissatisfied to 5 very satisfied.
    """

    tries: int
    reached: bool
    contacted: bool | None
    solved: bool | None
    rating: int | None


def reply(seed: int, situation: Situation | str, outcome: str, *, quality: str = "") -> SyntheticReply:
    """An authored reply to a demand of this situation.

    seed: another integer for each order.   outcome: solved, partly, explained or not.   quality: good, weak or
    template; drawn when not given.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"no outcome {outcome}")
    matter = situations()[situation] if isinstance(situation, str) else situation
    rng = random.Random((seed << 8) ^ 0x5A)  # noqa: S311 - reproducible, no secret
    quality = quality or rng.choices(QUALITIES, _QUALITY_WEIGHTS)[0]
    if quality == "template":
        return SyntheticReply(rng.choice(_TEMPLATES), quality, outcome, "", "")
    if quality == "weak":
        return SyntheticReply(rng.choice(_WEAK), quality, outcome, "", "")
    if quality != "good":
        raise ValueError(f"no quality {quality}")
    return _good(matter, outcome, rng)


def _good(situation: Situation, outcome: str, rng: random.Random) -> SyntheticReply:
    words = {
        "matter": _matter(situation),
        "fix": situation.fix,
        "limit": situation.limit,
        "surname": rng.choice(_SURNAMES),
        "post": rng.choice(_POSTS),
        "day": rng.choice(("次日", "当日", "第二天", "第三天")),
        "few": str(rng.randint(2, 5)),
        "homes": str(rng.randint(3, 12)),
        "tail": f"{rng.randint(0, 99):02d}",
    }
    results = {"solved": _DONE, "partly": _PARTLY, "explained": _EXPLAINED, "not": _NOT}[outcome]
    basis = _LAWS[situation.leaf[:2]]
    contact = rng.choice(_CLOSINGS).format_map(words)
    opening = _HEARD if situation.kind in ("inquiry", "suggestion", "praise", "other") else _FACTS
    body = rng.choice(opening).format_map(words) + rng.choice(results).format_map(words)
    return SyntheticReply(
        f"{rng.choice(_GREETINGS)}{body}办理依据：{basis}。{contact}", "good", outcome, basis, contact
    )


def _matter(situation: Situation) -> str:
    """The first authored title without the gaps that name a place or a number."""
    plain = [one for one in situation.title if "{" not in one]
    if plain:
        return plain[0]
    words = situation.title[0]
    while "{" in words:
        words = words[: words.index("{")] + words[words.index("}") + 1 :]
    return words


_REACHED_BY_TRY = (0.46, 0.24, 0.16)
"""Chance to be answered at the first, second and third call: about a third of people are never reached."""

_SOLVED_SAYS = {"solved": 0.88, "partly": 0.38, "explained": 0.3, "not": 0.05}
_RATINGS = {
    True: (2, 4, 14, 34, 46),
    False: (34, 28, 24, 10, 4),
}
"""Weights of ratings 1 to 5 for people who say that their matter was, and was not, solved."""


def call_back(seed: int, outcome: str, quality: str) -> SyntheticCallback:
    """How the person answers when the hotline calls back; silence stays silence, never satisfaction.

    seed: another integer for each order.   outcome and quality: those of the reply; weak and template replies
    come with fewer contacts and fewer matters that people call solved.
    """
    if outcome not in OUTCOMES or quality not in QUALITIES:
        raise ValueError("unknown outcome or quality")
    rng = random.Random((seed << 8) ^ 0xC3)  # noqa: S311 - reproducible, no secret
    answered = [number for number, chance in enumerate(_REACHED_BY_TRY, start=1) if rng.random() < chance]
    if not answered:
        return SyntheticCallback(len(_REACHED_BY_TRY), False, None, None, None)
    factor = 1.0 if quality == "good" else 0.6
    contacted = rng.random() < (0.93 if quality == "good" else 0.5)
    solved = rng.random() < _SOLVED_SAYS[outcome] * factor
    rating = rng.choices((1, 2, 3, 4, 5), _RATINGS[solved])[0]
    return SyntheticCallback(answered[0], True, contacted, solved, rating)
