"""Demands as rows of the Chinese table that counties export: what people said, without any of the truth."""

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from shuzhi.engines.county.demands import SyntheticDemand

CSV_COLUMNS = (
    "编号",
    "来源渠道",
    "时间",
    "姓名",
    "电话",
    "是否匿名",
    "是否保密",
    "诉求类型",
    "标题",
    "内容",
    "地址",
    "区域代码",
    "经度",
    "纬度",
)

_CHANNELS = {
    "hotline": "12345热线",
    "web": "政府网站",
    "app": "云江通APP",
    "wechat": "微信小程序",
    "counter": "窗口",
    "mailbox": "领导信箱",
    "leader_board": "领导留言板",
    "grid": "网格上报",
}
_KINDS = {
    "inquiry": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "praise": "表扬",
    "other": "其他",
}


def to_csv_rows(stream: Iterable[SyntheticDemand]) -> Iterator[tuple[str, ...]]:
    """Rows in the order of CSV_COLUMNS, times as "2025-03-01 08:15:00" local, empty text for nothing.

    The area code is that of the town, as a hotline exports it; the community is left to be found from the words.
    """
    for demand in stream:
        yield (
            demand.id,
            _CHANNELS[demand.channel],
            demand.created_at.strftime("%Y-%m-%d %H:%M:%S"),
            demand.name,
            demand.phone,
            "是" if demand.anonymous else "否",
            "是" if demand.secret else "否",
            _KINDS[demand.kind],
            demand.title,
            demand.text,
            demand.address,
            f"{demand.area[:9]}000",
            "" if demand.lng is None else f"{demand.lng:.6f}",
            "" if demand.lat is None else f"{demand.lat:.6f}",
        )


def write_csv(stream: Iterable[SyntheticDemand], file: TextIO) -> int:
    """Write header and rows to an open text file (opened with newline=""); returns the number of rows."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    rows = 0
    for row in to_csv_rows(stream):
        writer.writerow(row)
        rows += 1
    return rows
