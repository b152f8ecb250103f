"""A person is forgotten: nobody can read their words again, not even with a copy of the database; the matter stays."""

import pytest
from django.db import connection
from tests.domains.intake.given import DISPATCHER, SECURITY, given_demand, picture

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import DemandWords, Photo, Requester, Supplement
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient
from shuzhi.domains.notices.models import Message, Subscription
from shuzhi.domains.notices.services.people import address_behind
from shuzhi.spine import sealing
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import RequesterErased
from shuzhi.spine.models import AuditEntry, OutboxEvent

pytestmark = pytest.mark.usefixtures("county")
PHONE = "13800138000"
KEY = "3f0c5f0e-6a51-4e8f-9d4f-0a5f2a4d9b11"
JPEG = b"\xff\xd8\xff"
WORDS = "路灯不亮，村民苗永红把灯罩拆走了，我的电话13800138000"
CALLER = {"name": "童小雨", "phone": PHONE, "email": "tong@example.org"}


def everything_stored() -> str:
    """All that a thief of the database holds, opened with the county's key where that opens it."""
    words = list(DemandWords.objects.values_list("title_and_text", flat=True))
    contacts = [one for row in Requester.objects.values_list("name", "phone", "email") for one in row]
    added = list(Supplement.objects.values_list("sealed_text", flat=True))
    return "\n".join(
        sealing.unseal(one) if one.startswith("1") else one for one in [*words, *contacts, *added]
    )


def test_whoever_handles_a_demand_reads_what_was_written_and_the_database_alone_does_not_tell():
    demand_id = given_demand(WORDS, **CALLER).demand_id
    services.supplement(demand_id, text="补充：灯罩在童小雨家门口", by=SYSTEM)

    card = services.get_demand(demand_id, by=SYSTEM)

    assert card.text == WORDS
    assert card.supplements[0].text == "补充：灯罩在童小雨家门口"
    assert services.contact_of(demand_id, by=SYSTEM).name == "童小雨"
    assert not any(word in everything_stored() for word in ("路灯", "童小雨", PHONE))


def test_erasing_makes_all_demands_of_the_phone_unreadable_and_leaves_them_masked():
    first = given_demand(WORDS, **CALLER).demand_id
    second = given_demand("井盖丢了，联系人：童小雨", **CALLER).demand_id
    other = given_demand("水压太低", name="项美娟", phone="13900139000").demand_id
    services.supplement(first, text="补充：灯罩在村民苗永红家门口", by=SYSTEM)

    erased = services.erase_requester(second, because="the person asked for it", by=SECURITY)

    assert erased == [first, second]
    card = services.get_demand(first, by=SYSTEM)
    assert card.masked
    assert card.text == "路灯不亮，村民[人名]把灯罩拆走了，我的电话[手机号]"
    assert card.supplements[0].text == "补充：灯罩在村民[人名]家门口"
    gone = services.contact_of(first, by=SYSTEM)
    assert (gone.name, gone.phone, gone.email) == ("", "", "")
    assert services.calls_of(PHONE, by=SYSTEM) == []
    assert services.contact_of(other, by=SYSTEM).name == "项美娟"
    assert services.get_demand(other, by=SYSTEM).text == "水压太低"


def test_a_copy_of_the_database_made_before_does_not_bring_the_words_back():
    demand_id = given_demand(WORDS, **CALLER).demand_id
    words = DemandWords.objects.get(demand=demand_id).title_and_text
    contact = Requester.objects.filter(demand=demand_id).values().get()
    services.erase_requester(demand_id, because="the person asked for it", by=SECURITY)

    DemandWords.objects.filter(demand=demand_id).update(title_and_text=words)
    Requester.objects.filter(demand=demand_id).update(**contact)

    assert services.get_demand(demand_id, by=SYSTEM).text.startswith("路灯不亮，村民[人名]")
    assert services.contact_of(demand_id, by=SYSTEM).phone == ""


def test_photos_are_gone_and_a_copy_of_files_and_database_does_not_bring_them_back(
    tmp_path, django_capture_on_commit_callbacks
):
    demand_id = given_demand(WORDS, **CALLER).demand_id
    shown = services.add_photo(demand_id, picture(), by=SYSTEM)
    row = Photo.objects.get(pk=shown.id)
    [stolen] = (tmp_path / "photos").rglob("*.jpg")
    content = stolen.read_bytes()

    with django_capture_on_commit_callbacks(execute=True):
        services.erase_requester(demand_id, because="asked for it", by=SECURITY)
        assert stolen.exists()  # as long as the erasing may still be undone

    assert services.get_demand(demand_id, by=SYSTEM).photos == ()
    assert not stolen.exists()
    row.save(force_insert=True)
    stolen.write_bytes(content)
    assert not content.startswith(JPEG)
    with pytest.raises(NotFound):
        services.photo(row.pk, by=SYSTEM)


