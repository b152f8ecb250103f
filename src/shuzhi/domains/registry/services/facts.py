"""What offices say about people, dated and with its source, and what people allow it to be used for."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shuzhi.domains.registry.cards import FactCard, HomeFacts, MemberFacts
from shuzhi.domains.registry.models import Consent, Fact, Household, Person
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import FactsChanged
from shuzhi.spine.outbox import announce
from shuzhi.spine.sealing import unseal

BIRTH = "出生日期"
BIRTH_SOURCE = "公安.人口"
_CHUNK = 2000
_Known = Mapping[tuple[str, str], dict[str, FactCard]]


@transaction.atomic
def record_fact(
    household: str,
    *,
    person: str = "",
    name: str,
    value: bool | int | float | str,
    source: str,
    since: date,
    by: Actor,
) -> None:
    """Say something of a household, or of a person in it, from a day on; what was said before ends the day before."""
    home = Household.objects.filter(code=household).first()
    if home is None or (person and not home.members.filter(code=person).exists()):
        raise NotFound(what=_("Household %(code)s") % {"code": household})
    access.require(by, "registry.edit", area=home.area)
    if not name.strip() or not source.strip():
        raise InvalidInput(field="name, source", why=_("say what the fact is and who says it"))
    earlier = Fact.objects.filter(household=household, person=person, name=name)
    earlier.filter(since__lt=since).filter(_holds(since)).update(until=since - timedelta(days=1))
    earlier.update_or_create(
        since=since,
        defaults={"value": value, "source": source},
        create_defaults={
            "household": household,
            "person": person,
            "name": name,
            "value": value,
            "source": source,
        },
    )
    audit.record(by, "registry.record_fact", f"household:{household}")
    announce(FactsChanged(household=household), by=by)


@transaction.atomic
def set_consent(person: str, *, purpose: str, given: bool, by: Actor) -> None:
    """Allow or no longer allow that a person's facts are used for a purpose: the person, or whoever edits the registry."""
    row = Person.objects.filter(code=person).first()
    if row is None or not (
        access.allows(by, "registry.edit", area=row.area)
        or (by.kind is ActorKind.CITIZEN and row.phone_hash == by.id)
    ):
        raise NotFound(what=_("Person %(code)s") % {"code": person})
    today = clock.today()
    defaults = {"since": today, "until": None} if given else {"until": today}
    Consent.objects.update_or_create(
        person=person,
        purpose=purpose,
        defaults=defaults,
        create_defaults={"since": today, **defaults},
    )
    audit.record(by, "registry.set_consent", f"person:{person}", purpose=purpose, given=given)


def homes_with_facts(
    *, names: Collection[str], on: date, purpose: str, households: Sequence[str] | None = None, by: Actor
) -> Iterator[HomeFacts]:
    """Every household of which some of these facts are known on a day: for calculations over the whole county.

    households: only these.   What nobody allowed for the purpose is marked, and is not to be used.
    """
    access.require(by, "registry.facts")
    told = set(names) - {BIRTH}
    found = Household.objects.order_by("code")
    if households is not None:
        found = found.filter(code__in=households)
    elif told:
        found = found.filter(code__in=Fact.objects.filter(name__in=told).values("household"))
    codes = list(found.values_list("code", flat=True))
    for start in range(0, len(codes), _CHUNK):
        yield from _homes(codes[start : start + _CHUNK], told, on, purpose)


def home_of_citizen(*, names: Collection[str], on: date, by: Actor) -> tuple[HomeFacts, str] | None:
    """What the county knows of a citizen who logged in, with the citizen's own code; None for an unknown phone."""
    if by.kind is not ActorKind.CITIZEN:
        return None
    person = Person.objects.select_related("household").filter(phone_hash=by.id).order_by("code").first()
    if person is None:
        return None
    audit.record(by, "registry.own_facts", f"person:{person.code}")
    (home,) = _homes([person.household.code], set(names) - {BIRTH}, on, "")
    return home, person.code


def phones_of(persons: Collection[str], *, by: Actor) -> dict[str, str]:
    """The phones of people, by code; who has none is left out."""
    access.require(by, "registry.facts")
    rows = Person.objects.filter(code__in=persons).exclude(phone="").values_list("code", "phone")
    return {code: unseal(phone) for code, phone in rows}


def _homes(codes: Sequence[str], names: Collection[str], on: date, purpose: str) -> Iterator[HomeFacts]:
    known = _known(codes, names, on)
    people: dict[str, list[tuple[str, date | None]]] = defaultdict(list)
    areas = dict(Household.objects.filter(code__in=codes).values_list("code", "area"))
    rows = Person.objects.filter(household__code__in=codes).order_by("code")
    for home, code, birth in rows.values_list("household__code", "code", "birth"):
        people[home].append((code, birth))
    allowed = _allowed([code for home in people.values() for code, _birth in home], purpose, on)
    for home in codes:
        members = tuple(
            MemberFacts(code, birth, code in allowed, _with_birth(known.get((home, code), {}), birth))
            for code, birth in people[home]
        )
        yield HomeFacts(home, areas[home], known.get((home, ""), {}), members)


def _known(codes: Sequence[str], names: Collection[str], on: date) -> _Known:
    found: dict[tuple[str, str], dict[str, FactCard]] = defaultdict(dict)
    rows = Fact.objects.filter(household__in=codes, name__in=names, since__lte=on).filter(_holds(on))
    for home, person, name, value, source, since in rows.values_list(
        "household", "person", "name", "value", "source", "since"
    ):
        found[home, person][name] = FactCard(value, source, since)
    return found


def _holds(on: date) -> Q:
    return Q(until=None) | Q(until__gte=on)


def _allowed(persons: Collection[str], purpose: str, on: date) -> set[str]:
    if not purpose:
        return set(persons)
    rows = Consent.objects.filter(person__in=persons, purpose=purpose, since__lte=on)
    return set(rows.filter(Q(until=None) | Q(until__gt=on)).values_list("person", flat=True))


def _with_birth(facts: dict[str, FactCard], birth: date | None) -> dict[str, FactCard]:
    return facts if birth is None else {**facts, BIRTH: FactCard(birth.isoformat(), BIRTH_SOURCE, birth)}
