"""Names of areas and units for templates, in the reader's language; the code itself when the registry has no such one."""

from django import template

from shuzhi.domains.registry import services
from shuzhi.spine.errors import NotFound

register = template.Library()


@register.filter
def area_name(code: str) -> str:
    try:
        return str(services.get_area(code).label)
    except NotFound:
        return code


@register.filter
def unit_name(code: str) -> str:
    try:
        return str(services.get_unit(code).label)
    except NotFound:
        return code
