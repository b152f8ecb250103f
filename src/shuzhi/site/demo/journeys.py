"""How the demo county's work orders went: every step is drawn from a seed and checked by the life cycle itself."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shuzhi.domains.casework.deadlines import Limit, TimeUnit
from shuzhi.domains.casework.journey import Brought
from shuzhi.domains.casework.lifecycle import Action, Given, Outcome
from shuzhi.domains.casework.services import PastJourney, PastStep
from shuzhi.domains.registry import services as registry
from shuzhi.engines import county
from shuzhi.site.demo.staff import Colleague, Staff
from shuzhi.spine.calendar import WorkingCalendar

SOLVED_SHARE = 0.78
SENT_BACK_SHARE = 0.7
GROUND = "不属于本单位法定职责（三定规定）"
# The engine of synthetic counties says "not" where casework says "not_solved".
_AS_SYNTHETIC = {Outcome.NOT_SOLVED: "not"}
RULE = "云江市12345热线工作规则（示例）第十二条"


@dataclass
class Story:
    """A journey being told: the hour hand, and the steps so far. Nothing is told beyond `until`."""

    demand: county.SyntheticDemand
    demand_id: int
    urgency: str
    staff: Staff
    calendar: WorkingCalendar
    rng: random.Random
    until: datetime
    at: datetime
    unit: str = ""
    steps: list[PastStep] = field(default_factory=list)

    def after(self, hours: float) -> "Story":
        """Let wall-clock hours pass, as at the hotline, which never closes."""
        self.at += timedelta(hours=hours * self.rng.uniform(0.4, 1.6))
        return self

    def after_working(self, hours: float) -> "Story":
        minutes = max(1, int(60 * hours * self.rng.uniform(0.4, 1.6)))
        self.at = self.calendar.add_working_minutes(self.at, minutes)
        return self

    def take(self, action: Action, who: Colleague, **brought: object) -> None:
        given = brought.pop("given", None) or Given()
        if self.at <= self.until:
            self.steps.append(
                PastStep(
                    action=action,
                    at=self.at,
                    by=who.reference,
                    by_label=who.label,
                    brought=Brought(given=given, **brought),  # type: ignore[arg-type]
                )
            )

    @property
    def officer(self) -> Colleague:
        return self.staff.officers.get(self.unit, self.staff.duties["dispatcher"])

    @property
    def has_time(self) -> bool:
        """Whether the limit is days, so that there is room for a return or an extension."""
        return self.urgency == "normal" and self.demand.kind in ("complaint", "report")

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


class Journeys:
    """Writes the journey of each demand up to a moment."""

    def __init__(self, place: county.CountyRegistry, staff: Staff, *, until: datetime) -> None:
        self._place = place
        self._staff = staff
        self._until = until
        self._calendar = registry.working_calendar()

    def of(self, demand: county.SyntheticDemand, demand_id: int, *, urgency: str) -> PastJourney:
        """urgency: as the hotline graded it, which decides what must be done first and by when."""
        story = Story(
            demand=demand,
            demand_id=demand_id,
            urgency=urgency,
            staff=self._staff,
            calendar=self._calendar,
            rng=random.Random(f"journey-{self._place.seed}-{demand.id}"),  # noqa: S311  (reproducible, no secret)
            until=self._until,
            at=demand.created_at,
        )
        self._tell(story)
        return PastJourney(demand_id=demand_id, steps=tuple(story.steps))

    def _tell(self, story: Story) -> None:
        duties = story.staff.duties
        if story.urgency == "life_safety":
            told = Given(path="已同步转接 110、119、120 或 122")
            story.after(0.02).take(Action.REFER, duties["call_taker"], given=told)
            self._dispatch(story)
            return
        story.after(0.3).take(
            Action.TRIAGE,
            duties["call_taker"],
            details={"category": story.demand.category, "area": story.demand.area},
        )
        if story.demand.kind == "praise" or (story.demand.kind == "inquiry" and story.chance(0.75)):
            self._answer(story)
        elif story.chance(0.012) and story.urgency == "normal":
            self._reject(story)
        else:
            self._dispatch(story)

    def _answer(self, story: Story) -> None:
        agent = story.staff.duties["call_taker"]
        text = self._reply(story, Outcome.EXPLAINED).text
        story.after(0.1).take(Action.ANSWER_DIRECTLY, agent, given=Given(source="知识库"), text=text)
        story.after(0.2).take(Action.CLOSE, agent, given=Given(outcome=Outcome.EXPLAINED))

    def _reject(self, story: Story) -> None:
        duties = story.staff.duties
        reason = Given(reason="诉求已进入诉讼程序，应由人民法院处理。", ground=RULE)
        story.after(1).take(
            Action.REJECT, duties["dispatcher"], given=reason, text="请按诉讼途径办理，热线不重复受理。"
        )
        story.after_working(2).take(Action.CONFIRM_REJECTION, duties["reviewer"])
        closing = Given(outcome=Outcome.NOT_SOLVED)
        story.after_working(8).take(Action.CLOSE, duties["dispatcher"], given=closing)

    def _dispatch(self, story: Story) -> None:
        dispatcher = story.staff.duties["dispatcher"]
        right = self._place.unit_for(story.demand.category, story.demand.area)
        wrong = story.has_time and story.chance(0.05)
        story.unit = story.rng.choice(self._place.units).code if wrong else right
        story.after(0.4).take(Action.DISPATCH, dispatcher, given=Given(unit=story.unit))
        if wrong and story.unit != right:
            returned = Given(reason="经核实不属于本单位职责，建议由主管单位办理。", ground=GROUND)
            story.after_working(1).take(Action.REQUEST_RETURN, story.officer, given=returned)
            story.after_working(1).take(Action.APPROVE_RETURN, dispatcher)
            story.unit = right
            story.after(0.2).take(Action.DISPATCH, dispatcher, given=Given(unit=right))
        story.after_working(0.8).take(Action.SIGN_IN, story.officer)
        story.after_working(0.5).take(Action.START_HANDLING, story.officer)
        story.after_working(1.5).take(
            Action.RECORD_CONTACT, story.officer, text="已电话联系诉求人，核实情况。"
        )
        self._handle(story)

    def _handle(self, story: Story) -> None:
        if story.chance(0.05):
            story.after_working(2)
            until = story.at + timedelta(days=5)
            waiting = Given(reason="等待材料到货。", plan="材料到货后两个工作日内完成", until=until)
            story.take(Action.SUSPEND, story.officer, given=waiting)
            story.after_working(14).take(Action.RESUME, story.officer)
        if story.has_time and story.chance(0.05):
            limit = Limit(3, TimeUnit.WORKDAY)
            asked = Given(reason="现场情况复杂，需要会同其他单位处理。")
            story.after_working(0.5).take(Action.REQUEST_EXTENSION, story.officer, given=asked, limit=limit)
            story.after_working(0.5).take(Action.APPROVE_EXTENSION, story.staff.duties["supervisor"])
        outcome = self._outcome(story)
        stated = Given(outcome=outcome)
        reply = self._reply(story, outcome)
        story.after_working(self._effort(story)).take(
            Action.REPLY, story.officer, given=stated, text=reply.text
        )
        if reply.quality == "template" and story.chance(SENT_BACK_SHARE):
            again = Given(reason="未逐项答复诉求人的问题，请补充办理情况。")
            story.after_working(2).take(Action.REQUEST_REWORK, story.staff.duties["reviewer"], given=again)
            reply = self._reply(story, outcome)
            story.after_working(4).take(Action.REPLY, story.officer, given=stated, text=reply.text)
        story.after_working(2).take(Action.APPROVE_REPLY, story.staff.duties["reviewer"])
        self._call_back(story, outcome, reply.quality)

    def _effort(self, story: Story) -> float:
        """Working hours until the reply: most finish well in time, some late."""
        typical = {"life_safety": 0.8, "utilities_outage": 3.0, "urgent": 5.0, "complex": 40.0}
        hours = typical.get(story.urgency, 13.0)
        return hours * min(6.0, story.rng.lognormvariate(0, 0.55))

    def _outcome(self, story: Story) -> Outcome:
        if story.demand.kind in ("inquiry", "suggestion"):
            return Outcome.EXPLAINED
        if story.chance(SOLVED_SHARE):
            return Outcome.SOLVED
        return story.rng.choice((Outcome.PARTLY, Outcome.EXPLAINED, Outcome.NOT_SOLVED))

    def _reply(self, story: Story, outcome: Outcome) -> county.SyntheticReply:
        return county.reply(
            story.rng.getrandbits(32), story.demand.situation, _AS_SYNTHETIC.get(outcome, outcome)
        )

    def _call_back(self, story: Story, outcome: Outcome, quality: str) -> None:
        agent = story.staff.duties["callback_agent"]
        story.after_working(6).take(Action.START_CALLBACK, agent)
        heard = county.call_back(story.rng.getrandbits(32), _AS_SYNTHETIC.get(outcome, outcome), quality)
        for number in range(1, heard.tries + 1):
            reached = heard.reached and number == heard.tries
            answer = Given(reached=reached, solved=heard.solved, rating=heard.rating) if reached else Given()
            contacted = heard.contacted if reached else None
            story.after_working(1.5).take(Action.RECORD_CALLBACK, agent, given=answer, contacted=contacted)
        final = Outcome.PARTLY if heard.solved is False and outcome is Outcome.SOLVED else outcome
        story.after_working(0.5).take(Action.CLOSE, agent, given=Given(outcome=final))
