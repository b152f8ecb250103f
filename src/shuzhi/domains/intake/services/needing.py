"""What a demand tells of a need, read when somebody looks at it: nothing of it is stored."""

from django.utils import timezone

from shuzhi.domains.intake.cards import DemandCard
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine


def needs_in(demand: DemandCard) -> text_engine.Needs:
    """Who, when, since when, where else and what is asked, from the words as the reader of the card may see them."""
    own = {name for one in registry.areas() for name in (one.name, one.name_en)}
    received_on = timezone.localtime(demand.received_at).date()
    return text_engine.needs_of(f"{demand.title}\n{demand.text}", said_on=received_on, own_areas=own)
