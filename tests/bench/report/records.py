# SPDX-License-Identifier: GPL-2.0
"""The records of results.json: dpager beside one peer, in one measure of one step."""

from dataclasses import dataclass
from statistics import median

from report import goals, measures

DIGITS = 5


@dataclass(frozen=True)
class Context:
    """What all records of a bench have in common, and what else its figures are of."""
    commits: dict           # {workload: commit that was measured}
    kernel: str             # 6.12
    release: str            # 6.12.117+deb12-cloud-amd64
    machine: str            # what runs the guest: TCG or KVM
    date: str
    runs: int               # 0: all of it was counted

    @property
    def commit(self):
        """All of them."""
        return ", ".join(dict.fromkeys(self.commits.values()))

    def subtitle(self, counted=False):
        """One line that says all that."""
        counted = counted or not self.runs
        how = "counted under icount, once" if counted else f"medians of {self.runs} runs"
        return (f"Linux {self.release} in a QEMU guest ({self.machine}) · commit {self.commit} · "
                f"{self.date} · {how}")


def rounded(value):
    """Without digits that mean nothing."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def ratio_of(dpager, peer, more=False):
    """Above 1: dpager is better. None: it cannot be said how much."""
    best, worst = (dpager, peer) if more else (peer, dpager)
    if not worst:
        return None if best else 1.0
    return best / worst


def ratios_of(measure, ours, theirs):
    """The ratios of single runs; theirs is a goal's bound, or {run: value} like ours."""
    if not isinstance(theirs, dict):
        theirs = dict.fromkeys(ours, theirs)
    return [ratio_of(mine, theirs[run], measure.more) for run, mine in ours.items()
            if run in theirs]


def spread_of(ratios):
    """How far the ratios of single runs are apart, relative to their median."""
    if len(ratios) < 2 or None in ratios or not median(ratios):
        return None
    return (max(ratios) - min(ratios)) / median(ratios)


def record(context, workload, step, measure, ours, peer, theirs):
    """One record of two peers' values in their runs; or theirs is a goal's bound."""
    dpager = rounded(measure.middle(ours.values()))
    value = (rounded(measure.middle(theirs.values())) if isinstance(theirs, dict) else theirs)
    ratios = ratios_of(measure, ours, theirs)
    name = f"{step}: {measure.name}"
    return {"commit": context.commits[workload], "kernel": context.kernel, "workload": workload,
            "measure": name, "unit": measure.unit, "dpager": dpager, "peer": peer,
            "peer_value": value, "ratio": rounded(ratio_of(dpager, value, measure.more)),
            "runs": len(ratios), "spread": rounded(spread_of(ratios)),
            "goal": any(goal.peer == peer for goal in goals.find(workload, name))}


def of_measure(context, workload, step, measure, peers):
    """The records of one measure: one for each peer, and that of a goal without peer."""
    found = {peer: measures.values(measure, lines) for peer, lines in peers.items()}
    ours = found.pop("dpager", None)
    if not ours:
        return []
    for goal in goals.find(workload, f"{step}: {measure.name}"):
        if goal.alone:
            found[goals.NONE] = goal.bound
    return [record(context, workload, step, measure, ours, peer, theirs)
            for peer, theirs in found.items() if theirs != {}]


def make(context, steps):
    """All records that follow from the steps (measures.by_step)."""
    return [one for (workload, step), peers in steps.items()
            for measure in measures.of(workload)
            for one in of_measure(context, workload, step, measure, peers)]
