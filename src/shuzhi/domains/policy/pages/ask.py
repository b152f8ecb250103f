"""Am I entitled? One question a page, the answer with its reasons, a notice to print. Nothing is kept anywhere."""

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.policy import services, shelf, telling
from shuzhi.domains.policy.cards import AnswerCard
from shuzhi.domains.policy.services import Told
from shuzhi.engines import rules
from shuzhi.spine import clock
from shuzhi.spine.errors import InvalidInput

MOST_FIELDS = 400
MEMBERS = "members"
EARLIER_YEARS = 1


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What can be asked, by name."""
    return render(request, "policy/start.html", {"books": services.books(), "english": shelf.reads_english()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The next question, or the answer when nothing that is open can change it."""
    known, known_sources = services.known_answers(code, by=request.actor)  # type: ignore[attr-defined]
    if request.method == "POST":
        told = _told(request)
    elif known.answers:
        told = known
    else:
        told = Told({}, members=0 if services.members_matter(code) else 1)
    if not told.members:
        return _ask_members(request, code, told, bad=MEMBERS in request.POST)
    sources = {
        key: said for key, said in known_sources.items() if told.answers.get(key) == known.answers[key]
    }
    wrong: InvalidInput | None = None
    try:
        card = services.answer(code, told=told, sources=sources)
    except InvalidInput as refusal:
        wrong = refusal
        told = replace(told, answers={k: v for k, v in told.answers.items() if k != refusal.details["field"]})
        card = services.answer(code, told=told, sources=sources)
    return _show(request, card, told, wrong)


@require_POST
@never_cache
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """The answer as a sheet to print, with what anybody needs to check it."""
    told = _told(request)
    card = services.answer(code, told=told)
    return render(
        request, "policy/notice.html", {"card": card, "told": told, "now": clock.now(), **_words(card)}
    )


@require_POST
@never_cache
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The file with which the answer can be worked out again, offline."""
    told = _told(request)
    content = services.receipt(code, told=told, on=clock.today())
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{code}-{clock.today()}.json"'
    return response


@require_safe
def book_file(request: HttpRequest, code: str) -> HttpResponse:
    """The book as it decides today: what the file to check is worked out again with."""
    response = HttpResponse(services.book_text(code), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}.yaml"'
    return response


def _told(request: HttpRequest) -> Told:
    """What the form carries from page to page; nothing of it is kept here."""
    fields = list(request.POST.items())[:MOST_FIELDS]
    dropped = request.POST.get("drop", "")
    answers = {
        key: str(value)[:100]
        for key, value in fields
        if telling.split_key(key) is not None and key != dropped
    }
    passed = set(request.POST.getlist("passed"))
    if request.POST.get("pass"):
        passed.add(request.POST["pass"])
        answers.pop(request.POST["pass"], None)
    written = request.POST.get(MEMBERS, "1")
    members = int(written) if written.isdecimal() and len(written) <= 2 else 0
    if members > services.MOST_MEMBERS:
        members = 0
    return Told(answers, members, frozenset(passed - {dropped}))


def _ask_members(request: HttpRequest, code: str, told: Told, *, bad: bool) -> HttpResponse:
    card = services.answer(code, told=replace(told, members=1))
    context = {"card": card, "told": told, "bad": bad, "most": services.MOST_MEMBERS, **_words(card)}
    return render(request, "policy/members.html", context, status=422 if bad else 200)


def _show(request: HttpRequest, card: AnswerCard, told: Told, wrong: InvalidInput | None) -> HttpResponse:
    context = {"card": card, "told": told, "wrong": wrong, **_words(card)}
    if card.question is not None:
        return render(request, "policy/question.html", context, status=422 if wrong else 200)
    first = rules.day_of(request.POST.get("first", "")) or _a_year_before(card.as_of)
    context |= {
        "first": first,
        "differences": services.compare(card.book.code, told=told, first=first, second=card.as_of),
        "compared": "first" in request.POST,
    }
    return render(request, "policy/answer.html", context)


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - EARLIER_YEARS, day=min(day.day, 28))


def _words(card: AnswerCard) -> dict[str, object]:
    english = shelf.reads_english()
    each = {
        "month": _("a month"),
        "quarter": _("a quarter"),
        "year": _("a year"),
        "once": _("once"),
    }[card.each]
    return {
        "title": card.book.title_en if english else card.book.title,
        "amount": telling.yuan(card.amount_fen),
        "each": each,
    }
