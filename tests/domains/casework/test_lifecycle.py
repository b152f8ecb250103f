from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.domains.casework import diagram
from shuzhi.domains.casework.lifecycle import (
    GUARDS,
    MOVES,
    OPEN,
    Action,
    Given,
    IllegalMove,
    Landing,
    Mark,
    Move,
    OrderFacts,
    Outcome,
    Rung,
    State,
    check,
    next_moves,
)
from shuzhi.spine import access

NOW = datetime(2026, 5, 13, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYTHING = frozenset({move.permission for move in MOVES})

# A form filled in completely, so that a test can take one field away.
FORM = Given(
    reason="crew 12 is needed", ground="county duty list 3.2", source="county gazette 2026-4", path="court, art. 122",
    unit="U7", plan="parts are ordered", until=NOW + 24 * HOUR, outcome=Outcome.PARTLY, parent_open=True,
)  # fmt: skip


def order(state: State, **known: object) -> OrderFacts:
    return replace(OrderFacts(state=state, now=NOW, by="staff:1"), **known)


def code_of(facts: OrderFacts, action: Action, form: Given = FORM) -> str:
    """The code of the refusal, or "" when the move is legal."""
    try:
        check(facts, action, form)
    except IllegalMove as refusal:
        sentence = str(refusal.message) % refusal.details
        return refusal.code if sentence else "no-sentence"
    return ""


def actions(facts: OrderFacts, permissions: frozenset[str] = EVERYTHING) -> set[Action]:
    return {move.action for move in next_moves(facts, permissions)}


def targets(move: Move) -> set[State]:
    """Everywhere that a move can lead."""
    if isinstance(move.to_state, State):
        return {move.to_state}
    if move.to_state is Landing.STAYS:
        return set(move.from_states)
    return {state for merge in MOVES if merge.action is Action.MERGE for state in merge.from_states}


def test_an_ordinary_order_travels_from_registration_to_closing():
    path = [
        (Action.TRIAGE, State.TRIAGED),
        (Action.DISPATCH, State.DISPATCHED),
        (Action.SIGN_IN, State.ACCEPTED),
        (Action.START_HANDLING, State.HANDLING),
        (Action.RECORD_CONTACT, State.HANDLING),
        (Action.REPLY, State.REPLIED),
        (Action.APPROVE_REPLY, State.REVIEWED),
        (Action.START_CALLBACK, State.CALLBACK),
        (Action.RECORD_CALLBACK, State.CALLBACK),
        (Action.CLOSE, State.CLOSED),
        (Action.REOPEN, State.TRIAGED),
    ]
    facts = order(
        State.REGISTERED,
        contacts=1,
        has_unit=True,
        replied_by="staff:2",
        callback_reached=True,
        closed_at=NOW,
    )

    for action, state in path:
        facts = replace(facts, state=check(facts, action, FORM).target(facts))
        assert facts.state is state


def test_a_move_from_the_wrong_state_is_refused_with_the_state_in_its_sentence():
    with pytest.raises(IllegalMove) as refusal:
        check(order(State.CLOSED), Action.REPLY, FORM)

    assert refusal.value.code == "not-in-this-state"
    with translation.override("en"):
        sentence = str(refusal.value.message) % refusal.value.details
    assert sentence == "An order that is “Closed” does not allow this."


@pytest.mark.parametrize("move", [move for move in MOVES if move.needs_reason], ids=lambda move: move.action)
def test_a_move_that_needs_a_reason_is_refused_without_one(move: Move):
    facts = lawful_facts(move)

    assert code_of(facts, move.action) == ""
    assert code_of(facts, move.action, replace(FORM, reason="  ")) == "reason-missing"


REFUSALS = [
    (State.REGISTERED, Action.REFER, {}, {}, "not-an-emergency"),
    (State.REGISTERED, Action.REFER, {"emergency": True}, {}, ""),
    (State.TRIAGED, Action.REFER, {}, {"path": ""}, "path-missing"),
    (State.TRIAGED, Action.DISPATCH, {"emergency": True}, {}, "emergency-not-referred"),
    (State.TRIAGED, Action.DISPATCH, {"emergency": True, "emergency_referred": True}, {}, ""),
    (State.TRIAGED, Action.DISPATCH, {}, {"unit": ""}, "unit-missing"),
    (State.TRIAGED, Action.ANSWER_DIRECTLY, {}, {"source": ""}, "source-missing"),
    (State.TRIAGED, Action.REJECT, {}, {"ground": ""}, "ground-missing"),
    (State.REJECTED, Action.CONFIRM_REJECTION, {"rejected_by": "staff:1"}, {}, "same-person-rejected"),
    (State.REJECTED, Action.CONFIRM_REJECTION, {"rejected_by": ""}, {}, "same-person-rejected"),
    (State.REJECTED, Action.CONFIRM_REJECTION, {"rejected_by": "staff:2"}, {}, ""),
    (State.REJECTED, Action.CONFIRM_REJECTION, {"rejection_confirmed": True}, {}, "rejection-decided"),
    (State.REJECTED, Action.APPEAL, {}, {}, "rejection-not-confirmed"),
    (State.REJECTED, Action.CLOSE, {}, {}, "rejection-not-confirmed"),
    (State.DISPATCHED, Action.TAKE_BACK, {}, {}, "dispatched-by-a-person"),
    (State.ACCEPTED, Action.TAKE_BACK, {"dispatched_by_itself": True}, {}, ""),
    (State.DISPATCHED, Action.REQUEST_RETURN, {"return_until": NOW}, {}, ""),
    (State.DISPATCHED, Action.REQUEST_RETURN, {"return_until": NOW - HOUR}, {}, "return-window-over"),
    (State.ACCEPTED, Action.REQUEST_RETURN, {"return_until": NOW, "ruled": True}, {}, "ruling-binds"),
    (State.ACCEPTED, Action.REQUEST_RETURN, {"return_until": NOW}, {"ground": " "}, "ground-missing"),
    (State.HANDLING, Action.REQUEST_RETURN, {"return_until": NOW}, {}, "not-in-this-state"),
    (State.HANDLING, Action.REDISPATCH, {"ruled": True}, {}, "ruling-binds"),
    (State.HANDLING, Action.REPLY, {}, {}, "contact-missing"),
    (State.HANDLING, Action.REPLY, {"contacts": 1}, {}, ""),
    (State.HANDLING, Action.REPLY, {"can_be_called": False}, {}, ""),
    (State.HANDLING, Action.REPLY, {"contacts": 1, "assisting": frozenset({"U7"})}, {}, "assists-open"),
    (State.HANDLING, Action.REPLY, {"contacts": 1}, {"outcome": None}, "outcome-missing"),
    (State.HANDLING, Action.COMPLETE_ASSIST, {}, {}, "no-open-assist"),
    (State.HANDLING, Action.INVITE_ASSIST, {"finish_due": NOW}, {"assist_due": NOW}, "assist-due-too-late"),
    (State.HANDLING, Action.INVITE_ASSIST, {"finish_due": NOW + HOUR}, {"assist_due": NOW}, ""),
    (State.HANDLING, Action.REQUEST_EXTENSION, {"finish_due": NOW}, {}, ""),
    (State.HANDLING, Action.REQUEST_EXTENSION, {"finish_due": NOW - HOUR}, {}, "order-overdue"),
    (State.HANDLING, Action.REQUEST_EXTENSION, {"extensions": 2}, {}, "extensions-used-up"),
    (State.HANDLING, Action.REQUEST_EXTENSION, {"extension_asked_by": "staff:2"}, {}, "extension-pending"),
    (State.HANDLING, Action.APPROVE_EXTENSION, {}, {}, "no-extension-asked"),
    (State.HANDLING, Action.APPROVE_EXTENSION, {"extension_asked_by": "staff:1"}, {}, "same-person-asked-extension"),
    (State.HANDLING, Action.APPROVE_EXTENSION, {"extension_asked_by": "staff:2"}, {}, ""),
    (State.HANDLING, Action.SUSPEND, {}, {"until": NOW}, "suspension-plan-missing"),
    (State.HANDLING, Action.SUSPEND, {}, {"plan": ""}, "suspension-plan-missing"),
    (State.REPLIED, Action.APPROVE_REPLY, {"replied_by": "staff:1"}, {}, "same-person-replied"),
    (State.CALLBACK, Action.RECORD_CALLBACK, {}, {"rating": 5}, "rating-without-answer"),
    (State.CALLBACK, Action.RECORD_CALLBACK, {}, {"solved": True}, "rating-without-answer"),
    (State.CALLBACK, Action.RECORD_CALLBACK, {}, {"reached": True, "rating": 6}, "rating-without-answer"),
    (State.CALLBACK, Action.RECORD_CALLBACK, {}, {"reached": True, "rating": 5, "solved": True}, ""),
    (State.CALLBACK, Action.RECORD_CALLBACK, {}, {"reached": False}, ""),
    (State.CALLBACK, Action.CLOSE, {"callback_tries": 2}, {}, "callback-not-finished"),
    (State.CALLBACK, Action.CLOSE, {"callback_tries": 3}, {}, ""),
    (State.CALLBACK, Action.CLOSE, {"can_be_called": False}, {}, ""),
    (State.CALLBACK, Action.CLOSE, {"callback_reached": True}, {"outcome": None}, "outcome-missing"),
    (State.CALLBACK, Action.REQUEST_REWORK, {}, {}, "no-unit"),
    (State.CALLBACK, Action.DISPATCH, {}, {}, ""),
    (State.CALLBACK, Action.DISPATCH, {"has_unit": True}, {}, "unit-at-work"),
    (State.CALLBACK, Action.CLOSE, {"callback_reached": True, "says_solved": False}, {"outcome": Outcome.SOLVED},
     "outcome-contradicts-requester"),
    (State.CLOSED, Action.REOPEN, {"closed_at": NOW - timedelta(days=30)}, {}, ""),
    (State.CLOSED, Action.REOPEN, {"closed_at": NOW - timedelta(days=30, minutes=1)}, {}, "reopen-too-late"),
    (State.HANDLING, Action.MERGE, {}, {"parent_open": False}, "parent-not-open"),
    (State.HANDLING, Action.MERGE, {}, {"parent_is_itself": True}, "parent-is-itself"),
    (State.CLOSED, Action.MERGE, {}, {}, "not-in-this-state"),
    (State.MERGED, Action.UNMERGE, {}, {}, "state-before-merge-unknown"),
    (State.MERGED, Action.CLOSE, {"parent_open": True}, {}, "parent-still-open"),
    (State.HANDLING, Action.ESCALATE, {"rung": Rung.REMINDED}, {}, "not-supervised-yet"),
    (State.HANDLING, Action.ESCALATE, {"rung": Rung.EXECUTIVE_MEETING}, {}, "ladder-ends"),
    (State.HANDLING, Action.SUPERVISE, {"rung": Rung.LISTED}, {}, "supervised-already"),
    (State.HANDLING, Action.REQUEST_TERMINATION, {"termination_asked_by": "staff:2"}, {}, "termination-pending"),
    (State.HANDLING, Action.TERMINATE, {}, {}, "no-termination-asked"),
    (State.HANDLING, Action.TERMINATE, {"termination_asked_by": "staff:1"}, {}, "same-person-asked-termination"),
    (State.HANDLING, Action.TERMINATE, {"termination_asked_by": "staff:2"}, {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("state", "action", "known", "form", "code"), REFUSALS)
def test_each_guard_refuses_with_its_own_code_and_passes_when_it_should(state, action, known, form, code):
    assert code_of(order(state, **known), action, replace(FORM, **form)) == code


def test_every_guard_of_the_table_is_tried_above():
    tried = {code for *_others, code in REFUSALS} | {"reason-missing"}
    chosen_by = {GUARDS[move.when].code for move in MOVES if move.when}

    assert {guard.code for guard in GUARDS.values()} == (tried - {"", "not-in-this-state"}) | chosen_by


def test_the_second_refusal_of_a_return_goes_to_arbitration_whose_ruling_binds():
    first = order(State.RETURN_REQUESTED)
    second = order(State.RETURN_REQUESTED, returns_refused=1)
    ruled = order(State.DISPATCHED, ruled=True, return_until=NOW + HOUR)

    assert check(first, Action.REFUSE_RETURN, FORM).target(first) is State.DISPATCHED
    assert check(second, Action.REFUSE_RETURN, FORM).target(second) is State.ADJUDICATING
    assert Action.REQUEST_RETURN not in actions(ruled)


@pytest.mark.parametrize("before", [State.TRIAGED, State.DISPATCHED, State.ACCEPTED, State.HANDLING])
def test_an_undone_merge_restores_the_state_before(before: State):
    facts = order(State.MERGED, merged_from=before)

    assert check(facts, Action.UNMERGE, FORM).target(facts) is before


def test_closed_is_not_solved():
    """The requester's "not solved" allows closing, but not as solved; and silence is not an opinion."""
    unhappy = order(State.CALLBACK, callback_reached=True, says_solved=False)
    silent = order(State.CALLBACK, callback_tries=3)

    assert (
        code_of(unhappy, Action.CLOSE, replace(FORM, outcome=Outcome.SOLVED))
        == "outcome-contradicts-requester"
    )
    assert code_of(unhappy, Action.CLOSE, replace(FORM, outcome=Outcome.NOT_SOLVED)) == ""
    assert silent.unreached
    assert silent.says_solved is None


def test_a_page_offers_only_moves_that_the_order_and_the_permissions_allow():
    facts = order(State.HANDLING, contacts=1)
    unit = access.ROLES["unit_officer"]

    assert actions(facts, unit) == {
        Action.RECORD_CONTACT,
        Action.INVITE_ASSIST,
        Action.REQUEST_EXTENSION,
        Action.SUSPEND,
        Action.REPLY,
        Action.REQUEST_TERMINATION,
    }
    assert Action.REPLY not in actions(order(State.HANDLING), unit)
    assert actions(facts, frozenset()) == set()


def test_the_requester_withdraws_appeals_and_reopens_at_the_citizens_door():
    citizen = access.ROLES["citizen"]

    assert actions(order(State.HANDLING), citizen) == {Action.WITHDRAW}
    assert actions(order(State.REJECTED, rejection_confirmed=True), citizen) == {Action.APPEAL}
    assert actions(order(State.CLOSED, closed_at=NOW), citizen) == {Action.REOPEN}


def test_marks_lie_on_top_of_the_state():
    facts = order(State.HANDLING, assists=1, extensions=1, rung=Rung.SUMMONED, reopenings=1)

    assert facts.marks == set(Mark)
    assert order(State.HANDLING, rung=Rung.REMINDED).marks == set()


def test_the_escalation_ladder_is_climbed_rung_by_rung_and_ends():
    climbed = [Rung.REMINDED]
    while climbed[-1].next() is not climbed[-1]:
        climbed.append(climbed[-1].next())

    assert climbed == list(Rung)


def test_every_permission_is_held_by_the_roles_that_usually_act():
    for move in MOVES:
        for role in move.who:
            assert move.allowed(access.ROLES[role]), f"{role} cannot {move.action}"


def test_every_action_is_in_the_table_and_every_move_knows_its_guards():
    assert {move.action for move in MOVES} == set(Action)
    assert {name for move in MOVES for name in (*move.guards, move.when) if name} | {"reason_given"} == set(
        GUARDS
    )


def test_two_moves_of_one_action_from_one_state_are_chosen_between_by_a_guard():
    rivals = defaultdict(list)
    for move in MOVES:
        for state in move.from_states:
            rivals[move.action, state].append(move)

    assert all(move.when for moves in rivals.values() if len(moves) > 1 for move in moves)


def test_every_state_is_reachable_and_every_state_but_closed_has_a_way_out_to_it():
    steps = [(state, target) for move in MOVES for state in move.from_states for target in targets(move)]
    reached, ends = {State.REGISTERED}, {State.CLOSED}
    for _round in State:
        reached |= {target for state, target in steps if state in reached}
        ends |= {state for state, target in steps if target in ends}

    assert reached == set(State)
    assert ends == set(State)


def test_an_open_order_can_always_be_withdrawn():
    assert all(code_of(order(state), Action.WITHDRAW) == "" for state in OPEN)


def test_the_document_is_drawn_from_the_table():
    """Write it anew with `python -m shuzhi.domains.casework.diagram > docs/work-order-states.md`."""
    document = Path(__file__).parents[3] / "docs" / "work-order-states.md"

    assert document.read_text(encoding="utf-8") == diagram.page()
    assert all(f" {state}" in diagram.diagram() for state in State)


def lawful_facts(move: Move) -> OrderFacts:
    """Facts in which this move is legal, found by trying the few facts that guards look at."""
    base = order(
        min(move.from_states), contacts=1, return_until=NOW, callback_tries=3, closed_at=NOW,
        merged_from=State.TRIAGED, has_unit=True,
    )  # fmt: skip
    pending = {"extension_asked_by": "staff:2", "termination_asked_by": "staff:2"}
    candidates = [
        base,
        replace(base, rejection_confirmed=True),
        replace(base, returns_refused=1),
        replace(base, dispatched_by_itself=True),
        replace(base, assisting=frozenset({"U7"})),
        replace(base, rung=Rung.SUPERVISED),
        replace(base, **pending),
    ]
    return next(facts for facts in candidates if move in next_moves(facts, {move.permission}))


PEOPLE = st.sampled_from(["", "staff:1", "staff:2"])
FACTS = st.builds(
    OrderFacts,
    state=st.sampled_from(State),
    now=st.just(NOW),
    by=PEOPLE,
    has_unit=st.booleans(),
    emergency=st.booleans(),
    emergency_referred=st.booleans(),
    rejected_by=PEOPLE,
    rejection_confirmed=st.booleans(),
    return_until=st.sampled_from([None, NOW - HOUR, NOW + HOUR]),
    returns_refused=st.integers(0, 2),
    ruled=st.booleans(),
    contacts=st.integers(0, 2),
    can_be_called=st.booleans(),
    assists=st.integers(0, 2),
    assisting=st.frozensets(st.sampled_from(["U7", "U8"])),
    finish_due=st.sampled_from([None, NOW - HOUR, NOW + HOUR]),
    extensions=st.integers(0, 2),
    extension_asked_by=PEOPLE,
    termination_asked_by=PEOPLE,
    replied_by=PEOPLE,
    callback_tries=st.integers(0, 4),
    callback_reached=st.booleans(),
    says_solved=st.sampled_from([None, True, False]),
    closed_at=st.sampled_from([None, NOW, NOW - timedelta(days=31)]),
    merged_from=st.sampled_from([None, State.TRIAGED, State.HANDLING]),
    parent_open=st.booleans(),
    rung=st.sampled_from([None, *Rung]),
)
FORMS = st.builds(
    Given,
    reason=st.sampled_from(["", "because"]),
    ground=st.sampled_from(["", "art. 19"]),
    source=st.sampled_from(["", "gazette"]),
    path=st.sampled_from(["", "court"]),
    unit=st.sampled_from(["", "U7"]),
    plan=st.sampled_from(["", "parts"]),
    until=st.sampled_from([None, NOW + HOUR]),
    outcome=st.sampled_from([None, *Outcome]),
    reached=st.booleans(),
    rating=st.none() | st.integers(0, 6),
    parent_open=st.booleans(),
)


@given(FACTS, FORMS, st.lists(st.sampled_from(Action), max_size=30), st.data())
def test_a_random_walk_never_leaves_the_table(facts, form, wanted, data):
    for action in wanted:
        if code_of(facts, action, form):
            continue
        move = check(facts, action, form)
        assert facts.state in move.from_states
        assert move.target(facts) in targets(move)
        facts = replace(data.draw(FACTS), state=move.target(facts))


@given(FACTS, FORMS, st.sampled_from(Action))
def test_every_refusal_has_a_known_code_and_a_sentence_that_its_details_complete(facts, form, action):
    known = {guard.code for guard in GUARDS.values()} | {"", "not-in-this-state"}

    assert code_of(facts, action, form) in known


@given(FACTS, FORMS, st.sampled_from(Action))
def test_whatever_passes_the_check_was_offered_on_the_page(facts, form, action):
    """A page never hides a move that the room would accept."""
    legal = code_of(facts, action, form) == ""

    assert not legal or check(facts, action, form) in next_moves(facts, EVERYTHING)


@given(FACTS)
def test_whatever_a_page_offers_passes_with_a_form_filled_in_well(facts):
    form = replace(FORM, outcome=Outcome.NOT_SOLVED)

    for move in next_moves(facts, EVERYTHING):
        assert check(facts, move.action, form) == move
