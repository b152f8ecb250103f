"""Who sees what of a demand."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from shuzhi.domains.intake import codes
from shuzhi.domains.intake.cards import (
    ContactCard,
    DemandCard,
    DemandPage,
    PhotoCard,
    SuggestionCard,
    SuggestionOption,
    SupplementCard,
)
from shuzhi.domains.intake.models import Demand, DemandOrder, JudgedSuggestion, Photo, Requester
from shuzhi.domains.intake.services import originals, word_index
from shuzhi.domains.intake.services.drafts import clean_phone
from shuzhi.spine import access, audit, sealing
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import AccessDenied, NotFound, Refused

MOST_PER_PAGE = 100
CALLS_SHOWN = 20
SHORTEST_PHONE = 7
_CONFIDENT_PPM = 1_000_000


def get_demand(demand_id: int, *, by: Actor, tracked: Collection[int] = ()) -> DemandCard:
    """One demand. Those who may see contacts there get the full words (audited), everybody else the masked ones.

    tracked: ids that this visitor has opened with both codes. Raises NotFound for what the actor may not see.
    """
    row = visible_row(demand_id, by=by, tracked=tracked)
    full = may_see_contact(row, by)
    if full and by.kind is not ActorKind.SYSTEM:
        audit.record(by, "intake.view", f"demand:{row.id}")
    own = row.id in tracked or is_requester(row, by)
    return demand_card(
        row, full=full, with_reading=access.allows_somewhere(by, "intake.read"), hide_secret=not own
    )


def get_demands(demand_ids: Iterable[int], *, by: Actor) -> dict[int, DemandCard]:
    """Cards for lists, by id, with masked words; what the actor may not see is absent."""
    rows = _visible(by).filter(id__in=list(demand_ids))
    return {row.id: demand_card(row, hide_secret=True) for row in rows}


def public_codes(demand_ids: Collection[int], *, by: Actor) -> dict[int, str]:
    """The codes under which the public knows demands, by id; what the actor may not see is absent."""
    return dict(_visible(by).filter(id__in=demand_ids).values_list("id", "public_code"))


def search(
    words: str = "",
    *,
    by: Actor,
    status: str = "",
    channel: str = "",
    kind: str = "",
    category: str = "",
    area: str = "",
    unit: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: int | None = None,
    limit: int = 50,
) -> DemandPage:
    """Demands in the actor's scope, newest first. words: a public code, a phone, or words that all occur in the text;
    a part of a Chinese word, or the beginning of another, is enough.

    category: a code, its sub-categories included. area: a 12-digit code with everything below it.
    after: the id that the page before ended with. limit: at most 100.
    """
    access.require_somewhere(by, "intake.read")
    exact = {"status": status, "channel": channel, "kind": kind, "unit": unit}
    rows = _visible(by).filter(**{name: value for name, value in exact.items() if value})
    if category:
        rows = rows.filter(category__startswith=category)
    if area:
        rows = rows.filter(area__startswith=access.area_prefix(area))
    if since:
        rows = rows.filter(received_at__gte=since)
    if until:
        rows = rows.filter(received_at__lt=until)
    return _page(_with_words(rows, words, by), after, max(1, min(limit, MOST_PER_PAGE)))


def find_by_words(words: str, *, most: int, by: Actor) -> list[int]:
    """Ids of the newest demands in the actor's scope that `search` finds by these words."""
    access.require_somewhere(by, "intake.read")
    rows = _with_words(_visible(by), words, by).order_by("-received_at", "-id")
    return list(rows.values_list("id", flat=True)[:most])


def contact_of(demand_id: int, *, by: Actor, address: str = "") -> ContactCard:
    """The requester's name and phone, unsealed. Every look, and every refused look, is in the audit trail."""
    row = visible_row(demand_id, by=by)
    subject = f"demand:{row.id}"
    if not may_see_contact(row, by):
        audit.record(by, "intake.contact", subject, outcome="refused", address=address, secret=row.secret)
        raise AccessDenied(permission="intake.contact")
    audit.record(by, "intake.contact", subject, address=address, secret=row.secret)
    given = Requester.objects.filter(demand=row).first() or Requester(demand=row)
    return _contact(given, row, *originals.contacts_in([given])[0])


