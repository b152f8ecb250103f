"""The work of the desk: who was found, who is to be visited, what a person must decide, what is paid."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.policy import services, shelf, telling
from shuzhi.domains.policy.forms import BookForm, PauseForm, PaymentForm, SignaturesForm, VerdictForm
from shuzhi.domains.policy.pages.books import actor
from shuzhi.domains.policy.states import KIND_LABELS, OUTCOME_LABELS, STATE_LABELS, State
from shuzhi.spine import access
from shuzhi.spine.errors import Refused


@never_cache
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """Per book: how many were found, told, said no, are granted; and who has no phone and is to be visited."""
    by = actor(request)
    counted = services.counts(by=by)
    english = shelf.reads_english()
    books = [book for book in services.books() if book.grants]
    rows = [
        (
            book,
            book.title_en if english else book.title,
            [counted.get((book.code, state), 0) for state in State],
        )
        for book in books
    ]
    context = {
        "rows": rows,
        "states": [STATE_LABELS[state] for state in State],
        "visits": services.entitlements(visits=True, by=by),
        "may_decide": access.allows_somewhere(by, "policy.decide"),
        "may_approve": access.allows_somewhere(by, "policy.approve"),
    }
    return render(request, "policy/found.html", context)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Look at all households under a book now, and tell those who were found."""
    form = BookForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            card = services.sweep(code, by=actor(request))
            told, visits = services.offer(code, by=actor(request))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            told_of = {"n": card.checked, "found": card.found, "told": told, "visits": visits}
            messages.success(
                request,
                _("%(n)s households looked at, %(found)s found, %(told)s told, %(visits)s to visit.")
                % told_of,
            )
    return redirect("policy:found")


@require_POST
def visit(request: HttpRequest, entitlement_id: int) -> HttpResponse:
    """What a person without a phone said at the visit."""
    accepted = request.POST.get("answer") == "yes"
    services.record_visit(entitlement_id, accepted=accepted, by=actor(request))
    messages.success(request, _("The answer is kept."))
    return redirect("policy:found")


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Pause a book, or let it go on."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in at most 500 characters."))
        return redirect("policy:found")
    told = form.cleaned_data
    try:
        if told["paused"]:
            services.pause(told["code"], because=told["because"], by=actor(request))
        else:
            services.resume(told["code"], by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("policy:found")


@require_POST
def signatures(request: HttpRequest) -> HttpResponse:
    """One signature or two for what is decided by hand under a book."""
    form = SignaturesForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        services.set_signatures(told["code"], two=told["two"], by=actor(request))
        messages.success(request, _("Two people sign now.") if told["two"] else _("One person signs now."))
    return redirect("policy:found")


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that only a person may decide."""
    rows = [(one, KIND_LABELS[one.kind]) for one in services.reviews(by=actor(request))]
    return render(request, "policy/queue.html", {"rows": rows})


@never_cache
@require_safe
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    return _show(request, review_id, VerdictForm())


@require_POST
def settle(request: HttpRequest, review_id: int) -> HttpResponse:
    form = VerdictForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            done = services.settle_review(
                review_id, favourable=told["verdict"] == "for", because=told["because"], by=actor(request)
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Decided.") if done else _("Signed. A second person must sign, too."))
            return redirect("policy:queue")
    return _show(request, review_id, form, status=422)


@never_cache
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Money that waits for a file, and the files."""
    by = actor(request)
    names = {book.code: book.title_en if shelf.reads_english() else book.title for book in services.books()}
    waiting = [(one, names.get(one.code, one.code)) for one in services.waiting_money(by=by)]
    files = [(one, names.get(one.code, one.code)) for one in services.batches(by=by)]
    payable = [(book.code, names[book.code]) for book in services.books() if book.grants and not book.paused]
    unwitnessed = any(one.unwitnessed for one, _title in waiting)
    paid = sorted({one.period for one, _title in files}, reverse=True)
    told = {
        "waiting": waiting,
        "files": files,
        "paid": paid,
        "payable": payable,
        "unwitnessed": unwitnessed,
    }
    return render(request, "policy/payments.html", told)


@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Order the payments of this period, put what waits into a file, or look anew at a period that was paid."""
    form, by = PaymentForm(request.POST), actor(request)
    if form.is_valid():
        told = form.cleaned_data
        try:
            if told["period"] and told["again"]:
                paid = services.reconcile(told["code"], periods_paid=(told["period"],), by=by)
                text = _("%(n)s payments added, %(reviews)s wait for a person.")
                messages.success(request, text % dict(zip(("n", "reviews"), paid, strict=True)))
            elif told["period"]:
                services.make_order_file(told["code"], period=told["period"], by=by)
                messages.success(request, _("The file is ready."))
            else:
                run = services.pay(told["code"], by=by)
                text = _("%(n)s payments ordered, %(yuan)s yuan; %(reviews)s wait for a person.")
                amounts = {"n": run.paid, "yuan": telling.yuan(run.total_fen), "reviews": run.reviews}
                messages.success(request, text % amounts)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect("policy:payments")


@never_cache
@require_safe
def order_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    response = HttpResponse(services.order_file(batch_id, by=actor(request)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="payments-{batch_id}.csv"'
    return response


def _show(request: HttpRequest, review_id: int, form: VerdictForm, *, status: int = 200) -> HttpResponse:
    card, detail = services.review(review_id, by=actor(request))
    context = {
        "review": card,
        "detail": detail,
        "form": form,
        "kind": KIND_LABELS[card.kind],
        "granted": telling.yuan(card.entitlement.amount_fen),
        "proposed": telling.yuan(card.proposed_fen),
        "verdicts": [OUTCOME_LABELS[one] for one in card.verdicts],
        "decisions": [(one, OUTCOME_LABELS[one.outcome]) for one in detail.decisions],
        "may_decide": access.allows(actor(request), "policy.decide", area=card.entitlement.area),
    }
    return render(request, "policy/review.html", context, status=status)
