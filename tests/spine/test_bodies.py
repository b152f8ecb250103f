"""What was announced is what is heard: the body of every event, read back."""

from datetime import UTC, datetime
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.spine.bodies import reader_of
from shuzhi.spine.events import DemandId, DemandReceived, Event, WorkOrderId
from shuzhi.spine.outbox import adapter

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
for number in (DemandId, WorkOrderId):
    st.register_type_strategy(number, st.integers(1, 2**53))


@pytest.mark.parametrize("name", sorted(Event.known))
@settings(max_examples=20)
@given(data=st.data())
def test_a_body_is_read_as_the_one_who_checks_it_reads_it(name: str, data: st.DataObject) -> None:
    kind = Event.known[name]
    hints = {field: hint for field, hint in get_type_hints(kind).items() if field != "known"}
    event = data.draw(st.builds(kind, **{field: st.from_type(hint) for field, hint in hints.items()}))
    body = adapter(kind).dump_python(event, mode="json")

    assert reader_of(kind)(body) == event == adapter(kind).validate_python(body)


def test_an_older_body_keeps_defaults_and_a_newer_one_loses_what_nobody_knows() -> None:
    body = {"demand_id": 1, "channel": "web", "kind": "help", "category": "", "area": "", "urgency": "normal"}
    body |= {"received_at": "2026-05-04T01:00:00Z", "mood": "sunny"}

    event = reader_of(DemandReceived)(body)

    assert event == DemandReceived(
        demand_id=DemandId(1),
        channel="web",
        kind="help",
        category="",
        area="",
        urgency="normal",
        received_at=datetime(2026, 5, 4, 1, tzinfo=UTC),
    )


def test_a_body_without_what_must_be_there_is_refused() -> None:
    with pytest.raises(TypeError, match="demand_id"):
        reader_of(DemandReceived)({"channel": "web"})
