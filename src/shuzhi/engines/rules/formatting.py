"""One way to write a book: trimmed lines, sections in reading order, one blank line between them."""

import re

from .reading import SECTIONS
from .yamltext import read_yaml

_SECTION = re.compile(r"^([a-z_]+):")


def format_book(text: str) -> str:
    """The same book in the order of the sections; comments stay with the section that they precede.

    Formatting twice changes nothing, and the values stay as they were. Raises BookRefused when it is no YAML.
    """
    read_yaml(text)
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    waiting: list[str] = []
    current: list[str] = head
    for line in (line.rstrip().replace("\t", "  ") for line in text.splitlines()):
        found = _SECTION.match(line)
        if found:
            current = sections.setdefault(found[1], [])
            current += [*waiting, line]
            waiting = []
        elif not line or line.startswith("#"):
            waiting += [line] if line else []
        else:
            current += [*waiting, line]
            waiting = []
    order = [name for name in SECTIONS if name in sections] + [
        name for name in sections if name not in SECTIONS
    ]
    short = [name for name in order if len(sections[name]) == 1 and name in ("policy", "en", "law")]
    blocks = ["\n".join("\n".join(sections[name]) for name in short)] if short else []
    blocks += ["\n".join(sections[name]) for name in order if name not in short]
    return "\n\n".join(["\n".join(head), *blocks, "\n".join(waiting)]).strip() + "\n"
