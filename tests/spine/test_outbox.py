"""What was announced is read back as it was told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction

from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import CalendarChanged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 5, 11, 1, 2, 3, tzinfo=UTC),
        datetime(2026, 5, 11, 1, 2, 3, 400, tzinfo=UTC),
        datetime(2026, 5, 11, 9, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_the_moment_of_an_event_is_the_one_at_which_it_was_told(moment: datetime) -> None:
    with clock.stopped_at(moment), transaction.atomic():
        outbox.announce(CalendarChanged(day=moment.date()), by=SYSTEM)
    outbox.sequence()

    (told,) = outbox.story()

    assert told.at == moment
    assert told.at.utcoffset() is not None
    assert told.by == SYSTEM.reference
