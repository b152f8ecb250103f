"""Briefs: every number rests on the store of measures, people change and issue them, files say what they are."""

import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader
from tests import factories
from tests.domains.insight.given_questions import analyst, given_decided, given_waiting, leader
from tests.factories import DAY, HOUR, LIFT, MONDAY, OTHER_TOWN, client_of, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.brief_shown import address_of
from shuzhi.domains.insight.brief_text import figures_named
from shuzhi.domains.insight.briefs import BriefIssued, Kind, PersonNeeded, period_of
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.engines.documents import pdf
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound

pytestmark = pytest.mark.usefixtures("county")
WORDS = ("锦绣花园3栋电梯又停了，物业一直不修。", "锦绣花园3栋的电梯坏了好几天，物业不修。")
NEXT_DAY = MONDAY + DAY
LIST = "/desk/briefs/"


@made_once
def given_day() -> None:
    """Two demands on Monday that make a hot issue, one of them on its way to the end."""
    for number, text in enumerate(WORDS):
        factories.given_demand(text, at=MONDAY + number * HOUR, phone=f"1390000{number:04}", category=LIFT)


@made_once
def given_brief(kind: str = "daily") -> int:
    given_day()
    with clock.stopped_at(NEXT_DAY):
        return services.make_brief(kind, by=analyst())


def test_periods_are_the_last_complete_day_week_and_month() -> None:
    today = date(2026, 3, 4)  # a Wednesday
    days = {
        kind: [f"{one:%m-%d}" for one in (period.before, period.since, period.until)]
        for kind in (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY)
        for period in [period_of(kind, today=today)]
    }

    assert days == {
        "daily": ["03-02", "03-03", "03-04"],
        "weekly": ["02-16", "02-23", "03-02"],
        "monthly": ["01-01", "02-01", "03-01"],
    }


def test_every_number_of_a_brief_rests_on_a_figure_of_the_store_of_measures() -> None:
    number = given_brief()

    found = services.brief(number, by=leader())
    named = figures_named(found.text)
    period = period_of(Kind.DAILY, today=NEXT_DAY.date())
    with clock.stopped_at(NEXT_DAY):
        cards = {
            card.name: card
            for card in statistics.measures(since=period.since, until=period.until, names=["own_voice_share"])
        }
    assert cards["own_voice_share"].denominator == 2
    assert "2026年5月11日共收到诉求[2](1)件，前一日[0](2)件" in found.text
    assert [count for _shown, count in named] == list(range(1, len(found.figures) + 1))
    assert all(shown == found.figures[at - 1]["shown"] for shown, at in named)
    # Beside dates, names of measures and the numbers of items, no number stands without a figure.
    rows = client_of(leader()).get(address_of(found.figures[0]))
    assert rows.status_code == 200
    for member in services.issue(services.hot_issues(by=SYSTEM).items[0].id, by=leader()).members:
        assert reverse("casework:order_of_demand", args=[member.demand_id]) in rows.content.decode()
    bare = re.sub(
        r"\[[^\]]+\]\(\d+\)|\d+月\d+日|20\d\d年|^\d+\. .*?[：]|^\| [^|]+ \|",
        "",
        found.text,
        flags=re.MULTILINE,
    )
    assert re.findall(r"\d+", bare) == []


def test_a_brief_names_what_many_reported_and_what_leaders_decided() -> None:
    given_day()
    with clock.stopped_at(MONDAY + 3 * HOUR):
        (issue,) = services.hot_issues(by=SYSTEM).items
        given_decided(issue=issue.id)
        given_waiting(issue=issue.id)

    with clock.stopped_at(NEXT_DAY):
        text = services.brief(services.make_brief("daily", by=analyst()), by=leader()).text

    assert issue.title in text
    assert "[2](" in text.split("三、热点问题")[1].split("四、")[0]
    assert "决定更换三部电梯。[时间还短" in text
    assert "待决定的议题 [1](" in text


