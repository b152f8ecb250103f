"""Articles out of a table: each row becomes a version that waits for review; the same row again changes nothing."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.knowledge.cards import ArticleWords, ImportReport
from shuzhi.domains.knowledge.models import Article
from shuzhi.domains.knowledge.services.reading import get_article
from shuzhi.domains.knowledge.services.writing import LABELS, check_words, write_article
from shuzhi.engines.tabular import Field, Row, Table, UnreadableTable, match_columns, open_table
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, Refused

FIELDS = (
    Field("code", ("编号", "编码", "知识编号")),
    Field("title", ("标题", "名称")),
    Field("title_en", ("英文标题", "english title")),
    Field("question", ("问题", "常见问法", "问法")),
    Field("answer", ("答案", "解答", "内容", "text")),
    Field("category", ("类别", "类别代码", "分类")),
    Field("area", ("区域", "区划代码")),
    Field("basis", ("依据", "法律依据", "政策依据")),
    Field("unit", ("责任单位", "单位", "单位代码")),
    Field("valid_from", ("生效日期", "启用日期")),
    Field("valid_to", ("失效日期", "停用日期")),
    Field("review_on", ("复核日期", "下次复核")),
)
REQUIRED = ("code", "title", "question", "answer", "category", "unit", "valid_from", "review_on")
_DAYS = ("valid_from", "valid_to", "review_on")


def import_articles(file: BinaryIO, name: str, *, synthetic: bool = False, by: Actor) -> ImportReport:
    """Read a table of articles (CSV, XLSX, JSON Lines). Every row is accounted for, the refused ones with the reason.

    A row whose code is known becomes the next version of that article, unless it says the same.
    Raises InvalidInput when the file is no table or lacks a column.
    """
    access.require_somewhere(by, "knowledge.import")
    try:
        table = open_table(file, name)
    except UnreadableTable as cause:
        raise InvalidInput(field=_("File"), key="file", why=_("it is no table that can be read")) from cause
    rows = accepted = unchanged = 0
    problems: list[tuple[int, str]] = []
    for row, told in _told(table):
        rows += 1
        if row.problem:
            problems.append((row.line, _("the row cannot be read")))
            continue
        try:
            changed = _take(told, synthetic=synthetic, by=by)
        except Refused as refusal:
            problems.append((row.line, refusal.sentence))
            continue
        accepted, unchanged = accepted + changed, unchanged + (not changed)
    return ImportReport(rows, accepted, unchanged, tuple(problems))


def _told(table: Table) -> Iterator[tuple[Row, dict[str, str]]]:
    at = match_columns(table.columns, FIELDS)
    if missing := [name for name in REQUIRED if name not in at]:
        raise InvalidInput(
            field=_("File"), key="file", why=_("it lacks the columns %(all)s") % {"all": ", ".join(missing)}
        )
    for row in table.rows:
        yield row, {name: row.values[index].strip() for name, index in at.items() if not row.problem}


@transaction.atomic
def _take(told: dict[str, str], *, synthetic: bool, by: Actor) -> bool:
    """Whether the row said something new."""
    code = told.pop("code")
    days = {name: _day(name, told.pop(name, "")) for name in _DAYS}
    words = check_words(ArticleWords(**told, **days))  # type: ignore[arg-type]
    known = Article.objects.filter(code=code).first()
    if known:
        page = get_article(known.pk, by=by)
        if words == (page.waiting.words if page.waiting else page.article.words):
            return False
    write_article(
        words,
        article_id=known.pk if known else None,
        code=code,
        because=_("Imported"),
        synthetic=synthetic,
        by=by,
    )
    return True


def _day(name: str, written: str) -> date | None:
    if not written and name == "valid_to":
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput(field=str(LABELS[name]), key=name, why=_("write the day as 2026-05-31")) from None
