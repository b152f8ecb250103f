"""Open311 GeoReport v2: the 311 standard's six methods over our demands, in XML and JSON.

Specification: https://wiki.open311.org/GeoReport_v2 (frozen 2011). A service is a category without sub-categories,
a service request is a demand, its id is the public code. Service requests come into being at once, so tokens are ids.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from xml.etree import ElementTree as Xml

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import DemandDraft, PublicDemand
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import CategoryCard
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import NotFound, Refused

CHANGED = "2026-01-01T00:00:00+08:00"
DAYS_BY_DEFAULT = 90
PER_PAGE, MOST_PER_PAGE = 50, 100
MOST_CHARACTERS = 4000
Record = Mapping[str, Any]
View = Callable[..., HttpResponse]


class BadRequest(Refused):
    code, status = "bad-request", 400
    message = "%(what)s"


class KeyNeeded(Refused):
    code, status = "api-key-needed", 403
    message = "An api_key is needed to post a request. Ask the security administrator of the county for one."


def method(name: str) -> Callable[[View], View]:
    """Answers one HTTP method, and turns refusals into the errors of the standard, in the format of the address."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **named: str) -> HttpResponse:
            form = named["form"]
            if request.method != name:
                return _errors(form, 405, f"Use {name} here.", {"Allow": name})
            try:
                return view(request, **named)
            except Refused as refused:
                return _errors(form, 400 if refused.status == 422 else refused.status, refused.sentence)

        return answer

    return decorate


@method("GET")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the endpoints are."""
    base = request.build_absolute_uri(reverse("open311:services", kwargs={"form": form})).rsplit("/", 1)[0]
    record = {
        "changeset": CHANGED,
        "contact": request.build_absolute_uri("/"),
        "key_service": request.build_absolute_uri("/"),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base,
                "changeset": CHANGED,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    if form == "json":
        return JsonResponse(record)
    root = Xml.Element("discovery")
    _fill(root, {name: value for name, value in record.items() if name != "endpoints"})
    endpoints = Xml.SubElement(root, "endpoints")
    for one in record["endpoints"]:
        endpoint = Xml.SubElement(endpoints, "endpoint")
        _fill(endpoint, {name: value for name, value in one.items() if name != "formats"})  # type: ignore[attr-defined]
        formats = Xml.SubElement(endpoint, "formats")
        for name in one["formats"]:  # type: ignore[index]
            Xml.SubElement(formats, "format").text = name
    return _xml(root)


@method("GET")
def service_list(request: HttpRequest, form: str) -> HttpResponse:
    return _answer(form, "services", "service", [_service(one) for one in _leaves()])


@method("GET")
def service_definition(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """No service asks for more than the standard fields, so every definition has an empty list of attributes."""
    category = registry.get_category(code)
    if form == "json":
        return JsonResponse({"service_code": category.code, "attributes": []})
    root = Xml.Element("service_definition")
    _fill(root, {"service_code": category.code, "attributes": ""})
    return _xml(root)


@csrf_exempt
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """POST creates, anything else lists."""
    return (create_request if request.method == "POST" else list_requests)(request, form=form)


@method("POST")
def create_request(request: HttpRequest, form: str) -> HttpResponse:
    actor = _application(request)
    given = {name: value.strip() for name, value in request.POST.items() if isinstance(value, str)}
    receipt = services.receive_demand(_draft(given), address=request.client_address, by=actor)  # type: ignore[attr-defined]
    record = {
        "service_request_id": receipt.public_code,
        "service_notice": f"Query code: {receipt.query_code}. Give it to the requester together with the id.",
        "account_id": given.get("account_id", ""),
    }
    return _answer(form, "service_requests", "request", [record], status=201)


@method("GET")
def list_requests(request: HttpRequest, form: str) -> HttpResponse:
    """The newest of the last 90 days, or what the filters ask for; `page` and `page_size` go through them."""
    asked = request.GET
    size = min(_number(asked.get("page_size"), PER_PAGE), MOST_PER_PAGE)
    found = services.public_demands(
        by=_reader(request),
        public_codes=_listed(asked.get("service_request_id", "")),
        categories=_listed(asked.get("service_code", "")),
        closed=_closed(asked.get("status", "")),
        since=_since(asked),
        until=_moment(asked.get("end_date", "")),
        start=size * (_number(asked.get("page"), 1) - 1),
        limit=size,
    )
    return _answer(form, "service_requests", "request", [_request(one) for one in found])


@method("GET")
def one_request(request: HttpRequest, code: str, form: str) -> HttpResponse:
    found = services.public_demand(code, by=_reader(request))
    return _answer(form, "service_requests", "request", [_request(found)])


@method("GET")
def token(request: HttpRequest, code: str, form: str) -> HttpResponse:
    found = services.public_demand(code, by=_reader(request))
    record = {"service_request_id": found.public_code, "token": found.public_code}
    return _answer(form, "service_requests", "request", [record])


def _reader(request: HttpRequest) -> Actor:
    key = request.GET.get("api_key", "")
    actor: Actor = accounts.authenticate(f"Bearer {key}") if key else request.actor  # type: ignore[attr-defined]
    return actor


def _application(request: HttpRequest) -> Actor:
    """Only a key may post: a visitor's own session would let any other page on the web post in their name."""
    key = request.POST.get("api_key", "") or request.GET.get("api_key", "")
    try:
        actor: Actor = accounts.authenticate(f"Bearer {key}") if key else request.actor  # type: ignore[attr-defined]
    except accounts.KeyNotValid:
        raise KeyNeeded from None
    if actor.kind is not ActorKind.APPLICATION:
        raise KeyNeeded
    return actor