def test_a_brief_says_what_breaks_the_figures_that_it_compares() -> None:
    given_day()
    rename = "code,parent,level,name,name_en,keywords\n04,,1,水电气热,Supplies,\n"
    for hours in (0, 1):  # the first file that is ever told of is no change
        with clock.stopped_at(MONDAY + hours * HOUR):
            registry.import_csv("categories", io.BytesIO(rename.encode()), by=SYSTEM)
            rename = rename.replace("Supplies", "Water and energy")
    outbox.drain([FACTS])

    with clock.stopped_at(NEXT_DAY):
        text = services.brief(services.make_brief("daily", by=analyst()), by=leader()).text

    assert "2026年5月11日：分类有变动" in text.split("六、数据说明")[1]


def test_the_same_period_gives_the_same_brief_and_not_a_second_one() -> None:
    first = given_brief()

    with clock.stopped_at(NEXT_DAY + HOUR):
        assert services.make_brief("daily", by=analyst()) == first
        assert services.make_brief("daily", language="en", by=analyst()) != first


def test_the_chore_makes_each_brief_once_in_the_morning() -> None:
    given_day()
    night = datetime(2026, 5, 11, 19, tzinfo=UTC)  # three in the morning of the 12th

    with clock.stopped_at(night):
        assert services.make_due_briefs() == 0
    with clock.stopped_at(night + 4 * HOUR):
        assert services.make_due_briefs() == 3
        assert services.make_due_briefs() == 0
    with clock.stopped_at(night + 28 * HOUR):
        assert services.make_due_briefs() == 1


def test_a_person_changes_the_text_and_what_was_generated_stays() -> None:
    number = given_brief()
    before = services.brief(number, by=leader())

    services.edit_brief(number, before.text + "\n请各单位抓紧办理。", by=analyst())

    after = services.brief(number, by=leader())
    assert after.generated == before.generated
    assert after.text.endswith("请各单位抓紧办理。")
    assert [one.by for one in after.edits] == [analyst().reference]
    assert after.changed == ()


def test_a_number_that_a_person_wrote_otherwise_is_shown_beside_the_figure() -> None:
    number = given_brief()
    text = services.brief(number, by=leader()).text

    services.edit_brief(number, text.replace("[2](1)", "[200](1)"), by=analyst())

    assert services.brief(number, by=leader()).changed == (1,)
    assert "（系统数据为 2）" in client_of(leader()).get(f"{LIST}{number}/").content.decode()


def test_a_number_that_rests_on_nothing_is_refused_and_the_text_typed_is_kept() -> None:
    number = given_brief()

    with pytest.raises(InvalidInput):
        services.edit_brief(number, "解决率[99%](4711)", by=analyst())
    answer = client_of(analyst()).post(f"{LIST}{number}/edit/", {"text": "解决率[99%](4711)"})

    assert answer.status_code == 422
    assert "解决率[99%](4711)" in answer.content.decode()


def test_only_a_person_issues_a_brief_and_then_it_stays() -> None:
    number = given_brief()
    with pytest.raises(PersonNeeded):
        services.issue_brief(number, by=SYSTEM)
    with pytest.raises(AccessDenied):
        services.issue_brief(number, by=leader())

    with clock.stopped_at(NEXT_DAY):
        assert services.issue_brief(number, by=analyst()) == 1
    with pytest.raises(BriefIssued):
        services.edit_brief(number, "换掉", by=analyst())
    with clock.stopped_at(NEXT_DAY + DAY):
        second = services.make_brief("daily", by=analyst())
        assert services.issue_brief(second, by=analyst()) == 2


def test_the_label_says_how_the_text_came_about() -> None:
    number = given_brief()
    labels = [services.brief(number, by=leader()).label]
    services.edit_brief(number, "全文重写", by=analyst())
    services.issue_brief(number, by=analyst())
    labels.append(services.brief(number, by=leader()).label)

    assert labels == [
        "本简报由系统根据指标库自动生成，尚未经人工审核",
        "本简报由系统根据指标库自动生成，经工作人员核改",
    ]


