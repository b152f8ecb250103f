"""Orders carried through their life by the people who do it, on the real database."""

from collections.abc import Callable

import pytest
from tests.factories import (
    DAY,
    FEES,
    HOUR,
    HOUSING,
    LIFT,
    MONDAY,
    OTHER_VILLAGE,
    REPLY,
    ROADS,
    SHARED,
    TOWN_OFFICE,
    VILLAGE,
    WATER,
    Journey,
    announced,
    at,
    deliver,
    given_demand,
    given_work_order,
    local,
    staff,
    witness,
    workdays,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action, Outcome
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor
from shuzhi.spine.errors import AccessDenied, NotFound, Refused
from shuzhi.spine.events import (
    CallbackRecorded,
    CatalogueChangeProposed,
    ContactRecorded,
    DemandRated,
    SuggestionJudged,
    WorkOrderMoved,
)
from shuzhi.spine.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("county")


def officer(unit: str = HOUSING) -> Actor:
    return staff("unit_officer", unit=unit)


def refusal(do: Callable[[], object]) -> str:
    """The code with which something is refused; "" when it is done."""
    try:
        do()
    except Refused as refused:
        return refused.code if str(refused) else "no-sentence"
    return ""


def test_triage_settles_what_an_order_is_about_and_its_limits_follow_from_the_moment_it_arrived():
    order = given_work_order("registered")

    order.triage(kind="inquiry", category=FEES, area=OTHER_VILLAGE)

    assert (order.card.kind, order.card.category, order.card.area) == ("inquiry", FEES, OTHER_VILLAGE)
    assert order.card.due_at == local("2026-05-12 17:30")  # one working day after Monday, not five


def test_triage_keeps_what_a_person_chose_beside_what_was_suggested():
    order = given_work_order("registered")
    suggested = {one.field: one.value for one in intake.get_demand(order.demand_id, by=SYSTEM).suggestions}

    other = next(code for code in (FEES, LIFT) if code != suggested["category"])
    order.triage(kind="inquiry", category=other)

    judged = {one.field: one for one in announced(SuggestionJudged)}
    assert set(judged) == {"kind", "category", "area", "urgency"}
    assert (judged["category"].chosen, judged["category"].accepted) == (other, False)
    assert judged["urgency"].suggested == suggested["urgency"] == "normal"
    assert judged["urgency"].accepted


def test_triage_names_only_what_the_registry_knows():
    order = given_work_order("registered")

    assert refusal(lambda: order.triage(category="999999")) == "not-found"
    assert refusal(lambda: order.triage(area="000000000000")) == "not-found"
    assert refusal(lambda: order.triage(kind="gossip")) == "invalid-input"
    assert order.state == "registered"


def test_the_dispatch_catalogue_offers_its_units_with_a_reason_best_first():
    order = given_work_order("triaged")

    choices = casework.dispatch_choices(order.number, by=staff("dispatcher"))

    assert [one.unit for one in choices] == [TOWN_OFFICE, HOUSING]
    assert all(one.reason for one in choices)


def test_behind_the_catalogue_stands_the_unit_for_another_category_that_was_read_and_says_so():
    order = given_work_order("triaged", text="路灯不亮，路灯坏了，电梯也困人")

    choices = casework.dispatch_choices(order.number, category=LIFT, by=staff("dispatcher"))

    assert [(one.unit, one.source) for one in choices] == [
        (TOWN_OFFICE, "catalogue"),
        (HOUSING, "catalogue"),
        (WATER, "reading"),
    ]
    assert [one.confidence is None for one in choices] == [True, True, False]
    assert 0 < choices[2].confidence < 1
    assert "路灯不亮" in choices[2].reason


def test_an_order_goes_only_to_a_unit_that_exists():
    order = given_work_order("triaged")

    assert refusal(lambda: order.take(Action.DISPATCH, staff("dispatcher"), unit="ghosts")) == "not-found"
    assert order.state == "triaged"


def test_the_whole_way_is_told_step_by_step():
    order = given_work_order("closed")

    assert [one.action for one in announced(WorkOrderMoved, order=order)] == [
        *("register", "triage", "dispatch", "sign_in", "start_handling", "record_contact", "reply"),
        *("approve_reply", "start_callback", "record_callback", "close"),
    ]
    assert (order.card.outcome, order.card.unit, order.card.level) == ("solved", HOUSING, "green")
    assert [one.in_time for one in announced(ContactRecorded)] == [True]
    heard = announced(CallbackRecorded)[0]
    assert (heard.attempt, heard.reached, heard.contacted, heard.solved, heard.satisfaction) == (
        *(1, True, True),
        *(True, 4),
    )


def test_a_contact_after_its_limit_is_told_as_late():
    order = given_work_order("accepted")

    order.take(Action.RECORD_CONTACT, officer(), after=3 * DAY)

    assert [one.in_time for one in announced(ContactRecorded)] == [False]


def test_a_unit_may_return_an_order_once_and_the_second_refusal_goes_to_arbitration():
    order = given_work_order("accepted")
    because = {"reason": "不属于本单位", "ground": "三定规定第三条"}

    order.take(Action.REQUEST_RETURN, officer(), **because)
    order.take(Action.REFUSE_RETURN, staff("dispatcher"), reason="目录如此")
    assert order.state == "dispatched"
    order.take(Action.REQUEST_RETURN, officer(), **because)
    order.take(Action.REFUSE_RETURN, staff("dispatcher"), reason="目录如此")
    assert order.state == "adjudicating"
    order.take(Action.ADJUDICATE, staff("supervisor"), unit=ROADS, reason="由路政负责", ground="编办意见")

    assert (order.state, order.card.unit) == ("dispatched", ROADS)
    again = refusal(lambda: order.take(Action.REQUEST_RETURN, officer(ROADS), **because))
    assert again == "ruling-binds"
    proposed = announced(CatalogueChangeProposed)
    assert [(one.category, one.area, one.unit, one.number) for one in proposed] == [
        (SHARED, VILLAGE, ROADS, order.number)
    ]


def test_the_catalogue_learns_from_a_ruling_so_that_the_next_demand_of_its_kind_is_not_disputed():
    order = given_work_order("accepted")
    because = {"reason": "不属于本单位", "ground": "三定规定第三条"}
    for _time in range(2):
        order.take(Action.REQUEST_RETURN, officer(), **because)
        order.take(Action.REFUSE_RETURN, staff("dispatcher"), reason="目录如此")
    order.take(Action.ADJUDICATE, staff("supervisor"), unit=ROADS, reason="由路政负责", ground="编办意见")

    steward = staff("registry_steward")
    with clock.stopped_at(order.at):
        (proposal,) = registry.open_proposals(by=steward)
        registry.accept_proposal(proposal.id, by=steward)
    following = given_work_order("triaged", at=order.at + DAY)

    with clock.stopped_at(following.at):
        offered = casework.dispatch_choices(following.number, by=staff("dispatcher"))
    assert offered[0].unit == ROADS


def test_an_approved_return_comes_back_to_the_dispatcher_without_a_unit():
    order = given_work_order("dispatched").take(
        Action.REQUEST_RETURN, officer(), reason="不属于本单位", ground="三定规定"
    )

    order.take(Action.APPROVE_RETURN, staff("dispatcher"))

    assert (order.state, order.card.unit) == ("triaged", "")


def test_an_order_returned_after_the_window_stays():
    order = given_work_order("dispatched")

    late = refusal(
        lambda: order.take(Action.REQUEST_RETURN, officer(), after=2 * DAY, reason="不归我们", ground="三定")
    )

    assert late == "return-window-over"


def test_joint_handling_gives_helpers_a_deadline_before_the_leads_and_the_lead_waits_for_them():
    order = given_work_order("handling")
    order.take(Action.INVITE_ASSIST, officer(), unit=WATER, reason="请关阀", limit=workdays(10))

    helper = order.page.assists[0]
    assert (helper.unit, helper.done_at) == (WATER, None)
    assert helper.due_at < order.card.due_at
    assert order.card.marks == ("joint",)
    waits = refusal(lambda: order.take(Action.REPLY, officer(), text=REPLY, outcome=Outcome.SOLVED))
    assert waits == "assists-open"

    order.take(Action.COMPLETE_ASSIST, officer(WATER), unit=WATER, text="阀门已关。")
    assert order.page.assists[0].done_at == order.at
    order.take(Action.REPLY, officer(), text=REPLY, outcome=Outcome.SOLVED)
    assert order.state == "replied"


def test_only_the_helping_unit_says_that_its_part_is_done():
    order = given_work_order("handling")
    order.take(Action.INVITE_ASSIST, officer(), unit=WATER, reason="请关阀", limit=workdays(1))

    assert "complete_assist" in order.actions(officer(WATER))
    assert order.actions(officer(WATER)) == {"complete_assist"}
    assert "complete_assist" not in order.actions(officer())
    with pytest.raises(AccessDenied):
        order.take(Action.COMPLETE_ASSIST, officer(), unit=WATER)
    assert refusal(lambda: order.take(Action.COMPLETE_ASSIST, officer(WATER), unit=HOUSING)) != ""


def test_help_needs_a_limit_another_unit_and_a_helper_that_was_asked():
    order = given_work_order("handling")

    def invite(unit: str, days: int | None) -> str:
        limit = workdays(days) if days else None
        return refusal(
            lambda: order.take(Action.INVITE_ASSIST, officer(), unit=unit, reason="协助", limit=limit)
        )

    assert invite(WATER, None) == "limit-missing"
    assert invite(HOUSING, 1) == "lead-cannot-assist"
    assert invite("ghosts", 1) == "not-found"
    assert invite(WATER, 1) == ""
    wrong = refusal(lambda: order.take(Action.RELEASE_ASSIST, officer(), unit=ROADS, reason="不用了"))
    assert wrong == "not-assisting"
    order.take(Action.RELEASE_ASSIST, officer(), unit=WATER, reason="不用了")
    assert order.page.assists[0].done_at == order.at


def test_an_extension_needs_a_second_person_and_moves_the_due_time():
    order = given_work_order("handling")
    head = staff("unit_head", unit=HOUSING)
    before = order.card.due_at

    bare = refusal(lambda: order.take(Action.REQUEST_EXTENSION, head, reason="配件未到"))
    order.take(Action.REQUEST_EXTENSION, head, reason="配件未到", limit=workdays(3))
    assert bare == "limit-missing"
    assert (order.card.due_at, order.card.asks) == (before, ("extension",))
    order.take(Action.APPROVE_EXTENSION, staff("supervisor"))

    assert (before, order.card.due_at) == (local("2026-05-18 17:30"), local("2026-05-21 17:30"))
    assert (order.card.marks, order.card.asks) == (("extended",), ())


def test_whoever_asked_for_an_extension_cannot_approve_it():
    order = given_work_order("handling", unit=HOUSING)
    both = staff("unit_officer", unit=HOUSING)
    order.take(Action.REQUEST_EXTENSION, both, reason="配件未到", limit=workdays(3))
    promoted = Actor(both.kind, both.id, both.label, (*both.grants, *staff("supervisor").grants))

    assert refusal(lambda: order.take(Action.APPROVE_EXTENSION, promoted)) == "same-person-asked-extension"
    order.take(Action.REFUSE_EXTENSION, staff("reviewer"), reason="时间足够")
    assert order.card.asks == ()


def test_a_suspension_stops_the_reply_clock_until_it_is_resumed():
    order = given_work_order("handling")
    before = order.card.due_at

    order.take(
        Action.SUSPEND, officer(), reason="等待配件", plan="到货后两日内完成", until=order.at + 7 * DAY
    )
    assert order.state == "suspended"
    order.take(Action.RESUME, officer(), after=2 * DAY)

    assert order.page.clocks.finish.excluded_minutes == 2 * 7 * 60  # two working days of seven hours
    assert order.card.due_at > before


def test_a_suspension_that_nobody_ends_ends_on_its_day():
    order = given_work_order("handling")
    order.take(Action.SUSPEND, officer(), reason="等待配件", plan="到货即修", until=order.at + DAY)

    order.later(30 * DAY)

    finish = order.page.clocks.finish
    assert order.state == "suspended"
    assert finish.excluded_minutes == 7 * 60  # the one working day that was granted
    assert finish.level == "red"


def test_a_reply_needs_a_contact_an_outcome_and_words_that_may_go_out():
    order = given_work_order("accepted").take(Action.START_HANDLING, officer())

    def reply(text: str, outcome: Outcome | None = Outcome.SOLVED) -> str:
        return refusal(lambda: order.take(Action.REPLY, officer(), text=text, outcome=outcome))

    assert reply(REPLY) == "contact-missing"
    order.take(Action.RECORD_CONTACT, officer())
    assert reply(REPLY, None) == "outcome-missing"
    assert reply("您好，来信收悉，感谢您的反映。") == "reply-not-ready"
    assert reply(REPLY + "张三的电话是13812345678。") == "reply-not-ready"
    assert reply(REPLY) == ""


def test_the_reply_check_says_what_to_mend_and_shows_the_words_meant():
    order = given_work_order("handling")

    found = casework.check_reply(order.number, f"{REPLY}联系人手机13812345678。", by=officer())

    personal = [one for one in found if one.code == "personal-data"]
    assert [(one.severity, one.quote) for one in personal] == [("block", "13812345678")]
    assert "block" not in {one.severity for one in casework.check_reply(order.number, REPLY, by=officer())}


def test_a_reply_sent_back_was_never_an_answer_and_the_citizen_sees_only_the_approved_one():
    order = given_work_order("replied")

    order.take(Action.REQUEST_REWORK, staff("reviewer"), reason="没有答复时间")
    assert casework.progress_of(order.demand_id, by=ANONYMOUS).reply == ""
    assert order.page.clocks.finish.done_at is None
    order.take(Action.REPLY, officer(), text=REPLY + "5月20日前完成。", outcome=Outcome.PARTLY)
    assert casework.progress_of(order.demand_id, by=ANONYMOUS).reply == ""
    order.take(Action.APPROVE_REPLY, staff("reviewer"))
    witness()

    seen = casework.progress_of(order.demand_id, by=ANONYMOUS)
    assert (seen.reply[-9:], seen.outcome) == ("5月20日前完成。"[-9:], "partly")


def test_a_second_draft_that_nobody_approved_stays_hidden_although_the_first_was_approved():
    order = given_work_order("callback")
    order.take(Action.REQUEST_REWORK, staff("callback_agent"), reason="诉求人说没有解决")
    order.take(Action.REPLY, officer(), text=REPLY + "第二稿。", outcome=Outcome.PARTLY)

    seen = casework.progress_of(order.demand_id, by=ANONYMOUS)

    assert seen.reply == ""
    assert not any("第二稿" in step.text for step in seen.steps)


def test_three_calls_without_an_answer_leave_solved_and_satisfied_unknown():
    order = given_work_order("callback")
    caller = staff("callback_agent")

    order.take(Action.RECORD_CALLBACK, caller, reached=False)
    order.take(Action.RECORD_CALLBACK, caller, reached=False)
    early = refusal(lambda: order.take(Action.CLOSE, caller, outcome=Outcome.SOLVED))
    order.take(Action.RECORD_CALLBACK, caller, reached=False)
    order.take(Action.CLOSE, caller, outcome=Outcome.SOLVED)

    assert early == "callback-not-finished"
    tries = announced(CallbackRecorded)
    assert [one.attempt for one in tries] == [1, 2, 3]
    assert {(one.solved, one.satisfaction, one.contacted) for one in tries} == {(None, None, None)}


def test_silence_cannot_be_recorded_as_satisfaction():
    order = given_work_order("callback")

    code = refusal(
        lambda: order.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=False, rating=5)
    )

    assert code == "rating-without-answer"