def contacts_of(demand_ids: Collection[int], *, by: Actor) -> dict[int, ContactCard]:
    """Contacts for messages, by demand, in three queries and one line of the audit trail; what is not visible is absent."""
    access.require_somewhere(by, "intake.contact")
    given = {one.demand_id: one for one in Requester.objects.filter(demand__in=demand_ids)}
    rows = list(_visible(by).filter(id__in=given).only("unit", "area", "anonymous", "secret"))
    doubtful = [row for row in rows if not access.allows(by, "intake.contact", unit=row.unit, area=row.area)]
    prefetch_related_objects(doubtful, "orders")
    seen = [row for row in rows if may_see_contact(row, by)]
    audit.record(by, "intake.contacts", "demands", found=len(seen))
    opened = originals.contacts_in([given[row.id] for row in seen])
    return {row.id: _contact(given[row.id], row, *one) for row, one in zip(seen, opened, strict=True)}


def _contact(given: Requester, row: Demand, name: str, phone: str, email: str) -> ContactCard:
    return ContactCard(name, phone, email, tuple(given.groups), row.anonymous, row.secret)


def can_be_called(demand_id: int) -> bool:
    """Whether a phone or an address was left with a demand that is not anonymous; which one stays closed."""
    given = Requester.objects.filter(demand=demand_id, demand__anonymous=False)
    return given.exclude(phone="", email="").exists()


def calls_of(phone: str, *, by: Actor) -> list[DemandCard]:
    """What this phone asked before, newest first, for a call-taker who has the caller on the line."""
    access.require_somewhere(by, "intake.contact")
    digits = clean_phone(phone)
    if len(digits) < SHORTEST_PHONE:
        return []
    rows = _visible(by).filter(requester__phone_hash=sealing.lookup_hash(digits)).order_by("-received_at")
    visible = [row for row in rows[:CALLS_SHOWN] if not row.secret or may_see_contact(row, by)]
    audit.record(by, "intake.calls", "requester", found=len(visible))
    return [demand_card(row, hide_secret=True) for row in visible]


def visible_row(demand_id: int, *, by: Actor, tracked: Collection[int] = ()) -> Demand:
    row = (
        Demand.objects.select_related("words", "requester")
        .prefetch_related("orders", "photos", "supplements", "judged", "parts")
        .filter(pk=demand_id)
        .first()
    )
    if row is None or not (row.id in tracked or is_requester(row, by) or _allowed(row, "intake.read", by)):
        raise NotFound(what=_("Demand %(id)s") % {"id": demand_id})
    return row


def is_requester(row: Demand, by: Actor) -> bool:
    given = getattr(row, "requester", None)
    return by.kind is ActorKind.CITIZEN and given is not None and given.phone_hash == by.id != ""


def may_see_contact(row: Demand, by: Actor) -> bool:
    return _allowed(row, "intake.contact", by)


def _allowed(row: Demand, permission: str, by: Actor) -> bool:
    if access.allows(by, permission, unit=row.unit, area=row.area):
        return True
    others = {"", *(order.unit for order in row.orders.all())}
    return any(access.allows(by, permission, unit=unit, area=row.area) for unit in others)


def _visible(by: Actor) -> QuerySet[Demand]:
    """The demands that any of the actor's grants covers, in the database's own words."""
    covered = Q()
    for grant in access.scopes(by, "intake.read"):
        if grant.role == access.PLATFORM or not (grant.unit or grant.area):
            return Demand.objects.all()
        part = Q(area__startswith=access.area_prefix(grant.area)) if grant.area else Q()
        if grant.unit:
            part &= Q(Exists(DemandOrder.objects.filter(demand=OuterRef("pk"), unit=grant.unit)))
        covered |= part
    return Demand.objects.filter(covered) if covered else Demand.objects.none()


