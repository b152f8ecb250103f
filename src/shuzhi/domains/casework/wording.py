"""The words of a step, made safe to keep: no control characters, and no longer than a history page can show."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.casework.lifecycle import Given
from shuzhi.spine.errors import InvalidInput

MOST_CHARACTERS = 20_000
_LAW = "(?:法|条例|规定|办法|细则|规则)"
_ARTICLE = "第[零〇一二三四五六七八九十百千0-9]+条"
# A name between brackets, or one that begins where words begin and holds none with which people tell a story.
_CITATION = re.compile(
    rf"《([\u4e00-\u9fff]{{1,40}}{_LAW})》({_ARTICLE})"
    rf"|(?<![\u4e00-\u9fff])(?:依据|根据|按照|依照)?([^\W\da-zA-Z的我他她你您违称说]{{1,20}}?{_LAW})({_ARTICLE})"
)
_LABELS: Mapping[str, Promise] = {
    "reason": gettext_lazy("Reason"),
    "ground": gettext_lazy("Legal or duty ground"),
    "source": gettext_lazy("Source of the answer"),
    "path": gettext_lazy("The proper path (office, law, how to reach it)"),
    "plan": gettext_lazy("What is waited for, and the plan"),
    "text": gettext_lazy("Words"),
    "comment": gettext_lazy("Anything to add?"),
}
_MOST: Mapping[str, int] = {
    "reason": 2000,
    "ground": 200,
    "source": 500,
    "path": 500,
    "plan": 500,
    "comment": 2000,
}


def clean_given(given: Given) -> Given:
    return replace(
        given,
        reason=clean(given.reason, "reason"),
        ground=clean(given.ground, "ground"),
        source=clean(given.source, "source"),
        path=clean(given.path, "path"),
        plan=clean(given.plan, "plan"),
    )


def cited(ground: str) -> str:
    """The articles of law that a ground cites, and no other word of it: so it may travel with the news of a step.

    >>> cited("依据《信访工作条例》第二十三条，张三已起诉；民事诉讼法第一百二十二条")
    '信访工作条例第二十三条 民事诉讼法第一百二十二条'
    """
    found = ("".join(filter(None, one.groups())) for one in _CITATION.finditer(ground))
    return " ".join(dict.fromkeys(found))


def clean(words: str, field: str = "text") -> str:
    """Without control characters (line breaks stay) and blanks around. Raises InvalidInput when too long."""
    kept = "".join(
        letter for letter in words if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()
    most = _MOST.get(field, MOST_CHARACTERS)
    if len(kept) > most:
        raise InvalidInput(
            field=str(_LABELS[field]), why=_("shorten it to %(most)s characters") % {"most": f"{most:,}"}
        )
    return kept
