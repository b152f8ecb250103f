"""Who hears of what: the one table that joins the rooms."""

from collections.abc import Callable
from functools import partial

from shuzhi.domains.casework import handlers as casework
from shuzhi.domains.casework import services as casework_services
from shuzhi.domains.insight import handlers as insight
from shuzhi.domains.insight import services as insight_services
from shuzhi.domains.intake import handlers as intake
from shuzhi.domains.intake import services as intake_services
from shuzhi.domains.ledger import handlers as ledger
from shuzhi.domains.ledger import services as ledger_services
from shuzhi.domains.notices import services as notices
from shuzhi.domains.policy import handlers as policy
from shuzhi.domains.policy import services as policy_services
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import handlers as statistics
from shuzhi.domains.statistics import pages as figures
from shuzhi.domains.statistics import services as figures_services
from shuzhi.spine import events, limits, outbox
from shuzhi.spine.outbox import Listener

_ORDERS = "casework.orders"

LISTENERS: tuple[Listener, ...] = (
    # A demand becomes a work order; one that cannot is held until the registry is mended or somebody releases it.
    Listener(_ORDERS, casework.ARRIVALS, casework.register_arrivals),
    # The demand follows its work order, so that lists and the track page need no other room.
    Listener("intake.status", (events.WorkOrderMoved,), intake.follow_work_orders, intake.forget_work_orders),
    # What is surely read goes to its unit without asking anybody, where the county lets it and that is proven.
    # Not before it has its order.
    Listener(
        "casework.automatic",
        (events.DemandReceived,),
        casework.dispatch_by_themselves,
        until=partial(outbox.position_of, _ORDERS),
    ),
    # What binds somebody becomes an entry of the public ledger.
    Listener("ledger.seal", ledger.DECISIONS, ledger.seal, batch=8 * outbox.BATCH),
    # Facts for the public figures.
    statistics.FACTS,
    # A ruling proposes what the dispatch catalogue should say: a steward decides.
    Listener("registry.proposals", (events.CatalogueChangeProposed,), registry.keep_proposals),
    # The calendar was edited: open orders get new due times.
    Listener("casework.due_times", (events.CalendarChanged,), casework.follow_calendar),
    # A demand joins the hot issue that it is part of.
    Listener("insight.issues", (events.DemandReceived,), insight.place_demands, insight_services.forget),
    # Somebody was erased: nothing says any more that this person called again.
    Listener("insight.callers", (events.RequesterErased,), insight.forget_callers),
    # A simulation of a reform was kept: a question may rest on it.
    Listener(
        "insight.scenarios", (events.ScenarioKept,), insight.note_scenarios, insight_services.forget_scenarios
    ),
    # Facts about a household changed: whoever is concerned may now be entitled.
    Listener("policy.changes", (events.FactsChanged,), policy.look_again),
    # People hear of what concerns them.
    Listener("casework.messages", (events.WorkOrderMoved, events.DueTimeApproached), casework.tell_people),
    # No receipt, no effect: of decisions they hear once witnesses of the ledger have seen them.
    Listener(
        "casework.decisions",
        (events.WorkOrderMoved,),
        casework.tell_decisions,
        until=ledger_services.witnessed_position,
    ),
    Listener(
        "policy.decisions",
        (events.EntitlementDecided,),
        policy.tell_decisions,
        until=ledger_services.witnessed_position,
    ),
)

# What the worker does between rounds of delivery; each returns how much it did.
CHORES: tuple[Callable[[], int], ...] = (
    casework_services.remind_units,
    notices.work,
    ledger_services.publish_in_turn,
    figures_services.file_away,
)

# What the worker does once an hour: drop the counts of tries of other days, count the public figures anew, at night
# find hot issues anew, look at the coming week, for early warnings, topics of the next month, patterns and how orders
# flow, in the morning write the briefs, and look for people who are entitled and do not know it; hand the ledger's
# newest checkpoint to its anchors. At night, too, a model is learnt from what people chose, in a process of its own.
HOURLY: tuple[Callable[[], int], ...] = (
    limits.forget_old,
    figures.count_anew,
    intake_services.learn_nightly,
    insight_services.rebuild_nightly,
    insight_services.forecast_nightly,
    insight_services.find_nightly,
    insight_services.map_nightly,
    insight_services.watch_hourly,
    insight_services.propose_ahead,
    insight_services.make_due_briefs,
    ledger_services.anchor_hourly,
    policy_services.sweep_nightly,
)
