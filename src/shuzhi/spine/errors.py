"""Why something was refused. A refusal is business saying no; a programming mistake raises something else."""

import sqlite3
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A refusal with a stable code, an HTTP status, and a sentence that says what, why and what to do.

    Subclasses set `code`, `status` and `message`; `message` is a lazy translation with %(name)s places
    that the details fill.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = HTTPStatus.CONFLICT
    message: ClassVar[str | Promise] = _("This cannot be done.")

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    @property
    def sentence(self) -> str:
        return str(self.message) % self.details

    def __str__(self) -> str:
        return self.sentence


class AccessDenied(Refused):
    code, status = "access-denied", HTTPStatus.FORBIDDEN
    message = _(
        "Your account may not do this (%(permission)s). Ask your security administrator if your post needs it."
    )


class NotFound(Refused):
    """Missing and not visible look the same, so that nobody learns what exists."""

    code, status = "not-found", HTTPStatus.NOT_FOUND
    message = _("%(what)s was not found. Check the number and try again.")


class InvalidInput(Refused):
    """One field of the input is wrong; `field` names it and `why` says how to mend it."""

    code, status = "invalid-input", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("%(field)s: %(why)s")


class TooManyTries(Refused):
    code, status = "too-many-tries", HTTPStatus.TOO_MANY_REQUESTS
    message = _("Too many tries. Wait %(seconds)s seconds and try again.")


def passes_by_itself(error: Exception) -> bool:
    """Whether a database that was locked, full or gone refused: nothing stays of the write, and it may be tried again.

    SQLite also calls a wrong query an operational error, with its general code; that never passes.
    """
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
