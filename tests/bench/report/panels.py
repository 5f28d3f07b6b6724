# SPDX-License-Identifier: GPL-2.0
"""What a figure is made of: small charts of one step each, dpager beside its peers."""

import math
from dataclasses import dataclass
from statistics import median

from report import goals, measures, table
from report.canvas import INK, PALE, PAPER

GRID, GOAL = "#e3e6ea", "#e07a00"
# One strong colour; Linux swap dark; the others pale.
BLUE, DARK, GREY = "#1a5fd0", "#4b5563", "#b6bcc6"
COLORS = {"dpager": BLUE, "swap": DARK, measures.BEST: "#8a929e"}
TINTS = {BLUE: "#9fc0f2", DARK: "#a3a9b3", "#8a929e": "#c6cad0", GREY: "#dde0e5"}
NAMES = {"dpager": "dpager", "swap": "swap", "zram": "zram swap", "file": "ext4 file",
         "uffd": "userfaultfd", "fio": "fio", "copy": "raw copy",
         "copy-busy": "copy, busy", "swapoff": "swapoff", "swapoff-busy": "swapoff, busy",
         "before": "before it"}
ORDER = ["dpager", "swap", measures.BEST, "zram", "file", "uffd", "fio", "copy",
         "copy-busy", "swapoff", "swapoff-busy", "before"]
ROW, BAR, HEAD = 20, 12, 52         # pixels: a row of a panel, a bar in it, the panel's titles
LABELS, VALUES = 96, 74             # pixels: left and right of the bars
LETTER = 7                          # pixels: about as wide as one is


@dataclass(frozen=True)
class Panel:
    """One chart: of a step, by a measure (several: stacked), perhaps with the goal that
    a measure of that name in results.json has."""
    title: str
    unit: str
    workload: str
    step: str
    measures: tuple
    goal: str = None


@dataclass(frozen=True)
class Box:
    """Where a panel goes."""
    x: float
    y: float
    width: float

    @property
    def right(self):
        return self.x + self.width


def named(peers, peer):
    """A peer as it is called in figures; swap at its best says which page-cluster it is."""
    if peer != measures.BEST:
        return NAMES[peer]
    best = next(name for name in measures.SWAPS if peers.get(name) is peers[peer])
    return f"swap, best ({best.removeprefix('swap-')})"


def killed(lines):
    """Runs in which a process was killed for want of memory."""
    return sum(bool(line.get("oom_kills")) for line in lines)


def shown(panel, steps):
    """The peers of a panel that have a value, or were killed, in order."""
    peers = steps.get((panel.workload, panel.step), {})
    return [peer for peer in ORDER
            if runs_of(panel, peers.get(peer, [])) or killed(peers.get(peer, []))
            and not (peer == measures.BEST and peers[peer] is peers.get("swap"))]


def bars_height(panel, steps):
    """0: there is nothing to draw."""
    names = shown(panel, steps)
    return HEAD + ROW * len(names) if names else 0


def label(canvas, x, y, words, peer, align="right"):
    """A text that belongs to a peer; dpager's stands out."""
    ours = peer == "dpager"
    canvas.text(x, y, words, 12, BLUE if ours else INK, bold=ours, align=align)


def heading(canvas, box, title, unit):
    canvas.text(box.x, box.y + 10, title, 14, bold=True)
    canvas.text(box.x, box.y + 29, unit, 12, PALE)


def runs_of(panel, lines):
    """The panel's whole value in each run."""
    found = [measures.values(measure, lines) for measure in panel.measures]
    return [sum(one[run] for one in found) for run in found[0] if all(run in one for one in found)]


def middle_of(panel, lines):
    """The panel's one value."""
    return median(runs_of(panel, lines))


def goal_value(panel, peers):
    """What dpager's value must be, to meet the goals; None: there is none."""
    found = [value for goal in goals.find(panel.workload, f"{panel.step}: {panel.goal}")
             if (value := goal_demand(goal, panel, peers)) is not None]
    return (max if panel.measures[0].more else min)(found, default=None)


