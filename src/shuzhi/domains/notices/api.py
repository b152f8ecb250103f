"""Webhooks over HTTP, for systems that manage their own."""

from http import HTTPStatus

from django.http import HttpRequest
from ninja import Router, Schema, Status

from shuzhi.domains.notices import services
from shuzhi.domains.notices.cards import NewWebhookCard, WebhookCard
from shuzhi.spine.actors import Actor
from shuzhi.spine.schemas import KEYED

router = Router(tags=["notices"])


class NewWebhook(Schema):
    url: str
    events: list[str]
    secret: str = ""
    from_position: int | None = None


class Replay(Schema):
    from_position: int


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


@router.get("/webhooks", response=list[WebhookCard], operation_id="list_webhooks", **KEYED)
def list_webhooks(request: HttpRequest) -> list[WebhookCard]:
    """Every webhook with its place in the story. They are few: the list has no pages."""
    return services.webhooks(by=_actor(request))


@router.post("/webhooks", response={201: NewWebhookCard}, operation_id="register_webhook", **KEYED)
def register_webhook(request: HttpRequest, body: NewWebhook) -> Status[NewWebhookCard]:
    """Register a receiver; the answer shows the signing secret once."""
    made = services.register_webhook(
        body.url, events=body.events, secret=body.secret, from_position=body.from_position, by=_actor(request)
    )
    return Status(HTTPStatus.CREATED, made)


@router.get("/webhooks/{int:webhook_id}", response=WebhookCard, operation_id="get_webhook", **KEYED)
def get_webhook(request: HttpRequest, webhook_id: int) -> WebhookCard:
    return services.get_webhook(webhook_id, by=_actor(request))


@router.post(
    "/webhooks/{int:webhook_id}/pausing",
    response=WebhookCard,
    operation_id="pause_webhook",
    **KEYED,
)
def pause_webhook(request: HttpRequest, webhook_id: int) -> WebhookCard:
    return services.pause_webhook(webhook_id, by=_actor(request))


@router.post(
    "/webhooks/{int:webhook_id}/resuming",
    response=WebhookCard,
    operation_id="resume_webhook",
    **KEYED,
)
def resume_webhook(request: HttpRequest, webhook_id: int) -> WebhookCard:
    return services.resume_webhook(webhook_id, by=_actor(request))


@router.post(
    "/webhooks/{int:webhook_id}/replaying",
    response=WebhookCard,
    operation_id="replay_webhook",
    **KEYED,
)
def replay_webhook(request: HttpRequest, webhook_id: int, body: Replay) -> WebhookCard:
    """Deliver every event after a position again; ids stay the same, so receivers can drop repeats."""
    return services.replay_webhook(webhook_id, from_position=body.from_position, by=_actor(request))


@router.delete("/webhooks/{int:webhook_id}", response={204: None}, operation_id="delete_webhook", **KEYED)
def delete_webhook(request: HttpRequest, webhook_id: int) -> Status[None]:
    services.delete_webhook(webhook_id, by=_actor(request))
    return Status(HTTPStatus.NO_CONTENT, None)
