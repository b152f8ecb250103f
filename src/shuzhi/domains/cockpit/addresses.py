"""Where the figures of the page lead."""

from urllib.parse import urlencode

from django.urls import reverse

from shuzhi.domains.cockpit.cards import View


def rows_address(name: str, view: View, **narrowed: str) -> str:
    """Where the rows behind a figure of the page are read."""
    return f"{reverse('statistics:rows', args=[name])}?{_query(view, narrowed)}"


def flow_address(view: View, **narrowed: str) -> str:
    """Where the orders behind a number of the flows are read."""
    return f"{reverse('statistics:flow_rows')}?{_query(view, narrowed)}"


def _query(view: View, narrowed: dict[str, str]) -> str:
    told = {
        "since": view.since.isoformat(),
        "until": view.until.isoformat(),
        "area": view.area,
        "category": view.category,
    } | narrowed
    return urlencode({key: value for key, value in told.items() if value})


def view_address(view: View, **changed: str) -> str:
    """The same page, looked at otherwise."""
    told = {
        "period": view.period,
        "area": view.area,
        "category": view.category,
        "measure": view.measure,
    } | changed
    return f"?{urlencode({key: value for key, value in told.items() if value})}"
