"""Pictures for people who have never heard of a hash: a fingerprint of dots, and a tree that grows together."""

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_GRID = 5  # dots across; mirrored, because the eye compares symmetric shapes best
_STEP = 20
_LEVELS = 4  # 8 leaves, 4, 2, 1
_WIDTH, _HEIGHT = 320, 206
_BASE, _RISE = 170, 44  # where the decisions stand, and how far each joint lies above what it joins
_CHOSEN = 2  # the decision whose way to the fingerprint is drawn bold
_SEAL_STEP, _MOST_SEALS = 46, 3  # what fits right of the root; the words beside the picture count them all
Dot = tuple[int, int, str]


def fingerprint(digest: str) -> SafeString:
    """25 dots whose sizes follow from a hash: two different hashes look different at a glance."""
    dots = []
    for row in range(_GRID):
        for column in range((_GRID + 1) // 2):
            nibble = int(digest[(row * 3 + column) % len(digest)], 16) if digest else 0
            radius = f"{2 + nibble * 0.45:.1f}"
            dots += [(10 + _STEP * x, 10 + _STEP * row, radius) for x in {column, _GRID - 1 - column}]
    return format_html_join("", '<circle cx="{}" cy="{}" r="{}"/>', sorted(dots))


def qr(link: str) -> SafeString:
    """A QR code as one square SVG path in a frame of its own size."""
    rows = list(segno.make(link, micro=False, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><rect width="100%" height="100%" fill="#fff"/>'
        '<path d="{2}" fill="#000"/></svg>',
        len(rows),
        _("QR code: opens the public entry"),
        path,
    )


def tree(witnesses: list[bool]) -> SafeString:
    """Eight decisions, joined two by two into one fingerprint, and the witnesses' seals around it.

    The way of one decision up to the fingerprint is drawn bold: what a change of it would change.
    witnesses: for each whether its seal is on the newest fingerprint.
    """
    rows = [
        [
            (round(_WIDTH * (2 * at + 1) / 2 ** (_LEVELS - level)), _BASE - _RISE * level)
            for at in range(2 ** (_LEVELS - 1 - level))
        ]
        for level in range(_LEVELS)
    ]
    lines = [
        (*rows[level][at], *rows[level + 1][at // 2], "way" if at == _CHOSEN >> level else "")
        for level in range(_LEVELS - 1)
        for at in range(len(rows[level]))
    ]
    leaves = [(x - 7, y - 7, "way" if at == _CHOSEN else "") for at, (x, y) in enumerate(rows[0])]
    joints = [
        (*point, "way" if at == _CHOSEN >> level else "")
        for level, row in enumerate(rows[1:-1], 1)
        for at, point in enumerate(row)
    ]
    top_x, top_y = rows[-1][0]
    seals = [
        (top_x + _SEAL_STEP * (at + 1), top_y, "on" if on else "off")
        for at, on in enumerate(witnesses[:_MOST_SEALS])
    ]
    words = [
        (_WIDTH // 2, _HEIGHT - 5, "middle", _("decisions, joined two by two")),
        (top_x - 22, top_y + 4, "end", _("one fingerprint")),
        *([(top_x + _SEAL_STEP * 2, top_y - 16, "middle", _("seals of witnesses"))] if seals else []),
    ]
    return format_html(
        '<g class="tree-lines">{}</g><g class="tree-leaves">{}</g><g class="tree-joints">{}</g>'
        '<circle class="tree-root" cx="{}" cy="{}" r="13"/>{}<g class="tree-words">{}</g>',
        format_html_join("", '<path d="M{} {}L{} {}" class="{}"/>', lines),
        format_html_join("", '<rect x="{}" y="{}" width="14" height="14" rx="3" class="{}"/>', leaves),
        format_html_join("", '<circle cx="{}" cy="{}" r="6" class="{}"/>', joints),
        top_x,
        top_y,
        format_html_join("", '<circle class="tree-seal {2}" cx="{0}" cy="{1}" r="10"/>', seals),
        format_html_join("", '<text x="{}" y="{}" text-anchor="{}">{}</text>', words),
    )
