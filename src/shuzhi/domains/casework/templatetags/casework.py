"""Casework's words in templates."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuzhi.domains.casework import labels
from shuzhi.domains.casework.cards import BoardRow, DraftCard, WorkOrderCard
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.intake.cards import PlaceMention, SuggestionCard
from shuzhi.spine.actors import ActorKind

register = template.Library()

_STATE_TAGS = {
    "closed": "ok",
    "rejected": "bad",
    "terminated": "bad",
    "suspended": "warn",
    "return_requested": "warn",
}


@register.filter
def state_label(code: str) -> str:
    return str(labels.STATES.get(code, code))


@register.filter
def state_tag(code: str) -> SafeString:
    """The state as word, shape and colour."""
    return format_html('<span class="tag {}">{}</span>', _STATE_TAGS.get(code, ""), state_label(code))


@register.filter
def level_tag(level: str) -> SafeString:
    word, shape = labels.LEVELS[level]
    return format_html('<span class="tag {}">{}</span>', shape, word)


@register.filter
def outcome_label(code: str) -> str:
    return str(labels.OUTCOMES.get(code, code))


@register.filter
def held_because(reason: str) -> str:
    return labels.held_because(reason)


@register.filter
def mark_label(code: str) -> str:
    return str(labels.MARKS.get(code, code))


@register.filter
def rung_label(code: str) -> str:
    return str(labels.RUNGS.get(code, code))


@register.filter
def urgency_label(code: str) -> str:
    return str(labels.URGENCIES.get(code, code))


@register.filter
def public_action(code: str) -> str:
    return str(labels.PUBLIC_ACTIONS.get(code, code))


@register.filter
def satisfaction_label(rating: int) -> str:
    return str(labels.SATISFACTION.get(rating, rating))


@register.filter
def staff_action(code: str) -> str:
    """A step as the staff name it: the label of its move."""
    return str(labels.ACTIONS.get(code, code))


@register.filter
def taken_by(step: Step) -> str:
    """Who took a step: a colleague by name, the requester without one."""
    kind = step.by.partition(":")[0]
    if kind in (ActorKind.ANONYMOUS, ActorKind.CITIZEN):
        return str(_("the requester"))
    return str(_("the platform")) if kind == ActorKind.SYSTEM else step.by_label or step.by


@register.filter
def field_label(field: str) -> str:
    return str(labels.FIELDS.get(field, field))


@register.filter
def code_label(code: str, field: str) -> str:
    """What a suggested code means, by the field it was suggested for."""
    return labels.name_of(field, code)


@register.filter
def next_step(order: WorkOrderCard) -> str:
    """What an order waits for, in words."""
    return labels.next_of(order.state, order.asks)


@register.filter
def of_step(drafts: Mapping[int, DraftCard], number: int) -> DraftCard | None:
    """The draft that went out with a step."""
    return drafts.get(number)


@register.filter
def of_million(ppm: int) -> str:
    return f"{ppm / 10_000:.0f}%"


@register.filter
def alarms(order: WorkOrderCard) -> list[str]:
    """What a person must look at before anything else."""
    return labels.alarms(order.flags, order.urgency)


@register.filter
def soft_flag(code: str) -> str:
    """The words for a mark that matters but raises no alarm; "" for others."""
    return str(labels.SOFT_FLAGS.get(code, ""))


@register.filter
def sure(confidence: float) -> str:
    """How sure a reading is, in whole per cent: it is never quite sure, and rules nothing out that it offers."""
    share = round(100 * confidence)
    return "> 99%" if share > 99 else "< 1%" if share < 1 else f"{share}%"


@register.filter
def reasons_of(suggestions: Iterable[SuggestionCard]) -> list[str]:
    """The words that decided the suggestions, longest first; where a place is told is marked by its stretch instead."""
    words = {word for one in suggestions if one.field != "place" for word in one.reasons if len(word) > 1}
    return sorted(words, key=lambda word: (-len(word), word))


@register.simple_tag
def marked_words(
    text: str, suggestions: Iterable[SuggestionCard], places: Sequence[PlaceMention]
) -> SafeString:
    """A text with the words that decided and the stretches that name places highlighted; everything is escaped."""
    words, pieces, at = reasons_of(suggestions), [], 0
    for place in places:
        about = f"{place.name} · {place.area} · {sure(place.confidence)}"
        stretch = text[place.start : place.end]
        pieces += [
            marked(text[at : place.start], words),
            format_html('<mark class="place" title="{}">{}</mark>', about, stretch),
        ]
        at = place.end
    return format_html_join("", "{}", ((piece,) for piece in (*pieces, marked(text[at:], words))))


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """A text with these words highlighted; everything in it is escaped."""
    if not words:
        return format_html("{}", text)
    parts = re.split("(" + "|".join(map(re.escape, words)) + ")", text)
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", part) if at % 2 else part,) for at, part in enumerate(parts)),
    )


@register.filter
def level_bar(row: BoardRow) -> SafeString:
    """Red, yellow and green as one bar; the numbers stand beside it."""
    total = row.open or 1
    red, yellow = 100 * row.red / total, 100 * row.yellow / total
    return format_html(
        '<svg class="bar levels" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="lv-red" width="{}" height="10"/><rect class="lv-yellow" x="{}" width="{}" height="10"/>'
        '<rect class="lv-green" x="{}" width="{}" height="10"/></svg>',
        f"{red:.1f}",
        f"{red:.1f}",
        f"{yellow:.1f}",
        f"{red + yellow:.1f}",
        f"{100 - red - yellow:.1f}",
    )