def test_an_order_that_the_requester_calls_unsolved_does_not_close_as_solved():
    order = given_work_order("callback")
    caller = staff("callback_agent")
    order.take(Action.RECORD_CALLBACK, caller, reached=True, solved=False, rating=1, contacted=True)

    assert refusal(lambda: order.take(Action.CLOSE, caller, outcome=Outcome.SOLVED)) == (
        "outcome-contradicts-requester"
    )
    assert refusal(lambda: order.take(Action.CLOSE, caller)) == "outcome-missing"
    order.take(Action.CLOSE, caller, outcome=Outcome.NOT_SOLVED)
    assert order.card.outcome == "not_solved"


def test_a_closed_order_is_rated_once_a_round_and_reopened_within_thirty_days():
    order = given_work_order("closed")
    rating = {"contacted": True, "solved": False, "satisfaction": 2, "comment": "灯又坏了"}

    with at(order.at):
        casework.rate_outcome(order.demand_id, **rating, by=ANONYMOUS)
        twice = refusal(lambda: casework.rate_outcome(order.demand_id, **rating, by=ANONYMOUS))
    order.take(Action.REOPEN, ANONYMOUS, after=30 * DAY, tracked=[order.demand_id], reason="灯又坏了")

    assert twice == "already-rated"
    assert [(one.solved, one.satisfaction) for one in announced(DemandRated)] == [(False, 2)]
    assert (order.state, order.card.unit, order.card.outcome) == ("triaged", "", "")
    assert "reopened" in order.card.marks
    assert refusal(lambda: casework.rate_outcome(order.demand_id, **rating, by=ANONYMOUS)) == "not-rateable"