def goal_demand(goal, panel, peers):
    """What dpager's value must be, to meet one goal; None: its peer has no value."""
    if goal.alone:
        return goal.bound
    if not runs_of(panel, peers.get(goal.peer, [])):
        return None
    theirs = middle_of(panel, peers[goal.peer])
    return theirs * goal.bound if panel.measures[0].more else theirs / goal.bound


def whisker(canvas, y, low, high, start, end):
    """From the least to the greatest run: light on the bar from start to end, dark elsewhere."""
    if high - low < 1:
        return
    canvas.across(low, high, y, INK)
    if min(high, end) > max(low, start):
        canvas.across(max(low, start), min(high, end), y, PAPER)
    for x in (low, high):
        canvas.down(x, y - 2.5, y + 2.5, PAPER if start < x < end else INK)


def bar_row(canvas, panel, lines, peer, x, y, scale):
    """One peer's bar, its parts one after the other, and its spread; where it ends."""
    color = COLORS.get(peer, GREY)
    parts, at = [measures.middle(measure, lines) for measure in panel.measures], x
    for part, shade in zip(parts, (color, TINTS[color])):
        canvas.bar(at, y - BAR / 2, at + part * scale, y + BAR / 2, shade)
        at += part * scale
    if len(parts) > 1:
        return at
    runs = [x + run * scale for run in runs_of(panel, lines)]
    whisker(canvas, y, min(runs), max(runs), x, at)
    return max(at, *runs)


def outcome(panel, lines):
    """What is written beside a bar."""
    if not runs_of(panel, lines):
        return "OOM-killed"
    words = table.number(middle_of(panel, lines), panel.measures[0].unit)
    return words + (f", killed {killed(lines)} ×" if killed(lines) else "")


def bars(canvas, box, panel, steps):
    """A bar for each peer, from 0, all on one scale."""
    peers = steps[panel.workload, panel.step]
    names = shown(panel, steps)
    aim = goal_value(panel, peers) if panel.goal else None
    most = max(max(runs_of(panel, peers[peer]), default=0) for peer in names)
    x, top = box.x + LABELS, box.y + HEAD
    scale = (box.width - LABELS - VALUES) / (max(most, aim or 0) or 1)
    heading(canvas, box, panel.title, panel.unit)
    for row, peer in enumerate(names):
        y = top + ROW * row
        label(canvas, x - 8, y, named(peers, peer), peer)
        words, end = outcome(panel, peers[peer]), x
        if runs_of(panel, peers[peer]):
            end = bar_row(canvas, panel, peers[peer], peer, x, y, scale)
        if aim and peer == "dpager" and end < x + aim * scale < end + LETTER * (len(words) + 2):
            end = x + aim * scale       # the mark would strike the words out
        label(canvas, end + 7, y, words, peer, align="left")
    canvas.down(x, top - ROW / 2, top + ROW * (len(names) - .5), PALE)
    if aim is not None:
        canvas.down(x + aim * scale, top - 9, top + 9, GOAL, 2)


def decades(low, high):
    """The powers of ten around."""
    return [10 ** power for power in range(math.floor(math.log10(low)),
                                           math.ceil(math.log10(high)) + 1)]


def range_values(panel, steps):
    """{peer: [middle, tail, longest, what is written beside]}, of those that have them."""
    peers = steps.get((panel.workload, panel.step), {})
    found = {peer: [measures.middle(measure, peers[peer]) for measure in panel.measures]
             for peer in shown(panel, steps)}
    return {peer: values for peer, values in found.items() if all(values)}


def ranges_height(panel, steps):
    found = range_values(panel, steps)
    return HEAD + ROW * len(found) + 22 if found else 0


