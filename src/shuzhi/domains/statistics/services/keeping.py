"""What the figures rest on: definitions, the state of the warehouse, rebuilding it."""

from django.db.models import Count
from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import DefinitionCard, HoldingCard
from shuzhi.domains.statistics.definitions import BY_NAME, MEASURES
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.domains.statistics.models import Quarantined
from shuzhi.domains.statistics.quality import RULES
from shuzhi.domains.statistics.warehouse import catalogue, files, loading
from shuzhi.spine import outbox
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound


def definitions() -> list[DefinitionCard]:
    """How every measure is computed, in the order in which they are shown."""
    return [measure.card for measure in MEASURES]


def definition(name: str) -> DefinitionCard:
    if name not in BY_NAME:
        raise NotFound(what=_("Measure %(name)s") % {"name": name})
    return BY_NAME[name].card


def rebuild(*, by: Actor) -> int:
    """Forget every fact and hear the whole story again; returns how many events were heard."""
    outbox.replay(FACTS, by=by)
    heard = 0
    while told := outbox.run_once([FACTS]):
        heard += told
        file_away()
    loading.file_away(most_news=0)
    return heard


def file_away() -> int:
    """File what was loaded since under its months, when that has become many files: a chore of the worker."""
    return loading.file_away()


def holding() -> HoldingCard:
    """What the figures rest on: up to which event, how old, whether files are missing, what is set aside."""
    known = catalogue.catalogue()
    counted = dict(Quarantined.objects.values_list("rule").annotate(Count("pk")))
    return HoldingCard(
        position=known.position,
        version=known.version,
        heard_at=known.heard_at,
        missing=not files.all_present(known.paths),
        rebuilt=min(1.0, known.position / known.rebuilt_to) if known.rebuilt_to else 1.0,
        set_aside={str(RULES[rule].label): count for rule, count in counted.items()},
    )


def version() -> int:
    """Grows whenever what is counted changes: cheap to ask for."""
    return catalogue.version()
