# SPDX-License-Identifier: GPL-2.0
"""What all figures have in common: width, titles above, notes below."""

from report.canvas import PALE, Canvas

WIDTH, MARGIN, TOP, FOOT, LINE = 1060, 30, 92, 26, 18       # pixels


def make(title, subtitle, notes, height):
    """A canvas with its titles and notes; what is between them is `height` tall."""
    whole = TOP + height + FOOT + LINE * len(notes)
    canvas = Canvas(WIDTH, whole, title)
    canvas.text(MARGIN, 34, title, 22, bold=True)
    canvas.text(MARGIN, 60, subtitle, 13, PALE)
    for i, note in enumerate(reversed(notes)):
        canvas.text(MARGIN, whole - FOOT - LINE * i + 4, note, 12, PALE)
    return canvas
