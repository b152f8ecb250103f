"""What a demand must be to be received: cleaned, in bounds, with codes that exist. Says how to mend what is wrong."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.kinds import CHANNELS, KINDS, SOURCE_LEVELS
from shuzhi.spine import clock
from shuzhi.spine.errors import InvalidInput

REPORTS_WITHIN_SECONDS = 600
MOST_CHARACTERS = 10_000
MOST_TITLE_CHARACTERS = 200
MOST_PLACE_CHARACTERS = 200
TITLE_FROM_TEXT = 40  # characters of the text that stand in for a missing title
SHORTEST_KEY = 16
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCK_DRIFT = timedelta(minutes=10)  # between our clock and that of a system that hands demands over

# Controls (not tab and line feed), overrides of writing direction that make text read as what it is not
# (Unicode TR 36, 3.1), lone surrogates and noncharacters.
_UNWANTED = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""Every character that cleaning looks at; most texts have none."""
_PHONE = re.compile(r"\+?[0-9]{5,20}")
MOST_TAGS, MOST_TAG_CHARACTERS = 10, 32
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{1,60}")
_KEY = re.compile(r"[\x21-\x7e]+")

LABELS: dict[str, Promise] = {
    "text": gettext_lazy("What happened"),
    "title": gettext_lazy("Title"),
    "place": gettext_lazy("Place"),
    "lat": gettext_lazy("Latitude"),
    "lng": gettext_lazy("Longitude"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "enterprise": gettext_lazy("Enterprise"),
    "tags": gettext_lazy("Tags"),
    "channel": gettext_lazy("Channel"),
    "kind": gettext_lazy("Kind"),
    "category": gettext_lazy("Category"),
    "area": gettext_lazy("Area"),
    "source_level": gettext_lazy("Source level"),
    "source_key": gettext_lazy("Number at the source"),
    "received_at": gettext_lazy("Received at"),
    "same_as": gettext_lazy("Same matter as"),
    "language": gettext_lazy("Language"),
    "idempotency_key": gettext_lazy("Idempotency key"),
}


def wrong(key: str, why: str) -> InvalidInput:
    """A refusal of one field; `key` in its details is the field's code, for forms."""
    return InvalidInput(field=LABELS[key], key=key, why=why)


def check_draft(draft: DemandDraft) -> DemandDraft:
    """The draft with its words cleaned, or InvalidInput for the first thing that is wrong."""
    title, text = _words(draft)
    _check_codes(draft)
    lat, lng = _position(draft)
    anonymous = draft.anonymous
    return replace(
        draft,
        title=title,
        text=text,
        place=_line(draft.place, "place", MOST_PLACE_CHARACTERS),
        lat=lat,
        lng=lng,
        name="" if anonymous else _line(draft.name, "name", 80),
        phone="" if anonymous else clean_phone(draft.phone),
        email="" if anonymous else _email(draft.email),
        enterprise=_line(draft.enterprise, "enterprise", 128),
        tags=_tags(draft.tags),
        source_key=_line(draft.source_key, "source_key", 128),
        idempotency_key=_idempotency_key(draft.idempotency_key),
        received_at=_moment(draft.received_at),
    )


def clean_words(words: str, key: str, *, most: int) -> str:
    """Words without what no reader can see: controls, direction overrides. Line breaks stay."""
    plain = (_cleaned(words, key) if _ODD.search(words) else words).strip()
    if len(plain) > most:
        raise wrong(
            key,
            _(
                "it has %(count)s characters; %(most)s are the most. Shorten it, or send the rest as a supplement."
            )
            % {"count": len(plain), "most": most},
        )
    return plain


def _cleaned(words: str, key: str) -> str:
    if "\x00" in words:
        raise wrong(key, _("it contains a NUL character, which is no text. Send it as plain text (UTF-8)."))
    plain = _UNWANTED.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", plain)


def clean_phone(phone: str) -> str:
    """Digits only, an international number with its "+"; the mainland's own +86 is left out.

    However it was typed (full-width, 86 without a plus): one person's number has to be the same number always.
    """
    written = unicodedata.normalize("NFKC", _line(phone, "phone", 40))
    digits = re.sub(r"[\s\-–—().]", "", written)
    digits = re.sub(r"^(\+86|86(?=1[3-9]\d{9}$))", "", digits)
    if digits and not _PHONE.fullmatch(digits):
        raise wrong("phone", _("write 5 to 20 digits, for example 13800000000, or leave it empty."))
    return digits


def _words(draft: DemandDraft) -> tuple[str, str]:
    text = clean_words(draft.text, "text", most=MOST_CHARACTERS)
    title = " ".join(clean_words(draft.title, "title", most=MOST_TITLE_CHARACTERS).split())
    if not text and not title:
        raise wrong("text", _("it is empty. Say in a sentence what happened and where."))
    first_line = (text or title).split("\n", 1)[0]
    return title or " ".join(first_line.split())[:TITLE_FROM_TEXT], text or title


def _check_codes(draft: DemandDraft) -> None:
    if draft.channel not in CHANNELS:
        raise wrong("channel", _("use one of: %(codes)s.") % {"codes": ", ".join(CHANNELS)})
    if draft.kind and draft.kind not in KINDS:
        raise wrong("kind", _("use one of: %(codes)s.") % {"codes": ", ".join(KINDS)})
    if draft.source_level not in SOURCE_LEVELS:
        raise wrong("source_level", _("use one of: %(codes)s.") % {"codes": ", ".join(sorted(SOURCE_LEVELS))})
    if draft.language not in {"zh-hans", "en"}:
        raise wrong("language", _("use one of: %(codes)s.") % {"codes": "zh-hans, en"})


def _position(draft: DemandDraft) -> tuple[float | None, float | None]:
    if draft.lat is None or draft.lng is None:
        if draft.lat is not None or draft.lng is not None:
            raise wrong(
                "lat" if draft.lat is None else "lng", _("give both latitude and longitude, or neither.")
            )
        return None, None
    # A comparison with NaN is false, so NaN is refused here too.
    if not -90 <= draft.lat <= 90:
        raise wrong("lat", _("it is not between -90 and 90 degrees."))
    if not -180 <= draft.lng <= 180:
        raise wrong("lng", _("it is not between -180 and 180 degrees."))
    return round(draft.lat, 6), round(draft.lng, 6)


def _line(words: str, key: str, most: int) -> str:
    return " ".join(clean_words(words, key, most=most).split()) if words else ""


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    plain = dict.fromkeys(tag for one in tags if (tag := _line(one, "tags", MOST_TAG_CHARACTERS)))
    if len(plain) > MOST_TAGS:
        raise wrong("tags", _("give %(most)d at most.") % {"most": MOST_TAGS})
    return tuple(plain)


def _email(email: str) -> str:
    address = _line(email, "email", 254)
    if address and not _EMAIL.fullmatch(address):
        raise wrong("email", _("write it like name@example.org, or leave it empty."))
    return address


def _idempotency_key(key: str) -> str:
    if key and not (SHORTEST_KEY <= len(key) <= 200 and _KEY.fullmatch(key)):
        raise wrong(
            "idempotency_key", _("use 16 to 200 printable characters that nobody can guess, such as a UUID.")
        )
    return key


def _moment(moment: datetime | None) -> datetime:
    now = clock.now()
    if moment is None:
        return now
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment > now + CLOCK_DRIFT:
        raise wrong(
            "received_at", _("it lies in the future. Check the date, and the clock of the sending system.")
        )
    if moment < EARLIEST:
        raise wrong("received_at", _("it lies before 1990. Check the date."))
    return moment.astimezone(UTC)
