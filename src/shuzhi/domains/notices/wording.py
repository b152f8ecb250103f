"""Message texts: data (texts.json) with named places, rendered in the recipient's language when it is sent or shown."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import formats, timezone, translation

LANGUAGES = ("zh-hans", "en")
LONGEST_VALUE = 300
CODE = "code"
TAIL = "unsubscribe"  # the way out, added to whatever a subscriber is told


@dataclass(frozen=True)
class Wording:
    """A template: `asks` are the names that its context must bring; subjects and texts by language.

    link: where the inbox leads from such a message, a path with the same names; "" nowhere.
    """

    asks: tuple[str, ...]
    link: str
    urgent: bool
    subjects: Mapping[str, str]
    texts: Mapping[str, str]


@cache
def wordings() -> Mapping[str, Wording]:
    data = json.loads(Path(__file__).with_name("texts.json").read_text("utf-8"))
    return {code: _wording(entry) for code, entry in data.items()}


def _wording(entry: dict[str, Any]) -> Wording:
    subjects = {language: entry[language]["subject"] for language in LANGUAGES}
    texts = {language: entry[language]["text"] for language in LANGUAGES}
    return Wording(tuple(entry["asks"]), entry.get("link", ""), entry.get("urgent", False), subjects, texts)


def pack(template: str, context: Mapping[str, object]) -> str:
    """The context as JSON. Raises ValueError for an unknown template, a missing name or a value of another kind."""
    wording = wordings().get(template)
    if wording is None:
        raise ValueError(f"there is no message template {template}")
    if missing := set(wording.asks) - set(context):
        raise ValueError(f"the template {template} needs {', '.join(sorted(missing))}")
    return json.dumps({name: _packed(value) for name, value in context.items()}, ensure_ascii=False)


def _packed(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("message contexts need aware datetimes")
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return one_line(value)
    raise ValueError(f"message contexts hold texts, numbers and dates, not {type(value).__name__}")


def one_line(words: str) -> str:
    """Without line breaks, control and direction characters, which could add headers or hide what is written."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in words
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    return " ".join(kept.split())[:LONGEST_VALUE]


def render(template: str, packed: str, *, language: str) -> tuple[str, str]:
    """Subject and text. Values are filled in as they are, never read as templates themselves."""
    wording = wordings()[template]
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {"hotline": settings.SHUZHI_HOTLINE}
    with translation.override(language):
        values |= {name: _shown(value) for name, value in json.loads(packed or "{}").items()}
    if missing := set(wording.asks) - set(values):
        values |= dict.fromkeys(missing, "…")
    text = wording.texts[language].format_map(values)
    if TAIL in values and template != TAIL:
        text = f"{text} {wordings()[TAIL].texts[language].format_map(values)}"
    return wording.subjects[language].format_map(values), text


def link(template: str, packed: str) -> str:
    """The path to what the message is about; "" where it leads nowhere or its context was wiped."""
    wording, values = wordings()[template], json.loads(packed or "{}")
    named = {name: quote(str(values[name]), safe="") for name in wording.asks if name in values}
    return wording.link.format_map(named) if len(named) == len(wording.asks) else ""


def _shown(value: object) -> str:
    if isinstance(value, dict) and "at" in value:
        moment = timezone.localtime(datetime.fromisoformat(value["at"]))
        pattern = "Y年n月j日 H:i" if translation.get_language() == "zh-hans" else "j M Y H:i"
        return formats.date_format(moment, pattern)
    if isinstance(value, dict):
        pattern = "Y年n月j日" if translation.get_language() == "zh-hans" else "j M Y"
        return formats.date_format(date.fromisoformat(value["on"]), pattern)
    return str(value)
