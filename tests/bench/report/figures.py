# SPDX-License-Identifier: GPL-2.0
"""The figures of the bench, as data, and how panels are laid out on them."""

from dataclasses import dataclass

from report import goalplot, measures, panels, sheet
from report.measures import Measure
from report.panels import Box, Panel

GAP = 28        # pixels between panels


def per_page(key, name, unit):
    """A member of the line for each page touched."""
    return Measure(name, unit, lambda line: line[key] / line["touches"])


PAGE = (per_page("seconds", "time", "s"),)
DEVICE = (per_page("read_bytes", "read", "bytes"), per_page("written_bytes", "written", "bytes"))
COUNT = (measures.INSTRUCTIONS,)
TIME = (measures.TIME,)
LARGE = [
    ("sequential write", "seq-write", "write"),
    ("sequential read", "seq-read", "first pass"),
    ("sequential read, again", "seq-read", "second pass"),
    ("random read, uniform", "rand-read", "uniform"),
    ("random read, zipf 0.99", "rand-read", "zipf 0.99"),
    ("random writes", "after-random", "random writes"),
    ("random rewrite, 1.5 × limit", "rand-rmw", "1.5 x limit"),
    ("random rewrite, 2 × limit", "rand-rmw", "2 x limit"),
    ("random rewrite, 4 × limit", "rand-rmw", "4 x limit"),
    ("read in order after random writes", "after-random", "read in order"),
    ("cgroup limit, write", "cgroup", "write"),
    ("cgroup limit, read", "cgroup", "read"),
]
MARK = "Orange mark: what dpager's goal asks for."
SWAP = ("swap: memfd and Linux swap as it is by default (page-cluster 3); best (N): at its best "
        "page-cluster, N of 0, 3 and 5.")
WHISKER = "Thin lines: from the least to the greatest of the runs."


@dataclass(frozen=True)
class Figure:
    """A sheet of panels, row by row; a panel fills as many columns as its pair says."""
    name: str
    title: str
    notes: tuple
    parts: tuple                # (columns, how it is drawn, Panel)
    columns: int = 3
    counted: bool = False       # not timed


def plain(unit, measure, goal, chosen):
    """Panels of bars, one for each (title, workload, step)."""
    return tuple((1, panels.bars, Panel(title, unit, workload, step, measure, goal))
                 for title, workload, step in chosen)


TIMES = Figure(
    "times", "Time for each page, where memory is short", (SWAP, f"{WHISKER} {MARK}"),
    plain("time for each page touched", PAGE, "time", LARGE))

INSTRUCTIONS = Figure(
    "instructions", "Instructions for each page", (SWAP, MARK),
    plain("fits in memory; swap is memfd here", COUNT, "instructions", [
        ("first touch", "fits", "first touch"), ("rewrite", "fits", "rewrite"),
        ("random access", "fits", "random")])
    + plain("from a synchronous RAM disk", COUNT, "instructions", [
        ("page-in fault", "page-in", "fault")])
    + ((2, panels.curves, Panel(
        "objects of growing size", "create, 1000 faults, destroy: for each page touched", "size",
        ("64 MiB", "1 GiB", "16 GiB", "1 TiB"), (measures.LIFE[0],))),),
    counted=True)

TRAFFIC = Figure(
    "traffic", "Device traffic for each page asked",
    (SWAP, f"Dark: read from the device; light: written to it. {MARK}"),
    plain("for each page of 4 KiB touched", DEVICE, "device bytes per page asked", LARGE))

STALLS = Figure(
    "stalls", "Stalls: how long one must wait", (SWAP, f"{WHISKER} {MARK}"),
    ((3, panels.ranges, Panel(
        "one fault, while pages are paged out",
        "dots: median and 99th percentile; ring: the longest", "tail", "fault",
        tuple(measures.TAIL))),)
    + plain("beside two processes with objects", (measures.STALL,), "longest stall",
            [("anonymous memory, longest stall", "pressure", "anonymous")])
    + plain("of that process", TIME, "time", [("anonymous memory, time", "pressure", "anonymous")])
    + plain("of the two processes", TIME, "time", [("objects, time", "pressure", "objects")]))

