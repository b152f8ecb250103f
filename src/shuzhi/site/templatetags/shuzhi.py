"""Small words for templates: icons, times that people read at a glance, levels with word, shape and colour."""

from datetime import datetime
from functools import cache

from django import template
from django.forms import BoundField, Field
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.spine import clock
from shuzhi.spine.errors import Refused

register = template.Library()

# Our own line icons on a 24 grid.
ICONS = {
    "camera": "M4 8h3l1.6-2.4h6.8L17 8h3v11H4zM12 16.4a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.4 15.4 20.5 20.5",
    "steps": "M6 6.5h.01M6 12h.01M6 17.5h.01M10 6.5h9M10 12h9M10 17.5h6",
    "file": "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12.5h6M9 16h6",
    "phone": "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z",
    "speak": "M4.5 9.5h3l4.5-4v13l-4.5-4h-3zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
    "shield": "M12 3.5 19 6v5.5c0 4.5-3 7.6-7 9-4-1.4-7-4.5-7-9V6zM9 12l2.2 2.2L15.2 10",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chat": "M4.5 5.5h15v10.5h-8l-4 3.5v-3.5h-3z",
    "pin": "M12 21s6.5-6.2 6.5-11a6.5 6.5 0 1 0-13 0c0 4.8 6.5 11 6.5 11zM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
    "window": "M4 20.5h16M5.5 20.5V8.5h13v12M3.5 8.5 12 3.5l8.5 5M9.5 20.5v-6h5v6",
    "sms": "M4 5.5h16v13H4zM4 6.5l8 6.5 8-6.5",
    "eye": "M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z",
    "home": "M4 11.5 12 4.5l8 7M6 10v10h12V10",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2",
    "people": "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.5 19c.4-3.3 2.6-5 5.5-5s5.1 1.7 5.5 5M15.5 11a2.5 2.5 0 1 0 0-5M16.5 14c2.3.3 3.7 2 4 4.5",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14",
    "bell": "M6 17v-6a6 6 0 1 1 12 0v6l1.5 2h-15zM10 19.5a2 2 0 0 0 4 0",
}

MARK = mark_safe(
    '<svg viewBox="0 0 36 36" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
    ' aria-hidden="true"><path d="M2 24h32M10 28V8M26 28V8M2 21C7 20 9 13 10 9c3 9 13 9 16 0 1 4 3 11 8 12"/>'
    '<path stroke-width="1" d="M14 15.5V24M18 17V24M22 15.5V24M6 18.5V24M30 18.5V24"/></svg>'
)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name]
    )


@register.filter
def named(error: str, field: BoundField) -> str:
    """An error as the summary says it: that something is missing says nothing without the name of the field."""
    if error == str(Field.default_error_messages["required"]):
        return str(_("%(field)s is missing") % {"field": field.label})
    return error


@register.simple_tag
def brand_mark() -> SafeString:
    return MARK


@register.simple_tag(takes_context=True)
def fragment(context: template.Context, name: str, *args: object) -> SafeString:
    """A piece of a page that another room shows, by the name of its address; nothing where no room has that address."""
    request: HttpRequest = context["request"]
    try:
        view = resolve(reverse(name, args=args))
        answer = view.func(request, *view.args, **view.kwargs)
    except (NoReverseMatch, Refused):
        return SafeString("")
    # Django escaped what the room wrote when it rendered its own template.
    return mark_safe(answer.content.decode()) if answer.status_code == 200 else SafeString("")  # noqa: S308


@register.filter
def when(moment: datetime | None) -> str:
    """Date, weekday and hour, e.g. "11月26日 周四 18:00"; the year only when it is another one."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    this_year = local.year == timezone.localtime(clock.now()).year
    # Translators: date formats of Django: month, day, weekday, hour. 11月26日 周四 18:00
    pattern = _("j M, D H:i") if this_year else _("j M Y, D H:i")
    # Django's short weekday in Chinese is the long one.
    return formats.date_format(local, pattern).replace("星期", "周")


@register.filter
def day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return formats.date_format(timezone.localtime(moment), _("j M Y"))


@register.filter
def time_left(due: datetime | None) -> str:
    """How long is left until a due time, or how long it has passed, in the largest unit that says enough."""
    if due is None:
        return ""
    minutes = round((due - clock.now()).total_seconds() / 60)
    words = span(abs(minutes))
    return _("%(span)s left") % {"span": words} if minutes >= 0 else _("%(span)s late") % {"span": words}


@register.filter
def span(minutes: int) -> str:
    """A length of time in the largest unit that says enough."""
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if minutes >= 120:
        hours = minutes // 60
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.filter
def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f}%"


@register.filter
def group_digits(number: int) -> str:
    return f"{number:,}"