def test_after_thirty_days_a_new_demand_is_needed():
    order = given_work_order("closed")

    code = refusal(
        lambda: order.take(
            Action.REOPEN, ANONYMOUS, after=30 * DAY + HOUR, tracked=[order.demand_id], reason="又坏了"
        )
    )

    assert code == "reopen-too-late"


def test_merged_orders_know_each_other_close_together_and_keep_their_own_ratings():
    first = given_work_order("callback")
    second = given_work_order("triaged", at=MONDAY + HOUR)
    with at(first.at):
        casework.merge_work_orders(
            second.number, into=first.number, because="同一盏灯", by=staff("dispatcher")
        )
        deliver()
    second.at = first.at
    assert (second.card.state, second.card.merged_into) == ("merged", first.number)
    assert [one.number for one in first.page.merged] == [second.number]
    assert (
        refusal(lambda: second.take(Action.CLOSE, staff("dispatcher"), outcome=Outcome.SOLVED))
        == "parent-still-open"
    )

    first.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=True, solved=True, rating=5)
    first.take(Action.CLOSE, staff("callback_agent"), outcome=Outcome.SOLVED)
    second.at = first.at

    assert (second.card.state, second.card.outcome) == ("closed", "solved")
    for order, satisfaction in ((first, 5), (second, 1)):
        with at(order.at):
            casework.rate_outcome(
                order.demand_id, contacted=True, solved=True, satisfaction=satisfaction, by=ANONYMOUS
            )
    rated = [casework.progress_of(order.demand_id, by=ANONYMOUS).rating for order in (first, second)]
    assert [one.satisfaction for one in rated] == [5, 1]


