"""Five wrong passwords shut an account for fifteen minutes; twenty from one address shut the address.

The address gets more because a whole office may stand behind one; a single address that tries one password on many
accounts is stopped all the same. Names that do not exist are counted like those that do.
"""

from http import HTTPStatus
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse

ADDRESS_ALLOWS_TIMES = 4


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # the library has no types
    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures on the scale of one account: those of an address weigh a fourth."""
        by_name, by_address = (
            attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_name, by_address // ADDRESS_ALLOWS_TIMES)

    def user_logged_in(
        self, sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> None:
        """Forget the account's failures, not the address's: else one's own log-in would excuse guessing at others."""
        AccessAttempt.objects.filter(username=user.get_username()).delete()


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The log-in page has already said it, in the same words for accounts that exist and those that do not."""
    return response or HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
