# SPDX-License-Identifier: GPL-2.0
"""From the figures of single runs to records, and to tables for people."""

from dataclasses import dataclass
from statistics import median

MIB = 1 << 20
# Scenarios of the guest's program (scenario.c) and the workloads in them.
SCENARIOS = {"large": ["seq-write", "seq-read", "rand-read", "rand-rmw"],
             "cgroup": ["cgroup"], "fits": ["fits"]}
WORKLOADS = [workload for group in SCENARIOS.values() for workload in group]
PEERS = ["swap"]

MEASURES = {
    "time": ("s", lambda f: f["seconds"]),
    "I/Os": ("requests", lambda f: f["reads"] + f["writes"]),
    "read": ("bytes", lambda f: f["read_bytes"]),
    "written": ("bytes", lambda f: f["written_bytes"]),
    "major faults": ("faults", lambda f: f["major_faults"]),
    "device bytes per page asked": (
        "bytes", lambda f: (f["read_bytes"] + f["written_bytes"]) / f["touches"]),
}
TRAFFIC = ["I/Os", "read", "written", "major faults"]   # of them, in the second table
# Under icount, where a nanosecond of the guest is an instruction.
ICOUNT_MEASURES = {
    "instructions": ("per touch", lambda f: round(f["seconds"] * 1e9 / f["touches"]))}
# Sums of steps that a goal is about: workload -> (name, steps).
SUMS = {"seq-read": ("both passes", ["first pass", "second pass"]),
        "cgroup": ("write and read", ["write", "read"])}
# (workload, measure) -> the least ratio, peer / dpager. None: dpager's own value must be 0.
GOALS = {
    ("seq-write", "write: time"): 6,
    ("seq-read", "both passes: time"): 4,
    ("seq-read", "second pass: written"): None,
    ("rand-read", "uniform: time"): 1.2,
    ("rand-read", "zipf 0.99: time"): 1.2,
    ("rand-read", "uniform: device bytes per page asked"): 1 / 1.1,
    ("rand-read", "zipf 0.99: device bytes per page asked"): 1 / 1.1,
    ("rand-rmw", "uniform: time"): 1.5,
    ("cgroup", "write and read: time"): 3,
    ("fits", "first touch: instructions"): 1 / 0.6,
    ("fits", "rewrite: instructions"): 1,
    ("fits", "random: instructions"): 1,
}


@dataclass(frozen=True)
class Context:
    """What all records of a bench have in common."""
    commit: str
    kernel: str
    runs: int


def by_step(figures):
    """{(workload, step): {engine: [figures of run 1, 2, ...]}}, sums of steps included."""
    found = {}
    for one in sorted(figures, key=lambda f: f["run"]):
        found.setdefault((one["workload"], one["step"]), {}).setdefault(
            one["peer"], []).append(one)
    for workload, (name, steps) in SUMS.items():
        parts = [found.get((workload, step)) for step in steps]
        if all(parts):
            found[workload, name] = {engine: add_runs([part[engine] for part in parts])
                                     for engine in parts[0]}
    return found


def add_runs(parts):
    """Run by run, the sum of several steps' figures."""
    return [{key: sum(run[key] for run in runs) if isinstance(value, (int, float)) else value
             for key, value in runs[0].items()} for runs in zip(*parts)]


def ratio_of(peer, dpager):
    """Above 1: dpager is better. None: nothing to divide by."""
    if not dpager:
        return None if peer else 1.0
    return peer / dpager


def spread_of(peer, dpager):
    """How far the ratios of single pairs are apart, relative to their median."""
    ratios = [ratio_of(*pair) for pair in zip(peer, dpager)]
    if None in ratios or not median(ratios):
        return None
    return (max(ratios) - min(ratios)) / median(ratios)


def rounded(value):
    """Without digits that mean nothing."""
    return round(value, 4) if isinstance(value, float) else value


def record(context, workload, measure, unit, values, peer):
    """One record of results.json; values: {engine: [value of run 1, 2, ...]}."""
    ours, theirs = rounded(median(values["dpager"])), rounded(median(values[peer]))
    return {"commit": context.commit, "kernel": context.kernel, "workload": workload,
            "measure": measure, "unit": unit, "dpager": ours, "peer": peer,
            "peer_value": theirs, "ratio": rounded(ratio_of(theirs, ours)), "runs": context.runs,
            "spread": rounded(spread_of(values[peer], values["dpager"])),
            "goal": (workload, measure) in GOALS and peer == "swap"}


def records(context, figures, measures):
    """All records that follow from the figures of single runs."""
    made = []
    for (workload, step), engines in by_step(figures).items():
        for name, (unit, value) in measures.items():
            values = {engine: [value(f) for f in runs] for engine, runs in engines.items()}
            made += [record(context, workload, f"{step}: {name}", unit, values, peer)
                     for peer in PEERS]
    return made


def met(one):
    """Whether a record that a goal is judged by meets it."""
    least = GOALS[one["workload"], one["measure"]]
    if least is None:
        return one["dpager"] == 0
    return one["ratio"] is None or one["ratio"] >= least


def number(value, unit):
    """A value as people like it."""
    if unit == "s":
        return f"{value:.2f} s"
    if unit == "bytes" and value >= MIB:
        return f"{value / MIB:.0f} MiB"
    return f"{value:.0f} B" if unit == "bytes" else f"{value:.0f}"


def verdict(one):
    """The goal of a record and whether it is met, for the table."""
    if not one["goal"]:
        return ""
    least = GOALS[one["workload"], one["measure"]]
    aim = "0" if least is None else f"{least:.3g}"
    return f"{aim:>5}  {'met' if met(one) else 'NOT MET'}"


def table(rows, left=2):
    """Rows of texts in columns; the first few are aligned to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(
        text.ljust(width) if i < left or i == len(row) - 1 else text.rjust(width)
        for i, (text, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def judged(one):
    """Whether a record belongs in the first table: times, and what goals are about."""
    return one["goal"] or one["measure"].endswith((": time", ": instructions"))


def figures_table(made):
    """Times and goals."""
    rows = [("workload", "measure", "dpager", "peer", "", "ratio", "spread", " goal")]
    for one in filter(judged, made):
        ratio = "-" if one["ratio"] is None else f"{one['ratio']:.2f}"
        spread = "-" if one["spread"] is None else f"{one['spread'] * 100:.0f} %"
        rows.append((one["workload"], one["measure"], number(one["dpager"], one["unit"]),
                     number(one["peer_value"], one["unit"]), one["peer"], ratio, spread,
                     verdict(one)))
    return table(rows)


def traffic_table(made):
    """What went to and from the disk, dpager / peer."""
    found = {}
    for one in made:
        step, _, name = one["measure"].rpartition(": ")
        pair = f"{number(one['dpager'], one['unit'])} / {number(one['peer_value'], one['unit'])}"
        if name in TRAFFIC:
            found.setdefault((one["workload"], step, one["peer"]), {})[name] = pair
    rows = [("workload", "step", "peer", *TRAFFIC)]
    rows += [(*key, *(cells[name] for name in TRAFFIC)) for key, cells in found.items()]
    return table([(*row, "") for row in rows], left=3)