def test_a_merge_can_be_undone_and_the_order_goes_on_where_it_was():
    first, second = given_work_order("handling"), given_work_order("dispatched", at=MONDAY + HOUR)
    with at(second.at):
        casework.merge_work_orders(second.number, into=first.number, by=staff("dispatcher"))

    second.take(Action.UNMERGE, staff("dispatcher"), reason="是另一盏灯")

    assert (second.state, second.card.merged_into) == ("dispatched", "")
    assert first.page.merged == ()


def test_what_was_merged_into_a_merged_order_follows_it():
    leads = [given_work_order("triaged", at=MONDAY + n * HOUR) for n in range(3)]
    dispatcher = staff("dispatcher")
    with at(leads[2].at):
        casework.merge_work_orders(leads[0].number, into=leads[1].number, by=dispatcher)
        casework.merge_work_orders(leads[1].number, into=leads[2].number, by=dispatcher)

    assert {one.number for one in leads[2].page.merged} == {leads[0].number, leads[1].number}


def test_an_order_is_not_merged_into_itself_nor_into_a_closed_one():
    open_one, closed = given_work_order("triaged"), given_work_order("closed")
    merge = casework.merge_work_orders

    assert refusal(lambda: merge(open_one.number, into=open_one.number, by=staff("dispatcher"))) == (
        "parent-is-itself"
    )
    assert refusal(lambda: merge(open_one.number, into=closed.number, by=staff("dispatcher"))) == (
        "parent-not-open"
    )
    assert (
        refusal(lambda: merge(open_one.number, into="26-0000-00000", by=staff("dispatcher"))) == "not-found"
    )


