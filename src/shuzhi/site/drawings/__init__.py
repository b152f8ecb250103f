"""Larger drawings by the server, as template tags: SVG with classes instead of colours, so that display modes recolour them.

Each draws a wide and a narrow picture, of which the style sheet shows one; the page prints the same numbers as a table.
"""
