# SPDX-License-Identifier: GPL-2.0
"""The bench's arithmetic, with made-up lines: which side is better, what a goal takes."""

import os
import sys
from collections import defaultdict

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "bench"))
# pylint: disable=wrong-import-position
from report import goals, measures, records

CONTEXT = records.Context(defaultdict(str), "kernel", "release", "machine", "date", 3)


def judged(workload, step, **peers):
    """(records, verdicts) of one step; peers: the lists of their runs' members."""
    lines = [{"workload": workload, "step": step, "peer": peer.replace("_", "-"), "run": run + 1,
              **members} for peer, runs in peers.items() for run, members in enumerate(runs)]
    made = records.make(CONTEXT, measures.by_step(lines))
    return ({(one["measure"], one["peer"]): one for one in made},
            {verdict.goal.measure: verdict for verdict in goals.judge(made)
             if verdict.goal.workload == workload})


def times(*seconds):
    return [{"seconds": value, "touches": 1} for value in seconds]


def faster_is_above_one():
    made, verdicts = judged("seq-write", "write", dpager=times(2, 1, 1), swap=times(6, 7, 6))
    one = made["write: time", "swap"]
    return one["ratio"] == 6 and one["goal"] and verdicts["write: time"].met


def slower_than_the_goal_is_missed():
    _, verdicts = judged("seq-write", "write", dpager=times(1, 1, 1), swap=times(5.9, 9, 5))
    return not verdicts["write: time"].met


def more_bandwidth_is_above_one():
    made, verdicts = judged("bandwidth", "pageout", dpager=[{"bytes": 89, "seconds": 1}],
                            fio=[{"bytes": 100, "seconds": 1}])
    return (made["pageout: bandwidth", "fio"]["ratio"] == 0.89
            and not verdicts["pageout: bandwidth"].met)


def one_wake_up_in_any_run_is_missed():
    _, never = judged("idle", "idle", dpager=[{"wakeups": 0}] * 3)
    _, once = judged("idle", "idle", dpager=[{"wakeups": n} for n in (0, 0, 1)])
    return never["idle: wake-ups"].met and not once["idle: wake-ups"].met


def what_was_not_measured_is_not_met():
    _, verdicts = judged("cgroup", "write", dpager=times(1), swap=times(9))
    return not verdicts["write and read: time"].met


def best_swap_is_the_fastest():
    made, verdicts = judged("after-random", "read in order", dpager=times(1), swap=times(3),
                            swap_0=times(1.5), swap_5=times(4))
    verdict = verdicts["read in order: time"]
    return (made["read in order: time", "swap-best"]["ratio"] == 1.5 and verdict.met
            and not verdict.met_best)


def each_peer_of_a_measure_is_judged():
    made, _ = judged("evacuate", "move", dpager=[{"bytes": 60, "seconds": 1}],
                     copy=[{"bytes": 100, "seconds": 1}], swapoff=[{"bytes": 20, "seconds": 1}],
                     copy_busy=[{"bytes": 50, "seconds": 1}])
    verdicts = {verdict.goal.peer: verdict for verdict in goals.judge(list(made.values()))
                if verdict.goal.measure == "move: bandwidth"}
    return (verdicts["copy"].met and not verdicts["swapoff"].met
            and not made["move: bandwidth", "copy-busy"]["goal"])


CHECKS = [faster_is_above_one, slower_than_the_goal_is_missed, more_bandwidth_is_above_one,
          one_wake_up_in_any_run_is_missed, what_was_not_measured_is_not_met,
          best_swap_is_the_fastest, each_peer_of_a_measure_is_judged]
