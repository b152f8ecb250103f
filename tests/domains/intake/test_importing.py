"""Files of demands: every row accounted for, nothing twice, nothing lost."""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from tests.domains.intake.given import DISPATCHER, OTHER_VILLAGE, VILLAGE
from tests.plans import tables_read_whole

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Demand, ImportRun
from shuzhi.domains.intake.services import importing
from shuzhi.domains.intake.services.dates import DateReader
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.models import OutboxEvent

HEADER = ["编号", "标题", "内容", "受理时间", "区划代码", "诉求类型", "来源渠道", "联系电话"]
ROWS = [
    ["1", "电梯坏了", "锦绣花园三栋电梯坏了一个星期没人修。", "2026-03-01 08:15", VILLAGE, "投诉", "12345热线", "13800138000"],
    ["2", "路灯不亮", "人民路的路灯全都不亮，晚上看不见路。", "2026/3/2", "下湾村", "求助", "微信小程序", ""],
    ["3", "", "请问物业费怎么收，有没有标准可以查？", "2026年3月3日 9时5分", "", "咨询", "政府网站", ""],
]  # fmt: skip


def a_file(
    folder: Path, rows: list[list[str]], name: str = "demands.csv", encoding: str = "utf-8-sig"
) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def counted(report: object) -> tuple[int, int, int, int]:
    assert report.rows == report.accepted + report.merged + report.unchanged + report.quarantined
    return report.accepted, report.merged, report.unchanged, report.quarantined


def read(path: Path, **options: object):
    return services.import_demands(path, **{"by": SYSTEM, **options})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_a_county_file_in_any_usual_encoding_becomes_demands(county, tmp_path, encoding):
    report = read(a_file(tmp_path, [HEADER, *ROWS], encoding=encoding))

    assert counted(report) == (3, 0, 0, 0)
    rows = {row.source_key: row for row in Demand.objects.all()}
    assert [rows[key].kind for key in "123"] == ["complaint", "help", "inquiry"]
    assert [rows[key].channel for key in "123"] == ["hotline", "wechat", "web"]
    assert (rows["1"].area, rows["2"].area) == (VILLAGE, OTHER_VILLAGE)
    assert rows["1"].received_at.isoformat() == "2026-03-01T00:15:00+00:00"
    assert services.contact_of(rows["1"].pk, by=DISPATCHER).phone == "13800138000"
    assert OutboxEvent.objects.filter(name="DemandReceived").count() == 3
    assert OutboxEvent.objects.get(name="DemandsImported").body["accepted"] == 3


def test_workbooks_and_json_lines_are_read_too(county, tmp_path):
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    lines = "\n".join(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS)
    (tmp_path / "lines.jsonl").write_text(lines)

    assert counted(read(tmp_path / "book.xlsx")) == (3, 0, 0, 0)
    assert counted(read(tmp_path / "lines.jsonl", source="book")) == (0, 0, 3, 0)


def test_the_enterprise_and_the_tags_come_along_and_lists_keep_a_secret_demands_enterprise_to_themselves(
    county, tmp_path
):
    head = ["编号", "内容", "涉及企业", "标签", "是否保密"]
    rows = [
        ["1", "充了卡的健身房关门了，钱不退。", "动力健身有限公司", "春节、预付卡；预付卡", ""],
        ["2", "这家厂半夜偷排废水，请查处。", "某某化工", "", "是"],
        ["3", "标签太多。", "", "|".join(map(str, range(11))), ""],
    ]

    report = read(a_file(tmp_path, [head, *rows]))

    assert counted(report) == (2, 0, 0, 1)
    cards = {card.text: card for card in services.search("", by=SYSTEM).items}
    open_one = next(card for text, card in cards.items() if "健身房" in text)
    secret_one = next(card for card in cards.values() if card.secret)
    assert (open_one.enterprise, open_one.tags) == ("动力健身有限公司", ("春节", "预付卡"))
    assert secret_one.enterprise == ""
    assert Demand.objects.get(source_key="2").enterprise == "某某化工"


def test_importing_twice_adds_nothing_even_when_the_file_has_another_name(county, tmp_path):
    first = read(a_file(tmp_path, [HEADER, *ROWS]))
    again = read(a_file(tmp_path, [HEADER, *ROWS]))
    renamed = read(a_file(tmp_path, [HEADER, *ROWS], name="copy.csv"))

    assert counted(first) == (3, 0, 0, 0)
    assert counted(again) == counted(renamed) == (0, 0, 3, 0)
    assert Demand.objects.count() == OutboxEvent.objects.filter(name="DemandReceived").count() == 3


