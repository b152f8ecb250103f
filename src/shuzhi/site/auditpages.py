"""The audit trail, for the audit administrator alone. Reading and exporting are themselves recorded."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.engines.tabular import safe_cell
from shuzhi.site.login.forms import TrailFilter
from shuzhi.site.requests import client_address
from shuzhi.spine import audit
from shuzhi.spine.actors import Actor

PAGE = 100
EXPORT_AT_MOST = 100_000
COLUMNS = ("at", "by", "label", "action", "subject", "outcome", "address", "details")


class Chosen(TypedDict):
    who: str
    action: str
    subject: str
    since: datetime | None
    until: datetime | None


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _chosen(form: TrailFilter) -> Chosen:
    """The filter as the trail takes it; the last day is meant whole. A filter with a mistake finds everything."""
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    last = data.get("until")
    return {
        "who": data.get("who", ""),
        "action": data.get("action", ""),
        "subject": data.get("subject", ""),
        "since": _midnight(data.get("since")),
        "until": _midnight(last + timedelta(days=1)) if last else None,
    }


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@require_safe
@never_cache
def trail(request: HttpRequest) -> HttpResponse:
    form = TrailFilter(request.GET)
    chosen = _chosen(form)
    before = form.cleaned_data.get("before")
    found = audit.entries(**chosen, before_id=before, limit=PAGE + 1, by=_actor(request))
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "entries": found[:PAGE],
        "more": found[PAGE - 1].id if len(found) > PAGE else None,
        "query": query.urlencode(),
    }
    return render(request, "audit/trail.html", context)


@require_safe
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered trail as CSV, newest first, at most 100 000 lines."""
    chosen = _chosen(TrailFilter(request.GET))
    found = audit.entries(**chosen, limit=EXPORT_AT_MOST, by=_actor(request))
    audit.record(
        _actor(request), "spine.audit.export", "audit", address=client_address(request), lines=len(found)
    )
    lines: Iterator[str] = _csv(found)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return response


class _Line:
    """A file for csv.writer that hands each line on."""

    def write(self, line: str) -> str:
        return line


def _csv(found: list[audit.AuditCard]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(COLUMNS))  # the mark makes spreadsheet programs read UTF-8
    for card in found:
        cells = (getattr(card, column) for column in COLUMNS)
        yield str(writer.writerow([safe_cell(str(cell)) for cell in cells]))
