"""The flow of work orders as a picture: states from top to bottom, on the left what skips some, on the right what goes back."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuzhi.domains.insight.process_cards import PassageCard, ProcessCard, StayCard
from shuzhi.domains.insight.process_words import worked_short

_ROW, _BOX, _TOP = 72, 44, 8
_OUT, _IN = 0.72, 0.28
"""Where an arrow leaves a box and where one comes in, as shares of its height: so that they do not share a point."""
_RARE = 0.005
_SIGN, _LETTER, _LATIN, _NUMBER = 14, 8, "\u02ff", 44
"""Widths of a Chinese sign, of a letter and of the number beside a name."""
_WIDTHS = 5


@dataclass(frozen=True)
class _Size:
    """A drawing. lane: between two lines beside each other; lanes: how many fit on each side."""

    css: str
    width: int
    box: int
    lane: int
    lanes: int


_WIDE = _Size("w", 800, 300, 46, 5)
_NARROW = _Size("n", 360, 164, 30, 3)


@dataclass(frozen=True)
class _Line:
    """An arrow beside the boxes: from row to row, in a lane."""

    card: PassageCard
    start: float
    end: float
    lane: int


def pictures(card: ProcessCard, *, title: str) -> SafeString:
    """A wide and a narrow drawing of the same flow; style sheets show the one that fits."""
    return format_html("{}{}", _draw(card, title, _WIDE), _draw(card, title, _NARROW))


def _draw(card: ProcessCard, title: str, size: _Size) -> SafeString:
    rows = {one.state: at for at, one in enumerate(card.stays)}
    known = [one for one in card.passages if one.times >= max(1.0, _RARE * card.orders)]
    most = max((one.times for one in known), default=1)
    next_row = [one for one in known if rows[one.end] == rows[one.start] + 1]
    ahead = _in_lanes([one for one in known if not one.back and one not in next_row], rows, size.lanes)
    back = _in_lanes([one for one in known if one.back], rows, size.lanes)
    return format_html(
        '<svg class="{css} process" viewBox="0 0 {w} {h}" role="img" aria-labelledby="p{css}t p{css}d">'
        '<title id="p{css}t">{title}</title><desc id="p{css}d">{desc}</desc>{beside}{down}{boxes}{numbers}</svg>',
        css=size.css,
        w=size.width,
        h=_TOP + _ROW * len(rows),
        title=title,
        desc=_described(card),
        beside=_join(_beside(one, size, most) for one in (*ahead, *back)),
        down=_join(_down(one, rows[one.start], card, size, most) for one in next_row),
        boxes=_join(_box(one, rows[one.state], card, size) for one in card.stays),
        numbers=_join(_numbers(one, card, size) for one in (*ahead, *back)),
    )


def _described(card: ProcessCard) -> str:
    return _(
        "%(orders)s orders, state by state from top to bottom. Arrows on the left skip states, arrows on the right go back. "
        "The tables below hold the same numbers."
    ) % {"orders": f"{card.orders:,}"}


def _in_lanes(cards: Sequence[PassageCard], rows: dict[str, int], lanes: int) -> list[_Line]:
    """The arrows that fit beside each other, the most frequent ones first; short ones run nearer to the boxes."""
    found: list[_Line] = []
    for most in range(1, len(cards) + 1):
        placed = _placed(cards[:most], rows)
        if any(one.lane >= lanes for one in placed):
            break
        found = placed
    return found


def _placed(cards: Sequence[PassageCard], rows: dict[str, int]) -> list[_Line]:
    taken: list[list[tuple[float, float]]] = []
    found = []
    for card in sorted(
        cards, key=lambda one: (abs(rows[one.end] - rows[one.start]), rows[one.start], rows[one.end])
    ):
        out, into = (_IN, _OUT) if card.back else (_OUT, _IN)
        start, end = rows[card.start] + out, rows[card.end] + into
        reach = (min(start, end), max(start, end))
        lane = next(
            (
                at
                for at, held in enumerate(taken)
                if all(reach[1] < low or high < reach[0] for low, high in held)
            ),
            len(taken),
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append(reach)
        found.append(_Line(card, start, end, lane))
    return found


def _beside(line: _Line, size: _Size, most: int) -> SafeString:
    """An arrow round the boxes: ahead on the left, back on the right."""
    side, x = _side(line), _x(line, size)
    edge = size.width / 2 + side * size.box / 2
    start, end = _y(line.start), _y(line.end)
    turn = min(10.0, abs(end - start) / 2)
    down = math.copysign(turn, end - start)
    path = (
        f"M{edge:.0f} {start:.1f}H{x - side * turn:.1f}Q{x:.1f} {start:.1f} {x:.1f} {start + down:.1f}"
        f"V{end - down:.1f}Q{x:.1f} {end:.1f} {x - side * turn:.1f} {end:.1f}H{edge + side * 7:.0f}"
    )
    return format_html(
        '<path class="ln way{width}{kind}" d="{path}"/><path class="{tip}" d="M{ex} {ey}l{dx} -5v10z"/>',
        width=_width(line.card.times, most),
        kind=" attn dash" if line.card.back else "",
        path=path,
        tip="attn" if line.card.back else "node",
        ex=f"{edge:.0f}",
        ey=f"{end:.1f}",
        dx=9 * side,
    )


def _numbers(line: _Line, card: ProcessCard, size: _Size) -> SafeString:
    """What stands on an arrow beside the boxes: drawn after all of them, so that none runs through it."""
    x, middle = _x(line, size), (_y(line.start) + _y(line.end)) / 2
    return format_html(
        '<text class="t-s mid halo{bold}" x="{x}" y="{y}">{times}</text>{time}',
        bold=" t-attn" if line.card.back else " k",
        x=f"{x:.1f}",
        y=f"{middle + 4:.1f}",
        times=f"{line.card.times:,}",
        time=_waited(line.card, card, x, middle + 20) if size is _WIDE else "",
    )


def _side(line: _Line) -> int:
    return 1 if line.card.back else -1


def _x(line: _Line, size: _Size) -> float:
    """Where the lane of an arrow lies."""
    side = _side(line)
    return size.width / 2 + side * (size.box / 2 + size.lane * (line.lane + 0.7))


def _waited(one: PassageCard, card: ProcessCard, x: float, y: float) -> SafeString:
    return format_html(
        '<text class="t-s mid halo" x="{x}" y="{y}">{time}</text>',
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        time=worked_short(one.median_minutes, card.day_minutes),
    )


def _down(one: PassageCard, row: int, card: ProcessCard, size: _Size, most: int) -> SafeString:
    """An arrow to the next box, with how many and how long they had waited."""
    x, start, end = size.width / 2, _TOP + _ROW * row + _BOX, _TOP + _ROW * (row + 1)
    return format_html(
        '<path class="ln way{width}" d="M{x} {start}V{before}"/><path class="node" d="M{x} {end}l-6 -9h12z"/>'
        '<text class="t-s k halo" x="{text}" y="{y}">{times} · {time}</text>',
        width=_width(one.times, most),
        x=f"{x:.0f}",
        start=start,
        before=end - 7,
        end=end,
        text=f"{x + 12:.0f}",
        y=(start + end) / 2 + 4,
        times=f"{one.times:,}",
        time=worked_short(one.median_minutes, card.day_minutes),
    )


def _box(one: StayCard, row: int, card: ProcessCard, size: _Size) -> SafeString:
    """A state: its name, how often it was entered, and a bar for its share of all waiting."""
    left, top = (size.width - size.box) / 2, _TOP + _ROW * row
    return format_html(
        '<rect class="state{hot}" x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>'
        '<text class="t-m t-b" x="{tx}" y="{ty}">{label}</text>'
        '<text class="t-s end" x="{nx}" y="{ty}">{number}</text>{bar}',
        hot=" hot" if one.state == card.longest else "",
        x=f"{left:.0f}",
        y=top,
        w=size.box,
        h=_BOX,
        tx=f"{left + 8:.0f}",
        ty=top + (18 if one.share else 27),
        label=one.label,
        nx=f"{left + size.box - 8:.0f}",
        number=_number(one, size) if _written(one.label) + _NUMBER <= size.box else "",
        bar=_bar(one, left + 8, top + 29, size.box - 16, hot=one.state == card.longest) if one.share else "",
    )


def _written(label: str) -> int:
    """About how wide a name is: Chinese signs are nearly twice as wide as letters."""
    return sum(_SIGN if sign > _LATIN else _LETTER for sign in label)


def _number(one: StayCard, size: _Size) -> str:
    if one.share:
        share = f"{one.share:.0%}"
        return _("%(share)s of the waiting") % {"share": share} if size is _WIDE else share
    times = f"{one.visits:,}"
    return _("%(n)s times") % {"n": times} if size is _WIDE else times


def _bar(one: StayCard, x: float, y: int, width: int, *, hot: bool) -> SafeString:
    return format_html(
        '<rect class="s1" x="{x}" y="{y}" width="{width}" height="5" rx="2"/>'
        '<rect class="{kind}" x="{x}" y="{y}" width="{filled}" height="5" rx="2"/>',
        x=f"{x:.0f}",
        y=y,
        width=width,
        kind="attn" if hot else "s4",
        filled=f"{max(1.0, width * one.share):.1f}",
    )


def _y(row: float) -> float:
    """The height of a place in a box: whole rows are tops of boxes, the rest a share of the box."""
    return _TOP + _ROW * math.floor(row) + _BOX * (row % 1)


def _width(times: int, most: int) -> int:
    return max(1, round(_WIDTHS * math.sqrt(times / most)))


def _join(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((one,) for one in parts))
