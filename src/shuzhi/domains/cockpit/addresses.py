"""Where the figures of the page lead."""

from urllib.parse import urlencode

from django.urls import reverse

from shuzhi.domains.cockpit.cards import View


def rows_address(name: str, view: View, **narrowed: str) -> str:
    """Where the rows behind a figure of the page are read."""
    told = {
        "since": view.since.isoformat(),
        "until": view.until.isoformat(),
        "area": view.area,
        "category": view.category,
    } | narrowed
    query = urlencode({key: value for key, value in told.items() if value})
    return f"{reverse('statistics:rows', args=[name])}?{query}"


def view_address(view: View, **changed: str) -> str:
    """The same page, looked at otherwise."""
    told = {
        "period": view.period,
        "area": view.area,
        "category": view.category,
        "measure": view.measure,
    } | changed
    return f"?{urlencode({key: value for key, value in told.items() if value})}"
