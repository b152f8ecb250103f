"""Pages: inboxes of staff and citizens, the links of subscriptions, the webhooks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.notices import services
from shuzhi.domains.notices.forms import WebhookForm
from shuzhi.spine import access
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput

PAGE = 30


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _before(request: HttpRequest) -> int | None:
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


@require_safe
@never_cache
def my_messages(request: HttpRequest) -> HttpResponse:
    """What was sent to the citizen's own phone."""
    if _actor(request).kind is not ActorKind.CITIZEN:
        return redirect(f"/me/login/?next={request.path}")
    return _inbox(request, "notices/my_messages.html")


@require_safe
@never_cache
def desk_messages(request: HttpRequest) -> HttpResponse:
    """What the person on the staff, or a unit of theirs, was told."""
    return _inbox(request, "notices/desk_messages.html")


def _inbox(request: HttpRequest, template: str) -> HttpResponse:
    found = services.inbox(by=_actor(request), before=_before(request), limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    answer = render(request, template, {"found": found[:PAGE], "more": more})
    if request.method == "GET":
        services.mark_read([one.id for one in found[:PAGE] if not one.read], by=_actor(request))
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, not the link itself: mail programs open links on their own."""
    if request.method == "POST":
        services.confirm_subscription(token, by=_actor(request))
    return render(request, "notices/confirm.html", {"subscription": services.subscription_of(token)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        services.unsubscribe(token, by=_actor(request))
    return render(request, "notices/unsubscribe.html", {"subscription": services.subscription_of(token)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    found = services.webhooks(by=_actor(request))
    form = WebhookForm(request.POST or None)
    made = None
    if form.is_valid():
        try:
            made = services.register_webhook(
                form.cleaned_data["url"], events=form.cleaned_data["events"].split(), by=_actor(request)
            )
        except InvalidInput as refused:
            form.add_error(refused.details["field"], refused.details["why"])
        else:
            found = services.webhooks(by=_actor(request))
    sees_messages = access.allows_somewhere(_actor(request), "spine.outbox")
    troubled = (
        services.troubled_messages(by=_actor(request), before=_before(request), limit=PAGE)
        if sees_messages
        else []
    )
    context = {"form": form, "made": made, "webhooks": found, "troubled": troubled}
    return render(request, "notices/webhooks.html", context)


@require_POST
def pause_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    services.pause_webhook(webhook_id, by=_actor(request))
    return _done(request)


@require_POST
def resume_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    services.resume_webhook(webhook_id, by=_actor(request))
    return _done(request)


@require_POST
def delete_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    services.delete_webhook(webhook_id, by=_actor(request))
    return _done(request)


@require_POST
def retry_message(request: HttpRequest, message_id: int) -> HttpResponse:
    services.retry_message(message_id, by=_actor(request))
    return _done(request)


def _done(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Done."))
    return redirect("notices:webhooks")
