# SPDX-License-Identifier: GPL-2.0
"""A sheet to draw on, in pixels from its upper left corner; gnuplot paints it."""

import re
import subprocess

FONT = "Liberation Sans"        # as wide as Arial and Helvetica, which stand in for it in an SVG
FAMILY = f"{FONT}, Arial, Helvetica, sans-serif"
PAPER, INK, PALE = "#ffffff", "#20242a", "#6b7280"
SHARP = 2                       # pixels of the PNG for each of the SVG
POINT = 0.75                    # the PNG's sizes of letters are points, the SVG's pixels


class Canvas:
    """Texts, bars, lines and dots; what is drawn later lies above."""

    def __init__(self, width, height, title):
        self.width = width
        self.height = height
        self.title = title
        self.commands = []

    def add(self, kind, what):
        self.commands.append(f"set {kind} {len(self.commands) + 1} {what}")

    def text(self, x, y, words, size=12, color=INK, bold=False, align="left"):
        """One line of text; y is its middle."""
        quoted = words.replace("\\", "\\\\").replace('"', '\\"')
        weight = ":Bold" if bold else ""
        self.add("label", f'"{quoted}" at {x:.1f},{y:.1f} {align} front noenhanced '
                          f'font "{FONT}{weight},{size}" tc rgb "{color}"')

    def bar(self, x0, y0, x1, y1, color):
        self.add("object", f'rectangle from {x0:.1f},{y0:.1f} to {x1:.1f},{y1:.1f} '
                           f'fc rgb "{color}" fs solid noborder')

    def across(self, x0, x1, y, color, width=1):
        """A horizontal line."""
        self.bar(x0, y - width / 2, x1, y + width / 2, color)

    def down(self, x, y0, y1, color, width=1):
        """A vertical line."""
        self.bar(x - width / 2, y0, x + width / 2, y1, color)

    def line(self, x0, y0, x1, y1, color, width=2):
        self.add("arrow", f'from {x0:.1f},{y0:.1f} to {x1:.1f},{y1:.1f} nohead '
                          f'lw {width} lc rgb "{color}"')

    def dot(self, x, y, radius, color, hollow=False):
        fill = PAPER if hollow else color
        self.add("object", f'circle at {x:.1f},{y:.1f} size {radius} front fc rgb "{fill}" '
                           f'fs solid border rgb "{color}" lw 1.5')

    def script(self, path):
        """What gnuplot is told, for an SVG and a PNG."""
        paint = [f'set output "{path}.svg"', "set margins 0,0,0,0", "unset key", "unset border",
                 "unset tics", f"set xrange [0:{self.width}]", f"set yrange [{self.height}:0]",
                 *self.commands, "plot NaN"]
        return "\n".join([
            f'set terminal svg size {self.width},{self.height} dynamic font "{FONT},12" '
            f'background "{PAPER}"', *paint,
            f'set terminal pngcairo size {self.width * SHARP},{self.height * SHARP} '
            f'fontscale {SHARP * POINT} linewidth {SHARP} font "{FONT},12" background "{PAPER}"',
            f'set output "{path}.png"', "replot", "unset output", ""])

    def write(self, path):
        """Make path.svg and path.png."""
        subprocess.run(["gnuplot"], input=self.script(path), text=True, check=True)
        with open(path + ".svg", encoding="utf-8") as handle:
            text = handle.read()
        text = text.replace(f'"{FONT}:Bold"', f'"{FAMILY}" font-weight="bold"')
        text = text.replace(f'"{FONT}"', f'"{FAMILY}"')
        text = re.sub("<title>Gnuplot</title>", f"<title>{self.title}</title>", text)
        with open(path + ".svg", "w", encoding="utf-8") as handle:
            handle.write(text)
