"""Simulations that the policy room kept, known from its news so that a question can rest on them."""

from collections.abc import Iterable

from shuzhi.domains.insight.models import KnownScenario
from shuzhi.spine.events import ScenarioKept
from shuzhi.spine.outbox import Announced

SCENARIOS_OFFERED = 20


def note_scenarios(batch: Iterable[Announced]) -> None:
    for told in batch:
        if isinstance(told.event, ScenarioKept):
            event = told.event
            KnownScenario.objects.update_or_create(
                digest=event.digest,
                defaults={
                    "book": event.book,
                    "cost_fen": event.cost_fen,
                    "winners": event.winners,
                    "losers": event.losers,
                    "households": event.households,
                    "kept_at": told.at,
                },
            )


def forget_scenarios() -> None:
    KnownScenario.objects.all().delete()


def known_scenarios() -> list[tuple[str, str]]:
    """Digest and book of the simulations that were kept last."""
    rows = KnownScenario.objects.order_by("-kept_at", "digest")
    return list(rows.values_list("digest", "book")[:SCENARIOS_OFFERED])