def test_whoever_is_erased_gets_no_more_news_and_no_copy_tells_the_address():
    demand_id = given_demand(WORDS, **CALLER).demand_id
    told = [Recipient("phone", PHONE), Recipient("email", CALLER["email"])]
    for to in told:
        notices.subscribe("YJ-7K3M-Q2XW", to=to, by=SYSTEM)
    stolen = list(Message.objects.values_list("address_sealed", "inbox"))

    services.erase_requester(demand_id, because="asked for it", by=SECURITY)

    assert not Subscription.objects.exists()
    assert set(Message.objects.values_list("state", "address_sealed", "context_sealed")) == {
        ("failed", "", "")
    }
    assert [address_behind(token, inbox.partition(":")[2]) for token, inbox in stolen] == [None, None]


def test_photos_that_came_with_a_draft_close_with_the_person_too(
    tmp_path, django_capture_on_commit_callbacks
):
    services.keep_draft_photo(KEY, picture(), by=SYSTEM)
    demand_id = given_demand("路灯不亮", idempotency_key=KEY, **CALLER).demand_id
    [row] = Photo.objects.all()

    assert services.photo(row.pk, by=SYSTEM).startswith(JPEG)
    assert row.sealed_key.startswith("p")
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_requester(demand_id, because="asked for it", by=SECURITY)
    assert not list((tmp_path / "photos").rglob("*.jpg"))


def test_words_that_only_the_county_key_closed_are_gone_as_well():
    """As demands of version 0.1 are stored."""
    demand_id = given_demand(WORDS, **CALLER).demand_id
    DemandWords.objects.filter(demand=demand_id).update(title_and_text=sealing.seal(f"路灯\n{WORDS}"))
    Requester.objects.filter(demand=demand_id).update(name=sealing.seal("童小雨"))
    assert services.get_demand(demand_id, by=SYSTEM).text == WORDS

    services.erase_requester(demand_id, because="the person asked for it", by=SECURITY)

    assert services.get_demand(demand_id, by=SYSTEM).masked
    assert services.contact_of(demand_id, by=SYSTEM).name == ""


def test_a_demand_without_a_phone_has_a_key_of_its_own():
    alone, other = given_demand(WORDS).demand_id, given_demand("水压太低").demand_id

    assert services.erase_requester(alone, because="the person asked for it", by=SECURITY) == [alone]

    assert services.get_demand(alone, by=SYSTEM).masked
    assert services.get_demand(other, by=SYSTEM).text == "水压太低"


def test_the_index_of_words_forgets_the_names():
    demand_id = given_demand(WORDS, **CALLER).demand_id
    assert services.find_by_words("苗永红", most=9, by=SYSTEM) == [demand_id]

    services.erase_requester(demand_id, because="the person asked for it", by=SECURITY)

    assert services.find_by_words("苗永红", most=9, by=SYSTEM) == []
    assert services.find_by_words("路灯不亮", most=9, by=SYSTEM) == [demand_id]


def test_erasing_is_told_kept_in_the_trail_and_allowed_to_the_security_administrator_only():
    demand_id = given_demand(WORDS, **CALLER).demand_id
    with pytest.raises(AccessDenied):
        services.erase_requester(demand_id, because="curiosity", by=DISPATCHER)
    with pytest.raises(InvalidInput):
        services.erase_requester(demand_id, because=" ", by=SECURITY)
    with pytest.raises(NotFound):
        services.erase_requester(demand_id + 1, because="a slip", by=SECURITY)
    assert services.get_demand(demand_id, by=SYSTEM).text == WORDS

    services.erase_requester(demand_id, because="the person asked for it", by=SECURITY)

    assert OutboxEvent.objects.filter(name=RequesterErased.__name__).count() == 1
    assert AuditEntry.objects.get(action="intake.erase").outcome == "done"


def test_keys_lie_outside_the_database(settings):
    given_demand(WORDS, **CALLER)

    assert (settings.SHUZHI_DATA_DIR / "keys" / "subjects.sqlite3").exists()
    assert "subject_key" not in connection.introspection.table_names()
