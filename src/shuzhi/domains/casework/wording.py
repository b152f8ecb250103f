"""The words of a step, made safe to keep: no control characters, and no longer than a history page can show."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.casework.lifecycle import Given
from shuzhi.spine.errors import InvalidInput

MOST_CHARACTERS = 20_000
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
