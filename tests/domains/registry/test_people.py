"""People are sealed on the way in, counted in public, and looked at on the record."""

from pathlib import Path

import pytest
from django.db import connection
from tests.domains.registry.given import COUNTY, OFFICER, STEWARD, VILLAGE, csv_of, given_registry, load

from shuzhi.domains.registry import services
from shuzhi.domains.registry.models import Person
from shuzhi.spine.errors import NotFound
from shuzhi.spine.models import AuditEntry
from shuzhi.spine.sealing import lookup_hash, unseal

pytestmark = pytest.mark.django_db
COLUMNS = (
    "id",
    "household",
    "area",
    "address",
    "income",
    "name",
    "sex",
    "birth",
    "phone",
    "id_number",
    "groups",
)


def rows(count, **changes):
    for number in range(count):
        row = {
            "id": f"P{number}",
            "household": f"H{number // 3}",
            "area": VILLAGE,
            "address": f"上湾{number // 3}号",
            "income": "0.8",
            "name": f"测试{number}",
            "sex": "女",
            "birth": "1950-02-03",
            "phone": f"+86 000-{number:08d}",
            "id_number": f"99010219500203{number:04d}",
            "groups": "elderly|low_income" if number < 6 else "veteran",
        }
        yield [changes.get(name, row[name]) for name in COLUMNS]


def given_people(count=9, **changes):
    given_registry()
    return load("people", csv_of(COLUMNS, rows(count, **changes)))


def test_people_come_in_and_a_second_time_change_nothing():
    assert given_people().accepted == 9

    assert load("people", csv_of(COLUMNS, rows(9))).unchanged == 9
    assert Person.objects.count() == 9


def test_the_database_tells_neither_name_nor_phone_nor_address():
    given_people(1)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.*, h.* FROM registry_person p JOIN registry_household h ON p.household_id = h.id"
        )
        stored = str(cursor.fetchall())
    person = Person.objects.get()

    assert not any(word in stored for word in ("测试0", "00000000000", "上湾0号", "990102195002030000"))
    assert unseal(person.name) == "测试0"
    assert person.phone_hash == lookup_hash("00000000000")


def test_counts_are_public_except_where_they_would_point_at_somebody():
    given_people(9)

    counted = services.people_in(COUNTY)

    assert (counted.people, counted.households) == (9, 3)
    assert counted.groups == {"elderly": 6, "low_income": 6, "veteran": None}


def test_a_changed_person_is_changed_and_loses_old_groups():
    given_people(9)

    report = load("people", csv_of(COLUMNS, rows(9, groups="disabled")))

    assert report.accepted == 9
    assert services.people_in(VILLAGE).groups == {"disabled": 9}
    assert [group.code for group in services.priority_groups()] == ["disabled"]


def test_rows_that_contradict_each_other_are_sent_back():
    given_registry()
    (first,) = rows(1)
    moved = [*first]
    moved[0], moved[3] = "P9", "别处1号"
    renamed = [*first]
    renamed[5] = "别人"

    report = load("people", csv_of(COLUMNS, [first, first, moved, renamed]))

    assert (report.accepted, report.unchanged, report.quarantined) == (1, 1, 2)
    assert "别人" in Path(report.quarantine_file).read_text("utf-8-sig")


def test_looking_at_a_household_names_nobody_and_is_recorded():
    given_people(9)

    card = services.household_of("P0", by=STEWARD)

    assert [member.code for member in card.members] == ["P0", "P1", "P2"]
    assert card.members[0].groups == ("elderly", "low_income")
    assert AuditEntry.objects.get(action="registry.household_of").subject == "person:P0"


def test_somebody_outside_of_ones_scope_looks_like_nobody():
    given_people(1)

    with pytest.raises(NotFound):
        services.household_of("P0", by=OFFICER)
    with pytest.raises(NotFound):
        services.household_of("P404", by=STEWARD)
