"""To whom, by when, and on which days: the dated rules give one answer per day."""

from datetime import date, datetime

import pytest
from tests.domains.registry.given import CITY, COUNTY, OFFICER, STEWARD, TOWN, VILLAGE, given_registry

from shuzhi.domains.registry import services
from shuzhi.domains.registry.refusals import YearNotPublished
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import CalendarChanged, CatalogueChanged
from shuzhi.spine.models import AuditEntry, OutboxEvent

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def units_for(category, area, on=DAY):
    return [target.unit for target in services.dispatch_targets(category, area=area, on=on)]


def test_the_longest_category_then_the_nearest_area_wins():
    given_registry()

    assert units_for("020101", VILLAGE) == ["town_qingshi", "housing"]
    assert units_for("020101", COUNTY) == ["housing"]
    assert units_for("04", "") == ["water"]
    assert units_for("15", VILLAGE) == []
    assert units_for("", VILLAGE) == []


def test_why_a_unit_is_named_is_said_in_names_not_in_codes():
    given_registry()

    reason = services.dispatch_targets("020101", area=VILLAGE, on=DAY)[0].reason

    assert services.get_area(TOWN).label in reason
    assert services.get_category("0201").label in reason
    assert TOWN not in reason


def test_a_row_counts_from_its_date_on():
    given_registry()

    assert units_for("020101", VILLAGE, on=date(2020, 6, 1)) == ["housing"]
    assert units_for("020101", VILLAGE, on=date(2019, 12, 31)) == []


def test_an_unknown_area_is_not_found():
    given_registry()

    with pytest.raises(NotFound):
        units_for("02", "123456789012")


def test_a_change_of_the_catalogue_is_a_new_version_that_is_told_and_the_past_stays():
    given_registry()

    target = services.change_catalogue(
        "0201", area=TOWN, unit="water", because="裁定 2026-17", by=STEWARD, from_date=date(2026, 3, 1)
    )

    assert (target.version, units_for("020101", VILLAGE)[0]) == (2, "water")
    assert units_for("020101", VILLAGE, on=date(2026, 2, 28))[0] == "town_qingshi"
    assert OutboxEvent.objects.filter(name=CatalogueChanged.__name__).get().body == {
        "category": "0201",
        "area": TOWN,
        "unit": "water",
        "version": 2,
    }
    assert AuditEntry.objects.filter(action="registry.change_catalogue").exists()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"unit": "nobody"}, NotFound),
        ({"area": "1"}, NotFound),
        ({"because": " "}, InvalidInput),
        ({"by": OFFICER}, AccessDenied),
    ],
)
def test_a_change_that_names_nothing_real_is_refused(change, refusal):
    given_registry()

    with pytest.raises(refusal):
        services.change_catalogue(
            "0201", **{"area": TOWN, "unit": "water", "because": "裁定", "by": STEWARD, **change}
        )

    assert units_for("020101", VILLAGE)[0] == "town_qingshi"


def test_the_whole_catalogue_of_a_day_has_one_row_for_each_category_and_area():
    given_registry()

    rows = services.catalogue(DAY)

    assert [(row.category, row.area) for row in rows] == [("02", CITY), ("0201", TOWN), ("04", CITY)]


def test_a_threat_to_life_is_never_slowed_down_by_a_category():
    given_registry()

    limits = services.sla_for("complaint", urgency="life_safety", category="020101", on=DAY)

    assert (limits.finish.amount, limits.finish.unit) == (2, "hour")


def test_a_category_of_its_own_limits_comes_before_the_kind_and_the_latest_row_before_older_ones():
    given_registry()

    assert services.sla_for("complaint", urgency="normal", category="020101", on=DAY).statutory.amount == 20
    assert services.sla_for("complaint", urgency="normal", category="04", on=DAY).finish.amount == 4
    assert (
        services.sla_for("complaint", urgency="normal", category="04", on=date(2025, 6, 1)).finish.amount == 5
    )


def test_without_a_row_there_is_no_limit_to_promise():
    given_registry()

    with pytest.raises(NotFound):
        services.sla_for("praise", urgency="normal", category="04", on=DAY)


def test_the_published_year_knows_holidays_and_swapped_days():
    services.import_calendar([2025], by=SYSTEM)
    calendar = services.working_calendar()

    # State Council notice on the holidays of 2025: 26 January is worked, 28 January to 4 February is off.
    assert calendar.is_workday(date(2025, 1, 26))
    assert not calendar.is_workday(date(2025, 1, 28))
    assert calendar.covers(2025)
    assert not calendar.covers(2024)


