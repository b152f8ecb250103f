"""Photos: only the picture is kept, upright, in bounds, out of the reach of those who may not see it."""

import errno
import io
import zlib
from datetime import timedelta

import pytest
from PIL import Image
from tests.domains.intake.given import (
    CALL_TAKER,
    REVIEWER,
    VILLAGE_CALL_TAKER,
    given_demand,
    picture,
    report_from_web,
)

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Photo
from shuzhi.domains.intake.services import photo_files, photos
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound, TooManyTries

pytestmark = pytest.mark.usefixtures("county")
KEY = "3f0c5f0e-6a51-4e8f-9d4f-0a5f2a4d9b11"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def kept_picture(photo_id: int) -> Image.Image:
    return Image.open(io.BytesIO(services.photo(photo_id, by=CALL_TAKER)))


def with_exif() -> io.BytesIO:
    """Two squares side by side, red and blue, with the note that the camera was turned."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (40, 0, 80, 40))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[GPS] = 6, "Spy camera", {1: "N", 2: (29.0, 12.0, 1.0)}
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    file.seek(0)
    return file


def huge_png() -> io.BytesIO:
    """The head of a picture of 30,000 by 30,000 pixels that weighs a hundred bytes."""
    head = (30_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4) for name, data in chunks
    )
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def test_what_the_camera_wrote_is_removed_and_the_picture_stands_upright():
    receipt = given_demand()

    card = services.add_photo(receipt.demand_id, with_exif(), by=CALL_TAKER)

    kept = kept_picture(card.id)
    assert (kept.format, kept.size, (card.width, card.height)) == ("JPEG", (40, 80), (40, 80))
    assert not kept.getexif()
    assert b"Spy camera" not in services.photo(card.id, by=CALL_TAKER)
    top = kept.getpixel((20, 10))
    assert top[0] > 200 > top[2]


def test_a_large_picture_is_made_smaller_and_transparency_becomes_white():
    receipt = given_demand()
    large = services.add_photo(receipt.demand_id, picture(5000, 1000), by=CALL_TAKER)
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    clear.seek(0)
    paper = services.add_photo(receipt.demand_id, clear, by=CALL_TAKER)

    assert (large.width, large.height) == (2048, 410)
    assert kept_picture(paper.id).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_the_three_formats_are_taken(format):
    receipt = given_demand()

    assert services.add_photo(receipt.demand_id, picture(format=format), by=CALL_TAKER).size_bytes > 100


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "JPEG"),
        (b"GIF89a" + b"\0" * 50, "JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "JPEG"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
        (picture(800, 600).getvalue()[:300], ""),
        (b"\xff" * (50 * 1024 * 1024), "10 MB"),
        (huge_png().getvalue(), "40"),
    ],
)
def test_what_is_no_good_picture_is_refused_and_leaves_nothing(content, word, tmp_path):
    receipt = given_demand()

    with pytest.raises(InvalidInput) as refused:
        services.add_photo(receipt.demand_id, io.BytesIO(content), by=CALL_TAKER)

    assert word in refused.value.sentence
    assert not Photo.objects.exists()
    assert not list((tmp_path / "photos").rglob("*"))


def test_a_demand_takes_six_photos():
    receipt = given_demand()
    for _each in range(photos.MOST_PER_DEMAND):
        services.add_photo(receipt.demand_id, picture(), by=CALL_TAKER)

    with pytest.raises(InvalidInput):
        services.add_photo(receipt.demand_id, picture(), by=CALL_TAKER)


def test_a_full_disk_is_said_and_leaves_no_row_and_no_half_file(monkeypatch, tmp_path):
    receipt = given_demand()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(photo_files.os, "fsync", full)
    with pytest.raises(services.PhotoNotStored, match="No space left"):
        services.add_photo(receipt.demand_id, picture(), by=CALL_TAKER)

    assert not Photo.objects.exists()
    assert not [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]


def test_photos_are_for_the_requester_and_the_staff_of_the_place(tmp_path):
    receipt = report_from_web("路灯不亮")
    tracked = {receipt.demand_id}
    card = services.add_photo(receipt.demand_id, picture(), by=ANONYMOUS, tracked=tracked)

    for stranger in (ANONYMOUS, VILLAGE_CALL_TAKER):
        with pytest.raises(NotFound):
            services.photo(card.id, by=stranger)
        with pytest.raises(NotFound):
            services.add_photo(receipt.demand_id, picture(), by=stranger)
    with pytest.raises(AccessDenied):
        services.add_photo(receipt.demand_id, picture(), by=REVIEWER)
    assert services.photo(card.id, by=ANONYMOUS, tracked=tracked) == services.photo(card.id, by=REVIEWER)
    [path] = (one for one in (tmp_path / "photos").rglob("*.jpg"))
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_one_address_sends_as_many_pictures_as_its_reports_can_hold(settings):
    settings.SHUZHI_REPORTS_PER_ADDRESS = 1
    for number in range(photos.MOST_PER_DEMAND):
        services.keep_draft_photo(f"{number}-{KEY}", picture(), address="198.51.100.7", by=ANONYMOUS)

    with pytest.raises(TooManyTries):
        services.keep_draft_photo(KEY, picture(), address="198.51.100.7", by=ANONYMOUS)
    services.keep_draft_photo(KEY, picture(), address="198.51.100.8", by=ANONYMOUS)
    services.keep_draft_photo(KEY, picture(), address="198.51.100.7", by=CALL_TAKER)


def test_photos_of_a_draft_wait_for_it_and_go_when_it_is_never_sent():
    services.keep_draft_photo(KEY, picture(), by=ANONYMOUS)
    services.keep_draft_photo("another-key-0123456789", picture(), by=ANONYMOUS)
    receipt = report_from_web("路灯不亮", idempotency_key=KEY)

    assert len(services.get_demand(receipt.demand_id, by=CALL_TAKER).photos) == 1
    unclaimed = Photo.objects.get(demand=None)
    with pytest.raises(NotFound):
        services.photo(unclaimed.pk, by=CALL_TAKER)

    with clock.stopped_at(clock.now() + timedelta(hours=25)):
        services.keep_draft_photo("third-key-0123456789", picture(), by=ANONYMOUS)
    assert not Photo.objects.filter(pk=unclaimed.pk).exists()
    assert not photo_files.path_of(unclaimed.name).exists()
