"""What a demand tells of a need, read when somebody looks at it: nothing of it is stored."""

from django.utils import timezone

from shuzhi.domains.intake.cards import DemandCard
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine


def needs_in(demand: DemandCard) -> text_engine.Needs:
    """Who, when, since when, where else and what is asked, from the words as the reader of the card may see them."""
    own = {name for one in registry.areas() for name in (one.name, one.name_en)}
    received_on = timezone.localtime(demand.received_at).date()
    # A title that nobody wrote is the beginning of the text.
    words = demand.text if demand.text.startswith(demand.title) else f"{demand.title}\n{demand.text}"
    return text_engine.needs_of(words, said_on=received_on, own_areas=own)
