"""Pages for those whom a decision concerns: badge, receipts, the printed receipt; and the chain for those who audit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.ledger import labels, picture, services
from shuzhi.domains.ledger.cards import ChainLink
from shuzhi.spine.errors import NotFound


def _tracked(request: HttpRequest) -> tuple[int, ...]:
    """The demands of which this visitor knew both codes."""
    return tuple(request.session.get("tracked", {}).values())


@never_cache
@require_safe
def badge(request: HttpRequest, public_code: str) -> HttpResponse:
    """Part of the track page: how many decisions about this demand are witnessed."""
    demand_id = request.session.get("tracked", {}).get(public_code)
    if demand_id is None:
        raise NotFound(what=public_code)
    found = services.receipts_of_demand(demand_id, tracked=_tracked(request), by=request.actor)  # type: ignore[attr-defined]
    witnessed = sum(card.witnessed for card in found)
    newest = next((card for card in reversed(found) if card.witnessed), None)
    context = {
        "demand_id": demand_id,
        "count": len(found),
        "witnessed": witnessed,
        "waiting": len(found) - witnessed,
        "newest": newest,
        "picture": picture.fingerprint(newest.leaf_hash) if newest else "",
        "state": services.status(),
    }
    return render(request, "ledger/badge.html", context)


@never_cache
@require_safe
def receipts(request: HttpRequest, demand_id: int) -> HttpResponse:
    found = services.receipts_of_demand(demand_id, tracked=_tracked(request), by=request.actor)  # type: ignore[attr-defined]
    if not found:
        raise NotFound(what=str(demand_id))
    rows = [(card, labels.type_label(card.type), labels.organ_label(card.organ)) for card in found]
    return render(request, "ledger/receipts.html", {"rows": rows, "demand_id": demand_id})


@never_cache
@require_safe
def receipt(request: HttpRequest, demand_id: int, log: str, index: int) -> HttpResponse:
    """The printable receipt. It renders only when the receipt verifies: no receipt, no effect."""
    files = services.receipt_with_opening(
        demand_id,
        log,
        index,
        tracked=_tracked(request),
        by=request.actor,  # type: ignore[attr-defined]
    )
    link = request.build_absolute_uri(reverse("ledger:entry", args=[log, index]))
    context = {
        "entry": files.entry,
        "demand_id": demand_id,
        "names": {
            "type": labels.type_label(files.entry.type),
            "organ": labels.organ_label(files.entry.organ),
        },
        "picture": picture.fingerprint(files.entry.leaf_hash),
        "has_opening": files.opening is not None,
        "fields": labels.FIELDS.items(),
        "witnesses": labels.WITNESSES.items(),
        "qr": picture.qr(link),
        "link": link,
    }
    return render(request, "ledger/receipt.html", context)


@never_cache
@require_safe
def opening(request: HttpRequest, demand_id: int, log: str, index: int) -> HttpResponse:
    """What opens the personal part: for the requester's own hands."""
    files = services.receipt_with_opening(
        demand_id,
        log,
        index,
        tracked=_tracked(request),
        by=request.actor,  # type: ignore[attr-defined]
    )
    if files.opening is None:
        raise NotFound(what="opening.json")
    answer = HttpResponse(files.opening, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{files.entry.code}.opening.json"'
    return answer


@never_cache
@require_safe
def chain(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Who decided what, when, on what basis and how late: from the ledger alone."""
    links = services.chain(demand_id, by=request.actor)  # type: ignore[attr-defined]
    context = {
        "demand_id": demand_id,
        "links": [(link, _named(link)) for link in links],
        "late": sum(link.late_minutes > 0 for link in links),
        "units": len({link.unit for link in links if link.unit}),
        "witnessed": sum(link.entry.witnessed for link in links),
    }
    return render(request, "ledger/chain.html", context)


def _named(link: ChainLink) -> dict[str, object]:
    return {
        "what": labels.type_label(link.what),
        "organ": labels.organ_label(link.unit or link.entry.organ),
        "who": labels.actor_label(link.who),
        "values": [(labels.field_label(name), value) for name, value in link.values],
    }
