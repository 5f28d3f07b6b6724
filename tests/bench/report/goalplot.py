# SPDX-License-Identifier: GPL-2.0
"""The figure of all goals: how far beyond or short of its goal each measure is."""

import math

from report import goals, measures, records, sheet, table
from report.canvas import INK, PALE
from report.panels import BLUE, GOAL, GRID, whisker

MISSED = "#c8372d"
ROW, BAR, SPACE = 21, 10, 7         # pixels: a row, a bar in it, between workloads
MEASURE, LEFT, RIGHT = 138, 420, 716            # where columns begin; the axis
REACHED, AIM, BEST = 800, 820, sheet.WIDTH - sheet.MARGIN
LEAST, MOST = 1 / 8, 16             # as far as the axis goes at most
NOTES = ("Blue, right of the mark: better than the goal asks for. Red, left of it: not met. "
         "Thin lines: from the worst to the best single run.",
         "A ratio above 1 always means that dpager is better. Peers: swap is memfd with Linux swap "
         "as it is by default; fio is the raw device, copy a raw copy from disk to disk.",
         "Goals without a peer bound dpager's own figure. Best swap: the ratio to swap at its best "
         "page-cluster; no goal is judged by it.")


def factors(verdict, steps):
    """How far single runs are beyond the goal, where that can be said."""
    goal = verdict.goal
    step, _, name = goal.measure.rpartition(": ")
    measure = next(m for m in measures.of(goal.workload) if m.name == name)
    peers = steps[goal.workload, step]
    ours = measures.values(measure, peers["dpager"])
    theirs = goal.bound if goal.alone else measures.values(measure, peers[goal.peer])
    found = records.ratios_of(measure, ours, theirs)
    return [ratio / (1 if goal.alone else goal.bound) for ratio in found if ratio is not None]


def span(verdicts):
    """The axis: powers of two around all that was reached."""
    found = [goals.reached(verdict.goal, verdict.record) for verdict in verdicts if verdict.record]
    found = [min(max(value, LEAST), MOST) for value in found if value is not None]
    low, high = min([*found, .5]), max([*found, 4])
    return 2.0 ** math.floor(math.log2(low)), 2.0 ** math.ceil(math.log2(high))


class Axis:
    """Logarithmic, from left to right."""

    def __init__(self, verdicts):
        self.low, self.high = span(verdicts)

    def place(self, factor):
        inside = min(max(factor, self.low), self.high)
        return LEFT + (RIGHT - LEFT) * math.log(inside / self.low, self.high / self.low)

    def ticks(self):
        return [2.0 ** power for power in range(round(math.log2(self.low)),
                                                round(math.log2(self.high)) + 1)]

    def draw(self, canvas, top, bottom):
        for tick in self.ticks():
            x = self.place(tick)
            canvas.down(x, top, bottom, GOAL if tick == 1 else GRID, 2 if tick == 1 else 1)
            words = "goal" if tick == 1 else f"{tick:g} ×" if tick > 1 else f"1/{1 / tick:g}"
            canvas.text(x, top - 12, words, 12, GOAL if tick == 1 else PALE, bold=tick == 1,
                        align="center")


def draw_bar(canvas, axis, verdict, steps, y):
    """From the goal to what was reached."""
    factor = goals.reached(verdict.goal, verdict.record)
    color = BLUE if verdict.met else MISSED
    if factor is None or verdict.goal.bound == 0:
        canvas.dot(axis.place(1), y, 5, color)
        return
    left, right = sorted((axis.place(1), axis.place(factor)))
    canvas.bar(left, y - BAR / 2, right, y + BAR / 2, color)
    runs = [axis.place(run) for run in factors(verdict, steps)]
    if runs:
        whisker(canvas, y, min(runs), max(runs), left, right)


def figure(verdict):
    """What is judged, in a few words: a ratio, or dpager's own value."""
    one = verdict.record
    if verdict.goal.alone:
        return table.number(one["dpager"], one["unit"])
    return "any" if one["ratio"] is None else f"{table.short(one['ratio'])} ×"


def aim(goal, unit):
    if goal.alone:
        return f"at most {table.number(goal.bound, unit)}" if goal.bound else "none"
    return f"at least {goal.bound:.3g} × {goal.peer}"


def draw_row(canvas, axis, verdict, steps, y):
    goal, one = verdict.goal, verdict.record
    canvas.text(MEASURE, y, goal.measure, 13, INK)
    if one is None:
        canvas.text(REACHED, y, "not measured", 12, PALE, align="right")
        return
    draw_bar(canvas, axis, verdict, steps, y)
    canvas.text(REACHED, y, figure(verdict), 13, BLUE if verdict.met else MISSED, bold=True,
                align="right")
    canvas.text(AIM, y, aim(goal, one["unit"]), 12, PALE)
    if verdict.best and verdict.best["ratio"] is not None:
        canvas.text(BEST, y, f"{table.short(verdict.best['ratio'])} ×", 12,
                    PALE if verdict.met_best else MISSED, align="right")


def lines(verdicts):
    """(y, whether a workload begins, verdict) of each row, from 0."""
    y, found, before = 0, [], None
    for verdict in verdicts:
        begins = verdict.goal.workload != before
        y += SPACE if begins and before else 0
        found.append((y, begins, verdict))
        y, before = y + ROW, verdict.goal.workload
    return found, y


def draw(steps, verdicts, context):
    """The canvas."""
    rows, tall = lines(verdicts)
    canvas = sheet.make(f"dpager: {table.tally(verdicts)}", context.subtitle(), NOTES,
                        tall + 40)
    axis, top = Axis(verdicts), sheet.TOP + 24
    axis.draw(canvas, top - 8, top + tall)
    for x, words, align in ((REACHED, "reached", "right"), (AIM, "goal", "left"),
                            (BEST, "best swap", "right")):
        canvas.text(x, top - 20, words, 12, PALE, align=align)
    for y, begins, verdict in rows:
        if begins:
            canvas.text(sheet.MARGIN, top + y + ROW / 2, verdict.goal.workload, 13, bold=True)
        draw_row(canvas, axis, verdict, steps, top + y + ROW / 2)
    return canvas
