"""Learns from what people chose where the machine had suggested something; a person promotes what was learnt."""

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.intake import learning_process
from shuzhi.domains.intake.cards import CorrectionCard, DriftCard, ModelCard
from shuzhi.domains.intake.models import JudgedSuggestion
from shuzhi.domains.intake.services import shelf
from shuzhi.domains.registry import services as registry
from shuzhi.engines import county
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

LEAST_JUDGED = 60
"""Fewer judgements than this show nothing about a model."""
_MOST_JUDGED = 20_000
"""The newest that are learnt from: these take two minutes and 1.6 GB, and what people chose years ago moved away."""
_LESSONS_SEED = 20
_RECENT = timedelta(days=28)
_NEW_SHARE = 0.1
"""Below this share of new judgements a model learns little else, and the shelf would fill with models."""
_AREA_OF_TOWN = 9
_CORRECTIONS = 15
_WEEKS, _WEEK = 12, timedelta(weeks=1)


class TooLittleJudged(Refused):
    code, status = "too-little-judged", 409
    message = _("%(count)s suggestions were judged; %(least)s are needed before anything can be learnt.")


class TrainingNotInstalled(Refused):
    code, status = "training-not-installed", 409
    message = _("Learning needs the extra `train`: pip install 'shuzhi[train]'.")


@dataclass(frozen=True)
class _Judged:
    text: str
    label: str
    group: str
    area: str
    channel: str
    day: str


def learn(target: str, *, by: Actor) -> ModelCard:
    """Train a model on the authored lessons and what people chose, measure it beside the one that serves, enter it.

    It is measured only on demands that neither model had seen, whole groups of copies apart, and serves when a person
    promotes it.
    """
    access.require_somewhere(by, "intake.models")
    _require_learnable(target)
    judged = list(_judged(target))
    rival = shelf.serving_entry(target)
    seen_until = "" if shelf.comes_with_the_program(rival) else rival.made_on
    fresh = [one for one in judged if one.day >= seen_until]
    if len(fresh) < LEAST_JUDGED:
        raise TooLittleJudged(count=len(fresh), least=LEAST_JUDGED)
    return _entered(target, judged, fresh, rival, by)


def start_learning(target: str, *, by: Actor) -> None:
    """Learn in a process of its own: of many judgements a county's categories take minutes, for which no page waits."""
    access.require_somewhere(by, "intake.models")
    _require_learnable(target)
    count = JudgedSuggestion.objects.filter(field=target).count()
    if count < LEAST_JUDGED:
        raise TooLittleJudged(count=count, least=LEAST_JUDGED)
    audit.record(by, "intake.start_learning", f"model:{target}")
    learning_process.start(target)


def learn_nightly() -> int:
    """The worker's chore, at the hour that the county chose: start to learn what is due, and do not wait for it."""
    hour = settings.SHUZHI_LEARN_HOUR
    if hour != timezone.localtime(clock.now()).hour or importlib.util.find_spec("sklearn") is None:
        return 0
    return sum(learning_process.start(target) for target in due())


def due() -> list[str]:
    """Of which fields so much was judged since a model was last learnt here that another one may say something else."""
    return [target for target in shelf.TARGETS if _is_due(target)]


def _is_due(target: str) -> bool:
    judged = JudgedSuggestion.objects.filter(field=target, demand__secret=False)
    last = shelf.entered_last(target)
    new = (judged.filter(judged_at__gt=last) if last else judged).count()
    return new >= max(LEAST_JUDGED, _NEW_SHARE * judged.count())


def drift(*, by: Actor) -> list[DriftCard]:
    """For each field, how often people took the suggestion, all along and in the last 28 days, and how far their choices moved."""
    access.require_somewhere(by, "intake.models")
    now = clock.now()
    return [_drift(field, now) for field in shelf.TARGETS]


def corrections(target: str, *, by: Actor) -> list[CorrectionCard]:
    """What people chose most often instead of what was suggested."""
    access.require_somewhere(by, "intake.models")
    rows = JudgedSuggestion.objects.filter(field=target, accepted=False).exclude(suggested="")
    counted = rows.values_list("suggested", "chosen").annotate(count=Count("id"))
    return [CorrectionCard(*row) for row in counted.order_by("-count", "suggested", "chosen")[:_CORRECTIONS]]


