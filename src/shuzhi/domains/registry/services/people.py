"""For whom: people and households. Counts are public; a single person is not, and looking is recorded."""

from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext as _

from shuzhi.domains.registry.cards import (
    PRIORITY_GROUPS,
    GroupCard,
    HouseholdCard,
    PersonCard,
    PopulationCard,
)
from shuzhi.domains.registry.models import Area, Household, Membership, Person
from shuzhi.domains.registry.services.areas import area_path
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

# Smaller groups are not counted in public: neighbours would know who is meant.
SMALLEST_GROUP = 5


def people_in(area: str) -> PopulationCard:
    """How many people and households live in an area and below, in all and per priority group."""
    path = "".join(f"{card.code}/" for card in area_path(area))
    codes = Area.objects.filter(path__startswith=path).values("code")
    counted = Membership.objects.filter(person__area__in=codes).values_list("group").annotate(n=Count("id"))
    groups = {group: n if n >= SMALLEST_GROUP else None for group, n in counted.order_by("group")}
    return PopulationCard(
        area=area,
        people=Person.objects.filter(area__in=codes).count(),
        households=Household.objects.filter(area__in=codes).count(),
        groups=groups,
    )


def people_per_area() -> Mapping[tuple[str, str], int]:
    """How many people live in each area itself, per priority group, "" for all; whoever publishes hides small numbers."""
    everybody = Person.objects.order_by("area").values_list("area").annotate(n=Count("id"))
    counted = Membership.objects.order_by("person__area", "group").values_list("person__area", "group")
    return {(area, ""): n for area, n in everybody} | {
        (area, group): n for area, group, n in counted.annotate(n=Count("id"))
    }


def priority_groups() -> list[GroupCard]:
    """The groups that the county's people belong to, with their names in the reader's language."""
    codes = Membership.objects.order_by("group").values_list("group", flat=True).distinct()
    return [GroupCard(code, str(PRIORITY_GROUPS.get(code, code))) for code in codes]


def household_of(person_id: str, *, by: Actor) -> HouseholdCard:
    """The household of a person (by the person's code), without names. Looking is recorded."""
    person = Person.objects.select_related("household").filter(code=person_id).first()
    if person is None or not access.allows(by, "registry.read", area=person.area):
        raise NotFound(what=_("Person %(code)s") % {"code": person_id})
    audit.record(by, "registry.household_of", f"person:{person_id}")
    home = person.household
    members = home.members.order_by("code").prefetch_related("memberships")
    return HouseholdCard(home.code, home.area, home.income, tuple(_card(one, home.code) for one in members))


def _card(row: Person, household: str) -> PersonCard:
    groups = tuple(sorted(one.group for one in row.memberships.all()))
    return PersonCard(row.code, household, row.area, row.sex, row.birth, groups)