def test_what_stands_already_is_found_without_reading_all_of_it(county, tmp_path):
    path = a_file(tmp_path, [HEADER, *ROWS])

    assert tables_read_whole(lambda: read(path)) == set()
    assert tables_read_whole(lambda: read(path)) == set()


def test_rows_without_a_number_are_known_again_by_their_contents(county, tmp_path):
    rows = [row[1:] for row in [HEADER, *ROWS]]

    assert counted(read(a_file(tmp_path, rows))) == (3, 0, 0, 0)
    assert counted(read(a_file(tmp_path, rows, name="more.csv"), source="demands")) == (0, 0, 3, 0)


def test_the_same_words_about_the_same_area_are_one_more_voice_with_a_receipt_of_its_own(county, tmp_path):
    voices = [ROWS[0], ["4", *ROWS[0][1:]], ["5", *ROWS[0][1:3], "2026-09-01", *ROWS[0][4:]]]
    elsewhere = ["6", *ROWS[0][1:4], OTHER_VILLAGE, *ROWS[0][5:]]

    report = read(a_file(tmp_path, [HEADER, *voices, elsewhere]))

    assert counted(report) == (3, 1, 0, 0)
    rows = {row.source_key: row for row in Demand.objects.all()}
    assert rows["4"].same_as == rows["1"]
    assert rows["5"].same_as is rows["6"].same_as is None
    with open(report.receipts_file, newline="") as file:
        receipts = list(csv.DictReader(file))
    found = {one["source_key"]: one for one in receipts}
    card = services.track(found["4"]["public_code"], found["4"]["query_code"], by=ANONYMOUS, address="here")
    assert card.id == rows["4"].pk


def test_quarantined_rows_come_back_with_line_and_reason_and_can_be_mended(county, tmp_path):
    bad = [
        ["7", "", "", "2026-03-01", "", "", "", ""],
        ["8", "路灯", "路灯不亮", "昨天", "", "", "", ""],
        ["9", "路灯", "路灯不亮", "2026-03-01", "990199999999", "", "", ""],
        ["10", "长", "长" * 10_001, "2026-03-01", "", "", "", ""],
        ["1", "别的事", "这个编号已经用过了，现在说的是别的事。", "2026-03-01", "", "", "", ""],
        ["11", "=cmd|'/c calc'!A0", "=1+2", "2999-01-01", "", "", "", ""],
    ]

    report = read(a_file(tmp_path, [HEADER, *ROWS, *bad]), source="county")

    assert counted(report) == (3, 0, 0, 6)
    with open(report.quarantine_file, encoding="utf-8-sig", newline="") as file:
        returned = list(csv.DictReader(file))
    assert [row["quarantine_line"] for row in returned] == ["5", "6", "7", "8", "9", "10"]
    assert all(len(row["quarantine_reason"]) > 10 for row in returned)
    assert returned[5]["标题"].startswith("'=")
    mended = [[*HEADER], ["8", "路灯", "路灯不亮", "2026-03-01", "", "", "", ""]]
    assert counted(read(a_file(tmp_path, mended, name="mended.csv"), source="county")) == (1, 0, 0, 0)


def test_a_quarantine_file_can_be_imported_as_it_is(county, tmp_path):
    report = read(
        a_file(tmp_path, [HEADER, ["11", "=1+2 路灯", "路灯不亮", "2999-01-01", "", "", "", ""]]), source="s"
    )
    mended = Path(report.quarantine_file).read_text("utf-8-sig").replace("2999", "2026")
    (tmp_path / "mended.csv").write_text(mended)

    assert counted(read(tmp_path / "mended.csv", source="s")) == (1, 0, 0, 0)
    assert Demand.objects.get().title == "=1+2 路灯"


def test_a_broken_run_goes_on_where_it_stopped(county, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "ROWS_AT_A_TIME", 7)
    monkeypatch.setattr(importing, "EXAMPLES", 7)
    rows = [[str(at), "", f"第{at}盏路灯不亮，晚上看不见路，很危险。", *ROWS[0][3:]] for at in range(40)]
    rows[3][2] = rows[25][2] = ""
    path = a_file(tmp_path, [HEADER, *rows])

    class PowerCut(Exception):
        pass

    def fail_after(limit: int):
        def progress(done: int, share: float) -> None:
            if done >= limit:
                raise PowerCut

        return progress

    for limit in (7, 14, 28):
        with pytest.raises(PowerCut):
            read(path, on_progress=fail_after(limit))
        run = ImportRun.objects.get()
        assert Demand.objects.count() == run.accepted
        assert run.finished_at is None
        kept = tmp_path / "imports" / str(run.pk) / "quarantine.csv"
        kept.write_bytes(kept.read_bytes() + b"half a row that was never commit")

    report = read(path)

    assert counted(report) == (38, 0, 0, 2)
    assert Demand.objects.count() == OutboxEvent.objects.filter(name="DemandReceived").count() == 38
    with open(report.quarantine_file, encoding="utf-8-sig", newline="") as file:
        assert [row["编号"] for row in csv.DictReader(file)] == ["3", "25"]
    with open(report.receipts_file, newline="") as file:
        assert len({row["public_code"] for row in csv.DictReader(file)}) == 38