def _with_words(rows: QuerySet[Demand], words: str, by: Actor) -> QuerySet[Demand]:
    words = words.replace("\x00", "").strip()[:200]
    if not words:
        return rows
    if code := codes.read_public_code(words):
        return rows.filter(public_code=code)
    digits = words.lstrip("+").replace(" ", "").replace("-", "")
    if digits.isdigit() and len(digits) >= SHORTEST_PHONE and access.allows_somewhere(by, "intake.contact"):
        try:
            return rows.filter(requester__phone_hash=sealing.lookup_hash(clean_phone(words)), secret=False)
        except Refused:
            return rows.none()
    return word_index.holding(rows.filter(secret=False), words)


def _page(rows: QuerySet[Demand], after: int | None, limit: int) -> DemandPage:
    last = Demand.objects.filter(pk=after).values_list("received_at", flat=True).first() if after else None
    if last is not None:
        rows = rows.filter(Q(received_at__lt=last) | Q(received_at=last, id__lt=after))
    found = list(rows.order_by("-received_at", "-id")[: limit + 1])
    items = tuple(demand_card(row, hide_secret=True) for row in found[:limit])
    return DemandPage(items, items[-1].id if len(found) > limit else None)


def demand_card(
    row: Demand, *, full: bool = False, with_reading: bool = False, hide_secret: bool = False
) -> DemandCard:
    """The card of a row. Photos and supplements are shown when they were prefetched, so that lists stay cheap.

    hide_secret: a secret demand's words, even masked, can tell who wrote them, so its card shows none.
    """
    loaded: Collection[str] = getattr(row, "_prefetched_objects_cache", {})
    own = originals.words_of(row) if full else None
    title, text = own or _masked_words(row, hide_secret and not full)
    return DemandCard(
        id=row.id,
        public_code=row.public_code,
        channel=row.channel,
        source_level=row.source_level,
        kind=row.kind,
        category=row.category,
        area=row.area,
        place=row.place,
        lat=row.lat,
        lng=row.lng,
        title=title,
        text=text,
        masked=own is None,
        urgency=row.urgency,
        flags=tuple(row.flags),
        anonymous=row.anonymous,
        secret=row.secret,
        received_at=row.received_at,
        status=row.status,
        outcome=row.outcome,
        unit=row.unit,
        due_at=row.due_at,
        same_as=row.same_as_id,
        language=row.language,
        photos=tuple(photo_card(photo) for photo in row.photos.all()) if "photos" in loaded else (),
        suggestions=tuple(_suggestions(row)) if with_reading and "judged" in loaded else (),
        supplements=tuple(_supplements(row, full, hide_secret)) if "supplements" in loaded else (),
        enterprise="" if hide_secret and row.secret else row.enterprise,
        tags=tuple(row.tags),
        synthetic=row.synthetic,
        split_into=tuple((one.id, one.public_code) for one in row.parts.all()) if "parts" in loaded else (),
    )


def photo_card(photo: Photo) -> PhotoCard:
    return PhotoCard(photo.id, photo.width, photo.height, photo.size_bytes)


def _masked_words(row: Demand, hide_secret: bool) -> tuple[str, str]:
    if row.secret and hide_secret:
        return _("Confidential report"), ""
    return row.title, row.text


def _supplements(row: Demand, full: bool, hide_secret: bool) -> Iterable[SupplementCard]:
    if row.secret and hide_secret and not full:
        return
    added = list(row.supplements.all())
    own = originals.supplements_of(row, added) if full else [None] * len(added)
    for one, words in zip(added, own, strict=True):
        yield SupplementCard(one.text if words is None else words, one.by, one.at)


def _suggestions(row: Demand) -> Iterable[SuggestionCard]:
    judged: dict[str, JudgedSuggestion] = {one.field: one for one in row.judged.all()}
    reading = row.words.reading
    for field, found in reading.get("fields", {}).items():
        options = tuple(_option(one) for one in found)
        if not options:
            continue
        verdict = judged.get(field)
        yield SuggestionCard(
            field,
            options[0].value,
            options[0].confidence,
            options[0].reasons,
            str(reading.get("version", "")),
            options,
            verdict.chosen if verdict else "",
            verdict.accepted if verdict else None,
        )


def _option(kept: Sequence[object]) -> SuggestionOption:
    value, ppm, reasons = kept
    words = tuple(str(word) for word in reasons) if isinstance(reasons, list) else ()
    return SuggestionOption(str(value), float(str(ppm)) / _CONFIDENT_PPM, words)
