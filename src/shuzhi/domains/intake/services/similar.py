"""Earlier demands about the same matter: candidates by index, order by the text engine."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Count, QuerySet

from shuzhi.domains.intake.cards import SimilarCard
from shuzhi.domains.intake.kinds import FINAL_STATUSES
from shuzhi.domains.intake.models import Demand
from shuzhi.domains.intake.services import word_index
from shuzhi.domains.intake.services.hiding import hide_people
from shuzhi.domains.intake.services.vocabulary import vocabulary
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine
from shuzhi.spine import access, clock

MOST_CANDIDATES = 300
PROBABLY_THE_SAME = 0.1
"""Asking "is it the same?" from this score on leaves out 69 of 100 other matters and 2 of 100 that are the same."""
COMPARED_CHARACTERS = 160  # of each candidate: what a matter is stands at the head of a message
CELLS_PER_DEGREE = 100  # about 1.1 km from south to north
EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG 1980
_CELLS_AROUND = 360 * CELLS_PER_DEGREE
_WHOLE_CODE = 12
_GRID_DIGITS = 3  # which a grid adds to the code of its community


def cell_of(lat: float | None, lng: float | None) -> int | None:
    """The number of the square of 0.01 degrees that holds a point; None without a point."""
    if lat is None or lng is None:
        return None
    return _row_of(lat) * _CELLS_AROUND + _column_of(lng)


def find_similar(
    text: str,
    *,
    area: str = "",
    lat: float | None = None,
    lng: float | None = None,
    days: int = 30,
    top: int = 5,
    least: float = 0.0,
) -> list[SimilarCard]:
    """Earlier demands of the last days that may be the same matter, best first; words masked, secret ones left out.

    area: where to look, a 12-digit code with everything below it; lat, lng: degrees, look within about 1 km too.
    Without either, where the text itself says that it was; else the newest of the whole county are compared.
    At most 300 candidates, and 60 more that share whole stretches with the text wherever they are, all found by index.
    least: the score that a demand needs.
    """
    recent = _recent(days)
    where = (area, lat, lng) if area or lat is not None else _named_place(text)
    near = {row.pk: row for row in _candidates(recent, *where)}
    copies = {row.pk: row for row in word_index.sharing_stretches(recent, text)}
    ranked = [one for one in _ranked(text, near | copies, top) if one[1] >= least]
    people = _people([row.pk for row, _score, _shared in ranked])
    found = [_card(row, score, shared, people, lat, lng) for row, score, shared in ranked]
    return [
        replace(one, near_copy=one.id in copies and text_engine.is_near_copy(text, copies[one.id].text))
        for one in found
    ]


def _named_place(text: str) -> tuple[str, float | None, float | None]:
    """Area and point of the place that a text names most certainly; nothing where it names none."""
    known = vocabulary()
    for named in known.reader.read(text).places:
        place = known.places[named.value]
        if place.area in known.areas:
            return place.area, place.lat, place.lng
    return "", None, None


def find_answered(text: str, *, category: str, top: int = 3) -> list[SimilarCard]:
    """Closed demands of the same category whose matter was solved, the likest first; words masked, secret ones left out.

    At most the 300 newest of the category are compared.
    """
    if not category:
        return []
    solved = Demand.objects.filter(category=category, outcome="solved", status="closed", secret=False)
    ranked = _ranked(text, _newest(solved.order_by("-received_at"), MOST_CANDIDATES), top)
    return [_card(row, score, shared, {}, None, None) for row, score, shared in ranked]


def _ranked(text: str, rows: dict[int, Demand], top: int) -> list[tuple[Demand, float, tuple[str, ...]]]:
    """The demands most like the text, each with how much and by which words."""
    texts = [(str(key), f"{row.title}\n{row.text[:COMPARED_CHARACTERS]}") for key, row in rows.items()]
    ranked = text_engine.rank_similar(text, texts, top=top, others=registry.thesaurus().others(text))
    return [(rows[int(key)], score, shared) for key, score, shared in ranked]


def _card(
    row: Demand,
    score: float,
    shared: tuple[str, ...],
    people: dict[int, int],
    lat: float | None,
    lng: float | None,
) -> SimilarCard:
    return SimilarCard(
        id=row.pk,
        # Strangers read this: names in free words go, too, and the place is the area, not the door.
        title=hide_people(row.title),
        place=vocabulary().name_of_area(row.area),
        distance_m=_distance_m(lat, lng, row),
        score=score,
        shared_words=shared,
        status=row.status,
        people=1 + people.get(row.pk, 0),
        received_at=row.received_at,
    )


def _recent(days: int) -> QuerySet[Demand]:
    return (
        Demand.objects.filter(received_at__gte=clock.now() - timedelta(days=days), same_as=None, secret=False)
        .exclude(status__in=FINAL_STATUSES)
        .defer("flags", "query_code_hash", "idempotency_key")
        .order_by("-received_at")
    )


def _candidates(
    recent: QuerySet[Demand], area: str, lat: float | None, lng: float | None
) -> Iterable[Demand]:
    found: dict[int, Demand] = {}
    if lat is not None and lng is not None:
        found |= _newest(recent.filter(cell__in=_cells_around(lat, lng)), MOST_CANDIDATES)
    if area and len(found) < MOST_CANDIDATES:
        found |= _newest(_in_area(recent, area), MOST_CANDIDATES - len(found))
    if not found and not area and lat is None:
        found = _newest(recent, MOST_CANDIDATES)
    return found.values()


def _in_area(rows: QuerySet[Demand], area: str) -> QuerySet[Demand]:
    """A community is found by the index on area and time; a larger area by the one on time, which most rows pass."""
    prefix = access.area_prefix(area)
    if len(prefix) < _WHOLE_CODE:
        return rows.filter(area__startswith=prefix)
    return rows.filter(area__gte=prefix, area__lte=prefix + "9" * _GRID_DIGITS)


def _newest(rows: QuerySet[Demand], most: int) -> dict[int, Demand]:
    return {row.pk: row for row in rows[:most]}


def _people(demand_ids: list[int]) -> dict[int, int]:
    """How many later voices each demand has."""
    rows = Demand.objects.filter(same_as__in=demand_ids).values_list("same_as").annotate(voices=Count("id"))
    return dict(rows.order_by())


def _cells_around(lat: float, lng: float) -> list[int]:
    row, column = _row_of(lat), _column_of(lng)
    return [
        (row + up) * _CELLS_AROUND + (column + aside) % _CELLS_AROUND
        for up in (-1, 0, 1)
        for aside in (-1, 0, 1)
    ]


def _row_of(lat: float) -> int:
    return math.floor((lat + 90) * CELLS_PER_DEGREE)


def _column_of(lng: float) -> int:
    return math.floor((lng + 180) * CELLS_PER_DEGREE) % _CELLS_AROUND


def _distance_m(lat: float | None, lng: float | None, row: Demand) -> int | None:
    """Great-circle distance by the haversine formula."""
    if lat is None or lng is None or row.lat is None or row.lng is None:
        return None
    north, south = math.radians(lat), math.radians(row.lat)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(lng - row.lng) / 2) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(half)))
