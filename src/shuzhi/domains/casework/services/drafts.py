"""Help with a reply: what it could draw on, the draft made of it, and what the person made of the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from shuzhi.domains.casework import drafting
from shuzhi.domains.casework.cards import DraftCard, DraftSource
from shuzhi.domains.casework.drafting import Change, Passage
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import OrderStep, ReplyDraft, WorkOrder
from shuzhi.domains.casework.services import orders, rephrasing, seeing
from shuzhi.domains.intake import services as intake
from shuzhi.domains.knowledge import services as knowledge
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import NotFound

ARTICLES, REPLIES = 3, 2
_GROUP_DIGITS = 4  # of a category's code
_ANSWERS = (Action.REPLY, Action.ANSWER_DIRECTLY)


def reply_sources(number: str, *, by: Actor) -> list[DraftSource]:
    """Articles and earlier replies to solved demands of the same category that a reply may draw on, best first."""
    row = orders.load(number).row
    seeing.require_seen(row, by)
    demand = intake.get_demand(row.demand_id, by=SYSTEM)
    asked = f"{demand.title}\n{demand.text}"
    found: list[DraftSource] = []
    if access.allows_somewhere(by, "knowledge.read"):
        found += [
            DraftSource(
                kind="article",
                key=str(one.article.id),
                citation=one.article.citation,
                words=one.article.words.answer,
                basis=one.article.words.basis,
                reasons=one.reasons,
                fits=_same_group(one.article.words.category, row.category),
            )
            for one in knowledge.find_articles(
                asked, category=row.category, area=row.area, top=ARTICLES, by=by
            )
        ]
    return found + _earlier_replies(asked, row)


def _same_group(one: str, other: str) -> bool:
    """Whether two categories lie in one group of the second level, the property of an estate or the buses."""
    return bool(one) and one[:_GROUP_DIGITS] == other[:_GROUP_DIGITS]


def _earlier_replies(asked: str, row: WorkOrder) -> list[DraftSource]:
    """Replies are public; names of persons in them are hidden all the same."""
    similar = {
        one.id: one for one in intake.find_answered(asked, category=row.category, top=REPLIES) if one.id
    }
    told = OrderStep.objects.filter(order__demand_id__in=similar, action__in=_ANSWERS).select_related("order")
    last = {step.order.demand_id: step for step in told.order_by("number") if step.text}
    return [
        DraftSource(
            kind="reply",
            key=last[demand_id].order.number,
            citation=last[demand_id].order.number,
            words=intake.hide_people(last[demand_id].text.replace(drafting.LABEL, "")).strip(),
            basis="",
            reasons=one.shared_words,
            fits=True,
        )
        for demand_id, one in similar.items()
        if demand_id in last and demand_id != row.demand_id
    ]


def draft_reply(number: str, *, sources: Sequence[str], reworded: bool = False, by: Actor) -> DraftCard:
    """A draft made of chosen sources ("article:7", "reply:26-0511-00012"), kept with them and marked as generated.

    reworded: ask the county's language model, where it named one, to put the articles into plain words; their own words
    stand where its answer is not taken.   Raises NotFound for a source that is not offered for this order.
    """
    row = orders.load(number).row
    seeing.require_seen(row, by)
    access.require(by, "casework.handle" if row.unit else "casework.answer", unit=row.unit, area=row.area)
    offered = {one.name: one for one in reply_sources(number, by=by)}
    if unknown := [name for name in sources if name not in offered]:
        raise NotFound(what=unknown[0])
    chosen = [offered[name] for name in dict.fromkeys(sources)]
    passages = [Passage(one.kind, one.citation, one.words, one.basis) for one in chosen]
    # Before the transaction: nobody waits with a locked database for a machine elsewhere.
    told = rephrasing.rephrase(passages) if reworded else rephrasing.Rephrased()
    matter = intake.get_demand(row.demand_id, by=SYSTEM).title
    draft = ReplyDraft(
        order=row,
        text=drafting.compose(matter, passages, contact=_contact(row), answer=told.words),
        sources=[[one.kind, one.key, one.citation] for one in chosen],
        rephrased_by=told.model if told.words else "",
        made_by=by.reference,
        made_at=clock.now(),
    )
    with transaction.atomic():
        draft.save()
        if told.model:
            outcome = told.why or "taken"
            audit.record(by, "casework.rephrase", f"order:{row.number}", outcome=outcome, model=told.model)
    return replace(_card(draft), untaken=told.why)


def _contact(row: WorkOrder) -> str:
    if not row.unit:
        return str(settings.SHUZHI_HOTLINE)
    unit = registry.get_unit(row.unit)
    return f"{unit.name}，电话{unit.phone or settings.SHUZHI_HOTLINE}"


def marked_reply(row: WorkOrder, draft_id: int, text: str) -> tuple[str, dict[str, object]]:
    """A reply that began as a draft: its text with the visible mark, and what its step keeps of where it comes from."""
    draft = _draft_of(row, draft_id)
    return drafting.labelled(text), {
        "draft": draft.pk,
        "kept_ppm": round(drafting.kept_share(draft.text, text) * 1_000_000),
        "aigc": dict(
            drafting.metadata(draft.pk, producer=f"shuzhi/{settings.SHUZHI_CODE_PREFIX}", number=row.number)
        ),
    }


def note_sent(row: WorkOrder, step: Step, *, by: Actor) -> None:
    """The draft belongs to the step with which it went out, and the articles in it count as cited."""
    draft = _draft_of(row, int(step.details["draft"]))
    draft.step = step.number
    draft.save(update_fields=["step"])
    for kind, key, _citation in draft.sources:
        if kind == "article":
            try:
                knowledge.cite_article(int(key), order_id=row.pk, by=by)
            except NotFound:
                continue  # it went out of force between drafting and sending: the person has checked the words


def drafts_of(number: str, *, by: Actor) -> Mapping[int, DraftCard]:
    """The drafts that went out with steps of an order, by step, with what the person changed."""
    loaded = orders.load(number)
    seeing.require_seen(loaded.row, by)
    sent = {step.number: step.text for step in loaded.steps if step.details.get("draft")}
    if not sent:
        return {}
    drafts = ReplyDraft.objects.filter(order=loaded.row, step__in=sent)
    return {
        step: _card(one, drafting.difference(one.text, sent[step].replace(drafting.LABEL, "").rstrip()))
        for one in drafts
        if (step := one.step) is not None
    }


def _draft_of(row: WorkOrder, draft_id: int) -> ReplyDraft:
    draft = ReplyDraft.objects.filter(order=row, pk=draft_id).first()
    if draft is None:
        raise NotFound(what=str(draft_id))
    return draft


def _card(draft: ReplyDraft, changes: Sequence[Change] = ()) -> DraftCard:
    return DraftCard(
        id=draft.pk,
        text=draft.text,
        sources=tuple((kind, key, citation) for kind, key, citation in draft.sources),
        made_at=draft.made_at,
        changes=tuple(changes),
        rephrased_by=draft.rephrased_by,
    )
