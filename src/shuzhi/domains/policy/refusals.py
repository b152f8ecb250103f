"""Why the policy room says no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused


class SecondPersonNeeded(Refused):
    code, status = "second-person-needed", HTTPStatus.FORBIDDEN
    message = _("You did the first step yourself, so somebody else must do this one.")


class AlreadySettled(Refused):
    code = "already-settled"
    message = _("This was settled already. Load the page again to see how.")


class BookNotAccepted(Refused):
    """The text is no rule book; the first findings say where and how to mend it."""

    code, status = "book-not-accepted", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The book cannot be used yet: %(findings)s")


class NoBookInForce(Refused):
    code, status = "no-book-in-force", HTTPStatus.NOT_FOUND
    message = _("No approved version of this book holds on %(day)s.")


class ContractIsPaused(Refused):
    code = "contract-paused"
    message = _("Decisions and payments of this book are paused: %(because)s")


class SituationNotAccepted(Refused):
    code, status = "situation-not-accepted", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("What was said cannot be used: %(why)s")


class StepNotPossible(Refused):
    code = "step-not-possible"
    message = _("This cannot be done while it is %(state)s.")


class NoPopulation(Refused):
    code, status = "no-population", HTTPStatus.CONFLICT
    message = _("There is no population to simulate over yet. Make one: shuzhi policy population.")


class ReformNotAccepted(Refused):
    """A changed amount or formula does not fit the book."""

    code, status = "reform-not-accepted", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The reform cannot be worked out: %(why)s")
