"""The letter of a decision: a reply, a refusal or the way to another path, printed only with a verified receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shuzhi.domains.casework.cards import LetterCard
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import orders
from shuzhi.domains.casework.services.force import ref_of
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound


@dataclass(frozen=True)
class Standing:
    """said: the step whose words bind.   decided: the step that made them bind, e.g. a second person's approval."""

    said: Step
    decided: Step


def standing_decision(steps: Sequence[Step]) -> Standing | None:
    """What stands: approved or confirmed where that is needed, not sent back, appealed or reopened."""
    said: Step | None = None
    standing: Standing | None = None
    for step in steps:
        match step.action:
            case Action.REPLY | Action.REJECT:
                said, standing = step, None
            case Action.APPROVE_REPLY | Action.CONFIRM_REJECTION:
                standing = Standing(said, step) if said else None
            case Action.ANSWER_DIRECTLY | Action.REFER:
                standing = Standing(step, step)
            case Action.REQUEST_REWORK | Action.REOPEN | Action.APPEAL | Action.DECLINE_REJECTION:
                said, standing = None, None
    return standing


def letter_of(demand_id: int, *, by: Actor) -> LetterCard:
    """The decision that stands about a demand, as a letter. The caller has checked the codes (intake.track).

    No receipt, no effect: raises NotYetWitnessed or ReceiptBroken of the ledger.
    """
    access.require(by, "intake.track")
    row = WorkOrder.objects.select_related("merged_into").filter(demand_id=demand_id).first()
    if row is None:
        raise NotFound(what=str(demand_id))
    loaded = orders.load((row.merged_into or row).number)
    standing = standing_decision(loaded.steps)
    if standing is None:
        raise NotFound(what=_("A letter about this demand"))
    receipt = ledger.require_effect(ref_of(loaded, standing.decided)).entry
    said = standing.said
    units = {unit.code: unit.label for unit in registry.units()}
    return LetterCard(
        number=row.number,
        action=said.action,
        text=said.text,
        because=said.because if said.action == Action.REJECT else "",
        basis=orders.basis_of(said),
        outcome=str(said.details.get("outcome", "")),
        generated=bool(said.details.get("aigc")),
        unit_name=units.get(said.unit, ""),
        decided_at=standing.decided.at,
        log=receipt.log,
        index=receipt.index,
    )
