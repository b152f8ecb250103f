"""Photos: decoded, turned upright, made smaller and encoded anew, so that nothing but the picture is kept."""

import hashlib
import io
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from shuzhi.domains.intake.cards import PhotoCard
from shuzhi.domains.intake.models import Demand, Photo
from shuzhi.domains.intake.services import originals, photo_files
from shuzhi.domains.intake.services.drafts import REPORTS_WITHIN_SECONDS
from shuzhi.domains.intake.services.viewing import is_requester, photo_card, visible_row
from shuzhi.spine import access, clock, limits, sealing
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import DemandId, DemandSupplemented
from shuzhi.spine.outbox import announce

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PER_DEMAND = 6
LONGEST_SIDE = 2048  # pixels
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
UNCLAIMED_FOR = timedelta(hours=24)  # a draft's photos wait so long for their demand
CONTENT_TYPE = "image/jpeg"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})


class PhotoNotStored(Refused):
    code, status = "photo-not-stored", 507
    message = gettext_lazy(
        "The photo could not be stored (%(reason)s). Send your words without it now; add the photo later."
    )


def add_photo(demand_id: int, file: BinaryIO, *, by: Actor, tracked: Collection[int] = ()) -> PhotoCard:
    """Add a photo (JPEG, PNG or WebP, at most 10 MB and 40 megapixels) to a demand, at most six to one.

    Its requester may (known by phone, or by `tracked`: both codes shown), and staff who receive demands there.
    """
    row = visible_row(demand_id, by=by, tracked=tracked)
    if not (row.id in tracked or is_requester(row, by)):
        access.require(by, "intake.receive", unit=row.unit, area=row.area)
    picture = re_encode(file)
    with transaction.atomic():
        Demand.objects.select_for_update().get(pk=row.pk)
        _check_count(Photo.objects.filter(demand=row).count())
        kept = _keep(picture, by, demand=row)
        announce(DemandSupplemented(demand_id=DemandId(row.id)), by=by)
    return photo_card(kept)


def keep_draft_photo(idempotency_key: str, file: BinaryIO, *, address: str = "", by: Actor) -> PhotoCard:
    """Keep a photo until the draft with this key is sent; unsent ones are deleted after a day.

    address: where a request of the public came from; as many as the reports that it may send can hold. To read a
    picture costs far more than to send one.
    """
    access.require(by, "intake.report")
    if address and by.kind in (ActorKind.ANONYMOUS, ActorKind.CITIZEN):
        limits.count(
            f"photo:{address}",
            at_most=settings.SHUZHI_REPORTS_PER_ADDRESS * MOST_PER_DEMAND,
            per_seconds=REPORTS_WITHIN_SECONDS,
        )
    picture = re_encode(file)
    key = sealing.lookup_hash(idempotency_key)
    delete_unclaimed_photos(by=by)
    with transaction.atomic():
        _check_count(Photo.objects.filter(demand=None, draft_key=key).count())
        return photo_card(_keep(picture, by, draft_key=key))


def drop_draft_photos(idempotency_key: str, *, by: Actor) -> None:
    """Forget the photos of a draft that was not sent: the person chose others."""
    access.require(by, "intake.report")
    _delete(Photo.objects.filter(demand=None, draft_key=sealing.lookup_hash(idempotency_key)))


def draft_photos(idempotency_key: str, *, by: Actor) -> list[PhotoCard]:
    access.require(by, "intake.report")
    rows = Photo.objects.filter(demand=None, draft_key=sealing.lookup_hash(idempotency_key)).order_by("id")
    return [photo_card(row) for row in rows]


def photo(photo_id: int, *, by: Actor, tracked: Collection[int] = ()) -> bytes:
    """A photo, for those who may read its demand; JPEG always."""
    row = Photo.objects.filter(pk=photo_id, demand__isnull=False).first()
    if row is None or row.demand_id is None:
        raise NotFound(what=_("Photo %(id)s") % {"id": photo_id})
    demand = visible_row(row.demand_id, by=by, tracked=tracked)
    key = originals.open_each(demand, [row.sealed_key])[0] if row.sealed_key else ""
    if key is None:
        raise NotFound(what=_("Photo %(id)s") % {"id": photo_id})
    return photo_files.opened(row.name, key)


