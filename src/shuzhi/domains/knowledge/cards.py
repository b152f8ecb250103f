"""What the world sees of the knowledge base."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class ArticleWords:
    """What a person writes into an article. category, unit: codes of the registry; area: "" for the whole city."""

    title: str
    question: str
    answer: str
    category: str
    unit: str
    valid_from: date
    review_on: date
    title_en: str = ""
    basis: str = ""
    area: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class ArticleCard:
    """An article as it stands; of one that never passed review, what waits.

    uses: orders for which it was cited.   in_force: reviewed, and valid today.   overdue: its review date has passed.
    waiting: a version waits for a second person.
    """

    id: int
    code: str
    version: int
    words: ArticleWords
    uses: int
    in_force: bool
    overdue: bool
    waiting: bool
    synthetic: bool

    @property
    def citation(self) -> str:
        """The source as a reply names it."""
        return f"《{self.words.title}》（{self.code}，v{self.version}）"


@dataclass(frozen=True, kw_only=True)
class VersionCard:
    number: int
    state: str
    words: ArticleWords
    because: str
    written_by: str
    written_at: datetime
    remark: str
    reviewed_by: str
    reviewed_at: datetime | None


@dataclass(frozen=True)
class ArticlePage:
    """One article whole: every version, newest first, and the one that waits, if any."""

    article: ArticleCard
    versions: tuple[VersionCard, ...]
    waiting: VersionCard | None
    may_review: bool


@dataclass(frozen=True)
class FoundArticle:
    """An article for a question. reasons: words of the question that it has, the weightiest first."""

    article: ArticleCard
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """Rows of a file: rows = accepted + unchanged + refused. problems: (line, sentence) of each refused row."""

    rows: int
    accepted: int
    unchanged: int
    problems: tuple[tuple[int, str], ...]