def test_a_joined_requester_who_is_not_content_reopens_alone():
    first = given_work_order("callback")
    second = Journey(given_demand("走道灯坏了", at=first.at, same_as=first.demand_id), at=first.at)
    first.take(Action.RECORD_CALLBACK, staff("callback_agent"), reached=True, solved=True)
    first.take(Action.CLOSE, staff("callback_agent"), outcome=Outcome.SOLVED)
    second.at = first.at

    second.take(Action.REOPEN, ANONYMOUS, tracked=[second.demand_id], reason="我家门口的还没修")

    witness()
    assert (second.state, second.card.merged_into) == ("triaged", "")
    assert first.state == "closed"
    assert casework.progress_of(second.demand_id, by=ANONYMOUS).state == "triaged"


def test_joined_requesters_do_not_read_each_others_words():
    first = given_work_order("closed")
    first.take(Action.REOPEN, ANONYMOUS, tracked=[first.demand_id], reason="我家住3栋502，还没修")
    second = given_demand("走道灯坏了", at=first.at, same_as=first.demand_id)
    first.take(Action.WITHDRAW, ANONYMOUS, tracked=[first.demand_id], reason="502的灯自己修好了")

    seen = casework.progress_of(second.demand_id, by=ANONYMOUS)

    assert "502" not in repr(seen)
    assert "502" in repr(casework.progress_of(first.demand_id, by=ANONYMOUS))


