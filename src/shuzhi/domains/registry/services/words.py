"""What about: the category tree, other words for the same thing, and the sentences that replies begin with."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import CategoryCard
from shuzhi.domains.registry.models import Area, Category, Place, ReplyTemplate, Synonyms
from shuzhi.engines.text import SynonymGroup, Thesaurus, builtin_synonyms
from shuzhi.spine.errors import NotFound


def _load() -> dict[str, CategoryCard]:
    cards: dict[str, CategoryCard] = {}
    for row in Category.objects.order_by("level", "code"):
        above = cards.get(row.parent)
        path = (*above.path, row.name) if above else (row.name,)
        path_en = (*above.path_en, row.name_en) if above else (row.name_en,)
        cards[row.code] = CategoryCard(
            row.code, row.name, row.name_en, row.parent, row.level, tuple(row.keywords), path, path_en
        )
    return dict(sorted(cards.items()))


def _load_synonyms() -> tuple[SynonymGroup, ...]:
    own = {
        row.code: SynonymGroup(row.code, row.name, row.name_en, tuple(row.words))
        for row in Synonyms.objects.order_by("code")
    }
    groups = {group.code: group for group in builtin_synonyms()} | own
    return tuple(group for group in groups.values() if group.words)


def _load_thesaurus() -> Thesaurus:
    named = {word for card in _categories().values() for word in (card.name, *card.keywords)}
    for model in (Area, Place):
        named.update(model.objects.values_list("name", flat=True))
    return Thesaurus(_synonyms(), named)


_synonyms = versions.Cached(_load_synonyms, versions.WORDS)
_thesaurus = versions.Cached(_load_thesaurus, versions.WORDS)
_categories = versions.Cached(_load, versions.WORDS)
_templates = versions.Cached(
    lambda: tuple(ReplyTemplate.objects.order_by("code").values_list("text", flat=True)), versions.WORDS
)


def categories(*, parent: str = "", level: int = 0, search: str = "") -> list[CategoryCard]:
    """Categories in the order of their codes. search: part of a name, a code, or one of its keywords."""
    wanted = search.strip().casefold()
    return [
        card
        for card in _categories().values()
        if (not parent or card.parent == parent)
        and (not level or card.level == level)
        and (
            not wanted or wanted in "\n".join((card.code, card.name, card.name_en, *card.keywords)).casefold()
        )
    ]


def category_cards() -> Mapping[str, CategoryCard]:
    """All categories by code, for whoever looks up many."""
    return _categories()


def get_category(code: str) -> CategoryCard:
    card = _categories().get(code)
    if card is None:
        raise NotFound(what=_("Category %(code)s") % {"code": code})
    return card


def words_version() -> int:
    """Another number whenever categories, keywords, synonyms, areas or places change: what readers of words are cached by."""
    return versions.current(versions.WORDS)


def reply_templates() -> list[str]:
    """Texts of the county's reply templates; {name} marks what the handler fills in."""
    return list(_templates())


def synonyms() -> tuple[SynonymGroup, ...]:
    """Groups of words for one thing: those that come with the program, replaced code by code by the county's own."""
    return _synonyms()


def thesaurus() -> Thesaurus:
    """Which other words to look for: synonyms, and names of the county that somebody spells in pinyin."""
    return _thesaurus()
