"""Checklists of warnings: the shipped ones, and a county's own versions, each in force from a date on."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.insight.models import ChecklistVersion
from shuzhi.domains.insight.warning_cards import ChecklistCard
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import ChecklistWritten
from shuzhi.spine.outbox import announce

GENERAL = "general"
_SHIPPED = Path(__file__).parent.parent / "data" / "checklists.toml"
_MOST_STEPS, _LONGEST_STEP = 30, 300


def checklists(on: date | None = None) -> list[ChecklistCard]:
    """Every checklist as it is in force on a day, today when none is said; the general one last."""
    day = on or clock.today()
    own: dict[str, ChecklistVersion] = {}
    for row in ChecklistVersion.objects.filter(from_date__lte=day).order_by("from_date", "version"):
        own[row.code] = row
    return [_own(card, own[card.code]) if card.code in own else card for card in _shipped()]


def checklist(code: str, on: date | None = None) -> ChecklistCard:
    found = next((one for one in checklists(on) if one.code == code), None)
    if found is None:
        raise NotFound(what=_("Checklist %(code)s") % {"code": code})
    return found


def checklist_for(category: str, lists: Sequence[ChecklistCard], *, measured: bool) -> ChecklistCard:
    """The list that names the category most exactly, of such the one for what is measured or another; the general one otherwise."""
    named = [
        ((len(code), one.gathers == measured), one)
        for one in lists
        for code in one.categories
        if code and category.startswith(code)
    ]
    if named:
        return max(named, key=lambda pair: pair[0])[1]
    return next(one for one in lists if one.code == GENERAL)


@transaction.atomic
def write_checklist(
    code: str,
    *,
    steps: Sequence[str],
    categories: Sequence[str],
    from_date: date,
    because: str,
    by: Actor,
) -> ChecklistCard:
    """Write a county's own version of a checklist, in force from a date on; warnings that are open keep theirs."""
    access.require(by, "insight.edit")
    before = checklist(code)
    told = [" ".join(step.split()) for step in steps if step.strip()]
    if not told or len(told) > _MOST_STEPS or max(map(len, told)) > _LONGEST_STEP:
        raise InvalidInput(
            field=_("Steps"), why=_("write 1 to 30 steps of at most 300 characters, one a line")
        )
    if not because.strip():
        raise InvalidInput(field=_("Reason"), why=_("say why the list changes"))
    for category in categories:
        registry.get_category(category)
    version = ChecklistVersion.objects.filter(code=code).count() + 1
    row = ChecklistVersion.objects.create(
        code=code,
        version=version,
        from_date=from_date,
        categories=list(categories),
        levels=dict(before.levels),
        steps=told,
        because=because.strip()[:500],
        by=by.reference,
        by_label=by.label,
        at=clock.now(),
    )
    announce(ChecklistWritten(code=code, version=version, from_date=from_date), by=by)
    return _own(before, row)


def _own(card: ChecklistCard, row: ChecklistVersion) -> ChecklistCard:
    return ChecklistCard(
        code=card.code,
        name=card.name,
        name_en=card.name_en,
        categories=tuple(row.categories),
        measures=card.measures,
        levels=row.levels,
        steps=tuple((step, "") for step in row.steps),
        version=row.version,
        from_date=row.from_date,
    )


@cache
def _shipped() -> tuple[ChecklistCard, ...]:
    told = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))["checklist"]
    return tuple(
        ChecklistCard(
            code=one["code"],
            name=one["name"],
            name_en=one["name_en"],
            categories=tuple(one["categories"]),
            measures=tuple(one.get("measures", ())),
            levels=one.get("levels", {}),
            steps=tuple((zh, en) for zh, en in one["steps"]),
            version=0,
            from_date=None,
        )
        for one in told
    )
