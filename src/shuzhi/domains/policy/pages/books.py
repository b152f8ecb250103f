"""Books on the desk: read them, compare two versions, propose, approve by a second person, return to an earlier one."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.policy import services, shelf
from shuzhi.domains.policy.forms import ProposalForm, ReturnForm, SettleForm
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused


@never_cache
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Every book that decides today, and what waits for a second person."""
    by = actor(request)
    access.require_somewhere(by, "policy.read")
    shown, english = services.books(), shelf.reads_english()
    names = {one.code: one.title_en for one in shown} if english else {}
    context = {
        "books": shown,
        "waiting": [(one, names.get(one.code, one.title)) for one in services.waiting_versions(by=by)],
        "english": english,
        "may_propose": access.allows_somewhere(by, "policy.propose"),
    }
    return render(request, "policy/books.html", context)


@never_cache
@require_safe
def book(request: HttpRequest, code: str) -> HttpResponse:
    """One book: its page, its versions, and what may be done with them."""
    return _show(request, code)


@never_cache
@require_safe
def diff(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions line by line; whom the change touches is counted when it is asked for (`count`), and then kept."""
    numbers = [request.GET.get(name, "") for name in ("first", "second")]
    first, second = (int(one) if one.isdecimal() and len(one) < 10 else 0 for one in numbers)
    by = actor(request)
    detail = services.book_detail(code, by=by)
    context = {
        "diff": services.diff(code, first=first, second=second, by=by),
        "people": services.people_between(
            code, first=first, second=second, count="count" in request.GET, by=by
        ),
        "book": detail.book,
        "title": _title(detail),
    }
    return render(request, "policy/diff.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the newest text into the next version."""
    by = actor(request)
    access.require(by, "policy.propose")
    detail = services.book_detail(code, by=by)
    newest = services.text_of(code, detail.versions[0].number, by=by)
    form = ProposalForm(request.POST or None, initial={"text": newest})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_book(code, **form.cleaned_data, by=by)
        except Refused as refusal:
            form.add_error("text", refusal.sentence)
        else:
            messages.success(request, _("Version %(n)s waits for a second person.") % {"n": made.number})
            return redirect("policy:book", code)
    status = 422 if form.errors else 200
    return render(
        request,
        "policy/propose.html",
        {"form": form, "detail": detail, "title": _title(detail)},
        status=status,
    )


@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Approve or reject a proposed version."""
    by, form = actor(request), SettleForm(request.POST)
    if not form.is_valid():
        return _show(request, code, status=422, settling=form)
    told = form.cleaned_data
    try:
        if told["verdict"] == "approve":
            services.approve_book(code, told["number"], by=by)
            messages.success(request, _("Version %(n)s is approved.") % {"n": told["number"]})
        else:
            services.reject_book(code, told["number"], because=told["because"], by=by)
            messages.success(request, _("Version %(n)s is rejected.") % {"n": told["number"]})
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, code, status=refusal.status, settling=form)
    return redirect("policy:book", code)


@require_POST
def roll_back(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that an earlier version decides again."""
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            services.roll_back(code, **form.cleaned_data, by=actor(request))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The return waits for a second person."))
            return redirect("policy:book", code)
    return _show(request, code, status=422, returning=form)


def actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def _show(request: HttpRequest, code: str, *, status: int = 200, **forms: Form) -> HttpResponse:
    by = actor(request)
    detail = services.book_detail(code, by=by)
    context = {
        "detail": detail,
        "book": detail.book,
        "title": _title(detail),
        "proposed": [one for one in detail.versions if one.state == "proposed"],
        "may_propose": access.allows_somewhere(by, "policy.propose"),
        "may_approve": access.allows_somewhere(by, "policy.approve"),
        "me": by.reference,
        "returning": ReturnForm(),
        "wrong": next(iter(forms.values()), None),
        **forms,
    }
    return render(request, "policy/book.html", context, status=status)


def _title(detail: services.BookDetail) -> str:
    return detail.book.title_en if shelf.reads_english() else detail.book.title
