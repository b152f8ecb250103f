"""What the handling of demands costs, unit by unit: what a cost per solved demand is counted from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry.importers import values as cell
from shuzhi.domains.registry.importers.loading import BATCH, RowLoader
from shuzhi.domains.registry.importers.values import RowRefused
from shuzhi.domains.registry.models import Unit, UnitCost
from shuzhi.engines.tabular import Field

FEN_A_YUAN = 100
_MOST_YUAN = Decimal(10) ** 11


class CostLoader(RowLoader):
    """A unit's cost for a stretch of days. A later file may correct the amount, never make two stretches overlap."""

    fields = (
        Field("unit", ("单位代码", "承办单位", "unit_code")),
        Field("from_date", ("起始日期", "开始日期", "自")),
        Field("until_date", ("截止日期", "结束日期", "至")),
        Field("amount_yuan", ("金额", "金额（元）", "经费", "经费（元）", "yuan")),
    )
    required = ("unit", "from_date", "until_date", "amount_yuan")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._units = frozenset(Unit.objects.values_list("code", flat=True))
        self._there: dict[str, dict[date, UnitCost]] = {}
        for row in UnitCost.objects.all():
            self._there.setdefault(row.unit, {})[row.from_date] = row
        self._fresh: list[UnitCost] = []
        self._corrected: list[UnitCost] = []

    def take(self, values: Mapping[str, str]) -> bool:
        unit = cell.known(values, "unit", self._units)
        first, last = cell.day(values, "from_date"), cell.day(values, "until_date")
        amount_fen = _fen(values)
        if last < first:
            raise RowRefused("until_date", _("the last day lies before the first"))
        of_unit = self._there.setdefault(unit, {})
        row = of_unit.get(first)
        if row is not None and row.until_date == last:
            changed, row.amount_fen = row.amount_fen != amount_fen, amount_fen
            if changed and row.pk:
                self._corrected.append(row)
            return changed
        if any(first <= other.until_date and other.from_date <= last for other in of_unit.values()):
            raise RowRefused("from_date", _("these days overlap days of this unit that are known already"))
        of_unit[first] = UnitCost(unit=unit, from_date=first, until_date=last, amount_fen=amount_fen)
        self._fresh.append(of_unit[first])
        return True

    def finish(self) -> None:
        UnitCost.objects.bulk_create(self._fresh, batch_size=BATCH)
        UnitCost.objects.bulk_update(self._corrected, ["amount_fen"], batch_size=BATCH)


def _fen(values: Mapping[str, str]) -> int:
    text = cell.needed(values, "amount_yuan", longest=20)
    if cell.amount(values, "amount_yuan") is None:
        raise RowRefused("amount_yuan", _("it is empty"))
    yuan = Decimal(text)
    if not 0 <= yuan < _MOST_YUAN or yuan * FEN_A_YUAN % 1:
        raise RowRefused("amount_yuan", _("write an amount in yuan with at most two decimals, from 0 on"))
    return int(yuan * FEN_A_YUAN)
