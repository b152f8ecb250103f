"""Reads a QR code off a page as a telephone does: with somebody else's reader, from its dots."""

import re

import zxingcpp
from PIL import Image

_DOTS = 4  # of the picture for one square of the code


def scanned(page: str) -> list[str]:
    """What the QR codes of a page say."""
    return [
        _read(int(side), path)
        for side, path in re.findall(
            r'viewBox="0 0 (\d+) \1"[^>]*><rect[^>]*/><path d="((?:M\d+ \d+h1v1h-1z)+)"', page
        )
    ]


def _read(side: int, path: str) -> str:
    picture = Image.new("L", (side, side), 255)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path):
        picture.putpixel((int(x), int(y)), 0)
    (found,) = zxingcpp.read_barcodes(picture.resize((side * _DOTS, side * _DOTS)))
    return str(found.text)
