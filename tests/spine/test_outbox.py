"""What was announced is read back as it was told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction

from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import CalendarChanged
from shuzhi.spine.models import OutboxEvent

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


def test_the_database_itself_refuses_a_position_that_is_given_already() -> None:
    for day in (11, 12):
        with transaction.atomic():
            outbox.announce(CalendarChanged(day=datetime(2026, 5, day, tzinfo=UTC).date()), by=SYSTEM)
    outbox.sequence()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxEvent.objects.filter(position=2).update(position=1)

    assert [told.position for told in outbox.story()] == [1, 2]


@pytest.mark.parametrize(
    "batches",
    [
        [[101, 102, 103, 104]],  # more than are numbered at once
        [[101, 102], [104, 107], [103, 105]],  # 103 was taken earlier, committed later; 106 never
        [[101], [], [102]],
    ],
)
def test_committed_events_get_the_positions_that_follow_however_their_ids_lie(
    batches: Sequence[Sequence[int]],
) -> None:
    numbered: list[int] = []
    for ids in batches:
        for each in sorted(ids, reverse=True):
            OutboxEvent.objects.create(id=each, name="CalendarChanged", body={}, by="me", at=clock.now())
        while outbox.sequence(limit=3):
            pass
        numbered += sorted(ids)

    found = OutboxEvent.objects.order_by("position").values_list("position", "id")
    assert list(found) == list(enumerate(numbered, 1))
    assert outbox.last_position() == len(numbered)
