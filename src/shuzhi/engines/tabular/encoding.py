"""Which encoding a text file is in: the ones met in Chinese offices first."""

import codecs
from collections.abc import Iterable

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Almost all characters of a real Chinese text lie in GB 2312's first plane (rows 1, 3 and 16 to 55); text of other
# encodings that happens to decode scatters over the rest.
_MOSTLY = 0.7


def detect_encoding(sample: bytes, *, complete: bool) -> str:
    """Python's name of the codec of a text.

    sample: some of its bytes, starting at its first byte or at a character.  complete: whether the text ends there.
    A byte-order mark wins; then strict UTF-8; then GB 18030 when the characters are common Chinese;
    then whichever of the two is damaged least; then statistics.

    >>> detect_encoding("区划代码,名称".encode("gb18030"), complete=True)
    'gb18030'
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if _decodes(sample, "utf-8", complete):
        return "utf-8"
    common = _common_share(_pairs(sample)) >= _MOSTLY
    if common and _decodes(sample, "gb18030", complete):
        return "gb18030"
    if _mostly_utf8(sample):
        return "utf-8"
    best = None if common else from_bytes(sample).best()
    if best is None or best.encoding.startswith(("gb", "hz")):
        return "gb18030"
    return best.encoding


def _mostly_utf8(sample: bytes) -> bool:
    """Whether a text with some damaged bytes is still UTF-8: long sequences do not arise by chance."""
    text = sample.decode("utf-8", "replace")
    long = sum(1 for character in text if character >= "\u0800")
    damaged = text.count("\ufffd")
    return long - damaged >= damaged > 0


def _decodes(sample: bytes, name: str, complete: bool) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(sample, complete)
    except UnicodeDecodeError:
        return False
    return True


def _pairs(sample: bytes) -> Iterable[tuple[int, int]]:
    at, last = 0, len(sample) - 1
    while at < last:
        if sample[at] < 0x80:
            at += 1
        else:
            yield sample[at], sample[at + 1]
            at += 2


def _common_share(pairs: Iterable[tuple[int, int]]) -> float:
    common = total = 0
    for lead, trail in pairs:
        total += 1
        common += trail >= 0xA1 and (lead in (0xA1, 0xA3) or 0xB0 <= lead <= 0xD7)
    return common / total if total else 0.0
