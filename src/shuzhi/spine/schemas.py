"""Types that the rooms' APIs share."""

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import BeforeValidator, Field

from shuzhi.spine import clock
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import Refused


def _written(value: object) -> object:
    """Pydantic would also read numbers as Unix time, which the document does not promise."""
    if isinstance(value, datetime) or value is None:
        return value
    if isinstance(value, str):
        read = datetime.fromisoformat(value)
        told = clock.in_utc(read)
        return told if read.tzinfo else read  # whether the county's clock is meant is for the service to say
    raise ValueError("write the moment as text, e.g. 2026-05-08T09:30:00+08:00")


Moment = Annotated[datetime, BeforeValidator(_written)]
"""A moment in ISO 8601, e.g. "2026-05-08T09:30:00+08:00"."""


def _written_day(value: object) -> object:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, date) or value is None:
        return value
    raise ValueError("write the day as text, e.g. 2026-05-08")


Day = Annotated[date, BeforeValidator(_written_day)]
"""A day in ISO 8601, e.g. "2026-05-08"."""


class KeyNeeded(Refused):
    code, status = "key-needed", HTTPStatus.UNAUTHORIZED
    message = _("This is not for the public. Send the key of your system as “Authorization: Bearer …”.")


def _known(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind is ActorKind.ANONYMOUS:
        raise KeyNeeded
    return actor


KEYED: Mapping[str, Any] = {"auth": _known, "openapi_extra": {"security": [{"key": []}]}}
"""Of an operation that the public may not use: `@router.get(…, **KEYED)`."""

Id = Annotated[int, Field(ge=1, lt=2**63)]
"""The number of something kept."""
