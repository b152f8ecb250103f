"""Articles for a question, by the text engine, and the note of who cited which."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import transaction

from shuzhi.domains.knowledge.cards import ArticleCard, FoundArticle
from shuzhi.domains.knowledge.models import Article, ArticleUse
from shuzhi.domains.knowledge.services.reading import card_of, cards_in_force, load
from shuzhi.domains.registry import services as registry
from shuzhi.engines.text import Document, DocumentIndex
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound
from shuzhi.spine.events import ArticleCited, WorkOrderId
from shuzhi.spine.outbox import announce

MOST_CHARACTERS = 2000  # of a question: what a person asks stands well before
_LOOKED_AT = 20
_SAME_CATEGORY = 1.5
"""How much more an article counts whose category (two levels) is that of the demand."""
_NEAR_BEST = 0.45
"""Share of the best score below which an article is about something else."""


@dataclass(frozen=True)
class _Shelf:
    """The articles in force on a day, ready to be searched. Their cards are as of then: uses may have grown since."""

    articles: dict[str, ArticleCard]
    index: DocumentIndex


def find_articles(
    question: str, *, category: str = "", area: str = "", top: int = 5, by: Actor
) -> list[FoundArticle]:
    """Articles in force that answer a question, best first.

    category: of the demand, which articles of the same one are preferred for.   area: articles for other areas are
    left out.
    """
    access.require_somewhere(by, "knowledge.read")
    shelf = _shelf_now()
    hits = shelf.index.search(question[:MOST_CHARACTERS], top=_LOOKED_AT)
    found = [
        FoundArticle(article, hit.score * _preference(article, category), hit.reasons)
        for hit in hits
        if _serves(article := shelf.articles[hit.id], area)
    ]
    found.sort(key=lambda one: -one.score)
    return [one for one in found if one.score >= _NEAR_BEST * found[0].score][:top]


@transaction.atomic
def cite_article(article_id: int, *, order_id: int, by: Actor) -> ArticleCard:
    """Note that an article is cited in an answer for an order; once for each order, however often it is redrafted."""
    access.require_somewhere(by, "knowledge.read")
    article = load(article_id)
    card = card_of(article)
    if not card.in_force:
        raise NotFound(what=card.code)
    _use, fresh = ArticleUse.objects.get_or_create(
        article=article,
        order_id=order_id,
        defaults={"version": card.version, "used_by": by.reference, "used_at": clock.now()},
    )
    if fresh:
        announce(
            ArticleCited(article_id=article.pk, version=card.version, order_id=WorkOrderId(order_id)), by=by
        )
    return card_of(article)


def _shelf_now() -> _Shelf:
    versions = Article.objects.exclude(current=None).order_by("pk").values_list("code", "current_id")
    return _shelf(tuple(versions), registry.words_version(), clock.today())


@lru_cache(maxsize=1)
def _shelf(_versions: tuple[tuple[str, int | None], ...], _words: int, _today: date) -> _Shelf:
    """Built anew when other versions are in force, when words of the county change, and at midnight."""
    articles = {str(one.id): one for one in cards_in_force()}
    documents = [
        Document(key, one.words.title, "\n".join((one.words.question, one.words.answer, one.words.title_en)))
        for key, one in articles.items()
    ]
    return _Shelf(articles, DocumentIndex(documents, thesaurus=registry.thesaurus()))


def _preference(article: ArticleCard, category: str) -> float:
    return _SAME_CATEGORY if category and article.words.category[:4] == category[:4] else 1.0


def _serves(article: ArticleCard, area: str) -> bool:
    home = article.words.area
    return not home or not area or area.startswith(access.area_prefix(home))
