"""Answers of the county for other systems: assistants, counters, the hotline's own desk."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from shuzhi.domains.knowledge import services
from shuzhi.domains.knowledge.cards import ArticlePage, FoundArticle
from shuzhi.spine.schemas import Id

router = Router(tags=["knowledge"])


class Asked(Schema):
    """A question, and the category and area of the demand that asks it, where known."""

    question: Annotated[str, Field(max_length=2000)]
    category: Annotated[str, Field(max_length=12)] = ""
    area: Annotated[str, Field(max_length=20)] = ""
    top: Annotated[int, Field(ge=1, le=20)] = 5


@router.get("/knowledge/articles", response=list[FoundArticle])
def find_articles(request: HttpRequest, asked: Query[Asked]) -> list[FoundArticle]:
    """Articles in force that answer a question, best first."""
    return services.find_articles(**asked.dict(), by=request.actor)  # type: ignore[attr-defined]


@router.get("/knowledge/articles/{article_id}", response=ArticlePage)
def get_article(request: HttpRequest, article_id: Id) -> ArticlePage:
    """One article with every version."""
    return services.get_article(article_id, by=request.actor)  # type: ignore[attr-defined]
