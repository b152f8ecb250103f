"""A photo, for those who may read its demand; as a picture and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shuzhi.domains.intake import services
from shuzhi.domains.intake.pages.receipt import tracked_ids
from shuzhi.domains.intake.services.photos import CONTENT_TYPE


@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    picture = services.photo(photo_id, by=request.actor, tracked=tracked_ids(request))  # type: ignore[attr-defined]
    response = HttpResponse(picture, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
