"""The types that the rooms' APIs share."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from shuzhi.spine.schemas import Moment

read = TypeAdapter(Moment).validate_python


@pytest.mark.parametrize("written", ["2026-05-08T09:30:00+08:00", "2026-05-07T06:13:00-19:17"])
def test_a_moment_is_read_in_utc_whatever_its_offset(written):
    assert read(written) == datetime(2026, 5, 8, 1, 30, tzinfo=UTC)
    assert read(written).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00+08:00", "0001-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "9999-01-01"]
)
def test_a_moment_from_which_nobody_can_count_on_is_refused(written):
    with pytest.raises(ValidationError, match="between the years 1 and 9999"):
        read(written)


def test_a_number_is_no_moment():
    with pytest.raises(ValidationError, match="as text"):
        read(1_700_000_000)
