"""No receipt, no effect: how far the steps of an order bind the requester, by what witnesses of the ledger have seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.cards import DecisionRef


@dataclass(frozen=True)
class InForce:
    """steps: by demand, how many of its order's steps are in force.   held_back: why the others are not, "" for none."""

    steps: Mapping[int, int]
    held_back: str

    def of(self, loaded: Loaded) -> Sequence[Step]:
        """The steps in force. That the order was registered is what the requester's own receipt says."""
        return loaded.steps[: max(1, self.steps[loaded.row.demand_id])]

    def after(self, loaded: Loaded) -> Sequence[Step]:
        return loaded.steps[len(self.of(loaded)) :]


def in_force(*orders: Loaded) -> InForce:
    """How far each order's steps are in force: up to the first that has no receipt that verifies."""
    refs = {one.row.demand_id: [ref_of(one, step) for step in one.steps] for one in orders}
    verified = ledger.in_effect(ref for some in refs.values() for ref in some)
    reached = {demand_id: _leading(some, verified) for demand_id, some in refs.items()}
    missing = [some[reached[demand_id]] for demand_id, some in refs.items() if reached[demand_id] < len(some)]
    return InForce(reached, ledger.why_not_in_effect(missing[0]) if missing else "")


def ref_of(loaded: Loaded, step: Step) -> DecisionRef:
    return ledger.ref_of_step(loaded.row.demand_id, step.number, step.action)


def _leading(refs: Sequence[DecisionRef], verified: Mapping[DecisionRef, object]) -> int:
    return next((at for at, ref in enumerate(refs) if ref not in verified), len(refs))
