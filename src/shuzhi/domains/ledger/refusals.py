"""Why the ledger says no."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused


class NotYetWitnessed(Refused):
    """No receipt, no effect: what binds somebody is shown as binding only when others have seen it."""

    code, status = "not-yet-witnessed", HTTPStatus.CONFLICT
    message = _(
        "This decision is recorded but not yet witnessed, so it has no receipt and no effect. "
        "Usually that takes a few seconds: try again."
    )


class ReceiptBroken(Refused):
    """What is stored of an entry does not fit what witnesses signed. Nothing binds anybody until a person has looked."""

    code = "receipt-broken"
    message = _(
        "The receipt of this decision does not verify, so the decision is not shown as in force. "
        "Keep your receipt code; the operator must look at the ledger first."
    )


class LedgerStopped(Refused):
    code = "ledger-stopped"
    message = _("The ledger has stopped signing: %(why)s The operator must look at it first.")


class OpeningGone(Refused):
    """Erased, or sealed with a key that is no longer there."""

    code, status = "opening-gone", HTTPStatus.GONE
    message = _("The personal part of this entry was erased. The entry itself stays valid and says nothing.")


class PolicyRefused(Refused):
    code, status = "policy-refused", HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("This policy cannot be used: %(why)s")


class NothingToErase(Refused):
    code, status = "nothing-to-erase", HTTPStatus.NOT_FOUND
    message = _("Nothing is sealed for %(subject)s.")


class CannotRecover(Refused):
    code = "cannot-recover"
    message = _("Nothing was brought back: %(why)s")


class NotPublished(Refused):
    code = "ledger-not-published"
    message = _("The ledger has entries that are not yet witnessed. Publish them first, then try again.")
