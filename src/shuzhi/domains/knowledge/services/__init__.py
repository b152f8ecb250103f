"""The only entrance to knowledge."""

from shuzhi.domains.knowledge.services.finding import cite_article, find_articles
from shuzhi.domains.knowledge.services.importing import import_articles
from shuzhi.domains.knowledge.services.reading import count_to_do, get_article, list_articles
from shuzhi.domains.knowledge.services.writing import LABELS, review_article, write_article

__all__ = [
    "LABELS",
    "cite_article",
    "count_to_do",
    "find_articles",
    "get_article",
    "import_articles",
    "list_articles",
    "review_article",
    "write_article",
]
