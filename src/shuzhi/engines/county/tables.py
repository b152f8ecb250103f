"""Reads the authored tables that come with the package; a real county replaces them with its own of the same shape."""

import csv
import io
from datetime import date
from importlib.resources import files

from shuzhi.engines.county.registry_records import (
    CatalogueEntry,
    Category,
    KnowledgeArticle,
    ReplyTemplate,
    SlaRow,
    TimeLimit,
    Unit,
)

TABLES = (
    "areas",
    "catalogue",
    "categories",
    "knowledge",
    "name_parts",
    "planted",
    "posts",
    "reply_templates",
    "sla",
    "units",
)


def table_text(name: str) -> str:
    """The text of one table, as a county would upload it: UTF-8 CSV with a header row."""
    if name not in TABLES:
        raise ValueError(f"no such table: {name}")
    return files("shuzhi.engines.county").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table, keyed by column."""
    return list(csv.DictReader(io.StringIO(table_text(name))))


def categories() -> tuple[Category, ...]:
    return tuple(
        Category(
            code=row["code"],
            parent=row["parent"],
            level=int(row["level"]),
            name=row["name"],
            name_en=row["name_en"],
            keywords=tuple(word for word in row["keywords"].split("|") if word),
        )
        for row in rows("categories")
    )


def units() -> tuple[Unit, ...]:
    return tuple(Unit(**row) for row in rows("units"))


def catalogue() -> tuple[CatalogueEntry, ...]:
    return tuple(
        CatalogueEntry(
            category=row["category"],
            area=row["area"],
            unit=row["unit"],
            from_date=date.fromisoformat(row["from_date"]),
            version=int(row["version"]),
        )
        for row in rows("catalogue")
    )


def sla() -> tuple[SlaRow, ...]:
    return tuple(
        SlaRow(
            kind=row["kind"],
            urgency=row["urgency"],
            category=row["category"],
            contact=_limit(row["contact"]),
            sign_in=_limit(row["sign_in"]),
            finish=_limit(row["finish"]),
            return_window=_limit(row["return_window"]),
            statutory=_limit(row["statutory"]) if row["statutory"] else None,
            law=row["law"],
            from_date=date.fromisoformat(row["from_date"]),
        )
        for row in rows("sla")
    )


def reply_templates() -> tuple[ReplyTemplate, ...]:
    return tuple(ReplyTemplate(**row) for row in rows("reply_templates"))


def knowledge() -> tuple[KnowledgeArticle, ...]:
    return tuple(
        KnowledgeArticle(
            code=row["code"],
            category=row["category"],
            title=row["title"],
            title_en=row["title_en"],
            question=row["question"],
            answer=row["answer"],
            basis=row["basis"],
            unit=row["unit"],
            valid_from=date.fromisoformat(row["valid_from"]),
            review_on=date.fromisoformat(row["review_on"]),
        )
        for row in rows("knowledge")
    )


def _limit(text: str) -> TimeLimit:
    amount, unit = text.split()
    return TimeLimit(int(amount), unit)
