"""An article is written by one person and approved by another; every version stays."""

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.knowledge.cards import ArticleCard, ArticleWords
from shuzhi.domains.knowledge.models import Article, ArticleVersion
from shuzhi.domains.knowledge.refusals import NothingWaits, SamePersonWrote, VersionWaits
from shuzhi.domains.knowledge.services.reading import card_of, load
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, Refused
from shuzhi.spine.events import ArticleReviewed, ArticleWritten
from shuzhi.spine.outbox import announce

LABELS = {
    "title": gettext_lazy("Title"),
    "title_en": gettext_lazy("Title in English"),
    "question": gettext_lazy("What people ask"),
    "answer": gettext_lazy("Answer"),
    "basis": gettext_lazy("Legal basis"),
    "category": gettext_lazy("Category"),
    "area": gettext_lazy("Area"),
    "unit": gettext_lazy("Unit responsible"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_to": gettext_lazy("Valid until"),
    "review_on": gettext_lazy("Review by"),
    "because": gettext_lazy("Reason"),
}
MOST_CHARACTERS = {
    "title": 120,
    "title_en": 160,
    "question": 500,
    "answer": 5000,
    "basis": 500,
    "because": 500,
}
_CODE_CHARACTERS = 24
_MUST = ("title", "question", "answer")


@transaction.atomic
def write_article(
    words: ArticleWords,
    *,
    article_id: int | None = None,
    code: str = "",
    because: str = "",
    synthetic: bool = False,
    by: Actor,
) -> ArticleCard:
    """Write an article, or the next version of one; it is used once a second person has approved it.

    code: of a new article; made up when empty.   because: what changes and why.
    Raises InvalidInput naming the field, VersionWaits while another version waits for review.
    """
    access.require_somewhere(by, "knowledge.write")
    checked = check_words(words)
    access.require(by, "knowledge.write", unit=checked.unit, area=checked.area)
    if article_id is None:
        article = Article.objects.create(code=_new_code(code), synthetic=synthetic)
    else:
        article = load(article_id, lock=True)
        if waiting := article.versions.filter(state="waiting").first():
            raise VersionWaits(number=waiting.number)
    version = ArticleVersion.objects.create(
        article=article,
        number=1 + (article.versions.aggregate(last=Max("number"))["last"] or 0),
        state="waiting",
        because=_clean(because, "because"),
        written_by=by.reference,
        written_by_label=by.label,
        written_at=clock.now(),
        **vars(checked),
    )
    announce(ArticleWritten(article_id=article.pk, version=version.number), by=by)
    return card_of(article)


@transaction.atomic
def review_article(article_id: int, *, approve: bool, because: str = "", by: Actor) -> ArticleCard:
    """A second person approves the version that waits, which then is the article, or declines it with a reason."""
    access.require_somewhere(by, "knowledge.review")
    article = load(article_id, lock=True)
    version = article.versions.filter(state="waiting").first()
    if version is None:
        raise NothingWaits
    access.require(by, "knowledge.review", unit=version.unit, area=version.area)
    if version.written_by == by.reference:
        raise SamePersonWrote
    version.remark = _clean(because, "because")
    if not approve and not version.remark:
        raise _wrong("because", _("say what must change before it can be approved"))
    version.reviewed_by, version.reviewed_by_label, version.reviewed_at = by.reference, by.label, clock.now()
    version.state = "current" if approve else "declined"
    if approve:
        article.versions.filter(state="current").update(state="former")
        article.current = version
        article.save(update_fields=["current"])
    version.save()
    announce(
        ArticleReviewed(article_id=article.pk, version=version.number, approved=approve),
        by=by,
    )
    return card_of(article)


def check_words(words: ArticleWords) -> ArticleWords:
    """The words without control characters, with codes that the registry knows and days in order."""
    cleaned = replace(
        words,
        title=_clean(words.title, "title"),
        title_en=_clean(words.title_en, "title_en"),
        question=_clean(words.question, "question"),
        answer=_clean(words.answer, "answer"),
        basis=_clean(words.basis, "basis"),
    )
    for name in _MUST:
        if not getattr(cleaned, name):
            raise _wrong(name, _("it is empty"))
    _known("category", registry.get_category, cleaned.category)
    _known("unit", registry.get_unit, cleaned.unit)
    if cleaned.area:
        _known("area", registry.get_area, cleaned.area)
    if cleaned.valid_to and cleaned.valid_to < cleaned.valid_from:
        raise _wrong("valid_to", _("it lies before the first day"))
    return cleaned


def _wrong(name: str, why: str) -> InvalidInput:
    return InvalidInput(field=str(LABELS[name]), key=name, why=why)


def _known(name: str, find: Callable[[str], object], code: str) -> None:
    try:
        find(code)
    except Refused:
        raise _wrong(name, _("the registry has no %(code)s") % {"code": code or "–"}) from None


def _clean(words: str, name: str) -> str:
    """Without control characters (line breaks stay) and blanks around. Raises InvalidInput when too long."""
    kept = "".join(
        letter for letter in words if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()
    most = MOST_CHARACTERS[name]
    if len(kept) > most:
        raise _wrong(name, _("shorten it to %(most)s characters") % {"most": f"{most:,}"})
    return kept


def _new_code(wanted: str) -> str:
    """The wanted code, or one that nobody has: A and eight hexadecimal digits."""
    if not wanted:
        return f"A{secrets.token_hex(4)}"
    if len(wanted) > _CODE_CHARACTERS or not wanted.isascii() or not wanted.isalnum():
        raise InvalidInput(field=_("Code"), key="code", why=_("use up to 24 letters and digits"))
    return wanted
