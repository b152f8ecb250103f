"""Finds the numbers, accounts, plates and rooms that lead to one person, however they are written.

Numbers are read with full-width, circled, Chinese and look-alike digits as digits, and with spaces, dashes, dots and
invisible characters between them left aside. Order numbers, dates and amounts look alike: checksums, plausible
groupings and the words in front tell them apart.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from shuzhi.engines.text.digits import (
    CHINESE_NUMERALS,
    DIGIT_CHARS,
    INVISIBLE,
    LOOKALIKES,
    ODD,
    flatten,
    numerals,
)
from shuzhi.engines.text.identity_numbers import is_identity_number, is_luhn, looks_born

_Found = Iterator[tuple[int, int]]
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_S = r"[ \-‐‑‒–—―·•._~/\\]{0,3}"
"""What may stand between the digits of one number."""
_FAR_DIGITS = "\U0001d7ce-\U0001d7ff\U0001fbf0-\U0001fbf9"
"""Mathematical and segmented digits; as ranges, because single characters this far out make a set slow to search."""
_DIGIT = "".join(char for char in DIGIT_CHARS if char < "\U00010000")
_BETWEEN = re.escape(INVISIBLE) + r" \u3000\u00a0\-‐‑‒–—―·•._~/\\－．"
_LONG_RUN = re.compile(
    f"[{_DIGIT}{_FAR_DIGITS}](?:[{_BETWEEN}]{{0,3}}[{_DIGIT}{LOOKALIKES}{_FAR_DIGITS}]){{6}}"
)
_ODD_NEAR = "".join(
    char for char, plain in ODD.items() if char < "\U00010000" and (plain.isalnum() or plain in "@.-")
)
_ODD = re.compile(f"[{re.escape(_ODD_NEAR)}\U00010000-\U0010ffff]")
_LETTER_OR_DIGIT = re.compile(r"[A-Za-z0-9@]")
_ACCOUNT_CUES = (
    "微信",
    "薇信",
    "威信",
    "维信",
    "加微",
    "扣扣",
    "企鹅",
    "v信",
    "加v",
    "weixin",
    "wechat",
    "qq",
    "vx",
    "wx",
)
_ROOM_UNITS = ("栋", "幢", "号楼", "单元", "室", "房", "座", "排", "东户", "西户", "中户", "-", "—", "–")
_ROOM_CUE = re.compile(
    rf"[\d{CHINESE_NUMERALS}十A-Z甲乙丙丁][ ]?(?:栋|幢|号楼|座|排|单元|室|号房|房)|[东西中]户|\d[-—–]\d|号院?\d"
)


_IDENTITY_CUE = re.compile(r"身份证|证件号|身份号|公民号码|ID", re.I)
_CARD_CUE = re.compile(r"卡号|银行卡|账号|帐号|账户|帐户|储蓄卡|信用卡|[行社]卡|汇到|转到|打到")
_ORDER_CUE = re.compile(
    r"单号|编号|流水|受理号|工单|订单|运单|批次|文号|案号|信用代码|执照|查询码|序列号|ISBN|条码"
)

_IDENTITY = re.compile(rf"(?<!\d)[1-9](?:{_S}\d){{16}}{_S}[\dXx](?![\dA-Za-z])|(?<!\d)[1-9]\d{{14}}(?!\d)")
_CARD = re.compile(rf"(?<!\d)[3-69](?:{_S}\d){{14,18}}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86[)）]?{_S})?(1{_S}[3-9](?:{_S}\d){{9}})(?!\d)")
_MOBILE_GROUPS = {
    (11,), (3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5), (5, 6), (6, 5), (3, 3, 3, 2), (1, 10), (4, 7),
}  # fmt: skip
"""How people space a mobile number; other groupings are lists of amounts or dates."""
_LANDLINE = re.compile(
    r"(?<![\d.])\(?(?:010|02\d|0[3-9]\d{2})\)?[ \-‐–—]{0,2}[2-8]\d{2,3}[ \-]?\d{4}(?:[ \-转]{1,2}\d{1,5})?(?!\d)"
)
_LOCAL_LINE = re.compile(
    r"(?:电话|座机|固话|致电|拨打|来电|联系方式|联系号码|传真|手机|Tel|tel|TEL)[^\d\n。;]{0,8}?([2-8]\d{2,3}[ \-]?\d{4})(?!\d|[年元万米个])"
)
_EMAIL = re.compile(r"[A-Za-z0-9][\w.%+-]{0,63} ?[@] ?[A-Za-z0-9-]{1,63}(?: ?\. ?[A-Za-z]{2,10}){1,3}", re.A)
_WECHAT = re.compile(
    r"(?:微信|薇信|威信|维信|weixin|wechat|v信|加v|加微|\bvx|\bwx)(?:号码|号|账号|id)?(?:就?是|为|同号|[:：=\s,，(（])*"
    r"([A-Za-z][-_A-Za-z0-9]{5,19}|[1-9]\d{5,10})(?![\w@])",
    re.I | re.A,
)
_QQ = re.compile(
    rf"(?:qq|扣扣|企鹅)(?:群)?(?:号码|号|主)?(?:是|为|[:：=\s,，(（])*([1-9](?:{_S}\d){{4,10}})(?!\d)", re.I
)
_NUM = "0-9零〇一二三四五六七八九幺"
_PLATE = re.compile(
    rf"[{_PROVINCES}] ?[A-Z][ ·•.\-]{{0,2}}(?:[A-HJ-NP-Z{_NUM}][ ]?){{4}}"
    rf"(?:[A-HJ-NP-Z{_NUM}] ?[A-HJ-NP-Z{_NUM}]|[A-HJ-NP-Z{_NUM}挂学警港澳领])(?![A-Z0-9])",
    re.I | re.A,
)
_RARE_PLATE = re.compile(
    r"(?<!\d)\d{6}[使领](?!用|取|导|域)|[使领]\d{6}(?!\d)|WJ ?[" + _PROVINCES + r"]?[ ·•]?\d{4}[\dA-Z](?!\d)"
    r"|民航[ ·•]?[0-9A-Z]{5}(?![0-9A-Z])|[军空海北沈兰济南广成][A-Z][ ·•]?\d{5}(?!\d)",
    re.A,
)
_PASSPORT = re.compile(
    r"(?:护照|通行证|回乡证|台胞证|军官证|士兵证|居留证|证件)[^A-Za-z\d\n]{0,8}?([A-Z]{1,2}\d{7,8}|\d{7,9})(?!\d)",
    re.I,
)
_ROOM = re.compile(
    r"(?:\d{1,4}|[A-Z]\d{0,3}|[一二三四五六七八九十]{1,3})[ ]?(?:栋|幢|号楼|座|排)[ ,]?"
    r"(?:(?:\d{1,2}|[一二三四五六七八九十甲乙丙丁东西]{1,2})[ ]?(?:单元|门|梯)[ ,]?)?(?:\d{1,2}层[ ,]?|\d{1,2}楼[ ,]?)?"
    r"(?:[A-Z]?\d{3,4}(?:[ ]?(?:室|房|号|户))?(?![\d\-年元万米人])|\d{1,3}(?:室|房|户|号)(?!线)|[一二三四五六七八九十\d]{1,3}[楼层]?[东西中]户|[东西中]户)"
    r"|(?:\d{1,2}|[一二三四五六七八九十甲乙丙丁]{1,2})单元[ ,]?(?:\d{3,4}(?:室|房|户|号)?|\d{1,2}楼?[东西中]户)(?!\d)"
    r"|(?<![\d\-])\d{1,3}(?:栋|幢|号楼)?[\-—–]\d{1,2}[\-—–]\d{3,4}(?:室|房|户|号)?(?![\d\-])"
    r"|(?<![\dA-Z\-])[A-Z]?\d{3,4}(?:室|号房)(?!内)"
    r"|(?:路|街|巷|弄|道)\d{1,4}号(?:院)?\d{1,4}(?:室|房|户)"
)


class Views:
    """One text at the same offsets in three ways: as given, in plain ASCII, and with every numeral as a digit."""

    def __init__(self, text: str) -> None:
        self.given = text
        self.has_long_run = bool(_LONG_RUN.search(text))
        odd = _ODD.search(text) or self.has_long_run
        self.flat = flatten(text) if odd else text
        self.has_plain = bool(odd or _LETTER_OR_DIGIT.search(text))
        lower = self.flat.lower() if self.has_plain else ""
        self.names_account = any(cue in lower for cue in _ACCOUNT_CUES)

    @cached_property
    def number(self) -> str:
        """The text with Chinese numerals and look-alike letters as digits."""
        return numerals(self.flat)


def _digits(stretch: str) -> str:
    return "".join(char for char in stretch.upper() if char.isdigit() or char == "X")


def _before(views: Views, start: int, *, reach: int = 14) -> str:
    return views.flat[max(0, start - reach) : start]


def _identities(views: Views) -> _Found:
    if not views.has_long_run:
        return
    for found in _IDENTITY.finditer(views.number):
        number, cue = _digits(found[0]), _before(views, found.start())
        if is_identity_number(number) or (looks_born(number) and _IDENTITY_CUE.search(cue)):
            yield found.span()


def _mobiles(views: Views) -> _Found:
    if not views.has_long_run:
        return
    for found in _MOBILE.finditer(views.number):
        groups = tuple(len(group) for group in re.findall(r"\d+", found[1]))
        if groups in _MOBILE_GROUPS or max(groups) <= 2:
            yield found.span()


def _cards(views: Views) -> _Found:
    if not views.has_long_run:
        return
    for found in _CARD.finditer(views.number):
        number, cue = _digits(found[0]), _before(views, found.start())
        if _CARD_CUE.search(cue) or (len(number) >= 16 and is_luhn(number) and not _ORDER_CUE.search(cue)):
            yield found.span()


def _landlines(views: Views) -> _Found:
    if not views.has_long_run:
        return
    for found in _LANDLINE.finditer(views.number):
        if not _ORDER_CUE.search(_before(views, found.start(), reach=8)):
            yield found.span()
    for found in _LOCAL_LINE.finditer(views.number):
        yield found.span(1)


def _passports(views: Views) -> _Found:
    if views.has_long_run:
        yield from (found.span(1) for found in _PASSPORT.finditer(views.flat))


def _emails(views: Views) -> _Found:
    if "@" in views.flat:
        yield from (found.span() for found in _EMAIL.finditer(views.flat))


def _accounts(pattern: re.Pattern[str]) -> Callable[[Views], _Found]:
    def find(views: Views) -> _Found:
        if views.names_account:
            yield from (found.span(1) for found in pattern.finditer(views.flat))

    return find


def _plates(views: Views) -> _Found:
    if views.has_plain:
        yield from (found.span() for found in _PLATE.finditer(views.flat))
    if views.has_long_run or "WJ" in views.flat or "民航" in views.flat:
        yield from (found.span() for found in _RARE_PLATE.finditer(views.flat))


def _rooms(views: Views) -> _Found:
    if any(unit in views.flat for unit in _ROOM_UNITS) and _ROOM_CUE.search(views.flat):
        yield from (found.span() for found in _ROOM.finditer(views.flat))


FINDERS: tuple[tuple[str, Callable[[Views], _Found]], ...] = (
    ("email", _emails),
    ("identity", _identities),
    ("mobile", _mobiles),
    ("wechat", _accounts(_WECHAT)),
    ("qq", _accounts(_QQ)),
    ("bank_card", _cards),
    ("passport", _passports),
    ("landline", _landlines),
    ("plate", _plates),
    ("room", _rooms),
)
"""Kinds in the order that decides overlaps: a stretch that one kind claims is not read again by a later one."""
