"""Hot issues, decisions, briefs, forecasts, warnings, topics and patterns for other systems."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from shuzhi.domains.insight import services
from shuzhi.domains.insight.brief_cards import BriefCard, BriefDetail
from shuzhi.domains.insight.cards import IssueDetail, IssuePage
from shuzhi.domains.insight.decision_cards import EffectCard, QuestionDetail, QuestionPage
from shuzhi.domains.insight.forecast_cards import ForecastCard, ForecastDetail
from shuzhi.domains.insight.pattern_cards import PatternDetail, PatternPage, ReturningGroup
from shuzhi.domains.insight.process_cards import ProcessCard
from shuzhi.domains.insight.topic_cards import TopicCard
from shuzhi.domains.insight.warning_cards import WarningCard, WarningDetail
from shuzhi.spine.schemas import KEYED, Id

router = Router(tags=["insight"])


class Wanted(Schema):
    """Which hot issues: a stage, an area with everything below it, a category with its sub-categories.

    order: by heat, or by need, which is 0 to 4 whatever the number of people.
    """

    stage: Annotated[str, Field(max_length=12)] = ""
    area: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=48)] = ""
    people: Annotated[int, Field(ge=1, le=100_000)] = 2
    order: Annotated[str, Field(pattern="^(heat|need)$")] = "heat"
    after: Annotated[str, Field(max_length=60)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@router.get("/insight/issues", response=IssuePage, **KEYED)
def list_issues(request: HttpRequest, wanted: Query[Wanted]) -> IssuePage:
    """Hot issues, the hottest or the most needed first."""
    return services.hot_issues(**wanted.dict(), by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/issues/{issue_id}", response=IssueDetail, **KEYED)
def get_issue(request: HttpRequest, issue_id: Id) -> IssueDetail:
    """One hot issue with its demands and why they belong together."""
    return services.issue(issue_id, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/briefs", response=list[BriefCard], **KEYED)
def list_briefs(request: HttpRequest, kind: Annotated[str, Query(max_length=12)] = "") -> list[BriefCard]:
    """The newest briefs: daily, weekly, monthly or special. At most 60: the list has no pages."""
    return services.briefs(kind=kind, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/briefs/{brief_id}", response=BriefDetail, **KEYED)
def get_brief(request: HttpRequest, brief_id: Id) -> BriefDetail:
    """One brief: as it was generated, as it stands, and the figures that its numbers rest on."""
    return services.brief(brief_id, by=request.actor)  # type: ignore[attr-defined]


class WantedQuestions(Schema):
    """Which questions of the decision desk: a state, or those about one hot issue."""

    state: Annotated[str, Field(max_length=12)] = ""
    issue: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    after: Annotated[str, Field(max_length=18)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@router.get("/insight/decisions", response=QuestionPage, **KEYED)
def list_decisions(request: HttpRequest, wanted: Query[WantedQuestions]) -> QuestionPage:
    """Questions of the decision desk, newest first."""
    return services.questions(**wanted.dict(), by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/decisions/{question_id}", response=QuestionDetail, **KEYED)
def get_decision(request: HttpRequest, question_id: Id) -> QuestionDetail:
    """One question with its evidence, options, decision and tasks."""
    return services.question(question_id, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/decisions/{question_id}/effect", response=EffectCard, **KEYED)
def get_effect(request: HttpRequest, question_id: Id) -> EffectCard:
    """Weekly demands before and since a decision, and what changed, with its interval."""
    return services.effect(question_id, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/forecasts", response=list[ForecastCard], **KEYED)
def list_forecasts(
    request: HttpRequest, area: Annotated[str | None, Query(max_length=20)] = None
) -> list[ForecastCard]:
    """The coming week, newest forecasts; of one area ("" for the whole), or of all that may be seen."""
    return services.forecasts(area, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/forecast", response=ForecastDetail, **KEYED)
def get_forecast(
    request: HttpRequest,
    area: Annotated[str, Query(max_length=20)] = "",
    category: Annotated[str, Query(max_length=48)] = "",
) -> ForecastDetail:
    """The coming week of an area and a category day by day, with the days that were foretold before, "" for all."""
    return services.forecast(area, category, by=request.actor)  # type: ignore[attr-defined]


class WarningsWanted(Schema):
    """Which warnings: an area with everything below it, a category with its sub-categories, open or closed ones."""

    area: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=48)] = ""
    show: Literal["open", "closed"] = "open"


class Note(Schema):
    """Why, or what is done."""

    because: Annotated[str, Field(max_length=500)] = ""


class Closing(Schema):
    """How a warning turned out."""

    outcome: Literal["true", "false"]
    because: Annotated[str, Field(min_length=1, max_length=500)]


@router.get("/insight/warnings", response=list[WarningCard], **KEYED)
def list_warnings(request: HttpRequest, wanted: Query[WarningsWanted]) -> list[WarningCard]:
    """Early warnings, the gravest first."""
    return services.open_warnings(
        area=wanted.area,
        category=wanted.category,
        closed=wanted.show == "closed",
        by=request.actor,  # type: ignore[attr-defined]
    )


@router.get("/insight/warnings/{warning_id}", response=WarningDetail, **KEYED)
def get_warning(request: HttpRequest, warning_id: Id) -> WarningDetail:
    """One warning with its days, its checklist, its story and the demands behind it."""
    return services.warning(warning_id, by=request.actor)  # type: ignore[attr-defined]


@router.post("/insight/warnings/{warning_id}/acknowledgement", response=WarningCard, **KEYED)
def acknowledge_warning(request: HttpRequest, warning_id: Id, body: Note) -> WarningCard:
    """Somebody looks into it."""
    return services.acknowledge_warning(warning_id, because=body.because, by=request.actor)  # type: ignore[attr-defined]


@router.post("/insight/warnings/{warning_id}/measures", response=WarningCard, **KEYED)
def act_on_warning(request: HttpRequest, warning_id: Id, body: Note) -> WarningCard:
    """Measures are under way."""
    return services.act_on_warning(warning_id, because=body.because, by=request.actor)  # type: ignore[attr-defined]


@router.post("/insight/warnings/{warning_id}/closing", response=WarningCard, **KEYED)
def close_warning(request: HttpRequest, warning_id: Id, body: Closing) -> WarningCard:
    """It was a true or a false alarm."""
    return services.close_warning(
        warning_id,
        outcome=body.outcome,
        because=body.because,
        by=request.actor,  # type: ignore[attr-defined]
    )


@router.get("/insight/topics", response=list[TopicCard], **KEYED)
def list_topics(request: HttpRequest) -> list[TopicCard]:
    """Monthly topics of this month and the coming ones."""
    return services.topics(by=request.actor)  # type: ignore[attr-defined]


class WantedProcess(Schema):
    """Whose orders: opened in the last 30, 90 or 365 days; an area directly below the top one, a category of the first
    level, a unit that ever had them; all when left out."""

    days: Annotated[int, Field(ge=1, le=365)] = 90
    area: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=48)] = ""
    unit: Annotated[str, Field(max_length=32)] = ""


@router.get("/insight/process", response=ProcessCard, **KEYED)
def get_process(request: HttpRequest, wanted: Query[WantedProcess]) -> ProcessCard:
    """How work orders flow: from which state to which, how often, after how much working time; loops, hand-overs."""
    return services.process(**wanted.dict(), by=request.actor)  # type: ignore[attr-defined]


class WantedPatterns(Schema):
    """Which findings: a kind ("hotspot", "following" or "returning"), an area or a category with everything below it."""

    kind: Annotated[str, Field(max_length=12)] = ""
    area: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=48)] = ""


@router.get("/insight/patterns", response=PatternPage, **KEYED)
def list_patterns(request: HttpRequest, wanted: Query[WantedPatterns]) -> PatternPage:
    """What belongs together more than chance explains, as the newest nightly search found it."""
    return services.patterns(**wanted.dict(), by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/patterns/{pattern_id}", response=PatternDetail, **KEYED)
def get_pattern(request: HttpRequest, pattern_id: Id) -> PatternDetail:
    """One finding with the demands that belong together."""
    return services.pattern(pattern_id, by=request.actor)  # type: ignore[attr-defined]


@router.get("/insight/returning", response=list[ReturningGroup], **KEYED)
def list_returning(request: HttpRequest) -> list[ReturningGroup]:
    """How many people called again about the same matter, by area and category; groups of fewer than five are empty."""
    return services.returning_groups(by=request.actor)  # type: ignore[attr-defined]
