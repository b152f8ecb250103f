"""Briefs on the desk: read, changed by a person with the difference kept, issued, taken away as Word or PDF."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.insight import services
from shuzhi.domains.insight.brief_shown import document_of, figures_of, lines_of
from shuzhi.domains.insight.brief_text import difference
from shuzhi.domains.insight.briefs import KIND_LABELS, PERIODIC, STATE_LABELS, Kind, State
from shuzhi.engines import documents
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

WRITERS: Mapping[str, tuple[Callable[[documents.OfficialDocument], bytes], str]] = {
    "docx": (
        documents.to_word,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "pdf": (documents.to_pdf, "application/pdf"),
}


class PdfNotPossible(Refused):
    code, status = "pdf-not-possible", 503
    message = gettext_lazy(
        "This server has no Chinese fonts, so it makes no PDF. Install fonts-noto-cjk, or take the Word file."
    )


class TextForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy(
            "“# ” begins a heading, “| ” a row of a table. “[92.3%](4)” is a number that rests on figure 4: keep what is"
            " in round brackets."
        ),
        max_length=services.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 28}),
    )


@never_cache
@require_safe
def briefs(request: HttpRequest) -> HttpResponse:
    """What was made and issued, and where one is made at once."""
    by = _actor(request)
    kind = request.GET.get("kind", "")
    wanted = kind if kind in set(Kind) else ""
    context = {
        "rows": [
            (one, KIND_LABELS[Kind(one.kind)], STATE_LABELS[State(one.state)], one.until - timedelta(days=1))
            for one in services.briefs(kind=wanted, by=by)
        ],
        "kind": wanted,
        "kinds": KIND_LABELS.items(),
        "periodic": [(one, KIND_LABELS[one]) for one in PERIODIC],
        "may_draft": access.allows(by, "insight.draft"),
    }
    return render(request, "insight/briefs.html", context)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make the brief of the last day, week or month now, in the reader's language, or one about a question."""
    by, language = _actor(request), get_language() or "zh-hans"
    about = request.POST.get("question", "")
    try:
        if about.isdecimal() and len(about) < 19:
            made = services.make_special_brief(int(about), language=language, by=by)
        else:
            made = services.make_brief(request.POST.get("kind", ""), language=language, by=by)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("insight:briefs")
    return redirect("insight:brief", made)


@never_cache
@require_safe
def brief(request: HttpRequest, brief_id: int) -> HttpResponse:
    """One brief in its layout, and what people changed of it."""
    by = _actor(request)
    found = services.brief(brief_id, by=by)
    area = services.question(found.brief.question, by=by).question.area if found.brief.question else ""
    document = document_of(found)
    context = {
        "found": found,
        "card": found.brief,
        "document": document,
        "unseen": json.dumps(dict(document.properties), ensure_ascii=False),
        "lines": lines_of(found),
        "changes": difference(found.generated, found.text) if found.edits else [],
        "state": STATE_LABELS[State(found.brief.state)],
        "may_edit": found.brief.state == State.DRAFT and access.allows(by, "insight.draft", area=area),
    }
    return render(request, "insight/brief.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, brief_id: int) -> HttpResponse:
    """The text to be changed; what was typed is shown again with the mistake beside it."""
    by = _actor(request)
    found = services.brief(brief_id, by=by)
    form = TextForm(request.POST or None, initial={"text": found.text})
    if form.is_valid():
        try:
            services.edit_brief(brief_id, form.cleaned_data["text"], by=by)
            messages.success(request, _("The text is kept, and what was before it, too."))
            return redirect("insight:brief", brief_id)
        except Refused as refusal:
            form.add_error("text", refusal.sentence)
    context = {"form": form, "figures": figures_of(found), "card": found.brief}
    return render(request, "insight/brief_edit.html", context, status=422 if form.errors else 200)


@require_POST
def issue(request: HttpRequest, brief_id: int) -> HttpResponse:
    try:
        number = services.issue_brief(brief_id, by=_actor(request))
        messages.success(request, _("The brief is issued as number %(n)s.") % {"n": number})
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("insight:brief", brief_id)


@never_cache
@require_safe
def file(request: HttpRequest, brief_id: int, ending: str) -> HttpResponse:
    """The brief to take away."""
    if ending not in WRITERS:
        raise Http404
    found = services.brief(brief_id, by=_actor(request))
    write, kind = WRITERS[ending]
    try:
        content = write(document_of(found))
    except documents.FontsMissing:
        raise PdfNotPossible from None
    name = f"brief-{found.brief.kind}-{found.brief.until:%Y%m%d}-{found.brief.id}.{ending}"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
