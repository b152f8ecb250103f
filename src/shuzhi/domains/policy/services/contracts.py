"""How a book is carried out: paused or running, with one signature or two."""

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.policy import shelf
from shuzhi.domains.policy.models import Contract
from shuzhi.domains.policy.refusals import ContractIsPaused
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.events import ContractPaused
from shuzhi.spine.outbox import announce


@transaction.atomic
def pause(code: str, *, because: str, by: Actor) -> None:
    """Stop what a book decides and pays by itself, at once. People's own questions are still answered."""
    access.require(by, "policy.approve")
    if not because.strip():
        raise InvalidInput(field="because", why=_("say why"))
    row = locked_contract(code)
    row.paused, row.paused_because = True, because.strip()[:500]
    row.save()
    announce(ContractPaused(book=code, paused=True), by=by)


@transaction.atomic
def resume(code: str, *, by: Actor) -> None:
    """Let a paused book go on."""
    access.require(by, "policy.approve")
    row = locked_contract(code)
    row.paused, row.paused_because = False, ""
    row.save()
    announce(ContractPaused(book=code, paused=False), by=by)


@transaction.atomic
def set_signatures(code: str, *, two: bool, by: Actor) -> None:
    """Whether two different people sign what is decided by hand under a book."""
    access.require(by, "policy.approve")
    row = locked_contract(code)
    row.two_signatures = two
    row.save()
    audit.record(by, "policy.set_signatures", f"book:{code}", two=two)


def locked_contract(code: str) -> Contract:
    """The terms of a book, locked until the transaction ends: one run at a time writes under a book."""
    Contract.objects.get_or_create(code=code)
    return Contract.objects.select_for_update().get(code=code)


def require_running(code: str) -> None:
    contract = shelf.contract_of(code)
    if contract.paused:
        raise ContractIsPaused(because=contract.paused_because)