def test_a_published_year_imported_twice_adds_nothing():
    first = services.import_calendar([2025], by=SYSTEM)
    second = services.import_calendar([2025], by=SYSTEM)

    assert first.accepted == first.rows > 20
    assert (second.accepted, second.unchanged) == (0, first.rows)


def test_what_the_county_says_of_a_day_outlives_another_import():
    services.import_calendar([2025], by=SYSTEM)

    services.set_day(date(2025, 10, 1), working=True, note="防汛值班", by=STEWARD)
    services.import_calendar([2025], by=SYSTEM)

    assert services.working_calendar().is_workday(date(2025, 10, 1))


@pytest.mark.parametrize(
    ("today", "missing"),
    [("2026-03-02", None), ("2026-10-30", None), ("2026-11-28", 2027), ("2027-01-04", 2027)],
)
def test_the_coming_year_is_missed_as_soon_as_deadlines_reach_it(today, missing):
    services.import_calendar([2026], by=SYSTEM)

    with clock.stopped_at(datetime.fromisoformat(f"{today}T09:00+08:00")):
        assert services.uncovered_year() == missing


def test_a_year_that_is_not_published_is_refused():
    with pytest.raises(YearNotPublished):
        services.import_calendar([2150], by=SYSTEM)


def test_an_edited_day_changes_the_calendar_at_once_and_is_told():
    before = services.working_calendar()

    services.set_day(date(2030, 3, 6), working=False, note="县庆日", by=STEWARD)

    assert before.is_workday(date(2030, 3, 6))
    assert not services.working_calendar().is_workday(date(2030, 3, 6))
    assert OutboxEvent.objects.get(name=CalendarChanged.__name__).body == {"day": "2030-03-06"}


def test_a_day_with_hours_of_its_own_is_worked_at_those_hours():
    services.set_day(date(2030, 3, 9), working=True, hours="9:00-11:30", by=STEWARD)

    assert [str(one) for one in services.working_calendar().hours_on(date(2030, 3, 9))] == ["09:00-11:30"]


def test_a_day_set_back_to_its_weekday_loses_its_mark():
    services.set_day(date(2030, 3, 9), working=True, by=STEWARD)
    services.set_day(date(2030, 3, 9), working=False, by=STEWARD)

    days = services.calendar_days(2030)
    assert len(days) == 365
    assert [card for card in days if card.kind] == []


@pytest.mark.parametrize("hours", ["9-5", "12:00-09:00", "09:00-12:00,11:00-13:00", "25:00-26:00"])
def test_hours_that_no_office_can_keep_are_refused(hours):
    with pytest.raises(InvalidInput):
        services.set_day(date(2030, 3, 6), working=True, hours=hours, by=STEWARD)
    with pytest.raises(InvalidInput):
        services.set_hours(hours, from_date=date(2030, 3, 6), by=STEWARD)


def test_a_day_off_has_no_hours():
    with pytest.raises(InvalidInput):
        services.set_day(date(2030, 3, 6), working=False, hours="09:00-12:00", by=STEWARD)


def test_only_stewards_edit_the_calendar():
    with pytest.raises(AccessDenied):
        services.set_day(date(2030, 3, 6), working=False, by=OFFICER)


def test_office_hours_change_from_their_date_on_and_the_past_keeps_its_own():
    services.import_calendar([2026], by=SYSTEM)
    services.set_hours("08:30-12:00,15:00-18:00", from_date=date(2026, 6, 1), by=STEWARD)
    services.set_hours("09:00-12:00,13:30-17:00", from_date=date(2026, 10, 8), by=STEWARD)

    calendar = services.working_calendar()

    closing = [
        str(calendar.hours_on(day)[-1]) for day in (date(2026, 5, 29), date(2026, 6, 1), date(2026, 10, 8))
    ]
    assert closing == ["13:30-17:30", "15:00-18:00", "13:30-17:00"]
    assert calendar.hours_on(date(2026, 6, 19)) == ()  # Dragon Boat Festival


@pytest.mark.parametrize("day", [date(206, 6, 1), date(9999, 6, 1)])
def test_a_year_that_is_a_slip_of_the_pen_changes_no_calendar(day):
    before = services.working_calendar()

    with pytest.raises(InvalidInput):
        services.set_hours("08:30-12:00", from_date=day, by=STEWARD)
    with pytest.raises(InvalidInput):
        services.set_day(day, working=False, by=STEWARD)

    assert services.working_calendar() == before


def test_office_hours_cannot_be_empty():
    with pytest.raises(InvalidInput):
        services.set_hours(" ", from_date=date(2026, 6, 1), by=STEWARD)
