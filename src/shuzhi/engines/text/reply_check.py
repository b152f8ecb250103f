"""Checks a draft reply to a citizen against what was asked; every finding has its reason, there is no single score."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shuzhi.engines.text import asks
from shuzhi.engines.text.likeness import bare
from shuzhi.engines.text.masking import mask

BLOCK, WARN, INFO = "block", "warn", "info"
_TOO_SHORT = 30
"""Characters below which a reply can hardly say what was found, what is done and on what basis."""
_TEMPLATE_SHARE = 0.8
_POINT_COVER = 0.25
"""Share of an asked point's telling character pairs that a reply must take up to count as answering it."""

_BASIS = re.compile(
    r"《[^》]{2,40}》|第[一二三四五六七八九十百零\d]{1,6}条|根据|依据|按照|依照|[规法]定|政策|标准|条例|办法|通知|经核实|经调查|经查|经现场|经了解|核查"
)
_MEASURE = re.compile(
    r"已(?:经)?(?:安排|完成|修复|更换|清理|责令|要求|督促|约谈|整改|维修|处理|恢复|协调|联系|立案|疏通|拆除|发放|退还|告知|组织|启动|列入|加强|派|对|向|于|将)|将于|将(?:在|会|继续|加强|进一步)|计划|预计|下一步|责成|"
    r"责令|督促|整改|加大|协调|现场|排查|您可以|您可|可以?(?:到|向|在|通过|拨打|申请|携带)|请您?(?:到|向|携带|通过|凭|于)|需要?提供|办理(?:流程|地点)|方案"
)
_CONTACT = re.compile(
    r"\d{3,4}[-—－ ]?\d{7,8}|\d{7,11}|12345|联系(?:电话|方式|人)|咨询电话|拨打|致电|\[电话\]|来电"
)
_DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|\d{1,2}月[底初中]|\d{4}年|月底前|年底前|\d{1,3}个?(?:工作日|天|日)内|近期|本周|下周|本月|下月|[今明]年"
)
_RUDE = re.compile(
    r"无理取闹|刁民|不要再(?:打|问|反映|投诉)|自己想办法|与我(?:局|们|单位)无关|不归我们管|爱.{0,2}不.{0,2}|少管|胡搅蛮缠|你自己|没办法|无能为力"
)
_NOT_OURS = re.compile(
    r"不属于?(?:我|本)|非(?:我|本)(?:局|单位|部门).{0,4}职责|无权|请(?:您)?(?:向|联系|咨询)(?:相关|有关)部门"
)
_COURTESY = re.compile(
    r"(?:尊敬的)?(?:网友|市民|群众|来信人|朋友|同志|先生|女士)[^，。！]{0,20}[:：，]?|您好|你好|感谢您?[^。！]{0,40}[。！]|"
    r"(?:来信|留言|诉求|反映|您的)[^。！]{0,30}(?:收悉|收到|知悉)|特此(?:回复|告知|答复)|现(?:将|就)?[^。！]{0,30}(?:回复|答复)如下|"
    r"(?:祝您?|欢迎|如有)[^。！]{0,40}[。！]|我们(?:将|会)?高度重视|已(?:转|交)[^。！]{0,24}(?:处理|办理|核实)|我们?(?:将|会)(?:尽快|认真)[^。！]{0,20}"
)
_PERSONAL = {
    "identity": BLOCK, "mobile": BLOCK, "bank_card": BLOCK, "passport": BLOCK, "plate": BLOCK, "wechat": WARN,
    "qq": WARN, "email": WARN, "room": WARN, "name": WARN, "landline": INFO,
}  # fmt: skip
_IDLE = (
    "我们希望请问领导有关相关部门能否建议要求问题解决尽快处理什么时候可以怎么如何为什是否一下没有现在这个还是不能进行"
    "我是您好你好谢谢反映"
)
_STOP_PAIRS = frozenset(_IDLE[at : at + 2] for at in range(0, len(_IDLE), 2))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at before the reply goes out.

    code: stable, for translation.   severity: "block", "warn" or "info".   reason: one English sentence.
    span: (start, end) in the reply, or in the question for "point-unanswered"; (0, 0) when it is about the whole.
    """

    code: str
    severity: str
    reason: str
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """What was found, gravest first, and how much of the reply is its own words (0 to 1)."""

    findings: tuple[Finding, ...]
    own_words: float

    @property
    def blocked(self) -> bool:
        """Whether a finding must be mended before the reply may go out."""
        return any(one.severity == BLOCK for one in self.findings)


def check_reply(asked: str, reply: str, *, templates: Sequence[str] = ()) -> ReplyCheck:
    """Check a reply against the question it answers; templates: texts of the unit's reply templates.

    >>> [one.code for one in check_reply("路灯什么时候修？", "您好，已收到。").findings]
    ['template-only', 'too-short', 'point-unanswered', 'no-basis', 'no-measure', 'no-contact']
    """
    own = _own_words(reply, templates)
    share = len(bare(own)) / max(1, len(bare(reply)))
    findings = [*_form(reply, own, share), *_points(asked, reply), *_substance(reply), *_personal(reply)]
    rank = {BLOCK: 0, WARN: 1, INFO: 2}
    return ReplyCheck(tuple(sorted(findings, key=lambda one: rank[one.severity])), round(share, 3))


def _own_words(reply: str, templates: Sequence[str]) -> str:
    """The reply without courtesy and without the fixed sentences of the templates."""
    rest = reply
    for template in templates:
        for fixed in re.split(r"\{[^}]*\}", template):
            if len(fixed) >= 4:
                rest = rest.replace(fixed.strip(), "")
    return _COURTESY.sub("", rest)


def _form(reply: str, own: str, share: float) -> list[Finding]:
    found = []
    if share <= 1 - _TEMPLATE_SHARE or len(bare(own)) < 8:
        found.append(
            Finding("template-only", BLOCK, "The reply says nothing beyond courtesy and template sentences.")
        )
    if len(bare(reply)) < _TOO_SHORT:
        found.append(Finding("too-short", WARN, f"The reply has fewer than {_TOO_SHORT} characters."))
    if rude := _RUDE.search(reply):
        found.append(Finding("tone", WARN, "These words may be felt as a rebuff.", rude.span()))
    return found


def _points(asked: str, reply: str) -> list[Finding]:
    answered = set(_pairs(reply))
    found = []
    for point in asks.split(asked):
        telling = [pair for pair in _pairs(point) if pair not in _STOP_PAIRS]
        if telling and sum(pair in answered for pair in telling) < _POINT_COVER * len(telling):
            start = max(0, asked.find(point))
            span = (start, start + len(point))
            found.append(
                Finding("point-unanswered", WARN, "The reply does not take up this asked point.", span)
            )
    return found


def _pairs(text: str) -> list[str]:
    plain = bare(text)
    return [plain[at : at + 2] for at in range(len(plain) - 1)]


def _substance(reply: str) -> list[Finding]:
    found = []
    if not _BASIS.search(reply):
        found.append(
            Finding("no-basis", WARN, "No fact checked and no rule or document is named as the basis.")
        )
    if not _MEASURE.search(reply):
        found.append(
            Finding("no-measure", WARN, "No measure taken or planned and no way to proceed is named.")
        )
    if not _CONTACT.search(reply):
        found.append(Finding("no-contact", WARN, "No telephone or other contact for questions is given."))
    if (later := re.search(r"将|计划|预计|下一步", reply)) and not _DATE.search(reply):
        found.append(Finding("no-date", INFO, "Something is promised without saying by when.", later.span()))
    if (away := _NOT_OURS.search(reply)) and not _CONTACT.search(reply):
        found.append(
            Finding("sent-away", WARN, "The citizen is sent elsewhere without saying where.", away.span())
        )
    return found


def _personal(reply: str) -> list[Finding]:
    return [
        Finding(
            "personal-data",
            _PERSONAL[span.kind],
            f"Personal data ({span.kind}) in a reply.",
            (span.start, span.end),
        )
        for span in mask(reply).spans
    ]