def range_row(canvas, y, color, places):
    """Middle and tail with a thick line between, and the longest, further out."""
    middle, tail, longest = places
    canvas.across(tail, longest, y, color)
    canvas.across(middle, tail, y, color, 5)
    canvas.dot(middle, y, 4, color)
    canvas.dot(tail, y, 4, color)
    canvas.dot(longest, y, 4, color, hollow=True)


def ranges(canvas, box, panel, steps):
    """Middle, 99th percentile and longest on one logarithmic axis; panel.measures are those
    three and what is written beside them."""
    found, peers = range_values(panel, steps), steps[panel.workload, panel.step]
    ticks = decades(min(row[0] for row in found.values()), max(row[2] for row in found.values()))
    left, right = box.x + LABELS, box.right - VALUES - 60
    bottom = box.y + HEAD + ROW * len(found)

    def place(value):
        return left + (right - left) * math.log(value / ticks[0], ticks[-1] / ticks[0])

    heading(canvas, box, panel.title, panel.unit)
    canvas.text(box.right, box.y + 29, panel.measures[3].name, 12, PALE, align="right")
    for tick in ticks:
        canvas.down(place(tick), box.y + HEAD - 10, bottom - 4, GRID)
        canvas.text(place(tick), bottom + 6, table.seconds(tick), 12, PALE, align="center")
    for row, (peer, (*marks, beside)) in enumerate(found.items()):
        y = box.y + HEAD + ROW * row
        label(canvas, left - 8, y, named(peers, peer), peer)
        range_row(canvas, y, COLORS.get(peer, GREY), [place(value) for value in marks])
        label(canvas, box.right, y, table.number(beside, panel.measures[3].unit), peer)


CURVES = 190        # pixels: the height of curves()


def nice(value):
    """A round number at or above it."""
    base = 10 ** math.floor(math.log10(value))
    return next(base * step for step in (1, 2, 2.5, 5, 10) if base * step >= value)


def curve_points(panel, steps):
    """{peer: values}, of the peers that have all steps (panel.step is their list)."""
    points = {peer: [measures.middle(panel.measures[0],
                                     steps.get((panel.workload, step), {}).get(peer, []))
                     for step in panel.step] for peer in ("swap", "dpager")}
    return {peer: found for peer, found in points.items() if None not in found}


def curves_height(panel, steps):
    return CURVES if curve_points(panel, steps) else 0


def curve(canvas, points, color):
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        canvas.line(x0, y0, x1, y1, color)
    for x, y in points:
        canvas.dot(x, y, 3.5, color)


def curves(canvas, box, panel, steps):
    """One measure over several steps, a curve for each peer, named at its end."""
    points, unit = curve_points(panel, steps), panel.measures[0].unit
    top = nice(max(max(found) for found in points.values()) / 4) * 4
    left, right = box.x + 52, box.right - 110
    high, low = box.y + HEAD, box.y + CURVES - 24
    heading(canvas, box, panel.title, panel.unit)
    for part in range(5):
        y = low - (low - high) * part / 4
        canvas.across(left, right, y, PALE if not part else GRID)
        canvas.text(left - 8, y, table.number(top * part / 4, unit), 12, PALE, align="right")
    places = [left + 14 + (right - left - 28) * i / (len(panel.step) - 1)
              for i in range(len(panel.step))]
    for x, step in zip(places, panel.step):
        canvas.text(x, low + 14, step, 12, PALE, align="center")
    free = high - ROW
    for peer, found in sorted(points.items(), key=lambda point: -point[1][-1]):
        marks = [low - (low - high) * value / top for value in found]
        curve(canvas, list(zip(places, marks)), COLORS[peer])
        free = max(marks[-1], free + 16)        # below the name before
        label(canvas, places[-1] + 12, free, f"{NAMES[peer]} {table.number(found[-1], unit)}",
              peer, align="left")


HEIGHTS = {bars: bars_height, ranges: ranges_height, curves: curves_height}
