"""The knowledge base on the desk: look for an answer, read an article whole, write, review, import."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.knowledge import services
from shuzhi.domains.knowledge.cards import ArticleCard, ArticlePage, ArticleWords, FoundArticle
from shuzhi.domains.knowledge.forms import ArticleForm, ImportForm, ReviewForm
from shuzhi.domains.knowledge.refusals import NothingWaits, SamePersonWrote, VersionWaits
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused

_UNPROCESSABLE = 422
_SHOWN = 20
_WORDS_SHOWN = 200
_REVIEWED_EVERY = timedelta(days=365)
VIEWS = ("", "overdue", "waiting")
# Refusals after which the person goes on in the same form.
_MENDABLE = (InvalidInput, NothingWaits, SamePersonWrote, VersionWaits)


@never_cache
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Search, or the list by what is to do."""
    by = _actor(request)
    question = request.GET.get("q", "").strip()[:_WORDS_SHOWN]
    show = request.GET.get("show", "")
    show = show if show in VIEWS else ""
    category = request.GET.get("category", "")[:12]
    if question:
        found = services.find_articles(question, category=category, top=_SHOWN, by=by)
    else:
        listed = services.list_articles(show=show, category=category, by=by)
        found = [FoundArticle(one, 0.0, ()) for one in listed]
    context = {
        "rows": [(one, _named(one.article)) for one in found],
        "question": question,
        "show": show,
        "category": category,
        "categories": [(one.code, one.label) for one in registry.categories(level=1)],
        "to_do": services.count_to_do(by=by),
        "may_write": access.allows_somewhere(by, "knowledge.write"),
        "may_import": access.allows_somewhere(by, "knowledge.import"),
    }
    return render(request, "knowledge/articles.html", context)


@never_cache
@require_safe
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    return _show(request, services.get_article(article_id, by=_actor(request)))


def _show(
    request: HttpRequest, page: ArticlePage, *, form: ReviewForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "article": page.article,
        "names": _named(page.article),
        "may_write": access.allows_somewhere(_actor(request), "knowledge.write"),
        "form": form or ReviewForm(),
    }
    return render(request, "knowledge/article.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """GET may bring the words of a question that no article answers yet."""
    access.require_somewhere(_actor(request), "knowledge.write")
    today = clock.today()
    initial = {
        "valid_from": today,
        "review_on": today + _REVIEWED_EVERY,
        "question": request.GET.get("question", "")[:_WORDS_SHOWN],
    }
    return _write(request, initial)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, article_id: int) -> HttpResponse:
    """The next version, beginning with the words of the one that stands."""
    by = _actor(request)
    access.require_somewhere(by, "knowledge.write")
    page = services.get_article(article_id, by=by)
    return _write(request, asdict(page.article.words), page)


def _write(request: HttpRequest, initial: dict[str, Any], page: ArticlePage | None = None) -> HttpResponse:
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        told = dict(form.cleaned_data)
        because = told.pop("because")
        try:
            written = services.write_article(
                ArticleWords(**told),
                article_id=page.article.id if page else None,
                because=because,
                by=_actor(request),
            )
        except _MENDABLE as refusal:
            _put(refusal, form)
        else:
            messages.success(request, _("Saved. It is used as soon as a second person has approved it."))
            return redirect("knowledge:article", written.id)
    status = _UNPROCESSABLE if form.errors else 200
    context = {"form": form, "article": page.article if page else None}
    return render(request, "knowledge/write.html", context, status=status)


@require_POST
def review(request: HttpRequest, article_id: int) -> HttpResponse:
    """Approve or decline the version that waits."""
    by = _actor(request)
    form = ReviewForm(request.POST)
    if form.is_valid():
        approve = "approve" in request.POST
        try:
            services.review_article(article_id, approve=approve, because=form.cleaned_data["because"], by=by)
        except _MENDABLE as refusal:
            _put(refusal, form)
        else:
            messages.success(request, _("Approved. It is used from now on.") if approve else _("Declined."))
            return redirect("knowledge:article", article_id)
    return _show(request, services.get_article(article_id, by=by), form=form, status=_UNPROCESSABLE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    by = _actor(request)
    access.require_somewhere(by, "knowledge.import")
    form, report = ImportForm(), None
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                report = services.import_articles(file, file.name, by=by)
            except InvalidInput as refusal:
                form.add_error("file", refusal.details["why"])
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "knowledge/import.html", {"form": form, "report": report}, status=status)


def _put(refusal: Refused, form: ArticleForm | ReviewForm) -> None:
    """The refusal beside the field that it is about, else on top."""
    key = refusal.details.get("key", "")
    if key in form.fields:
        form.add_error(key, refusal.details["why"])
    else:
        form.add_error(None, refusal.sentence)


def _named(card: ArticleCard) -> dict[str, str]:
    english = (get_language() or "").startswith("en")
    words = card.words
    try:
        category = registry.get_category(words.category)
        path = " › ".join(category.path_en if english else category.path)
    except NotFound:
        path = words.category
    try:
        unit = registry.get_unit(words.unit).label
    except NotFound:
        unit = words.unit
    return {
        "title": words.title_en if english and words.title_en else words.title,
        "category": path,
        "unit": unit,
        "area": registry.get_area(words.area).name if words.area else "",
    }


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
