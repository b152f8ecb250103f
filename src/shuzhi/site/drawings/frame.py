"""What every drawing stands in: a picture with a title and a description for those who do not see it."""

import secrets

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shuzhi.site.charts import short

WIDE, NARROW = "w", "n"


def fresh_id() -> str:
    """For an element of a drawing: another one wherever and whenever it is drawn, as drawings are kept beside others."""
    return secrets.token_hex(4)


def picture(css: str, width: float, height: float, title: str, told: str, body: SafeString) -> SafeString:
    number = fresh_id()
    return format_html(
        '<svg class="{css}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="d{n}t d{n}d">'
        '<title id="d{n}t">{title}</title><desc id="d{n}d">{told}</desc>{body}</svg>',
        css=css,
        w=short(width),
        h=short(height),
        n=number,
        title=title,
        told=told,
        body=body,
    )


def both(first: SafeString, second: SafeString) -> SafeString:
    return mark_safe(first + second)  # noqa: S308  (both were made by format_html)
