# SPDX-License-Identifier: GPL-2.0
"""What is read from the guest's lines: measures of steps, for each peer and run."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

SWAPS = ["swap", "swap-0", "swap-5"]        # the best of them is "swap at its best page-cluster"
BEST = "swap-best"


@dataclass(frozen=True)
class Measure:
    """A number that a line has; value() raises KeyError for a line without it."""
    name: str
    unit: str
    value: Callable
    more: bool = False              # is better
    middle: Callable = median       # of the runs


def member(name, unit, key, **how):
    """A measure that stands in the line."""
    return Measure(name, unit, lambda line: line[key], **how)


def each(line, key):
    """A member for each touch, or for each page of those that count pages."""
    return line[key] / (line["pages"] if "pages" in line else line["touches"])


def per_touch(*keys):
    """Under icount a nanosecond of the guest is an instruction."""
    return lambda line: round(sum(line[key] for key in keys) * 1e9 / line["touches"])


TIME = member("time", "s", "seconds")
TRAFFIC = [
    Measure("I/Os", "requests", lambda line: line["reads"] + line["writes"]),
    member("read", "bytes", "read_bytes"),
    member("written", "bytes", "written_bytes"),
    member("major faults", "faults", "major_faults"),
    Measure("device bytes per page asked", "bytes",
            lambda line: each(line, "read_bytes") + each(line, "written_bytes")),
]
INSTRUCTIONS = Measure("instructions", "per touch", per_touch("seconds"))
STALL = member("longest stall", "s", "longest_stall_seconds")
TAIL = [member("p50", "s", "p50_seconds"), member("p99", "s", "p99_seconds"),
        member("longest", "s", "max_seconds"),
        Measure("p99 / p50", "times", lambda line: line["p99_seconds"] / line["p50_seconds"])]
MEMORY = [
    Measure("slots per page", "slots", lambda line: each(line, "slots")),
    Measure("kernel bytes per page", "bytes", lambda line: each(line, "kernel_bytes")),
    Measure("of them tree nodes", "bytes", lambda line: each(line, "shadow_bytes")),
]
BANDWIDTH = Measure("bandwidth", "bytes/s", lambda line: line["bytes"] / line["seconds"],
                    more=True)
SPEED_UP = member("speed-up", "times", "speed_up", more=True)
LIFE = [
    Measure("instructions", "per touch",
            per_touch("create_seconds", "faults_seconds", "destroy_seconds")),
    Measure("create", "instructions", lambda line: round(line["create_seconds"] * 1e9)),
    Measure("fault", "per touch", per_touch("faults_seconds")),
    Measure("destroy", "per touch", per_touch("destroy_seconds")),
    member("growth", "times", "growth"),
]
USUAL = [TIME, *TRAFFIC]
MEASURES = {
    "pressure": [TIME, STALL, member("OOM kills", "processes", "oom_kills", middle=max), *TRAFFIC],
    "fits": [INSTRUCTIONS], "page-in": [INSTRUCTIONS], "handler": [INSTRUCTIONS], "size": LIFE,
    "bandwidth": [BANDWIDTH],
    "sparse": MEMORY, "dense": MEMORY,
    "cpus": [TIME, SPEED_UP],
    "cgroup": [*USUAL, member("unused room", "percent", "unused_percent")],
    "tail": TAIL,
    "evacuate": [BANDWIDTH, STALL],
    "idle": [member("wake-ups", "wake-ups", "wakeups", middle=max)],
}


def of(workload):
    """What is measured of a workload, the most telling first."""
    return MEASURES.get(workload, USUAL)


def values(measure, lines):
    """{run: value} of the lines that have it."""
    found = {}
    for line in lines:
        try:
            found[line["run"]] = measure.value(line)
        except (KeyError, ZeroDivisionError):
            continue
    return found


def middle(measure, lines):
    """The one value of several runs; None if there is none."""
    found = values(measure, lines)
    return measure.middle(found.values()) if found else None


COUNTERS = ["touches", "seconds", "reads", "read_bytes", "writes", "written_bytes",
            "major_faults"]


def add(lines):
    """The sum of one run's steps, of what can be added."""
    return {key: sum(line[key] for line in lines) for key in COUNTERS
            if all(key in line for line in lines)}


def speed_up(lines):
    """How much faster two CPUs are than one."""
    return {"speed_up": lines[0]["seconds"] / lines[1]["seconds"]}


def growth(lines):
    """Of the cost of a touch, from the smallest object to the largest."""
    small, large = (LIFE[0].value(line) for line in lines)
    return {"growth": large / small}


# Steps that are made of others: (workload, name, made of, how).
MADE = [
    ("seq-read", "both passes", ["first pass", "second pass"], add),
    ("cgroup", "write and read", ["write", "read"], add),
    ("cpus", "two objects", ["two objects, 1 CPU", "two objects, 2 CPUs"], speed_up),
    ("cpus", "one object", ["one object, 1 CPU", "one object, 2 CPUs"], speed_up),
    ("size", "64 MiB to 1 TiB", ["64 MiB", "1 TiB"], growth),
]


def make(parts, how):
    """The lines of a step made of others, for the runs that have them all."""
    runs = [{line["run"]: line for line in part} for part in parts]
    return [{**how([lines[run] for lines in runs]), "run": run}
            for run in runs[0] if all(run in lines for lines in runs)]


def add_made(steps):
    for workload, name, parts, how in MADE:
        found = [steps.get((workload, part), {}) for part in parts]
        for peer in found[0]:
            if all(peer in part for part in found):
                steps.setdefault((workload, name), {})[peer] = make(
                    [part[peer] for part in found], how)


def best_swap(workload, peers):
    """The name of the fastest of the swaps; None where only one was run."""
    first = of(workload)[0]
    speed = {name: middle(first, peers[name]) for name in SWAPS if name in peers}
    speed = {name: value for name, value in speed.items() if value is not None}
    if len(speed) < 2:
        return None
    return (max if first.more else min)(speed, key=speed.get)


def by_step(lines):
    """{(workload, step): {peer: lines of run 1, 2, ...}}, with steps made of others and
    with the best of the swaps as a peer of its own."""
    steps = {}
    for line in sorted(lines, key=lambda line: line["run"]):
        steps.setdefault((line["workload"], line["step"]), {}).setdefault(
            line["peer"], []).append(line)
    add_made(steps)
    for (workload, _), peers in steps.items():
        best = best_swap(workload, peers)
        if best:
            peers[BEST] = peers[best]
    order = list(dict.fromkeys(workload for workload, _ in steps))
    return dict(sorted(steps.items(), key=lambda step: order.index(step[0][0])))