def destroy_photos(demand_ids: Sequence[int]) -> None:
    """Remove the photos of demands whose requester is erased; the files once their rows are surely gone."""
    rows = Photo.objects.filter(demand__in=demand_ids)
    names = list(rows.values_list("name", flat=True))
    rows.delete()
    transaction.on_commit(lambda: photo_files.remove(names))


def claim_draft_photos(keys: Mapping[int, str]) -> None:
    """Give demands the photos that their drafts wait with: {demand id: idempotency key}, in the receiving transaction."""
    for demand_id, key in keys.items():
        if key:
            for row in Photo.objects.filter(demand=None, draft_key=sealing.lookup_hash(key)):
                row.demand, row.draft_key = Demand.objects.get(pk=demand_id), ""
                row.sealed_key = _closed(row.demand, row.sealed_key)
                row.save(update_fields=["demand", "draft_key", "sealed_key"])


def delete_unclaimed_photos(*, by: Actor) -> int:
    """Delete photos whose draft was never sent; returns how many."""
    access.require(by, "intake.report")
    return _delete(Photo.objects.filter(demand=None, added_at__lt=clock.now() - UNCLAIMED_FOR))


def re_encode(file: BinaryIO) -> Image.Image:
    """The bare picture, upright, at most 2048 pixels a side. Size and format are checked before anything is decoded."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _wrong(_("it is larger than %(most)s MB. Choose a smaller photo.") % {"most": MOST_BYTES >> 20})
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise _wrong(
            _("HEIC photos cannot be read here. In the camera settings choose “most compatible” (JPEG).")
        )
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_pixels(*opened.size)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            return _on_white(upright)
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise _wrong(_("it is no JPEG, PNG or WebP picture. Send one of these.")) from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise _wrong(_("the file is damaged. Take or choose the photo again.")) from None


def _on_white(picture: Image.Image) -> Image.Image:
    if "A" not in picture.mode and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> InvalidInput:
    return _wrong(
        _("it has more than %(most)s megapixels. Choose a smaller photo.")
        % {"most": MOST_PIXELS // 1_000_000}
    )


def _check_count(already: int) -> None:
    if already >= MOST_PER_DEMAND:
        raise _wrong(_("a demand takes at most %(most)s photos.") % {"most": MOST_PER_DEMAND})


def _wrong(why: str) -> InvalidInput:
    return InvalidInput(field=_("Photo"), key="photo", why=why)


def _closed(demand: Demand, key: str) -> str:
    """The key of a photo, closed with that of the person behind its demand; nothing where the file lies open."""
    [[closed]] = originals.close_each([(demand.pk, originals.phone_hash_of(demand), [key])])
    return closed


def _keep(picture: Image.Image, by: Actor, *, demand: Demand | None = None, draft_key: str = "") -> Photo:
    """The row and, before it, the file, on disk for good. When the row fails the file goes away again."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    content = buffer.getvalue()
    name = f"{secrets.token_hex(16)}.jpg"
    try:
        key = photo_files.keep(name, content)
    except OSError as error:
        raise PhotoNotStored(reason=error.strerror or type(error).__name__) from error
    try:
        return Photo.objects.create(
            demand=demand,
            draft_key=draft_key,
            name=name,
            sealed_key=_closed(demand, key) if demand else key,
            content_hash=hashlib.sha256(content).hexdigest(),
            width=picture.width,
            height=picture.height,
            size_bytes=len(content),
            added_by=by.reference,
            added_at=clock.now(),
        )
    except BaseException:
        photo_files.remove([name])
        raise


def _delete(rows: models.QuerySet[Photo]) -> int:
    names = list(rows.values_list("name", flat=True)[:500])
    Photo.objects.filter(name__in=names).delete()
    photo_files.remove(names)
    return len(names)
