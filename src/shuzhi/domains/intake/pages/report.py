"""Report something in three screens. What was typed travels in the form itself, so it works without JavaScript,
without an account and without a session, and nothing is lost on a mistake."""

import uuid
from dataclasses import dataclass
from typing import BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDictKeyError
from django.views.decorators.http import require_GET, require_http_methods

from shuzhi.domains.intake import map as county_map
from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import DemandDraft, Receipt, SimilarCard
from shuzhi.domains.intake.forms import WhatForm, WhereForm, WhoForm
from shuzhi.domains.intake.pages.receipt import remember_receipt
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, Refused, TooManyTries

MOST_DOTS = 60
SCREENS: tuple[type[forms.Form], ...] = (WhatForm, WhereForm, WhoForm)
TEMPLATES = ("intake/report_what.html", "intake/report_where.html", "intake/report_who.html")
_UNPROCESSABLE = 422


@dataclass
class Filled:
    """The three screens as they stand, and the key that makes this report one report."""

    key: str
    what: WhatForm
    where: WhereForm
    who: WhoForm

    @property
    def forms(self) -> tuple[WhatForm, WhereForm, WhoForm]:
        return self.what, self.where, self.who

    @property
    def point(self) -> tuple[float | None, float | None]:
        self.where.is_valid()
        return self.where.cleaned_data.get("lat"), self.where.cleaned_data.get("lng")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """GET opens the first screen (with words from the home page); POST moves between screens and sends."""
    if request.method == "GET":
        start = {"text": request.GET.get("text", "")[:2000]}
        return _show(request, _filled(start, str(uuid.uuid4())), 0, bound=False)
    filled = _filled(request.POST, request.POST.get("key", "") or str(uuid.uuid4()))
    came_from = _screen_of(request.POST.get("screen", "1"))
    if refused := _keep_photos(request, filled):
        return _show(request, filled, 0, refusal=refused)
    if request.POST.get("go") == "drop_photos":
        services.drop_draft_photos(filled.key, by=_actor(request))
        return _show(request, filled, 0, bound=False)
    if "map.x" in request.POST or "map_out" in request.POST or "suggested" in request.POST:
        return _show(request, _with_point(request, filled), 1, bound=False)
    go = request.POST.get("go", "")
    if go.startswith("back"):
        return _show(request, filled, _screen_of(go.removeprefix("back")), bound=False)
    for at in range(came_from + 1):
        if not filled.forms[at].is_valid():
            return _show(request, filled, at)
    if came_from < len(SCREENS) - 1:
        return _show(request, filled, came_from + 1, bound=False)
    return _send(request, filled)


@require_GET
def map_picture(request: HttpRequest) -> HttpResponse:
    """The outlines of an area, with a pin when lat and lng are given, and a dot for each `dot=lat,lng`."""
    sheet = county_map.sheet_of(request.GET.get("view", ""))
    if sheet is None:
        raise Http404
    where = WhereForm(request.GET)
    where.is_valid()
    picture = county_map.draw(
        sheet,
        lat=where.cleaned_data.get("lat"),
        lng=where.cleaned_data.get("lng"),
        dots=_points(request.GET.getlist("dot")[:MOST_DOTS]),
    )
    return HttpResponse(
        picture,
        content_type="image/svg+xml",
        # The names on it are in the reader's language, which a cookie may say.
        headers={
            "Cache-Control": "private, max-age=300",
            "Vary": "Cookie, Accept-Language",
            "Content-Security-Policy": "default-src 'none'",
        },
    )


def _points(written: list[str]) -> list[tuple[float, float]]:
    """Those of the dots that are points: each "lat,lng" in degrees."""
    read = (WhereForm(dict(zip(("lat", "lng"), one.split(",")[:2], strict=False))) for one in written)
    cleaned = [form.cleaned_data for form in read if form.is_valid()]
    return [
        (one["lat"], one["lng"])
        for one in cleaned
        if one.get("lat") is not None and one.get("lng") is not None
    ]


def _filled(data: object, key: str) -> Filled:
    return Filled(key[:64], WhatForm(data), WhereForm(data), WhoForm(data))  # type: ignore[arg-type]


def _screen_of(written: str) -> int:
    return int(written) - 1 if written in {"1", "2", "3"} else 0


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _keep_photos(request: HttpRequest, filled: Filled) -> Refused | None:
    for file in request.FILES.getlist("photo"):
        if isinstance(file, UploadedFile) and file.file is not None:
            try:
                services.keep_draft_photo(
                    filled.key,
                    cast("BinaryIO", file.file),
                    address=request.client_address,  # type: ignore[attr-defined]
                    by=_actor(request),
                )
            except (InvalidInput, TooManyTries, services.PhotoNotStored) as refused:
                return refused
    return None


