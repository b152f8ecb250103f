"""Draws which classes a model takes for which others, as an SVG picture that stands alone."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text.evaluation import Evaluation

_MOST = 24
"""Classes that can be read in one picture; more are drawn together by the first two characters of their names."""
_CELL, _LEFT, _TOP = 34, 150, 150


def confusion_picture(measured: Evaluation, *, title: str) -> str:
    """An SVG document: true classes in rows, chosen ones in columns, the share of each row by depth of colour and in words."""
    names, table = _readable(measured.classes, measured.confusion)
    size = len(names) * _CELL
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + size + 20} {_TOP + size + 20}" role="img">',
        f"<title>{escape(title)}</title>",
        '<g font-family="sans-serif" font-size="11">',
    ]
    for number, name in enumerate(names):
        at = number * _CELL + _CELL // 2
        parts.append(f'<text x="{_LEFT - 6}" y="{_TOP + at + 4}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<text transform="translate({_LEFT + at + 4} {_TOP - 6}) rotate(-60)">{escape(name)}</text>'
        )
    for row in range(len(names)):
        parts += [
            _cell(row, column, int(table[row, column]), float(shares[row, column]))
            for column in np.flatnonzero(table[row]).tolist()
        ]
    return "".join((*parts, "</g></svg>"))


def _cell(row: int, column: int, count: int, share: float) -> str:
    x, y = _LEFT + column * _CELL, _TOP + row * _CELL
    ink = "#fff" if share > 0.5 else "#111"
    colour = "#1b5e9e" if row == column else "#b3261e"
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{colour}" fill-opacity="{0.08 + 0.92 * share:.2f}"/>'
        f'<text x="{x + _CELL // 2}" y="{y + _CELL // 2 + 4}" text-anchor="middle" fill="{ink}">{count}</text>'
    )


def _readable(
    classes: tuple[str, ...], table: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if len(classes) <= _MOST:
        return classes, table
    stems = [name[:2] for name in classes]
    names = tuple(sorted(set(stems)))
    place = np.array([names.index(stem) for stem in stems])
    small = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(small, (place[:, None], place[None, :]), table)
    return names, small
