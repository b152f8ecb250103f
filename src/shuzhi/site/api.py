"""One API of all rooms: OpenAPI 3.1 at /api/openapi.json, problem+json errors, keys with scopes."""

import hashlib
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from shuzhi.site.requests import problem
from shuzhi.site.settings import ROOMS
from shuzhi.spine.errors import Refused

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `title` says what is wrong and how to mend it; `code` is stable.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
    },
    "required": ["type", "title", "status", "code"],
}
REFUSAL = {
    "description": "Refused: access, input, a rule of the business, or too many tries.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
UNCHANGED = {"description": "Unchanged since the answer whose ETag stands in If-None-Match."}


class DocumentedApi(NinjaAPI):
    """Says in the OpenAPI document, too, that every operation may refuse and takes a key."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        document["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = REFUSAL
                operation.setdefault("security", [{}, {"key": []}])
                if "200" in operation["responses"] and "get" in operations:
                    operation["responses"]["304"] = UNCHANGED
        return document

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """What is read carries a tag of what it says, so that asking again costs little while nothing changed.

        An operation may have put a version of its own into ETag; the tag then begins with it.
        """
        response = super().create_response(request, data, **options)
        if request.method != "GET" or response.status_code != HTTPStatus.OK:
            return response
        version = response.headers.get("ETag", "")
        tag = f'"{version}{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"], response.headers["Cache-Control"] = tag, "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
        return get_conditional_response(request, etag=tag, response=response) or response


api = DocumentedApi(
    title="Shuzhi",
    version="1",
    description="From a citizen's voice to a public, verifiable outcome.",
    urls_namespace="api",
    docs_url=None,
)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(error.status, error.code, error.sentence)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", "The request does not fit the schema.", errors=wrong
    )


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "bad-request", str(error))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address.")


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The request is larger than this server takes."
    )


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.FORBIDDEN, "access-denied", "This is not allowed.")


for room in ROOMS:
    api.add_router("", import_module(f"shuzhi.domains.{room}.api").router)