def test_word_and_pdf_carry_text_links_label_and_unseen_mark() -> None:
    number = given_brief()
    client = client_of(leader())
    label = services.brief(number, by=leader()).label

    word = Document(io.BytesIO(client.get(f"{LIST}{number}/brief.docx").content))
    sheet = PdfReader(io.BytesIO(client.get(f"{LIST}{number}/brief.pdf").content))

    told = [one.text for one in word.paragraphs]
    links = [one.address for paragraph in word.paragraphs for one in paragraph.hyperlinks]
    assert label in told
    assert "一、总体情况" in told
    assert all(link.startswith("http://localhost:8000/") for link in links)
    assert len(links) >= 3
    assert json.loads(word.core_properties.comments)["AIGC"]["Label"] == "1"
    printed = "".join("".join(page.extract_text() for page in sheet.pages).split())
    assert "".join(label.split()) in printed
    assert "共收到诉求2件" in printed
    assert json.loads(sheet.metadata.subject)["AIGC"]["ProduceID"] == f"brief-{number}"
    assert client.get(f"{LIST}{number}/brief.exe").status_code == 404


def test_a_server_without_chinese_fonts_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    number = given_brief()
    monkeypatch.setattr(pdf, "_families", frozenset)

    answer = client_of(leader()).get(f"{LIST}{number}/brief.pdf")

    assert answer.status_code == 503
    assert "fonts-noto-cjk" in answer.content.decode()


def test_a_special_brief_tells_a_question_with_its_options_side_by_side() -> None:
    question = given_waiting()

    made = client_of(analyst()).post("/desk/briefs/make/", {"question": question})
    number = int(made.url.strip("/").split("/")[-1])
    found = services.brief(number, by=leader())
    page = client_of(leader()).get(made.url).content.decode()

    assert "| 更换三部电梯 | [900,000](" in found.text
    assert "尚未决定。" in found.text
    assert f'href="/desk/decisions/{question}/"' in page
    assert "合成" in found.text


def test_who_may_not_read_a_brief_sees_none() -> None:
    number = given_brief()

    with pytest.raises(AccessDenied):
        services.briefs(by=staff("unit_officer", unit=factories.HOUSING))
    with pytest.raises(NotFound):
        services.brief(number, by=staff("leader", area=OTHER_TOWN))
    with pytest.raises(AccessDenied):
        services.make_brief("daily", by=leader())
    with pytest.raises(InvalidInput):
        services.make_brief("hourly", by=analyst())


def test_the_pages_show_the_brief_the_changes_and_the_list() -> None:
    number = given_brief()
    client = client_of(analyst())
    text = services.brief(number, by=leader()).text
    client.post(f"{LIST}{number}/edit/", {"text": text.replace("# 一、总体情况", "# 一、基本情况")})
    client.post(f"{LIST}{number}/issue/")

    page = client.get(f"{LIST}{number}/").content.decode()
    listed = client.get(f"{LIST}?kind=daily").content.decode()
    english = client_of(leader(), language="en").get(f"{LIST}{number}/").content.decode()

    assert "<del># 一、总体情况</del>" in page
    assert "<ins># 一、基本情况</ins>" in page
    assert "/edit/" not in page
    assert f'href="/desk/briefs/{number}/"' in listed
    assert "What people changed" in english


def test_the_api_gives_the_text_as_generated_and_as_it_stands() -> None:
    number = given_brief()
    client = client_of(leader())

    listed = client.get("/api/insight/briefs?kind=daily").json()
    one = client.get(f"/api/insight/briefs/{number}").json()

    assert [item["id"] for item in listed] == [number]
    assert one["text"] == one["generated"]
    assert one["figures"][0]["name"] == "own_voice_share"
