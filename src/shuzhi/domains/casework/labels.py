"""The words that people see for casework's codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.journey import REGISTER, Ask
from shuzhi.domains.casework.lifecycle import MOVES, Action, Mark, Outcome, Rung, State
from shuzhi.domains.intake.kinds import KINDS
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import AreaCard
from shuzhi.spine.errors import Refused

STATES: Mapping[str, str | Promise] = {state: state.label for state in State}
OUTCOMES: Mapping[str, str | Promise] = {outcome: outcome.label for outcome in Outcome}
MARKS: Mapping[str, str | Promise] = {mark: mark.label for mark in Mark}
RUNGS: Mapping[str, str | Promise] = {rung: rung.label for rung in Rung}

URGENCIES: Mapping[str, Promise] = {
    "life_safety": _("threat to life or property"),
    "utilities_outage": _("utilities outage"),
    "urgent": _("urgent"),
    "normal": _("normal"),
}

LEVELS: Mapping[str, tuple[Promise, str]] = {
    "green": (_("in time"), "ok"),
    "yellow": (_("due soon"), "warn"),
    "red": (_("overdue"), "bad"),
}

# What a person must look at before anything else, whatever the order is about.
FLAGS: Mapping[str, Promise] = {
    "self_harm": _("somebody may harm themselves"),
    "threat": _("a threat against others"),
    "life_safety": _("threat to life or property"),
}
SOFT_FLAGS: Mapping[str, Promise] = {
    "vulnerable_person": _("vulnerable person"),
    "minor": _("a minor"),
    "repeated": _("reported before"),
    "time_pressure": _("a day is near"),
}

# Why a demand is held without an order, and what somebody has to do, by code.
HELD: Mapping[str, Promise] = {
    "no-time-limit": _(
        "The registry promises no time limit for this kind, urgency and category on that day. Import time limits"
        " (data set sla) that cover it: then it is tried again by itself."
    ),
    "value-unfit": _(
        "A value of the demand does not fit into a work order. Correct its kind, category or area, then try again."
    ),
}
HELD_OTHERWISE = _("Registering was refused. Mend what the code names, then try again.")

# Why the words of a language model were not taken, by code.
UNTAKEN: Mapping[str, Promise] = {
    "unanswered": _("the model gave no answer that can be read in time."),
    "empty": _("the model answered nothing."),
    "too-long": _("the model said far more than they do."),
    "uncited": _("the model wrote a sentence without naming an article."),
    "new-number": _("the model named a number or a date that they do not contain."),
    "new-title": _("the model named a rule that they do not name."),
    "new-negation": _("the model denied what they do not deny."),
    "foreign": _("the model spoke of something else."),
    "personal-data": _("the model named a person or an address that they do not name."),
    "markup": _("the model wrote signs or links that have no place in a reply."),
}

# What happened, told to the requester.
PUBLIC_ACTIONS: Mapping[str, Promise] = {
    REGISTER: _("Received"),
    Action.TRIAGE: _("Checked and classified"),
    Action.ANSWER_DIRECTLY: _("Answered directly"),
    Action.REFER: _("Referred to the proper path"),
    Action.REJECT: _("Not accepted"),
    Action.CONFIRM_REJECTION: _("The refusal was confirmed by a second person"),
    Action.APPEAL: _("You appealed"),
    Action.DISPATCH: _("Dispatched"),
    Action.REDISPATCH: _("Dispatched to another unit"),
    Action.ADJUDICATE: _("An arbitration settled which unit is responsible"),
    Action.SIGN_IN: _("The unit signed it in"),
    Action.START_HANDLING: _("Handling began"),
    Action.RECORD_CONTACT: _("The unit contacted you"),
    Action.INVITE_ASSIST: _("Another unit was asked to help"),
    Action.COMPLETE_ASSIST: _("The helping unit has done its part"),
    Action.APPROVE_EXTENSION: _("The time limit was extended"),
    Action.SUSPEND: _("Waiting"),
    Action.RESUME: _("Handling goes on"),
    Action.REPLY: _("The unit replied"),
    Action.REQUEST_REWORK: _("Sent back to be handled again"),
    Action.RECORD_CALLBACK: _("We called you back"),
    Action.CLOSE: _("Closed"),
    Action.REOPEN: _("Reopened"),
    Action.MERGE: _("Joined with the same matter reported before"),
    Action.UNMERGE: _("Handled on its own again"),
    Action.SUPERVISE: _("Put under supervision"),
    Action.ESCALATE: _("Escalated"),
    Action.WITHDRAW: _("You withdrew it"),
    Action.TERMINATE: _("Terminated"),
}

# What an order waits for, by its state: the first line of its page.
NEXT: Mapping[str, Promise] = {
    State.REGISTERED: _("Next: triage it"),
    State.TRIAGED: _("Next: dispatch it, answer it or refer it"),
    State.ANSWERED: _("Answered: close it, or dispatch it if that was not enough"),
    State.REFERRED: _("Referred: close it, or dispatch it for what remains"),
    State.REJECTED: _("Refused: close it once the refusal is confirmed"),
    State.DISPATCHED: _("Next: the unit signs it in"),
    State.ACCEPTED: _("Next: the unit contacts the requester and starts handling"),
    State.HANDLING: _("Next: the unit replies"),
    State.SUSPENDED: _("Waiting: resume it when the cause is gone"),
    State.RETURN_REQUESTED: _("Next: decide on the return"),
    State.ADJUDICATING: _("Next: rule which unit is responsible"),
    State.REPLIED: _("Next: review the reply"),
    State.REVIEWED: _("Next: call the requester back"),
    State.CALLBACK: _("Next: note what the requester says, then close it"),
    State.MERGED: _("Nothing to do here: it closes with the order that it was merged into"),
    State.TERMINATED: _("Ended: close it"),
    State.CLOSED: _("Nothing to do: it is closed"),
}
# Requests that wait for a second person come before everything else.
NEXT_ASKED: Mapping[str, Promise] = {
    Ask.REFUSAL: _("Next: a second person confirms or declines the refusal"),
    Ask.EXTENSION: _("Next: a second person decides on the extension"),
    Ask.TERMINATION: _("Next: a second person decides whether to terminate it"),
}

STAGES: tuple[Promise, ...] = (_("Received"), _("Dispatched"), _("Handling"), _("Replied"), _("Closed"))

SATISFACTION: Mapping[int, Promise] = {
    5: _("very satisfied"),
    4: _("satisfied"),
    3: _("fairly satisfied"),
    2: _("dissatisfied"),
    1: _("very dissatisfied"),
}

# The label of each step in an order's history.
ACTIONS: Mapping[str, Promise] = {
    REGISTER: _("Registered"),
    **{move.action: move.label for move in reversed(MOVES)},
}

FIELDS: Mapping[str, Promise] = {
    "kind": _("Type"),
    "category": _("Category"),
    "area": _("Area"),
    "urgency": _("Urgency"),
}


def name_of(field: str, code: str) -> str:
    """The words for a code that a reader of texts suggested."""
    try:
        match field:
            case "kind":
                return str(KINDS.get(code, code))
            case "urgency":
                return str(URGENCIES.get(code, code))
            case "category":
                return " › ".join(registry.get_category(code).path_label)
            case _:
                return registry.get_area(code).label
    except Refused:
        return code


@dataclass(frozen=True)
class Names:
    """Categories and areas by name, read once for a whole table."""

    categories: Mapping[str, str]
    areas: Mapping[str, str]

    def category(self, code: str) -> str:
        return self.categories.get(code, code)

    def area(self, code: str) -> str:
        return self.areas.get(code, code)


def names() -> Names:
    """Full paths in the reader's language: "Housing › Property management"; areas from the county down."""
    return _names(registry.words_version(), get_language() or "")


@lru_cache(maxsize=4)
def _names(_version: int, _language: str) -> Names:
    """Kept for each language until the registry changes: some thousand names, which every page of an order needs."""
    categories = {one.code: " › ".join(one.path_label) for one in registry.categories()}
    known = {one.code: one for one in registry.areas()}
    areas: dict[str, str] = {}
    for code, card in known.items():
        parts = []
        above: AreaCard | None = card
        while above and above.parent:
            parts.append(above.label)
            above = known.get(above.parent)
        areas[code] = " › ".join(reversed(parts)) or card.label
    return Names(MappingProxyType(categories), MappingProxyType(areas))


def next_of(state: str, asks: Sequence[str]) -> str:
    """What an order waits for, in words."""
    return str(NEXT_ASKED[asks[0]] if asks else NEXT[state])


def alarms(flags: Sequence[str], urgency: str) -> list[str]:
    """What stands on top of an order's page, the gravest first."""
    present = {*flags, urgency}
    return [str(label) for code, label in FLAGS.items() if code in present]


def held_because(reason: str) -> str:
    """What stands in the way of an order, and what to do."""
    return str(HELD.get(reason, HELD_OTHERWISE))
