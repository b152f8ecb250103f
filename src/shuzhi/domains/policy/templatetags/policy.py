"""Amounts and places of the policy room for templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuzhi.domains.policy import telling

register = template.Library()
register.filter("yuan", telling.yuan)


@register.filter
def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


@register.simple_tag
def gain_bar(winners: int, losers: int, units: int) -> SafeString:
    """Who gains to the right of the middle, who loses to the left; the numbers stand beside it in text."""
    gain, lose = (round(50 * part / max(units, 1), 1) for part in (winners, losers))
    return format_html(
        '<svg class="bar" viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="ax" vector-effect="non-scaling-stroke" d="M50 0V18"/>'
        '<rect class="s3" x="50" y="4" width="{}" height="10"/><rect class="attn" x="{}" y="4" width="{}" height="10"/></svg>',
        gain,
        50 - lose,
        lose,
    )
