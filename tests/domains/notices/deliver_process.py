"""A worker that can be killed: `prepare URL EVENTS` fills a database of its own, `deliver MINUTES` delivers from it,
`replay POSITION` waits for a line and then does what an administrator may do meanwhile.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "shuzhi.site.settings"
os.environ["SHUZHI_WEBHOOK_ALLOW_PRIVATE"] = "true"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from shuzhi.domains.notices import services  # noqa: E402
from shuzhi.spine import clock, outbox  # noqa: E402
from shuzhi.spine.actors import SYSTEM  # noqa: E402
from shuzhi.spine.events import MessageQueued  # noqa: E402


def prepare(url: str, events: int) -> None:
    for app in ("spine", "notices"):
        call_command("migrate", app, verbosity=0, interactive=False)
    services.register_webhook(url, events=["MessageQueued"], by=SYSTEM)
    with transaction.atomic():
        outbox.announce_all([MessageQueued(message_id=n, kind="test") for n in range(events)], by=SYSTEM)
    outbox.sequence()


def deliver(minutes: int) -> None:
    """As if so many minutes had passed, so that the claim of a killed worker is over."""
    with clock.stopped_at(datetime.now(UTC) + timedelta(minutes=minutes)):
        while services.deliver_webhooks():
            pass


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "replay":
        print("ready", flush=True)
        sys.stdin.readline()
        services.replay_webhook(1, from_position=int(sys.argv[2]), by=SYSTEM)
    else:
        deliver(int(sys.argv[2]))
