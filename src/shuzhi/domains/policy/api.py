"""Rules for other systems: calculate, explain and simulate by one definition of the law."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from shuzhi.domains.policy import services
from shuzhi.domains.policy.cards import BookCard, SimulationCard

router = Router(tags=["policy"])

Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,48}$")]
Fact = bool | int | float | str | None
Facts = dict[Annotated[str, Field(max_length=60)], Fact]


class SituationBody(Schema):
    """A household and its members, by the names of the book's inputs; null or absent is unknown."""

    id: Annotated[str, Field(max_length=60)] = ""
    household: Facts = {}
    members: Annotated[list[Facts], Field(max_length=200)] = []


class Calculation(Schema):
    """Amounts in the book's units (yuan), dates as "2026-05-01". on: the day that the law is read for."""

    book: Code
    on: date
    situations: Annotated[list[SituationBody], Field(max_length=1000)]


class Explanation(Schema):
    """rule: "" for what the book grants.   member: counted from 0, for a rule about a person."""

    book: Code
    on: date
    rule: Annotated[str, Field(max_length=60)] = ""
    member: Annotated[int, Field(ge=0, lt=200)] = 0
    situation: SituationBody


class Claiming(Schema):
    """Of those entitled: who claims what a reform gives more in its first month, and who claims in the end."""

    first_percent: Annotated[int, Field(ge=0, le=100)] = 100
    final_percent: Annotated[int, Field(ge=0, le=100)] = 100
    months: Annotated[int, Field(ge=1, le=12)] = 1


class Simulation(Schema):
    """amounts: in the book's units, by the name of the parameter; formulas by the name of the rule.

    months: also the budget of twelve months.   take_up: who claims in them; without it everybody does.
    """

    book: Code
    on: date
    amounts: dict[Annotated[str, Field(max_length=60)], Decimal] = {}
    formulas: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=1500)]] = {}
    poverty_line_fen: Annotated[int, Field(gt=0, le=10**9)] = services.LINE_FEN
    months: bool = False
    take_up: Claiming = Claiming()


class Calculated(Schema):
    policy: str
    digest: str
    as_of: date
    demo: bool
    gaps: list[str]
    results: list[dict[str, Any]]


class Reason(Schema):
    """status: because, not_because or not_yet_known."""

    name: str
    member: int | None
    status: str
    zh: str
    en: str
    law: str
    parts: list["Reason"]


class Explained(Schema):
    """missing: facts that could still change the answer, the one that decides most first."""

    policy: str
    digest: str
    as_of: date
    demo: bool
    value: Fact
    reason: Reason
    missing: list[str]
    changes: list[dict[str, str]]


@router.get("/policy/books", response=list[BookCard])
def list_books(request: HttpRequest) -> list[BookCard]:
    """The books that decide today."""
    return services.books()


@router.post("/policy/calculate", response=Calculated)
def calculate(request: HttpRequest, body: Calculation) -> dict[str, Any]:
    """Every rule's value for every situation; a situation that does not fit says why, the others are answered."""
    return services.calculate(
        body.book,
        situations=[one.dict() for one in body.situations],
        on=body.on,
        address=request.client_address,  # type: ignore[attr-defined]
        by=request.actor,  # type: ignore[attr-defined]
    )


@router.post("/policy/explain", response=Explained)
def explain(request: HttpRequest, body: Explanation) -> dict[str, Any]:
    """Why one rule is what it is, with the article beside each condition, and what would change it."""
    return services.explain(
        body.book, situation=body.situation.dict(), rule=body.rule, member=body.member, on=body.on
    )


@router.post("/policy/simulate", response=SimulationCard)
def simulate(request: HttpRequest, body: Simulation) -> SimulationCard:
    """A reform beside the law in force over a synthetic population; for those who may read the books on the desk."""
    reform = services.Reform(
        amounts={name: str(amount) for name, amount in body.amounts.items()},
        formulas=body.formulas,
        on=body.on,
        line_fen=body.poverty_line_fen,
    )
    take_up = services.TakeUp(**body.take_up.dict()) if body.months else None
    return services.simulate(body.book, reform=reform, take_up=take_up, by=request.actor)  # type: ignore[attr-defined]
