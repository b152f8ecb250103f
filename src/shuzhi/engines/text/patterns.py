"""Writes alternations so that a search skips to the characters with which one of them can begin."""


def each(openings: str, rest: str) -> str:
    """The alternation with each opening written out: a search for (?:燃气|煤气)漏 tries every character of a text.

    openings: an alternation without groups.   rest: what follows each of them.

    >>> each("燃气|煤气", "漏[了气]")
    '燃气漏[了气]|煤气漏[了气]'
    """
    return "|".join(opening + rest for opening in openings.split("|"))
