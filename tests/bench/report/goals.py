# SPDX-License-Identifier: GPL-2.0
"""The goals of the bench, as data, and which are met."""

from dataclasses import dataclass

NONE = "none"           # the peer of a goal that dpager is judged by alone


@dataclass(frozen=True)
class Goal:
    """At least that ratio to the peer; or, without a peer, at most that value of dpager's."""
    workload: str
    measure: str
    bound: float
    peer: str = "swap"

    @property
    def alone(self):
        return self.peer == NONE


# memfd is what "swap" maps: in `fits` it is compared with before anything is swapped.
GOALS = [
    Goal("seq-write", "write: time", 6),
    Goal("seq-read", "both passes: time", 4),
    Goal("seq-read", "second pass: written", 0, NONE),
    Goal("rand-read", "uniform: time", 1.2),
    Goal("rand-read", "zipf 0.99: time", 1.2),
    Goal("rand-read", "uniform: device bytes per page asked", 1 / 1.1),
    Goal("rand-read", "zipf 0.99: device bytes per page asked", 1 / 1.1),
    Goal("rand-rmw", "1.5 x limit: time", 1.5),
    Goal("rand-rmw", "2 x limit: time", 1.5),
    Goal("rand-rmw", "4 x limit: time", 1.5),
    Goal("pressure", "objects: time", 1.5),
    Goal("pressure", "anonymous: OOM kills", 0, NONE),
    Goal("pressure", "anonymous: time", 1),
    Goal("pressure", "anonymous: longest stall", 10),
    Goal("fits", "first touch: instructions", 1 / 0.6),
    Goal("fits", "rewrite: instructions", 1),
    Goal("fits", "random: instructions", 1),
    Goal("page-in", "fault: instructions", 1 / 0.7),
    Goal("bandwidth", "pageout: bandwidth", 0.9, "fio"),
    Goal("bandwidth", "page-in: bandwidth", 0.9, "fio"),
    Goal("after-random", "read in order: time", 2),
    Goal("sparse", "memory: slots per page", 2, NONE),
    Goal("sparse", "memory: kernel bytes per page", 40, NONE),
    Goal("dense", "memory: kernel bytes per page", 4, NONE),
    # "Flat": an object 16384 times as large may cost twice as much for a touched page,
    # for each has tables and tree nodes of its own there.
    Goal("size", "64 MiB to 1 TiB: growth", 2, NONE),
    Goal("cpus", "two objects: speed-up", 1),
    Goal("cpus", "one object: speed-up", 1),
    Goal("cgroup", "write and read: time", 3),
    Goal("cgroup", "write: unused room", 5, NONE),
    Goal("cgroup", "read: unused room", 5, NONE),
    Goal("tail", "fault: p99 / p50", 1),
    Goal("idle", "idle: wake-ups", 0, NONE),
    Goal("evacuate", "move: bandwidth", 0.5, "copy"),
    Goal("evacuate", "move: bandwidth", 5, "swapoff"),
    # With nobody else at work, as those two are measured.
    Goal("evacuate", "move back: bandwidth", 0.5, "copy"),
    Goal("evacuate", "move back: bandwidth", 5, "swapoff"),
]
BY_NAME = {}
for one in GOALS:
    BY_NAME.setdefault((one.workload, one.measure), []).append(one)


def find(workload, measure):
    """The goals that are about it, each with another peer."""
    return BY_NAME.get((workload, measure), [])


def reached(goal, record):
    """How far a record is beyond its goal, as a factor: met from 1 on. None: the goal is
    0 and met, or there is no such thing as a factor."""
    if goal.alone:
        return record["ratio"]
    return None if record["ratio"] is None else record["ratio"] / goal.bound


def met(goal, record):
    """Does a record meet its goal?"""
    if goal.alone:
        return record["dpager"] <= goal.bound
    return record["ratio"] is None or record["ratio"] >= goal.bound


@dataclass(frozen=True)
class Verdict:
    """What became of a goal; without a record it was not measured."""
    goal: Goal
    record: dict = None
    best: dict = None               # the record against swap at its best page-cluster

    @property
    def met(self):
        return self.record is not None and met(self.goal, self.record)

    @property
    def met_best(self):
        """Would it be met against the best swap, too?"""
        return self.best is None or met(self.goal, self.best)


def judge(records):
    """A verdict for each goal."""
    found = {(one["workload"], one["measure"], one["peer"]): one for one in records}
    return [Verdict(goal, found.get((goal.workload, goal.measure, goal.peer)),
                    found.get((goal.workload, goal.measure, "swap-best"))
                    if goal.peer == "swap" else None) for goal in GOALS]
