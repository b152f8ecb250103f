"""Amounts and places of the policy room for templates."""

from django import template

from shuzhi.domains.policy import telling
from shuzhi.domains.registry import services as registry
from shuzhi.spine.errors import NotFound

register = template.Library()
register.filter("yuan", telling.yuan)


@register.filter
def area_name(code: str) -> str:
    """The area in the reader's language; the code itself when the registry no longer has it."""
    try:
        return str(registry.get_area(code).label)
    except NotFound:
        return code
