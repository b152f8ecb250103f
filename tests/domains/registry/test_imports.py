"""Every row of a file is accounted for, and importing it twice adds nothing."""

import io
import os
from datetime import date
from pathlib import Path

import pytest
from tests.domains.registry.given import (
    AREAS,
    CATALOGUE,
    CITY,
    COUNTY,
    OFFICER,
    SLA,
    STEWARD,
    TOWN,
    VILLAGE,
    csv_of,
    features,
    given_registry,
    load,
    square,
)

from shuzhi.domains.registry import services
from shuzhi.domains.registry.importers import LOADERS
from shuzhi.domains.registry.refusals import MissingColumns, UnknownDataset, UnreadableFile
from shuzhi.engines.tabular import open_table
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, NotFound
from shuzhi.spine.events import CalendarChanged, RegistryImported
from shuzhi.spine.models import OutboxEvent

pytestmark = pytest.mark.django_db


def announced(event):
    return list(OutboxEvent.objects.filter(name=event.__name__).values_list("body", flat=True))


def rows_sent_back(report):
    with Path(report.quarantine_file).open("rb") as file:
        return [row.values for row in open_table(file, "quarantine.csv").rows]


def test_a_file_imported_twice_adds_nothing_and_tells_nothing():
    given_registry()
    told = len(announced(RegistryImported))

    report = load("areas", AREAS)

    assert (report.accepted, report.unchanged, report.quarantine_file) == (0, 4, "")
    assert len(announced(RegistryImported)) == told


def test_chinese_titles_gb18030_and_short_codes_are_understood():
    text = "行政区划代码,区划名称,层级\n990102,禾坪县,县\n990102100,青石镇,镇\n"

    report = load("areas", text.encode("gb18030"))

    assert report.accepted == 2
    assert [card.code for card in services.area_path(TOWN)] == [COUNTY, TOWN]


def test_parents_may_stand_below_their_children():
    lines = AREAS.strip().splitlines()

    report = load("areas", "\n".join([lines[0], *reversed(lines[1:])]))

    assert report.quarantined == 0
    assert [card.name for card in services.area_path(VILLAGE)] == ["云江市", "禾坪县", "青石镇", "上湾村"]


def test_refused_rows_come_back_with_line_and_reason_and_are_taken_once_mended():
    damaged = AREAS.replace("上湾村", "").replace("village,", "hamlet,") + "12a,x,y,town,\n"

    report = load("areas", damaged)
    sent_back = rows_sent_back(report)

    assert (report.rows, report.accepted, report.quarantined) == (5, 3, 2)
    assert sorted(row[0] for row in sent_back) == ["5", "6"]
    assert oct(os.stat(report.quarantine_file).st_mode)[-3:] == "600"
    mended = Path(report.quarantine_file).read_text("utf-8-sig")
    mended = mended.replace(f"{VILLAGE},,", f"{VILLAGE},上湾村,").replace("hamlet", "village")
    assert load("areas", mended).accepted == 1
    assert services.get_area(VILLAGE).name == "上湾村"


def test_a_circle_of_areas_is_refused():
    text = f"code,name,level,parent\n{TOWN},a,town,{COUNTY}\n{COUNTY},b,county,{TOWN}\n"

    assert load("areas", text).quarantined == 2


def test_a_known_area_cannot_move_below_itself():
    given_registry()

    report = load("areas", f"code,name,level,parent\n{COUNTY},禾坪县,county,{VILLAGE}\n")

    assert report.quarantined == 1
    assert services.get_area(COUNTY).parent == CITY


def test_an_area_that_moves_takes_everything_below_along():
    given_registry()

    load("areas", f"code,name,level,parent\n{TOWN},青石镇,town,{CITY}\n")

    assert [card.code for card in services.area_path(VILLAGE)] == [CITY, TOWN, VILLAGE]


def test_columns_that_the_file_lacks_stay_as_they_were():
    given_registry()

    load("units", "code,name,tier\nwater,云江水务集团,firm\n")

    assert services.get_unit("water").name == "云江水务集团"
    assert services.get_unit("water").phone == "0000-8000002"


def test_the_same_code_twice_in_a_file_is_taken_once():
    text = f"code,name\n{CITY},云江市\n{CITY},云江市\n{CITY},别的市\n"

    report = load("areas", text)

    assert (report.accepted, report.unchanged, report.quarantined) == (1, 1, 1)


def test_a_trial_keeps_nothing_but_says_everything():
    report = load("areas", AREAS + "1,x,,town,\n", dry_run=True)

    assert (report.accepted, report.quarantined) == (4, 1)
    assert services.areas() == []
    assert announced(RegistryImported) == []
    assert Path(report.quarantine_file).exists()


