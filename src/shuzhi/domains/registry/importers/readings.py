"""What was measured or foretold: weather, water levels, air, noise. Stations tell late and correct themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry.cards import QUANTITIES
from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.loading import BATCH, Given, Loader, Outcome
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Area, Reading
from shuzhi.engines.tabular import Field
from shuzhi.spine import clock
from shuzhi.spine.events import ReadingTaken

THOUSAND = 1000
# Clocks of stations differ by minutes; a day ahead is a mistake.
_AHEAD = timedelta(days=1)

Key = tuple[datetime, str, str, str, datetime]


class ReadingLoader(Loader):
    """One reading a row. One that is known already and differs is a correction."""

    fields = (
        Field("station", ("测站", "测站编号", "设备编号")),
        Field("area", ("区划代码", "行政区划代码")),
        Field("quantity", ("要素", "监测项目", "指标")),
        Field("unit", ("单位", "计量单位")),
        Field("value", ("数值", "观测值", "监测值")),
        Field("observed_at", ("观测时间", "监测时间", "时间")),
        Field("told_at", ("发布时间", "上报时间")),
    )
    required = ("area", "quantity", "value", "observed_at")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._areas = frozenset(Area.objects.values_list("code", flat=True))

    def outcomes(self, rows: Iterable[Given]) -> Iterator[Outcome]:
        waiting = iter(rows)
        while chunk := list(islice(waiting, BATCH)):
            yield from self._take(chunk)

    def _take(self, chunk: Sequence[Given]) -> Iterator[Outcome]:
        read = [self._read(given.values) for given in chunk]
        moments = {one.observed_at for one in read if isinstance(one, Reading)}
        there = {_key(row): row for row in Reading.objects.filter(observed_at__in=moments)}
        fresh: list[Reading] = []
        corrected: dict[Key, Reading] = {}
        for given, one in zip(chunk, read, strict=True):
            if isinstance(one, RowRefused):
                yield Outcome(given.row, False, one)
                continue
            known = there.get(_key(one))
            if known is None:
                there[_key(one)] = one
                fresh.append(one)
            elif known.value_milli != one.value_milli:
                known.value_milli = one.value_milli
                if known.pk:
                    corrected[_key(known)] = known
            else:
                yield Outcome(given.row, False)
                continue
            self.events.append(_told(one))
            yield Outcome(given.row, True)
        Reading.objects.bulk_create(fresh, batch_size=BATCH)
        Reading.objects.bulk_update(corrected.values(), ["value_milli"], batch_size=BATCH)

    def _read(self, values: Mapping[str, str]) -> Reading | RowRefused:
        try:
            return _reading(values, self._areas)
        except RowRefused as refusal:
            return refusal


def _reading(values: Mapping[str, str], areas: frozenset[str]) -> Reading:
    quantity = cell.known(values, "quantity", QUANTITIES)
    of = QUANTITIES[quantity]
    if values.get("unit") and values["unit"] != of.unit:
        raise RowRefused("unit", _("this quantity is told in %(unit)s") % {"unit": of.unit})
    value = cell.amount(values, "value")
    if value is None:
        raise RowRefused("value", _("it is empty"))
    if not of.least <= value <= of.most:
        told = {"least": f"{of.least:g}", "most": f"{of.most:g}", "unit": of.unit}
        raise RowRefused("value", _("it goes from %(least)s to %(most)s %(unit)s") % told)
    observed_at = cell.moment(values, "observed_at")
    told_at = cell.moment(values, "told_at") if values.get("told_at") else observed_at
    if told_at > clock.now() + _AHEAD:
        raise RowRefused("told_at" if values.get("told_at") else "observed_at", _("it has not come yet"))
    return Reading(
        station=cell.code(values, "station", longest=32) if values.get("station") else "",
        area=cell.known(values, "area", areas),
        quantity=quantity,
        value_milli=round(Decimal(values["value"]) * THOUSAND),
        observed_at=observed_at,
        told_at=told_at,
    )


def _key(row: Reading) -> Key:
    return row.observed_at, row.quantity, row.area, row.station, row.told_at


def _told(row: Reading) -> ReadingTaken:
    return ReadingTaken(
        station=row.station,
        area=row.area,
        quantity=row.quantity,
        unit=QUANTITIES[row.quantity].unit,
        value_milli=row.value_milli,
        observed_at=row.observed_at,
        told_at=row.told_at,
    )
