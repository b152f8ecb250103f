"""The entrance to the notices room."""

from shuzhi.domains.notices.addresses import mobile_of, normal_email, normal_phone
from shuzhi.domains.notices.services.codes import WrongCode, check_code, send_code
from shuzhi.domains.notices.services.delivering import deliver_webhooks
from shuzhi.domains.notices.services.messages import (
    inbox,
    mark_read,
    retry_message,
    send_message,
    send_messages,
    troubled_messages,
    unread_count,
)
from shuzhi.domains.notices.services.people import forget_person
from shuzhi.domains.notices.services.sending import send_waiting
from shuzhi.domains.notices.services.subscriptions import (
    confirm_subscription,
    followed,
    subscribe,
    subscription_of,
    tell_subscribers,
    unsubscribe,
)
from shuzhi.domains.notices.services.webhooks import (
    delete_webhook,
    get_webhook,
    pause_webhook,
    register_webhook,
    replay_webhook,
    resume_webhook,
    webhooks,
)


def work() -> int:
    """What the worker does between rounds of the outbox: send what waits, deliver to webhooks. Returns how much."""
    return send_waiting() + deliver_webhooks()


__all__ = [
    "WrongCode",
    "check_code",
    "confirm_subscription",
    "delete_webhook",
    "deliver_webhooks",
    "followed",
    "forget_person",
    "get_webhook",
    "inbox",
    "mark_read",
    "mobile_of",
    "normal_email",
    "normal_phone",
    "pause_webhook",
    "register_webhook",
    "replay_webhook",
    "resume_webhook",
    "retry_message",
    "send_code",
    "send_message",
    "send_messages",
    "send_waiting",
    "subscribe",
    "subscription_of",
    "tell_subscribers",
    "troubled_messages",
    "unread_count",
    "unsubscribe",
    "webhooks",
    "work",
]