def test_a_refusal_is_confirmed_by_a_second_person_told_with_its_law_and_may_be_appealed():
    order = given_work_order("triaged")
    dispatcher = staff("dispatcher")
    order.take(
        Action.REJECT, dispatcher, reason="已进入诉讼", ground="信访工作条例第二十三条", text="请等候判决。"
    )
    assert order.card.asks == ("refusal",)
    both = Actor(dispatcher.kind, dispatcher.id, "", (*dispatcher.grants, *staff("supervisor").grants))
    assert refusal(lambda: order.take(Action.CONFIRM_REJECTION, both)) == "same-person-rejected"

    order.take(Action.CONFIRM_REJECTION, staff("reviewer"))
    witness()
    seen = casework.progress_of(order.demand_id, by=ANONYMOUS)
    told = next(step for step in seen.steps if step.action == "reject")
    assert (told.because, told.basis, told.text) == ("已进入诉讼", "信访工作条例第二十三条", "请等候判决。")
    assert seen.may_appeal
    order.take(Action.APPEAL, ANONYMOUS, tracked=[order.demand_id], reason="不是同一件事")

    assert (order.state, order.card.answered_at) == ("triaged", None)


def test_a_referral_tells_the_path():
    order = given_work_order("triaged")

    order.take(Action.REFER, staff("dispatcher"), path="禾坪县人民法院，民事诉讼法第一百二十二条")
    witness()

    steps = casework.progress_of(order.demand_id, by=ANONYMOUS).steps
    assert steps[-1].basis == "禾坪县人民法院，民事诉讼法第一百二十二条"


@pytest.mark.parametrize(
    ("ground", "told"),
    [
        ("信访工作条例第二十三条", "信访工作条例第二十三条"),
        (
            "依据《信访工作条例》第二十三条第二款，张三已起诉；民事诉讼法第122条",
            "信访工作条例第二十三条 民事诉讼法第122条",
        ),
        ("依照《关于县级部门职责的规定》第三条", "关于县级部门职责的规定第三条"),
        ("张三违反信访工作条例第二十三条", ""),
        ("张三，13900001234", ""),
        ("三定方案", ""),
        ("county duty list 3.2", ""),
    ],
)
def test_of_a_ground_the_articles_of_law_travel_with_the_news_and_no_other_word(ground, told):
    order = given_work_order("triaged")

    order.take(Action.REJECT, staff("dispatcher"), reason="已进入诉讼", ground=ground)

    assert OutboxEvent.objects.filter(name="WorkOrderMoved").latest("pk").body["ground"] == told