OWN = Measure("own", "bytes", lambda line: (line["kernel_bytes"] - line["shadow_bytes"])
              / line["pages"])
NODES = measures.MEMORY[2]
CALLED = "paged out by a call: {}"
RECLAIMED = "reclaimed by the kernel: {}"
SPARSE, DENSE = "one page in 64", "every page"
SLOW, FAST = "disk throttled to 100 MiB/s; more is better", "disk not throttled; more is better"
SECOND = "what a second CPU brings; more is better"


def bandwidth(unit, title, step):
    return plain(unit, (measures.BANDWIDTH,), "bandwidth", [(title, "bandwidth", step)])


def speed_up(title, step):
    return plain(SECOND, (measures.SPEED_UP,), "speed-up", [(title, "cpus", step)])


def memory(unit, step):
    """Slots and kernel memory, sparse and dense."""
    return (plain(unit.format(SPARSE), (measures.MEMORY[0],), "slots per page",
                  [("slots for each page", "sparse", step)])
            + plain(unit.format(SPARSE), (OWN, NODES), "kernel bytes per page",
                    [("kernel memory for each page", "sparse", step)])
            + plain(unit.format(DENSE), (OWN, NODES), "kernel bytes per page",
                    [("kernel memory for each page", "dense", step)]))


LIMITS = Figure(
    "limits", "Memory, bandwidth and CPUs",
    ("Light: nodes of the tree that finds a page, with the shadows of reclaimed ones; swap's "
     "entries are there.", f"{WHISKER} {MARK}"),
    memory(CALLED, "memory") + memory(RECLAIMED, "memory, reclaimed")
    + bandwidth(SLOW, "pageout", "pageout") + bandwidth(SLOW, "page-in", "page-in")
    + speed_up("two processes, each its object", "two objects")
    + bandwidth(FAST, "pageout", "pageout, fast disk")
    + bandwidth(FAST, "page-in", "page-in, fast disk")
    + speed_up("two threads on one object", "one object"))


def move(unit, title, step):
    return plain(unit, (measures.BANDWIDTH,), "bandwidth", [(title, "evacuate", step)])


EVACUATE = Figure(
    "evacuate", "Paged-out memory of 50 processes moves to another disk",
    ("swapoff brings it to memory. Busy: beside two processes that never sleep. Before it: "
     "dpager's two processes, before the move.", f"{WHISKER} {MARK}"),
    move("beside two processes that page; more is better", "removing a segment", "move")
    + move("with nobody else at work; more is better", "removing a segment", "move back")
    + plain("of the two processes", (measures.STALL,), "longest stall",
            [("longest stall meanwhile", "evacuate", "move")]))

FIGURES = [TIMES, INSTRUCTIONS, TRAFFIC, STALLS, LIMITS, EVACUATE]


def rows(figure, steps):
    """The parts that have something to show, in rows: [[(first column, part, height)]]."""
    made, column = [[]], 0
    for part in figure.parts:
        columns, draw, panel = part
        tall = panels.HEIGHTS[draw](panel, steps)
        if not tall:
            continue
        if column + columns > figure.columns:
            made.append([])
            column = 0
        made[-1].append((column, part, tall))
        column += columns
    return [row for row in made if row]


def draw(figure, steps, context):
    """The canvas of a figure; None when there is nothing to show."""
    found = rows(figure, steps)
    if not found:
        return None
    column = (sheet.WIDTH - 2 * sheet.MARGIN + GAP) / figure.columns
    tall = [max(height for *_, height in row) + GAP for row in found]
    canvas = sheet.make(figure.title, context.subtitle(figure.counted), figure.notes,
                        sum(tall))
    for row, y in zip(found, (sheet.TOP + sum(tall[:i]) for i in range(len(tall)))):
        for first, (columns, paint, panel), _ in row:
            box = Box(sheet.MARGIN + column * first, y, column * columns - GAP)
            paint(canvas, box, panel, steps)
    return canvas


def write(folder, steps, verdicts, context):
    """All figures into a folder."""
    canvases = {figure.name: draw(figure, steps, context) for figure in FIGURES}
    canvases["goals"] = goalplot.draw(steps, verdicts, context)
    for name, canvas in canvases.items():
        if canvas:
            canvas.write(f"{folder}/{name}")
