"""Who may read these pages, and how long lists are cut."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from shuzhi.spine import access
from shuzhi.spine.actors import Actor

Page = Callable[[HttpRequest], HttpResponse]

ROWS = 50


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def for_staff(page: Page) -> Page:
    """Show a page to those whose post reads the registry."""

    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        access.require_somewhere(actor_of(request), "registry.read")
        return page(request)

    return guarded


def words_of(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:64]


def cut(request: HttpRequest, rows: Sequence[Any]) -> dict[str, Any]:
    """The part of a list that the address asks for, with what the pager needs."""
    query = request.GET.copy()
    query.pop("page", None)
    return {"part": Paginator(rows, ROWS).get_page(request.GET.get("page")), "query": query.urlencode()}
