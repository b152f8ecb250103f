"""A finding as a picture: bars of what came, those that the finding is about in another colour, and what is ordinary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shuzhi.domains.insight.discovering import FOLLOWING, WEEK
from shuzhi.domains.insight.pattern_cards import PatternDetail

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 26, 30
_WIDE, _NARROW = (720, 220), (360, 220)
_HIGHEST = 4


@dataclass(frozen=True)
class _Plan:
    """Where bars and counts lie in a drawing of this size."""

    width: int
    height: int
    bars: int
    most: float

    @property
    def step(self) -> float:
        return (self.width - _LEFT - _RIGHT) / max(1, self.bars)

    @property
    def floor(self) -> int:
        return self.height - _BOTTOM

    def x(self, bar: float) -> float:
        return _LEFT + bar * self.step

    def y(self, count: float) -> float:
        return _TOP + (1 - count / self.most) * (self.floor - _TOP)


def pictures(found: PatternDetail, *, title: str) -> SafeString:
    """A wide and a narrow drawing of the same bars; nothing for a finding that has none."""
    if not found.series:
        return mark_safe("")
    return format_html("{}{}", _draw(found, title, "w", _WIDE), _draw(found, title, "n", _NARROW))


def labels(found: PatternDetail) -> list[str]:
    """What each bar stands for: so many days later, or the week that begins on a day."""
    if found.pattern.kind == FOLLOWING:
        return [str(days) for days in range(len(found.series))]
    return [
        date_format(found.series_from + timedelta(days=at * WEEK), _("j M"))
        for at in range(len(found.series))
    ]


def ordinary(found: PatternDetail) -> float:
    """What one bar would ordinarily be: a following's expectation is of one distance, a hotspot's of all its weeks."""
    return found.pattern.expected / (1 if found.pattern.kind == FOLLOWING else max(1, len(found.marked)))


def _draw(found: PatternDetail, title: str, css: str, size: tuple[int, int]) -> SafeString:
    usual = ordinary(found)
    plan = _Plan(*size, len(found.series), max(1.0, usual, *found.series) * 1.08)
    rest = [at for at in range(len(found.series)) if at not in found.marked]
    following = found.pattern.kind == FOLLOWING
    return format_html(
        '<svg class="{css}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="b{css}t b{css}d">'
        '<title id="b{css}t">{title}</title><desc id="b{css}d">{desc}</desc>{axis}'
        '<path class="s3" d="{rest}"/><path class="attn" d="{marked}"/>{line}{labels}'
        '<text class="t-s" x="{left}" y="14">{unit}</text></svg>',
        css=css,
        w=plan.width,
        h=plan.height,
        title=title,
        desc=_(
            "The bars that the finding is about stand out; the line is what is ordinary. The table holds the same numbers."
        ),
        axis=_axis(plan),
        rest=_bars(plan, found.series, rest),
        marked=_bars(plan, found.series, found.marked),
        line=_line(plan, usual, found.marked, whole=following),
        labels=_labels(plan, labels(found)),
        left=_LEFT,
        unit=_("times, by days after the first") if following else _("demands a week"),
    )


def _bars(plan: _Plan, series: Sequence[int], at: Sequence[int]) -> str:
    gap = plan.step * 0.15
    return "".join(
        f"M{plan.x(one) + gap:.1f} {plan.floor}V{plan.y(series[one]):.1f}h{plan.step - 2 * gap:.1f}V{plan.floor}z"
        for one in at
        if series[one]
    )


def _line(plan: _Plan, usual: float, marked: Sequence[int], *, whole: bool) -> SafeString:
    first, last = (0, plan.bars) if whole else (min(marked), max(marked) + 1)
    return format_html(
        '<path class="ln dash" d="M{} {}H{}"/>',
        f"{plan.x(first):.1f}",
        f"{plan.y(usual):.1f}",
        f"{plan.x(last):.1f}",
    )


def _axis(plan: _Plan) -> SafeString:
    step = next(
        size * 10**power
        for power in range(9)
        for size in (1, 2, 5)
        if plan.most / (size * 10**power) <= _HIGHEST
    )
    return format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (_LEFT, f"{plan.y(tick):.1f}", plan.width - _RIGHT, _LEFT - 6, f"{plan.y(tick) + 4:.1f}", tick)
            for tick in range(0, int(plan.most) + 1, step)
        ),
    )


def _labels(plan: _Plan, told: Sequence[str]) -> SafeString:
    room = 30 if all(len(one) < 3 for one in told) else 56
    every = max(1, -(-room // max(1, int(plan.step))))
    return format_html_join(
        "",
        '<text class="t-s mid" x="{}" y="{}">{}</text>',
        (
            (f"{plan.x(at + 0.5):.1f}", plan.height - 10, one)
            for at, one in enumerate(told)
            if at % every == 0
        ),
    )
