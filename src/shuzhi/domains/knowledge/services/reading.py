"""Reading articles: one whole, lists by what a person looks after."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.knowledge.cards import ArticleCard, ArticlePage, ArticleWords, VersionCard
from shuzhi.domains.knowledge.models import Article, ArticleVersion
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

_WORDS = tuple(ArticleWords.__dataclass_fields__)


def get_article(article_id: int, *, by: Actor) -> ArticlePage:
    """One article with every version."""
    access.require_somewhere(by, "knowledge.read")
    article = load(article_id)
    versions = tuple(_version(row) for row in article.versions.order_by("-number"))
    waiting = next((one for one in versions if one.state == "waiting"), None)
    return ArticlePage(
        article=card_of(article),
        versions=versions,
        waiting=waiting,
        may_review=waiting is not None and _may_review(article, waiting.words, by),
    )


def _may_review(article: Article, words: ArticleWords, by: Actor) -> bool:
    wrote = article.versions.filter(state="waiting", written_by=by.reference).exists()
    return not wrote and access.allows(by, "knowledge.review", unit=words.unit, area=words.area)


def list_articles(*, show: str = "", category: str = "", unit: str = "", by: Actor) -> list[ArticleCard]:
    """Articles in the order of their codes.

    show: "" all, "overdue" those whose review date has passed, the longest first, "waiting" those with a version for
    a second person.   category: a code, with everything below it.
    """
    access.require_somewhere(by, "knowledge.read")
    rows = _rows()
    if category:
        rows = rows.filter(
            Q(current__category__startswith=category)
            | Q(current=None, versions__category__startswith=category)
        ).distinct()
    if unit:
        rows = rows.filter(Q(current__unit=unit) | Q(current=None, versions__unit=unit)).distinct()
    if show == "waiting":
        waiting = ArticleVersion.objects.filter(state="waiting")
        rows = rows.filter(pk__in=waiting.values("article"))
    elif show == "overdue":
        rows = rows.filter(current__review_on__lt=clock.today()).order_by("current__review_on", "code")
    return _cards(rows)


def count_to_do(*, by: Actor) -> dict[str, int]:
    """How many articles wait for a second person, and how many are overdue for review."""
    access.require_somewhere(by, "knowledge.read")
    return {
        "waiting": ArticleVersion.objects.filter(state="waiting").count(),
        "overdue": ArticleVersion.objects.filter(state="current", review_on__lt=clock.today()).count(),
    }


def load(article_id: int, *, lock: bool = False) -> Article:
    rows = Article.objects.select_for_update() if lock else Article.objects.all()
    article = rows.filter(pk=article_id).first()
    if article is None:
        raise NotFound(what=_("Article %(id)s") % {"id": article_id})
    return article


def card_of(article: Article) -> ArticleCard:
    return _cards(_rows().filter(pk=article.pk))[0]


def cards_in_force() -> list[ArticleCard]:
    """Every article that may be cited today."""
    today = clock.today()
    return [one for one in _cards(_rows().exclude(current=None)) if _valid(one.words, today)]


def _rows() -> QuerySet[Article]:
    return (
        Article.objects.select_related("current")
        .annotate(
            cited=Count("uses", distinct=True),
            waits=Count("versions", filter=Q(versions__state="waiting"), distinct=True),
        )
        .order_by("code")
    )


def _cards(rows: Iterable[Article]) -> list[ArticleCard]:
    today = clock.today()
    found = list(rows)
    unborn = ArticleVersion.objects.filter(article__in=[one.pk for one in found if one.current is None])
    first = {row.article_id: row for row in unborn.order_by("number")}
    return [_card(one, one.current or first[one.pk], today) for one in found]


def _card(article: Article, version: ArticleVersion, today: date) -> ArticleCard:
    words = _words(version)
    reviewed = article.current is not None
    return ArticleCard(
        id=article.pk,
        code=article.code,
        version=version.number,
        words=words,
        uses=article.cited,  # type: ignore[attr-defined]
        in_force=reviewed and _valid(words, today),
        overdue=reviewed and words.review_on < today,
        waiting=article.waits > 0,  # type: ignore[attr-defined]
        synthetic=article.synthetic,
    )


def _valid(words: ArticleWords, today: date) -> bool:
    return words.valid_from <= today and (words.valid_to is None or today <= words.valid_to)


def _words(row: ArticleVersion) -> ArticleWords:
    return ArticleWords(**{name: getattr(row, name) for name in _WORDS})


def _version(row: ArticleVersion) -> VersionCard:
    return VersionCard(
        number=row.number,
        state=row.state,
        words=_words(row),
        because=row.because,
        written_by=row.written_by_label or row.written_by,
        written_at=row.written_at,
        remark=row.remark,
        reviewed_by=row.reviewed_by_label or row.reviewed_by,
        reviewed_at=row.reviewed_at,
    )
