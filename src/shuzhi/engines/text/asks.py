"""Splits a message into the separate matters that it asks."""

import re

_ENUMERATED = re.compile(
    r"(?:^|[。！？；：:\n\s，,])(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．](?!\d)|第[一二三四五六][，、,：:]?|其[一二三四]是?|[一二三四]是|[①②③④⑤⑥])"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")
_ASK = re.compile(
    r"请问|想问|咨询|能否|可否|能不能|可不可以|是否|是不是|什么时候|何时|多久|多少|怎么(?!办法)|如何|为什么|为何|哪里|哪个|哪些|几点|吗[？?]|呢[？?]|？$|\?$"
    r"|希望|建议|要求|请求|恳请|恳求|敬请|盼望|盼|呼吁|申请|强烈要求|投诉|举报|反映|求助|请(?<![邀申聘]请)(?!假|客)|尽快|务必|帮忙|解决"
)
_COURTESY = re.compile(
    r"^[\s,，。]*(?:请(?:领导)?(?:予以)?(?:给予)?(?:解决|处理|回复|答复|支持|重视|谅解|理解|批评指正|放心)(?:一下)?|谢谢|感谢|此致|敬礼|您好|你好|尊敬的?.{0,12}|望(?:解决|回复|领导重视|尽快解决|尽快回复)|盼复|求解决)[\s,，。！!]*$"
)
_MOST = 8
_LONGEST = 120


def split(text: str) -> tuple[str, ...]:
    """The separate matters that the text asks, in order, at most 8, each at most 120 characters.

    An enumerated list gives one matter per point; otherwise each sentence that asks or requests is one.

    >>> split("您好。1、路灯不亮，请修。2、垃圾没人清。")
    ('路灯不亮，请修', '垃圾没人清')
    """
    points = _points(text)
    if len(points) < 2:
        points = [one for one in _SENTENCE.findall(text) if _ASK.search(one) and not _COURTESY.match(one)]
    neat = (point.strip(" \t\r\n。；;，,！!、：:")[:_LONGEST] for point in points)
    return tuple(dict.fromkeys(point for point in neat if len(point) >= 4))[:_MOST]


def _points(text: str) -> list[str]:
    marks = list(_ENUMERATED.finditer(text))
    if len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    points = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    points[-1] = re.split(r"[。\n]", points[-1], maxsplit=1)[0]
    return points
