"""Builds the demo county once: registry, people, accounts, three years of demands with their work orders."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.services import PastJourney
from shuzhi.domains.insight import services as insight
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.ledger import services as ledger
from shuzhi.engines import county
from shuzhi.site.demo import ahead, decisions, knowledge, policy, registry, staff
from shuzhi.site.demo.journeys import Journeys
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import Refused

YEARS = 3
CHUNK = 1000
DAYS_OF_ISSUES = 365
ME_TOO_SHARE = 0.5
Step = Callable[[str, int, int], None]

_CHANNELS = {
    "app": "mobile_app",
    "counter": "window",
    "mailbox": "email",
    "grid": "grid_officer",
}


class OtherCountyBegun(Refused):
    code, status = "other-county-begun", HTTPStatus.CONFLICT
    message = _(
        "Another demo county was begun here (--seed %(seed)s --demands %(demands)s --households %(households)s). "
        "Build that one to its end, or remove it with `make clean-data`."
    )


def is_built() -> bool:
    return _note().exists()


def build(*, seed: int, demands: int, households: int, on_step: Step) -> None:
    """Build everything; the truth about planted issues goes to a file that the product never reads.

    A building that was cut off goes on: what stands is found, and only what is missing is added.
    on_step(what, done, total): told as the work goes on.
    """
    until = _begun(seed=seed, demands=demands, households=households)
    start = until - timedelta(days=365 * YEARS)
    place = county.registry(seed)
    on_step("registry", 0, 1)
    years = range(start.year, until.year + 1)
    registry.load(place, years=years)
    registry.load_costs(place, demands_a_year=demands // YEARS, years=years)
    on_step("registry", 1, 1)
    colleagues = staff.hire(place)
    knowledge.load(colleagues)
    on_step("people", 0, 1)
    registry.load_people(place, households=households)
    on_step("people", 1, 1)
    on_step("entitlements", 0, 1)
    policy.keep_truth(policy.load(place, households=households, on=until.date()), _folder())
    policy.begin()
    on_step("entitlements", 1, 1)
    stream = county.demands(seed, place, demands, start.date(), until.date())
    ledger.set_up_local_witnesses(because="demo county", by=SYSTEM)
    received = 0
    journeys = Journeys(place, colleagues, until=until)
    known: dict[str, int] = {}
    while chunk := [one for one in islice(stream, CHUNK) if one.created_at <= until]:
        _carry(chunk, known, journeys, seed)
        received += len(chunk)
        on_step("demands", received, demands)
    on_step("demands", received, received)
    on_step("hot issues", 0, 1)
    outbox.drain(LISTENERS)
    insight.rebuild(days=DAYS_OF_ISSUES, by=SYSTEM)
    decisions.load(until=until)
    on_step("hot issues", 1, 1)
    truth = county.truth(seed, place, demands, start.date(), until.date())
    _keep_truth(truth)
    events = [issue.event for issue in truth.issues]
    weather = county.weather(seed, place, events, start.date(), until.date())
    tomorrow = until.date() + timedelta(days=1)
    mountains = place.areas_at("county")[-1].code
    ahead.load_readings(ahead.with_cloudburst(weather, on=tomorrow, area=mountains))
    outbox.drain(LISTENERS)
    ahead.look(on_step)
    _note().write_text(json.dumps({"seed": seed, "demands": received, "built_at": until.isoformat()}))


def _carry(
    chunk: Sequence[county.SyntheticDemand], known: dict[str, int], journeys: Journeys, seed: int
) -> None:
    """Receive a chunk, let casework register it, then let its orders go their way."""
    drafts = [_draft(one, known, seed) for one in chunk]
    receipts = intake.receive_many(drafts, by=SYSTEM)
    ids = {one.id: receipt.demand_id for one, receipt in zip(chunk, receipts, strict=True)}
    # Nobody can say "me too" to a report that is kept secret.
    known.update({one.id: ids[one.id] for one in chunk if not one.secret})
    outbox.drain([outbox.find_listener(LISTENERS, "casework.orders")])
    casework.import_journeys(_journeys(chunk, ids, journeys), by=SYSTEM)


def _journeys(
    chunk: Sequence[county.SyntheticDemand], ids: dict[str, int], journeys: Journeys
) -> Iterator[PastJourney]:
    received = intake.get_demands(ids.values(), by=SYSTEM)
    for one in chunk:
        demand_id = ids[one.id]
        yield journeys.of(one, demand_id, urgency=received[demand_id].urgency)


def _draft(one: county.SyntheticDemand, known: dict[str, int], seed: int) -> DemandDraft:
    # Some people say "me too" themselves; the others leave the finding of duplicates to the dispatcher.
    says_me_too = random.Random(f"me-too-{seed}-{one.id}").random() < ME_TOO_SHARE  # noqa: S311
    first = known.get(one.duplicate_of or "") if says_me_too else None
    return DemandDraft(
        channel=_CHANNELS.get(one.channel, one.channel),
        title=one.title,
        text=one.text,
        kind="" if one.kind == "other" else one.kind,
        category=one.category,
        area=one.area,
        place=one.address,
        lat=one.lat,
        lng=one.lng,
        name="" if one.anonymous else one.name,
        phone="" if one.anonymous else one.phone,
        anonymous=one.anonymous,
        secret=one.secret,
        same_as=first,
        source=f"demo-{seed}",
        source_key=one.id,
        received_at=one.created_at,
        synthetic=True,
    )


def _begun(**wanted: int) -> datetime:
    """The moment up to which the county lives: now, or that of a building of the same county that was cut off."""
    note = _folder() / "begun.json"
    if note.exists():
        begun = json.loads(note.read_text())
        if begun["wanted"] != wanted:
            raise OtherCountyBegun(**begun["wanted"])
        return datetime.fromisoformat(begun["until"])
    until = timezone.localtime(clock.now())
    note.write_text(json.dumps({"wanted": wanted, "until": until.isoformat()}))
    return until


def _folder() -> Path:
    folder: Path = settings.SHUZHI_DATA_DIR / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _note() -> Path:
    return _folder() / "built.json"


def _keep_truth(truth: county.PlantedTruth) -> None:
    text = json.dumps(asdict(truth), ensure_ascii=False, default=str)
    (_folder() / "truth.json").write_text(text, encoding="utf-8")
