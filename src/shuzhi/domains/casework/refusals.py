"""Why casework says no."""

from datetime import datetime
from http import HTTPStatus

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.lifecycle import IllegalMove
from shuzhi.spine.errors import Refused


class MoveRefused(Refused):
    """The life cycle forbids the step; code and sentence come from the guard that failed."""

    code: str = "move-refused"  # type: ignore[misc]
    message: str | Promise = _("This step is not possible now.")  # type: ignore[misc]

    def __init__(self, illegal: IllegalMove) -> None:
        super().__init__(**{name: _readable(value) for name, value in illegal.details.items()})
        self.code = illegal.code
        self.message = illegal.message


def _readable(value: object) -> object:
    """Moments as the county's clocks show them."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


class ReplyNotReady(Refused):
    code, status = "reply-not-ready", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The reply cannot go out yet: %(reasons)s")


class AlreadyRated(Refused):
    code = "already-rated"
    message = _("You have rated this outcome already. If it is still not solved, reopen it.")


class NotRateable(Refused):
    code = "not-rateable"
    message = _("You can rate the outcome once the work order is closed.")


class ChangedMeanwhile(Refused):
    """The order is no longer what it was under the ETag that If-Match names (RFC 9110, 13.1.1)."""

    code, status = "changed-meanwhile", HTTPStatus.PRECONDITION_FAILED
    message = _("Somebody took a step on work order %(number)s meanwhile. Read it again, then decide.")


class AlreadyMoved(Refused):
    """Somebody else took a step between reading the page and sending the form."""

    code = "already-moved"
    message = _("Somebody took a step on work order %(number)s meanwhile. Read it again, then decide.")


class RoutingNotProven(Refused):
    code = "routing-not-proven"
    message = _(
        "Of %(cases)s orders read so surely, people left %(right)s where the catalogue says: at least %(least)s, and 98 %% is"
        " needed. Choose a higher confidence, or wait until more has been decided."
    )


class NotDispatchedByItself(Refused):
    code = "not-dispatched-by-itself"
    message = _(
        "A person has dispatched work order %(number)s, or looked at it already. Re-dispatch it if it is wrong."
    )


class UnitNotNamed(Refused):
    code = "unit-not-named"
    message = _(
        "The dispatch catalogue names other units for this category and area. Choose one of those now shown, or triage"
        " first and dispatch afterwards."
    )
