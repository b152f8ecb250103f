"""Types that the rooms' APIs share."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field


def _written(value: object) -> object:
    """Pydantic would also read numbers as Unix time, which the document does not promise."""
    if isinstance(value, datetime) or value is None:
        return value
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    raise ValueError("write the moment as text, e.g. 2026-05-08T09:30:00+08:00")


Moment = Annotated[datetime, BeforeValidator(_written)]
"""A moment in ISO 8601, e.g. "2026-05-08T09:30:00+08:00"."""

Id = Annotated[int, Field(ge=1, lt=2**63)]
"""The number of something kept."""
