"""Demands for other systems: send one, follow it with both codes, list what the key's scope covers."""

from typing import Annotated, BinaryIO, cast

from django.http import HttpRequest
from ninja import File, Header, Query, Router, Schema, Status, UploadedFile
from pydantic import ConfigDict, Field

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import (
    DemandCard,
    DemandDraft,
    DemandPage,
    PhotoCard,
    Receipt,
    SupplementCard,
)
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.schemas import KEYED, Id, Moment

router = Router(tags=["intake"])


class DemandIn(Schema):
    """A demand as another system, or a person's own program, hands it over. lat, lng: degrees, WGS 84."""

    model_config = ConfigDict(extra="forbid")

    text: str
    title: str = ""
    kind: str = ""
    category: str = ""
    area: str = ""
    place: str = ""
    lat: float | None = None
    lng: float | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    anonymous: bool = False
    secret: bool = False
    same_as: Id | None = None
    source_key: str = Field(
        "", description="The number at the sender; sending it again gives the first receipt."
    )
    received_at: Moment | None = None
    language: str = "zh-hans"


class WordsIn(Schema):
    model_config = ConfigDict(extra="forbid")

    text: str


class Codes(Schema):
    query_code: str = Field(description="From the receipt.")


class DemandFilter(Schema):
    """All given conditions must hold. area: a 12-digit code with everything below it. after: cursor of the last page."""

    words: str = Field("", max_length=200)
    status: str = Field("", max_length=24)
    channel: str = Field("", max_length=24)
    kind: str = Field("", max_length=16)
    category: str = Field("", max_length=48)
    area: str = Field("", max_length=20)
    unit: str = Field("", max_length=32)
    since: Moment | None = None
    until: Moment | None = None
    after: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.post("/demands", response={201: Receipt}, operation_id="send_demand")
def send_demand(
    request: HttpRequest,
    body: DemandIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = "",
) -> Status[Receipt]:
    """Send a demand. The same Idempotency-Key (16 to 200 characters) gives the first receipt and adds nothing."""
    actor = _actor(request)
    channel = "api" if actor.kind is ActorKind.APPLICATION else "web"
    given = body.model_dump()
    # A person's browser may not state when, or under which number, something happened elsewhere.
    if actor.kind is not ActorKind.APPLICATION:
        given |= {"source_key": "", "received_at": None}
    draft = DemandDraft(channel=channel, idempotency_key=idempotency_key, **given)
    return Status(201, services.receive_demand(draft, address=request.client_address, by=actor))  # type: ignore[attr-defined]


@router.get("/demands", response=DemandPage, operation_id="list_demands", **KEYED)
def list_demands(request: HttpRequest, found: Annotated[DemandFilter, Query()]) -> DemandPage:
    """Demands in the scope of the account or key, newest first, words masked."""
    given = found.model_dump()
    return services.search(given.pop("words"), by=_actor(request), **given)


@router.get("/demands/{public_code}", response=DemandCard, operation_id="follow_demand")
def follow_demand(request: HttpRequest, public_code: str, codes: Annotated[Codes, Query()]) -> DemandCard:
    """One demand by both codes of its receipt, at most 10 tries a minute."""
    return _tracked(request, public_code, codes.query_code)


@router.post("/demands/{public_code}/supplements", response={201: SupplementCard}, operation_id="add_words")
def add_words(
    request: HttpRequest, public_code: str, codes: Annotated[Codes, Query()], body: WordsIn
) -> Status[SupplementCard]:
    """Add words to a demand by both codes of its receipt."""
    demand_id = _tracked(request, public_code, codes.query_code).id
    added = services.supplement(demand_id, text=body.text, by=_actor(request), tracked=(demand_id,))
    return Status(201, added)


@router.post("/demands/{public_code}/photos", response={201: PhotoCard}, operation_id="add_photo")
def add_photo(
    request: HttpRequest,
    public_code: str,
    codes: Annotated[Codes, Query()],
    photo: Annotated[UploadedFile, File(description="JPEG, PNG or WebP, at most 10 MB.")],
) -> Status[PhotoCard]:
    """Add a photo to a demand by both codes of its receipt; what the camera wrote into the file is removed."""
    demand_id = _tracked(request, public_code, codes.query_code).id
    kept = services.add_photo(
        demand_id, cast("BinaryIO", photo.file), by=_actor(request), tracked=(demand_id,)
    )
    return Status(201, kept)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _tracked(request: HttpRequest, public_code: str, query_code: str) -> DemandCard:
    address: str = request.client_address  # type: ignore[attr-defined]
    return services.track(public_code, query_code, by=_actor(request), address=address)
