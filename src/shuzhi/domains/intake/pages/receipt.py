"""The receipt: two codes to keep, shown until the browser is closed."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shuzhi.domains.intake.cards import Receipt

_SESSION = "receipt"
_TRACKED = "tracked"  # {public code: demand id}: what this visitor has shown both codes of; casework's pages share it
_MOST_TRACKED = 20


def remember_receipt(request: HttpRequest, receipt: Receipt) -> None:
    """Keep the codes for the next page, and that this visitor is the requester."""
    request.session[_SESSION] = [receipt.public_code, receipt.query_code]
    kept = {**request.session.get(_TRACKED, {}), receipt.public_code: receipt.demand_id}
    request.session[_TRACKED] = dict(list(kept.items())[-_MOST_TRACKED:])


def tracked_ids(request: HttpRequest) -> tuple[int, ...]:
    return tuple(request.session.get(_TRACKED, {}).values())


@never_cache
@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    if _SESSION not in request.session:
        return redirect("intake:report")
    public_code, query_code = request.session[_SESSION]
    link = request.build_absolute_uri(f"{reverse('casework:track')}?public_code={public_code}")
    modules, size = _modules(link)
    context = {
        "public_code": public_code,
        "query_code": query_code,
        "qr_path": modules,
        "qr_size": size,
        "track": link,
    }
    return render(request, "intake/receipt.html", context)


def _modules(words: str) -> tuple[str, int]:
    """The dark modules of a QR code as one SVG path, with the quiet zone of 4 modules (ISO/IEC 18004), and its side."""
    rows = list(segno.make(words, micro=False, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return path, len(rows)
