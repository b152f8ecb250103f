"""The machine learns from what people chose; a person decides whether what was learnt serves."""

import itertools

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone
from tests.domains.intake.given import CALL_TAKER, DISPATCHER, report_from_web
from tests.factories import DAY, MONDAY, at
from tests.made_once import made_once

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import ModelCard
from shuzhi.domains.intake.models import ModelChange, ShelvedModel
from shuzhi.domains.intake.services.learning import LEAST_JUDGED
from shuzhi.domains.intake.services.shelf import serving_model
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.models import OutboxEvent

STEWARD = Actor(ActorKind.STAFF, "9", "steward", (Grant("registry_steward"),))
LIFTS = ("电梯又停在三楼", "电梯门关不上", "坐电梯时忽然一抖", "电梯按键失灵")
FEES = ("物业费涨了一倍", "物业费收据不给", "空置房也要交全额物业费", "物业费里多了一项")
LIGHTS = ("路灯不亮", "巷子里路灯一闪一闪", "路灯白天也亮着", "路灯杆歪了")
TAILS = (
    "麻烦派人看看",
    "已经一个星期了",
    "老人孩子都不方便",
    "请给个答复",
    "邻居也都这么说",
    "物业不理",
    "谢谢",
)

pytestmark = pytest.mark.usefixtures("county")


@made_once
def given_judgements() -> None:
    """84 demands that people filed; the words of each category stand in several sentences."""
    filed = (("020101", LIFTS), ("020102", FEES), ("0401", LIGHTS))
    for number, ((code, openings), tail) in enumerate(itertools.product(filed, TAILS)):
        for opening in openings:
            receipt = report_from_web(f"{opening}，{tail}，第{number}户反映")
            services.judge_suggestion(receipt.demand_id, field="category", chosen=code, by=DISPATCHER)


@pytest.fixture
def learnt() -> ModelCard:
    return given_learnt()


@made_once
def given_learnt() -> ModelCard:
    given_judgements()
    return services.learn("category", by=STEWARD)


def test_the_program_comes_with_models_that_serve():
    serving = {card.entry.target: card for card in services.models(by=STEWARD) if card.serving}

    assert {"category", "kind"} <= set(serving)
    assert serving["category"].comes_with_the_program
    assert serving["category"].entry.automatic_from > 1, "authored words prove nothing about a county"


def test_learning_enters_a_model_with_what_was_measured_and_changes_nothing(learnt):
    entry = learnt.entry

    assert not learnt.serving
    assert entry.rows >= 84
    assert entry.macro_f1 > 0.8
    assert entry.rival
    assert {"web", "short"} <= set(entry.groups)
    assert services.confusion_of(entry.version, by=STEWARD).startswith("<svg")
    assert services.serving_entry("category").version == entry.rival


def test_a_promoted_model_reads_what_comes_in_and_a_rollback_takes_it_back(learnt):
    services.promote_model(learnt.entry.version, because="better on our own demands", by=STEWARD)

    receipt = report_from_web("楼里的电梯按键失灵，三天了")
    suggested = next(
        one
        for one in services.get_demand(receipt.demand_id, by=DISPATCHER).suggestions
        if one.field == "category"
    )
    assert suggested.value == "020101"
    assert learnt.entry.version in suggested.version

    services.rollback_model("category", because="too early", by=STEWARD)

    assert services.serving_entry("category").version == learnt.entry.rival


def test_a_change_of_models_is_kept_with_its_reason_and_told(learnt):
    services.promote_model(learnt.entry.version, because="better here", by=STEWARD)
    services.rollback_model("category", because="too early", by=STEWARD)

    back, promoted = services.model_changes(by=STEWARD)
    assert (promoted.kind, promoted.version, promoted.because) == (
        "promoted",
        learnt.entry.version,
        "better here",
    )
    assert (back.kind, back.version, back.by) == ("rolled_back", learnt.entry.rival, "steward")
    told = OutboxEvent.objects.filter(name__startswith="Model").order_by("id")
    assert [(one.name, one.body["version"]) for one in told] == [
        ("ModelPromoted", learnt.entry.version),
        ("ModelRolledBack", learnt.entry.rival),
    ]


