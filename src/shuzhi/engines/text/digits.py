"""Sees through the ways people write digits: full-width, Chinese, circled and look-alike, without moving any offset."""

import unicodedata

_CHINESE = {
    "〇": "0", "○": "0", "零": "0", "洞": "0",
    "一": "1", "壹": "1", "幺": "1", "么": "1",
    "二": "2", "贰": "2", "两": "2", "俩": "2",
    "三": "3", "叁": "3",
    "四": "4", "肆": "4",
    "五": "5", "伍": "5",
    "六": "6", "陆": "6",
    "七": "7", "柒": "7", "拐": "7",
    "八": "8", "捌": "8",
    "九": "9", "玖": "9", "勾": "9",
}  # fmt: skip
_LOOKALIKE = {
    "O": "0",
    "o": "0",
    "О": "0",
    "о": "0",
    "Ο": "0",
    "ο": "0",
    "l": "1",
    "I": "1",
    "І": "1",
    "і": "1",
}


def _compatible() -> dict[str, str]:
    """Every character that NFKC or Unicode's digit property turns into exactly one ASCII letter, digit or mark."""
    table: dict[str, str] = {}
    for number in (
        *range(0x80, 0x3400),
        *range(0xFE00, 0x10000),
        *range(0x1D400, 0x1D800),
        *range(0x1FBF0, 0x1FBFA),
    ):
        char = chr(number)
        plain = unicodedata.normalize("NFKC", char)
        digit = unicodedata.digit(char, -1)
        if digit >= 0:
            table[char] = str(digit)
        elif len(plain) == 1 and plain.isascii() and plain.isprintable():
            table[char] = plain
    return table


ODD = _compatible()
"""Character → the one ASCII character it stands for."""
DIGIT_CHARS = "".join(sorted({"0123456789", *_CHINESE, *(c for c, plain in ODD.items() if plain.isdigit())}))
"""Every character that can be a digit of a number (look-alike letters apart)."""
CHINESE_NUMERALS = "".join(_CHINESE)
LOOKALIKES = "".join(_LOOKALIKE)
"""Letters that stand in for 0 and 1."""
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
"""Zero-width and joining characters that can be put between digits to hide a number."""

_PLAIN = str.maketrans({**ODD, **dict.fromkeys(INVISIBLE + "\u3000\xa0", " ")})
_NUMERALS = str.maketrans({**_CHINESE, **_LOOKALIKE})


def flatten(text: str) -> str:
    """The text in plain ASCII where it stood for ASCII, same length; Chinese numerals stay.

    >>> flatten("电话：１３８\u200b①")
    '电话:138 1'
    """
    return text.translate(_PLAIN)


def numerals(flat: str) -> str:
    """A flattened text with Chinese numerals and look-alike letters as digits, same length.

    >>> numerals("幺三八OO")
    '13800'
    """
    return flat.translate(_NUMERALS)


def digits_of(text: str) -> str:
    """Only the digits (and a closing X) of a stretch of text, as ASCII.

    >>> digits_of("一三 8-00x")
    '13800X'
    """
    plain = numerals(flatten(text))
    return "".join(char for char in plain.upper() if char.isdigit() or char == "X")