def _with_point(request: HttpRequest, filled: Filled) -> Filled:
    """The form after a click on the map, on "the whole map", or on a place that the words seem to name."""
    data = request.POST.copy()
    view = data.get("view", "")[:20]
    if "map_out" in data:
        data["view"] = ""
    elif "suggested" in data:
        named = {place.code: place for place in services.suggest_places(str(data.get("text", "")))}
        if place := named.get(str(data["suggested"])):
            data["place"] = place.name
            data["lat"], data["lng"] = ("" if one is None else f"{one:.6f}" for one in (place.lat, place.lng))
    else:
        point = _clicked(request, view)
        if point is not None:
            data["lat"], data["lng"] = f"{point[0]:.6f}", f"{point[1]:.6f}"
            data["view"] = county_map.deeper(view, *point)
    return _filled(data, filled.key)


def _clicked(request: HttpRequest, view: str) -> tuple[float, float] | None:
    """The point under the click; a script tells how wide the picture was shown, without one it has its own width."""
    sheet = county_map.sheet_of(view)
    try:
        x, y = float(request.POST["map.x"]), float(request.POST["map.y"])
        shown = float(request.POST.get("map_width") or county_map.WIDTH)
    except (MultiValueDictKeyError, ValueError):
        return None
    if sheet is None or not (0 <= x <= shown and 0 <= y <= shown):
        return None
    scale = county_map.WIDTH / max(shown, 1)
    return sheet.view.point(x * scale, y * scale)


def _similar(filled: Filled) -> list[SimilarCard]:
    filled.what.is_valid()
    text = filled.what.cleaned_data.get("text", "")
    lat, lng = filled.point
    places = f"{filled.where.cleaned_data.get('place', '')}"
    if not text:
        return []
    return services.find_similar(
        f"{text}\n{places}", lat=lat, lng=lng, top=3, least=services.PROBABLY_THE_SAME
    )


def _show(
    request: HttpRequest, filled: Filled, at: int, *, bound: bool = True, refusal: Refused | None = None
) -> HttpResponse:
    """A screen; `bound` with what was wrong on it, otherwise as a fresh question."""
    form = filled.forms[at]
    if refusal is not None:
        form.is_valid()
        form.add_error(None, refusal.sentence)
    carried = [field for other in filled.forms if other is not form for field in other]
    context = {
        "form": form if bound or refusal else _unbound(form),
        "carried": [(field.html_name, field.value()) for field in carried if field.value() not in (None, "")],
        "key": filled.key,
        "screen": at + 1,
        "photos": services.draft_photos(filled.key, by=_actor(request)),
    }
    if form is filled.where:
        context |= _where_context(filled)
    if form is filled.who:
        context |= {"words": filled.what["text"].value(), "place": filled.where["place"].value()}
    status = _UNPROCESSABLE if (bound and form.errors) or refusal else 200
    return render(request, TEMPLATES[at], context, status=status)


def _where_context(filled: Filled) -> dict[str, object]:
    lat, lng = filled.point
    view = filled.where["view"].value() or ""
    sheet = county_map.sheet_of(view)
    return {
        "similar": _similar(filled),
        "suggested": services.suggest_places(filled.what["text"].value() or ""),
        "sheet": sheet,
        "view": view,
        "point": None if lat is None or lng is None else f"&lat={lat:.6f}&lng={lng:.6f}",
        "chosen": str(filled.where["same_as"].value() or ""),
    }


def _unbound(form: forms.Form) -> forms.Form:
    """The same answers without looking for mistakes: nobody has finished this screen yet."""
    return type(form)(initial={field.html_name: field.value() for field in form})


def _send(request: HttpRequest, filled: Filled) -> HttpResponse:
    what, where, who = (form.cleaned_data for form in filled.forms)
    draft = DemandDraft(
        channel="web",
        text=what["text"],
        place=where["place"],
        lat=where["lat"],
        lng=where["lng"],
        same_as=where["same_as"],
        phone=who["phone"],
        name=who["name"],
        anonymous=who["anonymous"],
        secret=who["secret"],
        kind="report" if who["secret"] else "",
        idempotency_key=filled.key,
        language="en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh-hans",
    )
    try:
        receipt: Receipt = services.receive_demand(
            draft,
            address=request.client_address,  # type: ignore[attr-defined]
            by=_actor(request),
        )
    except InvalidInput as refused:
        return _refused(request, filled, refused)
    remember_receipt(request, receipt)
    return redirect("intake:receipt")


def _refused(request: HttpRequest, filled: Filled, refused: InvalidInput) -> HttpResponse:
    """Show the screen that holds the field, with the reason beside it."""
    key = refused.details.get("key", "")
    at = next((at for at, form in enumerate(filled.forms) if key in form.fields), len(SCREENS) - 1)
    form = filled.forms[at]
    form.add_error(key if key in form.fields else None, refused.details["why"])
    return _show(request, filled, at)
