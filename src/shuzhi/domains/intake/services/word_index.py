"""Finds demands by their masked words: a full-text index beside the table, on SQLite (FTS5) and on PostgreSQL (GIN).

Confidential demands are not in it. It has no model, because Django knows neither kind of index; what it holds follows
from the demands, and `rebuild` makes it again.
"""

from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from shuzhi.domains.intake.models import Demand
from shuzhi.domains.registry import services as registry
from shuzhi.engines.text import index_terms, query_terms, stretches
from shuzhi.spine import access
from shuzhi.spine.actors import Actor

# Words that more demands than this hold are looked for along the order of the list, others among the demands that
# hold them: a list shows a page at a time, and each way is slow where the other is fast.
FREQUENT = 3_000
_CHUNK = 2_000
_SHARING_AT_MOST = 60
_SPELT_AT_MOST = 40  # words that a few letters may stand for

_ADD = {
    "sqlite": "INSERT INTO intake_wordindex (rowid, terms) VALUES (%s, %s)",
    "postgresql": "INSERT INTO intake_wordindex (demand_id, terms) VALUES (%s, %s::tsvector) ON CONFLICT DO NOTHING",
}
_REMOVE = {
    "sqlite": "INSERT INTO intake_wordindex (intake_wordindex, rowid, terms) VALUES ('delete', %s, %s)",
    "postgresql": "DELETE FROM intake_wordindex WHERE demand_id = %s",
}
_FIND = {
    "sqlite": "SELECT rowid FROM intake_wordindex WHERE intake_wordindex MATCH %s",
    "postgresql": "SELECT demand_id FROM intake_wordindex WHERE terms @@ %s::tsquery",
}
_EMPTY = {
    "sqlite": "INSERT INTO intake_wordindex (intake_wordindex) VALUES ('delete-all')",
    "postgresql": "DELETE FROM intake_wordindex",
}


def add(demands: Iterable[tuple[int, str, str, str]]) -> None:
    """Index demands inside the caller's transaction: each with its id, masked title, masked text and masked place."""
    rows = [(demand_id, _document(_said(title, text, place))) for demand_id, title, text, place in demands]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD[connection.vendor], rows)


def replace(before: tuple[int, str, str, str], after: tuple[int, str, str, str]) -> None:
    """Index one demand by other words. before: as it is indexed now; the index of SQLite needs it to forget them."""
    demand_id, *words = before
    document = [_document(_said(*words))] if connection.vendor == "sqlite" else []
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE[connection.vendor], [demand_id, *document])
    add([after])


def holding(rows: QuerySet[Demand], words: str) -> QuerySet[Demand]:
    """Those of the demands that hold every one of the words; none when there is nothing to look for.

    Letters also find the Chinese words that they spell in pinyin.
    """
    wanted = [[terms, *_spelt(terms)] for terms in query_terms(words)]
    if not wanted:
        return rows.none()
    find, query = _FIND[connection.vendor], _query(wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({find} LIMIT {FREQUENT}) AS found", [query])  # noqa: S608
        frequent = cursor.fetchone()[0] == FREQUENT
    found = RawSQL(find, [query])  # noqa: S611  (a constant statement; what was asked for is its parameter)
    # A sum is no column: so the database cannot begin with the many that were found and must go along the list.
    return rows.alias(number=F("id") + 0).filter(number__in=found) if frequent else rows.filter(id__in=found)


def sharing_stretches(rows: QuerySet[Demand], text: str) -> QuerySet[Demand]:
    """Those of the demands that share a whole stretch with a text, at most 60: among them are its near copies."""
    found = stretches(text)
    if not found:
        return rows.none()
    find = f"{_FIND[connection.vendor]} LIMIT {_SHARING_AT_MOST}"
    with connection.cursor() as cursor:
        cursor.execute(find, [_any_of(found)])
        return rows.filter(pk__in=[number for (number,) in cursor.fetchall()])


@transaction.atomic
def rebuild(*, on_progress: Callable[[int], None] = lambda _indexed: None, by: Actor) -> int:
    """Make the index again from the demands; people search as before until it is done. Returns how many are in it."""
    access.require(by, "spine.outbox")
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY[connection.vendor])
    rows = Demand.objects.filter(secret=False).order_by("id").values_list("id", "title", "text", "place")
    last = indexed = 0
    while chunk := list(rows.filter(id__gt=last)[:_CHUNK]):
        add(chunk)
        last, indexed = chunk[-1][0], indexed + len(chunk)
        on_progress(indexed)
    return indexed


def _said(title: str, text: str, place: str) -> str:
    """Words once: most titles are how the text begins."""
    return "\n".join((text, place) if text.startswith(title) else (title, text, place))


def _document(words: str) -> str:
    """The terms as the index takes them. They are letters and digits only, so nothing in them needs quoting."""
    terms = index_terms(words)
    if connection.vendor == "sqlite":
        return " ".join(terms)
    places: dict[str, list[str]] = {}
    for at, term in enumerate(terms, start=1):
        places.setdefault(term, []).append(str(at))
    return " ".join(f"{term}:{','.join(at)}" for term, at in places.items())


def _any_of(sequences: list[list[str]]) -> str:
    if connection.vendor == "sqlite":
        return " OR ".join(f'"{" ".join(terms)}"' for terms in sequences)
    return " | ".join(f"({' <-> '.join(terms)})" for terms in sequences)


def _spelt(terms: list[str]) -> list[list[str]]:
    words = registry.thesaurus().spelt(" ".join(terms))[:_SPELT_AT_MOST]
    return [found for word in words for found in query_terms(word)]


def _query(wanted: list[list[list[str]]]) -> str:
    """wanted: sequences of terms of which each must occur in one of its spellings."""
    if connection.vendor == "sqlite":
        phrases = ((f'"{" ".join(terms)}" *' for terms in spellings) for spellings in wanted)
        return " AND ".join(f"({' OR '.join(one)})" for one in phrases)
    phrases = ((f"({' <-> '.join(terms)}:*)" for terms in spellings) for spellings in wanted)
    return " & ".join(f"({' | '.join(one)})" for one in phrases)
