"""What a column of a county's file means, and what its cells mean in our codes."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from shuzhi.engines.tabular import Field, match_columns
from shuzhi.spine.errors import InvalidInput


def _titled(name: str, titles: str) -> Field:
    return Field(name, tuple(titles.split()))


# Titles that counties, contests and 311 systems use; case, width, spaces and punctuation do not matter.
FIELDS: tuple[Field, ...] = (
    _titled(
        "source_key",
        "工单编号 工单号 诉求编号 受理编号 留言编号 信件编号 案件编号 编号 序号 order_no message_id ticket "
        "service_request_id ServiceRequestNum REQUEST_ID id row",
    ),
    _titled("title", "标题 主题 留言主题 诉求标题 工单标题 来信主题 subject summary"),
    _titled(
        "text",
        "内容 诉求内容 留言详情 留言内容 来电内容 反映内容 工单内容 问题描述 诉求描述 详情 正文 描述 "
        "description content details body message",
    ),
    Field(
        "request_type",
        ("REQUEST_TYPE", "SRType", "service_name", "complaint_type", "request type", "事项名称"),
    ),
    _titled(
        "received_at",
        "受理时间 登记时间 留言时间 来电时间 来信时间 创建时间 提交时间 发生时间 时间 日期 created_on CreatedDate "
        "created_at requested_datetime opened created datetime time date",
    ),
    _titled(
        "place",
        "事发地点 事发地址 发生地点 发生地址 详细地址 地点 地址 位置 address location neighborhood neighbourhood "
        "river 河道",
    ),
    _titled(
        "area",
        "区划代码 区域代码 行政区划 区划 所属区域 所属区县 区县 县区 区域 街道 乡镇 社区 area_code district",
    ),
    _titled("lat", "纬度 latitude y"),
    _titled("lng", "经度 longitude lon long x"),
    _titled("category", "问题分类 诉求分类 事项分类 分类 类别 一级标签 category_code label"),
    _titled("kind", "诉求类型 工单类型 信件类型 诉求性质 性质 类型 type"),
    _titled("channel", "受理渠道 诉求渠道 诉求来源 来源渠道 渠道 来源 MethodReceived REQUEST_ORIGIN origin"),
    _titled("name", "姓名 诉求人 来电人 联系人 市民姓名 反映人 caller contact"),
    _titled("phone", "联系电话 手机号码 手机号 手机 来电号码 电话 mobile tel telephone"),
    _titled("email", "电子邮箱 邮箱 e-mail"),
    _titled(
        "enterprise", "企业名称 涉及企业 被反映企业 被诉企业 商家名称 enterprise company firm business_name"
    ),
    _titled("tags", "标签 标记 关键词标签 tags labels"),
    _titled("anonymous", "是否匿名 匿名"),
    _titled("secret", "是否保密 保密 confidential"),
)
FIELD_NAMES = tuple(field.name for field in FIELDS)
WORD_FIELDS = ("text", "title", "request_type")

KIND_WORDS: Mapping[str, str] = {
    "咨询": "inquiry", "求助": "help", "求决": "help", "投诉": "complaint", "举报": "report", "建议": "suggestion",
    "意见建议": "suggestion", "表扬": "praise", "感谢": "praise",
}  # fmt: skip

# The first pattern that occurs in the cell names the channel.
_CHANNEL_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), channel)
    for pattern, channel in (
        (r"微信|小程序|wechat", "wechat"),
        (r"app|ios|android|移动端|手机端", "mobile_app"),
        (r"短信|text message|sms", "sms"),
        (r"邮件|邮箱|e-?mail", "email"),
        (r"微博|qq|抖音|twitter|facebook|social", "social_media"),
        (r"领导|leader", "leader_board"),
        (r"网站|网页|互联网|官网|web|online", "web"),
        (r"电话|热线|12345|phone|call", "hotline"),
        (r"窗口|大厅|来访|walk|window", "window"),
        (r"来信|信件|mail|letter", "letter"),
        (r"网格|grid", "grid_officer"),
        (r"internal|control panel|巡查|自查", "internal"),
        (r"api|接口|系统对接", "api"),
    )
)
_YES = frozenset({"是", "y", "yes", "true", "1", "匿名", "保密"})


def match(columns: Sequence[str], mapping: Mapping[str, str] | None) -> dict[str, int]:
    """Where each field stands, {field: index of its column}; `mapping` {column: field} overrides what is recognised.

    A column mapped to "" is left out. Raises InvalidInput when a name is unknown or no column holds words.
    """
    forced: dict[str, int] = {}
    left_out: set[int] = set()
    for column, field in (mapping or {}).items():
        if column not in columns:
            raise _wrong(
                _("there is no column “%(column)s”. The file has: %(all)s."), column=column, all=columns
            )
        if field and field not in FIELD_NAMES:
            raise _wrong(_("“%(field)s” is no field. Use one of: %(all)s."), field=field, all=FIELD_NAMES)
        left_out.add(columns.index(column))
        if field:
            forced[field] = columns.index(column)
    free = ["" if at in left_out else title for at, title in enumerate(columns)]
    found = match_columns(free, [field for field in FIELDS if field.name not in forced]) | forced
    if not any(field in found for field in WORD_FIELDS):
        raise _wrong(
            _(
                "none of the columns holds what people said. Name it with --map COLUMN=text. The file has: %(all)s."
            ),
            all=columns,
        )
    return found


def channel_code(cell: str) -> str:
    """Our code for a channel as written in a file, "" when it is not recognised."""
    return next((code for pattern, code in _CHANNEL_PATTERNS if pattern.search(cell)), "")


def several(cell: str) -> tuple[str, ...]:
    """The words of a cell that lists several, however they are parted."""
    return tuple(part.strip() for part in re.split(r"[|｜、;；,，]+", cell) if part.strip())


def says_yes(cell: str) -> bool:
    return cell.strip().casefold() in _YES


def _wrong(why: str, **words: str | Sequence[str]) -> InvalidInput:
    plain = {name: word if isinstance(word, str) else ", ".join(word) for name, word in words.items()}
    return InvalidInput(field=_("Columns"), key="mapping", why=why % plain)
