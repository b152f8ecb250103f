"""What came day by day against what was ordinary."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shuzhi.domains.insight.warning_cards import DayFound

_WIDE, _NARROW = (720, 220), (360, 220)
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 16, 30
_BAR = 0.7


def pictures(days: Sequence[DayFound], *, since: object, title: str) -> SafeString:
    """Bars of what came, those since a day marked, under a line of what was ordinary; wide and narrow."""
    if not days:
        return mark_safe("")
    return format_html("{}{}", _draw(days, since, title, "w", _WIDE), _draw(days, since, title, "n", _NARROW))


def _draw(
    days: Sequence[DayFound], since: object, title: str, kind: str, size: tuple[int, int]
) -> SafeString:
    width, height = size
    most = max([one.came for one in days] + [one.expected for one in days] + [1.0]) * 1.05
    step, tall = (width - _LEFT - _RIGHT) / len(days), height - _TOP - _BOTTOM

    def bars(*, marked: bool) -> SafeString:
        drawn = "".join(
            f"M{_LEFT + step * (at + (1 - _BAR) / 2):.1f} {_TOP + tall}v-{one.came / most * tall:.1f}"
            f"h{step * _BAR:.1f}V{_TOP + tall}z"
            for at, one in enumerate(days)
            if one.came and (one.day >= since) == marked  # type: ignore[operator]
        )
        return mark_safe(drawn)  # noqa: S308 - numbers only

    line = "".join(
        f"{'L' if at else 'M'}{_LEFT + step * at:.1f} {y:.1f}H{_LEFT + step * (at + 1):.1f}"
        for at, one in enumerate(days)
        for y in (_TOP + tall * (1 - one.expected / most),)
    )
    return format_html(
        '<svg class="{kind}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="d{kind}t d{kind}d">'
        '<title id="d{kind}t">{title}</title><desc id="d{kind}d">{desc}</desc>{axis}'
        '<path class="s2" d="{usual}"/><path class="attn" d="{marked}"/><path class="ln" d="{line}"/>{labels}</svg>',
        kind=kind,
        w=width,
        h=height,
        title=title,
        desc=_("Bars: demands of each day. Line: what was ordinary. The same numbers stand in the table."),
        axis=_axis(width, most, tall),
        usual=bars(marked=False),
        marked=bars(marked=True),
        line=line,
        labels=_labels(days, step, height),
    )


def _axis(width: int, most: float, tall: float) -> SafeString:
    return format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (_LEFT, f"{y:.1f}", width - _RIGHT, _LEFT - 6, f"{y + 4:.1f}", f"{count:.0f}")
            for count in (0.0, float(round(most / 2)), float(int(most)))
            for y in (_TOP + tall * (1 - count / most),)
        ),
    )


def _labels(days: Sequence[DayFound], step: float, height: int) -> SafeString:
    every = 7 if step > 18 else 14
    return format_html_join(
        "",
        '<text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (f"{_LEFT + step * (at + 1):.1f}", height - 8, date_format(one.day, _("j M")))
            for at, one in enumerate(days)
            if (len(days) - 1 - at) % every == 0
        ),
    )
