"""Carries the demo county's knowledge in as a county would: one person brings the table, another approves each row."""

import io

from shuzhi.domains.knowledge import services as knowledge
from shuzhi.engines import county
from shuzhi.site.demo.staff import Staff
from shuzhi.spine.actors import Actor, ActorKind, Grant

BRINGS, APPROVES = "registry_steward", "reviewer"


def load(staff: Staff) -> None:
    """Our own articles, marked synthetic; those whose review date has passed show up as overdue, as they should."""
    steward, reviewer = _on_duty(staff, BRINGS), _on_duty(staff, APPROVES)
    table = io.BytesIO(county.table_text("knowledge").encode())
    report = knowledge.import_articles(table, "knowledge.csv", synthetic=True, by=steward)
    if report.problems:
        raise RuntimeError(f"knowledge: {report.problems[0]}")
    for article in knowledge.list_articles(show="waiting", by=reviewer):
        knowledge.review_article(article.id, approve=True, by=reviewer)


def _on_duty(staff: Staff, role: str) -> Actor:
    colleague = staff.duties[role]
    return Actor(ActorKind.STAFF, colleague.reference.partition(":")[2], colleague.label, (Grant(role),))
