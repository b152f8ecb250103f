"""The only entrance to casework."""

from shuzhi.domains.casework.services.automating import (
    automatic_dispatch_of,
    automatic_orders,
    automatic_rule,
    automatic_rules,
    dispatch_by_themselves,
    keep_automatic_dispatch,
    routing_proofs,
    set_automatic_dispatch,
)
from shuzhi.domains.casework.services.drafts import draft_reply, drafts_of, reply_sources
from shuzhi.domains.casework.services.histories import PastJourney, PastStep, import_journeys
from shuzhi.domains.casework.services.holding import (
    admit_demands,
    admit_released,
    count_held,
    held_demands,
    may_mend,
    release_held,
)
from shuzhi.domains.casework.services.letters import letter_of
from shuzhi.domains.casework.services.orders import number_of_demand
from shuzhi.domains.casework.services.progress import progress_of, rate_outcome
from shuzhi.domains.casework.services.reading import (
    Filter,
    board,
    count_by_state,
    count_matching,
    due_feed,
    get_work_order,
    list_work_orders,
)
from shuzhi.domains.casework.services.registering import NewOrder, ensure_registered, register_work_orders
from shuzhi.domains.casework.services.reminding import recompute_due_times, remind_units
from shuzhi.domains.casework.services.rephrasing import model_offered
from shuzhi.domains.casework.services.replies import check_reply
from shuzhi.domains.casework.services.routing import DispatchChoice, dispatch_choices, units_to_dispatch
from shuzhi.domains.casework.services.stepping import merge_work_orders, take_step
from shuzhi.domains.casework.services.telling import tell_decisions, tell_people
from shuzhi.domains.casework.services.triage import split_work_order, triage_work_order

__all__ = [
    "DispatchChoice",
    "Filter",
    "NewOrder",
    "PastJourney",
    "PastStep",
    "admit_demands",
    "admit_released",
    "automatic_dispatch_of",
    "automatic_orders",
    "automatic_rule",
    "automatic_rules",
    "board",
    "check_reply",
    "count_by_state",
    "count_held",
    "count_matching",
    "dispatch_by_themselves",
    "dispatch_choices",
    "draft_reply",
    "drafts_of",
    "due_feed",
    "ensure_registered",
    "get_work_order",
    "held_demands",
    "import_journeys",
    "keep_automatic_dispatch",
    "letter_of",
    "list_work_orders",
    "may_mend",
    "merge_work_orders",
    "model_offered",
    "number_of_demand",
    "progress_of",
    "rate_outcome",
    "recompute_due_times",
    "register_work_orders",
    "release_held",
    "remind_units",
    "reply_sources",
    "routing_proofs",
    "set_automatic_dispatch",
    "split_work_order",
    "take_step",
    "tell_decisions",
    "tell_people",
    "triage_work_order",
    "units_to_dispatch",
]