def test_a_threat_to_life_is_referred_before_anything_else():
    order = given_work_order("registered", text="锦绣花园3栋着火了，有人被困！")

    assert order.card.urgency == "life_safety"
    order.triage(urgency="life_safety")
    first = refusal(lambda: order.take(Action.DISPATCH, staff("dispatcher"), unit=HOUSING))
    order.take(Action.REFER, staff("dispatcher"), path="已转119")
    order.take(Action.DISPATCH, staff("dispatcher"), unit=HOUSING)

    assert (first, order.state) == ("emergency-not-referred", "dispatched")


def test_the_requester_withdraws_and_the_order_is_closed_by_the_desk():
    order = given_work_order("handling")

    order.take(Action.WITHDRAW, ANONYMOUS, tracked=[order.demand_id], reason="自己修好了")
    order.take(Action.CLOSE, staff("dispatcher"), outcome=Outcome.EXPLAINED)

    assert order.state == "closed"


def test_a_unit_asks_to_terminate_and_another_person_decides():
    order = given_work_order("handling")
    order.take(Action.REQUEST_TERMINATION, officer(), reason="同一事项已有生效判决", ground="条例第十九条")
    assert order.card.asks == ("termination",)

    order.take(Action.REFUSE_TERMINATION, staff("supervisor"), reason="并非同一事项")
    order.take(Action.REQUEST_TERMINATION, officer(), reason="判决书附后", ground="条例第十九条")
    order.take(Action.TERMINATE, staff("supervisor"), reason="属实")

    assert (order.state, order.card.asks) == ("terminated", ())


def test_the_ladder_is_climbed_from_reminder_to_executive_meeting():
    order = given_work_order("handling")
    supervisor = staff("supervisor")
    early = refusal(lambda: order.take(Action.ESCALATE, supervisor, reason="超期"))

    order.take(Action.REMIND, supervisor)
    order.take(Action.SUPERVISE, supervisor, reason="超期")
    rungs = [order.card.rung]
    for _rung in range(4):
        order.take(Action.ESCALATE, supervisor, reason="仍未办结")
        rungs.append(order.card.rung)

    assert early == "not-supervised-yet"
    assert rungs == [
        *("supervised", "listed_supervision", "summoned", "government_office", "executive_meeting")
    ]
    assert refusal(lambda: order.take(Action.ESCALATE, supervisor, reason="仍未办结")) == "ladder-ends"
    assert order.card.marks == ("supervised",)


def test_what_the_unit_before_asked_for_does_not_bind_the_next_unit():
    order = given_work_order("handling")
    order.take(Action.REQUEST_EXTENSION, officer(), reason="配件未到", limit=workdays(3))

    order.take(Action.REDISPATCH, staff("dispatcher"), unit=WATER, reason="应由水务办理")
    order.take(Action.SIGN_IN, officer(WATER)).take(Action.START_HANDLING, officer(WATER))

    assert order.card.asks == ()
    assert "approve_extension" not in order.actions(staff("supervisor"))


def test_a_step_on_a_page_that_is_out_of_date_is_refused():
    order = given_work_order("dispatched")
    seen = order.page.steps[-1].number
    order.take(Action.SIGN_IN, officer(), expected_step=seen)

    assert (
        refusal(lambda: order.take(Action.START_HANDLING, officer(), expected_step=seen)) == "already-moved"
    )


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "a\x00b\x07", "‮反向", "😀" * 50, "'; drop table--"]
)
def test_strange_words_are_kept_as_words_without_control_characters(words: str):
    order = given_work_order("accepted")

    order.take(Action.RECORD_CONTACT, officer(), text=words)

    assert order.page.steps[-1].text == words.replace("\x00", "").replace("\x07", "")


def test_words_longer_than_a_page_are_refused_by_name_of_their_field():
    order = given_work_order("accepted")

    def ask(ground: str) -> str:
        return refusal(lambda: order.take(Action.REQUEST_RETURN, officer(), reason="不归我们", ground=ground))

    assert ask("条" * 201) == "invalid-input"
    assert ask("条" * 200) == ""


def test_an_order_that_does_not_exist_is_missing_whatever_the_number():
    for number in ("26-0101-99999", "\x00", "'", "x" * 500):
        with pytest.raises(NotFound):
            casework.get_work_order(number, by=SYSTEM)
