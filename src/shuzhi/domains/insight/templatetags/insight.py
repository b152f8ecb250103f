"""Amounts and the chart of a decision's effect for insight's templates."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django import template
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shuzhi.domains.insight.decision_cards import EffectCard
from shuzhi.domains.insight.naming import yuan

register = template.Library()
register.filter("yuan", yuan)

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 14, 30, 28
_WEEK = timedelta(days=7)
Point = tuple[float, float]


class _Plan:
    """Where weeks and counts lie in a drawing of this size."""

    def __init__(self, card: EffectCard, width: int, height: int) -> None:
        self.card, self.width, self.height = card, width, height
        self.most = max(1.0, *card.came, *card.expected) * 1.1
        self.floor = height - _BOTTOM
        self.step = (width - _LEFT - _RIGHT) / max(1, len(card.came))

    def x(self, week: float) -> float:
        return round(_LEFT + week * self.step, 1)

    def y(self, count: float) -> float:
        return round(_TOP + (1 - count / self.most) * (self.floor - _TOP), 1)


@register.simple_tag
def effect_chart(card: EffectCard, width: int, height: int, css: str, name: str) -> SafeString:
    """Weekly counts as bars, what was to be expected as a dashed line, the day of the decision as a mark.

    css: "w" or "n", the wide and the narrow drawing of which one is shown.   name: makes its ids unique on the page.
    """
    if not card.came:
        return mark_safe("")
    plan = _Plan(card, width, height)
    return format_html(
        '<svg class="{css}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{name}t {name}d">'
        '<title id="{name}t">{title}</title><desc id="{name}d">{desc}</desc>{axis}'
        '<path class="s3" d="{before}"/><path class="s5" d="{after}"/><path class="mute" d="{partly}"/>{broken}{line}'
        '<path class="ln attn" d="M{x} {top}V{floor}"/>'
        '<text class="t-s {side}" x="{text_x}" y="{text_y}">{day}</text></svg>',
        css=css,
        w=width,
        h=height,
        name=name,
        title=_("Demands per week before and since the decision"),
        desc=_(
            "Bars are weeks, the dashed line is what was to be expected, the mark is the day of the decision."
        ),
        axis=_axis(plan),
        before=_bars(plan, _whole(card, range(card.before))),
        after=_bars(plan, _whole(card, range(card.before, len(card.came)))),
        partly=_bars(plan, card.incomplete),
        broken=_broken(plan),
        line=_expected(plan),
        x=plan.x(card.before),
        top=_TOP - 6,
        floor=plan.floor,
        side="end" if plan.x(card.before) > width / 2 else "",
        text_x=plan.x(card.before) + (-5 if plan.x(card.before) > width / 2 else 5),
        text_y=_TOP - 12,
        day=_("acts from %(day)s") % {"day": _day(card, card.before)},
    )


def _whole(card: EffectCard, weeks: range) -> list[int]:
    return [week for week in weeks if week not in card.incomplete]


def _broken(plan: _Plan) -> SafeString:
    """A dotted upright with the number of its note at each break."""
    placed = (
        (plan.x((one.on - plan.card.first) / _WEEK), number)
        for number, one in enumerate(plan.card.breaks, start=1)
        if plan.card.first
    )
    return format_html_join(
        "",
        '<path class="nowl" d="M{0} {1}V{2}"/><text class="t-s t-b mid" x="{0}" y="{3}">{4}</text>',
        ((x, _TOP, plan.floor, _TOP + 10, number) for x, number in placed),
    )


def _bars(plan: _Plan, weeks: Sequence[int]) -> str:
    gap = plan.step * 0.15
    return "".join(
        f"M{plan.x(week + 0.15)} {plan.floor}V{plan.y(plan.card.came[week])}h{plan.step - 2 * gap:.1f}V{plan.floor}z"
        for week in weeks
        if plan.card.came[week]
    )


def _expected(plan: _Plan) -> SafeString:
    points = [(plan.x(week + 0.5), plan.y(count)) for week, count in enumerate(plan.card.expected)]
    if not points:
        return mark_safe("")
    return format_html('<path class="ln dash" d="M{}"/>', "L".join(f"{x} {y}" for x, y in points))


def _axis(plan: _Plan) -> SafeString:
    lines = format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (_LEFT, plan.y(tick), plan.width - _RIGHT, _LEFT - 6, plan.y(tick) + 4, tick)
            for tick in _ticks(plan.most)
        ),
    )
    ends = ((0, ""), (len(plan.card.came), "end"))
    days = format_html_join(
        "",
        '<text class="t-s {}" x="{}" y="{}">{}</text>',
        ((side, plan.x(week), plan.height - 8, _day(plan.card, week)) for week, side in ends),
    )
    return format_html("{}{}", lines, days)


def _ticks(most: float) -> Iterator[int]:
    """At most five round numbers from 0 up."""
    step = next(
        size * 10**power for power in range(9) for size in (1, 2, 5) if most / (size * 10**power) <= 4
    )
    yield from range(0, int(most) + 1, step)


def _day(card: EffectCard, week: int) -> str:
    assert card.first
    return formats.date_format(card.first + week * _WEEK, _("j M"))