def test_a_change_that_cannot_be_told_does_not_happen(learnt):
    """The change and its event commit together: when the outbox is full, the former model goes on serving."""
    with connection.execute_wrapper(_no_room_for_events), pytest.raises(OperationalError):
        services.promote_model(learnt.entry.version, because="better here", by=STEWARD)

    assert not ModelChange.objects.exists()
    assert services.serving_entry("category").version == learnt.entry.rival


def _no_room_for_events(execute, sql, params, many, context):
    if "spine_outboxevent" in sql and sql.startswith("INSERT"):
        raise OperationalError("disk full")
    return execute(sql, params, many, context)


def test_a_worse_model_does_not_take_over(learnt):
    row = ShelvedModel.objects.get(version=learnt.entry.version)
    row.entry |= {"rival_f1": learnt.entry.macro_f1 + 0.01}
    row.save()

    with pytest.raises(services.ModelNotPromoted, match="不如现用模型"):
        services.promote_model(learnt.entry.version, because="I like it", by=STEWARD)
    card = services.model(learnt.entry.version, by=STEWARD)
    assert (card.may_serve, card.why_not, card.serving) == (False, "worse", False)


def test_learning_twice_from_the_same_judgements_enters_one_model(learnt):
    again = services.learn("category", by=STEWARD)

    assert again.entry.version == learnt.entry.version


def test_too_few_judgements_teach_nothing():
    receipt = report_from_web("电梯坏了")
    services.judge_suggestion(receipt.demand_id, field="category", chosen="020102", by=DISPATCHER)

    with pytest.raises(services.TooLittleJudged):
        services.learn("category", by=STEWARD)


def test_a_model_file_that_was_changed_is_not_served(learnt):
    services.promote_model(learnt.entry.version, because="try", by=STEWARD)
    path = settings.SHUZHI_DATA_DIR / "models" / f"{learnt.entry.version}.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(RuntimeError, match="was changed"):
        serving_model("category")


def test_models_are_for_the_steward_and_every_change_has_a_reason(learnt):
    with pytest.raises(AccessDenied):
        services.models(by=CALL_TAKER)
    with pytest.raises(AccessDenied):
        services.promote_model(learnt.entry.version, because="x", by=DISPATCHER)
    with pytest.raises(InvalidInput):
        services.promote_model(learnt.entry.version, because=" ", by=STEWARD)


def test_learning_is_due_when_enough_was_judged_since_the_last_model():
    before = services.due()
    given_judgements()
    judged = services.due()
    services.learn("category", by=STEWARD)

    assert (before, judged, services.due()) == ([], ["category"], [])


def test_nothing_is_learnt_outside_of_the_hour_that_the_county_chose(settings):
    given_judgements()
    afternoon = timezone.localtime().replace(hour=14)

    for hour in (2, -1):
        settings.SHUZHI_LEARN_HOUR = hour
        with clock.stopped_at(afternoon):
            assert services.learn_nightly() == 0


def test_learning_in_the_background_is_refused_where_learning_would_be():
    with pytest.raises(services.TooLittleJudged):
        services.start_learning("category", by=STEWARD)
    with pytest.raises(InvalidInput, match="category, kind"):
        services.start_learning("colour", by=STEWARD)
    with pytest.raises(AccessDenied):
        services.start_learning("category", by=CALL_TAKER)


def test_drift_tells_how_often_people_took_the_suggestion():
    given_judgements()

    category, kind = services.drift(by=SYSTEM)

    assert (category.field, category.judged, category.recent) == ("category", 84, 84)
    assert 0 <= category.accepted_share <= 1
    assert (kind.judged, kind.accepted_share, kind.shift) == (0, None, None)


def test_drift_compares_the_last_weeks_with_what_people_chose_before():
    with at(MONDAY):
        given_judgements()
    with at(MONDAY + 70 * DAY):
        for number in range(LEAST_JUDGED):
            receipt = report_from_web(f"学校食堂的饭菜不新鲜，第{number}位家长反映")
            services.judge_suggestion(receipt.demand_id, field="category", chosen="020101", by=DISPATCHER)
        category = services.drift(by=SYSTEM)[0]

    assert (category.judged, category.recent) == (84 + LEAST_JUDGED, LEAST_JUDGED)
    assert category.recent_share == category.weeks[-1]
    assert category.weeks[-11] is not None, "ten weeks ago"
    assert [share for share in category.weeks if share is not None] == [
        category.weeks[-11],
        category.weeks[-1],
    ]
    assert category.learn_again
    assert category.shift > 1, "one category of three, where there were three"