def test_progress_ends_at_the_number_of_rows():
    seen = []

    load("areas", AREAS, on_progress=seen.append)

    assert seen[-1] == 4


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"name,level\nx,town\n", MissingColumns),
        (b"", UnreadableFile),
        (b"PK\x03\x04...", UnreadableFile),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence_and_leaves_no_trace(
    data, refusal, settings, tmp_path
):
    settings.SHUZHI_DATA_DIR = tmp_path

    with pytest.raises(refusal) as refused:
        load("areas", data)

    assert refused.value.sentence
    assert list((tmp_path / "quarantine").glob("*")) == []


def test_an_unknown_data_set_is_refused():
    with pytest.raises(UnknownDataset):
        load("weather", AREAS)


def test_only_stewards_import():
    with pytest.raises(AccessDenied):
        load("areas", AREAS, by=OFFICER)

    assert load("areas", AREAS, by=STEWARD).accepted == 4


def test_a_file_can_be_named_by_its_path_or_come_in_chunks(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(AREAS, "utf-8")

    assert services.import_csv("areas", path, by=STEWARD).accepted == 4
    assert services.import_csv("areas", iter([AREAS.encode()]), by=STEWARD).unchanged == 4


def test_what_a_version_of_the_catalogue_says_stays_said():
    given_registry()

    report = load("catalogue", CATALOGUE.replace("housing", "water"))

    assert (report.unchanged, report.quarantined) == (2, 1)


def test_a_catalogue_without_versions_numbers_them_itself():
    given_registry()
    text = f"诉求分类,区划代码,承办单位,启用日期\n02,{CITY},water,2024年5月1日\n"

    first, second = load("catalogue", text), load("catalogue", text)

    assert (first.accepted, second.unchanged) == (1, 1)
    (target,) = services.dispatch_targets("02", area=CITY, on=date(2024, 5, 1))
    assert (target.unit, target.version) == ("water", 2)


def test_limits_in_force_are_not_edited_but_coming_ones_are():
    given_registry()
    coming = SLA.splitlines()[0] + "\n*,urgent,,1 hour,1 hour,{} workday,1 hour,,,2999-01-01\n"

    assert load("sla", SLA.replace("5 workday", "9 workday")).quarantined == 1
    assert load("sla", coming.format(2)).accepted == 1
    assert load("sla", coming.format(3)).accepted == 1


def test_time_limits_are_read_as_offices_write_them():
    given_registry()
    text = (
        "诉求类型,紧急程度,诉求分类,联系时限,签收时限,办结时限,退单时限,法定时限,依据,启用日期\n"
        "咨询,一般,,当日,15分钟,3个工作日,1 工作日,,,2026-01-01\n"
        "咨询,一般,,0工作日,15分钟,3个工作日,1 工作日,20自然日,某条例,2026-01-01\n"
    )

    report = load("sla", text)

    limits = services.sla_for("inquiry", urgency="normal", category="04", on=date(2026, 2, 1))
    assert (report.accepted, report.quarantined) == (1, 1)
    assert (str(limits.finish), str(limits.statutory), str(limits.contact)) == (
        "3 workday",
        "20 calendar_day",
        "0 workday",
    )


def test_calendar_days_load_from_a_file_and_each_is_told():
    report = load("calendar", "日期,类型,名称,工作时间\n2030/5/1,节假日,劳动节,\n2030-05-05,特殊工时,,\n")

    assert (report.accepted, report.quarantined) == (1, 1)
    assert announced(CalendarChanged) == [{"day": "2030-05-01"}]
    assert not services.working_calendar().is_workday(date(2030, 5, 1))


def test_a_year_loaded_from_a_file_as_published_counts_as_known_and_one_of_own_days_does_not():
    load("calendar", "日期,类型,名称\n2031-10-01,节假日,国庆节\n")
    assert not services.working_calendar().covers(2031)

    report = load(
        "calendar", "日期,类型,名称,来源\n2030-10-01,节假日,国庆节,国务院\n2030-10-12,调休上班,,国务院\n"
    )

    calendar = services.working_calendar()
    assert report.accepted == 2
    assert calendar.covers(2030)
    assert calendar.is_workday(date(2030, 10, 12))
    assert not calendar.is_workday(date(2030, 10, 1))


def test_a_national_file_leaves_what_the_county_decided():
    services.set_day(date(2030, 10, 8), working=False, note="县庆日", by=SYSTEM)

    report = load("calendar", "day,kind,note,source\n2030-10-08,special_hours,,national\n")
    assert report.quarantined == 1  # special hours without hours

    report = load("calendar", "day,kind,hours,source\n2030-10-08,special_hours,09:00-12:00,national\n")
    assert (report.accepted, report.unchanged) == (0, 1)
    assert not services.working_calendar().is_workday(date(2030, 10, 8))


def test_a_post_of_every_unit_is_given_to_every_unit():
    given_registry()

    load(
        "posts",
        "title,title_en,role,unit\n承办人,Officer,unit_officer,*\n派单员,Dispatcher,dispatcher,housing\n",
    )

    assert [post.code for post in services.posts(unit="housing")] == [
        "housing.dispatcher",
        "housing.unit_officer",
    ]
    assert len(services.posts()) == 4


def test_the_holder_of_a_public_post_is_known_by_name():
    given_registry()

    load(
        "posts", "code,title,role,unit,现任\nh1,局长,leader,housing,柏知远\nh2,承办人,unit_officer,housing,\n"
    )

    assert services.officials() == {"柏知远"}


def test_the_tree_of_categories_must_follow_its_codes():
    report = load("categories", "code,parent,name\n01,,a\n0201,01,b\n020101,0201,c\n1,,d\n")

    assert (report.accepted, report.quarantined) == (1, 3)


def test_reply_templates_are_texts():
    load("templates", "code,title,text\nsolved,已解决,您好，{matter}已处理。\n")

    assert services.reply_templates() == ["您好，{matter}已处理。"]


def test_a_county_adds_groups_of_synonyms_replaces_some_and_switches_others_off():
    load(
        "synonyms",
        "词组代码,规范词,英文名,同义词\nlift,电梯,lift,电梯|箱梯\nnoise,噪声,noise,\nown,歪歪,odd,歪歪、斜斜\n",
    )

    groups = {group.code: group.words for group in services.synonyms()}

    assert (groups["lift"], groups["own"]) == (("电梯", "箱梯"), ("歪歪", "斜斜"))
    assert "noise" not in groups
    assert "street_light" in groups
    assert ("斜斜", 0.7) in services.thesaurus().others("歪歪")


def test_a_synonym_of_one_character_is_sent_back():
    report = load("synonyms", "code,name,words\nx,吵,吵|闹\n")

    assert (report.accepted, report.quarantined) == (0, 1)


def test_boundaries_that_are_no_polygons_are_sent_back():
    given_registry()
    shapes = {
        VILLAGE: square(124, 29, 0.1),
        TOWN: {"type": "Point", "coordinates": [124, 29]},
        "000000000000": square(1, 1, 1),
        COUNTY: {"type": "Polygon", "coordinates": [[[0, 0], [0, 91], [1, 1], [0, 0]]]},
    }

    report = load("boundaries", features(shapes))

    assert (report.accepted, report.quarantined) == (1, 3)
    assert [row[0] for row in rows_sent_back(report)] == ["3", "4", "5"]
    assert services.get_area(VILLAGE).lat == pytest.approx(29.05)


def test_a_json_file_that_is_no_map_is_refused():
    with pytest.raises(UnreadableFile):
        load("boundaries", b'{"type": "Topology"}')


def test_places_are_found_within_an_area_and_move_the_version_of_words():
    given_registry()
    before = services.words_version()

    load(
        "places", f"code,name,aliases,area,lat,lng,kind\np1,上湾小学,上小|湾小,{VILLAGE},29.1,124.1,school\n"
    )

    assert services.words_version() != before
    (place,) = services.places(within=COUNTY)
    assert place.aliases == ("上小", "湾小")
    assert services.places(within=VILLAGE) == [place]


def test_formulas_go_back_to_the_sender_as_text():
    report = load("areas", "code,name\n=1+1,x\n")

    assert b"'=1+1" in Path(report.quarantine_file).read_bytes()


def test_nothing_of_an_import_stays_when_it_breaks_in_the_middle():
    class Torn(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 100:
                raise OSError("the disk is gone")
            return super().read(min(size, 150) if size > 0 else 150)

    with pytest.raises(OSError, match="the disk is gone"):
        services.import_csv("areas", Torn((AREAS * 50).encode()), by=STEWARD)

    with pytest.raises(NotFound):
        services.get_area(CITY)


HOSTILE = (
    "'; DROP TABLE registry_area; --",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "\u202egnp.exe",
    "👩‍👩‍👧‍👦",
    "9" * 400,
    "0",
    "-1",
    "2026-13-45",
    "{'a': [",
    "\x00\x1b",
    "",
)


@pytest.mark.parametrize("dataset", services.datasets())
def test_hostile_cells_are_accounted_for_in_every_data_set(dataset):
    given_registry()
    names = [field.name for field in LOADERS[dataset].fields]
    table = [[HOSTILE[(row + 3 * at) % len(HOSTILE)] for at in range(len(names))] for row in range(40)]

    report = load(dataset, csv_of(names, table))

    assert report.rows == report.accepted + report.unchanged + report.quarantined
    assert report.quarantined > 30
    assert len(rows_sent_back(report)) == report.quarantined
