"""The dated rules: dispatch catalogue, time limits, working calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.geography import full_code
from shuzhi.domains.registry.importers.loading import BATCH, KeyedLoader, RowLoader
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Area, CalendarDay, CatalogueEntry, Category, SlaRow, Unit
from shuzhi.domains.registry.services.calendar import NATIONAL, OWN, parse_hours, write_hours
from shuzhi.engines.tabular import Field
from shuzhi.spine import clock
from shuzhi.spine.calendar import DayException, DayKind
from shuzhi.spine.events import CalendarChanged

_FROM_DATE = Field("from_date", ("启用日期", "生效日期", "起始日期"))
_CATEGORY = Field("category", ("分类代码", "诉求分类", "类别代码", "category_code"))


class CatalogueLoader(RowLoader):
    """Rows of the catalogue are added, never edited: what a version says stays said."""

    fields = (
        _CATEGORY,
        Field("area", ("区划代码", "所属区划", "area_code")),
        Field("unit", ("承办单位", "单位代码", "unit_code")),
        _FROM_DATE,
        Field("version", ("版本", "版本号")),
        Field("because", ("依据", "理由", "说明", "reason")),
    )
    required = ("category", "area", "unit", "from_date")
    topics = (versions.CATALOGUE,)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._categories = frozenset(Category.objects.values_list("code", flat=True))
        self._areas = frozenset(Area.objects.values_list("code", flat=True))
        self._units = frozenset(Unit.objects.values_list("code", flat=True))
        self._said: dict[tuple[str, str], dict[int, tuple[str, date]]] = {}
        for row in CatalogueEntry.objects.all():
            self._said.setdefault((row.category, row.area), {})[row.version] = (row.unit, row.from_date)
        self._fresh: list[CatalogueEntry] = []

    def take(self, values: Mapping[str, str]) -> bool:
        category = cell.known(values, "category", self._categories)
        area = cell.known({"area": full_code(values["area"])}, "area", self._areas)
        said = cell.known(values, "unit", self._units), cell.day(values, "from_date")
        versions_there = self._said.setdefault((category, area), {})
        version = self._version(values, said, versions_there)
        if versions_there.get(version) == said:
            return False
        if version in versions_there:
            why = _("version %(version)d names another unit or date already; give the row the next version")
            raise RowRefused("version", why % {"version": version})
        versions_there[version] = said
        entry = CatalogueEntry(category=category, area=area, unit=said[0], from_date=said[1], version=version)
        entry.because = cell.optional(values, "because", longest=500)
        entry.by, entry.at = self.by.reference, clock.now()
        self._fresh.append(entry)
        return True

    def _version(
        self, values: Mapping[str, str], said: tuple[str, date], there: Mapping[int, tuple[str, date]]
    ) -> int:
        text = values.get("version", "")
        if not text:
            return next(
                (version for version, known in there.items() if known == said), max(there, default=0) + 1
            )
        if not (text.isdecimal() and 0 < int(text) < 1_000_000):
            raise RowRefused("version", _("“%(text)s” is not a number") % {"text": text})
        return int(text)

    def finish(self) -> None:
        CatalogueEntry.objects.bulk_create(self._fresh, batch_size=BATCH)


class SlaLoader(RowLoader):
    """Time limits. A row in force is never edited, because deadlines were promised by it; a coming one may be."""

    fields = (
        Field("kind", ("诉求类型", "类型")),
        Field("urgency", ("紧急程度", "缓急")),
        _CATEGORY,
        Field("contact", ("联系", "联系时限")),
        Field("sign_in", ("签收", "签收时限")),
        Field("finish", ("办结", "办结时限", "承诺时限")),
        Field("return_window", ("退单窗口", "退单时限")),
        Field("statutory", ("法定时限", "法定")),
        Field("law", ("依据", "法律依据")),
        _FROM_DATE,
    )
    required = ("kind", "urgency", "contact", "sign_in", "finish", "return_window", "from_date")
    topics = (versions.SLA,)
    _KINDS = {
        "全部": "*",
        "咨询": "inquiry",
        "求助": "help",
        "投诉": "complaint",
        "举报": "report",
        "建议": "suggestion",
        "表扬": "praise",
        "感谢": "praise",
        "其他": "other",
    }
    _URGENCIES = {
        "全部": "*",
        "危及生命财产": "life_safety",
        "水电气热中断": "utilities_outage",
        "紧急": "urgent",
        "一般": "normal",
        "复杂": "complex",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._categories = frozenset(Category.objects.values_list("code", flat=True))
        self._there = {
            (row.kind, row.urgency, row.category, row.from_date): row for row in SlaRow.objects.all()
        }
        self._today = clock.today()

    def take(self, values: Mapping[str, str]) -> bool:
        key = (
            cell.named(values, "kind", self._KINDS),
            cell.named(values, "urgency", self._URGENCIES),
            cell.known(values, "category", self._categories, required=False),
            cell.day(values, "from_date"),
        )
        limits = {
            name: cell.limit(values, name) for name in ("contact", "sign_in", "finish", "return_window")
        }
        limits["statutory"] = cell.limit(values, "statutory", required=False)
        limits["law"] = cell.optional(values, "law", longest=200)
        if limits["statutory"] and not limits["law"]:
            raise RowRefused("law", _("a statutory limit needs the law that sets it"))
        row = self._there.get(key)
        if row is not None and all(getattr(row, name) == value for name, value in limits.items()):
            return False
        if row is not None and key[3] <= self._today:
            why = _("limits in force are not edited; give the new limits a later date")
            raise RowRefused("from_date", why)
        if row is None:
            row = SlaRow(kind=key[0], urgency=key[1], category=key[2], from_date=key[3])
        for name, value in limits.items():
            setattr(row, name, value)
        row.save()
        self._there[key] = row
        return True


class CalendarLoader(KeyedLoader):
    """Days that differ from their weekday: the county's own, or the national ones of a year (source "national").

    Own days stay when a national file says otherwise; a year with national days counts as loaded.
    """

    model = CalendarDay
    key = "day"
    fields = (
        Field("day", ("日期", "date")),
        Field("kind", ("类型", "类别")),
        Field("hours", ("工作时间", "上班时间", "办公时间")),
        Field("note", ("名称", "说明", "备注", "节日", "name")),
        Field("source", ("来源", "发布机关", "依据")),
    )
    required = ("day", "kind")
    topics = (versions.CALENDAR,)
    _SOURCES = {"国务院": NATIONAL, "国务院办公厅": NATIONAL, "全国": NATIONAL, "本地": OWN, "": OWN}
    _KINDS = {
        "节假日": "holiday",
        "放假": "holiday",
        "休": "holiday",
        "休息": "holiday",
        "调休上班": "swapped_workday",
        "上班": "swapped_workday",
        "补班": "swapped_workday",
        "班": "swapped_workday",
        "特殊工时": "special_hours",
    }

    def read(self, values: Mapping[str, str]) -> dict[str, Any]:
        kind = cell.choice(values, "kind", self._KINDS)
        note = cell.optional(values, "note", longest=128)
        try:
            exception = DayException(DayKind(kind), note, parse_hours(values.get("hours", "")))
        except ValueError:
            why = _("write hours as 09:00-12:00,13:30-17:30; a holiday has none, special hours need them")
            raise RowRefused("hours", why) from None
        return {
            "day": cell.day(values, "day"),
            "kind": kind,
            "hours": write_hours(exception.hours),
            "note": note,
            "source": cell.choice({"source": "", **values}, "source", self._SOURCES),
        }

    def keep(self, data: dict[str, Any]) -> bool:
        there = self.there.get(data["day"])
        if data["source"] == NATIONAL and there is not None and vars(there)["source"] == OWN:
            return False
        changed = super().keep(data)
        if changed:
            vars(self.there[data["day"]])["source"] = data["source"]
            self.events.append(CalendarChanged(day=data["day"]))
        return changed
