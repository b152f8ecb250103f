"""The nightly look at everything at once: average linkage inside each town, issues keep their numbers by overlap."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shuzhi.domains.insight import clustering, heat
from shuzhi.domains.insight.models import Block, HotIssue, IssueMember
from shuzhi.domains.insight.services import keeping
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor

WINDOW_DAYS = 180
_LEAST_MEMBERS = 2
_NIGHT_HOUR = 3


@dataclass(frozen=True)
class _Before:
    """An issue as it stood, for keeping its number."""

    id: str
    members: tuple[str, ...]


def rebuild(
    *, by: Actor, days: int = WINDOW_DAYS, on_progress: Callable[[int, int], None] | None = None
) -> int:
    """Find the issues of the last days anew, town by town; returns how many demands share one.

    Whatever a person placed stays. Each town is one transaction.
    """
    access.require(by, "insight.edit")
    codes = sorted(
        {
            clustering.block_of(area.code)
            for level in ("town", "subdistrict")
            for area in registry.areas(level=level)
        }
    )
    shared = 0
    for done, code in enumerate(["", *codes], start=1):
        with transaction.atomic():
            shared += _rebuild_block(code, days)
        if on_progress:
            on_progress(done, len(codes) + 1)
    _follow_old(days)
    return shared


@transaction.atomic
def _follow_old(days: int) -> None:
    """Issues older than the window are found by nobody anew, but their last orders end all the same."""
    before = clock.now() - timedelta(days=days)
    keeping.refresh(
        list(
            HotIssue.objects.select_for_update()
            .filter(merged_into=None, last_at__lt=before)
            .exclude(stage=heat.Stage.RESOLVED)
        )
    )


def rebuild_nightly() -> int:
    """The worker's chore: once a night, when few people call."""
    return rebuild(by=SYSTEM) if timezone.localtime(clock.now()).hour == _NIGHT_HOUR else 0


def _rebuild_block(code: str, days: int) -> int:
    Block.objects.get_or_create(code=code)
    mark = Block.objects.select_for_update().get(code=code)
    now = clock.now()
    matters = {one.id: one for one in intake.matters(area=code, since=now - timedelta(days=days), by=SYSTEM)}
    found = [
        issue
        for issue in text_engine.find_issues(
            [clustering.message_of(one) for one in matters.values()], now=now
        )
        if len(issue.members) >= _LEAST_MEMBERS
    ]
    touched = _replace(code, found, matters)
    keeping.refresh(touched)
    keeping.drop_empty(HotIssue.objects.filter(block=code))
    mark.heard = max([mark.heard, *matters])
    mark.version = F("version") + 1
    mark.save()
    mark.refresh_from_db()
    clustering.load(code, version=mark.version, heard=mark.heard)  # keeps it for the first demand of the day
    return sum(len(issue.members) for issue in found)


def _replace(
    code: str, found: Sequence[text_engine.Issue], matters: dict[int, MatterCard]
) -> Collection[HotIssue]:
    """Machine-placed members of the window go to the issues found now; an issue keeps its number by overlap.

    What a person placed stays, and counts for the overlap: new voices gather around it.
    """
    members = IssueMember.objects.filter(demand_id__in=matters)
    held = set(members.filter(placed="person").values_list("demand_id", flat=True))
    before: dict[int, list[int]] = {}
    for demand, number in members.values_list("demand_id", "issue"):
        before.setdefault(number, []).append(demand)
    kept = text_engine.keep_ids(
        [_Before(f"kept {number}", tuple(map(str, demands))) for number, demands in before.items()], found
    )
    members.filter(placed="machine").delete()
    standing = HotIssue.objects.in_bulk(before)
    rows: list[IssueMember] = []
    touched: dict[int, HotIssue] = dict(standing)
    for issue in found:
        told = [matters[int(member)] for member in issue.members]
        name = kept[issue.id]
        known = standing.get(int(name.removeprefix("kept "))) if name.startswith("kept ") else None
        row = known or keeping.new_issue(told[0], block=code)
        row.representative = int(issue.representative)
        if not row.confirmed:
            row.title = keeping.title_of(matters[row.representative])
        row.keywords, row.places = list(issue.keywords), _places(told)
        touched[row.pk] = row
        rows += [keeping.member_of(row, one, words=issue.keywords[:3]) for one in told if one.id not in held]
    IssueMember.objects.bulk_create(rows, batch_size=500)
    return touched.values()


def _places(told: Sequence[MatterCard]) -> list[str]:
    return list(dict.fromkeys(one.place for one in told if one.place))[:3]
