"""Pages for everybody: where the ledger stands, who watches it, one entry, and checking in one's own browser."""

import hashlib
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.ledger import labels, picture, services
from shuzhi.domains.ledger.cards import EntryCard, LedgerStatus
from shuzhi.programs.verify.build import packed
from shuzhi.spine.errors import NotFound

_TEXT = "text/plain; charset=utf-8"
_WHOLE = {"code": 60, "organ": 24, "series": 40, "day": 10}


@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The state in one sentence, a picture, and the entries that somebody looks for."""
    wanted = {name: request.GET.get(name, "").strip()[:length] for name, length in _WHOLE.items()}
    missed = ""
    if wanted["code"]:
        try:
            found = services.entry_of_code(wanted["code"])
            return redirect("ledger:entry", found.log, found.index)
        except NotFound as refusal:
            missed = refusal.sentence
    state = services.status()
    page = services.entries(
        organ=wanted["organ"],
        series=wanted["series"].partition("/")[0],
        number=_number(wanted["series"].partition("/")[2]),
        day=_day(wanted["day"]),
        before=request.GET.get("before", ""),
    )
    context = {
        "state": state,
        "seals": _seals(state),
        "tree": picture.tree([one.counted for one in state.witnesses]),
        "root_picture": picture.fingerprint(state.root),
        "rows": [(one, _named(one)) for one in page.items],
        "next_before": page.next_before,
        "wanted": wanted,
        "organs": sorted(
            ((one, labels.organ_label(one)) for one in services.organs()), key=lambda one: one[1]
        ),
        "series": labels.SERIES.items(),
        "missed": missed,
        "query": urlencode({name: value for name, value in wanted.items() if value and name != "code"}),
    }
    return render(request, "ledger/ledger.html", context, status=404 if missed else 200)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _seals(state: LedgerStatus) -> int:
    return sum(one.counted for one in state.witnesses)


def _named(card: EntryCard) -> dict[str, str]:
    return {"type": labels.type_label(card.type), "organ": labels.organ_label(card.organ)}


@never_cache
@require_safe
def witnesses(request: HttpRequest) -> HttpResponse:
    """Who watches the ledger: what each has seen, and what it refused."""
    state = services.status()
    rows = [(one, labels.witness_label(one.name)) for one in state.witnesses]
    return render(request, "ledger/witnesses.html", {"state": state, "rows": rows, "seals": _seals(state)})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Check receipt files in the browser; nothing is sent anywhere."""
    context = {
        "log": services.status().log,
        "fields": labels.FIELDS.items(),
        "witnesses": labels.WITNESSES.items(),
        "program_hash": hashlib.sha256(_program()).hexdigest(),
    }
    return render(request, "ledger/check.html", context)


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks receipts without us."""
    answer = _file(_program(), "shuzhi-verify.pyz")
    answer.headers["Content-Type"] = "application/zip"
    return answer


@cache
def _program() -> bytes:
    return packed()


@never_cache
@require_safe
def entry(request: HttpRequest, log: str, index: int) -> HttpResponse:
    """One entry, line by line, and its way to the witnessed fingerprint."""
    card = services.entry(log, index)
    context = {
        "entry": card,
        "names": _named(card),
        "picture": picture.fingerprint(card.leaf_hash),
        "lines": card.leaf.splitlines(),
        "witnesses": labels.WITNESSES.items(),
    }
    return render(request, "ledger/entry.html", context)


@never_cache
@require_safe
def stamp(request: HttpRequest, log: str, index: int) -> HttpResponse:
    """Part of a printed letter: code, fingerprint and QR of its receipt. It renders only when the receipt verifies."""
    card = services.receipt(log, index).entry
    link = request.build_absolute_uri(reverse("ledger:entry", args=[log, index]))
    return render(
        request,
        "ledger/stamp.html",
        {
            "entry": card,
            "picture": picture.fingerprint(card.leaf_hash),
            "qr": picture.qr(link),
            "link": link,
        },
    )


@require_safe
def proof(request: HttpRequest, log: str, index: int) -> HttpResponse:
    files = services.receipt(log, index)
    return _file(files.proof, f"{files.entry.code}.tlog-proof")


@require_safe
def policy(request: HttpRequest, log: str, index: int) -> HttpResponse:
    return _file(services.receipt(log, index).policy, "policy.txt")


def _file(raw: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(raw, content_type=_TEXT)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
