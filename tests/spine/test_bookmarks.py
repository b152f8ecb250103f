"""Who has nothing to hear is moved on without being asked; nobody loses news by it."""

import pytest

from shuzhi.spine import bookmarks
from shuzhi.spine.clock import now
from shuzhi.spine.models import Bookmark, OutboxEvent

pytestmark = pytest.mark.django_db

NEAR = 10


def given_story(*names: str) -> int:
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name=name, body={}, by="system", at=now(), position=at)
        for at, name in enumerate(names, start=1)
    )
    return len(names)


def position_of(listener: str) -> int:
    return Bookmark.objects.get(listener=listener).position


def test_only_who_wants_to_hear_of_something_new_is_given_work() -> None:
    last = given_story("Heard", "Told", "Told")
    Bookmark.objects.create(listener="of what was told", position=1)
    Bookmark.objects.create(listener="of what was heard", position=1)

    wanted = {"of what was told": ["Told"], "of what was heard": ["Heard"]}

    assert bookmarks.with_news(wanted, last=last, near=NEAR) == {"of what was told"}
    assert position_of("of what was heard") == last
    assert position_of("of what was told") == 1, "it moves when it has heard"


def test_a_listener_that_never_heard_anything_or_is_far_behind_is_given_work() -> None:
    last = given_story(*["Told"] * (NEAR + 2))
    Bookmark.objects.create(listener="far", position=1)

    found = bookmarks.with_news({"far": ["Heard"], "new": ["Heard"]}, last=last, near=NEAR)

    assert found == {"far", "new"}
    assert position_of("far") == 1


def test_a_stopped_listener_stays_where_it_stopped() -> None:
    last = given_story("Told", "Told")
    Bookmark.objects.create(listener="stopped", position=1, failure="!", failed_at=now())

    assert bookmarks.with_news({"stopped": ["Heard"]}, last=last, near=NEAR) == set()
    assert position_of("stopped") == 1


def test_the_bookmark_of_a_listener_that_is_not_asked_about_stays() -> None:
    last = given_story("Told", "Told")
    Bookmark.objects.create(listener="another", position=1)

    assert bookmarks.with_news({}, last=last, near=NEAR) == set()
    assert position_of("another") == 1