def _draft(given: Mapping[str, str]) -> DemandDraft:
    code = given.get("service_code", "")
    if not code:
        raise BadRequest(what="service_code was not provided.")
    category = registry.get_category(code)
    place = given.get("address_string", "") or given.get("address_id", "")
    lat, lng = _degrees(given.get("lat", "")), _degrees(given.get("long", ""))
    if not place and lat is None:
        raise BadRequest(what="A location is needed: lat and long, address_string, or address_id.")
    words = given.get("description", "")
    if len(words) > MOST_CHARACTERS:
        raise BadRequest(what=f"description has {len(words)} characters; {MOST_CHARACTERS} are the most.")
    media = given.get("media_url", "")
    return DemandDraft(
        channel="open311",
        title="" if words else category.path[-1],
        text="\n".join(part for part in (words or category.path[-1], media) if part),
        category=category.code,
        place=place,
        lat=lat,
        lng=lng,
        name=" ".join(part for part in (given.get("first_name", ""), given.get("last_name", "")) if part),
        phone=given.get("phone", ""),
        email=given.get("email", ""),
    )


def _degrees(written: str) -> float | None:
    try:
        return float(written) if written else None
    except ValueError:
        raise BadRequest(what=f"“{written[:20]}” is no number of degrees.") from None


def _leaves() -> list[CategoryCard]:
    categories = registry.categories()
    parents = {one.parent for one in categories}
    return [one for one in categories if one.code not in parents]


def _service(category: CategoryCard) -> Record:
    path = category.path_label
    return {
        "service_code": category.code,
        "service_name": path[-1],
        "description": " / ".join(path),
        "metadata": "false",
        "type": "realtime",
        "keywords": ", ".join(category.keywords),
        "group": path[0],
    }


def _request(one: PublicDemand) -> Record:
    category = registry.get_category(one.category) if one.category else None
    area = registry.get_area(one.area).label if one.area else ""
    return {
        "service_request_id": one.public_code,
        "status": "closed" if one.closed else "open",
        "status_notes": ", ".join(note for note in (one.status, one.outcome) if note),
        "service_name": category.label if category else "",
        "service_code": one.category,
        "description": one.words,
        "agency_responsible": _unit_name(one.unit),
        "service_notice": "",
        "requested_datetime": _written(one.received_at),
        "updated_datetime": "",
        "expected_datetime": _written(one.due_at),
        "address": one.place or area,
        "address_id": one.area,
        "zipcode": "",
        "lat": one.lat,
        "long": one.lng,
        "media_url": "",
    }


def _unit_name(code: str) -> str:
    try:
        return registry.get_unit(code).label if code else ""
    except NotFound:
        return code


def _written(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _listed(written: str) -> list[str]:
    return [one.strip() for one in written.split(",") if one.strip()][:MOST_PER_PAGE]


def _closed(written: str) -> bool | None:
    wanted = set(_listed(written))
    if not wanted <= {"open", "closed"}:
        raise BadRequest(what="status is open, closed, or both with a comma.")
    return None if len(wanted) != 1 else wanted == {"closed"}


def _since(asked: Mapping[str, str]) -> datetime | None:
    start = _moment(asked.get("start_date", ""))
    if start is None and not asked.get("service_request_id"):
        return (_moment(asked.get("end_date", "")) or clock.now()) - timedelta(days=DAYS_BY_DEFAULT)
    return start


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        # A plus sign in an address that was not encoded arrives as a space.
        return clock.moment_of(written.replace(" ", "+"))
    except ValueError:
        raise BadRequest(what=f"“{written[:40]}” is no date; write 2026-03-01T00:00:00Z.") from None


def _number(written: str | None, default: int) -> int:
    if not written:
        return default
    if not (written.isascii() and written.isdigit() and 0 < int(written[:9]) < 1_000_000):
        raise BadRequest(what=f"“{written[:20]}” is no number from 1 to 999,999.")
    return int(written[:9])


def _answer(
    form: str, root_name: str, name: str, records: Sequence[Record], *, status: int = 200
) -> HttpResponse:
    if form == "json":
        return JsonResponse(list(records), safe=False, status=status)
    root = Xml.Element(root_name)
    for record in records:
        _fill(Xml.SubElement(root, name), record)
    return _xml(root, status=status)


def _errors(form: str, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    response = _answer(form, "errors", "error", [{"code": status, "description": sentence}], status=status)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _fill(element: Xml.Element, record: Record) -> None:
    for name, value in record.items():
        Xml.SubElement(element, name).text = "" if value is None else str(value)


def _xml(root: Xml.Element, *, status: int = 200) -> HttpResponse:
    body = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="text/xml; charset=utf-8", status=status)