@pytest.mark.parametrize("mapping", [None, {"编号": ""}])
def test_the_receipts_of_a_file_outlast_every_further_import_of_it(county, tmp_path, mapping):
    path = a_file(tmp_path, [HEADER, *ROWS])
    first = Path(read(path).receipts_file)
    codes = first.read_bytes()

    read(path, mapping=mapping)

    assert first.read_bytes()[: len(codes)] == codes


def test_a_chunk_that_cannot_be_saved_leaves_nothing_behind(county, tmp_path, monkeypatch):
    path = a_file(tmp_path, [HEADER, *ROWS])

    def disk_full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(importing.os, "fsync", disk_full)
        with pytest.raises(OSError, match="No space left"):
            read(path)
    assert not Demand.objects.exists()
    assert not OutboxEvent.objects.filter(name="DemandReceived").exists()

    assert counted(read(path)) == (3, 0, 0, 0)


def test_a_dry_run_counts_and_writes_nothing(county, tmp_path):
    report = read(a_file(tmp_path, [HEADER, *ROWS, ["7", "", "", "", "", "", "", ""]]), dry_run=True)

    assert counted(report) == (3, 0, 0, 1)
    assert not Demand.objects.exists()
    assert not ImportRun.objects.exists()


def test_columns_are_shown_before_and_can_be_overridden(county, tmp_path):
    path = a_file(tmp_path, [["No", "Words", "When"], ["1", "路灯不亮", "2026-03-01"]])

    with pytest.raises(InvalidInput, match="Words"):
        services.recognise_columns(path, by=SYSTEM)
    mapping = {"Words": "text", "No": "source_key", "When": "received_at"}
    shown = services.recognise_columns(path, mapping=mapping, by=SYSTEM)

    assert [(one.column, one.field, one.example) for one in shown] == [
        ("No", "source_key", "1"),
        ("Words", "text", "路灯不亮"),
        ("When", "received_at", "2026-03-01"),
    ]
    assert counted(read(path, mapping=mapping)) == (1, 0, 0, 0)
    with pytest.raises(InvalidInput, match="nonsense"):
        read(path, mapping={"Words": "nonsense"})


def test_a_311_system_without_free_text_is_understood(county, tmp_path):
    rows = [
        ["REQUEST_ID", "CREATED_ON", "REQUEST_TYPE", "REQUEST_ORIGIN", "NEIGHBORHOOD", "X", "Y"],
        ["9", "2016-08-09T18:57:00", "Potholes", "Call Center", "Greenfield", "-79.94", "40.44"],
        ["10", "04/12/2018 11:11:26 AM", "Potholes", "Report2Gov iOS", "Greenfield", "OUT_OF_BOUNDS", ""],
        ["11", "2018-04-12", "Potholes", "Carrier pigeon", "Greenfield", "0.0", "0.0"],
    ]

    report = read(a_file(tmp_path, rows))

    assert counted(report) == (3, 0, 0, 0)
    assert dict(report.unread) == {"channel": 1, "lat": 2}
    first, second, third = Demand.objects.order_by("id")
    assert (first.title, first.text, first.lat) == ("Potholes", "Potholes, Greenfield", 40.44)
    assert [row.channel for row in (first, second, third)] == ["hotline", "mobile_app", "other"]


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2026-03-01T08:15:00", "2026-03-01 08:15"),
        ("2026-03-01T00:15:00Z", "2026-03-01 08:15"),
        ("2026/3/1 8:15", "2026-03-01 08:15"),
        ("2026年3月1日 下午3时5分", "2026-03-01 15:05"),
        ("2026年3月1日", "2026-03-01 00:00"),
        ("03/04/2026", "2026-03-04 00:00"),
        ("13/04/2026", "2026-04-13 00:00"),
        ("04/12/2018 11:11:26 PM", "2018-04-12 23:11"),
        ("20260301", "2026-03-01 00:00"),
        ("46082.34375", "2026-03-01 08:15"),
        ("1772324100", "2026-03-01 08:15"),
    ],
)
def test_dates_as_people_and_systems_write_them(written, local, settings):
    from django.utils import timezone

    reader = DateReader()
    reader.read("13/04/2026")

    assert f"{timezone.localtime(reader.read(written)):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("written", ["", "昨天", "2026-13-01", "31/31/2026", "99999999", "-", "1e309"])