def _drift(field: str, now: datetime) -> DriftCard:
    rows = JudgedSuggestion.objects.filter(field=field)
    lately, taken = Q(judged_at__gte=now - _RECENT), Q(accepted=True)
    told = rows.aggregate(
        judged=Count("pk"),
        taken=Count("pk", filter=taken),
        recent=Count("pk", filter=lately),
        taken_lately=Count("pk", filter=lately & taken),
    )
    before, recent = (_chosen(rows.filter(when)) for when in (~lately, lately))
    enough = min(told["judged"] - told["recent"], told["recent"]) >= LEAST_JUDGED
    shift = text_engine.stability_index(before, recent) if enough else None
    return DriftCard(
        field=field,
        judged=told["judged"],
        accepted_share=_share(told["taken"], told["judged"]),
        recent=told["recent"],
        recent_share=_share(told["taken_lately"], told["recent"]),
        shift=shift,
        learn_again=shift is not None and shift >= text_engine.SHIFTED,
        weeks=_by_week(rows, now),
    )


def _chosen(rows: QuerySet[JudgedSuggestion]) -> dict[str, int]:
    return dict(rows.values_list("chosen").annotate(Count("pk")))


def _by_week(rows: QuerySet[JudgedSuggestion], now: datetime) -> tuple[float | None, ...]:
    """The share taken in each of the last weeks, the earliest first; None when nothing was judged."""
    asked: dict[str, Count] = {}
    for ago in range(_WEEKS):
        week = Q(judged_at__gt=now - (ago + 1) * _WEEK, judged_at__lte=now - ago * _WEEK)
        asked |= {
            f"of_{ago}": Count("pk", filter=week),
            f"taken_{ago}": Count("pk", filter=week & Q(accepted=True)),
        }
    told = rows.filter(judged_at__gt=now - _WEEKS * _WEEK).aggregate(**asked)
    return tuple(_share(told[f"taken_{ago}"], told[f"of_{ago}"]) for ago in reversed(range(_WEEKS)))


def _share(taken: int, judged: int) -> float | None:
    return taken / judged if judged else None


def _judged(target: str) -> Iterator[_Judged]:
    """What people chose last, with the words masked, names too: a model keeps words. Secret demands teach nothing."""
    paths = {card.code: "/".join(card.path) for card in registry.categories()}
    rows = JudgedSuggestion.objects.filter(field=target, demand__secret=False).select_related("demand")
    for row in rows.order_by("-id")[:_MOST_JUDGED].iterator(chunk_size=2_000):
        label = paths.get(row.chosen, "") if target == "category" else row.chosen
        if label:
            demand = row.demand
            yield _Judged(
                text_engine.mask(f"{demand.title}\n{demand.text}", names=True).text,
                label,
                demand.fingerprint,
                demand.area[:_AREA_OF_TOWN],
                demand.channel,
                timezone.localtime(row.judged_at).date().isoformat(),
            )


def _require_learnable(target: str) -> None:
    shelf.require_target(target)
    if importlib.util.find_spec("sklearn") is None:
        raise TrainingNotInstalled()


def _entered(
    target: str,
    judged: Sequence[_Judged],
    fresh: Sequence[_Judged],
    rival: text_engine.ModelEntry,
    by: Actor,
) -> ModelCard:
    from shuzhi.engines.text import learning

    known = {"/".join(card.path) for card in registry.categories()}
    lessons = [
        learning.Example(one.text, label, f"lesson {one.group}")
        for one in county.lessons(_LESSONS_SEED)
        if (label := one.category if target == "category" else one.kind)
        and (target != "category" or label in known)
    ]
    told = [learning.Example(one.text, one.label, one.group, (one.area, one.channel)) for one in judged]
    unseen = {id(one) for one in fresh}
    measured_on = [number for number, one in enumerate(judged) if id(one) in unseen]
    learnt = learning.learn(
        lessons,
        told,
        measured_on,
        target=target,
        rival=shelf.serving_model(target),
        made_on=timezone.localtime(clock.now()).date().isoformat(),
    )
    entry = replace(learnt.entry, rival=rival.version)
    return shelf.enter_model(learnt.data, entry, picture=learnt.picture, by=by)
