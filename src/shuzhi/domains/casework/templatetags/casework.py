"""Casework's words in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuzhi.domains.casework import labels
from shuzhi.domains.casework.cards import BoardRow

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
def field_label(field: str) -> str:
    return str(labels.FIELDS.get(field, field))


@register.filter
def code_label(code: str, field: str) -> str:
    """What a suggested code means, by the field it was suggested for."""
    return labels.name_of(field, code)


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