def test_what_is_no_date_is_no_date(written):
    with pytest.raises((ValueError, OverflowError)):
        DateReader().read(written)


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)


def test_files_that_are_no_tables_are_refused_with_the_way_to_mend_them(county, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    zip_bomb(tmp_path / "bomb.xlsx")

    for name in ("empty.csv", "old.xls", "bomb.xlsx", "missing.csv", "../../etc/shadow/x"):
        with pytest.raises(services.FileUnreadable) as refused:
            read(tmp_path / name)
        assert len(refused.value.sentence) > 30
    assert not Demand.objects.exists()


def test_hostile_cells_stay_words(county, tmp_path):
    nasty = [
        "'; DROP TABLE intake_demand; --",
        "<script>alert(1)</script>",
        "👩‍👩‍👧 着火了",
        "\u202e倒着写",
        "مرحبا بالعالم",
    ]
    rows = [["编号", "内容"], *([str(at), text] for at, text in enumerate(nasty))]

    assert counted(read(a_file(tmp_path, rows))) == (5, 0, 0, 0)
    kept = {row.source_key: services.get_demand(row.pk, by=SYSTEM).text for row in Demand.objects.all()}
    assert [kept[str(at)] for at in range(5)] == [text.replace("\u202e", "") for text in nasty]


def test_the_public_imports_nothing(county, tmp_path):
    with pytest.raises(AccessDenied):
        read(a_file(tmp_path, [HEADER, *ROWS]), by=ANONYMOUS)


KILLED = """
import sys, django
django.setup()
from pathlib import Path
from shuzhi.domains.intake import services
from shuzhi.domains.intake.services import importing
from shuzhi.spine.actors import SYSTEM
importing.ROWS_AT_A_TIME = 50
if __name__ == "__main__":
    print(services.import_demands(Path(sys.argv[1]), processes=int(sys.argv[2]), by=SYSTEM).rows)
"""


@pytest.mark.processes
@pytest.mark.parametrize(
    ("many", "kept_before_a_kill"),
    [
        pytest.param(900, 100, marks=pytest.mark.thorough),
        pytest.param(3000, 300, marks=pytest.mark.slow),
    ],
)
def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(tmp_path, many, kept_before_a_kill):
    """Processes of its own on a database file of its own, of which two are killed."""
    rows = [
        [str(at), "", f"第{at}盏路灯不亮，晚上看不见路，很危险。", *ROWS[0][3:4], "", *ROWS[0][5:]]
        for at in range(many)
    ]
    spoiled = {str(at) for at in range(7, many, 50)}
    for row in rows:
        row[3] = "前天" if row[0] in spoiled else row[3]
    path = a_file(tmp_path, [HEADER, *rows])
    script = tmp_path / "run.py"
    script.write_text(KILLED)
    database = tmp_path / "var" / "shuzhi.sqlite3"
    environment = os.environ | {
        "SHUZHI_DATA_DIR": str(tmp_path / "var"),
        "SHUZHI_DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "shuzhi.site.settings",
    }
    (tmp_path / "var").mkdir()
    migrate = [sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks"]
    subprocess.run(migrate, env=environment, check=True)

    for processes in ("0", "1"):
        running = subprocess.Popen([sys.executable, str(script), str(path), processes], env=environment)
        before = _count(database)
        while running.poll() is None and _count(database) < before + kept_before_a_kill:
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert 0 < _count(database) < many
    subprocess.run([sys.executable, str(script), str(path), "1"], env=environment, check=True)

    with sqlite3.connect(database) as connection:
        keys = Counter(key for (key,) in connection.execute("SELECT source_key FROM intake_demand"))
        told = connection.execute("SELECT count(*) FROM spine_outboxevent WHERE name = 'DemandReceived'")
        assert keys == Counter({str(at) for at in range(many)} - spoiled)
        assert told.fetchone() == (many - len(spoiled),)
    (kept,) = (tmp_path / "var" / "imports").glob("*/quarantine.csv")
    with kept.open(encoding="utf-8-sig", newline="") as file:
        quarantined = Counter(row["编号"] for row in csv.DictReader(file))
    assert quarantined == Counter(spoiled)


def _count(database: Path) -> int:
    with sqlite3.connect(database, timeout=10) as connection:
        return int(connection.execute("SELECT count(*) FROM intake_demand").fetchone()[0])
