"""A reform beside the law in force, over a synthetic population: cost, who gains and loses, how sure that is."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.policy import population, shelf, telling
from shuzhi.domains.policy.cards import LeverCard, ScenarioCard, SimulationCard, TakeUp
from shuzhi.domains.policy.models import PopulationCopy, Scenario
from shuzhi.domains.policy.refusals import ReformNotAccepted
from shuzhi.domains.policy.services.budgeting import budget, check_take_up
from shuzhi.domains.policy.services.versions import book_card
from shuzhi.engines import county, rules
from shuzhi.engines.rules import simulation
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import ScenarioKept
from shuzhi.spine.outbox import announce

SEED = 1  # of the uncertainty: the same question gives the same figures
DRAWS = 200  # of the households, for the intervals: a slider is answered in half a second
LINE_FEN = 120_000  # a head and month, the usual poverty line of the page
SCENARIOS_SHOWN = 20
PERCENT = "%"  # a rate of this unit is written 90, not 0.9
KEPT_SECONDS = 86_400
SLIDER = 2  # times the amount in force, the end of the slider

T = TypeVar("T")


@dataclass(frozen=True)
class Reform:
    """What is asked: changed amounts (in the book's units) and formulas by name, the day, the poverty line."""

    amounts: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    line_fen: int = LINE_FEN


@transaction.atomic
def keep_population(*, seed: int, households: int, by: Actor) -> str:
    """Draw the synthetic county and keep it as the population of simulations; returns its digest."""
    access.require(by, "policy.propose")
    found = county.survey(seed, county.people(seed, county.registry(seed), households))
    content = population.packed(found)
    digest = population.digest_of(content)
    PopulationCopy.objects.get_or_create(
        digest=digest,
        defaults={
            "content": content,
            "households": households,
            "people": len(found.persons["出生日期"]),
            "as_of": county.AS_OF,
            "made_at": clock.now(),
        },
    )
    audit.record(by, "policy.keep_population", f"population:{digest[:12]}")
    return digest


def levers(code: str, *, on: date, by: Actor) -> list[LeverCard]:
    """The amounts in force on a day that a reform may change."""
    access.require_somewhere(by, "policy.read")
    book = shelf.book_of(shelf.version_in_force(code, on))
    found = []
    for param in book.params.values():
        value = next((v.content for v in reversed(param.versions) if v.start <= on), None)
        if isinstance(value, bool) or not isinstance(value, int):
            continue
        one = Decimal(100 if param.unit == PERCENT else 1) / param.kind.scale
        now, most = (
            format((steps * one).normalize(), "f") for steps in (value, value * SLIDER or param.kind.scale)
        )
        label = (shelf.reads_english() and param.en) or param.name
        unit = rules.unit_in(param.unit, english=bool(shelf.reads_english()))
        found.append(LeverCard(param.name, label, unit, now, most, param.law))
    return found


def formulas_of(code: str, *, on: date, by: Actor) -> list[tuple[str, str, str]]:
    """Name, label and formula in force on a day of every rule."""
    access.require_somewhere(by, "policy.read")
    version = shelf.version_in_force(code, on)
    book, program = shelf.book_of(version), shelf.explainer_of(version, on).program
    return [(one.rule.name, telling.label_of(book, one.rule.name), one.text) for one in program.rules]


def simulate(code: str, *, reform: Reform, take_up: TakeUp | None = None, by: Actor) -> SimulationCard:
    """Every figure of a reform. take_up: also what each of the next twelve months costs when so many claim."""
    access.require_somewhere(by, "policy.read")
    if take_up:
        check_take_up(take_up)
    day = reform.on or clock.today()
    version, copy = shelf.version_in_force(code, day), population.newest()
    book = shelf.book_of(version)
    after, rule = _reformed(book, reform, day), shelf.target_of(book)
    if rule.kind.name != "money":
        raise ReformNotAccepted(why=_("the book grants no amount of money"))
    if reform.line_fen <= 0:
        raise InvalidInput(field="line", why=_("the poverty line is above 0"))
    people = population.sample(copy.digest)
    scenario = simulation.scenario_digest(
        {
            "book": book.digest,
            "reform": after.digest,
            "population": copy.digest,
            "as_of": day.isoformat(),
            "rule": rule.name,
            "poverty_line_fen": reform.line_fen,
            "seed": SEED,
        }
    )
    figures = _kept(f"figures:{scenario}", lambda: _figures(book, after, day, rule, people, reform.line_fen))
    return SimulationCard(
        book=book_card(version),
        scenario=scenario,
        as_of=day,
        rule=telling.label_of(book, rule.name),
        synthetic=True,
        demo=not book.verified,
        households=copy.households,
        people=copy.people,
        unknown_columns=_lacking(book, people),
        poverty_line_fen=reform.line_fen,
        figures=figures,
        take_up=take_up,
        budget_fen=_kept(
            f"budget:{scenario}:{'-'.join(map(str, astuple(take_up)))}",
            lambda: budget(book, after, rule=rule.name, day=day, sample=people, take_up=take_up),
        )
        if take_up
        else (),
    )


def _kept(what: str, count: Callable[[], T]) -> T:
    """Figures follow from the digest of what was asked: the same question is counted once a day."""
    found: T | None = cache.get(f"policy:{what}")
    if found is None:
        cache.set(f"policy:{what}", found := count(), KEPT_SECONDS)
    return found


def _figures(
    book: rules.Book,
    after: rules.Book,
    day: date,
    rule: rules.Rule,
    people: simulation.Sample,
    line_fen: int,
) -> dict[str, Any]:
    found = simulation.outcomes(*_bound(book, after, day), rule=rule.name, samples=[people])
    return simulation.shown(simulation.summarise(found, poverty_line_fen=line_fen, seed=SEED, repeats=DRAWS))


@transaction.atomic
def keep_scenario(code: str, *, title: str, reform: Reform, by: Actor) -> ScenarioCard:
    """Keep a simulation under a title; the same question again is the same scenario."""
    access.require(by, "policy.propose")
    if not title.strip():
        raise InvalidInput(field="title", why=_("give it a title"))
    card = simulate(code, reform=reform, by=by)
    asked = {**asdict(reform), "on": card.as_of.isoformat()}
    row, made = Scenario.objects.get_or_create(
        digest=card.scenario,
        defaults={
            "code": code,
            "title": title.strip()[:128],
            "asked": asked,
            "figures": card.figures,
            "made_by": by.reference,
            "made_at": clock.now(),
        },
    )
    if made:
        announce(_news(row), by=by)
    audit.record(by, "policy.keep_scenario", f"scenario:{row.digest[:12]}")
    return _card(row)


def scenarios(code: str, *, by: Actor) -> list[ScenarioCard]:
    """The simulations of a book that were kept, newest first."""
    access.require_somewhere(by, "policy.read")
    return [_card(row) for row in Scenario.objects.filter(code=code).order_by("-pk")[:SCENARIOS_SHOWN]]


def scenario(digest: str, *, by: Actor) -> ScenarioCard:
    access.require_somewhere(by, "policy.read")
    row = Scenario.objects.filter(digest=digest).first()
    if row is None:
        raise NotFound(what=_("This scenario"))
    return _card(row)


def _reformed(book: rules.Book, reform: Reform, day: date) -> rules.Book:
    try:
        amounts = {name: Decimal(text.strip()) for name, text in reform.amounts.items()}
        return rules.reformed(book, as_of=day, params=amounts, formulas=reform.formulas)
    except InvalidOperation:
        raise ReformNotAccepted(why=_("an amount is no number")) from None
    except rules.BookRefused as refused:
        raise ReformNotAccepted(why=str(refused)) from None


def _bound(before: rules.Book, after: rules.Book, day: date) -> tuple[rules.Program, rules.Program]:
    return rules.bind(before, as_of=day), rules.bind(after, as_of=day)


def _lacking(book: rules.Book, sample: simulation.Sample) -> tuple[str, ...]:
    sides = {"person": sample.people.persons, "household": sample.people.households}
    missing = (one.name for one in book.inputs.values() if one.name not in sides[one.entity])
    return tuple(telling.label_of(book, name) for name in missing)


def _card(row: Scenario) -> ScenarioCard:
    return ScenarioCard(
        digest=row.digest,
        code=row.code,
        title=row.title,
        asked=row.asked,
        figures=row.figures,
        made_by=row.made_by,
        made_at=row.made_at,
    )


def _news(row: Scenario) -> ScenarioKept:
    return ScenarioKept(
        digest=row.digest,
        book=row.code,
        cost_fen=row.figures["cost_fen"],
        winners=row.figures["winners"],
        losers=row.figures["losers"],
        households=row.figures["units"],
    )
